"""What an audit answers: claims and findings of each file, what was not checked."""

from __future__ import annotations

from pathlib import Path

from generator.checks.sentences.engine import Examined
from generator.checks.sentences.model import Claim
from generator.checks.sentences.tables.grid import Table
from generator.frozen import frozen
from generator.problems import Problem
from generator.reading.contents import Contents


@frozen
class Document:
    """A file as it was read and judged on its own."""

    path: Path
    contents: Contents
    texts: tuple[str, ...]
    places: tuple[str, ...]
    numbers: tuple[int, ...]
    lines: tuple[int, ...]
    tables: tuple[Table, ...]
    examined: Examined


@frozen
class Judgement:
    """A claim and where it stands; ``number``: the paragraph of a Word file, -1 elsewhere."""

    claim: Claim
    place: str
    number: int = -1


@frozen
class Finding:
    """A problem with the words that it is about."""

    problem: Problem
    quote: str
    place: str
    number: int = -1


@frozen
class Unread:
    """A number that no claim is about."""

    text: str
    place: str
    quote: str


@frozen
class Audited:
    """One file. ``lacking``: what of it was not read, in words."""

    path: Path
    judgements: tuple[Judgement, ...] = ()
    findings: tuple[Finding, ...] = ()
    numbers: int = 0
    unread: tuple[Unread, ...] = ()
    lacking: tuple[str, ...] = ()
    readable: bool = True

    def count(self, verdict: str) -> int:
        """How many claims have that verdict."""
        return sum(1 for one in self.judgements if one.claim.verdict == verdict)
