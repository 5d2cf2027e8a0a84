"""Random corrections, built and handed in: what the notice tells is what was done, no more."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from docx import Document
from kit import drafts, workspaces
from kit.workspaces import gen

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 60))]


def named(draft: drafts.Draft) -> dict[str, object]:
    """Everything a reader could be told of, by name, with what it says."""
    held: dict[str, object] = {}
    for group in (*draft.facts, *draft.groups):
        held |= {one.name: (group.name, one.held) for one in group.held}
    for one in (*draft.items, *draft.rows):
        held[one.name] = one.held
    held |= {one.name: one.held[1:] for one in draft.projects}
    return held


def write(folder: Path, draft: drafts.Draft) -> None:
    for path in (folder / "content/peixun/2024/projects").glob("*"):
        path.unlink()
    workspaces.write(folder, drafts.files(draft))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_notice_is_of_what_was_done(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    before = drafts.draft(random)
    write(tmp_path, before)
    workspaces.build(tmp_path, 2024)
    assert gen("freeze", "2024", "报送稿", folder=tmp_path).code == 0
    after, done = before, 0
    for _ in range(random.randint(1, 5)):
        after, count = drafts.edited(
            after, random.choice(drafts.DEEDS), random.choice(drafts.THINGS)
        )
        done += count
    write(tmp_path, after)
    asked = ("diff", "2024", "--from", "报送稿")
    first = gen(*asked, "--format", "json", folder=tmp_path)
    assert first.code == 0, first.out
    told = gen(*asked, folder=tmp_path).out
    workspaces.build(tmp_path, 2024)
    assert gen(*asked, "--format", "json", folder=tmp_path).out == first.out
    assert gen(*asked, folder=tmp_path).out == told, "the same after the build"
    assert "[1]" not in told

    ran = gen(*asked, "--save", "n.docx", folder=tmp_path)
    if ran.code:
        assert "不需要更正说明" in ran.err
        return
    tables = Document(str(tmp_path / "n.docx")).tables
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    whole = "\n".join("｜".join(row) for row in rows)
    was, now = named(before), named(after)
    same = {name for name in was.keys() & now.keys() if was[name] == now[name]}
    for row in rows:
        if "移到" not in row[-1]:  # what only moved says the same as before
            assert not [name for name in same if name in row[1]], row
    quiet = {one.name for draft in (before, after) for one in draft.rows}
    quiet |= {one.name for draft in (before, after) for group in draft.facts for one in group.held}
    for name in was.keys() ^ now.keys():
        # Readers see what facts and rows say, not how a writer calls them.
        says = {**was, **now}[name]
        numbers = list(map(str, says)) if isinstance(says, list | tuple) else []
        renamed = name in quiet and says in was.values() and says in now.values()
        assert renamed or name in whole or any(number in whole for number in numbers), name
    for name in now.keys() & was.keys() - same - quiet:
        assert name in whole, f"{name} changed"
    for text in {*before.paragraphs} ^ {*after.paragraphs}:
        assert text in whole
