"""Where in a finished document each value shows, with the heading and the sentence around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping

from generator.formats.proof import Reading
from generator.language.markers import Mark
from generator.reading.files import File
from generator.records.record import Shown

_SENTENCE_END = re.compile("[。；！？\n\t]")
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
            printed = {start: said for part, start, said in expected.printed if part == name}
            out += _shown(expected.parts[name], ordered, file, name, headings, printed)
    return out


def _shown(
    written: str, marks: list[Mark], file: File, name: str, headings: Collection[str],
    printed: Mapping[int, str],
) -> Iterator[Shown]:  # fmt: skip
    part = file.part(name)
    section = ""
    last, place, ends = None, [], [0]
    for mark in marks:
        at = part.at(mark.start)
        if at is None or at.repeated:
            continue
        running = at if at.outermost else None
        if at is not last:
            last, place = at, at.place.packed()
            ends = [end.end() for end in _SENTENCE_END.finditer(running.text if running else "")]
        text = printed.get(mark.start) or file.plain(written[mark.start : mark.end])
        sentence, start = "", at.offset(mark.start)
        if running is not None:
            if mark.path in headings or mark.path.startswith(_LABEL):
                section = text
            number = bisect_right(ends, start)
            begin = ends[number - 1] if number else 0
            sentence = running.text[begin : ends[number] if number < len(ends) else None].strip()
        yield Shown(mark.path, place, section, text, sentence, start)
