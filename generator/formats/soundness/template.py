"""A template looked at as Word or Excel would, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from generator.formats.soundness import excel, packages, word
from generator.problems import Position, Problems

_PROGRAMS = {"docx": "Word", "xlsx": "Excel"}
_MOST = 10


def check_whole(
    members: Mapping[str, bytes], kind: Literal["docx", "xlsx"], file: str, problems: Problems
) -> bool:
    """Report what Word or Excel would call damaged in a template; whether there was nothing.

    Its XML has been read before: none of ``members`` raises ``BadXml``.
    """
    found = packages.flaws(members, kind)
    if not found:
        found = word.flaws(members) if kind == "docx" else excel.flaws(members)
    for flaw in found[:_MOST]:
        at = Position(file, place=flaw.place)
        problems.add("T233", at, member=flaw.member, reason=flaw.reason, program=_PROGRAMS[kind])
    return not found
