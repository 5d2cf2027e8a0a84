"""Figures that rest on other figures: dependency order, cycles, exact evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from generator.content.nodes import BROKEN
from generator.figures import formulas
from generator.frozen import frozen
from generator.problems import Position, Problems, suggest


@frozen
class Definition:
    """How one figure gets its value.

    Either ``value`` is given (typed), or ``tree`` is a formula over other figures' paths. A
    definition with neither is broken: its mistake was reported where it was typed.
    ``undefined``: what the formula gives where a divisor is 0; None = that is an error.
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
    undefined: Fraction | None = None


def reference_sum(paths: Iterable[str]) -> formulas.Expression:
    """The expression that adds ``paths`` (at least one)."""
    names = tuple(formulas.Name(path, 0) for path in paths)
    return names[0] if len(names) == 1 else formulas.Call("求和", names)


_MAX_SUGGESTIONS = 20


class Graph:
    """All definitions of one unit-year, evaluated once in dependency order."""

    def __init__(self, problems: Problems, *, complete: bool) -> None:
        self._problems = problems
        self._complete = complete
        self._misses = 0
        self.definitions: dict[str, Definition] = {}
        self.groups: set[str] = set()
        self.texts: set[str] = set()
        self.values: dict[str, Fraction | None] = {}
        self.units: dict[str, str] = {}

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
        self,
        source: str,
        at: Position,
        resolve: Callable[[str], str] | None = None,
    ) -> formulas.Expression | None:
        """The tree of a typed formula, its names made absolute by ``resolve``."""
        try:
            tree = formulas.parse(source)
        except formulas.FormulaError as error:
            self._problems.add(
                error.code, _shifted(at, error.offset), found=error.found, formula=source
            )
            return None
        return _renamed(tree, resolve) if resolve else tree

    def knows(self, path: str) -> bool:
        """Whether ``path`` is a figure, even a broken one."""
        return path in self.definitions

    def evaluate(self) -> None:
        """Fill ``values`` for every definition; unknown names and cycles are reported."""
        for path in list(self.definitions):
            self._evaluate(path)

    def _evaluate(self, start: str) -> None:
        """Depth first with an explicit stack: formulas may chain longer than Python recurses."""
        trail: list[str] = []
        on_trail: set[str] = set()
        todo: list[tuple[str, bool]] = [(start, False)]
        while todo:
            path, done = todo.pop()
            if done:
                trail.pop()
                on_trail.discard(path)
                self.values.setdefault(path, self._value(path))
                continue
            if path in self.values:
                continue
            if path in on_trail:
                self._report_cycle([*trail[trail.index(path) :], path])
                continue
            definition = self.definitions[path]
            trail.append(path)
            on_trail.add(path)
            todo.append((path, True))
            if definition.tree is None:
                continue
            for name in formulas.names(definition.tree):
                if name.path in self.definitions:
                    todo.append((name.path, False))
                else:
                    self._report_unknown(name, definition)
                    self.values[path] = None

    def _value(self, path: str) -> Fraction | None:
        definition = self.definitions[path]
        tree = definition.tree
        self.units[path] = definition.unit or (
            formulas.unit_of(tree, lambda name: self.units.get(name, "")) if tree else ""
        )
        if tree is None:
            return definition.value
        inputs = {name.path: self.values.get(name.path) for name in formulas.names(tree)}
        if any(value is None for value in inputs.values()):
            return None
        known = {name: value for name, value in inputs.items() if value is not None}
        try:
            return formulas.evaluate(tree, known.__getitem__)
        except ZeroDivisionError:
            if definition.undefined is not None:
                return definition.undefined
            self._problems.add("F104", definition.at, name=path, formula=definition.source)
            return None

    def _report_cycle(self, loop: list[str]) -> None:
        for path in loop:
            self.values[path] = None
        definition = self.definitions[loop[0]]
        self._problems.add(
            "F103",
            definition.at,
            related=[self.definitions[path].at for path in loop[1:-1]],
            loop=" → ".join(loop),
        )

    def _known(self) -> list[str]:
        """Names a writer can type: hidden sums are gen's own."""
        return [path for path in self.definitions if "〔" not in path]

    def _suggestion(self, path: str) -> str:
        """The nearest name; after many misses a missing file is likelier than slips."""
        self._misses += 1
        return suggest(path, self._known()) if self._misses <= _MAX_SUGGESTIONS else "。"

    def _report_unknown(self, name: formulas.Name, definition: Definition) -> None:
        at = _shifted(definition.at, name.offset)
        if name.path in self.groups:
            below = sorted(p for p in self._known() if p.startswith(name.path + "."))
            self._problems.add("F102", at, name=name.path, example=below[0] if below else "")
        elif name.path in self.texts:
            self._problems.add("F105", at, name=name.path)
        elif self._complete and not _broken_above(name.path, self.texts):
            self._problems.add("F101", at, name=name.path, suggestion=self._suggestion(name.path))


def _broken_above(path: str, texts: set[str]) -> bool:
    """Whether something beside ``path`` or above it could not be read."""
    steps = path.split(".")[:-1]
    heads = ["", *(".".join(steps[: n + 1]) + "." for n in range(len(steps)))]
    return any(head + BROKEN in texts for head in heads)


def _shifted(at: Position, offset: int) -> Position:
    return Position(at.file, at.line, at.column + offset if at.column else 0)


def _renamed(tree: formulas.Expression, resolve: Callable[[str], str]) -> formulas.Expression:
    if isinstance(tree, formulas.Name):
        return formulas.Name(resolve(tree.path), tree.offset)
    if isinstance(tree, formulas.Operation):
        return formulas.Operation(
            tree.sign, _renamed(tree.left, resolve), _renamed(tree.right, resolve)
        )
    if isinstance(tree, formulas.Call):
        return formulas.Call(tree.function, tuple(_renamed(a, resolve) for a in tree.arguments))
    return tree
