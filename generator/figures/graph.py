"""Figures that rest on other figures: dependency order, cycles, exact evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Final

from generator.content.model import Formula
from generator.content.yaml.hygiene import ascii_digits
from generator.figures import formulas
from generator.figures.amounts import MONEY
from generator.frozen import frozen
from generator.problems import Position, Problems, Suggestions

#: Exact values that products of products of figures may take; real ones stay below a hundred.
_MAX_BITS: Final = 2000


@frozen
class Definition:
    """How one figure gets its value.

    Either ``value`` is given (typed), or ``tree`` is a formula over other figures' paths. A
    definition with neither is broken: its mistake was reported where it was typed. ``beside``:
    the columns that a column formula may call by themselves. ``declared``: unit and decimals
    of a typed number. ``undefined``: what the formula gives where a divisor is 0; None = that is
    an error. ``hidden``: gen's own sum, which no writer can name. ``blank``: it is still to
    be filled in.
    """

    path: str
    at: Position
    value: Fraction | None = None
    tree: formulas.Expression | None = None
    source: str = ""
    unit: str = ""
    text: str = ""
    places: int | None = None
    prefix: str = ""
    suffix: str = ""
    beside: Sequence[str] = ()
    declared: tuple[str, int] | None = None
    undefined: Fraction | None = None
    hidden: bool = False
    blank: bool = False


def reference_sum(paths: Iterable[str]) -> formulas.Expression:
    """The expression that adds ``paths`` (at least one)."""
    names = tuple(formulas.Name(path, 0) for path in paths)
    return names[0] if len(names) == 1 else formulas.Call("求和", names)


def kind(unit: str) -> str:
    """What amounts in ``unit`` may be added to: money, rates, or things of any name."""
    if unit in MONEY or not unit:
        return "万元" if unit else ""
    return "%" if unit == "%" else "个"


_MAX_SUGGESTIONS = 20
#: Figures of a circle that its message names.
_MOST_SHOWN = 20


class Graph:
    """All definitions of one unit-year, evaluated once in dependency order."""

    def __init__(self, problems: Problems, *, complete: bool) -> None:
        self._problems = problems
        self._complete = complete
        self._misses = 0
        self._suggestions = Suggestions()
        #: The first name of each group that was taken for a figure.
        self._examples: dict[str, str] = {}
        self._missed: set[tuple[str, Position]] = set()
        self.definitions: dict[str, Definition] = {}
        self.groups: set[str] = set()
        self.texts: set[str] = set()
        #: Groups that lack something that could not be read; "" is the whole.
        self.damaged: set[str] = set()
        self.values: dict[str, Fraction | None] = {}
        self.units: dict[str, str] = {}
        #: Sums of gen's own over rows that cannot be added; they have no value.
        self.unlike: set[str] = set()
        self._kinds: dict[str, str] = {}
        #: Groups that have no members since nothing was typed to make them of, and who asked.
        self.empty: dict[str, list[Position]] = {}

    def define(self, definition: Definition) -> None:
        """Add a definition; a path that is taken is reported with both places."""
        taken = self.definitions.get(definition.path)
        if taken is not None:
            self._problems.add(
                "F120", definition.at, related=[taken.at],
                name=definition.path, other=str(taken.at),
            )  # fmt: skip
            return
        self.definitions[definition.path] = definition

    def formula(
        self, typed: Formula, resolve: Callable[[str], str] = str
    ) -> formulas.Expression | None:
        """The tree of a typed formula, its names placed and made absolute by ``resolve``."""
        try:
            tree = formulas.parse(typed.source)
        except formulas.FormulaError as error:
            self._problems.add(
                error.code, typed.place(error.offset),
                found=error.found, formula=typed.source, meant=ascii_digits(error.found),
            )  # fmt: skip
            return None
        return _resolved(tree, typed, resolve)

    def knows(self, path: str) -> bool:
        """Whether ``path`` is a figure, even a broken one."""
        return path in self.definitions

    def evaluate(self) -> None:
        """Fill ``values`` for every definition; unknown names and cycles are reported."""
        for path, definition in list(self.definitions.items()):
            if definition.tree is None:
                self.values.setdefault(path, self._typed(path, definition))
            else:
                self._evaluate(path)
        for name, places in self.empty.items():
            if places:
                self._problems.add("F106", min(places), related=sorted(places)[1:], name=name)

    def _evaluate(self, start: str) -> None:
        """Depth first with an explicit stack: formulas may chain longer than Python recurses."""
        trail: list[str] = []
        on_trail: dict[str, int] = {}
        todo: list[tuple[str, bool]] = [(start, False)]
        while todo:
            path, done = todo.pop()
            if done:
                trail.pop()
                del on_trail[path]
                self.values.setdefault(path, self._value(path))
                continue
            if path in self.values:
                continue
            if path in on_trail:
                self._report_cycle([*trail[on_trail[path] :], path])
                continue
            definition = self.definitions[path]
            on_trail[path] = len(trail)
            trail.append(path)
            todo.append((path, True))
            if definition.tree is None:
                continue
            for name in formulas.names(definition.tree):
                if name.path in self.definitions:
                    todo.append((name.path, False))
                else:
                    self._report_unknown(name, definition)
                    self.values[path] = None

    def _typed(self, path: str, definition: Definition) -> Fraction | None:
        """What needs no computing: most of what there is."""
        self.units[path] = definition.unit
        self._kinds[path] = kind(definition.unit)
        return definition.value

    def _value(self, path: str) -> Fraction | None:
        definition = self.definitions[path]
        tree = definition.tree
        if tree is None:
            return self._typed(path, definition)
        self.units[path] = definition.unit or formulas.unit_of(
            tree, lambda name: self.units.get(name, "")
        )
        names = formulas.names(tree)
        kinds = {self._kinds.get(name.path, "") for name in names} - {""}
        own = all(name.at is None for name in names)
        if own and (len(kinds) > 1 or any(name.path in self.unlike for name in names)):
            self.unlike.add(path)
            return None
        # What a formula computes is left open: people × 定额 is money, though 人 is a count.
        same = own or isinstance(tree, formulas.Name)
        self._kinds[path] = kinds.pop() if same and kinds else kind(definition.unit)
        self._report_unlike(names)
        inputs = {name.path: self.values.get(name.path) for name in names}
        if any(value is None for value in inputs.values()):
            return None
        known = {name: value for name, value in inputs.items() if value is not None}
        try:
            value = formulas.evaluate(tree, known.__getitem__)
        except ZeroDivisionError:
            if definition.undefined is not None:
                return definition.undefined
            self._problems.add("F104", definition.at, name=path, formula=definition.source)
            return None
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MAX_BITS:
            self._problems.add("F115", definition.at, name=path, formula=definition.source)
            return None
        return value

    def _report_unlike(self, names: Iterable[formulas.Name]) -> None:
        """Formulas over a total that there cannot be."""
        for name in names:
            if name.path in self.unlike and name.at is not None:
                self._problems.add(
                    "F306", name.at, name=name.path, units="、".join(self.term_units(name.path))
                )

    def term_units(self, path: str) -> list[str]:
        """The units of what gen adds up to ``path``, each once."""
        found: list[str] = []
        todo = [path]
        while todo:
            current = todo.pop()
            tree = self.definitions[current].tree
            if current in self.unlike and tree is not None:
                todo += [name.path for name in reversed(formulas.names(tree))]
            elif self._kinds.get(current):
                declared = self.definitions[current].declared
                found.append(declared[0] if declared else self.units[current])
        return list(dict.fromkeys(found))

    def kind(self, path: str) -> str:
        """What ``path`` counts, as far as that is certain: money, a rate or things."""
        return self._kinds.get(path, "")

    def _report_cycle(self, loop: list[str]) -> None:
        for path in loop:
            self.values[path] = None
        shown, last = loop[1:-1][:_MOST_SHOWN], loop[-1]
        gap = ["…"] if len(loop) > len(shown) + 2 else []
        self._problems.add(
            "F103",
            self.definitions[loop[0]].at,
            related=[self.definitions[path].at for path in shown],
            loop=" → ".join([loop[0], *shown, *gap, last]),
        )

    def _known(self) -> list[str]:
        """Names a writer can type: hidden sums are gen's own."""
        return [path for path, known in self.definitions.items() if not known.hidden]

    def _suggestion(self, path: str, beside: Sequence[str]) -> str:
        """The nearest name; after many misses a missing file is likelier than slips."""
        self._misses += 1
        if self._misses > _MAX_SUGGESTIONS or self._suggestions.spent:
            return "。"
        return self._suggestions.near(path, beside) or self._suggestions.near(path, self._known())

    def _example(self, group: str) -> str:
        """The first name below ``group``; empty without one."""
        if not self._examples:
            for path in sorted(self._known(), reverse=True):
                steps = path.split(".")
                self._examples.update((".".join(steps[:n]), path) for n in range(1, len(steps)))
        return self._examples.get(group, "")

    def _damaged_above(self, path: str) -> bool:
        """Whether something beside ``path`` or above it could not be read."""
        steps = path.split(".")
        return any(".".join(steps[:count]) in self.damaged for count in range(len(steps)))

    def _report_unknown(self, name: formulas.Name, definition: Definition) -> None:
        """Once for each place: a column formula is typed once and used in every row."""
        at = name.at or definition.at
        if (name.path, at) in self._missed:
            return
        self._missed.add((name.path, at))
        if name.path in self.groups:
            self._problems.add("F102", at, name=name.path, example=self._example(name.path))
        elif name.path in self.texts:
            self._problems.add("F105", at, name=name.path)
        elif self._complete and name.path.partition(".")[0] in self.empty:
            self.empty[name.path.partition(".")[0]].append(at)
        elif self._complete and not self._damaged_above(name.path):
            self._problems.add(
                "F101",
                at,
                name=name.path,
                suggestion=self._suggestion(name.path, definition.beside),
            )


def _resolved(
    tree: formulas.Expression, typed: Formula, resolve: Callable[[str], str]
) -> formulas.Expression:
    if isinstance(tree, formulas.Name):
        return formulas.Name(resolve(tree.path), tree.offset, typed.place(tree.offset))
    if isinstance(tree, formulas.Operation):
        left, right = (_resolved(side, typed, resolve) for side in (tree.left, tree.right))
        return formulas.Operation(tree.sign, left, right)
    if isinstance(tree, formulas.Call):
        arguments = tuple(_resolved(one, typed, resolve) for one in tree.arguments)
        return formulas.Call(tree.function, arguments)
    return tree
