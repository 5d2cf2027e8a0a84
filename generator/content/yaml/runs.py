"""Long lists of rows like ``- {名称: 桌子, 数量: 3}``, read from their lines.

libyaml makes several objects of each text, and a list may have a hundred thousand. Where many
lines in a row are of this one simple form, it is shown the first and the last of them; those
between become as many empty lines, so that everything keeps its place. When it finds the first
and the last as neighbours in one list, the others are items of that list too: each is complete in
its line and begins at the same column. Whatever is not so, libyaml reads alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from generator.frozen import frozen

#: Fewer rows are read as quickly by libyaml.
_FEWEST: Final = 16
#: What has no meaning of its own inside a plain text, to whichever reader of YAML.
_PLAIN: Final = r"[\w%()+./;<>=·×—–“”‘’、。《》「」【】〔〕〈〉（）；～℃㎡…≤≥-]"
_NAME: Final = r"[^\W\d]\w{0,60}"
_TEXT: Final = rf"(?!null[,}}])-?[\w+.(（“《【〔≤≥]{_PLAIN}*(?: {_PLAIN}+)*"
_ROW: Final = re.compile(rf" *- \{{{_NAME}: {_TEXT}(?:, {_NAME}: {_TEXT})*\}}")
#: What libyaml takes for the end of a line, beside line feeds.
_BREAKS: Final = ("\x85", "\u2028", "\u2029")

#: The key, its column, the value, its column; columns count from 0.
Pair: TypeAlias = tuple[str, int, str, int]


@frozen
class Run:
    """Rows from line ``first`` to ``last`` (from 0), whose braces open at ``column``.

    ``between``: what is in the rows but for the first and the last.
    """

    first: int
    last: int
    column: int
    between: Sequence[Sequence[Pair]]


def found(lines: Sequence[str]) -> dict[int, Run]:
    """All runs of rows in ``lines``, by their first lines."""
    runs: dict[int, Run] = {}
    rows: list[Sequence[Pair]] = []
    column = 0
    for number, line in enumerate((*lines, "")):
        pairs = _pairs(line) if _ROW.fullmatch(line) else ()
        brace = line.index("{") if pairs else -1
        if rows and brace != column:
            if len(rows) >= _FEWEST:
                first = number - len(rows)
                runs[first] = Run(first, number - 1, column, rows[1:-1])
            rows = []
        if pairs:
            rows.append(pairs)
        column = brace
    return {} if any(sign in line for sign in _BREAKS for line in lines) and runs else runs


def _pairs(line: str) -> Sequence[Pair]:
    """What a row holds; nothing where a name is repeated."""
    column = line.index("{") + 1
    pairs: list[Pair] = []
    for piece in line[column:-1].split(", "):
        key, _, value = piece.partition(": ")
        pairs.append((key, column, value, column + len(key) + 2))
        column += len(piece) + 2
    return pairs if len({pair[0] for pair in pairs}) == len(pairs) else ()


def shortened(lines: Sequence[str], runs: Mapping[int, Run]) -> str:
    """The text of ``lines`` with nothing in those that runs hold between first and last."""
    out = list(lines)
    for run in runs.values():
        out[run.first + 1 : run.last] = [""] * len(run.between)
    return "\n".join(out)
