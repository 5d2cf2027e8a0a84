"""Results of Word's fields that gen knows: numbers of captions, texts of bookmarks.

Readers show what a file says that a field gave last time; only Word makes some of them anew, and
not all. So what depends on the document is worked out when the document is filled, with the marks
of the values in it. What cannot be is refused, or told, when the template is compiled.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Final, TypeAlias

#: Where a result goes, inside a ``w:t``.
RESULT: Final = "<w:result/>"
_TOKEN: Final = re.compile(rf"<w:instrText(?: [^>]*)?>([^<]*)<|{RESULT}")
_BOOKMARK: Final = re.compile(r'<w:bookmark(Start|End)\b[^>]*?\bw:id="([^"]*)"[^>]*>')
_NAME: Final = re.compile(r'\bw:name="([^"]*)"')
_TEXT: Final = re.compile(r"<w:t(?: [^>]*)?>([^<]*)(?=<)|<w:(?:tab|br|cr)(?: [^>]*)?/>")
#: Codes with single spaces.
_SEQUENCE: Final = re.compile(
    r'SEQ "?([^ \\"]{1,80})"?((?: \\(?:\* ?(?:ARABIC|MERGEFORMAT)|n|c|r ?\d{1,4}|h)){0,9})',
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(
    r'REF "?([^ \\"]{1,80})"?(?: \\(?:\* ?(?:MERGEFORMAT|CHARFORMAT)|h)){0,9}', re.IGNORECASE
)
_RESET: Final = re.compile(r"\\r ?(\d{1,4})", re.IGNORECASE)
#: The result of a field by its code; None for one that it does not know.
_Result: TypeAlias = Callable[[str], str | None]


def counts(code: str) -> bool:
    """Whether a field numbers captions, in a way that is known here."""
    return _SEQUENCE.fullmatch(_spaced(code)) is not None


def refers(code: str) -> str:
    """The bookmark whose text a field repeats, in a way that is known here; else empty."""
    found = _REFERENCE.fullmatch(_spaced(code))
    return found[1] if found else ""


def _spaced(code: str) -> str:
    return " ".join(code.split())


def settled(xml: str) -> str:
    """``xml``, with marks, with the results in their places: numbers first, texts may hold them."""
    xml = _each(xml, _Numbers().next)
    # A text may hold another one; those that would hold themselves show nothing.
    while RESULT in xml and (done := _each(xml, _Texts(xml).of)) != xml:
        xml = done
    return xml.replace(RESULT, "")


def _each(xml: str, result: _Result) -> str:
    """``xml`` with each result that ``result`` knows by the code before it."""
    out: list[str] = []
    code, last = "", 0
    for token in _TOKEN.finditer(xml):
        if token[1] is not None:
            code = token[1]
        elif (text := result(code)) is not None:
            out += (xml[last : token.start()], text)
            last = token.end()
    return "".join((*out, xml[last:]))


class _Numbers:
    """The numbers of captions, each kind counted by itself in the order of the document."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = defaultdict(int)

    def next(self, code: str) -> str | None:
        """The number that a caption shows; None for other fields."""
        found = _SEQUENCE.fullmatch(_spaced(code))
        if found is None:
            return None
        kind, switches = found[1].lower(), found[2].lower()
        if reset := _RESET.search(switches):
            self._counts[kind] = int(reset[1])
        elif "\\c" not in switches:
            self._counts[kind] += 1
        return "" if "\\h" in switches else str(self._counts[kind])


class _Texts:
    """The texts of bookmarks, as far as they stand in one paragraph."""

    def __init__(self, xml: str) -> None:
        self._xml = xml
        self._spans: dict[str, tuple[int, int]] = {}
        names: dict[str, tuple[str, int]] = {}
        for mark in _BOOKMARK.finditer(xml):
            if mark[1] == "Start":
                name = _NAME.search(mark[0])
                names[mark[2]] = name[1] if name else "", mark.end()
            elif mark[2] in names:
                name_of, start = names.pop(mark[2])
                self._spans.setdefault(name_of, (start, mark.start()))

    def of(self, code: str) -> str | None:
        """What a reference shows; nothing where its bookmark has gone with a condition."""
        name = refers(code)
        if not name:
            return None
        start, end = self._spans.get(name, (0, 0))
        if self._xml.find(RESULT, start, end) >= 0:
            return None
        found = _TEXT.finditer(self._xml, start, end)
        return "".join(one[1] if one[1] is not None else " " for one in found)
