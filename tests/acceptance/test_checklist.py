"""核对清单: a row for each figure with all its places, and a second sheet with every place."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from kit import pages, workspaces
from kit.archives import saved
from kit.workspaces import project, unit_files, write
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from generator.records import record
from generator.records.record import Shown
from generator.records.words import Words
from generator.workspace import packaged_templates

SHEET = "核对/核对清单.xlsx"
HEADINGS = ["序号", "名称", "数值", "单位", "公式", "来源", "印在哪里、怎样写", "核对"]


def sheets(output: Path) -> list[Worksheet]:
    return list(load_workbook(output / SHEET).worksheets)


def rows(sheet: Worksheet) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(min_row=4, values_only=True)]


def figures(output: Path) -> dict[str, list[object]]:
    """The rows of the first sheet by the name of their figure."""
    return {str(row[1]): row for row in rows(sheets(output)[0]) if row[1] is not None}


def headings(output: Path) -> list[str]:
    """The sections, in the order of the list."""
    return [str(row[0]) for row in rows(sheets(output)[0]) if row[1] is None]


def shown(output: Path) -> list[tuple[str, str, Shown]]:
    """What the record says is printed: the file, what readers call the figure, the place."""
    made = record.load(output / record.RECORD)
    assert made is not None
    words = Words(made)
    called = {path: words.of(path) for path in made.values}
    assert len(set(called.values())) == len(called), "each name is of one value"
    return [
        (name, called[path], place)
        for name, document in made.documents.items()
        for place in document.places
        for path in [place.path.partition("|")[0]]
        if "value" in made.values.get(path, {})
    ]


def test_each_figure_has_one_row(sample: Path) -> None:
    first, second = sheets(sample)
    assert [cell.value for cell in first[3]] == HEADINGS
    there = [str(row[1]) for row in rows(first) if row[1] is not None]
    assert max(Counter(there).values()) == 1
    assert set(there) == {path for _, path, _ in shown(sample)}
    assert len(there) < 300 < len(rows(second))
    assert [row[0] for row in figures(sample).values()] == list(range(1, len(there) + 1))


def test_each_place_of_the_record_is_in_the_row_of_its_figure(sample: Path) -> None:
    told = {name: str(row[6]) for name, row in figures(sample).items()}
    for _, path, place in shown(sample):
        where = place.place.brief()
        clauses = re.findall(rf"{re.escape(where)}(?!\d)[^：\n]*：([^\n]*)", told[path])
        assert any(place.text in clause for clause in clauses), (path, where)
    # As often as the record has it, too.
    for path, count in Counter(path for _, path, _ in shown(sample)).items():
        parts = re.split("[、；\n]", told[path])
        assert len(parts) == count, (path, told[path])


def test_each_place_of_the_record_has_a_row_on_the_second_sheet(sample: Path) -> None:
    _, second = sheets(sample)
    listed = Counter((str(row[1]), str(row[2]), str(row[3]), str(row[4])) for row in rows(second))
    assert listed == Counter(
        (
            name,
            f"{place.place}（{place.section}）" if place.section else str(place.place),
            place.text,
            path,
        )
        for name, path, place in shown(sample)
    )


def test_a_row_tells_value_unit_formula_and_source_line(sample: Path) -> None:
    total = figures(sample)["支出决算.合计.决算"]
    assert total[2:6] == [245.67, "万元", None, "figures.yaml:38"]
    staff = figures(sample)["人员.实有"]
    assert staff[2] == 7
    assert staff[4] == "人员.在职 + 人员.离休 + 人员.退休"
    rate = figures(sample)["三级指标“预算编制完整性”.完成"]
    assert (rate[2], rate[3]) == (1, None)
    name = "项目“专项工作经费”.三级指标“完成粤港澳浔商联盟会议”.目标"
    assert str(figures(sample)[name][5]) == "projects/专项工作经费.yaml:25"


def test_a_place_is_told_with_the_clause_around_the_figure(sample: Path) -> None:
    assert figures(sample)["支出决算.合计.决算"][6] == (
        "正文第33段：决算数为245.67万元；完成年初预算的94.64%"
    )
    income = str(figures(sample)["收入预算.财政拨款.本年"][6])
    assert "占收入预算总额的80.74%；较上年增长0.84%" in income
    # The same digits stand twice in the sentence: each row has its own clause.
    staff = figures(sample)
    assert staff["人员.编制"][6] == "正文第15段：本部门编制人数5人"
    assert staff["人员.参公编制"][6] == "正文第15段：其中参公编制5人"


def test_sections_stand_in_reading_order(sample: Path) -> None:
    told = headings(sample)
    assert told == list(dict.fromkeys(told))
    assert told[0] == "整体支出绩效评价工作报告"
    order = [
        told.index(f"整体支出绩效评价工作报告　{section}")
        for section in ("1.收入预算及执行情况", "2.支出预算及执行情况", "附件1", "附件2", "附件3")
    ]
    assert order == sorted(order)


def test_documents_of_several_projects_are_told_apart(tmp_path: Path) -> None:
    files = unit_files(projects={"甲": project("甲"), "乙": project("乙")})
    output = workspaces.build(write(tmp_path, files), 2024) / "peixun"
    told = str(figures(output)["项目“乙”.资金.合计.全年执行"][6])
    assert re.search("附件[0-9]（乙） 表1第[0-9]+行", told)
    assert "（甲）" not in told


def test_a_form_of_the_workspace_from_before_does_no_harm(tmp_path: Path) -> None:
    book = load_workbook(packaged_templates() / "xlsx/核对清单.xlsx")
    book.worksheets[0].insert_rows(1, 3)
    write(tmp_path, {**unit_files(), "templates/xlsx/核对清单.xlsx": saved(book)})
    output = workspaces.build(tmp_path, 2024) / "peixun"
    assert [cell.value for cell in sheets(output)[0][3]] == HEADINGS
    assert figures(output)


def test_the_list_is_set_for_paper(sample: Path) -> None:
    first, _ = sheets(sample)
    assert str(first.page_setup.paperSize) == first.PAPERSIZE_A4
    assert first.page_setup.fitToHeight == 0
    assert first.sheet_properties.pageSetUpPr.fitToPage
    assert first.print_title_rows == "$3:$3"
    assert "&P" in first.oddFooter.center.text
    wrapped = first["G5"].alignment.wrap_text or first["G6"].alignment.wrap_text
    assert wrapped
    lines = [str(row[6]).count("\n") + 1 for row in rows(first) if row[1] is not None]
    tall = max(range(len(lines)), key=lines.__getitem__)
    number = next(r for r in range(4, first.max_row + 1) if first.cell(r, 1).value == tall + 1)
    assert (first.row_dimensions[number].height or 0) >= 11 * lines[tall]


@pytest.mark.office
def test_the_first_sheet_takes_few_pages_with_its_heading_on_each(
    sample: Path, tmp_path: Path
) -> None:
    texts = pages.page_texts(pages.to_pdf(sample / SHEET, tmp_path))
    count = next(n for n, text in enumerate(texts) if "核对清单（逐处）" in text)
    assert count <= 11
    assert all("印在哪里" in text and "页，共" in text for text in texts[:count])
