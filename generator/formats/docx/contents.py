"""Tables of contents of a Word document, written from the headings that it came to have.

Their texts are copied with the marks of their values, so that a figure in a heading is proven
and recorded in the table as well. Page numbers come from a layout, if there is one (``paged``);
until then they are empty and readers are asked to make the table anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from generator.formats import package
from generator.formats.docx.compiled import Contents
from generator.frozen import frozen
from generator.language import markers
from generator.reading.package import read_members

_MAIN: Final = "word/document.xml"
#: Where a table goes, up to its number.
CONTENTS: Final = '<w:contents w:val="'
_SLOT: Final = re.compile(rf'{CONTENTS}(\d+)"/>')
_STYLED: Final = re.compile(r'<w:(pStyle|outlineLvl) (?:[^>]*? )?w:val="([^"]*)"/>')
_TEXT: Final = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:(?:tab|br|cr)(?: [^>]*)?/>")
_BEGIN: Final = re.compile(r'(<w:fldChar w:fldCharType="begin")(?: w:dirty="[^"]*")?')
#: Names and numbers of the bookmarks around headings.
_NAME, _FIRST = "_TocGen", 7_000_000
_ASKED: Final = ' w:dirty="true"'
_COUNT: Final = "".join(
    f"<w:r>{inside}</w:r>"
    for inside in (
        '<w:fldChar w:fldCharType="begin"/>', "<w:instrText> NUMPAGES </w:instrText>",
        '<w:fldChar w:fldCharType="separate"/>', "<w:t>0</w:t>", '<w:fldChar w:fldCharType="end"/>',
    )
)  # fmt: skip
#: What an office suite makes anew by its own lights when it opens a file.
_CODE: Final = re.compile(r"(<w:instrText(?: [^>]*)?> *)TOC(?= )")
_PAGE: Final = re.compile(
    rf"PAGEREF {_NAME}(\d+) [^<]*</w:instrText>.*?<w:t(?: [^>]*)?>([^<]*)</w:t>", re.DOTALL
)
_PLACE: Final = re.compile(
    rf"(PAGEREF {_NAME}(\d+) \\h </w:instrText>(?:<[^>]*>)*?<w:t>)(?=</w:t>)"
)


@frozen
class _Heading:
    """A heading: its level by each table, its text with marks, where it begins and ends."""

    levels: tuple[int, ...]
    text: str
    start: int
    end: int


def slot(number: int) -> str:
    """Where table ``number`` goes."""
    return f'{CONTENTS}{number}"/>'


def written(xml: str, tables: Sequence[Contents]) -> str:
    """``xml``, with marks, with the tables in their slots and bookmarks around the headings."""
    headings = _headings(xml, tables)
    pieces, last = [], 0
    for number, heading in enumerate(headings):
        name = f'w:id="{_FIRST + number}"'
        pieces += [
            xml[last : heading.start], f'<w:bookmarkStart {name} w:name="{_NAME}{number}"/>',
            xml[heading.start : heading.end], f"<w:bookmarkEnd {name}/>",
        ]  # fmt: skip
        last = heading.end
    marked = "".join((*pieces, xml[last:]))
    return _SLOT.sub(lambda m: _table(tables[int(m[1])], int(m[1]), headings), marked)


def _headings(xml: str, tables: Sequence[Contents]) -> list[_Heading]:
    found: list[_Heading] = []
    last = -1
    for match in _STYLED.finditer(xml):
        levels = tuple(_level(match[1], match[2], table) for table in tables)
        if not any(levels):
            continue
        inside = xml.find("</w:pPr>", match.end()) + len("</w:pPr>")
        end = xml.find("</w:p>", inside)
        if inside < match.end() or end < 0 or inside == last:
            continue
        last = inside
        text = "".join(m[1] if m[1] is not None else " " for m in _TEXT.finditer(xml, inside, end))
        if markers.strip(text)[0].strip():
            found.append(_Heading(levels, text, inside, end))
    return found


def _level(kind: str, value: str, table: Contents) -> int:
    """The level in ``table`` of a paragraph by its style or its own level; 0 if it is not in it."""
    if kind == "pStyle":
        return table.levels.get(value, 0)
    low, high = table.outline
    return int(value) + 1 if value.isdecimal() and low and low <= int(value) + 1 <= high else 0


def _table(table: Contents, which: int, headings: Sequence[_Heading]) -> str:
    listed = [(n, h, h.levels[which]) for n, h in enumerate(headings) if h.levels[which]]
    head = _BEGIN.sub(rf"\1{_ASKED}", table.head, count=1)
    if not listed:
        return f"<w:p>{table.looks[0][0]}{head}{table.tail}</w:p>"
    out = []
    for place, (number, heading, level) in enumerate(listed):
        look, run = table.looks[level - 1]
        before = head if place == 0 else ""
        after = table.tail if place == len(listed) - 1 else ""
        entry = _entry(heading.text, number, run, paged=table.paged)
        out.append(f"<w:p>{look}{before}{entry}{after}</w:p>")
    return "".join(out)


def _entry(text: str, number: int, look: str, *, paged: bool) -> str:
    def run(inside: str) -> str:
        return f"<w:r>{look}{inside}</w:r>"

    def mark(kind: str) -> str:
        return run(f'<w:fldChar w:fldCharType="{kind}"/>')

    name = f"{_NAME}{number}"
    shown = run(f'<w:t xml:space="preserve">{text}</w:t>')
    if paged:
        code = f'<w:instrText xml:space="preserve"> PAGEREF {name} \\h </w:instrText>'
        shown += run("<w:tab/>") + mark("begin") + run(code) + mark("separate")
        shown += run("<w:t></w:t>") + mark("end")
    return f'<w:hyperlink w:anchor="{name}" w:history="1">{shown}</w:hyperlink>'


# --- Page numbers -----------------------------------------------------------------------------


def for_layout(data: bytes) -> bytes:
    """A copy of a finished file whose tables an office suite takes for ordinary text with pages.

    LibreOffice lays a short document out before it writes it only if that counts its pages.
    """
    members = read_members(data, ours=True)
    body = _PLACE.sub(r"\g<1>00", _CODE.sub(r"\1ADDIN", members[_MAIN].decode()))
    end = body.rfind("<w:sectPr") if "<w:sectPr" in body else body.rfind("</w:body>")
    members[_MAIN] = f"{body[:end]}<w:p>{_COUNT}</w:p>{body[end:]}".encode()
    return package.write(package.static_block(members), [])


def pages_of(laid_out: bytes) -> dict[int, str]:
    """The pages of headings by their number, in a file that an office suite has laid out."""
    return {int(number): page for number, page in _PAGE.findall(_body(laid_out))}


def paged(data: bytes, pages: Mapping[int, str]) -> bytes:
    """A finished file with its page numbers; as it is when some are missing."""
    members = read_members(data, ours=True)
    body = members[_MAIN].decode()
    wanted: Iterable[str] = (number for _, number in _PLACE.findall(body))
    if not all(pages.get(int(number), "").isdecimal() for number in wanted):
        return data
    body = _PLACE.sub(lambda m: m[1] + pages[int(m[2])], body)
    members[_MAIN] = body.replace(_ASKED, "").encode()
    return package.write(package.static_block(members), [])


def _body(data: bytes) -> str:
    return read_members(data).get(_MAIN, b"").decode("utf-8", "replace")
