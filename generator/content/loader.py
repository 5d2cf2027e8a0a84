"""One unit-year's files become ``Content``; whatever is wrong with them becomes problems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from generator.characters import forbidden, named, visible
from generator.content import blanks, origins
from generator.content.blanks import Blank
from generator.content.entries import Entry, entry
from generator.content.facts import read_tree
from generator.content.form_set.inherit import load_form_set
from generator.content.indicators import read_indicators
from generator.content.model import (
    Content,
    Figures,
    FormSet,
    Indicators,
    Narrative,
    Past,
    Project,
    RollUp,
    Tree,
    Waiver,
)
from generator.content.projects import natural, read_project
from generator.content.report.reader import read_report
from generator.content.roll_up import read_roll_up
from generator.content.schema import unit_years as schema
from generator.content.tables import read_figures
from generator.content.waivers import WAIVERS, read_waivers
from generator.content.yaml.hygiene import read_text, warn_of_unseen, without_forbidden
from generator.content.yaml.nodes import MAX_FILE_BYTES, Mapping, Node, Scalar, load
from generator.frozen import replace
from generator.problems import Position, Problems, reason, suggest
from generator.workspace import TICKS, UNIT_FILE, UnitYear, Workspace

FACTS, FIGURES = "facts.yaml", "figures.yaml"
INDICATORS, PROJECTS, REPORT = "indicators.yaml", "projects", "report.md"
#: The extension of a content file, and how it goes wrong.
_LIKE_YAML = re.compile(r"\.ya?ml(\.txt)?$", re.IGNORECASE)
_YEAR_FILES = (FACTS, FIGURES, INDICATORS, REPORT)
_KNOWN = frozenset({*_YEAR_FILES, TICKS, origins.NAME})


def read(workspace: Workspace, target: UnitYear, problems: Problems) -> Content | None:
    """Everything written for ``target``; None when it names no usable form set."""
    reader = _Reader(workspace, problems)
    unit, named, roll_up = reader.unit(target)
    form_set = None if named is None else reader.form_set(named)
    if form_set is None:
        return None
    reader.stray_files(target.folder)
    reader.copied(target)
    origins.check(workspace, target.folder, problems)
    facts, waivers = reader.facts(target.folder / FACTS)
    lean = _of_projects(form_set) or roll_up is not None
    figures = reader.figures(target.folder / FIGURES, optional=lean)
    past = reader.past(target.previous, form_set)
    indicators = reader.indicators(target.folder / INDICATORS, form_set, optional=lean)
    projects = reader.projects(target.folder / PROJECTS, form_set)
    narrative = reader.narrative(target.folder / REPORT)
    return Content(
        unit_id=target.unit_id,
        year=target.year,
        unit=unit,
        facts=facts,
        figures=figures or Figures((), Tree(), FIGURES),
        past=past,
        indicators=indicators,
        projects=projects,
        narrative=narrative,
        form_set=form_set,
        waivers=waivers,
        blanks=tuple(reader.blanks),
        folder=workspace.name_of(target.folder),
        complete=reader.complete,
        roll_up=roll_up,
    )


class _Reader:
    def __init__(self, workspace: Workspace, problems: Problems) -> None:
        self._workspace = workspace
        self._problems = problems
        self.complete = True
        self.blanks: list[Blank] = []

    def _mapping(self, path: Path) -> Mapping | None:
        node = self._load(path)
        if node is None or isinstance(node, Mapping):
            return node
        self._problems.add("L213", node.at, what=path.name)
        self.complete = False
        return None

    def _load(self, path: Path) -> Node | None:
        if self._workspace.holds(path):
            node = load(path, self._name(path), self._problems)
            text = read_text(path, self._name(path), MAX_FILE_BYTES, Problems())
            self.blanks += blanks.in_yaml(text or "", self._name(path))
        else:
            self._problems.add("L130", Position(self._name(path)))
            node = None
        self.complete &= node is not None
        return node

    def _within(self, folder: Path) -> list[Path]:
        """What ``folder`` holds, by name; one that cannot be looked into is reported."""
        try:
            found = sorted(folder.iterdir(), key=lambda path: path.name)
        except OSError as error:
            self._problems.add("L101", Position(self._name(folder)), reason=reason(error))
            self.complete = False
            return []
        return [path for path in found if self._nameable(path)]

    def _nameable(self, path: Path) -> bool:
        """Whether documents can hold the name of ``path``; reported when not."""
        char = forbidden(path.name)
        if char and not path.name.startswith((".", "~")):
            name = visible(path.name)
            self._problems.add("L141", Position(self._name(path)), name=name, char=named(char))
            self.complete = False
        return not char

    def _missing(self, path: Path) -> None:
        """A required file is not there: under a slightly wrong name, or not at all."""
        self.complete = False
        beside = self._within(path.parent) if path.parent.is_dir() else []
        if not any(_meant(other.name, [path.name]) for other in beside if _stray(other)):
            self._problems.add("L131", Position(self._name(path)), file=path.name)

    def _name(self, path: Path) -> str:
        return self._workspace.name_of(path)

    def unit(self, target: UnitYear) -> tuple[Tree, Scalar | None, RollUp | None]:
        """What unit.yaml says, the form set that it names, and what it sums up."""
        path = target.unit_folder / UNIT_FILE
        if not path.exists():
            self._missing(path)
            return Tree(), None, None
        node = self._mapping(path)
        given = entry(node, schema.UNIT, self._problems) if node is not None else None
        if given is None:
            return Tree(), None, None
        for key in ("名称", "简称"):
            given.name(key)
        self.complete &= all(given.get(field.key) for field in schema.UNIT.fields if field.required)
        own = tuple(item for item in given.node.items if item[0].text != schema.GATHERS)
        roll_up = read_roll_up(given)
        tree = read_tree(replace(given.node, items=own), self._problems)
        return tree, given.scalar("套表"), roll_up

    def form_set(self, named: Scalar) -> FormSet | None:
        return load_form_set(self._workspace, named.text, named.at, self._problems)

    def facts(self, path: Path) -> tuple[Tree, tuple[Waiver, ...]]:
        """The facts, and the findings that the unit stands by (豁免)."""
        node = self._mapping(path) if path.exists() else None
        if node is None:
            return Tree(), ()
        waivers = read_waivers(Entry(node, schema.FACTS, self._problems))
        rest = tuple((key, value) for key, value in node.items if key.text != WAIVERS)
        return read_tree(replace(node, items=rest), self._problems, top=True), waivers

    def figures(self, path: Path, *, optional: bool = False) -> Figures | None:
        if not path.exists():
            if not optional:
                self._missing(path)
            return None
        node = self._mapping(path)
        return None if node is None else read_figures(node, self._name(path), self._problems)

    def past(self, folder: Path, form_set: FormSet) -> Past | None:
        figures = self.figures(folder / FIGURES, optional=True)
        if figures is None:
            return None
        return Past(
            self.facts(folder / FACTS)[0],
            figures,
            self.projects(folder / PROJECTS, form_set),
            self._quietly().indicators(folder / INDICATORS, form_set, optional=True),
            self._quietly().narrative(folder / REPORT),
        )

    def _quietly(self) -> _Reader:
        """A reader of files that are only compared with: what is wrong in them is no matter."""
        return _Reader(self._workspace, Problems())

    def indicators(self, path: Path, form_set: FormSet, *, optional: bool) -> Indicators:
        """The unit's own form, ``optional`` where nothing but project forms are asked for."""
        if not path.exists():
            if not optional:
                self._missing(path)
            return Indicators()
        return read_indicators(self._load(path), self._problems, form_set.fields)

    def projects(self, folder: Path, form_set: FormSet) -> tuple[Project, ...]:
        if not folder.is_dir():
            return ()
        out = []
        for path in self._within(folder):
            if path.name.startswith((".", "~")):
                continue
            if path.suffix != ".yaml":
                if _LIKE_YAML.search(unicodedata.normalize("NFKC", path.name)):
                    self._problems.add("L133", Position(self._name(path)), name=path.name)
                    self.complete = False
                elif path.is_dir() and (number := _content_files(path)):
                    self._problems.add(
                        "L139", Position(self._name(path)), name=path.name, count=number,
                        advice=f"把文件移到 {PROJECTS} 文件夹里，不要再分文件夹",
                    )  # fmt: skip
                continue
            node = self._mapping(path)
            if node is not None:
                out.append(
                    read_project(
                        node, path.stem, form_set.fund_columns, self._problems, form_set.fields
                    )
                )
        return tuple(sorted(out, key=lambda project: natural(project.key)))

    def narrative(self, path: Path) -> Narrative | None:
        if not path.exists():
            return None
        name = self._name(path)
        if not self._workspace.holds(path):
            self._problems.add("L130", Position(name))
            self.complete = False
            return None
        text = read_text(path, name, MAX_FILE_BYTES, self._problems)
        if text is not None and not text.strip():
            self._problems.add("L110", Position(name, 1, 1))
            text = None
        if text is None or without_forbidden(text, name, self._problems) != text:
            self.complete = False
            return None
        warn_of_unseen(text, name, self._problems)
        self.blanks += blanks.in_text(text, name)
        return read_report(text, name)

    def copied(self, target: UnitYear) -> None:
        """A copy of last year's folder builds as well: everything in it is last year's."""
        names = [FACTS, FIGURES, INDICATORS, REPORT]
        names += [f"{PROJECTS}/{path.name}" for path in (target.folder / PROJECTS).glob("*.yaml")]
        there = [name for name in names if self._workspace.holds(target.folder / name)]
        with suppress(OSError):
            texts = {n: p.read_bytes() for n in there if (p := target.folder / n).is_file()}
            same = [n for n, text in texts.items() if (target.previous / n).read_bytes() == text]
            if len(same) == len(texts) > 1:
                year = target.year
                at = Position(self._name(target.folder))
                self._problems.add("L164", at, count=len(same), last=year - 1, year=year)

    def stray_files(self, folder: Path) -> None:
        """A content file under a slightly wrong name would silently not count."""
        for path in self._within(folder):
            if path.is_dir() and path.name != PROJECTS and (number := _content_files(path)):
                advice = f"是项目的，请把文件夹改名为 {PROJECTS}；别的请移到年度文件夹外面"
                if (folder / PROJECTS).is_dir():
                    advice = f"是项目的，请移到 {PROJECTS} 文件夹里；别的请移到年度文件夹外面"
                self._problems.add(
                    "L139", Position(self._name(path)), name=path.name, count=number,
                    advice=advice,
                )  # fmt: skip
            if not _stray(path):
                continue
            near = _meant(path.name, _YEAR_FILES)
            wanted = next((name for name in _YEAR_FILES if f"“{name}”" in near), "")
            if wanted and not (folder / wanted).is_file():
                at = Position(self._name(path))
                self._problems.add("L135", at, name=path.name, meant=wanted)
                self.complete = False
            elif near or path.suffix in (".yaml", ".yml", ".md"):
                advice = "改成正确的文件名，或移到别处"
                if not near and path.suffix != ".md":
                    advice = f"移到别处；是项目的，请移到 {PROJECTS} 文件夹里，扩展名用 .yaml"
                self._problems.add(
                    "L132", Position(self._name(path)),
                    name=path.name, suggestion=near, advice=advice,
                )  # fmt: skip


def _of_projects(form_set: FormSet) -> bool:
    """Whether a form set has project forms only, so that no others have to be filled in."""
    return all(document.each_project for document in form_set.documents)


def _meant(name: str, known: Sequence[str]) -> str:
    """``suggest``, by what stands before the extension: all content files share theirs."""

    def stem(one: str) -> str:
        return unicodedata.normalize("NFKC", one).casefold().partition(".")[0]

    return suggest(name, known) if suggest(stem(name), map(stem, known)) else ""


def _content_files(folder: Path) -> int:
    """How many files in ``folder`` look like content; none in one that gen or the system made."""
    if folder.name.startswith((".", "~")):
        return 0
    with suppress(OSError):
        return sum(bool(_LIKE_YAML.search(path.name)) for path in folder.iterdir())
    return 0


def _stray(path: Path) -> bool:
    return path.is_file() and path.name not in _KNOWN and not path.name.startswith((".", "~"))
