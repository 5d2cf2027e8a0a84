"""Excel: formulas with their values, and figures that are live by a formula."""

from __future__ import annotations

import io
import zipfile

import pytest
from kit.sheets import book, filled, formulas, items, number, refused, values

ROWS = items({"数": number("10.5")}, {"数": number("20")}, {"数": number("69.5")})
LIVE = {
    "A1": "{%tr for r in 行 %}", "B2": "{{ r.数 }}", "A3": "{%tr endfor %}",
    "B4": "{{ 总分 | 公式('=SUM(B2:B2)') }}",
}  # fmt: skip


def told(made: object) -> list[str]:
    return [remark.code for remark in made.remarks]  # type: ignore[attr-defined]


def test_a_live_figure_is_a_formula_with_the_value_of_the_figure() -> None:
    made = filled(book(表=LIVE), 行=ROWS, 总分=number("100"))
    assert formulas(made, "表") == {"B4": "=SUM(B1:B3)"}
    assert values(made, "表")["B4"] == 100
    (mark,) = [mark for mark in made.marks["xl/worksheets/sheet1.xml"] if mark.path == "数.100"]
    assert made.parts["xl/worksheets/sheet1.xml"][mark.start : mark.end] == "100"
    assert told(made) == []


def test_a_live_rate_agrees_after_its_own_rounding() -> None:
    cells = {"A1": "{{ 甲 }}", "B1": "{{ 乙 }}", "C1": "{{ 率 | 公式('=A1/B1') }}"}
    rate = number("33.33%")
    made = filled(book(表=cells), 甲=number("1"), 乙=number("3"), 率=rate)
    assert values(made, "表")["C1"] == pytest.approx(1 / 3, rel=1e-14)
    assert told(filled(book(表=cells), 甲=number("1"), 乙=number("3.1"), 率=rate)) == ["T273"]


def test_what_does_not_agree_is_told_with_its_cell() -> None:
    made = filled(book(表=LIVE), 行=ROWS, 总分=number("99.9"))
    (remark,) = made.remarks
    assert (remark.code, str(remark.place)) == ("T273", "工作表“表” B4")
    assert dict(remark.values) == {"formula": "=SUM(B2:B2)", "result": "100", "figure": "99.9"}


def test_a_typed_total_within_its_tolerance_is_no_formula() -> None:
    made = filled(book(表=LIVE), 行=ROWS, 总分=number("100.1", apart="0.1"))
    assert told(made) == ["T274"]
    assert formulas(made, "表") == {}
    assert values(made, "表")["B4"] == 100.1
    assert told(filled(book(表=LIVE), 行=ROWS, 总分=number("100.1", apart="0.2"))) == ["T273"]


def test_what_is_no_number_prints_as_it_is() -> None:
    made = filled(book(表={"A1": "{{ 名 | 公式('=SUM(B1:B2)') }}"}), 名="—")
    assert values(made, "表") == {"A1": "—"}


def test_a_live_figure_in_a_condition() -> None:
    cells = {"A1": "{{ 甲 }}", "B1": "{% if 甲 %}{{ 甲 | 公式('=A1') }}{% endif %}"}
    made = filled(book(表=cells), 甲=number("5"))
    assert (formulas(made, "表"), values(made, "表")["B1"]) == ({"B1": "=A1"}, 5)


@pytest.mark.parametrize(
    "text",
    ["共{{ 总分 | 公式('=A1') }}", "{{ 总分 | 公式('=A1') | 数 }}", "{{ 总分 | 合并 | 公式('=A1') }}",
     "{{ 总分 | 公式(名称) }}", "{{ 总分 | 公式 }}"],
)  # fmt: skip
def test_other_uses_are_refused(text: str) -> None:
    assert {problem.code for problem in refused(book(表={"B1": text}))} <= {"T264", "T277"}
    assert refused(book(表={"B1": text}))


def test_functions_that_gen_does_not_compute_are_left_to_excel() -> None:
    made = filled(
        book(表={"A1": "{{ 甲 }}", "B1": "=TODAY()", "C1": "=B1+A1", "D1": "=A1*2"}), 甲=number("5")
    )
    assert [(r.code, str(r.place)[-2:]) for r in made.remarks] == [("T275", "B1"), ("T275", "C1")]
    assert values(made, "表") == {"A1": 5, "D1": 10}
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert 'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml").decode()
    assert told(filled(book(表={"A1": "{{ 甲 | 公式('=TODAY()') }}"}), 甲=number("5"))) == ["T279"]


def test_what_hidden_rows_leave_out_is_left_to_excel() -> None:
    template = book(
        表={"A1": "{{ 甲 }}", "A2": 2, "B1": "=SUBTOTAL(9,A1:A2)", "C1": "=SUBTOTAL(109,A1:A2)"}
    )
    template["表"].row_dimensions[2].hidden = True
    made = filled(template, 甲=number("5"))
    assert values(made, "表") == {"A1": 5, "A2": 2, "B1": 7}
    assert [(r.code, str(r.place)[-2:]) for r in made.remarks] == [("T275", "C1")]


def test_error_values_and_circles_are_told() -> None:
    made = filled(book(表={"A1": "{{ 甲 }}", "B1": "=1/A1", "C1": "=C1+1"}), 甲=number("0"))
    assert told(made) == ["T276", "T275"]
    assert values(made, "表")["B1"] == "#DIV/0!"


def test_more_ranges_than_a_formula_holds_are_told() -> None:
    cells = {
        "A1": "{%tr for a in 一 %}", "A2": "{%tr for b in a.二 %}", "B3": "{{ b }}",
        "A4": "{%tr endfor %}", "A5": "小计", "A6": "{%tr endfor %}", "B7": "=MAX(B3)", "B8": "=SUM(B3)",
    }  # fmt: skip
    uneven = items(*({"二": [1] * (1 + n % 2)} for n in range(300)))
    assert told(filled(book(表=cells), 一=uneven)) == ["T272", "T272"]
    few = items(*({"二": [1] * (1 + n % 2)} for n in range(200)))
    assert values(filled(book(表=cells), 一=few), "表")["B502"] == 300


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1+2*3^2", 19), ("-2^2", 4), ("10%", 0.1), ("0.1+0.2-0.3", 0), ("1/4&\"x\"", "0.25x"),
        ("ROUND(2.675,2)", 2.68), ("ROUND(-2.5,0)", -3), ("ROUND(1234,-2)", 1200),
        ("ROUNDUP(2.01,1)", 2.1), ("ROUNDDOWN(-2.09,1)", -2), ("INT(-2.5)", -3), ("MOD(-3,2)", 1),
        ("CEILING(2.1,0.5)", 2.5), ("FLOOR(2.9,0.5)", 2.5), ("IF(A1>A2,\"大\",\"小\")", "小"),
        ("IF(A9=0,1,2)", 1), ("IFERROR(1/0,\"—\")", "—"), ("AND(A1=1,A2>1)", True), ("OR(FALSE,A1=2)", False),
        ("SUM(A1:A4,\"3\",TRUE)", 10), ("AVERAGE(A1:A5)", 2), ("COUNT(A1:A5,\"a\")", 3), ("COUNTA(A1:A5)", 4),
        ("COUNTBLANK(A1:A5)", 1), ("MAX(A1:A5)", 3), ("MIN(C1:C2)", 0), ("SMALL(A1:A3,2)", 2),
        ("RANK(A2,A1:A3)", 2), ("MEDIAN(A1:A3)", 2), ("STDEV(A1:A3)", 1), ("VARP(A1:A3)", 2 / 3),
        ("SUMIF(A1:A5,\">=2\")", 5), ("SUMIF(B1:B3,\"甲*\",A1:A3)", 4), ("COUNTIF(B1:B3,\"<>乙\")", 2),
        ("COUNTIFS(B1:B3,\"甲*\",A1:A3,\">1\")", 1), ("SUMPRODUCT((B1:B3=\"乙\")*A1:A3)", 2),
        ("SUMPRODUCT(A1:A4,A1:A4)", 14), ("INDEX(A1:B3,3,2)", "甲丙"), ("MATCH(2,A1:A3,0)", 2),
        ("VLOOKUP(2.5,A1:B3,2)", "乙"), ("HLOOKUP(1,A1:B2,2,FALSE)", 2), ("LOOKUP(3,A1:A3,B1:B3)", "甲丙"),
        ("LEFT(\"绩效评价\",2)&RIGHT(\"自评\",1)", "绩效评"), ("MID(\"绩效评价\",2,2)", "效评"), ("LEN(\"评价\")", 2),
        ("SUBSTITUTE(\"甲乙甲\",\"甲\",\"丙\",2)", "甲乙丙"), ("TEXT(1234.5,\"#,##0.00\")", "1,234.50"),
        ("TEXT(0.1234,\"0.0%\")", "12.3%"), ("TEXT(45734,\"yyyy年m月d日\")", "2025年3月18日"),
        ("DATE(2025,3,18)", 45734), ("YEAR(45734)*100+MONTH(45734)", 202503), ("VALUE(\"1,200\")", 1200),
        ("CONCATENATE(A1,\"、\",B2)", "1、乙"), ("TEXTJOIN(\"、\",TRUE,B1:B3)", "甲一、乙、甲丙"), ("ROWS(A1:A5)", 5),
        ("ROW()", 20), ("A4+1", 1), ("SUM(A1:A3)/SUM({1,2;3,4})", 0.6), ("SUBTOTAL(9,A1:A3)", 6), ("SUBTOTAL(109,A1:A3)", 6), ("SUBTOTAL(101,A1:A3)", 2),
        ("CHOOSE(2,\"一\",\"二\")", "二"), ("SWITCH(A2,1,\"一\",2,\"二\")", "二"), ("IFS(A1>1,1,TRUE,2)", 2),
        ("XLOOKUP(\"乙\",B1:B3,A1:A3)", 2), ("LARGE(A1:A3,1)", 3), ("QUARTILE(A1:A3,1)", 1.5), ("N(B1)", 0),
        ("\"b\">\"A\"", True), ("A1=\"1\"", False), ("MAXIFS(A1:A3,B1:B3,\"甲*\")", 3), ("B5&A9", "字"),
    ],
)  # fmt: skip
def test_values_are_those_of_excel(formula: str, value: object) -> None:
    made = filled(book(表={
        "A1": 1, "A2": 2, "A3": 3, "A5": "字", "B1": "甲一", "B2": "乙", "B3": "甲丙", "B5": "字",
        "D20": "=" + formula, "E1": "{{ 甲 }}",
    }), 甲="一")  # fmt: skip
    found = values(made, "表")["D20"]
    assert (
        found == value if not isinstance(value, float) else found == pytest.approx(value, rel=1e-14)
    )
    assert type(found) is type(value) or isinstance(value, int | float)
