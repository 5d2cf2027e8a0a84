"""Tables that the maps know: their cells by name, and the names of content that these give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from generator.checks import relations
from generator.content.schema.unit_years import MONEY as DEFAULT
from generator.figures import formulas
from generator.figures.amounts import (
    MONEY,
    exact_places,
    plain,
    round_half_up,
    trimmed,
    typed_places,
)
from generator.frozen import frozen, replace
from generator.importing import numbers
from generator.importing.forms import Page
from generator.importing.labels import YEAR, digits, is_caption, owners, undated, years
from generator.importing.maps import LabelData, TablesMap
from generator.importing.model import Left, Origin, Read, Value, place
from generator.reading.contents import Grid
from generator.reading.tables import IN_MONEY, PLAIN, Known, Lane, Line, first_row, known

#: What stands in a cell that has no amount.
_EMPTY: Final = frozenset({"", "-", "—", "--", "——", "－", "–", "/", "…"})
#: Rows that are read of a table; ``known`` looks no further.
_MOST_ROWS: Final = 5000
#: Rows of heads at most.
_MOST_HEADS: Final = 8
#: A head says its year in that many characters.
_HEAD: Final = 24
#: Codes of 类: sums of a department go by them; 款 and 项 are their parts.
_CLASS: Final = 3
_STAR: Final = "*"
_NAME: Final = re.compile(r"[^\W\d][\w.]*")
_OPERAND: Final = re.compile(r"[^\s=+-]+")


Rows = Callable[[str], Mapping[str, str] | None]


@frozen
class Cell:
    """A cell by name: its amount in 万元, None for one without; ``blank``: nothing stands there.

    ``row``: the name of its row; ``part``: the row is none of the classes that make the total.
    """

    amount: Fraction | None
    blank: bool
    origin: Origin
    unit: str
    label: str
    row: str
    part: bool


@frozen
class Table:
    """A known table of a page: its cells by name; ``last``: of last year's columns."""

    map: TablesMap
    name: str
    cells: Mapping[str, Cell]
    last: bool
    lanes: tuple[Lane, ...]


def read(
    page: Page, grid: Grid, maps: Sequence[TablesMap], labels: LabelData, year: int, vouched: str
) -> tuple[Read, list[Table]] | None:
    """What a table holds; None when no map knows it."""
    headed = _headed(grid, labels)
    sides = list(_sides(headed, labels, year))
    found = [
        (one, last, table)
        for side, last in sides
        for one in maps
        if (table := known(side, one.published.tables)) is not None
    ]
    if not found:
        return None
    if any(one.own for one, _, _ in found):
        found = [each for each in found if each[0].own]
    names = {(one.name, last) for one, last, _ in found}
    called = "、".join(dict.fromkeys(table.map.name for _, _, table in found))
    left = []
    if len(names) < len(found) or len({one.name for one, _, _ in found}) > 1:
        return _refused(page, grid, called, "几种表都像，分不清是哪一种"), []
    heads = (text for row in grid.rows[: headed.rows.stop] for text in row)
    unit, why = numbers.doubt(numbers.units([grid.caption, *heads]), vouched)
    if why:
        return _refused(page, grid, called, why), []
    tables = []
    for one, last, table in found:
        cells, doubts = _cells(page, grid, table, unit)
        tables.append(Table(one, table.map.name, cells, last, table.lanes))
        left += doubts
    left += _odd(page, grid, [table for _, _, table in found])
    if len(grid.rows) > _MOST_ROWS:
        left.append(Left(page.file, grid.place, "", f"第{_MOST_ROWS}行后面的没有读"))
    told = years((text for row in headed.above for text in row), year)
    return Read(
        page.file, f"{found[0][0].name}·{called}", left=tuple(left), years=told,
        owners=owners(headed.above, labels.owner),
    ), tables  # fmt: skip


def _refused(page: Page, grid: Grid, called: str, why: str) -> Read:
    return Read(page.file, called, left=(Left(page.file, grid.place, called, why),))


# Columns of this year, and of the last


@frozen
class _Heads:
    """A grid with its captions moved into its caption; ``rows``: those of its heads.

    ``above``: the captions, row by row.
    """

    grid: Grid
    rows: range
    above: tuple[tuple[str, ...], ...]


def _headed(grid: Grid, labels: LabelData) -> _Heads:
    """The heads are the rows between the last caption and the data."""
    first = max(first_row(grid.rows[:_MOST_ROWS]), 0)
    captions = [
        r for r, row in enumerate(grid.rows[:first])
        if is_caption(row, labels.owner) or _crosses(grid, r, first)
    ]  # fmt: skip
    start = captions[-1] + 1 if captions else 0
    rows = tuple(() if r in captions else row for r, row in enumerate(grid.rows))
    told = " ".join(text for r in captions for text in grid.rows[r] if text.strip())
    own = replace(grid, rows=rows, caption=f"{grid.caption} {told}".strip())
    return _Heads(own, range(start, first), (tuple(grid.caption.split()), *grid.rows[:start]))


def _crosses(grid: Grid, r: int, first: int) -> bool:
    """Whether a year in a row stands over no head of its own: it is one of the whole table."""
    for c, text in enumerate(grid.rows[r]):
        if "年" not in text or not YEAR.search(undated(text)):
            continue
        under = grid.rows[r + 1 : min(first, r + 1 + _MOST_HEADS)]
        below = [row[c].strip() if c < len(row) else "" for row in under]
        if below and not below[0] and any(below):
            return True
    return False


def _sides(headed: _Heads, labels: LabelData, year: int) -> Iterator[tuple[Grid, bool]]:
    """The grid with this year's columns, and with last year's where there are any."""
    marked = _columns(headed, labels, year)
    yield _without(headed, {c for c, y in marked.items() if y != year}, labels, year), False
    if year - 1 in marked.values():
        yield _without(headed, {c for c, y in marked.items() if y != year - 1}, labels, year), True


def _columns(headed: _Heads, labels: LabelData, year: int) -> dict[int, int]:
    """The years of the columns whose heads say theirs."""
    found: dict[int, int] = {}
    for row in (headed.grid.rows[r] for r in headed.rows):
        texts = [c for c, text in enumerate(row) if text.strip()]
        if len(texts) < 2:
            continue
        for number, c in enumerate(texts):
            end = texts[number + 1] if number + 1 < len(texts) else _widest(headed.grid)
            side = _side(row[c], labels, year)
            if side is not None:
                found |= {k: side for k in range(c, end) if side != year or k not in found}
    return found


def _widest(grid: Grid) -> int:
    return max(map(len, grid.rows))


def _side(text: str, labels: LabelData, year: int) -> int | None:
    """The year that a head is of; None where it does not say."""
    text = IN_MONEY.sub("", undated(text))
    if len(text) > _HEAD or "：" in text or ":" in text:
        return None
    found = YEAR.search(text)
    if found is not None:
        return int(found[1] or found[2])
    if labels.last is not None and labels.last.match(text):
        return year - 1
    return year if labels.this is not None and labels.this.match(text) else None


def _without(headed: _Heads, columns: set[int], labels: LabelData, year: int) -> Grid:
    """The grid without some columns, the others without words of the year in their heads."""
    rows = tuple(
        tuple("" if c in columns else _plain(text, labels, year) if r in headed.rows else text
              for c, text in enumerate(row))
        for r, row in enumerate(headed.grid.rows)
    )  # fmt: skip
    return replace(headed.grid, rows=rows)


def _plain(text: str, labels: LabelData, year: int) -> str:
    if _side(text, labels, year) is None:
        return text
    return re.sub(r"^(?:(?:19|20)\d\d年度?|[本上]年度?|上一年度)", "", digits(text))


# Cells by name


def _cells(page: Page, grid: Grid, table: Known, unit: str) -> tuple[dict[str, Cell], list[Left]]:
    """The cells by their names; of a name that several cells tell differently there is none."""
    named: dict[str, list[Cell]] = {}
    left: list[Left] = []
    for lane in table.lanes:
        lines = [line for line in lane.lines if line.again or not line.below]
        below = _below_totals(lane, lines)
        for line in lines:
            for column, c in (*lane.columns.items(), *lane.twins):
                cell = _cell(page, grid, line, c, unit, part=line.row in below)
                if cell.amount is None and not cell.blank:
                    told = grid.rows[line.row][c].strip()
                    left.append(Left(page.file, cell.origin.place, told, numbers.no_number(told)))
                rows = ["" if table.map.single else line.name, *([line.code] if line.code else [])]
                for row in rows:
                    steps = (table.map.name, lane.map.name, row, "" if column == PLAIN else column)
                    named.setdefault(".".join(filter(None, steps)), []).append(cell)
    cells: dict[str, Cell] = {}
    for name, same in named.items():
        one = _certain(same)
        if one is None:
            left.append(_apart(name, same))
        else:
            cells[name] = one
    return cells, left


def _odd(page: Page, grid: Grid, tables: Sequence[Known]) -> list[Left]:
    """The columns of numbers that are none of this year's and none of the last's."""
    lanes = [lane for table in tables for lane in table.lanes]
    read = {c for lane in lanes for c in (*lane.columns.values(), *(c for _, c in lane.twins))}
    odd = {c: lane.lines for lane in lanes for c in lane.odd if c not in read and lane.lines}
    return [
        Left(page.file, place(grid, lines[0].row, c), "", "这一栏的表头认不出")
        for c, lines in odd.items() if _holds(grid, lines, c)
    ]  # fmt: skip


def _certain(same: Sequence[Cell]) -> Cell | None:
    """The first with an amount of the cells of one name; None where they differ."""
    best = next((cell for cell in same if cell.amount is not None), same[0])
    alike = all(cell.blank or (cell.amount, cell.blank) == (best.amount, False) for cell in same)
    return best if alike or len(same) == 1 else None


def _apart(name: str, same: Sequence[Cell]) -> Left:
    where = "、".join(dict.fromkeys(cell.origin.place for cell in same))
    told = "、".join(dict.fromkeys(f"{c.origin.place}是{c.origin.said or '空'}" for c in same))
    why = f"“{name}”有不同的数：{told}，都没有放"
    return Left(same[0].origin.file, where, same[0].origin.said, why)


def _holds(grid: Grid, lines: Sequence[Line], c: int) -> bool:
    return any(
        c < len(grid.rows[line.row]) and numbers.number(grid.rows[line.row][c]) for line in lines
    )


def _below_totals(lane: Lane, lines: Sequence[Line]) -> set[int]:
    """Rows behind the first of several totals: they are no parts of it."""
    first = next((n for n, line in enumerate(lines) if line.name in lane.map.totals), len(lines))
    return {line.row for line in lines[first:]} if len(lane.map.totals) > 1 else set()


def _cell(page: Page, grid: Grid, line: Line, c: int, unit: str, *, part: bool) -> Cell:
    text = grid.rows[line.row][c].strip() if c < len(grid.rows[line.row]) else ""
    found = numbers.number(text)
    amount = Fraction(found) * MONEY[unit] if found is not None else None
    part = part or len(line.code) > _CLASS
    return Cell(
        amount, text in _EMPTY, page.origin(place(grid, line.row, c), text), unit,
        line.label, line.name, part,
    )  # fmt: skip


# What cells give


@frozen
class Pool:
    """All cells of one map, of one year, without those that are told in two ways.

    ``doubts``: why a cell is not known to be 0; ``told``: of all cells, doubted ones too.
    """

    map: TablesMap
    cells: Mapping[str, Cell]
    totals: frozenset[str]
    doubts: Mapping[str, str]
    told: frozenset[str]


def pooled(tables: Iterable[Table]) -> tuple[list[tuple[Pool, bool]], list[Left]]:
    """The cells of all tables by map and year; what two of them tell differently is left out."""
    groups: dict[tuple[str, bool], list[Table]] = {}
    for one in tables:
        groups.setdefault((one.map.name, one.last), []).append(one)
    pools, left = [], []
    for (_, last), group in groups.items():
        cells: dict[str, Cell] = {}
        bad: set[str] = set()
        finest = _finest(cell for table in group for cell in table.cells.values())
        for table in group:
            for name, cell in table.cells.items():
                other = cells.setdefault(name, cell)
                if not _alike(other, cell, finest):
                    bad.add(name)
                    told = "、".join(
                        f"{c.origin.file} {c.origin.place}是{c.origin.said}" for c in (other, cell)
                    )
                    left.append(Left(
                        cell.origin.file, cell.origin.place, cell.origin.said,
                        f"“{name}”有不同的数：{told}，都没有放",
                    ))  # fmt: skip
                elif other.amount is None or (other.unit != "元" and cell.unit == "元"):
                    cells[name] = cell if cell.amount is not None else other
        kept = _proven({name: cell for name, cell in cells.items() if name not in bad}, group)
        kept, wrong = _sound(kept, group)
        left += wrong
        totals = frozenset(t for table in group for lane in table.lanes for t in lane.map.totals)
        pool = Pool(group[0].map, kept, totals, _doubts(cells, group), frozenset(cells))
        pools.append((pool, last))
    return pools, left


def _alike(one: Cell, other: Cell, finest: Mapping[tuple[str, str], int]) -> bool:
    """Whether two cells tell the same, as far as the table of the coarser one tells amounts."""
    if None in (one.amount, other.amount) or one.amount == other.amount:
        return True
    coarse, fine = sorted((one, other), key=lambda cell: finest[_source(cell)])
    # A workbook keeps no zeros: in a table of whole 万元 7 is 7.00.
    places = finest[_source(coarse)] or (numbers.FINE if coarse.unit == DEFAULT else 0)
    return Fraction(round_half_up(fine.amount or Fraction(0), places)) == coarse.amount


def _source(cell: Cell) -> tuple[str, str]:
    return cell.origin.file, cell.unit


def _finest(cells: Iterable[Cell]) -> dict[tuple[str, str], int]:
    """How many decimals of 万元 the amounts of a file in one unit have."""
    found: dict[tuple[str, str], int] = {}
    for cell in cells:
        found[_source(cell)] = max(found.get(_source(cell), 0), _digits(cell))
    return found


def _digits(cell: Cell) -> int:
    """Decimals of an amount in 万元, as finely as its unit tells."""
    number, _ = numbers.split(cell.origin.said)
    typed = 0 if number is None else typed_places(plain(number))
    return typed + {"元": 4, "亿元": -4}.get(cell.unit, 0)


def _proven(cells: Mapping[str, Cell], tables: Sequence[Table]) -> dict[str, Cell]:
    """Blank cells as 0 where an identity holds exactly with them at 0."""
    out = dict(cells)
    for relation in _relations(tables):
        held = {name: out[name] for name in relation.names if name in out}
        if len(held) < len(relation.names) or all(c.amount is None for c in held.values()):
            continue
        if any(c.amount is None and not c.blank for c in held.values()):
            continue
        worth = {name: c.amount or Fraction(0) for name, c in held.items()}
        left = formulas.evaluate(relation.left, worth.__getitem__)
        if left == formulas.evaluate(relation.right, worth.__getitem__):
            for name, cell in held.items():
                if cell.amount is None:
                    out[name] = replace(cell, amount=Fraction(0))
    return out


def _doubts(cells: Mapping[str, Cell], tables: Sequence[Table]) -> dict[str, str]:
    """Of the cells of identities with one that is no number: which that is, and why."""
    found: dict[str, str] = {}
    for relation in _relations(tables):
        odd = [
            c for n in relation.names if (c := cells.get(n)) and c.amount is None and not c.blank
        ]
        for cell in odd[:1]:
            why = f"{_square(cell)}{numbers.no_number(cell.origin.said)}"
            found |= {name: found.get(name, why) for name in relation.names}
    return found


def _sound(
    cells: Mapping[str, Cell], tables: Sequence[Table]
) -> tuple[dict[str, Cell], list[Left]]:
    """Without totals that their parts do not give, by more than rounding: both are told."""
    out = dict(cells)
    left: list[Left] = []
    for relation in _relations(tables):
        total = out.get(relation.left_text)
        parts = [cells.get(name.path) for name in formulas.names(relation.right)]
        if total is None or total.amount is None or not all(parts):
            continue
        known = [part for part in parts if part is not None]
        if any(part.amount is None and not part.blank for part in known):
            continue
        given = {
            n.path: cells[n.path].amount or Fraction(0) for n in formulas.names(relation.right)
        }
        computed = formulas.evaluate(relation.right, given.__getitem__)
        if abs(total.amount - computed) > _rounding((total, *known)):
            del out[relation.left_text]
            places = exact_places(computed)
            told = _text(computed, 6 if places is None else places)
            why = f"“{relation.left_text}”和它的各项对不上：各项算出来是{told}万元"
            left.append(Left(total.origin.file, total.origin.place, total.origin.said, why))
    return out, left


def _rounding(cells: Sequence[Cell]) -> Fraction:
    """By how much cells may be apart, each rounded as finely as its file and unit tell it."""
    finest = _finest(cells)
    return sum((Fraction(1, 2 * 10 ** finest[_source(cell)]) for cell in cells), Fraction(0))


def _relations(tables: Sequence[Table]) -> Iterator[relations.Relation]:
    """The equalities that the map gives, spelled out for each row."""
    for tie in tables[0].map.published.ties:
        if _STAR not in tie.formula and "⇒" not in tie.formula:
            relation = relations.parse(tie.formula)
            if relation.sign == "=":
                yield relation
    for table in tables:
        for lane in table.lanes:
            for formula in lane.map.across:
                yield from _across(table, lane, formula)
            yield from _sums(table, lane)


def _across(table: Table, lane: Lane, formula: str) -> Iterator[relations.Relation]:
    """A formula over columns for each row, if the table has the columns."""
    relation = relations.parse(formula)
    if not all(name in lane.columns for name in relation.names):
        return
    for line in lane.lines:
        head = ".".join(filter(None, (table.name, lane.map.name, line.name)))
        if _NAME.fullmatch(head):
            yield relations.parse(_OPERAND.sub(lambda m, head=head: f"{head}.{m[0]}", formula))  # type: ignore[misc]


def _sums(table: Table, lane: Lane) -> Iterator[relations.Relation]:
    """Totals of rows without codes: each is the one before it with what stands between."""
    if any(line.code for line in lane.lines):
        return
    for column in lane.columns:
        steps = "" if column == PLAIN else f".{column}"
        head = ".".join(filter(None, (table.name, lane.map.name)))
        parts: list[str] = []
        for line in lane.lines:
            name = f"{head}.{line.name}{steps}"
            if line.below or not _NAME.fullmatch(name):
                continue
            if line.name in lane.map.totals:
                if len(parts) > 1:
                    yield relations.parse(f"{name} = {' + '.join(parts)}")
                parts = [name]
            else:
                parts.append(name)


def values(pool: Pool, rows: Rows) -> Iterator[tuple[Value | Left, str]]:
    """The names of content that the cells give, each with the goal that asked for it.

    ``rows``: of a table of content by its path, the names of its rows by how they are told; None
    for a table that is not there.
    """
    for goal, sources in pool.map.goals:
        for name, formulas_of in _spread(goal, sources, pool, rows):
            if isinstance(name, Left):
                yield name, goal
                continue
            found = [v for one in formulas_of if (v := _given(name, one, pool)) is not None]
            if found:
                yield _one(name, found), goal


def lacking(pool: Pool) -> Iterator[tuple[str, Left]]:
    """Names of content of which the cells give only a part, each with what is not certain."""
    for goal, sources in pool.map.goals:
        if _STAR in goal or any(_given(goal, one, pool) is not None for one in sources):
            continue
        for source in sources:
            names = [one.path for one in formulas.names(formulas.parse(source))]
            known = [c for name in names if (c := pool.cells.get(name)) and c.amount]
            if known:
                where = "、".join(dict.fromkeys(cell.origin.place for cell in known))
                said = " + ".join(cell.origin.said for cell in known)
                whys = [why for name in names if (why := _unknown(name, pool))]
                why = f"“{goal}”还要别的数：{'；'.join(whys)}"
                yield goal, Left(known[0].origin.file, where, said, why)
                break


def _unknown(name: str, pool: Pool) -> str:
    """Why a cell gives no amount; empty for one that does."""
    cell = pool.cells.get(name)
    if cell is None:
        why = "不确定" if name in pool.told else "表里没有，证不了是0"
        return f"“{name}”{why}"
    if cell.amount is not None:
        return ""
    if not cell.blank:
        return f"“{name}”（{_square(cell)}）{numbers.no_number(cell.origin.said)}"
    because = f"（{pool.doubts[name]}）" if name in pool.doubts else ""
    return f"“{name}”（{_square(cell)}）是空的，证不了是0{because}"


def _square(cell: Cell) -> str:
    """Where a cell stands in its table."""
    return cell.origin.place.rpartition(" ")[2]


def _one(name: str, found: Sequence[Value]) -> Value | Left:
    finest = max(found, key=lambda v: len(v.text.partition(".")[2]))
    if all(numbers.same(finest.text, other.text) for other in found):
        return finest
    told = "、".join(f"{v.origin.place}是{v.text}" for v in found)
    return Left(finest.origin.file, finest.origin.place, finest.origin.said,
               f"“{name}”有不同的数：{told}")  # fmt: skip


def _spread(
    goal: str, sources: Sequence[str], pool: Pool, rows: Rows
) -> Iterator[tuple[str | Left, list[str]]]:
    """A goal with ``*`` once for each row, by the row's name in content."""
    if _STAR not in goal:
        yield goal, list(sources)
        return
    head = goal.partition(f".{_STAR}")[0]
    known = rows(head)
    spelled_of: dict[str, list[str]] = {}
    for source in sources:
        start, _, end = source.partition(_STAR)
        for name, cell in pool.cells.items():
            row = name[len(start) : len(name) - len(end)] if end else name[len(start) :]
            if not name.startswith(start) or not name.endswith(end) or row != cell.row:
                continue
            if cell.part or row in pool.totals or not cell.amount:
                continue
            spelled_of.setdefault(row, []).append(source.replace(_STAR, row))
    for row, spelled in spelled_of.items():
        own = row if known is None else known.get(row)
        if own is None:
            cell = pool.cells[spelled[0]]
            why = f"内容的“{head}”里没有这一行"
            yield (
                Left(cell.origin.file, cell.origin.place, f"{cell.label} {cell.origin.said}", why),
                [],
            )
        else:
            yield goal.replace(_STAR, own), spelled


def _given(name: str, formula: str, pool: Pool) -> Value | None:
    """What a formula over cells gives; None where one of them is not there."""
    tree = formulas.parse(formula)
    cells = [pool.cells.get(one.path) for one in formulas.names(tree)]
    if not cells or any(cell is None or cell.amount is None for cell in cells):
        return None
    held = {one.path: pool.cells[one.path] for one in formulas.names(tree)}
    amount = formulas.evaluate(tree, lambda path: held[path].amount or Fraction(0))
    places = exact_places(amount)
    if places is None:
        return None
    first = next(iter(held.values()))
    said = " + ".join(dict.fromkeys(c.origin.said or "空" for c in held.values()))
    where = "、".join(dict.fromkeys(c.origin.place for c in held.values()))
    if len(held) == 1:
        typed = numbers.number(first.origin.said)
        keep = typed is not None and first.unit == "万元"
        text = plain(typed) if keep and typed is not None else _text(amount, places)
    else:
        text = _text(amount, places)
    origin = replace(first.origin, place=where, said=said)
    return Value(name, text, origin, first.label, unit=first.unit, amount=True)


def _text(amount: Fraction, places: int) -> str:
    return trimmed(Decimal(round_half_up(amount, places)))
