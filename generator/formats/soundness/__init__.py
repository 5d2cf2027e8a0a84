"""Whether Word and Excel would open a package: what they call damaged is found here first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from generator.formats.soundness import excel, packages, word
from generator.formats.soundness.flaw import Flaw
from generator.problems import Position, Problems

__all__ = ["Flaw", "check"]

_PROGRAMS = {"docx": "Word", "xlsx": "Excel"}
_MOST = 10


def check(
    members: Mapping[str, bytes], kind: Literal["docx", "xlsx"], file: str, problems: Problems
) -> bool:
    """Report what Word or Excel would call damaged in a template; whether there was nothing.

    Its XML has been read before: none of ``members`` raises ``BadXml``.
    """
    found = packages.flaws(members, kind)
    if not found:
        found = word.flaws(members) if kind == "docx" else excel.flaws(members)
    for flaw in found[:_MOST]:
        report(flaw, kind, file, problems)
    return not found


def report(flaw: Flaw, kind: str, file: str, problems: Problems) -> None:
    """Tell a flaw of the template ``file``."""
    at = Position(file, place=flaw.place)
    problems.add("T233", at, member=flaw.member, reason=flaw.reason, program=_PROGRAMS[kind])
