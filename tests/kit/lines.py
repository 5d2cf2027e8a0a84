"""A third format for tests: plain text, one paragraph a line, with tags in double braces.

It says of itself what a format has to say and is listed in the registry; nothing else of gen
knows of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import CodeType

from jinja2 import TemplateSyntaxError

from generator.formats.compiled import Compiled, Left, Rendered
from generator.formats.format import Format, Source
from generator.formats.properties import Properties
from generator.frozen import frozen
from generator.language import blocks, markers, statements
from generator.language.environment import GenEnvironment, compile_source, make_environment, run
from generator.language.narrative import Block
from generator.language.statements import Statement
from generator.language.tags import TAG, Tag
from generator.problems import Position, Problems
from generator.problems.place import Packed, Paragraph, Place
from generator.reading.files import File

MEMBER = "text"
BODY = Place("body")


@frozen
class CompiledLines:
    """The one code of a template and its tags."""

    code: CodeType | None
    tags: tuple[Tag, ...]
    statements: tuple[Statement, ...]

    #: Nothing is taken out of plain lines.
    left: tuple[Left, ...] = ()

    @property
    def renderable(self) -> bool:
        return self.code is not None


@cache
def environment() -> GenEnvironment:
    return make_environment(str)


class _Lines:
    composes = False
    names_cells = False
    compiled: type[Compiled] = CompiledLines

    def environment(self) -> GenEnvironment:
        return environment()

    def escape(self, text: str) -> str:
        return text

    def compile(
        self, template: Source, annexes: Sequence[Source], problems: Problems
    ) -> Compiled | None:
        text = template.raw.decode()
        tags: list[Tag] = []
        source: list[str] = []
        for number, line in enumerate(text.splitlines(keepends=True), 1):
            end = 0
            for found in TAG.finditer(line):
                at = Position(template.file, place=BODY.down(Paragraph(number)))
                tag = Tag(found[0], at)
                lead = markers.tag_marker(len(tags)) if tag.prints else ""
                source += (line[end : found.start()], lead, found[0])
                tags.append(tag)
                end = found.end()
            source.append(line[end:])
        said = tuple(statements.read(tags, environment()))
        blocks.parse(said).report(tags, said, problems)
        code = None
        with contextlib.suppress(TemplateSyntaxError):
            code = compile_source(environment(), "".join(source), template.file)
        return CompiledLines(code, tuple(tags), said)

    def lint(self, compiled: Compiled, printed: Sequence[Block], problems: Problems) -> None:
        pass

    def render(
        self, compiled: Compiled, context: Mapping[str, object], properties: Properties
    ) -> Rendered:
        assert isinstance(compiled, CompiledLines)
        assert compiled.code is not None
        text, marks = markers.strip(run(environment(), compiled.code, context))
        return Rendered(text.encode(), {MEMBER: text}, {MEMBER: tuple(marks)})

    def stamped(self, data: bytes) -> bytes:
        return data

    def waits(self, compiled: Compiled) -> bool:
        return False

    def for_layout(self, data: bytes) -> bytes:
        return data

    def paged(self, data: bytes, laid_out: bytes) -> bytes:
        return data

    def open(self, data: bytes) -> File:
        return LinesFile(data)


FORMAT: Format = _Lines()


@dataclass
class Line:
    """A line of the file."""

    number: int
    start: int
    text: str
    outermost: bool = True
    repeated: bool = False

    @property
    def place(self) -> Place:
        return BODY.down(Paragraph(self.number))

    @property
    def packed(self) -> Packed:
        return self.place.packed()

    def fills(self, start: int, end: int, /) -> bool:
        return (start, end - start) == (self.start, len(self.text))

    def shows(self, text: str, start: int, /) -> bool:
        return self.text.startswith(text, self.offset(start))

    def offset(self, start: int, /) -> int:
        return start - self.start


class LinesFile:
    """A finished text file."""

    def __init__(self, data: bytes) -> None:
        self.members = {MEMBER: data}
        self.places = {MEMBER: BODY}
        self.lines: list[Line] = []
        start = 0
        for number, text in enumerate(data.decode().splitlines(keepends=True), 1):
            self.lines.append(Line(number, start, text.rstrip("\n")))
            start += len(text)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def at(self, offset: int) -> Line | None:
        return next((line for line in reversed(self.lines) if line.start <= offset), None)

    def part(self, name: str) -> LinesFile:
        assert name == MEMBER
        return self

    def sound(self, name: str) -> bool:
        return name == MEMBER

    def plain(self, piece: str) -> str:
        return piece
