"""What a reader sees calls things by name: 项目“…”, 三级指标“…”; never by a place in a list."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kit import workspaces
from kit.reading import text_of
from kit.workspaces import gen, project, unit_files, write
from openpyxl import load_workbook

PROJECT = "projects/专项工作经费.yaml"
COUNTED = re.compile(r"[^\W\d]\[\d+\]")
#: What the machine's part of a result goes by (docs/填写指南.md).
MACHINE = {"path", "value", "inputs", "chain"}

#: Mistakes and doubts that are told of values of projects and indicators.
MISTAKES: dict[str, tuple[str, tuple[str, str], str]] = {
    "over the budget": (
        PROJECT, ("全年执行: 64.5", "全年执行: 94.5"),
        "CAP01 项目“专项工作经费”的“资金.当年财政拨款”的全年执行94.5万元超过了全年预算74.38万元",
    ),
    "below zero": (
        PROJECT, ("年初预算: 74.38", "年初预算: -74.38"),
        "SIGN01 项目“专项工作经费”的“资金.当年财政拨款.年初预算”是-74.38万元",
    ),
    "divided by zero": (
        PROJECT, ("完成: = 履职.走访完成率", "完成: = 履职.走访完成率 / 0"),
        "F104 项目“专项工作经费”三级指标“按量完成走访客商”的“完成”的公式",
    ),
    "a sum that is none": (
        PROJECT, ("  其他资金:  ", "  合计: {年初预算: 80, 全年执行: 64.5}\n  其他资金:  "),
        "F301 项目“专项工作经费”的“资金.合计.年初预算”填的是80万元",
    ),
    "of the unit's own form": (
        "indicators.yaml", ("完成: = 履职.走访完成率", "完成: = 履职.走访完成率 / 0"),
        "F104 三级指标“",
    ),
    "typed by hand": (
        "report.md", ("\n\n", "\n\n项目执行64.5万元。\n\n"), "HAND01 手写的“64.5万元”和",
    ),
    "typed by hand, with a slip": (
        "report.md", ("\n\n", "\n\n当年财政拨款年初预算74.83万元。\n\n"), "HAND02 手写的“74.83万元”和",
    ),
}  # fmt: skip


def machine_free(value: object) -> Iterator[str]:
    """Every text of a JSON result that a person reads."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, below in value.items():
            if key not in MACHINE:
                yield from machine_free(below)
    elif isinstance(value, list):
        for below in value:
            yield from machine_free(below)


def counted(texts: Iterator[str] | str) -> list[str]:
    found = texts.splitlines() if isinstance(texts, str) else texts
    return [text for text in found if COUNTED.search(text)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("office"))
    shutil.rmtree(folder / "content/qiannan-guangzhou")
    return folder


@pytest.mark.parametrize("name", MISTAKES)
def test_problems_name_what_they_are_about(name: str, office: Path, tmp_path: Path) -> None:
    file, (old, new), said = MISTAKES[name]
    shutil.copytree(office, tmp_path / "w")
    folder = tmp_path / "w"
    path = workspaces.sample_folder(folder) / "2020" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    ran = gen("check", "2020", "-v", folder=folder)
    assert said in ran.out + ran.err
    assert counted(ran.out + ran.err) == []
    told = gen("check", "2020", "--format", "json", folder=folder)
    assert counted(machine_free(told.json)) == []
    checked = gen("template", "check", "2020", "--format", "json", folder=folder)
    assert counted(machine_free(checked.json)) == []


def test_advice_for_a_typed_number_can_be_followed(office: Path, tmp_path: Path) -> None:
    """No tag of the report takes 项目[1]: the sum of all projects is what it can print."""
    shutil.copytree(office, tmp_path / "w")
    report = workspaces.sample_folder(tmp_path / "w") / "2020/report.md"
    with report.open("a", encoding="utf-8") as lines:
        lines.write("\n项目资金执行64.5万元。\n")
    hint = next(
        found["hint"]
        for found in gen("check", "2020", "--format", "json", folder=tmp_path / "w").problems()
        if found["code"] == "HAND01" and "64.5" in found["message"]
    )
    tag = hint.removeprefix("请用 ").removesuffix(" 代替。")
    workspaces.change(report, ("64.5万元。", f"{tag}。"))
    after = gen("check", "2020", "--format", "json", folder=tmp_path / "w").problems()
    assert not [found for found in after if found["severity"] == "error"]


def test_last_years_projects_go_by_their_own_names(tmp_path: Path) -> None:
    bad = project("乙").replace("{年初预算: 30,", "{年初预算: -30,\n    全年预算: 31,")
    files = unit_files(projects={"甲": project("甲"), "乙": project("乙")})
    past = {
        path.replace("/2024/", "/2023/"): text for path, text in files.items() if "/2024/" in path
    }
    past = {path: bad if path.endswith("乙.yaml") else t for path, t in past.items()}
    past = {path: text for path, text in past.items() if not path.endswith("甲.yaml")}
    ran = gen("check", "2024", "-v", folder=write(tmp_path, {**files, **past}))
    assert "F304 项目“乙”的“资金.当年财政拨款.全年预算”填的是31万元" in ran.out + ran.err
    assert counted(ran.out + ran.err) == []


@pytest.mark.long
def test_all_that_a_correction_makes(office: Path, tmp_path: Path) -> None:
    """The checklist, the difference, the notice, what is explained, and what is asked for."""
    folder = tmp_path / "w"
    shutil.copytree(office, folder)
    workspaces.build(folder)
    output = folder / "build/2020" / workspaces.SAMPLE_UNIT
    unit = workspaces.sample_folder(folder) / "2020"
    cells = [
        str(cell)
        for sheet in load_workbook(output / "核对/核对清单.xlsx")
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    assert counted(iter(cells)) == []
    names = [cell for cell in cells if "“" in cell and "”." in cell and "\n" not in cell]
    assert len(set(names)) > 100
    for name in sorted(set(names))[::40]:
        ran = gen("explain", "2020", name, folder=folder)
        assert ran.out.startswith(f"{name} = "), ran.err
        assert counted(ran.out) == []
        explained = gen("explain", "2020", name, "--format", "json", folder=folder)
        assert counted(machine_free(explained.json)) == []
    workspaces.change(unit / PROJECT, ("实施单位: 驻深办", "实施单位: 市府办公室"))
    workspaces.change(unit / "facts.yaml", ("走访家数: 110 ", "走访家数: 120 "))
    saved = gen("diff", "2020", "--save", "更正.docx", folder=folder)
    assert saved.code == 0, saved.err
    assert counted(saved.out + text_of(folder / "更正.docx")) == []
    told = gen("diff", "2020", "--format", "json", folder=folder)
    assert counted(machine_free(told.json)) == []
    record = json.loads((output / ".gen/record.json").read_bytes())
    assert counted(machine_free(record["problems"])) == []
