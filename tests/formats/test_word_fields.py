"""Word's fields: numbers of captions and texts of bookmarks follow, others are refused or told."""

from __future__ import annotations

from typing import Any

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from kit.word import PROPERTIES, element, figure, items, opened, render, shape, template

from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.render import render_docx
from generator.problems import Problems


def runs(code: str, shown: str) -> str:
    """A field as Word writes it."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r><w:rPr><w:b/></w:rPr><w:t>{shown}</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def simple(code: str, shown: str) -> str:
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>{shown}</w:t></w:r></w:fldSimple>'


def text(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def marked(name: str, inside: str, number: int = 1) -> str:
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inside}<w:bookmarkEnd w:id="{number}"/>'


def document(*paragraphs: str) -> bytes:
    """A template of paragraphs, given by what is in them."""

    def build(made: Any) -> None:
        for inside in paragraphs:
            paragraph = made.add_paragraph()._p
            for child in parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>"):
                paragraph.append(child)

    return template(build)


def told(raw: bytes) -> list[tuple[str, str]]:
    problems = Problems()
    compile_docx(raw, "templates/报告.docx", [], problems)
    return [(one.code, str(one.at.place)) for one in problems]


def lines(raw: bytes, **context: object) -> list[str]:
    return shape(render(raw, **context))


FOR, END = text("{%p for r in 项 %}"), text("{%p endfor %}")


@pytest.mark.parametrize("field", [runs, simple])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_captions_in_a_loop_count_on(field: Any, count: int) -> None:
    raw = document(
        text("表") + field("SEQ 表 \\* ARABIC", "7"), FOR,
        text("表") + field("SEQ 表 \\* ARABIC", "1") + text("　{{ r.名称 }}"),
        text("图") + field("SEQ 图", "1"), END, text("表") + field("SEQ 表 \\* ARABIC", "2"),
    )  # fmt: skip
    names = "甲乙丙"[:count]
    passes = [one for n, name in enumerate(names, 1) for one in (f"表{n + 1}　{name}", f"图{n}")]
    assert lines(raw, 项=items(*names)) == ["表1", *passes, f"表{count + 2}"]


def test_a_field_that_was_never_worked_out_gets_its_result() -> None:
    code = '<w:r><w:instrText xml:space="preserve"> SEQ 表 </w:instrText></w:r>'
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    assert lines(document(text("表") + begin + code + end)) == ["表1"]


def test_switches_of_captions() -> None:
    codes = [
        "SEQ 表",
        "SEQ 表 \\c",
        "SEQ 表 \\r 5",
        "SEQ 表 \\n",
        "SEQ 表 \\h",
        "SEQ 表 \\* MERGEFORMAT",
    ]
    assert lines(document(*(text("表") + runs(code, "9") for code in codes))) == [
        "表1", "表1", "表5", "表6", "表", "表8",
    ]  # fmt: skip


@pytest.mark.parametrize("field", [runs, simple])
def test_a_reference_shows_what_its_bookmark_does(field: Any) -> None:
    raw = document(
        text("见上：") + field("REF 总数 \\h", "888.88"), text("共") + marked("总数", text("{{ 数 }}")),
        text("又是") + field("REF 总数 \\* MERGEFORMAT", "旧"),
    )  # fmt: skip
    done = render(raw, 数=figure("910.66"))
    assert shape(done) == ["见上：910.66", "共910.66", "又是910.66"]
    shown = [m for m in done.marks["word/document.xml"] if m.path == "收入.合计.本年"]
    assert [done.parts["word/document.xml"][m.start : m.end] for m in shown] == ["910.66"] * 3
    bold = [run.bold for p in opened(done).paragraphs for run in p.runs if run.text == "910.66"]
    assert bold == ([True, None, True] if field is runs else [None] * 3)


def test_a_reference_to_a_caption_follows_its_number() -> None:
    caption = marked("_Ref9", text("表") + runs("SEQ 表", "1"))
    raw = document(
        text("见") + runs("REF _Ref9 \\h", "表1"), FOR, text("表") + runs("SEQ 表", "1"), END, caption,
    )  # fmt: skip
    assert lines(raw, 项=items("甲", "乙")) == ["见表3", "表1", "表2", "表3"]
    chained = document(
        marked("一", text("见") + runs("REF 二", "旧"), 1), marked("二", runs("REF 三", "旧"), 2),
        marked("三", text("{{ 数 }}"), 3), runs("REF 一", "旧"),
    )  # fmt: skip
    assert lines(chained, 数=figure("5")) == ["见5", "5", "5", "见5"]
    circular = document(marked("甲", runs("REF 甲", "旧")))
    assert lines(circular) == [""]


def test_of_the_copies_of_a_bookmark_nobody_knows_which_is_meant() -> None:
    inside = document(
        FOR, marked("名", text("{{ r.名称 }}")), text("即") + runs("REF 名", "旧"), END
    )
    assert told(inside) == [("T245", "正文 第3段")]
    inline = text("{% for r in 项 %}") + marked("名", text("{{ r.名称 }}")) + text("{% endfor %}")
    assert told(document(inline, runs("REF 名", "旧"))) == [("T245", "正文 第2段")]
    behind = document(
        FOR, text("{{ r.名称 }}"), END, marked("名", text("乙")), runs("REF 名", "旧")
    )
    assert lines(behind, 项=items("甲")) == ["甲", "乙", "乙"]


def test_a_bookmark_that_may_not_be_there_is_not_referred_to_from_outside() -> None:
    begin, otherwise, end = (text(f"{{%p {word} %}}") for word in ("if 有", "else", "endif"))
    mark = marked("名", text("{{ 数 }}"))
    outside = document(begin, mark, end, text("见") + runs("REF 名", "旧"))
    assert told(outside) == [("T245", "正文 第4段")]
    other = document(begin, mark, otherwise, text("见") + runs("REF 名", "旧"), end)
    assert told(other) == [("T245", "正文 第4段")]
    inside = document(begin, mark, text("见") + runs("REF 名", "旧"), end)
    assert lines(inside, 有=figure("1"), 数=figure("5")) == ["5", "见5"]
    inline = document(text("{% if 有 %}") + mark + text("{% endif %}"), runs("REF 名", "旧"))
    assert told(inline) == [("T245", "正文 第2段")]
    after = document(begin, text("一"), end, mark, runs("REF 名", "旧"))
    assert lines(after, 有=figure("1"), 数=figure("5")) == ["一", "5", "5"]


def test_the_reason_is_told() -> None:
    problems = Problems()
    compile_docx(
        document(runs("REF 没有", "旧"), runs("= A1", "1")), "templates/报告.docx", [], problems
    )
    first, second = problems
    assert "没有书签“没有”" in first.message
    assert "gen 不算这种域" in second.message


def test_a_copy_for_old_programs_does_not_count_again() -> None:
    inside = f"<w:p>{text('图')}{runs('SEQ 图', '1')}</w:p>"
    box = f"<w:pict><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></w:pict>"
    both = element(
        f'<w:r><mc:AlternateContent><mc:Choice Requires="v">{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    )

    def build(made: Any) -> None:
        made.add_paragraph()._p.append(both)
        last = made.add_paragraph()._p
        for child in parse_xml(f"<w:p {nsdecls('w')}>{text('图')}{runs('SEQ 图', '2')}</w:p>"):
            last.append(child)

    done = render(template(build))
    body = opened(done).element.body
    shown = [
        "".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:txbxContent"))
    ]
    assert (shown, shape(done)[-1]) == (["图1", "图1"], "图2")


@pytest.mark.parametrize(
    "code",
    [
        "=SUM(ABOVE)", "= B3-C3", "FORMULA 1", "IF 1 = 1 甲 乙", "DOCPROPERTY Title", "TITLE",
        "REF 没有",
    ],
)  # fmt: skip
def test_what_would_stay_as_it_was_is_refused_with_its_place(code: str) -> None:
    for field in (runs, simple):
        raw = document(
            text("一"), marked("总数", text("{{ 数 }}")), text("共") + field(code, "999")
        )
        assert told(raw) == [("T245", "正文 第3段")]


def test_a_bookmark_of_several_paragraphs_cannot_be_repeated() -> None:
    raw = document(
        '<w:bookmarkStart w:id="1" w:name="段"/>' + text("一"), text("二") + '<w:bookmarkEnd w:id="1"/>',
        runs("REF 段", "一二"),
    )  # fmt: skip
    assert told(raw) == [("T245", "正文 第3段")]


@pytest.mark.parametrize("field", [runs, simple])
@pytest.mark.parametrize("code", [
    "PAGEREF 总数 \\h", "NOTEREF 注", "NUMWORDS", "SEQ 表 \\s 1", "SEQ 表 \\* ROMAN", "STYLEREF 标题",
    "REF 总数 \\r \\h", "REF 总数 \\p",
])  # fmt: skip
def test_what_readers_make_anew_is_marked_and_told(field: Any, code: str) -> None:
    raw = document(marked("总数", text("{{ 数 }}")), field(code, "3"))
    problems = Problems()
    made = compile_docx(raw, "templates/报告.docx", [], problems)
    assert [(one.code, str(one.severity)) for one in problems] == [("T246", "note")]
    assert made is not None
    assert made.renderable
    done = render_docx(made, {"数": figure("1")}, PROPERTIES)
    body = opened(done).element.body
    first = next(body.iter(qn("w:fldChar"), qn("w:fldSimple")))
    assert first.get(qn("w:dirty")) == "true"


@pytest.mark.parametrize(
    "code", ["PAGE", "NUMPAGES", "DATE", 'HYPERLINK "https://www.gov.cn/"', "EQ \\x(1)", "FORMTEXT", "= 1 + 2",
     "= ROUND(1.5,0) \\# &quot;0.00&quot;", "= PAGE - 1"],
)  # fmt: skip
def test_what_says_nothing_of_the_content_stays(code: str) -> None:
    assert told(document(text("{{ 数 }}"), runs(code, "1"))) == []
