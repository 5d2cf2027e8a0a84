"""Which of the known tables a grid is, by its labels; where its rows and columns stand.

Nothing goes by position: offices order the columns of one table differently even within a year.
What is not understood is no table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from generator.frozen import frozen
from generator.reading.contents import Grid

#: A column that needs no name: the amounts of a lane that has no others.
PLAIN: Final = "数"
_MOST_ROWS: Final = 5000
_MOST_COLUMNS: Final = 60
_MOST_HEADS: Final = 8
#: A head over all columns is that short, a title longer.
_SHORT: Final = 6
#: Longer labels are notes.
_LONGEST: Final = 40
_MARK: Final = re.compile(
    r"(?:其中[:：]?|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．](?!\d))"
)
_ROW_MARK: Final = re.compile(r"[一二三四五六七八九十]{1,3}、|\d{3}(?:\d\d){0,2}$")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
#: Its signs may be full-width.
_NUMBER: Final = re.compile(r"[-－−]?\d[\d,，]{0,20}(?:[.．]\d{1,12})?")
_CODE: Final = re.compile(r"\d{1,7}")
_COUNTED: Final = re.compile(r"[栏行]次")
#: What numbers a column or a row: 7, 7=8+9, 甲.
_COUNT: Final = re.compile(r"[栏行]次|[\d=＝+＋()（）-]{1,20}(?:\.0{1,4})?|[甲乙丙丁]|[A-Z]")
#: What a table is called, and its number: 收入决算表, 财决03表.
_TABLE: Final = re.compile(r"表(?:[(（].{0,12}[)）])?$")
_NO_HEAD: Final = re.compile(r"(?:单位|部门)(?:名称)?[:：]")
_MONEY: Final = re.compile(r"(?:单位[:：]|[(（](?:金额)?)(?:人民币)?(亿元|万元|千元|元)")
#: What a head says its money is in (决算数（万元）) is no part of it.
IN_MONEY: Final = re.compile(r"[(（](?:金额)?(?:单位[:：]?)?(?:人民币)?[百十亿万千]{0,2}元[)）]$")
#: 科目编码, 类 款 项: columns whose whole numbers name a row.
_CODED: Final = re.compile(r"编码|代码|科目[类款项]?$|^[类款项]$")

Wordings: TypeAlias = tuple[tuple[str, re.Pattern[str]], ...]


@frozen
class LaneMap:
    """Rows with their label column and the columns of numbers right of it.

    ``columns``, ``rows``: name → how it is worded, the first that fits counts. ``totals``: rows
    that add up what stands between them; ``below``: rows that are part of the one above.
    ``across``: formulas over the columns of each row. ``exact``: nothing was measured to be off.
    """

    name: str
    columns: Wordings
    rows: Wordings = ()
    totals: tuple[str, ...] = ()
    below: re.Pattern[str] | None = None
    across: tuple[str, ...] = ()
    exact: bool = False


@frozen
class TableMap:
    """A known table. ``titles``: what it is called, ``never``: what it is not called then.

    ``has``, ``lacks``: labels that it holds, and that it cannot hold. ``titled``: it is told from
    others by its title only. ``single``: one row of numbers, whatever its label.
    """

    name: str
    titles: re.Pattern[str] | None
    never: re.Pattern[str] | None
    has: tuple[re.Pattern[str], ...]
    lacks: re.Pattern[str] | None
    lanes: tuple[LaneMap, ...]
    titled: bool = False
    single: bool = False


@frozen
class Line:
    """A row of a lane: where, what it is called in the map (else by its own words), its code.

    ``below``: it is a part of a row above. ``again``: nothing tells it from one above of the same
    name, so none of the two is certain.
    """

    row: int
    name: str
    label: str
    code: str = ""
    below: bool = False
    again: bool = False


@frozen
class Lane:
    """``columns``: name → column; ``odd``: columns of numbers that no name fits.

    ``twins``: columns whose heads fit a name that is taken, with that name.
    """

    map: LaneMap
    columns: dict[str, int]
    odd: tuple[int, ...]
    lines: tuple[Line, ...]
    twins: tuple[tuple[str, int], ...] = ()


@frozen
class Known:
    """A grid that is understood; ``unit``: what its money is in, "" when it does not say.

    ``above``: the words above its heads.
    """

    map: TableMap
    unit: str
    lanes: tuple[Lane, ...]
    above: str = ""


def known(grid: Grid, maps: Sequence[TableMap]) -> Known | None:
    """The one table of ``maps`` that ``grid`` is; None when that is not certain."""
    rows = [row[:_MOST_COLUMNS] for row in grid.rows[:_MOST_ROWS]]
    layout = _Layout(rows)
    if layout.first < 0:
        return None
    title = bare(grid.caption + "".join(layout.titles))
    words = layout.words()
    fitting = [one for one in maps if _fits(one, title, words)]
    named = [one for one in fitting if one.titles is not None and one.titles.search(title)]
    chosen = named if named else [one for one in fitting if not one.titled]
    if len(chosen) > 1:
        chosen = [one for one in chosen if layout.lanes(one)]
    if len(chosen) != 1:
        return None
    lanes = layout.lanes(chosen[0])
    above = " ".join([grid.caption, *(" ".join(row) for row in rows[: layout.first])])
    unit = _MONEY.search(re.sub(r"\s", "", above))
    return Known(chosen[0], unit[1] if unit else "", lanes, above) if lanes else None


def first_row(rows: Sequence[Sequence[str]]) -> int:
    """The first row of data: one with an amount, or the mark or code of a row; -1 without."""
    for r, row in enumerate(rows):
        texts = [re.sub(r"\s", "", text) for text in row]
        if is_counting(row) or sum(map(bool, texts)) < 2 or any(map(_NO_HEAD.search, texts)):
            continue
        if any(_ROW_MARK.match(text) for text in texts) or any(map(_NUMBER.fullmatch, texts)):
            return r
    return -1


def _fits(one: TableMap, title: str, words: frozenset[str]) -> bool:
    if one.never is not None and one.never.search(title):
        return False
    if one.lacks is not None and any(one.lacks.fullmatch(word) for word in words):
        return False
    return all(any(has.fullmatch(word) for word in words) for has in one.has)


def bare(text: str) -> str:
    """A label without its mark (一、（一）其中：), spaces and signs."""
    text = re.sub(r"\s", "", text)
    for _ in range(3):
        mark = _MARK.match(text)
        if mark is None:
            break
        text = text[mark.end() :]
    return re.sub(r"\W", "", text)


@dataclass(slots=True)
class _Layout:
    """Heads, label columns and rows of a grid."""

    rows: Sequence[Sequence[str]]
    first: int = -1
    titles: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    codes: set[int] = field(default_factory=set)
    skipped: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.first = first_row(self.rows)
        if self.first < 0:
            return
        width = max(map(len, self.rows))
        above = []
        for row in self.rows[max(0, self.first - _MOST_HEADS) : self.first]:
            texts = [text for text in row if text.strip()]
            lone = len(texts) == 1 and len(texts[0]) > _SHORT
            named = all(_TABLE.search(text.strip()) for text in texts)
            said = [IN_MONEY.sub("", text) or text for text in texts]
            if not texts or lone or named or any(map(_NO_HEAD.search, said)):
                self.titles += texts
            elif not is_counting(row):
                above.append([*row, *[""] * (width - len(row))])
        self.heads = _paths(above, width)
        self._columns(width)

    def _columns(self, width: int) -> None:
        data = [row for row in self.rows[self.first :] if not is_counting(row)]
        for c in range(width):
            texts = [row[c].strip() for row in data if c < len(row) and row[c].strip()]
            if _COUNTED.search(self.heads[c]):
                self.skipped.add(c)
            elif texts and _CODED.search(self.heads[c]) and self._coded(texts):
                self.codes.add(c)
            elif texts and sum(1 for text in texts if _HAN.search(text)) * 2 > len(texts):
                self.labels.append(c)

    @staticmethod
    def _coded(texts: Sequence[str]) -> bool:
        """Codes all the way, but for the rows whose label begins in that column."""
        codes = sum(1 for text in texts if _CODE.fullmatch(text))
        return codes > 0 and all(_CODE.fullmatch(t) or _HAN.search(t) for t in texts)

    def words(self) -> frozenset[str]:
        """Every head and label, bare."""
        found = {bare(text) for text in self.heads}
        for row in self.rows[self.first :]:
            found.update(bare(text) for text in row if _HAN.search(text))
        return frozenset(found)

    def lanes(self, one: TableMap) -> tuple[Lane, ...]:
        """The lanes that the map tells of, from left to right; none when they do not fit."""
        starts = self.labels or [-1]
        spread = one.lanes * len(starts) if len(one.lanes) == 1 else one.lanes
        if len(starts) != len(spread):
            return ()
        ends = [*starts[1:], len(self.heads)]
        found = []
        for lane, start, end in zip(spread, starts, ends, strict=True):
            columns = [
                c for c in range(start + 1, end) if c not in self.codes and c not in self.skipped
            ]
            coded = [c for c in sorted(self.codes) if c < start and self._of(c) == start]
            found.append(self._lane(lane, start, columns, coded))
        return tuple(found) if all(one.columns for one in found) else ()

    def _of(self, code: int) -> int:
        return next((c for c in self.labels if c > code), -1)

    def _lane(self, lane: LaneMap, start: int, columns: list[int], coded: list[int]) -> Lane:
        named: dict[str, int] = {}
        odd = []
        twins = []
        for c in columns:
            name = _named(self.heads[c], lane.columns)
            filled = any(c < len(r) and r[c].strip() for r in self.rows[self.first :])
            if name and name not in named:
                named[name] = c
            elif name and filled:
                twins.append((name, c))
            elif self.heads[c] or filled:
                odd.append(c)
        lines = tuple(self._lines(lane, start, coded, columns))
        return Lane(lane, named, tuple(odd), lines, tuple(twins))

    def _lines(
        self, lane: LaneMap, start: int, coded: list[int], columns: list[int]
    ) -> Iterator[Line]:
        told: set[str] = set()
        alone: set[tuple[str, str]] = set()
        for r, row in enumerate(self.rows[self.first :], self.first):
            if is_counting(row):
                continue
            codes = [text for c in coded if (text := _said(row, c))]
            label = _said(row, start) or "".join(text for text in codes if _HAN.search(text))
            if len(label) > _LONGEST or (start >= 0 and not label):
                continue
            own = bare(label)
            name = _named(own, lane.rows) or own
            if start < 0 and told and not any(_NUMBER.fullmatch(_said(row, c)) for c in columns):
                continue
            # 一、一般公共预算财政拨款 stands again below 年初财政拨款结转和结余 as a part of it,
            # behind a total.
            part = bool(lane.below and lane.below.fullmatch(label))
            key = name, _joined(codes)
            again = key in alone and not part
            yield Line(r, name, label, key[1], name in told or part, again)
            told.add(name)
            if name in lane.totals:
                alone = {one for one in alone if one[0] in lane.totals}
            alone.add(key)


def _joined(codes: Sequence[str]) -> str:
    """类, 款, 项 as one code, with the zeros that numbers lose: 301 and 2 are 30102."""
    parts = [code for code in codes if _CODE.fullmatch(code)]
    return "".join(part.zfill(2) if number else part for number, part in enumerate(parts))


def _said(row: Sequence[str], c: int) -> str:
    return re.sub(r"\s", "", row[c]) if 0 <= c < len(row) else ""


def _named(text: str, wordings: Wordings) -> str:
    return next((name for name, wording in wordings if wording.fullmatch(text)), "")


def is_counting(row: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: 栏次, 1, 2, 3 …."""
    texts = [re.sub(r"\s", "", text) for text in row if text.strip()]
    if any(map(_COUNTED.fullmatch, texts)) and all(map(_COUNT.fullmatch, texts)):
        return True
    counts = (re.fullmatch(r"(\d{1,2})(?:\.0{1,4})?", text) for text in texts)
    numbers = [int(count[1]) for count in counts if count]
    return len(numbers) > 2 and len(numbers) == len(texts) and numbers == sorted(set(numbers))


def _paths(above: list[list[str]], width: int) -> list[str]:
    """For each column the words above it, from the top: a merged head counts for all below it."""
    paths = [""] * width
    own_above = [False] * width
    for depth, row in enumerate(above):
        told = ""
        span = -1
        for c in range(width):
            text = bare(IN_MONEY.sub("", re.sub(r"\s", "", row[c])))
            if text:
                told, span = text, c
                paths[c] += text
                own_above[c] = True
                continue
            under = depth > 0 and own_above[c]
            if told and not under and _one_parent(above, depth, span, c):
                paths[c] += told
            elif under:
                told = ""
    return paths


def _one_parent(above: list[list[str]], depth: int, left: int, right: int) -> bool:
    """Whether no head above begins between two columns of one row."""
    return not any(above[d][c].strip() for d in range(depth) for c in range(left + 1, right + 1))
