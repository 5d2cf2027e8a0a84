"""One figure, all of it: value, formula, inputs down to the typed lines, and every place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from generator.frozen import frozen
from generator.language.wording import read_source
from generator.problems import suggest
from generator.records.record import Record, Shown
from generator.records.values import inputs, with_unit
from generator.records.words import Words

_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")
_UNIT = re.compile(r"(?<=\d)(?:万元|元|家|人|个|次|分)$")
_MORE_DIGITS = 8
_MAX_DEPTH = 12
#: Names that are told of those that hold what was asked.
_MOST_TOLD = 3


@frozen
class Step:
    """A value in a derivation; ``depth`` 0 is the figure asked for, ``name`` what it is called.

    ``origin``: the file and cell that it was imported from.
    """

    depth: int
    path: str
    name: str
    text: str
    unit: str
    formula: str
    at: tuple[str, int, int]
    origin: str = ""

    @property
    def amount(self) -> str:
        """The text with its unit, which it may hold already."""
        return with_unit(self.text, self.unit)


@frozen
class Explanation:
    """Everything known of one value.

    ``exact``: the value before rounding, when the printed text rounds it; ``base``: last year's
    value with its place; ``shown``: documents, with what each shows of it; ``followers``: values
    that rest on it directly.
    """

    path: str
    steps: tuple[Step, ...]
    exact: str
    base: tuple[str, str, tuple[str, int, int]] | None
    shown: tuple[tuple[str, Shown], ...]
    followers: tuple[Step, ...]


@frozen
class Unknown:
    """No value of that name (``suggestion``: the nearest, in words) or with that number."""

    name: str
    suggestion: str
    is_number: bool = False


def explain(record: Record, asked: str) -> list[Explanation] | Unknown:
    """The value ``asked`` by name, or every value that has or prints the number ``asked``."""
    words = Words(record)
    asked = words.value(asked) or asked
    if asked in record.values:
        return [_explanation(record, words, asked)]
    number = _UNIT.sub("", asked)
    if _NUMBER.fullmatch(number):
        found = [_explanation(record, words, path) for path in _with_number(record, number)]
        return found or Unknown(asked, "", is_number=True)
    below = [path for path in record.values if path.startswith(f"{asked}.")]
    if below:
        return [_explanation(record, words, path) for path in below]
    known = [words.of(path) if "[" in path else path for path in record.values]
    return Unknown(asked, suggest(asked, known) or _holding(asked, known))


def _holding(asked: str, known: list[str]) -> str:
    """The names that a part of one may stand for, in words."""
    found = [name for name in dict.fromkeys(known) if asked and asked in name]
    more = f"……共{len(found)}个" if len(found) > _MOST_TOLD else ""
    return f"；带这几个字的有：{'、'.join(found[:_MOST_TOLD])}{more}。" if found else ""


def nowhere(answers: Iterable[list[Explanation] | Unknown]) -> Unknown | None:
    """What to say when several records were asked and none of them knew anything."""
    unknown = None
    for answer in answers:
        if not isinstance(answer, Unknown):
            return None
        unknown = unknown or answer
    return unknown


def _explanation(record: Record, words: Words, path: str) -> Explanation:
    value = record.values[path]
    base = value.get("base")
    return Explanation(
        path=path,
        steps=tuple(_steps(record, words, path, 0, set())),
        exact=exact(value),
        base=(words.of(base["path"]), base["text"], tuple(base["at"])) if base else None,
        shown=tuple(
            (name, row)
            for name, document in record.documents.items()
            for row in document.places
            if _about(row.path, path)
        ),
        followers=tuple(
            _step(record, words, name, 1) for name in record.values if path in inputs(record, name)
        ),
    )


def _about(shown: str, path: str) -> bool:
    """Whether a place shows ``path``: by itself, in a phrase, or as the other side of a rate."""
    source = read_source(shown)
    return path in (source.figure, *source.others)


def _steps(record: Record, words: Words, path: str, depth: int, above: set[str]) -> Iterator[Step]:
    value = record.values.get(path)
    if value is None or depth > _MAX_DEPTH:
        return
    yield _step(record, words, path, depth)
    for name in inputs(record, path):
        if name not in above:
            yield from _steps(record, words, name, depth + 1, {*above, path})


def _step(record: Record, words: Words, path: str, depth: int) -> Step:
    value = record.values[path]
    file, line, column = value["at"]
    return Step(
        depth, path, words.of(path), value["text"], value.get("unit", ""),
        formula_of(record, path), (file, line, column),
        value.get("origin", ""),
    )  # fmt: skip


def formula_of(record: Record, path: str) -> str:
    """How the value of ``path`` follows from others; empty for what was typed."""
    formula: str = record.values[path].get("formula", "")
    if not formula and inputs(record, path):
        return "按得分所在的档次"  # only a grade follows from something without a formula
    return formula


def exact(value: Mapping[str, Any]) -> str:
    """The value before rounding, cut after some digits; empty if it prints exactly.

    A unit other than the value's own (``2亿元``) is another way to write it, not a rounding.
    """
    printed = _NUMBER.search(value["text"])
    if "value" not in value or printed is None:
        return ""
    percent = value["unit"] == "%"
    after = value["text"][printed.end() :]
    if (percent and not printed[0].endswith("%")) or after not in ("", value["unit"]):
        return ""
    whole = Fraction(value["value"]) * (100 if percent else 1)
    if Fraction(printed[0].rstrip("%").replace(",", "")) == whole:
        return ""
    digits = int(abs(whole) * 10**_MORE_DIGITS)
    text = f"{Decimal(digits).scaleb(-_MORE_DIGITS):f}"
    if Fraction(text) == abs(whole):
        text = text.rstrip("0").rstrip(".")
    else:
        text += "…"
    return ("-" if whole < 0 else "") + text + ("%" if percent else "")


def _with_number(record: Record, asked: str) -> list[str]:
    """Values equal to the number, or printed as it anywhere (a difference, a rate)."""
    try:
        wanted = Decimal(asked.rstrip("%").replace(",", ""))
    except InvalidOperation:
        return []
    scale = Fraction(1, 100) if asked.endswith("%") else Fraction(1)
    digits = re.compile(rf"(?<![\d.,]){re.escape(asked)}(?![\d%])(?![.,]\d)")
    equal = [
        path
        for path, value in record.values.items()
        if "value" in value
        and (Fraction(value["value"]) == Fraction(wanted) * scale or digits.search(value["text"]))
    ]
    printed = [
        read_source(row.path).figure
        for document in record.documents.values()
        for row in document.places
        if not row.path.startswith("正文[") and digits.search(row.text)
    ]
    return [path for path in dict.fromkeys([*equal, *printed]) if path in record.values]
