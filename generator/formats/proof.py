"""Finished files are read back from their bytes and must show what they should.

Nothing of the renderers is used: the standard zip reader unpacks the file, expat decides whether
each part is XML, and ``generator.reading`` tells what stands where. A miss means that gen itself
is wrong, so it is a failed build and not a content problem; only damage that filling did to a
template's own parts is told at the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from generator.figures.model import Figure, Names, Words
from generator.formats.properties import CORE
from generator.formats.soundness import finished
from generator.formats.soundness.flaw import Flaw
from generator.frozen import frozen
from generator.language import markers
from generator.language.markers import Mark
from generator.problems.place import Place
from generator.reading import word
from generator.reading.files import File, Spot
from generator.reading.package import PackageError
from generator.reserved import left_in

_TAG_ENDS = ("{{", "}}", "{%", "%}")
_LEFTOVER = re.compile("|".join(map(re.escape, _TAG_ENDS)))
_ITEM = re.compile(r"\[(\d+)\]")
#: Fields of list items that a form shows for every item, if it shows them at all.
_COUNTED = (".分值", ".得分")
#: How far binary numbers may be from decimal ones.
_BINARY = Decimal("1e-9")


@frozen
class Fault:
    """What is wrong with a finished file, in Chinese, and where in it, if that is known."""

    text: str
    place: Place | None = None


@frozen
class Expected:
    """What a file should hold: the XML of each rendered member, and the values marked in it.

    ``printed``: how values show that are there in more digits (see ``Rendered``).
    """

    parts: Mapping[str, str]
    marks: Mapping[str, Sequence[Mark]]
    printed: tuple[tuple[str, int, str], ...] = ()


class Sight(NamedTuple):
    """One marked value as a reader finds it: its mark, the spot it is in, and what stands there.

    ``printed``: how that shows, where a formula gives more digits; else empty.
    """

    mark: Mark
    spot: Spot | None
    found: str
    printed: str


@frozen
class Reading:
    """A finished file as a reader finds it (None: it does not open), and what is wrong so far.

    ``known``: the sights of parts that were asked for (see ``sights``).
    """

    file: File | None
    expected: Expected
    faults: tuple[Fault, ...]
    known: dict[str, list[Sight]]


def read(opened: Callable[[bytes], File], data: bytes, expected: Expected) -> Reading:
    """Unpack and parse a finished file anew; every member is inflated and summed.

    ``opened``: how its format opens it.
    """
    try:
        file = opened(data)
    except PackageError as error:
        return Reading(None, expected, (Fault(f"文件打不开（{error.__cause__ or error}）"),), {})
    faults: list[Fault] = []
    for name, text in expected.parts.items():
        member = file.members.get(name, b"")
        if member != text.encode():
            faults.append(Fault(f"{name} 写入后不一致"))
        if left_in(member):
            faults.append(Fault(f"{name} 里留有标记"))
        if name not in file.members or not file.sound(name):
            faults.append(Fault(f"{name} 不是合法的XML"))
    return Reading(file, expected, tuple(faults), {})


def prove(reading: Reading, values: Mapping[str, object]) -> list[Fault]:
    """What is wrong with a finished file; nothing if it is right.

    ``values``: path → Figure or Words, see ``values_by_path``.
    """
    file = reading.file
    if file is None or reading.faults:
        return list(reading.faults)
    faults: list[Fault] = []
    for name, text in reading.expected.parts.items():
        marks = reading.expected.marks.get(name, ())
        # The document's own title and author are values without marks: braces in them were typed.
        if name != CORE:
            faults += map(Fault, _leftovers(name, text, marks))
        if marks and name not in file.places:
            faults.append(Fault(f"{name} 没有读到"))
        elif marks:
            faults += _faults(sights(reading, name), values)
    return faults


def damage(reading: Reading) -> list[Flaw]:
    """What of the filled parts Word or Excel would call damaged; the others are the template's."""
    if reading.file is None:
        return []
    return finished.flaws(reading.file.members, reading.expected.parts, reading.file.places)


def values_by_path(names: object) -> dict[str, object]:
    """Every value of a context by its path, as it prints when it is simply named."""
    found: dict[str, object] = {}
    _collect((names,), found)
    return found


def _collect(values: Iterable[object], found: dict[str, object]) -> None:
    for value in values:
        kind = type(value)
        if kind is Figure or kind is Words:
            found.setdefault(value.path, value)  # type: ignore[attr-defined]
        elif kind is str:  # most of what a list for people says
            continue
        elif isinstance(value, Names):
            _collect(value.values(), found)
        elif isinstance(value, list):
            _collect(value, found)


def missing_paragraphs(reading: Reading, wanted: Iterable[str]) -> list[Fault]:
    """Paragraphs that the finished document does not hold whole and in order."""
    there: Iterator[str] = iter(())
    if reading.file is not None and word.MAIN in reading.file.places:
        there = (one.text for one in reading.file.part(word.MAIN))
    for text in wanted:
        if text and text not in there:
            return [Fault(f"缺少段落“{text[:20]}…”")]
    return []


def missing_rows(
    marks: Mapping[str, Iterable[Mark]], names: Mapping[str, object], every: Container[int]
) -> list[Fault]:
    """List items of which some but not all are shown: a row got lost.

    ``every``: the tags that show something of each item of a list. Others, and the writer's own
    in the report, may show what they like.
    """
    shown: dict[tuple[str, str], set[int]] = {}
    for mark in (mark for there in marks.values() for mark in there):
        path = mark.path.partition("|")[0]
        if mark.tag not in every or not path.endswith(_COUNTED):
            continue
        for match in _ITEM.finditer(path):
            if path[match.end() :] in _COUNTED:
                key = path[: match.start()], path[match.end() :]
                shown.setdefault(key, set()).add(int(match[1]))
    return [
        Fault(f"“{head}”缺少第{_listed(sorted(lost))}项的{tail.lstrip('.')}")
        for (head, tail), numbers in shown.items()
        if (lost := set(range(1, _length(names, head) + 1)) - numbers)
    ]


def _listed(numbers: list[int], limit: int = 5) -> str:
    shown = "、".join(map(str, numbers[:limit]))
    return shown if len(numbers) <= limit else f"{shown}…等{len(numbers)}"


def _length(names: Mapping[str, object], path: str) -> int:
    here: object = names
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(here, Names):
            here = here.get(step)
        elif isinstance(here, list) and step.isdigit() and int(step) <= len(here):
            here = here[int(step) - 1]
    return len(here) if isinstance(here, list) else 0


def _leftovers(name: str, text: str, marks: Iterable[markers.Mark]) -> Iterator[str]:
    """Tags that rendering left behind; braces that a writer typed are in marks."""
    # One character is found in no time, a pair takes a hundred times as long.
    if "{" not in text and "}" not in text:
        return
    spans = [(mark.start, mark.end) for mark in marks]
    for match in _LEFTOVER.finditer(text):
        if not any(start <= match.start() < end for start, end in spans):
            yield f"{name} 里留有标签“{text[match.start() : match.start() + 20]}”"


def sights(reading: Reading, name: str) -> Sequence[Sight]:
    """What is marked in the member ``name``, outer values first; nothing in one without places."""
    file, expected = reading.file, reading.expected
    marks = expected.marks.get(name)
    if name in reading.known or not marks or file is None or name not in file.places:
        return reading.known.get(name, ())
    text, part = expected.parts[name], file.part(name)
    printed = {start: said for part_name, start, said in expected.printed if part_name == name}
    found: list[Sight] = []
    for mark in sorted(marks, key=_outer_first):
        start, end, _, _ = mark
        spot = part.at(start)
        if spot is not None and spot.fills(start, end):
            shown = spot.text
        else:
            shown = file.plain(text[start:end])
        found.append(Sight(mark, spot, shown, printed.get(start, "")))
    reading.known[name] = found
    return found


def _faults(sights: Iterable[Sight], values: Mapping[str, object]) -> Iterator[Fault]:
    """Each marked value must be read where it was put, and be the value it says it is."""
    for (start, _, path, _), at, found, printed in sights:
        shown = printed or found
        wrong = []
        if at is None or not at.shows(found, start):
            wrong.append(f"“{path}”应有的“{found[:20]}”没有读到")
        if printed and not _rounds_to(found, printed):
            wrong.append(f"“{path}”的公式得{found[:20]}，不是{printed}")
        value = values.get(path)
        if isinstance(value, Figure) and shown != value.text and not _same(shown, value):
            wrong.append(f"“{path}”应为“{value.text}”，写成了“{shown}”")
        elif isinstance(value, Words) and shown != value and shown != _normal(value):
            wrong.append(f"“{path}”的文字不符")
        for said in wrong:
            yield Fault(said, None if at is None else at.place)


def _outer_first(mark: Mark) -> tuple[int, int]:
    return mark.start, -mark.end


def _rounds_to(shown: str, printed: str) -> bool:
    """Whether a number of a formula is ``printed`` but for digits that do not show."""
    try:
        apart = abs(Decimal(shown) - Decimal(printed))
    except InvalidOperation:
        return False
    half = Decimal(1).scaleb(-len(printed.partition(".")[2])) / 2
    return apart <= half + _BINARY


def _same(shown: str, figure: Figure) -> bool:
    """Whether a number cell shows ``figure``: equal to half a unit of its last digit."""
    whole, _, decimals = shown.partition(".")
    try:
        units = int(whole + decimals)
    except ValueError:
        return False
    # |units / scale - value| <= half of 1 / scale, in whole numbers.
    top, bottom = figure.value.as_integer_ratio()
    scale: int = 10 ** len(decimals)
    return 2 * abs(units * bottom - top * scale) <= bottom


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n")


def plain(marked: str) -> str:
    """What a piece of XML with markers in it shows."""
    return word.plain(markers.strip(marked)[0])
