"""Fields of Word: which ones a part holds, however they are cut up, and which do no harm.

A field is begin, code, (separate, result,) end; its code is spread over runs and paragraphs, and
holds other fields, whose results are part of it (ECMA-376 part 1, §17.16.2). Fields that only
count, refer within the document or ask nothing are known by name; any other is refused, and so
is a code whose name is not plainly there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from generator.formats.safety.policy import harmless

#: ECMA-376 part 1, §17.16.5, without those that read files, run, ask or merge. ADDIN holds data
#: of add-ins, SHAPE and PRIVATE what Word keeps for itself.
_QUIET: Final = frozenset({
    "=", "ADDIN", "ADVANCE", "AUTHOR", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "BIBLIOGRAPHY",
    "CITATION", "COMMENTS", "COMPARE", "CREATEDATE", "DATE", "DISPLAYBARCODE", "DOCPROPERTY",
    "DOCVARIABLE", "EDITTIME", "EQ", "FILENAME", "FILESIZE", "FORMCHECKBOX", "FORMDROPDOWN",
    "FORMTEXT", "FORMULA", "HYPERLINK", "IF", "INDEX", "INFO", "KEYWORDS", "LASTSAVEDBY",
    "LISTNUM", "NOTEREF", "FTNREF", "NUMCHARS", "NUMPAGES", "NUMWORDS", "PAGE", "PAGEREF",
    "PRINTDATE", "PRIVATE", "QUOTE", "REF", "REVNUM", "SAVEDATE", "SECTION", "SECTIONPAGES",
    "SEQ", "SET", "SHAPE", "STYLEREF", "SUBJECT", "SYMBOL", "TA", "TC", "TEMPLATE", "TIME",
    "TITLE", "TOA", "TOC", "USERADDRESS", "USERINITIALS", "USERNAME", "XE",
})  # fmt: skip
#: Stands in a code where another field is.
_NESTED: Final = "\x13"
_SPACES: Final = " \t\r\n\u00a0\u3000"
#: A word of a code: quoted, a switch, or anything else.
_WORDS: Final = re.compile(r'["“”]([^"“”]*)["“”]?|\\([A-Za-z])(?!\S)|(\S+)')
#: Switches of HYPERLINK that take the next word.
_TAKING: Final = frozenset("lotsn")
#: How much of a code is looked at: its name and its first argument stand at its beginning.
_MOST: Final = 4000
_QUOTED: Final = 24

P = TypeVar("P")


@dataclass(slots=True)
class _Field(Generic[P]):
    """An open field: its code as each reader may take it, and where it began."""

    at: P
    code: list[tuple[str, str]] = field(default_factory=list)
    in_result: bool = False


class Fields(Generic[P]):
    """Follows the fields of one part. Text boxes and notes are stories of their own.

    ``found``: (what the field is called, where it begins) of those that are refused.
    """

    def __init__(self) -> None:
        self.found: list[tuple[str, P]] = []
        self._stories: list[list[_Field[P]]] = [[]]

    def story(self) -> None:
        """A story within the story begins."""
        self._stories.append([])

    def story_ended(self) -> None:
        """What is still open in it never ends; its code counts all the same."""
        for left in self._stories.pop():
            self._judge(left)
        self._stories = self._stories or [[]]

    def mark(self, kind: str, at: P) -> None:
        """A ``fldChar`` of ``kind``: begin, separate or end."""
        fields = self._stories[-1]
        if kind == "begin":
            self._nested("code")
            fields.append(_Field(at))
        elif kind == "separate" and fields:
            fields[-1].in_result = True
        elif kind == "end" and fields:
            self._judge(fields.pop())

    def simple(self, code: str, at: P) -> None:
        """A field whose code is an attribute."""
        self._nested("code")
        self._judge(_Field(at, [("code", code)]))

    def text(self, kind: str, text: str, at: P) -> None:
        """Characters in an open code.

        ``kind``: ``code`` (instrText), ``deleted`` (the code of a tracked deletion), ``inserted``
        or ``shown`` (w:t), which readers take for code or not. Code outside of any field counts
        as one: a reader may find the beginning that is missing.
        """
        fields = self._stories[-1]
        if fields and not fields[-1].in_result:
            fields[-1].code.append((kind, text))
        elif not fields and kind != "shown":
            self._judge(_Field(at, [(kind, text)]))

    def hidden(self, at: P) -> None:
        """A field of which old and new programs see different halves."""
        self.found.append(("写成两种样子的域", at))

    def _nested(self, kind: str) -> None:
        fields = self._stories[-1]
        if fields and not fields[-1].in_result:
            fields[-1].code.append((kind, _NESTED))

    def _judge(self, one: _Field[P]) -> None:
        for kinds in _VIEWS:
            code = "".join(text for kind, text in one.code if kind in kinds)[:_MOST]
            if name := _refused(code):
                self.found.append((name, one.at))
                return


#: How a code may be taken: with or without what is tracked, with or without visible text.
_VIEWS: Final = (
    frozenset({"code", "inserted"}), frozenset({"code", "deleted"}),
    frozenset({"code", "inserted", "deleted"}), frozenset({"code", "inserted", "shown"}),
    frozenset({"code"}),
)  # fmt: skip


def _refused(code: str) -> str:
    """What a field with this code is called, if it is refused."""
    code = code.strip(_SPACES)
    if not code:
        return ""
    name = re.split(r"\s", code, maxsplit=1)[0]
    if name.startswith("="):
        return ""
    plain = re.match(r'[\\"“]*([A-Za-z]+)', name)
    keyword = plain[1].upper() if plain else ""
    if _NESTED in name or keyword not in _QUIET or plain is None or plain[0] != name.rstrip('"”'):
        shown = name.replace(_NESTED, "{…}")
        return keyword if keyword and _NESTED not in name else shown[:_QUOTED]
    if keyword == "HYPERLINK":
        wrong = (target for target in _targets(code[len(name) :]) if not harmless(target))
        return "".join(f"HYPERLINK {target[:_QUOTED]}" for target in wrong)[: _QUOTED * 2]
    return ""


def _targets(words: str) -> Iterator[str]:
    """The words of a link that are no switch and belong to none."""
    taken = False
    for quoted, switch, plain in _WORDS.findall(words):
        if not taken and (target := quoted or plain):
            yield target.replace(_NESTED, "{…}")
        taken = switch.lower() in _TAKING if switch else False
