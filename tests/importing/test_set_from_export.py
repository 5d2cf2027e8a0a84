"""From the exports that an office holds to a built set, without an amount typed by hand."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from kit import ledgers
from kit.ledgers import LAYOUTS, PUBLISHED, of_accounts, published, save
from kit.workspaces import gen

from generator.content import origins
from generator.content.yaml import edit
from generator.reading.any_file import contents

#: Words that a clerk gives; there is no amount of money among them.
FACTS = """主送: 市财政局
成文日期: 2021-05-21
下属单位个数: 1
部门项目个数: = 项目合计.个数
人员: {编制: 5, 参公编制: 5, 在职: 5, 离休: 0, 退休: 1}
年末实有人数: = 人员.在职 + 人员.离休 + 人员.退休
依据: {自评通知: 《关于开展2020年度绩效自评工作的通知》（九财绩〔2021〕1号）}
目标: {预期: 举办联盟会议，走访企业。, 完成: 会议举办了，企业走访了。}
"""
#: The form of the project as its people filled it in.
PROJECT = [
    ["项目支出绩效自评表"], ["（2020年度） 单位：万元"],
    ["项目名称", "", "专项工作经费", "", "实施单位", "", "驻深办"],
    ["主管部门", "市府办公室", "年初预算数", "全年预算数A", "全年执行数B", "分值", "执行率", "得分"],
    ["年度资金总额:", "", 74.38, 74.38, 64.5], ["其中:当年财政拨款", "", 74.38, 74.38, 64.5],
    ["上年结转资金", "", 0, 0, 0], ["其他资金", "", 0, 0, 0],
    ["年度总体目标", "预期目标", "", "", "实际完成情况"],
    ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
]  # fmt: skip
OWN_MONEY = [["其他资金用了多少", ""], ["单位：元", ""], ["资金来源.其他资金.全年执行", "145999.50"],
             ["三公经费.公务接待.决算", "7000.50"]]  # fmt: skip


def started(folder: Path) -> Path:
    """A new unit: every word is there, every amount is 待填."""
    ran = gen(
        "init", folder, "--forms", "jiujiang", "--year", "2020", "--name", ledgers.UNIT,
        "--short", "驻深办", "--unit", "jj", folder=folder.parent,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    year = folder / "content" / "jj" / "2020"
    (year / "facts.yaml").write_text(FACTS, "utf-8")
    said(year.parent / "unit.yaml", {"代码": "11360400K317331571", "主管部门": "市府办公室"})
    (year / "projects" / "项目一.yaml").rename(year / "projects" / "专项工作经费.yaml")
    said(year / "projects" / "专项工作经费.yaml", {"名称": "专项工作经费"})
    said(year / "indicators.yaml", {})
    report = (year / "report.md").read_text("utf-8")
    # A blank of the report may hold a name: 【待填：…{{ 下年度 }}年的打算】.
    report = re.sub(r"【待填：[^】]*】", "情况如下文所述。", report)
    report = report.replace("，情况如下文所述。。", "。").replace("，情况如下文所述。，", "，")
    report = report.replace("，情况如下文所述。其中", "，其中")
    (year / "report.md").write_text(report, "utf-8")
    return year


def said(path: Path, known: dict[str, str]) -> None:
    """The words of a file; amounts stay 待填."""
    text = path.read_text("utf-8").replace("     # 示例", "")
    whole = edit.locate(text)
    assert whole is not None
    words = {}
    for at, spot in whole.leaves():
        name = str(at[-1])
        if "待填" in spot.text and "资金" not in at:
            target = "10" if name == "目标" else "100%"
            words[at] = known.get(name) or (
                target if name in ("目标", "完成") and "目标" not in at[:-1] else "走访企业"
            )
    path.write_text(edit.revise(text, words), "utf-8")


def open_amounts(year: Path) -> int:
    return sum(path.read_text("utf-8").count("待填") for path in amount_files(year))


def amount_files(year: Path) -> list[Path]:
    return [year / "figures.yaml", *(year / "projects").glob("*.yaml")]


@pytest.mark.long
def test_a_set_is_built_without_an_amount_typed(tmp_path: Path) -> None:
    year = started(tmp_path / "自评")
    folder = tmp_path / "自评"
    assert open_amounts(year) == 35
    assert gen("build", "2020", folder=folder).code == 1
    last = dataclasses.replace(LAYOUTS[1], year=2019)
    save(folder / "财决2020.xls", of_accounts(LAYOUTS[0]))
    save(folder / "公开2020.xlsx", published(PUBLISHED[0]))
    save(folder / "财决2019.xls", of_accounts(last))
    save(folder / "项目自评.xlsx", {"自评表": PROJECT})
    save(folder / "清单.xlsx", {"清单": OWN_MONEY})

    steps = [
        (["财决2020.xls", "公开2020.xlsx"], [], 15),
        (["财决2019.xls"], ["--as-year", "2019"], 3),
        (["项目自评.xlsx"], [], 1),
    ]
    for files, told, rest in steps:
        ran = gen("import", *files, "--into", "2020", "--yes", *told, folder=folder)
        assert ran.code == 0, ran.out + ran.err
        assert open_amounts(year) == rest, ran.out
    left = gen("status", "2020", folder=folder).out
    assert "待填 1 处" in left
    assert "资金来源.其他资金.全年执行" in left
    assert gen("build", "2020", folder=folder).code == 1

    ran = gen("import", "清单.xlsx", "--into", "2020", "--yes", folder=folder)
    assert ran.code == 0, ran.out + ran.err
    ran = gen("build", "2020", folder=folder)
    assert ran.code == 0, ran.out + ran.err
    texts = [piece.text for file in (folder / "build" / "2020" / "jj").glob("*报告.docx")
             for piece in contents(file).pieces]  # fmt: skip
    assert any("本年实际收入225.44万元" in text and "其他收入0.78万元" in text for text in texts)
    # 32 of 35 amounts (91%) came from the export, the others from a form and a list; none typed.
    kept = origins.read(year).entries
    assert {one.source for one in kept} == {
        "财决2020.xls", "财决2019.xls", "项目自评.xlsx", "清单.xlsx",
    }  # fmt: skip
