"""Fields of a Word template: which tell what the document comes to hold, and who works that out.

Numbers of captions and texts of bookmarks are worked out when the document is filled
(``docx.fields``). Others show what the template showed when it was saved: those that say something
about the content are refused, those of pages and notes are marked, so that readers make them anew.
ECMA-376 part 1, §17.16.5.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from generator.formats.docx import fields as results
from generator.formats.docx.xml import MC, PRESERVE, element_of, local, new, parent_of, w
from generator.frozen import frozen
from generator.language.tags import TAG, Tag
from generator.problems import Position

#: What takes its result from texts, figures or properties.
_OF_CONTENT: Final = frozenset({
    "=", "FORMULA", "IF", "COMPARE", "REF", "DOCPROPERTY", "TITLE", "AUTHOR", "SUBJECT", "KEYWORDS",
    "COMMENTS",
})  # fmt: skip
#: What takes it from pages, numbers, lengths; captions that count by chapters are among them.
_OF_LAYOUT: Final = frozenset({
    "PAGEREF", "NOTEREF", "FTNREF", "NUMCHARS", "NUMWORDS", "INDEX", "TOA", "SEQ", "STYLEREF",
})  # fmt: skip
#: What readers work out anew on each page, in headers and footers.
_OF_PAGES: Final = frozenset({"STYLEREF", "IF", "COMPARE", "="})
_PAGES: Final = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"})
#: In a formula: how its result is shown, and what is the name of no function.
_QUOTED: Final = re.compile(r'"[^"]*"')
_WORD: Final = re.compile(r"(?<!\w)[^\W\d]\w*(?![\w(])")
#: What makes its own entries, with fields in them.
_LISTS: Final = frozenset({"TOC", "INDEX", "TOA"})
_TAGS: Final = re.compile(r"\{[{%]")
_ARGUMENT: Final = re.compile(r'\w{1,20} (?:"([^"]{1,80})"|(\S{1,80}))')
#: Where only what tags say is asked.
_ANYWHERE: Final = Position("")


@frozen
class Field:
    """A field of several runs: its code, its three marks, the code of the field around it."""

    code: str
    begin: etree._Element
    separate: etree._Element | None
    end: etree._Element
    around: str = ""


@dataclass(slots=True)
class _Open:
    begin: etree._Element
    separate: etree._Element | None = None
    code: str = ""


@frozen
class Stale:
    """A field whose result will not be what the document says, where it begins."""

    at: etree._Element
    code: str
    #: Whether readers can be asked to make it anew; else it is refused.
    remade: bool


def fields(root: etree._Element) -> Iterator[Field]:
    """The fields of several runs below ``root``, inner ones first."""
    begun: list[_Open] = []
    for node in root.iter(w("fldChar"), w("instrText")):
        kind = node.get(w("fldCharType"))
        if local(node) == "instrText":
            if begun and begun[-1].separate is None:
                begun[-1].code += node.text or ""
        elif kind == "begin":
            begun.append(_Open(node))
        elif kind == "separate" and begun:
            begun[-1].separate = node
        elif kind == "end" and begun:
            one = begun.pop()
            around = begun[-1].code if begun else ""
            yield Field(one.code, one.begin, one.separate, node, around)


def simple(root: etree._Element) -> Iterator[etree._Element]:
    """The fields of one element."""
    yield from root.iter(w("fldSimple"))


def keyword(code: str) -> str:
    """What a field is, in capitals; ``=`` for a formula."""
    code = code.strip()
    return "=" if code.startswith("=") else (code.split() or [""])[0].upper()


def stale(
    root: etree._Element, *, main: bool, running: bool, properties: Collection[str]
) -> Iterator[Stale]:
    """The fields of a part that nobody works out.

    ``main``: it is the document itself, where results are; ``running``: a header or a footer,
    whose headings readers look up on each page; ``properties``: names of the document's own
    properties that hold no tag, in small letters.
    """
    bookmarks = _whole_bookmarks(root) - _repeated_bookmarks(root)
    found = [
        (one.begin, one.code, keyword(one.around), main and _plain(one)) for one in fields(root)
    ]
    found += [(node, str(node.get(w("instr")) or ""), "", main) for node in simple(root)]
    for node, code, around, plain in found:
        known = keyword(code)
        if around in _LISTS or (plain and _is_settled(code, bookmarks)):
            continue
        if known == "DOCPROPERTY" and _argument(code).casefold() in properties:
            continue
        if running and known in _OF_PAGES:
            continue
        if known in _OF_LAYOUT:
            yield Stale(node, code, remade=main)
        elif known in _OF_CONTENT and not (known == "=" and _is_constant(code)):
            yield Stale(node, code, remade=False)


def _is_settled(code: str, bookmarks: Collection[str]) -> bool:
    return results.counts(code) or results.refers(code) in bookmarks


def _plain(field: Field) -> bool:
    """Whether the marks of a field stand in runs of their own, one behind another."""
    marks = (field.begin, field.separate, field.end)
    runs = [parent_of(mark) for mark in marks if mark is not None]
    if len({id(parent_of(run)) for run in runs}) > 1 or len({*map(id, runs)}) < len(runs):
        return False
    return next(runs[-2].iter(w("t")), None) is None


def _is_constant(code: str) -> bool:
    """Whether a formula names no cell and no bookmark: numbers, functions, pages."""
    plain = _QUOTED.sub("", code)
    return all(one.upper() in _PAGES for one in _WORD.findall(plain))


def _argument(code: str) -> str:
    found = _ARGUMENT.match(" ".join(code.split()))
    return (found[1] or found[2] or "") if found else ""


def _whole_bookmarks(root: etree._Element) -> frozenset[str]:
    """The names of the bookmarks that begin and end in one paragraph."""
    started: dict[str, tuple[str, etree._Element | None]] = {}
    whole: set[str] = set()
    for mark in root.iter(w("bookmarkStart"), w("bookmarkEnd")):
        number = str(mark.get(w("id")))
        holder = next(mark.iterancestors(w("p")), None)
        if local(mark) == "bookmarkStart":
            started[number] = str(mark.get(w("name"))), holder
        elif number in started:
            name, first = started.pop(number)
            if first is not None and first is holder:
                whole.add(name)
    return frozenset(whole)


def _repeated_bookmarks(root: etree._Element) -> frozenset[str]:
    """The names of the bookmarks in loops: of their copies nobody knows which one is meant."""
    depth = 0
    found: set[str] = set()
    for paragraph in root.iter(w("p")):
        text = "".join(map(str, paragraph.itertext()))
        said = [Tag(one[0], _ANYWHERE).keyword for one in TAG.finditer(text)]
        if depth > 0 or "for" in said:
            found |= {str(mark.get(w("name"))) for mark in paragraph.iter(w("bookmarkStart"))}
        depth += said.count("for") - said.count("endfor")
    return frozenset(found)


def place(root: etree._Element) -> None:
    """Leave places for the results that are worked out; ask readers to make layout's anew."""
    for node in list(simple(root)):
        _spread(node)
    bookmarks = _whole_bookmarks(root)
    for field in list(fields(root)):
        if _is_settled(field.code, bookmarks) and _plain(field):
            _empty(field)
        elif keyword(field.code) in _OF_LAYOUT and keyword(field.around) not in _LISTS:
            field.begin.set(w("dirty"), "true")


def _spread(node: etree._Element) -> None:
    """A field of one element as one of several runs, where its result is worked out."""
    code = str(node.get(w("instr")) or "")
    if not (results.counts(code) or results.refers(code)):
        if keyword(code) in _OF_LAYOUT:
            node.set(w("dirty"), "true")
        return
    for made in (_mark("begin"), _coded(code), _mark("separate")):
        node.addprevious(made)
    for child in list(node):
        node.addprevious(child)
    node.addprevious(_mark("end"))
    parent_of(node).remove(node)


def _mark(kind: str) -> etree._Element:
    return element_of(f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>')


def _coded(code: str) -> etree._Element:
    run, text = new("r"), new("instrText")
    text.set(PRESERVE, "preserve")
    text.text = code
    run.append(text)
    return run


def _empty(field: Field) -> None:
    """One place for the result, in the look of the first run of the old one; one code."""
    separate = field.separate
    if separate is None:
        run = _mark("separate")
        parent_of(field.end).addprevious(run)
        separate = run[0]
    between = _between(separate, field.end)
    if any(_TAGS.search("".join(map(str, run.itertext()))) for run in between):
        return
    codes = [c for run in _between(field.begin, separate) for c in run.iter(w("instrText"))]
    for number, code in enumerate(codes):
        code.text = _told(field) if number == 0 else ""
    shown = next((run for run in between if local(run) == "r"), None)
    look = shown.find(w("rPr")) if shown is not None else None
    for run in between:
        parent_of(run).remove(run)
    made = element_of(f'<w:r><w:t xml:space="preserve">{results.RESULT}</w:t></w:r>')
    if look is not None:
        made.insert(0, look)
    parent_of(field.end).addprevious(made)


def _told(field: Field) -> str:
    """The code; of a second copy for old programs, one that does not count again."""
    copy = next(field.begin.iterancestors(f"{{{MC}}}Fallback"), None)
    if copy is None or not results.counts(field.code):
        return field.code
    return f"{field.code.rstrip()} \\c "


def _between(first: etree._Element, last: etree._Element) -> list[etree._Element]:
    """What stands between the runs of two marks."""
    start, end = parent_of(first), parent_of(last)
    holder = parent_of(start)
    return list(holder)[holder.index(start) + 1 : holder.index(end)]
