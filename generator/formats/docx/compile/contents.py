"""Tables of contents: what a template holds of one is its own, so readers are to make it anew."""

from __future__ import annotations

from lxml import etree

from generator.formats.docx.xml import local, w


def refreshed(root: etree._Element) -> list[etree._Element]:
    """Mark the tables of contents below ``root`` for refreshing; the paragraphs they begin in."""
    found: list[etree._Element] = []
    begun: list[etree._Element] = []
    for node in root.iter(w("fldChar"), w("instrText"), w("fldSimple")):
        name, kind = local(node), node.get(w("fldCharType"))
        if name == "fldChar" and kind == "begin":
            begun.append(node)
        elif name == "fldChar" and kind == "end" and begun:
            begun.pop()
        elif name == "fldSimple" and _is_contents(node.get(w("instr"))):
            node.set(w("dirty"), "true")
            found.append(next(node.iterancestors(w("p"))))
        elif name == "instrText" and begun and _is_contents(node.text):
            begun[-1].set(w("dirty"), "true")
            found.append(next(begun[-1].iterancestors(w("p"))))
    return found


def _is_contents(code: str | bytes | None) -> bool:
    return str(code or "").split()[:1] == ["TOC"]
