"""草稿 on every page of a finished Word file: in each header, and across the page.

A section has up to three kinds of headers (ordinary, first page, even pages) and takes those it
lacks from the section before. So whatever headers there are get the words, and the first section
gets those that are missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.content.blanks import DRAFT
from generator.formats import package
from generator.reading.package import read_members

_MAIN: Final = "word/document.xml"
_TYPES: Final = "[Content_Types].xml"
_RELATIONS: Final = "word/_rels/document.xml.rels"
_OWN: Final = "word/gen-draft.xml"
_OWN_ID: Final = "rIdGenDraft"
_HEADER_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
_HEADER_RELATION: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
)
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DECLARED: Final = re.compile(r"<Override\s[^>]*>")
_SECTION: Final = re.compile(r"<w:sectPr(?:\s[^>]*)?(?:/>|>)")
_HEADER: Final = re.compile(r"<w:hdr(?:\s[^>]*)?(/?)>")
_KIND: Final = re.compile(r'<w:headerReference\s[^>]*?w:type="(\w+)"')

#: A paragraph with its own namespaces, so that it fits into every header. The word across the
#: page is a picture of text as Word's own watermarks are.
_PARAGRAPH: Final = (
    f'<w:p xmlns:w="{_W}" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:w10="urn:schemas-microsoft-com:office:word">'
    '<w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    '<w:ind w:firstLine="0"/><w:jc w:val="center"/></w:pPr>'
    '<w:r><w:rPr><w:b/><w:color w:val="C00000"/><w:sz w:val="18"/></w:rPr>'
    f"<w:t>{DRAFT}</w:t></w:r>"
    '<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
    '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
    '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
    '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>'
    '</v:shapetype><v:shape id="GenDraft" o:spid="_x0000_s2049" type="#_x0000_t136"'
    ' style="position:absolute;margin-left:0;margin-top:0;width:300pt;height:150pt;rotation:315;'
    "z-index:-251658752;mso-position-horizontal:center;"
    "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    'mso-position-vertical-relative:margin" fillcolor="#d9d9d9" stroked="f">'
    f'<v:fill opacity=".5"/><v:textpath style="font-family:&quot;黑体&quot;" string="{DRAFT}"/>'
    '<w10:wrap anchorx="margin" anchory="margin"/></v:shape></w:pict></w:r></w:p>'
)


def stamped(data: bytes) -> bytes:
    """The Word file ``data`` with 草稿 on every page."""
    members = read_members(data, ours=True)
    types = members[_TYPES].decode()
    for name in _headers(types):
        if name in members:
            members[name] = _HEADER.sub(_with_paragraph, members[name].decode(), count=1).encode()
    document = members[_MAIN].decode()
    section = _SECTION.search(document)
    if section is not None:
        members[_MAIN] = _with_headers(document, section).encode()
        members |= _own_header(types, members.get(_RELATIONS, b"").decode())
    return package.write(package.static_block(members), [])


def _headers(types: str) -> list[str]:
    """The parts that are declared to be headers."""
    found = []
    for declared in _DECLARED.findall(types):
        name = re.search(r'PartName="/([^"]*)"', declared)
        if name and _HEADER_TYPE in declared:
            found.append(name[1])
    return found


def _with_paragraph(match: re.Match[str]) -> str:
    if match[1]:  # an empty header
        return f"{match[0][:-2]}>{_PARAGRAPH}</w:hdr>"
    return match[0] + _PARAGRAPH


def _with_headers(document: str, section: re.Match[str]) -> str:
    """``document`` with the headers that its first ``section`` lacks."""
    closed = section[0].endswith("/>")
    end = section.end() if closed else document.index("</w:sectPr>", section.end())
    there = set(_KIND.findall(document, section.end(), end))
    added = "".join(
        f'<w:headerReference xmlns:r="{_R}" w:type="{kind}" r:id="{_OWN_ID}"/>'
        for kind in ("default", "first", "even")
        if kind not in there
    )
    if closed:
        return f"{document[: section.end() - 2]}>{added}</w:sectPr>{document[section.end() :]}"
    return document[: section.end()] + added + document[section.end() :]


def _own_header(types: str, relations: str) -> Mapping[str, bytes]:
    """The header for pages that have none, declared and related."""
    override = f'<Override PartName="/{_OWN}" ContentType="{_HEADER_TYPE}"/>'
    related = (
        f'<Relationship Id="{_OWN_ID}" Type="{_HEADER_RELATION}" Target="{_OWN.split("/")[1]}"/>'
    )
    if not relations:
        relations = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns='
            '"http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        )
    relations = re.sub(r"<Relationships([^>]*)/>", r"<Relationships\1></Relationships>", relations)
    header = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:hdr xmlns:w="{_W}">{_PARAGRAPH}</w:hdr>'
    )
    return {
        _TYPES: types.replace("</Types>", f"{override}</Types>").encode(),
        _RELATIONS: relations.replace("</Relationships>", f"{related}</Relationships>").encode(),
        _OWN: header.encode(),
    }
