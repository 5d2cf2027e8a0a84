"""Bytes and characters: what Notepad, WPS and input methods do to text files, named plainly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from stat import S_ISDIR, S_ISREG

import yaml

from generator import characters
from generator.problems import Position, Problems, reason

#: What web pages and PDF files leave in a text: joiners, direction marks, the sign for what
#: could not be decoded, and radicals that look like the characters they are parts of.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2065\u206a-\u206f\ufeff\ufffd\u2e80-\u2fdf]")
_FULLWIDTH = str.maketrans("０１２３４５６７８９．－−–＋％，", "0123456789.---+%,")
_WIDE = re.compile("[０-９．－−–＋％，]")
#: The lines that part the versions of a passage: as many signs, then a space or nothing.
_CONFLICT = re.compile(r"^[ \t]*([<>|]{7}|={7})(?=[ \n]|\Z)", re.MULTILINE)
_FEW = 5
#: Findings of one kind in one file beyond this would only bury the others.
MAX_CHARACTERS = 50


def read_text(path: Path, file: str, limit: int, problems: Problems) -> str | None:
    """The text of a content file in whatever encoding Windows saved it; None if unreadable.

    UTF-8 (with or without BOM), UTF-16 and GBK are read; the latter two with a note. Line ends
    become single line feeds.
    """
    at = Position(file, 1, 1)
    try:
        state = path.stat()
        if not (S_ISREG(state.st_mode) or S_ISDIR(state.st_mode)):  # a pipe would be waited for
            problems.add("L101", Position(file), reason="这是管道或设备，不是文件")
            return None
        if S_ISREG(state.st_mode) and state.st_size > limit:
            problems.add("L102", at, size=limit // (1024 * 1024))
            return None
        raw = path.read_bytes()
    except OSError as error:
        problems.add("L101", Position(file), reason=reason(error))
        return None
    text = _decode(raw, at, problems)
    if text is None:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if places := _conflicts(text):
        told = "、".join(f"{a}–{b}" if a < b else str(a) for a, b in places[:_FEW])
        more = f"等{len(places)}处" if len(places) > _FEW else ""
        problems.add("L145", Position(file, places[0][0], 1), lines=f"{told}行{more}")
        return None
    return text


def _conflicts(text: str) -> list[tuple[int, int]]:
    """From which line to which version control left both versions of a passage (git, svn)."""
    found: list[tuple[int, int]] = []
    inside = False
    for match in _CONFLICT.finditer(text) if "<<<<<<<" in text or ">>>>>>>" in text else ():
        line = text.count("\n", 0, match.start()) + 1
        if inside and not match[1].startswith("<"):
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
        inside = not match[1].startswith(">")
    return found


def _decode(raw: bytes, at: Position, problems: Problems) -> str | None:
    kind = next((name for magic, name in _FOREIGN.items() if raw.startswith(magic)), "")
    if kind:
        problems.add("L109", at, kind=kind)
        return None
    for encoding, name in _encodings(raw):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if name:
            problems.add("L104", at, encoding=name)
        return text
    problems.add("L103", at)
    return None


_FOREIGN = {
    b"PK\x03\x04": "Word、Excel文件或压缩包",
    b"\xd0\xcf\x11\xe0": "旧版Word或Excel文件",
    b"%PDF": "PDF文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"Rar!": "压缩包",
}


def _encodings(raw: bytes) -> list[tuple[str, str]]:
    """Encodings that the bytes may be in, the surest first, with the name for the note."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return [("utf-16", "UTF-16")]
    if raw.startswith(b"\xef\xbb\xbf"):
        return [("utf-8-sig", "")]
    head = raw[:4000]
    # UTF-16 without its mark: line ends and digits leave every other byte zero.
    for encoding, zeros, others in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if head[zeros::2].count(0) > len(head) // 50 and not head[others::2].count(0):
            return [(encoding, "UTF-16")]
    return [("utf-8", ""), ("gb18030", "GBK")]


def without_forbidden(text: str, file: str, problems: Problems) -> str:
    """``text`` without what Word and Excel cannot hold or gen keeps for itself; it is reported."""
    if not characters.forbidden(text):
        return text
    for char, at in _found(characters.FORBIDDEN, text, file):
        report_forbidden(char, at, problems)
    return re.sub(characters.FORBIDDEN, "", text)


def report_forbidden(char: str, at: Position, problems: Problems) -> None:
    """Say what is wrong with a character that no text may hold."""
    name = characters.named(char)
    if re.match(f"[{characters.TURNING}]", char):
        problems.add("L140", at, char=name)
    elif unicodedata.category(char) == "Co":
        problems.add("L106", at, char=name)
    else:
        problems.add("L105", at, char=name)


def _found(wanted: str | re.Pattern[str], text: str, file: str) -> Iterator[tuple[str, Position]]:
    """The first of the ``wanted`` characters in ``text``, each with its place."""
    line, begin = 1, 0
    for match in islice(re.finditer(wanted, text), MAX_CHARACTERS):
        line += text.count("\n", begin, match.start())
        begin = max(begin, text.rfind("\n", begin, match.start()) + 1)
        yield match[0], Position(file, line, match.start() - begin + 1)


def warn_of_unseen(text: str, file: str, problems: Problems) -> None:
    """Report characters of a running text that nobody sees or that stand for unreadable ones."""
    for char, at in _found(_UNSEEN, text, file):
        problems.add("L138", at, char=f"U+{ord(char):04X}")


def unseen(text: str) -> str:
    """The first such character; empty without one."""
    found = _UNSEEN.search(text)
    return found[0] if found else ""


def invisible(text: str) -> str:
    """The first character that looks like nothing or like a plain space; empty without one."""
    found = None if text.isprintable() else re.search(_INVISIBLE, text)
    return found[0] if found else ""


def without_invisible(text: str) -> str:
    """``text`` without such characters."""
    return text if text.isprintable() else re.sub(_INVISIBLE, "", text)


_INVISIBLE = "[\u00a0\u00ad\u2000-\u200f\u202a-\u202f\u2060-\u206f\u3000\ufeff]"


def ascii_digits(text: str) -> str:
    """Full-width digits, point, sign and percent of ``text`` as their plain forms."""
    # Looking takes less time than replacing, and hardly any text has one.
    return text.translate(_FULLWIDTH) if _WIDE.search(text) else text


def explain_syntax_error(error: yaml.YAMLError, text: str, file: str, problems: Problems) -> None:
    """One message for a place where reading had to stop for good."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    lines = text.split("\n")
    number, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    number = min(number, len(lines))
    while number > 1 and not lines[number - 1].strip():
        number, column = number - 1, 1
    problems.add("L120", Position(file, number, column), found=lines[number - 1].strip()[:40])
