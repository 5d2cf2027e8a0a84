"""Templates that Word or Excel would call damaged are refused with the place of the damage."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from kit import attacks
from kit.archives import Members, saved
from kit.attacks import BOOK, MAIN, SHEET, TYPES, Change, behind_cells, body, both, edited, part
from kit.templates import made
from kit.workspaces import gen
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.soundness import drawings, finished, packages
from generator.formats.soundness.areas import overlap
from generator.formats.soundness.flaw import Flaw
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.problems import Problems

FILE = "templates/坏"


def told(kind: str, change: Change) -> list[tuple[str, str, str]]:
    problems = Problems()
    raw = attacks.built(kind, change)
    if kind == "docx":
        made: object = compile_docx(raw, FILE, [], problems)
    else:
        made = compile_xlsx(raw, FILE, problems)
    assert (made is None) == problems.failed
    return [(problem.code, str(problem.at.place or ""), problem.message) for problem in problems]


def without(name: str) -> Change:
    return lambda members: members.pop(name)


def styled(xml: str) -> Change:
    return edited("word/styles.xml", "</w:styles>", f"{xml}</w:styles>")


def rows(xml: str) -> Change:
    return edited(SHEET, "</sheetData>", f"{xml}</sheetData>")


TABLE = (
    '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="1" '
    'displayName="{name}" name="t" ref="{ref}"><tableColumns count="2">'
    '<tableColumn id="1" name="甲"/><tableColumn id="2" name="{second}"/></tableColumns></table>'
)


def table(name: str = "甲表", ref: str = "D1:E2", second: str = "乙") -> Change:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
    xml = TABLE.format(name=name, ref=ref, second=second)
    return part(SHEET, "table", "xl/tables/table1.xml", kind, xml.encode())


WORD: dict[str, tuple[Change, str]] = {
    "根关系指向没有的部分": (edited("_rels/.rels", "word/document.xml", "word/nothing.xml"), "不在文件里"),
    "没有说哪是正文": (edited("_rels/.rels", "/officeDocument\"", "/other\""), "哪一部分是正文"),
    "缺了样式": (without("word/styles.xml"), "“word/styles.xml”不在文件里"),
    "属性不是属性": (edited(TYPES, "package.core-properties+xml", "officedocument.wordprocessingml.document.main+xml"),
               "“docProps/core.xml”的类型不对"),
    "主题是正文": (edited(TYPES, "officedocument.theme+xml", "officedocument.wordprocessingml.document.main+xml"),
              "类型不对"),
    "文字在段落外": (body("甲<w:p/>"), "“甲”写在了不能写的地方"),
    "文字在段落里": (body("<w:p>{%tr endfor %}</w:p>"), "写在了不能写的地方"),
    "没有类型": (edited(TYPES, 'Extension="xml"', 'Extension="xmm"'), "没有说明是什么类型"),
    "类型写了两遍": (edited(TYPES, "</Types>", '<Default Extension="xml" ContentType="a/xml"/></Types>'),
               "写了两遍"),
    "类型不对": (edited(TYPES, "wordprocessingml.styles+xml", "wordprocessingml.fontTable+xml"),
             "类型不对"),
    "关系的编号重复": (both(attacks.related(MAIN, "styles", "styles.xml"),
                     attacks.related(MAIN, "styles", "styles.xml")), "编号“rIdX”用了2次"),
    "用了没有的关系": (body(f'<w:p><w:r><w:pict {attacks.R} r:id="rId404"/></w:r></w:p>'),
                 "关系“rId404”没有写明"),
    "段落里的段落": (body("<w:p><w:p/></w:p>"), "段落写在了不能写的地方"),
    "文字不在文字块里": (body("<w:p><w:t>x</w:t></w:p>"), "文字写在了不能写的地方"),
    "文字里的元素": (body("<w:p><w:r><w:t><w:numPr/>甲</w:t></w:r></w:p>"), "文字里夹着别的东西"),
    "文字里别的命名空间": (body('<w:p><w:r><w:t>甲<x:y xmlns:x="urn:x"/></w:t></w:r></w:p>'), "文字里夹着别的东西"),
    "空表格": (body("<w:tbl><w:tblPr/><w:tblGrid/></w:tbl>"), "表格是空的"),
    "没有格的行": (body("<w:tbl><w:tr/></w:tbl>"), "表格的行是空的"),
    "没有段落的格": (body("<w:tbl><w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl>"), "最后没有段落"),
    "格的最后是表格": (body("<w:tbl><w:tr><w:tc><w:p/><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
                     "</w:tc></w:tr></w:tbl>"), "最后没有段落"),
    "样式重复": (both(styled('<w:style w:styleId="x1"/>'), styled('<w:style w:styleId="x1"/>')),
             "编号“x1”用了两次"),
    "没有的脚注": (body('<w:p><w:r><w:footnoteReference w:id="7"/></w:r></w:p>'), "脚注“7”不在文件里"),
    "没有正文": (both(edited(MAIN, "<w:body>", "<w:docPartBody>"),
                  edited(MAIN, "</w:body>", "</w:docPartBody>")), "没有正文"),
}  # fmt: skip

EXCEL: dict[str, tuple[Change, str]] = {
    "行的次序": (rows('<row r="5"/><row r="4"/>'), "第4行的次序不对"),
    "行号太大": (rows('<row r="1048577"/>'), "行号不对"),
    "行号不是数": (rows('<row r="²"/>'), "行号不对"),
    "列太靠右": (rows('<row r="9"><c r="XFE9"/></row>'), "单元格的位置不对"),
    "格的次序": (rows('<row r="9"><c r="B9"/><c r="A9"/></row>'), "单元格的次序不对"),
    "格在别的行": (rows('<row r="9"><c r="B8"/></row>'), "单元格的次序不对"),
    "格的类型": (rows('<row r="9"><c r="B9" t="nosuch"/></row>'), "单元格的类型不对"),
    "没有写格的类型": (rows('<row r="9"><c r="B9" t=""/></row>'), "单元格的类型不对"),
    "格的类型和内容": (rows('<row r="9"><c r="B9" t="n"><is><t>{{ 年度 }}</t></is></c></row>'),
                "文字和它的类型不符"),
    "文字里的元素": (rows('<row r="9"><c r="B9" t="inlineStr"><is><t><v/>甲</t></is></c></row>'),
               "文字里夹着别的东西"),
    "公式里的元素": (rows('<row r="9"><c r="B9"><f>1<v/></f></c></row>'), "文字里夹着别的东西"),
    "没有的格式": (rows('<row r="9"><c r="B9" s="99"/></row>'), "用到了没有的格式 99"),
    "格式不是数": (rows('<row r="9"><c r="B9" s="x"/></row>'), "c 的 s 不是数"),
    "没有的共用文字": (rows('<row r="9"><c r="B9" t="s"><v>99</v></c></row>'), "没有的共用文字 99"),
    "数不是数": (rows('<row r="9"><c r="B9"><v>1e</v></c></row>'), "单元格里的数不对"),
    "行高不是数": (rows('<row r="9" ht="高"/>'), "row 的 ht 不是数"),
    "共用公式重复": (rows('<row r="9"><c r="B9"><f t="shared" si="0" ref="B9">1</f></c>'
                    '<c r="C9"><f t="shared" si="0" ref="C9">1</f></c></row>'), "写了两遍"),
    "合并重叠": (behind_cells('<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/></mergeCells>'),
             "重叠：A1:B2 和 B2:C3"),
    "合并没有写清": (behind_cells('<mergeCells><mergeCell ref="A1:"/></mergeCells>'), "合并区域没有写清楚"),
    "合并加起来太大": (behind_cells("<mergeCells>" + "".join(
        f'<mergeCell ref="A{i}:Z{i + 999}"/>' for i in range(1, 5000, 1000)) + "</mergeCells>"), "大得不正常"),
    "合并太大": (behind_cells('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "大得不正常"),
    "链接太大": (behind_cells('<hyperlinks><hyperlink ref="A1:XFD1048576" location="表!A1"/></hyperlinks>'),
             "大得不正常"),
    "部分的次序": (edited(SHEET, "<sheetData>", '<pageSetup/><sheetData>'), "sheetData 的位置不对"),
    "不认识的部分": (behind_cells("<nosuch/>"), "不认识的部分 nosuch"),
    "没有单元格": (both(edited(SHEET, "<sheetData>", "<sheetViews>"), edited(SHEET, "</sheetData>", "</sheetViews>")),
              ""),
    "分页": (behind_cells('<rowBreaks><brk id="x"/></rowBreaks>'), "分页的位置不是数"),
    "工作表重名": (edited(BOOK, "</sheets>", '<sheet name="表" sheetId="9" r:id="rId1" '
                   f'{attacks.R}/></sheets>'), "工作表的名称“表”用了两次"),
    "工作表没有部件": (edited(BOOK, "</sheets>", f'<sheet name="乙" sheetId="9" r:id="rId99" {attacks.R}/></sheets>'),
                "rId99"),
    "工作表名称太长": (edited(BOOK, 'name="表"', f'name="{"长" * 32}"'), "的名称"),
    "没有看得见的工作表": (edited(BOOK, 'state="visible"', 'state="hidden"'), "没有看得见的工作表"),
    "名称重复": (both(attacks.named("甲", "表!$A$1"), edited(BOOK, "</definedNames>",
             '<definedName name="甲">表!$A$1</definedName></definedNames>')), "名称“甲”用了两次"),
    "打印区域写了两次": (both(attacks.named("_xlnm.Print_Area", "表!$A$1:$A$2", ' localSheetId="0"'),
                edited(BOOK, "</definedNames>", '<definedName name="_xlnm.Print_Area" '
                       'localSheetId="0">表!$A$1:$A$2</definedName></definedNames>')), "打印区域用了两次"),
    "名称属于没有的工作表": (attacks.named("甲", "表!$A$1", ' localSheetId="7"'), "属于没有的工作表"),
    "名称属于哪个工作表不是数": (attacks.named("甲", "表!$A$1", ' localSheetId="²"'), "属于没有的工作表"),
    "第二个工作簿": (edited(TYPES, "package.core-properties+xml", "officedocument.spreadsheetml.sheet.main+xml"),
               "“docProps/core.xml”的类型不对"),
    "打印区域是一个数": (attacks.named("_xlnm.Print_Area", "1048577", ' localSheetId="0"'), "没有写清楚"),
    "打印区域是文件": (attacks.named("_xlnm.Print_Area", "D:/甲", ' localSheetId="0"'), "没有写清楚"),
    "工作表的关系不是关系": (edited(BOOK, 'r:id="rId1"', 'x:id="rId1" xmlns:x="urn:x"'), "没有写明是哪一部分"),
    "数字格式太长": (edited("xl/styles.xml", '<numFmts count="0"/>', '<numFmts count="1"><numFmt numFmtId="164" formatCode="'
                 + "0" * 256 + '"/></numFmts>'), "数字格式太长"),
    "样式用了没有的字体": (edited("xl/styles.xml", 'fontId="0"', 'fontId="88"'), "没有的 fonts 88"),
    "表格没有数据行": (table(ref="D1:E1"), "没有数据行"),
    "表格的列数": (table(ref="D1:F2"), "列数和区域不一致"),
    "表格的列同名": (table(second="甲"), "有两列同名"),
    "缺了工作表": (without(SHEET), "没有这一部分"),
    "条件格式": (behind_cells('<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="9" '
             'priority="1"><formula>1</formula></cfRule></conditionalFormatting>'), "没有的格式 9"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORD)
def test_what_word_would_call_damaged(case: str) -> None:
    change, reason = WORD[case]
    found = told("docx", change)
    assert {code for code, _, _ in found} == {"T233"}
    assert any(reason in message for _, _, message in found), found


@pytest.mark.parametrize("case", EXCEL)
def test_what_excel_would_call_damaged(case: str) -> None:
    change, reason = EXCEL[case]
    found = told("xlsx", change)
    assert {code for code, _, _ in found} <= {"T233", "T252"}
    assert any(reason in message for _, _, message in found), found


C = 'xmlns="http://schemas.openxmlformats.org/drawingml/2006/chart"'
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
ANCHORED = 'xmlns="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
FRAME = f'<a:graphicData xmlns:a="{A}"><chart {C} {{}}/></a:graphicData>'


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (f'<chart {C}><ser><idx val="0"/><cat><strRef><f>表!$A$1</f></strRef></cat></ser></chart>', ""),
        (f'<chart {C}><gapWidth val="150%"/><max val="-1.5E+3"/><legendPos val="b"/></chart>', ""),
        (f'<chart {C}><gapWidth val="宽"/></chart>', "图形里 gapWidth 不是数：“宽”"),
        (f'<chart {C}><ser><val/></ser></chart>', "图表里的 val 没有写明数据在哪里"),
        (f'<chart {C}><val><numRef><numCache/></numRef></val></chart>', "图表里的 numRef 没有写明数据在哪里"),
        (FRAME.format(f'r:id="rId1" {attacks.R}'), ""),
        (FRAME.format('r:id="rId1" xmlns:r="urn:x"'), "有一个图表没有写明是哪一部分"),
        (FRAME.format(""), "有一个图表没有写明是哪一部分"),
        (f'<wsDr {ANCHORED}><from><col> 1 </col><rowOff>-5</rowOff></from><ext cx="1" cy="0"/></wsDr>', ""),
        (f'<wsDr {ANCHORED}><from><col>甲</col></from></wsDr>', "图形里 col 不是数：“甲”"),
        (f'<wsDr {ANCHORED}><ext cx="" cy="0"/></wsDr>', "图形里 ext 不是数：“”"),
        (f'<a:extLst xmlns:a="{A}"><a:ext uri="{{甲}}"/></a:extLst>', ""),
    ],
)  # fmt: skip
def test_drawings_that_would_be_taken_away(xml: str, reason: str) -> None:
    assert [flaw.reason for flaw in drawings.flaws("图", xml.encode())] == (
        [reason] if reason else []
    )


def test_the_place_is_told() -> None:
    assert told("docx", body("<w:p/><w:p><w:p/></w:p>"))[0][1] == "正文 第3段"
    assert told("xlsx", rows('<row r="9"><c r="B9" s="99"/></row>'))[0][1] == "工作表“表” B9"
    assert told("xlsx", table(ref="D1:E1"))[0][1] == "工作表“表”"


def test_what_is_whole_passes() -> None:
    assert told("xlsx", table()) == []
    merged = '<mergeCells><mergeCell ref="A4:B5"/><mergeCell ref="A6:B6"/></mergeCells>'
    assert told("xlsx", behind_cells(merged)) == []
    nested = "<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>"
    assert told("docx", body(nested)) == []


@pytest.mark.parametrize("inner", ["footnote", "tc", "Fallback", "txbxContent", "ins", "p"])
def test_elements_of_others_do_not_count(inner: str) -> None:
    """They are called as Word's are, in a namespace that Word passes over."""
    foreign = f'<w:p><x:{inner} xmlns:x="urn:x"/><w:r><w:t>甲</w:t></w:r></w:p><w:p><w:p/></w:p>'
    assert told("docx", body(foreign)) == [
        ("T233", "正文 第3段", "word/document.xml：段落写在了不能写的地方，Word 会说成果已损坏。")
    ]


@pytest.mark.parametrize(
    "xml",
    [
        f'<z:p xmlns:z="{attacks.W}"><z:r><z:t>{{{{ 年度 }}}}</z:t></z:r></z:p>',
        '<w:p><w:r><z:AlternateContent xmlns:z="http://schemas.openxmlformats.org/markup-'
        'compatibility/2006"><z:Fallback><w:t>甲</w:t></z:Fallback></z:AlternateContent></w:r></w:p>',
        '<w:p xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:r><w:t>甲</w:t></w:r></w:p>',
    ],
)
def test_prefixes_that_no_editor_writes(xml: str) -> None:
    """Readers of finished files go by them."""
    assert {code for code, _, _ in told("docx", body(xml))} == {"T215"}


def test_areas_that_share_a_cell() -> None:
    assert overlap([(1, 1, 2, 2), (3, 1, 3, 2), (1, 3, 9, 3)]) is None
    assert overlap([(1, 1, 9, 1), (4, 2, 5, 3), (5, 1, 5, 1)]) == ((1, 1, 9, 1), (5, 1, 5, 1))
    assert overlap([(row, 1, row, 9) for row in range(20_000)]) is None
    assert overlap([(1, column, 99, column) for column in range(20_000)]) is None


@given(st.lists(st.tuples(*[st.integers(1, 9)] * 4), max_size=8))
def test_areas_that_meet_are_found(corners: list[tuple[int, int, int, int]]) -> None:
    areas = [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners]
    met = any(
        one[0] <= two[2] and two[0] <= one[2] and one[1] <= two[3] and two[1] <= one[3]
        for number, one in enumerate(areas) for two in areas[:number]
    )  # fmt: skip
    assert (overlap(areas) is not None) == met


def test_many_flaws_are_told_by_the_first_ten() -> None:
    found = told("xlsx", rows("".join(f'<row r="{n}" ht="x"/>' for n in range(9, 40))))
    assert len(found) == 10


def test_a_part_that_is_no_xml_is_told() -> None:
    assert told("docx", edited("word/settings.xml", "</w:settings>", ""))[0][0] == "T216"
    assert told("xlsx", edited("xl/styles.xml", "</styleSheet>", ""))[0][0] == "T252"


PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("_rels/.rels", f"{PACKAGE}/relationships", "inlineStr"),
        ("_rels/.rels", "<Relationships ", "<Relations "),
        ("_rels/.rels", "<Relationship ", '<x xmlns="a"/><Relationship '),
        (TYPES, f"{PACKAGE}/content-types", "超"),
        (TYPES, "<Default ", "<Override><Default/></Override><Default "),
    ],
)
def test_lists_that_are_none_are_told(kind: str, name: str, old: str, new: str) -> None:
    """A reader that goes by namespaces finds nothing in them."""

    def change(members: Members) -> None:
        text = members[name].decode().replace(old, new, 1)
        members[name] = text.replace("</Relationships>", "</Relations>" if "Relations " in new
                                     else "</Relationships>").encode()  # fmt: skip

    (found,) = told(kind, change)
    assert found[0] == ("T216" if kind == "docx" else "T252")
    assert name in found[2]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("other", ["_rels/.rels", "docProps/core.xml"])
def test_another_part_instead_of_the_types_is_told(kind: str, other: str) -> None:
    """It has no types, so the file is none of its format."""
    found = told(kind, lambda members: members.update({TYPES: members[other]}))
    assert {code for code, _, _ in found} <= {"T216", "T252"}
    assert found


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("version", ["shared", "", "2.0", "1.x"])
def test_versions_of_xml_that_do_not_exist(kind: str, version: str) -> None:
    """expat reads them, libxml2, Word and Excel do not."""

    def change(members: Members) -> None:
        declared = f'<?xml version="{version}" encoding="UTF-8"?>'.encode()
        name = "docProps/core.xml"
        _, _, rest = members[name].rpartition(b"?>")
        members[name] = declared + rest

    assert {code for code, _, _ in told(kind, change)} <= {"T216", "T252"}
    assert told(kind, change)


def test_what_only_libxml2_refuses_is_told() -> None:
    """A namespace that is no address, in a part that is not compiled."""
    change = edited("word/fontTable.xml", "<w:fonts ", '<w:fonts xmlns="超超" ')
    ((code, _, message),) = told("docx", change)
    assert (code, "word/fontTable.xml" in message) == ("T216", True)


def test_a_second_reader_opens_each_workbook() -> None:
    """What the checks do not know, openpyxl does; what it alone does not know is legal."""
    wrong = '<alignment horizontal="nosuch"/>'
    kept = 'applyAlignment="1"'
    xf = f'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" {kept}>'
    ((code, _, message),) = told(
        "xlsx", edited("xl/styles.xml", "</cellXfs>", f"{xf}{wrong}</xf></cellXfs>")
    )
    assert (code, "不合规定的值" in message) == ("T233", True)
    spoken = '<cols><col min="1" max="1" width="9" phonetic="1"/></cols>'
    assert told("xlsx", edited(SHEET, "<sheetData>", f"{spoken}<sheetData>")) == []


# Finished files


def in_word(xml: str) -> list[str]:
    whole = f"<w:document><w:body>{xml}</w:body></w:document>"
    return [flaw.reason for flaw in finished.flaws({MAIN: whole.encode()}, {MAIN: whole}, {})]


def in_excel(xml: str, formats: int = 2, name: str = SHEET) -> list[str]:
    looks = f"<styleSheet><cellXfs>{'<xf/>' * formats}</cellXfs></styleSheet>"
    members = {name: xml.encode(), "xl/styles.xml": looks.encode()}
    return [flaw.reason for flaw in finished.flaws(members, {name: xml}, {})]


CELL = "<w:tc><w:tcPr/><w:p/></w:tc>"


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (f"<w:tbl><w:tr>{CELL}</w:tr></w:tbl>", ""),
        ("<w:tbl><w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl>", "最后没有段落"),
        (f"<w:tc><w:tbl><w:tr>{CELL}</w:tr></w:tbl></w:tc>", "最后没有段落"),
        ("<w:tbl><w:tr></w:tr></w:tbl>", "行是空的"),
        ("<w:tbl><w:tblGrid></w:tblGrid></w:tbl>", "表格是空的"),
        ("<w:txbxContent></w:txbxContent>", "文本框是空的"),
        ('<w:bookmarkStart w:id="1" w:name="a"/><w:bookmarkStart w:id="2" w:name="b"/>', ""),
        ('<w:bookmarkStart w:id="1" w:name="a"/><w:bookmarkStart w:id="1" w:name="b"/>', "书签的编号“1”"),
        ('<w:bookmarkStart w:id="1" w:name="a"/><w:bookmarkStart w:id="2" w:name="a"/>', "书签“a”"),
        ('<wp:docPr id="7" name="x"/><wp:docPr name="y" id="7"/>', "图形的编号“7”"),
        ('<w:commentReference w:id="3"/><w:commentReference w:id="3"/>', "批注“3”"),
    ],
)  # fmt: skip
def test_what_filling_breaks_in_word(xml: str, reason: str) -> None:
    found = in_word(xml)
    assert len(found) == bool(reason)
    assert all(reason in flaw for flaw in found)


def cells(*inner: str) -> str:
    return f"<worksheet><sheetData>{''.join(inner)}</sheetData></worksheet>"


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (cells('<row r="1"><c r="A1" s="1"/><c r="C1"/></row>', '<row r="3"/>'), ""),
        (cells('<row r="2"/>', '<row r="2"/>'), "“2”的次序不对"),
        (cells('<row r="1048577"/>'), "超出了工作表"),
        (cells('<row r="1"><c r="B1"/><c r="A1"/></row>'), "“A1”的次序不对"),
        (cells('<row r="1"><c r="A2"/></row>'), "“A2”的次序不对"),
        (cells('<row r="1"><c r="A1" s="2"/></row>'), "没有的格式 2"),
        (cells() + '<mergeCell ref="A1:B2"/><mergeCell ref="B2:C2"/>', "A1:B2 和 B2:C2"),
    ],
)  # fmt: skip
def test_what_filling_breaks_in_excel(xml: str, reason: str) -> None:
    found = in_excel(xml)
    assert len(found) == bool(reason)
    assert all(reason in flaw for flaw in found)


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ('ref="A1:B2"', ""), ('ref="A1:B1"', "没有数据行"), ('ref="A1:B1" headerRowCount="0"', ""),
        ('ref="A1:B2" totalsRowCount="1"', "没有数据行"), ("", "没有区域"),
    ],
)  # fmt: skip
def test_tables_keep_a_row(attributes: str, reason: str) -> None:
    found = in_excel(f'<table id="1" {attributes}></table>', name="xl/tables/table1.xml")
    assert [reason in flaw for flaw in found] == [True] * bool(reason)


def test_damage_by_filling_is_told_at_the_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finished, "flaws", lambda *_: [Flaw(MAIN, "表格是空的")])
    document = Document()
    document.add_paragraph("{{ 单位.名称 }}")
    made(tmp_path, "- {名称: 表, docx: 表.docx}\n", **{"templates/表.docx": saved(document)})
    ran = gen("build", "2024", "--format", "json", folder=tmp_path)
    assert ran.code == 1
    (found,) = ran.problems("T234")
    assert (found["file"], ran.problems("W201")) == ("templates/表.docx", [])
    assert "表格是空的" in found["message"]
    assert not (tmp_path / "build" / "2024").exists()


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<w:tbl><w:tblPr/><w:tblGrid/></w:tbl><w:p/>", "表格是空的"),
        ("<w:tbl><w:tr></w:tr></w:tbl><w:p/>", "表格的行是空的"),
        ("<w:tbl><w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl><w:p/>", "最后没有段落"),
        ('<w:p><w:bookmarkStart w:id="1" w:name="甲"/><w:bookmarkStart w:id="1" w:name="乙"/></w:p>',
         "书签的编号"),
        ("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/>", ""),
    ],
)  # fmt: skip
def test_what_filling_breaks_is_found(inside: str, reason: str) -> None:
    xml = f"<w:document><w:body>{inside}</w:body></w:document>"
    found = [flaw.reason for flaw in finished.flaws({MAIN: b""}, {MAIN: xml}, {})]
    assert bool(found) == bool(reason)
    assert all(reason in told for told in found)


@pytest.mark.parametrize("whole", [True, False])
def test_a_part_of_a_chart_holds_one(whole: bool) -> None:
    book = Workbook()
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=1, min_row=1, max_row=2))
    book.active.add_chart(chart, "C1")
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as package:
        members = {name: package.read(name) for name in package.namelist()}
    part = "xl/charts/chart1.xml"
    assert b"<chart>" in members[part]
    if not whole:
        members[part] = members[part].replace(b"chart>", b"other>")
    assert [flaw.member for flaw in packages.flaws(members, "xlsx")] == [part] * (not whole)
