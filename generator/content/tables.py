"""``figures.yaml``: tables of amounts, and formulas over them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as Mapping_
from decimal import Decimal

from generator.content.blanks import is_unfilled
from generator.content.entries import Entry, entry, mapping
from generator.content.model import Figures, Formula, Leaf, Row, Text, Tree
from generator.content.schema.unit_years import (
    DERIVED_FIGURE,
    MONEY,
    RESERVED,
    ROW,
    TOLERATED,
    TOTALS,
    UNITS,
)
from generator.content.values import check_name, formula, number
from generator.content.yaml.nodes import Mapping, Node, Scalar, is_empty
from generator.frozen import replace
from generator.problems import Position, Problems, Suggestions, suggest

#: Where a row's column was typed: (place of the row, column) → place of the column's name.
_Keys = dict[tuple[Position, str], Position]
DERIVED = "派生"


#: What totals are called elsewhere, and how 小计 and 合计 are misspelt.
_LIKE_TOTALS = ("共计", "总计", "总合计", "合共", "小记", "合记")


def read_figures(node: Mapping, file: str, problems: Problems) -> Figures:
    """All tables and derived formulas of one file."""
    tables: list[Row] = []
    derived = Tree()
    damaged = node.broken
    above = ""
    for key, value in node.items:
        if key.text == DERIVED:
            derived = read_derived(value, problems)
        elif key.text in RESERVED:
            problems.add("L215", key.at, name=key.text)
            damaged = True
        elif key.text in TOTALS:
            report_loose_total(key, above, problems)
            damaged = True
        elif isinstance(value, Mapping) and not value.items and not value.broken:
            _no_table(key, problems)
            damaged = True
        elif (table := read_table(key, value, problems)) is not None:
            tables.append(table)
        else:
            damaged = True
        above = above if key.text in (*TOTALS, DERIVED) else key.text
    return Figures(tuple(tables), derived, file, damaged)


def report_loose_total(key: Scalar, above: str, problems: Problems) -> None:
    """A 合计 outside of any table: most likely it lost its indentation; ``above``: the table."""
    table = f"上面的“{above}”" if above else "它所属的表"
    problems.add("L310", key.at, name=key.text, table=table)


def read_table(
    key: Scalar, node: Node, problems: Problems, columns: Mapping_[str, Formula] | None = None
) -> Row | None:
    """One table: a group of rows at the top of ``figures.yaml`` or a project's 资金.

    ``columns`` are column formulas given from outside, used where the table has none itself.
    """
    if not isinstance(node, Mapping):
        _no_table(key, problems)
        return None
    keys: _Keys = {}
    row = _row(key, Entry(node, ROW, problems), MONEY, keys)
    if row is None:
        return None
    if row.columns is None and columns:
        row = replace(row, columns=columns)
    return _with_all_columns(row, keys, problems)


def _no_table(key: Scalar, problems: Problems) -> None:
    *_, folder, file = ("", *key.at.file.split("/"))
    in_project = folder == "projects"
    problems.add(
        "L301", key.at, name=key.text, file=f"projects/{file}" if in_project else file,
        advice="单独的数字和文字写在这张表外面" if in_project
        else "单独的数字和文字请写进 facts.yaml",
    )  # fmt: skip


def _check_row_name(key: Scalar, problems: Problems) -> bool:
    if key.text in _LIKE_TOTALS:  # it would be added to what it is the sum of
        problems.add("L311", key.at, name=key.text, known="、".join(TOTALS))
        return False
    return check_name(key, problems)


def _row(key: Scalar, given: Entry, unit: str, keys: _Keys) -> Row | None:
    node, problems = given.node, given.problems
    if not _check_row_name(key, problems):
        return None
    unit = given.choice("单位") or unit
    cells: dict[str, Leaf] = {}
    rows: list[Row] = []
    empty: list[str] = []
    damaged = node.broken
    for name, value in node.items:
        if name.text in ROW.keys:
            continue
        if isinstance(value, Mapping) and not value.items and not value.broken:
            problems.add("L202", name.at, what=f"“{key.text}”的“{name.text}”")
            damaged = True
        elif isinstance(value, Mapping):
            below = _row(name, Entry(value, ROW, problems), unit, keys)
            rows += [below] if below is not None else []
            damaged |= below is None
        elif not check_name(name, problems):
            damaged = True
        elif isinstance(value, Scalar) and _misspelt_option(name, value, problems):
            continue
        else:
            typed = number(value, problems, what=f"“{key.text}”的“{name.text}”")
            # An amount that cannot be read keeps its place, so that it is reported just once.
            cells[name.text] = Text(_blank(value), value.at) if typed is None else typed
            keys[key.at, name.text] = name.at
            empty += [name.text] if is_empty(value) else []
    columns = {column for row in rows for column in row.cells}
    # Beside filled rows it is a row left empty, not a column of the control total.
    lost = [column for column in empty if rows and column not in columns]
    for column in lost:
        del cells[column]
    if rows and cells and key.text not in TOTALS:
        # A group's own cells are its control total: the same as a 小计 row written short.
        rows.append(Row("小计", "小计", unit, node.at, cells, is_total=True))
        cells = {}
    loose, slack = _tolerance(given)
    parts, parts_damaged = _parts(given, unit)
    return Row(
        name=key.text,
        label=given.text("显示") or key.text,
        unit=unit,
        at=key.at,
        cells=cells,
        rows=tuple(rows),
        parts=parts,
        is_total=key.text in TOTALS,
        loose=loose,
        slack=slack,
        columns=column_formulas(given),
        damaged=damaged or bool(lost),
        parts_damaged=parts_damaged,
    )


def _blank(value: Node) -> str:
    return value.text if isinstance(value, Scalar) and is_unfilled(value.text) else ""


_AMOUNT_SIGNS = "0123456789０１２３４５６７８９=＝—–/-"


def _misspelt_option(name: Scalar, value: Scalar, problems: Problems) -> bool:
    """Catch ``尾叉: 允许``: a text where an amount would stand, under a nearly known option."""
    if value.text in ("", "无") or any(sign in value.text for sign in _AMOUNT_SIGNS):
        return False
    near = suggest(name.text, ROW.keys)
    if near or value.text in UNITS or value.text == TOLERATED:
        problems.add(
            "L212", name.at, found=name.text, what=ROW.name,
            suggestion=near, known="、".join(ROW.keys),
        )  # fmt: skip
        return True
    return False


def _tolerance(given: Entry) -> tuple[bool, Decimal | None]:
    """尾差: 允许 (what rounding explains), or the exact difference of a published total."""
    node, text = given.scalar("尾差"), given.text("尾差")
    if node is None or text == TOLERATED:
        return node is not None, None
    if re.fullmatch(r"[+-]?[0-9]+(?:\.[0-9]+)?", text):
        return False, Decimal(text)
    given.problems.add("L303", node.at, found=text)
    return False, None


def _parts(given: Entry, unit: str) -> tuple[tuple[Row, ...], bool]:
    """The rows under 其中, and whether one of them was left out."""
    below = mapping(given.get("其中"), given.problems, what="其中")
    rows: list[Row | None] = []
    for key, value in below.items if below is not None else ():
        if not isinstance(value, Mapping):
            given.problems.add("L304", key.at, name=key.text)
            continue
        rows.append(_row(key, Entry(value, ROW, given.problems), unit, {}))
    return tuple(row for row in rows if row is not None), None in rows


def column_formulas(given: Entry) -> dict[str, Formula] | None:
    """列公式: column → formula over the other columns of a row; the ``=`` may be left out."""
    problems = given.problems
    below = mapping(given.get("列公式"), problems, what="列公式")
    if below is None:
        return None
    out: dict[str, Formula] = {}
    for key, value in below.items:
        if not check_name(key, problems):
            continue
        if not isinstance(value, Scalar) or is_empty(value):
            problems.add("L305", key.at, name=key.text)
            continue
        out[key.text] = formula(value)
    return out


#: Cells that are told to be missing from one table.
_MOST_ABSENT = 200


def _with_all_columns(table: Row, keys: _Keys, problems: Problems) -> Row:
    """Rows of a table share columns: a cell left out is reported, nothing is guessed.

    It gets a cell without value, so that it is reported just once.
    """
    rows = list(_rows_with_cells(table))
    known = set(table.columns or {})
    counts = Counter(column for row in rows for column in row.cells)
    suggestions = Suggestions()
    kept: dict[Position, dict[str, Leaf]] = {row.at: {} for row in rows}
    for row in rows:
        for column in [name for name in row.cells if counts[name] == 1 and name not in known]:
            meant = _meant(column, row, counts, suggestions)
            if meant and (row.at, column) in keys:
                at = keys[row.at, column]
                problems.add("L309", at, row=row.name, found=column, meant=meant)
                kept[row.at][meant] = Text("", at)
                del counts[column]
    told = 0
    for row in rows:
        for column in () if row.is_total or row.damaged else counts:
            if column not in row.cells and column not in kept[row.at] and column not in known:
                problems.add("L306", row.at, row=row.name, column=column, table=table.name)
                kept[row.at][column] = Text("", row.at)
                told += 1
        if told > _MOST_ABSENT:  # rows that have no columns in common are no table
            return replace(_filled(table, kept), damaged=True)
    return _filled(table, kept) if any(kept.values()) else table


def _filled(row: Row, kept: Mapping_[Position, Mapping_[str, Leaf]]) -> Row:
    """``row`` and the rows below with the cells ``kept`` at their places added."""
    cells = {**row.cells, **kept.get(row.at, {})}
    return replace(row, cells=cells, rows=tuple(_filled(below, kept) for below in row.rows))


def _meant(column: str, row: Row, counts: Counter[str], suggestions: Suggestions) -> str:
    """The column of other rows that ``column``, found in this row only, may be a slip of."""
    if suggestions.spent:
        return ""
    others = [name for name, count in counts.items() if name not in row.cells and count > 1]
    return suggestions.nearest(column, others)


def _rows_with_cells(row: Row) -> list[Row]:
    if not row.rows:
        return [row] if row.cells else []
    return [one for below in row.rows for one in _rows_with_cells(below)]


def read_derived(node: Node, problems: Problems) -> Tree:
    """派生: name → formula, nested as deep as the writer likes."""
    below = mapping(node, problems, what=DERIVED)
    out = Tree()
    if below is None:
        return out
    out.damaged = below.broken
    for key, value in below.items:
        if not check_name(key, problems):
            out.damaged = True
        elif isinstance(value, Mapping) and value.get("公式") is not None:
            out[key.text] = _declared(value, problems) or Formula("0", value.at)
        elif isinstance(value, Mapping):
            out[key.text] = read_derived(value, problems)
        elif isinstance(value, Scalar) and value.text.strip().startswith(("=", "＝")):
            out[key.text] = formula(value)
        elif isinstance(value, Scalar) and is_unfilled(value.text):
            out[key.text] = Text(value.text, value.at)
        else:
            problems.add("L307", key.at, name=key.text)
            out.damaged = True
    return out


def _declared(node: Mapping, problems: Problems) -> Formula | None:
    """``{公式: …, 单位: …, 显示: …}``."""
    given = entry(node, DERIVED_FIGURE, problems)
    source = given.scalar("公式") if given is not None else None
    if given is None or source is None:
        return None
    return replace(formula(source), unit=given.choice("单位"), label=given.text("显示"))
