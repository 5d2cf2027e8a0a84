"""Word templates made in a test, compiled as builds do, and what comes out of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from generator.figures.model import Figure, Names, Words
from generator.formats.compiled import Rendered
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.render import render_docx
from generator.formats.format import Source
from generator.formats.properties import Properties
from generator.language.lint import UNKNOWN, lint
from generator.language.narrative import Block
from generator.problems import Position, Problems
from kit.archives import Members, saved

FILE = "templates/报告.docx"
PROPERTIES = Properties("报告", "单位", "2021-05-21")
HERE = Position("content/facts.yaml", 3)
Build = Callable[[Any], object]
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_USUAL = 'TOC \\o "1-3" \\h \\z \\u'

#: What names note 1 of each kind.
REFERENCES = {
    "footnotes": '<w:r><w:footnoteReference w:id="1"/></w:r>',
    "endnotes": '<w:r><w:endnoteReference w:id="1"/></w:r>',
    "comments": '<w:r><w:commentReference w:id="1"/></w:r>',
}


def template(build: Build) -> bytes:
    """What ``build`` makes of an empty document."""
    document = Document()
    build(document)
    return saved(document)


def paragraphs(*texts: str) -> bytes:
    """A template of these paragraphs."""
    return template(lambda d: [d.add_paragraph(text) for text in texts])


def table(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    """A table of these cells, added to ``document``."""
    made = document.add_table(len(rows), max(map(len, rows)))
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            made.cell(i, j).text = text
    return made


def tables(*rows: Sequence[str]) -> bytes:
    """A template of one table."""
    return template(lambda d: table(d, rows))


def element(xml: str) -> Any:
    """An element of Word's own, for grafting into a document."""
    name = xml[1:].partition(">")[0].partition(" ")[0].rstrip("/")
    spaces = nsdecls("w", "r", "wp", "a", "pic")
    rest = xml[1 + len(name) :]
    return parse_xml(
        f'<{name} {spaces} xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
        f' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"{rest}'
    )


def problems_of(raw: bytes, annexes: Sequence[Source] = ()) -> list[tuple[str, str]]:
    """Codes and places of what compiling and the lint say, whatever the content."""
    return [(p.code, str(p.at.place or "")) for p in found(raw, annexes).sorted()]


def found(raw: bytes, annexes: Sequence[Source] = ()) -> Problems:
    """What compiling and the lint say, whatever the content."""
    problems = Problems()
    made = compile_docx(raw, FILE, annexes, problems)
    if made is not None and not problems.failed:
        lint(made.tags, made.statements, Anything(), problems)
    return problems


class Anything(dict[str, object]):
    """A context that has every name."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> object:
        return UNKNOWN


def render(raw: bytes, annexes: Sequence[Source] = (), /, **context: object) -> Rendered:
    """``raw`` compiled without a word and filled."""
    problems = Problems()
    made = compile_docx(raw, FILE, annexes, problems)
    assert [f"{p.code} {p.at} {p.message}" for p in problems] == []
    assert made is not None
    return render_docx(made, context, PROPERTIES)


def opened(rendered: Rendered) -> Any:
    """The finished file as python-docx reads it."""
    return Document(io.BytesIO(rendered.data))


def shape(rendered: Rendered) -> list[str]:
    """The body of a finished file, block by block: texts, and what stands in them."""
    out = []
    for block in opened(rendered).element.body:
        name = block.tag.rpartition("}")[2]
        if name == "p":
            out.append(_shown(block))
        elif name == "tbl":
            out += (
                "|".join(map(_shown, row.findall(qn("w:tc")))) for row in block.iter(qn("w:tr"))
            )
    return out


def _shown(block: Any) -> str:
    out = "⇟" if block.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None else ""
    for node in block.iter():
        name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
        if name == "t":
            out += node.text or ""
        elif name in ("drawing", "pict"):
            out += "▣"
        elif name == "sectPr":
            out += "§"
    return out


def figure(text: str, path: str = "收入.合计.本年") -> Figure:
    return Figure(path, Fraction(text), text, "万元", HERE, 2)


def words(text: str, path: str = "简介") -> Words:
    return Words(text, path, HERE)


def items(*names: str, key: str = "名称") -> list[Names]:
    """A list of items that have one text each."""
    return [Names({key: words(name, f"项[{n}].{key}")}) for n, name in enumerate(names, 1)]


def body(*texts: str) -> tuple[Block, ...]:
    """Paragraphs as report.md gives them."""
    return tuple(Block("paragraph", 0, text, (), f"正文[{n}]") for n, text in enumerate(texts, 1))


def with_part(name: str, kind: str, content_type: str, xml: str, number: str = "rIdT") -> Any:
    """Adds a part that the body relates to as ``kind``."""

    def change(members: Members) -> None:
        members[name] = xml.encode()
        types = members["[Content_Types].xml"].decode()
        entry = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
        members["[Content_Types].xml"] = types.replace("</Types>", entry).encode()
        links = members["word/_rels/document.xml.rels"].decode()
        target = name.removeprefix("word/")
        link = f'<Relationship Id="{number}" Type="{_R}/{kind}" Target="{target}"/></Relationships>'
        members["word/_rels/document.xml.rels"] = links.replace("</Relationships>", link).encode()

    return change


def notes(
    kind: str, *texts: str, first: int = 1, number: str = "rIdT"
) -> Callable[[Members], None]:
    """Adds the part of notes of one ``kind``, related as ``number``."""
    one = kind[:-1]
    held = "".join(
        f'<w:{one} w:id="{n}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{one}>'
        for n, text in enumerate(texts, first)
    )
    xml = f'<w:{kind} xmlns:w="{_W}" xmlns:r="{_R}">{held}</w:{kind}>'
    change: Callable[[Members], None] = with_part(
        f"word/{kind}.xml", kind, f"{_WORD}.{kind}+xml", xml, number
    )
    return change


def _run(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


def _mark(kind: str) -> str:
    return _run(f'<w:fldChar w:fldCharType="{kind}"/>')


def toc(document: Any, code: str = _USUAL, *entries: str, own_end: bool = True) -> None:
    """A table of contents as Word keeps it: the entries of a time long ago."""
    code = code.replace('"', "&quot;")
    start = _mark("begin") + _run(f"<w:instrText> {code} </w:instrText>") + _mark("separate")
    lines = [_run(f"<w:t>{text}</w:t><w:tab/><w:t>9</w:t>") for text in entries or ("旧标题",)]
    lines[0] = start + lines[0]
    lines = [*lines, _mark("end")] if own_end else [*lines[:-1], lines[-1] + _mark("end")]
    look = '<w:pPr><w:pStyle w:val="TOC1"/></w:pPr>'
    for line in lines:
        body = document.element.body
        body.insert(len(body) - 1, element(f"<w:p>{look}{line}</w:p>"))
