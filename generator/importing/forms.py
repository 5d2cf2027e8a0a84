"""A filled form read back by the labels of its template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from generator.content.schema.unit_years import MONEY as DEFAULT
from generator.frozen import frozen, replace
from generator.importing import numbers
from generator.importing.labels import YEAR as STATED
from generator.importing.labels import Labels, Sheet, is_caption, undated
from generator.importing.model import Item, Left, Origin, Read, Value, place
from generator.importing.numbers import Amounts
from generator.importing.patterns import YEAR, Loop, Pattern, Words
from generator.reading.contents import Grid
from generator.reading.tables import bare

OWN: Final = "本项目."
#: Names under which a form tells whose it is.
_OWNERS: Final = frozenset({"单位.名称", "单位.简称"})
#: The list whose rows are projects.
PROJECTS: Final = "项目"
ANNEX: Final = "附件号"
_DASH: Final = frozenset("—-－–/ ")
_DIGIT: Final = re.compile(r"\d")
_DATE: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年度?)?(?![\d年])")
#: So much of a form's labels has to be there, and so much more than of any other form.
_ENOUGH, _APART = 0.6, 0.1
_OTHER_WORDS: Final = "和模板里的写法不一样"
#: Rows of heads over a list at most.
_HEADS: Final = 3


@frozen
class Page:
    """Tables that belong together: a sheet, or a Word table with those behind it."""

    file: str
    sha256: str
    grids: tuple[Grid, ...]

    @property
    def title(self) -> str:
        """What stands above: the caption, and texts that have a row to themselves."""
        words = [self.grids[0].caption]
        for row in self.grids[0].rows[:5]:
            texts = [text for text in row if text.strip()]
            if len(texts) == 1:
                words += texts
        return " ".join(words)

    @property
    def years(self) -> tuple[int, ...]:
        """The years that its title and its captions name."""
        told = {year for word in self.title.split() for year in _YEAR.findall(undated(word))}
        for row in self.grids[0].rows[:5]:
            if is_caption(row, None):
                told |= {y or z for text in row for y, z in STATED.findall(undated(text))}
        return tuple(sorted(map(int, told)))

    def origin(self, where: str, said: str) -> Origin:
        """Where a text of it stands."""
        return Origin(self.file, self.sha256, where, said)


def pages(file: str, sha256: str, grids: Sequence[Grid]) -> list[Page]:
    """The grids of a file, those without words above them with the one before."""
    found: list[list[Grid]] = []
    for grid in grids:
        if found and not grid.caption.strip() and not grid.place.startswith("工作表"):
            found[-1].append(grid)
        else:
            found.append([grid])
    return [Page(file, sha256, tuple(one)) for one in found]


def form_of(page: Page, patterns: Sequence[Pattern], labels: Labels) -> Pattern | None:
    """The form that a page is; None when that is not certain."""
    words = {
        word for grid in page.grids for row in Sheet(grid.rows, labels, None).words for word in row
    }
    title = bare(page.title)
    rated = []
    for one in patterns:
        share = len(one.labels & words) / max(len(one.labels), 1)
        named = bare(one.document.title) in title
        rated.append((share + (1 if named else 0), share, one))
    own = page.file.rpartition(".")[2].lower()
    rated.sort(key=lambda rate: (-rate[0], rate[2].kind != own))
    if not rated or rated[0][1] < _ENOUGH:
        return None
    best = rated[0]
    others = [rate for rate in rated[1:] if rate[2].document.name != best[2].document.name]
    return best[2] if not others or best[0] - others[0][0] >= _APART else None


def read(page: Page, pattern: Pattern, labels: Labels, amounts: Amounts, vouched: str) -> Read:
    """All that a form says; ``vouched``: what its money is in, where it does not say."""
    values: list[Value] = []
    items: list[Item] = []
    left: list[Left] = []
    above: list[str] = []
    for grid in page.grids:
        one = _Filled(page, grid, pattern, Sheet(grid.rows, labels, pattern.labels))
        one.loops()
        one.spots()
        values += one.values
        items += one.items
        left += one.left
        above += one.heads()
    stated = numbers.units(above) or ([] if pattern.units else [DEFAULT])
    cash = _Cash(page, amounts, *numbers.doubt(stated, vouched))
    values = cash.values(values)
    items = [cash.item(item) for item in items]
    left += cash.left
    values += _captions(page, pattern)
    told = {int(v.text) for v in values if v.name == YEAR and v.text.isdecimal()}
    single, clashes = _single(page, [v for v in values if v.name not in (YEAR, ANNEX)])
    project = next((v.text for v in single if v.name == f"{OWN}名称"), "")
    owned = tuple(v.text for v in single if v.name in _OWNERS)
    return Read(
        page.file, pattern.document.title, single, tuple(items), (*left, *clashes),
        tuple(sorted({*page.years, *told})), owned, project,
    )  # fmt: skip


def _single(page: Page, values: Sequence[Value]) -> tuple[tuple[Value, ...], tuple[Left, ...]]:
    """Values of names that have only one; cells that contradict each other are no source."""
    named: dict[str, list[Value]] = {}
    for value in values:
        named.setdefault(value.name, []).append(value)
    single, left = [], []
    for name, same in named.items():
        if len({value.text for value in same}) == 1:
            single.append(same[0])
            continue
        told = "、".join(f"{v.origin.place}是{v.text}" for v in same)
        left.append(
            Left(page.file, same[0].origin.place, same[0].text, f"“{name}”有不同的数：{told}")
        )
    return tuple(single), tuple(left)


def _captions(page: Page, pattern: Pattern) -> Iterator[Value]:
    """Values in the words above the tables, and in cells that name them themselves."""
    above = page.grids[0].caption.split(" ")
    texts = [(page.grids[0].place, " ".join(above[k:])) for k in range(len(above))]
    for grid in page.grids:
        texts += [
            (place(grid, r, c), text)
            for r, row in enumerate(grid.rows) for c, text in enumerate(row) if text.strip()
        ]  # fmt: skip
    for where, text in texts:
        for words in pattern.lone:
            yield from _values(page, where, text, words, "")


def _values(page: Page, where: str, text: str, words: Words, label: str) -> Iterator[Value]:
    found = words.values(text)
    for tag, said in zip(words.tags, found or (), strict=False):
        if tag.name and tag.whole and said.strip():
            yield Value(tag.name, _typed(said), page.origin(where, text), label or tag.name)


def _typed(text: str) -> str:
    """A value as content has it: dates by numbers, dashes and spaces around it away."""
    text = "\n".join(line.strip() for line in text.strip().split("\n"))
    date = _DATE.fullmatch(text)
    return f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}" if date else text


class _Cash:
    """Amounts of a form in 万元; cells that are none are left, and those without a unit."""

    def __init__(self, page: Page, amounts: Amounts, unit: str, lost: str) -> None:
        self._page, self._amounts, self._unit, self._lost = page, amounts, unit, lost
        self.left: list[Left] = []

    def values(self, values: Sequence[Value]) -> list[Value]:
        """Those that are to be had."""
        found = (self._value(v, v.name.removeprefix(OWN), v.name.startswith(OWN)) for v in values)
        return [one for one in found if one is not None]

    def item(self, item: Item) -> Item:
        """A row of a list of projects; other lists hold no money."""
        if item.over != PROJECTS:
            return item
        found = {name: self._value(value, name, True) for name, value in item.fields.items()}
        return replace(item, fields={name: v for name, v in found.items() if v is not None})

    def _value(self, value: Value, name: str, own: bool) -> Value | None:
        if not self._amounts(name, own) or set(value.text) <= _DASH:
            return value
        found = numbers.amount(value, self._unit)
        if found is None:
            why = numbers.why_not(value.text, self._lost)
            self.left.append(Left(self._page.file, value.origin.place, value.text, why))
        return found


class _Filled:
    """One table of a form."""

    def __init__(self, page: Page, grid: Grid, pattern: Pattern, sheet: Sheet) -> None:
        self.page, self.grid, self.pattern, self.sheet = page, grid, pattern, sheet
        self.values: list[Value] = []
        self.items: list[Item] = []
        self.left: list[Left] = []
        self._taken: set[int] = set()
        self._listed: set[int] = set()

    def spots(self) -> None:
        """Cells by the labels left of them and above."""
        named = {(spot.left, spot.above): spot for spot in self.pattern.spots}
        for r, c, text in self.sheet.cells():
            if r in self._taken:
                continue
            left, above = self.sheet.left(r, c), self.sheet.above(r, c)
            spot = named.get((left, above)) or (named.get((left, "")) if left else None)
            where = place(self.grid, r, c)
            if numbers.is_formula(text):
                self._leave(where, text, numbers.no_number(text))
            elif spot is None:
                if (left, above, text) in self.pattern.fixed:
                    continue
                if _DIGIT.search(text) and not self._lonely(r) and not self._said(text):
                    self._leave(where, text, "照标签认不出是什么数")
            elif not set(text) <= _DASH:
                label = " ".join(filter(None, (left, above)))
                if spot.words.values(text) is None:
                    self._leave(where, text, _OTHER_WORDS)
                self.values += _values(self.page, where, text, spot.words, label)

    def heads(self) -> Iterator[str]:
        """What may say what money is in: the caption, and all cells but those of lists."""
        yield self.grid.caption
        for r, row in enumerate(self.grid.rows):
            if r not in self._listed:
                yield from row

    def _lonely(self, r: int) -> bool:
        return sum(1 for text in self.grid.rows[r] if text.strip()) == 1

    def _said(self, text: str) -> bool:
        return any(words.values(text) for words in self.pattern.lone)

    def _leave(self, where: str, text: str, why: str) -> None:
        self.left.append(Left(self.page.file, where, text, why))

    def loops(self) -> None:
        """Rows of lists, from their heads down to what ends them."""
        for loop in self.pattern.loops:
            found = self._heads(loop)
            if found is not None:
                self._rows(loop, *found)

    def _heads(self, loop: Loop) -> tuple[range, dict[int, Words]] | None:
        """The rows of the heads, and the columns under them."""
        wanted = {head: words for head, words in loop.columns if head}
        best: tuple[range, dict[int, Words]] | None = None
        for start in range(len(self.sheet.words)):
            columns: dict[int, Words] = {}
            twice: set[str] = set()
            last = start
            seen: dict[str, int] = {}
            for r in range(start, min(start + _HEADS, len(self.sheet.words))):
                here = {w: c for c, w in enumerate(self.sheet.words[r]) if w in wanted}
                if not here:
                    break
                last = r
                for word, c in here.items():
                    twice |= {word} & set(seen)
                    seen.setdefault(word, c)
            columns = {c: wanted[word] for word, c in seen.items() if word not in twice}
            if len(columns) * 10 >= len(wanted) * 7 and (
                best is None or len(columns) > len(best[1])
            ):
                best = range(start, last + 1), columns
        return best

    def _rows(self, loop: Loop, heads: range, columns: dict[int, Words]) -> None:
        self._taken.update(heads)
        spans = sorted(columns)
        told: dict[str, Value] = {}
        width = max(map(len, self.grid.rows))
        for r in range(heads.stop, len(self.grid.rows)):
            if self._ends(r):
                break
            self._taken.add(r)
            self._listed.add(r)
            fields: dict[str, Value] = {}
            for number, c in enumerate(spans):
                end = spans[number + 1] if number + 1 < len(spans) else width
                self._field(r, c, end, columns[c], fields, told)
            if fields:
                where = place(self.grid, r, spans[0])
                item = Item(loop.over, {**told, **fields}, where)
                told = {name: v for name, v in item.fields.items() if name in _merged(columns)}
                self.items.append(item)

    def _ends(self, r: int) -> bool:
        first = next((c for c, text in enumerate(self.grid.rows[r]) if text.strip()), -1)
        return (first >= 0 and self.sheet.label(r, first) in self.pattern.ends) or self._lonely(r)

    def _field(
        self, r: int, c: int, end: int, words: Words, fields: dict[str, Value],
        told: dict[str, Value],
    ) -> None:  # fmt: skip
        """The text of a column, wherever it stands under a merged head."""
        at = next((k for k in range(c, end) if self.sheet.text(r, k)), -1)
        if at < 0:
            return
        where, text = place(self.grid, r, at), self.sheet.text(r, at)
        if numbers.is_formula(text):
            self._leave(where, text, numbers.no_number(text))
            return
        if any(tag.merged for tag in words.tags):
            for tag in words.tags:  # a new group has nothing of the one before
                told.pop(tag.name, None)
        if words.values(text) is None and not set(text) <= _DASH:
            self._leave(where, text, _OTHER_WORDS)
        for value in _values(self.page, where, text, words, ""):
            fields[value.name] = value


def _merged(columns: dict[int, Words]) -> set[str]:
    return {
        tag.name for words in columns.values()
        if any(tag.merged for tag in words.tags) for tag in words.tags
    }  # fmt: skip
