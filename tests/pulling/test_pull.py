"""Edited documents taken back: each difference as what it is, written only where it may be."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docx.oxml.ns import qn
from kit import reading, workspaces
from kit.returned import Edited
from kit.workspaces import Ran, gen, unit_files
from openpyxl import load_workbook
from openpyxl.comments import Comment

from generator.pulling import writing
from generator.pulling.comparing.numbers import Numbers
from generator.pulling.pulling import Draft

UNIT = Path("content") / "jiujiang-shenzhen"
YEAR = UNIT / "2020"
OUTPUT = Path("build") / "2020" / "jiujiang-shenzhen"
REPORT = "整体支出绩效评价工作报告.docx"
FORM = "附件1 部门整体支出绩效自评表"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("sample"))
    for year in (2020, 2023):
        workspaces.build(folder, year)
    return folder


@pytest.fixture
def folder(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "w"))


def pull(folder: Path, *arguments: str | Path) -> Ran:
    return gen("pull", *arguments, "--into", "2020", folder=folder)


def pulled(folder: Path, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    ran = pull(folder, *arguments, "--format", "json")
    assert ran.code == code, ran.out + ran.err
    (found,) = ran.json["pulled"]
    assert isinstance(found, dict)
    return found


def kinds(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["old"], one["new"]) for one in found["differences"]]


def edited(folder: Path, name: str = REPORT) -> Edited:
    return Edited(folder / OUTPUT / name)


def back(folder: Path, made: Edited) -> Path:
    return made.save(folder / "改过的.docx")


def test_a_file_saved_meanwhile_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what was shown and what would be written; the other file is not written either."""
    made = edited(folder).replace("本部门编制人数", "本单位编制人数")
    path = back(folder, made.replace("预算单位", "管理单位"))
    taken = writing.write

    def saved(draft: Draft) -> None:
        for name in list(draft.files)[-1:]:
            with (folder / name).open("a", encoding="utf-8") as handle:
                handle.write("# 刚刚记的\n")
        before.update(workspaces.snapshot(folder / "content"))
        taken(draft)

    before: dict[str, bytes] = {}
    monkeypatch.setattr(writing, "write", saved)
    numbers = ",".join(map(str, range(1, len(pulled(folder, path)["differences"]) + 1)))
    ran = pull(folder, path, "--take", numbers)
    assert (ran.code, "刚刚又改过，没有写进去" in ran.err) == (2, True), ran.out + ran.err
    assert workspaces.snapshot(folder / "content") == before


@pytest.mark.parametrize(("answer", "written"), [("是", True), ("", False), ("n", False)])
def test_a_person_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, written: bool
) -> None:
    path = back(folder, edited(folder).replace("本部门编制人数", "本单位编制人数"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: answer)
    assert pull(folder, path).code == 0
    assert ("本单位编制人数" in (folder / YEAR / "report.md").read_text("utf-8")) == written


def test_what_nobody_edited_has_no_differences(sample: Path) -> None:
    for year in (2020, 2023):
        for path in workspaces.documents(sample / "build" / str(year)):
            ran = gen("pull", path, "--into", str(year), "--format", "json", folder=sample)
            assert ran.code == 0, ran.out + ran.err
            (found,) = ran.json["pulled"]
            assert (found["differences"], found["formatting"], found["settled"]) == ([], 0, [])
            assert found["files"][0]["document"] == path.name


def test_a_word_is_proposed_at_its_line_and_written_with_the_tags_around_it(folder: Path) -> None:
    made = edited(folder).replace("本部门编制人数", "本单位编制人数")
    path = back(folder, made)
    found = pulled(folder, path)
    (one,) = found["differences"]
    assert (one["kind"], one["safe"], one["line"]) == ("narrative", True, 20)
    assert {"sign": "-", "text": "部门"} in one["words"]
    assert pull(folder, path).out.endswith(
        "没有写进去。稳妥的加 --yes 写，别的用 --take 编号 写。\n"
    )
    before = (folder / YEAR / "report.md").read_bytes()
    assert pull(folder, path, "--yes").code == 0
    after = (folder / YEAR / "report.md").read_bytes()
    assert after == before.replace(
        "年度，本部门编制人数{{".encode(), "年度，本单位编制人数{{".encode()
    )
    workspaces.build(folder)
    assert "2020年度，本单位编制人数5人" in reading.word_text(folder / OUTPUT / REPORT)
    assert kinds(pulled(folder, path)) == []


def test_a_typed_figure_is_proposed_with_what_follows_and_not_written_unasked(folder: Path) -> None:
    path = back(folder, edited(folder).replace("其中参公编制5人", "其中参公编制4人"))
    found = pulled(folder, path, "--yes")
    (one,) = found["differences"]
    assert (one["kind"], one["proposed"], one["safe"], one["written"]) == (
        "figure", True, False, False,
    )  # fmt: skip
    assert (one["path"], one["file"]) == ("人员.参公编制", str(YEAR / "facts.yaml"))
    before = (folder / YEAR / "facts.yaml").read_text()
    pull(folder, path, "--take", "1")
    assert (folder / YEAR / "facts.yaml").read_text() == before.replace(
        "参公编制: 5", "参公编制: 4"
    )


@pytest.mark.long
def test_two_figures_of_one_line_are_both_written(folder: Path) -> None:
    """The first one written moves the second."""
    made = edited(folder, "附件2 项目绩效自评情况汇总表.docx")
    row = made.row("部门预算项目支出总额")
    cells = [cell for cell in row.iter(qn("w:t")) if cell.text in ("74.38", "0")]
    cells[0].text, cells[1].text = "1074.38", "25"
    path = back(folder, made)
    found = pulled(folder, path, "--take", "1-2")
    assert [one["written"] for one in found["differences"][:2]] == [True, True], found
    text = (folder / YEAR / "figures.yaml").read_text()
    assert "合计: {年初预算: 1074.38, 年中追加: 25}" in text


def test_what_follows_from_an_amount_is_told_first(folder: Path) -> None:
    path = back(folder, edited(folder).replace("在职6人", "在职7人"))
    (one,) = pulled(folder, path)["differences"]
    assert one["path"] == "人员.在职"
    assert any(line.startswith("人员.实有  7 → 8") for line in one["follows"])


@pytest.mark.long
def test_several_places_with_the_same_value_are_one_proposal_and_else_a_conflict(
    folder: Path,
) -> None:
    made = edited(folder).replace("政府驻深办以习近平", "政府深办以习近平")
    (first,) = pulled(folder, back(folder, made))["differences"]
    assert (first["path"], first["safe"]) == ("单位.简称", False)
    made.replace("一、驻深办概况", "一、深办概况")
    (both,) = pulled(folder, back(folder, made))["differences"]
    assert (both["kind"], both["proposed"]) == ("narrative", True)
    made.replace("驻深办是九江市", "深圳办是九江市")
    (clash,) = pulled(folder, back(folder, made))["differences"]
    assert (clash["kind"], clash["proposed"]) == ("conflict", False)
    assert "几处改得不一样" in clash["why"]


@pytest.mark.parametrize(
    ("old", "new", "path", "why"),
    [
        ("得分93.42分", "得分95.42分", "自评.总分", "各指标得分之和"),
        ("比上年减少28.25", "比上年增加28.25", "收入预算.合计.本年", "由收入预算.合计.本年（259.57）算出来"),
        ("完成年初预算的6.6%", "完成年初预算的7.6%", "三公经费.合计.决算", "三公经费.合计.年初预算"),
    ],
)  # fmt: skip
def test_what_gen_works_out_is_told_with_its_inputs_and_never_written(
    folder: Path, old: str, new: str, path: str, why: str
) -> None:
    content = workspaces.snapshot(folder / "content")
    file = back(folder, edited(folder).replace(old, new))
    (one,) = pulled(folder, file, "--yes")["differences"]
    assert (one["kind"], one["path"], one["proposed"]) == ("computed", path, False)
    assert why in one["why"]
    assert pull(folder, file, "--take", "1").code == 2
    assert workspaces.snapshot(folder / "content") == content


def test_words_of_the_template_are_told_and_not_written(folder: Path) -> None:
    path = back(folder, edited(folder, f"{FORM}.docx").replace("全年预算数", "本年预算数"))
    (one,) = pulled(folder, path, "--yes")["differences"]
    assert (one["kind"], one["proposed"]) == ("template", False)
    assert "模板" in one["why"]


def test_goals_and_reasons_go_to_their_lines_of_yaml(folder: Path) -> None:
    made = edited(folder, f"{FORM}.docx")
    made.replace("凝心聚力，召开", "凝聚人心，召开").replace(
        "受疫情影响，走访工作受限", "受疫情影响，走访减少"
    )
    found = pulled(folder, back(folder, made), "--yes")
    assert [one["written"] for one in found["differences"]] == [True, True]
    facts, form = ((folder / YEAR / name).read_text() for name in ("facts.yaml", "indicators.yaml"))
    assert "凝聚人心，召开流动党工委会议" in facts
    assert "受疫情影响，走访减少" in form


def test_a_reason_that_was_not_there_is_added_to_its_indicator(folder: Path) -> None:
    made = edited(folder, f"{FORM}.docx")
    row = made.row("预算编制准确性")
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    Paragraph(list(row.iter(qn("w:p")))[-1], made.document._body).add_run("资料补正。")
    found = pulled(folder, back(folder, made), "--yes")
    assert [(one["path"], one["written"]) for one in found["differences"]] == [
        ("指标[2].偏差原因", True)
    ]
    assert "偏差原因: 资料补正。" in (folder / YEAR / "indicators.yaml").read_text()


@pytest.mark.long
def test_paragraphs_that_came_went_moved_and_were_split_or_joined(folder: Path) -> None:
    made = edited(folder)
    made.after("明确了责任分工", "　　同时，建立了月度例会制度。")
    made.after("3.积极配合绩效评价", "4.加强培训宣传")
    made.remove("完成市委、市政府以及主管部门交办的其他事项")
    made.split("围绕市委、市政府“抓工业")
    made.move("驻深办是九江市二级预算单位", behind="本部门编制人数")
    path = back(folder, made)
    found = pulled(folder, path, "--yes")
    assert {one["kind"] for one in found["differences"]} == {"structure"}
    assert all(one["written"] for one in found["differences"])
    assert found["left"] == []
    workspaces.build(folder)
    assert kinds(pulled(folder, path)) == []
    text = (folder / YEAR / "report.md").read_text()
    assert "\n\n同时，建立了月度例会制度。\n\n" in text
    assert "\n\n### 加强培训宣传\n\n" in text
    assert "\n\n围绕市委、市政府“抓工业" in text


@pytest.mark.long
def test_rows_of_indicators_are_proposed(folder: Path) -> None:
    made = edited(folder, f"{FORM}.docx")
    made.copy_row("资金使用合规性", "内部控制有效性").remove_row("公开信息完善性")
    path = back(folder, made)
    found = pulled(folder, path, "--yes")
    assert [(one["kind"], one["proposed"], one["written"]) for one in found["differences"]] == [
        ("structure", True, False), ("structure", True, False),
    ]  # fmt: skip
    pull(folder, path, "--take", "1-2")
    text = (folder / YEAR / "indicators.yaml").read_text()
    assert "- {名称: 内部控制有效性, 目标: 合规, 完成: 100%, 分值: 2}" in text
    assert "公开信息完善性" not in text


PROJECT = "附件3 项目支出绩效自评表（专项工作经费）.docx"


@pytest.mark.long
@pytest.mark.parametrize(
    ("target", "typed", "told"),
    [
        ("6次", "目标: 6, 完成: 12, 单位: 次", "目标 6"),
        ("≥6次", "目标: ≥6, 完成: 12, 单位: 次", "目标 ≥6"),
        ("每季度2场", "完成: 12, 单位: 次", "目标“每季度2场”和完成值的单位（次）不一样，没有取"),
        ("", "完成: 12, 单位: 次", "没有认出目标"),
    ],
)
def test_a_new_row_has_the_target_that_it_prints_or_that_is_told(
    folder: Path, target: str, typed: str, told: str
) -> None:
    made = edited(folder, PROJECT)
    made.copy_row("完成粤港澳浔商联盟会议", "举办培训班")
    cell = list(made.row("举办培训班").iter(qn("w:tc")))[-5]
    first, *rest = cell.iter(qn("w:t"))
    first.text = target
    for one in rest:
        one.text = ""
    path = back(folder, made)
    (found,) = pulled(folder, path)["differences"]
    assert told in found["why"]
    pull(folder, path, "--take", "1")
    (project,) = (folder / YEAR / "projects").iterdir()
    assert f"- {{名称: 举办培训班, {typed}, 分值: 10}}" in project.read_text().replace('"', "")


def test_tracked_changes_are_read_as_accepted(folder: Path) -> None:
    made = edited(folder)
    made.replace("明确了责任分工", "明确了职责和分工", tracked=True)
    made.remove_tracked("完成市委、市政府以及主管部门交办的其他事项")
    path = back(folder, made)
    found = pulled(folder, path, "--yes")
    assert found["files"][0]["pending"] > 2
    assert [one["written"] for one in found["differences"]] == [True, True]
    text = (folder / YEAR / "report.md").read_text()
    assert "明确了职责和分工。" in text
    assert "交办的其他事项" not in text


def test_a_file_is_known_by_what_it_holds(folder: Path) -> None:
    (folder / "乱").mkdir()
    for name, target in (
        (f"{FORM}.docx", "甲.docx"),
        (f"{FORM}.xlsx", "乙.xlsx"),
        (REPORT, "丙.docx"),
    ):
        shutil.copy(folder / OUTPUT / name, folder / "乱" / target)
    for name, target in (
        (f"{FORM}.docx", "甲.docx"),
        (f"{FORM}.xlsx", "乙.xlsx"),
        (REPORT, "丙.docx"),
    ):
        found = pulled(folder, folder / "乱" / target)
        assert found["files"][0]["document"] == name


def test_what_gen_did_not_make_is_refused_with_a_hint(folder: Path, tmp_path: Path) -> None:
    from docx import Document

    foreign = Document()
    foreign.add_paragraph("某某局2020年度部门决算公开说明，收入预算总额259.57万元。")
    foreign.save(str(tmp_path / "别人.docx"))
    (tmp_path / "坏.docx").write_bytes(b"PK\x03\x04 no zip")
    (tmp_path / "旧.pdf").write_bytes(b"%PDF-1.4")
    ran = pull(
        folder, *(tmp_path / n for n in ("别人.docx", "坏.docx", "旧.pdf")), "--format", "json"
    )
    assert ran.code == 1
    assert [one["code"] for one in ran.problems()] == ["P102", "P101", "P101"]
    assert "gen audit 别人.docx" in ran.problems("P102")[0]["hint"]


@pytest.mark.long
def test_content_that_changed_meanwhile_is_not_overwritten(folder: Path) -> None:
    made = edited(folder)
    made.replace("明确了责任分工", "明确了职责").replace("我办高度重视，对", "我办十分重视，对")
    made.replace("其中参公编制5人", "其中参公编制4人")
    path = back(folder, made)
    workspaces.change(
        folder / YEAR / "report.md",
        ("明确了责任分工", "明确了各自分工"),
        ("现将有关情况", "现将情况"),
    )
    workspaces.change(folder / YEAR / "facts.yaml", ("参公编制: 5", "参公编制: 3"))
    workspaces.build(folder)
    found = pulled(folder, path, "--yes", code=1)
    by_kind = {one["kind"]: one for one in found["differences"]}
    assert sorted(one["kind"] for one in found["differences"]) == [
        "conflict",
        "conflict",
        "conflict",
    ]
    texts = [(one["old"][-12:], one["now"][-12:], one["new"][-12:]) for one in found["differences"]]
    assert any("责任分工" in a and "各自分工" in b and "职责" in c for a, b, c in texts)
    assert ("5", "3", "4") in texts
    assert by_kind
    assert "各自分工" in (folder / YEAR / "report.md").read_text()


@pytest.mark.long
def test_an_edit_beside_a_figure_that_changed_meanwhile_is_still_taken(folder: Path) -> None:
    path = back(folder, edited(folder).replace("本部门编制人数", "本单位编制人数"))
    workspaces.change(folder / YEAR / "facts.yaml", ("参公编制: 5", "参公编制: 3"))
    found = pulled(folder, path, "--yes")
    assert [(one["kind"], one["written"]) for one in found["differences"]] == [("narrative", True)]


@pytest.mark.long
def test_an_output_that_was_taken_back_blocks_no_longer(folder: Path) -> None:
    path = edited(folder).replace("明确了责任分工", "明确了职责").save(folder / OUTPUT / REPORT)
    assert gen("build", "2020", folder=folder).code == 1
    assert "手改" in pull(folder, path, "--yes").out
    workspaces.build(folder)
    assert "明确了职责。" in reading.word_text(path)
    (kept,) = (folder / OUTPUT / ".gen" / "手改").iterdir()
    assert kept.name.endswith(REPORT)


@pytest.mark.long
def test_one_with_something_left_blocks_until_it_was_seen(folder: Path) -> None:
    path = edited(folder).replace("得分93.42分", "得分95.42分").save(folder / OUTPUT / REPORT)
    pull(folder, path, "--yes")
    assert gen("build", "2020", folder=folder).code == 1
    pull(folder, path, "--seen")
    assert gen("build", "2020", folder=folder).code == 0
    edited(folder).replace("得分93.42分", "得分95.43分").save(path)
    assert gen("build", "2020", folder=folder).code == 1


@pytest.mark.long
def test_line_ends_and_marks_of_windows_stay(folder: Path) -> None:
    report = folder / YEAR / "report.md"
    report.write_bytes(b"\xef\xbb\xbf" + report.read_bytes().replace(b"\n", b"\r\n"))
    workspaces.build(folder)
    before = report.read_bytes()
    made = (
        edited(folder).replace("明确了责任分工", "明确了职责").after("明确了职责", "另起的一段。")
    )
    pull(folder, back(folder, made), "--yes")
    wanted = before.replace(
        "明确了责任分工。".encode(), "明确了职责。\r\n\r\n另起的一段。".encode()
    )
    assert report.read_bytes() == wanted


def test_a_file_that_could_be_of_two_units_is_asked_about(tmp_path: Path) -> None:
    for unit in ("jia", "yi"):
        workspaces.write(tmp_path, unit_files(unit))
    workspaces.build(tmp_path, 2024)
    path = next(p for p in workspaces.documents(tmp_path / "build" / "2024" / "jia"))
    shutil.copy(path, tmp_path / f"某{path.suffix}")
    asked = ("pull", tmp_path / f"某{path.suffix}", "--into", "2024", "--format", "json")
    ran = gen(*asked, folder=tmp_path)
    assert [one["code"] for one in ran.problems()] == ["P103"]
    ran = gen(*asked, "--unit", "yi", folder=tmp_path)
    assert (ran.code, ran.json["pulled"][0]["unit"]) == (0, "yi")


def test_content_with_errors_is_told_first(folder: Path) -> None:
    path = back(folder, edited(folder).replace("明确了责任分工", "明确了职责"))
    workspaces.change(folder / YEAR / "facts.yaml", ("在职: 6", "在职: 六"))
    ran = pull(folder, path, "--format", "json")
    assert (ran.code, ran.problems()[0]["code"]) == (1, "P104")


def test_a_document_that_the_set_has_no_more_is_told(folder: Path) -> None:
    name = "部门整体支出绩效目标自评表.docx"
    shutil.copy(folder / "build" / "2023" / "qiannan-guangzhou" / name, folder / "旧.docx")
    shutil.copytree(workspaces.ROOT / "templates", folder / "templates")
    workspaces.change(
        folder / "templates" / "qiannan.yaml",
        ("    docx: docx/qiannan/部门整体支出绩效目标自评表.docx\n", ""),
    )
    ran = gen("pull", "旧.docx", "--into", "2023", "--format", "json", folder=folder)
    assert [one["code"] for one in ran.problems()] == ["P105"]


def workbook(folder: Path, **cells: object) -> Path:
    book = load_workbook(folder / OUTPUT / f"{FORM}.xlsx")
    sheet = book.active
    assert sheet is not None
    for at, value in cells.items():
        sheet[at] = value
    book.save(folder / "改过的.xlsx")
    return folder / "改过的.xlsx"


@pytest.mark.long
def test_cells_of_a_workbook_are_sorted_like_words(folder: Path) -> None:
    path = workbook(folder, C28="走访企业150家", F18=0.99, H29=5, A43="总  计", F29=120)
    found = pulled(folder, path, "--yes")
    assert {(one["place"][-3:], one["kind"]) for one in found["differences"]} == {
        ("F18", "figure"), ("H29", "computed"), ("A43", "template"), ("F29", "computed"),
        ("C28", "narrative"),
    }  # fmt: skip


@pytest.mark.long
def test_a_name_with_a_number_that_stands_elsewhere_is_asked_about(folder: Path) -> None:
    """What was to be brought, and the text of the report, go by the same number."""
    made = edited(folder, f"{FORM}.docx").replace("商协会150家", "商协会110家")
    path = back(folder, made)
    (one,) = pulled(folder, path, "--yes")["differences"]
    assert (one["proposed"], one["safe"], one["written"]) == (True, False, False)
    assert "改掉的数 150" in one["why"]


@pytest.mark.long
def test_a_percentage_of_a_cell_is_typed_as_one(folder: Path) -> None:
    path = workbook(folder, F18=0.99)
    (one,) = pulled(folder, path, "--take", "1")["differences"]
    assert (one["old"], one["new"], one["written"]) == ("98%", "99%", True)
    assert "完成: 99%" in (folder / YEAR / "indicators.yaml").read_text()


def test_an_amount_of_another_unit_is_told_and_never_taken_over(folder: Path) -> None:
    """What was typed would be printed in 万元: 9000万元, where the document says 9000元."""
    made = edited(folder).replace("0.7万元", "9000元").replace("0.7万元", "0.7亿元")
    found = pulled(folder, back(folder, made), "--yes", code=1)
    assert [(one["kind"], one["proposed"]) for one in found["differences"]] == [
        ("conflict", False), ("conflict", False),
    ]  # fmt: skip
    assert [one["why"].split("；")[0] for one in found["differences"]] == [
        "文档写9000元，就是0.9万元", "文档写0.7亿元，就是7000万元",
    ]  # fmt: skip


def test_a_bare_number_before_a_unit_that_was_changed_is_not_taken_over(folder: Path) -> None:
    """The tag says 895, report.md goes on with 余万元."""
    path = back(folder, edited(folder).replace("895余万元", "0.09亿元"))
    assert not any(one["proposed"] for one in pulled(folder, path)["differences"])


def test_amounts_of_a_table_whose_unit_was_changed_are_told_and_never_taken_over(
    folder: Path,
) -> None:
    book = load_workbook(folder / OUTPUT / "附件2 项目绩效自评情况汇总表.xlsx")
    sheet: Any = book.active
    for row in sheet.iter_rows(max_row=6):
        for cell in row:
            if "单位：万元" in str(cell.value):
                cell.value = str(cell.value).replace("单位：万元", "单位：元")
    sheet["D9"] = 743800
    book.save(folder / "改过的.xlsx")
    (one,) = [
        one for one in pulled(folder, "改过的.xlsx", "--yes", code=1)["differences"]
        if one["kind"] != "template"
    ]  # fmt: skip
    assert (one["kind"], one["proposed"]) == ("conflict", False)
    assert one["why"].startswith("文档里金额的单位由“万元”改成了“元”")


def test_cells_are_read_as_they_show(folder: Path) -> None:
    book = load_workbook(folder / OUTPUT / "附件2 项目绩效自评情况汇总表.xlsx")
    sheet: Any = book.active
    sheet["D9"], sheet["E9"] = 805000, 44198
    sheet["D9"].number_format, sheet["E9"].number_format = "0!.0000", "yyyy-mm-dd"
    book.save(folder / "改过的.xlsx")
    found = pulled(folder, "改过的.xlsx")
    assert [(one["kind"], one["old"], one["new"]) for one in found["differences"]] == [
        ("figure", "74.38", "80.5"), ("conflict", "0", "2021-01-02"),
    ]  # fmt: skip


@pytest.mark.long
def test_a_formula_without_a_stored_value_is_no_emptied_cell(folder: Path) -> None:
    """As programs other than Excel and WPS save one."""
    (one,) = pulled(folder, workbook(folder, F18="=0.5+0.4"), "--yes", code=1)["differences"]
    assert (one["kind"], one["written"], "没有算出来的值" in one["why"]) == (
        "conflict",
        False,
        True,
    )


def test_formulas_that_excel_worked_out_anew_are_no_edits(folder: Path) -> None:
    assert kinds(pulled(folder, workbook(folder))) == []
    (one,) = pulled(folder, workbook(folder, H43=95))["differences"]
    assert (one["kind"], one["path"]) == ("computed", "自评.总分")


def test_comments_are_listed_with_their_place(folder: Path) -> None:
    made = edited(folder)
    paragraph = made.find("明确了责任分工")
    made.document.add_comment(paragraph.runs, text="请再核实", author="王局长", initials="王")
    found = pulled(folder, back(folder, made))
    assert found["differences"] == []
    (comment,) = found["comments"]
    assert (comment["author"], comment["text"]) == ("王局长", "请再核实")
    assert comment["place"] == "正文 第22段"
    assert "明确了责任分工" in comment["about"]


@pytest.mark.long
def test_comments_of_the_template_are_nobodys(folder: Path) -> None:
    """They are told where somebody changed them, not where they are as gen printed them."""
    shutil.copytree(workspaces.CONTENT.parent / "templates", folder / "templates")
    template = folder / "templates/xlsx/jiujiang/附件1.xlsx"
    book = load_workbook(template)
    book.worksheets[0]["A1"].comment = Comment("共{{ 收入预算.本年 }}万元", "设计")
    book.worksheets[0]["A2"].comment = Comment("附注", "设计")
    book.save(template)
    workspaces.build(folder, 2020)
    path = workbook(folder)
    assert pulled(folder, path)["comments"] == []
    book = load_workbook(path)
    book.worksheets[0]["A1"].comment.text = "共260.57万元"
    book.worksheets[0]["F18"].comment = Comment("请核", "局长")
    book.save(path)
    listed = [(one["place"], one["text"]) for one in pulled(folder, path)["comments"]]
    assert listed == [
        ("工作表“整体自评表” A1", "共260.57万元"), ("工作表“整体自评表” F18", "请核"),
    ]  # fmt: skip


def test_looks_are_counted_and_not_written(folder: Path) -> None:
    made = edited(folder)
    paragraph = made.find("明确了责任分工")
    made.replace("明确了责任分工", "明确了责任分工")
    paragraph.runs[1].bold = True
    found = pulled(folder, back(folder, made), "--yes")
    assert (found["differences"], found["formatting"]) == ([], 1)


@pytest.mark.long
def test_the_same_edit_in_two_files_is_one_and_unlike_ones_are_a_conflict(folder: Path) -> None:
    goal = ("凝心聚力，召开", "凝聚人心，召开")
    one = edited(folder).replace(*goal).save(folder / "一.docx")
    two = edited(folder, f"{FORM}.docx").replace(*goal).save(folder / "二.docx")
    found = pulled(folder, one, two)
    assert [(d["kind"], d["proposed"]) for d in found["differences"]] == [("narrative", True)]
    other = (
        edited(folder, f"{FORM}.docx").replace(goal[0], "同心协力，召开").save(folder / "三.docx")
    )
    found = pulled(folder, one, other)
    assert [(d["kind"], d["proposed"]) for d in found["differences"]] == [("conflict", False)]


@pytest.mark.long
def test_text_that_report_md_cannot_hold_is_named(folder: Path) -> None:
    made = edited(folder).replace("明确了责任分工", "明确了{{ 单位.简称 }}的职责")
    made.after("3.积极配合绩效评价", "| 像表格 |")
    found = pulled(folder, back(folder, made), "--yes", code=1)
    assert [one["written"] for one in found["differences"]] == [False, False]
    assert any("大括号" in one["why"] for one in found["differences"])
    assert (folder / YEAR / "report.md").read_bytes() == (
        workspaces.ROOT / YEAR / "report.md"
    ).read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ("完成市委、市政府以及主管部门交办的其他事项。", "{{年度}}", "大括号"),
        pytest.param("完成市委、市政府以及主管部门交办的其他事项。", "【待填】", "写进去",
                     marks=pytest.mark.long),
        pytest.param("建立健全规章制度", "# 建立{% for x in y %}", "大括号",
                     marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_a_line_goes_only_with_the_one_that_came_in_its_place(
    folder: Path, old: str, new: str, refused: str
) -> None:
    """What was refused beside a deletion would else leave nothing of either."""
    path = back(folder, edited(folder).replace(old, new))
    before = (folder / YEAR / "report.md").read_bytes()
    found = pulled(folder, path, "--yes", code=1)
    assert [one["proposed"] for one in found["differences"]] == [False] * len(found["differences"])
    assert any(refused in one["why"] for one in found["differences"])
    assert (folder / YEAR / "report.md").read_bytes() == before


@pytest.mark.long
def test_a_line_goes_with_one_that_can_be_written(folder: Path) -> None:
    old = "完成市委、市政府以及主管部门交办的其他事项。"
    path = back(folder, edited(folder).replace(old, "做好与各商会的联络服务。"))
    found = pulled(folder, path, "--yes")
    assert all(one["written"] for one in found["differences"])
    text = (folder / YEAR / "report.md").read_text()
    assert (old in text, "做好与各商会的联络服务。" in text) == (False, True)


@pytest.mark.parametrize(
    ("old", "new", "safe"),
    [("走访企业150家", "走访企业160家", True), ("截至2020年", "截至2021年", False)],
)
def test_a_number_that_stands_elsewhere_too_is_not_changed_unasked(
    old: str, new: str, safe: bool
) -> None:
    values = {"乙": {"text": "2020"}}
    numbers = Numbers(SimpleNamespace(values=values))  # type: ignore[arg-type]
    assert (numbers.told(old, new) == "", numbers.told(old, old)) == (safe, "")


def test_a_paragraph_that_lost_its_figures_is_not_written_unasked(folder: Path) -> None:
    whole = edited(folder).find("本部门编制人数").text
    made = edited(folder).replace(whole, "2020年度，本部门人员编制情况良好。")
    found = pulled(folder, back(folder, made), "--yes")
    assert not any(one["written"] for one in found["differences"])
    assert (folder / YEAR / "report.md").read_bytes() == (
        workspaces.ROOT / YEAR / "report.md"
    ).read_bytes()


@pytest.mark.long
def test_words_of_numbers_and_of_takes_are_checked(folder: Path) -> None:
    path = back(folder, edited(folder).replace("明确了责任分工", "明确了职责"))
    assert "第7处不能写" in pull(folder, path, "--take", "7").err
    assert "不是编号" in pull(folder, path, "--take", "甲").err
    assert gen("pull", path, folder=folder).code == 2


@pytest.mark.parametrize("name", ["link", "folder", "empty"])
def test_odd_files_are_refused(folder: Path, name: str) -> None:
    path = folder / "怪.docx"
    if name == "folder":
        path.mkdir()
    elif name == "empty":
        path.write_bytes(b"")
    else:
        path.symlink_to(folder / "没有.docx")
    ran = pull(folder, path, "--format", "json")
    assert [one["code"] for one in ran.problems()] == ["P101"]


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace("<w:body>", "<!DOCTYPE a [<!ENTITY b 'c'>]><w:body>"),
        lambda xml: xml[: len(xml) // 2],
        lambda xml: xml.replace(
            "<w:body>", '<w:body><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>'
        ),
        lambda xml: xml.replace("<w:body>", "<w:body>" + "<w:sdt>" * 300),
        lambda xml: xml.replace("<w:", "<x:").replace("</w:", "</x:").replace("xmlns:w", "xmlns:x"),
    ],
)
def test_damaged_and_hostile_parts_are_refused(folder: Path, change: Any) -> None:
    from kit.archives import repacked

    def damage(members: dict[str, bytes]) -> None:
        members["word/document.xml"] = change(members["word/document.xml"].decode()).encode()

    path = folder / "坏.docx"
    path.write_bytes(repacked((folder / OUTPUT / REPORT).read_bytes(), damage))
    ran = pull(folder, path, "--format", "json")
    assert [one["code"] for one in ran.problems()] == ["P101"]


def test_a_content_file_that_is_a_link_to_elsewhere_is_not_written(folder: Path) -> None:
    path = back(folder, edited(folder).replace("明确了责任分工", "明确了职责"))
    report = folder / YEAR / "report.md"
    outside = folder.parent / "别处.md"
    shutil.move(report, outside)
    report.symlink_to(outside)
    before = outside.read_bytes()
    ran = pull(folder, path, "--yes")
    assert outside.read_bytes() == before
    assert ran.code == 1
    assert report.is_symlink()


def guide(command: str) -> str:
    """What docs/取回.md says that ``command`` prints."""
    text = (workspaces.ROOT / "docs" / "取回.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```取回\n")[1:]]
    (told,) = (block for block in blocks if block.startswith(f"{command}\n"))
    return told.removeprefix(f"{command}\n")


@pytest.mark.long
def test_an_amount_that_came_back_is_everywhere_after_three_commands(folder: Path) -> None:
    form = "附件2 项目绩效自评情况汇总表"
    made = edited(folder, f"{form}.docx")
    row = made.row("年部门预算项目支出总额")
    cells = [one for one in made.paragraphs() if row in one._p.iterancestors()]
    cells[2].runs[0].text = "5"
    made.save(folder / "领导改过的.docx")
    first = "gen pull 领导改过的.docx --into 2020"
    assert pull(folder, "领导改过的.docx").out == guide(first)
    assert pull(folder, "领导改过的.docx", "--take", "1").out == guide(f"{first} --take 1")
    workspaces.build(folder)
    for kind in ("docx", "xlsx"):
        text = reading.text_of(folder / OUTPUT / f"{form}.{kind}")
        assert "79.38" in text
    assert "79.38" in reading.word_text(folder / OUTPUT / REPORT)


@pytest.mark.long
def test_a_file_that_was_taken_back_does_not_take_back_the_other_way(folder: Path) -> None:
    made = edited(folder).replace("凝心聚力，召开", "凝聚人心，召开")
    made.replace("按照有关规定承担", "按照规定承担").replace("走访企业、协会", "走访企业、学会")
    path = back(folder, made)
    pull(folder, path, "--yes")
    workspaces.build(folder)
    content = workspaces.snapshot(folder / "content")
    again = pulled(folder, path, "--yes")
    assert not any(one["written"] for one in again["differences"])
    assert workspaces.snapshot(folder / "content") == content
