"""Workspaces for tests: copies of the sample, small ones made on the spot, and gen run on them.

A workspace is a dict of ``relative path → text`` written below a temporary folder. Nothing here
looks at outputs; ``acceptance/reading.py`` does, with readers of its own.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from random import Random
from typing import Any

import generator
from generator.cli import commands as cli

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "content"
SAMPLE_UNIT = "jiujiang-shenzhen"
#: Where ``generator`` was imported from: the checkout, or the installed package.
PACKAGE = Path(generator.__file__).resolve().parent

Files = dict[str, str]


# Running gen


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of gen did: exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The printed JSON."""
        loaded = json.loads(self.out)
        assert isinstance(loaded, dict)
        return loaded

    def problems(self, code: str = "") -> list[dict[str, Any]]:
        """The problems of a ``--format json`` run, only those of ``code`` when given."""
        return [found for found in self.json["problems"] if code in ("", found["code"])]


def gen(*arguments: str | Path, folder: Path) -> Ran:
    """Run ``gen`` with ``arguments`` in ``folder``, in this process, through the real entry."""
    out, err = io.StringIO(), io.StringIO()
    before, code = sys.argv, 0
    sys.argv = ["gen", *map(str, arguments)]
    try:
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            cli.main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = before
    return Ran(code, out.getvalue(), err.getvalue())


def build(folder: Path, year: int = 2020, *arguments: str) -> Path:
    """Build ``year`` in the workspace ``folder``, which must succeed; the year's outputs."""
    ran = gen("build", str(year), *arguments, folder=folder)
    assert ran.code == 0, ran.out + ran.err
    return folder / "build" / str(year)


def check(folder: Path, year: int = 2020, *arguments: str) -> Ran:
    """Check ``year`` in the workspace ``folder``, problems as JSON."""
    return gen("check", str(year), "--format", "json", *arguments, folder=folder)


def gen_process(
    *arguments: str | Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    path: Sequence[Path] = (PACKAGE.parent,),
    encoding: str = "utf-8",
) -> Ran:
    """Run ``gen`` in a process of its own.

    ``path`` are the folders Python imports from first, ``environment`` is added to ours, and
    ``encoding`` is how the output is read (strictly: a wrong byte fails the test).
    """
    ran = run_python(
        "-m", "generator", *map(str, arguments),
        folder=folder, environment=environment, path=path,
    )  # fmt: skip
    return Ran(ran.returncode, ran.stdout.decode(encoding), ran.stderr.decode(encoding))


def run_python(
    *arguments: str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    path: Sequence[Path] = (PACKAGE.parent,),
) -> subprocess.CompletedProcess[bytes]:
    """Run this Python with ``arguments``; UTF-8 output unless ``environment`` says otherwise."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONIOENCODING": "utf-8",
            **(environment or {}),
            "PYTHONPATH": os.pathsep.join(map(str, path)),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )


# Files


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write ``files`` below ``folder`` and return ``folder``."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` by its relative name; nothing when there is no such folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def documents(output: Path) -> list[Path]:
    """The finished documents in an output folder, by name; gen's own ``.gen`` is left out."""
    return sorted(path for path in output.iterdir() if path.is_file())


def outputs(output: Path) -> dict[str, bytes]:
    """Bytes of the finished documents by name; nothing when there is no such folder."""
    return {path.name: path.read_bytes() for path in documents(output)} if output.is_dir() else {}


def change(path: Path, *replacements: tuple[str, str]) -> None:
    """Replace texts in a file as a writer would; each must stand there exactly once."""
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert text.count(old) == 1, f"{path.name}: {old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def copy_sample(folder: Path) -> Path:
    """A workspace with the sample content in ``folder``; templates come with the package."""
    shutil.copytree(CONTENT, folder / "content", dirs_exist_ok=True)
    return folder


def sample_folder(workspace: Path) -> Path:
    """The sample unit's folder in a workspace made by ``copy_sample``."""
    return workspace / "content" / SAMPLE_UNIT


# Making content


def indented(text: str, spaces: int) -> str:
    """``text`` with every line moved to the right."""
    return "".join(f"{' ' * spaces}{line}\n" for line in text.splitlines())


@dataclass(frozen=True, slots=True)
class Level1:
    """A first-level heading with the sizes of its second-level groups.

    ``second`` without a name is a form without second level.
    """

    name: str
    second: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        """How many indicators it has."""
        return sum(size for _, size in self.second)


def level1(name: str, *sizes: int, named: bool = True) -> Level1:
    """A heading whose groups are ``甲类``, ``乙类`` …, or nameless."""
    letters = "甲乙丙丁戊己庚辛壬癸"
    return Level1(
        name,
        tuple((f"{name[:2]}{letters[i]}类" if named else "", size) for i, size in enumerate(sizes)),
    )


def points_of(count: int, total: int = 100) -> list[Decimal]:
    """``count`` points of one decimal that add up to ``total``, the last taking the rest."""
    each = (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_DOWN)
    return [*[each] * (count - 1), total - each * (count - 1)]


def indicators(groups: Sequence[Level1], *, weights: bool = True) -> str:
    """``indicators.yaml`` for ``groups``: 100 points, every indicator met to a known degree.

    Indicator ``n`` (from 1) has the target 100% and is met to ``100 - n % 4``%.
    """
    points = iter(points_of(sum(group.count for group in groups)))
    lines: list[str] = []
    number = 0
    for group in groups:
        own = [next(points) for _ in range(group.count)]
        lines.append(f"- 一级: {group.name}")
        if weights:
            lines.append(f"  权重: {sum(own)}")
        lines.append("  二级:")
        rest = iter(own)
        for name, size in group.second:
            lines.append(f"    - 名称: {name}" if name else "    - 三级:")
            if name:
                lines.append("      三级:")
            for _ in range(size):
                number += 1
                lines += [
                    f"        - 名称: 指标{number}",
                    "          目标: 100%",
                    f"          完成: {100 - number % 4}%",
                    f"          分值: {next(rest)}",
                ]
                if number % 4:
                    lines.append(f"          偏差原因: 第{number}项略低于目标。")
    return "\n".join(lines) + "\n"


THREE_INDICATORS = """\
- 一级: 产出指标
  权重: 60
  二级:
    - 名称: 数量指标
      三级:
        - {名称: 培训人数, 目标: 200, 完成: 150, 单位: 人, 分值: 60, 偏差原因: 场地不足。}
- 一级: 效益指标
  权重: 30
  二级:
    - 名称: 社会效益指标
      三级:
        - {名称: 培训覆盖率, 目标: ≥90%, 完成: 96%, 分值: 30}
- 一级: 满意度指标
  权重: 10
  二级:
    - 名称: 服务对象满意度指标
      三级:
        - {名称: 学员满意度, 目标: ≥95%, 完成: 98%, 分值: 10}
"""

FUNDS = """\
当年财政拨款: {年初预算: 30, 年中追加: 0, 全年执行: 27}
上年结转资金: {年初预算: 0, 年中追加: 0, 全年执行: 0}
其他资金: {年初预算: 0, 年中追加: 0, 全年执行: 0}
"""

REPORT = """\
我单位对{{ 年度 }}年度部门整体支出开展了绩效自评，得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}”。

# 基本情况

财政拨款{{ 资金来源.财政拨款.全年预算 | 万元 }}，全年执行{{ 资金来源.财政拨款.全年执行 | 万元 }}。

# 下一步打算

{{ 下年度 }}年继续做好各项工作。
"""


def project(name: str, *, funds: str = FUNDS, rows: str = THREE_INDICATORS) -> str:
    """A project file."""
    return (
        f"名称: {name}\n主管部门: 县教育局\n实施单位: 培训中心\n"
        f"资金:\n{indented(funds, 2)}"
        f"目标:\n  预期: 完成{name}的年度任务。\n  完成: 任务已经完成。\n"
        f"指标:\n{indented(rows, 2)}"
    )


def unit_files(
    unit: str = "peixun",
    year: int = 2024,
    *,
    name: str = "测试县干部培训中心",
    short: str = "培训中心",
    rows: str = THREE_INDICATORS,
    projects: Mapping[str, str] | None = None,
    figures: str | None = None,
    report: str = REPORT,
    forms: str = "jiujiang",
) -> Files:
    """A small unit for the form set ``forms``: the least that the shipped one can build from.

    ``unit`` empty gives a workspace of one unit (``content/2024``). ``projects``: file name →
    text, one project by default.
    """
    home = f"content/{unit}" if unit else "content"
    held = {"骨干培训": project("骨干培训")} if projects is None else projects
    files = {
        f"{home}/unit.yaml": (f"名称: {name}\n简称: {short}\n套表: {forms}\n主管部门: 县教育局\n"),
        f"{home}/{year}/facts.yaml": (
            f"主送: 县财政局\n成文日期: {year + 1}-03-09\n下属单位个数: 2\n"
            f"部门项目个数: {len(held)}\n"
            "目标:\n  预期: 培训干部200人。\n  完成: 培训干部150人。\n"
        ),
        f"{home}/{year}/figures.yaml": unit_figures(len(held)) if figures is None else figures,
        f"{home}/{year}/indicators.yaml": rows,
        f"{home}/{year}/report.md": report,
    }
    files |= {f"{home}/{year}/projects/{key}.yaml": text for key, text in held.items()}
    return files


def unit_figures(projects: int) -> str:
    """Figures for ``unit_files``; the rows about projects only where there are some."""
    share = "项目合计.全年" if projects else ""
    return (
        "资金来源:\n"
        "  财政拨款: {全年预算: 120.5, 全年执行: 110.25}\n"
        "  其他资金: {全年预算: 8, 全年执行: 6}\n"
        "资金结构:\n"
        "  基本支出: {全年预算: 90, 全年执行: 88}\n"
        "  项目支出:\n"
        f"    全年预算: {f'= {share}预算' if share else 0}\n"
        f"    全年执行: {f'= {share}执行' if share else 0}\n"
    ) + (
        "部门项目支出:\n"
        "  列公式:\n    全年预算: 年初预算 + 年中追加\n"
        f"  合计: {{年初预算: {30 * projects}, 年中追加: 0}}\n"
        if projects
        else ""
    )


# Random content: consistent by construction, of any shape


def amount(random: Random, *, places: int | None = None) -> Decimal:
    """An amount with 0 to 6 decimals, now and then zero."""
    digits = random.randint(0, 6) if places is None else places
    if random.random() < 0.1:
        return Decimal(0)
    return Decimal(random.randint(1, 10 ** random.randint(2, 8))).scaleb(-digits)


def random_groups(random: Random, count: int) -> list[Level1]:
    """``count`` indicators in uneven groups; some headings have no second level."""
    names = ["管理指标", "产出指标", "效果指标", "效益指标", "满意度指标"]
    headings = random.randint(1, min(count, len(names)))
    groups = []
    for name, size in zip(names, cut(random, count, headings), strict=False):
        sizes = cut(random, size, random.randint(1, min(size, 6)))
        groups.append(level1(name, *sizes, named=random.random() < 0.8))
    return groups


def cut(random: Random, total: int, parts: int) -> list[int]:
    """``total`` in ``parts`` uneven pieces of at least one."""
    borders = sorted(random.sample(range(1, total), parts - 1))
    return [b - a for a, b in zip([0, *borders], [*borders, total], strict=True)]


def random_unit(random: Random, unit: str = "suiji", year: int = 2024) -> Files:
    """A whole consistent unit of random shape for the shipped form set."""
    projects = {
        f"项目{number}": project(
            f"{random.choice('甲乙丙丁')}类工作经费{number}",
            funds=random_funds(random),
            rows=indicators(random_groups(random, random.randint(1, 12))),
        )
        for number in range(1, random.randint(0, 3) + 1)
    }
    # Whatever the projects cost, the grant pays for what the other funds do not.
    figures = unit_figures(len(projects)).replace(
        "  财政拨款: {全年预算: 120.5, 全年执行: 110.25}\n",
        "  财政拨款:\n"
        "    全年预算: = 资金结构.合计.全年预算 - 资金来源.其他资金.全年预算\n"
        "    全年执行: = 资金结构.合计.全年执行 - 资金来源.其他资金.全年执行\n",
    )
    return unit_files(
        unit,
        year,
        rows=indicators(random_groups(random, random.randint(1, 40))),
        projects=projects,
        figures=figures,
    )


def random_funds(random: Random) -> str:
    """A project's funds; the budget is above zero so that shares of it can be taken."""
    rows = []
    for name in ("当年财政拨款", "上年结转资金", "其他资金"):
        budget = amount(random) + (1 if name == "当年财政拨款" else 0)
        rows.append(
            f"{name}: {{年初预算: {budget:f}, 年中追加: {amount(random):f}, "
            f"全年执行: {amount(random):f}}}\n"
        )
    return "".join(rows)


def total(values: Iterable[Decimal]) -> Decimal:
    """Sum that stays a Decimal when there is nothing to add."""
    return sum(values, Decimal(0))
