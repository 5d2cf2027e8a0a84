"""Excel: formulas with their values, and figures that are live by a formula."""

from __future__ import annotations

import io
import zipfile

import pytest
from kit.archives import repacked, saved
from kit.sheets import AT, book, filled, formulas, items, number, refused, values
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.formula import ArrayFormula

from generator.figures.model import Phrase, Words
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.format import FORMAT
from generator.problems import Problems

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
    ["{% if 甲 %}共{{ 总分 | 公式('=A1') }}{% endif %}", "{{ 总分 | 公式('=A1') | 数 }}", "{{ 总分 | 合并 | 公式('=A1') }}",
     "{{ 总分 | 公式(名称) }}", "{{ 总分 | 公式 }}"],
)  # fmt: skip
def test_other_uses_are_refused(text: str) -> None:
    assert {problem.code for problem in refused(book(表={"B1": text}))} <= {"T264", "T277"}
    assert refused(book(表={"B1": text}))


GROUPS = {
    "A1": "{%tr for r in 行 %}", "A2": "{{ r.组 | 合并 }}", "C2": "{{ r.分 }}",
    "A3": "{%tr endfor %}", "C4": "=SUM(C2:C2)",
}  # fmt: skip


def grouped(*groups: tuple[str, list[str]]) -> dict[str, object]:
    """Rows of groups: the name, the points of each, and their sum."""
    return {
        "行": items(*(
            {"组": Words(name, f"组.{name}", AT), "分": number(one, f"分.{name}{n}"),
             "权": number(str(sum(map(float, points))).removesuffix(".0"), f"权.{name}")}
            for name, points in groups
            for n, one in enumerate(points)
        ))
    }  # fmt: skip


def proven(made: Rendered) -> Rendered:
    reading = proof.read(
        FORMAT.open, made.data, proof.Expected(made.parts, made.marks, made.printed)
    )
    assert proof.prove(reading, {}) == []
    return made


def test_a_figure_that_merges_is_live_over_its_rows() -> None:
    cells = {**GROUPS, "B2": "{{ r.权 | 公式('=SUM(C2:C2)') | 合并(r.组) }}"}
    rows = grouped(("甲", ["10", "20"]), ("乙", ["5"]), ("丙", ["3", "4", "8"]))
    made = proven(filled(book(表=cells), **rows))
    assert formulas(made, "表") == {
        "B1": "=SUM(C1:C2)", "B3": "=SUM(C3:C3)", "B4": "=SUM(C4:C6)", "C7": "=SUM(C1:C6)",
    }  # fmt: skip
    assert [values(made, "表")[one] for one in ("B1", "B3", "B4")] == [30, 5, 15]
    assert told(made) == []
    # A single cell in a list of arguments means the same; ``$`` still means all rows.
    cells["B2"] = "{{ r.权 | 公式('=SUM(C2)*SUM(C$2:C$2)/SUM(C$2)') | 合并(r.组) }}"
    made = filled(book(表=cells), **rows)
    assert formulas(made, "表")["B4"] == "=SUM(C4:C6)*SUM(C$1:C$6)/SUM(C$1:C$6)"
    wrong = {**GROUPS, "B2": "{{ r.权 | 公式('=C2') | 合并(r.组) }}"}
    assert told(filled(book(表=wrong), **rows)) == ["T273"]
    assert formulas(filled(book(表=cells), 行=[]), "表") == {"C1": "=SUM(C2:C2)"}


def test_rows_between_that_a_range_cannot_leave_out_are_told() -> None:
    """Two lines for each item: the rows of a merged figure are every other one."""
    cells = {
        "A1": "{%tr for r in 行 %}", "A2": "{{ r.组 | 合并 }}", "C2": "{{ r.分 }}", "C3": "备注",
        "A4": "{%tr endfor %}",
    }  # fmt: skip
    template = book(表={**cells, "B2": "{{ r.权 | 公式('=SUM(C2:C2)') | 合并(r.组) }}"})
    for column in "AB":
        template["表"].merge_cells(f"{column}2:{column}3")
    made = filled(template, **grouped(("甲", ["10", "20"]), ("乙", ["5"])))
    assert formulas(made, "表") == {"B1": "=SUM(C1,C3)", "B5": "=SUM(C5:C5)"}
    template["表"]["B2"] = "{{ r.权 | 公式('=SUMIF(C2:C2,\">0\")') | 合并(r.组) }}"
    assert [problem.code for problem in refused(template)] == ["T268"]


def test_words_around_a_live_figure_become_part_of_the_formula() -> None:
    cells = {
        **GROUPS, "B2": "{{ r.组 | 合并 }}\n（{{ r.权 | 公式('=SUM(C2:C2)') }}分）",
        "D4": '共"{{ 率 | 公式(\'=C4/80\') }}"', "E4": "=B2&D4",
    }  # fmt: skip
    del cells["E4"]
    made = proven(filled(
        book(表=cells), **grouped(("甲", ["10", "20.5"]), ("乙", ["5"])), 率=number("44.38%")
    ))  # fmt: skip
    assert formulas(made, "表") == {
        "B1": '="甲"&CHAR(10)&"（"&TEXT(SUM(C1:C2),"0.0")&"分）"',
        "B3": '="乙"&CHAR(10)&"（"&SUM(C3:C3)&"分）"',
        "C4": "=SUM(C1:C3)",
        "D4": '="共"""&TEXT(C4/80,"0.00%")&""""',
    }
    shown = values(made, "表")
    assert (shown["B1"], shown["B3"], shown["D4"]) == (
        "甲\n（30.5分）", "乙\n（5分）", '共"44.38%"',
    )  # fmt: skip
    assert told(made) == []


def test_a_text_is_live_by_a_formula_that_says_it() -> None:
    cells = {"A1": "{{ 分 }}", "B1": '{{ 级 | 公式(\'=IF(A1>=90,"优","良")\') }}', "C1": '=B1&"！"'}
    made = proven(filled(book(表=cells), 分=number("91"), 级=Words("优", "级", AT)))
    assert formulas(made, "表")["B1"] == '=IF(A1>=90,"优","良")'
    assert (values(made, "表")["B1"], values(made, "表")["C1"]) == ("优", "优！")
    made = filled(book(表=cells), 分=number("89"), 级=Words("优", "级", AT))
    assert told(made) == ["T273"]
    assert values(made, "表")["B1"] == "优"
    assert dict(made.remarks[0].values)["result"] == "良"
    # What is still to be filled in is no other text, and a text is no other number.
    made = filled(book(表=cells), 分=number("89"), 级=Words("待填", "级", AT))
    assert (told(made), formulas(made, "表"), values(made, "表")["B1"]) == (
        [], {"C1": '=B1&"！"'}, "待填",
    )  # fmt: skip
    cells["B1"] = "{{ 级 | 公式('=A1') }}"
    made = filled(book(表=cells), 分=number("89"), 级=Words("优", "级", AT))
    assert (told(made), values(made, "表")["B1"]) == ([], "优")


def test_a_rate_of_nothing_is_live_where_its_formula_says_so() -> None:
    """The dash of a rate without a budget: a rate as soon as there is one."""
    cells = {"A1": "{{ 甲 }}", "B1": "{{ 率 | 公式('=IF(A1=0,\"—\",1/A1)') }}"}
    none = Phrase("—", "率", unit="%")
    made = proven(filled(book(表=cells), 甲=number("0"), 率=none))
    assert formulas(made, "表") == {"B1": '=IF(A1=0,"—",1/A1)'}
    page = load_workbook(io.BytesIO(made.data))["表"]
    assert page["B1"].number_format == "0.00%"
    cells["B1"] = "{{ 率 | 公式('=IF(A1=0,0,1/A1)') }}"
    made = filled(book(表=cells), 甲=number("0"), 率=none)
    assert (formulas(made, "表"), values(made, "表")["B1"], told(made)) == ({}, "—", [])


def test_letters_of_several_looks_are_no_formula() -> None:
    template = book(表={"A1": 1})
    template["表"]["B1"] = CellRichText(
        "共", TextBlock(InlineFont(b=True), "{{ 总分 | 公式('=A1') }}")
    )
    assert [problem.code for problem in refused(template)] == ["T277"]


def test_a_long_text_is_said_in_pieces() -> None:
    cells = {"A1": "{{ 名 }}{{ 分 | 公式('=B1') }}", "B1": "{{ 分 }}"}
    made = proven(filled(book(表=cells), 名="长" * 300, 分=number("5")))
    assert formulas(made, "表")["A1"] == f'="{"长" * 255}"&"{"长" * 45}"&(B1)'
    assert values(made, "表")["A1"] == "长" * 300 + "5"


def test_functions_that_gen_does_not_compute_are_left_to_excel() -> None:
    made = filled(
        book(表={"A1": "{{ 甲 }}", "B1": "=TODAY()", "C1": "=B1+A1", "D1": "=A1*2"}), 甲=number("5")
    )
    assert [(r.code, str(r.place)[-2:]) for r in made.remarks] == [("T275", "B1"), ("T275", "C1")]
    assert values(made, "表") == {"A1": 5, "D1": 10}
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert 'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml").decode()
    assert told(filled(book(表={"A1": "{{ 甲 | 公式('=TODAY()') }}"}), 甲=number("5"))) == ["T279"]


@pytest.mark.parametrize(("look", "codes"), [("", []), ("<b/>", ["T277"])])
def test_letters_in_the_fonts_of_their_scripts_have_one_look(look: str, codes: list[str]) -> None:
    """As LibreOffice saves a cell with Chinese and Latin letters; bold ones are another look."""
    words = (("宋体", "", "共"), ("Arial", look, "{{ 甲 | 公式('=A1') }}"), ("宋体", "", "分"))
    runs = "".join(
        f'<r><rPr>{look}<sz val="9"/><rFont val="{font}"/><family val="2"/></rPr><t>{text}</t></r>'
        for font, look, text in words
    )

    def change(members: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        held = members[name].replace(b"<is><t>X</t></is>", f"<is>{runs}</is>".encode())
        assert held != members[name]
        members[name] = held

    raw = repacked(saved(book(表={"A1": "{{ 甲 }}", "B1": "X"})), change)
    assert [problem.code for problem in refused(raw)] == codes
    if not codes:
        assert values(filled(raw, 甲=number("5")), "表")["B1"] == "共5分"


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
    assert told(made) == ["T276", "T286"]
    assert values(made, "表")["B1"] == "#DIV/0!"


@pytest.mark.parametrize(
    ("cells", "at"),
    [
        ({"C1": 1, "C2": "=SUM(C1:C2)"}, ["C2"]),
        ({"C1": "=D1", "D1": "=C1*2"}, ["C1", "D1"]),
        ({"C1": "=IF(A1>9,C1,2)", "D1": "=SUM(A1:B1)"}, []),
    ],
)
def test_circles_are_refused_at_their_cells(cells: dict[str, object], at: list[str]) -> None:
    made = filled(book(表={"A1": "{{ 甲 }}", **cells}), 甲=number("5"))
    assert [(r.code, str(r.place)[-2:]) for r in made.remarks] == [("T286", one) for one in at]


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        ("=SUMM(A1:A2)", "SUM"), ("=IF(A1>0,AVERGE(A1),0)", "AVERAGE"), ("=ronud(A1,2)", "ROUND"),
        ("=_xlfn.XLOOKUP(1,A1:A2,A1:A2)", ""), ("=MROUND(A1,2)", ""), ("=STDEV(A1,2)", ""),
        ("=NUMBERSTRING(A1,2)", ""), ("=QQQQQQQ(A1)", ""), ("=DAYS(A1,A2)", ""),
        ("=AGGREGATE(9,6,A1:A2)", ""), ("=UNICODE(A1)", ""), ("=NETWORKDAYS.INTL(A1,A2)", ""),
    ],
)  # fmt: skip
def test_a_function_that_is_none_is_named_with_the_one_that_was_meant(
    formula: str, meant: str
) -> None:
    problems = Problems()
    below = {"A11": "{%tr for r in 行 %}", "B12": "{{ r.数 }}", "A13": "{%tr endfor %}"}
    raw = saved(book(表={"A1": 1, **below, "B9": formula}))
    made = compile_xlsx(raw, "templates/表.xlsx", problems)
    assert made is not None
    assert made.renderable
    told = [(one.code, str(one.at.place)[-2:]) for one in problems]
    assert told == ([("T287", "B9")] if meant else [])
    assert all(f"是否为“{meant}”" in one.message for one in problems)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("IFS(B2>1,1,TRUE,2)", "_xlfn.IFS(B2>1,1,TRUE,2)"),
        ("_xlfn.IFS(B2>1,1,TRUE,2)", "_xlfn.IFS(B2>1,1,TRUE,2)"),
        ("SUM(FILTER(B2:B2,B2:B2>1))", "SUM(_xlfn._xlws.FILTER(B1:B1,B1:B1>1))"),
        ("IF(B2>1,1,2)", "IF(B2>1,1,2)"),
    ],
)
def test_functions_younger_than_the_format_get_their_prefix(typed: str, written: str) -> None:
    """Without it Excel opens the file with #NAME?."""
    made = filled(book(表={**LIVE, "B4": None, "C2": "=" + typed}), 行=ROWS[:1])
    assert formulas(made, "表")["C1"] == "=" + written.replace("B2>", "B1>")


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
        ("SUM(A1:A4,3,TRUE)", 10), ("AVERAGE(A1:A5)", 2), ("COUNT(A1:A5,\"a\")", 3), ("COUNTA(A1:A5)", 4),
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


#: Formulas over arrays, and what they give; None for what is left to Excel.
ARRAYS: dict[str, object] = {
    'SUM(SUMIF(A2:A2,{"甲","乙"},B2:B2))': 30, 'SUMPRODUCT(SUMIF(A2:A2,{"甲","乙"},B2:B2))': 30,
    'SUM(COUNTIF(A2:A2,{"甲","丙"}))': 2, 'SUM(SUMIFS(B2:B2,A2:A2,{"乙","丙"},B2:B2,">20"))': 30,
    "SUMPRODUCT(LARGE(B2:B2,{1,2}))": 50, "AVERAGE(SMALL(B2:B2,{1,2}))": 15,
    "SUMPRODUCT(LARGE(B2:B2,{5;6}-4))": 50, "SUM({1,2,3}*2)": 12, "SUM(-{1,2})": -3, "SUM({1;2}*{1,2})": 9,
    "SUM(ROUND({1.25,2.5},0))": 4, "SUM(MOD({5,7},4))": 4, 'SUM(LEN({"一","一二"}))': 3, "SUM({50,25}%)": 0.75,
    'SUM(IF({1,0},3,4))': 7, 'VLOOKUP("乙",IF({1,0},A2:A2,B2:B2),2,0)': 20, "SUM(CHOOSE({1,2},3,4))": 7,
    'SUM(VLOOKUP("乙",A2:C2,{2,3},0))': 22, "SUMPRODUCT(ISERROR(1/C2:C2)*1)": 0, "SUMPRODUCT(RANK(B2:B2,B2:B2))": 6,
    'LOOKUP(2,1/(A2:A2="乙"),B2:B2)': 20, "SUMPRODUCT(1/COUNTIF(A2:A2,A2:A2))": 3, 'LOOKUP(75,{0,"差";60,"中";80,"良"})': "中",
    "SUMPRODUCT(SUMIF(A2:A2,A2:A2,B2:B2))": 60, "COLUMN()": 4, '"1,234"+0': 1234, "COUNT(1/0,{1,2})": 2,
    # Excel and LibreOffice do not agree, or nothing is computed item by item there.
    "SUMPRODUCT(IFERROR(B2:B2/C2:C2,0))": None, "SUM(INDEX(B2:B2,{1,2}))": None, "SUM({1,2}*B2:B2)": None,
    "SUM({1,2,3}+{1,2})": None, 'SUMPRODUCT(A2:A2="甲")': None, '"2024-5-1"+0': None, "LOOKUP(2,{3,1,2},{3,1,2})": None,
    "SUM(ROW(A2:A2))": None,
}  # fmt: skip
#: The same of array formulas.
ENTERED: dict[str, object] = {
    "SUMPRODUCT(IFERROR(B2:B2/C2:C2,0))": 30, 'SUM(IF(A2:A2="甲",B2:B2))': 10, "SUM(ROUND(B2:B2/7,0))": 8,
    "SUM(MATCH(A2:A2,A2:A2,0))": 6, "SUM(COUNTIFS(A2:A2,A2:A2))": 3, "SUM(LOOKUP(C2:C2,C2:C2,B2:B2))": 60,
    "SUM(IFERROR(1/(B2:B2-10),1))": 1.15, "B2:B2*2": 20, "SUM(VLOOKUP(A2:A2,A2:C2,2,0))": None,
}  # fmt: skip


@pytest.mark.parametrize(("given", "array"), [(ARRAYS, False), (ENTERED, True)])
def test_arrays_are_computed_item_by_item(given: dict[str, object], array: bool) -> None:
    cells: dict[str, object] = {
        "A1": "{%tr for r in 行 %}", "A2": "{{ r.名 }}", "B2": "{{ r.数 }}", "C2": "{{ r.号 }}",
        "A3": "{%tr endfor %}",
    }  # fmt: skip
    for row, formula in enumerate(given, 4):
        where = f"D{row}"
        cells[where] = ArrayFormula(where, "=" + formula) if array else "=" + formula
    rows = items(
        *(
            {"名": name, "数": number(str(at * 10)), "号": number(str(at))}
            for at, name in enumerate("甲乙丙", 1)
        )
    )
    made = filled(book(表=cells), 行=rows)
    shown = values(made, "表")
    found = {formula: shown.get(f"D{row}") for row, formula in enumerate(given, 4)}
    assert found == {
        formula: value if not isinstance(value, float) else pytest.approx(value)
        for formula, value in given.items()
    }
    assert set(told(made)) <= {"T275"}


#: Formulas under conditions, and what Excel and LibreOffice give; None where they do not agree.
CONDITIONS: dict[str, object] = {
    'SUMIF(A1:A4,"2024",E1:E4)': 3, 'COUNTIF(A1:A3,"2024")': 2, 'COUNTIF(A1:A3,"=2024")': 2, "COUNTIF(A1:A4,A1)": 2,
    'COUNTIF(A1:A4,"<>2024")': 2, 'SUMIFS(E1:E4,A1:A4,A3,E1:E4,">2")': 3, 'COUNTIF(A1:E1,">1000")': 1,
    # A text is a number to Excel, to LibreOffice it is the same text only.
    'COUNTIF(B1:B3,"1")': None, "COUNTIF(A1:A4,2024)": None, 'COUNTIF(B1:B2,"1")': 2, 'COUNTIF(B1:B3,"2")': 0,
    'COUNTIF(F1:F2,F1)': None, "COUNTIF(F1:F3,F3)": 1, "COUNTIF(F3:F4,F3)": 1, 'COUNTIF(G1:G2,"1-1")': 1,
    "COUNTIF(C1:C3,TRUE)": 2, 'COUNTIF(C1:C3,"TRUE")': 2, "COUNTIF(C1:C3,FALSE)": 1, "SUMIF(C1:C3,TRUE,E1:E3)": 4,
    "COUNTIFS(C1:C3,TRUE,E1:E3,3)": 1, 'COUNTIF(C1:C3,"<>TRUE")': 1, "COUNTIF(C1:C3,1)": None, "COUNTIF(E1:E3,TRUE)": None,
    'COUNTIF(C1:C3,">=1")': None, 'COUNTIF(C1:C3,">1")': 0,
    'COUNTIF(D1:D4,">=2025-1-1")': 2, 'COUNTIF(D1:D4,"2025-3-18")': 1, 'COUNTIF(D1:D4,"<2025-03-18")': 1,
    'SUMIFS(E1:E4,D1:D4,">=2025-1-1",D1:D4,"<2025-4-1")': 1, 'COUNTIF(D1:D4,"2025/3/18")': None,
    'COUNTIF(D1:D4,">=2025/1/1")': None, 'COUNTIF(D1:D4,"一*")': 1, 'COUNTIF(D1:D4,"2*")': None, 'COUNTIF(D1:D4,">乙")': None,
    'COUNTIF(A1:A9,"")': 5, 'COUNTIF(A1:A9,"=")': 5, 'COUNTIF(A1:A9,"<>")': 4, 'COUNTIF(H1:H2,"#DIV/0!")': 1,
}  # fmt: skip


def test_conditions_find_what_excel_and_libreoffice_find() -> None:
    cells: dict[str, object] = {
        "A1": "{{ 年 }}", "A2": 2024, "A3": "2013", "A4": "项目", "B1": 1, "B2": "1", "B3": "01",
        "C1": True, "C2": False, "C3": True, "D1": 45734, "D2": 45992,
        "D3": 45413, "D4": "一月", "E1": 1, "E2": 2, "E3": 3, "E4": 4,
        # Excel reads 15 digits.
        "F1": "522701198001011234", "F2": "522701198001011235", "F3": "52270119800101123X", "F4": "5",
        "G1": "1-1", "G2": "1-2", "H1": "=1/0",
    }  # fmt: skip
    cells |= {f"K{row}": "=" + formula for row, formula in enumerate(CONDITIONS, 1)}
    made = filled(book(表=cells), 年="2024")
    shown = values(made, "表")
    found = {formula: shown.get(f"K{row}") for row, formula in enumerate(CONDITIONS, 1)}
    assert found == CONDITIONS


def test_array_formulas_without_a_row_that_meets_them_are_0() -> None:
    given: dict[str, object] = {
        'SUM(IF(A1:A2="丙",B1:B2))': 0, 'MAX(IF(A1:A2="丙",B1:B2))': 0, 'MIN(IF(A1:A2="丙",B1:B2))': 0,
        'SUM(IF(A1:A2={"丙","丁"},B1:B2))': 0, 'SUM(IF(A1:A2="丙",B1:B2),3)': 3, 'SUM(IF(A1:A2={"甲","乙"},B1:B2))': -12,
        # Only LibreOffice counts what is false, or true, as a number.
        'MAX(IF(A1:A2="丙",B1:B2),-3)': None, 'COUNT(IF(A1:A2="丙",B1:B2))': None, 'SUM(A1:A2="甲")': None,
        'AVERAGE(IF(A1:A2="丙",B1:B2))': None, "SUM({TRUE,2})": None,
    }  # fmt: skip
    cells: dict[str, object] = {"A1": "{{ 名 }}", "A2": "乙", "B1": -5, "B2": -7}
    for row, formula in enumerate(given, 4):
        cells[f"D{row}"] = ArrayFormula(f"D{row}", "=" + formula)
    shown = values(filled(book(表=cells), 名="甲"), "表")
    assert {formula: shown.get(f"D{row}") for row, formula in enumerate(given, 4)} == given
