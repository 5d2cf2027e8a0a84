"""What kind of value a name stands for, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from generator.records.record import Record

#: Digits alone, behind a sign of comparison: the unit is still missing.
_BARE: Final = re.compile(r"[^\w\s]?[+-]?\d[\d,]*(?:\.\d+)?")
_GRADE: Final = "自评.等级"
_SCORE: Final = re.compile(r"(?:^|\.)(?:自评\.|指标\[\d+\]\.(?:得分|完成率)$)")


def is_score(path: str) -> bool:
    """Whether ``path`` is part of an evaluation: a score, a rate it rests on, a grade."""
    return _SCORE.search(path) is not None


def inputs(record: Record, path: str) -> Sequence[str]:
    """The names that the value of ``path`` rests on directly."""
    if path.endswith(_GRADE):
        return (path.removesuffix("等级") + "总分",)
    found: Sequence[str] = record.values[path].get("inputs", ())
    return found


def with_unit(text: str, unit: str) -> str:
    """``text`` with ``unit`` behind it, unless it says its unit itself (``2亿元``, ``≤5%``)."""
    return f"{text}{unit}" if unit and _BARE.fullmatch(text) else text
