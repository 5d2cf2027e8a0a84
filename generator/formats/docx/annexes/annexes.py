"""A report grows by its annexes: their sections, styles, numbering, and how often each appears.

docxcompose appends the bodies. Each annex stands between control paragraphs that repeat or
skip it, with a slot where each of its sections ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docxcompose.composer import Composer  # type: ignore[import-untyped]
from lxml import etree

from generator.formats import package
from generator.formats.docx import notes
from generator.formats.docx.annexes.lists import Identifiers, fresh_numbers, own_lists
from generator.formats.docx.annexes.sections import (
    add_section_slot,
    last_paragraph,
    slot,
    slot_sections,
)
from generator.formats.docx.annexes.styles import Styles, complete_styles
from generator.formats.docx.xml import (
    NUMBERING,
    PARAGRAPH_ORDER,
    element_of,
    inner,
    sort_children,
    w,
)
from generator.frozen import frozen
from generator.problems import Position, Problems
from generator.reading.package import read_members


@frozen
class Annex:
    """A template to append to the report.

    ``each``: once per project, which it knows as 本项目. It appears where 附件号表 has a label
    for it. ``number`` is its place among the annexes of the form set.
    """

    name: str
    raw: bytes
    file: str
    each: bool = False
    number: int = 0


#: What docxcompose and python-docx raise on files that are odd, but zip and XML.
_ODD_FILE = (
    KeyError, ValueError, AttributeError, IndexError, TypeError, NotImplementedError,
    etree.XMLSyntaxError, PackageNotFoundError,
)  # fmt: skip


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
    file: str,
    annexes: Sequence[tuple[Annex, Mapping[str, bytes]]],
    sources: dict[str, str],
    problems: Problems,
) -> Composed | None:
    """The report with its annexes behind it; ``sources`` gets their control placeholders."""
    at, name = Position(file), "报告"
    try:
        composition = _Composition(report)
        for annex, members in annexes:
            at, name = Position(annex.file), annex.name
            start, end = composition.append(members, repeated=annex.each)
            sources[start], sources[end] = _annex_control(annex)
        return composition.finished()
    except _ODD_FILE:
        problems.add("T218", at, name=name, reason="文件里有不完整或不认识的部分")
        return None


def _zipped(members: Mapping[str, bytes]) -> bytes:
    return package.write(package.static_block(members), ())


class _Composition:
    """A report that grows by annexes; ``sections`` are the properties its slots stand for."""

    def __init__(self, report: Mapping[str, bytes]) -> None:
        document: Any = Document(BytesIO(_zipped(report)))
        self._body = document.element.body
        closing = self._body.find(w("sectPr"))
        if closing is None:
            closing = etree.SubElement(self._body, w("sectPr"))
        self._closing: etree._Element = closing
        add_section_slot(last_paragraph(self._body), 0)
        self.sections = [inner(closing)]
        self._composer: Any = Composer(document)
        self._numbering = Identifiers(self._composer)
        self._count = 0
        self._repeated: list[etree._Element] = []

    def append(self, members: Mapping[str, bytes], *, repeated: bool) -> tuple[str, str]:
        """Add an annex; return the names of the placeholders before and behind it."""
        self._count += 1
        start, end = f"A{self._count}", f"Z{self._count}"
        document: Any = Document(BytesIO(_zipped(members)))
        body = document.element.body
        styles = self._composer.doc.styles.element
        Styles(styles, document.styles.element, f"附件{self._count}").keep(body)
        slot_sections(body, self._closing, self.sections)
        body.insert(0, _control(start))
        final = body.find(w("sectPr"))
        body.insert(len(body) if final is None else body.index(final), _control(end))
        before = len(self._body)
        self._composer.append(document)
        if repeated:
            self._repeated += (e for e in self._body[before - 1 :] if e is not self._closing)
        complete_styles(self._composer, document)
        self._numbering.settle(self._count)
        return start, end

    def finished(self) -> Composed:
        """The composed document."""
        lists = own_lists(self._repeated, self._composer.doc.styles.element)
        self._body.remove(self._closing)
        self._body.append(slot(notes.END_SLOT))
        for properties in self._body.iter(w("pPr")):
            if properties.find(w("numPr")) is not None:
                sort_children(properties, PARAGRAPH_ORDER)
        saved = BytesIO()
        self._composer.save(saved)
        members = read_members(saved.getvalue())
        if not lists:
            return Composed(members, {}, self.sections)
        numbers, numbering = fresh_numbers(members[NUMBERING], lists)
        return Composed(members, numbers, self.sections, numbering)


def _annex_control(annex: Annex) -> tuple[str, str]:
    """Jinja source before and after an annex: whether it appears, its 附件号 and its loop."""
    label = f"附件号表[{json.dumps(annex.name, ensure_ascii=False)}]"
    start, end = f"{{% if {label} is defined %}}{{% set 附件号 = {label} %}}", "{% endif %}"
    if annex.each:
        start = f"{start}{{% for 本项目 in 项目 %}}{notes.COPY_START}"
        end = f"{notes.COPY_END}{{% endfor %}}{end}"
    return start, end


def _control(name: str) -> etree._Element:
    return element_of(f"<w:p><w:r><w:t>{{%p {name} %}}</w:t></w:r></w:p>")
