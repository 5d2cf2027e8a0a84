"""Words for a message: why the system refused, which name may have been meant."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterable
from typing import Final


def reason(error: OSError) -> str:
    """Why the operating system refused, in Chinese."""
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    if isinstance(error, PermissionError):
        return "没有权限，或文件正被别的程序占用"
    if isinstance(error, IsADirectoryError):
        return "这是一个文件夹"
    told = error.strerror or ""
    if told and not told.isascii():  # Windows speaks the user's language
        return told
    return _REASONS.get(error.errno or 0, "系统拒绝")


_REASONS = {
    errno.ELOOP: "这里是一个链接",
    errno.EFBIG: "这个文件太大",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.EXDEV: "成果文件夹在另一个磁盘上",
    errno.ENAMETOOLONG: "文件名或路径太长",
    errno.ENOTDIR: "没有这个文件夹",
    errno.EEXIST: "同名的文件已经在那里",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.EIO: "磁盘读写出错",
    errno.EADDRINUSE: "正被别的程序占用",
    errno.EBUSY: "文件正被别的程序占用",
    errno.EMFILE: "打开的文件太多",
    errno.ENOLCK: "这个磁盘不支持文件锁",
    errno.ENOTSUP: "这个磁盘不支持这种操作",
}


def _in_place(one: str, other: str) -> int:
    """How many characters two names share at the same place."""
    return sum(map(str.__eq__, one, other))


#: Longer names are sentences: nobody mistypes them, and comparing takes the square of their length.
_LONGEST: Final = 100
#: Names that are compared for the suggestions of one run, beyond its first.
_MOST_COMPARED: Final = 10_000


def suggest(name: str, known: Iterable[str]) -> str:
    """``"，是否为“X”？"`` for the known name nearest to ``name``, else an empty text."""
    return _asked(nearest(name, known))


def _asked(near: str) -> str:
    return f"，是否为“{near}”？" if near else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that ``name`` may be a slip of; empty without one."""
    if len(name) > _LONGEST:
        return ""
    from difflib import SequenceMatcher, get_close_matches

    pool = [one for one in dict.fromkeys(known) if len(one) <= _LONGEST]
    near = get_close_matches(name, pool, n=5, cutoff=0.5)
    # Of equally near names the one with more characters in their place is meant.
    near.sort(key=lambda k: (-SequenceMatcher(None, name, k).ratio(), -_in_place(k, name)))
    if not near:
        # Short Chinese names share few characters: one in common at the same place is a hint.
        near = [
            k for k in pool if len(k) == len(name) and sum(map(str.__eq__, k, name)) * 2 >= len(k)
        ]
    return near[0] if near else ""


class Suggestions:
    """The suggestions of one run: after many misses a missing file is likelier than slips.

    Each name is compared with all known ones, so that a long list of misses would take the
    product of both lengths.
    """

    def __init__(self) -> None:
        self._left = _MOST_COMPARED

    @property
    def spent(self) -> bool:
        """Whether so much was compared that no more suggestions are made."""
        return self._left <= 0

    def near(self, name: str, known: Collection[str]) -> str:
        """``suggest``, or nothing once that is spent."""
        return _asked(self.nearest(name, known))

    def nearest(self, name: str, known: Collection[str]) -> str:
        """``nearest``, or nothing once that is spent."""
        if self.spent:
            return ""
        self._left -= len(known)
        return nearest(name, known)
