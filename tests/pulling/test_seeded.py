"""Three hundred edits by lot: each is sorted, what was taken is printed again, the rest is named."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from kit import pages, reading, workspaces
from kit.edits_at_random import EDITS
from kit.returned import Edited
from kit.workspaces import gen

YEAR = Path("content") / "jiujiang-shenzhen" / "2020"
OUTPUT = Path("build") / "2020" / "jiujiang-shenzhen"
REPORT = "整体支出绩效评价工作报告.docx"
CASES, EACH = 60, 5
_KINDS = {"narrative", "figure", "computed", "template", "structure", "conflict"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("sample"))
    workspaces.build(folder)
    return folder


def edited(folder: Path, seed: int) -> tuple[Path, list[str]]:
    """The report after some edits, and which they were."""
    random, done = Random(seed), []
    made = Edited(folder / OUTPUT / REPORT)
    while len(done) < EACH:
        kind = random.choice(list(EDITS))
        if EDITS[kind](made, random):
            done.append(kind)
    return made.save(folder / "改过的.docx"), done


def pulled(folder: Path, path: Path, *arguments: str) -> dict[str, Any]:
    ran = gen("pull", path, "--into", "2020", "--format", "json", *arguments, folder=folder)
    (found,) = ran.json["pulled"]
    assert isinstance(found, dict)
    refused = any(one["kind"] == "conflict" for one in found["differences"])
    assert ran.code == int("--yes" in arguments and refused), ran.out + ran.err
    return found


def told(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What was not written."""
    return sorted(
        (one["kind"], one["old"], one["new"]) for one in found["differences"] if not one["written"]
    )


def round_trip(folder: Path, path: Path) -> Counter[str]:
    """Taken back, built, taken back again; how many differences there were of each kind."""
    figures = (folder / YEAR / "figures.yaml").read_bytes()
    formulas = _formulas(folder)
    found = pulled(folder, path, "--yes")
    assert (folder / YEAR / "figures.yaml").read_bytes() == figures
    assert _formulas(folder) == formulas
    assert {one["kind"] for one in found["differences"]} <= _KINDS
    assert not [
        one for one in found["differences"] if one["kind"] == "computed" and one["proposed"]
    ]
    # Gen counts headings and items itself: where it does, that is named.
    assert [one for one in found["left"] if not one["why"].startswith("编号")] == []
    workspaces.build(folder)
    text = reading.word_text(folder / OUTPUT / REPORT)
    places = Counter(one["place"] for one in found["differences"])
    for one in found["differences"]:
        if one["written"] and one["kind"] == "narrative" and places[one["place"]] == 1:
            assert one["new"] in text
    assert told(pulled(folder, path)) == told(found)
    return Counter(
        f"{one['kind']}{' 已写' if one['written'] else ''}" for one in found["differences"]
    )


def _formulas(folder: Path) -> list[str]:
    files = sorted((folder / YEAR).rglob("*.yaml"))
    return [line for file in files for line in file.read_text().split("\n") if ": = " in line]


@pytest.mark.long
def test_edits_by_lot(sample: Path, tmp_path: Path) -> None:
    edits: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for seed in range(CASES):
        folder = Path(shutil.copytree(sample, tmp_path / str(seed)))
        path, done = edited(folder, seed)
        edits.update(done)
        kinds += round_trip(folder, path)
        shutil.rmtree(folder)
    assert edits.total() == CASES * EACH
    print(dict(edits), dict(kinds))


@pytest.mark.long
@pytest.mark.office
def test_edits_by_lot_that_libreoffice_saved(sample: Path, tmp_path: Path) -> None:
    for seed in range(100, 110):
        folder = Path(shutil.copytree(sample, tmp_path / str(seed)))
        path, _ = edited(folder, seed)
        path.write_bytes(pages.resaved(path.read_bytes(), folder / "另存"))
        round_trip(folder, path)


@pytest.mark.long
@pytest.mark.office
def test_what_libreoffice_only_saved_has_no_differences(sample: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sample, tmp_path / "w"))
    workspaces.build(folder, 2023)
    for year in ("2020", "2023"):
        for path in workspaces.documents(folder / "build" / year):
            saved = tmp_path / f"另存{path.suffix}"
            saved.write_bytes(pages.resaved(path.read_bytes(), tmp_path / "存", path.suffix[1:]))
            ran = gen("pull", saved, "--into", year, "--format", "json", folder=folder)
            assert ran.code == 0, ran.out
            (found,) = ran.json["pulled"]
            assert (path.name, found["differences"], found["formatting"]) == (path.name, [], 0)
