"""A Word file as another office suite would save it: the same content under other identifiers.

Chinese Word calls the styles of a file ``a``, ``a0``, ``1``, ``10`` …, WPS ``1``, ``2``, ``10`` …;
lists and relationships are numbered anew as well. Nothing a reader sees changes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import count

from lxml import etree

from kit.looks import W

_PART = re.compile(r"word/[^/]+\.xml")
_STYLE_REFERENCES = (
    "pStyle",
    "rStyle",
    "tblStyle",
    "basedOn",
    "next",
    "link",
    "styleLink",
    "numStyleLink",
)
Manner = Callable[[], Iterator[str]]


def like_word() -> Iterator[str]:
    """``a``, ``a0``, ``a1`` …"""
    yield "a"
    yield from (f"a{n}" for n in count())


def like_wps() -> Iterator[str]:
    """``1``, ``2`` …"""
    yield from map(str, count(1))


def renumbered(data: bytes, manner: Manner) -> bytes:
    """``data`` with the identifiers of styles, lists and relationships given anew."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    trees = {n: etree.fromstring(m) for n, m in members.items() if _PART.fullmatch(n)}
    _styles(trees, manner())
    _lists(trees)
    members |= {
        name: etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        for name, tree in trees.items()
    }
    _relations(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return out.getvalue()


def _styles(trees: dict[str, etree._Element], names: Iterator[str]) -> None:
    given: dict[str | None, str] = {}
    for style in trees["word/styles.xml"].iter(f"{W}style"):
        given[style.get(f"{W}styleId")] = next(names)
        style.set(f"{W}styleId", given[style.get(f"{W}styleId")])
    for tree in trees.values():
        for reference in tree.iter(*(W + name for name in _STYLE_REFERENCES)):
            old = reference.get(f"{W}val")
            reference.set(f"{W}val", given.get(old, str(old)))


def _lists(trees: dict[str, etree._Element]) -> None:
    numbering = trees.get("word/numbering.xml")
    if numbering is None:
        return
    for name, key, users in (
        ("num", "numId", "numId"),
        ("abstractNum", "abstractNumId", "abstractNumId"),
    ):
        entries = numbering.findall(W + name)
        ids = [str(entry.get(W + key)) for entry in entries]
        given = dict(zip(ids, reversed(ids), strict=True))
        for entry in entries:
            entry.set(W + key, given[str(entry.get(W + key))])
        for tree in trees.values():
            for user in tree.iter(W + users):
                value = str(user.get(f"{W}val"))
                user.set(f"{W}val", given.get(value, value))


def _relations(members: dict[str, bytes]) -> None:
    for name in [n for n in members if n.startswith("word/_rels/")]:
        part = "word/" + name.removeprefix("word/_rels/").removesuffix(".rels")
        relations = etree.fromstring(members[name])
        ids = [str(link.get("Id")) for link in relations]
        given = dict(zip(ids, reversed(ids), strict=True))
        for link in relations:
            link.set("Id", given[str(link.get("Id"))])
        members[name] = etree.tostring(relations)
        if part in members:
            root = etree.fromstring(members[part])
            for element in root.iter():
                for attribute, value in element.attrib.items():
                    if "relationships}" in str(attribute):
                        element.set(attribute, given.get(str(value), str(value)))
            members[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
