"""Many units: how far they have come, and the problems they bring.

What will be shown is kept, the others are counted.

With few units all are kept, and told in one order at the end. With many, nothing of a unit stays
but its counts and the first problems of a kind; JSON is written as it comes.
"""

from __future__ import annotations

import sys
import textwrap
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final, TextIO

import click

from generator.cli import console
from generator.cli.common import Settings
from generator.problems import Problem, Problems, Severity

#: Units of which everything can be kept.
MANY: Final = 30


class Tally:
    """The problems of ``units``, of ``settings`` what is to be told of them."""

    def __init__(self, units: Collection[str], settings: Settings) -> None:
        self._units = frozenset(units) - {""}
        #: Whether units are only counted.
        self.brief = len(units) > MANY and (settings.json or settings.verbosity <= 0)
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
            unit = self._unit(item)
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

    def _unit(self, item: Problem) -> str:
        """Whose content or outputs a problem is in; empty for templates and the like."""
        return next((part for part in item.at.file.split("/") if part in self._units), "")

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
                unit = self._unit(item)
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


# How far it has come

#: How often the line is written anew, in seconds.
_EVERY: Final = 0.2
#: With fewer units than this the end comes before anybody reads.
_SOME: Final = 5
#: Seconds from which the time left is told in minutes.
_MINUTES: Final = 90


class Pace:
    """Counts units done of ``total`` and says so on ``stream``, only where a person looks at it."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._total, self._done, self._begun, self._told = total, 0, time.monotonic(), 0.0
        self._shown = total >= _SOME and self._stream is not None and self._stream.isatty()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        now = time.monotonic()
        if self._shown and now - self._told >= _EVERY:
            self._told = now
            self._write(line(self._done, self._total, now - self._begun))

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()


def line(done: int, total: int, seconds: float) -> str:
    """``已做 120/300 个单位，每秒 4.2 个，还要约 43 秒`` after ``seconds``."""
    rate = done / max(seconds, 1e-3)
    left = (total - done) / rate
    time_left = f"{left / 60:.0f} 分钟" if left >= _MINUTES else f"{left:.0f} 秒"
    return f"已做 {done}/{total} 个单位，每秒 {rate:.1f} 个，还要约 {time_left}"
