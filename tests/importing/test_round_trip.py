"""Forms that gen made, imported into an empty year, give back every figure that stands in them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kit.emptied import no_files, unfilled
from kit.workspaces import ROOT, gen

from generator.content import loader
from generator.figures import compute, dataset
from generator.figures.model import Names
from generator.problems import Problems
from generator.records import record
from generator.workspace import find

SAMPLES = {"jiujiang-shenzhen": 2020, "qiannan-guangzhou": 2023}


@pytest.fixture(scope="module", params=SAMPLES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one unit, its set built."""
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copytree(ROOT / "content" / request.param, folder / "content" / request.param)
    ran = gen("build", str(SAMPLES[request.param]), folder=folder)
    assert ran.code == 0, ran.out + ran.err
    return folder


def unit_of(folder: Path) -> tuple[str, int]:
    unit = next((folder / "content").iterdir()).name
    return unit, SAMPLES[unit]


def forms(folder: Path, kind: str) -> list[Path]:
    unit, year = unit_of(folder)
    made = sorted((folder / "build" / str(year) / unit).glob(f"*.{kind}"))
    return [path for path in made if "报告" not in path.name]


def _data(folder: Path) -> Names:
    """Everything that follows from the content of a workspace, by name."""
    workspace = find(folder)
    assert workspace is not None
    target = workspace.unit_years(unit_of(folder)[1])[0]
    problems = Problems()
    content = loader.read(workspace, target, problems)
    assert content is not None
    return dataset.build(content, compute.compute(content, problems), problems).names


def in_forms(folder: Path) -> set[str]:
    """The names of all values that a form prints, of figures, indicators and texts alike."""
    unit, year = unit_of(folder)
    kept = record.load(folder / "build" / str(year) / unit / ".gen" / "record.json")
    assert kept is not None
    return {
        place.path.partition("|")[0]
        for name, document in kept.documents.items() if "报告" not in name
        for place in document.places
    }  # fmt: skip


def printed(names: Names, path: str) -> str:
    """What a value prints; of an indicator's words or target the one that forms print."""
    here: Any = names
    for name, number in re.findall(r"([^.\[\]]+)(?:\[(\d+)\])?", path):
        shown = "指标值" if name in ("指标", "目标") and not number and "指标[" in path else name
        here = here.get(shown) if isinstance(here, Names) else None
        here = here[int(number) - 1] if number and isinstance(here, list) else here
    text = str(here)
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", text) else text


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("emptied", [no_files, unfilled])
def test_forms_give_back_every_value_that_stands_in_them(
    built: Path, tmp_path: Path, kind: str, emptied: Callable[[Path], None]
) -> None:
    unit, year = unit_of(built)
    shutil.copytree(built / "content", tmp_path / "content")
    emptied(tmp_path / "content" / unit / str(year))
    files = forms(built, kind)
    ran = gen("import", *files, "--into", str(year), "--yes", "--format", "json", folder=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    open_ = {one["why"].partition("，")[0] for one in ran.json["left"]}
    assert open_ <= ({"是算出来的数"} if emptied is unfilled else set())
    assert ran.json["disagreements"] == []
    before, after = _data(built), _data(tmp_path)
    wanted = {path for path in in_forms(built) if printed(before, path) != "None"}
    lost = {path: (printed(before, path), printed(after, path)) for path in wanted}
    lost = {path: two for path, two in lost.items() if two[0] != two[1]}
    # What a formula gives waits for figures that stand in no form; it is never another number.
    waiting = {path for path, (_, now) in lost.items() if now == "待填"}
    assert len(wanted) > 60
    assert set(lost) == waiting
    assert len(waiting) <= (9 if emptied is unfilled else 0)
