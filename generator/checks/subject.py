"""What a rule looks at: the computed unit-year, its texts, and a few views that rules share."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from generator.checks import prose
from generator.checks.prose import Passage
from generator.checks.settings import Settings
from generator.content.model import (
    CheckData,
    Content,
    Project,
    Quantity,
    Row,
    ScorePolicy,
    Text,
    Tree,
)
from generator.figures.compute import LAST, THIS, project_path
from generator.figures.dataset import Dataset
from generator.figures.model import Figure
from generator.figures.scoring import Evaluation, Scored
from generator.frozen import frozen
from generator.language.statements import Statement
from generator.problems import Position

#: A dotted name, taken apart.
Path = tuple[str, ...]


@frozen
class Form:
    """One self-evaluation form: the unit's own, or a project's (``project`` is set).

    ``policy``: how the form set scores this kind of form.
    """

    label: str
    evaluation: Evaluation
    project: Project | None
    policy: ScorePolicy


@frozen
class TableRow:
    """A row of figures that has amounts of its own: its path and column → figure."""

    path: str
    cells: Mapping[str, Figure]
    total: bool


class Subject:
    """One unit-year as rules see it."""

    def __init__(
        self,
        data: Dataset,
        said: Sequence[Statement],
        settings: Settings,
        printed: Callable[[], Collection[Path] | None] = lambda: None,
    ) -> None:
        self.data = data
        self.said = said
        self.settings = settings
        self._printed = printed
        #: Results that several rules share, by name.
        self.memo: dict[str, object] = {}

    @property
    def content(self) -> Content:
        """What writers typed."""
        return self.data.content

    @property
    def known(self) -> CheckData:
        """The names, words and wordings that the form set gives for comparing with."""
        return self.settings.words

    @cached_property
    def printed(self) -> Collection[Path] | None:
        """The names that the templates of the form set reach; None where that is not known."""
        return self._printed()

    @property
    def year(self) -> int:
        """The year reported on."""
        return self.content.year

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure by its dotted name."""
        return self.data.computed.figures

    def figure(self, name: str) -> Figure | None:
        """The figure ``name``; ``….上年`` also finds last year's file."""
        found = self.figures.get(name)
        head, _, column = name.rpartition(".")
        if found is None and column.startswith(LAST):
            now = self.figures.get(f"{head}.{column.removeprefix(LAST) or THIS}")
            found = now.base if now is not None else None
        return found

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The overall form, then each project's."""
        form_set = self.content.form_set
        of_project = self.form_name("项目")
        own = Form(self.form_name("整体"), self.data.overall, None, form_set.overall)
        return (
            own,
            *(
                Form(f"{of_project}（{project.name}）", evaluation, project, form_set.project)
                for project, evaluation in zip(
                    self.content.projects, self.data.projects, strict=True
                )
            ),
        )

    def form_name(self, kind: str) -> str:
        """What the form set calls its forms of a ``kind`` (整体 or 项目)."""
        return next((given[0] for key, given in self.known.forms if key == kind and given), kind)

    def rows(self) -> Iterator[tuple[Form, Scored]]:
        """Every indicator row of every form."""
        for form in self.forms:
            for row in form.evaluation.rows:
                yield form, row

    @cached_property
    def table_rows(self) -> tuple[TableRow, ...]:
        """Rows of figures.yaml and of the projects' funds, sums included."""
        out = [row for table in self.content.figures.tables for row in self._below(table, "")]
        for number, project in enumerate(self.content.projects, 1):
            if project.funds is not None:
                out += self._below(project.funds, project_path(number) + ".")
        return tuple(out)

    def _below(self, row: Row, prefix: str) -> Iterator[TableRow]:
        path = prefix + row.name
        for below in row.rows:
            yield from self._below(below, f"{path}.")
        for part in row.parts:
            yield from self._below(part, f"{path}.其中.")
        if row.rows:
            if not any(below.is_total for below in row.rows):
                yield from self._row(f"{path}.合计", total=True)
        else:
            yield from self._row(path, total=row.is_total)

    def _row(self, path: str, *, total: bool) -> Iterator[TableRow]:
        cells = {
            column: figure
            for column, figure in self._columns.get(path, {}).items()
            if not figure.hidden
        }
        if cells:
            yield TableRow(path, cells, total)

    @cached_property
    def _columns(self) -> Mapping[str, dict[str, Figure]]:
        columns: dict[str, dict[str, Figure]] = {}
        for path, figure in self.figures.items():
            head, _, column = path.rpartition(".")
            columns.setdefault(head, {})[column] = figure
        return columns

    @cached_property
    def money(self) -> Mapping[Fraction, tuple[Figure, ...]]:
        """Amounts by value, last year's as well, aliases left out."""
        found: dict[Fraction, list[Figure]] = {}
        for path, figure in self.figures.items():
            if figure.hidden or path in self.data.computed.aliases or figure.unit != "万元":
                continue
            found.setdefault(figure.value, []).append(figure)
            if figure.base is not None:
                found.setdefault(figure.base.value, []).append(figure.base)
        return {value: tuple(figures) for value, figures in found.items()}

    @cached_property
    def report(self) -> tuple[Passage, ...]:
        """The blocks of report.md."""
        narrative = self.content.narrative
        if narrative is None:
            return ()
        return tuple(prose.report_passages(narrative, self.said, self.data.names))

    @cached_property
    def texts(self) -> tuple[Passage, ...]:
        """Every text that a writer typed: the report, facts, goals, indicators, the unit."""
        out = list(self.report)
        for path, words in self.data.computed.words.items():
            kind = prose.GOAL if "目标." in path else prose.FACT
            kind = prose.INDICATOR if "指标[" in path else kind
            out.append(prose.typed_passage(str(words), kind, path, words.at))
        for _, row in self.rows():
            own = row.indicator
            for part, text in (("名称", own.name), ("指标", own.text), ("偏差原因", own.reason)):
                if text:
                    name, at = f"{row.path}.{part}", _line(own.at)
                    out.append(prose.typed_passage(text, prose.INDICATOR, name, at))
        for project in self.content.projects:
            out.append(prose.typed_passage(project.name, prose.FACT, "项目名称", _line(project.at)))
        out += _unit_texts(self.content.unit, "单位")
        return tuple(passage for passage in out if passage.text.strip())

    @cached_property
    def counted(self) -> tuple[Passage, ...]:
        """Those of ``texts`` in which a person wrote a number: no other can have a wrong one."""
        return tuple(passage for passage in self.texts if passage.counts)

    @cached_property
    def whole_text(self) -> str:
        """``texts`` one below the other."""
        return "\n".join(passage.text for passage in self.texts)

    def matches(self, pattern: str, held: str = "") -> Iterator[tuple[Passage, re.Match[str]]]:
        """Where ``pattern`` occurs in what writers typed, at least in part.

        ``held``: a word that each match holds. Most patterns occur nowhere and are looked for in
        all texts at once: none may depend on where a text begins or ends.
        """
        if held not in self.whole_text:
            return
        compiled = re.compile(pattern)
        if compiled.search(self.whole_text) is None:
            return
        for passage in self.texts:
            for match in compiled.finditer(passage.text):
                if passage.typed(*match.span()):
                    yield passage, match


def _line(at: Position) -> Position:
    """A place whose column is not that of the text itself."""
    return Position(at.file, at.line)


def _unit_texts(tree: Tree, path: str) -> Iterator[Passage]:
    for name, value in tree.items():
        if isinstance(value, Text | Quantity):
            yield prose.typed_passage(value.text, prose.UNIT, f"{path}.{name}", value.at)
        elif isinstance(value, Mapping):
            yield from _unit_texts(value, f"{path}.{name}")


def indicator_name(row: Scored) -> str:
    """What an indicator is called; tasks numbered 任务1 go by their text."""
    own = row.indicator
    return own.text or own.name if own.name.startswith("任务") else own.name or own.text


def named(row: Scored) -> str:
    """``“公用经费控制率”`` for messages: shortened, quotes inside quotes."""
    return f"“{short(indicator_name(row))}”"


def short(value: object, limit: int = 24) -> str:
    """``value`` as messages quote it."""
    if value is None:
        return "（空）"
    text = str(value).replace("“", "‘").replace("”", "’").replace("\n", " ")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def leaf_at(row: Scored, part: str) -> Position:
    """Where the target, result, score or points of an indicator were typed."""
    typed = getattr(row.indicator, part)
    return typed.at if typed is not None else row.indicator.at


def has_tag(figure: Figure) -> bool:
    """Whether the report can name it: projects and indicators go by numbers, which no tag takes."""
    return "[" not in figure.path


def lost(row: Scored) -> bool:
    """Whether an indicator earned less than its points; not one that nothing scored."""
    scored = not row.open and (row.computed is not None or row.indicator.score is not None)
    return scored and row.score.value < row.points.value


def numbers(row: Scored) -> tuple[Figure, Figure] | None:
    """Target and result when both are numbers."""
    if isinstance(row.target, Figure) and isinstance(row.actual, Figure):
        return row.target, row.actual
    return None


def identifying(row: Scored) -> str:
    """The wording that identifies an indicator across forms."""
    name = indicator_name(row).strip()
    if name[:1].isdigit():
        name = re.sub(r"^\d+[.、．]\s*", "", name)
    return name.strip("，。；, ")


def bare_words(words: str) -> str:
    """Without the numbers of a target: 走访150家 and 走访 are one indicator."""
    return re.sub(r"\d+(?:\.\d+)?(?:家|次|人|个|批|项|件)?", "", words)
