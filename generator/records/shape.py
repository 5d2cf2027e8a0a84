"""What a record must look like before anything in it is believed.

A record lies beside the outputs, where anybody can change it. It is held against its shape as a
whole, so that nothing later meets a name that leads out of its folder, a number that is none, or
a character that commands the console.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_Check = Callable[[Any], bool]

#: Escapes of control characters and halves of characters as JSON writes them, and raw ones.
_UNPRINTABLE: Final = re.compile(
    r"(?<!\\)(?:\\\\)*\\u(?:00(?:0[0-8bcef]|1[0-9a-f]|7f|[89][0-9a-f])|d[89a-f][0-9a-f]{2})"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]",
    re.IGNORECASE,
)
#: A fraction in figures that can be read back; nothing divides by zero.
_FRACTION: Final = re.compile(r"-?[0-9]{1,4000}(?:/[1-9][0-9]{0,3999})?")
_FORBIDDEN: Final = frozenset('\\:*?"<>|')
_SEVERITIES: Final = ("error", "warning", "note")


def printable(text: str) -> bool:
    """Whether the JSON ``text`` holds no characters that command a console."""
    return _UNPRINTABLE.search(text) is None


def is_output_name(name: str) -> bool:
    """Whether ``name`` can be a document below its folder: no way out, nothing hidden."""
    return not _FORBIDDEN.intersection(name) and all(
        step and not step.startswith(".") for step in name.split("/")
    )


def holds(plain: Any) -> bool:
    """Whether ``plain`` has all that a record has; its places are looked at as they are read."""
    return _has(plain, _RECORD) and all(map(is_output_name, plain["documents"]))


def _text(plain: Any) -> bool:
    return type(plain) is str


def _number(plain: Any) -> bool:
    return type(plain) is int


def _at(plain: Any) -> bool:
    return _is_row(plain, (str, int, int))


def _is_row(plain: Any, kinds: tuple[type, ...]) -> bool:
    return type(plain) is list and tuple(map(type, plain)) == kinds


def _has(plain: Any, members: Mapping[str, _Check]) -> bool:
    """Whether ``plain`` is an object with these members; those ending in ``?`` may be missing."""
    if type(plain) is not dict:
        return False
    for name, check in members.items():
        key = name.removesuffix("?")
        if (key in plain or key == name) and not check(plain.get(key)):
            return False
    return True


def _each(check: _Check) -> _Check:
    return lambda plain: type(plain) is list and all(map(check, plain))


def _named(check: _Check) -> _Check:
    return lambda plain: type(plain) is dict and all(map(check, plain.values()))


def _value(plain: Any) -> bool:
    if not _has(plain, _VALUE):
        return False
    return "value" not in plain or (
        type(plain["value"]) is str
        and _FRACTION.fullmatch(plain["value"]) is not None
        and type(plain.get("unit")) is str
    )


def _shown(plain: Any) -> bool:
    return (
        type(plain) is list
        and len(plain) == 5
        and all(type(item) is str for number, item in enumerate(plain) if number != 1)
    )


def _problem(plain: Any) -> bool:
    return _has(plain, _PROBLEM) and plain["severity"] in _SEVERITIES


_BASE: Final = {"path": _text, "text": _text, "at": _at}
_VALUE: Final = {
    "text": _text, "at": _at, "unit?": _text, "formula?": _text, "inputs?": _each(_text),
    "base?": lambda plain: _has(plain, _BASE),
}  # fmt: skip
_WHERE: Final = {"file": _text, "line": _number, "column": _number, "place": _text}
_PROBLEM: Final[Mapping[str, _Check]] = {
    "code": _text, "severity": _text, "message": _text, "hint": _text, **_WHERE,
    "related": _each(lambda plain: _has(plain, _WHERE)),
}  # fmt: skip
_DOCUMENT: Final = {"sha256": _text, "fingerprint": _text, "places": _each(_shown)}
_RECORD: Final[Mapping[str, _Check]] = {
    "unit": _text,
    "year": _number,
    "inputs": _named(_text),
    "values": _named(_value),
    "narrative": _each(lambda plain: _is_row(plain, (str, str, str))),
    "documents": _named(lambda plain: _has(plain, _DOCUMENT)),
    "problems": _each(_problem),
}
