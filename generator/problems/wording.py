"""Words for a message: why the system refused, which name may have been meant."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches


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
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EEXIST: "同名的文件已经在那里",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "文件正被别的程序占用",
    errno.EMFILE: "打开的文件太多",
    errno.ENOLCK: "这个磁盘不支持文件锁",
    errno.ENOTSUP: "这个磁盘不支持这种操作",
}


def _in_place(one: str, other: str) -> int:
    """How many characters two names share at the same place."""
    return sum(map(str.__eq__, one, other))


def suggest(name: str, known: Iterable[str]) -> str:
    """``"，是否为“X”？"`` for the known name nearest to ``name``, else an empty text."""
    pool = list(dict.fromkeys(known))
    near = get_close_matches(name, pool, n=5, cutoff=0.5)
    # Of equally near names the one with more characters in their place is meant.
    near.sort(key=lambda k: (-SequenceMatcher(None, name, k).ratio(), -_in_place(k, name)))
    if not near:
        # Short Chinese names share few characters: one in common at the same place is a hint.
        near = [
            k for k in pool if len(k) == len(name) and sum(map(str.__eq__, k, name)) * 2 >= len(k)
        ]
    return f"，是否为“{near[0]}”？" if near else ""
