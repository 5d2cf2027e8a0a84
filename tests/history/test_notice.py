"""更正说明.docx: what it says, read back with python-docx, and how it looks as pages."""

from __future__ import annotations

import errno
import os
import zipfile
from pathlib import Path

import pytest
from docx import Document
from kit import pages, workspaces
from kit.workspaces import Ran, gen, unit_files, write

from generator.history import corrections
from generator.language import wording
from generator.problems.place import Place
from generator.records import compare
from generator.records.record import DocumentRecord, Record, Shown
from generator.workspace import packaged_templates

FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
FACTS = Path("content") / "peixun" / "2024" / "facts.yaml"
REPORT_MD = Path("content") / "peixun" / "2024" / "report.md"
DATE = "　　　年　　月　　日"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    workspaces.build(write(tmp_path, unit_files()), 2024)
    return tmp_path


def correct(folder: Path) -> None:
    workspaces.change(folder / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))


def save(folder: Path, name: str = "更正说明.docx", *arguments: str) -> Ran:
    return gen("diff", "2024", "--save", name, *arguments, folder=folder)


def notice(folder: Path) -> tuple[list[str], list[list[list[str]]]]:
    """Paragraphs and tables of the saved notice."""
    ran = save(folder)
    assert ran.code == 0, ran.out + ran.err
    assert "已存为 更正说明.docx" in ran.out
    document = Document(str(folder / "更正说明.docx"))
    tables = [[[c.text for c in row.cells] for row in table.rows] for table in document.tables]
    return [p.text for p in document.paragraphs], tables


def test_a_corrected_figure(built: Path) -> None:
    correct(built)
    paragraphs, tables = notice(built)
    assert paragraphs == [
        "关于更正2024年度绩效评价材料\n有关数据的说明",
        "县财政局：",
        "经复核，我单位报送的2024年度绩效评价材料中部分数据需要更正。现将有关情况说明如下：",
        "一、更正的数据",
        "二、随之变动的数据",
        "三、更正的文字",
        "四、涉及的材料",
        "除上述更正外，其他内容不变，请以更正后的材料为准。",
        "特此说明。",
        "测试县干部培训中心",
        DATE,
    ]
    typed, followed, sentences, files = tables
    assert typed == [
        ["序号", "项目", "原数", "更正后"],
        ["1", "资金来源—财政拨款—全年执行", "110.25万元", "111.25万元"],
    ]
    assert followed[1] == [
        "1", "资金来源—财政拨款—全年执行（完成率）", "91.49%", "92.32%",
    ]  # fmt: skip
    assert sentences == [
        ["序号", "原文", "更正后"],
        ["1", "财政拨款120.5万元，全年执行110.25万元。", "财政拨款120.5万元，全年执行111.25万元。"],
    ]
    assert ["1", "整体支出绩效评价工作报告", "Word", "3处"] in files
    assert {tuple(row[1:3]) for row in files[1:]} == {
        ("整体支出绩效评价工作报告", "Word"),
        ("附件1 部门整体支出绩效自评表", "Word"),
        ("附件1 部门整体支出绩效自评表", "Excel"),
    }


@pytest.mark.parametrize(
    ("kind", "names"), [(wording.Kind("排名"), ["甲（排名）"]), (wording.ITSELF, [])]
)
def test_a_new_wording_says_itself_what_it_tells(
    monkeypatch: pytest.MonkeyPatch, kind: wording.Kind, names: list[str]
) -> None:
    """Whatever its name: this one begins like a completion."""
    monkeypatch.setattr(wording, "FILTERS", dict(wording.FILTERS))
    wording.register("完成排名", "完成排名", "完成得第几", kind)(str)

    def made(text: str) -> Record:
        rows = (Shown("甲|完成排名", Place("body").packed(), "", text, ""),)
        return Record("u", 2024, {}, {}, (), {"报告.docx": DocumentRecord(text, "", rows)})

    told = corrections.of(compare.compare(made("第3"), made("第2")))
    assert [line["名称"] for line in told.followed] == names
    assert told.scores == ()


def test_figures_go_by_their_full_names(built: Path) -> None:
    workspaces.change(
        built / FIGURES,
        ("  财政拨款: {全年预算: 120.5, 全年执行: 110.25}",
         "  显示: 资金来源（合计）\n  财政拨款:\n    显示: 一般公共预算财政拨款\n"
         "    全年预算: 120.5\n    全年执行: 110.25"),
    )  # fmt: skip
    with (built / FIGURES).open("a", encoding="utf-8", newline="\n") as figures:
        figures.write(
            "派生:\n  倍数: = 资金来源.财政拨款.全年执行 × 2\n  人均:\n"
            "    支出: {公式: 资金来源.财政拨款.全年执行 / 2, 单位: 万元, 显示: 人均支出（在职）}\n"
        )
    with (built / REPORT_MD).open("a", encoding="utf-8", newline="\n") as report:
        report.write("\n{{ 派生.倍数 | 万元 }}，{{ 派生.人均.支出 | 万元 }}。\n")
    workspaces.build(built, 2024)
    workspaces.change(built / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))
    _, tables = notice(built)
    assert tables[0][1][1] == "资金来源（合计）—一般公共预算财政拨款—全年执行"
    followed = {row[1] for row in tables[1][1:]}
    assert {"倍数", "人均—人均支出（在职）"} <= followed, followed


def test_scores_and_grades(built: Path) -> None:
    rows = built / "content/peixun/2024/indicators.yaml"
    workspaces.change(rows, ("完成: 150,", "完成: 90,"))
    _, tables = notice(built)
    told = {row[1]: (row[2], row[3]) for table in tables[:2] for row in table[1:]}
    assert told["三级指标“培训人数”—完成"] == ("150人", "90人")
    assert told["三级指标“培训人数”—得分"] == ("45分", "27分")
    assert told["自评—总分"] == ("85分", "67分")
    assert told["自评—等级"][0] != told["自评—等级"][1]
    numbers = [row[0] for row in tables[1][1:]]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


def test_only_the_narrative_changed(built: Path) -> None:
    workspaces.change(built / REPORT_MD, ("继续做好各项工作。", "继续抓好各项工作。"))
    paragraphs, tables = notice(built)
    assert [p for p in paragraphs if "、" in p[:2]] == ["一、更正的文字", "二、涉及的材料"]
    assert tables[0][1] == ["1", "2025年继续做好各项工作。", "2025年继续抓好各项工作。"]
    assert tables[1][1:] == [["1", "整体支出绩效评价工作报告", "Word", "1处"]]


def test_without_anybody_to_send_it_to(tmp_path: Path) -> None:
    """A form set whose report has no salutation: the fact may be missing."""
    folder = workspaces.copy_sample(tmp_path)
    workspaces.build(folder, 2023)
    facts = folder / "content/qiannan-guangzhou/2023/facts.yaml"
    assert "主送:" not in facts.read_text(encoding="utf-8")
    indicators = folder / "content/qiannan-guangzhou/2023/indicators.yaml"
    workspaces.change(indicators, ("完成: 328家", "完成: 329家"))
    ran = gen("diff", "2023", "--save", "说明.docx", folder=folder)
    assert ran.code == 0, ran.out + ran.err
    texts = [p.text for p in Document(str(folder / "说明.docx")).paragraphs]
    assert not any(text.endswith("：") and len(text) < 12 for text in texts)


@pytest.mark.long
def test_two_indicators_of_one_name_are_told_apart(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path)
    workspaces.build(folder)
    workspaces.change(
        workspaces.sample_folder(folder) / "2020/facts.yaml", ("走访家数: 110 ", "走访家数: 120 ")
    )
    ran = gen("diff", "2020", "--save", "x.docx", folder=folder)
    assert ran.code == 0, ran.out + ran.err
    rows = [[c.text for c in row.cells] for row in Document(str(folder / "x.docx")).tables[1].rows]
    names = [row[1] for row in rows]
    assert len(names) == len(set(names))
    assert "三级指标“数量指标—任务2”—得分" in names


def test_from_a_named_version(built: Path) -> None:
    gen("freeze", "2024", "报送稿", folder=built)
    correct(built)
    workspaces.build(built, 2024)
    ran = save(built, "x.docx", "--from", "报送稿")
    assert ran.code == 0, ran.out + ran.err
    rows = Document(str(built / "x.docx")).tables[0].rows
    assert [c.text for c in rows[1].cells][2:] == ["110.25万元", "111.25万元"]


def test_the_same_difference_gives_the_same_bytes(built: Path) -> None:
    correct(built)
    save(built, "a.docx")
    save(built, "weit weg/a.docx")
    assert (built / "a.docx").read_bytes() == (built / "weit weg" / "a.docx").read_bytes()


# Misuse


def test_nothing_to_correct(built: Path) -> None:
    ran = save(built)
    assert ran.code == 2
    assert "没有差别" in ran.err
    assert not (built / "更正说明.docx").exists()


def test_a_file_that_is_there_is_not_overwritten(built: Path) -> None:
    correct(built)
    (built / "更正说明.docx").write_text("签过字的")
    ran = save(built)
    assert ran.code == 2
    assert "已经有了" in ran.err
    assert (built / "更正说明.docx").read_text() == "签过字的"


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_is_not_written_through(built: Path) -> None:
    """Neither under the name itself nor under any that the unfinished file might have."""
    correct(built)
    write(built, {"victim": "PRECIOUS"})
    for name in (".更正说明.docx.tmp", ".更正说明.tmp", "更正说明.docx.tmp"):
        (built / name).symlink_to("victim")
    assert save(built).code == 0
    assert (built / "victim").read_text() == "PRECIOUS"
    (built / "更正说明.docx").unlink()
    (built / "更正说明.docx").symlink_to("not-there")
    ran = save(built)
    assert ran.code == 2
    assert "已经有了" in ran.err
    assert not (built / "not-there").exists()


def test_a_full_disk_leaves_nothing_behind(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    correct(built)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        ran = save(built)
    assert ran.code == 2
    assert "磁盘已满" in ran.err
    assert not list(built.glob("*更正说明*"))
    assert not list(built.glob(".*"))
    assert save(built).code == 0
    assert [path.name for path in built.glob("*更正说明*")] == ["更正说明.docx"]


def test_another_suffix(built: Path) -> None:
    correct(built)
    ran = save(built, "更正说明.pdf")
    assert ran.code == 2
    assert "更正说明.docx" in ran.err


def test_a_broken_template_says_what_is_wrong(built: Path) -> None:
    correct(built)
    template = built / "templates" / "docx" / "更正说明.docx"
    template.parent.mkdir(parents=True)
    packaged = packaged_templates() / "docx" / "更正说明.docx"
    with zipfile.ZipFile(packaged) as old, zipfile.ZipFile(template, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace("{{ 单位.名称 }}".encode(), "{{ 单位.名陈 }}".encode())
            )
    ran = save(built)
    assert ran.code == 2
    assert "单位.名陈" in ran.err
    assert "是否为“名称”" in ran.err or "名称" in ran.err
    assert not (built / "更正说明.docx").exists()


def test_two_units_need_a_choice(tmp_path: Path) -> None:
    write(tmp_path, {**unit_files("a"), **unit_files("b")})
    workspaces.build(tmp_path, 2024)
    for unit in ("a", "b"):
        path = tmp_path / "content" / unit / "2024" / "figures.yaml"
        workspaces.change(path, ("全年执行: 110.25", "全年执行: 111.25"))
    ran = save(tmp_path)
    assert ran.code == 2
    assert "--unit" in ran.err
    assert save(tmp_path, "更正说明.docx", "--unit", "b").code == 0


# The template and the page


def test_the_template_is_slim_and_neutral() -> None:
    path = packaged_templates() / "docx" / "更正说明.docx"
    assert path.stat().st_size < 12_000
    with zipfile.ZipFile(path) as archive:
        core = archive.read("docProps/core.xml").decode()
        assert "<dc:creator></dc:creator>" in core
        assert "theme" not in " ".join(archive.namelist())
    styles = {p.style.name for p in Document(str(path)).paragraphs if p.style is not None}
    assert {"公文标题", "公文主送", "公文正文", "公文署名", "公文日期"} <= styles


@pytest.mark.office
def test_as_pages(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path)
    workspaces.build(folder)
    workspaces.change(
        workspaces.sample_folder(folder) / "2020/figures.yaml",
        ("其他收入: {本年: 0.78}", "其他收入: {本年: 0.79}"),
        ("合计:     {本年: 225.44}", "合计:     {本年: 225.45}"),
    )
    ran = gen("diff", "2020", "--save", "更正说明.docx", folder=folder)
    assert ran.code == 0, ran.out + ran.err
    pdf = pages.to_pdf(folder / "更正说明.docx", tmp_path / "pages")
    texts = ["".join(text.split()) for text in pages.page_texts(pdf)]
    assert len(texts) == 2
    assert "关于更正2020年度绩效评价材料有关数据的说明" in texts[0]
    assert "225.44万元225.45万元" in texts[0]
    # The signature is not alone on its page.
    assert texts[1].index("特此说明") < texts[1].index("江西省九江市人民政府驻深圳办事处")
    assert "年月日" in texts[1]
    assert {(round(w), round(h)) for w, h in pages.page_sizes(pdf)} == {(595, 842)}
