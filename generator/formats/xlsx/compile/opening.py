"""Workbooks gen is willing to open, and what is taken out of them before anything else happens."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from generator.formats import package, safety
from generator.formats.compiled import Left
from generator.formats.soundness.template import check_whole
from generator.formats.xlsx.compile.parts import BadPart
from generator.formats.xlsx.compile.workbook import Workbook
from generator.frozen import frozen
from generator.problems import Position, Problems, problem
from generator.reading.package import PackageError, read_members


@frozen
class Opened:
    """A workbook, and what was taken out of it."""

    book: Workbook
    left: tuple[Left, ...]


def read(raw: bytes, file: str, problems: Problems) -> Opened | None:
    """A workbook gen is willing to open; None after saying why not."""
    try:
        admitted = safety.admit(read_members(raw), "xlsx", file, problems)
        if admitted is None:
            return None
        book = Workbook(admitted.members)
    except PackageError as error:
        problems.add(str(error), Position(file))
        return None
    except BadPart as bad:
        problems.extend([problem(bad.code, Position(file), related=(), **bad.details)])
        return None
    if not check_whole(admitted.members, "xlsx", file, problems):
        return None
    if not _opens(admitted.members):
        problems.add(
            "T233", Position(file), member=book.main, program="Excel",
            reason="工作簿里有不合规定的值，别的程序读不出来",
        )  # fmt: skip
        return None
    return Opened(book, admitted.left)


#: What openpyxl stumbles with over values that no schema allows.
_STUMBLES = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, SyntaxError,
    ParseError,
)  # fmt: skip


#: Legal, but unknown to openpyxl: whether a column shows how its names are read aloud.
_SPOKEN = re.compile(rb"""(<(?:\w+:)?col [^<>]*?) phonetic=(?:"[^"]*"|'[^']*')""")


def _opens(members: Mapping[str, bytes]) -> bool:
    """Whether another reader makes a workbook of it; openpyxl holds each value to its type."""
    known = {name: _SPOKEN.sub(rb"\1", data) for name, data in members.items()}
    raw = package.write(package.static_block(known), ())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl would not keep is kept by gen
        try:
            load_workbook(io.BytesIO(raw))
        except _STUMBLES:
            return False
    return True
