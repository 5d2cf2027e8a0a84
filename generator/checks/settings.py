"""What a form set decides about checks: identities of its forms, severities, notes wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from generator.content.model import FormSet, Identity
from generator.frozen import frozen
from generator.problems import Position

ON, OFF = "开", "关"

#: What a form set may write for a rule, and the severity it stands for.
LEVELS: Mapping[str, str] = MappingProxyType({"错误": "error", "警告": "warning", "提示": "note"})


@frozen
class DerivedRate:
    """An indicator whose result is computed elsewhere: a name pattern and its formulas.

    The first formula whose names all exist counts. ``at``: where a form set wrote it, None for
    the national frame's own.
    """

    pattern: str
    formulas: tuple[str, ...]
    what: str
    at: Position | None = None


@frozen
class Settings:
    """How the rules of one form set differ from the national frame."""

    identities: tuple[Identity, ...]
    levels: Mapping[str, str]
    derived: tuple[DerivedRate, ...] = ()

    @staticmethod
    def of(form_set: FormSet) -> Settings:
        """The settings a form set states; what it leaves out is the national frame."""
        derived = tuple(
            DerivedRate(re.escape(entry.name), (entry.formula,), entry.what, entry.at)
            for entry in form_set.derived
        )
        return Settings(form_set.identities, form_set.rule_levels, derived)
