"""Names and numbers that two files may both use: bookmarks, content controls, old drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from generator.formats.docx.copies import MAX_NAME
from generator.formats.docx.xml import local, w

_VML = "{urn:schemas-microsoft-com:vml}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_WORD = re.compile(r"\w+")
#: Only Word itself reads these, to follow edits; twice the same they confuse it.
_EDIT_MARKS = ("paraId", "textId")


def settle_names(body: etree._Element, report: etree._Element, annex: int) -> None:
    """Give what ``body``, of an annex, names for itself names that ``report`` does not have."""
    _bookmarks(body, report, annex)
    for controlled in body.iter(w("sdtPr")):
        for name in ("id", "dataBinding"):
            for child in controlled.findall(w(name)):
                controlled.remove(child)  # Word gives numbers itself; the data stay behind
    for element in body.iter():
        for attribute in list(element.attrib):
            if str(attribute).rpartition("}")[2] in _EDIT_MARKS:
                del element.attrib[attribute]
        if isinstance(element.tag, str) and element.tag.startswith(_VML):
            _drawing(element, annex)


def _drawing(element: etree._Element, annex: int) -> None:
    for attribute in ("id", f"{_OFFICE}spid"):
        value = element.get(attribute)
        if value is not None and local(element) != "shapetype":
            element.set(attribute, f"{value}_{annex}")


def _bookmarks(body: etree._Element, report: etree._Element, annex: int) -> None:
    last = max(
        (int(value) for e in _marks(report) if (value := str(e.get(w("id")))).isdecimal()),
        default=-1,
    )
    numbers: dict[str, str] = {}
    for mark in _marks(body):
        old = str(mark.get(w("id")))
        numbers.setdefault(old, str(last + 1 + len(numbers)))
        mark.set(w("id"), numbers[old])
    taken = {str(e.get(w("name"))) for e in report.iter(w("bookmarkStart"))}
    own = [str(e.get(w("name"))) for e in body.iter(w("bookmarkStart"))]
    renamed: dict[str, str] = {}
    for name in own:
        if name in taken and name not in renamed:
            made = name
            while made in taken or made in own:
                made = f"{made[: MAX_NAME - len(str(annex)) - 1]}_{annex}"
                annex += 1
            renamed[name] = made
            taken.add(made)
    if renamed:
        _rename(body, renamed)


def _marks(root: etree._Element) -> Iterator[etree._Element]:
    return root.iter(w("bookmarkStart"), w("bookmarkEnd"))


def _rename(body: etree._Element, renamed: dict[str, str]) -> None:
    for element in body.iter():
        for attribute in ("name", "anchor", "instr"):
            value = element.get(w(attribute))
            if value is not None and (attribute != "name" or local(element) == "bookmarkStart"):
                element.set(w(attribute), _WORD.sub(lambda m: renamed.get(m[0], m[0]), value))
        if local(element) == "instrText" and element.text:
            element.text = _WORD.sub(lambda m: renamed.get(m[0], m[0]), element.text)
