"""Problems as they come from many units: what will be shown is kept, the others are counted.

With few units all are kept, and told in one order at the end. With many, nothing of a unit stays
but its counts and the first problems of a kind; JSON is written as it comes.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import click

from generator.cli import console
from generator.cli.common import Settings
from generator.problems import Problem, Problems, Severity

#: Units of which everything can be kept.
MANY: Final = 30


class Tally:
    """The problems of ``count`` units, of ``settings`` what is to be told of them."""

    def __init__(self, count: int, settings: Settings) -> None:
        #: Whether units are only counted.
        self.brief = count > MANY and (settings.json or settings.verbosity <= 0)
        self.left: dict[str, console.Left] = {}
        self.of_unit: dict[str, Counter[Severity]] = {}
        self._json = settings.json
        self._kept = Problems()
        self._items: list[Problem] | None = None
        self._of_code: Counter[str] = Counter()
        #: Of unit-years that are only counted; what they share is known at the end.
        self._counted: Counter[Severity] = Counter()
        self._written = 0

    def take(self, found: Iterable[Problem]) -> None:
        """What was found at one unit-year, or beside them."""
        if not self.brief:
            self._kept.extend(found)
            return
        own = Problems()
        own.extend(found)
        for item in own.sorted():
            unit = console.unit_of(item)
            if not unit:  # of a template, say: found once more at every unit
                self._kept.extend([item])
                continue
            self._count(item, unit)
            if self._json:
                self._write(item)
            elif self._shown(item):
                self._of_code[item.code] += 1
                self._kept.extend([item])
            else:
                left = self.left.setdefault(item.code, console.Left(item.severity.label))
                left.take(unit)

    def _shown(self, item: Problem) -> bool:
        first = self._of_code[item.code] < console.FIRST
        return first or self._of_code.total() < console.MANY

    def _count(self, item: Problem, unit: str) -> None:
        self._counted[item.severity] += 1
        self.of_unit.setdefault(unit, Counter())[item.severity] += 1

    @property
    def items(self) -> list[Problem]:
        """What was kept, in the order of work."""
        if self._items is None:
            self._items = self._kept.sorted()
            for item in self._items:
                unit = console.unit_of(item)
                if not self.brief or not unit:
                    self._count(item, unit)
        return self._items

    @property
    def counts(self) -> Counter[Severity]:
        """How many there are, kept or not."""
        return self._counted if self.items is not None else Counter()

    # JSON

    def _write(self, item: Problem) -> None:
        begin = ",\n" if self._written else '{\n  "problems": [\n'
        self._written += 1
        click.echo(begin + textwrap.indent(console.as_json(item.as_json()), "    "), nl=False)

    def say_json(self, rest: Mapping[str, object]) -> None:
        """The whole report; of a brief one what is not written yet, and ``rest`` after it."""
        report = console.report(self.items, self.counts)
        if not self.brief:
            console.say(console.as_json({**report, **rest}))
            return
        for item in self.items:
            self._write(item)
        begin = "\n  ],\n" if self._written else '{\n  "problems": [],\n'
        after = console.as_json({"summary": report["summary"], **rest})
        click.echo(begin + after.removeprefix("{\n"))

    def exit_code(self, *, strict: bool) -> int:
        """0 clean or warnings only, 1 errors (with ``strict`` warnings too)."""
        fatal = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
        return int(any(self.counts[severity] for severity in fatal))
