"""The characters that no text, name or file of gen may hold, and how a screen shows them.

XML 1.0 allows tab and line ends below U+0020; surrogates and U+FFFE/FFFF never. Line ends are line
feeds once a file is read: XML would turn carriage returns into them, one by one.
U+0085, U+2028 and U+2029 break lines for YAML but for no editor. The private-use areas are gen's
own markers. What turns the direction of writing makes a text read other than it is (Unicode
Technical Standard 39, section 5.4).
"""

from __future__ import annotations

import re
from typing import Final

TURNING: Final = "\u202a-\u202e\u2066-\u2069"
#: Ordinary text is never asked: `re` compiles the expression when some is.
FORBIDDEN: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff"
    f"\ue000-\uf8ff\U000f0000-\U0010ffff{TURNING}]"
)
#: How Python keeps the bytes of a file name that is not UTF-8 (PEP 383).
_BYTES = range(0xDC80, 0xDD00)


def printable(text: str) -> bool:
    """Whether Python calls every character printable, line ends, tabs and wide spaces aside.

    What is forbidden or invisible never is; asking takes next to no time.
    """
    return text.replace("\n", "").replace("\t", "").replace("\u3000", "").isprintable()


def forbidden(text: str) -> str:
    """The first character that ``text`` may not hold; empty without one."""
    found = None if printable(text) else re.search(FORBIDDEN, text)
    return found[0] if found else ""


def named(char: str) -> str:
    """``U+202E``; for a byte of a file name that is no text, the byte."""
    number = ord(char)
    return f"字节 {number - 0xDC00:02X}" if number in _BYTES else f"U+{number:04X}"


def visible(text: str) -> str:
    r"""``text`` for a screen: what would steer it shows as in Python (``\x1b``, ``\u202e``)."""
    return text if printable(text) else re.sub(FORBIDDEN, _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number in _BYTES:
        number -= 0xDC00
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
