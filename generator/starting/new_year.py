"""``gen new``: next year's content, made of this year's files and edited in place.

Amounts are emptied: this year's are the base of next year's comparisons as they stand. Targets
are carried as proposals, results, scores and reasons are not; dates and years move on by one;
sentences that state a result are marked. Comments, order and every other byte stay.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from generator import disk
from generator.content import loader
from generator.content.blanks import FILL, STALE, is_unfilled
from generator.content.loader import FACTS, FIGURES, INDICATORS, PROJECTS, REPORT
from generator.content.measures import measure
from generator.content.model import Content, Formula, Tree
from generator.content.schema.unit_years import MONEY, ROW
from generator.content.yaml import edit
from generator.content.yaml.hygiene import read_text
from generator.content.yaml.nodes import MAX_FILE_BYTES
from generator.figures import formulas
from generator.figures.compute import DERIVED, LAST, THIS, compute, last_name
from generator.frozen import frozen
from generator.problems import Problems, reason
from generator.starting import carried_text
from generator.workspace import UnitYear, Workspace

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FUNDS, _INDICATORS = "资金", "指标"
_TARGET, _RESULT, _SCORE, _REASON = "目标", "完成", "得分", "偏差原因"
#: What nobody has to look at again: it is met wholly or not.
_WHOLE: Final = "100%"
#: （中发〔2018〕34号）: it stays as long as the document is in force.
_NUMBER_OF_DOCUMENT: Final = re.compile(r"〔[0-9]{4}〕第?[0-9]{1,6}号")
#: A longer text is not said again.
_SHORT: Final = 20


class Refused(Exception):
    """The year cannot be made; nothing was written. ``hint`` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@frozen
class Carried:
    """A new year: its folder, the files, and the amounts that are its base now.

    ``bases``: the name of each amount of the old year, what it was, and what the new year calls
    it.
    """

    folder: Path
    files: tuple[str, ...]
    bases: tuple[tuple[str, str, str], ...]


@frozen
class _Known:
    """Names of facts: ``results`` that indicators give, texts that are ``goals`` (their ends).

    ``grades``: what a result is called. ``step``: by how many years dates move on.
    """

    results: frozenset[str]
    goals: tuple[str, ...]
    grades: frozenset[str]
    step: int


def carry(workspace: Workspace, source: UnitYear, year: int) -> Carried:
    """Write ``year`` of the unit of ``source``; raises ``Refused``."""
    target = source.unit_folder / str(year)
    if target.exists():
        raise Refused(
            f"{workspace.name_of(target)} 已经有了，没有动它。",
            "要重新做，请先把它改名或删去。",
        )
    content = loader.read(workspace, source, Problems())
    if content is None:
        raise Refused(
            f"{workspace.name_of(source.unit_folder)} 的套表用不了。",
            f"请先运行 gen check {source.year}。",
        )
    said = content.form_set.check_data
    shift = carried_text.Shift(source.year, year, said.results, said.accounts)
    grades = frozenset(grade.name for grade in content.form_set.grades)
    known = _Known(_results(content), said.goals, grades, year - source.year)
    files = dict(_files(workspace, source, shift, known))
    if not files:
        raise Refused(f"{workspace.name_of(source.folder)} 里没有内容文件。")
    partial = target.with_name(f".{target.name}")
    try:
        disk.remove(partial)
        for name, text in files.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            disk.write_new(path, text.encode())
        partial.rename(target)
    except OSError as error:
        raise Refused(f"写不进去：{reason(error)}。") from error
    return Carried(target, tuple(sorted(files)), _bases(content))


def _files(
    workspace: Workspace, source: UnitYear, shift: carried_text.Shift, known: _Known
) -> Iterator[tuple[str, str]]:
    folder = source.folder
    names = [FACTS, FIGURES, INDICATORS, REPORT]
    names += [f"{PROJECTS}/{path.name}" for path in sorted((folder / PROJECTS).glob("*.yaml"))]
    for name in names:
        path = folder / name
        if not path.exists():
            continue
        problems = Problems()
        shown = workspace.name_of(path)
        text = read_text(path, shown, MAX_FILE_BYTES, problems) if workspace.holds(path) else None
        if text is None:
            raise Refused(f"{shown} 读不出来。", "请先用 gen check 检查上一年的内容。")
        try:
            carried = _carried(name, text, shift, known)
            yield name, carried.replace("\n", "\r\n") if _of_windows(path) else carried
        except edit.EditError as error:
            raise Refused(
                f"{shown} 有写错的地方，没法照着做。",
                f"请先运行 gen check {source.year}，改正后再做。",
            ) from error


def _of_windows(path: Path) -> bool:
    """Whether the lines of a file end as Windows ends them; reading it does away with that."""
    with path.open("rb") as file:
        return file.readline().endswith(b"\r\n")


def _carried(name: str, text: str, shift: carried_text.Shift, known: _Known) -> str:
    if name == REPORT:
        return carried_text.report(text, shift)
    whole = edit.locate(text)
    if whole is None:
        return text
    if name == FIGURES:
        text = _table(text, whole, ())
    elif name == INDICATORS:
        text = _indicators(text, ())
    else:
        text = _facts(text, known, project=name.startswith(PROJECTS))
    return carried_text.title(text, shift)


def _without(text: str, paths: list[edit.Path]) -> str:
    for path in sorted(paths, key=lambda p: tuple(map(str, p)), reverse=True):
        text = edit.delete(text, path)
    return text


# Figures


def _table(text: str, whole: edit.Spot, above: edit.Path) -> str:
    """Amounts below ``above`` to fill in; what last year's folder now has is left out."""
    spot = whole.at(above)
    values: dict[edit.Path, str] = {}
    remarks: dict[edit.Path, str] = {}
    gone: list[edit.Path] = []
    for path, leaf in spot.leaves(above) if spot is not None else ():
        column = str(path[-1])
        if DERIVED in path or "列公式" in path:
            continue
        if column in ROW.keys:
            if column == "尾差" and measure(leaf.text):
                remarks[path] = _mark(whole, path, leaf.text)
        elif column.startswith(LAST) and _twin(whole, path):
            gone.append(path)
        elif not _is_formula(leaf.text):
            values[path] = FILL
    return _without(edit.revise(text, values, remarks), gone)


def _twin(whole: edit.Spot, path: edit.Path) -> bool:
    """Whether a column ``上年…`` stands beside the one that it is last year's of."""
    beside = whole.at(path[:-1])
    column = str(path[-1]).removeprefix(LAST)
    return beside is not None and (column or THIS) in beside.below


def _is_formula(text: str) -> bool:
    return text.strip().startswith(("=", "＝"))


def _mark(whole: edit.Spot, path: edit.Path, text: str = "") -> str:
    """The remark that a value is last year's: with it, so that a change is noticed, if short.

    Where others stand beside it in its line, the remark says which it means.
    """
    text = " ".join(text.split())
    beside = whole.at(path[:-1])
    key = str(path[-1]) if beside is not None and beside.flow else ""
    said = " ".join((key, text)).strip() if len(text) <= _SHORT and "#" not in text else key
    return f"{STALE}：{said}" if said else STALE


# Facts and projects


def _facts(text: str, known: _Known, *, project: bool) -> str:
    whole = edit.locate(text)
    assert whole is not None
    if project:
        text = _table(text, whole, (_FUNDS,))
        text = _indicators(text, (_INDICATORS,))
        whole = edit.locate(text)
        assert whole is not None
    own = (_FUNDS, _INDICATORS, "名称") if project else ("豁免",)
    values: dict[edit.Path, str] = {}
    remarks: dict[edit.Path, str] = {}
    for path, _ in whole.leaves():
        if path[0] not in own:
            _fact(whole, path, known, values, remarks)
    return edit.revise(text, values, remarks)


def _fact(
    whole: edit.Spot,
    path: edit.Path,
    known: _Known,
    values: dict[edit.Path, str],
    remarks: dict[edit.Path, str],
) -> None:
    """A fact of next year: emptied when it is a result, else carried and marked."""
    leaf = whole.at(path)
    assert leaf is not None
    typed = leaf.text.strip()
    if _is_formula(typed) or is_unfilled(typed) or not typed:
        return
    if path[-1] == _RESULT or ".".join(map(str, path)) in known.results:
        values[path] = FILL
        return
    date = _DATE.fullmatch(typed)
    if date:
        moved = _moved(date, known.step)
        values[path], remarks[path] = moved, _mark(whole, path, moved)
    elif leaf.style in ("|", ">"):
        remarks[path] = STALE
    elif (
        _says_how_much(_NUMBER_OF_DOCUMENT.sub("", typed))
        or typed in known.grades
        or ".".join(step for step in path if isinstance(step, str)).endswith(known.goals)
    ):
        remarks[path] = _mark(whole, path, typed)


def _moved(date: re.Match[str], step: int) -> str:
    """A date in another year; the last day of a leap February is the 28th there."""
    year = int(date[1]) + step
    day = "28" if date[2] + date[3] == "0229" and not isleap(year) else date[3]
    return f"{year:04}-{date[2]}-{day}"


# Indicators


def _indicators(text: str, above: edit.Path) -> str:
    whole = edit.locate(text)
    assert whole is not None
    spot = whole.at(above)
    values: dict[edit.Path, str] = {}
    remarks: dict[edit.Path, str] = {}
    gone: list[edit.Path] = []
    for path, leaf in spot.leaves(above) if spot is not None else ():
        field, typed = str(path[-1]), leaf.text.strip()
        if field in (_SCORE, _REASON) and path[-2:-1] != ("分档",):
            gone.append(path)
        elif _is_formula(typed) or not typed:
            continue
        elif field == _RESULT:
            values[path] = FILL
        elif field in (_TARGET, _INDICATORS) and _says_how_much(typed) and not _is_whole(typed):
            remarks[path] = _mark(whole, path, typed)
    return _without(edit.revise(text, values, remarks), _outer(gone))


def _is_whole(text: str) -> bool:
    return text.strip("≥≤=＝ ") == _WHOLE


def _says_how_much(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _outer(paths: list[edit.Path]) -> list[edit.Path]:
    return [path for path in paths if len(path) > 1]


def _results(content: Content) -> frozenset[str]:
    """Facts that indicators give as results, by themselves or in formulas; targets are none."""
    rows = [*content.indicators.rows, *(r for p in content.projects for r in p.indicators.rows)]
    aims = set(_names(row.target for row in rows))
    todo, found = list(_names(row.actual for row in rows)), set()
    while todo:
        name = todo.pop()
        if name in found or name in aims:
            continue
        found.add(name)
        here: object = content.facts
        for step in name.split("."):
            here = here.get(step) if isinstance(here, Tree) else None
        todo += _names([here]) if isinstance(here, Formula) else []
    return frozenset(found)


def _names(leaves: Iterable[object]) -> Iterator[str]:
    for leaf in leaves:
        if isinstance(leaf, Formula):
            with suppress(formulas.FormulaError):
                yield from (name.path for name in formulas.names(formulas.parse(leaf.source)))


def _bases(content: Content) -> tuple[tuple[str, str, str], ...]:
    """What the new year calls each amount of the old one."""
    computed = compute(content, Problems())
    return tuple(
        (path, figure.text, last_name(path))
        for path, figure in computed.figures.items()
        if not figure.hidden and path not in computed.aliases and figure.unit == MONEY
        and not path.rpartition(".")[2].startswith(LAST)
    )  # fmt: skip
