"""Numbers of captions (图1、表2), counted as the text is filled: a loop has one each pass."""

from __future__ import annotations

from typing import Final

from jinja2.runtime import Context
from markupsafe import Markup

#: The filter that counts, and the name under which a context holds how far each kind is.
COUNTED: Final = "_counted"
COUNTS: Final = "_题注"


def counted(context: Context, kind: str, way: str) -> Markup:
    """The number of the next caption of ``kind``.

    ``way``: empty; ``c`` for the last one again; the number to go on from.
    """
    counts: dict[str, int] = context[COUNTS]
    if way.isdecimal():
        counts[kind] = int(way)
    elif not way:
        counts[kind] = counts.get(kind, 0) + 1
    return Markup(str(counts.get(kind, 0)))
