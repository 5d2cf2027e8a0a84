"""Lines put in the place of others: one change, which is written whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from generator.frozen import replace
from generator.pulling.model import CONFLICT, Finding

_NOT_GONE: Final = "换到这里的新文字没有写进去，所以这一段也没有删"
_NOT_COME: Final = "这里原来的一段没有删，所以换上的新文字也没有写进去"


def whole(findings: Sequence[Finding]) -> list[Finding]:
    """``findings``, none of them proposing half an exchange.

    Where something was put in the place of something else, and one of them is not to be written,
    neither is; where one needs a question, the other does too.
    """
    held: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        if one.spot:
            held[one.spot].append(one)
    return [_with(one, held[one.spot]) if one.spot and one.changes else one for one in findings]


def _with(one: Finding, beside: Sequence[Finding]) -> Finding:
    """One half, as the other allows; lines that only came, or only went, stand for themselves."""
    others = [other for other in beside if bool(other.old) != bool(one.old)]
    if any(not other.changes for other in others):
        why = _NOT_GONE if one.old else _NOT_COME
        return replace(one, kind=CONFLICT, changes=(), safe=False, why=why)
    return replace(one, safe=one.safe and all(other.safe for other in others))
