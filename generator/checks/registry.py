"""Rules are small generators with a code, a severity and their own documentation.

A rule looks at one ``Subject`` and yields ``Finding`` values; the registry turns them into
problems. Everything a writer is told about a rule (title, explanation, source, one failing and
one passing example) stands with it, so ``gen rules`` and docs/核对规则.md cannot drift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from importlib import import_module

from generator.checks.settings import LEVELS, OFF, ON, Settings
from generator.checks.subject import Subject
from generator.frozen import frozen
from generator.problems import Position, Problem, Severity

Files = Mapping[str, str]


@frozen
class Finding:
    """One place where a rule does not hold; ``hint`` replaces the rule's own when given."""

    at: Position
    message: str
    hint: str = ""
    related: tuple[Position, ...] = ()
    severity: Severity | None = None


def one(item: str) -> dict[str, str]:
    """The example file of a single indicator."""
    return {"indicators.yaml": f"- {{{item}}}\n"}


Check = Callable[[Subject], Iterator[Finding]]


@frozen
class Rule:
    """A registered rule.

    ``why``: what it looks for and how it decides, for writers. ``source``: the public document
    it rests on, if there is one. ``uses``: sections of 核对资料 that it compares with; without
    them it finds nothing, or less. ``failing``/``passing``: file → snippet, executable examples.
    ``enabled``: notes that only a form set switches on are off.
    """

    code: str
    severity: Severity
    title: str
    why: str
    source: str
    hint: str
    failing: Files
    passing: Files
    check: Check = field(repr=False)
    uses: tuple[str, ...] = ()
    enabled: bool = True


_RULES: dict[str, Rule] = {}


class DuplicateRule(ValueError):
    """Two rules claim one code: our bug, found when the package is imported."""


def rule(
    code: str,
    severity: Severity,
    title: str,
    *,
    why: str,
    source: str = "",
    uses: tuple[str, ...] = (),
    hint: str,
    failing: Files,
    passing: Files,
    enabled: bool = True,
) -> Callable[[Check], Check]:
    """Register the decorated generator under ``code``."""

    def register(check: Check) -> Check:
        if code in _RULES:
            raise DuplicateRule(code)
        _RULES[code] = Rule(
            code, severity, title, why, source, hint, failing, passing, check, uses, enabled
        )
        return check

    return register


def registered() -> dict[str, Rule]:
    """Every rule by code; the rule modules register on import."""
    for module in (
        "rules.amounts", "rules.forms", "rules.grades", "rules.last_year", "rules.old_words",
        "rules.prose", "rules.rates", "rules.scores", "rules.texts", "rules.typed", "rules.words",
        "rules.years", "waivers",
    ):  # fmt: skip
        import_module(f"generator.checks.{module}")
    return _RULES


def severity_of(entry: Rule, settings: Settings) -> Severity | None:
    """How bad a finding of ``entry`` is for this form set; None when the rule is off."""
    level = settings.levels.get(entry.code, "")
    if level == OFF or (not level and not entry.enabled):
        return None
    return entry.severity if level in ("", ON) else Severity(LEVELS[level])


def findings(entry: Rule, subject: Subject) -> Iterator[Problem]:
    """The problems that ``entry`` sees in ``subject``."""
    severity = severity_of(entry, subject.settings)
    if severity is None:
        return
    stated = bool(subject.settings.levels.get(entry.code, ON) != ON)
    for found in entry.check(subject):
        yield Problem(
            code=entry.code,
            severity=severity if stated or found.severity is None else found.severity,
            message=found.message,
            hint=found.hint or entry.hint,
            at=found.at,
            related=found.related,
        )
