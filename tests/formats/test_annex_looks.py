"""An annex in the report looks exactly as it does alone, whatever the two files call alike.

Each pair below uses the same identifiers or names for different things. How a text looks is
resolved by ``kit.looks``, which knows nothing of gen.
"""

from __future__ import annotations

import dataclasses
import io
import operator
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from kit import looks, pages
from kit.archives import repacked
from kit.renumber import Manner, like_word, like_wps, renumbered
from kit.workspaces import ROOT, SAMPLE_UNIT, build, copy_sample
from lxml import etree

from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.render import render_docx
from generator.formats.format import Source
from generator.formats.properties import Properties
from generator.formats.soundness import packages, word
from generator.problems import Problems
from generator.reading.package import read_members

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
START = "附件开始"
TYPES = {
    "document": f"{TYPE}.document.main+xml",
    "styles": f"{TYPE}.styles+xml",
    "numbering": f"{TYPE}.numbering+xml",
    "settings": f"{TYPE}.settings+xml",
    "fontTable": f"{TYPE}.fontTable+xml",
    "footnotes": f"{TYPE}.footnotes+xml",
    "endnotes": f"{TYPE}.endnotes+xml",
    "comments": f"{TYPE}.comments+xml",
    "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
}


def package(
    body: str, links: str = "", files: dict[str, bytes] | None = None, **parts: str
) -> bytes:
    """A Word file of these parts, each the inside of its root element."""
    parts = {"styles": NORMAL, **parts}
    xml = {"document": f"<w:document {W} {R}><w:body>{body}</w:body></w:document>"}
    for name, inside in parts.items():
        xml[name] = (
            inside
            if name == "theme"
            else f"<w:{ROOTS.get(name, name)} {W} {R}>{inside}</w:{ROOTS.get(name, name)}>"
        )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{name}" Target="{name}.xml"/>'
        for n, name in enumerate(parts, 1)
    )
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{TYPES[name]}"/>' for name in xml
    )
    package_ns = "http://schemas.openxmlformats.org/package/2006"
    members = {
        "[Content_Types].xml": f'<Types xmlns="{package_ns}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package_ns}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package_ns}/relationships">'
        f"{relations}{links}</Relationships>",
        **{f"word/{name}.xml": text for name, text in xml.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, member in {**members, **(files or {})}.items():
            archive.writestr(name, member)
    return out.getvalue()


ROOTS = {"fontTable": "fonts"}


def style(kind: str, style_id: str, name: str, inside: str = "", *, default: bool = False) -> str:
    mark = ' w:default="1"' if default else ""
    return f'<w:style w:type="{kind}" w:styleId="{style_id}"{mark}><w:name w:val="{name}"/>{inside}</w:style>'


def size(points: int) -> str:
    return f'<w:rPr><w:sz w:val="{points * 2}"/></w:rPr>'


NORMAL = style("paragraph", "a", "Normal", size(16), default=True)


def defaults(run: str = "", paragraph: str = "") -> str:
    return (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{run}</w:rPr></w:rPrDefault>"
        f"<w:pPrDefault><w:pPr>{paragraph}</w:pPr></w:pPrDefault></w:docDefaults>"
    )


def p(text: str, properties: str = "", run: str = "") -> str:
    said = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{said}<w:r>{run}<w:t>{text}</w:t></w:r></w:p>"


def styled(text: str, style_id: str) -> str:
    return p(text, f'<w:pStyle w:val="{style_id}"/>')


def listed(text: str, number: int, style_id: str = "") -> str:
    named = f'<w:pStyle w:val="{style_id}"/>' if style_id else ""
    return p(text, f'{named}<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')


def numbering(fmt: str, text: str, extra: str = "", *, left: int = 420, number: int = 1) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="0"><w:nsid w:val="00000001"/>{extra}'
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/><w:lvlText w:val="{text}"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{left}"/></w:pPr></w:lvl></w:abstractNum>'
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="0"/></w:num>'
    )


def theme(latin: str, east: str, hans: str = "", accent: str = "FF0000") -> str:
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    font = (
        f'<a:latin typeface="{latin}"/><a:ea typeface="{east}"/><a:cs typeface=""/>'
        f'<a:font script="Hans" typeface="{hans}"/>'
    )
    return (
        f'<a:theme xmlns:a="{a}" name="x"><a:themeElements><a:clrScheme name="x"><a:accent1>'
        f'<a:srgbClr val="{accent}"/></a:accent1></a:clrScheme><a:fontScheme name="x">'
        f"<a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f"</a:themeElements></a:theme>"
    )


THEMED = defaults('<w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia"/>')
CHINESE = '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
TABLE = (
    '<w:tbl>{}<w:tblGrid><w:gridCol w:w="900"/></w:tblGrid><w:tr><w:tc><w:tcPr>'
    '<w:tcW w:w="900" w:type="dxa"/></w:tcPr>' + p("格") + "</w:tc></w:tr></w:tbl>"
)
GRID = (
    '<w:tblPr><w:tblBorders><w:top w:val="double" w:sz="8" w:space="0" w:color="000000"/>'
    "</w:tblBorders></w:tblPr>"
)

#: What a pair shares → the report and the annex.
PAIRS: dict[str, tuple[bytes, bytes]] = {
    "one id for two styles": (
        package(styled("题", "a3"), styles=NORMAL + style("paragraph", "a3", "公文标题", size(22))),
        package(styled("题", "a3"), styles=NORMAL + style("paragraph", "a3", "附件题", size(9))),
    ),
    "one name for two looks": (
        package(styled("题", "x"), styles=NORMAL + style("paragraph", "x", "题", size(22))),
        package(styled("题", "y"), styles=NORMAL + style("paragraph", "y", "题", size(9))),
    ),
    "ids crossed": (
        package(styled("题", "a3"), styles=NORMAL + style("paragraph", "a3", "甲", size(22))
                + style("paragraph", "a4", "乙", size(10))),
        package(styled("题", "a3") + styled("文", "a4"), styles=NORMAL
                + style("paragraph", "a3", "乙", size(10)) + style("paragraph", "a4", "甲", size(22))),
    ),
    "a base of the same id": (
        package(p("文"), styles=NORMAL + style("paragraph", "a3", "底", size(22))),
        package(styled("题", "b"), styles=NORMAL + style("paragraph", "a3", "别的底", size(9))
                + style("paragraph", "b", "题", '<w:basedOn w:val="a3"/>')),
    ),
    "a paragraph, a character and a table style of one id": (
        package(p("文"), styles=NORMAL + style("character", "s", "强调", '<w:rPr><w:b/></w:rPr>')),
        package(styled("题", "s"), styles=NORMAL + style("paragraph", "s", "强调", size(9))),
    ),
    "character styles": (
        package(p("文", run='<w:rPr><w:rStyle w:val="s"/></w:rPr>'),
                styles=NORMAL + style("character", "s", "强调", "<w:rPr><w:b/></w:rPr>")),
        package(p("文", run='<w:rPr><w:rStyle w:val="s"/></w:rPr>'),
                styles=NORMAL + style("character", "s", "强调", "<w:rPr><w:i/></w:rPr>")),
    ),
    "another default style": (
        package(p("文"), styles=NORMAL),
        package(p("文"), styles=style("paragraph", "a", "Normal", size(9), default=True)),
    ),
    "default styles of other names": (
        package(p("文"), styles=NORMAL),
        package(p("文") + styled("题", "a"), styles=style("paragraph", "z", "正文", size(9), default=True)
                + style("paragraph", "a", "Normal", size(30))),
    ),
    "no default style": (package(p("文")), package(p("文"), styles=style("paragraph", "b", "题"))),
    "a style that is not defined": (
        package(styled("题", "q"), styles=NORMAL + style("paragraph", "q", "题", size(22))),
        package(styled("题", "q")),
    ),
    "document defaults": (
        package(p("文"), styles=defaults('<w:sz w:val="44"/><w:b/>',
                '<w:spacing w:before="200" w:line="360" w:lineRule="auto"/><w:jc w:val="center"/>')
                + style("paragraph", "a", "Normal", default=True)),
        package(p("文") + styled("题", "b"), styles=defaults('<w:sz w:val="18"/>', '<w:ind w:left="99"/>')
                + style("paragraph", "a", "Normal", default=True) + style("paragraph", "b", "题", size(9))),
    ),
    "no defaults against some": (
        package(p("文"), styles=defaults('<w:sz w:val="44"/>', '<w:widowControl w:val="0"/>')
                + style("paragraph", "a", "Normal", default=True)),
        package(p("文"), styles=style("paragraph", "a", "Normal", default=True)),
    ),
    "table styles": (
        package(TABLE.format('<w:tblPr><w:tblStyle w:val="t"/></w:tblPr>'),
                styles=NORMAL + style("table", "t", "网格", GRID)),
        package(TABLE.format('<w:tblPr><w:tblStyle w:val="t"/></w:tblPr>'),
                styles=NORMAL + style("table", "t", "网格", "<w:rPr><w:i/></w:rPr>")),
    ),
    "default table styles": (
        package(TABLE.format("<w:tblPr/>"), styles=NORMAL + style("table", "t", "Table", GRID, default=True)),
        package(TABLE.format("<w:tblPr/>"), styles=NORMAL + style("table", "t", "Table", default=True)),
    ),
    "one number for two lists": (
        package(listed("甲", 1), numbering=numbering("decimal", "%1.")),
        package(listed("甲", 1), numbering=numbering("bullet", "◆", left=840)),
    ),
    "a list the annex does not define": (
        package(listed("甲", 7), numbering=numbering("decimal", "%1.", number=7)),
        package(listed("甲", 7)),
    ),
    "a list taken away": (
        package(listed("甲", 1), numbering=numbering("decimal", "%1.")),
        package(listed("甲", 0), numbering=numbering("decimal", "%1.")),
    ),
    "lists by style": (
        package(styled("甲", "n"), numbering=numbering("decimal", "%1."), styles=NORMAL
                + style("paragraph", "n", "列", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')),
        package(styled("甲", "n"), numbering=numbering("bullet", "◆"), styles=NORMAL
                + style("paragraph", "n", "列", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')),
    ),
    "lists by a list style": (
        package(p("文")),
        package(listed("甲", 2), styles=NORMAL + style("numbering", "L", "列表",
                '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'),
                numbering='<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="L"/></w:abstractNum>'
                + numbering("bullet", "◆", '<w:styleLink w:val="L"/>')
                + '<w:num w:numId="2"><w:abstractNumId w:val="5"/></w:num>'),
    ),
    "theme fonts": (
        package(p("文"), styles=THEMED + NORMAL, theme=theme("Arial", "宋体"), settings=CHINESE),
        package(p("文"), styles=THEMED + NORMAL, theme=theme("Times", "", "仿宋"), settings=CHINESE),
    ),
    "theme fonts without a theme": (
        package(p("文"), styles=THEMED + NORMAL, theme=theme("Arial", "宋体")),
        package(p("文"), styles=THEMED + NORMAL),
    ),
    "spacing said in part": (
        package(p("文"), styles=defaults("", '<w:spacing w:before="200" w:after="300"/>') + NORMAL),
        package(p("文"), styles=style("paragraph", "a", "Normal",
                '<w:pPr><w:spacing w:before="60"/></w:pPr>', default=True)),
    ),
}  # fmt: skip


def with_start(data: bytes) -> bytes:
    """The annex with a first paragraph by which its texts are found in the report."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["word/document.xml"] = members["word/document.xml"].replace(
        b"<w:body>", f"<w:body>{p(START)}".encode(), 1
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return out.getvalue()


def rendered(raw: bytes, *annexes: bytes, codes: tuple[str, ...] = ()) -> bytes:
    problems = Problems()
    made = compile_docx(raw, "报告.docx", [Source("附", a, "附件.docx") for a in annexes], problems)
    assert [f"{x.code} {x.message}" for x in problems if x.code not in codes] == []
    assert tuple(x.code for x in problems) == codes
    assert made is not None
    done = render_docx(made, {"附件号表": {"附": "附件1"}}, Properties("题", "单位"))
    Document(io.BytesIO(done.data))
    whole = read_members(done.data)
    assert [*packages.flaws(whole, "docx"), *word.flaws(whole)] == [], "damaged by the composition"
    return done.data


@pytest.mark.parametrize("manner", [None, like_word, like_wps], ids=["saved", "word", "wps"])
@pytest.mark.parametrize("name", PAIRS)
def test_an_annex_looks_as_it_does_alone(name: str, manner: Manner | None) -> None:
    report, annex = PAIRS[name]
    annex = with_start(annex)
    alone = looks.texts(annex)
    if manner is not None:
        report, annex = renumbered(report, manner), renumbered(annex, manner)
    merged = looks.texts(rendered(report, annex), after=START)
    if len(merged) == len(alone) + 1:
        assert merged.pop().text == "", "a tiny paragraph behind a table at the end"
    assert [text.text for text in merged] == [text.text for text in alone]
    for here, there in zip(merged, alone, strict=True):
        assert here == there
    assert looks.texts(rendered(report, annex))[0] == looks.texts(report)[0], (
        "nor does the report change"
    )


def test_the_pairs_look_different() -> None:
    """Or the test above would hold whatever is done."""
    same = [
        name
        for name, (report, annex) in PAIRS.items()
        if looks.texts(annex)[0] == looks.texts(report)[0] and len(looks.texts(annex)) == 1
    ]
    assert same == []


def test_three_annexes_keep_three_looks() -> None:
    made = [
        with_start(
            package(styled(f"题{n}", "a3"), styles=NORMAL + style("paragraph", "a3", "题", size(n)))
        )
        for n in (9, 12, 15)
    ]
    report = package(styled("题", "a3"), styles=NORMAL + style("paragraph", "a3", "题", size(22)))
    done = looks.texts(rendered(report, *made))
    assert [dict(t.run)["sz"] for t in done if t.text.startswith("题")] == ["44", "18", "24", "30"]


def test_equal_styles_are_not_doubled() -> None:
    same = NORMAL + style("paragraph", "a3", "题", size(22))
    data = rendered(
        package(styled("题", "a3"), styles=same),
        package(
            styled("题", "b"),
            styles=NORMAL.replace('"a"', '"z"') + style("paragraph", "b", "题", size(22)),
        ),
    )
    names = [s.name for s in Document(io.BytesIO(data)).styles]
    assert names == ["Normal", "题"]


# --- what else two files call alike ---------------------------------------------------------------


def members(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {n: archive.read(n).decode("utf-8", "replace") for n in archive.namelist()}


def image(colour: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + colour


PICTURE = (
    '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'r:embed="rId9"/></w:drawing></w:r></w:p>'
)
LINK = f'<Relationship Id="rId9" Type="{OFFICE}/image" Target="media/image1.png"/>'


def test_pictures_of_one_name() -> None:
    report = package(PICTURE, LINK, {"word/media/image1.png": image(b"report")})
    annex = package(PICTURE, LINK, {"word/media/image1.png": image(b"annex")})
    done = Document(io.BytesIO(rendered(report, annex)))
    ids = re.findall(r'r:embed="(\w+)"', members(rendered(report, annex))["word/document.xml"])
    assert [done.part.rels[i].target_part.blob[-5:] for i in ids] == [b"eport", b"annex"]


def test_links_of_one_identifier() -> None:
    body = '<w:p><w:hyperlink r:id="rId9"><w:r><w:t>看</w:t></w:r></w:hyperlink></w:p>'
    link = f'<Relationship Id="rId9" Type="{OFFICE}/hyperlink" Target="https://{{}}" TargetMode="External"/>'
    done = rendered(package(body, link.format("a.cn")), package(body, link.format("b.cn")))
    document = Document(io.BytesIO(done))
    ids = re.findall(r'<w:hyperlink r:id="(\w+)"', members(done)["word/document.xml"])
    assert [document.part.rels[i].target_ref for i in ids] == ["https://a.cn", "https://b.cn"]


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ('<w:p><w:hyperlink r:id="rId9"><w:r><w:t>看</w:t></w:r></w:hyperlink></w:p>',
         "用到的关系“rId9”没有写明指向哪里"),
        ('<w:p><w:r><w:t>文</w:t><w:footnoteReference w:id="1"/></w:r></w:p>',
         "提到的脚注“1”不在文件里"),
    ],
    ids=["link", "note"],
)  # fmt: skip
def test_references_of_an_annex_that_lead_nowhere_are_refused(xml: str, reason: str) -> None:
    """The report has what the annex misses, and they must not come to mean it."""
    link = f'<Relationship Id="rId9" Type="{OFFICE}/hyperlink" Target="https://a.cn" TargetMode="External"/>'
    report = package(xml, link, footnotes=f'<w:footnote w:id="1">{p("注")}</w:footnote>')
    assert rendered(report)
    problems = Problems()
    annex = Source("附", package(xml), "附件.docx")
    assert compile_docx(report, "报告.docx", [annex], problems) is None
    (found,) = problems
    assert (found.code, found.at.file) == ("T233", "附件.docx")
    assert reason in found.message


@pytest.mark.parametrize(
    ("kind", "one", "reference"),
    [
        ("footnotes", "footnote", "footnoteReference"),
        ("endnotes", "endnote", "endnoteReference"),
        ("comments", "comment", "commentReference"),
    ],
)
@pytest.mark.parametrize("report_has", [True, False])
def test_notes_of_one_number(kind: str, one: str, reference: str, report_has: bool) -> None:
    def noted(text: str, points: int) -> bytes:
        body = f'<w:p><w:r><w:t>文{text}</w:t></w:r><w:r><w:{reference} w:id="1"/></w:r></w:p>'
        note = f'<w:{one} w:id="1">{styled(text, "n")}</w:{one}>'
        if kind != "comments":
            note = f'<w:{one} w:type="separator" w:id="0">{p("")}</w:{one}>' + note
        return package(
            body, styles=NORMAL + style("paragraph", "n", "注", size(points)), **{kind: note}
        )

    report = noted("报告的注", 8) if report_has else package(p("文"))
    done = members(rendered(report, noted("附件的注", 6)))
    root = etree.fromstring(done[f"word/{kind}.xml"].encode())
    texts = {n.get(looks.W + "id"): "".join(n.itertext()) for n in root}
    named = re.findall(rf'<w:{reference} w:id="(\d+)"', done["word/document.xml"])
    wanted = ["报告的注", "附件的注"] if report_has else ["附件的注"]
    assert [texts[n] for n in named] == wanted
    assert len(texts) == len(root), "no number is there twice"
    used = re.findall(r'<w:pStyle w:val="([^"]*)"', done[f"word/{kind}.xml"])
    assert len(set(used)) == len(wanted), "each note keeps its style"
    assert f"/word/{kind}.xml" in done["[Content_Types].xml"]


def test_links_in_notes() -> None:
    """A note's own relationships come along (they were left dangling once)."""
    body = '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    note = '<w:footnote w:id="1"><w:p><w:hyperlink r:id="rId1"><w:r><w:t>看</w:t></w:r></w:hyperlink></w:p></w:footnote>'
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/hyperlink" Target="https://b.cn" TargetMode="External"/>'
        "</Relationships>"
    )
    annex = package(
        body, files={"word/_rels/footnotes.xml.rels": relations.encode()}, footnotes=note
    )
    done = members(rendered(package(p("文")), annex))
    identifier = re.findall(r'<w:hyperlink r:id="(\w+)"', done["word/footnotes.xml"])[0]
    assert f'Id="{identifier}"' in done["word/_rels/footnotes.xml.rels"]
    assert "https://b.cn" in done["word/_rels/footnotes.xml.rels"]


def test_bookmarks_of_one_name_and_the_fields_that_name_them() -> None:
    def marked(text: str) -> str:
        return (
            f'<w:p><w:bookmarkStart w:id="0" w:name="_Ref1"/><w:r><w:t>{text}</w:t></w:r>'
            '<w:bookmarkEnd w:id="0"/><w:r><w:instrText>PAGEREF _Ref1 \\h</w:instrText></w:r>'
            '<w:hyperlink w:anchor="_Ref1"><w:r><w:t>看</w:t></w:r></w:hyperlink></w:p>'
        )

    done = members(rendered(package(marked("报告")), package(marked("附件"))))["word/document.xml"]
    names = re.findall(r'bookmarkStart w:id="(\d+)" w:name="(\w+)"', done)
    assert len({i for i, _ in names}) == len({n for _, n in names}) == 2
    assert re.findall(r"PAGEREF (\w+)", done) == [name for _, name in names]
    assert re.findall(r'w:anchor="(\w+)"', done) == [name for _, name in names]
    assert sorted(re.findall(r'bookmarkEnd w:id="(\d+)"', done)) == sorted(i for i, _ in names)


def test_fields_that_show_a_property_become_text() -> None:
    simple = '<w:fldSimple w:instr="DOCPROPERTY 文号"><w:r><w:t>一号</w:t></w:r></w:fldSimple>'
    parts = "".join(
        f"<w:r>{inside}</w:r>"
        for inside in (
            '<w:fldChar w:fldCharType="begin"/>', "<w:instrText> DOCPROPERTY 文号 </w:instrText>",
            '<w:fldChar w:fldCharType="separate"/>', "<w:t>二号</w:t>", '<w:fldChar w:fldCharType="end"/>',
            '<w:fldChar w:fldCharType="begin"/>', "<w:instrText>PAGE</w:instrText>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )  # fmt: skip
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"

    def with_property(held: dict[str, bytes]) -> None:
        held["docProps/custom.xml"] = (
            f'<Properties xmlns="{OFFICE[: OFFICE.rindex("/")]}/custom-properties">'
            '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="文号"/></Properties>'
        ).encode()
        link = f'<Relationship Id="rIdC" Type="{OFFICE}/custom-properties" Target="docProps/custom.xml"/>'
        entry = f'<Override PartName="/docProps/custom.xml" ContentType="{kind}"/>'
        for name, end, more in (
            ("_rels/.rels", b"</Relationships>", link), ("[Content_Types].xml", b"</Types>", entry),
        ):  # fmt: skip
            held[name] = held[name].replace(end, more.encode() + end)

    annex = repacked(package(f"<w:p>{simple}{parts}</w:p>"), with_property)
    done = members(rendered(package(p("文")), annex))["word/document.xml"]
    assert "一号" in done
    assert "二号" in done
    assert "DOCPROPERTY" not in done
    assert done.count("fldChar ") == 2, "other fields stay"


def test_colours_of_another_theme_are_said_plainly() -> None:
    run = '<w:rPr><w:color w:val="00FF00" w:themeColor="accent1"/></w:rPr>'
    report = package(p("文", run=run), theme=theme("A", "宋"))
    annex = package(p("文", run=run), theme=theme("A", "宋", accent="00FF00"))
    done = members(rendered(report, annex))["word/document.xml"]
    assert done.count('w:themeColor="accent1"') == 1


def test_numbers_of_content_controls_and_edits_are_not_there_twice() -> None:
    body = (
        '<w:sdt><w:sdtPr><w:id w:val="7"/></w:sdtPr><w:sdtContent>'
        + p("文")
        + "</w:sdtContent></w:sdt>"
    )
    done = members(rendered(package(body), package(body)))["word/document.xml"]
    assert done.count('<w:id w:val="7"/>') == 1


@pytest.mark.parametrize(
    ("report", "annex", "named"),
    [
        ('<w:defaultTabStop w:val="420"/>', '<w:defaultTabStop w:val="640"/>', "默认制表位"),
        ("<w:compat><w:useFELayout/></w:compat>", "", "useFELayout"),
        (
            '<w:compat><w:compatSetting w:name="compatibilityMode" w:val="11"/></w:compat>',
            "",
            "兼容模式",
        ),
    ],
)
def test_settings_an_annex_cannot_bring_along_are_named(
    report: str, annex: str, named: str
) -> None:
    problems = Problems()
    one, other = package(p("文"), settings=report), package(p("文"), settings=annex)
    compile_docx(one, "报告.docx", [Source("附", other, "附件.docx")], problems)
    assert [(x.code, x.at.file) for x in problems] == [("T226", "附件.docx")]
    assert named in next(iter(problems)).message
    rendered(one, package(p("文"), settings=report))


# --- the templates as shipped, saved by others -----------------------------------------------------


def built(change: Callable[[bytes], bytes], folder: Path) -> dict[str, list[looks.Text]]:
    """The looks of every Word file of the sample, made by templates after ``change``."""
    space = copy_sample(folder)
    shutil.copytree(ROOT / "templates", space / "templates")
    for path in sorted((space / "templates" / "docx" / "jiujiang").glob("*.docx")):
        path.write_bytes(change(path.read_bytes()))
    made = sorted((build(space) / SAMPLE_UNIT).glob("*.docx"))
    return {path.name: looks.texts(path.read_bytes()) for path in made}


Alike = Callable[[object, object], bool]


def differences(
    one: dict[str, list[looks.Text]], other: dict[str, list[looks.Text]], alike: Alike = operator.eq
) -> list[str]:
    assert one.keys() == other.keys()
    for name, found in one.items():
        assert [text.text for text in found] == [text.text for text in other[name]]
    return [
        f"{name}: {here} {there}"
        for name, found in one.items()
        for here, there in zip(found, other[name], strict=True)
        if not alike(dataclasses.astuple(here), dataclasses.astuple(there))
    ]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[looks.Text]]:
    return built(lambda data: data, tmp_path_factory.mktemp("shipped"))


@pytest.mark.long
@pytest.mark.parametrize("manner", [like_word, like_wps])
def test_shipped_templates_with_ids_as_others_write_them(
    manner: Manner, shipped: dict[str, list[looks.Text]], tmp_path: Path
) -> None:
    there = built(lambda data: renumbered(data, manner), tmp_path)
    assert len(shipped) == 4
    assert differences(shipped, there) == []


@pytest.mark.office
def test_shipped_templates_saved_by_another_suite(
    shipped: dict[str, list[looks.Text]], tmp_path: Path
) -> None:
    """Alone and in the report; what the suite itself rewrites is set aside by ``as_saved``."""
    there = built(lambda data: pages.resaved(data, tmp_path / "saved"), tmp_path)
    assert differences(as_saved(shipped), as_saved(there), near) == []


#: LibreOffice does not write these back, or only where they differ from its own idea of them.
_NOT_KEPT = {
    "autoSpaceDE", "autoSpaceDN", "overflowPunct", "kinsoku", "wordWrap", "outlineLvl", "beforeLines",
    "afterLines", "ind firstChars", "ind leftChars", "ind rightChars",
}  # fmt: skip


def as_saved(found: dict[str, list[looks.Text]]) -> dict[str, list[looks.Text]]:
    def kept(properties: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
        return tuple((key, value) for key, value in properties if key not in _NOT_KEPT)

    return {
        name: [looks.Text(t.text, kept(t.run), kept(t.paragraph), kept(t.around)) for t in texts]
        for name, texts in found.items()
    }


def near(one: object, other: object) -> bool:
    """Equal, widths to 2 twips: the suite counts in hundredths of a millimetre."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(near, one, other))
    if isinstance(one, str) and isinstance(other, str) and one.isdecimal() and other.isdecimal():
        return abs(int(one) - int(other)) <= (2 if int(one) > 400 else 0)
    return one == other
