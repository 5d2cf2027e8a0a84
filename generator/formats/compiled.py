"""What compiling a template gives and what rendering makes of it, whatever the format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from generator.frozen import frozen
from generator.language.markers import Mark
from generator.language.statements import Statement
from generator.language.tags import Tag
from generator.problems.place import Place


@frozen
class Left:
    """What was taken out of a template: the file, the member, what it was in words."""

    file: str
    member: str
    what: str


class Compiled(Protocol):
    """A template ready to render; each format has a class of its own for the rest.

    It is of frozen classes, tuples and mappings throughout (see ``codec``), so it can be kept
    and shared.
    """

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The template's tags in document order, numbered as the markers count them."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What each tag says, for the lint."""

    @property
    def left(self) -> tuple[Left, ...]:
        """What was taken out of it and of its annexes."""

    @property
    def renderable(self) -> bool:
        """Whether it is more than its tags: misplaced ones can be linted, but not rendered."""


@frozen
class Remark:
    """What only rendering shows of a template: a code, the place in the template, its values."""

    code: str
    place: Place | None
    values: tuple[tuple[str, str], ...]


@frozen
class Rendered:
    """A finished file: its bytes, the XML of each rendered member, and the marks in it.

    ``remarks``: what is to say of the template. ``printed``: of values that a formula gives in
    more digits than are shown, the member, the start of the mark and the number as it shows.
    """

    data: bytes
    parts: Mapping[str, str]
    marks: Mapping[str, tuple[Mark, ...]]
    remarks: tuple[Remark, ...] = ()
    printed: tuple[tuple[str, int, str], ...] = ()
