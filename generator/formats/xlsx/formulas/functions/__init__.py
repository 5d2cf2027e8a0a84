"""The functions that gen computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from generator.formats.xlsx.formulas.functions import (
    dates,
    logic,
    lookup,
    mathematics,
    statistics,
    texts,
)
from generator.formats.xlsx.formulas.functions.kinds import Function

FUNCTIONS: Final[Mapping[str, Function]] = {
    **logic.FUNCTIONS,
    **mathematics.FUNCTIONS,
    **statistics.FUNCTIONS,
    **texts.FUNCTIONS,
    **lookup.FUNCTIONS,
    **dates.FUNCTIONS,
}
