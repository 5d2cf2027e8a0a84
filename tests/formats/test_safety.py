"""What templates may not bring along is refused with its place; what editors left is taken out."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from docx import Document
from kit import attacks
from kit.archives import packed, repacked, unpacked
from kit.attacks import ATTACKS, Attack, Change
from kit.workspaces import ROOT
from openpyxl import load_workbook

from generator.formats.compiled import Compiled
from generator.formats.docx import render as docx
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.compiled import CompiledDocument
from generator.formats.properties import Properties
from generator.formats.safety.fields import Fields
from generator.formats.safety.formulas import reaches, runs_by_itself
from generator.formats.xlsx import render as xlsx
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.problems import Problem, Problems
from generator.problems.messages import CATALOG

FILE = "templates/外来"
ROWS = [
    pytest.param(kind, *way, id=f"{attack.tried}·{kind}")
    for attack in ATTACKS
    for kind, way in (("docx", attack.word), ("xlsx", attack.excel))
    if way is not None
]


def compiled(kind: str, raw: bytes) -> tuple[Compiled | None, list[Problem]]:
    problems = Problems()
    made: Compiled | None
    made = (
        compile_docx(raw, FILE, [], problems)
        if kind == "docx"
        else compile_xlsx(raw, FILE, problems)
    )
    return made, list(problems)


def filled(made: Compiled) -> bytes:
    scope, properties = {"年度": "2024"}, Properties("题", "者")
    if isinstance(made, CompiledDocument):
        return docx.render_docx(made, scope, properties).data
    assert isinstance(made, CompiledWorkbook)
    return xlsx.render_xlsx(made, scope, properties).data


@pytest.mark.parametrize(("kind", "code", "change"), ROWS)
def test_what_a_template_tries(kind: str, code: str, change: Change) -> None:
    raw = attacks.built(kind, change)
    made, problems = compiled(kind, raw)
    if code:
        assert made is None
        assert {problem.code for problem in problems} == {code}
        assert all(problem.at.file == FILE and problem.hint for problem in problems)
        return
    assert problems == []
    assert made is not None
    assert len(made.left) == 1
    # What was taken out is gone whole: the part, the relation, and what named it.
    done = filled(made)
    new = unpacked(done).keys() - unpacked(attacks.built(kind, lambda _: None)).keys()
    assert new <= {"word/_rels/settings.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels"}
    assert b"rIdX" not in b"".join(unpacked(done).values())
    assert b"x.dotm" not in b"".join(unpacked(done).values())
    if kind == "docx":
        assert Document(io.BytesIO(done)).paragraphs[-1].text == "2024"
    else:
        assert load_workbook(io.BytesIO(done)).active["B1"].value == "2024"


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_plain_template_passes(kind: str) -> None:
    made, problems = compiled(kind, attacks.built(kind, lambda _: None))
    assert problems == []
    assert made is not None
    assert made.left == ()


def test_every_attack_is_listed_once() -> None:
    assert len({attack.tried for attack in ATTACKS}) == len(ATTACKS)
    assert all(isinstance(attack, Attack) and (attack.word or attack.excel) for attack in ATTACKS)


# Places


@pytest.mark.parametrize(
    ("kind", "change", "place"),
    [
        ("docx", attacks.body(attacks.field(attacks.DDE)), "正文 第1段"),
        ("docx", attacks.text_part("word/footer9.xml", "footer", attacks.field("RD x")), "页脚1 第1段"),
        ("xlsx", attacks.cell("RTD(1)"), "工作表“表” C9"),
        (
            "xlsx",
            attacks.both(
                attacks.related(attacks.SHEET, "hyperlink", "file:///x", external=True),
                attacks.behind_cells(
                    f'<hyperlinks><hyperlink ref="B1" {attacks.R} r:id="rIdX"/></hyperlinks>'
                ),
            ),
            "工作表“表” B1",
        ),
    ],
)  # fmt: skip
def test_the_place_is_told(kind: str, change: Change, place: str) -> None:
    _, problems = compiled(kind, attacks.built(kind, change))
    assert [str(problem.at.place) for problem in problems] == [place]


# What passes


@pytest.mark.parametrize(
    "code",
    [
        "PAGE", " PAGE \\* MERGEFORMAT ", "NUMPAGES", 'TOC \\o "1-3" \\h \\z \\u', "EQ \\x(1)",
        'HYPERLINK "https://www.gov.cn/"', 'HYPERLINK \\l "_Toc1" \\o "file:///提示"', "SEQ 表 \\* ARABIC",
        "XE 词", 'DATE \\@ "yyyy年M月d日"', "ADDIN CNKISM.UserStyle", "",
    ],
)  # fmt: skip
def test_quiet_fields_stay(code: str) -> None:
    made, problems = compiled("docx", attacks.built("docx", attacks.body(attacks.field(code))))
    # That a table of contents is to be refreshed is said, and nothing else.
    assert [problem.code for problem in problems] == ["T239"] * code.startswith("TOC")
    assert made is not None


def test_fields_within_fields_are_judged_each() -> None:
    fields: Fields[int] = Fields()
    for step, at in (("begin", 1), ("IF ", 1), ("begin", 2), ("DDE x", 2), ("end", 2), ("end", 1)):
        if step in ("begin", "end"):
            fields.mark(step, at)
        else:
            fields.text("code", step, at)
    fields.story_ended()
    assert fields.found == [("DDE", 2)]


SHEETS = frozenset({"表", "sheet1", "a b", "it's"})


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(A1:B2)", "表!A1+Sheet1!$B$2", "'A b'!A1", "Sheet1!A1:Sheet1!B2", "Sheet1:表!A1",
        "'Sheet1:表'!A1", "Sheet1!$A$1:Sheet1!$B$2", "Table1[列]", "Table1[[#This Row],[a|b]]",
        "T[a'b]&\"x|y!z\"", '"[1]x!a|b"&A1', 'HYPERLINK("https://a.cn","x")', "#REF!A1",
        'HYPERLINK("#表!A1")', "Sheet1!#REF!", "IF(A1>B1,1,2)", "{1,2;3}", "'it''s'!A1", "[@列]",
    ],
)  # fmt: skip
def test_formulas_that_stay_inside(formula: str) -> None:
    assert reaches(formula, SHEETS) == ""


@pytest.mark.parametrize(
    "formula",
    [
        "cmd|'/C calc'!A0", "'cmd|/C'!A0", "T[a'b]&cmd|'/C'!A0", "WEBSERVICE(A1)", "[1]!Name",
        "_xlfn.WEBSERVICE (A1)", "FILTERXML(A1,1)", "[1]Sheet1!A1", "'[1]Sheet1'!A1", "b.xlsx!n",
        "'C:\\[b.xlsx]S'!A1", "没有!A1", "Sheet1:没有!A1", 'CALL("a","b")', "HYPERLINK(A1)",
        "A1+[book.xlsx]Sheet1!A1", "表!A1+[1]!x", "@WEBSERVICE(A1)", "1" * 40_000,
    ],
)  # fmt: skip
def test_formulas_that_reach_outside(formula: str) -> None:
    assert reaches(formula, SHEETS)


def test_in_a_chart_of_word_sheets_are_those_of_its_workbook() -> None:
    assert reaches("别的!A1", None) == ""
    assert reaches("[1]别的!A1", None)


def test_names_that_excel_runs() -> None:
    assert all(
        map(runs_by_itself, ("Auto_Open", "AUTO_CLOSE", "_xlnm.Auto_Activate", "auto_open_2"))
    )
    assert not any(map(runs_by_itself, ("自动", "Automatic", "_xlnm.Print_Area")))


def test_a_charts_own_workbook_comes_along() -> None:
    raw = attacks.built("docx", attacks.chart_book(lambda _: None))
    made, problems = compiled("docx", raw)
    assert problems == []
    assert made is not None
    kept = unpacked(filled(made))["word/embeddings/book.xlsx"]
    assert load_workbook(io.BytesIO(kept)).active["A1"].value == "MARK"


def test_what_a_charts_own_workbook_should_not_have_is_taken_out() -> None:
    left = attacks.part(attacks.BOOK, "nosuchkind", "xl/x.bin", "application/x-new")
    made, problems = compiled("docx", attacks.built("docx", attacks.chart_book(left)))
    assert problems == []
    assert made is not None
    kept = unpacked(filled(made))["word/embeddings/book.xlsx"]
    assert "xl/x.bin" not in unpacked(kept)


def test_lists_of_relations_in_an_odd_hand_are_read_alike() -> None:
    def odd(members: dict[str, bytes]) -> None:
        for name in ("_rels/.rels", "[Content_Types].xml"):
            text = members[name].decode().replace('"', "'")
            members[name] = text.encode()

    made, problems = compiled("docx", attacks.built("docx", odd))
    assert problems == []
    assert made is not None
    done = unpacked(filled(made))
    assert done["_rels/.rels"].count(b"core-properties") == 1


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_parts_in_utf_16_are_read(kind: str) -> None:
    name = attacks.MAIN if kind == "docx" else "xl/styles.xml"

    def change(members: dict[str, bytes]) -> None:
        text = members[name].decode()
        rest = text.partition("?>")[2] if text.startswith("<?xml") else text
        members[name] = ('<?xml version="1.0" encoding="UTF-16"?>' + rest).encode("utf-16")

    made, problems = compiled(kind, attacks.built(kind, change))
    assert problems == []
    assert made is not None
    assert filled(made)


def test_names_that_differ_by_case_only_are_refused(tmp_path: Path) -> None:
    members = unpacked(attacks.word_base())
    members["word/Document.xml"] = members["word/document.xml"]
    _, problems = compiled("docx", packed(members))
    assert [problem.code for problem in problems] == ["T002"]


def test_a_template_of_templates_is_no_document() -> None:
    raw = repacked(
        attacks.word_base(),
        attacks.edited("[Content_Types].xml", "document.main+xml", "template.main+xml"),
    )
    _, problems = compiled("docx", raw)
    assert [problem.code for problem in problems] == ["T214"]


# The page

PAGE = ROOT / "docs" / "安全.md"
MARK = "<!-- 表 -->\n"


def said(way: tuple[str, Change] | None) -> str:
    if way is None:
        return "—"
    return f"{way[0]} {CATALOG[way[0]].title}" if way[0] else "去掉"


def test_the_page_lists_what_is_tried() -> None:
    rows = [f"| {one.tried} | {said(one.word)} | {said(one.excel)} |" for one in ATTACKS]
    table = "\n".join(("| 试什么 | Word | Excel |", "|---|---|---|", *rows, ""))
    before, _, after = PAGE.read_text(encoding="utf-8").partition(MARK)
    if os.environ.get("GEN_DOCS_UPDATE") == "1":
        PAGE.write_text(f"{before}{MARK}{table}", encoding="utf-8")
    else:
        assert after == table
