"""Edits as a script reads them: applied to the old content they give the new one, and no more."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from kit import drafts, edits, workspaces

from generator.cli import reports
from generator.content import loader
from generator.problems import Problems
from generator.records import compare, tree, typed
from generator.records.record import Record
from generator.records.tree import Row
from generator.workspace import find

SEEDS = [*range(25), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(25, 500))]


def content(folder: Path, draft: drafts.Draft) -> tuple[Row, ...]:
    """The draft as a record keeps it."""
    workspaces.write(folder, drafts.files(draft))
    workspace = find(folder)
    assert workspace is not None
    (target,) = workspace.unit_years(2024)
    problems = Problems()
    read = loader.read(workspace, target, problems)
    assert read is not None
    assert not problems.failed, [item.message for item in problems.sorted()]
    return tuple(tree.flat(typed.tree(read)))


def record_of(rows: tuple[Row, ...]) -> Record:
    return Record("peixun", 2024, {}, {}, (), {}, content=rows)


def sequence(random: Random, start: drafts.Draft, length: int) -> tuple[drafts.Draft, int]:
    """``length`` edits of any kind, and as how many they count."""
    draft, done = start, 0
    while done < length:
        draft, count = drafts.edited(
            draft, random.choice(drafts.DEEDS), random.choice(drafts.THINGS)
        )
        done += count
    return draft, done


@pytest.mark.parametrize("seed", SEEDS)
def test_any_sequence_of_edits(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    before = drafts.draft(random)
    after, done = sequence(random, before, random.randint(1, 9))
    check(before, after, done, tmp_path)


@pytest.mark.parametrize("thing", drafts.THINGS)
@pytest.mark.parametrize("deed", drafts.DEEDS)
def test_a_single_edit(deed: str, thing: str, tmp_path: Path) -> None:
    before = drafts.draft(Random(f"{deed} {thing}"))
    after, done = drafts.edited(before, deed, thing)
    if done:
        check(before, after, done, tmp_path)


def check(before: drafts.Draft, after: drafts.Draft, done: int, folder: Path) -> None:
    """Told truly and whole, in no more lines than there were edits and what follows from them."""
    old, new = content(folder / "old", before), content(folder / "new", after)
    difference = compare.compare(record_of(old), record_of(new))
    plain = reports.difference_json(difference)["edits"]
    given = edits.applied(edits.grown(old), plain)
    assert given.plain() == edits.grown(new).plain()
    # One text in facts.yaml counts the projects, one indicator has the rest of the points;
    # report.md lists facts and rows by name.
    typed_twice = [
        edit
        for edit in plain
        if edit["path"][-1][1] == "部门项目个数"
        or edit["path"][-2][1] == drafts.REST
        or (edit["kind"] == "changed" and "{{" in (edit["old"] or ""))
    ]
    assert len(plain) - len(typed_twice) <= done, [edit["told"] for edit in plain]
