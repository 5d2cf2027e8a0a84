"""A new year made of the sample: emptied, carried, marked; filled in it builds right."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import docx
import pytest
from kit import workspaces
from kit.workspaces import gen

from generator.content.yaml import edit

UNIT = workspaces.SAMPLE_UNIT
COMMENT = re.compile(r"(?:^|\s)(#[^\n]*)", re.MULTILINE)

#: Invented figures in the order in which they are asked for.
FIGURES = [
    "220", "13.77", "233.77", "230", "0", "0", "1", "231", "205", "13", "6", "9.77", "233.77",
    "200", "28.77", "228.77", "5", "0", "2", "0.5", "0", "0", "0", "0", "7", "0.5",
    "173.77", "173.77", "60", "0",
]  # fmt: skip
FUNDS = ["60", "0", "55", "0", "0", "0", "0", "0", "0"]
#: What the figures of the sample are in the year after, where a report names them.
SENTENCES = (
    "收入预算总额233.77万元，比上年减少25.80万元，其中：财政拨款收入220万元",  # 259.57
    "本年实际收入231万元，较2020年增加5.56万元",  # 225.44
    "支出预算总额为233.77万元，较2020年减少25.80万元",
    "决算数较2020年减少0.2万元",  # 0.7 of 三公经费
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("new"))
    ran = gen("new", "2021", "--unit", UNIT, folder=folder)
    assert ran.code == 0, ran.err
    return folder


def year(folder: Path, number: int) -> dict[str, str]:
    home = folder / "content" / UNIT / str(number)
    files = [path for path in sorted(home.rglob("*")) if path.is_file()]
    return {path.relative_to(home).as_posix(): path.read_text("utf-8") for path in files}


def test_comments_order_and_untouched_lines_stay(made: Path) -> None:
    old, new = year(made, 2020), year(made, 2021)
    assert old.keys() == new.keys()
    for name in (name for name in old if name.endswith(".yaml")):
        before, after = edit.locate(old[name]), edit.locate(new[name])
        assert before is not None
        assert after is not None
        for comment in COMMENT.findall(old[name]):
            moved = re.sub("20(?:19|20|21)", lambda found: str(int(found[0]) + 1), comment)
            assert comment in new[name] or moved in new[name], (name, comment)
        gone = () if name == "facts.yaml" else ("得分", "偏差原因")
        kept = [path for path, _ in before.leaves() if path[-1] not in gone]
        assert [path for path, _ in after.leaves()] == kept
    lines = {line for text in old.values() for line in text.split("\n")}
    same = [line for text in new.values() for line in text.split("\n") if line in lines]
    assert len(same) > 0.6 * sum(text.count("\n") for text in new.values())


def test_what_is_emptied_carried_and_moved(made: Path) -> None:
    new = year(made, 2021)
    assert "  财政拨款: {本年: 待填}\n" in new["figures.yaml"]
    assert "年初预算: = 支出预算.一般公共服务支出.本年\n    决算: 待填\n" in new["figures.yaml"]
    assert "\n成文日期: 2022-05-21  # 待更新：2022-05-21\n" in new["facts.yaml"]
    assert "  走访家数: 150  # 待更新：150\n" in new["facts.yaml"]  # a target
    assert "  走访家数: 待填           # 走访拜访的企业" in new["facts.yaml"]  # a result
    assert "中发〔2018〕34号）\n" in new["facts.yaml"]  # in force
    assert "九财绩〔2021〕1号）  # 待更新\n" in new["facts.yaml"]  # last year's notice
    assert "  等级: 良  # 待更新：良\n" in new["facts.yaml"]  # of last year's evaluation
    assert new["figures.yaml"].startswith("# 2021年数字")
    assert "上年数在 ../2020/figures.yaml" in new["figures.yaml"]
    assert "得分:" not in new["indicators.yaml"]
    assert "\n          偏差原因:" not in new["indicators.yaml"]
    assert "目标: ≤5%  # 待更新：≤5%\n" in new["indicators.yaml"]
    assert "完成: = 派生.结转结余率\n" in new["indicators.yaml"]
    report = new["report.md"]
    assert "召开座谈会、联席会{{ 履职.座谈会次数 }}次【待更新】。" in report
    assert "主要原因是公务接待业务减少【待更新】。" in report
    assert "保持我市同驻地及广东省设（区）市党政机关、有关企事业单位的经常往来" in report
    assert report.count("{{") == year(made, 2020)["report.md"].count("{{")


def test_every_amount_of_the_old_year_is_the_base_of_the_new(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path)
    carried = gen("new", "2021", "--unit", UNIT, "--format", "json", folder=folder).json["units"][0]
    bases = carried["bases"]
    assert len(bases) > 60
    names = gen("template", "names", "2021", "--unit", UNIT, "--format", "json", folder=folder)
    there = {row["name"]: row["sample"] for row in names.json["names"][f"{UNIT} 2021"]}
    for base in bases:
        if "[" not in base["as"]:
            assert there[base["as"]] == base["value"], base
    assert {"name": "收入预算.合计.本年", "value": "259.57", "as": "收入预算.合计.上年"} in bases
    assert {
        "name": "三公经费.公务接待.决算",
        "value": "0.7",
        "as": "三公经费.公务接待.上年决算",
    } in bases


def test_status_lists_everything_and_a_build_stops_at_each(made: Path) -> None:
    told = gen("status", "2021", "--format", "json", folder=made).json["units"][0]
    there = {
        (f"content/{UNIT}/2021/{name}", number)
        for name, text in year(made, 2021).items()
        for number, line in enumerate(text.split("\n"), 1)
        if "待填" in line or "待更新" in line
    }
    assert {(item["file"], item["line"]) for item in told["items"]} == there
    assert told["counts"]["待填"] > 70
    assert told["counts"]["待更新"] > 70
    ran = gen("build", "2021", "--format", "json", folder=made)
    assert ran.code == 1
    blank = [p for p in ran.json["problems"] if p["code"] in ("L161", "L163")]
    assert len(blank) == len(told["items"])
    assert gen("build", "2021", "--draft", "-q", folder=made).code == 0


def filled(folder: Path) -> None:
    """Every blank filled in, every mark dealt with."""
    home = folder / "content" / UNIT / "2021"
    results = {"facts.yaml": ["全年任务完成。", "160", "6", "2"], "figures.yaml": FIGURES}
    for path in home.rglob("*.*"):
        text = re.sub("  # 待更新(：[^#\n]*)?(?= *#|\n)", "", path.read_text("utf-8"))
        text = text.replace("【待更新】", "").replace("2020年", "2021年")
        given = iter(results.get(path.name, [*FUNDS, "全年任务完成。"] if "项目" in str(path)
                                 or path.parent.name == "projects" else []))  # fmt: skip
        numbers = count()
        text = re.sub("待填", lambda _, given=given, n=numbers: next(given, "100%"), text)  # type: ignore[misc]
        path.write_text(text, "utf-8")


def test_filled_in_it_builds_on_last_years_actuals(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path)
    assert gen("new", "2021", "--unit", UNIT, folder=folder).code == 0
    filled(folder)
    ran = gen("build", "2021", folder=folder)
    assert ran.code == 0, ran.out
    assert gen("status", "2021", folder=folder).out == f"{UNIT} 2021：都填好了。\n"
    report = folder / "build/2021" / UNIT / "整体支出绩效评价工作报告.docx"
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(report)).paragraphs)
    for sentence in SENTENCES:
        assert sentence in text, re.findall(f".{{0,9}}{sentence[:6]}.{{0,60}}", text)


def test_a_plain_copy_is_named_as_such(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path)
    home = workspaces.sample_folder(folder)
    for name, text in year(folder, 2020).items():
        (home / "2021" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "2021" / name).write_text(text, "utf-8")
    found = [p["code"] for p in workspaces.check(folder, 2021).json["problems"]]
    assert found.count("L164") == 1
    assert {"STALE01", "STALE02", "STALE03", "STALE04", "STALE05"} <= set(found)
    assert not {"L164", "STALE01"} & {
        p["code"] for p in workspaces.check(folder, 2020).json["problems"]
    }


FLOW = {
    "templates/县.yaml": "名称: 县\n继承: 全国\n文档: [{名称: 表, xlsx: 表.xlsx}]\n",
    "content/guan/unit.yaml": "名称: 县图书馆\n简称: 县图书馆\n套表: 县\n",
    "content/guan/2024/facts.yaml": (
        "人员: {编制: 22, 在职: 21, 退休: 3}  # 年末\n年度目标:\n  - {预期: 办讲座, 完成: 办了讲座}\n"
    ),
    "content/guan/2024/figures.yaml": "支出:\n  基本: {预算: 9, 执行: 8, 尾差: 0.01}\n",
    "content/guan/2024/indicators.yaml": (
        "- 一级: 产出\n  三级:\n"
        "    - {名称: 讲座, 指标: 办讲座60场, 目标: 60, 完成: 62, 分值: 60}\n"
        "    - {名称: 及时率, 目标: ≤100%, 完成: 98%, 分值: 40}\n"
    ),
}


def test_values_beside_others_in_a_line_are_marked_by_their_names(tmp_path: Path) -> None:
    """As gen init writes them: a remark behind the line speaks of one value in it."""
    folder = workspaces.write(tmp_path, FLOW)
    ran = gen("new", "2025", folder=folder)
    assert ran.code == 0, ran.err
    indicators, facts = (
        folder / "content/guan/2025" / n for n in ("indicators.yaml", "facts.yaml")
    )
    assert "分值: 60}  # 待更新：指标 办讲座60场  # 待更新：目标 60\n" in indicators.read_text(
        "utf-8"
    )
    assert "目标: ≤100%, 完成: 待填, 分值: 40}\n" in indicators.read_text("utf-8")
    assert "# 待更新：编制 22  # 待更新：在职 21  # 待更新：退休 3  # 年末" in facts.read_text(
        "utf-8"
    )

    def left() -> list[str]:
        told = gen("status", "2025", "--format", "json", folder=folder).json["units"][0]
        return [i["name"] for i in told["items"] if i["kind"] == "待更新"]

    assert left() == ["人员.编制", "人员.在职", "人员.退休", "年度目标.第1项.预期", "支出.基本.尾差",
                      "产出.讲座.指标", "产出.讲座.目标"]  # fmt: skip
    workspaces.change(indicators, ("目标: 60,", "目标: 70,"))  # 分值 is 60 still
    workspaces.change(facts, ("  # 待更新：在职 21", ""))
    assert left() == [
        "人员.编制",
        "人员.退休",
        "年度目标.第1项.预期",
        "支出.基本.尾差",
        "产出.讲座.指标",
    ]


def test_lines_end_as_they_did(tmp_path: Path) -> None:
    files = {name: text.replace("\n", "\r\n").encode() for name, text in FLOW.items()}
    folder = workspaces.write(tmp_path, files)
    assert gen("new", "2025", folder=folder).code == 0
    for path in (folder / "content/guan/2025").iterdir():
        data = path.read_bytes()
        assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r") > 0


@pytest.mark.long
def test_two_years_compared(made: Path) -> None:
    ran = gen("diff", "2021", "--with", "2020", "--unit", UNIT, "--format", "json", folder=made)
    assert ran.code == 0, ran.err
    told = ran.json["differences"][0]
    assert (told["from"], told["to"]) == ("2020", "2021")
    text = gen("diff", "2021", "--with", "2020", "--unit", UNIT, folder=made).out
    assert "2020年 → 2021年" in text
    assert re.search(r"三公经费\.公务接待\.决算 +0\.7 → 待填 +\S+/2021/figures\.yaml:\d+:\d+", text)
    assert "上年决算" not in text.split("随之变化的数")[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["new", "2021"], "2021 已经有了，没有动它"),
        (["new", "2031"], "照 2023 年的做，用 gen new 2031 --from 2023"),
        (["new", "2019"], "2019 年度已经有了"),
        (["new", "明年"], "年度应当是四位数字"),
        (["diff", "2021", "--with", "2018"], "没有 2018 年度的内容"),
        (["diff", "2021", "--with", "2020", "--from", "上次"], "不能和 --from"),
    ],
)
def test_misuse(made: Path, arguments: list[str], told: str) -> None:
    before = workspaces.snapshot(made / "content")
    ran = gen(*arguments, folder=made)
    assert ran.code == 2
    assert told in ran.err
    assert workspaces.snapshot(made / "content") == before


def test_a_year_made_of_one_that_is_not_the_one_before(tmp_path: Path) -> None:
    """Dates move on by as many years; nothing is called a base that is none."""
    folder = workspaces.copy_sample(tmp_path)
    facts = workspaces.sample_folder(folder) / "2020/facts.yaml"
    workspaces.change(facts, ("成文日期: 2021-05-21", "成文日期: 2020-02-29"))
    ran = gen("new", "2023", "--from", "2020", "--unit", UNIT, folder=folder)
    assert "“比上年”取的是 2022 年的文件夹，不是 2020 年的" in ran.out
    assert "个数是新一年" not in ran.out
    text = (workspaces.sample_folder(folder) / "2023/facts.yaml").read_text("utf-8")
    assert "成文日期: 2023-02-28" in text


def test_a_figure_is_explained_while_others_are_still_to_fill(made: Path) -> None:
    ran = gen("explain", "2021", "三公经费.公务用车.购置.上年决算", "--unit", UNIT, folder=made)
    assert ran.code == 0, ran.out
    assert "2020/figures.yaml" in ran.out


def test_a_file_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path)
    workspaces.change(
        workspaces.sample_folder(folder) / "2020/facts.yaml",
        ("人员:\n", "人员: {编制: &a 5}\n人:\n"),
    )
    ran = gen("new", "2021", "--unit", UNIT, folder=folder)
    assert ran.code == 2
    assert "facts.yaml 有写错的地方" in ran.err
    assert not (workspaces.sample_folder(folder) / "2021").exists()
