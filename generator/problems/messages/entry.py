"""One message of the catalogue, and how the rooms write theirs."""

from __future__ import annotations

from generator.frozen import frozen


@frozen
class Message:
    """One catalogue entry; ``severity`` is error, warning or note."""

    code: str
    severity: str
    title: str
    text: str
    hint: str


def error(code: str, title: str, text: str, hint: str) -> Message:
    """A message that stops the build."""
    return Message(code, "error", title, text, hint)


def warning(code: str, title: str, text: str, hint: str) -> Message:
    """A message that stops the build only under ``--strict``."""
    return Message(code, "warning", title, text, hint)


def note(code: str, title: str, text: str, hint: str) -> Message:
    """A message that stops nothing."""
    return Message(code, "note", title, text, hint)
