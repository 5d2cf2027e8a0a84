"""Drawings and charts: numbers that are numbers, charts that are there, series with data.

The rules are those whose breach Word and Excel answer with a repair that takes the whole drawing
away (ECMA-376 part 1, §20.5 and §21.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from generator.formats.soundness.flaw import Flaw
from generator.reading import opc
from generator.reading.xml import walk

#: How the types of parts end that hold charts, drawings, or both in their text.
CHART: Final = "drawingml.chart+xml"
DRAWN: Final = (CHART, "drawing+xml", "document.main+xml", "header+xml", "footer+xml")
_CHARTS: Final = (
    "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "http://purl.oclc.org/ooxml/drawingml/chart",
)
_ANCHORS: Final = (
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing",
)
_DRAWING: Final = (
    "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://purl.oclc.org/ooxml/drawingml/main",
)
#: Elements of charts whose ``val`` is a number; percent signs are of the newer schema.
_NUMBERED: Final = frozenset({
    "axId", "crossAx", "idx", "order", "ptCount", "lblOffset", "gapWidth", "gapDepth", "overlap",
    "firstSliceAng", "holeSize", "bubbleScale", "splitPos", "secondPiePt", "explosion", "size",
    "tickLblSkip", "tickMarkSkip", "style", "rotX", "rotY", "hPercent", "depthPercent",
    "perspective", "thickness", "forward", "backward", "intercept", "period", "max", "min",
    "logBase", "majorUnit", "minorUnit", "custUnit", "crossesAt", "x", "y", "w", "h",
})  # fmt: skip
_NUMBER: Final = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{0,40})?(?:[eE][-+]?[0-9]{1,4})?%?")
_WHOLE: Final = re.compile(r"-?[0-9]{1,20}")
#: What holds one of several kinds of data, and what a reference to cells must hold.
_HOLDS: Final = {
    **dict.fromkeys(
        ("cat", "val", "xVal", "yVal", "bubbleSize"),
        frozenset({"numRef", "numLit", "strRef", "strLit", "multiLvlStrRef"}),
    ),
    **dict.fromkeys(("numRef", "strRef", "multiLvlStrRef"), frozenset({"f"})),
}
#: ``barChart``, ``pie3DChart`` …
_KIND: Final = re.compile(r"[a-z]\w{2,20}Chart")
_PLACED: Final = frozenset({"row", "col", "rowOff", "colOff"})
_SHORT: Final = 20


def flaws(name: str, data: bytes) -> Iterator[Flaw]:
    """What is wrong with the drawings and charts in the part ``name``."""
    reader = _Reader()
    walk(data, (reader,))
    for reason in dict.fromkeys(reader.reasons):
        yield Flaw(name, reason)


class _Reader:
    """A visitor of one part."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self._open: list[tuple[str, str, set[str]]] = []
        self._text = ""

    def start(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        inside = bool(self._open)
        if inside:
            self._open[-1][2].add(name)
        self._open.append((space, name, set()))
        self._text = ""
        if space in _CHARTS:
            value = attributes.get("val", "0")
            if name in _NUMBERED and not _NUMBER.fullmatch(value):
                self._wrong(name, value)
            # As the root it is the chart itself, in a drawing only its name.
            if name == "chart" and inside and self._open[-2][1] == "graphicData":
                self._named(attributes)
        elif space in (*_DRAWING, *_ANCHORS) and name in ("ext", "off"):
            for key in ("cx", "cy", "x", "y"):
                if not _WHOLE.fullmatch(attributes.get(key, "0")):
                    self._wrong(name, attributes[key])

    def _named(self, attributes: Mapping[str, str]) -> None:
        if not any(attributes.get(f"{space} id") for space in opc.LINKING):
            self.reasons.append("有一个图表没有写明是哪一部分")

    def _wrong(self, name: str, value: str) -> None:
        self.reasons.append(f"图形里 {name} 不是数：“{value[:_SHORT]}”")

    def end(self, space: str, name: str) -> None:
        _, _, held = self._open.pop()
        if space in _CHARTS and name in _HOLDS and not held & _HOLDS[name]:
            self.reasons.append(f"图表里的 {name} 没有写明数据在哪里")
        if space in _CHARTS and name == "plotArea" and held and not any(map(_KIND.fullmatch, held)):
            self.reasons.append("图表里没有数据系列，是空的：选中数据区域重新插入，或删去它")
        if space in _ANCHORS and name in _PLACED and not _WHOLE.fullmatch(self._text.strip()):
            self._wrong(name, self._text)
        self._text = ""

    def text(self, text: str) -> None:
        if self._open and self._open[-1][1] in _PLACED:
            self._text += text
