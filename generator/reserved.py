"""The characters that gen writes into texts for itself while it renders: one table for all rooms.

They are of Unicode's private use area. Whatever gen reads may hold none of them: content holds no
private characters at all, and templates are refused with the place of the first ones. Symbol fonts
(Symbol, Wingdings) keep to U+F000–F0FF, so bullets and ticks of a template are left alone.
"""

from __future__ import annotations

import re
from typing import Final

#: Around a value: its path, its text; the number of the tag that printed it; parts of a fault.
OPEN: Final = "\ue010"
MID: Final = "\ue011"
CLOSE: Final = "\ue012"
TAG: Final = "\ue016"
TAG_END: Final = "\ue017"
FIELD: Final = "\ue018"
#: Cells of Word that may merge: what they have in common, and tables put aside.
KEY: Final = "\ue01a"
KEY_END: Final = "\ue01b"
LESS: Final = "\ue01c"
ASIDE: Final = "\ue01d"
#: The blocks of report.md, and the tags of its lines.
BLOCK: Final = "\ue020"
BLOCK_END: Final = "\ue021"
CELL: Final = "\ue022"
ROW: Final = "\ue023"
PRINTING: Final = "\ue024"
SILENT: Final = "\ue025"
#: Rows of Excel: their number, what waits for the place of all rows, where ready-made text goes.
NUMBER: Final = "\ue028"
FORMULA: Final = "\ue029"
FORMULA_END: Final = "\ue02a"
ROWS: Final = "\ue02b"
SPAN: Final = "\ue02c"
NEXT: Final = "\ue02d"
#: Around what a reference in Word leads to, or what stands beside a cell of Excel, where it is
#: filled together with the text or the row.
GRAFT: Final = "\ue02e"
GRAFT_END: Final = "\ue02f"

FIRST: Final = "\ue010"
LAST: Final = "\ue02f"
#: How each of them begins in UTF-8.
_LEAD: Final = FIRST.encode()[:2]
RESERVED = re.compile(f"[{FIRST}-{LAST}]")


def left_in(data: bytes) -> bool:
    """Whether UTF-8 ``data`` holds one of them."""
    return _LEAD in data and any_in(data.decode("utf-8", "replace"))


def any_in(text: str) -> bool:
    """Whether ``text`` holds one of them."""
    return RESERVED.search(text) is not None
