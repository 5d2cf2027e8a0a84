"""One thing for which Word or Excel would call a file damaged."""

from __future__ import annotations

from generator.frozen import frozen
from generator.problems.place import Place


@frozen
class Flaw:
    """``reason`` in Chinese, in the member, and at the place in it if that is known."""

    member: str
    reason: str
    place: Place | None = None
