"""What is judged rightly, in one table: published passages, gen's own documents, seeds.

    python benchmarks/audits.py [-v] [--shared folder]

The lines of ``claims.py`` first, then ``gen audit`` over gen's own documents, with one digit
planted at each printed place in turn.

Builds both samples into a folder of its own. A line a file: claims that hold, what is called wrong
as it stands (of gen's documents nothing may be), planted digits that the file alone gives away, that the set gives
away. Places are those that a claim which holds is about. Seeds are judged as they are.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import claims  # noqa: E402
from claims import HEADS, line  # noqa: E402

from generator.audit import auditing  # noqa: E402
from generator.audit.model import Audited  # noqa: E402
from generator.audit.settings import check_data, published_tables  # noqa: E402
from generator.frozen import replace  # noqa: E402
from generator.reading import any_file  # noqa: E402
from generator.reading.contents import Contents  # noqa: E402

YEARS = "2020", "2023"
BAD = "wrong", "truncated"
Place = tuple[int, int, int]
#: What each file holds now, planted or not.
held: dict[Path, Contents] = {}


def audit(paths: list[Path]) -> list[Audited]:
    data = check_data(ROOT, "全国")
    assert data is not None
    return auditing.audit(paths, data, published_tables(ROOT))


def bad(audited: list[Audited]) -> set[tuple[object, ...]]:
    return {
        (one.path, j.place, j.claim.kind, j.claim.stated.shown)
        for one in audited for j in one.judgements if j.claim.verdict in BAD
    }  # fmt: skip


def places(one: Audited) -> list[Place]:
    """Every number of a claim that holds, but zeros."""
    found = {
        (a.block, a.start, a.end)
        for j in one.judgements if j.claim.verdict == "holds"
        for a in (j.claim.stated, *j.claim.operands) if a.value and a.start >= 0
    }  # fmt: skip
    return sorted(found)


def planted(contents: Contents, at: Place, chance: random.Random) -> tuple[Contents, str]:
    """The contents with another digit in the number at ``at``, and what it became."""
    block, start, end = at
    pieces = list(contents.pieces)
    cells = [(g, r, c) for g, grid in enumerate(contents.grids)
             for r, row in enumerate(grid.rows) for c in range(len(row))]  # fmt: skip
    if block < len(pieces):
        old = pieces[block].text
    else:
        g, r, c = cells[block - len(pieces)]
        old = contents.grids[g].rows[r][c]
    digit = chance.choice([i for i in range(start, min(end, len(old))) if old[i].isdigit()])
    new = f"{old[:digit]}{(int(old[digit]) + chance.randint(1, 9)) % 10}{old[digit + 1 :]}"
    told = f"{old[start:end]} → {new[start:end]} in {old[max(0, start - 14) : end + 4]}"
    if block < len(pieces):
        pieces[block] = replace(pieces[block], text=new)
        return replace(contents, pieces=tuple(pieces)), told
    rows = [list(row) for row in contents.grids[g].rows]
    rows[r][c] = new
    grids = list(contents.grids)
    grids[g] = replace(grids[g], rows=tuple(map(tuple, rows)))
    return replace(contents, grids=tuple(grids)), f"{told} ({' | '.join(rows[r])[:60]})"


def one_set(paths: list[Path], *, verbose: bool) -> None:
    """The lines of one set of documents."""
    held.update({path: any_file.contents(path) for path in paths})
    alone = {path: audit([path])[0] for path in paths}
    before = bad(audit(paths))
    chance = random.Random(7)
    for path in paths:
        known, whole, found, together = bad([alone[path]]), held[path], 0, 0
        where = places(alone[path])
        for at in where:
            held[path], told = planted(whole, at, chance)
            hit = bool(bad(audit([path])) - known)
            with_others = hit or bool(bad(audit(paths)) - before)
            found, together = found + hit, together + with_others
            if verbose and not hit:
                print(f"    UNFOUND {'alone ' if with_others else ''}{told}")
        held[path] = whole
        holding = alone[path].count("holds")
        print(line(path.name, holding, "", len(known), len(where), found, together))


def run(shared: Path, *, verbose: bool) -> None:
    """Print the table."""
    print(line("", *HEADS))
    claims.run(shared / "claims", verbose=verbose)
    auditing.contents = lambda path: held[path] if path in held else any_file.contents(path)
    with tempfile.TemporaryDirectory() as folder:
        for year in YEARS:
            command = [sys.executable, "-m", "generator", "build", year, "--output", folder, "-q"]
            subprocess.run(command, cwd=ROOT, check=True)
            paths = sorted(
                path for path in (Path(folder) / year).rglob("*.*")
                if path.suffix in (".docx", ".xlsx") and path.parent.name != "核对"
                and ".gen" not in path.parts
            )  # fmt: skip
            one_set(paths, verbose=verbose)
    for seed in sorted((shared / "seeds").glob("*.txt")):
        [one] = audit([seed])
        print(line(seed.name, one.count("holds"), len(bad([one]))))
        for finding in one.findings:
            print(f"    {finding.problem.code} {finding.place} {finding.quote[:40]}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-v", action="store_true", dest="verbose")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    options = parser.parse_args()
    run(options.shared, verbose=options.verbose)
