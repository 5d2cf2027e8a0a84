"""An audit as plain data for programs, and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from generator.audit.model import Audited, Judgement
from generator.checks.sentences.model import HOLDS, TRUNCATED, UNCHECKED, WRONG

_VERDICTS = {HOLDS: "对得上", WRONG: "不对", TRUNCATED: "截断", UNCHECKED: "没有查"}
#: Numbers that were not checked that a text tells one by one.
_MOST_TOLD = 5


def as_json(files: Sequence[Audited]) -> dict[str, Any]:
    """The shape promised for ``--format json``."""
    return {"files": [_file(one) for one in files]}


def _file(one: Audited) -> dict[str, Any]:
    return {
        "file": str(one.path),
        "claims": [_claim(judged) for judged in one.judgements],
        "findings": [
            {**found.problem.as_json(), "place": found.place, "quote": found.quote}
            for found in one.findings
        ],
        "summary": {
            "readable": one.readable,
            "numbers": one.numbers,
            **{verdict: one.count(verdict) for verdict in _VERDICTS},
            "unread": [{"text": u.text, "place": u.place, "quote": u.quote} for u in one.unread],
            "lacking": list(one.lacking),
        },
    }


def _claim(judged: Judgement) -> dict[str, Any]:
    one = judged.claim
    return {
        "kind": one.kind,
        "quote": one.quote,
        "place": judged.place,
        "stated": one.stated.shown,
        "operands": [a.shown for a in one.operands],
        "expected": one.expected or None,
        "verdict": one.verdict,
        "because": one.because + (f"（{one.flaw}）" if one.flaw else ""),
    }


def lines(files: Sequence[Audited], *, verbose: bool) -> Iterator[str]:
    """What people read: the counts of each file, and what was not checked."""
    for one in files:
        if not one.readable:
            continue
        counts = "，".join(f"{word}{one.count(verdict)}处" for verdict, word in _VERDICTS.items())
        yield f"{one.path}：{one.numbers}个数，{len(one.judgements)}个说法，{counts}。"
        yield from (f"  {words}。" for words in one.lacking)
        if verbose:
            for judged in one.judgements:
                told = judged.claim
                yield (f"  {judged.place} {_VERDICTS[told.verdict]}：“{told.quote}” {told.because}")
        if one.unread:
            shown = one.unread if verbose else one.unread[:_MOST_TOLD]
            texts = "、".join(f"{u.text}（{u.place}）" for u in shown)
            more = f"……共{len(one.unread)}个" if len(shown) < len(one.unread) else ""
            yield f"  没有哪个说法用到的数：{texts}{more}。"
