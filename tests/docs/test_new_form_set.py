"""docs/新增套表.md followed to the letter: files copied, cells edited, commands run, results read.

The document is read from top to bottom. Its tables say what is copied and which cells are
edited (here with openpyxl and python-docx, in their place a person uses WPS), its blocks are
those of ``kit.documents``; whatever is neither fails. At the end the documents are read by others
than those that made them. ``GEN_DOCS_UPDATE=1`` rewrites what gen prints, as for the guides.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from kit import reading
from kit.documents import ROOT, SETUP, Block, Session, parsed, run_folder
from kit.drawings import BREAK
from kit.workspaces import gen

DOCUMENT = "docs/新增套表.md"
TEXT = (ROOT / DOCUMENT).read_text(encoding="utf-8")
OUTPUT = "build/2024/danganguan/云水县部门整体支出绩效自评表"

COPIES = ("复制", "到")
CELLS, PLACES = ("格", "原来", "改成", "格式"), ("位置", "原来", "改成", "格式")
LIKE, BOTTOM, HEIGHT = re.compile(r"同 (\w+)"), "加下框线", re.compile(r"（行高(\d+)）")
EMPTY, REMOVED, MORE = "（空）", re.compile(r"（删去整[行段]）"), "…"


# Reading the document


@dataclass(frozen=True, slots=True)
class Table:
    """A table of things to do: the line it begins in, its head, its rows, the file named last."""

    line: int
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    file: str


def tables(text: str) -> Iterator[Table]:
    """Every table outside the fenced blocks."""
    inside, file, rows, start = False, "", list[tuple[str, ...]](), 0
    for number, line in enumerate(f"{text}\n".split("\n"), 1):
        if line.startswith("|") and not inside:
            start = start or number
            rows.append(tuple(_cell(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]))
            continue
        if rows:
            yield Table(start, rows[0], tuple(rows[2:]), file)
            rows, start = [], 0
        inside ^= line.startswith("```")
        named = re.findall(r"`(templates/[^`]*\.(?:xlsx|docx))`", line)
        file = named[-1] if named and not inside else file


def _cell(text: str) -> str:
    """A cell as one types it: without the marks of inline code, ⏎ as a line break."""
    text = text.strip().replace("\\|", "|")
    code = re.fullmatch("`(.*)`", text)
    return (code[1] if code else text).replace(BREAK, "\n")


def steps(text: str) -> list[Table | Block]:
    """Everything to do, in the order of the document."""
    return sorted([*tables(text), *parsed(DOCUMENT, text)], key=lambda step: step.line)


# Doing what it says


def follow(text: str, folder: Path) -> Session:
    """The workspace that the document leads to; what differed from it is in ``wrong``."""
    session = Session(folder, DOCUMENT)
    for name in ("content", "templates"):
        (folder / name).mkdir()
    trees = []
    for step in steps(text):
        if isinstance(step, Table):
            {COPIES: _copy, CELLS: _edit_book, PLACES: _edit_word}[step.head](session, step)
        elif "目录" in step.options:
            trees.append(step)  # how it looks when all is done
        elif step.lasting:
            session.write(step)
        else:
            session.run(step)
    for tree in trees:
        run_folder(session, tree)
    return session


def _copy(session: Session, table: Table) -> None:
    """From a workspace made for it: who installed gen has no folder of gen's own."""
    command = "gen init 参考 --forms qiannan --own-templates"
    assert f"`{command}`" in TEXT
    elsewhere = session.folder.with_name(f"{session.folder.name}-参考")
    elsewhere.mkdir()
    assert gen(*command.split()[1:], folder=elsewhere).code == 0
    for old, new in table.rows:
        target = session.path(new)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(elsewhere / "参考" / old, target)


def _same(found: str, told: str) -> bool:
    """Whether a cell holds what the document says it holds; … stands for the rest."""
    told = "" if told == EMPTY else told
    return found.startswith(told[:-1]) if told.endswith(MORE) else found == told


def _edit_book(session: Session, table: Table) -> None:
    path = session.path(table.file)
    book: Any = openpyxl.load_workbook(path)
    sheet = book.active
    for place, old, new, look in table.rows:
        row, height = re.fullmatch(r"第(\d+)行", place), HEIGHT.fullmatch(new)
        if row and height:
            sheet.row_dimensions[int(row[1])].height = float(height[1])
            continue
        rows = re.fullmatch(r"第(\d+)至(\d+)行", place)
        cell = sheet[f"A{rows[1]}" if rows else place]
        found = "" if cell.value is None else str(cell.value)
        assert _same(found, old), f"{DOCUMENT}:{table.line} {place}: {found}"
        if rows:
            assert REMOVED.fullmatch(new), new
            _remove_rows(sheet, int(rows[1]), int(rows[2]))
        else:
            cell.value = new
            if like := LIKE.fullmatch(look):
                cell._style = copy(sheet[like[1]]._style)
            assert like or not look, look
    book.save(path)


def _remove_rows(sheet: Any, first: int, last: int) -> None:
    for area in list(sheet.merged_cells.ranges):
        if first <= area.min_row <= last:
            sheet.unmerge_cells(str(area))
    sheet.delete_rows(first, last - first + 1)


def _edit_word(session: Session, table: Table) -> None:
    path = session.path(table.file)
    document = docx.Document(str(path))
    for place, old, new, look in table.rows:
        paragraphs = list(_paragraphs(document, place, old))
        assert len(paragraphs) == 1, f"{DOCUMENT}:{table.line} {place}: {old}"
        if REMOVED.fullmatch(new):
            paragraphs[0]._p.getparent().remove(paragraphs[0]._p)
        else:
            _retype(paragraphs[0], new)
            assert look in ("", BOTTOM), look
            if look:
                _rule_below(paragraphs[0]._p.getparent())
    document.save(str(path))


def _paragraphs(document: Any, place: str, old: str) -> Iterator[Any]:
    """The one paragraph of a cell (表2 第3行 第1格), or the body's that reads like ``old``."""
    found = re.fullmatch(r"表(\d+) 第(\d+)行 第(\d+)格", place)
    if found is None:
        assert place == "段落", place
        yield from (p for p in document.paragraphs if _same(p.text, old))
        return
    number, row, column = (int(digits) - 1 for digits in found.groups())
    table = document.tables[number]
    cell = table._tbl.findall(qn("w:tr"))[row].findall(qn("w:tc"))[column]
    for element in cell.findall(qn("w:p")):
        paragraph = docx.text.paragraph.Paragraph(element, table)
        assert _same(paragraph.text, old), paragraph.text
        yield paragraph


def _retype(paragraph: Any, text: str) -> None:
    """Type over what stands there: the first run keeps its looks."""
    first, *rest = paragraph.runs or [paragraph.add_run()]
    first.text = text
    for run in rest:
        run._r.getparent().remove(run._r)


def _rule_below(cell: Any) -> None:
    """A line under a cell of a table."""
    bottom = cell.find(f"{qn('w:tcPr')}/{qn('w:tcBorders')}/{qn('w:bottom')}")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)


# Checking that it does


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The workspace at the end of the document; tests only look at it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        yield follow(TEXT, tmp_path_factory.mktemp("followed"))


def test_another_office_begins_with_the_form_set(
    followed: Session, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("another") / "自评 材料"
    folder.mkdir()
    forms = followed.folder / "templates" / "yunshui.yaml"
    begun = gen(
        "init", "--forms", forms, "--year", "2024", "--unit", "tushuguan",
        "--name", "云水县图书馆", "--short", "县图书馆", folder=folder,
    )  # fmt: skip
    assert begun.code == 0, begun.err
    plain = gen("build", "2024", "--format", "json", folder=folder)
    assert plain.code == 1
    left = [found for found in plain.json["problems"] if found["severity"] == "error"]
    assert {found["code"] for found in left} <= {"L161", "L162"}
    assert len(left) > 12
    assert not (folder / "build" / "2024").exists()
    draft = gen("build", "2024", "--draft", folder=folder)
    assert draft.code == 0, draft.out
    made = list((folder / "build" / "2024" / "tushuguan").glob("[!.]*.*"))
    assert {path.suffix for path in made} == {".docx", ".xlsx"}
    for path in made:
        if path.suffix == ".docx":
            header = docx.Document(str(path)).sections[0].header
            assert any("草稿" in paragraph.text for paragraph in header.paragraphs)
        else:
            sheets = openpyxl.load_workbook(path).worksheets
            assert all(sheet.oddHeader.center.text == "草稿" for sheet in sheets)


def test_the_document_leads_where_it_says(followed: Session) -> None:
    assert not followed.wrong, "\n\n".join(followed.wrong)
    book = reading.calamine_rows(followed.folder / f"{OUTPUT}.xlsx")
    forms = reading.tables(followed.folder / f"{OUTPUT}.docx")
    word = [[cell.text for cell in row] for rows in forms for row in rows]
    for rows in (book, word):
        told = [[reading.squeezed(str(value)) for value in row if value != ""] for row in rows]
        heads = next(row for row in told if "指标性质" in row)
        assert heads[:4] == ["一级指标", "指标性质", "评定等次", "三级指标"]
        # Points and scores by hand: 105% is 5 points over the limit, 5 × 0.5 off; 15 × 70%.
        expected = {
            "接收档案": ("正向", 15, 15),
            "数字化加工": ("正向", 15, 12),
            "在职人员控制率": ("反向", 10, 7.5),
            "查档便利": ("定性", 15, 10.5),
            "档案安全": ("定性", 15, 15),
            "查档群众满意度": ("正向", 10, 10),
        }
        for name, (kind, points, score) in expected.items():
            row = next(row for row in told if name in row)
            numbers = [float(cell) for cell in row if re.fullmatch(r"[\d.]+", cell)]
            assert kind in row
            assert numbers[-2:] == [points, score]
        assert "部分达成" in next(row for row in told if "查档便利" in row)
        assert "自评等级“良好”" in [cell for row in told for cell in row]
        (sum_row,) = [row for row in told if row[:1] == ["总分"]]
        assert [float(cell) for cell in sum_row[1:3]] == [100, 89.32]
        funds = next(row for row in told if "年度资金总额：" in row)
        assert [float(funds[n]) for n in (-3, -1)] == [20, 19.32]


def test_forms_of_other_regions_are_right_when_read_by_others(followed: Session) -> None:
    """核心指标, 得分系数, signs, looped funds, goals as a list, a set of projects: both formats.

    Sums and scores by hand: 277.7 ÷ 285.5 × 10 is 9.73; 54 ÷ 60 × 20 is 18; 23 ÷ 25 × 10 is 9.2.
    """
    built = followed.folder / "build/2024"
    rows = {
        "新增藏书": ["≥", 8000, "册", 8200, 1, "是", 30, 30],
        "读书活动": ["≥", 60, "场", 54, 0.9, "是", 20, 18],
        "购书成本": ["≤", 30, "万元", 28.6, 1, "否", 10, 10],
        "开放时间": ["定性", "延长", "延长", 1, "否", 20, 20],
        "读者满意度": ["≥", 90, "%", 93, 1, "否", 10, 10],
    }
    funds = {"基本支出": [210.5, 208.3], "项目支出": [60, 57.4], "上级专项补助": [15, 12],
             "合计": [285.5, 277.7]}  # fmt: skip
    for told in _both(built / "quguan/自评表"):
        for name, expected in {**rows, **funds}.items():
            row = next(row for row in told if name in row)
            found = row[row.index(name) + 1 :]
            assert found[: len(expected)] == expected, name
        assert [row for row in told if "3.延长开放时间。" in row]
        assert next(row for row in told if row[:1] == ["总分"])[1:] == [100, 97.73]
    for told in _both(built / "wenhuazhan/送戏下乡自评表"):
        assert ["区级财政", 20, 18] in told
        assert ["合计", 25, 23, 9.2] in told
        assert next(row for row in told if row[0] == "总分")[1:] == [99.2]
    assert not (followed.folder / "content/wenhuazhan/2024/figures.yaml").exists()


def _both(path: Path) -> Iterator[list[list[Any]]]:
    """The rows of the workbook and of the Word file, numbers as such, empty cells left out."""
    word = reading.tables(path.with_name(f"{path.name}.docx"))
    for rows in (
        reading.calamine_rows(path.with_name(f"{path.name}.xlsx")),
        [[cell.text for cell in row] for table in word for row in table],
    ):
        yield [[_number(value) for value in row if value != ""] for row in rows]


def _number(value: Any) -> Any:
    text = str(value)
    return round(float(text), 2) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else text


@pytest.mark.long
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| A12 | （空） |", "| A12 | `一级` |"),  # what stands in a template
        ("| B12 | `一级指标` | `指标性质` |", "| B12 | `一级指标` | `性质` |"),  # what is typed
        ("`{{ r.等次 }}` | 同 E14", "`{{ r.等级 }}` | 同 E14"),  # a name that is not there
        ("得分率: 70}", "得分率: 75}"),  # a rule of the form set
        ("{名称: 优秀, 下限: 95}", "{名称: 优秀, 下限: 89}"),  # a grade
        ("+ 预算调整.合计.调整数", "- 预算调整.合计.调整数"),  # the identity
        ("错误 CROSS01", "警告 CROSS01"),  # what gen says of it
        ("完成: 48", "完成: 49"),  # content
        ("│ 部分达成 │", "│ 达成 │"),  # what the finished form shows
        ("  - {名称: 核心指标}", "  - {名称: 核心}"),  # a field of a region's own
        ("for 行 in 部门资金.行", "for 行 in 部门资金.航"),  # what is looped over
        ("  yunshui.yaml", "  yunshui2.yaml"),  # the folder
        ("$ gen template check 2024", "$ gen template chek 2024"),  # a command
        ("| 复制 | 到 |", "| 从 | 到 |"),  # a table of another kind
        ("```console", "```shell"),  # a block that nothing runs
    ],
)
def test_a_change_of_the_document_is_noticed(
    old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.documents.UPDATE", False)
    assert old in TEXT
    try:
        session = follow(TEXT.replace(old, new, 1), tmp_path)
    except (AssertionError, KeyError, FileNotFoundError):
        return
    assert session.wrong


def test_nobody_needs_python() -> None:
    """The reader edits text, Word and Excel, and runs gen."""
    for block in parsed(DOCUMENT, TEXT):
        assert block.language in ("yaml", "text", "diff", "console"), block.place
        for line in block.text.splitlines():
            assert not line.startswith("$ ") or line.startswith("$ gen ")
            assert line[2:] not in SETUP
    assert {table.head for table in tables(TEXT)} == {COPIES, CELLS, PLACES}


def test_links_of_the_document_lead_somewhere() -> None:
    for target, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", TEXT):
        path = (ROOT / DOCUMENT).parent / target if target else ROOT / DOCUMENT
        assert path.exists(), target
        headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        names = {re.sub(r"[^\w\- ]", "", name).replace(" ", "-").lower() for name in headings}
        assert not anchor or anchor in names, f"{target}#{anchor}"
