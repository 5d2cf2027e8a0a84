"""Finished files are read back from their bytes and must show what they should.

Nothing of the renderers is used: the standard zip reader unpacks the file, expat decides whether
each part is XML, and the texts are those between the tags. A miss means that gen itself is wrong,
so it is a failed build and not a content problem.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from xml.parsers import expat

from generator.figures.model import Figure, Names, Words
from generator.formats.compiled import Rendered
from generator.formats.properties import CORE
from generator.frozen import frozen
from generator.language import markers
from generator.language.narrative import Block
from generator.patterns import lazy
from generator.reading.entities import escape, unescape

MAIN = "word/document.xml"
_TAG_ENDS = ("{{", "}}", "{%", "%}")
_LEFTOVER = lazy("|".join(map(re.escape, _TAG_ENDS)))
_BREAK = lazy(r"<w:br\s*/>")
_TAB = lazy(r"<w:tab\s*/>")
_ELEMENT = lazy(r"<[^>]*>")
_ITEM = lazy(r"\[(\d+)\]")
# Parts of a Word file name their elements ``w:`` (T215), and none has ``>`` in an attribute.
_IN_WORD = lazy(r"<w:t(?: [^>]*[^/>])?>([^<]+)|<(/w:p|/w:tabs|w:br|w:tab)\b")
_BETWEEN_TAGS = lazy(r">([^<]+)<")
#: Fields of list items that a form shows for every item, if it shows them at all.
_COUNTED = (".分值", ".得分")


@frozen
class Reading:
    """A finished file as a reader finds it: the texts of each rendered part, and what is wrong."""

    rendered: Rendered
    texts: Mapping[str, list[str]]
    faults: tuple[str, ...]


def read(kind: str, rendered: Rendered) -> Reading:
    """Unpack and parse the bytes of ``rendered`` anew; every member is inflated and summed."""
    try:
        with zipfile.ZipFile(io.BytesIO(rendered.data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error) as error:
        return Reading(rendered, {}, (f"文件打不开（{error}）",))
    texts: dict[str, list[str]] = {}
    faults: list[str] = []
    for name, text in rendered.parts.items():
        member = members.get(name, b"")
        there = text
        if member != text.encode():
            faults.append(f"{name} 写入后不一致")
            there = member.decode("utf-8", "replace")
        if markers.left_in(member):
            faults.append(f"{name} 里留有标记")
        try:
            expat.ParserCreate().Parse(member, True)
        except expat.ExpatError:
            faults.append(f"{name} 不是合法的XML")
        else:
            texts[name] = _paragraphs(there) if kind == "docx" else _cells(there)
    return Reading(rendered, texts, tuple(faults))


def prove(reading: Reading, values: Mapping[str, object]) -> list[str]:
    """What is wrong with a finished file, in Chinese; nothing if it is right.

    ``values``: path → Figure or Words, see ``values_by_path``.
    """
    faults = list(reading.faults)
    rendered = reading.rendered
    for name, there in reading.texts.items():
        text, marks = rendered.parts[name], rendered.marks.get(name, ())
        # The document's own title and author are values without marks: braces in them were typed.
        if name != CORE:
            faults += _leftovers(name, text, marks)
        faults += _marks(text, marks, there, values)
    return faults


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
        elif isinstance(value, Names):
            _collect(value.values(), found)
        elif isinstance(value, list):
            _collect(value, found)


def missing_paragraphs(reading: Reading, blocks: Iterable[Block]) -> list[str]:
    """Narrative paragraphs that the finished document does not hold whole and in order."""
    there = iter(reading.texts.get(MAIN, ()))
    for block in blocks:
        wanted = [block.text] if block.kind != "table" else [c for row in block.rows for c in row]
        for text in map(plain, wanted):
            if text and text not in there:
                return [f"缺少段落“{text[:20]}…”"]
    return []


def missing_rows(rendered: Rendered, names: Mapping[str, object]) -> list[str]:
    """List items of which some but not all are shown: a row got lost.

    A template that shows one field of an indicator or project shows it for every one.
    """
    shown: dict[tuple[str, str], set[int]] = {}
    for marks in rendered.marks.values():
        for mark in marks:
            path = mark.path.partition("|")[0]
            if not path.endswith(_COUNTED):
                continue
            for match in _ITEM.finditer(path):
                if path[match.end() :] in _COUNTED:
                    key = path[: match.start()], path[match.end() :]
                    shown.setdefault(key, set()).add(int(match[1]))
    return [
        f"“{head}”缺少第{_listed(sorted(lost))}项的{tail.lstrip('.')}"
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


def _marks(
    text: str, marks: Iterable[markers.Mark], texts: list[str], values: Mapping[str, object]
) -> Iterator[str]:
    """Each marked value must be in the file as parsed anew, and be the value it says it is."""
    whole = frozenset(texts)
    there = "\0".join(texts)
    position = 0
    # In reading order each value is found a little behind the one before it.
    for mark in sorted(marks):
        shown = _text(text[mark.start : mark.end])
        if shown not in whole:
            found = there.find(shown, position)
            if found >= 0:
                position = found
            elif shown not in there:
                yield f"“{mark.path}”应有的“{shown[:20]}”没有读到"
        value = values.get(mark.path)
        if isinstance(value, Figure) and shown != value.text and not _same(shown, value):
            yield f"“{mark.path}”应为“{value.text}”，写成了“{shown}”"
        elif isinstance(value, Words) and shown != _normal(value):
            yield f"“{mark.path}”的文字不符"


def _same(shown: str, figure: Figure) -> bool:
    """Whether a number cell shows ``figure``: equal to half a unit of its last digit."""
    try:
        number = Decimal(shown)
    except InvalidOperation:
        return False
    exponent = number.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    return abs(Fraction(number) - figure.value) <= Fraction(1, 2 * 10 ** max(digits, 0))


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n")


def plain(xml: str) -> str:
    """Character data of a marked slice: breaks and tabs restored, elements and entities gone."""
    return _text(markers.strip(xml)[0])


def _text(xml: str) -> str:
    if "<" in xml:
        xml = _ELEMENT.sub("", _TAB.sub("\t", _BREAK.sub("\n", xml)))
    return unescape(xml)


# Texts as a reader finds them, of XML that the parser has taken. Handlers of the parser would be
# called for each element; regular expressions stay in C.


def _paragraphs(xml: str) -> list[str]:
    """Text of every paragraph of a WordprocessingML part, in the order of their ends."""
    paragraphs: list[str] = []
    pieces: list[str] = []
    for text, element in _IN_WORD.findall(_seen(xml)):
        if text:
            pieces.append(text)
        elif element == "/w:p":
            paragraphs.append(unescape("".join(pieces)))
            pieces = []
        elif element == "w:br":
            pieces.append("\n")
        elif element == "w:tab":
            pieces.append("\t")
        elif element == "/w:tabs":  # those were tab stops
            while pieces and pieces[-1] == "\t":
                pieces.pop()
    return paragraphs


def _cells(xml: str) -> list[str]:
    """The texts between the tags of a SpreadsheetML part: cells, formulas, headers."""
    found: list[str] = _BETWEEN_TAGS.findall(_seen(xml))
    return [unescape(text) if "&" in text else text for text in found]


def _seen(xml: str) -> str:
    """``xml`` without what no reader shows, line ends as a parser gives them."""
    if "\r" in xml:
        xml = xml.replace("\r\n", "\n").replace("\r", "\n")
    if "<!" in xml:
        aside = r"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>"
        xml = re.sub(aside, lambda found: escape(found[1] or ""), xml, flags=re.DOTALL)
    return xml
