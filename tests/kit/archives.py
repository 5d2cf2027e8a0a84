"""Files of Word and Excel as bytes: saved, taken apart, put together again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

Members = dict[str, bytes]


def saved(made: Any) -> bytes:
    """A document of python-docx or a workbook of openpyxl as bytes."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def unpacked(raw: bytes) -> Members:
    """The members of a package, in their order."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of ``members``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return stream.getvalue()


def repacked(raw: bytes, change: Callable[[Members], object]) -> bytes:
    """``raw`` after ``change`` has had its members."""
    members = unpacked(raw)
    change(members)
    return packed(members)
