"""Word templates, compiled and rendered; the results are read back with python-docx and zipfile."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from kit import pages
from kit.archives import repacked, saved
from lxml import etree

from generator import reserved
from generator.figures.model import Figure, Names, Words
from generator.formats import codec
from generator.formats.compiled import Rendered
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.compiled import CompiledDocument
from generator.formats.docx.render import environment, render_docx
from generator.formats.format import Source
from generator.formats.properties import Properties
from generator.language import markers, statements
from generator.language.lint import UNKNOWN, lint
from generator.problems import Position, Problems

MAIN = "word/document.xml"
FILE = "templates/报告.docx"
HERE = Position("content/facts.yaml", 3)
PROPERTIES = Properties("自评报告 <2020>", "九江市驻深办 & 财政局", "2021-05-21")
Build = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Block:
    kind: str
    level: int
    text: str
    rows: tuple[tuple[str, ...], ...] = ()


# --- making templates and reading results ---------------------------------------------------


def template(build: Build) -> bytes:
    document = Document()
    build(document)
    return saved(document)


def text_template(*paragraphs: str) -> bytes:
    return template(lambda d: [d.add_paragraph(text) for text in paragraphs])


def table_template(*rows: Sequence[str]) -> bytes:
    return template(lambda d: fill(d, rows))


def fill(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    table = document.add_table(len(rows), max(map(len, rows)))
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    return table


def compiled(raw: bytes, annexes: Sequence[Source] = ()) -> CompiledDocument:
    problems = Problems()
    result = compile_docx(raw, FILE, annexes, problems)
    assert [f"{p.code} {p.at} {p.message}" for p in problems] == []
    assert result is not None
    return stored(result)


def stored(made: CompiledDocument) -> CompiledDocument:
    """``made`` as it comes from the cache: every template here goes that way."""
    again = codec.loads(CompiledDocument, codec.dumps(made))
    assert isinstance(again, CompiledDocument)
    assert again == made
    return again


def render(raw: bytes, annexes: Sequence[Source] = (), /, **context: object) -> Rendered:
    template_ = compiled(raw, annexes)
    rendered = render_docx(template_, context, PROPERTIES)
    check_whole(rendered, template_)
    return rendered


def check_whole(rendered: Rendered, template_: CompiledDocument) -> None:
    """What holds for every document: strict XML, true marks, nothing left of tags and notes."""
    with zipfile.ZipFile(io.BytesIO(rendered.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        for name in names:
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
        for name, text in rendered.parts.items():
            assert archive.read(name).decode() == text
    for name, text in rendered.parts.items():
        assert not reserved.any_in(text)
        assert not re.search(r'<w:slot|<[^>]*"slot"|w:repair', text)
        root = etree.fromstring(text.encode())
        for cell in root.iter(qn("w:tc")):
            assert cell[-1].tag == qn("w:p")
        ids = [drawing.get("id") for drawing in root.iter(qn("wp:docPr"))]
        assert len(set(ids)) == len(ids)
        for mark in rendered.marks.get(name, ()):
            assert 0 <= mark.tag < len(template_.tags)
            assert template_.tags[mark.tag].prints


def opened(rendered: Rendered) -> Any:
    return Document(io.BytesIO(rendered.data))


def texts(rendered: Rendered) -> list[str]:
    return [paragraph.text for paragraph in opened(rendered).paragraphs]


def cells(table: Any) -> list[list[str]]:
    """Texts as stored: a continued cell is empty."""
    return [
        ["".join(t.text or "" for t in tc.iter(qn("w:t"))) for tc in tr.findall(qn("w:tc"))]
        for tr in table._tbl.findall(qn("w:tr"))
    ]


def merges(table: Any, column: int) -> str:
    """``R`` restart, ``c`` continue, ``-`` none, from top to bottom."""
    out = ""
    for tr in table._tbl.findall(qn("w:tr")):
        merge = tr.findall(qn("w:tc"))[column].find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        out += "-" if merge is None else "R" if merge.get(qn("w:val")) == "restart" else "c"
    return out


def marked(rendered: Rendered, part: str = MAIN) -> list[tuple[str, str]]:
    text = rendered.parts[part]
    return [(mark.path, text[mark.start : mark.end]) for mark in rendered.marks[part]]


def figure(text: str, path: str = "收入预算.合计.本年") -> Figure:
    return Figure(path, Fraction(text), text, "万元", HERE, 2)


def words(text: str, path: str = "简介") -> Words:
    return Words(text, path, HERE)


def rows(*specification: tuple[str, str, str]) -> list[Names]:
    return [
        Names(一级=words(a, f"r{n}.一级"), 二级=words(b, f"r{n}.二级"), 名称=words(c, f"r{n}.名称"))
        for n, (a, b, c) in enumerate(specification)
    ]


class Anything(dict[str, object]):
    """A context that has every name."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> object:
        return UNKNOWN


def problems_of(raw: bytes, annexes: Sequence[Source] = ()) -> list[tuple[str, str]]:
    """Codes and places of what is found without rendering: by compiling, then by the lint."""
    problems = Problems()
    result = compile_docx(raw, FILE, annexes, problems)
    assert result is None or not result.renderable
    if result is not None and not problems.failed:
        lint(result.tags, statements.read(result.tags, environment()), Anything(), problems)
    return [(problem.code, str(problem.at.place or "")) for problem in problems.sorted()]


# --- values ---------------------------------------------------------------------------------


def test_prints_figures_words_and_phrases() -> None:
    raw = text_template("收入{{ 收入 | 万元 }}，{{年度}}年，{{ 单位.简称 }}。")
    done = render(
        raw, 收入=figure("259.57"), 年度=2020, 单位=Names(简称=words("驻深办", "单位.简称"))
    )
    assert texts(done) == ["收入259.57万元，2020年，驻深办。"]
    assert marked(done) == [("收入预算.合计.本年|万元", "259.57万元"), ("单位.简称", "驻深办")]
    assert [mark.tag for mark in done.marks[MAIN]] == [0, 2]


@pytest.mark.parametrize(
    "value",
    [
        "A&B <c> \"d\" 'e' > f",
        "{{ 简介 }}{% if x %}{# y #}",
        "=1+1",
        "&lt;w:p/&gt;",
        '<w:slot w:val="0"/><w:vMerge w:val="slot"/>',
        " 前后空格  ",
    ],
)
def test_content_arrives_as_typed(value: str) -> None:
    done = render(text_template("甲{{ 简介 }}乙"), 简介=words(value))
    assert texts(done) == [f"甲{value}乙"]


def test_line_breaks_and_tabs_of_content() -> None:
    done = render(text_template("{{ 简介 }}"), 简介=words("一\n二\r\n三\t四 & 五"))
    assert texts(done) == ["一\n二\n三\t四 & 五"]


def test_literal_values_are_escaped() -> None:
    assert texts(render(text_template("{{ 'A&B <c>' }}"))) == ["A&B <c>"]


def test_missing_name_leaves_a_fault_mark_and_no_text() -> None:
    done = render(text_template("甲{{ 收人 }}乙"))
    assert texts(done) == ["甲乙"]
    assert [path.startswith("!T101") for path, _ in marked(done)] == [True]


def test_tag_split_over_runs_keeps_the_format_of_its_start() -> None:
    def build(document: Any) -> None:
        paragraph = document.add_paragraph("共")
        paragraph.add_run("{").bold = True
        for piece in ("{ 收", "入 |", " 万元 }", "}。{{ 简介"):
            paragraph.add_run(piece)
        paragraph.add_run(" }}").italic = True

    done = render(template(build), 收入=figure("5.10"), 简介=words("尾"))
    paragraph = opened(done).paragraphs[0]
    assert paragraph.text == "共5.10万元。尾"
    assert [run.text for run in paragraph.runs if run.bold] == ["5.10万元"]


def test_tag_split_by_a_line_break() -> None:
    raw = template(lambda d: d.add_paragraph("甲{{ 简介\n }}乙"))
    assert texts(render(raw, 简介=words("丙"))) == ["甲丙乙"]


def test_quotes_and_signs_inside_tags() -> None:
    raw = text_template(
        "{% if 名 == “九江” and n < 5 and n > 3 %}是{% endif %}{% if 名 == 'A&B' %}二{% endif %}"
        '{% if 名 != "“九江”" %}三{% endif %}'
    )
    assert texts(render(raw, 名=words("九江"), n=figure("4"))) == ["是三"]
    assert texts(render(raw, 名=words("A&B"), n=figure("4"))) == ["二三"]


def test_spaces_around_values_are_kept() -> None:
    done = render(text_template("a {{ 简介 }} b"), 简介=words(" x "))
    holders = [t for t in etree.fromstring(done.parts[MAIN].encode()).iter(qn("w:t")) if t.text]
    assert all(t.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve" for t in holders)


def test_marks_tell_value_and_tag() -> None:
    raw = table_template(
        ["{%tr for r in 指标 %}", ""], ["{{ r.名称 }}", "{{ 年度 }}"], ["{%tr endfor %}", ""]
    )
    template_ = compiled(raw)
    done = render_docx(template_, {"指标": rows(("", "", "甲&"), ("", "", "乙"))}, PROPERTIES)
    assert [(p, t) for p, t in marked(done) if not p.startswith("!")] == [
        ("r0.名称", "甲&amp;"),
        ("r1.名称", "乙"),
    ]
    assert [template_.tags[mark.tag].text for mark in done.marks[MAIN]] == [
        "{{ r.名称 }}",
        "{{ 年度 }}",
    ] * 2


# --- blocks ---------------------------------------------------------------------------------


def test_loop_over_rows_and_empty_list() -> None:
    raw = table_template(
        ["序号", "名称"],
        ["{%tr for r in 指标 %}", ""],
        ["{{ loop.index }}", "{{ r.名称 }}"],
        ["{%tr endfor %}", ""],
        ["合计", ""],
    )
    done = render(raw, 指标=rows(("a", "b", "甲"), ("a", "b", "乙")))
    assert cells(opened(done).tables[0]) == [
        ["序号", "名称"], ["1", "甲"], ["2", "乙"], ["合计", ""],
    ]  # fmt: skip
    assert cells(opened(render(raw, 指标=[])).tables[0]) == [["序号", "名称"], ["合计", ""]]


def test_nested_row_loops() -> None:
    raw = table_template(
        ["{%tr for p in 项目 %}"],
        ["{{ p.名称 }}"],
        ["{%tr for r in p.指标 %}"],
        ["{{ p.名称 }}-{{ r.名称 }}"],
        ["{%tr endfor %}"],
        ["{%tr endfor %}"],
    )
    projects = [
        Names(名称=words("一"), 指标=rows(("", "", "a"), ("", "", "b"))),
        Names(名称=words("二"), 指标=rows(("", "", "c"))),
    ]
    done = render(raw, 项目=projects)
    assert cells(opened(done).tables[0]) == [["一"], ["一-a"], ["一-b"], ["二"], ["二-c"]]


def test_table_whose_rows_all_go_away_goes_away() -> None:
    raw = table_template(["{%tr for r in 指标 %}"], ["{{ r.名称 }}"], ["{%tr endfor %}"])
    assert opened(render(raw, 指标=[])).tables == []


def test_paragraph_blocks_and_sentences() -> None:
    raw = text_template(
        "头", "{%p if 有 %}", "有{% if 多 %}很多{% else %}一些{% endif %}", "{%p else %}", "无",
        "{%p endif %}", "{%p for x in 附件 %}", "{{ loop.index }}.{{ x.名称 }}", "{%p endfor %}",
    )  # fmt: skip
    items = [Names(名称=words("甲")), Names(名称=words("乙"))]
    assert texts(render(raw, 有=True, 多=False, 附件=items)) == ["头", "有一些", "1.甲", "2.乙"]
    assert texts(render(raw, 有=False, 多=True, 附件=[])) == ["头", "无"]


def test_cell_keeps_a_paragraph_when_its_own_goes_away() -> None:
    def build(document: Any) -> None:
        cell = fill(document, [["x"]]).cell(0, 0)
        cell.text = "{%p if 有 %}"
        cell.add_paragraph("内容")
        cell.add_paragraph("{%p endif %}")

    assert cells(opened(render(template(build), 有=False)).tables[0]) == [[""]]
    assert cells(opened(render(template(build), 有=True)).tables[0]) == [["内容"]]


def test_comments_vanish() -> None:
    raw = text_template("甲{# 说明 #}乙", "{#p 整段说明 #}", "丙")
    assert texts(render(raw)) == ["甲乙", "丙"]


def test_looped_columns_repair_the_grid() -> None:
    raw = table_template(["项", "{%tc for r in 指标 %}", "{{ r.名称 }}", "{%tc endfor %}"])
    for count in (1, 2, 5):
        done = render(raw, 指标=rows(*[("", "", str(n)) for n in range(count)]))
        table = opened(done).tables[0]
        widths = [int(col.get(qn("w:w"))) for col in table._tbl.tblGrid]
        assert cells(table) == [["项", *map(str, range(count))]]
        assert len(widths) == count + 1
        assert sum(widths) == pytest.approx(8640, abs=10)


def test_docxtpl_cell_tags_in_schema_order() -> None:
    def build(document: Any) -> None:
        table = fill(document, [["{% cellbg 颜色 %}红"], ["{%tr for r in 指标 %}"], ["{% vm %}甲"],
                                ["{%tr endfor %}"]])  # fmt: skip
        for row in table.rows:
            row.cells[0].vertical_alignment = 1

    done = render(template(build), 颜色=words("FF0000"), 指标=rows(*[("", "", "")] * 3))
    table = opened(done).tables[0]
    assert merges(table, 0) == "-Rcc"
    orders = [[etree.QName(c).localname for c in tc.tcPr] for tc in table._tbl.iter(qn("w:tc"))]
    assert orders[0] == ["tcW", "shd", "vAlign"]
    assert orders[1:] == [["tcW", "vMerge", "vAlign"]] * 3
    assert table.cell(0, 0)._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) == "FF0000"


def test_drawings_in_loops_get_ids_of_their_own() -> None:
    drawing = (
        f"<w:drawing {nsdecls('w', 'wp', 'a')}><wp:inline><wp:extent cx='1' cy='1'/>"
        "<wp:docPr id='7' name='图' descr='{{ r.名称 }}的“图” {{ 缺 }}'/>"
        "<a:graphic><a:graphicData uri='{28A0092B-C50C-407E-A947-70E740481C1C}'/></a:graphic>"
        "</wp:inline></w:drawing>"
    )

    def build(document: Any) -> None:
        document.add_paragraph("{%p for r in 指标 %}")
        document.add_paragraph().add_run()._r.append(parse_xml(drawing))
        document.add_paragraph("{%p endfor %}")

    done = render_docx(
        compiled(template(build)), {"指标": rows(("", "", 'a"<&b'), ("", "", "c"))}, PROPERTIES
    )
    found = list(etree.fromstring(done.parts[MAIN].encode()).iter(qn("wp:docPr")))
    assert [d.get("id") for d in found] == ["1", "2"]
    assert [d.get("descr") for d in found] == ['a"<&b的“图” ', "c的“图” "]


# --- merged cells ---------------------------------------------------------------------------

MERGED = (
    ["一级", "二级", "三级"],
    ["{%tr for r in 指标 %}", "", ""],
    ["{{ r.一级 | 合并 }}", "{{ r.二级 | 合并(r.一级) }}", "{{ r.名称 }}"],
    ["{%tr endfor %}", "", ""],
    ["总分", "", "100"],
)


def test_three_levels_merge_in_uneven_groups() -> None:
    data = rows(
        ("管理", "投入", "a"), ("管理", "投入", "b"), ("管理", "过程", "c"),
        ("产出", "过程", "d"), ("产出", "", "e"), ("产出", "", "f"), ("效益", "", "g"),
    )  # fmt: skip
    done = render(table_template(*MERGED), 指标=data)
    table = opened(done).tables[0]
    assert merges(table, 0) == "-RccRcc--"
    assert merges(table, 1) == "-Rc--Rc--"
    assert merges(table, 2) == "-" * 9
    stored = cells(table)
    assert [row[0] for row in stored] == ["一级", "管理", "", "", "产出", "", "", "效益", "总分"]
    assert [row[1] for row in stored] == ["二级", "投入", "", "过程", "过程", "", "", "", ""]
    # python-docx sees through merges: every cell of a group shows the group's text.
    assert [table.cell(n, 0).text for n in range(1, 8)] == ["管理"] * 3 + ["产出"] * 3 + ["效益"]
    assert [text for path, text in marked(done) if path.endswith("一级")] == [
        "管理",
        "产出",
        "效益",
    ]
    assert [path for path, text in marked(done) if text == "过程"] == ["r2.二级", "r3.二级"]


def test_continued_cells_are_empty_and_keep_their_paragraph_format() -> None:
    def build(document: Any) -> None:
        table = fill(document, MERGED)
        cell = table.cell(2, 0)
        cell.paragraphs[0].alignment = 1
        cell.add_paragraph("第二段")

    done = render(template(build), 指标=rows(("管", "", "a"), ("管", "", "b")))
    first, second = (row.findall(qn("w:tc"))[0] for row in opened(done).tables[0]._tbl.tr_lst[1:3])
    assert len(first.findall(qn("w:p"))) == 2
    (paragraph,) = second.findall(qn("w:p"))
    assert [etree.QName(child).localname for child in paragraph] == ["pPr"]
    assert [etree.QName(child).localname for child in second.tcPr] == ["tcW", "vMerge"]


def test_tables_do_not_merge_into_each_other() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("{%p for 本 in 项目 %}")
        fill(document, [["{%tr for r in 本.指标 %}"], ["{{ r.一级 | 合并 }}"], ["{%tr endfor %}"]])
        document.add_paragraph("{%p endfor %}")

    projects = [Names(指标=rows(("管", "", ""), ("管", "", ""))), Names(指标=rows(("管", "", "")))]
    done = render(template(build), 项目=projects)
    assert [merges(table, 0) for table in opened(done).tables] == ["Rc", "-"]


def test_a_row_between_breaks_a_group() -> None:
    raw = table_template(
        ["{%tr for r in 指标 %}"], ["{{ r.一级 | 合并 }}"], ["{%tr if r.名称 == 'x' %}"], ["小计"],
        ["{%tr endif %}"], ["{%tr endfor %}"],
    )  # fmt: skip
    done = render(
        raw, 指标=rows(("管", "", "a"), ("管", "", "x"), ("管", "", "b"), ("管", "", "c"))
    )
    assert merges(opened(done).tables[0], 0) == "Rc-Rc"


def test_merge_beside_spanned_cells_and_nested_tables() -> None:
    def build(document: Any) -> None:
        table = fill(document, [["{%tr for r in 指标 %}", "", ""], ["x", "", "{{ r.一级 | 合并 }}"],
                                ["{%tr endfor %}", "", ""]])  # fmt: skip
        table.cell(1, 0).merge(table.cell(1, 1)).text = "跨"
        fill(table.cell(1, 0), [["{{ r.二级 | 合并 }}"], ["内"]])
        table.cell(1, 0).add_paragraph("")

    done = render(template(build), 指标=rows(("管", "p", "a"), ("管", "p", "b")))
    outer = opened(done).tables[0]
    assert merges(outer, 1) == "Rc"
    inner = [cell.tables[0] for row in outer.rows for cell in row.cells[:1]]
    assert [merges(table, 0) for table in inner] == ["--", "--"]


# --- other parts ----------------------------------------------------------------------------

BOX = (
    "<w:r {ns}><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox>"
    "<w:txbxContent><w:p><w:r><w:t>框{{{{ 简介 }}}}</w:t></w:r></w:p></w:txbxContent>"
    "</v:textbox></v:shape></w:pict></w:r>"
)


def test_headers_footers_and_text_boxes() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("正文")._p.append(parse_xml(BOX.format(ns=nsdecls("w"))))
        document.sections[0].header.paragraphs[0].text = "{{ 单位.简称 }}"
        document.sections[0].footer.paragraphs[0].text = "{% if 有 %}第{{ 年度 }}年{% endif %}"

    template_ = compiled(template(build))
    context = {"单位": Names(简称=words("驻<深>办")), "年度": 2020, "有": True, "简介": words("内")}
    done = render_docx(template_, context, PROPERTIES)
    check_whole(done, template_)
    section = opened(done).sections[0]
    assert section.header.paragraphs[0].text == "驻<深>办"
    assert section.footer.paragraphs[0].text == "第2020年"
    assert "框内" in re.sub("<[^>]+>", "", done.parts[MAIN])
    assert [(str(tag.at.place), tag.text) for tag in template_.tags] == [
        ("正文 第1段 文本框1 第1段", "{{ 简介 }}"),
        ("页眉1 第1段", "{{ 单位.简称 }}"),
        ("页脚1 第1段", "{% if 有 %}"),
        ("页脚1 第1段", "{{ 年度 }}"),
        ("页脚1 第1段", "{% endif %}"),
    ]


def test_places_of_nested_tables_and_later_paragraphs() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("头")
        table = fill(document, [["", "{{ a }}"]])
        table.cell(0, 1).add_paragraph("{{ b }}")
        fill(table.cell(0, 0), [["", ""], ["", "{{ c }}"]])
        document.add_paragraph("{{ d }}")

    assert [
        (tag.at.file, str(tag.at.place), tag.text) for tag in compiled(template(build)).tags
    ] == [
        (FILE, "正文 表1 第1行 第1格 表1 第2行 第2格", "{{ c }}"),
        (FILE, "正文 表1 第1行 第2格", "{{ a }}"),
        (FILE, "正文 表1 第1行 第2格 第2段", "{{ b }}"),
        (FILE, "正文 第2段", "{{ d }}"),
    ]


# --- narrative ------------------------------------------------------------------------------


def test_narrative_uses_the_styles_of_the_template() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("标题")
        paragraph = document.add_paragraph(style="Body Text")
        paragraph.paragraph_format.first_line_indent = Pt(32)
        paragraph.add_run("{{p 正文 }}").font.size = Pt(16)
        document.add_paragraph("落款")

    blocks = (
        Block("heading", 1, "一、概况"),
        Block("heading", 2, "（一）预算"),
        Block("paragraph", 0, "收入\ue010a.b\ue0115\ue012万元"),
        Block("item", 1, "1.其一"),
        Block("table", 0, "", (("项", "数"), ("甲", "1"))),
        Block("table", 0, "", (("项",),)),
    )
    done = render(template(build), 正文=blocks)
    document = opened(done)
    shown = [(p.style.name, p.text) for p in document.paragraphs if p.text]
    assert shown == [
        ("Normal", "标题"), ("Heading 1", "一、概况"), ("Heading 2", "（一）预算"),
        ("Body Text", "收入5万元"), ("Body Text", "1.其一"), ("Normal", "落款"),
    ]  # fmt: skip
    body = next(p for p in document.paragraphs if p.text == "收入5万元")
    assert (body.paragraph_format.first_line_indent, body.runs[0].font.size) == (Pt(32), Pt(16))
    assert [cells(table) for table in document.tables] == [[["项", "数"], ["甲", "1"]], [["项"]]]
    first = document.tables[0]
    assert first.cell(1, 0).paragraphs[0].paragraph_format.first_line_indent == 0
    assert "tblHeader" in etree.tostring(first.rows[0]._tr.trPr).decode()
    kinds = [etree.QName(child).localname for child in document.element.body]
    assert kinds == ["p"] * 5 + ["tbl", "p", "tbl", "p", "p", "sectPr"]
    assert ("a.b", "5") in marked(done)


def test_narrative_table_style_and_missing_heading() -> None:
    def build(document: Any, *, without: str = "") -> None:
        document.styles.add_style("正文表格", 1)
        document.add_paragraph("{{p 正文 }}")
        if without:
            style = document.styles[without]._element
            style.getparent().remove(style)

    raw = template(build)
    done = render(raw, 正文=(Block("table", 0, "", (("甲",),)),))
    assert opened(done).tables[0].cell(0, 0).paragraphs[0].style.name == "正文表格"
    # A level the narrative does not use may lack its style; one it uses is a fault.
    compiled_ = compiled(template(lambda d: build(d, without="Heading 4")))
    fine = render_docx(compiled_, {"正文": (Block("heading", 3, "1.甲"),)}, PROPERTIES)
    assert not any(path.startswith(markers.FAULT) for path, _ in marked(fine))
    assert [p.style.name for p in opened(fine).paragraphs] == ["Heading 3"]
    wrong = render_docx(compiled_, {"正文": (Block("heading", 4, "（1）甲"),)}, PROPERTIES)
    (fault,) = (mark for mark in wrong.marks[MAIN] if mark.path.startswith(markers.FAULT))
    assert markers.read_fault(fault.path) == ("T212", {"name": "heading 4", "level": "4"})
    assert compiled_.tags[fault.tag].text == "{{p 正文 }}"


def test_narrative_that_ends_a_section() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("{{p 正文 }}")
        document.add_section(WD_SECTION.NEW_PAGE)
        document.add_paragraph("后")

    def move_break(document: Any) -> None:
        build(document)
        first, second = document.paragraphs[:2]
        if second._p.pPr is not None and second._p.pPr.sectPr is not None:
            first._p.get_or_add_pPr().append(second._p.pPr.sectPr)

    done = render(
        template(move_break), 正文=(Block("paragraph", 0, "甲"), Block("paragraph", 0, "乙"))
    )
    assert len(opened(done).sections) == 2


# --- annexes --------------------------------------------------------------------------------


def report(document: Any) -> None:
    document.add_paragraph("报告{{ 年度 }}")
    document.sections[0].footer.paragraphs[0].text = "页脚"
    document.sections[0].left_margin = Cm(2.8)
    document.sections[0]._sectPr.append(
        parse_xml(f'<w:pgNumType {nsdecls("w")} w:fmt="numberInDash" w:start="1"/>')
    )


def landscape(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.footer.paragraphs[0].text = "附件自己的页脚"
    document.add_paragraph("{{ 附件号 }} 汇总表")
    fill(document, [["{%tr for p in 项目 %}"], ["{{ p.名称 }}"], ["{%tr endfor %}"]])


def per_project(document: Any) -> None:
    document.sections[0].left_margin = Cm(1.5)
    document.add_paragraph("{{ 附件号 }} {{ 本项目.名称 }}", style="List Number")
    fill(document, [["{%tr for r in 本项目.指标 %}"], ["{{ r.一级 | 合并 }}"], ["{%tr endfor %}"]])


def annexes() -> list[Source]:
    return [
        Source("汇总表", template(landscape), "templates/附件1.docx", False),
        Source("项目表", template(per_project), "templates/附件2.docx", True),
    ]


def annex_context(projects: int, **more: object) -> dict[str, object]:
    made = [
        Names(名称=words(f"项目{n}"), 指标=rows(("管", "", ""), ("管", "", "")))
        for n in range(1, projects + 1)
    ]
    labels = {"汇总表": "附件1", "项目表": "附件2"}
    return {"年度": 2020, "项目": made, "附件号表": labels, **more}


@pytest.mark.parametrize("projects", [0, 1, 3])
def test_annexes_have_sections_of_their_own(projects: int) -> None:
    done = render(template(report), annexes(), **annex_context(projects))
    document = opened(done)
    assert texts_with_content(done) == ["报告2020", "附件1 汇总表"] + [
        f"附件2 项目{n}" for n in range(1, projects + 1)
    ]
    orientations = [section.orientation for section in document.sections]
    expected = [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, *[WD_ORIENT.PORTRAIT] * projects]
    assert orientations == expected
    margins = [round(section.left_margin.cm, 1) for section in document.sections]
    assert margins == [2.8, 3.2, *[1.5] * projects]
    # The last section is the body's own, so no empty page follows.
    body = document.element.body
    assert body[-1].tag == qn("w:sectPr")
    assert sum(1 for _ in body.iter(qn("w:sectPr"))) == len(expected)
    last = body[-2]
    assert last.tag == qn("w:p")
    assert last.find(f".//{qn('w:sectPr')}") is None
    for section in document.sections:
        assert [p.text for p in section.footer.paragraphs] == ["页脚"]
        assert section.start_type == WD_SECTION.NEW_PAGE
    numbers = [s._sectPr.find(qn("w:pgNumType")) for s in document.sections]
    assert [n.get(qn("w:start")) for n in numbers] == ["1"] + [None] * (len(expected) - 1)
    assert {n.get(qn("w:fmt")) for n in numbers} == {"numberInDash"}
    assert [merges(table, 0) for table in document.tables[-projects:]] == ["Rc"] * projects or (
        projects == 0
    )


def texts_with_content(done: Rendered) -> list[str]:
    return [text for text in texts(done) if text]


def test_report_alone_when_no_annex_appears() -> None:
    done = render(template(report), annexes(), **annex_context(2, 附件号表={}))
    document = opened(done)
    assert texts_with_content(done) == ["报告2020"]
    assert [round(section.left_margin.cm, 1) for section in document.sections] == [2.8]
    assert document.element.body[-1].tag == qn("w:sectPr")


def test_an_annex_appears_where_it_has_a_label() -> None:
    done = render(template(report), annexes(), **annex_context(3, 附件号表={"汇总表": "附件"}))
    assert texts_with_content(done) == ["报告2020", "附件 汇总表"]
    assert len(opened(done).sections) == 2


def test_tiny_paragraph_only_where_an_annex_ends_with_a_table() -> None:
    done = render(template(report), annexes(), **annex_context(1))
    tiny = [p for p in opened(done).paragraphs if not p.text]
    assert [p.paragraph_format.line_spacing for p in tiny] == [Pt(1), Pt(1)]
    plain = Source("附录", text_template("附录"), "a.docx")
    done = render(template(report), [plain], 附件号表=Names(附录="附件"), 年度=2020)
    assert texts(done) == ["报告2020", "附录"]


def test_annex_with_sections_inside() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("前")
        section = document.add_section(WD_SECTION.CONTINUOUS)
        section.left_margin = Cm(1)
        document.add_paragraph("后")

    done = render(
        template(report),
        [Source("附录", template(build), "a.docx")],
        附件号表=Names(附录="附件"),
        年度=2020,
    )
    starts = [section.start_type for section in opened(done).sections]
    assert starts == [WD_SECTION.NEW_PAGE, WD_SECTION.NEW_PAGE, WD_SECTION.CONTINUOUS]
    assert round(opened(done).sections[2].left_margin.cm, 1) == 1.0


def test_annex_looks_as_it_does_alone() -> None:
    def build(document: Any) -> None:
        document.styles["Normal"].font.size = Pt(9)
        base = document.styles.add_style("底", 1)
        base.font.bold = True
        document.styles.add_style("表内", 1).base_style = base
        document.add_paragraph("小字")
        document.add_paragraph("粗字", style="表内")

    def big(document: Any) -> None:
        document.styles["Normal"].font.size = Pt(16)
        report(document)

    done = render(
        template(big),
        [Source("附录", template(build), "a.docx")],
        附件号表=Names(附录="附件"),
        年度=2020,
    )
    document = opened(done)
    sizes = {p.text: p.style.font.size for p in document.paragraphs}
    assert sizes["报告2020"] == Pt(16)
    assert sizes["小字"] == Pt(9)
    style = next(p.style for p in document.paragraphs if p.text == "粗字")
    assert style.base_style.name.startswith("底")
    assert style.base_style.font.bold


def test_annex_tags_name_their_own_file() -> None:
    tags = compiled(template(report), annexes()).tags
    assert [(tag.at.file, str(tag.at.place)) for tag in tags if "附件号" in tag.text] == [
        ("templates/附件1.docx", "正文 第1段"),
        ("templates/附件2.docx", "正文 第1段"),
    ]
    assert tags[0].at.file == FILE


@pytest.mark.office
def test_annexes_start_pages_and_none_is_empty(tmp_path: Path) -> None:
    done = render(template(report), annexes(), **annex_context(2))
    path = tmp_path / "报告.docx"
    path.write_bytes(done.data)
    pdf = pages.to_pdf(path, tmp_path)
    assert [width < height for width, height in pages.page_sizes(pdf)] == [True, False, True, True]
    heads = ["".join(text.split()) for text in pages.page_texts(pdf)]
    assert heads[0].startswith("报告2020")
    assert ["附件1" in heads[1], "项目1" in heads[2], "项目2" in heads[3]] == [True] * 3


# --- the package ----------------------------------------------------------------------------


def test_same_input_gives_same_bytes() -> None:
    first = render(template(report), annexes(), **annex_context(2))
    second = render(template(report), annexes(), **annex_context(2))
    assert first.data == second.data


def test_properties_come_from_content_only() -> None:
    def build(document: Any) -> None:
        document.core_properties.author = "模板作者"
        document.core_properties.last_modified_by = "王某"
        document.add_paragraph("甲")

    done = render(template(build))
    properties = opened(done).core_properties
    assert (properties.title, properties.author) == (PROPERTIES.title, PROPERTIES.creator)
    assert properties.created is not None
    assert properties.created.date().isoformat() == "2021-05-21"
    with zipfile.ZipFile(io.BytesIO(done.data)) as archive:
        assert not any("thumbnail" in name for name in archive.namelist())
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert "王某".encode() not in everything
    assert "模板作者".encode() not in everything


def test_static_members_stay_as_they_are() -> None:
    raw = text_template("甲")
    done = render(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(io.BytesIO(done.data)) as new:
        for name in ("word/styles.xml", "word/settings.xml", "word/numbering.xml"):
            assert old.read(name) == new.read(name)


# --- problems -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (["头", "｛｛ 年度 ｝｝"], [("T201", "正文 第2段")]),
        (["{{ 年度 ｝｝"], [("T201", "正文 第1段")]),
        (["{％ if a ％}甲{% endif %}"], [("T201", "正文 第1段")]),
        (["{{ 年度 }"], [("T202", "正文 第1段")]),
        (["{ 年度 }}"], [("T202", "正文 第1段")]),
        (["{{ 年度 {{ 单位 }}"], [("T202", "正文 第1段")]),
        (["{% if a }甲{% endif %}"], [("T202", "正文 第1段")]),
        (["甲{{ 年", "度 }}乙"], [("T203", "正文 第1段")]),
        (["{%tr if a %}", "{%tr endif %}"], [("T204", "正文 第1段"), ("T204", "正文 第2段")]),
        (["如果{%p if a %}则", "{%p endif %}"], [("T207", "正文 第1段")]),
        (["{%p if a %}{%p endif %}"], [("T207", "正文 第1段")] * 2),
        (["{%p if a %}", "甲{% endif %}"], [("T209", "正文 第2段")]),
        (["{{p 年度 }}"], [("T210", "正文 第1段")]),
        (["{{tr 年度 }}"], [("T210", "正文 第1段")]),
        (["{{ 正文 }}"], [("T211", "正文 第1段")]),
        (["正文：{{p 正文 }}"], [("T211", "正文 第1段")]),
        (["{{ 年度 | 合并 }}"], [("T221", "正文 第1段")]),
        (["甲{% if a ~ b %}{% endif %}"], [("T110", "正文 第1段")]),
        (["甲", "{{ a b }}"], [("T110", "正文 第2段")]),
        (["甲", "{% if a %}", "乙"], [("T111", "正文 第2段")]),
        (["{% if a %}甲{% else %}乙{% else %}丙{% endif %}"], [("T140", "正文 第1段")]),
        (["{% if a %}" * 29 + f"{{% if {'not ' * 20}a %}}" + "{% endif %}" * 30], [("T200", "")]),
    ],
)  # fmt: skip
def test_broken_paragraphs(paragraphs: list[str], expected: list[tuple[str, str]]) -> None:
    assert problems_of(text_template(*paragraphs)) == expected


FIRST, SECOND, THIRD = (f"正文 表1 第{row}行 第1格" for row in (1, 2, 3))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([["{%tr for r in 指标 %}{{ r.名称 }}", "{%tr endfor %}"]], ("T205", FIRST)),
        ([["{%tr for r in 指标 %}", "数据"], ["{%tr endfor %}", ""]], ("T206", FIRST)),
        ([["{% for r in 指标 %}"], ["{{ r.名称 }}{% endfor %}"]], ("T208", SECOND)),
        ([["{%p if a %}"], ["{%p endif %}"]], ("T208", SECOND)),
        ([["{%tc for r in 指标 %}", "甲"], ["{%tc endfor %}", ""]], ("T208", SECOND)),
        ([["{%tr for r in 指标 %}"], ["甲"], ["{% endfor %}"]], ("T209", THIRD)),
    ],
)
def test_broken_tables(table: list[list[str]], expected: tuple[str, str]) -> None:
    assert problems_of(table_template(*table)) == [expected]


def test_broken_templates_still_tell_their_tags() -> None:
    problems = Problems()
    result = compile_docx(text_template("{{ a }}", "{{ b }"), FILE, [], problems)
    assert result is not None
    assert ([tag.text for tag in result.tags], result.parts) == (["{{ a }}"], {})
    (problem,) = problems
    assert "{{ b }" in problem.message


def test_files_gen_does_not_open() -> None:
    raw = text_template("甲")
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    usual = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"

    def edit(name: str, old: bytes, new: bytes) -> bytes:
        return repacked(raw, lambda m: m.update({name: m[name].replace(old, new)}))

    entity = b'<!DOCTYPE a [<!ENTITY b "c">]>'
    cases = {
        "T001": b"nothing",
        "T213": repacked(raw, lambda m: m.update({"word/x.xml": entity + b"<a/>"})),
        "T214": repacked(raw, lambda m: m.pop(MAIN) and None),
        "T215": edit(MAIN, usual, strict),
        "T216": edit(MAIN, b"</w:body>", b""),
    }
    for code, data in cases.items():
        assert problems_of(data) == [(code, "")], code
    for lost, code in ("[Content_Types].xml", "T214"), ("word/styles.xml", "T233"):
        assert problems_of(repacked(raw, lambda m, lost=lost: m.pop(lost) and None)) == [(code, "")]
    hidden = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a []><a/>'.encode("utf-16")
    assert problems_of(repacked(raw, lambda m: m.update({"word/x.xml": hidden}))) == [("T213", "")]


def test_annex_problems_name_the_annex() -> None:
    problems = Problems()
    broken = Source("附录", text_template("{{ a }"), "templates/附件1.docx")
    compile_docx(text_template("甲"), FILE, [broken], problems)
    assert [(p.code, p.at.file) for p in problems] == [("T202", "templates/附件1.docx")]
    assert problems_of(text_template("甲"), [Source("附录", b"", "a.docx")]) == [("T001", "")]


def test_a_template_with_far_too_much_is_not_searched_on() -> None:
    long = "长" * 50_001
    assert problems_of(text_template("甲", f"{{{{ 甲 }}}}{long}")) == [("T225", "正文 第2段")]
    many = text_template(*["{{ 甲 }}" * 1000] * 5, "{{ 甲 }}")
    assert problems_of(many) == [("T225", "正文 第6段")]


def test_an_annex_that_is_not_whole_is_named() -> None:
    odd = repacked(
        text_template("乙"),
        lambda m: m.update({"_rels/.rels": m["_rels/.rels"].replace(b'/officeDocument"', b'/x"')}),
    )
    problems = Problems()
    annex = Source("附录", odd, "templates/附件1.docx")
    assert compile_docx(text_template("甲"), FILE, [annex], problems) is None
    (found,) = problems
    assert (found.code, found.at.file) == ("T233", "templates/附件1.docx")


# --- pages, copies, columns -----------------------------------------------------------------


def kept(done: Rendered) -> list[str]:
    """Texts of the paragraphs that stay with the next one, those of tables in brackets."""
    root = etree.fromstring(done.parts[MAIN].encode())
    out = []
    for paragraph in root.iter(qn("w:p")):
        properties = paragraph.find(qn("w:pPr"))
        keep = None if properties is None else properties.find(qn("w:keepNext"))
        if keep is not None and keep.get(qn("w:val")) not in ("0", "false"):
            assert properties is not None
            order = [etree.QName(child).localname for child in properties]
            assert order.index("keepNext") == ("pStyle" in order)
            text = "".join(t.text or "" for t in paragraph.iter(qn("w:t")))
            in_table = next(paragraph.iterancestors(qn("w:tbl")), None) is not None
            out.append(f"[{text}]" if in_table else text)
    return out


@pytest.mark.parametrize("style", ["Normal", "Body Text", "格式", "不跟", "已跟"])
@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ((Block("paragraph", 0, "甲"), Block("paragraph", 0, "乙")), ["乙"]),
        ((Block("paragraph", 0, "甲"), Block("item", 1, "1.乙")), ["1.乙"]),
        ((Block("table", 0, "", (("项",), ("末",))),), ["[末]", ""]),
        ((Block("heading", 1, "一、甲"),), ["一、甲"]),
        ((), []),
    ],
)
def test_the_signature_never_stands_alone(
    style: str, blocks: tuple[Block, ...], expected: list[str]
) -> None:
    def build(document: Any) -> None:
        named = style if style in ("Normal", "Body Text") else "Normal"
        paragraph = document.add_paragraph("{{p 正文 }}", style=named)
        if style == "格式":
            paragraph.paragraph_format.first_line_indent = Pt(32)
        elif style != named:
            paragraph.paragraph_format.keep_with_next = style == "已跟"
        document.add_paragraph("")
        document.add_paragraph("附件：名称")
        document.add_paragraph("")
        document.add_paragraph("落款")

    done = render(template(build), 正文=blocks)
    if style == "已跟":
        assert set(expected) <= set(kept(done))
    else:
        # The blank line between narrative and 附件 keeps too; the one behind 附件 is none of ours.
        assert kept(done) == [*expected, ""]


def listed(document: Any) -> None:
    """An annex with a list by style, a list of its own, a bookmark and references to it."""
    start, end = (
        f"<w:bookmark{kind} {nsdecls('w')} w:id='3'{name}/>"
        for kind, name in (("Start", " w:name='总表'"), ("End", ""))
    )
    first = document.add_paragraph("{{ 本项目.名称 }}", style="List Number")
    first._p.append(parse_xml(start))
    first._p.append(parse_xml(end))
    own = document.add_paragraph("二")
    own._p.get_or_add_pPr().append(
        parse_xml(f"<w:numPr {nsdecls('w')}><w:ilvl w:val='0'/><w:numId w:val='2'/></w:numPr>")
    )
    link = document.add_paragraph("见")
    shown = "<w:r><w:t>上</w:t></w:r>"
    link._p.append(parse_xml(f"<w:hyperlink {nsdecls('w')} w:anchor='总表'>{shown}</w:hyperlink>"))
    link._p.append(parse_xml(f"<w:fldSimple {nsdecls('w')} w:instr=' REF 总表 \\h '/>"))


@pytest.mark.parametrize("projects", [1, 3])
def test_copies_of_an_annex_have_lists_and_bookmarks_of_their_own(projects: int) -> None:
    annex = Source("项目表", template(listed), "templates/附件.docx", True)
    done = render(template(report), [annex], **annex_context(projects))
    root = etree.fromstring(done.parts[MAIN].encode())
    starts = list(root.iter(qn("w:bookmarkStart")))
    names = [start.get(qn("w:name")) for start in starts]
    assert names == ["总表", "总表_2", "总表_3"][:projects]
    ids = [start.get(qn("w:id")) for start in starts]
    assert ids == [end.get(qn("w:id")) for end in root.iter(qn("w:bookmarkEnd"))]
    assert len(set(ids)) == projects
    assert [link.get(qn("w:anchor")) for link in root.iter(qn("w:hyperlink"))] == names
    codes = [field.text for field in root.iter(qn("w:instrText"))]
    assert codes == [f" REF {name} \\h " for name in names]
    numbers = [number.get(qn("w:val")) for number in root.iter(qn("w:numId"))]
    assert len(numbers) == 2 * projects
    assert len(set(numbers)) == 2 * projects
    document = opened(done)
    defined = {
        number.get(qn("w:numId")): number
        for number in document.part.numbering_part.element.iter(qn("w:num"))
    }
    assert set(numbers) <= set(defined)
    for number in numbers[2:]:
        restarts = [
            level.find(qn("w:startOverride")).get(qn("w:val"))
            for level in defined[number].findall(qn("w:lvlOverride"))
        ]
        assert restarts[0] == "1"
        assert len(restarts) == 9


@pytest.mark.office
def test_lists_of_copies_start_again(tmp_path: Path) -> None:
    annex = Source("项目表", template(listed), "templates/附件.docx", True)
    path = tmp_path / "报告.docx"
    path.write_bytes(render(template(report), [annex], **annex_context(3)).data)
    shown = ["".join(text.split()) for text in pages.page_texts(pages.to_pdf(path, tmp_path))]
    assert ["1.项目" in text for text in shown] == [False, True, True, True]


def test_bookmarks_in_loops_stay_unique() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("{%p for r in 指标 %}")
        paragraph = document.add_paragraph("{{ r.名称 }}")
        for xml in (
            f"<w:bookmarkStart {nsdecls('w')} w:id='7' w:name='{'长' * 40}'/>",
            f"<w:bookmarkEnd {nsdecls('w')} w:id='7'/>",
        ):
            paragraph._p.append(parse_xml(xml))
        document.add_paragraph("{%p endfor %}")

    done = render(template(build), 指标=rows(*[("", "", str(n)) for n in range(12)]))
    root = etree.fromstring(done.parts[MAIN].encode())
    names = [start.get(qn("w:name")) for start in root.iter(qn("w:bookmarkStart"))]
    assert len(set(names)) == 12
    assert max(map(len, names)) == 40


def test_columns_looped_away_leave_no_empty_row() -> None:
    # A row that is nothing but looped columns, over a row that stays.
    raw = template(looped_row)
    done = render(raw, 指标=[])
    table = opened(done).tables[0]
    assert cells(table) == [["合计"]]
    assert all(row.findall(qn("w:tc")) for row in table._tbl.tr_lst)
    done = render(raw, 指标=rows(("", "", "a"), ("", "", "b")))
    assert cells(opened(done).tables[0]) == [["a", "b"], ["合计"]]


def looped_row(document: Any) -> None:
    looped = ["{%tc for r in 指标 %}", "{{ r.名称 }}", "{%tc endfor %}"]
    table = fill(document, [looped, ["合计", "", ""]])
    for cell in table.rows[1]._tr.tc_lst[1:]:
        table.rows[1]._tr.remove(cell)
    table.rows[0].height = Pt(20)


def test_a_table_of_looped_columns_only_goes_away() -> None:
    raw = table_template(["{%tc for r in 指标 %}", "{{ r.名称 }}", "{%tc endfor %}"])
    assert opened(render(raw, 指标=[])).tables == []
