"""The nouns of the content files, frozen, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from generator.content.blanks import Blank
from generator.frozen import frozen
from generator.language.tags import Tag
from generator.problems import Position, Problem, Turns, along


@frozen
class Quantity:
    """A typed number: ``50``, ``64.50``, ``110家``, ``≤5%``.

    ``number`` are the digits as typed, ``value`` their exact worth in ``unit`` (5 for ``5%``).
    """

    text: str
    number: str
    value: Decimal
    unit: str
    at: Position
    prefix: str = ""


@frozen
class Text:
    """A typed text."""

    text: str
    at: Position


@frozen
class Formula:
    """What follows ``=``; ``at`` is the place of the first character of ``source``.

    ``turns`` are the places where it goes on on further lines.
    """

    source: str
    at: Position
    unit: str = ""
    label: str = ""
    turns: Turns = ()

    def place(self, offset: int) -> Position:
        """The place of the character ``offset`` of ``source``."""
        return along(self.at, self.turns, offset)


Leaf = Quantity | Text | Formula


class Tree(dict[str, "Leaf | Tree | tuple[Leaf | Tree, ...]"]):
    """Names and what was typed under them; ``damaged``: something beside them cannot be read."""

    damaged = False


@frozen
class Row:
    """A row of a table with its cells, or a group of rows; a table is a row at the top.

    ``cells``: column → typed amount or formula. ``rows``: rows below (their sum is this row).
    ``parts``: rows under 其中, which need not add up. ``is_total``: a 合计/总额/小计 row.
    ``unit``: of every amount in it. ``loose``: published roundings are accepted (尾差: 允许);
    ``slack``: the total differs from its parts by exactly this much (尾差: -0.01).
    ``columns``: formulas that compute a column from the row's other columns. ``damaged``: a cell
    or a row below was left out after a report; ``parts_damaged``: one of its parts.
    """

    name: str
    label: str
    unit: str
    at: Position
    cells: Mapping[str, Leaf]
    rows: tuple[Row, ...] = ()
    parts: tuple[Row, ...] = ()
    is_total: bool = False
    loose: bool = False
    slack: Decimal | None = None
    columns: Mapping[str, Formula] | None = None
    damaged: bool = False
    parts_damaged: bool = False


@frozen
class Deduction:
    """扣分: ``points`` off for each ``step`` by which the result misses the target, never below 0.

    ``remainder``: what less than a whole step costs: ``按比例``, ``舍去`` or ``进一``.
    """

    step: Quantity
    points: Decimal
    remainder: str


@frozen
class Steps:
    """分档: bounds and the points they earn, the best first; beyond the last bound 0.

    ``at_most``: a result up to a bound earns its points (不超过), else one from it on (不低于).
    """

    at_most: bool
    steps: tuple[tuple[Quantity, Decimal], ...]
    at: Position


PointRule = Deduction | Steps


@frozen
class Indicator:
    """One third-level indicator with the groups it stands in.

    ``points`` is the 分值, ``score`` a typed 得分, ``band`` the 等次 of a qualitative result.
    ``rule``: 扣分 or 分档 of its own. ``group`` counts the first-level groups so that equal
    names in different places stay apart. ``fields``: those that the form set declares.
    """

    level1: str
    weight: Quantity | None
    level2: str
    name: str
    text: str
    target: Leaf | None
    actual: Leaf | None
    unit: str
    points: Quantity
    score: Quantity | None
    reason: str
    kind: str
    band: Text | None
    rule: PointRule | None
    at: Position
    group_at: Position
    group: int
    fields: Mapping[str, Leaf | None]


@frozen
class Indicators:
    """All third-level indicators of one form, in the order typed.

    ``damaged``: something was left out after a report, so that sums over ``rows`` mean nothing.
    """

    rows: tuple[Indicator, ...] = ()
    damaged: bool = False


@frozen
class Project:
    """One project file: its texts, funds table and indicators."""

    key: str
    name: str
    texts: Tree
    funds: Row | None
    indicators: Indicators
    at: Position


#: How deep headings go.
MAX_LEVEL = 4
#: What a piece of the report is when it is no tag: typed text, or where a cell or row begins.
TYPED, CELL, ROW = -1, -2, -3


@frozen
class Piece:
    """A run of characters that was typed in one place, or a whole tag.

    ``tag``: the tag's number in the report, else ``TYPED``, ``CELL`` or ``ROW``.
    """

    text: str
    at: Position
    tag: int = TYPED


@frozen
class Numbered:
    """The place of an item of ``report.md`` among the lists.

    ``list``: the number of its list, from 1; ``first``: the number typed at its first item;
    ``follows``: the list that it goes on from behind other text, 0 for none.
    """

    list: int
    first: int
    follows: int


@frozen
class Block:
    """A block of ``report.md``, ``at`` its first character, the signs that make it included.

    ``kind``: heading, paragraph, item, table, or control (a line of nothing but ``{% … %}``
    and ``{# … #}``).
    ``level``: heading 1–4, item nesting from 1; ``numbered``: of an item.
    """

    kind: str
    level: int
    at: Position
    pieces: tuple[Piece, ...]
    numbered: Numbered | None = None


@frozen
class Narrative:
    """``report.md``: as typed, line ends normalised, and as read.

    ``problems``: what is wrong with its structure, reported by whoever prints it.
    """

    source: str
    file: str
    blocks: tuple[Block, ...]
    tags: tuple[Tag, ...]
    problems: tuple[Problem, ...]


@frozen
class Figures:
    """One ``figures.yaml``: its tables and its derived formulas (派生).

    ``damaged``: a table was left out after a report.
    """

    tables: tuple[Row, ...]
    derived: Tree
    file: str
    damaged: bool = False


@frozen
class Band:
    """A band of qualitative results (定性): its words and its part of 分值, in percent.

    A typed score lies in [``floor``, ``ceiling``), the best band's in [``floor``, 100].
    ``share``: what the words alone earn; None = somebody has to choose a score.
    """

    name: str
    floor: Decimal
    ceiling: Decimal
    share: Decimal | None


@frozen
class OwnRule:
    """扣分 or 分档 for the indicators whose name holds ``name`` (指标办法)."""

    name: str
    rule: PointRule
    at: Position


@frozen
class Cap:
    """An execution rate ``below`` this many percent allows no better grade than ``grade``."""

    below: Decimal
    grade: str


@frozen
class ScorePolicy:
    """How a form set scores indicators; all of it data of the form set.

    ``total``: what 分值 must add up to. ``execution_points``: 分值 of the execution rate row
    (0 = unscored). ``rate_places``: decimals of the completion rate in % before it is
    multiplied, None = not rounded. ``result_places``: decimals of a computed percentage where a
    form prints it as a result, None = as elsewhere. ``score_places``: decimals of a score.
    ``reverse``: the rule
    for ≤ targets, ``比例`` (A/B) or ``差额`` (1 − (B−A)/A). ``execution``: the formula of the
    execution rate, needed when it scores; a project's own funds go by ``资金.…`` in it.
    ``limit``: a result of this many percent of its target needs a reason; ``cut``: and loses
    what it exceeds the limit by. ``bands``: of qualitative results, the best first. ``own``:
    rules of single indicators. ``caps``: of the grade, by the execution rate.
    """

    total: Decimal
    execution_points: Decimal
    execution: Formula | None
    rate_places: int | None
    result_places: int | None
    score_places: int
    reverse: str
    limit: Decimal
    cut: bool
    bands: tuple[Band, ...]
    own: tuple[OwnRule, ...]
    caps: tuple[Cap, ...]


@frozen
class Grade:
    """A grade and the lowest score that earns it."""

    name: str
    floor: Decimal


@frozen
class NamedCell:
    """A defined name of a workbook, and the figure that the formula in its cell stands for."""

    name: str
    figure: str
    at: Position


@frozen
class Document:
    """One document of a form set.

    ``templates``: by format, paths below ``templates/``. ``each_project``: one file per
    project. ``condition``: a name that must hold something, else the document is left out.
    ``annexes``: names of documents composed into this one. ``title``: of the document.
    ``cells``: figures of its workbook by name.
    """

    name: str
    title: str
    filename: str
    templates: Mapping[str, str]
    each_project: bool
    condition: str
    annexes: tuple[str, ...]
    at: Position
    condition_at: Position | None = None
    cells: tuple[NamedCell, ...] = ()


@frozen
class Identity:
    """A relation between figures that a form set wants to hold: ``左 = 右``, ``≤`` or ``≥``.

    ``at`` is the place of the first character of ``formula``; ``level`` is 错误, 警告 or 提示.
    """

    name: str
    formula: str
    hint: str
    level: str
    at: Position


@frozen
class DerivedResult:
    """A result that other figures give (完成值核对): of indicators whose name holds ``name``.

    The first of ``formulas`` whose names all exist counts; ``what`` says it in words.
    """

    name: str
    formulas: tuple[Formula, ...]
    what: str


@frozen
class Correction:
    """What is ``right``, and ``forms`` it takes when written wrong.

    A form counts only behind one of ``before`` and in front of one of ``after`` (where these are
    given), and never in front of one of ``not_after``.
    """

    right: str
    forms: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()


Texts = tuple[str, ...]
TextsByName = tuple[tuple[str, Texts], ...]


@frozen
class CheckData:
    """核对资料: what the rules compare with. Without its data a rule has nothing to say.

    ``limits``: column (or ``table.column``) → columns of its row that it may not exceed.
    ``parts``: figure → figures it is a part of. ``adjusted``: column → the column it was adjusted
    from. ``functions``: table → tables whose rows it may have. ``forms``: how messages call the
    forms. ``places``, ``distinctions``, ``single``, ``attributive`` are characters.
    ``leftovers``, ``prompts``, ``praise``, ``results``, ``categories``, ``synonyms`` and the
    forms of phrases are wordings.
    ``partitions``: a name in sentences and tables → the names whose amounts make it up.
    """

    limits: TextsByName = ()
    parts: TextsByName = ()
    adjusted: TextsByName = ()
    signed: Texts = ()
    count_units: Texts = ()
    count_names: Texts = ()
    functions: TextsByName = ()
    accounts: Texts = ()
    near_accounts: Texts = ()
    forms: TextsByName = ()
    required: Texts = ()
    goals: Texts = ()
    reverse: Texts = ()
    execution: Texts = ()
    growth: Texts = ()
    changes: Texts = ()
    satisfaction: Texts = ()
    outsiders: Texts = ()
    insiders: Texts = ()
    no_reason: Texts = ()
    qualities: Texts = ()
    categories: TextsByName = ()
    common: Texts = ()
    own_names: Texts = ()
    organisations: Texts = ()
    places: str = ""
    distinctions: str = ""
    long_places: Texts = ()
    single: str = ""
    attributive: str = ""
    doubled: Texts = ()
    phrases: tuple[Correction, ...] = ()
    fine_phrases: Texts = ()
    typos: tuple[Correction, ...] = ()
    leftovers: Texts = ()
    prompts: Texts = ()
    praise: Texts = ()
    results: Texts = ()
    persons: Texts = ()
    history: Texts = ()
    synonyms: TextsByName = ()
    partitions: TextsByName = ()
    sentences: TextsByName = ()


@frozen
class Waiver:
    """A finding that a unit stands by (豁免): the rule's code, where, why."""

    rule: str
    place: str
    reason: str
    at: Position


@frozen
class FormSet:
    """A region's forms: documents, scoring and grades (套表).

    ``fields``: names and kinds of the fields of their own that indicators have.
    ``lineage``: the names of the form sets it is made of, its own first, then what it inherits.
    """

    key: str
    name: str
    overall: ScorePolicy
    project: ScorePolicy
    grades: tuple[Grade, ...]
    documents: tuple[Document, ...]
    fund_columns: Mapping[str, Formula]
    date: str
    identities: tuple[Identity, ...]
    derived: tuple[DerivedResult, ...]
    fields: tuple[tuple[str, str], ...]
    rule_levels: Mapping[str, str]
    check_data: CheckData
    file: str
    lineage: tuple[str, ...]


@frozen
class Past:
    """Last year's files: figures of this year rest on them, texts are compared with them."""

    facts: Tree
    figures: Figures
    projects: tuple[Project, ...]
    indicators: Indicators = Indicators()
    narrative: Narrative | None = None


@frozen
class RollUp:
    """What a unit sums up (汇总): the folders of other ``units``, all others without any.

    ``each``: a formula for every unit, by the name it gets. ``internal``: figures whose sums leave
    out what units paid each other, with the name under which they say how much that is.
    """

    units: tuple[str, ...]
    each: Mapping[str, Formula]
    internal: Mapping[str, str]
    at: Position


@frozen
class Content:
    """Everything writers gave for one unit and year.

    ``complete`` is false when a file could not be read at all: names it would have held are
    then unknown, and messages about them would only repeat that. ``blanks``: what is still to be
    filled in or brought up to date, in all files read.
    """

    unit_id: str
    year: int
    unit: Tree
    facts: Tree
    figures: Figures
    past: Past | None
    indicators: Indicators
    projects: tuple[Project, ...]
    narrative: Narrative | None
    form_set: FormSet
    waivers: tuple[Waiver, ...]
    blanks: tuple[Blank, ...]
    folder: str
    complete: bool
    roll_up: RollUp | None = None
