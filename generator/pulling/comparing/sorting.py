"""Every difference between a printed and an edited document, sorted by what it is of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from generator.frozen import frozen
from generator.language.wording import read_source
from generator.pulling.comparing import units
from generator.pulling.comparing.meanwhile import Old, Pairing
from generator.pulling.comparing.numbers import Numbers
from generator.pulling.comparing.parting import Part, parted
from generator.pulling.comparing.structure import Home, findings, rejoined
from generator.pulling.comparing.writable import key, same, unwritable
from generator.pulling.model import (
    CONFLICT,
    FIXED,
    NARRATIVE,
    NUMERAL,
    TEMPLATE,
    TYPED,
    VALUE,
    Cell,
    Change,
    Finding,
    Line,
    Page,
)
from generator.records.changes.aligning import paired

BEHIND: Final = "这是再上次生成时的写法，内容后来改了；要改回去，请改内容"

_NO_VALUE: Final = (
    "这一格是公式，文件里没有算出来的值：请先在 Excel 或 WPS 里打开、保存一次，再取回"
)


@frozen
class Touch:
    """A value or wording that somebody changed: ``old`` was printed, ``now`` is printed since.

    ``behind``: ``new`` is what the build before printed; ``doubt``: why an amount may be of
    another unit.
    """

    document: str
    place: str
    path: str
    old: str
    now: str
    new: str
    behind: bool = False
    doubt: str = ""


@frozen
class Sorted:
    """What one document holds: findings, and values touched.

    ``looks``: cells that only look otherwise; ``numerals``: numbers that gen counts itself;
    ``shown``: how often each value shows.
    """

    findings: tuple[Finding, ...]
    touches: tuple[Touch, ...]
    looks: int
    numerals: tuple[Finding, ...]
    shown: Mapping[str, int]


def sort(lines: Sequence[Line], page: Page, home: Home) -> Sorted:
    """What differs between ``lines``, printed by gen, and ``page``."""
    found, pairs = rejoined(list(_pairs(home.before.lines(lines), page.lines)), home)
    sorter = _Sorter(home)
    sorter.findings += found
    doubts = units.doubted(pairs)
    for number, pair in enumerate(pairs):
        if pair.old is not None and pair.new is not None:
            sorter.doubt = doubts.get(number, "")
            sorter.line(pair.old, pair.new)
    sorter.findings += findings(pairs, home)
    return Sorted(
        tuple(sorter.findings), tuple(sorter.touches), sorter.looks, tuple(sorter.numerals),
        _shown(lines),
    )  # fmt: skip


def _shown(lines: Sequence[Line]) -> Counter[str]:
    return Counter(
        read_source(segment.path).figure
        for line in lines for cell in line.cells for segment in cell.segments
        if segment.kind == VALUE
    )  # fmt: skip


def _pairs(olds: Sequence[Old], news: Sequence[Line]) -> Iterator[Pairing]:
    """The lines of each part, or of each sheet, in their order."""
    left, right = _by_part(olds), defaultdict(list)
    for line in news:
        right[line.part].append(line)
    for part in dict.fromkeys([*left, *right]):
        mine, theirs = left.get(part, []), right.get(part, [])
        texts = [key(one.text) for one in mine], [key(one.text) for one in theirs]
        for a, b in paired(*texts):
            yield Pairing(None if a is None else mine[a], None if b is None else theirs[b])


def _by_part(olds: Sequence[Old]) -> dict[str, list[Old]]:
    found: dict[str, list[Old]] = defaultdict(list)
    for old in olds:
        found[old.line.part].append(old)
    return found


class _Sorter:
    def __init__(self, home: Home) -> None:
        self.findings: list[Finding] = []
        self.touches: list[Touch] = []
        self.numerals: list[Finding] = []
        self.looks = 0
        self.doubt = ""  # of the line that is looked at
        self._other = ""  # the same of the cell
        self._behind = False
        self._place = ""  # of what is being looked at, in the edited document
        self._document, self._report, self._before = home.document, home.report, home.before
        self._numbers = Numbers(home.now)

    def line(self, old: Old, new: Line) -> None:
        """Sort what differs between a line and what became of it."""
        if old.mixed:
            if not same(old.text, new.text):
                why = "这一段的内容后来改成了别的样子，没有写进去"
                self._place = str(new.place)
                self._add(CONFLICT, old.text, new.text, why=why, now=old.line.text)
            return
        for cell, texts, there in _cells(old, new):
            text = there.text if there is not None else ""
            self._place = str((there or cell).place)
            self._behind = bool(old.line.block) and self._before.earlier(old.line.block, text)
            if there is not None and cell.formula and there.formula:
                self._formula(cell.formula, there.formula)  # its program works it out
            elif there is not None and there.formula and not text.strip():
                self._add(CONFLICT, "".join(texts), there.formula, why=_NO_VALUE)
            elif same("".join(texts), text):
                self.looks += there is not None and there.looks != cell.looks
            else:
                self._cell(old.line, cell, texts, text)

    def _cell(self, line: Line, cell: Cell, texts: Sequence[str], text: str) -> None:
        if not cell.segments:
            self._add(TEMPLATE, "", text, why="这一格在模板里是空的")
            return
        parts = parted(cell.segments, texts, text)
        self._other = units.of_words(parts)
        if line.block or any(part.segment.kind == TYPED for part in parts):
            self._paragraph(cell, parts, text)
            return
        if any(part.torn for part in parts if part.segment.kind == VALUE):
            why = "改动连着模板的文字和几个数，分不清哪些字是哪里来的"
            self._add(CONFLICT, "".join(texts), text, why=why)
            return
        for part in parts:
            if part.changed and part.segment.kind == VALUE:
                self._touch(part)
        if any(part.changed for part in parts if part.segment.kind == FIXED):
            fixed = [part for part in parts if part.segment.kind == FIXED]
            was, now = (
                "…".join(texts) for texts in zip(*((p.old, p.new) for p in fixed), strict=True)
            )
            self._add(TEMPLATE, was, now, why="这是模板里的文字，要改请改模板")

    def _formula(self, old: str, new: str) -> None:
        if "=" not in (old, new) and old != new:
            self._add(TEMPLATE, f"={old}", f"={new}", why="这是模板里的公式，要改请改模板")

    def _touch(self, part: Part) -> None:
        self.touches.append(
            Touch(
                self._document, self._place, part.segment.path, part.old,
                part.segment.text, part.new,
                self._before.earlier(part.segment.path, part.new),
                self._other or self.doubt,
            )
        )  # fmt: skip

    # report.md

    def _paragraph(self, cell: Cell, parts: Sequence[Part], text: str) -> None:
        old = "".join(part.old for part in parts)
        values = [part for part in parts if part.segment.kind == VALUE]
        broken = any(part.torn and part.new not in ("", part.old) for part in values)
        lost = [part for part in values if part.changed and not part.new]
        for part in values:
            if part.changed and part.new and not part.torn:
                self._touch(part)
        for part in parts:
            if part.segment.kind == NUMERAL and part.changed and not part.torn:
                finding = self._finding(TEMPLATE, part.old, part.new, why="编号由 gen 自己排")
                self.numerals.append(finding)
        typed = [
            part for part in parts if part.changed and (part.segment.kind == TYPED or part in lost)
        ]
        done = [part for part in typed if part.segment.text == part.new]
        typed = [part for part in typed if part not in done]
        if broken:
            why = "改动连着几个数，分不清哪些字该改在哪里"
            self._add(CONFLICT, old, text, why=why)
        elif typed and self._other and any(part.changed for part in values):
            self._add(CONFLICT, old, text, why=f"{self._other}，数也改了：请直接改内容")
        elif typed and self._behind:
            self._add(CONFLICT, old, text, why=BEHIND, now=cell.text)
        elif typed:
            self._propose(cell, typed, (old, text), lost=bool(lost))

    def _propose(
        self, cell: Cell, typed: Sequence[Part], texts: tuple[str, str], *, lost: bool
    ) -> None:
        first = typed[0].segment
        at = self._report, first.line, first.column
        meanwhile = [part for part in typed if part.segment.kind == TYPED
                     and part.segment.text != part.old]  # fmt: skip
        if meanwhile:
            why = "这几个字在内容里后来也改了"
            self._add(CONFLICT, *texts, at=at, why=why, now=cell.text)
            return
        why = unwritable("".join(part.new for part in typed))
        changes = tuple(
            Change(self._report, "report", part.segment.line, part.segment.column,
                   part.segment.source, part.new)
            for part in typed
        )  # fmt: skip
        if not why and any(not change.line for change in changes):
            why = "找不到这几个字是在 report.md 的哪里填的"
        if why:
            self._add(CONFLICT, *texts, at=at, why=why)
            return
        told = "这一段删去了引用的数（标签），请看清楚再写" if lost else self._other
        for part in typed:
            told = told or self._numbers.told(part.old, part.new)
        self._add(NARRATIVE, *texts, at=at, why=told, changes=changes, safe=not told)

    def _finding(self, kind: str, old: str, new: str, **told: Any) -> Finding:
        return Finding(kind, self._document, self._place, old, new, **told)

    def _add(self, kind: str, old: str, new: str, **told: Any) -> None:
        self.findings.append(self._finding(kind, old, new, **told))


def _cells(old: Old, new: Line) -> Iterator[tuple[Cell, Sequence[str], Cell | None]]:
    """Each cell of a line with what its pieces said and the cell that it became."""
    cells = old.line.cells
    if cells[0].column or (new.cells and new.cells[0].column):  # of a sheet
        there: Mapping[int, Cell] = {cell.column: cell for cell in new.cells}
        for cell, texts in zip(cells, old.cells, strict=True):
            yield cell, texts, there.get(cell.column)
        known = {cell.column for cell in cells}
        for cell in new.cells:
            if cell.column not in known:
                yield Cell((), cell.place, column=cell.column), (), cell
    elif len(cells) == len(new.cells):
        yield from zip(cells, old.cells, new.cells, strict=True)
    else:
        texts_of = ["".join(texts) for texts in old.cells]
        for a, b in paired(texts_of, [cell.text for cell in new.cells]):
            if a is not None:
                yield cells[a], old.cells[a], None if b is None else new.cells[b]
            elif b is not None:
                yield Cell((), new.cells[b].place), (), new.cells[b]
