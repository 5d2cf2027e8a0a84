"""Word and Excel files as lines of cells, whoever wrote them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from generator.frozen import replace
from generator.problems.place import Cell as Step
from generator.problems.place import Place
from generator.pulling.model import ORDERED, Cell, Line, Page, Remark, Segment
from generator.reading import excel, word
from generator.reading.contents import MAX_CELLS, Unreadable
from generator.reading.edited import excel as sheets
from generator.reading.edited.word import EditedPart, Paragraph, Unfinished
from generator.reading.package import PackageError
from generator.reading.word_contents import open_package
from generator.reading.xml import BadXml, walk

_BODY: Final = re.compile(r"<w:(?:document|hdr|ftr|footnotes|endnotes|comments)[ >]")
_COMMENT: Final = re.compile(r"<w:comment ([^>]*)>")
_ATTRIBUTE: Final = re.compile(r'w:(id|author)="([^"]*)"')


def read(raw: bytes) -> Page:
    """The lines of a Word or Excel file, tracked changes accepted; raises ``Unreadable``."""
    members = open_package(raw)
    for name, member in members.items():
        if name.endswith((".xml", ".rels")):
            try:
                walk(member, ())
            except BadXml as error:
                raise Unreadable(f"文件已经损坏，或者不是 Word、Excel 写的（{error}）") from error
    return word_page(members) if word.MAIN in members else sheet_page(members)


# Word


def word_page(members: Mapping[str, bytes]) -> Page:
    """The lines of a Word file; raises ``Unreadable``."""
    lines: list[Line] = []
    about: dict[str, tuple[str, Place]] = {}
    pending = 0
    for name, place in word.text_parts(members).items():
        if place.part == "comment":
            continue
        part = edited(members[name].decode("utf-8", "replace"), place)
        pending += part.pending
        about |= part.about
        lines += lines_of(part)
    return Page(tuple(settled(lines)), tuple(_remarks(members, about)), pending)


def edited(xml: str, place: Place) -> EditedPart:
    """A text part; raises ``Unreadable``."""
    if _BODY.search(xml) is None:
        raise Unreadable("文件的写法认不出来：请用 Word 或 WPS 另存一次")
    try:
        return EditedPart(xml, place)
    except Unfinished as error:
        raise Unreadable("文件里有一个没有完的域：请用 Word 打开另存一次") from error


def _plain(paragraph: Paragraph) -> tuple[Segment, ...]:
    return (Segment(paragraph.text.text),)


def lines_of(
    part: EditedPart, source: Callable[[Paragraph], tuple[Segment, ...]] = _plain
) -> Iterator[Line]:
    """The paragraphs of running text, and the rows of tables, that hold anything.

    ``source``: what a paragraph is made of.
    """
    for key, held in groupby(_in_rows(list(part)), key=lambda one: _row(one.place)):
        paragraphs = list(held)
        place = paragraphs[0].place
        if key is None:
            for one in paragraphs:
                if one.text.text.strip():
                    yield Line((_cell([one], source),), place.part, style=one.style)
            continue
        cells = [
            _cell(list(inside), source)
            for _, inside in groupby(paragraphs, key=lambda one: _column(one.place))
        ]
        if any(cell.text.strip() for cell in cells):
            yield Line(tuple(cells), place.part, row=True)


def _in_rows(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Rows whole: what a cell holds behind a table inside it goes with the rest of its row."""
    first: dict[object, int] = {}
    for at, one in enumerate(paragraphs):
        key = _row(one.place)
        first.setdefault(key if key is not None else at, at)
    order = [
        (first[key] if (key := _row(one.place)) is not None else at, at)
        for at, one in enumerate(paragraphs)
    ]
    return [paragraphs[at] for _, at in sorted(order)]


def _row(place: Place) -> object:
    """What the paragraphs of one row have in common; None outside of tables."""
    for at in reversed(range(len(place.steps))):
        step = place.steps[at]
        if isinstance(step, Step):
            return place.part, place.number, place.steps[:at], step.after, step.table, step.row
    return None


def _column(place: Place) -> int:
    step = next(step for step in reversed(place.steps) if isinstance(step, Step))
    return step.column


def _cell(paragraphs: list[Paragraph], source: Callable[[Paragraph], tuple[Segment, ...]]) -> Cell:
    segments: list[Segment] = []
    for number, one in enumerate(paragraphs):
        segments += [Segment("\n")] if number else []
        segments += source(one)
    return Cell(tuple(segments), paragraphs[0].place, _looks(paragraphs))


def _looks(paragraphs: list[Paragraph]) -> str:
    """How characters are set off from the rest of their paragraph; empty where none are."""
    out = []
    for one in paragraphs:
        runs = [
            (look, sum(length for _, length in held))
            for look, held in groupby(one.looks, key=lambda run: run[0])
        ]
        marks = [set(look.split()) for look, _ in runs]
        common = set.intersection(*marks) if marks else set()
        out += [(" ".join(sorted(own - common)), length)
                for own, (_, length) in zip(marks, runs, strict=True)]  # fmt: skip
    told = [f"{look}:{length}" for look, length in out]
    return ";".join(told) if any(look for look, _ in out) else ""


def settled(lines: Iterable[Line]) -> Iterator[Line]:
    """Of headers and footers each text once: programs keep as many of them as they like."""
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if line.part not in ORDERED:
            key = line.part, line.text.strip()
            if key in seen:
                continue
            seen.add(key)
        yield line


def _remarks(
    members: Mapping[str, bytes], about: Mapping[str, tuple[str, Place]]
) -> Iterator[Remark]:
    name = "word/comments.xml"
    if name not in members:
        return
    xml = members[name].decode("utf-8", "replace")
    texts: dict[int, list[str]] = {}
    for one in edited(xml, Place("comment")):
        texts.setdefault(one.place.number, []).append(one.text.text)
    for number, match in enumerate(_COMMENT.finditer(xml), 1):
        told = dict(_ATTRIBUTE.findall(match[1]))
        words, place = about.get(told.get("id", ""), ("", None))
        said = "\n".join(texts.get(number, ())).strip()
        author = word.plain(told.get("author", ""))
        yield Remark(author, said, words, str(place) if place is not None else "")


# Excel


def sheet_page(members: Mapping[str, bytes]) -> Page:
    """The lines of a workbook, one for each row that holds anything; raises ``Unreadable``."""
    lines: list[Line] = []
    try:
        places, shared = excel.sheets(members), excel.strings(members)
        formats, notes = excel.formats(members), excel.notes(members, places)
    except PackageError as error:
        raise Unreadable("不是 Word 或 Excel 文件，或者已经损坏") from error
    left = MAX_CELLS
    for name, place in places.items():
        xml = members.get(name, b"").decode("utf-8", "replace")
        held = list(sheets.cells(xml, place, shared, formats))
        left -= len(held)
        if left < 0:
            raise Unreadable("工作表里的格太多")
        for _, row in groupby(held, key=lambda one: one.row):
            cells = tuple(
                Cell(
                    (Segment(one.text),),
                    one.place,
                    column=one.column,
                    formula=one.formula,
                    number=one.number,
                )
                for one in row
            )
            lines.append(Line(cells, place.name, row=True))
    return Page(tuple(lines), tuple(_sheet_remarks(members, notes)))


def without_own_remarks(page: Page, ours: bytes) -> Page:
    """``page`` without the comments that gen prints itself, read from its document ``ours``."""
    if not page.remarks:
        return page
    own = Counter((one.author, one.text) for one in read(ours).remarks)
    left: list[Remark] = []
    for one in page.remarks:
        if own[one.author, one.text]:
            own[one.author, one.text] -= 1
        else:
            left.append(one)
    return replace(page, remarks=tuple(left))


def _sheet_remarks(members: Mapping[str, bytes], places: Mapping[str, Place]) -> Iterator[Remark]:
    for name, place in places.items():
        part = excel.NotesPart(members[name].decode("utf-8", "replace"), place)
        for note in part:
            if not note.repeated:
                cell = Place("sheet", place.number, place.name, note.place.steps)
                yield Remark("", note.text.strip(), "", str(cell))
