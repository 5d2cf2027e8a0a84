"""Edits made in an office suite, by its own interface: right, or refused with their place.

Each edited template is filled, and the suite tells what the finished file shows: of a workbook the
values from the texts of formulas alone, charts, names, formats, what is merged, hidden, printed,
where pages break; of a document its lines with notes, boxes, links and page breaks. All that an
edit does not change must be as it was without it.
"""

from __future__ import annotations

import io
import os
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from kit import contexts, torture, word, word_torture
from kit.archives import unpacked
from kit.recalculation import same, without_values
from kit.sheets import FILE, PROPERTIES
from kit.suite import calc, forms, papers, writer
from kit.suite.client import Suite, lacking
from kit.suite.sources import workbook
from kit.workspaces import ROOT
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from generator.build import plan
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.format import FORMAT as WORD
from generator.formats.docx.render import render_docx
from generator.formats.format import Format
from generator.formats.soundness import finished
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.format import FORMAT
from generator.formats.xlsx.render import render_xlsx
from generator.language.lint import lint
from generator.problems import Position, Problems

pytestmark = [
    pytest.mark.long,
    pytest.mark.office,
    pytest.mark.skipif(bool(lacking()), reason=str(lacking())),
]
COUNTS = (0, 4)
#: Each form takes its turn: all edits of all forms (GEN_EDITS=full) take some minutes.
FORMS = [
    ("jiujiang/附件1", 2020), ("jiujiang/附件2", 2020), ("jiujiang/附件3", 2020),
    ("qiannan/部门整体支出绩效目标自评表", 2023),
]  # fmt: skip
FULL = os.environ.get("GEN_EDITS") == "full"


def filled(raw: bytes, contexts: Sequence[Mapping[str, object]]) -> list[Rendered] | str:
    """A template filled with each of the contexts, or what is wrong with it, with its place."""
    problems = Problems()
    compiled = compile_xlsx(raw, FILE, problems)
    if compiled is not None and not problems.failed:
        lint(compiled.tags, compiled.statements, word.Anything(), problems)
    errors = [one for one in problems.sorted() if one.severity == "error"]
    if compiled is None or errors:
        assert all(one.at.place for one in errors), [one.message for one in errors]
        return " ".join(one.code for one in errors)
    made = [render_xlsx(compiled, one, PROPERTIES) for one in contexts]
    told = Problems()
    for remark in (remark for one in made for remark in one.remarks):
        told.add_values(remark.code, Position(FILE, place=remark.place), dict(remark.values))
    if told.failed:
        assert all(one.at.place for one in told)
        return " ".join(one.code for one in told)
    return [proven(FORMAT, one) for one in made]


def proven(kind: Format, made: Rendered) -> Rendered:
    """A file that reads back and is whole."""
    expected = proof.Expected(made.parts, made.marks, made.printed)
    assert proof.prove(proof.read(kind.open, made.data, expected), {}) == []
    assert finished.flaws(unpacked(made.data), made.parts, kind.open(made.data).places) == []
    return made


def written(raw: bytes, given: Sequence[Mapping[str, Any]]) -> list[Rendered] | str:
    """The same of a Word template."""
    problems = Problems()
    compiled = compile_docx(raw, word.FILE, (), problems)
    if compiled is not None and not problems.failed:
        lint(compiled.tags, compiled.statements, word.Anything(), problems)
    errors = [one for one in problems.sorted() if one.severity == "error"]
    if compiled is None or errors:
        assert all(one.at.place for one in errors), [one.message for one in errors]
        return " ".join(one.code for one in errors)
    return [proven(WORD, render_docx(compiled, one, word.PROPERTIES)) for one in given]


def judged(code: str, result: list[Rendered] | str) -> str:
    """Right or refused as it must be (empty for one still to be looked at), or what it is."""
    if isinstance(result, str):
        return "refused" if code and code in result.split() else f"refused with {result}"
    return f"filled, not refused with {code}" if code else ""


def computed(made: Rendered, seen: Mapping[str, Any]) -> list[str]:
    """Formulas of which gen's value is not what the suite computes from their texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl does not know what newer suites write
        book = load_workbook(io.BytesIO(made.data), data_only=True)
    wrong = []
    for title, cells in seen["formulas"].items():
        for where, theirs in cells.items():
            column, row = map(int, where.split(","))
            mine = book[title].cell(row + 1, column + 1).value
            rounded = float(f"{mine:.12g}") if isinstance(mine, int | float) else mine
            if not same(rounded, theirs):
                wrong.append(f"{title}!{get_column_letter(column + 1)}{row + 1}: {mine} {theirs}")
    return wrong


def otherwise(edit: calc.Edit, plain: calc.Seen, seen: calc.Seen, count: int) -> list[str]:
    """Facets that are not as they must be."""
    wrong = []
    for kind, shown in seen.items():
        expected = (
            edit.changed[kind] if kind in edit.changed else lambda base, _, kind=kind: base[kind]
        )
        looked = kind in edit.changed if kind == "formats" else kind != "formulas"
        if looked and expected is not None and (wanted := expected(plain, count)) != shown:
            wrong.append(f"{kind}: {shown} instead of {wanted}")
    return wrong


def told(outcomes: Counter[str], wrong: Sequence[str]) -> None:
    """Outcomes by count; none is wrong."""
    print(dict(outcomes))
    assert list(wrong) == []
    assert outcomes["right"] > 70
    assert outcomes["refused"] > 10


def test_edits_of_a_workbook_are_right_or_refused(tmp_path: Path) -> None:
    suite = Suite(tmp_path)
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    made: dict[str, Rendered] = {}
    for name, raw in suite.edited("calc", workbook(), list(calc.EDITS)).items():
        result = filled(raw, [torture.context(n, n) for n in COUNTS])
        if said := judged(calc.EDITS[name].code, result):
            outcomes[said] += 1
            wrong += [] if said == "refused" else [f"{name}: {said}"]
        elif not isinstance(result, str):
            made |= {f"{name} {n}": one for n, one in zip(COUNTS, result, strict=True)}
    shown = suite.seen("calc", {key: without_values(one.data) for key, one in made.items()})
    for key, seen in shown.items():
        name, count = key.split(" ")
        edit = calc.EDITS[name]
        found = otherwise(edit, shown[f"无 {count}"], seen, int(count)) + computed(made[key], seen)
        outcomes["wrong" if found else "right"] += 1
        wrong += [f"{key}: {one}" for one in found]
    told(outcomes, wrong)


def listed(given: Mapping[str, Any], name: str) -> list[object]:
    """What the loop of a form goes through."""
    found = {"附件2": given[plan.PROJECTS], "附件3": given[plan.PROJECT].get("指标")}
    return found.get(name.rpartition("/")[2]) or given["指标"]


@pytest.mark.parametrize("turn", range(len(FORMS)))
def test_edits_of_the_shipped_forms_are_right_or_refused(turn: int, tmp_path: Path) -> None:
    """Every edit of each form; what is not right is refused with its place, or told when filled."""
    name, year = FORMS[turn]
    given = contexts.sample(year)
    suite = Suite(tmp_path)
    raw = (ROOT / f"templates/xlsx/{name}.xlsx").read_bytes()
    made: dict[str, Rendered] = {}
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    edits = list(forms.EDITS)[1:]
    tried = ["无", *(edits if FULL else edits[turn :: len(FORMS)])]
    for edit, edited in suite.edited("forms", raw, tried).items():
        result = filled(edited, [given])
        if isinstance(result, str):
            outcomes["refused"] += 1
            known = set(result.split()) & set(forms.EDITS[edit].codes)
            wrong += [] if known else [f"{edit}: refused with {result}"]
        else:
            made[edit] = result[0]
    shown = suite.seen("forms", {key: without_values(one.data) for key, one in made.items()})
    marks = forms.marks(shown["无"], len(listed(given, name)))
    for edit, seen in shown.items():
        found = forms.otherwise(forms.EDITS[edit], shown["无"], seen, marks)
        found += computed(made[edit], seen)
        outcomes["wrong" if found else "right"] += 1
        wrong += [f"{edit}: {one}" for one in found]
    print(name, dict(outcomes), *wrong, sep="\n")
    assert wrong == []
    assert outcomes["right"] > len(tried) / 2


def header(made: Rendered) -> str:
    text: str = Document(io.BytesIO(made.data)).sections[0].header.paragraphs[0].text
    return text


def test_edits_of_a_document_are_right_or_refused(tmp_path: Path) -> None:
    """Comments apart: without a desktop, LibreOffice ends itself over documents that have some."""
    suite = Suite(tmp_path)
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    made: dict[str, Rendered] = {}
    source = word_torture.template(("footnotes", "endnotes"))
    for name, raw in suite.edited("writer", source, list(writer.EDITS)).items():
        result = written(raw, [word_torture.context(n, n) for n in COUNTS])
        if said := judged(writer.EDITS[name].code, result):
            outcomes[said] += 1
            wrong += [] if said == "refused" else [f"{name}: {said}"]
        elif not isinstance(result, str):
            made |= {f"{name} {n}": one for n, one in zip(COUNTS, result, strict=True)}
    shown = suite.seen("writer", {key: one.data for key, one in made.items()})
    for key, seen in shown.items():
        name, count = key.split(" ")
        edit, plain = writer.EDITS[name], f"无 {count}"
        right = seen == edit.changed(shown[plain])
        right = right and header(made[key]) == edit.header(header(made[plain]))
        outcomes["right" if right else "wrong"] += 1
        wrong += [] if right else [f"{key}: {seen} {header(made[key])}"]
    told(outcomes, wrong)


PAPERS = [
    ("jiujiang/报告", 2020), ("jiujiang/附件1", 2020), ("jiujiang/附件2", 2020),
    ("jiujiang/附件3", 2020), ("qiannan/部门整体支出绩效目标自评表", 2023),
]  # fmt: skip


@pytest.mark.parametrize("turn", range(len(PAPERS)))
def test_edits_of_the_shipped_papers_are_right_or_refused(turn: int, tmp_path: Path) -> None:
    """The same of the Word forms; what the edits say of their year is that of the first ones."""
    name, year = PAPERS[turn]
    given = contexts.sample(year)
    suite = Suite(tmp_path)
    raw = (ROOT / f"templates/docx/{name}.docx").read_bytes()
    edits = [one for one in papers.EDITS if one != "无" and (year == 2020 or one in papers.PLAIN)]
    tried = ["无", *(edits if FULL else edits[turn :: len(PAPERS)])]
    made: dict[str, Rendered] = {}
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for edit, edited in suite.edited("papers", raw, tried).items():
        result = written(edited, [given])
        if said := judged(papers.EDITS[edit].code, result):
            outcomes[said] += 1
            wrong += [] if said == "refused" else [f"{edit}: {said}"]
        elif not isinstance(result, str):
            made[edit] = result[0]
    shown = suite.seen("papers", {key: one.data for key, one in made.items()})
    plain = shown["无"]
    for edit, lines in shown.items():
        wanted = papers.EDITS[edit].changed(plain)
        right = lines == wanted
        right = right and header(made[edit]) == papers.EDITS[edit].header(header(made["无"]))
        outcomes["right" if right else "wrong"] += 1
        differing = [(a, b) for a, b in zip(wanted, lines, strict=False) if a != b][:3]
        wrong += (
            []
            if right
            else [f"{edit}: {differing} {len(wanted)} {len(lines)} {header(made[edit])}"]
        )
    print(name, dict(outcomes), *wrong, sep="\n")
    assert wrong == []
    assert outcomes["right"] > len(tried) / 2
