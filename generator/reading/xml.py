"""XML from anywhere, gone through once: names without prefixes, no declarations, no great depth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, Protocol
from xml.parsers import expat

#: Deeper than any document; what goes down a tree by calls stays within Python's limit, and
#: libxml2, which compiles Word templates, refuses more than 256.
MAX_DEPTH: Final = 200

Damage = Literal["declared", "broken", "deep", "encoding", "other"]


class BadXml(ValueError):
    """XML that gen does not read; ``line`` is where reading ended."""

    def __init__(self, damage: Damage, line: int) -> None:
        super().__init__(damage)
        self.damage = damage
        self.line = line

    def __str__(self) -> str:
        words = {
            "declared": "里面夹带了能读取别处文件的声明",
            "broken": f"第{self.line}行附近不完整，或被改坏了",
            "deep": "里面一层套一层，套得太深",
            "encoding": "里面的文字编码不对",
            "other": "里面不是这一部分该有的内容",
        }
        return words[self.damage]


class Visitor(Protocol):
    """Who is told of elements. Names are ``namespace local``, or ``local`` without namespace."""

    def start(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, space: str, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Character data."""


_ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii"})
_VERSION = re.compile(r"1\.[0-9]{1,3}")


def walk(xml: bytes, visitors: Iterable[Visitor]) -> None:
    """Tell ``visitors`` of every element of ``xml``. Raises ``BadXml``."""
    told = tuple(visitors)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise BadXml("deep", parser.CurrentLineNumber)
        space, _, local = name.rpartition(" ")
        for visitor in told:
            visitor.start(space, local, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        space, _, local = name.rpartition(" ")
        for visitor in told:
            visitor.end(space, local)

    def text(data: str) -> None:
        for visitor in told:
            visitor.text(data)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    _parse(parser, xml)


def _parse(parser: expat.XMLParserType, xml: bytes) -> None:
    """Parse to the end. OPC has UTF-8 and UTF-16 only, and no document type (ECMA-376 part 2)."""

    def declared(*_: object) -> None:
        raise BadXml("declared", parser.CurrentLineNumber)

    def opened(version: str | None, encoding: str | None, _standalone: int) -> None:
        if version is None or _VERSION.fullmatch(version) is None:
            raise BadXml("broken", parser.CurrentLineNumber)  # expat reads it, others do not
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise BadXml("encoding", parser.CurrentLineNumber)

    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = declared
    parser.XmlDeclHandler = opened
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        encoding = error.code in (18, 19)  # XML_ERROR_UNKNOWN_ENCODING, XML_ERROR_INCORRECT_…
        raise BadXml("encoding" if encoding else "broken", error.lineno) from error
    except (LookupError, ValueError) as error:
        if isinstance(error, BadXml):
            raise
        raise BadXml("encoding", 1) from error


def elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element with its attributes, all names without prefixes. Raises ``BadXml``."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        found.append((name.rpartition(":")[2], plain))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    _parse(parser, xml)
    return found
