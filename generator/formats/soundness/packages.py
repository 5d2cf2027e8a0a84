"""The package around the parts: types, relations, and what parts name of them (ECMA-376 part 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from generator.formats.soundness import drawings
from generator.formats.soundness.flaw import Flaw
from generator.reading import opc
from generator.reading.opc import TYPES, ContentTypes
from generator.reading.xml import walk

_WORD: Final = "wordprocessingml."
_SHEET: Final = "spreadsheetml."
_PROPERTIES: Final = {
    "core-properties": "core-properties+xml",
    "extended-properties": "extended-properties+xml",
    "custom-properties": "custom-properties+xml",
    "theme": "theme+xml",
}
#: What a part has to be that a relation of this kind leads to; other types are damage to Word and
#: Excel. The end of the content type, by kind of package.
_EXPECTED: Final = {
    "docx": {
        "officedocument": "wordprocessingml.document.main+xml",
        **{
            kind: f"{_WORD}{kind}+xml"
            for kind in ("styles", "numbering", "settings", "header", "footer", "footnotes",
                         "endnotes", "comments", "fonttable", "websettings")
        },
        **_PROPERTIES,
    },
    "xlsx": {
        "officedocument": "spreadsheetml.sheet.main+xml",
        **{
            kind: f"{_SHEET}{kind}+xml"
            for kind in ("worksheet", "chartsheet", "styles", "sharedstrings", "table", "comments",
                         "pivottable", "pivotcachedefinition", "pivotcacherecords")
        },
        "drawing": "drawing+xml",
        "chart": "drawingml.chart+xml",
        **_PROPERTIES,
    },
}  # fmt: skip
#: Attributes in that namespace that name something else than a relation.
_NO_RELATION: Final = frozenset({"topleft", "topright"})


def flaws(members: Mapping[str, bytes], kind: str) -> list[Flaw]:
    """What is wrong with the package as such."""
    if TYPES not in members:
        return [Flaw(TYPES, "没有这一部分")]
    types = ContentTypes(members[TYPES])
    found = [Flaw(TYPES, f"“{name}”的类型写了两遍") for name in types.repeated]
    found += (
        Flaw(name, "没有说明是什么类型") for name in members if name != TYPES and not types.of(name)
    )
    found += _main(members)
    for name in members:
        if name.lower().endswith(".rels"):
            found += _relations(members, name, types, _EXPECTED[kind])
    if not found:
        for name, data in members.items():
            if types.of(name).endswith("xml") and not name.lower().endswith(".rels"):
                found += _named(members, name, data)
            if types.of(name).endswith(drawings.CHART):
                found += _charted(name, data)
            if types.of(name).endswith(drawings.DRAWN):
                found += drawings.flaws(name, data)
    return found


def _main(members: Mapping[str, bytes]) -> Iterator[Flaw]:
    mains = [link for link in opc.relations(members, "") if link.kind == "officedocument"]
    if len(mains) != 1:
        yield Flaw("_rels/.rels", "没有说哪一部分是正文" if not mains else "说了两个部分是正文")


def _relations(
    members: Mapping[str, bytes], name: str, types: ContentTypes, expected: Mapping[str, str]
) -> Iterator[Flaw]:
    links = list(opc.read_relations(members[name], opc.source_of(name)))
    for number, count in Counter(link.number for link in links).items():
        if count > 1 or not number:
            yield Flaw(name, f"编号“{number}”用了{count}次" if number else "有一条关系没有编号")
    for link in links:
        if not link.kind:
            yield Flaw(name, f"关系“{link.number}”没有写明是什么")
        if link.external or (link.kind == "hyperlink" and not link.target):
            continue
        if link.target not in members:
            yield Flaw(name, f"指向的“{link.target}”不在文件里")
        elif not _fits(link.kind, types.of(link.target), expected):
            yield Flaw(name, f"“{link.target}”的类型不对")


def _fits(kind: str, content_type: str, expected: Mapping[str, str]) -> bool:
    """Whether a relation may lead to a part of this type, which no other kind has for itself."""
    if kind in expected:
        return content_type.endswith(expected[kind])
    return not content_type.endswith(tuple(expected.values()))


class _Outline:
    """The children of a part's root."""

    def __init__(self) -> None:
        self.children: set[str] = set()
        self._depth = 0

    def start(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        del space, attributes
        self._depth += 1
        if self._depth == 2:
            self.children.add(name)

    def end(self, space: str, name: str) -> None:
        del space, name
        self._depth -= 1

    def text(self, text: str) -> None:
        pass


def _charted(name: str, data: bytes) -> Iterator[Flaw]:
    """A chart's part holds a chart."""
    outline = _Outline()
    walk(data, (outline,))
    if "chart" not in outline.children:
        yield Flaw(name, "里面没有图表")


class _Names:
    """The relations that a part names."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}

    def start(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        del space, name
        for key, value in attributes.items():
            holder, _, local = key.rpartition(" ")
            if holder in opc.LINKING and local.lower() not in _NO_RELATION and value:
                self.found[value] = None

    def end(self, space: str, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


def _named(members: Mapping[str, bytes], name: str, data: bytes) -> Iterator[Flaw]:
    if not any(space.encode() in data.replace(b"\0", b"") for space in opc.LINKING):
        return
    names = _Names()
    walk(data, (names,))
    known = {link.number for link in opc.relations(members, name)}
    for number in names.found:
        if number not in known:
            yield Flaw(name, f"用到的关系“{number}”没有写明指向哪里")
