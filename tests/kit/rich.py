"""Templates that hold one of each: what the templates of the samples have no need for."""

from __future__ import annotations

import base64
import io
from functools import cache

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, DataBarRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table, TableStyleInfo

from kit import attacks
from kit.archives import Members, repacked, saved
from kit.attacks import BEGIN, END, MAIN, SEPARATE, W, code, paragraph, run, text_part

_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_NS = f'xmlns:w="{W}"'
_BOX = (
    '<w:p {ns}><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-'
    'compatibility/2006"><mc:Choice xmlns:wps="http://schemas.microsoft.com/office/word/2010/'
    'wordprocessingShape" Requires="wps"><w:drawing><wp:inline xmlns:wp="http://schemas.'
    'openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:extent cx="900000" cy="400000"/>'
    '<wp:docPr id="41" name="文本框"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/'
    'drawingml/2006/main"><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/'
    'wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="900000" cy="400000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    "</wps:spPr><wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
    "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>"
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:90pt;height:40pt"><v:textbox>'
    "<w:txbxContent>{text}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r></w:p>"
)
_NOTES = (
    '<w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
    '<w:{kind} w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r>'
    '</w:p></w:{kind}><w:{kind} w:id="1"><w:p><w:r><w:t>注 {{{{ 年度 }}}}</w:t></w:r></w:p></w:{kind}>'
)


def _parsed(xml: str) -> object:
    return parse_xml(xml.replace("<w:p>", f"<w:p {_NS}>", 1) if _NS not in xml else xml)


@cache
def word() -> bytes:
    """Header, footer, notes, comment, picture, text box, list, nested table, control, fields."""
    document = Document()
    body = document.element.body
    document.add_heading("{{ 年度 }}年度", 1)
    document.add_paragraph(
        "{% if 年度 == '2024' %}今年{% else %}往年{% endif %}", style="List Number"
    )
    document.add_paragraph("第二项", style="List Bullet")
    for text in ("{%p for r in 指标 %}", "{{ r.名称 }}：{{ r.得分 }}", "{%p endfor %}"):
        document.add_paragraph(text, style="List Number" if "r." in text else None)
    table = document.add_table(5, 3, style="Table Grid")
    for column, text in enumerate(("名称", "分值", "得分")):
        table.cell(0, column).text = text
    table.cell(1, 0).text = "{%tr for r in 指标 %}"
    table.cell(2, 0).text, table.cell(2, 2).text = "{{ r.名称 }}", "{{ r.得分 }}"
    table.cell(3, 0).text = "{%tr endfor %}"
    table.cell(2, 1).add_table(1, 2).cell(0, 1).text = "{{ r.分值 }}"
    table.cell(2, 1).add_paragraph("")
    table.cell(4, 0).merge(table.cell(4, 1)).text = "合计"
    document.add_picture(io.BytesIO(_PNG))
    line = document.add_paragraph("看这里 ")
    line._p.append(parse_xml(f'<w:r {_NS}><w:footnoteReference w:id="1"/></w:r>'))
    line._p.append(parse_xml(f'<w:r {_NS}><w:endnoteReference w:id="1"/></w:r>'))
    noted = document.add_comment(line.runs[0], "批注", "甲")
    noted._comment_elm.attrib.pop(qn("w:date"))  # the clock's
    end = body.sectPr
    fields = paragraph(BEGIN, code(" PAGE "), SEPARATE, run("<w:t>1</w:t>"), END)
    inner = "<w:p><w:r><w:t>框 {{ 年度 }}</w:t></w:r></w:p>"
    for xml in (
        _BOX.format(ns=_NS, text=inner),
        fields,
        f'<w:sdt {_NS}><w:sdtPr><w:alias w:val="甲"/><w:id w:val="7"/></w:sdtPr><w:sdtContent><w:p><w:r>'
        "<w:t>{{ 单位.名称 }}</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        f'<w:p {_NS}><w:bookmarkStart w:id="3" w:name="处"/><w:r><w:t>处</w:t></w:r>'
        '<w:bookmarkEnd w:id="3"/><w:fldSimple w:instr=" REF 处 "><w:r><w:t>处</w:t></w:r></w:fldSimple></w:p>',
    ):
        end.addprevious(_parsed(xml))
    section = document.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE
    section.header.is_linked_to_previous = False
    section.header.paragraphs[0].text = "页眉 {{ 年度 }}"
    section.footer.paragraphs[0].text = "页脚"
    document.add_paragraph("末")
    notes = [_NOTES.format(kind=kind) for kind in ("footnote", "endnote")]
    return repacked(
        saved(document),
        attacks.both(
            text_part("word/footnotes.xml", "footnotes", notes[0]),
            _other(text_part("word/endnotes.xml", "endnotes", notes[1])),
        ),
    )


def _other(change: attacks.Change) -> attacks.Change:
    """``change`` with a number of its own for its relation."""

    def changed(members: Members) -> None:
        name = f"word/_rels/{MAIN.rpartition('/')[2]}.rels"
        before = members[name].replace(b'Id="rIdX"', b'Id="rIdY"')
        members[name] = before
        change(members)

    return changed


@cache
def excel() -> bytes:
    """Loop rows, formulas, table, chart, validation, formats by condition, comment, links, names."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "表"
    rows = (
        ("{{ 年度 }}年", None, None), ("名称", "分值", "得分"), ("{%tr for r in 指标 %}",),
        ("{{ r.名称 }}", "{{ r.分值 }}", "{{ r.得分 }}"), ("{%tr endfor %}",),
        ("合计", "=SUM(B4:B4)", "=IF(B6=0,0,INDEX(C4:C4,1)/B6)"), ("优",), ("良",),
    )  # fmt: skip
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            page.cell(number, column, value)
    page.merge_cells("A1:C1")
    page.freeze_panes = "B3"
    page.column_dimensions["A"].width = 30
    page.row_dimensions[1].height = 30
    page["C4"].number_format = "0.00"
    page["A6"].comment = Comment("批注", "设计")
    page["A7"].hyperlink = "https://example.cn/"
    page["A8"].hyperlink = Hyperlink("A8", location="表!A1")
    choice = DataValidation("list", formula1="$A$7:$A$8", allow_blank=True)
    choice.add("A4")
    page.add_data_validation(choice)
    page.conditional_formatting.add(
        "C4:C6", CellIsRule("lessThan", ["B$6"], fill=PatternFill("solid", bgColor="FFC7CE"))
    )
    page.conditional_formatting.add("B4", DataBarRule("min", None, "max", None, "FF638EC6"))
    table = Table(displayName="得分表", ref="A2:C5")
    table.tableStyleInfo = TableStyleInfo("TableStyleMedium2", showRowStripes=True)
    page.add_table(table)
    chart = BarChart()
    chart.title = "得分"
    chart.add_data(Reference(page, min_col=3, min_row=4, max_row=5))
    chart.set_categories(Reference(page, min_col=1, min_row=4, max_row=5))
    page.add_chart(chart, "E2")
    page.row_breaks.append(Break(6))
    page.print_title_rows = "1:2"
    page.print_area = "A1:C8"
    page.oddHeader.center.text = "页眉 &A"
    page.oddFooter.center.text = "第 &P 页"
    page.page_setup.orientation = "landscape"
    book.defined_names["总分"] = DefinedName("总分", attr_text="表!$B$6")
    other = book.create_sheet("说明")
    other["A1"], other["A2"] = "=表!B6", "{{ 单位.名称 }}"
    return saved(book)
