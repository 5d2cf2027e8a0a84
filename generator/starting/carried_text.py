"""Running text carried into the next year: years move on, what states a result is marked.

A number of an official document (〔2020〕4号) never moves: next year's does not follow from it.
"""

from __future__ import annotations

import re
from typing import Final

from generator.content.blanks import STALE
from generator.content.wordings import any_of
from generator.frozen import frozen

_TAG: Final = re.compile(r"\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|\{#.{0,500}?#\}")
_YEAR: Final = re.compile(r"(?<![0-9〔\[（(.])(?:19|20)[0-9]{2}(?![0-9〕\]）)])")
_ENDS: Final = "。；！？"
_DIGIT: Final = re.compile("[0-9０-９]")
_LEAD: Final = re.compile(r"[ \t]*(?:(?:#{1,6}[ \t]|[0-9]{1,3}\.[ \t]|[-*][ \t]|>)[ \t]*)?")


@frozen
class Shift:
    """From one year to another; ``results``: wordings that say something was done.

    ``names``: what holds such words and says nothing of the kind (公务接待费).
    """

    old: int
    new: int
    results: tuple[str, ...]
    names: tuple[str, ...]

    def year(self, text: str) -> str:
        """Years around the old one, moved; others are history."""
        step = self.new - self.old

        def moved(match: re.Match[str]) -> str:
            year = int(match[0])
            return str(year + step) if abs(year - self.old) <= 1 else match[0]

        return _YEAR.sub(moved, text)


def title(text: str, shift: Shift) -> str:
    """A YAML file whose comment at its head names the new year: 2020年数字."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            break
        lines[number] = line if "docs/" in line else shift.year(line)
    return "\n".join(lines)


def report(text: str, shift: Shift) -> str:
    """``report.md`` of the next year."""
    return "\n".join(_line(line, shift) for line in text.split("\n"))


def _line(line: str, shift: Shift) -> str:
    if not line.strip() or line.lstrip().startswith("{%") or line.lstrip().startswith("{#"):
        return line
    lead = _LEAD.match(line)
    start = lead.end() if lead else 0
    heading = line.lstrip().startswith("#")
    if line.lstrip().startswith("|"):
        return _row(line, shift)
    out = line[:start]
    for sentence in _sentences(line[start:]):
        out += _sentence(sentence, shift, heading=heading)
    return out


def _sentences(text: str) -> list[str]:
    """Sentences with their full stops; a stop inside a tag is none."""
    found, begin = [], 0
    tags = [match.span() for match in _TAG.finditer(text)]
    for match in re.finditer(f"[{_ENDS}]", text):
        if not any(start <= match.start() < end for start, end in tags):
            found.append(text[begin : match.end()])
            begin = match.end()
    return [*found, text[begin:]] if begin < len(text) else found


def _sentence(text: str, shift: Shift, *, heading: bool) -> str:
    said, moved = _TAG.sub("", text), _outside(text, shift)
    done = re.sub("|".join(map(re.escape, shift.names)) or "(?!)", "", said)
    stated = bool(_DIGIT.search(said)) or re.search(any_of(shift.results) or "(?!)", done)
    if not said.strip() or (heading and moved == text) or not stated or STALE in text:
        return moved
    if moved[-1:] in _ENDS:
        return f"{moved[:-1]}【{STALE}】{moved[-1]}"
    return f"{moved}【{STALE}】"


def _outside(text: str, shift: Shift) -> str:
    """``text`` with years moved where no tag stands."""
    out, end = "", 0
    for match in _TAG.finditer(text):
        out += shift.year(text[end : match.start()]) + match[0]
        end = match.end()
    return out + shift.year(text[end:])


def _row(line: str, shift: Shift) -> str:
    """A row of a table: marked in its last cell when a number was typed."""
    moved = _outside(line, shift)
    if not _DIGIT.search(_TAG.sub("", line)):
        return moved
    cells = moved.rstrip()
    return f"{cells[:-1].rstrip()}【{STALE}】 |" if cells.endswith("|") else f"{cells}【{STALE}】"
