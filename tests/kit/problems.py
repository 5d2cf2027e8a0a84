"""Problems as tests name them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from generator.problems import Problem


def seen(problems: Iterable[Problem]) -> list[str]:
    """Code, line and column of each problem: ``L205 3:7``."""
    return [f"{p.code} {p.at.line}:{p.at.column}" for p in problems]


def told(problems: Iterable[Problem]) -> str:
    """All messages and hints, to look for what they must name."""
    return "\n".join(f"{p.message} {p.hint}" for p in problems)


def assert_names(problems: Iterable[Problem], *words: str) -> None:
    """Each of ``words`` is named in the messages, which hold no unfilled placeholder."""
    text = told(problems)
    for word in words:
        assert word in text
    assert not re.search(r"\{[a-z]+\}|None", text), text
