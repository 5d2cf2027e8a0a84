"""A template of Excel with everything that refers to rows that repeat, made to hurt.

``expected`` tells what it must show from the context alone; it knows nothing of templates.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from fractions import Fraction
from statistics import median
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from kit.sheets import book, items, number

_RULES: Any = FormulaRule

#: Two blocks on a sheet, then totals by many functions.
_LIST = {
    "A1": "名称", "B1": "数", "C1": "率", "D1": "占比", "E1": "累计", "F1": "名次", "G1": "额",
    "A2": "{%tr for r in 行 %}", "A3": "{{ r.名 }}", "B3": "{{ r.数 }}", "C3": "{{ r.率 }}",
    "D3": "=IF(SUM(B$3:B$3)=0,0,B3/SUM(B$3:B$3))", "E3": "=SUM(B$3:B3)", "F3": "=RANK(B3,B$3)",
    "G3": "=ROUND(B3*C3,2)", "A4": "{%tr endfor %}",
    "A5": "合计", "B5": "=SUM(B3)", "C5": "=AVERAGE(C3:C3)", "D5": "=SUM(D3)", "E5": "=MAX(B3)-MIN(B3)",
    "F5": "=COUNT(B3)", "G5": "=SUMPRODUCT(B3,C3)", "H5": '=SUMIF(A3,"*1*",B3)', "I5": '=COUNTIF(B3,">50")',
    "J5": '=SUMPRODUCT((C3>5)*B3)', "K5": '=IFERROR(INDEX(A3,MATCH(MAX(B3),B3,0)),"无")',
    "L5": "=IF(COUNT(B3)>1,STDEV(B3),0)", "M5": '=IFERROR(VLOOKUP("甲1",A3:C3,3,FALSE),0)',
    "N5": "=LARGE(B3,1)", "O5": '=SUMIFS(B3,C3,">3",A3,"甲*")', "P5": "=MEDIAN(B3)", "Q5": "=COUNTA(A3)",
    "A7": "{%tr for x in 行 %}", "A8": "=A3", "B8": "=B3*2", "C8": "=二!B5", "A9": "{%tr endfor %}",
    "B10": "=SUM(B8)-2*B5", "C10": "=SUM(明细)-SUM(C8:C8)",
}  # fmt: skip
#: Three rows for each item, some of them only sometimes.
_BODIES = {
    "A1": "{%tr for r in 行 %}", "A2": "{{ r.名 }}", "B2": "{{ r.数 }}", "A3": "执行", "B3": "{{ r.率 }}",
    "C3": "=IF(B5=0,0,B3/B5)", "A4": "{%tr if r.有 %}", "B5": "=一!B3+1", "D5": "=SUM(B2:B3)", "A6": "{%tr else %}",
    "B7": 7, "A8": "{%tr endif %}", "A9": "{%tr endfor %}",
    "B10": "=SUM(B2)", "B11": "=SUM(B3:B3)", "B12": "=SUM(B2:B3)", "B13": "=COUNT(B2)", "B14": "=SUM(B7)",
    "B15": "=AVERAGE(B3)", "B16": "=SUM(B2:B8)", "B17": "=SUM(D5)",
}  # fmt: skip
#: Three levels, with totals of each from each.
_NESTED = {
    "A1": "{%tr for a in 组 %}", "A2": "{{ a.名 }}", "B2": "=SUM(B8)", "C2": "=COUNT(B6)",
    "A3": "{%tr for b in a.二 %}", "A4": "=A2", "A5": "{%tr for c in b.三 %}", "B6": "{{ c.数 }}",
    "C6": "=IF(B8=0,0,B6/B8)", "D6": "=B6", "A7": "{%tr endfor %}",
    "A8": "小计", "B8": "=SUM(B6:B6)", "C8": "=SUM(C6)", "A9": "{%tr endfor %}",
    "A10": "合计", "B10": "=SUM(B8)", "C10": "=SUM(B6)-B10", "A11": "{%tr endfor %}",
    "A12": "总计", "B12": "=SUM(B10)", "C12": "=SUM(B8)-B12", "D12": "=SUM(B6)-B12", "E12": "=AVERAGE(B8)",
    "F12": "=COUNT(B6,B8)", "G12": "=MAX(B6)",
}  # fmt: skip
_STATIC = {
    "A1": "=SUM(一!B3)", "A2": "=一!B5+三!B12", "A3": '=TEXT(一!B5,"0.00")&"万元"',
    "A4": "=IF(A2>100,\"多\",\"少\")", "A5": "=SUM(明细)", "A6": "=IF(COUNT(明细)=0,0,AVERAGE(明细))", "B1": 5, "B2": "=B1%", "B3": "=-B1^2",
}  # fmt: skip


#: A table over a block: its header, its rows, another block's total below.
_TABLE = {
    "A1": "=SUM(T[数])", "A3": "名", "B3": "数", "A4": "{%tr for y in 行 %}", "A5": "{{ y.名 }}",
    "B5": "{{ y.数 }}", "A6": "{%tr endfor %}", "A8": "合计", "B8": "=SUM(B5)",
}  # fmt: skip


def template() -> Workbook:
    """The template."""
    made = book(一=_LIST, 二=_TABLE, 三=_NESTED, 四=_BODIES, 五=_STATIC)
    first: Any = made["一"]
    first.conditional_formatting.add("B3", _RULES(["B3>B$5/2"]))
    first.conditional_formatting.add("C3", DataBarRule("min", None, "max", None, color="FF638EC6"))
    made["三"].conditional_formatting.add("B6", _RULES(["B6>B8/2"]))
    rule = DataValidation("list", formula1="$A$3:$A$3")
    rule.add("H3")
    first.add_data_validation(rule)
    first.print_area = "A1:Q10"
    first.freeze_panes = "B2"
    made.defined_names["明细"] = DefinedName("明细", attr_text="二!$B$5")
    chart = BarChart()
    chart.add_data(Reference(first, min_col=2, min_row=3, max_row=3))
    chart.set_categories(Reference(first, min_col=1, min_row=3, max_row=3))
    first.add_chart(chart, "S2")
    table = Table(displayName="T", ref="A3:B5")
    made["二"].add_table(table)
    return made


def context(count: int, seed: int = 0) -> dict[str, object]:
    """A context of ``count`` rows; groups of uneven size."""
    chance = random.Random(seed)

    def one(index: int) -> dict[str, object]:
        text = f"{chance.randint(0, 900)}.{chance.randint(0, 99):02}"
        share = str(chance.randint(1, 20))
        return {
            "名": f"甲{index}",
            "数": number(text),
            "率": number(share),
            "有": chance.random() < 0.7,
        }

    rows = items(*(one(index) for index in range(1, count + 1)))
    groups = []
    for index in range(min(count, 60)):
        inner = [
            {
                "三": items(
                    *(
                        {"数": number(str(chance.randint(0, 99)))}
                        for _ in range(chance.randint(0, 3))
                    )
                )
            }
            for _ in range(chance.randint(0, 2))
        ]
        groups.append({"名": f"组{index}", "二": items(*inner)})
    return {"行": rows, "组": items(*groups)}


# What the filled template must show, from the context alone

#: What a cell shows: a number, a text, an error, or nothing.
Value = Fraction | str | None
Grid = dict[str, list[list[Value]]]


def expected(given: Mapping[str, Any]) -> Grid:
    """The cells of each sheet, row by row without blanks at the end; knows nothing of formulas."""
    rows = [(str(r["名"]), r["数"].value, r["率"].value, r["有"]) for r in given["行"]]
    nested = _nested(given["组"])
    total: Any = nested[-1][1]
    return {
        "一": _list(rows),
        "二": _table(rows),
        "三": nested,
        "四": _bodies(rows),
        "五": _static(rows, total),
    }


_Row = tuple[str, Fraction, Fraction, bool]
_NO = Fraction(0)


def _over(part: Fraction, whole: Fraction | int) -> Fraction:
    """Nothing of nothing is 0, the average of no rows too."""
    return part / whole if whole else _NO


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, _NO)


def _rounded(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def _list(rows: list[_Row]) -> list[list[Value]]:
    names = [row[0] for row in rows]
    numbers, rates = [row[1] for row in rows], [row[2] for row in rows]
    whole, count = _sum(numbers), len(rows)
    grid: list[list[Value]] = [["名称", "数", "率", "占比", "累计", "名次", "额"]]
    for at, (name, number_, rate, _) in enumerate(rows):
        rank = 1 + sum(other > number_ for other in numbers)
        grid.append([
            name, number_, rate, _over(number_, whole), _sum(numbers[: at + 1]), Fraction(rank),
            _rounded(number_ * rate),
        ])  # fmt: skip
    spread = sum((float(n) - float(whole / count)) ** 2 for n in numbers) if count else 0
    grid.append([
        "合计", whole, _over(_sum(rates), count), _over(whole, whole),
        max(numbers) - min(numbers) if rows else _NO, Fraction(count),
        _sum(n * r for n, r in zip(numbers, rates, strict=True)),
        _sum(n for name, n in zip(names, numbers, strict=True) if "1" in name),
        Fraction(sum(n > 50 for n in numbers)),
        _sum(n for n, r in zip(numbers, rates, strict=True) if r > 5),
        names[numbers.index(max(numbers))] if rows else "无",
        Fraction((spread / (count - 1)) ** 0.5) if count > 1 else _NO,
        rates[0] if rows else _NO, max(numbers) if rows else _NO,
        _sum(n for n, r in zip(numbers, rates, strict=True) if r > 3),
        median(numbers) if rows else _NO, Fraction(count),
    ])  # fmt: skip
    grid.append([])
    grid += ([name, 2 * number_, number_] for name, number_, _, _ in rows)
    return [*grid, [None, _NO, _NO]]


def _table(rows: list[_Row]) -> list[list[Value]]:
    """A table keeps a blank row where there is none."""
    whole = _sum(row[1] for row in rows)
    kept: list[list[Value]] = [[name, number_] for name, number_, _, _ in rows]
    return [[whole], [], ["名", "数"], *(kept or [[]]), [], ["合计", whole]]


def _nested(groups: Any) -> list[list[Value]]:
    grid: list[list[Value]] = []
    parts: list[list[list[Fraction]]] = [
        [[c["数"].value for c in b["三"]] for b in a["二"]] for a in groups
    ]
    for a, inner in zip(groups, parts, strict=True):
        own = [number_ for part in inner for number_ in part]
        grid.append([str(a["名"]), _sum(own), Fraction(len(own))])
        for part in inner:
            whole = _sum(part)
            grid.append([str(a["名"])])
            grid += ([None, number_, _over(number_, whole), number_] for number_ in part)
            grid.append(["小计", whole, _over(whole, whole)])
        grid.append(["合计", _sum(own), _NO])
    every = [number_ for inner in parts for part in inner for number_ in part]
    groups_ = sum(map(len, parts))
    grid.append([
        "总计", _sum(every), _NO, _NO, _over(_sum(every), groups_),
        Fraction(len(every) + groups_), max(every, default=_NO),
    ])  # fmt: skip
    return grid


def _bodies(rows: list[_Row]) -> list[list[Value]]:
    grid: list[list[Value]] = []
    for name, number_, rate, there in rows:
        grid += [
            [name, number_],
            ["执行", rate, _over(rate, number_ + 1) if there else _NO],
            [None, number_ + 1, None, number_ + rate] if there else [None, Fraction(7)],
        ]
    numbers, rates = _sum(row[1] for row in rows), _sum(row[2] for row in rows)
    held = [row for row in rows if row[3]]
    sevens = Fraction(7 * (len(rows) - len(held)))
    more = _sum(row[1] + 1 for row in held)
    totals: list[Value] = [
        numbers, rates, numbers + rates, Fraction(len(rows)), sevens,
        _over(rates, len(rows)), numbers + rates + sevens + more,
        _sum(row[1] + row[2] for row in held),
    ]  # fmt: skip
    return [*grid, *([None, one] for one in totals)]


def _static(rows: list[_Row], groups: Fraction) -> list[list[Value]]:
    whole = _sum(row[1] for row in rows)
    return [
        [whole, Fraction(5)], [whole + groups, Fraction(1, 20)], [f"{float(whole):.2f}万元", Fraction(25)],
        ["多" if whole + groups > 100 else "少"], [whole], [_over(whole, len(rows))],
    ]  # fmt: skip


def otherwise(shown: Mapping[str, list[list[Any]]], wanted: Grid) -> list[str]:
    """Cells that do not show what they must."""
    wrong = []
    for title, rows in wanted.items():
        grid = {
            (row, column): value
            for row, values in enumerate(shown[title], 1)
            for column, value in enumerate(values, 1)
            if value is not None
        }
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                found, where = grid.pop((row, column), None), f"{get_column_letter(column)}{row}"
                if not _same(found, value):
                    wrong.append(f"工作表“{title}” {where}: {found!r}, not {value!r}")
        wrong += [
            f"工作表“{title}” {where}: {value!r} is too much" for where, value in grid.items()
        ]
    return wrong


def _same(found: object, wanted: Value) -> bool:
    if isinstance(wanted, Fraction) and isinstance(found, int | float):
        return abs(found - wanted) <= abs(wanted) * Fraction(1, 10**12)
    return found == wanted
