"""What the content would give with the imported values in it: computed on a copy, not on disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from generator.content import loader
from generator.content.blanks import is_unfilled
from generator.figures import compute, dataset
from generator.figures.amounts import MONEY, typed_places, worth
from generator.figures.dataset import Dataset
from generator.figures.model import Figure, Names
from generator.frozen import frozen
from generator.importing import numbers
from generator.importing.drafts import Drafts
from generator.importing.forms import OWN
from generator.importing.model import Item, Left, Value
from generator.importing.placing import COMPUTED, Outcome
from generator.problems import Problems
from generator.workspace import TEMPLATES, UNIT_FILE, UnitYear, Workspace

_PROJECT, _NAME, _INDICATORS = "项目", "名称", "指标"
_KEY = ("一级", "二级", _NAME)
_SCORE = "得分"
_NOT_YET = "是算出来的数，依据的数还没有填齐，没有填也没有比"


@frozen
class Disagreement:
    """What a cell says, and what content gives for it."""

    value: Value
    computed: str


@contextmanager
def copied(
    drafts: Drafts, texts: Mapping[str, str] | None = None
) -> Iterator[tuple[Workspace, UnitYear]]:
    """The unit-year as it would be, in a workspace of its own; ``texts``: further files of it."""
    workspace, target = drafts.workspace, drafts.target
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        home = root / target.unit_folder.relative_to(workspace.root)
        own = home / str(target.year)
        own.mkdir(parents=True)
        templates = workspace.root / TEMPLATES
        if templates.is_dir():
            documents = shutil.ignore_patterns("*.docx", "*.xlsx")
            shutil.copytree(templates, root / TEMPLATES, ignore=documents)
        for path in target.folder.rglob("*"):
            if path.is_file() and not path.is_symlink() and path.suffix in (".yaml", ".md"):
                _put(own / path.relative_to(target.folder), path.read_bytes())
        last = target.previous / loader.FIGURES
        for path in (last, *(target.previous / loader.PROJECTS).glob("*.yaml"),
                     target.previous / loader.FACTS):  # fmt: skip
            if path.is_file() and workspace.holds(path):
                _put(home / path.relative_to(target.unit_folder), path.read_bytes())
        for name, file in drafts.files.items():
            if file.text.strip():
                _put(home / name if name == UNIT_FILE else own / name, file.text.encode())
        for name, text in (texts or {}).items():
            _put(own / name, text.encode())
        copy = Workspace(root, root / "build")
        yield copy, UnitYear(target.unit_id, target.year, home, root / "build")


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def worked_out(drafts: Drafts, problems: Problems) -> Dataset | None:
    """Everything that follows from the drafts; None where they cannot be read."""
    with copied(drafts) as (workspace, target):
        content = loader.read(workspace, target, problems)
        if content is None:
            return None
        return dataset.build(content, compute.compute(content, problems), problems)


def disagreements(data: Dataset, values: Iterable[Value]) -> Iterator[Disagreement]:
    """Values that content, as it would be, gives otherwise."""
    for value in values:
        given = found(data, value)
        if given is None:
            continue
        told = given.text if isinstance(given, Figure) else str(given)
        if not _agrees(value, given):
            yield Disagreement(value, told)


def not_compared(data: Dataset | None, outcomes: Iterable[Outcome]) -> Iterator[Left]:
    """Values that content computes, and cannot yet: neither typed nor compared with anything."""
    for one in outcomes:
        value = one.value
        if one.kind != COMPUTED or (value.amount and not numbers.fraction(value.text)):
            continue
        if data is None or found(data, value) is None:
            yield Left(value.origin.file, value.origin.place, value.origin.said, _NOT_YET)


def found(data: Dataset, value: Value) -> object:
    """What content has under the name of a value; None for nothing, or nothing yet."""
    here: object = data.names
    path = value.name
    if value.project:
        projects = data.names.get(_PROJECT)
        here = next(
            (p for p in projects if str(p.get(_NAME, "")) == value.project), None
        ) if isinstance(projects, list) else None  # fmt: skip
        path = path.removeprefix(OWN)
    for step in path.split("."):
        here = here.get(step) if isinstance(here, Mapping) else None
    if here is None or isinstance(here, Mapping | list):
        return None
    return here if isinstance(here, Figure) or not is_open(here) else None


def is_open(value: object) -> bool:
    """Whether it is still to be filled in."""
    return is_unfilled(str(value))


def _agrees(value: Value, given: object) -> bool:
    if not isinstance(given, Figure):
        return numbers.same(value.text, str(given))
    number, unit = numbers.split(value.text)
    if number is None:
        return numbers.same(value.text, given.text)
    scale = worth(unit) if unit in MONEY or unit == "%" else Fraction(1)
    half = Fraction(1, 2 * 10 ** typed_places(str(number))) * scale
    return abs(Fraction(number) * scale - given.value) <= half


def rows(data: Dataset, project: str) -> list[Names]:
    """The indicators of a form with everything they print."""
    home: object = data.names
    if project:
        projects = data.names[_PROJECT]
        assert isinstance(projects, list)
        home = next((p for p in projects if str(p.get(_NAME, "")) == project), Names())
    found = home.get(_INDICATORS, []) if isinstance(home, Names) else []
    return list(found) if isinstance(found, list) else []


def item_disagreements(
    data: Dataset, items: Iterable[Item], project: str
) -> Iterator[Disagreement]:
    """Fields of indicators that content, as it would be, prints otherwise."""
    printed = {tuple(str(row[name]) for name in _KEY): row for row in rows(data, project)}
    for item in items:
        row = printed.get(tuple(v.text if (v := item.fields.get(n)) else "" for n in _KEY))
        for field, value in item.fields.items() if row is not None else ():
            given = row.get(field) if row is not None else None
            if field in _KEY or given is None or is_open(given):
                continue
            told = given.text if isinstance(given, Figure) else str(given)
            if not numbers.same(told, value.text) and not _agrees(value, given):
                yield Disagreement(value, told)


def computed_scores(data: Dataset, project: str) -> dict[tuple[str, str, str], str]:
    """The score of each indicator of a form as content gives it."""
    found = {}
    for row in rows(data, project):
        first, second, name = (str(row[key]) for key in _KEY)
        found[first, second, name] = str(row[_SCORE])
    return found
