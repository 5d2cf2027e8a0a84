"""What a document said when it was printed, where the content has changed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from generator.frozen import frozen
from generator.language.wording import read_source
from generator.pulling.model import TYPED, VALUE, Cell, Line
from generator.records.changes.paths import GONE
from generator.records.compare import compare
from generator.records.record import Record

_BLOCK: Final = "正文["
#: The texts of the pieces of one cell.
Texts = tuple[str, ...]


@frozen
class Old:
    """A line as it was: the line as it prints now, and what its pieces said, cell by cell.

    ``mixed``: it was made of other pieces then, so that only its whole text is known.
    """

    line: Line
    cells: tuple[Texts, ...]
    mixed: bool = False

    @property
    def text(self) -> str:
        """What it showed, cell by cell."""
        return "\t".join(
            "=" if cell.formula else "".join(texts)
            for cell, texts in zip(self.line.cells, self.cells, strict=True)
        )


@frozen
class Pairing:
    """A line of each side; None where it has no other."""

    old: Old | None
    new: Line | None


class Before:
    """The record that a document was printed with, by the names of the present one."""

    def __init__(
        self, old: Record, now: Record, document: str, earlier: Record | None = None
    ) -> None:
        self._earlier = _said(earlier, now, document) if earlier is not None else frozenset()
        self.same = old is now or (
            old.values == now.values
            and old.narrative == now.narrative
            and document in old.documents
            and old.documents[document].places == now.documents[document].places
        )
        renamed = old if self.same else compare(old, now).old
        # In a workbook a value may show in other digits than in text.
        places = renamed.documents[document].places if document in renamed.documents else ()
        self._values = {row.path: row.text for row in places}
        self._known = renamed.values
        self._blocks: dict[str, list[str]] = defaultdict(list)
        for path, _, text in renamed.narrative:
            self._blocks[path].append(text)
        self._seen: dict[str, int] = defaultdict(int)

    def lines(self, lines: Sequence[Line]) -> list[Old]:
        """What ``lines`` said; without those that are new since."""
        found = (self._line(line) for line in lines)
        return [old for old in found if old is not None]

    def earlier(self, path: str, text: str) -> bool:
        """Whether ``path`` (a value, or a block of report.md) said ``text`` in the build before."""
        return (path, text) in self._earlier

    def gone(self, text: str) -> bool:
        """Whether ``text`` was a paragraph that the content has no more."""
        return any(text in texts for path, texts in self._blocks.items() if path.startswith(GONE))

    def _line(self, line: Line) -> Old | None:
        as_now = tuple(tuple(one.text for one in cell.segments) for cell in line.cells)
        if self.same:
            return Old(line, as_now)
        if line.block and not line.row:
            return self._block(line)
        paths = [one.path for cell in line.cells for one in cell.segments if one.kind == VALUE]
        new = [path for path in paths if read_source(path).figure not in self._known]
        if line.row and paths and len(new) * 2 > len(paths):
            return None
        return Old(line, tuple(map(self._cell, line.cells)))

    def _cell(self, cell: Cell) -> Texts:
        return tuple(
            self._values.get(one.path, one.text) if one.kind == VALUE else one.text
            for one in cell.segments
        )

    def _block(self, line: Line) -> Old | None:
        number = self._seen[line.block]
        self._seen[line.block] += 1
        texts = self._blocks.get(line.block, [])
        if number >= len(texts):
            return None
        (cell,), whole = line.cells, texts[number]
        if whole == cell.text:
            return Old(line, (tuple(one.text for one in cell.segments),))
        found = self._split(cell, whole)
        if found is None:
            return Old(line, ((whole,),), mixed=True)
        return Old(line, (found,))

    def _split(self, cell: Cell, whole: str) -> Texts | None:
        """``whole`` taken apart at its values, in the pieces that ``cell`` has now."""
        out = [""] * len(cell.segments)
        at, waiting = 0, -1
        for number, one in enumerate(cell.segments):
            if one.kind != VALUE:
                if one.kind == TYPED and waiting >= 0:
                    return None
                if one.kind == TYPED:
                    waiting = number
                elif whole.startswith(one.text, at):
                    out[number] = one.text
                    at += len(one.text)
                continue
            text = self._values.get(one.path)
            start = whole.find(text, at) if text else -1
            if text is None or start < 0 or (waiting < 0 and start > at):
                return None
            if waiting >= 0:
                out[waiting], waiting = whole[at:start], -1
            out[number] = text
            at = start + len(text)
        if waiting >= 0:
            out[waiting] = whole[at:]
        elif at < len(whole):
            return None
        return tuple(out)


def _said(earlier: Record, now: Record, document: str) -> frozenset[tuple[str, str]]:
    """What values and blocks said in an earlier build, by their present names."""
    old = compare(earlier, now).old
    places = old.documents[document].places if document in old.documents else ()
    blocks = {(path, text) for path, _, text in old.narrative}
    return frozenset({(row.path, row.text) for row in places} | blocks)
