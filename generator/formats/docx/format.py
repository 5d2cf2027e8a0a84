"""Word as a format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from generator.formats.compiled import Compiled, Rendered
from generator.formats.docx import draft, render
from generator.formats.docx.compiled import CompiledDocument
from generator.formats.format import Format, Source
from generator.formats.properties import Properties
from generator.language.environment import GenEnvironment
from generator.language.narrative import Block
from generator.problems import Problems
from generator.reading.files import File, finished

#: The only value that prints whole paragraphs.
_NARRATIVE: Final = "正文"


class _Word:
    composes = True
    names_cells = False
    compiled: type[Compiled] = CompiledDocument

    def environment(self) -> GenEnvironment:
        return render.environment()

    def escape(self, text: str) -> str:
        return render.escape(text)

    def compile(
        self, template: Source, annexes: Sequence[Source], problems: Problems
    ) -> Compiled | None:
        from generator.formats.docx.compile.compiler import compile_docx

        return compile_docx(template.raw, template.file, annexes, problems)

    def lint(self, compiled: Compiled, blocks: Sequence[Block], problems: Problems) -> None:
        """Heading styles that the narrative needs and the template lacks."""
        assert isinstance(compiled, CompiledDocument)
        tags = [tag for tag in compiled.tags if tag.body == _NARRATIVE and tag.scope == "p"]
        levels = sorted({block.level for block in blocks if block.kind == "heading"})
        for look, tag in zip(compiled.looks, tags, strict=False):
            for level in levels:
                if not look.headings[level - 1]:
                    problems.add("T212", tag.at, name=f"heading {level}", level=level)

    def render(
        self, compiled: Compiled, context: Mapping[str, object], properties: Properties
    ) -> Rendered:
        assert isinstance(compiled, CompiledDocument)
        return render.render_docx(compiled, context, properties)

    def stamped(self, data: bytes) -> bytes:
        return draft.stamped(data)

    def waits(self, compiled: Compiled) -> bool:
        assert isinstance(compiled, CompiledDocument)
        return any(table.paged for table in compiled.contents)

    def for_layout(self, data: bytes) -> bytes:
        from generator.formats.docx import contents

        return contents.for_layout(data)

    def paged(self, data: bytes, laid_out: bytes) -> bytes:
        from generator.formats.docx import contents

        return contents.paged(data, contents.pages_of(laid_out))

    def open(self, data: bytes) -> File:
        return finished(data)


FORMAT: Final[Format] = _Word()
