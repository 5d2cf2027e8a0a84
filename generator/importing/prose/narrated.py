"""A Word report as the year's report.md, its numbers by name; what it prints is proven."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from generator.build import narrative as building
from generator.content import loader
from generator.content.loader import REPORT
from generator.content.model import Content, Row
from generator.figures import compute, dataset
from generator.figures.dataset import Dataset
from generator.formats import proof
from generator.frozen import frozen
from generator.importing import trial
from generator.importing.drafts import Drafts
from generator.importing.model import Left
from generator.importing.prose import naming
from generator.importing.prose.naming import Namer, Proposal
from generator.importing.prose.word import Report
from generator.problems import Problems

_HEADING: Final = re.compile(r"(#{1,4}) (.+)")


@frozen
class Doubt:
    """A number that may be a figure: where, the words around it, the tags that would print it."""

    line: int
    around: str
    text: str
    tags: tuple[str, ...]


@frozen
class Narrated:
    """``text``: of report.md. ``sure``: how many numbers became names."""

    file: str
    text: str
    sure: int
    doubts: tuple[Doubt, ...]
    left: tuple[Left, ...]


def narrated(drafts: Drafts, data: Dataset, file: str, report: Report) -> Narrated:
    """The report with names for the numbers that are figures beyond doubt.

    A paragraph whose tags would print anything but its own words keeps its words.
    """
    namer = Namer(data, dict(_labels(data.content)))
    plain = report.text.split("\n")
    lines, found = _named(plain, namer)
    numbers = [n for n, line in enumerate(lines) if line.strip() and not line.startswith("|")]
    left = list(report.left)
    wrong: list[int] = []
    for mend in (_headings, _tags, None):
        printed = _printed(drafts, "\n".join(lines))
        wrong = _apart(printed, report.paragraphs)
        if not wrong or mend is None:
            break
        for number in wrong:
            if number < len(numbers) and mend(plain[numbers[number]]):
                at = numbers[number]
                heading = plain[at].startswith("#")
                lines[at] = report.paragraphs[number] if heading else plain[at]
                plain[at], found[at] = lines[at], []
    left += [
        Left(file, f"正文第{n + 1}段", report.paragraphs[n][:60], "印出来和原文不全一样")
        for n in wrong
    ]  # fmt: skip
    doubts = [
        Doubt(
            n + 1, plain[n][max(0, one.start - 12) : one.end + 4], one.text,
            tuple(tag.tag for tag in one.tags),
        )
        for n, held in enumerate(found) for one in held if not one.sure
    ]  # fmt: skip
    sure = sum(1 for held in found for one in held if one.sure)
    return Narrated(file, "\n".join(lines), sure, tuple(doubts), tuple(left))


def _headings(line: str) -> bool:
    """Whether a line may print another number than it had: then it is none of gen's headings."""
    return line.startswith("#")


def _tags(line: str) -> bool:
    """Whether the names in a line may print something else."""
    return bool(line)


def _named(lines: Sequence[str], namer: Namer) -> tuple[list[str], list[list[Proposal]]]:
    """Every line with its certain names, and all that was proposed in it."""
    above: list[str] = []
    out, found = [], []
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            above = [*above[: len(heading[1]) - 1], heading[2]]
        proposals = [] if line.startswith("|") else namer.proposals(line, " ".join(above[-2:]))
        found.append(proposals)
        out.append(naming.replaced(line, proposals))
    return out, found


def _printed(drafts: Drafts, text: str) -> list[str] | None:
    """The paragraphs that report.md would print; None where it cannot."""
    problems = Problems()
    with trial.copied(drafts, {REPORT: text}) as (workspace, target):
        content = loader.read(workspace, target, problems)
        if content is None:
            return None
        data = dataset.build(content, compute.compute(content, problems), problems)
        made = building.compiled(content.narrative)
        blocks = building.filled(made, data, data.names, Problems())
    if blocks is None:
        return None
    return [proof.plain(block.text) for block in blocks if block.kind != "table"]


def _apart(printed: Sequence[str] | None, wanted: Sequence[str]) -> list[int]:
    """Which paragraphs print something else; all of them where nothing can be printed."""
    if printed is None or len(printed) != len(wanted):
        return list(range(len(wanted)))
    pairs = enumerate(zip(printed, wanted, strict=True))
    return [n for n, (one, other) in pairs if _bare(one) != _bare(other)]


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _labels(content: Content) -> Iterator[tuple[str, str]]:
    """What rows of figures are called, by their paths."""

    def below(row: Row, path: str) -> Iterator[tuple[str, str]]:
        yield path, row.label or row.name
        for inner in (*row.rows, *row.parts):
            yield from below(inner, f"{path}.{inner.name}")

    for table in content.figures.tables:
        yield from below(table, table.name)
