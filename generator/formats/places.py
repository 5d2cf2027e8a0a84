"""Where in a finished document each value shows, with the heading and the sentence around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator

from generator.formats import proof
from generator.formats.proof import Reading, Sight
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
    return [
        shown
        for name in reading.file.places
        for shown in _shown(proof.sights(reading, name), headings)
    ]


def _shown(sights: Iterable[Sight], headings: Collection[str]) -> Iterator[Shown]:
    section = ""
    last, place, ends = None, [], [0]
    for mark, at, found, printed in sights:
        if at is None or at.repeated:
            continue
        running = at if at.outermost else None
        if at is not last:
            last, place = at, at.packed
            ends = [end.end() for end in _SENTENCE_END.finditer(running.text if running else "")]
        text = printed or found
        sentence, start = "", at.offset(mark.start)
        if running is not None:
            if mark.path in headings or mark.path.startswith(_LABEL):
                section = text
            number = bisect_right(ends, start)
            begin = ends[number - 1] if number else 0
            sentence = running.text[begin : ends[number] if number < len(ends) else None].strip()
        yield Shown(mark.path, place, section, text, sentence, start)
