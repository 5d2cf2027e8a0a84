"""Rules about figures: caps across tables, jumps of unit, identities of the form set."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from generator.checks.registry import Finding, registered, rule
from generator.checks.relations import RelationError, parse, resolve
from generator.checks.settings import LEVELS, OFF, ON
from generator.checks.subject import Subject, TableRow
from generator.figures import formulas
from generator.figures.amounts import exact_places, show
from generator.figures.compute import LAST, PROJECT_TOTALS
from generator.figures.model import Figure
from generator.problems import Position, Severity, suggest

WARNING = Severity.WARNING


def shown(value: Fraction, unit: str = "万元") -> str:
    """An exact value with its unit, rates in %."""
    scaled = value * 100 if unit == "%" else value
    places = exact_places(scaled)
    return show(scaled, places if places is not None and places <= 6 else 2) + unit


@rule(
    "CAP01",
    WARNING,
    "执行数超过预算数",
    why="同一行的执行数不应超过全年预算数；“三公”经费决算不应超过预算。分项已经报过的，合计不再报。",
    source="预算法第十三条：支出必须以经批准的预算为依据",
    uses=("不超过",),
    hint="请核对两个数；年中有追加的，请把追加数计入全年预算；执行数误用了收入数的，请改成支出数。",
    failing={"figures.yaml": "资金来源:\n  财政拨款: {全年预算: 209.57, 全年执行: 224.66}\n"},
    passing={"figures.yaml": "资金来源:\n  财政拨款: {全年预算: 224.66, 全年执行: 209.57}\n"},
)
def cap(data: Subject) -> Iterator[Finding]:
    """Outturn above the year's budget, row by row."""
    pairs = ((column, upper) for column, limits in data.known.limits for upper in limits)
    for column, upper in pairs:
        table, _, lower = column.rpartition(".")
        over = [
            row for row in data.table_rows
            if row.path.startswith(table) and lower in row.cells and upper in row.cells
            and row.cells[lower].value > row.cells[upper].value
        ]  # fmt: skip
        parts = [row for row in over if not row.total]
        for row in parts or over:
            done, budget = row.cells[lower], row.cells[upper]
            yield Finding(
                done.at,
                f"“{row.path}”的{lower}{shown(done.value)}超过了{upper}{shown(budget.value)}，"
                f"多{shown(done.value - budget.value)}。",
                related=(budget.at,),
            )


@rule(
    "CAP02",
    WARNING,
    "部分超过了总体",
    why="“三公”经费决算不超过支出决算合计，编制人数等“其中”不超过总数。只比较两个数都有的时候。",
    uses=("部分",),
    hint="请核对两处的数。",
    failing={
        "figures.yaml": "三公经费:\n  公务接待: {决算: 9}\n支出决算:\n  教育支出: {决算: 8}\n"
    },
    passing={
        "figures.yaml": "三公经费:\n  公务接待: {决算: 7}\n支出决算:\n  教育支出: {决算: 8}\n"
    },
)
def part_of_whole(data: Subject) -> Iterator[Finding]:
    """Totals of one table that belong to the total of another."""
    pairs = ((part, whole) for part, wholes in data.known.parts for whole in wholes)
    for part, whole in pairs:
        less, more = data.figure(part), data.figure(whole)
        if less is not None and more is not None and less.value > more.value:
            yield Finding(
                less.at,
                f"“{part}”是{less.text}，超过了“{whole}”的{more.text}。",
                related=(more.at,),
            )


@rule(
    "UNIT01",
    WARNING,
    "金额大了或小了整数倍",
    why=(
        "与上年同一个数相比差2,000倍以上（万倍左右是把元当成了万元），或者数字相同、只差小数点"
        "（同上年比，或同一行别的栏比）。本来就是0的不比。"
    ),
    source="评审常见：元填成万元",
    hint="请核对单位：表里默认是万元；以元为单位的，在表或行里写“单位: 元”。",
    failing={
        "figures.yaml": "收入预算:\n  财政拨款: {本年: 2095700, 上年: 207.82}\n",
    },
    passing={"figures.yaml": "收入预算:\n  财政拨款: {本年: 209.57, 上年: 207.82}\n"},
)
def magnitude(data: Subject) -> Iterator[Finding]:
    """Amounts that differ from last year's, or from their row, by a power of ten."""
    for row in data.table_rows:
        if row.total:
            continue
        for column, figure in row.cells.items():
            if figure.unit != "万元" or figure.formula or not figure.value:
                continue
            base = figure.base
            if base is not None and base.value and (slip := _slip(figure, base, far=True)):
                yield _jump(figure, base, "上年数", slip)
                continue
            yield from _beside(row, column, figure)


def _beside(row: TableRow, column: str, figure: Figure) -> Iterator[Finding]:
    """Same digits, other decimal point, in the columns before this one."""
    for name, other in row.cells.items():
        if name == column:
            return
        if other.unit == "万元" and other.value and not other.formula:
            slip = _slip(figure, other, far=False)
            if slip:
                yield _jump(figure, other, f"同一行的{name}", slip)


def _slip(figure: Figure, other: Figure, *, far: bool) -> str:
    """``10倍`` when the decimal point moved, words when about 10,000 times; else empty."""
    times = abs(figure.value / other.value)
    large = max(times, 1 / times)
    power = next((p for p in (10, 100, 1000, 10_000) if large == p), 0)
    if power and _digits(figure.value) >= 3:
        return f"数字相同，相差{power}倍"
    if far and large >= 2000:
        return f"相差约{show(large, 0)}倍"
    return ""


def _digits(value: Fraction) -> int:
    places = exact_places(value)
    return len(str(abs(value.numerator * 10 ** (places or 0) // value.denominator)).strip("0"))


def _jump(figure: Figure, other: Figure, what: str, slip: str) -> Finding:
    return Finding(
        figure.at,
        f"“{figure.path}”是{shown(figure.value)}，{what}是{shown(other.value)}，{slip}，"
        "是不是把元当成了万元，或者小数点错了一位？",
        related=(other.at,),
    )


@rule(
    "UNIT03",
    WARNING,
    "个数应当是整数",
    why="以人、家、次、个、项、批、件等计数的数，以及名称是人数、家数、次数、个数的数，应当是不小于0的整数。",
    uses=("计数单位", "计数名称"),
    hint="请改成整数；确实是平均数的，请在名称里写明“平均”。",
    failing={"facts.yaml": "履职:\n  走访家数: 110.5\n"},
    passing={"facts.yaml": "履职:\n  走访家数: 110\n"},
)
def counts(data: Subject) -> Iterator[Finding]:
    """Counts that are no whole numbers."""
    units, names = data.known.count_units, data.known.count_names
    for path, figure in data.figures.items():
        counted = figure.unit in units or (not figure.unit and path.endswith(names))
        if not counted or figure.formula or "平均" in path or figure.hidden:
            continue
        if figure.value.denominator != 1 or figure.value < 0:
            yield Finding(figure.at, f"“{path}”是{figure.text}，计数应当是整数。")


@rule(
    "SIGN01",
    WARNING,
    "金额是负数",
    why="预算、决算、执行数是负数，多半是多打了负号；年中追加（追减）、调整、增减栏可以是负数。",
    uses=("可为负",),
    hint="请核对；追减的请写在“年中追加”一栏。",
    failing={"figures.yaml": "部门资金:\n  基本支出: {全年预算: 10, 全年执行: -9}\n"},
    passing={"figures.yaml": "部门资金:\n  基本支出: {全年预算: 10, 全年执行: 9}\n"},
)
def negative(data: Subject) -> Iterator[Finding]:
    """Typed amounts below zero where only a change could be."""
    for _, figure in _below_zero(data):
        if not figure.formula:
            yield Finding(figure.at, f"“{figure.path}”是{shown(figure.value, figure.unit)}。")


@rule(
    "SIGN02",
    WARNING,
    "算出来的金额是负数",
    why="由公式或合计得出的预算、决算、执行数是负数，说明公式里的数有一个不对，或者公式减反了；执行率也跟着成了负数。分项已经报过的，合计不再报。年中追加（追减）、调整、增减栏可以是负数。",
    uses=("可为负",),
    hint="请核对公式里的各个数和先后。",
    failing={
        "figures.yaml": (
            "支出: {合计: {决算: 181.5}}\n收入: {合计: {决算: 224.57}}\n"
            "资金来源:\n  其他资金: {全年执行: = 支出.合计.决算 - 收入.合计.决算}\n"
        )
    },
    passing={
        "figures.yaml": (
            "支出: {合计: {决算: 245.5}}\n收入: {合计: {决算: 224.57}}\n"
            "资金来源:\n  其他资金: {全年执行: = 支出.合计.决算 - 收入.合计.决算}\n"
        )
    },
)
def derived_negative(data: Subject) -> Iterator[Finding]:
    """Computed amounts below zero, each at its own row; sums only where no part says it."""
    found = list(_below_zero(data))
    told = {(_table(row), figure.path.rpartition(".")[2]) for row, figure in found if not row.total}
    for row, figure in found:
        column = figure.path.rpartition(".")[2]
        if figure.formula and not (row.total and (_table(row), column) in told):
            yield Finding(
                figure.at,
                f"“{figure.path}”算出来是{shown(figure.value, figure.unit)}（= {figure.formula}）。",
            )


def _table(row: TableRow) -> str:
    """What a row is a row of."""
    return row.path.rpartition(".")[0]


def _below_zero(data: Subject) -> Iterator[tuple[TableRow, Figure]]:
    """Amounts below zero in columns that are no changes."""
    for row in data.table_rows:
        for column, figure in row.cells.items():
            if figure.value < 0 and not any(word in column for word in data.known.signed):
                yield row, figure


@rule(
    "CROSS01",
    WARNING,
    "套表规定的关系不成立",
    why=(
        "套表的“规则”写出表与表之间必须成立的关系（公式里用 = ≤ ≥）；金额按精确值比较。"
        "没有其中某个数的，不比较（见 CROSS06）。提示和级别由套表给出。"
    ),
    source="各地套表",
    hint="请核对公式里的各个数。",
    failing={
        "套表": "规则:\n- {名称: 收支平衡, 公式: 收入预算.合计.本年 = 支出预算.合计.本年, 级别: 错误}\n",
        "figures.yaml": "收入预算:\n  财政拨款: {本年: 10}\n支出预算:\n  教育支出: {本年: 11}\n",
    },
    passing={
        "套表": "规则:\n- {名称: 收支平衡, 公式: 收入预算.合计.本年 = 支出预算.合计.本年, 级别: 错误}\n",
        "figures.yaml": "收入预算:\n  财政拨款: {本年: 10}\n支出预算:\n  教育支出: {本年: 10}\n",
    },
)
def identities(data: Subject) -> Iterator[Finding]:
    """The form set's own relations between figures."""
    for identity in data.settings.identities:
        try:
            relation = parse(identity.formula)
        except RelationError:
            continue  # CONF01 says so
        sides = resolve(relation, data.figure)
        if sides is None or relation.holds(*sides):
            continue
        left, right = sides
        named = [data.figure(name) for name in relation.names]
        figures = [figure for figure in named if figure is not None]
        unit = "万元" if all(figure.unit == "万元" for figure in figures) else ""
        direction = "多" if left > right else "少"
        yield Finding(
            figures[0].at,
            f"{identity.name}：“{relation.left_text}”是{shown(left, unit)}，"
            f"“{relation.right_text}”是{shown(right, unit)}，{direction}{shown(abs(left - right), unit)}。",
            hint=identity.hint,
            related=tuple(dict.fromkeys(figure.at for figure in figures[1:])),
            severity=Severity(LEVELS.get(identity.level, "warning")),
        )


@rule(
    "CROSS06",
    WARNING,
    "套表规定的关系没有比较",
    why=(
        "套表“规则”里的名称，内容里有这张表，却没有这一行或这一列，多半是写错了，关系就没有比较。"
        "整张表都没有的，没有上年资料而少了上年数的，不报。"
    ),
    source="gen",
    hint="请核对套表的公式和内容里的名称。",
    failing={
        "套表": "规则:\n- {名称: 收支平衡, 公式: 收入预算.合计.本年 = 支出预算.总计.本年}\n",
        "figures.yaml": "收入预算:\n  财政拨款: {本年: 10}\n支出预算:\n  教育支出: {本年: 10}\n",
    },
    passing={
        "套表": "规则:\n- {名称: 收支平衡, 公式: 收入预算.合计.本年 = 支出预算.合计.本年}\n",
        "figures.yaml": "收入预算:\n  财政拨款: {本年: 10}\n支出预算:\n  教育支出: {本年: 10}\n",
    },
)
def not_compared(data: Subject) -> Iterator[Finding]:
    """Relations that name what the content does not have; without a word they would be off."""
    tables: dict[str, list[str]] = {}
    for path in data.figures:
        tables.setdefault(path.partition(".")[0], []).append(path)
    computed = data.data.computed
    unreadable = {path.partition(".")[0] for path in computed.broken | computed.damaged}
    for identity in data.settings.identities if data.content.complete else ():
        try:
            names = parse(identity.formula).names
        except RelationError:
            continue  # CONF01 says so
        for name in names:
            table = name.partition(".")[0]
            absent = data.figure(name) is None and not name.rpartition(".")[2].startswith(LAST)
            spared = table in unreadable or (table == PROJECT_TOTALS and not data.content.projects)
            if absent and not spared and table in tables:
                nearest = suggest(name, tables[table]) or "。"
                yield Finding(
                    identity.at,
                    f"规则“{identity.name}”没有比较：内容里没有“{name}”{nearest}",
                )


@rule(
    "CONF01",
    WARNING,
    "套表的规则写得不对",
    why="套表“规则”“完成值核对”里的公式读不懂，或“规则级别”里的代码、级别不认识；不报出来就等于没有检查。",
    source="gen",
    hint="公式写成“甲.本年 = 乙.本年”的样子；级别写 错误、警告、提示、开、关；代码见 gen rules。",
    failing={"套表": "规则级别: {DIRR01: 关}\n"},
    passing={"套表": "规则级别: {DIR01: 关}\n"},
)
def settings_readable(data: Subject) -> Iterator[Finding]:
    """Formulas that do not parse, levels for rules that do not exist."""
    for identity in data.settings.identities:
        try:
            parse(identity.formula)
        except RelationError as error:
            yield Finding(
                identity.at, f"规则“{identity.name}”的公式“{identity.formula}”读不懂：{error}。"
            )
    for entry in data.settings.derived:
        for formula in entry.formulas:
            try:
                formulas.parse(formula.source)
            except formulas.FormulaError as error:
                yield Finding(
                    formula.at,
                    f"完成值核对的公式“{formula.source}”读不懂：“{error.found}”处不通。",
                )
    at = Position(data.content.form_set.file)
    for code, level in data.settings.levels.items():
        if code not in registered():
            yield Finding(at, f"规则级别里的“{code}”不是规则代码{suggest(code, registered())}")
        elif level not in (*LEVELS, ON, OFF):
            yield Finding(at, f"规则“{code}”的级别“{level}”不认识。")


@rule(
    "NAMES04",
    WARNING,
    "决算科目在预算里没有",
    why="支出决算表里的功能分类科目，应当在支出预算表里都有；预算里没有的，多半是科目写错了。",
    source="政府收支分类科目",
    uses=("功能分类", "科目"),
    hint="请核对科目名称；确属年中新增的，可以豁免并写明理由。",
    failing={
        "figures.yaml": (
            "支出预算:\n  卫生健康支出: {本年: 8}\n支出决算:\n  公共安全支出: {决算: 8}\n"
        )
    },
    passing={
        "figures.yaml": (
            "支出预算:\n  卫生健康支出: {本年: 8}\n支出决算:\n  卫生健康支出: {决算: 8}\n"
        )
    },
)
def functions(data: Subject) -> Iterator[Finding]:
    """Functional classes of the outturn that the budget does not have."""
    rows: dict[str, dict[str, TableRow]] = {}
    for row in data.table_rows:
        table, *below = row.path.split(".")
        if below and not row.total:
            rows.setdefault(table, {})[below[0]] = row
    pairs = ((table, whole) for table, wholes in data.known.functions for whole in wholes)
    for table, whole in pairs:
        budget = rows.get(whole, {})
        for name, row in rows.get(table, {}).items():
            if budget and name in data.known.accounts and name not in budget:
                yield Finding(
                    _first(row).at,
                    f"{table}有“{name}”，{whole}没有这一科目{suggest(name, budget)}",
                    related=(_first(next(iter(budget.values()))).at,),
                )


def _first(row: TableRow) -> Figure:
    return next(iter(row.cells.values()))
