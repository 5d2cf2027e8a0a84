"""Content becomes figures: everything typed or derived gets its exact value, once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from generator.content.blanks import is_unfilled
from generator.content.model import (
    Content,
    Figures,
    Formula,
    Indicators,
    Leaf,
    Project,
    Quantity,
    Row,
    Text,
    Tree,
)
from generator.figures import formulas
from generator.figures.amounts import DEFAULT_PLACES, exact_places, show, typed_places, worth
from generator.figures.gathered import Gathered
from generator.figures.graph import Definition, Graph, reference_sum
from generator.figures.model import Figure, Words
from generator.figures.tables import TableBuilder, accepted, check_controls, quantity
from generator.figures.titles import Titles
from generator.frozen import frozen, replace
from generator.problems import Position, Problems

THIS, LAST = "本年", "上年"
DERIVED = "派生"
PROJECTS = "项目"
PROJECT_TOTALS = "项目合计"

#: A sum or product that needs more decimals than this prints rounded to ``DEFAULT_PLACES``.
MAX_EXACT_PLACES = 6


#: The project whose file a name stands in.
_OWN = "本项目."
#: Made once: lists may have them by the thousand.
_LEAVES = (Quantity, Text, Formula)
_PROJECT = re.compile(rf"{PROJECTS}\[(\d+)\]")


def last_name(path: str) -> str:
    """How this year calls last year's ``path``: 甲.本年 → 甲.上年, 甲.决算 → 甲.上年决算."""
    head, dot, column = path.rpartition(".")
    return f"{head}{dot}{LAST if column == THIS else LAST + column}"


def project_path(number: int) -> str:
    """The path of project ``number`` (from 1): ``项目[1]``."""
    return f"{PROJECTS}[{number}]"


def own_name(project: str, name: str) -> str:
    """What 本项目.资金.合计 is in the file of ``project``; empty for names of the whole unit."""
    return f"{project}.{name.removeprefix(_OWN)}" if project and name.startswith(_OWN) else ""


@frozen
class Computed:
    """All figures of a unit-year by path, and the texts among the facts.

    ``broken``: figures that are defined but have no value, ``damaged``: groups that lack
    something; the reason was reported. ``open``: what is still to be filled in, or rests on that;
    names of last year by what this year calls them. ``past``: last year's figures of those that
    are, by those names.
    """

    figures: Mapping[str, Figure]
    words: Mapping[str, Words]
    aliases: Mapping[str, str]
    broken: frozenset[str]
    damaged: frozenset[str]
    open: Mapping[str, Position]
    past: Mapping[str, Figure]


def compute(content: Content, problems: Problems, gathered: Gathered | None = None) -> Computed:
    """Evaluate everything; control totals, cycles and unknown names are reported.

    ``gathered``: what the unit sums up, if it does.
    """
    base = _past(content, problems)
    year = _Year(content.year, problems, complete=content.complete)
    if content.past is not None:
        year.remember(content.projects, content.past.projects)
    if gathered is not None:
        year.gathered(gathered)
    year.facts(content.facts)
    year.tables(content.figures)
    year.projects(content.projects)
    for number, indicator in enumerate(content.indicators.rows, 1):
        year.leaf(f"指标[{number}].目标", indicator.target)
        year.leaf(f"指标[{number}].完成", indicator.actual)
    for path, execution in _executions(content):
        year.execution(path, execution)
    return year.finish(base)


def _past(content: Content, problems: Problems) -> Computed | None:
    if content.past is None:
        return None
    found = Problems()
    year = _Year(content.year - 1, found, complete=content.complete)
    year.facts(content.past.facts)
    year.tables(content.past.figures)
    if content.past.projects:  # without any, nobody says that there were none
        year.projects(content.past.projects)
    computed = year.finish(None)
    # This year counts its projects anew.
    problems.extend(map(Titles(content.past.projects, Indicators()).retold, found))
    return computed


def _executions(content: Content) -> Iterator[tuple[str, Formula]]:
    """The execution rates that a form set's policies ask for, with the path they go by."""
    if content.form_set.overall.execution is not None:
        yield "自评", content.form_set.overall.execution
    if content.form_set.project.execution is not None:
        for number in range(1, len(content.projects) + 1):
            yield project_path(number), content.form_set.project.execution


class _Year:
    """Definitions of one year being gathered."""

    def __init__(self, year: int, problems: Problems, *, complete: bool) -> None:
        self._year = year
        self._problems = problems
        self._graph = Graph(problems, complete=complete)
        self._words: dict[str, Words] = {}
        self._aliases: dict[str, str] = {}
        self._builders: list[TableBuilder] = []
        self._blank: set[str] = set()
        #: This year's project number → last year's number of the project of the same name.
        self._past_numbers: dict[int, int] = {}

    def remember(self, now: tuple[Project, ...], before: tuple[Project, ...]) -> None:
        """Note which of last year's projects each project goes on."""
        numbers = {project.name: number for number, project in enumerate(before, 1)}
        self._past_numbers = {
            number: numbers[project.name]
            for number, project in enumerate(now, 1)
            if project.name in numbers
        }

    def gathered(self, gathered: Gathered) -> None:
        """Figures and texts of other units."""
        for definition in gathered.figures:
            self._graph.define(definition)
        for words in gathered.words:
            self._words[words.path] = words
            self._graph.texts.add(words.path)

    def facts(self, tree: Tree, prefix: str = "", project: str = "") -> None:
        """Texts, numbers and formulas of facts.yaml, or of the file of a ``project``."""
        if tree.damaged:
            self._graph.damaged.add(prefix.removesuffix("."))
        for name, value in tree.items():
            path = prefix + name
            if isinstance(value, _LEAVES):
                self.leaf(path, value, project)
            elif isinstance(value, tuple):
                self._list(path, value, project)
            else:
                self._graph.groups.add(path)
                self.facts(value, path + ".", project)

    def _list(self, path: str, items: tuple[Leaf | Tree, ...], project: str) -> None:
        self._graph.groups.add(path)
        for number, item in enumerate(items, 1):
            here = f"{path}[{number}]"
            if isinstance(item, _LEAVES):
                self.leaf(here, item, project)
            else:
                self.facts(item, here + ".", project)

    def leaf(self, path: str, value: Leaf | None, project: str = "") -> None:
        """One typed value or formula under ``path``; 本项目 in it is the ``project`` it is of."""
        graph = self._graph
        if isinstance(value, Quantity):
            graph.define(quantity(path, value, ""))
        elif isinstance(value, Formula):
            tree = graph.formula(value, lambda name: own_name(project, name) or name)
            graph.define(
                Definition(path, value.at, tree=tree, source=value.source, unit=value.unit)
            )
        elif value is not None and is_unfilled(value.text):
            graph.define(Definition(path, value.at))
            self._blank.add(path)
        elif value is not None:
            if graph.knows(path) or path in graph.groups:
                self._problems.add("F120", value.at, name=path, other=path)
            self._words[path] = Words(value.text, path, value.at)
            graph.texts.add(path)

    def tables(self, figures: Figures) -> None:
        """Tables and 派生 of figures.yaml."""
        for table in figures.tables:
            if (
                table.name in self._graph.groups
                or table.name in self._words
                or self._graph.knows(table.name)
            ):
                self._problems.add("F120", table.at, name=table.name, other="facts.yaml")
                self._graph.damaged.add("")
                continue
            self._table(table)
        if figures.damaged:
            self._graph.damaged.add("")
        self._graph.groups.add(DERIVED)
        self.facts(figures.derived, DERIVED + ".")

    def _table(self, table: Row, prefix: str = "") -> None:
        builder = TableBuilder(self._graph, prefix)
        builder.add(table)
        self._builders.append(builder)
        self._aliases.update(builder.aliases)

    def projects(self, projects: tuple[Project, ...]) -> None:
        """Each project's funds, texts and indicator formulas, and the sums over projects."""
        for number, project in enumerate(projects, 1):
            path = project_path(number)
            self._graph.groups.add(path)
            self.facts(project.texts, path + ".", path)
            if project.funds is not None:
                self._table(project.funds, path + ".")
            for count, indicator in enumerate(project.indicators.rows, 1):
                self.leaf(f"{path}.指标[{count}].目标", indicator.target, path)
                self.leaf(f"{path}.指标[{count}].完成", indicator.actual, path)
        self._project_totals(projects)

    def _project_totals(self, projects: tuple[Project, ...]) -> None:
        graph = self._graph
        graph.groups.add(PROJECT_TOTALS)
        at = projects[0].at if projects else Position(PROJECTS)
        count = Fraction(len(projects))
        graph.define(
            Definition(
                f"{PROJECT_TOTALS}.个数",
                at,
                value=count,
                text=str(count),
                places=0,
                source="项目文件的个数",
            )
        )
        if not projects:
            graph.empty[PROJECT_TOTALS] = []
        columns: dict[str, list[str]] = {}
        for number, project in enumerate(projects, 1):
            if project.funds is None:
                continue
            top = f"{project_path(number)}.{project.funds.name}"
            for path, definition in graph.definitions.items():
                head, _, column = path.rpartition(".")
                if head == top and not definition.hidden:
                    columns.setdefault(column, []).append(path)
        for column, paths in columns.items():
            if len(paths) == len(projects):
                graph.define(
                    Definition(
                        f"{PROJECT_TOTALS}.{column}", at,
                        tree=reference_sum(paths), source=f"各项目{column}之和",
                    )
                )  # fmt: skip

    def execution(self, path: str, execution: Formula) -> None:
        """The execution rate below ``path``; a project's own figures go by their short names.

        Without a budget it is 0, which a unit could not write otherwise: the
        formula is the form set's.
        """

        def resolve(name: str) -> str:
            own = f"{path}.{name}"
            return own if self._graph.knows(own) else name

        tree = self._graph.formula(execution, resolve)
        self._graph.define(
            Definition(
                f"{path}.执行率", execution.at, tree=tree, source=execution.source, unit="%",
                undefined=Fraction(0),
            )
        )  # fmt: skip

    def finish(self, base: Computed | None) -> Computed:
        """Evaluate, check control totals, and give the figures with their bases."""
        graph = self._graph
        graph.evaluate()
        for builder in self._builders:
            check_controls(graph, builder.controls, self._problems)
        figures: dict[str, Figure] = {}
        for path, definition in graph.definitions.items():
            value = graph.values.get(path)
            if definition.tree is None and value is not None:
                figures[path] = self._made(definition, value, [])
            else:
                self._figure(path, figures)
        # A list by the thousand has nothing of last year, neither beside it nor before.
        if base is not None or any(LAST in path for path in figures):
            for path, figure in list(figures.items()):
                found = None if figure.hidden else self._base(path, figures, base)
                if found is not None:
                    figures[path] = replace(figure, base=found)
        for builder in self._builders:
            for path, apart in accepted(graph, builder.controls):
                if path in figures:
                    figures[path] = replace(figures[path], apart=apart)
        broken = frozenset(
            path
            for path, definition in graph.definitions.items()
            if path not in figures and not definition.hidden and path not in graph.unlike
        )
        damaged = frozenset(graph.damaged).union(path.rpartition(".")[0] for path in broken)
        open_ = self._open(broken, base)
        bases = {path: self._base(path, figures, base) for path in open_ if path in broken}
        past = {last_name(path): found for path, found in bases.items() if found is not None}
        return Computed(figures, self._words, self._aliases, broken, damaged, open_, past)

    def _open(self, broken: frozenset[str], base: Computed | None) -> dict[str, Position]:
        """Which of the names without a value are only not filled in yet, with their places."""
        graph = self._graph
        blank = {p for p in broken if p in self._blank or graph.definitions[p].blank}
        resting: dict[str, list[str]] = {}
        for path in broken if blank else ():
            tree = graph.definitions[path].tree
            for name in formulas.names(tree) if tree is not None else ():
                resting.setdefault(name.path, []).append(path)
        todo = list(blank)
        while todo:
            new = [path for path in resting.get(todo.pop(), ()) if path not in blank]
            blank.update(new)
            todo += new
        found = {path: graph.definitions[path].at for path in sorted(blank)}
        for path in graph.definitions if base is not None and base.open else ():
            if base is not None and (before := self._last_year(path)) in base.open:
                found[last_name(path)] = base.open[before]
        return found

    def _figure(self, path: str, done: dict[str, Figure]) -> None:
        """Make the figure of ``path`` and, before it, those it rests on (no recursion)."""
        graph = self._graph
        todo = [path]
        while todo:
            current = todo[-1]
            definition = graph.definitions[current]
            value = graph.values.get(current)
            if current in done or value is None:
                todo.pop()
                continue
            inputs = formulas.names(definition.tree) if definition.tree is not None else []
            waiting = [name.path for name in inputs if name.path not in done]
            if waiting:
                todo += waiting
                continue
            done[current] = self._made(definition, value, [done[name.path] for name in inputs])
            todo.pop()

    def _made(self, definition: Definition, value: Fraction, inputs: list[Figure]) -> Figure:
        unit = self._graph.units[definition.path]
        shape = _shape(definition, value, unit, inputs)
        return Figure(
            path=definition.path,
            value=value,
            text=shape.text,
            unit=unit,
            at=definition.at,
            places=shape.places,
            prefix=shape.prefix,
            suffix=shape.suffix,
            formula=definition.source,
            inputs=tuple(dict.fromkeys([figure.path for figure in inputs])) if inputs else (),
            year=self._year,
            hidden=definition.hidden,
        )

    def _base(
        self, path: str, figures: Mapping[str, Figure], base: Computed | None
    ) -> Figure | None:
        """Last year's figure: the same name in last year's folder, else the 上年 column."""
        name = last_name(path)
        beside = figures.get(name)
        before = base.figures.get(self._last_year(path)) if base is not None else None
        typed = beside is not None and not beside.formula
        if typed and before is not None and beside is not None and before.value != beside.value:
            self._problems.add(
                "F203", beside.at, related=[before.at],
                name=path, here=beside.text, there=before.text, other=str(before.at),
            )  # fmt: skip
        # Known this year by its 上年 name, so that no two figures share a path.
        if before is None:
            return beside
        return replace(before, path=name, inputs=tuple(map(last_name, before.inputs)))

    def _last_year(self, path: str) -> str:
        """The name ``path`` had last year: projects are matched by name, not by number."""
        match = _PROJECT.match(path)
        if match is None:
            return path
        number = self._past_numbers.get(int(match[1]))
        return f"{project_path(number)}{path[match.end() :]}" if number else ""


@frozen
class _Shape:
    """How a figure prints."""

    text: str
    places: int | None
    prefix: str = ""
    suffix: str = ""


def _shape(definition: Definition, value: Fraction, unit: str, inputs: list[Figure]) -> _Shape:
    """Typed figures print as typed, plain references as what they name, the rest as derived."""
    if definition.tree is None:
        text = definition.text or show(value, DEFAULT_PLACES)
        return _Shape(text, definition.places, definition.prefix, definition.suffix)
    if isinstance(definition.tree, formulas.Name) and unit == inputs[0].unit:
        source = inputs[0]
        return _Shape(source.text, source.places, source.prefix, source.suffix)
    scaled = value / worth("%") if unit == "%" else value
    kept, places = _kept_places(definition.tree, inputs), exact_places(scaled)
    # Exact sums keep their decimals, quotients print with two.
    own = None
    if unit != "%" or kept is not None:
        most = max(MAX_EXACT_PLACES, kept or 0)
        known = all(figure.places is not None for figure in inputs)
        own = places if known and places is not None and places <= most else None
    text = show(scaled, DEFAULT_PLACES if own is None else own)
    if typed_places(text) < (kept or 0):
        text = show(scaled, kept or 0, fixed=True)
    suffixes = {figure.suffix for figure in inputs}
    suffix = suffixes.pop() if len(suffixes) == 1 and unit not in ("万元", "") else ""
    suffix = "%" if unit == "%" else suffix
    return _Shape(text + suffix, None if own is None else typed_places(text), suffix=suffix)


def _kept_places(tree: formulas.Expression, inputs: list[Figure]) -> int | None:
    """The most decimals of the terms of a sum: 251.40 + 0.60 keeps two. None for other formulas."""
    printed = {figure.path: figure.numeral for figure in inputs}
    terms = formulas.terms(tree)
    digits = [
        printed[term.path] if isinstance(term, formulas.Name) else term.text.rstrip("%")
        for term in terms
    ]
    return max(map(typed_places, digits)) if digits else None
