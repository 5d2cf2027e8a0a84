"""Charts: what they are drawn from grows, and the values kept in them are those of the cells."""

from __future__ import annotations

from generator.formats.xlsx.compile.formulas.outside import Outside
from generator.formats.xlsx.compile.parts import DECLARATION, Node, Part, compact, emit
from generator.formats.xlsx.formulas.model import Formula, Reference
from generator.formats.xlsx.segments import Cache, FormulaText, Segment, Segments
from generator.problems.place import Place

_CACHES = {"numRef": "numCache", "strRef": "strCache"}


class _Chart:
    def __init__(self, part: Part, outside: Outside, place: Place | None) -> None:
        self._part = part
        self._outside = outside
        self._place = place

    def patch(self, node: Node) -> list[Segment] | None:
        if node.local in (*_CACHES, "multiLvlStrRef") and node.child("f") is not None:
            return self._referring(node)
        if node.local == "f" and not node.children:
            formula = self._formula(node)
            if formula.moves:
                end = self._part.raw(node.inner_end, node.end)
                return [self._part.raw(node.start, node.inner), self._text(formula), end]
        return None

    def _formula(self, node: Node) -> Formula:
        text = node.text.strip().removeprefix("=")
        lone = text.removeprefix("(").removesuffix(")") if "," not in text else text
        return self._outside.formula(lone, -1, self._place)

    def _text(self, formula: Formula) -> Segment:
        return FormulaText(formula, self._place, joined=True)

    def _referring(self, node: Node) -> list[Segment]:
        """A reference with the values kept of it."""
        cache = _CACHES.get(node.local, "multiLvlStrCache")
        out: list[Segment] = [self._part.raw(node.start, node.inner)]
        for child in node.children:
            if child.local == "f":
                formula = self._formula(child)
                out += [f"<{child.name}>", self._text(formula), f"</{child.name}>"]
                if isinstance(formula.root, Reference) and cache != "multiLvlStrCache":
                    out.append(self._kept(node, formula, cache))
            elif child.local != cache:
                out += emit(self._part, child, self.patch)
        return [*out, self._part.raw(node.inner_end, node.end)]

    def _kept(self, node: Node, formula: Formula, cache: str) -> Segment:
        old, prefix = node.child(cache), node.prefix
        code = old.child("formatCode") if old is not None else None
        start = f"<{prefix}{cache}>" + (self._part.raw(code.start, code.end) if code else "")
        return Cache(formula, start, prefix, f"</{prefix}{cache}>", cache == "numCache")


def patch_chart(part: Part, outside: Outside, place: Place | None) -> Segments:
    """A chart of Excel 2007 or, with ``cx`` elements, of 2016."""
    chart = _Chart(part, outside, place)
    return compact([DECLARATION, *emit(part, part.root, chart.patch)])
