"""Charts whose own workbook holds tags: the workbook compiled, places left for what they show."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from generator.formats import codec, package, registry
from generator.formats.compiled import Compiled
from generator.formats.docx.annexes.parts import Parts
from generator.formats.docx.books import NAME
from generator.formats.docx.xml import local, parent_of
from generator.formats.format import Source
from generator.frozen import frozen
from generator.problems import Problems
from generator.reading.entities import escape
from generator.reading.package import PackageError, read_members
from generator.reserved import FIELD

_C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_WORKBOOK: Final = "xl/workbook.xml"
_NO_NAMES: Final = re.compile(r"<definedNames\s*/>")
_TAG: Final = re.compile(rb"\{[{%#]")
#: What stands behind the names of a workbook (ECMA-376 part 1, 18.2.27).
_BEHIND: Final = re.compile(
    r"<(?:calcPr|oleSize|customWorkbookViews|pivotCaches|extLst)\b|</workbook>"
)


@frozen
class Book:
    """A workbook behind a chart: compiled, and what was said of it."""

    compiled: Compiled
    problems: Problems


def workbook_of(parts: Parts, chart: str) -> str:
    """The member that is the workbook of a chart; empty without one that holds tags."""
    for relation in parts.relations(chart).values():
        if relation.kind.endswith("/package") and relation.target in parts:
            try:
                members = read_members(parts.bytes_of(relation.target))
            except PackageError:
                return ""
            texts = (data for name, data in members.items() if name.endswith(".xml"))
            return relation.target if any(map(_TAG.search, texts)) else ""
    return ""


def compiled(parts: Parts, chart: str, file: str) -> Book | None:
    """The workbook of a chart, compiled; None without one that holds tags."""
    name = workbook_of(parts, chart)
    if not name:
        return None
    problems = Problems()
    raw = _with_names(parts.bytes_of(name), _references(parts.tree(chart)))
    made = registry.of("xlsx").compile(Source("", raw, file), [], problems)
    return None if made is None else Book(made, problems)


def stored(book: Book) -> bytes:
    """A compiled workbook as a compiled document holds it."""
    return codec.dumps(book.compiled)


def _references(chart: etree._Element) -> list[str]:
    return [element.text or "" for element in _formulas(chart)]


def _formulas(chart: etree._Element) -> list[etree._Element]:
    """What names cells of the workbook."""
    return [e for e in chart.iter(f"{_C}f") if (e.text or "").strip()]


def _with_names(raw: bytes, references: list[str]) -> bytes:
    """The workbook with a name for each of ``references``."""
    members = dict(read_members(raw))
    xml = _NO_NAMES.sub("", members[_WORKBOOK].decode())
    made = "".join(
        f'<definedName name="{NAME}{number}">{escape(reference.strip("()"))}</definedName>'
        for number, reference in enumerate(references)
    )
    if "</definedNames>" in xml:
        xml = xml.replace("</definedNames>", f"{made}</definedNames>")
    else:
        place = _BEHIND.search(xml)
        at = len(xml) if place is None else place.start()
        xml = f"{xml[:at]}<definedNames>{made}</definedNames>{xml[at:]}"
    members[_WORKBOOK] = xml.encode()
    return package.write(package.static_block(members), ())


def leave_places(chart: etree._Element) -> None:
    """Put marks where a chart says what it draws, and where it keeps copies of that."""
    for number, formula in enumerate(_formulas(chart)):
        formula.text = f"{FIELD}f{number}{FIELD}"
        for cache in list(parent_of(formula)):
            kind = {"numCache": "n", "strCache": "s"}.get(local(cache))
            if kind is None:
                if local(cache) == "multiLvlStrCache":
                    parent_of(cache).remove(cache)
                continue
            for child in list(cache):
                if local(child) != "formatCode":
                    cache.remove(child)
            if len(cache):
                cache[-1].tail = f"{FIELD}{kind}{number}{FIELD}"
            else:
                cache.text = f"{FIELD}{kind}{number}{FIELD}"
