"""A template of Excel with one of everything that hangs on rows or points at them.

``expected`` tells where each must stand and what it must mean once there are ``count`` rows, by
counting; ``shown`` reads the same off the parts of a file. Neither knows how gen fills templates.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table, TableColumn, TableFormula

from generator.figures.model import Names
from kit.archives import Members, repacked, saved, unpacked
from kit.controls import Put, Shown, put
from kit.controls import shown as controls_shown
from kit.images import png
from kit.sheets import book, number
from kit.word import words

_RULES: Any = FormulaRule
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"

_FIRST = datetime.date(2024, 1, 1)
_BLOCK = {
    "A1": "名称", "B1": "数", "C1": "率", "D1": "走势", "E1": "日期", "F1": "链接", "G1": "两种字",
    "A2": "{%tr for r in 行 %}", "A3": "{{ r.名 }}", "B3": "{{ r.数 }}", "C3": "{{ r.率 }}",
    "E3": "{{ r.日 }}", "F3": "看{{ r.名 }}", "G3": "待换", "A4": "{%tr endfor %}",
    "A5": "合计", "B5": "=SUM(B3)", "C5": "=MAX(C3:C3)", "A7": "说明", "B8": "=SUM(甲:丙!B5)",
    "C8": "=SUM(表列[倍])",
}  # fmt: skip
_LISTED = {
    "A1": "名", "B1": "数", "C1": "倍", "A2": "{%tr for r in 行 %}", "A3": "{{ r.名 }}", "B3": "{{ r.数 }}",
    "C3": "=表列[[#This Row],[数]]*2", "A4": "{%tr endfor %}", "A5": "合计", "B5": "=SUBTOTAL(109,表列[数])",
}  # fmt: skip
_PAGE = {
    "A1": "名", "A2": "{%tr for r in 行 %}", "B3": "{{ r.数 }}", "A4": "{%tr endfor %}",
    "A5": "合计", "B5": "=SUM(B3)",
}  # fmt: skip


def template() -> bytes:
    """The template."""
    made = book(表=_BLOCK, 列=_LISTED, 图={"A1": "{{ 单位 }}"}, 甲=_PAGE, 乙=_PAGE, 丙=_PAGE)
    page: Any = made["表"]
    _rules(page)
    _printed(page)
    page["A1"].comment, page["A5"].comment = Comment("头", "设计"), Comment("总", "设计")
    page["F3"].hyperlink = "https://example.cn/"
    page["A5"].hyperlink = Hyperlink("A5", location="表!B5")
    page["A7"].hyperlink = Hyperlink("A7", location="表!A3:B3")
    page["E3"].number_format = "yyyy-mm-dd"
    page.merge_cells("A7:C7")
    page.merge_cells("H3:I3")
    page.freeze_panes = "B2"
    page.protection.sheet = True
    page.auto_filter.ref = "A1:C4"
    _drawn(made)
    for name, meaning in _NAMES.items():
        made.defined_names[name] = DefinedName(name, attr_text=meaning)
    page.defined_names["本表"] = DefinedName("本表", attr_text="表!$C$3:$C$3")
    _tabled(made["列"])
    controls = put(*_CONTROLS, sheet=_CONTROLLED, number=4)
    return repacked(repacked(saved(made), _by_hand), controls)


def _rules(page: Any) -> None:
    page.conditional_formatting.add("B3", _RULES(["B3>B$5/2"]))
    page.conditional_formatting.add("C3", DataBarRule("min", None, "max", None, color="FF638EC6"))
    page.conditional_formatting.add("A3:C3", _RULES(["$B3=MAX($B$3:$B$3)"]))
    page.conditional_formatting.add("B5", _RULES(["B5<>SUM(B3)"]))
    for where, formula in (("B3", "B3<=$B$5"), ("B5", "B5>=0"), ("A7", "COUNT($B$3:$B$3)>0")):
        rule = DataValidation("custom", formula1=formula)
        rule.add(where)
        page.add_data_validation(rule)
    listed = DataValidation("list", formula1="$A$3:$A$3")
    listed.add("D7")
    page.add_data_validation(listed)


def _printed(page: Any) -> None:
    page.print_area = "A1:I8"
    page.print_title_rows = "1:1"
    page.oddHeader.center.text = "&A {{ 单位 }}"
    page.oddFooter.center.text = "合计 {{ 合计 }}"
    for row in (4, 6):
        page.row_breaks.append(Break(row))


def _drawn(made: Any) -> None:
    page = made["表"]
    bars, line = BarChart(), LineChart()
    bars.add_data(Reference(page, min_col=2, min_row=3, max_row=3))
    bars.set_categories(Reference(page, min_col=1, min_row=3, max_row=3))
    page.add_chart(bars, "K5")
    line.add_data(Reference(page, min_col=3, min_row=1, max_row=3), titles_from_data=True)
    made["图"].add_chart(line, "C3")
    page.add_image(Image(io.BytesIO(png())), "K7")


_NAMES = {
    "明细": "表!$B$3", "总": "表!$B$5", "头到尾": "表!$A$1:$C$5", "一半": "SUM(表!$B$3:$B$3)/2",
    "不动": "图!$A$1",
}  # fmt: skip


def _tabled(page: Any) -> None:
    """A table with a column that is computed and a row of totals."""
    table = Table(displayName="表列", ref="A1:C5", totalsRowCount=1)
    table._initialise_columns()
    for column, title in zip(table.tableColumns, ("名", "数", "倍"), strict=True):
        column.name = title
    columns: list[TableColumn] = table.tableColumns
    columns[0].totalsRowLabel = "合计"
    columns[1].totalsRowFunction = "sum"
    columns[2].calculatedColumnFormula = TableFormula(attr_text="表列[[#This Row],[数]]*2")
    page.add_table(table)


_SPARKLINES = (
    '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="http://schemas.microsoft'
    '.com/office/spreadsheetml/2009/9/main"><x14:sparklineGroups xmlns:xm="http://schemas.microsoft'
    '.com/office/excel/2006/main"><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>表!B3:C3'
    "</xm:f><xm:sqref>D3</xm:sqref></x14:sparkline><x14:sparkline><xm:f>表!B3:B3</xm:f><xm:sqref>D5"
    "</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext>"
    "</extLst>"
)
_ENDS = (
    "<xdr:from><xdr:col>12</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{0}</xdr:row><xdr:rowOff>0"
    "</xdr:rowOff></xdr:from><xdr:to><xdr:col>13</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{1}"
    "</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
)
_BOX = (
    f'<xdr:twoCellAnchor xmlns:xdr="{_DRAWING}" xmlns:a="http://schemas.openxmlformats.org/drawingml'
    f'/2006/main">{_ENDS.format(4, 5)}<xdr:sp macro="" textlink="$B$5"><xdr:nvSpPr><xdr:cNvPr id="9" '
    'name="框"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/>'
    "</a:prstGeom></xdr:spPr></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>"
)
_CONTROLLED = "xl/worksheets/sheet4.xml"
_CONTROLS = (
    Put("CheckBox", "C3", 'fmlaLink="$B$3"'), Put("Spin", "D3", 'fmlaLink="列!$B$3" max="900"'),
    Put("Scroll", "C5", 'fmlaLink="$B$5" max="900"'), Put("GBox", "E1", rows=4, moves="twoCell"),
    Put("Drop", "F5", 'fmlaRange="$B$3:$B$3" sel="1"', moves="absolute"),
)  # fmt: skip
_PIVOT = "pivotCache/pivotCacheDefinition1.xml"


def _by_hand(members: Members) -> None:
    """What openpyxl cannot write: a box, sparklines, two faces in a cell, a pivot."""

    def change(part: str, *pairs: tuple[str, str]) -> None:
        text = members[part].decode()
        for old, new in pairs:
            assert old in text, (part, old)
            text = text.replace(old, new, 1)
        members[part] = text.encode()

    sheet = "xl/worksheets/sheet1.xml"
    rich = "<is><r><rPr><b/></rPr><t>粗{{ r.名 }}</t></r><r><t>细</t></r></is>"
    text, found = re.subn(
        r'(<c r="G3"[^>]*>)<is>.*?</is>', rf"\1{rich}", members[sheet].decode(), count=1
    )
    assert found
    members[sheet] = text.encode()
    change(sheet, ("</worksheet>", f"{_SPARKLINES}</worksheet>"))
    chart = "xl/charts/chart1.xml"  # names are texts, as office suites say
    members[chart] = re.sub(
        rb"<cat><numRef>(<f>[^<]*</f>)</numRef></cat>",
        rb"<cat><strRef>\1</strRef></cat>", members[chart],
    )  # fmt: skip
    change("xl/drawings/drawing1.xml", ("</wsDr>", f"{_BOX}</wsDr>"))
    end = "</Relationships>"
    members[f"xl/{_PIVOT}"] = (
        f'<pivotCacheDefinition xmlns="{_MAIN}"><cacheSource type="worksheet"><worksheetSource '
        'ref="A1:B4" sheet="表"/></cacheSource><cacheFields count="2"><cacheField name="名称">'
        '<sharedItems/></cacheField><cacheField name="数"><sharedItems/></cacheField></cacheFields>'
        "</pivotCacheDefinition>"
    ).encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
    change(
        "[Content_Types].xml",
        ("</Types>", f'<Override PartName="/xl/{_PIVOT}" ContentType="{kind}"/></Types>'),
    )
    change(
        "xl/_rels/workbook.xml.rels",
        (end, f'<Relationship Id="rIdP" Type="{_OFFICE}/pivotCacheDefinition" Target="{_PIVOT}"/>{end}'),
    )  # fmt: skip
    caches = f'<pivotCaches><pivotCache cacheId="1" r:id="rIdP" xmlns:r="{_OFFICE}"/></pivotCaches>'
    change("xl/workbook.xml", ("</workbook>", f"{caches}</workbook>"))


def context(count: int) -> dict[str, Any]:
    """``count`` rows whose numbers tell their place."""
    rows = [
        Names({
            "名": words(f"第{n}项", f"名[{n}]"), "数": number(f"{n}.5", f"数[{n}]"),
            "率": number(str(n), f"率[{n}]"), "日": words(str(_FIRST + datetime.timedelta(n)), f"日[{n}]"),
        })
        for n in range(1, count + 1)
    ]  # fmt: skip
    return {"行": rows, "单位": words("某局", "单位"), "合计": number("12.50", "合计")}


# What must stand where with ``count`` rows


def expected(count: int) -> dict[str, Any]:
    """Each facet; rows that are not there take along what stands on them.

    What points at them means a cell below everything, which is blank.
    """
    total, note, rows = count + 2, count + 4, range(2, count + 2)
    first, last = (2, count + 1) if count else (note + 2, note + 2)

    def over(column: str) -> str:
        return f"${column}${first}:${column}${last}"

    def each(left: str, right: str = "") -> str:
        return f"{left}2:{right or left}{last}" if count > 1 or right else f"{left}2"

    def grown(text: str, dollar: str = "$") -> str:
        """One cell of the template: a range once there are several."""
        return f"{dollar}{text}{dollar}{first}" + f":{dollar}{text}{dollar}{last}" * (count > 1)

    listed = over("B") if count else f"$B${total + 1}:$B${total + 1}"
    of_rows = {
        each("B"): [f"B2>B${total}/2"],
        each("C"): [],
        each("A", "C"): [f"$B2=MAX({over('B')})"],
    }
    return {
        "conditional": (of_rows if count else {})
        | {f"B{total}": [f"B{total}<>SUM({grown('B', '')})"]},
        "validated": ({each("B"): f"B2<=$B${total}"} if count else {})
        | {f"B{total}": f"B{total}>=0", f"A{note}": f"COUNT({over('B')})>0", f"D{note}": over("A")},
        "links": {f"F{row}": "https://example.cn/" for row in rows}
        | {f"A{total}": f"表!B{total}", f"A{note}": f"表!A{first}:B{last}"},
        "breaks": [count + 1, count + 3],
        "merged": sorted([f"A{note}:C{note}", *(f"H{row}:I{row}" for row in rows)]),
        "filtered": f"A1:C{count + 1}",
        "printed": {
            "_xlnm.Print_Area": f"表!$A$1:$I${note + 1}", "_xlnm.Print_Titles": "表!$1:$1"
        },
        "around": ["&C&A 某局", "&C合计 12.50", "B2", "1"],
        "sparklines": [
            *((f"表!B{row}:C{row}", f"D{row}") for row in rows),
            (f"表!B{first}:B{last}", f"D{total}"),
        ],
        "names": {
            "明细": f"表!{grown('B')}", "总": f"表!$B${total}", "头到尾": f"表!$A$1:$C${total}",
            "一半": f"SUM(表!{over('B')})/2", "不动": "图!$A$1", "本表": f"表!{over('C')}",
        },
        "comments": {"A1": "头", f"A{total}": "总"},
        "boxes": [0, total - 1],
        "anchors": {"Chart 1": total - 1, "Image 2": note - 1, "框": total - 1},
        "textlink": f"$B${total}",
        "charts": _charts(count, grown, over),
        "table": [f"A1:C{max(count, 1) + 2}", "表列[[#This Row],[数]]*2", "1"],
        "pivot": f"A1:B{count + 1}",
        "controls": [
            *(Shown("CheckBox", row, row, f"$B${row}", "", "Checked") for row in rows),
            *(Shown("Spin", row, row, f"列!$B${row}", "", str(row - 1)) for row in rows),
            Shown("Scroll", total, total, f"$B${total}", "", str(min(count * (count + 1) // 2 + count // 2, 900))),
            Shown("GBox", 1, total, "", "", ""), Shown("Drop", 5, 5, "", listed, "1"),
        ],
        "cells": _cells(count),
        "dates": [_FIRST + datetime.timedelta(n) for n in range(1, count + 1)],
        "rich": [f"粗第{n}项|细" for n in range(1, count + 1)],
    }  # fmt: skip


def _half(number_: int) -> float:
    return number_ + 0.5


def _cells(count: int) -> dict[str, list[list[object]]]:
    """What shows, rows of the sheets without blanks."""
    numbers = [_half(n) for n in range(1, count + 1)]
    whole = sum(numbers)
    rows = [[f"第{n}项", _half(n), n] for n in range(1, count + 1)]
    page = [["名"], *([value] for value in numbers), ["合计", whole]]
    return {
        "表": [["名称", "数", "率"], *rows, ["合计", whole, count], ["说明"], [3 * whole, 2 * whole]],
        "列": [["名", "数", "倍"], *([n, x, 2 * x] for n, x, _ in rows), ["合计", whole]],
        "图": [["某局"]],
        "甲": page, "乙": page, "丙": page,
    }  # fmt: skip


def _charts(
    count: int, grown: Callable[[str], str], over: Callable[[str], str]
) -> list[list[object]]:
    """References of each chart and the values beside them; of a blank cell there are none."""
    numbers = [f"{n}.5" for n in range(1, count + 1)]
    whole = [str(n) for n in range(1, count + 1)]
    names = [f"第{n}项" for n in range(1, count + 1)]
    return [
        [[f"表!{grown('A')}", names], [f"表!{grown('B')}", numbers]],
        [[f"表!{over('C')}", whole], ["表!C1", ["率"]]],
    ]


# What a file holds


def shown(data: bytes) -> dict[str, Any]:
    """Each facet, read off the parts."""
    members = unpacked(data)
    sheet = _tree(members["xl/worksheets/sheet1.xml"])
    book_: Any = load_workbook(io.BytesIO(data), data_only=True)
    page = book_["表"]
    names = {
        one.get("name"): one.text.replace("'", "")
        for one in _each(_tree(members["xl/workbook.xml"]), "definedName")
    }
    (vml,) = (
        _tree(data)
        for name, data in members.items()
        if name.lower().endswith(".vml") and "DrawingC" not in name
    )
    (notes,) = (
        _tree(d)
        for n, d in members.items()
        if re.search(r"comments/?comment\d*\.xml$|comments\d+\.xml$", n)
    )
    drawing = _tree(members["xl/drawings/drawing1.xml"])
    (box,) = _each(drawing, "sp")
    filled = [row for row in range(2, page.max_row + 1) if page.cell(row, 5).value is not None]
    return {
        "conditional": {
            one.get("sqref"): [f.text for f in _each(one, "formula")]
            for one in _each(sheet, "conditionalFormatting")
        },
        "validated": {
            one.get("sqref"): next(_each(one, "formula1")).text
            for one in _each(sheet, "dataValidation")
        },
        "links": {
            cell.coordinate: cell.hyperlink.location or cell.hyperlink.target
            for row in page.iter_rows() for cell in row if cell.hyperlink
        },
        "breaks": [int(one.get("id", "")) for one in _each(sheet, "brk")],
        "merged": sorted(one.get("ref", "") for one in _each(sheet, "mergeCell")),
        "filtered": next(_each(sheet, "autoFilter")).get("ref"),
        "printed": {name: names.pop(name) for name in [*names] if name.startswith("_xlnm.Print")},
        "around": [
            next(_each(sheet, "oddHeader")).text, next(_each(sheet, "oddFooter")).text,
            next(_each(sheet, "pane")).get("topLeftCell"), next(_each(sheet, "sheetProtection")).get("sheet"),
        ],
        "sparklines": [
            (next(_each(one, "f")).text, next(_each(one, "sqref")).text)
            for one in _each(sheet, "sparkline")
        ],
        "names": {name: text for name, text in names.items() if not name.startswith("_xlnm")},
        "comments": {one.get("ref"): "".join(one.itertext()).strip() for one in _each(notes, "comment")},
        "boxes": [int(one.text or "") for one in _each(vml, "Row")],
        "anchors": _anchors(drawing),
        "textlink": box.get("textlink"),
        "charts": [_chart(_tree(members[f"xl/charts/chart{n}.xml"])) for n in (1, 2)],
        "table": [
            (table := _tree(members["xl/tables/table1.xml"])).get("ref"),
            next(_each(table, "calculatedColumnFormula")).text, table.get("totalsRowCount"),
        ],
        "pivot": next(_each(_tree(members[f"xl/{_PIVOT}"]), "worksheetSource")).get("ref"),
        "controls": controls_shown(members, _CONTROLLED),
        "cells": {one.title: _values(one) for one in book_.worksheets},
        "dates": [page.cell(row, 5).value.date() for row in filled],
        "rich": [
            "|".join(t.text or "" for t in _each(cell, "t"))
            for cell in _each(sheet, "c") if cell.get("r", "") in {f"G{row}" for row in filled}
        ],
    }  # fmt: skip


def _tree(data: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(data)


def _each(node: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in node.iter() if one.tag.rpartition("}")[2] == name)


def _values(page: Any) -> list[list[object]]:
    rows = [[v for v in row[:3] if v is not None] for row in page.iter_rows(values_only=True)]
    return [row for row in rows if row]


def _anchors(drawing: ElementTree.Element) -> dict[str, int]:
    """The row, from 0, on which each drawing begins."""
    return {
        next(_each(one, "cNvPr")).get("name", ""): int(next(_each(one, "row")).text or "")
        for one in drawing
    }


def _chart(chart: ElementTree.Element) -> list[list[object]]:
    found: list[list[object]] = []
    for kind in ("strRef", "numRef"):
        for one in _each(chart, kind):
            values = [v.text for v in _each(one, "v")]
            found.append([(next(_each(one, "f")).text or "").replace("'", ""), values])
    return sorted(found, key=lambda one: str(one[0]))
