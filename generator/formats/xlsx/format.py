"""Excel as a format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from generator.formats.compiled import Compiled, Rendered
from generator.formats.format import Format, Source
from generator.formats.properties import Properties
from generator.formats.xlsx import draft, render, texts
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.language.environment import GenEnvironment
from generator.language.narrative import Block
from generator.problems import Problems
from generator.reading.files import File, finished


class _Excel:
    composes = False
    names_cells = True
    compiled: type[Compiled] = CompiledWorkbook

    def environment(self) -> GenEnvironment:
        return render.environment()

    def escape(self, text: str) -> str:
        return texts.escape(text)

    def compile(
        self, template: Source, annexes: Sequence[Source], problems: Problems
    ) -> Compiled | None:
        assert not annexes
        from generator.formats.xlsx.compile.compiler import compile_xlsx

        return compile_xlsx(template.raw, template.file, problems, template.cells)

    def lint(self, compiled: Compiled, blocks: Sequence[Block], problems: Problems) -> None:
        """A sheet has no paragraphs for the narrative: nothing can be missing."""

    def render(
        self, compiled: Compiled, context: Mapping[str, object], properties: Properties
    ) -> Rendered:
        assert isinstance(compiled, CompiledWorkbook)
        return render.render_xlsx(compiled, context, properties)

    def stamped(self, data: bytes) -> bytes:
        return draft.stamped(data)

    def waits(self, compiled: Compiled) -> bool:
        del compiled
        return False

    def for_layout(self, data: bytes) -> bytes:
        return data

    def paged(self, data: bytes, laid_out: bytes) -> bytes:
        del laid_out
        return data

    def open(self, data: bytes) -> File:
        return finished(data)


FORMAT: Final[Format] = _Excel()
