"""What the finished set of a unit gives to those that sum it up.

Taken from the record while it is at hand: a run over many units keeps only this of each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from generator.frozen import frozen
from generator.problems import Problem, Severity
from generator.records.record import Record, sha256

_NUMBERS: Final = re.compile(r"\[[0-9]+\]")


@frozen
class Share:
    """What one set gives.

    ``values``: those of its record that are asked for, by path, in order; ``warned``: how many
    warnings it holds; ``state``: how it stands, in Chinese; ``stamp``: see ``stamp``.
    """

    values: Mapping[str, Mapping[str, Any]]
    warned: int
    state: str
    stamp: str


@frozen
class Summing:
    """What units that sum up others ask for, and what a run has found for them so far.

    ``asked``: paths in records, without numbers; ``shares``: by unit, of sets that are whole.
    """

    asked: frozenset[str]
    shares: Mapping[str, Share]

    def of(self, record: Record, raw: bytes, inputs: Iterable[str]) -> Share | None:
        """The share of a set that has just been published, or found as its content gives it.

        ``raw``: the bytes of ``record``; ``inputs``: hashes of the content.
        """
        if not self.asked or record.draft:
            return None
        return share(record, self.asked, "已生成", stamp(raw, inputs))


#: Nobody sums up others, or nothing is known of them yet.
NOTHING: Final = Summing(frozenset(), {})


def share(record: Record, asked: Collection[str], state: str, mark: str = "") -> Share:
    """What ``record`` gives of what is ``asked`` for."""
    values = {n: record.values[n] for n in sorted(record.values) if reaches(asked, plain(n))}
    told = [Problem.from_json(item) for item in record.problems]
    return Share(values, sum(item.severity is Severity.WARNING for item in told), state, mark)


def stamp(raw: bytes, inputs: Iterable[str]) -> str:
    """The hashes of a record, and of the content that it was or was not made from."""
    return "\n".join([sha256(raw), *inputs])


def plain(path: str) -> str:
    """A path in a record without the numbers of projects and indicators."""
    return _NUMBERS.sub("", path)


def reaches(asked: Collection[str], name: str) -> bool:
    """Whether ``name``, a plain path, is asked for, or something that it is a part of."""
    while name not in asked:
        name, dot, _ = name.rpartition(".")
        if not dot:
            return False
    return True
