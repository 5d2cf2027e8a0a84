"""An audit as a file: a copy of the Word file with native comments, or a list in a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from generator.audit.model import Audited, Finding
from generator.characters import FORBIDDEN
from generator.formats.package import static_block, write
from generator.reading.any_file import raw
from generator.reading.contents import Unreadable
from generator.reading.word import MAIN
from generator.reading.word_contents import open_package

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_COMMENTS: Final = "word/comments.xml"
_RELATIONS: Final = "word/_rels/document.xml.rels"
_TYPES: Final = "[Content_Types].xml"
_KIND: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_AUTHOR: Final = "gen audit"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TOKEN: Final = re.compile(r"<(/?)w:p(?=[ />])([^>]*)>|<(/?)mc:Fallback>")
_ID: Final = re.compile(r"<w:comment [^>]*w:id=\"(\d{1,9})\"")

#: How the answers are kept: as comments in a copy, or as a list.
COMMENTED: Final = ".docx"
LISTED: Final = ".xlsx"


def opinion(save: Path, files: Sequence[Path], audited: Sequence[Audited]) -> bytes:
    """What to keep at ``save``; raises ``Unreadable`` where the one Word file cannot be copied."""
    if save.suffix.lower() == COMMENTED:
        return commented(raw(files[0]), audited[0].findings)
    return listed(audited)


def commented(data: bytes, findings: Sequence[Finding]) -> bytes:
    """The Word file ``data`` with a comment at each finding; raises ``Unreadable``."""
    members = dict(open_package(data))
    xml = members[MAIN].decode("utf-8")
    old = members.get(_COMMENTS, b"").decode("utf-8")
    first = max(map(int, _ID.findall(old)), default=-1) + 1
    at = _paragraphs(xml)
    told: list[tuple[int, Finding]] = [
        (first + order, found) for order, found in enumerate(f for f in findings if f.number in at)
    ]
    inserts: list[tuple[int, int, str]] = []
    for number, found in told:
        start, end = at[found.number]
        inserts.append((start, number, f'<w:commentRangeStart w:id="{number}"/>'))
        reference = (
            f'<w:commentRangeEnd w:id="{number}"/><w:r><w:commentReference w:id="{number}"/></w:r>'
        )
        inserts.append((end, number, reference))
    for offset, _, text in sorted(inserts, reverse=True):
        xml = xml[:offset] + text + xml[offset:]
    members[MAIN] = xml.encode("utf-8")
    if told:
        _add_comments(members, old, told)
    return write(static_block(members), [])


def _paragraphs(xml: str) -> dict[int, tuple[int, int]]:
    """Number of each paragraph → where its runs begin and end."""
    found: dict[int, tuple[int, int]] = {}
    opened: list[tuple[int, int]] = []
    count = hidden = 0
    for token in _TOKEN.finditer(xml):
        if token[2] is None:
            hidden += -1 if token[3] else 1
        elif token[1]:
            number, start = opened.pop() if opened else (-1, 0)
            if number >= 0:
                found[number] = start, token.start()
        else:
            count += not hidden
            if not token[2].endswith("/"):
                opened.append((-1 if hidden else count, _behind_properties(xml, token.end())))
    return found


def _behind_properties(xml: str, start: int) -> int:
    if not xml.startswith("<w:pPr", start):
        return start
    if xml.startswith("<w:pPr/>", start):
        return start + len("<w:pPr/>")
    end = xml.find("</w:pPr>", start)
    changed = xml.find("<w:pPrChange", start)
    if 0 <= changed < end:
        end = xml.find("</w:pPr>", end + 1)
    return end + len("</w:pPr>") if end >= 0 else start


def _add_comments(members: dict[str, bytes], old: str, told: list[tuple[int, Finding]]) -> None:
    texts = "".join(_comment(number, found.problem.message) for number, found in told)
    if old:
        end = old.rfind("</w:comments>")
        if end < 0:
            raise Unreadable("原有的批注认不出来，没有加批注")
        members[_COMMENTS] = (old[:end] + texts + old[end:]).encode()
        return
    members[_COMMENTS] = f'{_HEAD}<w:comments xmlns:w="{_W}">{texts}</w:comments>'.encode()
    types = members[_TYPES].decode("utf-8")
    override = f'<Override PartName="/{_COMMENTS}" ContentType="{_TYPE}"/>'
    members[_TYPES] = types.replace("</Types>", f"{override}</Types>").encode()
    relations = members.get(_RELATIONS, b"").decode("utf-8") or (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'
    )
    link = f'<Relationship Id="genAudit" Type="{_KIND}" Target="comments.xml"/>'
    relations = relations.replace("/></Relationships>", f"/>{link}</Relationships>")
    if link not in relations:
        relations = relations.replace("</Relationships>", f"{link}</Relationships>")
    members[_RELATIONS] = relations.encode()


def _comment(number: int, text: str) -> str:
    run = f'<w:r><w:t xml:space="preserve">{_clean(text)}</w:t></w:r>'
    named = f'w:id="{number}" w:author="{_AUTHOR}" w:initials="gen"'
    return f"<w:comment {named}><w:p>{run}</w:p></w:comment>"


def _clean(text: str) -> str:
    return escape(re.sub(FORBIDDEN, "", text), {'"': "&quot;"})


# The list


_SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WIDTHS: Final = 30, 26, 10, 44, 70


def listed(files: Sequence[Audited]) -> bytes:
    """Every finding of every file as a workbook."""
    rows: list[Sequence[str]] = [("文件", "位置", "编号", "原文", "意见")]
    for one in files:
        rows += [
            (one.path.name, f.place, f.problem.code, f.quote, f.problem.message)
            for f in one.findings
        ]  # fmt: skip
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(_WIDTHS, 1)
    )  # fmt: skip
    body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    inner = f"<cols>{columns}</cols><sheetData>{body}</sheetData>"
    sheet = f'{_HEAD}<worksheet xmlns="{_SHEET}">{inner}</worksheet>'
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    members = {
        _TYPES: f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": _links([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="审核意见" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links([("rId1", "worksheet", "worksheets/sheet1.xml")]),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return write(static_block({name: text.encode() for name, text in members.items()}), [])


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_clean(text)}</t></is></c>'


def _links(links: Iterable[tuple[str, str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, kind, target in links
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'
