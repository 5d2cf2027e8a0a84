"""The figures of a unit of content files."""

from __future__ import annotations

from collections.abc import Mapping

from generator.figures.compute import Computed, compute
from generator.problems import Problems
from kit.units import content


def computed(figures: str = "", **files: str) -> tuple[Computed, Problems]:
    """The figures of a unit; ``facts``, ``indicators``, ``past`` … are the other files."""
    return computed_from(_files(figures, files))


def computed_from(files: Mapping[str, str]) -> tuple[Computed, Problems]:
    """The figures of a unit of ``files``."""
    unit, problems = content(files)
    return compute(unit, problems), problems


def _files(figures: str, more: Mapping[str, str]) -> dict[str, str]:
    names = {
        "facts": "facts.yaml",
        "indicators": "indicators.yaml",
        "past": "2019/figures.yaml",
        "past_facts": "2019/facts.yaml",
        "project": "projects/甲.yaml",
        "forms": "套表",
    }
    given = {names[key]: text for key, text in more.items()}
    return given | ({"figures.yaml": figures} if figures else {})


def printed(found: Computed, path: str) -> str:
    return found.figures[path].text


FUNDS = "资金:\n  拨款: {{年初预算: {0}, 年中追加: {1}, 全年执行: {2}}}\n  其他: {{年初预算: 1, 年中追加: 0, 全年执行: 0}}\n"


def project(name: str, *amounts: object) -> str:
    return f"名称: {name}\n主管部门: 教育局\n" + FUNDS.format(*amounts)
