"""PDF pages beside the page, made by LibreOffice when somebody asks."""

from __future__ import annotations

from threading import Lock
from typing import Final

from generator.office import soffice
from generator.records.record import sha256
from generator.review.refusal import Refused

_MOST_KEPT: Final = 8


class Printing:
    """One document at a time; what was made is kept while the document is the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: dict[str, bytes] = {}

    def pdf(self, name: str, data: bytes) -> bytes:
        """``data``, the document ``name``, as a PDF. Raises ``Refused``."""
        program = soffice.find()
        if not program:
            raise Refused("这台电脑上找不到 LibreOffice，看不了 PDF 页面。")
        key = sha256(data)
        with self._lock:
            if key not in self._made:
                with soffice.office(program) as office:
                    made = office.converted({name: data}, "pdf")[name]
                if isinstance(made, str):
                    raise Refused(made)
                while len(self._made) >= _MOST_KEPT:
                    self._made.pop(next(iter(self._made)))
                self._made[key] = made
            return self._made[key]
