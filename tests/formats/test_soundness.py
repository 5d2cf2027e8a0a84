"""Templates that Word or Excel would call damaged are refused with the place of the damage."""

from __future__ import annotations

import pytest
from kit import attacks
from kit.attacks import BOOK, MAIN, SHEET, TYPES, Change, behind_cells, body, both, edited, part

from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.soundness.excel import overlap
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
    "名称属于没有的工作表": (attacks.named("甲", "表!$A$1", ' localSheetId="7"'), "属于没有的工作表"),
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


def test_the_place_is_told() -> None:
    assert told("docx", body("<w:p/><w:p><w:p/></w:p>"))[0][1] == "正文 第3段"
    assert told("xlsx", rows('<row r="9"><c r="B9" s="99"/></row>'))[0][1] == "工作表“表” B9"


def test_what_is_whole_passes() -> None:
    assert told("xlsx", table()) == []
    merged = '<mergeCells><mergeCell ref="A4:B5"/><mergeCell ref="A6:B6"/></mergeCells>'
    assert told("xlsx", behind_cells(merged)) == []
    nested = "<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>"
    assert told("docx", body(nested)) == []


def test_areas_that_share_a_cell() -> None:
    assert overlap([(1, 1, 2, 2), (3, 1, 3, 2), (1, 3, 9, 3)]) is None
    assert overlap([(1, 1, 9, 1), (4, 2, 5, 3), (5, 1, 5, 1)]) == ((1, 1, 9, 1), (5, 1, 5, 1))
    assert overlap([(row, 1, row, 9) for row in range(20_000)]) is None


def test_many_flaws_are_told_by_the_first_ten() -> None:
    found = told("xlsx", rows("".join(f'<row r="{n}" ht="x"/>' for n in range(9, 40))))
    assert len(found) == 10


def test_a_part_that_is_no_xml_is_told() -> None:
    assert told("docx", edited("word/settings.xml", "</w:settings>", ""))[0][0] == "T216"
    assert told("xlsx", edited("xl/styles.xml", "</styleSheet>", ""))[0][0] == "T252"
