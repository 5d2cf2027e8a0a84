"""A hundred edits of a designer, each over the sample's own templates: right, or refused with place.

What is put beside a text must be in the result once (in each pass of a loop, if it stands in one),
and all texts must be as they were; else the edit is refused and the place is told. Nothing in
between.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from kit import contexts
from kit.archives import Members, repacked, saved
from kit.word import PROPERTIES, Anything, element
from kit.workspaces import ROOT

from generator.formats.compiled import Rendered
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.render import render_docx
from generator.formats.soundness import finished
from generator.language.lint import lint
from generator.problems import Problems
from generator.reading.files import finished as opened

pytestmark = pytest.mark.long
TEMPLATES = (
    ROOT / "generator/templates" if (ROOT / "generator/templates").is_dir() else ROOT / "templates"
)
TEMPLATES = TEMPLATES / "docx/jiujiang"
_GRAPHIC = "<a:graphic><a:graphicData uri='x'/></a:graphic>"
_DRAWN = f'<wp:extent cx="90" cy="90"/><wp:docPr id="7" name="章"/>{_GRAPHIC}'
_BY = 'w:id="77" w:author="某人" w:date="2024-01-01T00:00:00Z"'
_BOX = "<w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>内部资料</w:t></w:r></w:p>"
_BOX += "</w:txbxContent></v:textbox></v:shape></w:pict>"

Edit = Callable[[Any], None]


def run(xml: str) -> Edit:
    return lambda p: p.append(element(f"<w:r>{xml}</w:r>"))


def first(xml: str) -> Edit:
    def edit(p: Any) -> None:
        at = 1 if len(p) and p[0].tag == qn("w:pPr") else 0
        p.insert(at, element(f"<w:r>{xml}</w:r>"))

    return edit


def page_before(p: Any) -> None:
    p.get_or_add_pPr().append(element("<w:pageBreakBefore/>"))
    properties = p.pPr
    breaking = properties[-1]
    properties.remove(breaking)
    style = properties.find(qn("w:pStyle"))
    properties.insert(0 if style is None else 1, breaking)


def bookmark(p: Any) -> None:
    at = 1 if len(p) and p[0].tag == qn("w:pPr") else 0
    p.insert(at, element('<w:bookmarkStart w:id="99" w:name="记号"/>'))
    p.append(element('<w:bookmarkEnd w:id="99"/>'))


def split(p: Any) -> None:
    """Bold in the middle of a text, as a click on it leaves the runs."""
    for text in list(p.iter(qn("w:t"))):
        if len(text.text or "") > 3:
            holder, whole = text.getparent(), text.text
            text.text = whole[:2]
            made = element(
                f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{_xml(whole[2:])}</w:t></w:r>'
            )
            holder.addnext(made)
            return


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def proof_marks(p: Any) -> None:
    p.insert(
        1 if len(p) and p[0].tag == qn("w:pPr") else 0, element('<w:proofErr w:type="spellStart"/>')
    )
    p.append(element('<w:proofErr w:type="spellEnd"/>'))


def spaced(p: Any) -> None:
    for text in p.iter(qn("w:t")):
        text.text = (text.text or "").replace("{{", "{{  ").replace("}}", "  }}")


def control(p: Any) -> None:
    runs = p.findall(qn("w:r"))
    if runs:
        sdt = element('<w:sdt><w:sdtPr><w:id w:val="5"/></w:sdtPr><w:sdtContent/></w:sdt>')
        runs[0].addprevious(sdt)
        for one in runs:
            sdt[1].append(one)


#: What an edit does to one paragraph, and what of it is to be found in the result.
EDITS: dict[str, tuple[Edit, str]] = {
    "段前分页": (page_before, "pageBreakBefore"),
    "Ctrl+Enter 在后": (run('<w:br w:type="page"/>'), "page"),
    "Ctrl+Enter 在前": (first('<w:br w:type="page"/>'), "page"),
    "印章": (run(f"<w:drawing><wp:anchor>{_DRAWN}</wp:anchor></w:drawing>"), "drawing"),
    "印章在前": (first(f"<w:drawing><wp:anchor>{_DRAWN}</wp:anchor></w:drawing>"), "drawing"),
    "嵌入的图片": (run(f"<w:drawing><wp:inline>{_DRAWN}</wp:inline></w:drawing>"), "drawing"),
    "文本框": (run(_BOX), "pict"),
    "脚注": (run('<w:footnoteReference w:id="2"/>'), "footnoteReference"),
    "批注": (run('<w:commentReference w:id="3"/>'), "commentReference"),
    "域": (run('<w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText>'
             '<w:fldChar w:fldCharType="end"/>'), "instrText"),
    "书签": (bookmark, "bookmarkStart"),
    "符号": (run('<w:sym w:font="Wingdings" w:char="F0FE"/>'), "sym"),
    "修订插入": (lambda p: p.append(element(f"<w:ins {_BY}><w:r><w:t>甲</w:t></w:r></w:ins>")), "ins"),
    "修订删除": (
        lambda p: p.append(element(f"<w:del {_BY}><w:r><w:delText>甲</w:delText></w:r></w:del>")), "del"
    ),
    "修订格式": (
        lambda p: p.get_or_add_pPr().append(element(f"<w:pPrChange {_BY}><w:pPr/></w:pPrChange>")),
        "pPrChange",
    ),
    "中间加粗": (split, ""),
    "拼写检查": (proof_marks, ""),
    "标签里加空格": (spaced, ""),
    "内容控件": (control, ""),
}  # fmt: skip
_NOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_notes(members: Members) -> None:
    """A footnote and a comment to be named."""
    for kind, number in (("footnotes", 2), ("comments", 3)):
        one = kind[:-1]
        who = ' w:author="某人"' if one == "comment" else ""
        held = f'<w:{one} w:id="{number}"{who}><w:p><w:r><w:t>注</w:t></w:r></w:p></w:{one}>'
        space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        members[f"word/{kind}.xml"] = f'<w:{kind} xmlns:w="{space}">{held}</w:{kind}>'.encode()
        kind_ = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
        types = members["[Content_Types].xml"].decode()
        entry = f'<Override PartName="/word/{kind}.xml" ContentType="{kind_}"/></Types>'
        members["[Content_Types].xml"] = types.replace("</Types>", entry).encode()
        links = members["word/_rels/document.xml.rels"].decode()
        link = f'<Relationship Id="rIdN{number}" Type="{_NOTES}/{kind}" Target="{kind}.xml"/>'
        links = links.replace("</Relationships>", f"{link}</Relationships>")
        members["word/_rels/document.xml.rels"] = links.encode()


@pytest.fixture(scope="module")
def context() -> dict[str, object]:
    return contexts.sample(2020)


def texts(done: Rendered) -> list[str]:
    """What readers see, text boxes apart."""
    body = Document(io.BytesIO(done.data)).element.body
    out = []
    for paragraph in body.iter(qn("w:p")):
        inside = [e.tag for e in paragraph.iterancestors()]
        if qn("w:txbxContent") in inside:
            continue
        own = (
            t
            for t in paragraph.iter(qn("w:t"))
            if qn("w:txbxContent") not in (e.tag for e in t.iterancestors())
        )
        if text := "".join(t.text or "" for t in own):
            out.append(text)
    return out


def count(done: Rendered, what: str) -> int:
    body = Document(io.BytesIO(done.data)).element.body
    if what == "page":
        breaks = sum(e.get(qn("w:type")) == "page" for e in body.iter(qn("w:br")))
        return breaks + sum(1 for _ in body.iter(qn("w:pageBreakBefore")))
    return sum(1 for _ in body.iter(qn(f"w:{what}")))


def judged(raw: bytes, context: dict[str, object]) -> tuple[Rendered | None, list[str]]:
    problems = Problems()
    made = compile_docx(raw, "templates/表.docx", [], problems)
    if made is not None and not problems.failed:
        lint(made.tags, made.statements, Anything(), problems)
    if made is None or problems.failed:
        return None, [f"{p.code} {p.at.place or ''}" for p in problems if p.severity == "error"]
    return render_docx(made, context, PROPERTIES), []


def outcome(
    raw: bytes, number: int, edit: Edit, what: str, base: list[str], before: int,
    context: dict[str, object],
) -> str:  # fmt: skip
    document = Document(io.BytesIO(raw))
    paragraph = list(document.element.body.iter(qn("w:p")))[number]
    edit(paragraph)
    edited = repacked(saved(document), with_notes)
    done, said = judged(edited, context)
    if done is None:
        return (
            "refused" if all(len(s.split(" ")) > 1 for s in said) and said else f"no place: {said}"
        )
    if texts(done) != base:
        return "texts differ"
    if what and count(done, what) <= before:
        return "lost"
    with zipfile.ZipFile(io.BytesIO(done.data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    flaws = finished.flaws(members, done.parts, opened(done.data).places)
    return f"damaged: {flaws[0].reason}" if flaws else "right"


def test_every_edit_is_right_or_refused_with_its_place(context: dict[str, object]) -> None:
    found: Counter[str] = Counter()
    wrong: list[str] = []
    for name in ("报告", "附件1", "附件2", "附件3"):
        raw = (Path(TEMPLATES) / f"{name}.docx").read_bytes()
        plain, _ = judged(repacked(raw, with_notes), context)
        assert plain is not None
        base = texts(plain)
        paragraphs = list(Document(io.BytesIO(raw)).element.body.iter(qn("w:p")))
        told = [n for n, p in enumerate(paragraphs) if any(t.text for t in p.iter(qn("w:t")))]
        tagged = [
            n for n in told if any("{" in (t.text or "") for t in paragraphs[n].iter(qn("w:t")))
        ]
        control = [n for n in tagged if any("{%" in (t.text or "") or "{{p" in (t.text or "")
                                            for t in paragraphs[n].iter(qn("w:t")))]  # fmt: skip
        for number in dict.fromkeys(
            (*control[:3], *control[-1:], *tagged[:2], *tagged[-1:], told[0])
        ):
            for kind, (edit, what) in EDITS.items():
                before = count(plain, what) if what else 0
                result = outcome(raw, number, edit, what, base, before, context)
                found[result if result in ("right", "refused") else "wrong"] += 1
                if result not in ("right", "refused"):
                    wrong.append(f"{name} 第{number}段 {kind}: {result}")
    print(dict(found))
    assert wrong == []
    assert sum(found.values()) > 100
    assert min(found["right"], found["refused"]) > 50
