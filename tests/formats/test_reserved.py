"""Characters of gen's own in templates are refused with their place; symbol fonts are left alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from kit.archives import repacked, saved, unpacked
from kit.templates import excel, made, word
from kit.workspaces import gen
from openpyxl import Workbook
from openpyxl.comments import Comment

import generator
from generator import reserved
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.render import render_docx
from generator.formats.properties import Properties
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.problems import Problems

PACKAGE = Path(generator.__file__).parent
MAIN, NUMBERING = "word/document.xml", "word/numbering.xml"
#: The first and last of ours, and those that templates were not searched for before.
OURS = ["\ue010", "\ue01f", "\ue020", "\ue025", "\ue02f"]
#: Symbol, Wingdings, and what stands just beside ours.
OTHERS = "\uf0b7\uf0fe\uf0a7\ue00f\ue030"


def told(compile_: Callable[..., object], raw: bytes) -> list[tuple[str, str]]:
    """Codes and places of what compiling finds."""
    problems = Problems()
    compile_(*([raw, "甲", [], problems] if compile_ is compile_docx else [raw, "甲", problems]))
    return [(problem.code, str(problem.at.place or "")) for problem in problems]


def in_word(member: str, old: str, new: str) -> bytes:
    """A Word file of two paragraphs, a table, a header and a bullet list, one text changed."""
    document = Document()
    document.add_paragraph("第一段")
    document.add_paragraph("第二段", style="List Bullet")
    document.add_table(1, 2).cell(0, 1).text = "格里"
    document.sections[0].header.paragraphs[0].text = "眉上"
    raw = saved(document)

    def change(members: dict[str, bytes]) -> None:
        text = members[member].decode()
        assert old in text, text
        members[member] = text.replace(old, new, 1).encode()

    return repacked(raw, change)


@pytest.mark.parametrize("char", OURS)
@pytest.mark.parametrize(
    ("member", "old", "new", "place"),
    [
        (MAIN, "第二段", "第{}二段", "正文 第2段"),
        (MAIN, "格里", "格{}里", "正文 表1 第1行 第2格"),
        (MAIN, "<w:p>", '<w:p w:rsidR="{}">', "正文 第1段"),
        (MAIN, "第二段", "第&#x{:X};二段", "正文 第2段"),
        (MAIN, "第二段", "第&#{:d};二段", "正文 第2段"),
        ("word/header1.xml", "眉上", "眉{}上", "页眉1 第1段"),
        (NUMBERING, 'w:lvlText w:val="', 'w:lvlText w:val="{}', ""),
        ("word/settings.xml", "<w:zoom", '<w:zoom w:note="{}"', ""),
    ],
)
def test_word_templates_are_refused_with_the_place(
    char: str, member: str, old: str, new: str, place: str
) -> None:
    made_of = new.format(ord(char) if "{:" in new else char)
    assert told(compile_docx, in_word(member, old, made_of)) == [("T217", place)]


@pytest.mark.parametrize("char", OURS)
@pytest.mark.parametrize(
    ("member", "old", "new", "place"),
    [
        ("xl/worksheets/sheet1.xml", "共用", "共{}用", "工作表“表” B3"),
        ("xl/worksheets/sheet1.xml", "<v>7</v>", "<f>{}</f><v>7</v>", "工作表“表” C4"),
        ("xl/worksheets/sheet1.xml", "提示", "提{}示", "工作表“表”"),
        ("xl/worksheets/sheet1.xml", "页眉字", "页{}眉字", "工作表“表” 页眉"),
        ("xl/worksheets/sheet1.xml", 'r="B3"', 'r="B3" x="{}"', "工作表“表” B3"),
        ("xl/comments/comment1.xml", "批语", "批&#x{:x};语", "工作表“表” B3"),
        ("xl/workbook.xml", "名字", "名{}字", ""),
        ("xl/styles.xml", 'name val="', 'name val="{}', ""),
    ],
)
def test_workbooks_are_refused_with_the_place(
    char: str, member: str, old: str, new: str, place: str
) -> None:
    raw = workbook()
    made_of = new.format(ord(char) if "{:" in new else char)

    def change(members: dict[str, bytes]) -> None:
        text = unescaped(members[member].decode())
        assert old in text, text
        members[member] = text.replace(old, made_of, 1).encode()

    assert told(compile_xlsx, repacked(raw, change)) == [("T217", place)]


def unescaped(xml: str) -> str:
    """``xml`` with characters where openpyxl wrote references."""
    return re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), xml)


def workbook() -> bytes:
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "表"
    page["A1"], page["B3"], page["C4"] = "甲", "共用", 7
    page["B3"].comment = Comment("批语", "某人")
    check = DataValidation(type="whole", operator="between", formula1="1", formula2="5")
    check.prompt = "提示"
    check.add("A1")
    page.add_data_validation(check)
    page.oddHeader.center.text = "页眉字"
    book.defined_names["名字"] = DefinedName("名字", attr_text="表!$A$1")
    return saved(book)


@pytest.mark.parametrize(
    ("strings", "place"), [("<si><t>甲</t></si><si><t>共{}用</t></si>", "工作表“表” B3"),
                           ("<si><t>甲</t></si><si><t>共用</t></si><si><t>{}</t></si>", "")],
)  # fmt: skip
def test_a_shared_text_is_told_at_a_cell_that_shows_it(strings: str, place: str) -> None:
    """As Excel writes texts; one that no cell shows has only its part."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def change(members: dict[str, bytes]) -> None:
        page, links = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
        shown = re.sub(r'<c r="B3".*?</c>', '<c r="B3" t="s"><v>1</v></c>', members[page].decode())
        link = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/></Relation'
        members[page] = shown.encode()
        members[links] = members[links].replace(b"</Relation", link.encode(), 1)
        text = strings.format("\ue02f")
        members["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{text}</sst>'.encode()
        override = (
            '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
            'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
        )
        types = members["[Content_Types].xml"]
        members["[Content_Types].xml"] = types.replace(b"</Types>", override.encode())

    assert told(compile_xlsx, repacked(workbook(), change)) == [("T217", place)]


def test_the_title_of_a_sheet_is_named_as_the_sheet() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.title = "表\ue025"
    assert told(compile_xlsx, saved(book)) == [("T217", "工作表“表\ue025”")]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_both_commands_refuse_it_and_none_blames_gen(tmp_path: Path, kind: str) -> None:
    raw = word("好", "这里\ue025有") if kind == "docx" else excel("好", "这里\ue025有")
    made(tmp_path, f"- {{名称: 表, {kind}: 甲.{kind}}}\n", **{f"templates/甲.{kind}": raw})
    for command in (("build", "2024"), ("check", "2024"), ("template", "check", "2024")):
        ran = gen(*command, "--format", "json", folder=tmp_path)
        (found,) = (p for p in ran.problems() if p["severity"] == "error")
        assert (ran.code, found["code"]) == (1, "T217")
        assert "U+E025" in found["message"]
        assert "这里□有" in found["message"]


def test_bullets_and_symbols_of_a_template_are_in_the_result() -> None:
    bullets = in_word(NUMBERING, 'w:lvlText w:val="', f'w:lvlText w:val="{OTHERS}')
    raw = repacked(
        bullets,
        lambda members: members.update(
            {
                MAIN: members[MAIN].decode().replace(
                    "第二段</w:t>", f'第{OTHERS}二段</w:t><w:sym w:font="Wingdings" w:char="F0FE"/>'
                ).encode()
            }
        ),
    )  # fmt: skip
    problems = Problems()
    compiled = compile_docx(raw, "甲", [], problems)
    assert list(problems) == []
    assert compiled is not None
    members = unpacked(render_docx(compiled, {}, Properties("题", "", "")).data)
    assert f'w:lvlText w:val="{OTHERS}' in members[NUMBERING].decode()
    assert f"第{OTHERS}二段" in members[MAIN].decode()
    assert '<w:sym w:font="Wingdings" w:char="F0FE"/>' in members[MAIN].decode()


def test_symbols_in_a_workbook_are_left_alone() -> None:
    assert told(compile_xlsx, saved(_with(OTHERS))) == []


def _with(text: str) -> Workbook:
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = text
    return book


# The table


def test_every_reserved_character_has_one_name_and_lies_in_the_range() -> None:
    names = {
        name: value
        for name, value in vars(reserved).items()
        if isinstance(value, str) and len(value) == 1 and name not in ("FIRST", "LAST")
    }
    assert len(set(names.values())) == len(names) > 20
    assert all(reserved.FIRST <= value <= reserved.LAST for value in names.values())


def test_no_other_module_has_characters_of_its_own() -> None:
    written = re.compile(r"\\ue0[12][0-9a-f]|0x[eE]0[12]|[\ue010-\ue02f]")
    found = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if written.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["reserved.py"]
