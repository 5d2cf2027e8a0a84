"""Any document by its ending: the one door to the readers of texts and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from generator.reading.contents import MAX_BYTES, Contents, Unreadable
from generator.reading.excel_contents import (
    exact_old_workbook_contents,
    formatted_contents,
    old_workbook_contents,
    workbook_contents,
)
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
#: Workbooks are often renamed from one ending to the other; how they begin → what they are.
_WORKBOOKS: Final = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}


def contents(path: Path) -> Contents:
    """What the file holds. Raises ``Unreadable`` with words for its user."""
    return held(path, raw)


def exact_contents(path: Path) -> tuple[Contents, bytes]:
    """What the file holds, numbers of .xlsx with what their formats say, and its bytes.

    Raises ``Unreadable``.
    """
    data = raw(path)
    own = {".xlsx": formatted_contents, ".xls": exact_old_workbook_contents}
    return held(path, lambda _: data, {**READERS, **own}), data


#: Old formats, and what to save them as.
_SAVE_AS: Final = {
    ".doc": ".docx", ".wps": ".docx", ".rtf": ".docx", ".dot": ".docx", ".et": ".xlsx",
}  # fmt: skip


def held(
    path: Path,
    bytes_of: Callable[[Path], bytes],
    readers: Mapping[str, Callable[[bytes], Contents]] = READERS,
) -> Contents:
    """What is in the bytes, by the ending of their file's name; of workbooks by how they begin."""
    ending = path.suffix.lower()
    if ending not in readers:
        if ending in _SAVE_AS:
            raise Unreadable(f"是旧格式（{ending}），请用 Word 或 WPS 另存为 {_SAVE_AS[ending]}")
        raise Unreadable(f"不认识“{path.suffix or '没有后缀'}”，能读的是 {'、'.join(READERS)}")
    data = bytes_of(path)
    if ending in _WORKBOOKS.values():
        ending = next((own for sign, own in _WORKBOOKS.items() if data.startswith(sign)), ending)
    return readers[ending](data)


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
