"""The nine published tables: recognised by their labels, tied by their identities."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from kit.archives import repacked, saved

from generator.cli.commands import cli

Rows = list[list[str]]
MAIN = "word/document.xml"
EMPTY = saved(docx.Document())

T1: Rows = [
    ["收入", "", "", "支出", "", ""],
    ["项目", "行次", "决算数", "项目", "行次", "决算数"],
    ["栏次", "", "1", "栏次", "", "2"],
    ["一、一般公共预算财政拨款收入", "1", "210.44", "一、一般公共服务支出", "21", "180.30"],
    ["二、政府性基金预算财政拨款收入", "2", "15.00", "八、社会保障和就业支出", "28", "30.14"],
    ["三、国有资本经营预算财政拨款收入", "3", "", "九、卫生健康支出", "29", "7.41"],
    ["五、事业收入", "5", "8.20", "十一、城乡社区支出", "31", "15.00"],
    ["八、其他收入", "8", "0.78", "", "", ""],
    ["本年收入合计", "9", "234.42", "本年支出合计", "45", "232.85"],
    ["使用非财政拨款结余", "10", "", "结余分配", "46", ""],
    ["年初结转和结余", "11", "29.77", "年末结转和结余", "47", "31.34"],
    ["总计", "12", "264.19", "总计", "48", "264.19"],
]
T2: Rows = [
    ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入",
     "附属单位上缴收入", "其他收入"],
    ["合计", "", "234.42", "225.44", "0", "8.20", "0", "0", "0.78"],
    ["201", "一般公共服务支出", "181.87", "172.89", "", "8.20", "", "", "0.78"],
    ["20103", "政府办公厅及相关机构事务", "181.87", "172.89", "", "8.20", "", "", "0.78"],
    ["2010301", "行政运行", "172.89", "172.89", "", "", "", "", ""],
    ["2010302", "一般行政管理事务", "8.98", "", "", "8.20", "", "", "0.78"],
    ["208", "社会保障和就业支出", "30.14", "30.14", "", "", "", "", ""],
    ["210", "卫生健康支出", "7.41", "7.41", "", "", "", "", ""],
    ["212", "城乡社区支出", "15.00", "15.00", "", "", "", "", ""],
]  # fmt: skip
T3: Rows = [
    ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出",
     "对附属单位补助支出"],
    ["合计", "", "232.85", "168.35", "64.50", "", "", ""],
    ["201", "一般公共服务支出", "180.30", "130.80", "49.50", "", "", ""],
    ["208", "社会保障和就业支出", "30.14", "30.14", "", "", "", ""],
    ["210", "卫生健康支出", "7.41", "7.41", "", "", "", ""],
    ["212", "城乡社区支出", "15.00", "", "15.00", "", "", ""],
]  # fmt: skip
T4: Rows = [
    ["收入", "", "支出", "", "", "", ""],
    ["项目", "决算数", "项目", "合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"],
    ["一、一般公共预算财政拨款", "210.44", "一、一般公共服务支出", "171.32", "171.32", "", ""],
    ["二、政府性基金预算财政拨款", "15.00", "八、社会保障和就业支出", "30.14", "30.14", "", ""],
    ["三、国有资本经营预算财政拨款", "", "九、卫生健康支出", "7.41", "7.41", "", ""],
    ["", "", "十一、城乡社区支出", "15.00", "", "15.00", ""],
    ["本年收入合计", "225.44", "本年支出合计", "223.87", "208.87", "15.00", ""],
    ["年初财政拨款结转和结余", "29.77", "年末财政拨款结转和结余", "31.34", "31.34", "", ""],
    ["一、一般公共预算财政拨款", "29.77", "", "", "", "", ""],
    ["总计", "255.21", "总计", "255.21", "240.21", "15.00", ""],
]  # fmt: skip
T5: Rows = [
    ["项目", "", "本年支出", "", ""],
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["201", "一般公共服务支出", "171.32", "121.82", "49.50"],
    ["20103", "政府办公厅及相关机构事务", "171.32", "121.82", "49.50"],
    ["208", "社会保障和就业支出", "30.14", "30.14", ""],
    ["210", "卫生健康支出", "7.41", "7.41", ""],
    ["合计", "", "208.87", "159.37", "49.50"],
]
T6: Rows = [
    ["人员经费", "", "", "公用经费", "", ""],
    ["科目编码", "科目名称", "决算数", "科目编码", "科目名称", "决算数"],
    ["301", "工资福利支出", "120.07", "302", "商品和服务支出", "28.10"],
    ["30101", "基本工资", "70.05", "30201", "办公费", "15.20"],
    ["30102", "津贴补贴", "50.02", "30212", "因公出国（境）费用", "1.10"],
    ["303", "对个人和家庭的补助", "10.20", "30217", "公务接待费", "0.60"],
    ["30302", "退休费", "10.20", "30231", "公务用车运行维护费", "2.20"],
    ["", "", "", "30239", "其他交通费用", "9.00"],
    ["", "", "", "310", "资本性支出", "1.00"],
    ["", "", "", "31002", "办公设备购置", "1.00"],
    ["人员经费合计", "", "130.27", "公用经费合计", "", "29.10"],
]
T7: Rows = [
    ["预算数", "", "", "", "", "", "决算数", "", "", "", "", ""],
    ["合计", "因公出国（境）费", "公务用车购置及运行维护费", "", "", "公务接待费"] * 2,
    ["", "", "小计", "公务用车购置费", "公务用车运行维护费", ""] * 2,
    [str(n) for n in range(1, 13)],
    ["10.60", "2.60", "6.00", "", "6.00", "2.00", "4.30", "1.20", "2.40", "", "2.40", "0.70"],
]
T8: Rows = [
    ["科目编码", "科目名称", "年初结转和结余", "本年收入", "本年支出", "", "", "年末结转和结余"],
    ["", "", "", "", "小计", "基本支出", "项目支出", ""],
    ["合计", "", "2.00", "15.00", "15.00", "", "15.00", "2.00"],
    ["2120899", "其他国有土地使用权出让收入安排的支出", "2.00", "15.00", "15.00", "", "15.00", "2.00"],
]  # fmt: skip
T9: Rows = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["合计", "", "3.30", "", "3.30"],
    ["2230105", "国有企业退休人员社会化管理补助支出", "3.30", "", "3.30"],
]
TITLES = {
    "收支表": ("一、收入支出决算总表", T1),
    "收入表": ("二、收入决算表", T2),
    "支出表": ("三、支出决算表", T3),
    "财政拨款表": ("四、财政拨款收入支出决算总表", T4),
    "一般公共支出表": ("五、一般公共预算财政拨款支出决算表", T5),
    "基本支出表": ("六、一般公共预算财政拨款基本支出决算表", T6),
    "三公表": ("七、财政拨款“三公”经费支出决算表", T7),
    "基金表": ("八、政府性基金预算财政拨款收入支出决算表", T8),
    "国有资本表": ("九、国有资本经营预算财政拨款支出决算表", T9),
}


def tables() -> dict[str, tuple[str, Rows]]:
    found = copy.deepcopy(TITLES)
    del found["国有资本表"]  # which T4 says there is none of
    return found


def word(found: dict[str, tuple[str, Rows]], *more: str) -> bytes:
    """By hand: python-docx takes a second for tables of that size."""
    body = "".join(map(paragraph, more))
    for title, rows in found.values():
        lines = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
        body += f"{paragraph(title)}{paragraph('' if '单位' in title else '单位：万元')}<w:tbl>{lines}</w:tbl>"
    return repacked(EMPTY, lambda members: members.update({MAIN: document(body)}))


def document(body: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'.encode()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str) -> str:
    return f"<w:tc>{paragraph(text)}</w:tc>"


def book(found: dict[str, tuple[str, Rows]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, (title, rows) in enumerate(found.values(), 1):
        sheet = made.create_sheet(f"公开{number:02d}表")
        sheet.append([title])
        sheet.append(["部门：某单位", *[""] * (len(rows[0]) - 2), "金额单位：万元"])
        for row in rows:
            amounts = [text.replace(".", "").isdigit() and "." in text for text in row]
            sheet.append([float(t) if a else t for t, a in zip(row, amounts, strict=True)])
    return saved(made)


def audit(folder: Path, files: dict[str, bytes]) -> list[dict]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    names = [str(folder / name) for name in files]
    found = CliRunner().invoke(cli, ["audit", *names, "--format", "json"])
    assert found.exit_code in (0, 1), found.output
    return json.loads(found.stdout)["files"]


def wrong(file: dict) -> list[str]:
    return [c["because"] for c in file["claims"] if c["verdict"] in ("wrong", "truncated")]


def holding(file: dict) -> str:
    return "\n".join(c["because"] for c in file["claims"] if c["verdict"] == "holds")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_right_tables_hold(tmp_path: Path, name: str) -> None:
    make = word if name.endswith("docx") else book
    [file] = audit(tmp_path, {name: make(tables())})
    assert wrong(file) == []
    told = holding(file)
    for relation in RELATIONS:
        assert relation in told, relation


#: Each identity between two tables or two rows, as it is told.
RELATIONS = [
    "收支表.收入.总计是264.19，收支表.支出.总计", "收入表.合计.合计是234.42，收支表.收入.本年收入合计",
    "收入表.合计.财政拨款是225.44", "收入表.合计.事业是8.2", "收入表.合计.其他是0.78",
    "支出表.合计.合计是232.85", "支出表.卫生健康支出.合计是7.41",
    "财政拨款表.收入.总计是255.21", "财政拨款表.收入.一般公共预算是210.44",
    "财政拨款表.收入.政府性基金是15", "财政拨款表.支出.本年支出合计.一般公共预算是208.87",
    "财政拨款表.支出.社会保障和就业支出.一般公共预算是30.14",
    "财政拨款表.支出.本年支出合计.政府性基金是15", "基本支出表.人员经费合计是130.27",
    "基本支出表.公用经费合计是29.1", "一般公共支出表.合计.基本支出是159.37",
    "三公表.合计.决算是4.3", "三公表.合计.预算是10.6", "三公表.用车.决算是2.4", "三公表.用车.预算是6",
    "基本支出表.30212是1.1", "基本支出表.30217是0.6", "基本支出表.30231是2.2",
]  # fmt: skip


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
@pytest.mark.parametrize(
    ("table", "row", "column", "new", "told"),
    [
        # 1, 2: totals of T1
        ("收支表", 3, 2, "211.44", "“本年收入合计”是下面各项的和"),
        ("收支表", 4, 5, "31.14", "“本年支出合计”是下面各项的和"),
        ("收支表", 10, 5, "32.34", "“总计”是下面各项的和"),
        ("收支表", 11, 2, "265.19", "收支表.收入.总计是265.19，收支表.支出.总计是264.19"),
        # 3: across
        ("收入表", 6, 5, "1.00", "“社会保障和就业支出”行：合计是30.14"),
        ("支出表", 2, 4, "48.50", "“一般公共服务支出”行：合计是180.3"),
        # 4: down
        ("收入表", 4, 2, "173.89", "“政府办公厅及相关机构事务”是下面各项的和"),
        ("一般公共支出表", 3, 4, "48.50", "“一般公共服务支出”是下面各项的和"),
        ("支出表", 3, 3, "31.14", "“合计”是下面各项的和"),
        # 5, 6: T2 and T3 against T1
        ("收入表", 1, 2, "243.42", "收入表.合计.合计是243.42，收支表.收入.本年收入合计是234.42"),
        ("收入表", 1, 3, "226.44", "收入表.合计.财政拨款是226.44"),
        ("收入表", 1, 8, "1.78", "收入表.合计.其他是1.78"),
        ("支出表", 4, 2, "8.41", "支出表.卫生健康支出.合计是8.41，收支表.支出.卫生健康支出是7.41"),
        # 7, 8: T4
        ("财政拨款表", 2, 1, "211.44", "财政拨款表.收入.一般公共预算是211.44"),
        ("财政拨款表", 3, 3, "31.14", "“八、社会保障和就业支出”行：合计是31.14"),
        ("财政拨款表", 9, 3, "256.21", "财政拨款表.收入.总计是255.21"),
        ("财政拨款表", 6, 4, "209.87", "财政拨款表.支出.本年支出合计.一般公共预算是209.87"),
        ("基金表", 2, 4, "16.00", "财政拨款表.支出.本年支出合计.政府性基金是15"),
        # 9, 10: T5
        ("一般公共支出表", 4, 3, "31.14", "“社会保障和就业支出”行：合计是30.14"),
        ("一般公共支出表", 6, 3, "160.37", "一般公共支出表.合计.基本支出是160.37"),
        # 11: T6
        ("基本支出表", 3, 2, "71.05", "“工资福利支出”是下面各项的和"),
        ("基本支出表", 10, 2, "131.27", "基本支出表.人员经费合计是131.27"),
        ("基本支出表", 8, 5, "2.00", "“资本性支出”是下面各项的和"),
        ("基本支出表", 10, 5, "28.10", "基本支出表.公用经费合计是28.1"),
        # 12: T7
        ("三公表", 4, 6, "5.30", "三公表.合计.决算是5.3"),
        ("三公表", 4, 4, "5.00", "三公表.用车.预算是6"),
        # 13: a part of the whole, never more
        ("三公表", 4, 11, "0.50", "前者应当不超过后者"),
        # 14: T8
        ("基金表", 3, 7, "3.00", "年末结转是3"),
        ("基金表", 3, 6, "14.00", "支出是15"),
    ],
)  # fmt: skip
def test_each_identity_fails_where_a_number_is_wrong(
    tmp_path: Path, name: str, table: str, row: int, column: int, new: str, told: str
) -> None:
    found = tables()
    found[table][1][row][column] = new
    make = word if name.endswith("docx") else book
    [file] = audit(tmp_path, {name: make(found)})
    assert any(told in because for because in wrong(file)), wrong(file)


def test_tables_of_state_capital(tmp_path: Path) -> None:
    found = {"国有资本表": TITLES["国有资本表"]}
    [file] = audit(tmp_path, {"a.docx": word(found)})
    assert wrong(file) == []
    assert "“合计”行：支出是3.30，基本支出 + 项目支出是0、3.30" in holding(file)
    changed = copy.deepcopy(found)
    changed["国有资本表"][1][1][4] = "3.40"
    [file] = audit(tmp_path, {"a.docx": word(changed)})
    assert any("支出是3.30" in because for because in wrong(file))


def test_columns_in_another_order_and_standing_rows(tmp_path: Path) -> None:
    """出国, 接待, then 用车, as some districts print it; and one row a kind."""
    for rows in (
        [
            ["决算数", "", "", "", "", ""],
            ["合计", "因公出国（境）费", "公务接待费", "公务用车购置及运行费", "", ""],
            ["", "", "", "小计", "公务用车购置费", "公务用车运行费"],
            ["4.30", "1.20", "0.70", "2.40", "", "2.40"],
        ],
        [
            ["项目", "预算数", "决算数"], ["合计", "10.60", "4.30"],
            ["1.因公出国（境）费", "2.60", "1.20"], ["2.公务用车购置及运行维护费", "6.00", "2.40"],
            ["（1）公务用车购置费", "", ""], ["（2）公务用车运行维护费", "6.00", "2.40"],
            ["3.公务接待费", "2.00", "0.70"],
        ],
    ):  # fmt: skip
        found = {"三公表": ("财政拨款“三公”经费支出决算表", rows)}
        [file] = audit(tmp_path, {"a.docx": word(found)})
        assert wrong(file) == []
        assert "三公表.合计.决算是4.30" in holding(file)
        assert "三公表.用车.决算是2.40" in holding(file)
        at = next((r, c) for r, row in enumerate(rows) for c, t in enumerate(row) if t == "0.70")
        rows[at[0]][at[1]] = "1.70"
        [file] = audit(tmp_path, {"a.docx": word(found)})
        assert any("三公表.合计.决算" in because for because in wrong(file))


def test_tails_hold_where_they_were_measured_and_are_open_elsewhere(tmp_path: Path) -> None:
    found = tables()
    found["支出表"][1][4][2] = found["支出表"][1][4][3] = "7.42"
    [file] = audit(tmp_path, {"a.docx": word(found)})
    assert wrong(file) == []
    claims = {c["because"]: c["verdict"] for c in file["claims"]}
    assert (
        claims["支出表.卫生健康支出.合计是7.42，收支表.支出.卫生健康支出是7.41（尾差）"] == "holds"
    )
    found = tables()
    found["收入表"][1][1][8] = "0.79"
    [file] = audit(tmp_path, {"a.docx": word(found)})
    claims = {c["because"]: c["verdict"] for c in file["claims"]}
    assert (
        claims["收入表.合计.其他是0.79，收支表.收入.其他收入是0.78（在舍入的范围内）"]
        == "unchecked"
    )


def test_tables_of_one_set_in_files_of_their_own(tmp_path: Path) -> None:
    found = tables()
    changed = copy.deepcopy(found)
    changed["收入表"][1][1][2] = "244.42"
    first = word({"收支表": found["收支表"]})
    _, second = audit(tmp_path, {"a.docx": first, "b.docx": word({"收入表": found["收入表"]})})
    assert wrong(second) == []
    assert "收支表.收入.本年收入合计是234.42" in holding(second)
    _, second = audit(tmp_path, {"a.docx": first, "b.docx": word({"收入表": changed["收入表"]})})
    assert any("收支表.收入.本年收入合计是234.42" in because for because in wrong(second))


def test_running_costs_are_at_most_the_public_costs(tmp_path: Path) -> None:
    found = {"基本支出表": TITLES["基本支出表"]}
    [file] = audit(tmp_path, {"a.docx": word(found, "机关运行经费支出25.10万元。")})
    assert wrong(file) == []
    assert "正文.机关运行经费是25.10万元，基本支出表.公用经费合计是29.10" in holding(file)
    [file] = audit(tmp_path, {"a.docx": word(found, "机关运行经费支出35.10万元。")})
    assert wrong(file) == []
    assert "机关运行经费是35.10万元" in doubts(file)


#: (known tables, text in which nothing is wrong, what holds; what is changed, what is then said).
IN_TEXT = [
    # 17: purchases; what is kept for small firms is kept for small and middling ones
    ([], "政府采购支出总额26.50万元：货物支出12.30万元，工程支出0万元，服务支出14.20万元。",
     "正文.政府采购支出是26.50万元", "14.20", "15.20", "正文.政府采购支出是26.50万元"),
    ([], "面向中小企业预留政府采购项目预算金额20.10万元，其中面向小微企业预留政府采购项目预算金额15.30万元。",
     "正文.小微企业预留.预算是15.30万元", "15.30", "25.30", "前者应当不超过后者"),
    # 18: what was spent on is there
    (["三公表"], "全年安排因公出国（境）团组1个，2人次。", "正文.出国团组是1个", "1个", "0个", "正文.出国团组是0个"),
    ([], "公务用车购置费20.00万元，购置公务用车1辆。", "正文.购置车辆是1辆", "1辆", "0辆", "正文.购置车辆是0辆"),
    (["三公表"], "2024年末单位使用财政拨款开支的公务用车保有量为2辆。", "正文.车辆保有量是2辆", "2辆", "0辆", "正文.车辆保有量是0辆"),
    (["三公表"], "国内公务接待15批次，120人次。", "正文.接待批次是15批次", "15批次", "0批次", "正文.接待批次是0批次"),
    # 19: projects by their grade, problems by what became of them
    ([], "2024年组织开展绩效自评的项目12个，优8个、良3个、合格1个、不合格0个。", "正文.自评项目是12个", "良3个", "良2个", "正文.自评项目是12个"),
    ([], "评价中发现问题5个，已完成整改3个，正在整改2个。", "正文.发现问题是5个", "正在整改2个", "正在整改1个", "正文.发现问题是5个"),
    # 21: the text of a budget, in 万元, beside its table
    (["三公预算"], "2024年“三公”经费预算为10.60万元。", "正文.三公经费.预算是10.60万元", "10.60", "16.60", "正文.三公经费.预算是16.60万元"),
    # 22: projects that were evaluated are projects
    (["支出表"], "自评项目资金64.50万元。", "正文.自评项目金额是64.50万元", "64.50", "94.50", "正文.自评项目金额是94.50万元"),
]  # fmt: skip
#: As districts print the budget: 接待 before 用车, in 元.
BUDGET: Rows = [
    ["“三公”经费预算数", "", "", "", "", "", "机关运行经费预算数"],
    ["合计", "因公出国（境）费", "公务接待费", "公务用车购置及运行费", "", "", ""],
    ["", "", "", "小计", "购置费", "运行费", ""],
    ["106000.00", "26000.00", "20000.00", "60000.00", "", "60000.00", "291000.00"],
]
MORE = {"三公预算": ("“三公”经费和机关运行费预算表 单位：元", BUDGET)}


@pytest.mark.parametrize(("known", "text", "holds", "old", "new", "told"), IN_TEXT)
def test_identities_of_the_text(
    tmp_path: Path, known: list[str], text: str, holds: str, old: str, new: str, told: str
) -> None:
    found = {name: (TITLES | MORE)[name] for name in known}
    [file] = audit(tmp_path, {"a.docx": word(found, text)})
    assert (wrong(file), doubts(file)) == ([], "")
    assert holds in holding(file)
    [file] = audit(tmp_path, {"a.docx": word(found, text.replace(old, new))})
    assert told in "\n".join((*wrong(file), doubts(file)))


def doubts(file: dict) -> str:
    return "\n".join(f["message"] for f in file["findings"] if f["code"] == "A205")


def test_what_the_text_does_not_count_is_not_missed(tmp_path: Path) -> None:
    """Unknown is not absent: no number of cars is told, and nothing is said of it."""
    [file] = audit(tmp_path, {"a.docx": word(tables(), "公务用车运行维护费2.40万元。")})
    assert (wrong(file), doubts(file)) == ([], "")


def test_columns_of_a_budget_add_up_in_any_order(tmp_path: Path) -> None:
    [file] = audit(tmp_path, {"a.docx": word(MORE)})
    assert wrong(file) == []
    assert "三公表.合计.预算是106000.00" in holding(file)
    changed = copy.deepcopy(MORE)
    changed["三公预算"][1][3][2] = "30000.00"
    [file] = audit(tmp_path, {"a.docx": word(changed)})
    assert any("三公表.合计.预算是106000.00" in because for because in wrong(file))


def test_the_budgets_own_identities(tmp_path: Path) -> None:
    """收入总计 = 支出总计, 支出 = 基本 + 项目, 财政拨款 = 一般 + 基金 + 国资."""
    found = {
        name: (title.replace("决算", "预算"), [[t.replace("决算", "预算") for t in r] for r in rows])
        for name, (title, rows) in TITLES.items() if name in ("收支表", "支出表", "财政拨款表")
    }  # fmt: skip
    [file] = audit(tmp_path, {"a.docx": word(found)})
    assert wrong(file) == []
    for told in ("收支表.收入.总计.预算是264.19", "合计是232.85，基本支出 + 项目支出"):
        assert told in holding(file)
    for table, row, column, new, told in (
        ("收支表", 11, 2, "265.19", "收支表.收入.总计.预算是265.19"),
        ("支出表", 2, 4, "48.50", "“一般公共服务支出”行：合计是180.3"),
        ("财政拨款表", 2, 4, "172.32", "“一、一般公共服务支出”行：合计是171.32"),
    ):
        changed = copy.deepcopy(found)
        changed[table][1][row][column] = new
        [file] = audit(tmp_path, {"a.docx": word(changed)})
        assert any(told in because for because in wrong(file)), told


def of_year(year: int, **changed: str) -> dict[str, tuple[str, Rows]]:
    """T1 of a year, of which some rows (by their labels) have another amount."""
    rows = copy.deepcopy(T1)
    for label, amount in changed.items():
        for row in rows:
            for c in (0, 3):
                if row[c].endswith(label):
                    row[c + 2] = amount
    return {"收支表": (f"{year}年度收入支出决算总表", rows)}


def test_what_a_year_begins_with_is_what_the_last_ended_with(tmp_path: Path) -> None:
    last = of_year(2023, 年末结转和结余="29.77")
    for amount, said in (("29.77", False), ("28.77", True)):
        now = of_year(2024, 年初结转和结余=amount)
        first, second = audit(tmp_path, {"a.docx": word(last), "b.docx": word(now)})
        told = f"收支表.收入.年初结转和结余是{amount}，上年.收支表.支出.年末结转和结余是29.77"
        assert (told in doubts(second)) is said
        assert (told in holding(second)) is not said
        assert doubts(first) == ""
    # Neither two years apart nor the same year.
    for year in (2022, 2024):
        files = {"a.docx": word(of_year(year, 年末结转和结余="29.77")), "b.docx": word(now)}
        assert "上年." not in "".join(map(doubts, audit(tmp_path, files)))


def test_a_department_is_its_offices_but_for_what_they_pay_each_other(tmp_path: Path) -> None:
    def of(name: str, total: str) -> bytes:
        return word(of_year(2024, 总计=total), f"2024年度某市某局{name}公开")

    offices = {"b.docx": of("甲单位决算", "100.00"), "c.docx": of("乙单位决算", "164.19")}
    for total, held, said in (
        ("264.19", True, ""),
        ("260.00", False, ""),
        ("270.00", False, "270.00"),
    ):
        files = {"a.docx": of("部门决算", total), **offices}
        whole, *_ = audit(tmp_path, files)
        told = f"收支表.收入.总计是{total}，各单位是100.00＋164.19"
        assert (told in holding(whole)) is held
        assert (told in doubts(whole)) is bool(said)
        assert any(told in c["because"] for c in whole["claims"])


def test_what_is_not_understood_is_no_table(tmp_path: Path) -> None:
    """A column that no name fits may be a part of the total: then nothing is wrong."""
    rows = copy.deepcopy(T3)
    rows[0][6] = "另一种支出"
    rows[1][6], rows[1][2] = "5.00", "237.85"
    rows[2][6], rows[2][2] = "5.00", "185.30"
    [file] = audit(tmp_path, {"a.docx": word({"支出表": ("支出决算表", rows)})})
    assert wrong(file) == []
    untitled = {"支出表": ("附表", copy.deepcopy(T3))}
    [file] = audit(tmp_path, {"a.docx": word(untitled)})
    assert "合计 = " not in holding(file)
    assert wrong(file) == []


def test_amounts_in_yuan_beside_amounts_in_ten_thousands(tmp_path: Path) -> None:
    rows = [T2[0]] + [
        [t if "." not in t else f"{float(t) * 10000:,.2f}" for t in row] for row in T2[1:]
    ]
    tables = {"收支表": TITLES["收支表"], "收入表": ("收入决算表 金额单位：元", rows)}
    [file] = audit(tmp_path, {"a.docx": word(tables)})
    assert wrong(file) == []
    assert "收入表.合计.合计是2,344,200.00，收支表.收入.本年收入合计是234.42" in holding(file)


def receptions(total: float, style: str) -> bytes:
    """公开07, numbers as numbers, its columns numbered as Excel does."""
    book = openpyxl.Workbook()
    sheet = book.active
    heads = ["合计", "因公出国（境）费", "小计", "公务用车购置费", "公务用车运行费", "公务接待费"]
    sheet.append(["预算数", *[""] * 5, "决算数"])
    sheet.append(heads * 2)
    sheet.append(list(range(1, 13)))
    sheet.append([3.5, 0, 3, 0, 3, 0.5, total, 0, 2.8, 0, 2.8, 0.3])
    for cell in sheet[4]:
        cell.number_format = style
    return saved(book)


@pytest.mark.parametrize(
    ("total", "style", "counts"),
    [(3.2, "0.00", (1, 0)), (3.1, "0.00", (0, 0)), (3.2, "General", (0, 1))],
)
def test_zeros_that_show_make_a_total_exact(
    tmp_path: Path, total: float, style: str, counts: tuple[int, int]
) -> None:
    """3.20 against 3.10 is wrong; where only 3.2 shows, both may have been rounded."""
    (file,) = audit(tmp_path, {"a.xlsx": receptions(total, style)})
    told = [one["verdict"] for one in file["claims"] if one["stated"].startswith(f"{total}")]
    assert (told.count("wrong"), len(told) - told.count("wrong") - told.count("holds")) == counts


def test_the_numbers_of_columns_are_no_figures(tmp_path: Path) -> None:
    """1＋2=3 is true of 栏次, and means nothing."""
    (file,) = audit(tmp_path, {"a.xlsx": receptions(3.1, "0.00")})
    assert not [one for one in file["claims"] if one["stated"] in ("1", "2", "3")]
