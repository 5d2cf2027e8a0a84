"""One tag has one place: in a message about the template, in the record, in gen explain.

Each case is a Word or Excel template with one tag. A misspelt name is looked for by
``gen template check``; the right one is printed, and the record says where it shows.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from kit import workspaces
from kit.workspaces import write

NS = nsdecls("w")
VML = "xmlns:v='urn:schemas-microsoft-com:vml'"
MC = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"


def text(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def boxed(inside: str) -> str:
    return (
        f"<w:r {NS}><w:pict><v:shape {VML}><v:textbox><w:txbxContent>{inside}</w:txbxContent>"
        "</v:textbox></v:shape></w:pict></w:r>"
    )


def table(inside: str) -> str:
    grid = "<w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>"
    return f"<w:tbl>{grid}<w:tr><w:tc>{inside}</w:tc></w:tr></w:tbl>"


def after_a_box(document: Any, tag: str) -> None:
    document.add_paragraph("一")._p.append(parse_xml(boxed(text("框") * 2)))
    document.add_paragraph(tag)


def in_a_paragraph_behind_its_box(document: Any, tag: str) -> None:
    paragraph = document.add_paragraph("一")
    paragraph._p.append(parse_xml(boxed(text("框") * 2)))
    paragraph.add_run(tag)


def in_a_box(document: Any, tag: str) -> None:
    document.add_paragraph("一")._p.append(parse_xml(boxed(text("框") + text(tag))))


def in_the_second_box(document: Any, tag: str) -> None:
    paragraph = document.add_paragraph("一")
    for inside in (text("框"), text(tag)):
        paragraph._p.append(parse_xml(boxed(inside)))


def in_a_box_that_is_there_for_old_programs_too(document: Any, tag: str) -> None:
    box = boxed(text(tag)).removeprefix(f"<w:r {NS}>").removesuffix("</w:r>")
    paragraph = document.add_paragraph("一")
    paragraph._p.append(parse_xml(
        f"<w:r {NS} {MC}><mc:AlternateContent><mc:Choice Requires='v'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    ))  # fmt: skip


def in_a_table_in_a_box(document: Any, tag: str) -> None:
    inside = table(text("格")) + text("") + table(text(tag)) + text("")
    document.add_paragraph("一")._p.append(parse_xml(boxed(inside)))


def in_a_nested_table(document: Any, tag: str) -> None:
    document.add_paragraph("一")
    outer = document.add_table(2, 2)
    inner = outer.cell(1, 1).add_table(2, 2)
    inner.cell(1, 0).text = tag
    outer.cell(1, 1).add_paragraph("")


def in_the_second_paragraph_of_a_cell(document: Any, tag: str) -> None:
    document.add_table(1, 2).cell(0, 1).add_paragraph(tag)


def in_a_box_in_a_cell(document: Any, tag: str) -> None:
    cell = document.add_table(2, 1).cell(1, 0)
    cell.paragraphs[0]._p.append(parse_xml(boxed(text(tag))))


def in_a_content_control(document: Any, tag: str) -> None:
    document.add_paragraph("一")
    control = f"<w:sdt {NS}><w:sdtContent>{text('甲')}{text(tag)}</w:sdtContent></w:sdt>"
    document.element.body.insert(1, parse_xml(control))


def in_the_header_of_even_pages(document: Any, tag: str) -> None:
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    section.header.paragraphs[0].text = "单页"
    section.even_page_header.paragraphs[0].text = "双页"
    section.even_page_header.add_paragraph(tag)


def note(kind: str) -> Callable[[Any, str], None]:
    def build(document: Any, tag: str) -> None:
        line = text("").replace("<w:t></w:t>", "<w:separator/>")
        notes = "".join((
            f'<w:{kind} w:type="separator" w:id="-1">{line}</w:{kind}>',
            f'<w:{kind} w:type="continuationSeparator" w:id="0">{line}</w:{kind}>',
            f'<w:{kind} w:id="1">{text("说明")}</w:{kind}>',
            f'<w:{kind} w:id="2">{text(tag)}</w:{kind}>',
        ))  # fmt: skip
        types = {"footnote": CONTENT_TYPE.WML_FOOTNOTES, "endnote": CONTENT_TYPE.WML_ENDNOTES}
        kinds = {"footnote": RELATIONSHIP_TYPE.FOOTNOTES, "endnote": RELATIONSHIP_TYPE.ENDNOTES}
        blob = f"<w:{kind}s {NS}>{notes}</w:{kind}s>".encode()
        part = Part(PackURI(f"/word/{kind}s.xml"), types[kind], blob, document.part.package)
        document.part.relate_to(part, kinds[kind])
        paragraph = document.add_paragraph("一")
        for number in (1, 2):
            reference = f'<w:r {NS}><w:{kind}Reference w:id="{number}"/></w:r>'
            paragraph._p.append(parse_xml(reference))

    return build


WORD = {
    "正文 第2段": after_a_box,
    "正文 第1段": in_a_paragraph_behind_its_box,
    "正文 第1段 文本框1 第2段": in_a_box,
    "正文 第1段 文本框2 第1段": in_the_second_box,
    "正文 第1段 文本框1 第1段": in_a_box_that_is_there_for_old_programs_too,
    "正文 第1段 文本框1 表2 第1行 第1格": in_a_table_in_a_box,
    "正文 表1 第2行 第2格 表1 第2行 第1格": in_a_nested_table,
    "正文 表1 第1行 第2格 第2段": in_the_second_paragraph_of_a_cell,
    "正文 表1 第2行 第1格 文本框1 第1段": in_a_box_in_a_cell,
    "正文 第3段": in_a_content_control,
    "页眉2 第2段": in_the_header_of_even_pages,
    "脚注2 第1段": note("footnote"),
    "尾注2 第1段": note("endnote"),
}


def on_the_second_sheet(book: Any, tag: str) -> None:
    book.active.title = "一"
    book.create_sheet("二 “表”")["AB12"] = tag


def in_a_page_footer(book: Any, tag: str) -> None:
    book.active.title = "一"
    book.active["A1"] = "甲"
    book.active.oddFooter.center.text = tag


EXCEL = {
    "工作表“二 “表”” AB12": on_the_second_sheet,
    "工作表“一” 页脚": in_a_page_footer,
}
CASES = [*((place, build, "docx") for place, build in WORD.items()),
         *((place, build, "xlsx") for place, build in EXCEL.items())]  # fmt: skip


def template(build: Callable[[Any, str], None], kind: str, tag: str) -> bytes:
    file: Any = Document() if kind == "docx" else openpyxl.Workbook()
    build(file, tag)
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


@pytest.mark.long
@pytest.mark.parametrize(("place", "build", "kind"), CASES)
def test_one_tag_has_one_place(
    place: str, build: Callable[[Any, str], None], kind: str, tmp_path: Path
) -> None:
    name = f"templates/{kind}/甲.{kind}"
    least = {
        "templates/测试.yaml": f"名称: 测试\n文档:\n  - {{名称: 甲, {kind}: {kind}/甲.{kind}}}\n",
        "content/unit.yaml": "名称: 测试办\n简称: 测办\n套表: 测试\n",
        "content/2020/facts.yaml": "代号: 三一四\n",
        "content/2020/figures.yaml": "收入:\n  拨款: {本年: 5}\n",
        "content/2020/indicators.yaml": (
            "- 一级: 产出\n  三级:\n    - {名称: 培训, 目标: 2, 完成: 2, 分值: 100}\n"
        ),
    }
    write(tmp_path, {**least, name: template(build, kind, "{{ 代呺 }}")})
    ran = workspaces.gen("template", "check", "--format", "json", folder=tmp_path)
    told = [p for p in ran.json["problems"] if p["code"] == "T101"]  # type: ignore[attr-defined]
    assert {problem["place"] for problem in told} == {place}

    write(tmp_path, {name: template(build, kind, "{{ 代号 }}")})
    workspaces.build(tmp_path, 2020)
    ran = workspaces.gen("explain", "2020", "代号", "--format", "json", folder=tmp_path)
    (found,) = ran.json.values()
    shown = found["found"][0]["shown"]  # type: ignore[call-overload]
    assert [(one[1], one[3]) for one in shown] == [(place, "三一四")]
    raw = (tmp_path / "build" / "2020" / ".gen" / "record.json").read_text(encoding="utf-8")
    (document,) = (d for n, d in json.loads(raw)["documents"].items() if "清单" not in n)
    assert [row[0] for row in document["places"]] == ["代号"]
