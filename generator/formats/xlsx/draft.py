"""草稿 in the page header of every sheet of a finished Excel file."""

from __future__ import annotations

import re
from typing import Final

from generator.content.blanks import DRAFT
from generator.formats import package
from generator.reading.package import read_members

_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROOT: Final = re.compile(r"<((?:\w+:)?)worksheet[\s>]")
_MARK: Final = f'&amp;C&amp;"宋体,加粗"&amp;14&amp;KC00000{DRAFT}'
#: What may stand behind the headers in a sheet (ECMA-376, CT_Worksheet), in its order.
_BEHIND: Final = (
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip


def stamped(data: bytes) -> bytes:
    """The Excel file ``data`` with 草稿 above every printed page."""
    members = read_members(data, ours=True)
    for name in filter(_SHEET.fullmatch, list(members)):
        members[name] = _with_header(members[name].decode()).encode()
    return package.write(package.static_block(members), [])


def _with_header(sheet: str) -> str:
    root = _ROOT.search(sheet)
    p = root[1] if root else ""
    start = sheet.find(f"<{p}headerFooter")
    if start < 0:
        new = f"<{p}headerFooter><{p}oddHeader>{_MARK}</{p}oddHeader></{p}headerFooter>"
        behind = [
            at for tag in _BEHIND
            if (at := _element(sheet, p, tag)) >= 0
        ]  # fmt: skip
        at = min(behind, default=sheet.rindex(f"</{p}worksheet>"))
        return sheet[:at] + new + sheet[at:]
    opened = sheet.index(">", start) + 1
    closed = sheet[opened - 2] == "/"
    end = opened if closed else sheet.index(f"</{p}headerFooter>", opened)
    inside = "" if closed else sheet[opened:end]
    for kind in ("oddHeader", "evenHeader", "firstHeader"):
        inside = re.sub(
            rf"<{p}{kind}(?:\s[^>]*)?(?:/>|>[^<]*</{p}{kind}>)", _header(p, kind), inside
        )
    if f"<{p}oddHeader" not in inside:
        inside = _header(p, "oddHeader") + inside
    head = sheet[start:opened].rstrip("/>").rstrip()
    behind_it = sheet[end:] if closed else sheet[end + len(f"</{p}headerFooter>") :]
    return f"{sheet[:start]}{head}>{inside}</{p}headerFooter>{behind_it}"


def _header(prefix: str, kind: str) -> str:
    return f"<{prefix}{kind}>{_MARK}</{prefix}{kind}>"


def _element(sheet: str, prefix: str, tag: str) -> int:
    match = re.search(rf"<{prefix}{tag}[\s/>]", sheet[sheet.rfind(f"</{prefix}sheetData>") :])
    return -1 if match is None else sheet.rfind(f"</{prefix}sheetData>") + match.start()
