"""Tables become definitions: cells, sums of rows, columns by formula, and control totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from generator.content.blanks import is_unfilled
from generator.content.model import Formula, Leaf, Quantity, Row
from generator.content.schema.unit_years import TOTALS
from generator.figures import formulas
from generator.figures.amounts import (
    DEFAULT_PLACES,
    MONEY,
    exact_places,
    show,
    total,
    typed_places,
    worth,
)
from generator.figures.graph import Definition, Graph, kind, reference_sum
from generator.frozen import frozen
from generator.problems import Position, Problems

DEFAULT_TOTAL = "合计"

Columns = Mapping[str, Formula]


@frozen
class Tolerance:
    """How far a total may be from its parts: what rounding explains, or an exact difference."""

    loose: bool = False
    slack: Fraction | None = None

    def within(self, row: Row) -> Tolerance:
        """What ``row`` states, else the same as above it."""
        if row.slack is not None:
            return Tolerance(slack=Fraction(row.slack) * worth(row.unit))
        return Tolerance(loose=True) if row.loose else self

    def allows(self, difference: Fraction, rounding: Fraction) -> bool:
        """Whether a total may be off by ``difference`` (typed − sum) from its parts.

        ``rounding`` is what rounding all of these numbers can amount to.
        """
        if self.slack is not None:
            return difference == self.slack
        return self.loose and abs(difference) <= rounding


@frozen
class Control:
    """A typed figure that must equal what its parts add up to.

    ``expected`` is the path of the computed counterpart, ``terms`` how many parts it has,
    ``unit`` what its row is kept in. ``parts_only``: the parts (其中) may fall short of it but
    not exceed it.
    """

    path: str
    expected: str
    terms: int
    tolerance: Tolerance
    at: Position
    unit: str
    parts_only: bool = False


def quantity(path: str, typed: Quantity, unit: str) -> Definition:
    """A typed number as a definition; money in 万元, percentages as ratios."""
    unit = kept = typed.unit or unit
    top, bottom = typed.value.as_integer_ratio()
    value = Fraction(top) if bottom == 1 else Fraction(top, bottom)
    if not unit and typed.text == typed.number:
        decimals = typed_places(typed.number)
        declared = unit, decimals
        return Definition(
            path, typed.at, value=value, text=typed.text, places=decimals, declared=declared
        )
    places: int | None = typed_places(typed.number)
    suffix = typed.text[typed.text.rfind(typed.number[-1]) + 1 :]
    text = typed.text
    if unit in MONEY:
        value *= MONEY[unit]
        if unit != "万元":
            places = None
            text = "" if not typed.unit else text
        unit = "万元"
    elif unit == "%":
        value /= 100
        if not typed.unit:
            text, suffix = typed.text + "%", "%"
    return Definition(
        path, typed.at, value=value, unit=unit, text=text, places=places,
        declared=(kept, typed_places(typed.number)),
        prefix=typed.text[: typed.text.index(typed.number)] if typed.prefix else "",
        suffix=suffix,
    )  # fmt: skip


class TableBuilder:
    """Defines the figures of one table below ``prefix`` in a graph."""

    def __init__(self, graph: Graph, prefix: str = "") -> None:
        self._graph = graph
        self._prefix = prefix
        self.controls: list[Control] = []
        #: alias path → the path it stands for (收入预算.本年 → 收入预算.合计.本年)
        self.aliases: dict[str, str] = {}

    def add(self, table: Row) -> None:
        """Define every figure of ``table``."""
        self._row(table, self._prefix + table.name, table.columns or {}, Tolerance())

    def _row(self, row: Row, path: str, columns: Columns, tolerance: Tolerance) -> list[str]:
        """Define ``row``; give the columns it ends up with."""
        graph = self._graph
        graph.groups.add(path)
        graph.damaged |= {path} if row.damaged else set()
        graph.damaged |= {f"{path}.其中"} if row.parts_damaged else set()
        formulas_by_column = row.columns or columns
        tolerance = tolerance.within(row)
        if row.rows:
            found = self._group(row, path, formulas_by_column, tolerance)
        else:
            found = self._cells(row, path, formulas_by_column, tolerance)
        for part in row.parts:
            self._row(part, f"{path}.其中.{part.name}", formulas_by_column, tolerance)
            graph.groups.add(f"{path}.其中")
        for column in found if row.parts else ():
            below = [
                f"{path}.其中.{part.name}.{column}"
                for part in row.parts
                if graph.knows(f"{path}.其中.{part.name}.{column}")
            ]
            if below:
                hidden = f"{path}.其中.〔{column}〕"
                graph.define(Definition(hidden, row.at, tree=reference_sum(below), hidden=True))
                self.controls.append(
                    Control(
                        f"{path}.{column}", hidden, len(below), Tolerance(), row.at, row.unit, True
                    )
                )
        return found

    def _cells(self, row: Row, path: str, columns: Columns, tolerance: Tolerance) -> list[str]:
        available = list(dict.fromkeys((*row.cells, *columns)))
        for column, typed in row.cells.items():
            target = f"{path}.{column}"
            self._graph.define(self._cell(target, typed, row.unit))
            if column in columns:
                hidden = f"{path}.〔{column}〕"
                self._computed(hidden, columns[column], path, available, row, hidden=True)
                self.controls.append(Control(target, hidden, 0, Tolerance(), typed.at, row.unit))
        self._cells_total(row, path, columns, tolerance)
        for column, by_formula in columns.items():
            if column not in row.cells and row.cells:
                self._computed(f"{path}.{column}", by_formula, path, available, row)
        return [column for column in available if self._graph.knows(f"{path}.{column}")]

    def _cells_total(self, row: Row, path: str, columns: Columns, tolerance: Tolerance) -> None:
        """A 合计 beside plain amounts (甲: 5, 乙: 6, 合计: 11) is their sum."""
        parts = [f"{path}.{column}" for column in row.cells if column not in TOTALS]
        for column in row.cells:
            if parts and column in TOTALS and column not in columns and not row.damaged:
                self._control(f"{path}.{column}", parts, tolerance, row.unit)

    def _cell(self, path: str, typed: Leaf, unit: str) -> Definition:
        if isinstance(typed, Quantity):
            return quantity(path, typed, unit)
        if isinstance(typed, Formula):
            tree = self._graph.formula(typed)
            return Definition(path, typed.at, tree=tree, source=typed.source)
        return Definition(path, typed.at, blank=is_unfilled(typed.text))

    def _computed(
        self, path: str, typed: Formula, row_path: str, available: Sequence[str], row: Row,
        *, hidden: bool = False,
    ) -> None:  # fmt: skip
        def resolve(name: str) -> str:
            return f"{row_path}.{name}" if name in available else name

        tree = self._graph.formula(typed, resolve)
        at = typed.at if tree is None or typed.at.file != row.at.file else row.at
        self._graph.define(
            Definition(path, at, tree=tree, source=typed.source, beside=available, hidden=hidden)
        )

    def _group(self, row: Row, path: str, columns: Columns, tolerance: Tolerance) -> list[str]:
        """Rows below, their sums, and the typed totals that must equal these sums."""
        parts = [below for below in row.rows if not below.is_total]
        totals = [below for below in row.rows if below.is_total]
        held: dict[str, list[str]] = {}
        for below in parts:
            for column in self._row(below, f"{path}.{below.name}", columns, tolerance):
                held.setdefault(column, []).append(f"{path}.{below.name}.{column}")
        summed = {
            column: paths for column, paths in held.items()
            if len(paths) == len(parts) and column not in columns and not row.damaged
        }  # fmt: skip
        for below in totals:
            self._row(below, f"{path}.{below.name}", columns, tolerance)
            for column, paths in summed.items():
                target = f"{path}.{below.name}.{column}"
                self._control(target, paths, tolerance.within(below), below.unit)
        if not totals and parts:
            totals = [Row(DEFAULT_TOTAL, DEFAULT_TOTAL, row.unit, row.at, {}, is_total=True)]
            self._graph.groups.add(f"{path}.{DEFAULT_TOTAL}")
        return self._totals(row, path, totals, summed, columns)

    def _control(self, path: str, paths: list[str], tolerance: Tolerance, unit: str) -> None:
        if not self._graph.knows(path):
            return
        hidden = f"{path}〔分项之和〕"
        at = self._graph.definitions[path].at
        self._graph.define(Definition(hidden, at, tree=reference_sum(paths), hidden=True))
        self.controls.append(Control(path, hidden, len(paths), tolerance, at, unit))

    def _totals(
        self, row: Row, path: str, totals: list[Row],
        summed: dict[str, list[str]], columns: Columns,
    ) -> list[str]:  # fmt: skip
        """Sums where no total was typed; the first total row also answers for the group."""
        graph = self._graph
        for below in totals:
            for column, paths in summed.items():
                target = f"{path}.{below.name}.{column}"
                if not graph.knows(target):
                    source = " + ".join(p.rpartition(".")[0].rpartition(".")[2] for p in paths)
                    graph.define(
                        Definition(target, row.at, tree=reference_sum(paths), source=source)
                    )
            available = list(dict.fromkeys((*summed, *below.cells)))
            for column, typed in columns.items():
                target = f"{path}.{below.name}.{column}"
                if available and not graph.knows(target):
                    self._computed(
                        target, typed, f"{path}.{below.name}", [*available, *columns], row
                    )
        if not totals:
            return []
        name = totals[0].name
        found = [
            column for column in dict.fromkeys([*summed, *columns, *totals[0].cells])
            if graph.knows(f"{path}.{name}.{column}")
        ]  # fmt: skip
        for column in found:
            alias = f"{path}.{column}"
            if not graph.knows(alias) and alias not in graph.groups:
                self.aliases[alias] = f"{path}.{name}.{column}"
                graph.define(
                    Definition(
                        alias, row.at, tree=reference_sum([f"{path}.{name}.{column}"]),
                        source=f"{name}.{column}",
                    )
                )  # fmt: skip
        return found


def accepted(graph: Graph, controls: Iterable[Control]) -> Iterator[tuple[str, Fraction]]:
    """Typed totals that are apart from the sum of their parts, as 尾差 allows, and by how much."""
    for control in controls:
        typed, summed = graph.values.get(control.path), graph.values.get(control.expected)
        if typed is None or summed is None or typed == summed or control.parts_only:
            continue
        if control.tolerance.allows(typed - summed, _rounding(graph, control)):
            yield control.path, typed - summed


def check_controls(graph: Graph, controls: list[Control], problems: Problems) -> None:
    """Typed totals against their parts: money is exact, 尾差 only where the table allows it."""
    for control in controls:
        if control.terms and _unlike(graph, control):
            units = [*graph.term_units(control.path), *graph.term_units(control.expected)]
            said = "、".join(dict.fromkeys(units))
            problems.add("F306", control.at, name=control.path, units=said)
            continue
        typed, expected = graph.values.get(control.path), graph.values.get(control.expected)
        if typed is None or expected is None:
            continue
        difference = typed - expected
        if control.parts_only and difference >= 0:
            continue
        if difference == 0 and not control.tolerance.slack:
            continue
        unit = graph.units.get(control.path, "")
        unit = control.unit if {unit, control.unit} <= set(MONEY) else unit
        terms = [graph.definitions[n].at for n in _terms(graph, control.expected)]
        values = {
            "name": control.path,
            "typed": _shown(typed, unit),
            "expected": _shown(expected, unit),
            "difference": _shown(abs(difference), unit),
            "direction": "多" if difference > 0 else "少",
        }
        if control.parts_only:
            code = "F303"
        elif control.terms == 0:
            code = "F304"
        elif control.tolerance.allows(difference, _rounding(graph, control)):
            code = "F302"
        elif control.tolerance.slack is not None:
            code = "F305"
            values["slack"] = _shown(control.tolerance.slack, unit)
        else:
            code = "F301"
        problems.add(code, control.at, related=terms, **values)


def _unlike(graph: Graph, control: Control) -> bool:
    """Whether the parts cannot be added up, or not to what they should make."""
    kinds = {graph.kind(control.path), graph.kind(control.expected)} - {""}
    return control.expected in graph.unlike or len(kinds) > 1


def _terms(graph: Graph, path: str) -> list[str]:
    tree = graph.definitions[path].tree
    return [name.path for name in formulas.names(tree)] if tree is not None else []


def _rounding(graph: Graph, control: Control) -> Fraction:
    """What rounding can amount to: half a last digit for each part, and for their total.

    Zeros behind the point are often not typed, so the part with the most decimals shows to how
    many its unit is kept.
    """
    parts = [graph.definitions[leaf].declared for leaf in _leaves(graph, control.expected)]
    decimals: dict[str, int] = {}
    for unit, places in filter(None, parts):
        decimals[unit] = max(decimals.get(unit, 0), places)
    whole, places = graph.definitions[control.path].declared or (control.unit, DEFAULT_PLACES)
    decimals.setdefault(whole, places)
    units = [whole, *(part[0] if part else whole for part in parts)]
    return total(
        worth(unit) / (2 * 10 ** decimals[unit])
        for unit in units
        if decimals[unit] or kind(unit) != "个"  # whole things were counted, not rounded
    )


def _leaves(graph: Graph, path: str) -> list[str]:
    """The figures that gen adds up to ``path``, through groups that have no total of their own."""
    tree = graph.definitions[path].tree
    names = formulas.names(tree) if tree is not None else []
    if not names or any(name.at is not None for name in names):
        return [path]
    return [leaf for name in names for leaf in _leaves(graph, name.path)]


def _shown(value: Fraction, unit: str) -> str:
    scaled = value / worth(unit)
    return show(scaled, exact_places(scaled) or 6) + unit
