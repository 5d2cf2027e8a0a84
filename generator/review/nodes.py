"""What a page is made of: elements as plain data, and the figures in a text as links.

The browser makes elements of it one by one and puts texts in as texts, so nothing that a document
says can become markup. An element is an object with ``t`` (its tag), ``s`` (the number of its
style in the document's ``styles``), ``c`` (what is in it, texts and elements), and of a link
``f``, the number of the place in the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from generator.problems.place import Place
from generator.records.record import DocumentRecord, Record

Node: TypeAlias = dict[str, Any]
#: A stretch of text with its style, or an element that stands in the text and is none of it.
Piece: TypeAlias = tuple[str, str] | Node
#: From where to where in the text of a place, and the number of the place among the document's.
Range: TypeAlias = tuple[int, int, int]

#: A number in prose.
#: What stands behind the number of a paragraph.
_COUNTING: Final = frozenset(".．、)）")
#: Names of fonts go into a style sheet between quotation marks; these would end them, or it.
_TYPED: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?[%％]?")
_UNQUOTED: Final = re.compile(r"[\"\\;{}<>\x00-\x1f]")


class Styles:
    """The styles that a document uses, each kept once."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, declarations: str) -> int:
        """Which of the styles ``declarations`` is."""
        number = self._numbers.get(declarations)
        if number is None:
            number = self._numbers[declarations] = len(self.listed)
            self.listed.append(declarations)
        return number

    def element(self, tag: str, declarations: str, inside: Sequence[Any] = (), **more: Any) -> Node:
        """An element with a style."""
        made: Node = {"t": tag, **more}
        if declarations:
            made["s"] = self.number(declarations)
        if inside:
            made["c"] = list(inside)
        return made


class Links:
    """Where a document prints figures."""

    def __init__(self, record: Record, document: DocumentRecord) -> None:
        self._ranges: dict[str, list[Range]] = {}
        self._sourced: dict[str, list[tuple[int, int]]] = {}
        self._prose: set[str] = set()
        for number, row in enumerate(document.places):
            at, end = str(row.at), row.start + len(row.text)
            if is_figure(record, row.path):
                self._ranges.setdefault(at, []).append((row.start, end, number))
            elif row.path.startswith("正文["):
                self._prose.add(at)
            else:
                self._sourced.setdefault(at, []).append((row.start, end))

    def at(self, place: Place) -> list[Range]:
        """The figures printed there, outer ones before those in them."""
        return self._ranges.get(str(place.packed()), [])

    def text(self, place: Place, pieces: Iterable[Piece], styles: Styles) -> list[Any]:
        """The pieces of a paragraph with its figures as links."""
        at = str(place.packed())
        sourced = self._sourced.get(at, []) if at in self._prose else None
        return _Linked(self.at(place), styles, sourced).made(list(pieces))


def is_figure(record: Record, shown: str) -> bool:
    """Whether what a place shows is a figure, by itself or in a phrase; texts are none."""
    return "value" in record.values.get(shown.partition("|")[0], {})


class _Linked:
    """Pieces cut where figures begin and end."""

    def __init__(
        self, ranges: Sequence[Range], styles: Styles, sourced: Sequence[tuple[int, int]] | None
    ) -> None:
        self._ranges = [one for one in ranges if one[0] >= 0]
        self._styles = styles
        self._sourced = sourced

    def made(self, pieces: Sequence[Piece]) -> list[Any]:
        out: list[Any] = []
        open_links: list[tuple[int, Node]] = []
        waiting = list(reversed(self._ranges))
        at = 0
        for piece in pieces:
            if isinstance(piece, dict):
                self._into(out, open_links).append(piece)
                at += len(text_of([piece])) if "field" in piece else 0
                continue
            text, style = piece
            while text:
                while open_links and open_links[-1][0] <= at:
                    open_links.pop()
                while waiting and waiting[-1][0] <= at:
                    start, end, number = waiting.pop()
                    if start == at and end > at:
                        link: Node = {"t": "a", "f": number, "c": []}
                        self._into(out, open_links).append(link)
                        open_links.append((end, link))
                stops = [end - at for end, _ in open_links]
                stops += [waiting[-1][0] - at] if waiting else []
                length = min([len(text), *(stop for stop in stops if stop > 0)])
                self._add(self._into(out, open_links), text[:length], style, at, bool(open_links))
                at, text = at + length, text[length:]
        return out

    def _add(self, out: list[Any], text: str, style: str, at: int, linked: bool) -> None:
        inside: list[Any] = [text] if linked else self._typed(text, at)
        out += [self._styles.element("span", style, inside)] if style else inside

    def _typed(self, text: str, at: int) -> list[Any]:
        """``text`` with its numbers marked that a writer typed into the prose themselves."""
        if self._sourced is None or not any(char.isdigit() for char in text):
            return [text]
        out: list[Any] = []
        done = 0
        for number in _TYPED.finditer(text):
            begin, end = at + number.start(), at + number.end()
            counts = begin <= 1 and text[number.end() : number.end() + 1] in _COUNTING
            if counts or any(a <= begin and end <= b for a, b in self._sourced):
                continue
            out += [text[done : number.start()], {"t": "u", "k": "typed", "c": [number[0]]}]
            done = number.end()
        return [piece for piece in (*out, text[done:]) if piece]

    @staticmethod
    def _into(out: list[Any], open_links: Sequence[tuple[int, Node]]) -> list[Any]:
        if not open_links:
            return out
        inside: list[Any] = open_links[-1][1]["c"]
        return inside


def text_of(nodes: Iterable[Any]) -> str:
    """The text in ``nodes``."""
    return "".join(node if isinstance(node, str) else text_of(node.get("c", ())) for node in nodes)


def css(declarations: Mapping[str, str]) -> str:
    """Declarations as a style; empty values are left out."""
    return ";".join(f"{name}:{value}" for name, value in declarations.items() if value)


def family(*fonts: str) -> str:
    """Font names as a list; each is used for the characters that the ones before lack."""
    names = dict.fromkeys(_UNQUOTED.sub("", font) for font in fonts if font)
    return ",".join([*(f'"{name}"' for name in names), "serif"]) if names else ""


def points(twentieths: str) -> float | None:
    """Points of a length that Word writes in twentieths; None where it is no number."""
    try:
        return int(twentieths) / 20
    except ValueError:
        try:
            return float(twentieths) / 20
        except ValueError:
            return None


def pt(length: float | None) -> str:
    """A length in points as styles write it."""
    return "" if length is None else f"{length:.4g}pt"
