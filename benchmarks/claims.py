"""How many claims of published sentences are judged, and how many planted slips are found.

    python benchmarks/claims.py [-v] [folder]

Reads ``passages.txt`` and ``claims.json`` of the folder (default ``../shared/claims`` beside the
repository), says so when they are not there. One line of the table a passage, the sums below.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generator.checks.sentences.engine import examine  # noqa: E402
from generator.checks.sentences.lexicon import Lexicon  # noqa: E402
from generator.checks.sentences.model import Claim  # noqa: E402
from generator.content.form_set.inherit import load_form_set  # noqa: E402
from generator.problems import Position, Problems  # noqa: E402
from generator.workspace import Workspace  # noqa: E402

FAMILIES = {
    "difference": ("difference",),
    "rate": ("rate", "completion"),
    "completion": ("rate", "completion"),
    "share": ("share",),
    "parts": ("sum", "count", "row sum", "column sum", "table = table"),
    "count": ("sum", "count"),
    "changes": ("changes",),
}
BAD = ("wrong", "truncated")


@dataclass
class Score:
    listed: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    planted: int = 0
    found: int = 0
    corrected: list[str] = field(default_factory=list)
    unfound: list[str] = field(default_factory=list)


def passages(text: str) -> dict[str, list[str]]:
    """Name of each passage → its lines."""
    out: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("## "):
            out[line.split()[1]] = here = []
        elif line.strip() and out:
            here.append(line)
    return out


def family(kind: str) -> tuple[str, ...]:
    return next(found for word, found in FAMILIES.items() if kind.startswith(word))


def matches(claim: Claim, row: dict[str, Any]) -> bool:
    """Whether the engine's claim is the listed one: family, span, operands (zeros aside)."""
    stated = claim.stated
    span = any(
        stated.block == line - 1 and stated.start < end and start < stated.end
        for line, start, end in row["spans"]
    )
    if not span or claim.kind not in family(row["kind"]):
        return False
    used = [abs(Fraction(a.text)) for a in (*claim.operands, claim.stated)]
    derived = row["verdict"] == "wrong" and row["kind"] == "completion"
    wanted = [abs(Fraction(o)) for o in row["operands"]]
    return derived or all(value in used for value in wanted if value)


def judged(claims: tuple[Claim, ...], row: dict[str, Any]) -> str:
    """How the engine judged the listed claim: the best verdict of those that match."""
    found = {c.verdict for c in claims if matches(c, row)}
    return next((v for v in ("holds", "wrong", "truncated", "unchecked") if v in found), "no claim")


def places(lines: list[str], row: dict[str, Any]) -> Iterator[tuple[int, int, int]]:
    """Where the stated number and the operands stand; operands at their first place."""
    yield from (tuple(span) for span in row["spans"][:1])  # type: ignore[misc]
    for operand in row["operands"]:
        text = operand.lstrip("-")
        line = row["spans"][0][0]
        order = sorted(range(1, len(lines) + 1), key=lambda n: abs(n - line))
        for number in order:
            found = re.search(rf"(?<![\d.]){re.escape(text)}(?![\d.])", lines[number - 1])
            if found:
                yield number, found.start(), found.end()
                break


def breaks(row: dict[str, Any], old: str, new: str, *, stated: bool) -> bool:
    """Whether the recomputation fails when one number becomes another."""
    numbers = [Fraction(o) for o in row["operands"]]
    said, places_ = (
        Fraction(row["stated"].rstrip("%")),
        len(row["stated"].rstrip("%").partition(".")[2]),
    )
    if stated:
        said = Fraction(new) * (1 if said >= 0 else -1)
        places_ = len(new.partition(".")[2])
    else:
        at = next(i for i, o in enumerate(row["operands"]) if o.lstrip("-") == old)
        numbers[at] = Fraction(new) * (1 if numbers[at] >= 0 else -1)
    kind = row["kind"]
    if kind.startswith(("parts", "count", "changes")):
        tail = Fraction(5, 1000) * (len(numbers) + 1)
        total = sum(numbers)
        return min(abs(total - said), abs(abs(total) - abs(said))) > tail
    if kind == "difference":
        return abs(abs(numbers[0] - numbers[1]) - abs(said)) > Fraction(15, 1000)
    if kind == "rate, base from the change":
        options = [numbers[0] - numbers[1], numbers[0] + numbers[1]]
        values = [abs(numbers[1]) / b * 100 for b in options if b > 0]
    else:
        values = [numbers[0] / numbers[1] * 100] if numbers[1] else []
    half = Fraction(1, 2 * 10**places_)
    return not any(said - half <= v <= said + half for v in values)


def planted(text: str) -> Iterator[str]:
    """The number with another first, middle and last digit."""
    digits = [i for i, c in enumerate(text) if c.isdigit()]
    for at in dict.fromkeys((digits[0], digits[len(digits) // 2], digits[-1])):
        for step in (1, 5):
            new = str((int(text[at]) + step) % 10)
            changed = text[:at] + new + text[at + 1 :]
            if changed != text:
                yield changed
                break


def line(name: str, *columns: object) -> str:
    """A line of the table that this and ``audits.py`` print: the columns of ``HEADS``."""
    return f"{name[:36]:38}" + "".join(f"{column!s:>10}" for column in columns)


HEADS = "claims", "flaws", "alarms", "planted", "found", "together"


def run(folder: Path, *, verbose: bool) -> int:
    """Print the lines of the passages; the exit code is 0 whatever they say.

    ``claims``: those that hold and were judged so; ``flaws``: those wrong and found.
    """
    if not (folder / "passages.txt").is_file():
        print(f"no passages in {folder}")
        return 0
    workspace = Workspace(ROOT, ROOT / "build")
    form_set = load_form_set(workspace, "全国", Position("全国.yaml"), Problems())
    assert form_set is not None
    lexicon = Lexicon(form_set.check_data)
    truth: dict[str, list[dict[str, Any]]] = {}
    for row in json.loads((folder / "claims.json").read_text("utf-8")):
        truth.setdefault(row["passage"], []).append(row)
    total = Score()
    for name, lines in passages((folder / "passages.txt").read_text("utf-8")).items():
        score = one(lines, truth.get(name, []), lexicon)
        holds = f"{score.listed['holds ok']}/{score.listed['holds']}"
        wrong = f"{score.listed['wrong ok']}/{score.listed['wrong']}"
        print(line(name, holds, wrong, len(score.alarms), score.planted, score.found))
        if verbose:
            for text in (*score.missed, *score.alarms, *score.corrected, *score.unfound):
                print("   ", text)
        total.listed.update(score.listed)
        total.alarms += score.alarms
        total.corrected += score.corrected
        total.planted += score.planted
        total.found += score.found
    holds = f"{total.listed['holds ok']}/{total.listed['holds']}"
    wrong = f"{total.listed['wrong ok']}/{total.listed['wrong']}"
    share = f"{total.found / max(total.planted, 1):.1%}"
    print(line("all passages", holds, wrong, len(total.alarms), total.planted, total.found))
    print(f"    {share} of what was planted, wrong corrections {len(total.corrected)}")
    return 0


def one(lines: list[str], rows: list[dict[str, Any]], lexicon: Lexicon) -> Score:
    """The score of one passage."""
    score = Score()
    claims = examine(lines, lexicon).claims
    bad_rows = [row for row in rows if row["verdict"] in BAD]
    for row in rows:
        if row["verdict"] == "rule":
            continue
        got = judged(claims, row)
        kind = "wrong" if row["verdict"] in BAD else row["verdict"]
        score.listed[kind] += 1
        good = got == row["verdict"] or (kind == "wrong" and got in BAD)
        score.listed[f"{kind} ok"] += good
        if not good:
            score.missed.append(
                f"{got}: {row['kind']} {row['what']} {row['stated']} {row['operands']}"
            )
    for claim in claims:
        if claim.verdict in BAD and not any(matches(claim, row) for row in bad_rows):
            score.alarms.append(f"ALARM {claim.kind} {claim.verdict} {claim.quote} {claim.because}")
    known = {(c.kind, c.stated.key) for c in claims if c.verdict in BAD}
    done: set[tuple[int, int, str]] = set()
    for row in rows:
        if row["verdict"] != "holds":
            continue
        for order, (line, start, end) in enumerate(places(lines, row)):
            old = lines[line - 1][start:end].rstrip("%")
            for new in planted(old):
                if (line, start, new) in done or not breaks(row, old, new, stated=order == 0):
                    continue
                done.add((line, start, new))
                plant(lines, (line, start, start + len(old)), new, lexicon, known, score)
    return score


def plant(
    lines: list[str], at: tuple[int, int, int], new: str, lexicon: Lexicon,
    known: set[tuple[str, tuple[int, int]]], score: Score,
) -> None:  # fmt: skip
    """Change one number and see whether it is found."""
    line, start, end = at
    old = lines[line - 1][start:end]
    changed = [*lines]
    changed[line - 1] = lines[line - 1][:start] + new + lines[line - 1][end:]
    claims = examine(changed, lexicon).claims
    bad = [c for c in claims if c.verdict in BAD]
    hit = [
        c
        for c in bad
        if any(a.block == line - 1 and a.start == start for a in (c.stated, *c.operands))
        or (c.kind, c.stated.key) not in known
    ]
    score.planted += 1
    score.found += bool(hit)
    if not hit:
        score.unfound.append(
            f"UNFOUND {old} → {new} in {lines[line - 1][max(0, start - 16) : end + 6]}"
        )
    for claim in bad:
        if not claim.expected:
            continue
        here = claim.stated.block == line - 1 and claim.stated.start == start
        right = old if here else claim.stated.text
        if Fraction(claim.expected.rstrip("%")) != Fraction(right):
            score.corrected.append(
                f"CORRECTED {claim.quote} → {claim.expected}, planted {old} → {new}"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-v", action="store_true", dest="verbose")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "claims")
    options = parser.parse_args()
    print(line("passage", *HEADS[:5]))
    sys.exit(run(options.folder, verbose=options.verbose))
