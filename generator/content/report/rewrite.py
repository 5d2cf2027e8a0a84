"""A tidied ``report.md`` put in the place of the old one, which is kept beside it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from generator import disk
from generator.content.report.reader import read_report
from generator.content.report.tidy import Tidied, tidy
from generator.content.yaml.hygiene import read_text, without_forbidden
from generator.content.yaml.nodes import MAX_FILE_BYTES
from generator.frozen import frozen
from generator.problems import Position, Problems, Severity, reason

_BOM: Final = b"\xef\xbb\xbf"


@frozen
class Draft:
    """What would be written: the file, its state when it was read, its new bytes."""

    path: Path
    state: disk.Mark
    tidied: Tidied
    data: bytes


def draft(path: Path, name: str, problems: Problems) -> Draft | None:
    """``path`` (told as ``name``) in gen's form; None where it is wrong, which is told."""
    try:
        raw, state = disk.look(path)
    except OSError as error:
        problems.add("L101", Position(name), reason=reason(error))
        return None
    text = read_text(path, name, MAX_FILE_BYTES, problems)
    if text is None or without_forbidden(text, name, problems) != text:
        return None
    if wrong := [p for p in read_report(text, name).problems if p.severity is Severity.ERROR]:
        problems.extend(wrong)
        return None
    tidied = tidy(text, name)
    end = "\r\n" if b"\r\n" in raw else "\n"
    data = tidied.text.replace("\n", end).encode()
    return Draft(path, state, tidied, _BOM + data if raw.startswith(_BOM) else data)


def write(made: Draft) -> Path:
    """Put the new text under its name; gives where the old one is kept.

    Raises ``disk.Moved`` when the file has changed since it was read, and ``OSError``.
    """
    path = made.path
    kept = _free(path)
    partial = disk.unguessed(path)
    try:
        disk.write_new(partial, made.data)
        if disk.mark(path) != made.state:
            raise disk.Moved(str(path))
        disk.keep(path, kept)
        partial.chmod(path.stat().st_mode & 0o777)
        os.replace(partial, path)  # noqa: PTH105 (one step, on Windows too)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
    return kept


def _free(path: Path) -> Path:
    """A name beside ``path`` that nothing reads and nothing has."""
    number = 1
    while True:
        kept = path.with_name(f".{path.name}.整理前{'' if number == 1 else number}")
        if not os.path.lexists(kept):
            return kept
        number += 1
