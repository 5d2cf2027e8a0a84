"""An office's history: seventeen corrections over two versions, an upgrade, a deleted build.

Every notice is kept as text (``tests/golden/更正``), to be read as a bureau reads it: is every row
true, is every correction told, and nothing else?
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from kit import workspaces
from kit.workspaces import gen

from generator.records import record

UNIT = Path("content/jiujiang-shenzhen/2020")
OUTPUT = Path("build/2020/jiujiang-shenzhen")
PROJECT = "projects/专项工作经费.yaml"
Do = Callable[[Path], None]

pytestmark = pytest.mark.long


def edit(file: str, *pairs: tuple[str, str]) -> Do:
    return lambda unit: workspaces.change(unit / file, *pairs)


def new_project(unit: Path) -> None:
    text = (unit / PROJECT).read_text(encoding="utf-8")
    for old, new in (("名称: 专项工作经费", "名称: 办公用房维修"), ("年初预算: 74.38", "年初预算: 0"),
                     ("全年执行: 64.5", "全年执行: 0")):  # fmt: skip
        text = text.replace(old, new)
    (unit / "projects/01办公用房维修.yaml").write_text(text, encoding="utf-8")


def swap_indicators(unit: Path) -> None:
    path = unit / "indicators.yaml"
    text = path.read_text(encoding="utf-8")
    a, b, c = (
        text.index(there)
        for there in ("        - 名称: 任务2\n          指标: 走访及考察",
                      "        - 名称: 任务3\n          指标: 召开流动党",
                      "    - 名称: 质量指标")
    )  # fmt: skip
    path.write_text(text[:a] + text[b:c] + text[a:b] + text[c:], encoding="utf-8")


def swap_paragraphs(unit: Path) -> None:
    path = unit / "report.md"
    parts = path.read_text(encoding="utf-8").split("\n\n")
    at = next(n for n, part in enumerate(parts) if part.startswith("招才引智方面"))
    parts[at - 1 : at + 1] = [parts[at], parts[at - 1]]
    path.write_text("\n\n".join(parts), encoding="utf-8")


def add_list(unit: Path) -> None:
    with (unit / "facts.yaml").open("a", encoding="utf-8") as facts:
        facts.write("\n品牌活动:\n  - {名称: 浔商大会, 场次: 12}\n  - {名称: 校友之家, 场次: 8}\n")
    with (unit / "report.md").open("a", encoding="utf-8") as report:
        report.write("\n{% for x in 品牌活动 %}\n举办{{ x.名称 }}{{ x.场次 }}场。\n{% endfor %}\n")


def rename_row(unit: Path) -> None:
    for name in ("figures.yaml", "report.md"):
        path = unit / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("其他三项支出", "社保卫生住房支出"), encoding="utf-8")


FIRST = (
    "        - 名称: 预算编制完整性\n          目标: 完整性\n          完成: 100%\n          分值: "
)
NEW = "        - 名称: 预算编制及时性\n          目标: 及时\n          完成: 100%\n          分值: 1\n"

#: What the office corrects, one after the other, with what somebody would say of it.
CORRECTIONS: tuple[tuple[str, Do], ...] = (
    ("抗洪捐款改数", edit("facts.yaml", ("抗洪: 288.62万元", "抗洪: 289.62万元"))),
    ("其他收入和合计改数", edit(
        "figures.yaml", ("其他收入: {本年: 0.78}", "其他收入: {本年: 0.79}"),
        ("合计:     {本年: 225.44}", "合计:     {本年: 225.45}"))),
    ("成文日期改了", edit("facts.yaml", ("成文日期: 2021-05-21", "成文日期: 2021-06-02"))),
    ("增加一个项目", new_project),
    ("指标插在最前，后一个少一分", edit("indicators.yaml", (f"{FIRST}2\n", f"{NEW}{FIRST}1\n"))),
    ("两个指标换了先后", swap_indicators),
    ("两段换了先后", swap_paragraphs),
    ("增加两句列出的活动", add_list),
    ("列表里插进一项", edit(
        "facts.yaml", ("品牌活动:\n", "品牌活动:\n  - {名称: 招商推介, 场次: 5}\n"))),
    ("一行改了名称，材料不变", rename_row),
    ("填的数改成公式，值不变", edit(
        "figures.yaml", ("全年预算: 185.19", "全年预算: = 支出预算.合计.本年 - 74.38"))),
    ("项目改名", edit("projects/01办公用房维修.yaml", ("名称: 办公用房维修", "名称: 办公用房修缮"))),
    ("走访家数改了", edit("facts.yaml", ("走访家数: 110 ", "走访家数: 120 "))),
    ("签约资金改了", edit("facts.yaml", ("签约资金: 2亿元", "签约资金: 3亿元"))),
    ("指标改名", edit("indicators.yaml", ("- 名称: 绩效目标管理性", "- 名称: 绩效目标合理性"))),
    ("撤销一个项目", lambda unit: (unit / "projects/01办公用房维修.yaml").unlink()),
    ("一句话改了字", edit("report.md", ("绩效认真开展了", "绩效全面开展了"))),
)  # fmt: skip

#: Corrections of which no document shows anything: nothing to hand in.
UNSEEN = {"一行改了名称，材料不变", "填的数改成公式，值不变"}


def texts(path: Path) -> Iterator[str]:
    """A notice as text, paragraphs and tables in their order."""
    for part in Document(str(path)).iter_inner_content():
        if isinstance(part, Paragraph):
            if part.text.strip():
                yield part.text.replace("\n", "")
        elif isinstance(part, Table):
            for row in part.rows:
                yield "  | " + " | ".join(cell.text for cell in row.cells)


def ask(folder: Path, start: str, name: str) -> Iterator[str]:
    """The notice from ``start`` to the present, or why there is none."""
    ran = gen("diff", "2020", "--from", start, "--save", f"{name}.docx", folder=folder)
    if ran.code:
        assert "不需要更正说明" in ran.err, ran.err
        yield ran.err.strip()
    else:
        yield from texts(folder / f"{name}.docx")


#: What the first release wrote after the first four corrections, and for its 报送稿; where it kept
#: them. Its documents differ by bytes only, so that the records are told of those that are there.
RELEASED = Path(__file__).with_name("released.zip")


def as_of_the_release_before(folder: Path) -> None:
    """The outputs and the version as gen's first release left them: all of it below build."""
    output, version = folder / OUTPUT, folder / UNIT / record.VERSIONS / "报送稿"
    kept = output / record.FOLDER / record.VERSIONS / "报送稿"
    shutil.copytree(version, kept)
    for path in (version.parent, *version.parent.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(version.parent)
    with ZipFile(RELEASED) as released:
        for name in released.namelist():
            data, home = released.read(name), kept if "报送稿" in name else output
            if name.endswith(".json"):
                plain = json.loads(data)
                assert plain["version"] == 1
                for document, entry in plain["documents"].items():
                    at = home / (Path(document).name if home == kept else document)
                    entry["sha256"] = record.sha256(at.read_bytes())
                data = json.dumps(plain, ensure_ascii=False).encode()
            (output / name).chmod(0o644)
            (output / name).write_bytes(data)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The folder at the end, and every notice on the way."""
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("office"))
    shutil.rmtree(folder / "content/qiannan-guangzhou")
    workspaces.build(folder)
    assert gen("freeze", "2020", "报送稿", folder=folder).code == 0
    notices: dict[str, str] = {}
    for number, (what, do) in enumerate(CORRECTIONS, 1):
        do(folder / UNIT)
        if number == 5:  # gen is brought up to date: what stands there is of the release before
            as_of_the_release_before(folder)
        lines = [f"上次 → 现在：{what}", *ask(folder, "上次", f"{number:02}")]
        workspaces.build(folder)
        if number == 9:
            assert gen("freeze", "2020", "二次报送稿", folder=folder).code == 0
        if number == 13:  # somebody tidies up
            shutil.rmtree(folder / "build")
            workspaces.build(folder)
        notices[f"{number:02} {what}"] = "\n".join(lines) + "\n"
    for start in ("报送稿", "二次报送稿"):
        notices[f"从{start}到现在"] = "\n".join(ask(folder, start, start)) + "\n"
    return folder, notices


def test_every_notice_as_read(
    history: tuple[Path, dict[str, str]], golden: Callable[[str, str], None]
) -> None:
    _, notices = history
    golden("更正/更正说明", "\n\n".join(f"【{k}】\n{v}" for k, v in notices.items()))


def test_only_what_is_seen_is_handed_in(history: tuple[Path, dict[str, str]]) -> None:
    _, notices = history
    for name, text in notices.items():
        assert ("不需要更正说明" in text) == (name[3:] in UNSEEN), name
        assert "（无）" not in text
        assert "[" not in text
        assert "元万元" not in text


def test_nothing_is_lost(history: tuple[Path, dict[str, str]]) -> None:
    folder, _ = history
    for name in ("报送稿", "二次报送稿"):
        kept = folder / UNIT / record.VERSIONS / name
        made = record.load(kept / "record.json")
        assert made is not None
        for document, entry in made.documents.items():
            assert record.sha256((kept / Path(document).name).read_bytes()) == entry.sha256
