"""Zip packages (.docx, .xlsx) from anywhere, read safely."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence

#: Limits for packages from outside (zip bombs): all members together, and how much one
#: member may grow. Real templates inflate about tenfold.
MAX_PACKAGE_BYTES = 200 * 1024 * 1024
MAX_RATIO = 200
_RATIO_FLOOR = 1024 * 1024
MAX_MEMBERS = 2000


class PackageError(ValueError):
    """The bytes are not a package gen is willing to open; the text is a catalogue code.

    ``why``: the cause in Chinese words, where it is known.
    """

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(code)
        self.why = why


def read_members(raw: bytes, *, ours: bool = False) -> dict[str, bytes]:
    """Name → content of every member, size-checked before anything is inflated.

    ``ours``: gen wrote it just now, and may have written the same row ten thousand times.

    Raises ``PackageError`` with ``T001`` (not a zip) or ``T002`` (too large, a bomb, encrypted,
    twice the same name, whatever its case, or one that leads out of the package).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if why := _refused(infos, ours=ours):
                raise PackageError("T002", why)
            return {info.filename: archive.read(info) for info in infos}
    except PackageError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:  # whatever a damaged archive makes the reader stumble over
        raise PackageError("T001") from error


def _climbs(name: str) -> bool:
    """Whether unpackers would write the member somewhere else than below their folder."""
    return name.startswith(("/", "\\")) or ":" in name or ".." in re.split(r"[/\\]", name)


def _refused(infos: Sequence[zipfile.ZipInfo], *, ours: bool) -> str:
    """Why a package is not opened; empty when it is."""
    names = [info.filename for info in infos]
    if len({name.lower() for name in names}) != len(names) or any(map(_climbs, names)):
        return "里面的部件有重名的，或者指到文件外面"
    if ours:
        return ""
    if any(info.flag_bits & 1 for info in infos):
        return "有密码，请去掉密码再存"
    if len(infos) > MAX_MEMBERS or sum(info.file_size for info in infos) > MAX_PACKAGE_BYTES:
        return f"太大：展开超过{MAX_PACKAGE_BYTES // 1024 // 1024}MB，或者部件太多，请分成几份"
    if any(map(_grown, infos)):
        return f"里面重复的内容太多，展开是存着的{MAX_RATIO}倍以上，怕是压缩炸弹，请分成几份"
    return ""


def _grown(info: zipfile.ZipInfo) -> bool:
    return info.file_size > _RATIO_FLOOR and info.file_size > MAX_RATIO * max(info.compress_size, 1)
