"""An empty folder becomes a workspace whose draft builds at once, for every form set."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from kit import workspaces
from kit.workspaces import Ran, gen

from generator.content import blanks

#: Lines that somebody typed for an office of the 九江 form set before there was gen init.
TYPED_BEFORE = 173

BATCH = (
    b'@echo off\r\ncd /d "%~dp0"\r\nwhere gen >nul 2>nul\r\nif errorlevel 1 goto python\r\n'
    b"gen @\r\ngoto end\r\n:python\r\npy -m generator @\r\n:end\r\npause\r\n"
)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "自评 材料"
    folder.mkdir()
    return folder


def init(folder: Path, *arguments: str | Path) -> Ran:
    """``gen init`` in ``folder``, which must succeed."""
    ran = gen("init", *arguments, folder=folder)
    assert ran.code == 0, ran.err
    return ran


def texts(folder: Path) -> dict[str, str]:
    """The content of a workspace, below its unit."""
    home = folder / "content"
    return {
        path.relative_to(home).as_posix(): path.read_text("utf-8")
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def open_lines(folder: Path) -> int:
    """How many lines have to be typed or changed."""
    found = 0
    for name, text in texts(folder).items():
        told = blanks.in_text(text, name) if name.endswith(".md") else blanks.in_yaml(text, name)
        found += len({blank.at.line for blank in told})
    return found


def stamped(path: Path) -> bool:
    """Whether each sheet, or each header, says that it is a draft."""
    if path.suffix == ".docx":
        section = docx.Document(str(path)).sections[0]
        return any("草稿" in paragraph.text for paragraph in section.header.paragraphs)
    return all(s.oddHeader.center.text == "草稿" for s in openpyxl.load_workbook(path).worksheets)


@pytest.mark.parametrize(("forms", "count", "lines"), [("jiujiang", 7, 57), ("qiannan", 2, 20)])
def test_a_draft_builds_at_once_and_a_set_lists_what_is_to_fill(
    empty: Path, forms: str, count: int, lines: int
) -> None:
    init(empty, "--forms", forms, "--year", "2024", "--unit", "tushuguan",
         "--name", "示例县图书馆", "--short", "县图书馆")  # fmt: skip
    refused = gen("build", "--format", "json", folder=empty)
    assert refused.code == 1
    errors = [found for found in refused.json["problems"] if found["severity"] == "error"]
    assert {found["code"] for found in errors} <= {"L161", "L162"}
    drafted = gen("build", "2024", "--draft", folder=empty)
    assert drafted.code == 0, drafted.out
    warned = re.findall(r"警告 (\w+)", drafted.out)  # nothing of what is not there yet
    assert warned == (["WEIGHT02"] if forms == "jiujiang" else [])
    made = list((empty / "build/2024/tushuguan").glob("[!.]*.*"))
    assert len(made) == count
    assert all(map(stamped, made))
    plain = gen("build", "2024", folder=empty)
    listed = re.findall(r"^(content/\S+:\d+:\d+): 错误 L16", plain.out, re.MULTILINE)
    assert len(listed) == len(errors)
    status = gen("status", "--format", "json", folder=empty).json["units"][0]
    told = {(item["file"], item["line"], item["column"]) for item in status["items"]}
    assert told == {(e["file"], e["line"], e["column"]) for e in errors}
    assert 0 < open_lines(empty) <= lines <= TYPED_BEFORE / 3


def test_filled_in_it_builds(empty: Path) -> None:
    """Every blank filled by its kind: the set is complete, and nothing else was to do."""
    init(empty, "--forms", "qiannan", "--year", "2024", "--short", "县图书馆", "--name", "县图书馆")
    year = empty / "content/县图书馆/2024"
    for path in year.glob("*.yaml"):
        text = path.read_text("utf-8")
        text = text.replace("填报日期: 待填", "填报日期: 2025-02-18")
        if path.name == "figures.yaml":
            text = text.replace("待填", "10")
        text = text.replace(
            "名称: 待填, 目标: 待填, 完成: 待填, 单位", "名称: 借书, 目标: 9, 完成: 9, 单位"
        )
        text = text.replace(
            "目标: 待填, 完成: 待填, 分值: 15", "目标: 提高, 完成: 提高, 得分: 15, 分值: 15"
        )
        text = re.sub("目标: (≥?[0-9]+%), 完成: 待填", r"目标: \1, 完成: 100%", text)
        for count in range(9):
            text = text.replace("待填", f"馆里的第{count}件事", 1)
        path.write_text(text, "utf-8")
    ran = gen("build", "2024", "--format", "json", folder=empty)
    assert ran.code == 0, ran.out
    assert gen("status", folder=empty).out == "县图书馆 2024：都填好了。\n"


#: What an office would type for each blank of the 九江 form set, in the order of the files.
TYPED = {
    "unit.yaml": ["12361024MB1234567X", "县文化和旅游局", "县级预算单位，县财政全额拨款"],
    "2024/facts.yaml": [
        "2025-02-20", "22", "0", "21", "0", "3", "《关于开展自评的通知》（云财绩〔2025〕2号）",
        "办读书活动60场。", "办读书活动62场。",
    ],
    "2024/figures.yaml": [
        "420.5", "398.2", "12.3", "8.6", "421.7", "399.1", "1.2", "0.8", "350.2", "330.4", "48.6",
        "44.1", "16", "15.3", "18", "17", "346.1", "48.6", "15.9", "17.8", "0", "0", "0", "1.2", "0.8",
        "1.1", "0", "0", "0", "3", "2.6", "2.9", "9.8",
    ],
    "2024/indicators.yaml": [
        "97%", "办读书活动60场", "60", "62", "新增藏书8000册", "8000", "8200", "图书采购合格", "100%",
        "活动按时完成", "100%", "带动文化消费", "100%", "方便读者", "100%", "读者满意", "93%",
    ],
    "2024/projects/项目一.yaml": [
        "读书活动", "县文化和旅游局", "60", "57.4", "办读书活动60场。", "办读书活动62场。", "活动场次", "60",
        "62", "活动质量达标率", "100%", "活动按时开展率", "100%", "群众参与度提升", "100%", "读者满意度", "93%",
    ],
    "2024/report.md": [
        "1. 收藏图书。", "我馆成立了绩效管理小组。", "主要原因是厉行节约", "主要原因是来馆交流减少",
        "全年新增藏书8200册。", "读书活动带动了全民阅读。", "读者满意度93%。", "一是服务点少；二是预算执行前慢后快。",
    ],
}  # fmt: skip


def test_filled_in_a_set_with_a_report_and_projects_builds(empty: Path) -> None:
    """And reads well: what is equal to last year, unbudgeted or fully spent is said so."""
    init(
        empty,
        "--forms",
        "jiujiang",
        "--year",
        "2024",
        "--short",
        "县图书馆",
        "--name",
        "云水县图书馆",
    )
    for name, typed in TYPED.items():
        path, given = empty / "content/县图书馆" / name, iter(typed)
        lines = path.read_text("utf-8").split("\n")
        for number, line in enumerate(lines):
            if not line.startswith("# 没有填"):
                blank = r"【待填.*】|待填(（[^）]*）)?"
                said = re.sub(blank, lambda _, g=given: next(g), line)  # type: ignore[misc]
                lines[number] = said.partition("     # 示例")[0]
        path.write_text("\n".join(lines), "utf-8")
        assert list(given) == []
    ran = gen("build", "2024", "--format", "json", folder=empty)
    assert ran.code == 0, ran.out
    assert [
        p["message"] for p in ran.json["problems"] if p["code"] not in ("REASON01", "WEIGHT02")
    ] == []
    assert gen("status", folder=empty).out == "县图书馆 2024：都填好了。\n"
    made = empty / "build/2024/县图书馆/整体支出绩效评价工作报告.docx"
    told = "\n".join(p.text for p in docx.Document(str(made)).paragraphs)
    for sentence in (
        "收入预算总额432.8万元，比上年增加26.0万元，其中：财政拨款收入420.5万元，占收入预算总额的97.16%",
        "2024年度支出年初预算数为432.8万元，决算数为428.4万元，完成年初预算的98.98%，主要原因是厉行节约。",
        "年初未安排预算，决算数与2023年持平，均为0",
        "决算数较2023年减少0.6万元，下降15%，主要原因是来馆交流减少。",
    ):
        assert sentence in told


def test_examples_count_until_they_are_changed_or_confirmed(empty: Path) -> None:
    init(empty, "--forms", "jiujiang", "--year", "2024")
    assert gen("build", "--draft", "-q", folder=empty).code == 0  # without even a name
    facts = empty / "content/danwei/2024/facts.yaml"

    def examples() -> list[str]:
        items = gen("status", "--format", "json", folder=empty).json["units"][0]["items"]
        return [
            i["name"] for i in items if i["kind"] == "示例" and i["file"].endswith("facts.yaml")
        ]

    assert examples() == ["主送", "下属单位个数"]
    workspaces.change(facts, ("主送: 市财政局  ", "主送: 县财政局  "))
    assert examples() == ["下属单位个数"]
    workspaces.change(facts, ("下属单位个数: 1     # 示例：1", "下属单位个数: 1"))
    assert examples() == []


def test_the_sample_and_own_templates(empty: Path) -> None:
    init(empty, "样例", "--sample", "--forms", "jiujiang", "--own-templates")
    folder = empty / "样例"
    assert texts(folder).keys() >= {
        "jiujiang-shenzhen/2020/report.md",
        "jiujiang-shenzhen/unit.yaml",
    }
    assert not (folder / "content/qiannan-guangzhou").exists()
    assert (folder / "templates/jiujiang.yaml").is_file()
    assert (folder / "templates/全国.yaml").is_file()
    assert len(list((folder / "templates").rglob("*.docx"))) == 4
    workspaces.build(folder, 2020)


def test_the_sample_says_which_year_it_is_of(empty: Path) -> None:
    assert "  gen build 2023  生成样例" in init(empty, "黔", "--sample", "--forms", "qiannan").out
    assert "  gen build 2020  生成样例" in init(empty, "九", "--sample", "--forms", "jiujiang").out


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Answers for what is asked on a terminal; gives the questions as they are asked."""

    def answered(*answers: str) -> list[str]:
        given, asked = iter(answers), list[str]()

        def prompt(question: str, default: str, **_: object) -> str:
            asked.append(question)
            return next(given) or default

        monkeypatch.setattr("generator.cli.verbs.beginning._on_a_terminal", lambda: True)
        monkeypatch.setattr("click.prompt", prompt)
        return asked

    return answered


def test_a_terminal_is_asked_once_for_each(empty: Path, terminal: Callable[..., list[str]]) -> None:
    asked = terminal("云水县图书馆", "县图书馆", "24", "2024", "9", "2")
    made = init(empty, "自评")
    assert "这里是“24”。请再写一次。" in made.out
    assert [question[:2] for question in asked] == ["单位", "单位", "年度", "年度", "用哪", "用哪"]
    text = (empty / "自评/content/县图书馆/unit.yaml").read_text("utf-8")
    assert "名称: 云水县图书馆" in text
    assert "套表: qiannan" in text
    assert (empty / "自评/content/县图书馆/2024").is_dir()
    asked = terminal("某局", "")
    init(empty, "又一个", "--short", "局", "--forms", "qiannan")
    assert len(asked) == 2  # what was given is not asked for


def test_a_folder_that_cannot_be_used_is_told_before_anything_is_asked(
    empty: Path, terminal: Callable[..., list[str]]
) -> None:
    asked = terminal()
    (empty / "file").write_text("")
    assert "是一个文件" in gen("init", "file", folder=empty).err
    assert asked == []


def test_batch_files_byte_for_byte(empty: Path) -> None:
    init(empty, "--forms", "qiannan")
    for name, verb in (("生成.bat", b"build"), ("检查.bat", b"check")):
        written = (empty / name).read_bytes()
        assert written == BATCH.replace(b"gen @", b"gen " + verb).replace(
            b"generator @", b"generator " + verb
        )
        assert written.isascii()


def test_forms_are_listed(empty: Path) -> None:
    out = init(empty, "--forms").out
    assert "jiujiang" in out
    assert "qiannan" in out
    assert list(empty.iterdir()) == []


def test_what_is_there_stays(empty: Path) -> None:
    init(empty, "--forms", "qiannan", "--unit", "甲")
    before = workspaces.snapshot(empty)
    slipped = gen("init", folder=empty)
    assert (slipped.code, "有1个单位（甲），没有动它" in slipped.err) == (2, True)
    again = gen("init", "--forms", "qiannan", "--unit", "甲", folder=empty)
    assert again.code == 2
    assert "已经有了，没有动它" in again.err
    assert workspaces.snapshot(empty) == before
    init(empty, "--forms", "jiujiang", "--unit", "乙")
    after = workspaces.snapshot(empty)
    assert {name: after[name] for name in before} == before
    assert "content/乙/unit.yaml" in after


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--forms", "九江"], "没有套表“九江”"),
        (["--forms", "没有/templates/a.yaml"], "没有套表文件"),
        (["--year", "去年"], "年度应当是四位数字"),
        (["--unit", "a/b"], "不能当文件夹名"),
        (["--unit", "a", "--unit", "b"], "一次只建一个单位"),
        (["file"], "是一个文件"),
        (["--sample", "--forms", "九江"], "没有样例"),
        (["--sample", "--year", "2021"], "单位、年度都已经定了"),
    ],
)
def test_misuse_writes_nothing(empty: Path, arguments: list[str], told: str) -> None:
    (empty / "file").write_text("")
    ran = gen("init", *arguments, folder=empty)
    assert ran.code == 2
    assert told in ran.err
    assert [path.name for path in empty.iterdir()] == ["file"]


def test_no_workspace_inside_another(empty: Path) -> None:
    init(empty, "--forms", "qiannan")
    ran = gen("init", "里面", folder=empty)
    assert ran.code == 2
    assert "已经是一个工作区" in ran.err


@pytest.mark.parametrize("arguments", [[], ["build"], ["check"], ["status"], ["build", "2024"]])
def test_without_a_workspace_gen_says_how_to_begin(empty: Path, arguments: list[str]) -> None:
    ran = gen(*arguments, folder=empty)
    assert "gen init" in ran.out + ran.err
    assert ran.code == (2 if arguments else ran.code)


def test_a_bureau_begins_with_the_forms_that_sum_up(empty: Path) -> None:
    """Also before it has any units: what there is nothing of is worded as that."""
    init(empty, "--forms", "汇总", "--year", "2024", "--unit", "caizhengju",
         "--name", "示例县财政局", "--short", "县财政局")  # fmt: skip
    ran = gen("build", "--draft", "--format", "json", folder=empty)
    assert (ran.code, len(ran.json["documents"])) == (0, 3)
    refused = gen("build", "--format", "json", folder=empty)
    assert (refused.code, len(refused.problems("L161"))) == (1, 1)
