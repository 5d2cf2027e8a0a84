"""One figure, all of it: value, formula, inputs down to the typed lines, and every place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from generator.problems import suggest
from generator.record import Record

_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")
_MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Step:
    """A value in a derivation; ``depth`` 0 is the figure asked for."""

    depth: int
    path: str
    text: str
    unit: str
    formula: str
    at: tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything known of one value.

    ``exact``: the value before rounding, when the printed text rounds it; ``base``: last year's
    value with its place; ``shown``: (document, place, section, text, sentence); ``followers``:
    values that rest on it directly.
    """

    path: str
    steps: tuple[Step, ...]
    exact: str
    base: tuple[str, str, tuple[str, int, int]] | None
    shown: tuple[tuple[str, str, str, str, str], ...]
    followers: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No value of that name; ``suggestion`` names the nearest, ``known`` how many there are."""

    name: str
    suggestion: str


def explain(record: Record, asked: str) -> list[Explanation] | Unknown:
    """The value ``asked`` by name, or every value that has or prints the number ``asked``."""
    if asked in record.values:
        return [_explanation(record, asked)]
    if _NUMBER.fullmatch(asked):
        found = [_explanation(record, path) for path in _with_number(record, asked)]
        return found or Unknown(asked, "")
    below = [path for path in record.values if path.startswith(f"{asked}.")]
    if below:
        return [_explanation(record, path) for path in below]
    return Unknown(asked, suggest(asked, record.values))


def _explanation(record: Record, path: str) -> Explanation:
    value = record.values[path]
    base = value.get("base")
    return Explanation(
        path=path,
        steps=tuple(_steps(record, path, 0, set())),
        exact=_exact(value),
        base=(base["path"], base["text"], tuple(base["at"])) if base else None,
        shown=tuple(
            (name, row[1], row[2], row[3], row[4])
            for name, document in record.documents.items()
            for row in document.places
            if _about(row[0], path)
        ),
        followers=tuple(
            _step(record, name, 1)
            for name, other in record.values.items()
            if path in other.get("inputs", ())
        ),
    )


def _about(shown: str, path: str) -> bool:
    """Whether a place shows ``path``: by itself, in a phrase, or as the other side of a rate."""
    head, _, phrase = shown.partition("|")
    return head == path or path in re.split(r"[（）()、]", phrase)


def _steps(record: Record, path: str, depth: int, above: set[str]) -> Iterator[Step]:
    value = record.values.get(path)
    if value is None or depth > _MAX_DEPTH:
        return
    yield _step(record, path, depth)
    for name in value.get("inputs", ()):
        if name not in above:
            yield from _steps(record, name, depth + 1, {*above, path})


def _step(record: Record, path: str, depth: int) -> Step:
    value = record.values[path]
    file, line, column = value["at"]
    return Step(
        depth, path, value["text"], value.get("unit", ""), value.get("formula", ""),
        (file, line, column),
    )  # fmt: skip


def _exact(value: Mapping[str, Any]) -> str:
    """The unrounded value with six digits more than printed, empty if it prints exactly."""
    if "value" not in value:
        return ""
    exact = Fraction(value["value"]) * (100 if value["unit"] == "%" else 1)
    printed = _NUMBER.search(value["text"])
    if printed is None:
        return ""
    shown = Fraction(Decimal(printed[0].rstrip("%").replace(",", "")))
    if shown == exact or value["unit"] not in ("万元", "%", ""):
        return ""
    digits = exact.numerator * 10**8 // exact.denominator
    text = f"{Decimal(digits).scaleb(-8):f}".rstrip("0").rstrip(".")
    return text + ("%" if value["unit"] == "%" else "") + "…"


def _with_number(record: Record, asked: str) -> list[str]:
    """Values equal to the number, or printed as it anywhere (a difference, a rate)."""
    try:
        wanted = Decimal(asked.rstrip("%").replace(",", ""))
    except InvalidOperation:
        return []
    scale = Fraction(1, 100) if asked.endswith("%") else Fraction(1)
    equal = [
        path
        for path, value in record.values.items()
        if "value" in value and Fraction(value["value"]) == Fraction(wanted) * scale
    ]
    digits = re.compile(rf"(?<![\d.]){re.escape(asked)}(?![\d%])(?!\.\d)")
    printed = [
        row[0].partition("|")[0]
        for document in record.documents.values()
        for row in document.places
        if not row[0].startswith("正文[") and digits.search(row[3])
    ]
    return [path for path in dict.fromkeys([*equal, *printed]) if path in record.values]
