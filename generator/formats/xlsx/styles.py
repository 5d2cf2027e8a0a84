"""``styles.xml``: a template's styles, and those that values add to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.formats.xlsx.texts import escape_attribute
from generator.frozen import frozen

#: Built-in number formats by code.
BUILTIN_FORMATS = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10}
FIRST_CUSTOM_FORMAT = 164


@frozen
class OpenStyle:
    """A style that leaves the number format to the value: its XML around the format's number.

    ``text``: whether it shows numbers as texts unless they bring a format.
    """

    before: str
    after: str
    text: bool


@frozen
class Styles:
    """``styles.xml`` around the places where formats and styles can be added.

    ``name`` is that of the member; ``codes`` are format codes with their numbers,
    ``next_format`` the first free number. ``formats`` and ``cells`` are the XML inside
    ``numFmts`` and ``cellXfs``, with how many elements it is; ``head``, ``middle`` and ``tail``
    stand around them.
    """

    name: str
    prefix: str
    open: Mapping[int, OpenStyle]
    codes: Mapping[str, int]
    next_format: int
    head: str
    formats: str
    format_count: int
    middle: str
    cells: str
    cell_count: int
    tail: str


class Formats:
    """The styles that one render adds: the template's look, the value's number format."""

    def __init__(self, styles: Styles | None) -> None:
        self._open = styles.open if styles else {}
        self._next = styles.cell_count if styles else 0
        self._attributes: dict[tuple[int, str], str] = {}
        self.added: list[tuple[int, str]] = []

    def is_open(self, style: int) -> bool:
        """Whether the value brings the number format."""
        return style in self._open

    def attribute(self, style: int, code: str) -> str:
        """The ``s`` attribute of a number whose own format is ``code`` (empty: General)."""
        look = self._open.get(style)
        if look is None or not (code or look.text):
            return style_attribute(style)
        known = self._attributes.get((style, code or "0"))
        if known is None:
            known = style_attribute(self._next + len(self.added))
            self._attributes[style, code or "0"] = known
            self.added.append((style, code or "0"))
        return known


def style_attribute(style: int) -> str:
    """The ``s`` attribute of a cell; -1 is a cell without one."""
    return f' s="{style}"' if style >= 0 else ""


def styles_text(styles: Styles, added: Sequence[tuple[int, str]]) -> str:
    """``styles.xml`` with the formats that this render needed, in order of first use."""
    ids = dict(styles.codes)
    following = styles.next_format
    formats: list[str] = []
    cells: list[str] = []
    for style, code in added:
        if code not in ids:
            ids[code] = following
            following += 1
            quoted = escape_attribute(code)
            formats.append(f'<{styles.prefix}numFmt numFmtId="{ids[code]}" formatCode="{quoted}"/>')
        look = styles.open[style]
        cells.append(f"{look.before}{ids[code]}{look.after}")
    number_formats = _grown(styles.prefix + "numFmts", styles.formats, styles.format_count, formats)
    cell_formats = _grown(styles.prefix + "cellXfs", styles.cells, styles.cell_count, cells)
    return f"{styles.head}{number_formats}{styles.middle}{cell_formats}{styles.tail}"


def _grown(name: str, inner: str, count: int, added: Sequence[str]) -> str:
    total = count + len(added)
    return f'<{name} count="{total}">{inner}{"".join(added)}</{name}>' if total else ""
