"""Fonts that are installed, by the names in their own files: for computers without fontconfig.

Only the tables of names are read (OpenType 1.9, ``name``): a few hundred bytes of each file.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from generator.office import soffice

#: A collection of fonts, and the kinds of a font by itself.
_COLLECTION: Final = b"ttcf"
_SINGLE: Final = (b"\0\1\0\0", b"OTTO", b"true")
_SUFFIXES: Final = (".ttf", ".otf", ".ttc", ".otc")
#: Names of a font: its family, in full, its family where that holds more than four of them.
_NAMED: Final = (1, 4, 16)
_UNICODE, _MACINTOSH, _WINDOWS = 0, 1, 3
#: Encodings of old Macintosh names that the fonts of offices have: Roman, simplified Chinese.
_OLD: Final = {0: "mac_roman", 25: "gb2312"}
#: More are in no file and in no folder of an office.
_MOST_FONTS, _MOST_TABLES, _MOST_NAMES, _MOST_FILES = 200, 200, 2000, 20_000


def folders() -> list[Path]:
    """Where fonts are, on this system; those that LibreOffice brings along as well."""
    home, program = Path.home(), soffice.find()
    beside = [Path(program).resolve().parents[1] / "share/fonts"] if program else []
    if sys.platform == "win32":
        system = Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / "Fonts"
        local = os.environ.get("LOCALAPPDATA")
        own = Path(local) if local else home / "AppData/Local"
        return [system, own / "Microsoft/Windows/Fonts", *beside]
    if sys.platform == "darwin":
        return [
            Path("/System/Library/Fonts"),
            Path("/Library/Fonts"),
            home / "Library/Fonts",
            *beside,
        ]
    usual = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    return [*usual, home / ".fonts", home / ".local/share/fonts", *beside]


def families(places: Iterable[Path]) -> frozenset[str]:
    """The names of all fonts in these folders and below, in small letters."""
    found: set[str] = set()
    for number, path in enumerate(_files(places)):
        if number == _MOST_FILES:
            break
        try:
            with path.open("rb") as file:
                found.update(name.strip().casefold() for name in _names(file))
        except (OSError, struct.error, ValueError):
            continue  # a file that is no font, or one that nobody may read
    return frozenset(found - {""})


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        for folder, _, names in os.walk(place):
            yield from (Path(folder) / one for one in names if one.lower().endswith(_SUFFIXES))


def _names(file: BinaryIO) -> Iterator[str]:
    """The names that a file gives its fonts; raises ``struct.error`` where it is none."""
    kind, count = file.read(4), 0
    if kind in _SINGLE:
        yield from _of_font(file, 0)
    elif kind == _COLLECTION:
        _, count = struct.unpack(">4sI", file.read(8))
        starts = struct.unpack(
            f">{min(count, _MOST_FONTS)}I", file.read(4 * min(count, _MOST_FONTS))
        )
        for start in starts:
            yield from _of_font(file, start)


def _of_font(file: BinaryIO, start: int) -> Iterator[str]:
    file.seek(start + 4)
    (count,) = struct.unpack(">H6x", file.read(8))
    for _ in range(min(count, _MOST_TABLES)):
        tag, offset, length = struct.unpack(">4s4xII", file.read(16))
        if tag == b"name":
            file.seek(offset)
            yield from _of_table(file.read(min(length, 1 << 20)))
            return


def _of_table(table: bytes) -> Iterator[str]:
    _, count, texts = struct.unpack_from(">HHH", table)
    for number in range(min(count, _MOST_NAMES)):
        platform, encoding, _, what, length, offset = struct.unpack_from(
            ">6H", table, 6 + 12 * number
        )
        said = table[texts + offset : texts + offset + length]
        if what not in _NAMED:
            continue
        if platform in (_UNICODE, _WINDOWS):
            yield said.decode("utf-16-be", "replace")
        elif platform == _MACINTOSH and encoding in _OLD:
            yield said.decode(_OLD[encoding], "replace")
