"""Where imported values go: the lines of the content files, and what stands in their way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Final

from generator.content.loader import FACTS, FIGURES, PROJECTS
from generator.content.model import Formula
from generator.content.origins import Record
from generator.content.schema.unit_years import MONEY, ROW, TOTALS
from generator.content.yaml import edit
from generator.figures import formulas
from generator.figures.amounts import MONEY as UNITS_OF_MONEY
from generator.figures.amounts import exact_places, round_half_up, show, typed_places
from generator.figures.compute import LAST
from generator.figures.tables import DEFAULT_TOTAL
from generator.frozen import frozen, replace
from generator.importing import numbers
from generator.importing.drafts import Drafts, File, Tree
from generator.importing.forms import OWN
from generator.importing.model import Left, Value
from generator.workspace import UNIT_FILE

FILLED, SAME, UPDATED, CONFLICT, COMPUTED = "填入", "相同", "更新", "冲突", "核对"
#: A value that was typed, not imported, and gives way to the file.
REPLACED: Final = "覆盖"
UNIT: Final = "单位."
_OWN_NAME: Final = f"{OWN}名称"
#: What gen computes of a set; nothing of it is typed.
COMPUTED_NAME: Final = re.compile(r"(?:本项目\.)?自评\.|项目合计\.|(?:上|下)?年度$")
_ALIAS: Final = re.compile(r"[=＝]\s*([^\W\d][\w.]*)")
_MOST_HOPS: Final = 6
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_NOTE: Final = "由 gen import 填入，来历见 导入记录.yaml"


@frozen
class Outcome:
    """What becomes of a value: ``before`` and ``after`` in the file, at ``path`` there.

    ``kind``: one of the six above.
    """

    kind: str
    value: Value
    file: str = ""
    path: edit.Path = ()
    before: str = ""
    after: str = ""


class Placer:
    """Values put into the drafts of a unit-year.

    ``columns``: of the funds of projects, computed by the form set. ``record``: of earlier
    imports. ``overwrite``: whether the file counts where content says something else.
    ``strange``: the files are of another year, and nobody's correction.
    """

    def __init__(
        self, drafts: Drafts, columns: Mapping[str, Formula], record: Record, *, overwrite: bool,
        strange: bool = False,
    ) -> None:  # fmt: skip
        self._drafts, self._columns, self._record = drafts, columns, record
        self._overwrite, self._strange = overwrite, strange
        self._names: dict[str, Value] = {}
        self.outcomes: list[Outcome] = []
        self.left: list[Left] = []
        self._new: dict[str, dict[edit.Path, tuple[str, Value]]] = {}
        self._revised: dict[str, dict[edit.Path, str]] = {}

    def place(self, values: Iterable[Value]) -> None:
        """Put every value where it belongs."""
        told = list(values)
        self._names = {one.project: one for one in told if one.name == _OWN_NAME}
        for value in told:
            if not self._place(value, told):
                self.outcomes.append(Outcome(COMPUTED, value))
        self._solve(told)

    def fill(self, name: str, values: Iterable[tuple[edit.Path, Value]]) -> None:
        """Put values at paths of a file that are known."""
        for path, value in values:
            text = _without_unit(self._drafts.file(name), path, value.text)
            found = self._followed(name, path)
            one = replace(value, text=text)
            if found is None or (found[2] is None and found[:2] != (name, path)):
                self.outcomes.append(Outcome(COMPUTED, value, name, path))
            elif found[2] is None:
                self._new.setdefault(name, {})[path] = text, one
            else:
                self._present(one, *found[:2], found[2])

    def write(self) -> None:
        """Change the drafts as was found."""
        for name in list({*self._new, *self._revised}):
            self._write(name)
        self._new.clear()
        self._revised.clear()

    # One value

    def _place(self, value: Value, told: list[Value]) -> bool:
        """Whether it is typed anywhere; what is computed only is compared."""
        if COMPUTED_NAME.match(value.name):
            return False
        name, path = self._home(value)
        found = self._followed(name, path)
        if found is None:
            return False
        name, path, spot = found
        if spot is None:
            return self._absent(value, name, path, told)
        return self._present(value, name, path, spot)

    def _followed(
        self, name: str, path: edit.Path
    ) -> tuple[str, edit.Path, edit.Spot | None] | None:
        """The typed value at ``path``, or that which a lone name there stands for.

        None for what follows from a formula, and for names with names below them.
        """
        for _ in range(_MOST_HOPS):
            spot = self._drafts.file(name).at(path)
            if spot is None:
                return name, path, None
            if spot.kind != "scalar":
                return None
            alias = _ALIAS.fullmatch(spot.text.strip())
            if alias is None:
                formula = spot.text.strip().startswith(("=", "＝"))
                return None if formula else (name, path, spot)
            if COMPUTED_NAME.match(alias[1]):
                return None
            name, path = self._named(alias[1], name)
        return None

    def _home(self, value: Value) -> tuple[str, edit.Path]:
        if value.name.startswith(UNIT):
            return UNIT_FILE, tuple(value.name.removeprefix(UNIT).split("."))
        if value.project:
            return self._project(value), tuple(value.name.removeprefix(OWN).split("."))
        return self._named(value.name, "")

    def _named(self, dotted: str, file: str) -> tuple[str, edit.Path]:
        """The file that has a name: the one with its first step, else by its form."""
        path = tuple(dotted.split("."))
        if file.startswith(PROJECTS) and self._drafts.file(file).at(path[:1]) is not None:
            return file, path
        for name in (FIGURES, FACTS):
            if self._drafts.file(name).at(path[:1]) is not None:
                return name, path
        return (FIGURES if len(path) > 2 else FACTS), path

    def _project(self, value: Value) -> str:
        """The file of a project: its own, one that waits for a name, a new one."""
        called, known = value.project, self._drafts.projects()
        if called in known:
            return known[called]
        for name in known.values():
            file = self._drafts.file(name)
            spot = file.at(("名称",))
            if spot is not None and file.is_open(spot):
                before = spot.text.strip()
                file.text = edit.revise(file.text, {("名称",): called})
                self._call(value, name, before)
                return name
        name = f"{PROJECTS}/{_UNSAFE.sub('_', called).strip(' .')[:60] or 'xm'}.yaml"
        self._drafts.file(name).add({"名称": called}, _NOTE)
        self._call(value, name, "")
        return name

    def _call(self, value: Value, name: str, before: str) -> None:
        """Tell that a file of a project has its name now, from where that stands."""
        called = value.project
        told = self._names.get(called) or replace(value, name=_OWN_NAME, text=called, amount=False)
        self.outcomes.append(Outcome(FILLED, told, name, ("名称",), before, called))
        self._drafts.origins[name, ("名称",)] = called, told.origin

    def _present(self, value: Value, name: str, path: edit.Path, spot: edit.Spot) -> bool:
        file = self._drafts.file(name)
        unit = self._unit(file, path)
        text = value.text
        if value.amount and unit != MONEY:
            if unit not in UNITS_OF_MONEY:
                self._leave(value, f"“{value.name}”以{unit}为单位，不是金额")
                return True
            text = numbers.turned(text, into=unit)
        before = spot.text.strip()
        text = _without_unit(file, path, text)
        if any(one.value is value and one.path == path for one in self.outcomes):
            return True  # the name of a file that was told just now
        if path in self._revised.get(name, {}):
            self._again(value, name, path, text)
            return True
        if file.is_open(spot):
            self._revise(FILLED, value, name, path, before, text)
        elif numbers.same(before, text):
            self.outcomes.append(Outcome(SAME, value, name, path, before, before))
            self._drafts.origins[name, path] = before, value.origin
        elif _is_rounded(value, unit, before):
            self.outcomes.append(Outcome(SAME, value, name, path, before, before))
        elif self._came(value, name, path) == before:
            self._revise(UPDATED, value, name, path, before, text)
        elif self._overwrite:
            self._revise(REPLACED, value, name, path, before, text)
        else:
            self.outcomes.append(Outcome(CONFLICT, value, name, path, before, text))
        return True

    def _came(self, value: Value, name: str, path: edit.Path) -> str | None:
        """What an earlier state of the same file gave; of another year none is the same."""
        whole, source = self._drafts.file(name).whole, value.origin.file
        return None if self._strange else self._record.said(name, whole, path, source)

    def _revise(
        self, kind: str, value: Value, name: str, path: edit.Path, before: str, text: str
    ) -> None:
        self._revised.setdefault(name, {})[path] = text
        self.outcomes.append(Outcome(kind, value, name, path, before, text))
        self._drafts.origins[name, path] = text, value.origin

    def _again(self, value: Value, name: str, path: edit.Path, text: str) -> None:
        """A value for a line that has one already: the same, or neither is certain."""
        if numbers.same(self._revised[name][path], text):
            self.outcomes.append(Outcome(SAME, value, name, path, text, text))
            return
        told = [o for o in self.outcomes if (o.file, o.path) == (name, path)]
        where = "、".join(f"{o.value.origin.file} {o.value.origin.place}是{o.after}" for o in told)
        self._leave(value, f"“{value.name}”有不同的数：{where}、这里是{text}")
        self.outcomes = [one for one in self.outcomes if one not in told]
        del self._revised[name][path], self._drafts.origins[name, path]

    def _absent(self, value: Value, name: str, path: edit.Path, told: list[Value]) -> bool:
        file = self._drafts.file(name)
        if name == UNIT_FILE or path[-1] in self._formulas(file, path):
            return False
        if value.amount and not numbers.fraction(value.text) and file.at(path[:1]) is not None:
            return False  # a row of nothing that nobody asked for
        if str(path[-1]).startswith(LAST) and file.at(path[:1]) is not None:
            self._leave(value, f"内容里没有“{value.name}”这一栏，用不着")
            return True
        above = file.at(path[:-1])
        if above is not None and any(
            below.kind == "mapping" and step not in ROW.keys for step, below in above.below.items()
        ) and name != FACTS:  # fmt: skip
            return False  # a row with rows in it is their sum
        if len(path) > 1 and path[-2] == DEFAULT_TOTAL and self._parts(value, file, path, told):
            return False
        self._new.setdefault(name, {})[path] = value.text, value
        return True

    def _parts(self, value: Value, file: File, path: edit.Path, told: list[Value]) -> bool:
        """Whether a total has parts, in the file or among what is imported."""
        table = file.at(path[:-2])
        rows = [step for step in (table.below if table is not None else ()) if step not in ROW.keys]
        head = value.name.rsplit(".", 2)[0] + "."
        others = any(
            one.name.startswith(head) and one.project == value.project
            and one.name.rsplit(".", 2)[1] not in TOTALS
            for one in told if one.name.count(".") >= 2
        )  # fmt: skip
        return others or any(step not in TOTALS for step in rows)

    def _unit(self, file: File, path: edit.Path) -> str:
        for count in range(len(path) - 1, 0, -1):
            spot = file.at((*path[:count], "单位"))
            if spot is not None and spot.kind == "scalar":
                return spot.text.strip()
        return MONEY

    def _leave(self, value: Value, why: str) -> None:
        self.left.append(Left(value.origin.file, value.origin.place, value.origin.said, why))

    # Columns by formula

    def _formulas(self, file: File, path: edit.Path) -> dict[str, str]:
        """The formulas of the columns of a row: the form set's, or the table's own."""
        if file is not self._drafts.files.get(FIGURES):
            return {name: one.source for name, one in self._columns.items()}
        for count in range(len(path) - 1, 0, -1):
            spot = file.at((*path[:count], "列公式"))
            if spot is not None:
                return {str(k): v.text for k, v in spot.below.items()}
        return {}

    def _solve(self, told: list[Value]) -> None:
        """The one column that a computed one still lacks: 追加 of 全年 = 年初 + 追加."""
        for value in told:
            if not value.name.startswith(UNIT) and not COMPUTED_NAME.match(value.name):
                self._solved(value, told)

    def _solved(self, value: Value, told: list[Value]) -> None:
        name, path = self._home(value)
        file = self._drafts.file(name)
        source = self._formulas(file, path).get(str(path[-1]))
        if source is None or len(path) < 2:
            return
        tree = formulas.parse(source.lstrip("=＝ "))
        row, head = path[:-1], value.name.rpartition(".")[0]
        given = {v.name: v for v in told if v.project == value.project}
        lacking, known = [], {}
        for column in {one.path for one in formulas.names(tree)}:
            spot = file.at((*row, column))
            if (found := given.get(f"{head}.{column}")) is not None:
                known[column] = found.text
            elif spot is None or file.is_open(spot):
                lacking.append(column)
            else:
                known[column] = spot.text
        if len(lacking) != 1 or self._new.get(name, {}).get((*row, lacking[0])):
            return
        if row[-1] == DEFAULT_TOTAL and self._parts(value, file, path, told):
            return
        with suppress(ValueError, ZeroDivisionError, formulas.FormulaError):
            text = _root(tree, lacking[0], known, numbers.fraction(value.text))
            found = Value(f"{head}.{lacking[0]}", text, value.origin, value.label, value.project)
            self._place(found, told)

    # Writing

    def _write(self, name: str) -> None:
        file = self._drafts.file(name)
        revised = self._revised.get(name, {})
        if revised:
            file.text = edit.revise(file.text, revised)
        for group in _grouped(file, self._new.get(name, {})):
            try:
                self._insert(file, group)
            except edit.EditError:
                for _, (_, value) in group:
                    self._leave(value, f"“{value.name}”在 {file.name} 里没有地方放")
            else:
                for path, (text, value) in group:
                    self.outcomes.append(Outcome(FILLED, value, name, path, "", text))
                    self._drafts.origins[name, path] = text, value.origin
        rows = {path[:-1] for path in (*revised, *self._new.get(name, {})) if len(path) > 2}
        for row in rows:
            self._refine(name, file, row)

    def _insert(self, file: File, group: list[tuple[edit.Path, tuple[str, Value]]]) -> None:
        path = group[0][0]
        depth = next(k for k in range(len(path) - 1, -1, -1) if k == 0 or file.at(path[:k]))
        if depth == 0:
            tree: Tree = {}
            for steps, (text, _) in group:
                here = tree
                for step in steps[:-1]:
                    below = here.setdefault(str(step), {})
                    assert isinstance(below, dict)
                    here = below
                here[str(steps[-1])] = text
            file.add(tree, _NOTE)
        elif depth == len(path) - 1:
            for steps, (text, _) in group:
                file.text = edit.insert(file.text, steps[:-1], str(steps[-1]), text)
        else:
            self._rows(file, group, depth)

    def _rows(
        self, file: File, group: list[tuple[edit.Path, tuple[str, Value]]], depth: int
    ) -> None:
        rows: dict[edit.Path, dict[str, str]] = {}
        for steps, (text, _) in group:
            if len(steps) - depth != 2:
                raise edit.EditError("rows in rows")
            rows.setdefault(steps[:-1], {})[str(steps[-1])] = text
        for row, cells in rows.items():
            file.text = edit.insert(file.text, row[:-1], str(row[-1]), cells)

    def _refine(self, name: str, file: File, row: edit.Path) -> None:
        """A row with an amount finer than 万元 with two decimals is kept in 元."""
        spot = file.at(row)
        if spot is None or self._unit(file, (*row, "")) != MONEY:
            return
        cells = {
            step: below.text.strip() for step, below in spot.below.items()
            if step not in ROW.keys and below.kind == "scalar"
            and numbers.number(below.text) is not None
        }  # fmt: skip
        if not any(typed_places(text) > numbers.FINE for text in cells.values()):
            return
        values = {(*row, step): numbers.turned(text, into="元") for step, text in cells.items()}
        file.text = edit.revise(edit.insert(file.text, row, "单位", "元"), values)
        for path, text in values.items():
            if (name, path) in self._drafts.origins:
                self._drafts.origins[name, path] = text, self._drafts.origins[name, path][1]


def _is_rounded(value: Value, unit: str, before: str) -> bool:
    """Whether an amount of a table in 万元 is one that content has exactly, rounded as told there.

    A workbook keeps no zeros behind the point: 3 in 万元 is 3.00.
    """
    exact = numbers.number(before)
    if not value.amount or exact is None or value.unit != MONEY or unit not in UNITS_OF_MONEY:
        return False
    places = typed_places(value.text) or numbers.FINE
    known = Fraction(exact) * UNITS_OF_MONEY[unit]
    return Fraction(round_half_up(known, places)) == numbers.fraction(value.text)


def _without_unit(file: File, path: edit.Path, text: str) -> str:
    """12次 of a result whose unit stands beside it."""
    spot = file.at((*path[:-1], "单位"))
    unit = spot.text.strip() if spot is not None and spot.kind == "scalar" else ""
    number, own = numbers.split(text)
    return text.removesuffix(unit).strip() if unit and number is not None and own == unit else text


def _grouped(
    file: File, new: Mapping[edit.Path, tuple[str, Value]]
) -> Iterator[list[tuple[edit.Path, tuple[str, Value]]]]:
    """What is to be added, what hangs on the same together."""
    groups: dict[tuple[edit.Path, int], list[tuple[edit.Path, tuple[str, Value]]]] = {}
    for path, item in new.items():
        depth = next(k for k in range(len(path) - 1, -1, -1) if k == 0 or file.at(path[:k]))
        groups.setdefault((path[: max(depth, 1)], len(path)), []).append((path, item))
    yield from groups.values()


def _root(tree: formulas.Expression, name: str, known: Mapping[str, str], value: Fraction) -> str:
    """What ``name`` has to be for ``tree`` to be ``value``; ``ValueError`` where that is open."""

    def at(x: int) -> Fraction:
        return formulas.evaluate(
            tree, lambda n: Fraction(x) if n == name else numbers.fraction(known[n])
        )

    start, slope = at(0), at(1) - at(0)
    if not slope or at(2) - at(1) != slope:
        raise ValueError(name)
    found = (value - start) / slope
    places = exact_places(found)
    if places is None:
        raise ValueError(name)
    return show(found, places)
