"""Word: what stands in what, and numbers that must be there and must not be there twice.

The rules are those whose breach Word answers with "unreadable content" (ECMA-376 part 1, §17);
what it mends without a word is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from generator.formats.soundness.flaw import Flaw
from generator.problems.place import Place
from generator.reading.word import COUNTED, MAIN, Count, text_parts
from generator.reading.xml import walk

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_THROUGH: Final = ("sdtContent", "customXml", "smartTag", "ins", "del", "moveTo", "moveFrom")
_BLOCKS: Final = frozenset({
    "body", "tc", "hdr", "ftr", "footnote", "endnote", "comment", "txbxContent", "docPartBody",
    *_THROUGH,
})  # fmt: skip
_INLINE: Final = frozenset({
    "p", "hyperlink", "fldSimple", "dir", "bdo", "rt", "rubyBase", "r", *_THROUGH,
})  # fmt: skip
#: What an element may stand in, inside of Word's own elements.
_PARENTS: Final = {
    "p": _BLOCKS, "tbl": _BLOCKS, "tr": frozenset({"tbl", *_THROUGH}),
    "tc": frozenset({"tr", *_THROUGH}), "r": _INLINE - {"r"},
    "t": frozenset({"r"}), "body": frozenset({"document"}),
    "instrText": frozenset({"r"}), "fldChar": frozenset({"r"}),
}  # fmt: skip
#: What must end in a paragraph or hold one, and what must not be empty.
_ENDS_IN_PARAGRAPH: Final = frozenset({"tc"})
_HOLDS_BLOCK: Final = frozenset({"hdr", "ftr", "footnote", "endnote", "comment", "txbxContent"})
_HOLDS: Final = {"tbl": "tr", "tr": "tc"}
_WORDS: Final = {
    "tbl": "表格", "tr": "表格的行", "tc": "表格的格", "hdr": "页眉", "ftr": "页脚",
    "footnote": "脚注", "endnote": "尾注", "comment": "批注", "txbxContent": "文本框",
    "p": "段落", "r": "文字", "t": "文字", "body": "正文", "instrText": "域", "fldChar": "域",
}  # fmt: skip
_NUMBERED: Final = {
    "style": "styleId", "num": "numId", "abstractNum": "abstractNumId", "comment": "id",
    "footnote": "id", "endnote": "id",
}  # fmt: skip
_REFERENCES: Final = {
    "footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment",
}  # fmt: skip
_SETTING: Final = {"footnotePr": "footnote", "endnotePr": "endnote"}
#: What holds characters only, and what else holds some.
_TEXTS: Final = frozenset({"t", "delText", "instrText", "delInstrText"})
_WRITTEN: Final = _TEXTS | {"fldData", "binData", "base64"}
_ROOTS: Final = {
    "word/styles.xml": "styles", "word/numbering.xml": "numbering", "word/settings.xml": "settings",
}  # fmt: skip


def flaws(members: Mapping[str, bytes]) -> list[Flaw]:
    """What Word would call damaged in the parts of a document."""
    places = text_parts(members)
    readers: dict[str, _Reader] = {}
    for name in (*places, *_ROOTS):
        if name in members:
            readers[name] = _Reader(name, places.get(name))
            walk(members[name], (readers[name],))
    found = [flaw for reader in readers.values() for flaw in reader.flaws]
    numbers = [key for reader in readers.values() for key in reader.numbers]
    found += _roots(readers)
    for reader in readers.values():
        found += reader.unknown(numbers)
    return found


def _roots(readers: Mapping[str, _Reader]) -> Iterator[Flaw]:
    if not readers[MAIN].has_body:
        yield Flaw(MAIN, "没有正文")
    for name, root in _ROOTS.items():
        if name in readers and readers[name].root != root:
            yield Flaw(name, f"里面不是 {root}")


class _Open:
    """An open element of Word's own: its name, the last and all kinds of what it holds."""

    __slots__ = ("held", "last", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.last = ""
        self.held: set[str] = set()


class _Reader:
    """A visitor of one part."""

    def __init__(self, member: str, place: Place | None) -> None:
        self.flaws: list[Flaw] = []
        self.numbers: dict[tuple[str, str], None] = {}
        self.root = ""
        self.has_body = False
        self._member = member
        self._count = None if place is None else Count(place)
        self._open: list[_Open] = []
        self._ours: list[bool] = []
        self._references: list[tuple[str, str, Place | None]] = []

    def start(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        if self._count is not None and name in COUNTED and space in (_WORD, _MC):
            special = attributes.get(f"{_WORD} type", "normal") != "normal"
            self._count.opened(name, special=special)
        if self._open and self._open[-1].name in _TEXTS:
            self._flaw("文字里夹着别的东西")
        self._ours.append(space == _WORD)
        if space != _WORD:
            return
        self.root = self.root or name
        self.has_body |= name == "body"
        self._placed(name)
        named = _SETTING.get(self._open[-1].name) if self._open else None
        # The settings name the lines that part notes from the text; the notes are elsewhere.
        told = _REFERENCES.get(name) or (name if name == named else None)
        self._open.append(_Open("" if name == named else name))
        if told is not None:
            self._references.append((told, attributes.get(f"{_WORD} id", ""), self._place))
        elif key := _NUMBERED.get(name):
            self._number(name, attributes.get(f"{_WORD} {key}", ""))

    def end(self, space: str, name: str) -> None:
        self._ours.pop()
        if space == _WORD:
            self._ended(self._open.pop())
        if self._count is not None and name in COUNTED and space in (_WORD, _MC):
            self._count.closed(name)

    def text(self, text: str) -> None:
        # Elements of others (drawings, formulas) hold what they like.
        loose = self._ours and self._ours[-1] and self._open[-1].name not in _WRITTEN
        if loose and (said := text.strip()):
            self._flaw(f"“{said[:20]}”写在了不能写的地方")

    def unknown(self, numbers: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
        """References to notes and comments that are not there."""
        known = set(numbers)
        for kind, number, place in self._references:
            if (kind, number) not in known:
                yield Flaw(self._member, f"提到的{_WORDS[kind]}“{number}”不在文件里", place)

    def _placed(self, name: str) -> None:
        parent = self._open[-1] if self._open else None
        allowed = _PARENTS.get(name)
        if allowed is not None and (parent is None or parent.name not in allowed):
            self._flaw(f"{_WORDS[name]}写在了不能写的地方")
        if parent is not None:
            parent.held.add(name)
            if not name.endswith(("Pr", "Start", "End", "Err")):
                parent.last = name

    def _ended(self, one: _Open) -> None:
        name = one.name
        if name in _ENDS_IN_PARAGRAPH and one.last not in ("p", *_THROUGH):
            self._flaw("表格的格里最后没有段落")
        elif (name in _HOLDS and not one.held & {_HOLDS[name], *_THROUGH}) or (
            name in _HOLDS_BLOCK and not one.held & {"p", "tbl", *_THROUGH}
        ):
            self._flaw(f"{_WORDS[name]}是空的")

    def _number(self, name: str, number: str) -> None:
        if name in ("num", "abstractNum") and not re.fullmatch("[0-9]{1,9}", number):
            self._flaw(f"列表的编号“{number[:20]}”不是数")
        if (name, number) in self.numbers:
            self._flaw(f"编号“{number[:20]}”用了两次")
        self.numbers[name, number] = None

    @property
    def _place(self) -> Place | None:
        return None if self._count is None else self._count.place

    def _flaw(self, reason: str) -> None:
        self.flaws.append(Flaw(self._member, reason, self._place))
