"""A template looked at as Word or Excel would, before anything is made of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Literal

from generator.formats.soundness import excel, packages, word
from generator.problems import Position, Problems
from generator.problems.place import Place
from generator.reading.excel import sheets
from generator.reading.opc import relations
from generator.reading.package import PackageError

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
    owners = _owners(members) if kind == "xlsx" and found else {}
    for flaw in found[:_MOST]:
        at = Position(file, place=flaw.place or owners.get(flaw.member))
        problems.add("T233", at, member=flaw.member, reason=flaw.reason, program=_PROGRAMS[kind])
    return not found


def _owners(members: Mapping[str, bytes]) -> dict[str, Place]:
    """The sheets that parts of a workbook belong to: tables, drawings, the charts in these."""
    found: dict[str, Place] = {}
    with contextlib.suppress(PackageError):  # what names the sheets is damaged itself
        for sheet, place in sheets(members).items():
            for link in relations(members, sheet):
                held = (one.target for one in relations(members, link.target))
                found |= dict.fromkeys((link.target, *held), place)
    return found
