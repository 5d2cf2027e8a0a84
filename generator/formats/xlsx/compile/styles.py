"""Styles of a template that leave the number format to the value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS as OPENPYXL_FORMATS

from generator.formats.xlsx.numbers import BUILTIN_FORMATS, FIRST_CUSTOM_FORMAT
from generator.formats.xlsx.parts import DECLARATION, Node, Part, attributes_text


def compile_styles(part: Part, used: Iterable[int]) -> dict[str, Any] | None:
    """What rendering needs to give values a format; None when every used cell has its own."""
    root = part.root
    formats, cells = root.child("numFmts"), root.child("cellXfs")
    if cells is None:
        return None
    codes = {
        int(node.get("numFmtId")): node.get("formatCode")
        for node in (formats.children if formats else ())
        if node.get("numFmtId").isdigit()
    }
    styles = cells.each("xf")
    opened = {
        style: (*_derivable(part, styles[max(style, 0)]), _is_text(styles[max(style, 0)], codes),
                len(styles))
        for style in sorted(set(used))
        if max(style, 0) < len(styles) and _is_open(styles[max(style, 0)], codes)
    }  # fmt: skip
    if not opened:
        return None
    start = (formats.start, formats.end) if formats else (root.inner, root.inner)
    return {
        "part": part.name,
        "prefix": root.prefix,
        "open": opened,
        "formats": {**{code: number for number, code in codes.items()}, **BUILTIN_FORMATS},
        "next": max([FIRST_CUSTOM_FORMAT - 1, *codes]) + 1,
        "counts": (len(formats.children) if formats else 0, len(styles)),
        "pieces": (
            DECLARATION + part.raw(0, start[0]),
            part.raw(formats.inner, formats.inner_end) if formats else "",
            part.raw(start[1], cells.start),
            part.raw(cells.inner, cells.inner_end),
            part.raw(cells.end, len(part.data)),
        ),
    }


def _format_code(style: Node, codes: Mapping[int, str]) -> str:
    number = int(style.get("numFmtId") or 0)
    return codes.get(number, OPENPYXL_FORMATS.get(number, "0")).lower()


def _is_open(style: Node, codes: Mapping[int, str]) -> bool:
    """Whether the template leaves the number format to the value."""
    return _format_code(style, codes) in ("general", "@")


def _is_text(style: Node, codes: Mapping[int, str]) -> bool:
    return _format_code(style, codes) == "@"


def _derivable(part: Part, style: Node) -> tuple[str, str]:
    """The XML of a style around the number of its format."""
    dropped = {"numFmtId", "applyNumberFormat", "quotePrefix"}
    kept = attributes_text(style.attributes, dropped)
    inner = part.raw(style.inner, style.inner_end)
    end = f">{inner}</{style.name}>" if inner else "/>"
    return f'<{style.name} numFmtId="', f'"{kept} applyNumberFormat="1"{end}'
