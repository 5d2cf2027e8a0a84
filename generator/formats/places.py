"""Where in a finished document each value shows, with the heading and the sentence around it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from generator.formats.proof import Reading
from generator.language.markers import Mark
from generator.patterns import lazy
from generator.reading import word
from generator.reading.excel import SheetPart
from generator.reading.word import WordPart
from generator.records.record import Shown

_SENTENCE_END = lazy("[。；！？\n\t]")
#: An annex inside a report begins with its label.
_LABEL = "附件号."


def places(reading: Reading, headings: Collection[str]) -> list[Shown]:
    """Every marked value of a finished document with its place, in document order.

    ``headings``: the paths of values that are headings, such as ``正文[3]``.
    """
    if reading.file is None:
        return []
    expected, file = reading.expected, reading.file
    out: list[Shown] = []
    for name in file.places:
        if marks := expected.marks.get(name):
            ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end))
            out += _shown(expected.parts[name], ordered, file.part(name), headings)
    return out


def _shown(
    xml: str, marks: list[Mark], part: WordPart | SheetPart, headings: Collection[str]
) -> Iterator[Shown]:
    section = ""
    last, place = None, None
    for mark in marks:
        text = word.plain(xml[mark.start : mark.end])
        at = part.at(mark.start)
        if at is None or at.repeated:
            continue
        if at is not last:
            last, place = at, at.place
        assert place is not None
        sentence = ""
        if at.outermost:
            if mark.path in headings or mark.path.startswith(_LABEL):
                section = text
            sentence = _sentence(at.text, len(at.before(mark.start)))
        yield Shown(mark.path, place, section, text, sentence)


def _sentence(paragraph: str, offset: int) -> str:
    """The sentence of ``paragraph`` that holds character ``offset``."""
    start = 0
    for end in _SENTENCE_END.finditer(paragraph):
        if end.start() >= offset:
            return paragraph[start : end.end()].strip()
        start = end.end()
    return paragraph[start:].strip()
