"""What a form set decides about checks: identities of its forms, severities, names and words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from generator.content.model import CheckData, DerivedResult, FormSet, Identity
from generator.frozen import frozen

ON, OFF = "开", "关"

#: What a form set may write for a rule, and the severity it stands for.
LEVELS: Mapping[str, str] = MappingProxyType({"错误": "error", "警告": "warning", "提示": "note"})


@frozen
class Settings:
    """How the rules apply to one form set; what it inherits is part of it."""

    identities: tuple[Identity, ...]
    levels: Mapping[str, str]
    derived: tuple[DerivedResult, ...]
    words: CheckData

    @staticmethod
    def of(form_set: FormSet) -> Settings:
        """The settings that a form set states."""
        return Settings(
            form_set.identities, form_set.rule_levels, form_set.derived, form_set.check_data
        )
