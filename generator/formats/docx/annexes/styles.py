"""Styles of annexes, kept as their designers see them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from generator.formats.docx.xml import (
    PARAGRAPH_ORDER,
    RUN_ORDER,
    by_id,
    inner,
    local,
    new,
    sort_children,
    style_name,
    w,
)

_STYLE_REFERENCES = ("pStyle", "rStyle", "tblStyle")


class Styles:
    """Keeps an annex looking as its designer sees it.

    docxcompose lets the report's style of the same name win. So an annex's style that says
    something else than the report's goes in under a name of its own; where the two agree,
    nothing changes.
    """

    def __init__(self, ours: Any, theirs: Any, suffix: str) -> None:
        self._ours = {style_name(style): style for style in ours.iter(w("style"))}
        self._our_ids = by_id(ours)
        self._their_ids = by_id(theirs)
        self._our_defaults = _defaults(ours)
        self._their_defaults = _defaults(theirs)
        self._suffix = suffix
        self._theirs = theirs

    def keep(self, body: Any) -> None:
        """Rename the differing styles of the annex whose ``body`` this is."""
        renamed: dict[str, str] = {}
        default = ""
        for style_id, style in self._their_ids.items():
            if not self._differs(style):
                continue
            renamed[style_id] = f"{style_id}_{zlib.crc32(self._suffix.encode()):08x}"
            if style.get(w("type")) == "paragraph" and style.get(w("default")) == "1":
                default = renamed[style_id]
        for style_id, name in renamed.items():
            self._rename(self._their_ids[style_id], name)
        for element in (*self._theirs.iter(), *body.iter()):
            if local(element) in (*_STYLE_REFERENCES, "basedOn", "next", "link"):
                value = str(element.get(w("val")))
                element.set(w("val"), renamed.get(value, value))
        if default:
            _name_default(body, default)

    def _differs(self, style: Any) -> bool:
        ours = self._ours.get(style_name(style))
        if ours is None or style.get(w("type")) == "numbering":
            return False
        return self._signature(style, self._their_ids, self._their_defaults) != self._signature(
            ours, self._our_ids, self._our_defaults
        )

    def _signature(self, style: Any, ids: Mapping[str, Any], defaults: Any) -> tuple[str, ...]:
        """What ``style`` amounts to: its formatting and that of all it is based on."""
        chain: list[str] = []
        seen: set[str] = set()
        while style is not None and style.get(w("styleId")) not in seen:
            seen.add(str(style.get(w("styleId"))))
            chain += (
                inner(part)
                for name in ("pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr")
                for part in style.findall(w(name))
            )
            based = style.find(w("basedOn"))
            style = None if based is None else ids.get(str(based.get(w("val"))))
        return (*chain, inner(defaults))

    def _rename(self, style: Any, style_id: str) -> None:
        style.set(w("styleId"), style_id)
        name = style.find(w("name"))
        name.set(w("val"), f"{name.get(w('val'))} {self._suffix}")
        style.attrib.pop(w("default"), None)
        style.set(w("customStyle"), "1")
        if style.find(w("basedOn")) is None and style.get(w("type")) == "paragraph":
            self._add_defaults(style)

    def _add_defaults(self, style: Any) -> None:
        """What the annex's document defaults say and ``style`` does not."""
        if self._their_defaults is None:
            return
        for kind, before in ("rPr", ("tblPr", "trPr", "tcPr", "tblStylePr")), ("pPr", ("rPr",)):
            source = self._their_defaults.find(f"{w(kind + 'Default')}/{w(kind)}")
            if source is None:
                continue
            target = style.find(w(kind))
            if target is None:
                target = new(kind)
                later = [child for child in style if local(child) in before]
                if later:
                    later[0].addprevious(target)
                else:
                    style.append(target)
            present = {child.tag for child in target}
            for child in source:
                if child.tag not in present:
                    target.append(deepcopy(child))
            order = PARAGRAPH_ORDER if kind == "pPr" else RUN_ORDER
            sort_children(target, order)


def _defaults(styles: Any) -> Any:
    return styles.find(w("docDefaults"))


def _name_default(body: Any, style_id: str) -> None:
    """Say the default paragraph style where paragraphs take it without a word."""
    for paragraph in body.iter(w("p")):
        properties = paragraph.find(w("pPr"))
        if properties is None:
            properties = new("pPr")
            paragraph.insert(0, properties)
        if properties.find(w("pStyle")) is None:
            style = new("pStyle")
            style.set(w("val"), style_id)
            properties.insert(0, style)


def complete_styles(composer: Any, annex: Any) -> None:
    """Bring along the styles that the annex's styles are based on, which docxcompose forgets."""
    ours, theirs = composer.doc.styles.element, annex.styles.element
    available = by_id(theirs)
    present = by_id(ours)
    waiting = list(present.values())
    while waiting:
        style = waiting.pop()
        for name in ("basedOn", "link", "next"):
            reference = style.find(w(name))
            style_id = "" if reference is None else str(reference.get(w("val")))
            if style_id in available and style_id not in present:
                copy = deepcopy(available[style_id])
                ours.append(copy)
                composer.add_numberings(annex, copy)
                present[style_id] = copy
                waiting.append(copy)
