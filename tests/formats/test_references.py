"""Excel: a reference into a block means "this template row, every copy", for whoever has it."""

from __future__ import annotations

from typing import Any

import pytest
from kit.archives import saved
from kit.sheets import book, filled, formulas, items, number, refused, values
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from generator.formats.compiled import Rendered
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.problems import Problems

LOOP = {"A2": "{%tr for r in 行 %}", "A3": "{{ r.名 }}", "B3": "{{ r.数 }}", "C3": "{{ r.率 }}",
        "A4": "{%tr endfor %}"}  # fmt: skip
ROWS = items(
    *({"名": f"甲{n}", "数": number(str(10 * n)), "率": number(str(n))} for n in (1, 2, 3))
)


def group(name: str, *scores: int) -> dict[str, object]:
    return {"名": name, "行": items(*({"名": "项", "分": number(str(score))} for score in scores))}


NESTED = {
    "A1": "名称", "A2": "{%tr for p in 组 %}", "A3": "{{ p.名 }}", "B3": "=SUM(B5)",
    "A4": "{%tr for r in p.行 %}", "A5": "{{ r.名 }}", "B5": "{{ r.分 }}", "C5": "=B5/B7",
    "A6": "{%tr endfor %}", "A7": "小计", "B7": "=SUM(B5:B5)", "A8": "{%tr endfor %}",
    "A9": "总计", "B9": "=SUM(B5:B5)", "B10": "=SUM(B7)", "B11": "=AVERAGE(B7)", "B12": "=COUNT(B5)",
    "B13": "=MAX(B5:B5)-MIN(B5:B5)",
}  # fmt: skip


def both(made: Rendered, title: str, cell: str) -> tuple[object, object]:
    return formulas(made, title)[cell], values(made, title).get(cell)


def test_totals_over_nested_blocks_count_each_row_once() -> None:
    made = filled(book(组=NESTED), 组=items(group("甲", 60, 40), group("乙", 100), group("丙")))
    assert both(made, "组", "B2") == ("=SUM(B3:B4)", 100)
    assert both(made, "组", "C3") == ("=B3/B5", 0.6)
    assert values(made, "组")["B9"] == 0
    assert both(made, "组", "B11") == ("=SUM(B3:B4,B7)", 200)
    assert both(made, "组", "B12") == ("=SUM(B5,B8,B10)", 200)
    assert values(made, "组")["B13"] == pytest.approx(200 / 3, abs=1e-12)
    assert values(made, "组")["B14"] == 3
    assert values(made, "组")["B15"] == 60


def test_blocks_without_rows_leave_formulas_that_are_right() -> None:
    made = filled(book(组=NESTED), 组=[])
    found = formulas(made, "组")
    assert found == {
        "B2": "=SUM(B7:B7)", "B3": "=SUM(B7)", "B4": "=0", "B5": "=COUNT(B7)",
        "B6": "=MAX(B7:B7)-MIN(B7:B7)",
    }  # fmt: skip
    assert {values(made, "组")[cell] for cell in found} == {0}


@pytest.mark.parametrize("count", [0, 1, 2, 7, 500])
def test_bodies_of_three_rows(count: int) -> None:
    """Each of the rows has its own total; beyond 250 ranges it is one formula over one range."""
    cells = {
        "A1": "{%tr for r in 行 %}", "A2": "预算", "B2": "{{ r.数 }}", "A3": "执行",
        "B3": "{{ r.率 }}", "A4": "率", "B4": "=B3/B2", "A5": "{%tr endfor %}",
        "B6": "=SUM(B2:B2)", "B7": "=SUM(B3)", "B8": "=COUNT(B4:B4)", "B9": "=SUM(B2:B3)",
        "B10": "=AVERAGE(B3)",
    }  # fmt: skip
    rows = items(*({"数": number(str(n + 1)), "率": number("2")} for n in range(count)))
    made = filled(book(表=cells), 行=rows)
    last, found = 3 * count, values(made, "表")
    total = count * (count + 1) // 2
    assert [found[f"B{last + n}"] for n in (1, 2, 3, 4)] == [
        total,
        2 * count,
        count,
        total + 2 * count,
    ]
    assert found[f"B{last + 5}"] == (2 if count else 0)
    text = str(formulas(made, "表")[f"B{last + 1}"])
    assert text == {
        0: "=SUM(B6:B6)", 1: "=SUM(B1:B1)", 2: "=SUM(B1,B4)", 7: "=SUM(B1,B4,B7,B10,B13,B16,B19)",
        500: "=SUMPRODUCT(--(MOD(ROW(B1:B1498)-1,3)=0),B1:B1498)",
    }[count]  # fmt: skip


def test_three_levels() -> None:
    cells = {
        "A1": "{%tr for a in 一 %}", "A2": "{%tr for b in a.二 %}", "A3": "{%tr for c in b.三 %}",
        "B4": "{{ c.数 }}", "C4": "=B4/SUM(B$4:B$4)", "A5": "{%tr endfor %}",
        "B6": "=SUM(B4)", "A7": "{%tr endfor %}", "B8": "=SUM(B6)", "C8": "=SUM(B4)",
        "A9": "{%tr endfor %}", "B10": "=SUM(B8)", "C10": "=SUM(B6)", "D10": "=SUM(B4)",
    }  # fmt: skip
    low = [{"数": number(str(n))} for n in range(1, 13)]
    middle = [{"三": items(*low[n : n + 2])} for n in range(0, 12, 2)]
    high = items(*({"二": items(*middle[n : n + 3])} for n in (0, 3)))
    made = filled(book(表=cells), 一=high)
    found = values(made, "表")
    assert [found[cell] for cell in ("B21", "C21", "D21")] == [78, 78, 78]
    assert (found["B10"], found["C10"]) == (21, 21)
    assert found["C1"] == pytest.approx(1 / 78, rel=1e-14)


def test_another_block_over_the_same_list_pairs_copy_with_copy() -> None:
    cells = {
        "A1": "{%tr for x in 行 %}",
        "B2": "=一!B3",
        "C2": "=SUM(一!B$3:B$3)",
        "A3": "{%tr endfor %}",
    }
    made = filled(book(一=LOOP, 二=cells), 行=ROWS)
    assert [formulas(made, "二")[f"B{n}"] for n in (1, 2, 3)] == ["=一!B2", "=一!B3", "=一!B4"]
    assert [values(made, "二")[f"C{n}"] for n in (1, 2, 3)] == [60, 60, 60]


def test_inner_blocks_over_the_same_lists_pair_as_well() -> None:
    other = {
        "A1": "{%tr for q in 组 %}", "A2": "{%tr for s in q.行 %}", "B3": "=组!B5", "A4": "{%tr endfor %}",
        "B5": "=组!B7", "A6": "{%tr endfor %}",
    }  # fmt: skip
    made = filled(book(组=NESTED, 二=other), 组=items(group("甲", 60, 40), group("乙", 7)))
    assert [values(made, "二")[f"B{n}"] for n in range(1, 6)] == [60, 40, 100, 7, 7]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('SUMIF(B3,">10",C3)', 5), ('COUNTIF(B3,">10")', 2), ("SUMPRODUCT(B3,C3)", 140),
        ("LARGE(B3,1)", 30), ('AVERAGEIF(B3,">0")', 20), ('SUMIFS(C3,B3,">10")', 5),
        ("STDEVP(B3)", 8.16496580927726), ('SUMPRODUCT((A3="甲2")*B3)', 20), ("INDEX(B3,2)", 20),
        ('VLOOKUP("甲3",A3:C3,3,FALSE)', 3), ("MEDIAN(B3)", 20), ("SUBTOTAL(9,B3)", 60),
    ],
)  # fmt: skip
def test_one_cell_of_a_loop_is_every_copy_in_every_function(formula: str, value: float) -> None:
    made = filled(book(表={**LOOP, "D5": "=" + formula}), 行=ROWS)
    assert values(made, "表")["D5"] == value


@pytest.mark.parametrize(
    ("cell", "formula", "code"),
    [
        ("C3", "=N(D2)+B3", "T266"),
        ("B5", "=B4", "T266"),
        ("B5", "=SUM(B1:B2)", "T288"),
        ("B7", "=SUM(B4:B6)", "T288"),
        ("C3", "=SUM(B$1:B2)", "T288"),
        ("B5", "=SUM(B1:B4)+SUM($B$2)", "T266"),
        ("B5", "=B3", "T267"),
        ("B5", "=B3*2", "T267"),
        ("B5", "=SUMIF(A3,A3,B3)", "T267"),
        ("D3", "=B$3", "T267"),
        ("B5", '=SUM(INDIRECT("B3"))', "T269"),
        ("B5", "=OFFSET(B3,0,0)", "T269"),
        ("B5", "=A3:INDEX(B3:B3,1)", "T278"),
        ("B5", "=SUM(#REF!)", "T281"),
        ("B3", "=表!#REF!*2", "T281"),
        ("B5", "=SUM($B$3:#REF!)", "T281"),
    ],
)
def test_what_no_formula_can_say_is_refused_with_its_cell(
    cell: str, formula: str, code: str
) -> None:
    found = refused(book(表={**LOOP, cell: formula}))
    assert code in [problem.code for problem in found]
    assert {str(problem.at).rpartition(" ")[2] for problem in found} == {cell}


@pytest.mark.parametrize(
    ("cell", "formula", "codes"),
    [
        ("D3", "=ROW()-2", ["T292"]), ("D3", "=1+ROW()", ["T292"]), ("D3", "=ROW()-ROW(A$1)", []),
        ("D3", "=ROW()-ROW(A1)", []), ("D3", "=MOD(ROW(),2)", []), ("D1", "=ROW()+1", []),
        ("D5", "=IF(1,ROW()-4,0)", ["T292"]), ("D3", "=ROW()-1", []), ("D3", "=ROW(A3)-2", ["T292"]),
        ("D3", "=ROW(A1)", ["T292"]), ("D3", "=INDEX(B$3:B$3,ROW(A1))", ["T292"]),
        ("D3", "=ROWS(A$3:A3)", []), ("D5", "=ROW(A1)", []), ("D3", "=ROW(A$1)", []),
        ("D6", "=SUM(LARGE(B3:B3,ROW(1:2)))", ["T295"]), ("D6", "=SUM(ROW($2:$4))", ["T295"]),
        ("D6", "=SUM(ROW(A1:A3))", ["T295"]), ("D8", "=SUM(ROW(6:7))", ["T295"]),
        ("D6", "=SUM(ROW(1:1))", []), ("D6", "=SUMPRODUCT(ROW(A3:A3)*1)", []),
    ],
)  # fmt: skip
def test_row_numbers_of_the_template_are_told(cell: str, formula: str, codes: list[str]) -> None:
    problems = Problems()
    made = compile_xlsx(saved(book(表={**LOOP, cell: formula})), "templates/表.xlsx", problems)
    assert made is not None
    assert made.renderable == ("T295" not in codes)
    assert [(one.code, str(one.at.place)[-2:]) for one in problems] == [(c, cell) for c in codes]


def test_a_printed_area_that_ends_at_a_row_of_tags_is_told() -> None:
    """The table would be missing on the page."""
    for area, codes in (("A1:C2", ["T288"]), ("A1:C4", []), ("A1:C3", [])):
        template = book(表=LOOP)
        template["表"].print_area = area
        template["表"].print_title_rows = "1:2"
        assert [problem.code for problem in refused(template)] == codes


def test_words_and_leftover_names_may_say_that_cells_are_gone() -> None:
    template = book(表={**LOOP, "B5": '=IF(COUNT(B3)=0,"#REF!","有")'})
    template.defined_names["旧"] = DefinedName("旧", attr_text="表!#REF!")
    assert values(filled(template, 行=ROWS), "表")["B5"] == "有"


@pytest.mark.parametrize(
    "formula",
    [
        "ROWS(B3:B3)", "COUNTBLANK(B3)", 'COUNTIF(B3,"")', 'COUNTIFS(B3,"<>9")',
        'SUMPRODUCT(--(B3=""))', "SUMPRODUCT(--ISBLANK(B3))", 'SUMPRODUCT((B3="")*(A1:A1="名"))',
    ],
)  # fmt: skip
def test_the_blank_that_stands_for_no_rows_does_not_count(formula: str) -> None:
    template = book(表={**LOOP, "A1": "名", "B5": "=" + formula})
    assert values(filled(template, 行=[]), "表")["B2"] == 0


#: Array formulas, and what they give over the three rows.
ARRAYS: dict[str, float] = {
    'SUM(IF(B3="",1,0))': 0, "SUM(IF(B3>1,B3,0))": 60, "COUNT(B3*1)": 3, "SUM(--(LEN(A3)=0))": 0,
    "MAX(IF(B3<25,B3))": 20, "AVERAGE(IF(B3>=20,B3))": 25, "LARGE(IF(B3<25,B3),1)": 20,
    'SUM((B3="")*1)': 0, "SUM(B3*C3)": 140, 'SUM(IF(B3="",1,0))+SUM(IF(B3>1,1,0))': 3,
    "SUMPRODUCT(SUM(IF(B3<99,1,0))*(A1:A1<>0))": 3,
}  # fmt: skip


def test_an_array_formula_over_no_rows_is_nothing() -> None:
    template = book(表={**LOOP, "A1": 3})
    page: Any = template["表"]
    columns = "DEFGHIJKLMN"
    for column, formula in zip(columns, ARRAYS, strict=True):
        page[f"{column}5"] = ArrayFormula(f"{column}5", f"={formula}")
    shown = values(filled(template, 行=ROWS), "表")
    assert [shown[f"{column}5"] for column in columns] == list(ARRAYS.values())
    made = filled(template, 行=[])
    assert [values(made, "表")[f"{column}2"] for column in columns] == [0] * len(ARRAYS)
    assert [remark.code for remark in made.remarks] == []


def test_what_is_asked_of_other_cells_counts_though_a_block_has_no_rows() -> None:
    template = book(表={**LOOP, "A1": 3, "B5": "=SUMPRODUCT(--(A1:A1>SUM(B3)))"})
    assert values(filled(template, 行=[]), "表")["B2"] == 1


def test_ranges_with_other_rows_between_are_refused_where_a_function_takes_one() -> None:
    cells = {"A1": "{%tr for r in 行 %}", "A2": "{{ r.名 }}", "B2": "{{ r.数 }}", "A3": "备注",
             "A4": "{%tr endfor %}", "B5": '=SUMIF(A2:A2,"甲1",B2:B2)'}  # fmt: skip
    assert [problem.code for problem in refused(book(表=cells))] == ["T268", "T268"]
    cells["B5"] = '=SUMIF(A2:A3,"甲1",B2:B3)'
    assert values(filled(book(表=cells), 行=ROWS), "表")["B7"] == 10


def test_ranges_over_sheets_follow_each_of_them() -> None:
    made = filled(book(一=LOOP, 二={"B3": 5, "B6": 0}, 三={"A1": "=SUM(一:二!B3)"}), 行=ROWS)
    assert both(made, "三", "A1") == ("=SUM('一'!B2:B4,'二'!B3)", 65)
    (problem,) = refused(book(一=LOOP, 二={"B3": 5}, 三={"A1": "=一:二!B3"}))
    assert (problem.code, str(problem.at)[-2:]) == ("T278", "A1")


def test_names_mean_every_copy() -> None:
    template = book(组=NESTED, 表={"A1": "=SUM(明细)", "A2": "=SUM(小计)+合计"})
    for name, text in {"明细": "组!$B$5", "小计": "组!$B$7:$B$7", "合计": "组!$B$9"}.items():
        template.defined_names[name] = DefinedName(name, attr_text=text)
    made = filled(template, 组=items(group("甲", 60, 40), group("乙", 7)))
    assert values(made, "表") == {"A1": 107, "A2": 214}
    template.defined_names["相对"] = DefinedName("相对", attr_text="组!B5")
    assert [problem.code for problem in refused(template)] == ["T280"]
