"""What is wrong, where, and what to do: problems are values, collected and printed in one place.

Nothing here knows about YAML, figures or documents; every other module may import this one.
"""

from __future__ import annotations

from generator.problems.position import Position, Turns, along
from generator.problems.problem import Problem, Problems, Severity, problem
from generator.problems.wording import Suggestions, nearest, reason, suggest

__all__ = [
    "Position",
    "Problem",
    "Problems",
    "Severity",
    "Suggestions",
    "Turns",
    "along",
    "nearest",
    "problem",
    "reason",
    "suggest",
]
