"""XML members of a workbook as spans: read once, never written back from a tree.

What a patch replaces is replaced; everything between stays as its author's program wrote it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from generator.formats.xlsx.segments import Segment
from generator.formats.xlsx.texts import escape_attribute

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class BadPart(Exception):
    """An XML part that gen does not read: a catalogue code and its values."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = values


@dataclass(slots=True)
class Node:
    """An element and where it stands in its part: ``[start, inner, inner_end, end)`` in bytes."""

    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    inner_end: int = 0
    end: int = 0
    children: list[Node] = field(default_factory=list)
    text: str = ""

    @property
    def local(self) -> str:
        """The name without its namespace prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The namespace prefix with its colon, or empty."""
        return self.name[: self.name.rfind(":") + 1]

    def child(self, local: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.local == local), None)

    def each(self, local: str) -> list[Node]:
        """All children of that name."""
        return [child for child in self.children if child.local == local]

    def walk(self) -> Iterator[Node]:
        """The element and everything in it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def get(self, local: str, default: str = "") -> str:
        """The attribute of that name, whatever its prefix."""
        if local in self.attributes:
            return self.attributes[local]
        ending = ":" + local
        return next((v for k, v in self.attributes.items() if k.endswith(ending)), default)


@dataclass(slots=True)
class Part:
    """One XML member: UTF-8 without declaration, and its elements."""

    name: str
    data: bytes
    root: Node

    def raw(self, start: int, end: int) -> str:
        """The XML between two places."""
        return self.data[start:end].decode()


_START_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>\s*")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def read_part(name: str, data: bytes) -> Part:
    """Parse one member; raises ``BadPart`` for broken XML."""
    try:
        clean = _decode(data).encode()
    except (UnicodeError, LookupError) as error:
        raise BadPart("T252", part=name, message="里面的文字编码不对") from error
    builder = _Builder(name, clean)
    try:
        builder.parser.Parse(clean, True)
    except expat.ExpatError as error:
        raise BadPart("T252", part=name, message="里面的内容残缺，或被改坏了") from error
    return Part(name, clean, builder.root)


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16")
    else:
        declared = _ENCODING.match(data)
        encoding = declared[1].decode() if declared else "utf-8"
        text = data.decode("utf-8-sig" if encoding.lower() == "utf-8" else encoding)
    match = _XML_DECLARATION.match(text)
    return text[match.end() :] if match else text


class _Builder:
    def __init__(self, name: str, data: bytes) -> None:
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._name = name
        self._data = data
        self._open: list[Node] = [Node("", {}, 0, 0)]

    @property
    def root(self) -> Node:
        return self._open[0].children[0]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self.parser.CurrentByteIndex
        match = _START_TAG.match(self._data, start)
        node = Node(name, attributes, start, match.end() if match else start)
        self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, _name: str) -> None:
        node = self._open.pop()
        if self._data[node.inner - 2 : node.inner] == b"/>":
            node.inner_end = node.end = node.inner
        else:
            node.inner_end = self.parser.CurrentByteIndex
            node.end = self._data.index(b">", node.inner_end) + 1

    def _text(self, text: str) -> None:
        self._open[-1].text += text


Patch = Callable[[Node], "list[Segment] | None"]


def unpatched(_node: Node) -> None:
    """A patch that leaves everything."""
    return


def emit(part: Part, node: Node, patch: Patch) -> list[Segment]:
    """The XML of ``node`` with what ``patch`` puts in the place of elements."""
    own = patch(node)
    if own is not None:
        return own
    return [part.raw(node.start, node.inner), *emit_inner(part, node, patch)]


def emit_inner(part: Part, node: Node, patch: Patch) -> list[Segment]:
    """The content and the end tag of ``node``, patched."""
    out: list[Segment] = []
    position = node.inner
    for child in node.children:
        out.append(part.raw(position, child.start))
        out += emit(part, child, patch)
        position = child.end
    out.append(part.raw(position, node.end))
    return out


def retag(
    part: Part, node: Node, patches: Mapping[str, Segment], patch: Patch = unpatched
) -> list[Segment]:
    """``node`` with other attribute values, and its content patched."""
    out: list[Segment] = [f"<{node.name}"]
    for name, value in node.attributes.items():
        out += (f' {name}="', patches.get(name, escape_attribute(value)), '"')
    if node.inner == node.end:
        return [*out, "/>"]
    return [*out, ">", *emit_inner(part, node, patch)]


def compact(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Neighbouring texts joined."""
    out: list[Segment] = []
    for segment in segments:
        if isinstance(segment, str) and out and isinstance(out[-1], str):
            out[-1] += segment
        elif segment:
            out.append(segment)
    return tuple(out)


def attributes_text(attributes: Mapping[str, str], dropped: Collection[str] = ()) -> str:
    """Attributes as XML, without the ``dropped`` ones."""
    return "".join(
        f' {name}="{escape_attribute(value)}"'
        for name, value in attributes.items()
        if name not in dropped
    )
