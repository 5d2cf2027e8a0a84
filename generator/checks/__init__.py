"""What must hold: small registered rules that look at a computed unit-year and yield problems."""

from __future__ import annotations

from generator.checks.registry import Rule, findings, registered
from generator.checks.settings import DerivedRate, Settings
from generator.checks.subject import Subject
from generator.checks.waivers import Waiver, apply_waivers
from generator.figures.dataset import Dataset
from generator.problems import Problem

__all__ = [
    "DerivedRate", "Rule", "Settings", "Waiver", "all_rules", "apply_waivers", "run",
]  # fmt: skip


def all_rules() -> list[Rule]:
    """Every rule, by code."""
    return [entry for _, entry in sorted(registered().items())]


def run(dataset: Dataset, narrative_source: str, settings: Settings) -> list[Problem]:
    """Everything the rules find in one unit-year, waivers not yet applied.

    ``narrative_source`` is the text of report.md as typed, empty when there is none.
    """
    subject = Subject(dataset, narrative_source, settings)
    return [found for entry in all_rules() for found in findings(entry, subject)]
