"""A report grows by its annexes: each looks in it as it does alone, and appears as often as wanted.

Whatever an annex calls by an identifier or a name (styles, lists, notes, bookmarks, pictures and
other parts) goes into the report under one that nobody has there. Each annex stands between
control paragraphs that repeat or skip it, with a slot where each of its sections ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Final

from lxml import etree

from generator.formats.docx import notes
from generator.formats.docx.annexes.lists import RESTART, Lists, fresh_numbers, own_lists, restarted
from generator.formats.docx.annexes.names import settle_names
from generator.formats.docx.annexes.notes import bring_notes
from generator.formats.docx.annexes.parts import Bringer, Parts
from generator.formats.docx.annexes.sections import (
    add_section_slot,
    last_paragraph,
    slot,
    slot_sections,
)
from generator.formats.docx.annexes.settings import differences, dissolve_properties
from generator.formats.docx.annexes.styles import Styles
from generator.formats.docx.annexes.themes import Theme
from generator.formats.docx.xml import (
    MAIN,
    PARAGRAPH_ORDER,
    element_of,
    inner,
    new,
    sort_children,
    w,
)
from generator.formats.format import Source
from generator.frozen import frozen
from generator.problems import Position, Problems


@frozen
class Composed:
    """A report, with its annexes behind it.

    ``sections``: properties of its sections in their order. ``numbering``: what stands before
    and behind a place where list numbers can be added, if copies of an annex need any;
    ``numbers``: list number → XML of a fresh one that counts from the start again.
    """

    members: Mapping[str, bytes]
    numbers: dict[str, str]
    sections: Sequence[str] = ()
    numbering: Sequence[str] = ()


def compose(
    report: Mapping[str, bytes],
    annexes: Sequence[tuple[Source, Mapping[str, bytes]]],
    sources: dict[str, str],
    problems: Problems,
) -> Composed:
    """The report with its annexes behind it; ``sources`` gets their control placeholders.

    All of them were found to be whole documents.
    """
    composition = _Composition(report)
    for number, (annex, members) in enumerate(annexes, 1):
        theirs = Parts(members)
        odd = differences(theirs, composition.parts)
        if odd:
            problems.add("T226", Position(annex.file), settings="、".join(odd))
        start, end = composition.append(theirs, number, repeated=annex.each)
        sources[start], sources[end] = _annex_control(annex)
    return composition.finished()


def alone(report: Mapping[str, bytes]) -> Composed:
    """A document without annexes, whose loops may need list numbers all the same."""
    parts = Parts(report)
    name = parts.named("numbering")
    lists = list(restarted(parts.tree(MAIN))) if name and RESTART in report[MAIN] else []
    if not lists:
        return Composed(report, {})
    numbers, numbering = fresh_numbers(report[name], lists)
    return Composed(report, numbers, (), numbering)


class _Composition:
    """A report that grows by annexes; ``sections`` are the properties its slots stand for."""

    def __init__(self, report: Mapping[str, bytes]) -> None:
        self.parts = Parts(report)
        self.sections: list[str] = []
        self._repeated: list[etree._Element] = []
        body = self.parts.tree(MAIN).find(w("body"))
        assert body is not None
        self._body: etree._Element = body
        closing = body.find(w("sectPr"))
        self._closing = etree.SubElement(body, w("sectPr")) if closing is None else closing
        add_section_slot(last_paragraph(body), 0)
        self.sections.append(inner(self._closing))
        self._styles = _tree(self.parts, "styles")
        self._theme = _theme(self.parts)

    def append(self, theirs: Parts, number: int, *, repeated: bool) -> tuple[str, str]:
        """Add an annex; return the names of the placeholders before and behind it."""
        start, end = f"A{number}", f"Z{number}"
        body = theirs.tree(MAIN).find(w("body"))
        assert body is not None
        slot_sections(body, self._closing, self.sections)
        body.insert(0, _control(start))
        for final in body.findall(w("sectPr")):
            body.remove(final)
        body.append(_control(end))
        self._settle(theirs, body, number)
        for element in list(body):
            self._closing.addprevious(element)
            if repeated:
                self._repeated.append(element)
        return start, end

    def _settle(self, theirs: Parts, body: etree._Element, number: int) -> None:
        """Have everything in ``body`` mean in the report what it means in the annex."""
        lists = Lists(theirs, self.parts, number)
        styles = Styles(
            self._styles, _tree(theirs, "styles"), self._theme, _theme(theirs),
            f"附件{number}", lists.number,
        )  # fmt: skip
        lists.styles = styles.adopted

        def settle(root: etree._Element) -> None:
            lists.settle(root)
            styles.settle(root)

        dissolve_properties(body)
        bring_notes(body, theirs, self.parts, settle)
        settle_names(body, self._body, number)
        Bringer(theirs, self.parts).settle(body, MAIN, MAIN)
        settle(body)
        _add_fonts(theirs, self.parts)

    def finished(self) -> Composed:
        """The composed document."""
        lists = own_lists(self._repeated, self._styles)
        lists += (number for number in restarted(self._body) if number not in lists)
        self._body.remove(self._closing)
        self._body.append(slot(notes.END_SLOT))
        for properties in self._body.iter(w("pPr")):
            if properties.find(w("numPr")) is not None:
                sort_children(properties, PARAGRAPH_ORDER)
        members = self.parts.finished()
        if not lists:
            return Composed(members, {}, self.sections)
        numbers, numbering = fresh_numbers(members[self.parts.named("numbering")], lists)
        return Composed(members, numbers, self.sections, numbering)


def _tree(parts: Parts, kind: str) -> etree._Element:
    """A part by its kind; where there is none, one that says nothing."""
    name = parts.named(kind)
    return parts.tree(name) if name else new(kind)


def _theme(parts: Parts) -> Theme:
    name, settings = parts.named("theme"), parts.named("settings")
    return Theme(parts.tree(name) if name else None, parts.tree(settings) if settings else None)


def _add_fonts(theirs: Parts, ours: Parts) -> None:
    """What the annex knows of fonts that the report does not: what may stand in for them."""
    table = _tree(ours, "fontTable")
    there = {font.get(w("name")) for font in table}
    for font in _tree(theirs, "fontTable"):
        if font.get(w("name")) not in there:
            made = deepcopy(font)
            for child in list(made):
                if any("relationships}" in str(name) for name in child.attrib):
                    made.remove(child)  # embedded in the annex's file
            table.append(made)


#: The names that annexes see besides those of the report.
OWN_NAMES: Final = ("附件号", "本项目")


def _annex_control(annex: Source) -> tuple[str, str]:
    """Jinja source before and after an annex: whether it appears, its 附件号 and its loop."""
    label = f"附件号表[{json.dumps(annex.name, ensure_ascii=False)}]"
    start, end = f"{{% if {label} is defined %}}{{% set 附件号 = {label} %}}", "{% endif %}"
    if annex.each:
        start = f"{start}{{% for 本项目 in 项目 %}}{notes.COPY_START}"
        end = f"{notes.COPY_END}{{% endfor %}}{end}"
    return start, end


def _control(name: str) -> etree._Element:
    return element_of(f"<w:p><w:r><w:t>{{%p {name} %}}</w:t></w:r></w:p>")
