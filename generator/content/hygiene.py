"""Bytes and characters: what Notepad, WPS and input methods do to text files, named plainly."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import yaml

from generator.problems import Position, Problems, reason

# XML 1.0 allows tab, line feed and carriage return below U+0020; surrogates and U+FFFE/FFFF
# never. The private-use areas are gen's own markers.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
    "\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
_FULLWIDTH = str.maketrans("０１２３４５６７８９．－＋％", "0123456789.-+%")


def read_text(path: Path, file: str, limit: int, problems: Problems) -> str | None:
    """The text of a content file in whatever encoding Windows saved it; None if unreadable.

    UTF-8 (with or without BOM), UTF-16 and GBK are read; the latter two with a note. Line ends
    become single line feeds.
    """
    at = Position(file, 1, 1)
    try:
        if path.stat().st_size > limit:
            problems.add("L102", at, size=limit // (1024 * 1024))
            return None
        raw = path.read_bytes()
    except OSError as error:
        problems.add("L101", Position(file), reason=reason(error))
        return None
    text = _decode(raw, at, problems)
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(raw: bytes, at: Position, problems: Problems) -> str | None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = [("utf-16", "UTF-16")]
    elif raw.startswith(b"\xef\xbb\xbf"):
        encodings = [("utf-8-sig", "")]
    else:
        encodings = [("utf-8", ""), ("gb18030", "GBK")]
    for encoding, name in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if name:
            problems.add("L104", at, encoding=name)
        return text
    problems.add("L103", at)
    return None


def check_characters(text: str, file: str, problems: Problems) -> None:
    """Report characters that Word and Excel cannot hold or that gen keeps for itself."""
    for match in _FORBIDDEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        code = ord(match[0])
        kind = "L106" if unicodedata.category(match[0]) == "Co" else "L105"
        problems.add(kind, Position(file, line, column), char=f"U+{code:04X}")


def ascii_digits(text: str) -> str:
    """Full-width digits, point, sign and percent of ``text`` as their plain forms."""
    return text.translate(_FULLWIDTH)


_INDENT_TAB = re.compile(r"^ *\t")
_FULLWIDTH_COLON = re.compile(r"^\s*(?:- +)?([^\s：:#“”]{1,30})：")


def explain_syntax_error(error: yaml.YAMLError, text: str, file: str, problems: Problems) -> None:
    """One message for the parser's error, and one for each line that may have caused it.

    One syntax error hides the rest of its file from the parser, so the usual suspects (tab
    indentation, full-width punctuation) are looked for in every line.
    """
    before = len(problems)
    for number, line in enumerate(text.split("\n"), 1):
        tab = _INDENT_TAB.match(line)
        if tab:
            problems.add("L121", Position(file, number, tab.end()))
        colon = _FULLWIDTH_COLON.match(line)
        if colon:
            problems.add("L122", Position(file, number, colon.end()), key=colon[1])
        braces = re.search(r"[｛｝［］]", line)
        if braces:
            problems.add("L123", Position(file, number, braces.start() + 1), found=braces[0])
    if len(problems) > before:
        return
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    number, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    shown = lines[number - 1].strip() if number <= len(lines) else ""
    code = _syntax_code(str(getattr(error, "problem", "") or ""), shown)
    problems.add(code, Position(file, number, column), found=shown[:40])


def _syntax_code(reason_text: str, line: str) -> str:
    value = re.sub(r"^[^:]*:\s*", "", line)
    if value[:1] in tuple("[]{}\"'>|*&%@`!"):
        return "L124"
    if "mapping values are not allowed" in reason_text:
        return "L125"
    if "could not find expected ':'" in reason_text or "simple key" in reason_text:
        return "L126"
    if "flow" in reason_text or "',' or" in reason_text:
        return "L127"
    if "indentation" in reason_text or "block" in reason_text:
        return "L128"
    return "L120"
