"""The tables that an office has in hand, as three years lay them out: 财决 in 元, 公开表 in 万元.

One set of amounts, in 元; everything else follows. Layouts are after inputs.md §1A, §1B.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import xlwt

Row = list[object]
Rows = list[Row]

#: 功能分类: code, name, budget at the beginning of the year, spent (基本, 项目), all in 分.
CLASSES = [
    ("201", "一般公共服务支出", 233_610_000, (149_000_012, 64_500_050)),
    ("208", "社会保障和就业支出", 11_810_000, (11_810_033, 0)),
    ("210", "卫生健康支出", 5_660_000, (5_660_044, 0)),
    ("221", "住房保障支出", 8_490_000, (8_290_055, 0)),
]
#: 财政拨款 as 一般公共预算, 其他收入; their budgets; carried over from last year.
GRANT, OTHER, CARRIED = 224_660_077, 780_011, 50_000_000
GRANT_BUDGET = 209_570_000
#: What the grant does not pay: a part of the first class is paid of other money.
FROM_OTHERS = sum(sum(two) for *_, two in CLASSES) - GRANT
#: 出国, 接待, 购置, 运行维护: budget and spent.
THREE = {
    "出国": (8_000_000, 0),
    "接待": (2_600_000, 700_050),
    "购置": (0, 0),
    "运行": (6_000_000, 2_400_025),
}


#: What content gets of them, in 万元 with every digit.
def wan(cents: int) -> str:
    text = format(Decimal(cents) / 1_000_000, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def content() -> dict[str, str]:
    """The names of the starter 九江 that the tables give, with exact amounts in 万元."""
    spent = {name: sum(two) for _, name, _, two in CLASSES}
    out = {f"支出预算.{name}.本年": wan(budget) for _, name, budget, _ in CLASSES}
    out |= {f"支出决算.{name}.决算": wan(amount) for name, amount in spent.items()}
    out |= {
        "收入预算.财政拨款.本年": wan(GRANT_BUDGET), "收入预算.上年结转.本年": wan(CARRIED),
        "实际收入.财政拨款.本年": wan(GRANT), "实际收入.其他收入.本年": wan(OTHER),
    }  # fmt: skip
    names = {
        "出国": "因公出国境",
        "接待": "公务接待",
        "购置": "公务用车.购置",
        "运行": "公务用车.运行维护",
    }
    for key, (budget, amount) in THREE.items():
        out[f"三公经费.{names[key]}.年初预算"] = wan(budget)
        out[f"三公经费.{names[key]}.决算"] = wan(amount)
    return out


@dataclass(frozen=True)
class Layout:
    """What differs from year to year. ``money``: 元 or 万元; ``codes``: columns of the code."""

    year: int
    money: str
    codes: int
    total_last: bool
    counted: bool
    reception_first: bool
    blank: object = ""

    def amount(self, cents: int) -> object:
        if not cents:
            return self.blank
        if self.money == "元":
            return str((Decimal(cents) / 100).quantize(Decimal("0.01")))
        return str((Decimal(cents) / 1_000_000).quantize(Decimal("0.01"), ROUND_HALF_UP))


LAYOUTS = [
    Layout(2020, "元", 3, False, True, False, ""),
    Layout(2022, "元", 1, False, True, True, "—"),
    Layout(2024, "元", 1, True, False, False, "0.00"),
]
PUBLISHED = [
    Layout(2020, "万元", 3, False, True, False, ""),
    Layout(2022, "万元", 1, True, True, True, "0.00"),
    Layout(2024, "万元", 1, False, False, False, "—"),
]
UNIT = "江西省九江市人民政府驻深圳办事处"
NUMERALS = "一二三四五六七八九十"
#: The classes of a whole table, those of no amount between those of some.
ALL = [
    "一般公共服务支出",
    "外交支出",
    "公共安全支出",
    "社会保障和就业支出",
    "卫生健康支出",
    "住房保障支出",
    "其他支出",
]


def head(layout: Layout, title: str, width: int, mark: str) -> Rows:
    lead: Row = [""] * (width - 1)
    return [
        [title, *lead],
        [*lead, mark],
        [f"编制单位：{UNIT}", *lead[:-1], f"{layout.year}年度  金额单位：{layout.money}"],
    ]


def summary(layout: Layout) -> Rows:
    """财决01: three lanes of 项目, 行次, 年初, 全年, 决算."""
    spent = {name: sum(two) for _, name, _, two in CLASSES}
    budget = {name: b for _, name, b, _ in CLASSES}
    basic = sum(two[0] for *_, two in CLASSES)
    project = sum(two[1] for *_, two in CLASSES)
    income = GRANT + OTHER
    allowed = GRANT_BUDGET
    left: list[tuple[str, int, int]] = [
        ("一、一般公共预算财政拨款收入", allowed, GRANT),
        ("二、政府性基金预算财政拨款收入", 0, 0),
        ("三、国有资本经营预算财政拨款收入", 0, 0),
        ("四、上级补助收入", 0, 0),
        ("五、事业收入", 0, 0),
        ("六、经营收入", 0, 0),
        ("七、附属单位上缴收入", 0, 0),
        ("八、其他收入", 0, OTHER),
        ("本年收入合计", allowed, income),
        ("使用非财政拨款结余", 0, 0),
        ("年初结转和结余", CARRIED, CARRIED),
        ("总计", allowed + CARRIED, income + CARRIED),
    ]
    spending = basic + project
    middle = [
        (f"{NUMERALS[n]}、{name}", budget.get(name, 0), spent.get(name, 0))
        for n, name in enumerate(ALL)
    ]
    middle += [
        ("本年支出合计", sum(budget.values()), spending), ("结余分配", 0, 0),
        ("年末结转和结余", allowed + CARRIED - sum(budget.values()), income + CARRIED - spending),
        ("总计", allowed + CARRIED, income + CARRIED),
    ]  # fmt: skip
    right = [
        ("一、基本支出", 185_190_000, basic), ("    人员经费", 150_000_000, basic - 20_000_000),
        ("    公用经费", 35_190_000, 20_000_000), ("二、项目支出", 74_380_000, project),
    ]  # fmt: skip
    rows = head(layout, "收入支出决算总表", 15, "财决01表")
    rows += [
        ["收入", *[""] * 4, "支出", *[""] * 9],
        ["项目", "行次", "年初预算数", "全年预算数", "决算数"] * 3,
    ]
    if layout.counted:
        rows.append(
            ["栏次", "", "1", "2", "3", "栏次", "", "4", "5", "6", "栏次", "", "7", "8", "9"]
        )
    for n in range(max(map(len, (left, middle, right)))):
        row: Row = []
        for lane, start in ((left, 1), (middle, 31), (right, 61)):
            name, first, last = lane[n] if n < len(lane) else ("", 0, 0)
            cells = (
                [layout.amount(first), layout.amount(first), layout.amount(last)]
                if name
                else [""] * 3
            )
            row += [name, str(start + n) if name else "", *cells]
        rows.append(row)
    return rows


def of_grants(layout: Layout, *, natures: bool = False) -> Rows:
    """财决01-1: 财政拨款 alone, expenditure by kind of budget; ``natures``: a third lane."""
    first, spent = CLASSES[0], {name: sum(two) for _, name, _, two in CLASSES}
    spent[first[1]] -= FROM_OTHERS
    left = [
        ("一、一般公共预算财政拨款", GRANT_BUDGET, GRANT), ("二、政府性基金预算财政拨款", 0, 0),
        ("三、国有资本经营预算财政拨款", 0, 0), ("本年收入合计", GRANT_BUDGET, GRANT),
        ("年初财政拨款结转和结余", CARRIED, CARRIED), ("总计", GRANT_BUDGET + CARRIED, GRANT + CARRIED),
    ]  # fmt: skip
    budget = {name: amount for _, name, amount, _ in CLASSES}
    total, all_spent = sum(budget.values()), sum(spent.values())
    right = [
        (f"{NUMERALS[n]}、{name}", budget.get(name, 0), spent.get(name, 0))
        for n, name in enumerate(ALL)
    ]
    right += [
        ("本年支出合计", total, all_spent),
        ("年末财政拨款结转和结余", GRANT_BUDGET + CARRIED - total, GRANT + CARRIED - all_spent),
        ("总计", GRANT_BUDGET + CARRIED, GRANT + CARRIED),
    ]  # fmt: skip
    inner = ["小计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"]
    basic = sum(two[0] for *_, two in CLASSES)
    third = [("一、基本支出", 185_190_000, basic), ("二、项目支出", 74_380_000, GRANT - basic)]
    heads = ["项目", "行次", "年初预算数", "决算数"]
    rows = head(layout, "财政拨款收入支出决算总表", 14, "财决01-1表")
    rows += [
        ["收入", *[""] * 3, "支出", *[""] * 9],
        [*heads, "项目", "行次", *heads[2:3], "", "", "", *heads[3:], "", "", ""],
        [*[""] * 6, *inner, *inner],
    ]
    if layout.counted:
        rows.append(["栏次", "", "1", "2", "栏次", "", *map(str, range(3, 11))])
    for n in range(max(len(left), len(right))):
        row: Row = []
        name, first_amount, last = left[n] if n < len(left) else ("", 0, 0)
        cells = [str(n + 1), layout.amount(first_amount), layout.amount(last)]
        row += [name, *(cells if name else [""] * 3)]
        name, first_amount, last = right[n]
        row += [name, str(31 + n)]
        for amount in (first_amount, last):
            row += map(layout.amount, (amount, amount, 0, 0))
        rows.append(row)
        if natures:
            name, first_amount, last = third[n] if n < len(third) else ("", 0, 0)
            cells = ["", layout.amount(first_amount), layout.amount(last)]
            row += [name, *(cells if name else [""] * 3)]
    if natures:
        rows[4] += heads
        rows[5] += [""] * 4
    return rows


def of_public_money(layout: Layout, mark: str) -> Rows:
    """财决07: by code, what was there, came, went, is left, each with its parts."""
    heads: Row = ["科目编码"] if layout.codes == 1 else ["类", "款", "项"]
    blank: Row = [""] * (len(heads) + 1)
    parts = ["合计", "基本支出结转", "项目支出结转"]
    top = [
        "年初结转和结余",
        "",
        "",
        "本年收入",
        "",
        "",
        "本年支出",
        "",
        "",
        "",
        "",
        "年末结转和结余",
        "",
        "",
    ]
    middle = [
        *parts,
        "合计",
        "基本支出",
        "项目支出",
        "合计",
        "基本支出",
        "",
        "",
        "项目支出",
        *parts,
    ]
    low = [*[""] * 7, "小计", "人员经费", "日常公用经费", *[""] * 4]
    rows = head(layout, "一般公共预算财政拨款收入支出决算表", len(blank) + 14, mark)
    rows += [[*heads, "科目名称", *top], [*blank, *middle], [*blank, *low]]
    if layout.counted:
        rows.append(["栏次", *blank[1:], *map(str, range(1, 15))])
    body, sums = [], [0] * 14
    for n, (code, name, _, (basic, project)) in enumerate(CLASSES):
        paid = project - (0 if n else FROM_OTHERS)
        staff = basic - (20_000_000 if not n else 0)
        went = [basic + paid, basic, paid]
        amounts = [0, 0, 0, *went, went[0], basic, staff, basic - staff, paid, 0, 0, 0]
        sums = [one + other for one, other in zip(sums, amounts, strict=True)]
        body.append([*codes(layout, code), name, *map(layout.amount, amounts)])
    total: Row = ["合计", *blank[1:], *map(layout.amount, sums)]
    return [*rows, *([*body, total] if layout.total_last else [total, *body])]


def codes(layout: Layout, code: str) -> Row:
    """A code in one column, or 类, 款, 项 in three, as numbers that lose their zeros."""
    if layout.codes == 1:
        return [code]
    parts = [code[:3], code[3:5], code[5:7]]
    return [int(part) if part else "" for part in parts]


def coded(
    layout: Layout,
    title: str,
    mark: str,
    columns: Sequence[str],
    lines: Iterable[tuple[str, str, Sequence[int]]],
) -> Rows:
    """A table by code: heads, 栏次, 合计 first or last."""
    heads: Row = ["科目编码"] if layout.codes == 1 else ["类", "款", "项"]
    width = len(heads) + 1 + len(columns)
    rows = head(layout, title, width, mark)
    rows.append([*heads, "科目名称", *columns])
    if layout.counted:
        rows.append(["栏次", *[""] * len(heads), *[str(n) for n in range(1, len(columns) + 1)]])
    body: Rows = [
        [*codes(layout, code), name, *map(layout.amount, amounts)] for code, name, amounts in lines
    ]
    sums = [
        sum(a) for a in zip(*(amounts for code, _, amounts in lines if len(code) == 3), strict=True)
    ]
    total: Row = ["合计", *[""] * len(heads), *map(layout.amount, sums)]
    return [*rows, *([*body, total] if layout.total_last else [total, *body])]


def income(layout: Layout, mark: str) -> Rows:
    columns = [
        "本年收入合计",
        "财政拨款收入",
        "上级补助收入",
        "事业收入",
        "经营收入",
        "附属单位上缴收入",
        "其他收入",
    ]
    lines: list[tuple[str, str, list[int]]] = []
    for n, (code, name, _, two) in enumerate(CLASSES):
        grant = GRANT - sum(sum(t) for *_, t in CLASSES[1:]) if not n else sum(two)
        other = OTHER if not n else 0
        amounts = [grant + other, grant, 0, 0, 0, 0, other]
        lines += [
            (code, name, amounts),
            (f"{code}01", f"{name[:4]}事务", amounts),
            (f"{code}0101", "行政运行", amounts),
        ]
    return coded(layout, "收入决算表", mark, columns, lines)


def spending(layout: Layout, mark: str) -> Rows:
    columns = [
        "本年支出合计",
        "基本支出",
        "项目支出",
        "上缴上级支出",
        "经营支出",
        "对附属单位补助支出",
    ]
    lines: list[tuple[str, str, list[int]]] = []
    for code, name, _, (basic, project) in CLASSES:
        amounts = [basic + project, basic, project, 0, 0, 0]
        lines += [
            (code, name, amounts),
            (f"{code}01", f"{name[:4]}事务", amounts),
            (f"{code}0101", "行政运行", amounts),
        ]
    return coded(layout, "支出决算表", mark, columns, lines)


def three(layout: Layout, mark: str) -> Rows:
    """公开07: one row, 预算 and 决算 of six columns, in the year's order."""
    car = ["公务用车购置及运行维护费", "", ""]
    inner = ["小计", "公务用车购置费", "公务用车运行维护费"]
    order = ["接待", "车"] if layout.reception_first else ["车", "接待"]
    top: Row = []
    low: Row = []
    for _ in range(2):
        top += ["合计", "因公出国（境）费"]
        low += ["", ""]
        for one in order:
            top += car if one == "车" else ["公务接待费"]
            low += inner if one == "车" else [""]
    amounts: Row = []
    for side in (0, 1):
        part = {key: two[side] for key, two in THREE.items()}
        cars = [part["购置"] + part["运行"], part["购置"], part["运行"]]
        row = [sum(part.values()), part["出国"]]
        for one in order:
            row += cars if one == "车" else [part["接待"]]
        amounts += map(layout.amount, row)
    rows = head(layout, "财政拨款“三公”经费支出决算表", 12, mark)
    rows += [["预算数", *[""] * 5, "决算数", *[""] * 5], top, low]
    if layout.counted:
        rows.append([str(n) for n in range(1, 13)])
    return [*rows, amounts]


def offices(layout: Layout) -> Rows:
    """财决附03: 三公 in the left lane, the running of the office in the right one."""
    part = THREE
    total = [sum(two[side] for two in part.values()) for side in (0, 1)]
    cars = [part["购置"][side] + part["运行"][side] for side in (0, 1)]
    left = [
        ("一、“三公”经费支出", None), ("（一）支出合计", total), ("1．因公出国（境）费", part["出国"]),
        ("2．公务用车购置及运行维护费", cars), ("（1）公务用车购置费", part["购置"]),
        ("（2）公务用车运行维护费", part["运行"]), ("3．公务接待费", part["接待"]),
    ]  # fmt: skip
    right = [
        "二、机关运行经费",
        "（一）行政单位",
        "（二）参照公务员法管理事业单位",
        "三、国有资产占用情况",
        "",
        "",
        "",
    ]
    rows = head(layout, "机构运行信息表", 7, "财决附03表")
    rows.append(["项目", "行次", "预算数", "统计数", "项目", "行次", "统计数"])
    if layout.counted:
        rows.append(["栏次", "", "1", "2", "栏次", "", "3"])
    for n, ((name, two), other) in enumerate(zip(left, right, strict=True), 1):
        amounts = ["—", "—"] if two is None else [layout.amount(two[0]), layout.amount(two[1])]
        cell = layout.amount(20_000_000) if n in (1, 3) else ""
        rows.append(
            [name, str(n), *amounts, other, str(21 + n) if other else "", cell if other else ""]
        )
    return rows


def grants(layout: Layout, mark: str) -> Rows:
    """公开04: 财政拨款 alone, expenditure by kind of budget."""
    rows = of_grants(layout)
    kept = [0, 1, 3, 4, 5, 10, 11, 12, 13]
    inner = ["小计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"]
    heads: Rows = [
        ["收入", "", "", "支出", *[""] * 5],
        ["项目", "行次", "决算数", "项目", "行次", *inner],
    ]
    body = [[row[c] for c in kept] for row in rows[6:]]
    if layout.counted:
        body[0] = ["栏次", "", "1", "栏次", "", "2", "3", "4", "5"]
    return [*head(layout, "财政拨款收入支出决算总表", 9, mark), *heads, *body]


def of_classes(layout: Layout, mark: str) -> Rows:
    """公开05: 一般公共预算 by code, 合计 of 基本 and 项目."""
    lines = []
    for n, (code, name, _, (basic, project)) in enumerate(CLASSES):
        paid = project - (0 if n else FROM_OTHERS)
        lines.append((code, name, [basic + paid, basic, paid]))
    columns = ["本年支出", "基本支出", "项目支出"]
    return coded(layout, "一般公共预算财政拨款支出决算表", mark, columns, lines)


def of_kinds(layout: Layout, mark: str) -> Rows:
    """公开06: 基本支出 by economic class, staff left and office right."""
    basic = sum(two[0] for *_, two in CLASSES)
    staff = basic - 20_000_000
    left = [("301", "工资福利支出", staff - 1_000_000), ("30101", "基本工资", staff - 1_000_000),
            ("303", "对个人和家庭的补助", 1_000_000), ("30302", "退休费", 1_000_000)]  # fmt: skip
    right = [("302", "商品和服务支出", 19_000_000), ("30201", "办公费", 19_000_000),
             ("310", "资本性支出", 1_000_000), ("31002", "办公设备购置", 1_000_000)]  # fmt: skip
    rows = head(layout, "一般公共预算财政拨款基本支出决算表", 6, mark)
    rows += [["人员经费", "", "", "公用经费", "", ""], ["科目编码", "科目名称", "决算数"] * 2]
    for one, other in zip(left, right, strict=True):
        rows.append([*one[:2], layout.amount(one[2]), *other[:2], layout.amount(other[2])])
    total: Row = [
        "人员经费合计",
        "",
        layout.amount(staff),
        "公用经费合计",
        "",
        layout.amount(20_000_000),
    ]
    return [*rows, total]


def empty(layout: Layout, title: str, mark: str) -> Rows:
    """公开08, 公开09 of an office that has none of that money."""
    heads: Row = ["科目编码"] if layout.codes == 1 else ["类", "款", "项"]
    blank: Row = [""] * (len(heads) + 1)
    rows = head(layout, title, len(blank) + 6, mark)
    rows += [
        [*heads, "科目名称", "年初结转和结余", "本年收入", "本年支出", "", "", "年末结转和结余"],
        [*blank, "", "", "小计", "基本支出", "项目支出", ""],
        ["合计", *blank[1:], *[layout.amount(0)] * 6],
    ]
    return [*rows, ["说明：本单位没有这项收支，故本表为空。"]]


def assets(layout: Layout, mark: str) -> Rows:
    """The tenth table of 九江: things, not money."""
    rows: Rows = [["国有资产占用情况表", ""], ["", mark]]
    rows += [[f"编制单位：{UNIT}", f"{layout.year}年度"], ["项目", "数量"]]
    return [*rows, ["车辆数合计（辆）", "1"], ["单价100万元以上设备（台、套）", "0"]]


def ten_tables(layout: Layout) -> dict[str, Rows]:
    """The published tables of 九江: 政府性基金 and 国有资本 before 三公, and a tenth."""
    first = published(layout)
    order = [
        first["公开01表"], first["公开02表"], first["公开03表"],
        grants(layout, "公开04表"), of_classes(layout, "公开05表"), of_kinds(layout, "公开06表"),
        empty(layout, "政府性基金预算财政拨款收入支出决算表", "公开07表"),
        empty(layout, "国有资本经营预算财政拨款收入支出决算表", "公开08表"),
        three(layout, "公开09表"), assets(layout, "公开10表"),
    ]  # fmt: skip
    return {f"GK{n:02}": rows for n, rows in enumerate(order, 1)}


def of_accounts(layout: Layout) -> dict[str, Rows]:
    """The 财决 export: sheets by their names, cut at 31 characters as Excel does."""
    sheets = {
        "Z01 收入支出决算总表(财决01表)": summary(layout),
        "Z01_1 财政拨款收入支出决算总表(财决01-1表)": of_grants(layout, natures=layout.codes == 1),
        "Z03 收入决算表(财决03表)": income(layout, "财决03表"),
        "Z04 支出决算表(财决04表)": spending(layout, "财决04表"),
        "Z07 一般公共预算财政拨款收入支出决算表(财决07表)": of_public_money(layout, "财决07表"),
        "F03 机构运行信息表(财决附03表)": offices(layout),
        "Z08_1 一般公共预算财政拨款基本支出决算明细表(财决08-1表)": [
            ["明细"],
            ["栏", "数"],
            ["一", "二"],
        ],
    }
    return {name[:31]: rows for name, rows in sheets.items()}


def published(layout: Layout) -> dict[str, Rows]:
    """The published tables of the year."""
    classes = {f"{NUMERALS[n]}、{name}": 0 for n, name in enumerate(ALL)}
    spent = {name: sum(two) for _, name, _, two in CLASSES}
    right = [(told, spent.get(told[2:], 0)) for told in classes]
    income_total, all_spent = GRANT + OTHER, sum(spent.values())
    left = [
        ("一、一般公共预算财政拨款收入", GRANT), ("二、政府性基金预算财政拨款收入", 0),
        ("三、国有资本经营预算财政拨款收入", 0), ("四、上级补助收入", 0), ("五、事业收入", 0), ("六、经营收入", 0),
        ("七、附属单位上缴收入", 0), ("八、其他收入", OTHER), ("本年收入合计", income_total),
        ("使用非财政拨款结余", 0), ("年初结转和结余", CARRIED), ("总计", income_total + CARRIED),
    ]  # fmt: skip
    right += [("本年支出合计", all_spent), ("结余分配", 0), ("年末结转和结余", income_total + CARRIED - all_spent),
              ("总计", income_total + CARRIED)]  # fmt: skip
    rows = head(layout, "收入支出决算总表", 6, "公开01表")
    rows += [["收入", "", "", "支出", "", ""], ["项目", "行次", "决算数", "项目", "行次", "决算数"]]
    if layout.counted:
        rows.append(["栏次", "", "1", "栏次", "", "2"])
    for n in range(max(len(left), len(right))):
        row: Row = []
        for lane in (left, right):
            name, amount = lane[n] if n < len(lane) else ("", 0)
            row += [name, str(n + 1) if name else "", layout.amount(amount) if name else ""]
        rows.append(row)
    return {
        "公开01表": rows, "公开02表": income(layout, "公开02表"), "公开03表": spending(layout, "公开03表"),
        "公开07表": three(layout, "公开07表"),
    }  # fmt: skip


def save(path: Path, sheets: dict[str, Rows]) -> Path:
    """The sheets as .xlsx or .xls; amounts as numbers, as the software writes them."""
    if path.suffix == ".xls":
        old = xlwt.Workbook()
        for name, rows in sheets.items():
            page = old.add_sheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value != "":
                        page.write(r, c, _cell(value))
        old.save(str(path))
        return path
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([_cell(value) for value in row])
    book.save(path)
    return path


def _cell(value: object) -> object:
    if isinstance(value, str) and value.replace(".", "", 1).isdigit() and "." in value:
        return float(value)
    return value
