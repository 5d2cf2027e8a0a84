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
    "=", "FORMULA", "IF", "COMPARE", "DOCPROPERTY", "TITLE", "AUTHOR", "SUBJECT", "KEYWORDS",
    "COMMENTS",
})  # fmt: skip
#: What takes it from pages, numbers, lengths; captions that count by chapters are among them.
_OF_LAYOUT: Final = frozenset({
    "PAGEREF", "NOTEREF", "FTNREF", "NUMCHARS", "NUMWORDS", "INDEX", "TOA", "SEQ", "STYLEREF",
    "REF",
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
    #: Why it is refused, in Chinese; empty where readers are asked to make it anew.
    why: str


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
    marked = _Bookmarks(root)
    found = [(one.begin, one.code, keyword(one.around), _plain(one)) for one in fields(root)]
    found += [(node, str(node.get(w("instr")) or ""), "", True) for node in simple(root)]
    for node, code, around, plain in found:
        known = keyword(code)
        settled = results.counts(code) or bool(results.refers(code))
        if around in _LISTS or (running and known in _OF_PAGES):
            continue
        if known == "DOCPROPERTY" and _argument(code).casefold() in properties:
            continue
        if known == "=" and _is_constant(code):
            continue
        if settled and not (main and plain):
            yield Stale(node, code, _ELSEWHERE)
        elif settled and (why := marked.doubt(results.refers(code), node)):
            yield Stale(node, code, why)
        elif not settled and known in _OF_LAYOUT:
            yield Stale(node, code, "" if main else _ELSEWHERE)
        elif not settled and known in _OF_CONTENT:
            yield Stale(node, code, _UNKNOWN)


#: Why a result cannot be what the document says.
_ELSEWHERE: Final = "题注的编号、书签的引用，gen 只填正文里一般写法的"
_UNKNOWN: Final = "gen 不算这种域"


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


class _Bookmarks:
    """The bookmarks of a part, and which of them a field can refer to."""

    def __init__(self, root: etree._Element) -> None:
        self._whole = _whole_bookmarks(root)
        self._blocks = dict(_blocks_of(root))
        self._at = {
            str(mark.get(w("name"))): self._around(mark) for mark in root.iter(w("bookmarkStart"))
        }

    def _around(self, node: etree._Element) -> tuple[str, ...]:
        holder = next(node.iterancestors(w("p")), None)
        return self._blocks.get(holder, ()) if holder is not None else ()

    def doubt(self, name: str, node: etree._Element) -> str:
        """Why nobody knows what a reference at ``node`` shows; empty for what is known."""
        if not name:
            return ""
        if name not in self._at:
            return f"没有书签“{name}”"
        if name not in self._whole:
            return f"书签“{name}”跨几段"
        around, here = self._at[name], self._around(node)
        if any(block.startswith("for") for block in around):
            return f"书签“{name}”在循环里，不知道是哪一遍的"
        return "" if here[: len(around)] == around else f"书签“{name}”在条件里，不一定有"


def _blocks_of(root: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """Each paragraph with the blocks around it, each a word and a number; branches are several."""
    around: list[str] = []
    for number, paragraph in enumerate(root.iter(w("p"))):
        text = "".join(map(str, paragraph.itertext()))
        before = list(around)
        inline: list[str] = []
        for at, one in enumerate(TAG.finditer(text)):
            word = Tag(one[0], _ANYWHERE).keyword
            if word in ("endfor", "endif", "elif", "else") and around:
                around.pop()
            if word in ("for", "if", "elif", "else"):
                around.append(f"{word} {number}.{at}")
                inline.append(around[-1])
        # What a paragraph begins and ends again is about a part of it.
        yield paragraph, tuple(before if not inline or around != before else [*before, *inline])


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
