"""What must hold: small registered rules that look at a computed unit-year and yield problems."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from generator.checks.registry import Rule, findings, registered
from generator.checks.settings import Settings
from generator.checks.subject import Path, Subject
from generator.checks.waivers import Waiver, apply_waivers
from generator.figures.dataset import Dataset
from generator.language.statements import Statement
from generator.problems import Problem

__all__ = [
    "Rule", "Settings", "Waiver", "all_rules", "apply_waivers", "run",
]  # fmt: skip


def all_rules() -> list[Rule]:
    """Every rule, by code."""
    return [entry for _, entry in sorted(registered().items())]


def run(
    dataset: Dataset,
    said: Sequence[Statement],
    settings: Settings,
    printed: Callable[[], Collection[Path] | None] = lambda: None,
) -> list[Problem]:
    """Everything the rules find in one unit-year, waivers not yet applied.

    ``said``: what each tag of report.md says; ``printed``: the names that templates reach, asked
    for only when a rule needs them (None: not known).
    """
    subject = Subject(dataset, said, settings, printed)
    return [found for entry in all_rules() for found in findings(entry, subject)]
