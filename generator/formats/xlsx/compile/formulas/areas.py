"""Addresses as text: ranges, lists of ranges, formulas that other cells share."""

from __future__ import annotations

import re

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError

from generator.formats.xlsx.rows import Area

_AREA = re.compile(r"\$?([A-Z]{0,3})\$?(\d+)(?::\$?([A-Z]{0,3})\$?(\d+))?")


def area_of(text: str) -> Area | None:
    """``B5:C7`` as a range; None for anything else."""
    match = _AREA.fullmatch(text.strip().upper())
    if match is None:
        return None
    return Area(match[1], int(match[2]), match[3] or match[1], int(match[4] or match[2]))


def areas_of(text: str) -> tuple[Area, ...]:
    """The ranges of a ``sqref``."""
    return tuple(found for item in text.split() if (found := area_of(item)) is not None)


def written_out(text: str, origin: str, cell: str) -> str | None:
    """The shared formula ``text`` of ``origin`` as it reads in ``cell``."""
    try:
        moved: str = Translator("=" + text, origin=origin).translate_formula(cell)
    except (TranslatorError, TokenizerError):
        return None
    return moved[1:]
