"""花脸稿: accepting all of it gives the new document, rejecting all of it the old one."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from docx import Document
from kit import macros, tracked, word, workspaces
from kit.archives import repacked
from kit.returned import Edited
from kit.workspaces import gen

from generator.redline.documents import redlined
from generator.redline.wish import DATE, Signed

SIGNED = Signed()
YEAR = Path("content") / "jiujiang-shenzhen" / "2020"


def both_ways(old: bytes, new: bytes) -> bytes:
    made = redlined(old, new, SIGNED)
    assert tracked.accepted(made) == tracked.plain(new)
    assert tracked.rejected(made) == tracked.plain(old)
    return made


def document(*texts: str) -> bytes:
    return word.paragraphs(*texts)


def xml_of(raw: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        text = archive.read(name).decode()
    return re.sub(r' w:(?:author|date|id)="[^"]*"', "", text)


@pytest.mark.parametrize("seed", range(8))
def test_seeded_pairs_both_ways(seed: int) -> None:
    both_ways(*tracked.pair(seed))


@pytest.mark.long
def test_more_seeded_pairs_both_ways() -> None:
    for seed in range(8, 208):
        both_ways(*tracked.pair(seed))


@pytest.mark.long
@pytest.mark.office
def test_libreoffice_settles_seeded_pairs(tmp_path: Path) -> None:
    pairs = {seed: tracked.pair(seed) for seed in range(200)}
    made = {seed: redlined(*pair, SIGNED) for seed, pair in pairs.items()}
    for seed, (accepted, rejected) in macros.settled(made, tmp_path).items():
        old, new = map(_lines, pairs[seed])
        assert (seed, _lines(accepted), _lines(rejected)) == (seed, new, old)


def _lines(raw: bytes) -> list[str]:
    lines = [line.replace(macros.DUMMY, "") for line in tracked.plain(raw)]
    return [line for line in lines if not line.startswith("footer")]


def test_a_number_is_exchanged_as_a_whole_and_words_as_words() -> None:
    made = both_ways(
        document("预算8,511.07万元，执行率98.48%。"), document("预算8,542.17万元，执行率98.48%。")
    )
    xml = xml_of(made)
    assert '<w:delText xml:space="preserve">8,511.07</w:delText>' in xml
    assert '<w:t xml:space="preserve">8,542.17</w:t>' in xml
    assert "98.48" in re.sub(r"<w:(ins|del)>.*?</w:\1>", "", xml)


def test_the_same_pair_gives_the_same_bytes_and_options_sign_it() -> None:
    pair = document("甲乙丙"), document("甲丁丙")
    assert redlined(*pair, SIGNED) == redlined(*pair, SIGNED)
    signed = redlined(*pair, Signed("王局长", DATE.replace(year=2026)))
    with zipfile.ZipFile(io.BytesIO(signed)) as archive:
        text = archive.read("word/document.xml").decode()
    assert 'w:author="王局长"' in text
    assert 'w:date="2026-01-01T00:00:00Z"' in text


def test_nothing_is_marked_where_nothing_changed() -> None:
    old, _ = tracked.pair(3)
    assert "<w:ins" not in xml_of(redlined(old, old, SIGNED))
    assert "<w:del" not in xml_of(redlined(old, old, SIGNED))


def test_notes_that_stayed_came_and_went() -> None:
    def noted(*texts: str) -> bytes:
        reference = '<w:r><w:footnoteReference w:id="{}"/></w:r>'

        def build(made: object) -> None:
            for number, text in enumerate(texts, 1):
                paragraph = made.add_paragraph(f"第{text}段")  # type: ignore[attr-defined]
                paragraph._p.append(word.element(reference.format(number)))

        raw = word.template(build)
        return repacked(raw, word.notes("footnotes", *(f"注{text}" for text in texts)))

    made = both_ways(noted("甲", "乙", "丙"), noted("甲", "丁丁丁丁", "丙"))
    assert "注乙" in xml_of(made, "word/footnotes.xml")
    both_ways(noted("甲", "乙"), noted("甲"))
    both_ways(noted("甲"), noted("甲", "乙"))


def test_links_and_bookmarks_stay_where_a_paragraph_changed() -> None:
    link = '<w:hyperlink w:anchor="甲"><w:r><w:t>链接文字</w:t></w:r></w:hyperlink>'
    mark = '<w:bookmarkStart w:id="7" w:name="甲"/>'

    def build(text: str) -> bytes:
        def made(one: object) -> None:
            paragraph = one.add_paragraph(text)  # type: ignore[attr-defined]
            for piece in (mark, link, '<w:bookmarkEnd w:id="7"/>'):
                paragraph._p.append(word.element(piece))

        return word.template(made)

    xml = xml_of(both_ways(build("甲段"), build("乙段")))
    assert re.search(r'<w:hyperlink w:anchor="甲"><w:r><w:t[^>]*>链接文字', xml)
    assert 'w:name="甲"' in xml


def test_a_field_is_taken_as_a_whole() -> None:
    def build(text: str) -> bytes:
        def made(one: object) -> None:
            paragraph = one.add_paragraph(text)  # type: ignore[attr-defined]
            for kind in ("begin", "separate", "end"):
                code = "<w:instrText>PAGE</w:instrText>" if kind == "separate" else ""
                paragraph._p.append(
                    word.element(f'<w:r>{code}<w:fldChar w:fldCharType="{kind}"/></w:r>')
                )

        return word.template(made)

    xml = xml_of(both_ways(build("第一页"), build("第二页")))
    assert xml.count("fldChar ") == 3


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("sample"))
    workspaces.build(folder)
    gen("freeze", "2020", "报送稿", folder=folder)
    workspaces.change(folder / YEAR / "facts.yaml", ("走访家数: 110 ", "走访家数: 120 "))
    return folder


def test_gen_s_own_report_edited_in_many_ways(sample: Path, tmp_path: Path) -> None:
    path = sample / "build" / "2020" / "jiujiang-shenzhen" / "整体支出绩效评价工作报告.docx"
    made = Edited(path).replace("明确了责任分工", "明确了职责").after("明确了职责", "新的一段。")
    made.remove("交办的其他事项").remove_row("公开信息完善性").copy_row(
        "资金使用合规性", "新增指标"
    )
    made.move("驻深办是九江市二级预算单位", behind="本部门编制人数")
    both_ways(path.read_bytes(), made.save(tmp_path / "新.docx").read_bytes())


@pytest.fixture
def frozen(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "w"))


def test_two_versions_are_saved_as_tracked_changes(frozen: Path) -> None:
    ran = gen("diff", "2020", "--from", "报送稿", "--save", "花脸稿.docx", folder=frozen)
    assert ran.out.endswith("整体支出绩效评价工作报告.docx 的花脸稿已存为 花脸稿.docx\n")
    raw = (frozen / "花脸稿.docx").read_bytes()
    old = frozen / YEAR / "版本" / "报送稿" / "整体支出绩效评价工作报告.docx"
    assert tracked.rejected(raw) == tracked.plain(old.read_bytes())
    workspaces.build(frozen)
    new = frozen / "build" / "2020" / "jiujiang-shenzhen" / "整体支出绩效评价工作报告.docx"
    assert tracked.accepted(raw) == tracked.plain(new.read_bytes())
    again = gen("diff", "2020", "--from", "报送稿", "--save", "花脸稿.docx", folder=frozen)
    assert (again.code, "没有覆盖它" in again.err) == (2, True)


def test_the_figures_come_first_on_demand_and_another_document_by_its_name(frozen: Path) -> None:
    gen(
        "diff", "2020", "--save", "花脸附件.docx", "--document", "附件1", "--summary",
        "--author", "张三", "--date", "2026-02-03", folder=frozen,
    )  # fmt: skip
    made = Document(str(frozen / "花脸附件.docx"))
    assert made.paragraphs[0].text == "数字变化一览"
    rows = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
    assert rows[0] == ["数", "原来", "现在", "原因"]
    assert ["履职.走访家数", "110", "120", "内容改了"] in rows
    assert ["自评.总分", "93.42分", "93.98分", "履职.走访家数变了"] in rows
    assert 'w:author="张三" w:date="2026-02-03T00:00:00Z"' in made.element.xml


def test_a_workbook_is_marked_with_what_it_was(frozen: Path) -> None:
    from openpyxl import load_workbook

    gen("diff", "2020", "--save", "花脸稿.xlsx", folder=frozen)
    sheet = load_workbook(frozen / "花脸稿.xlsx").active
    assert sheet is not None
    told = {
        cell.coordinate: cell.comment.text
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    assert told == {
        "F29": "原为 110", "H29": "原为 3.65", "F32": "原为 73%", "H32": "原为 2.19",
        "H43": "原为 93.42",
    }  # fmt: skip
    assert {sheet[at].fill.fgColor.rgb for at in told} == {"FFFFE699"}
    assert sheet["H43"].value == "=SUM(H14:H42)"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--save", "花脸稿.pdf"], "应以 .docx 或 .xlsx 结尾"),
        (["--save", "花脸稿.docx", "--document", "没有的"], "不是哪一份文件的名称"),
        (["--save", "花脸稿.docx", "--date", "今天"], "不是日期"),
        (["--save", "花脸稿.docx", "--from", "再上次"], "还没有构建记录"),
        (["--save", "说明.docx", "--summary"], "做花脸稿用的"),
    ],
)
def test_what_cannot_be_is_said(frozen: Path, arguments: list[str], said: str) -> None:
    ran = gen("diff", "2020", *arguments, folder=frozen)
    assert (ran.code, said in ran.err) == (2, True), ran.err


@pytest.mark.long
def test_where_other_documents_differ_these_are_named(frozen: Path) -> None:
    """Only the report says what was changed; the other way, only the form of the two."""
    workspaces.change(frozen / YEAR / "facts.yaml", ("走访家数: 120 ", "走访家数: 110 "))
    workspaces.change(frozen / YEAR / "report.md", ("明确了责任分工", "明确了职责"))
    ran = gen("diff", "2020", "--save", "花脸稿.xlsx", folder=frozen)
    assert ran.code == 2
    assert "Excel 文件没有差别，有差别的是 整体支出绩效评价工作报告.docx。" in ran.err
    assert "花脸稿.docx" in ran.err
    ran = gen("diff", "2020", "--save", "花脸稿.docx", "--document", "附件2", folder=frozen)
    assert "附件2 项目绩效自评情况汇总表.docx 没有差别" in ran.err
    assert gen("diff", "2020", "--save", "花脸稿.docx", folder=frozen).code == 0


def test_an_edited_output_is_no_version(frozen: Path) -> None:
    path = frozen / "build" / "2020" / "jiujiang-shenzhen" / "整体支出绩效评价工作报告.docx"
    Edited(path).replace("明确了责任分工", "明确了职责").save(path)
    ran = gen("diff", "2020", "--save", "花脸稿.docx", folder=frozen)
    assert (ran.code, "gen pull 取回" in ran.err) == (2, True)
