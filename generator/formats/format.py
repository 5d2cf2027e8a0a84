"""What gen has to know of a format: from a template's bytes to a finished file and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from generator.content.model import NamedCell
from generator.formats.compiled import Compiled, Rendered
from generator.formats.properties import Properties
from generator.frozen import frozen
from generator.language.environment import GenEnvironment
from generator.language.narrative import Block
from generator.problems import Problems
from generator.reading.files import File


@frozen
class Source:
    """A template file: the document it is for, its bytes, its name in messages.

    ``each``: once per project, which it knows as 本项目. ``cells``: those that the form set names.
    """

    name: str
    raw: bytes
    file: str
    each: bool = False
    cells: tuple[NamedCell, ...] = ()


class Format(Protocol):
    """A format. What it imports at the top is there for every build: compilers come later."""

    #: Whether annexes can follow a report in one file.
    composes: bool
    #: Whether a form set can say which figures its templates' named cells show.
    names_cells: bool
    #: What ``compile`` makes, for the cache.
    compiled: type[Compiled]

    def environment(self) -> GenEnvironment:
        """The sandbox that compiles and runs its templates."""

    def escape(self, text: str) -> str:
        """``text`` as the format writes it."""

    def compile(
        self, template: Source, annexes: Sequence[Source], problems: Problems
    ) -> Compiled | None:
        """The compiled template; None when one of the files cannot be opened."""

    def lint(self, compiled: Compiled, blocks: Sequence[Block], problems: Problems) -> None:
        """What ``compiled`` lacks for the narrative it is to print."""

    def render(
        self, compiled: Compiled, context: Mapping[str, object], properties: Properties
    ) -> Rendered:
        """The finished file.

        Raises ``TemplateLimit`` and ``jinja2.TemplateError`` as ``environment.run`` does.
        """

    def stamped(self, data: bytes) -> bytes:
        """A finished file with 草稿 on every page."""

    def waits(self, compiled: Compiled) -> bool:
        """Whether its files print page numbers that only a layout tells."""

    def for_layout(self, data: bytes) -> bytes:
        """A copy of such a file for an office suite to write anew, with page numbers."""

    def paged(self, data: bytes, laid_out: bytes) -> bytes:
        """A finished file with the page numbers of ``laid_out``, which came of that copy."""

    def open(self, data: bytes) -> File:
        """A finished file read anew, by nothing that wrote it; raises ``PackageError``."""
