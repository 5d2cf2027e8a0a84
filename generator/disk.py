"""Files and folders as they lie under a name, not where a link leads, and new ones nobody planted.

Whoever can write beside gen can put a link, a folder or a pipe where it expects a file of its
own. Then what is read would be another file, and what is written would land elsewhere. So gen
looks before it reads, and writes only under names that were free.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

#: Which file it is and in what state: inode, size, time of the last change.
Mark: TypeAlias = tuple[int, int, int]

#: More than any document or record has; what is larger was not written by gen.
MAX_BYTES: Final = 1 << 30

_LINK, _FOLDER, _OTHER = "这里是一个链接", "这里是一个文件夹", "这里不是普通的文件"
# A pipe or device that took the file's place meanwhile is not waited for.
_OPEN: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


def read(path: Path) -> bytes:
    """The bytes of a file; raises as ``look``."""
    return look(path)[0]


def look(path: Path) -> tuple[bytes, Mark]:
    """The bytes of a file, and its state when they were read.

    Raises ``FileNotFoundError`` when nothing is there, ``OSError`` for a link, a folder, a pipe,
    a file too large, or what the system refuses; ``strerror`` is Chinese where gen refuses.
    """
    found = path.lstat()
    kind = _not_a_file(found)
    if kind:
        raise OSError(errno.ELOOP, kind, str(path))
    if found.st_size > MAX_BYTES:
        raise OSError(errno.EFBIG, "这个文件太大", str(path))
    with open(os.open(path, _OPEN), "rb") as handle:  # noqa: PTH123 (opened by its handle)
        found = os.fstat(handle.fileno())
        return handle.read(), _mark(found)


def read_own(path: Path) -> bytes:
    """The bytes of a file that only its owner, the present user, can have written.

    Raises ``OSError`` for any other, and as ``read``.
    """
    with open(os.open(path, _OPEN), "rb") as handle:  # noqa: PTH123
        found = os.fstat(handle.fileno())
        kind = _not_a_file(found) or not_ours(found)
        if kind:
            raise OSError(errno.EPERM, kind, str(path))
        return handle.read()


def not_ours(found: os.stat_result) -> str:
    """Why others may have had a hand in a file or folder, in Chinese; else empty.

    Windows is left to its access lists.
    """
    if sys.platform == "win32":
        return ""
    if found.st_uid != os.geteuid():
        return "它是别的用户的"
    return "别的用户也能往里写" if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else ""


def mark(path: Path) -> Mark | None:
    """The present state of what lies under ``path``; None when nothing is there."""
    try:
        return _mark(path.lstat())
    except FileNotFoundError:
        return None


def _mark(found: os.stat_result) -> Mark:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _not_a_file(found: os.stat_result) -> str:
    if stat.S_ISREG(found.st_mode):
        return ""
    if stat.S_ISLNK(found.st_mode):
        return _LINK
    return _FOLDER if stat.S_ISDIR(found.st_mode) else _OTHER


def is_folder(path: Path) -> bool:
    """Whether a folder lies under ``path`` itself, not behind a link."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def not_a_folder(path: Path) -> str:
    """What lies under ``path`` instead of a folder, in Chinese; empty for a folder or nothing."""
    try:
        found = path.lstat()
    except OSError:
        return ""
    if stat.S_ISDIR(found.st_mode):
        return ""
    return _LINK if stat.S_ISLNK(found.st_mode) else "这里是一个文件"


def make_folders(base: Path, *names: str) -> Path:
    """The folder ``names`` below ``base``, each step made where it is missing.

    Raises ``OSError`` where a step is a link or a file; ``base`` itself may be reached by links.
    """
    here = base
    for name in names:
        here /= name
        with suppress(FileExistsError):
            here.mkdir()
        if kind := not_a_folder(here):
            raise OSError(errno.ENOTDIR, f"“{name}”{kind}", str(here))
    return here


def write_new(path: Path, data: bytes) -> None:
    """Write ``data`` under a name that is free, down to the disk; never through a link.

    Raises ``FileExistsError`` for a name that is taken, by whatever, and ``OSError``.
    """
    with path.open("xb") as handle:  # exclusive: a link counts as taken
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def write_own(path: Path, data: bytes) -> None:
    """Write what only the present user may read, and may get lost with the power."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR), "wb") as handle:  # noqa: PTH123
        handle.write(data)


def save_new(path: Path, data: bytes) -> None:
    """Put a whole file under ``path`` or nothing; raises as ``write_new``."""
    if not path.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path.parent))
    partial = unguessed(path)
    try:
        write_new(partial, data)
        _place(partial, path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def _place(partial: Path, path: Path) -> None:
    try:
        path.hardlink_to(partial)  # unlike a rename this never replaces anything
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a disk without hard links
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        partial.rename(path)


class Moved(Exception):
    """A file is no longer what was read."""


def replace_all(files: Mapping[Path, tuple[Mark | None, bytes]]) -> None:
    """Put new bytes under several names, all of them or none.

    With each name the state in which it was read, None for one that was free. Raises ``Moved``
    when one has changed since, and ``OSError``; then all stand as before.
    """
    ready: dict[Path, Path] = {}
    old: dict[Path, bytes | None] = {}
    try:
        for path, (state, data) in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = unguessed(path)
            write_new(partial, data)
            ready[path] = partial
            if state is not None:
                partial.chmod(path.stat().st_mode & 0o777)
        for path, (state, _) in files.items():
            if mark(path) != state:
                raise Moved(str(path))
        for path, partial in ready.items():
            old[path] = None if files[path][0] is None else read(path)
            os.replace(partial, path)  # noqa: PTH105 (one step, on Windows too)
    except BaseException:
        for path, data_before in old.items():
            _put_back(path, data_before)
        raise
    finally:
        for partial in ready.values():
            with suppress(FileNotFoundError):
                partial.unlink()


def _put_back(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
        return
    partial = unguessed(path)
    write_new(partial, data)
    os.replace(partial, path)  # noqa: PTH105


def unguessed(path: Path) -> Path:
    """A name beside ``path`` for what is not finished, which nobody can plant beforehand."""
    return path.with_name(f".{os.urandom(8).hex()}.tmp")


def link(source: Path, target: Path) -> None:
    """One file under a second, free name: linked where the disk can, else copied."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        if os.path.lexists(target):
            raise
        import shutil

        shutil.copy2(source, target, follow_symlinks=False)


def keep(source: Path, target: Path) -> None:
    """Keep what lies under ``source``, whatever it is, under the free name ``target`` too.

    A link is kept as a link. Raises ``OSError`` when it cannot be kept.
    """
    if is_folder(source):
        import shutil

        shutil.copytree(source, target, symlinks=True)
    else:
        link(source, target)


def remove(folder: Path) -> None:
    """Delete a folder of ours, or a link in its place; raises ``OSError``.

    Files in it may be other names of files to keep, so their modes are left alone.
    """
    if folder.is_dir() and not folder.is_symlink():
        import shutil

        shutil.rmtree(folder, onerror=_retry)
    else:
        folder.unlink(missing_ok=True)


def _retry(function: object, path: str, _error: object) -> None:
    """Once more with the rights that were missing: of the folder; on Windows of the file too."""
    held = Path(path)
    held.parent.chmod(stat.S_IRWXU)
    if not held.is_symlink() and (held.is_dir() or os.name == "nt"):
        held.chmod(stat.S_IRWXU)
    if callable(function):
        function(path)
