"""Excel: what a designer put into a template survives, follows its rows and shows the figures."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from kit.archives import repacked, saved
from kit.sheets import AT, book, filled, formulas, items, number, refused, values
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table

from generator.figures.model import Words
from generator.language import markers

LOOP = {"A1": "名称", "B1": "数", "A2": "{%tr for r in 行 %}", "A3": "{{ r.名 }}", "B3": "{{ r.数 }}",
        "A4": "{%tr endfor %}", "A5": "合计", "B5": "=SUM(B3)"}  # fmt: skip
ROWS = items(*({"名": f"甲{n}", "数": number(str(10 * n))} for n in (1, 2, 3)))


def changed(raw: bytes, part: str, change: Callable[[str], str]) -> bytes:
    return repacked(raw, lambda m: m.update({part: change(m[part].decode()).encode()}))


def members(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def charted() -> bytes:
    template = book(表=LOOP)
    page: Any = template["表"]
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, min_row=3, max_row=3))
    chart.set_categories(Reference(page, min_col=1, min_row=3, max_row=3))
    page.add_chart(chart, "D8")
    # As office suites keep them: the tags that the cells show.
    cache = (
        '<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{{ r.名 }}</c:v></c:pt></c:strCache>'
    )
    return changed(
        saved(template),
        "xl/charts/chart1.xml",
        lambda xml: re.sub(
            r"<(c:)?cat><(?:c:)?numRef><(?:c:)?f>([^<]*)</(?:c:)?f></(?:c:)?numRef>",
            lambda m: f"<cat><strRef><f>{m[2]}</f>" + cache.replace("c:", "") + "</strRef>",
            xml,
        ),
    )


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_chart_grows_and_keeps_the_values_of_its_cells(count: int) -> None:
    made = filled(charted(), 行=ROWS[:count])
    xml = members(made.data)["xl/charts/chart1.xml"]
    assert "{{" not in xml
    found = re.findall(r"<f>'?表'?!([^<]*)</f>", xml)
    rows = {0: ("$A$3", "$B$3"), 1: ("$A$2", "$B$2"), 3: ("$A$2:$A$4", "$B$2:$B$4")}[count]
    assert sorted(found) == sorted(rows)
    names, numbers = [f"甲{n}" for n in range(1, count + 1)], [10, 20, 30][:count]
    assert sorted(re.findall(r"<v>([^<]*)</v>", xml)) == sorted([*names, *map(str, numbers)])


TEXT_BOX = (
    '<xdr:twoCellAnchor xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/'
    'spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    "<xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>8</xdr:row>"
    "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff>"
    '<xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp macro="" textlink="$B$5">'
    '<xdr:nvSpPr><xdr:cNvPr id="9" name="框"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
    '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:sp>'
    "<xdr:clientData/></xdr:twoCellAnchor>"
)


def test_a_text_box_shows_the_cell_that_it_was_linked_to() -> None:
    raw = changed(
        charted(),
        "xl/drawings/drawing1.xml",
        lambda xml: xml.replace("</wsDr>", TEXT_BOX + "</wsDr>"),
    )
    xml = members(filled(raw, 行=[*ROWS, *ROWS]).data)["xl/drawings/drawing1.xml"]
    assert 'textlink="$B$8"' in xml
    assert "<xdr:row>11</xdr:row>" in xml
    lone = raw and changed(
        raw, "xl/drawings/drawing1.xml", lambda xml: xml.replace('"$B$5"', '"$B$3"')
    )
    assert [problem.code for problem in refused(lone)] == ["T267"]


SPARKLINES = (
    '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="http://schemas.microsoft'
    '.com/office/spreadsheetml/2009/9/main"><x14:sparklineGroups xmlns:xm="http://schemas.microsoft'
    '.com/office/excel/2006/main"><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>表!B3:C3'
    "</xm:f><xm:sqref>D3</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
    "</x14:sparklineGroups></ext></extLst>"
)


def test_each_row_has_its_sparkline() -> None:
    raw = changed(
        saved(book(表=LOOP)), "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("</worksheet>", SPARKLINES + "</worksheet>"),
    )  # fmt: skip
    xml = members(filled(raw, 行=ROWS).data)["xl/worksheets/sheet1.xml"]
    assert re.findall("<xm:f>([^<]*)<", xml) == ["表!B2:C2", "表!B3:C3", "表!B4:C4"]
    assert re.findall("<xm:sqref>([^<]*)<", xml) == ["D2", "D3", "D4"]
    assert "sparklineGroup" not in members(filled(raw, 行=[]).data)[
        "xl/worksheets/sheet1.xml"
    ].replace("sparklineGroups", "")


def tabled() -> Workbook:
    template = book(表={"A7": "=SUM(T[数])", **LOOP, "A5": None, "B5": None})
    template["表"].add_table(Table(displayName="T", ref="A1:B3"))
    return template


def test_a_table_without_rows_keeps_a_blank_one_and_touches_no_other() -> None:
    made = filled(tabled(), 行=[])
    page: Any = load_workbook(io.BytesIO(made.data)).worksheets[0]
    assert page.tables["T"].ref == "A1:B2"
    assert page["A5"].value == "=SUM(T[数])"
    assert page["A2"].value is None


def test_formulas_of_tables_follow() -> None:
    raw = changed(
        saved(tabled()), "xl/tables/table1.xml",
        lambda xml: xml.replace(
            'name="数"/>', 'name="数"><totalsRowFormula>D9+D12</totalsRowFormula></tableColumn>'
        ).replace('name="数" />', 'name="数"><totalsRowFormula>D9+D12</totalsRowFormula></tableColumn>'),
    )  # fmt: skip
    xml = members(filled(raw, 行=[*ROWS, *ROWS]).data)["xl/tables/table1.xml"]
    assert "<totalsRowFormula>D12+D15<" in xml


def test_conditional_formats_split_where_distances_differ() -> None:
    """A group's rows compare with the subtotal below them, whose distance differs."""
    cells = {
        "A1": "{%tr for p in 组 %}", "A2": "{%tr for r in p.行 %}", "B3": "{{ r }}", "A4": "{%tr endfor %}",
        "B5": "=SUM(B3)", "A6": "{%tr endfor %}",
    }  # fmt: skip
    from openpyxl.formatting.rule import FormulaRule

    template = book(表=cells)
    rule: Any = FormulaRule
    template["表"].conditional_formatting.add("B3", rule(["B3>B5/2"]))
    made = filled(template, 组=items({"行": [1, 2]}, {"行": [3, 4]}, {"行": [5]}))
    page: Any = load_workbook(io.BytesIO(made.data)).worksheets[0]
    found = {str(one.sqref): one.rules[0].formula for one in page.conditional_formatting}
    assert found == {"B1 B4": ["B1>B3/2"], "B2 B5 B7": ["B2>B3/2"]}


def test_dates_are_dates_where_the_cell_shows_dates() -> None:
    template = book(表={"A1": "{{ 日 }}", "A2": "{{ 日 }}", "A3": "=A1+1"})
    template["表"]["A1"].number_format = "yyyy-mm-dd"
    made = filled(template, 日=Words("2025-03-18", "成文日期", AT))
    page: Any = load_workbook(io.BytesIO(made.data)).worksheets[0]
    assert (str(page["A1"].value)[:10], page["A2"].value) == ("2025-03-18", "2025-03-18")
    shown: Any = load_workbook(io.BytesIO(made.data), data_only=True).worksheets[0]
    assert shown["A3"].value == 45735


def test_hidden_columns_ask_for_no_height() -> None:
    heights = []
    for hidden in (False, True):
        template = book(表={"A1": "{{ 文 }}", "B1": "x"})
        template["表"]["A1"].alignment = Alignment(wrap_text=True)
        template["表"].column_dimensions["A"].hidden = hidden
        page: Any = load_workbook(io.BytesIO(filled(template, 文="字" * 200).data)).worksheets[0]
        heights.append(page.row_dimensions[1].height)
    assert heights[0] > 200
    assert (heights[1] or 15) < 30


@pytest.mark.parametrize("code", ["@", "[$-409]@", "@_)", '"第"@'])
def test_every_way_to_say_text_is_text(code: str) -> None:
    template = book(表={"A1": "{{ 率 }}"})
    template["表"]["A1"].number_format = code
    page: Any = load_workbook(io.BytesIO(filled(template, 率=number("107.2%")).data)).worksheets[0]
    assert (page["A1"].value, page["A1"].number_format) == (1.072, "0.0%")


def test_links_may_show_tags_and_not_lead_to_them_inside_the_workbook() -> None:
    template = book(表={"A1": "{{ 名 }}网站"})
    template["表"]["A1"].hyperlink = Hyperlink("A1", location="表!A1", display="{{ 名 }}网站")
    assert values(filled(template, 名="甲"), "表") == {"A1": "甲网站"}
    template["表"]["A1"].hyperlink = Hyperlink("A1", location="'{{ 名 }}'!A1")
    (problem,) = refused(template)
    assert (problem.code, str(problem.at)[-2:]) == ("T263", "A1")


def test_freezing_protection_and_filters_stay() -> None:
    template = book(表=LOOP)
    page: Any = template["表"]
    page.freeze_panes = "A2"
    page.protection.sheet = True
    page.auto_filter.ref = "A1:B3"
    page.oddFooter.center.text = "共{{ 数 }}项"
    made: Any = load_workbook(
        io.BytesIO(filled(template, 行=ROWS, 数=number("3")).data)
    ).worksheets[0]
    assert (made.freeze_panes, made.protection.sheet, made.auto_filter.ref) == ("A2", True, "A1:B4")
    assert made.oddFooter.center.text == "共3项"
    assert formulas(filled(template, 行=ROWS, 数=number("3")), "表") == {"B5": "=SUM(B2:B4)"}


def test_tags_in_what_a_validation_says_are_refused() -> None:
    """Also where the validation follows its rows with a formula."""
    from openpyxl.worksheet.datavalidation import DataValidation

    template = book(表=LOOP)
    rule = DataValidation("custom", formula1="B3>B$5", prompt="{{ 名 }}")
    rule.add("B3")
    template["表"].add_data_validation(rule)
    assert [problem.code for problem in refused(template)] == ["T263"]


def test_a_blank_row_at_the_very_end_of_a_sheet_is_nobodys() -> None:
    """LibreOffice writes it down once rows were deleted; rows that move would push it out."""
    cells = {k: v for k, v in LOOP.items() if v != "合计"}
    raw = changed(
        saved(book(表=cells)), "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("</sheetData>", '<row r="1048576" ht="12.8"/></sheetData>'),
    )  # fmt: skip
    for rows, total in ((ROWS, "=SUM(B2:B4)"), ([], "=SUM(B3)")):
        made = filled(raw, 行=rows)
        assert list(formulas(made, "表").values()) == [total]
        numbers = re.findall(r'<row r="(\d+)"', members(made.data)["xl/worksheets/sheet1.xml"])
        assert max(map(int, numbers)) < 10


def test_comments_on_rows_of_tags_are_refused() -> None:
    template = book(表=LOOP)
    page: Any = template["表"]
    page["B5"].comment = Comment("看", "某人")
    made = filled(template, 行=ROWS)
    assert load_workbook(io.BytesIO(made.data))["表"]["B5"].comment.text == "看"
    page["A2"].comment = Comment("看", "某人")
    (problem,) = refused(template)
    assert (problem.code, str(problem.at)[-2:]) == ("T283", "A2")


def test_an_array_over_several_cells_is_refused() -> None:
    template = book(表=LOOP)
    page: Any = template["表"]
    page["C3"] = ArrayFormula("C3:D3", "=A3:B3")
    (problem,) = refused(template)
    assert (problem.code, str(problem.at)[-2:]) == ("T282", "C3")


def test_a_merge_out_of_a_loop_shows_nothing_of_the_loop() -> None:
    template = book(表=LOOP)
    page: Any = template["表"]
    page.merge_cells("C3:C5")
    assert "C2:C5" in str(
        load_workbook(io.BytesIO(filled(template, 行=ROWS).data))["表"].merged_cells
    )
    page["C3"] = "{{ r.名 }}"
    assert [problem.code for problem in refused(template)] == ["T265"]


def test_a_chart_without_data_is_told_as_such() -> None:
    raw = changed(
        charted(), "xl/charts/chart1.xml",
        lambda xml: re.sub(r"<barChart>.*</barChart>", "", xml, flags=re.S),
    )  # fmt: skip
    (problem,) = refused(raw)
    assert problem.code == "T233"
    assert "图表里没有数据系列" in problem.message


def test_the_text_that_a_linked_box_keeps_is_told_where_its_cell_is_filled() -> None:
    kept = "<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>99</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    box = TEXT_BOX.replace("</xdr:sp>", kept)

    def told(cell: str) -> list[str]:
        raw = changed(
            charted(), "xl/drawings/drawing1.xml",
            lambda xml: xml.replace("</wsDr>", box.replace("$B$5", cell) + "</wsDr>"),
        )  # fmt: skip
        return [one.code for one in refused(raw)]

    assert (told("$B$5"), told("$Z$50")) == (["T293"], [])


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("yyyy-mm-dd", True), ("h:mm", True), ("[h]", True), ("[h]:mm:ss", True), ("aaaa", True),
        ('e"年"', True), ('上午/下午h"时"', True), ("General", False), ('0.00"天"', False),
        ("0.00E+00", False), ("[Red]#,##0.00", False), ('_ * #,##0.00_ ;_ * "-"??_ ;_ @_ ', False),
    ],
)  # fmt: skip
def test_a_figure_in_a_cell_of_days_is_told(code: str, told: bool) -> None:
    """93.42 would show as 1900-04-02."""
    texts = ("{{ 数 }}", "{{ 数 | 数(1) }}", "{{ 数 | 公式('=A1+0') }}")
    template = book(表={f"B{row}": text for row, text in enumerate(texts, 1)} | {"A1": 93.42})
    for row in range(1, len(texts) + 1):
        template["表"][f"B{row}"].number_format = code
    made = filled(template, 数=number("93.42"))
    faults = [mark.path for mark in made.marks["xl/worksheets/sheet1.xml"] if mark.path[:1] == "!"]
    assert [markers.read_fault(path)[0] for path in faults] == ["T294"] * told * len(texts)


def test_tags_in_shapes_are_told_with_their_sheet() -> None:
    text = "<a:p><a:r><a:t>{{ </a:t></a:r><a:r><a:t>行 }}</a:t></a:r></a:p>"
    box = TEXT_BOX.replace("</xdr:sp>", f"<xdr:txBody><a:bodyPr/>{text}</xdr:txBody></xdr:sp>")
    raw = changed(
        charted(), "xl/drawings/drawing1.xml", lambda xml: xml.replace("</wsDr>", box + "</wsDr>")
    )
    (problem,) = refused(raw)
    assert (problem.code, str(problem.at.place)) == ("T263", "工作表“表”")
    assert "“{{ 行 }}”" in problem.message


def pivoted(cells: dict[str, object], kept: str) -> bytes:
    """A workbook with the source of a pivot table, which keeps what it saw of the template."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    name = "pivotCache/pivotCacheDefinition1.xml"

    def add(held: dict[str, bytes]) -> None:
        held[f"xl/{name}"] = (
            f'<pivotCacheDefinition xmlns="{main}"><cacheSource type="worksheet"><worksheetSource '
            f'ref="A1:B3" sheet="表"/></cacheSource><cacheFields count="1"><cacheField name="名称">'
            f'<sharedItems><s v="{kept}"/></sharedItems></cacheField></cacheFields>'
            "</pivotCacheDefinition>"
        ).encode()
        for part, end, entry in (
            ("[Content_Types].xml", "</Types>", f'<Override PartName="/xl/{name}" ContentType='
             '"application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"/>'),
            ("xl/_rels/workbook.xml.rels", "</Relationships>",
             f'<Relationship Id="rIdP" Type="{kind}/pivotCacheDefinition" Target="{name}"/>'),
            ("xl/workbook.xml", "</workbook>",
             f'<pivotCaches><pivotCache cacheId="1" r:id="rIdP" xmlns:r="{kind}"/></pivotCaches>'),
        ):  # fmt: skip
            held[part] = held[part].replace(end.encode(), (entry + end).encode())

    return repacked(saved(book(表=cells)), add)


@pytest.mark.parametrize("cells", [LOOP, {"A1": "名称", "B1": "数", "A2": "甲", "B2": "{{ 数 }}"}])
def test_a_pivot_table_is_computed_anew_from_its_rows(cells: dict[str, object]) -> None:
    made = filled(pivoted(cells, "甲"), 行=ROWS, 数=number("3"))
    xml = members(made.data)["xl/pivotCache/pivotCacheDefinition1.xml"]
    assert 'refreshOnLoad="1"' in xml
    assert f'ref="{"A1:B4" if cells is LOOP else "A1:B3"}"' in xml
    assert [problem.code for problem in refused(pivoted(cells, "{{ r.名 }}"))] == ["T263"]
