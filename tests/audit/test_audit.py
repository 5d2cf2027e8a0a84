"""``gen audit``: files in, findings out, in every format."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from kit.archives import saved, unpacked

from generator.cli.commands import cli
from generator.cli.console import Misuse

RIGHT = "收入合计3765.66万元，其中：甲1608.64万元，占42.72%；乙2157.02万元，占57.28%。"
WRONG = RIGHT.replace("42.72", "47.22")
TABLE = [
    ["项目", "年初预算数", "全年执行数", "执行率"],
    ["甲", "60.25", "54.00", "89.63%"],
    ["乙", "40.25", "40.25", "100%"],
    ["丙", "20", "10", "50%"],
    ["合计", "120.5", "104.25", "86.51%"],
]


def word(*paragraphs: str, table: list[list[str]] | None = None) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if table:
        grid = made.add_table(len(table), len(table[0]))
        for r, row in enumerate(table):
            for c, text in enumerate(row):
                grid.cell(r, c).text = text
    return saved(made)


def sheet(rows: list[list[str]]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append([float(t) if t.replace(".", "").isdigit() else t for t in row])
    return saved(made)


def audit(folder: Path, files: dict[str, bytes], *options: str) -> tuple[int, list[dict]]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    names = [str(folder / name) for name in files]
    found = CliRunner().invoke(cli, ["audit", *names, "--format", "json", *options])
    assert found.exit_code in (0, 1), found.output
    return found.exit_code, json.loads(found.stdout)["files"]


def verdicts(file: dict, *wanted: str) -> list[tuple[str, str]]:
    return [(c["kind"], c["stated"]) for c in file["claims"] if c["verdict"] in wanted]


@pytest.mark.parametrize("name", ["a.docx", "a.md", "a.txt"])
def test_sentences_of_any_file(tmp_path: Path, name: str) -> None:
    make = word if name.endswith("docx") else lambda text: text.encode()
    code, [right] = audit(tmp_path, {name: make(RIGHT)})
    assert (code, verdicts(right, "wrong")) == (0, [])
    code, [wrong] = audit(tmp_path, {name: make(WRONG)})
    assert code == 1
    assert verdicts(wrong, "wrong") == [("share", "47.22%")]
    [finding] = wrong["findings"]
    assert finding["code"] == "A201"
    assert "47.22%" in finding["quote"]
    assert finding["place"] in ("正文第1段", "第1行")


@pytest.mark.parametrize(
    ("row", "column", "new", "kind"),
    [
        (4, 1, "130.5", "column sum"), (2, 2, "41.25", "column sum"), (1, 3, "98.63%", "completion"),
        (1, 3, "89.62%", "completion"),
    ],
)  # fmt: skip
def test_tables_of_word(tmp_path: Path, row: int, column: int, new: str, kind: str) -> None:
    code, [right] = audit(tmp_path, {"a.docx": word("附表", table=TABLE)})
    assert (code, verdicts(right, "wrong", "truncated")) == (0, [])
    changed = [[*line] for line in TABLE]
    changed[row][column] = new
    code, [wrong] = audit(tmp_path, {"a.docx": word("附表", table=changed)})
    assert code == 1
    assert kind in {k for k, _ in verdicts(wrong, "wrong", "truncated")}


def test_tables_of_excel_and_their_places(tmp_path: Path) -> None:
    code, [right] = audit(tmp_path, {"a.xlsx": sheet(TABLE)})
    assert (code, verdicts(right, "wrong")) == (0, [])
    changed = [[*line] for line in TABLE]
    changed[4][2] = "105.25"
    code, [wrong] = audit(tmp_path, {"a.xlsx": sheet(changed)})
    assert code == 1
    assert "工作表“Sheet” C5" in {f["place"] for f in wrong["findings"]}


def test_one_row_without_its_like_is_never_called_wrong(tmp_path: Path) -> None:
    rows = [["项目", "金额", "其他"], ["甲", "60", "1"], ["合计", "70", "3"]]
    code, [file] = audit(tmp_path, {"a.docx": word("表", table=rows)})
    assert (code, verdicts(file, "wrong")) == (0, [])


def test_weights_of_groups_against_their_points(tmp_path: Path) -> None:
    rows = [
        ["一级指标", "三级指标", "分值", "得分"],
        ["产出指标（60分）", "甲", "30", "30"],
        ["", "乙", "20", "20"],
        ["效益指标（30分）", "丙", "30", "29"],
        ["满意度指标（10分）", "丁", "10", "10"],
    ]
    code, [file] = audit(tmp_path, {"a.docx": word("表", table=rows)})
    assert code == 1
    assert verdicts(file, "wrong") == [("sum", "60分")]


FORM = [
    ["一级指标", "三级指标", "分值", "得分"],
    ["产出指标", "甲", "30", "29.5"],
    ["", "乙", "20", "18.25"],
    ["效益指标", "丙", "30", "29"],
    ["满意度指标", "丁", "10", "10"],
]
FUNDS = [
    ["项目资金", "", "预算数", "执行数", "分值", "执行率", "得分"],
    ["", "年度资金总额", "80.5", "72.45", "10", "90%", "9"],
    ["", "其中：财政拨款", "80.5", "72.45", "—", "90%", "—"],
    ["", "上年结转资金", "0", "0", "—", "—", "—"],
    ["", "其他资金", "0", "0", "—", "—", "—"],
    ["一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "", "得分"],
    ["产出指标", "甲", "1项", "1项", "50", "", "48.25"],
    ["满意度指标", "乙", "95%", "96%", "40", "", "40"],
    ["总分", "", "", "", "100", "", "97.25"],
]
SIDES = [
    ["规模", "", "预算数", "执行数"],
    ["", "资金来源：（1）财政拨款", "209.57", "224.66"],
    ["", "（2）其他资金", "50", "21.01"],
    ["", "资金结构：（1）基本支出", "185.19", "181.17"],
    ["", "（2）项目支出", "74.38", "64.5"],
]
COSTS = [
    ["成本指标", "年度指标值", "实际完成值"],
    ["基本支出小计", "235.11万元", "230.11万元"],
    ["1.人员类", "212.82万元", "208.82万元"],
    ["2.运转类", "22.29万元", "21.29万元"],
]
ONE = [
    ["项目", "年初预算", "追加", "全年预算"], ["甲", "74.38", "5", "79.38"],
    ["项目合计", "74.38", "5", "79.38"],
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "row", "column", "new", "kind"),
    [
        (FORM, 1, 3, "30.5", "limit"), (FUNDS, 1, 2, "81.5", "column sum"),
        (FUNDS, 8, 6, "97.45", "sum"), (FUNDS, 8, 4, "101", "sum"), (FUNDS, 1, 6, "8", "sum"),
        (SIDES, 1, 2, "219.57", "sum"), (SIDES, 4, 3, "63.5", "sum"),
        (COSTS, 2, 1, "212.28万元", "column sum"), (ONE, 2, 1, "73.48", "column sum"),
    ],
)  # fmt: skip
def test_tables_of_self_evaluation(
    tmp_path: Path, rows: list[list[str]], row: int, column: int, new: str, kind: str
) -> None:
    code, [right] = audit(tmp_path, {"a.docx": word("附表", table=rows)})
    assert (code, verdicts(right, "wrong", "truncated")) == (0, [])
    changed = [[*line] for line in rows]
    changed[row][column] = new
    code, [wrong] = audit(tmp_path, {"a.docx": word("附表", table=changed)})
    assert code == 1
    assert kind in {k for k, _ in verdicts(wrong, "wrong")}


def test_points_without_decimals_leave_no_tail(tmp_path: Path) -> None:
    rows = [*FORM, ["总分", "", "90", "86.75"]]
    code, [file] = audit(tmp_path, {"a.docx": word("附表", table=rows)})
    assert (code, verdicts(file, "wrong")) == (0, [])
    rows = [*FORM, ["总分", "", "90", "86.77"]]
    code, [file] = audit(tmp_path, {"a.docx": word("附表", table=rows)})
    assert verdicts(file, "wrong") == [("column sum", "86.77")]


def test_rows_that_lost_cells_have_no_total(tmp_path: Path) -> None:
    rows = [[*line] for line in FUNDS]
    rows[7] = ["满意度指标", "乙", "95%", "96%", "40", "40", ""]
    code, [file] = audit(tmp_path, {"a.docx": word("附表", table=rows)})
    assert (code, verdicts(file, "wrong")) == (0, [])


def test_scores_in_the_text_against_the_form(tmp_path: Path) -> None:
    rows = [*FORM, ["总分", "", "90", "86.75"]]
    text = "自评得分86.75分，其中产出指标47.75分。"
    code, [file] = audit(tmp_path, {"a.docx": word(text, table=rows)})
    assert code == 0
    assert [k for k, _ in verdicts(file, "holds")].count("text = table") == 2
    for old, new in (("86.75", "68.75"), ("47.75", "41.75")):
        code, [file] = audit(tmp_path, {"a.docx": word(text.replace(old, new), table=rows)})
        assert ("text = table", f"{new}分") in verdicts(file, "wrong")
    # Another year's score, of another form.
    code, [file] = audit(tmp_path, {"a.docx": word("上年得分91.2分。", table=rows)})
    assert (code, verdicts(file, "wrong")) == (0, [])


def test_files_of_a_set_against_one_another(tmp_path: Path) -> None:
    changed = [[*line] for line in TABLE]
    changed[1][1], changed[4][1] = "61.25", "121.5"
    both = {"a.docx": word("附表", table=TABLE), "b.docx": word("附表", table=changed)}
    _, [alone] = audit(tmp_path, {"b.docx": both["b.docx"]})
    assert ("table = table", "61.25") not in verdicts(alone, "wrong")
    code, [_, second] = audit(tmp_path, both)
    assert code == 1
    assert ("table = table", "61.25") in verdicts(second, "wrong")


def test_text_against_the_table(tmp_path: Path) -> None:
    rows = [
        ["项目", "决算数", "预算数"],
        ["教育支出", "1245.67", "1300"],
        ["卫生健康支出", "88.5", "90"],
    ]
    code, [file] = audit(tmp_path, {"a.docx": word("教育支出1245.67万元。", table=rows)})
    assert code == 0
    assert ("text = table", "1245.67万元") in verdicts(file, "holds")
    code, [file] = audit(tmp_path, {"a.docx": word("教育支出1246.67万元。", table=rows)})
    assert code == 1
    assert ("text = table", "1246.67万元") in verdicts(file, "wrong")


def test_what_was_not_checked_belongs_to_the_answer(tmp_path: Path) -> None:
    _, [file] = audit(tmp_path, {"a.txt": f"{RIGHT}\n走访企业110家。".encode()})
    assert [u["text"] for u in file["summary"]["unread"]] == ["110家"]
    assert file["summary"]["numbers"] == 6
    assert file["summary"]["holds"] == 3


def test_words_come_along(tmp_path: Path) -> None:
    text = "决算数较上年增加（减少）0万元。以习近平新时代特色社会主义思想为指导。"
    code, [file] = audit(tmp_path, {"a.txt": text.encode()})
    assert code == 0
    assert {(f["code"], f["quote"]) for f in file["findings"]} == {
        ("A203", "增加（减少）"), ("A203", "习近平新时代特色社会主义思想"),
    }  # fmt: skip


def test_cut_digits_are_named(tmp_path: Path) -> None:
    text = "年初预算数为233.61万元，决算数为219.91万元，完成年初预算的94.13%。"
    code, [file] = audit(tmp_path, {"a.txt": text.encode()})
    assert code == 1
    assert [f["code"] for f in file["findings"]] == ["A202"]
    assert "94.1355%" in file["findings"][0]["message"]


def test_a_report_states_its_score(tmp_path: Path) -> None:
    rows = [["一级指标", "分值", "得分"], ["产出指标", "50", "48.5"], ["总分", "50", "48.5"]]
    long = "本部门认真开展绩效自评工作，" * 150
    _, [file] = audit(tmp_path, {"a.docx": word(long, table=rows)})
    assert [f["code"] for f in file["findings"]] == ["A204"]
    _, [file] = audit(tmp_path, {"a.docx": word(f"{long}得分48.5分。", table=rows)})
    assert file["findings"] == []


def test_a_folder_that_is_not_there_for_the_comments(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RIGHT, "utf-8")
    target = tmp_path / "none" / "意见.xlsx"
    found = CliRunner().invoke(cli, ["audit", str(tmp_path / "a.txt"), "--save", str(target)])
    assert found.exit_code == 1
    assert "A301" in found.output


def test_unreadable_files_are_named_and_the_others_answered(tmp_path: Path) -> None:
    files = {
        "bad.docx": b"PK\3\4 no package", "old.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
        "bad.xlsx": word("甲"), "bad.pdf": b"%PDF-1.7 nothing", "a.png": b"", "ok.txt": RIGHT.encode(),
        "zero.txt": b"a\0b",
    }  # fmt: skip
    code, found = audit(tmp_path, files)
    assert code == 1
    assert [f["summary"]["readable"] for f in found] == [False] * 5 + [True, False]
    assert all(f["findings"][0]["code"] == "A101" for f in found if not f["summary"]["readable"])
    missing = CliRunner().invoke(cli, ["audit", str(tmp_path / "none.docx")])
    assert missing.exit_code == 1
    assert "没有这个文件" in missing.output


def test_comments_stand_at_their_paragraphs(tmp_path: Path) -> None:
    raw = word("前言。", WRONG, table=TABLE)
    (tmp_path / "a.docx").write_bytes(raw)
    target = tmp_path / "意见.docx"
    found = CliRunner().invoke(cli, ["audit", str(tmp_path / "a.docx"), "--save", str(target)])
    assert found.exit_code == 1
    made = docx.Document(str(target))
    assert [p.text for p in made.paragraphs] == ["前言。", WRONG]
    members = unpacked(target.read_bytes())
    assert "47.22%" in members["word/comments.xml"].decode()
    body = members["word/document.xml"].decode()
    assert body.index("前言") < body.index("commentRangeStart") < body.index("47.22")
    assert (tmp_path / "a.docx").read_bytes() == raw
    again = CliRunner().invoke(cli, ["audit", str(tmp_path / "a.docx"), "--save", str(target)])
    assert isinstance(again.exception, Misuse)
    assert "已经有了" in str(again.exception)


def test_a_list_for_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(WRONG, "utf-8")
    target = tmp_path / "意见.xlsx"
    found = CliRunner().invoke(cli, ["audit", str(tmp_path / "a.txt"), "--save", str(target)])
    assert found.exit_code == 1
    rows = list(openpyxl.load_workbook(io.BytesIO(target.read_bytes())).active.values)
    assert rows[0] == ("文件", "位置", "编号", "原文", "意见")
    assert rows[1][:3] == ("a.txt", "第1行", "A201")
    refused = CliRunner().invoke(
        cli, ["audit", str(tmp_path / "a.txt"), "--save", str(tmp_path / "b.docx")]
    )
    assert isinstance(refused.exception, Misuse)


def test_an_unknown_form_set_is_misuse(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RIGHT, "utf-8")
    found = CliRunner().invoke(cli, ["audit", str(tmp_path / "a.txt"), "--forms", "没有"])
    assert isinstance(found.exception, Misuse)


def wording(folder: Path, name: str, data: bytes) -> set[tuple[str, str]]:
    _, [file] = audit(folder, {name: data})
    return {(f["place"], f["quote"]) for f in file["findings"] if f["code"] == "A203"}


def test_years_of_another_form(tmp_path: Path) -> None:
    rows = [
        ["年度目标", "预期目标", "完成情况"],
        ["", "服务企业。", "2022年，办事处围绕中心工作，服务企业。"],
    ]
    title = "部门整体支出自评表（2023年度）"
    assert wording(tmp_path, "a.docx", word(title, table=rows)) == {
        ("表1第2行第3格", "2022年，办事处围绕中心工作，服")
    }
    for fine in (
        "2023年，服务企业100家。",
        "服务企业100家，比2022年增加5家。",
        "自2022年成立以来，服务企业。",
    ):
        rows[1][2] = fine
        assert wording(tmp_path, "a.docx", word(title, table=rows)) == set()
    # Titles of two years: nobody knows which one it is about.
    rows[1][2] = "2022年，办事处围绕中心工作，服务企业。"
    assert wording(tmp_path, "a.docx", word(title, "2022年度工作总结", table=rows)) == set()


@pytest.mark.parametrize(
    ("wrong", "quote", "right"),
    [
        ("一般公共服支出10万元。", "一般公共服支出", "一般公共服务支出10万元。"),
        ("决算数增加5万元，增长9.82，主要原因是人员增加。", "增长9.82", "决算数增加5万元，增长9.82%，主要原因是人员增加。"),
        ("完成年初预算的94.64。", "完成年初预算的94.64", "完成年初预算的94.64%。"),
        ("由某某单位负责。", "某某", "由教育局负责。"),
    ],
)  # fmt: skip
def test_words_that_the_rules_know(tmp_path: Path, wrong: str, quote: str, right: str) -> None:
    assert wording(tmp_path, "a.txt", wrong.encode()) == {("第1行", quote)}
    assert wording(tmp_path, "a.txt", right.encode()) == set()


def test_an_office_called_otherwise_in_one_cell(tmp_path: Path) -> None:
    rows = [["序号", "预算单位", "金额"], ["1", "驻滁办", "5"], ["2", "驻深办", "6"]]
    text = "驻深办做了三件事。驻深办有六人。驻深办得分高。"
    assert wording(tmp_path, "a.docx", word(text, table=rows)) == {("表1第2行第2格", "驻滁办")}
    rows[1][1] = "驻沪办"  # another office, in another place
    assert wording(tmp_path, "a.docx", word(text, table=rows)) == set()


def test_an_office_called_otherwise_in_one_sentence(tmp_path: Path) -> None:
    name = "某市文化旅游研究中心"
    text = f"{name}是全额拨款单位。\n今年{name}办了三件事。\n{name}得分高。\n{{}}的目标已经完成。"
    wrong = name.replace("研究", "研发")
    assert wording(tmp_path, "a.txt", text.format(wrong).encode()) == {("第4行", wrong)}
    for fine in (name, name.replace("某市", "某县"), "某市文化旅游服务总站"):
        assert wording(tmp_path, "a.txt", text.format(fine).encode()) == set()
    twice = text.format(wrong) + f"\n{wrong}也是一家。"  # then it is another office
    assert wording(tmp_path, "a.txt", twice.encode()) == set()


def test_accounts_that_the_budget_does_not_have(tmp_path: Path) -> None:
    budget = (
        "支出预算总额30万元，其中：一般公共服务支出20万元，占66.67%；卫生健康支出6万元，占20%；"
        "住房保障支出4万元，占13.33%。"
    )
    spent = "1.一般公共服务支出年初预算数为20万元，决算数为19万元。"
    more = "2.公共安全支出年初预算数为10万元，决算数为10万元。"
    text = f"{budget}\n{spent}\n{more}"
    assert wording(tmp_path, "a.txt", text.encode()) == {("第3行", "公共安全支出")}
    text = f"{budget}\n{spent}\n{more.replace('公共安全', '卫生健康')}"
    assert wording(tmp_path, "a.txt", text.encode()) == set()


def test_where_findings_stand(tmp_path: Path) -> None:
    """Lines and columns of text files; paragraphs and cells of the others."""
    text = f"前言。\n\n{WRONG}\n\n以习近平新时代特色社会主义思想为指导。\n".encode()
    _, [file] = audit(tmp_path, {"a.md": text})
    places = [(f["code"], f["line"], f["column"]) for f in file["findings"]]
    assert places == [("A201", 3, WRONG.index("47.22") + 1), ("A203", 5, 2)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in ONE).replace("79.38 |", "97.38 |", 1)
    _, [file] = audit(tmp_path, {"a.md": f"说明。\n\n{table}\n".encode()})
    assert {(f["line"], f["column"]) for f in file["findings"]} <= {(4, 0), (5, 0)}
    _, [file] = audit(tmp_path, {"a.docx": word("前言。", WRONG)})
    [found] = file["findings"]
    assert (found["line"], found["column"], found["place"]) == (0, 0, "正文第2段")


BUDGET = (
    "收入预算总额259.57万元，比上年减少28.25万元，其中：财政拨款收入209.57万元，占收入预算总额的80.74%，"
    "较上年增长0.84%；上年结转50万元，占收入预算总额的19.26%，较上年下降37.5%。"
)
SPENT = (
    "本年实际收入225.44万元。其中：财政拨款收入224.66万元，占99.65%；事业收入0万元，占0%；"
    "经营收入0万元，占0%；其他收入0.78万元，占0.35%。"
)


@pytest.mark.parametrize(
    ("text", "old", "new", "quote", "because"),
    [
        (BUDGET, "减少28.25", "增加28.25", "比上年增加28.25万元", "是减少才对得上（方向）"),
        (BUDGET, "增长0.84", "下降0.84", "较上年下降0.84%", "是增加才对得上（方向）"),
        (
            SPENT,
            "0.78",
            "7.8",
            "本年实际收入225.44万元",
            "224.66＋0＋0＋7.8=232.46，总数是225.44万元",
        ),
        (SPENT, "224.66", "234.66", "本年实际收入225.44万元", "234.66＋0＋0＋0.78=235.44"),
    ],
)
def test_what_is_wrong_is_told_of_the_words_that_are(
    tmp_path: Path, text: str, old: str, new: str, quote: str, because: str
) -> None:
    assert audit(tmp_path, {"对.docx": word(text)})[0] == 0
    _, (file,) = audit(tmp_path, {"错.docx": word(text.replace(old, new))})
    told = {one["quote"]: one["message"] for one in file["findings"]}
    assert because in told[quote]
