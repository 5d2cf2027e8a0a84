"""Stories of writers: what one did to the sample, and what is told of it to them and the bureau."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from docx import Document
from kit import workspaces
from kit.workspaces import gen

#: Each builds the sample twice and more.
pytestmark = pytest.mark.long

UNIT = Path("content/jiujiang-shenzhen/2020")
PROJECT = "专项工作经费"


@dataclass(frozen=True, slots=True)
class Told:
    """What ``gen diff`` and the notice say."""

    diff: str
    rows: list[list[str]]
    sentences: list[list[str]]
    files: list[list[str]]
    refused: str

    def section(self, title: str) -> list[str]:
        """The lines below a heading of the difference."""
        lines = iter(self.diff.splitlines())
        for line in lines:
            if line.startswith(title):
                break
        found = []
        for line in lines:
            if not line.startswith("  "):
                break
            found.append(line.strip())
        return found

    @property
    def edits(self) -> list[str]:
        """What was done, without places in files."""
        return [line.rpartition("  ")[0] for line in self.section("改动")]


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, built, handed in as 报送稿."""
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("frozen"))
    shutil.rmtree(folder / "content/qiannan-guangzhou")
    workspaces.build(folder)
    assert gen("freeze", "2020", "报送稿", folder=folder).code == 0
    return folder


@pytest.fixture
def story(frozen: Path, tmp_path: Path) -> Callable[..., Told]:
    """Do something to what was handed in, then ask what changed."""

    def tell(do: Callable[[Path], None], *, first: Callable[[Path], None] | None = None) -> Told:
        folder = tmp_path / "w"
        shutil.copytree(frozen, folder)
        start = "报送稿"
        if first is not None:
            first(folder / UNIT)
            workspaces.build(folder)
            assert gen("freeze", "2020", "二稿", folder=folder).code == 0
            start = "二稿"
        do(folder / UNIT)
        plain = gen("diff", "2020", "--from", start, folder=folder)
        assert plain.code == 0, plain.out + plain.err
        saved = gen("diff", "2020", "--from", start, "--save", "n.docx", folder=folder)
        workspaces.build(folder)
        after = gen("diff", "2020", "--from", start, folder=folder)
        assert after.out == plain.out, "the same before and after the build"
        tables: dict[str, list[list[str]]] = {}
        if saved.code == 0:
            for table in Document(str(folder / "n.docx")).tables:
                head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
                tables.setdefault(head[1], []).extend(row[1:] for row in rows)
        return Told(
            plain.out, tables.get("项目", []), tables.get("原文", []), tables.get("材料名称", []),
            saved.err,
        )  # fmt: skip

    return tell


def add_project(name: str, file: str, **changes: str) -> Callable[[Path], None]:
    """A project like the one there is, without money."""

    def add(unit: Path) -> None:
        text = (unit / f"projects/{PROJECT}.yaml").read_text(encoding="utf-8")
        for old, new in {
            f"名称: {PROJECT}": f"名称: {name}",
            "年初预算: 74.38": "年初预算: 0", "全年执行: 64.5": "全年执行: 0", **changes,
        }.items():  # fmt: skip
            text = text.replace(old, new)
        (unit / f"projects/{file}.yaml").write_text(text, encoding="utf-8")

    return add


def edit(file: str, *pairs: tuple[str, str]) -> Callable[[Path], None]:
    """Replace texts in a file."""
    return lambda unit: workspaces.change(unit / file, *pairs)


def both(*steps: Callable[[Path], None]) -> Callable[[Path], None]:
    """One after the other."""

    def do(unit: Path) -> None:
        for step in steps:
            step(unit)

    return do


FORM = "附件3 项目支出绩效自评表"


def test_a_project_before_the_others(story: Callable[..., Told]) -> None:
    told = story(add_project("办公用房维修", "01办公用房维修"))
    assert told.edits == [f"新增项目“办公用房维修”，见{FORM}（办公用房维修）"]
    assert PROJECT not in "".join(told.edits)
    assert next(row for row in told.rows if "—名称" not in row[0]) == [
        "项目“办公用房维修”", "—", f"新增，见《{FORM}（办公用房维修）》",
    ]  # fmt: skip
    assert not any(PROJECT in "".join(row) for row in told.rows)
    assert [FORM + "（办公用房维修）", "Word", "新增"] in told.files
    assert not any(PROJECT in row[0] for row in told.files)


def test_a_project_behind_the_others(story: Callable[..., Told]) -> None:
    told = story(add_project("项目乙", "项目乙"))
    assert told.edits == [f"新增项目“项目乙”，见{FORM}（项目乙）"]
    assert len(told.rows) <= 2
    assert not any(row[1] == row[2] for row in told.rows)


def test_a_project_removed_that_stood_first(story: Callable[..., Told]) -> None:
    told = story(
        lambda unit: (unit / "projects/00专家费.yaml").unlink(),
        first=add_project("专家费", "00专家费"),
    )
    assert told.edits == [f"撤销项目“专家费”，见{FORM}（专家费）"]
    assert ["项目“专家费”", "原有", "撤销"] in told.rows
    assert not any(PROJECT in "".join(row) for row in (*told.rows, *told.files))


def test_a_project_renamed_and_changed(story: Callable[..., Told]) -> None:
    told = story(
        edit(
            f"projects/{PROJECT}.yaml",
            (f"名称: {PROJECT}", "名称: 驻点招商经费"),
            ("主管部门: 市府办公室", "主管部门: 市政府办公室"),
        )
    )
    assert told.edits == [
        f"项目“{PROJECT}” 改名为“驻点招商经费”",
        "项目“驻点招商经费”.主管部门  市府办公室 → 市政府办公室",
    ]
    assert ["项目名称", PROJECT, "驻点招商经费"] in told.rows
    assert any(f"原名“{FORM}（{PROJECT}）”" in row[2] for row in told.files)


FIRST = (
    "        - 名称: 预算编制完整性\n          目标: 完整性\n          完成: 100%\n          分值: "
)
NEW = "        - 名称: 预算编制及时性\n          目标: 及时\n          完成: 100%\n          分值: 1\n"


def test_an_indicator_inserted(story: Callable[..., Told]) -> None:
    told = story(edit("indicators.yaml", (f"{FIRST}2\n", f"{NEW}{FIRST}1\n")))
    assert told.edits == [
        "新增三级指标“预算编制及时性”",
        "三级指标“预算编制完整性”.分值  2分 → 1分",
    ]
    assert told.rows == [
        ["三级指标“预算编制及时性”", "—", "新增"],
        ["三级指标“预算编制完整性”—分值", "2分", "1分"],
        ["三级指标“预算编制完整性”—得分", "2分", "1分"],
    ]
    assert "指标[" not in told.diff


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


def test_two_indicators_change_places(story: Callable[..., Told]) -> None:
    told = story(swap_indicators)
    (line,) = told.edits
    assert line == "三级指标“数量指标—任务3”移到“任务1”之后（原来在“任务2”之后）"
    assert told.rows == [
        ["三级指标“数量指标—任务3”的位置", "在“任务2”之后", "移到“任务1”之后"],
    ]
    assert told.sentences == []


def test_an_indicator_in_another_group(story: Callable[..., Told]) -> None:
    """Moved between second-level groups, and renamed nowhere."""

    def move(unit: Path) -> None:
        path = unit / "indicators.yaml"
        text = path.read_text(encoding="utf-8")
        moved = (
            "        - 名称: 绩效目标管理性\n          目标: 全覆盖\n"
            "          完成: 100%\n          分值: 1\n"
        )
        there = "    - 名称: 部门结转结余资金管理\n"
        assert text.count(moved) == text.count(there) == 1
        text = text.replace(moved, "")
        path.write_text(text.replace(there, moved + there), encoding="utf-8")

    told = story(move)
    assert told.edits == [
        "三级指标“绩效目标管理性”移到二级指标“预算执行管理”（原来在二级指标“预算编审管理”）"
    ]
    assert told.rows[0] == [
        "三级指标“绩效目标管理性”的位置", "在二级指标“预算编审管理”",
        "移到二级指标“预算执行管理”",
    ]  # fmt: skip


def with_list(unit: Path) -> None:
    with (unit / "facts.yaml").open("a", encoding="utf-8") as facts:
        facts.write("\n品牌:\n  - {名称: 甲活动, 场次: 12}\n  - {名称: 乙活动, 场次: 8}\n")
    with (unit / "report.md").open("a", encoding="utf-8") as report:
        report.write(
            "\n{% for x in 品牌 %}\n{{ x.名称 }}共{{ x.场次 }}场。\n{% endfor %}\n\n"
            "| 项目 | 数 |\n|---|---|\n| 甲 | 1 |\n"
        )


def test_an_item_and_a_row_inserted(story: Callable[..., Told]) -> None:
    told = story(
        both(
            edit("facts.yaml", ("品牌:\n", "品牌:\n  - {名称: 新活动, 场次: 5}\n")),
            edit("report.md", ("| 甲 | 1 |", "| 新 | 9 |\n| 甲 | 1 |")),
        ),
        first=with_list,
    )
    assert told.edits == ["新增一项 品牌“新活动”"]
    assert told.section("正文段落") == ["新增 新活动共5场。", "新增 新，9"]
    assert told.sentences == [
        ["（新增，原文无）", "新活动共5场。"], ["（新增，原文无）", "新，9"],
    ]  # fmt: skip
    assert "[1]" not in told.diff


def test_an_item_edited_and_moved(story: Callable[..., Told]) -> None:
    told = story(
        edit(
            "facts.yaml",
            ("  - {名称: 甲活动, 场次: 12}\n  - {名称: 乙活动, 场次: 8}\n",
             "  - {名称: 乙活动, 场次: 9}\n  - {名称: 甲活动, 场次: 12}\n"),
        ),
        first=with_list,
    )  # fmt: skip
    assert told.edits == [
        "品牌“乙活动”移到“甲活动”之前（原来在“甲活动”之后）",
        "品牌“乙活动”.场次  8 → 9",
    ]


def move_paragraph(unit: Path) -> None:
    path = unit / "report.md"
    parts = path.read_text(encoding="utf-8").split("\n\n")
    at = next(n for n, part in enumerate(parts) if part.startswith("招才引智方面"))
    parts[at - 1 : at + 1] = [parts[at], parts[at - 1]]
    path.write_text("\n\n".join(parts), encoding="utf-8")


def test_two_paragraphs_change_places(story: Callable[..., Told]) -> None:
    told = story(move_paragraph)
    (line,) = told.section("正文段落")
    assert line.endswith("，文字不变")
    ((old, new),) = told.sentences
    assert old.startswith("招才引智方面")
    assert new.startswith("移到“")
    assert "新增" not in told.diff
    assert "删去" not in told.diff
    assert told.rows == []


def test_only_the_date(story: Callable[..., Told]) -> None:
    told = story(edit("facts.yaml", ("成文日期: 2021-05-21", "成文日期: 2021-06-02")))
    assert told.rows == [["成文日期", "2021年5月21日", "2021年6月2日"]]
    assert told.files == [["整体支出绩效评价工作报告", "Word", "1处"]]
    assert "版式" not in told.diff


def test_a_row_that_nobody_sees_renamed(story: Callable[..., Told]) -> None:
    def rename(unit: Path) -> None:
        for name in ("figures.yaml", "report.md"):
            path = unit / name
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("其他三项支出", "社保卫生住房支出"), encoding="utf-8")

    told = story(rename)
    assert told.edits[0] == "支出决算.其他三项支出 改名为“社保卫生住房支出”"
    assert "25.76" not in told.diff
    assert told.files == []
    assert "材料上印出来的没有变化，不需要更正说明" in told.refused


def test_a_number_becomes_a_formula(story: Callable[..., Told]) -> None:
    told = story(
        edit("figures.yaml", ("全年预算: 185.19", "全年预算: = 支出预算.合计.本年 - 74.38"))
    )
    assert told.edits == [
        "资金结构.基本支出.全年预算  改为公式“支出预算.合计.本年 - 74.38”，值不变"
    ]
    assert "不需要更正说明" in told.refused


def test_a_unit_is_said_once(story: Callable[..., Told]) -> None:
    told = story(edit("facts.yaml", ("签约资金: 2亿元", "签约资金: 3亿元")))
    assert told.edits == ["履职.签约资金  2亿元 → 3亿元"]
    assert told.rows == [["履职—签约资金", "2亿元", "3亿元"]]


def test_two_rows_swapped_with_other_figures(story: Callable[..., Told]) -> None:
    told = story(
        edit(
            "figures.yaml",
            ("  事业收入: {本年: 0}\n  经营收入: {本年: 0}\n  其他收入: {本年: 0.78}\n"
             "  合计:     {本年: 225.44}",
             "  其他收入: {本年: 0.79}\n  事业收入: {本年: 0}\n  经营收入: {本年: 0}\n"
             "  合计:     {本年: 225.45}"),
        )
    )  # fmt: skip
    assert "实际收入.其他收入.本年  0.78万元 → 0.79万元" in told.edits
    assert "实际收入.合计.本年  225.44万元 → 225.45万元" in told.edits
    assert sum("移到" in line for line in told.edits) == 1
    assert len(told.edits) == 3
    assert all("移到" not in "".join(row) for row in told.rows), "nobody sees the order"


def test_a_paragraph_split(story: Callable[..., Told]) -> None:
    def split(unit: Path) -> None:
        path = unit / "report.md"
        parts = path.read_text(encoding="utf-8").split("\n\n")
        at = next(n for n, part in enumerate(parts) if part.startswith("招才引智方面"))
        head, stop, rest = parts[at].partition("。")
        parts[at : at + 1] = [head + stop, rest]
        path.write_text("\n\n".join(parts), encoding="utf-8")

    told = story(split)
    (line,) = told.section("正文段落")
    assert line.endswith("起另起一段，文字不变")
    ((old, new),) = told.sentences
    assert old.startswith("“招才引智方面：")
    assert new.endswith("起另起一段，文字不变")


def paragraphs(do: Callable[[list[str], int], None]) -> Callable[[Path], None]:
    """Do something to the paragraphs of the report; told where 招才引智方面 stands."""

    def change(unit: Path) -> None:
        path = unit / "report.md"
        parts = path.read_text(encoding="utf-8").split("\n\n")
        do(parts, next(n for n, part in enumerate(parts) if part.startswith("招才引智方面")))
        path.write_text("\n\n".join(parts), encoding="utf-8")

    return change


def join(parts: list[str], at: int) -> None:
    parts[at - 1 : at + 1] = ["".join(parts[at - 1 : at + 1])]


def split_in_three(parts: list[str], at: int) -> None:
    head, _, rest = parts[at].partition("。")
    two, _, three = rest.partition("，")
    parts[at : at + 1] = [f"{head}。", f"{two}，", three]


def move_and_edit(parts: list[str], at: int) -> None:
    parts[at - 1 : at + 1] = [f"{parts[at][:-1]}，成效明显。", parts[at - 1]]


def put_in(parts: list[str], at: int) -> None:
    parts[at] = parts[at].replace("同时，", "现已见效。同时，")


def drop_a_section(parts: list[str], at: int) -> None:
    del parts[at - 2 : at + 1]


@pytest.mark.parametrize(
    ("do", "expected", "count"),
    [
        (join, [("“招商引资方面：", "现并成一段，文字不变")], 2),
        (split_in_three, [("“招才引智方面：", "起另起一段，文字不变")], 3),
        (move_and_edit, [("同时，", "，成效明显。"), ("招才引智方面：", "之后，文字的改动另列")], 2),
        (put_in, [("收集在粤高校", "9人。现已见效。")], 1),
        (drop_a_section, [("履职效果", "（删去）"), ("招商引资", "（删去）"), ("招才引智", "（删去）")], 3),
    ],
)  # fmt: skip
def test_what_becomes_of_paragraphs(
    story: Callable[..., Told],
    do: Callable[[list[str], int], None],
    expected: list[tuple[str, str]],
    count: int,
) -> None:
    """Nothing is called new that was there, and nothing unchanged that was not."""
    told = story(paragraphs(do))
    assert len(told.sentences) == len(expected)
    for (old, new), (begins, ends) in zip(told.sentences, expected, strict=True):
        assert old.startswith(begins)
        assert new.endswith(ends)
    assert told.files == [["整体支出绩效评价工作报告", "Word", f"{count}处"]]


def test_an_indicator_renamed_and_changed_where_it_stands(story: Callable[..., Told]) -> None:
    told = story(
        edit(
            "indicators.yaml", ("名称: 公用经费控制率", "名称: 日常公用经费控制率"),
            ("完成: 98%", "完成: 97%"),
        )
    )  # fmt: skip
    assert told.edits == [
        "三级指标“公用经费控制率” 改名为“日常公用经费控制率”",
        "三级指标“日常公用经费控制率”.完成  98% → 97%",
    ]


def test_nothing_at_all(story: Callable[..., Told]) -> None:
    told = story(lambda unit: None)
    assert "没有变化" in told.diff
    assert "没有差别" in told.refused


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with amounts typed in every way that facts and tables allow."""
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("units"))
    shutil.rmtree(folder / "content/qiannan-guangzhou")
    workspaces.change(folder / UNIT / "facts.yaml", ("抗洪: 288.62万元", "抗洪: 2886200元"))
    with (folder / UNIT / "facts.yaml").open("a", encoding="utf-8") as facts:
        facts.write("\n另: {亩: 5.2万亩, 率: 94.6%, 分: 88.4分, 合: = 捐赠.抗洪 + 捐赠.帮扶资金}\n")
    with (folder / UNIT / "figures.yaml").open("a", encoding="utf-8") as figures:
        figures.write("\n小额:\n  单位: 元\n  甲: {本年: 1200}\n  乙: {本年: 800}\n")
    workspaces.build(folder)
    return folder


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("履职.签约资金", "2亿元"), ("捐赠.抗洪", "2886200元"), ("捐赠.帮扶资金", "5万元"),
        ("捐赠.抗疫", "895"), ("履职.走访家数", "110"), ("另.亩", "5.2万亩"), ("另.率", "94.6%"),
        ("另.分", "88.4分"), ("另.合", "293.62万元"), ("小额.甲.本年", "0.12万元"),
        ("小额.合计.本年", "0.20万元"), ("支出决算.合计.决算", "245.67万元"),
        ("派生.结转结余率", "11.47%"), ("自评.总分", "93.42分"),
    ],
)  # fmt: skip
def test_an_explained_value_has_its_unit_once(units: Path, name: str, told: str) -> None:
    """The value asked for, and what it rests on."""
    lines = gen("explain", "2020", name, folder=units).out.splitlines()
    assert lines[0] == f"{name} = {told}"
    doubled = re.compile(r"元[万亿]?元|%%|[家次人分亩](?:万元|元|家|次|人|分)")
    assert [line for line in lines if doubled.search(line.partition("  “")[0])] == []


@pytest.mark.parametrize(
    ("file", "edit_", "said"),
    [
        ("../unit.yaml", ("简称: 驻深办", "简称: 驻深圳办"), PROJECT),
        (f"projects/{PROJECT}.yaml", ("实施单位: 驻深办", "实施单位: 驻深圳办"), PROJECT),
        ("report.md", ("在{{ 单位.简称 }}官方网站", "在驻圳办官方网站"), "report.md"),
    ],
    ids=["of the unit", "of a project", "in the report"],
)
def test_a_short_name_that_changes_in_one_place(
    frozen: Path, tmp_path: Path, file: str, edit_: tuple[str, str], said: str
) -> None:
    shutil.copytree(frozen, tmp_path / "w")
    workspaces.change(tmp_path / "w" / UNIT / file, edit_)
    ran = gen("check", "2020", folder=tmp_path / "w")
    assert any(said in line and "NAMES0" in line for line in ran.out.splitlines())


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("预算执行管理", "预算执行和管理", "二级指标名称"),
        ("管理指标", "管理类指标", "一级指标名称"),
    ],
)
def test_a_group_of_indicators_renamed(
    story: Callable[..., Told], old: str, new: str, name: str
) -> None:
    """Its heading prints with the first of its indicators only."""

    def rename(unit: Path) -> None:
        key = "- 一级: " if name.startswith("一级") else "- 名称: "
        workspaces.change(unit / "indicators.yaml", (f"{key}{old}\n", f"{key}{new}\n"))
        path = unit / "report.md"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f"一级得分.{old}", f"一级得分.{new}"), encoding="utf-8")

    told = story(rename)
    assert [name, old, new] in told.rows
    assert len(told.files) == 3
