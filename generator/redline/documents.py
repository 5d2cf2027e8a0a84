"""Two Word files as one: body, headers, footers and notes, by bytes that are always the same."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from generator.formats import package
from generator.formats.docx.xml import MAIN, W, document_bytes, parse, w
from generator.reading.package import PackageError, read_members
from generator.reading.xml import BadXml, walk
from generator.redline.blocks import Blocks
from generator.redline.marks import Marks
from generator.redline.paragraphs import Notes, Paragraphs
from generator.redline.wish import Signed

_PAGE: Final = re.compile(r"word/(?:header|footer)\d*\.xml")
_NOTES: Final = {"footnotes": "footnote", "endnotes": "endnote"}


class Unfit(ValueError):
    """A file that cannot be compared; the text says why, in Chinese."""


def redlined(old: bytes, new: bytes, signed: Signed, first_page: str = "") -> bytes:
    """The file ``new`` with what differs from ``old`` as tracked changes.

    ``first_page``: XML of paragraphs and tables to put before all. Raises ``Unfit``.
    """
    was, now = _members(old), dict(_members(new))
    notes = Notes({kind: _last(now, kind) for kind in _NOTES})
    marks = Marks(signed.author, signed.date)
    blocks = Blocks(marks, Paragraphs(marks, notes))
    for name in sorted(now):
        if (name == MAIN or _PAGE.fullmatch(name)) and name in was:
            root, before = parse(now[name]), parse(was[name])
            if name == MAIN:
                root_body, before_body = root.find(w("body")), before.find(w("body"))
                if root_body is None or before_body is None:
                    raise Unfit("文件里没有正文")
                blocks.container(before_body, root_body)
                _prepend(root_body, first_page)
            else:
                blocks.container(before, root)
            now[name] = document_bytes(root)
    for kind, one in _NOTES.items():
        _notes(was, now, kind, one, notes, blocks)
    static = package.static_block(now)
    return package.write(static, ())


def _members(raw: bytes) -> Mapping[str, bytes]:
    try:
        members = read_members(raw)
        for name, member in members.items():
            if name.startswith("word/") and name.endswith(".xml"):
                walk(member, ())
    except (PackageError, BadXml) as error:
        raise Unfit("不是 Word 文件，或者已经损坏") from error
    if MAIN not in members:
        raise Unfit("不是 Word 文件")
    return members


def _prepend(body: etree._Element, xml: str) -> None:
    if not xml:
        return
    held = parse(f'<w:body xmlns:w="{W}">{xml}</w:body>'.encode())
    for one in reversed(list(held)):
        body.insert(0, one)


def _last(members: Mapping[str, bytes], kind: str) -> int:
    name = f"word/{kind}.xml"
    if name not in members:
        return 0
    numbers = [one.get(w("id"), "0") for one in parse(members[name])]
    return max((int(text) for text in numbers if text.lstrip("-").isdigit()), default=0)


def _notes(
    was: Mapping[str, bytes], now: dict[str, bytes], kind: str, one: str, notes: Notes,
    blocks: Blocks,
) -> None:  # fmt: skip
    """Notes that stayed are compared; those that went come along, to go when that is accepted."""
    name = f"word/{kind}.xml"
    if name not in was or name not in now:
        return
    before, root = parse(was[name]), parse(now[name])
    old = {node.get(w("id"), ""): node for node in before.findall(w(one))}
    new = {node.get(w("id"), ""): node for node in root.findall(w(one))}
    for (of, number), there in notes.pairs.items():
        if of == kind and number in old and there in new:
            blocks.container(old[number], new[there])
    for (of, number), there in notes.brought_along.items():
        if of == kind and number in old:
            made = copy.deepcopy(old[number])
            made.set(w("id"), there)
            root.append(made)
    now[name] = document_bytes(root)
