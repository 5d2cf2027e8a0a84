"""``{{ 图片('走访.jpg', 宽='14cm') }}``: a picture in the line of the text."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from jinja2.runtime import Context
from markupsafe import Markup

from generator.figures.model import Fault
from generator.formats.docx.grafts import PICTURE, graft
from generator.formats.pictures import PICTURES, Pictures
from generator.language.environment import as_fault
from generator.reading import entities
from generator.reading.pictures import Picture

_EMU_PER_MM: Final = 36_000
_SIZE: Final = re.compile(r"\s*([0-9]{1,3}(?:\.[0-9]{1,2})?)\s*(cm|mm|厘米|毫米)\s*")
_MM: Final = {"cm": 10.0, "厘米": 10.0, "mm": 1.0, "毫米": 1.0}
#: The text of a page of GB/T 9704 in millimetres: no picture is larger unless somebody says so.
_WIDEST, _HIGHEST = 156.0, 225.0
_LEAST, _MOST = 5.0, 400.0
_A: Final = "http://schemas.openxmlformats.org/drawingml/2006"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: What a picture begins with in filled XML.
DRAWN: Final = "<w:drawing>"


def drawn(context: Context, value: object, 宽: object = None, 高: object = None) -> object:  # noqa: N803, PLC2401
    """The picture that ``value`` names, as XML inside of a text; else a fault that says why not."""
    if not isinstance(value, str):
        return as_fault(value)
    pictures = context.get(PICTURES)
    if not isinstance(pictures, Pictures):
        return Fault("T241", (("name", str(value)), ("folder", "images"), ("hint", "")))
    found = pictures.named(str(value))
    if isinstance(found, Fault):
        return found
    key, picture = found
    size = _size(picture, 宽, 高)
    if size is None:
        wrong = str(高 if 宽 is None else 宽)
        return Fault("T243", (("name", str(value)), ("size", wrong)))
    return Markup(_xml(str(value), key, picture, *size))


def _size(picture: Picture, width: object, height: object) -> tuple[float, float] | None:
    """Width and height in millimetres; None where they were asked for in a way that cannot be."""
    ratio = picture.height / picture.width
    if width is not None and height is not None:
        return None
    asked = _millimetres(height if width is None else width)
    if width is not None or height is not None:
        if asked is None:
            return None
        return (asked, asked * ratio) if height is None else (asked / ratio, asked)
    wide = min(picture.width / picture.dpi * 25.4, _WIDEST, _HIGHEST / ratio)
    return wide, wide * ratio


def _millimetres(said: object) -> float | None:
    match = _SIZE.fullmatch(said) if isinstance(said, str) else None
    if match is None:
        return None
    size = float(match[1]) * _MM[match[2]]
    return size if _LEAST <= size <= _MOST else None


def _xml(name: str, key: str, picture: Picture, wide: float, high: float) -> str:
    across, down = int(wide * _EMU_PER_MM), int(high * _EMU_PER_MM)
    told = entities.escape(PurePosixPath(name).stem)
    own = (down, across) if picture.turned in (90, 270) else (across, down)
    turn = f' rot="{picture.turned * 60_000}"' if picture.turned else ""
    return (
        f"</w:t>{DRAWN}<wp:inline"
        f' xmlns:wp="{_A}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{across}" cy="{down}"/>'
        f'<wp:docPr id="slot" name="{told}" descr="{told}"/>'
        f'<a:graphic xmlns:a="{_A}/main"><a:graphicData uri="{_A}/picture">'
        f'<pic:pic xmlns:pic="{_A}/picture"><pic:nvPicPr><pic:cNvPr id="0" name="{told}"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip xmlns:r="{_R}"'
        f' r:embed="{graft(PICTURE, key)}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm{turn}><a:off x="0" y="0"/><a:ext cx="{own[0]}" cy="{own[1]}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        '</a:graphic></wp:inline></w:drawing><w:t xml:space="preserve">'
    )
