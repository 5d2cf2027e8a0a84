"""Any document by its ending: the one door to the readers of texts and tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from generator.reading.contents import MAX_BYTES, Contents, Unreadable
from generator.reading.excel_contents import old_workbook_contents, workbook_contents
from generator.reading.pdf import pdf_contents
from generator.reading.plain import plain_contents
from generator.reading.word_contents import word_contents

READERS: Final[dict[str, Callable[[bytes], Contents]]] = {
    ".docx": word_contents,
    ".xlsx": workbook_contents,
    ".xls": old_workbook_contents,
    ".pdf": pdf_contents,
    ".md": plain_contents,
    ".txt": plain_contents,
}


def contents(path: Path) -> Contents:
    """What the file holds. Raises ``Unreadable`` with words for its user."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Unreadable(f"不认识“{path.suffix or '没有后缀'}”，能读的是 {'、'.join(READERS)}")
    return reader(raw(path))


def raw(path: Path) -> bytes:
    """The bytes of the file; raises ``Unreadable``."""
    try:
        if not path.is_file():
            raise Unreadable("没有这个文件" if not path.exists() else "不是文件")
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable(f"文件超过{MAX_BYTES // 1024 // 1024}MB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"文件读不出来（{error.strerror}）") from error
