"""Excel workbooks as a reader goes through them: sheets by their titles, cells by their places.

Of numbers also what their formats say: percent, words around the digits, dates. Digits are never
rounded to what is shown: 0.8672 under ``0%`` is 86.72%.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from generator.problems.place import Packed, Place, Square
from generator.reading import word
from generator.reading.entities import seen, unescape
from generator.reading.opc import relations
from generator.reading.package import PackageError
from generator.reading.xml import BadXml, elements

#: The prefix that all names of a sheet have, if any.
_PREFIX = re.compile(r"<(\w+:)?(?:work|chart|dialog)sheet[ >]")
#: A cell with its reference, or a page header, behind the prefix: nothing else in a sheet is
#: searched for as often as the beginning of a cell, and a prefix that may vary makes it slow.
_SPOT = (
    r'<({prefix}(?:c(?= (?:r=|[^>]* r=)"([A-Z]+[0-9]+)")'
    r"|(?:odd|even|first)(Header|Footer)))[ >]"
)
#: A comment, threaded or not, on a cell.
_NOTE = r'<({prefix}(?:comment|threadedComment))(?= (?:ref=|[^>]* ref=)"([A-Z]+[0-9]+)")()[ >]'
_NOTE_TEXT = re.compile(r"<(?:\w+:)?(?:t|text)(?: [^>]*[^/>])?>([^<]+)")
_AUTHOR = re.compile(r"<(?:\w+:)?author(?:/>|>([^<]*)<)")
_AUTHOR_NUMBER = re.compile(r' authorId="([0-9]{1,6})"')
#: The author of a comment that says for old programs what a thread says.
_THREAD = "tc="
#: What most cells are: one text or number, after a formula or not, and nothing to decode.
_USUAL = re.compile(
    r'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?(?: t="(?:inlineStr|str|n)")?>'
    r'(?:<is><t(?: xml:space="preserve")?>|(?:<f>[^<]*</f>)?<v>)([^<&_\0]+)'
    r"(?:</t></is>|</v>)</c>"
)
_TEXT = re.compile(r"<(?:\w+:)?(?:t|v|\w+(?:Header|Footer))(?: [^>]*[^/>])?>([^<]+)")
_VALUE = re.compile(r"<(?:\w+:)?v>([0-9]+)<")
_STRING = re.compile(r"<(?:\w+:)?si(?:/>|>(.*?)</(?:\w+:)?si>)")
_KIND = re.compile(r' t="(\w+)"')
_STYLE = re.compile(r' s="([0-9]{1,6})"')
#: How a name is read aloud.
_SPOKEN = re.compile(r"<(?:\w+:)?rPh\b(?:[^>]*/>|.*?</(?:\w+:)?rPh>)")

STYLES: Final = "xl/styles.xml"
#: Formats that files name by number only (ECMA-376 part 1, 18.8.30).
BUILT_IN: Final = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    **dict.fromkeys((14, 15, 22), "yyyy-mm-dd"),
    **dict.fromkeys((27, 57), 'yyyy"年"m"月"'), 31: 'yyyy"年"m"月"d"日"',
    **dict.fromkeys((37, 38), "#,##0;-#,##0"), **dict.fromkeys((39, 40), "#,##0.00;-#,##0.00"),
    49: "@",
}  # fmt: skip
#: Words in a format; Chinese programs write ! for \\.
_LITERAL: Final = re.compile(r'"([^"]*)"|[\\!](.)')
#: What shows a number smaller than it is: thousands left out, a point that is a mere letter.
_THOUSANDS: Final = re.compile(r"[0#?](,{1,4})(?![0#?,])")
_POINT_SIGN: Final = re.compile(r'"\."|[\\!]\.')
_POINT: Final = re.compile(r"[0#?]·([0#?]{1,12})")
_ASIDE: Final = re.compile(r"\[[^\]]*\]|[_*].")
_DATE: Final = re.compile("y|m.*d|d.*m", re.IGNORECASE)
#: Formats of plain numbers with decimals that always show; nothing that scales.
_DECIMALS: Final = re.compile(r"[^0#?.,%!]*[#,0?]*\.(0{1,15})[^0#?.,%!]*")
_PLAIN: Final = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
#: Excel counts days from here; its first sixty are one off, no document of ours is that old.
FIRST_DAY: Final = date(1899, 12, 30)
#: Digits that Excel keeps and shows of a number; what is behind them is noise of the machine.
_DIGITS: Final = 15


def sheets(members: Mapping[str, bytes]) -> dict[str, Place]:
    """Member → place of every sheet, in the order of the workbook.

    Raises ``PackageError`` with ``T001`` for a workbook without what names them.
    """
    try:
        main = {link.kind: link.target for link in relations(members, "")}["officedocument"]
        targets = {link.number: link.target for link in relations(members, main)}
        listed = [attributes for name, attributes in elements(members[main]) if name == "sheet"]
        found = {
            targets[sheet["id"]]: Place("sheet", number, sheet["name"])
            for number, sheet in enumerate(listed, 1)
            if sheet["id"] in targets
        }
    except (KeyError, BadXml) as error:
        raise PackageError("T001") from error
    if not found:
        raise PackageError("T001")
    return found


def concealed(members: Mapping[str, bytes]) -> frozenset[str]:
    """The titles of the sheets that nobody sees, of a workbook whose ``sheets`` can be told."""
    main = {link.kind: link.target for link in relations(members, "")}["officedocument"]
    return frozenset(
        sheet["name"] for name, sheet in elements(members[main])
        if name == "sheet" and sheet.get("state", "visible") != "visible"
    )  # fmt: skip


def notes(members: Mapping[str, bytes], listed: Mapping[str, Place]) -> dict[str, Place]:
    """Member → place of the comments of the sheets ``listed``, threads before what repeats them.

    Raises ``PackageError`` with ``T001`` where it cannot be read what belongs to a sheet.
    """
    found: dict[str, Place] = {}
    for sheet, place in listed.items():
        try:
            links = {link.kind: link.target for link in relations(members, sheet)}
        except BadXml as error:
            raise PackageError("T001") from error
        for kind in ("threadedcomment", "comments"):
            if links.get(kind) in members:
                found[links[kind]] = Place("sheet note", place.number, place.name)
    return found


def strings(members: Mapping[str, bytes]) -> list[str]:
    """The texts that cells share, by number."""
    xml = seen(members.get("xl/sharedStrings.xml", b"").decode("utf-8", "replace"))
    inner = (_SPOKEN.sub("", match[1] or "") for match in _STRING.finditer(xml))
    return [_decoded(unescape("".join(_TEXT.findall(each)))) for each in inner]


#: Whether XML may be anything else than the text that it shows.
_CODED = re.compile("[<&_\0]").search
#: A character as Excel writes it; halves of surrogates are none.
_CODE = re.compile("_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")


def plain(xml: str) -> str:
    """What a slice of a sheet's XML shows."""
    if _CODED(xml) is None:
        return xml
    return _decoded(word.plain(xml))


def _decoded(text: str) -> str:
    """``text`` with the characters that Excel writes as codes (``_x0041_``)."""
    return _CODE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def page_place(sheet: Place, *, header: bool) -> Place:
    """The page header or footer of ``sheet``."""
    return Place("sheet header" if header else "sheet footer", sheet.number, sheet.name)


class CellText:
    """What a cell or a page header shows, and where it is; of a formula its value."""

    __slots__ = ("_begin", "_header", "_part", "_reference", "_sheet", "_start", "text")

    outermost = False
    repeated = False

    def __init__(
        self, part: SheetPart, start: int, reference: str | None, page: str | None, text: str,
        begin: int = -1,
    ) -> None:  # fmt: skip
        self.text = text
        #: Where the text begins in the XML, if that is known.
        self._begin = begin
        self._part = part
        self._start = start
        self._sheet = part.place
        self._reference = reference
        self._header = page == "Header"

    def shows(self, text: str, _start: int) -> bool:
        """Whether ``text`` is part of what it shows."""
        return text in self.text

    def fills(self, start: int, end: int) -> bool:
        """Whether ``text`` is what stands between those characters of the XML, as it is."""
        return start == self._begin and end - start == len(self.text)

    def offset(self, start: int) -> int:
        """Where in ``text`` the character ``start`` of the XML is."""
        if start == self._begin:
            return 0
        return len(self._part.shown(self._start, start))

    @property
    def reference(self) -> str | None:
        """Its cell; None for a page header."""
        return self._reference

    @property
    def packed(self) -> Packed:
        """The same as plain data, for records."""
        if self._reference:
            return self._sheet.packed_down(self._reference)
        return self.place.packed()

    @property
    def place(self) -> Place:
        """Where it is."""
        if self._reference:
            return self._sheet.down(Square.of(self._reference))
        return page_place(self._sheet, header=self._header)


class EchoText(CellText):
    """A comment that says once more what a thread says."""

    __slots__ = ()
    repeated = True


class SheetPart:
    """A worksheet, read once: its cells and page headers in the order in which they stand."""

    _spot = _SPOT
    _text = _TEXT

    def __init__(self, xml: str, place: Place, shared: Sequence[str] = ()) -> None:
        self.place = place
        self._shared = shared
        self._xml = seen(xml)
        named = _PREFIX.search(self._xml)
        spot = self._spot.format(prefix=named[1] or "" if named else r"(?:\w+:)?")
        self._spots = list(re.finditer(spot, self._xml))
        self._starts = [spot.start() for spot in self._spots]
        # Those asked for: the proof and the record ask for the same.
        self._known: dict[int, CellText] = {}

    def __iter__(self) -> Iterator[CellText]:
        return map(self._read, range(len(self._spots)))

    def styles(self) -> Iterator[int]:
        """For each, in the same order, the number of its style; -1 for what is no number."""
        for start in self._starts:
            head = self._xml[start : self._xml.find(">", start)]
            kind, style = _KIND.search(head), _STYLE.search(head)
            plain = kind is None or kind[1] == "n"
            yield int(style[1]) if plain and style else 0 if plain else -1

    def at(self, offset: int) -> CellText | None:
        """The cell or page header to which the character ``offset`` of the XML belongs."""
        number = bisect_right(self._starts, offset) - 1
        if number < 0:
            return None
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self._read(number)
        return known

    def _read(self, number: int) -> CellText:
        start, (name, reference, page) = self._starts[number], self._spots[number].groups()
        if usual := _USUAL.match(self._xml, start):
            return CellText(self, start, reference, page, usual[1], usual.start(1))
        # An element that holds nothing ends nowhere before the next one begins.
        limit = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._xml)
        end = self._xml.find(f"</{name}>", start, limit)
        text = "" if end < 0 else self.shown(start, end + 1)
        return CellText(self, start, reference, page, text)

    def shown(self, start: int, end: int) -> str:
        """What a slice of the XML shows, from the beginning of a cell on."""
        xml = self._xml
        if xml.find(' t="s"', start, end) >= 0 and (number := _VALUE.search(xml, start, end)):
            return self._shared[int(number[1])] if int(number[1]) < len(self._shared) else ""
        return _decoded(unescape("".join(self._text.findall(xml, start, end))))


class NotesPart(SheetPart):
    """The comments of a worksheet, or its threads, in the order in which they stand."""

    _spot = _NOTE
    _text = _NOTE_TEXT

    def __init__(self, xml: str, place: Place) -> None:
        super().__init__(xml, place)
        self._authors = _AUTHOR.findall(self._xml)

    def _read(self, number: int) -> CellText:
        note, start = super()._read(number), self._starts[number]
        author = _AUTHOR_NUMBER.search(self._xml, start, self._xml.find(">", start))
        named = self._authors[int(author[1]) : int(author[1]) + 1] if author else []
        if any(name.startswith(_THREAD) for name in named):
            return EchoText(self, start, note.reference, None, note.text)
        return note


def formats(members: Mapping[str, bytes]) -> list[str]:
    """The number format of every cell style of a workbook, by its number."""
    codes: dict[int, str] = dict(BUILT_IN)
    found: list[str] = []
    within = False
    try:
        for name, attributes in elements(members.get(STYLES, b"<styleSheet/>")):
            if name == "numFmt":
                codes[int(attributes["numFmtId"])] = attributes["formatCode"]
            elif name == "cellXfs":
                within = True
            elif name == "cellStyles":
                within = False
            elif name == "xf" and within:
                found.append(codes.get(int(attributes.get("numFmtId", 0)), ""))
    except (BadXml, KeyError, ValueError):
        return []
    return found


def exact(text: str) -> str:
    """The digits of a number as a person would type them; other texts as they are."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > 20:
        return text
    if len(number.as_tuple().digits) > _DIGITS:
        text = format(Decimal(format(number, f".{_DIGITS}g")), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return format(number, "f") if "e" in text.lower() else text


def said(text: str, code: str) -> str:
    """A number with what its format ``code`` adds: 39 under ``0"家"`` is 39家."""
    text = exact(text)
    positive = code.split(";", maxsplit=1)[0]
    bare = _LITERAL.sub("", _ASIDE.sub("", positive))
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if _DATE.search(bare):
        whole = int(number)
        return str(FIRST_DAY + timedelta(days=whole)) if 20_000 < whole < 80_000 else text
    if "%" in bare:
        number *= 100
        text = format(number.normalize(), "f") + "%"
    if power := scaled(code):
        text = format(number.scaleb(-power).normalize(), "f") + "%" * ("%" in bare)
        positive = _POINT_SIGN.sub("", positive)
    before, after = _around(positive)
    return f"{before}{text}{after}"


def precise(text: str, code: str) -> str:
    """A number with all the decimals that its format ``code`` shows: 3.2 under ``0.00`` is 3.20.

    Excel keeps no zeros, a reader sees them: they say how exact the number is. Never rounded.
    """
    bare = _LITERAL.sub("", _ASIDE.sub("", code.split(";", maxsplit=1)[0]))
    declared = _DECIMALS.fullmatch(bare)
    text = exact(text)
    if declared is None or not _PLAIN.fullmatch(text):
        return text
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(len(declared[1]), '0')}"


def scaled(code: str) -> int:
    """By which power of ten a format shows numbers smaller: 4 for ``0!.0000``, 3 for ``0.0,``."""
    positive = code.split(";", maxsplit=1)[0]
    shown = _LITERAL.sub(lambda m: "·" if (m[1] or m[2]) == "." else "x", _ASIDE.sub("", positive))
    commas = sum(len(one) for one in _THOUSANDS.findall(shown))
    return 3 * commas + sum(len(one) for one in _POINT.findall(shown))


def _around(code: str) -> tuple[str, str]:
    """The words in front of the digits, and behind them."""
    first = re.search("[0#?]", _LITERAL.sub(lambda match: "x" * len(match[0]), code))
    if first is None:
        return "", ""
    sides = code[: first.start()], code[first.start() :]
    words = ["".join(one or two for one, two in _LITERAL.findall(side)) for side in sides]
    return words[0].strip(), words[1].strip()
