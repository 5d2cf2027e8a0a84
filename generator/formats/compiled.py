"""What compiling a template gives: plain data that can be cached, shared and rendered."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType

from generator.formats.package import StaticBlock
from generator.frozen import frozen
from generator.language.markers import Mark
from generator.language.statements import Statement
from generator.language.tags import Tag


@frozen
class Compiled:
    """A template ready to render.

    ``kind`` is ``docx`` or ``xlsx``; ``static`` the members no render changes; ``codes`` Jinja
    code for each rendered member; ``tags`` the template's tags in document order, numbered as
    the markers count them; ``extra`` what the format's renderer needs besides (marshal-able).
    ``statements`` say what each tag means, for the lint.
    """

    kind: str
    static: StaticBlock
    codes: Mapping[str, CodeType]
    tags: tuple[Tag, ...]
    extra: Mapping[str, object]
    statements: tuple[Statement, ...] = ()


@frozen
class Rendered:
    """A finished file: its bytes, the XML of each rendered member, and the marks in it."""

    data: bytes
    parts: Mapping[str, str]
    marks: Mapping[str, tuple[Mark, ...]]
