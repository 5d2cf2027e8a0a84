"""Word templates of everything that repeats: each finished file says what its context says."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from kit import word_torture
from kit.archives import saved, unpacked
from kit.images import png
from kit.pages import printed, resaved
from kit.sheets import PROPERTIES
from kit.word import FILE, opened, paragraphs, render, shape, words
from lxml import etree
from openpyxl import load_workbook

from generator.figures.model import Names, Words
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.docx.compiled import CompiledDocument
from generator.formats.docx.format import FORMAT
from generator.formats.docx.render import render_docx
from generator.formats.format import Source
from generator.problems import Position, Problems

pytestmark = pytest.mark.long
ROWS = [0, 1, 2, 7, 500]
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def compiled() -> CompiledDocument:
    problems = Problems()
    made = compile_docx(word_torture.template(), FILE, (), problems)
    assert [problem.message for problem in problems] == []
    assert made is not None
    return made


def proven(made: Rendered, given: word_torture.Context) -> Rendered:
    """A file that reads back and says all that ``given`` says, nothing twice and nothing else."""
    expected = proof.Expected(made.parts, made.marks, made.printed)
    assert proof.prove(proof.read(FORMAT.open, made.data, expected), {}) == []
    assert shape(made) == word_torture.expected(given)
    archive = zipfile.ZipFile(io.BytesIO(made.data))
    parts = {n: archive.read(n) for n in archive.namelist()}
    trees = {n: etree.fromstring(d) for n, d in parts.items() if n.endswith((".xml", ".rels"))}
    body = trees["word/document.xml"]
    noted(trees, word_torture.noted(given))
    for name in ("bookmarkStart", "commentRangeStart"):
        numbers = [e.get(f"{W}id") for e in body.iter(f"{W}{name}")]
        assert len(set(numbers)) == len(numbers) == len(given["行"])
    # Word numbers content controls itself.
    assert [len(e.findall(f".//{W}id")) for e in body.iter(f"{W}sdtPr")] == [0] * len(given["行"])
    packaged(parts, trees)
    links = {e.get("Id"): e.get("Target") for e in trees["word/_rels/document.xml.rels"]}
    told = [links[e.get(f"{R}id")] for e in body.iter(f"{W}hyperlink")]
    assert told == [f"https://example.cn/?n={r['数']}" for r in given["行"]]
    assert "".join(trees["docProps/custom.xml"].itertext()) == "共12.50"
    assert numbered(body, trees["word/numbering.xml"]) == word_torture.labels(given)
    pictured(parts, trees, given)
    shades, spans = (list(body.iter(f"{W}{name}")) for name in ("shd", "gridSpan"))
    assert [e.get(f"{W}fill") for e in shades] == ["FFFF00"]
    wide = [str(len(given["列"]))] if given["列"] else []
    assert [e.get(f"{W}val") for e in spans] == ["1", *wide]
    *_, tall, _ = body.iter(f"{W}tbl")
    kinds = [e.get(f"{W}val") for e in tall.iter(f"{W}vMerge")]
    assert kinds == ["restart", *["continue"] * len(given["行"])][: len(given["行"])]
    ((chart, tree),) = (
        (parts[n].decode(), tree)
        for n, tree in trees.items()
        if re.match(r"word/charts/[^/]*\.xml$", n)
    )
    assert "".join(e.text or "" for e in tree.iter(f"{A}t")) == f"{given['单位']}图"
    (sheet,) = (d for n, d in parts.items() if n.endswith(".xlsx"))
    cells = [list(row) for row in load_workbook(io.BytesIO(sheet))["Sheet1"].values][1:]
    assert [c[1] for c in cells if c[0]] == [float(r["数"].value) for r in given["行"]]
    copy = re.findall(r"<c:numCache>(.*?)</c:numCache>", chart)[-1]
    copied = [float(v) for v in re.findall(r"<c:v>([^<]*)</c:v>", copy)]
    assert copied == [float(r["数"].value) for r in given["行"]]
    section = opened(made).sections[0]
    for part, sign in ((section.header, "眉"), (section.footer, "脚")):
        assert part.paragraphs[0].text == f"{sign}{given['单位']}"
    return made


def noted(trees: dict[str, etree._Element], notes: dict[str, list[str]]) -> None:
    """Each reference leads to a note of its own, which says what it must; there are no others."""
    for kind, texts in notes.items():
        held = _notes(trees[f"word/{kind}.xml"])
        references = trees["word/document.xml"].iter(f"{W}{kind[:-1]}Reference")
        assert [held[one.get(f"{W}id")] for one in references] == texts
        assert len(held) == len(texts)


def numbered(body: etree._Element, numbering: etree._Element) -> list[str]:
    """The numbered paragraphs with what Word counts: lists of one definition count together."""
    lists = {e.get(f"{W}numId"): e for e in numbering.findall(f"{W}num")}
    counts: dict[str, list[int]] = {}
    begun: set[str] = set()
    out = []
    for paragraph in body.iter(f"{W}p"):
        values = [paragraph.find(f"{W}pPr/{W}numPr/{W}{name}") for name in ("numId", "ilvl")]
        if None in values:
            continue
        number, depth = (str(value.get(f"{W}val")) for value in values)
        base = str(lists[number].find(f"{W}abstractNumId").get(f"{W}val"))
        count = counts.setdefault(base, [0, 0])
        if number not in begun:
            begun.add(number)
            for one in lists[number].iter(f"{W}startOverride"):
                level = int(one.getparent().get(f"{W}ilvl"))
                if level < len(count):
                    count[level] = int(one.get(f"{W}val")) - 1
        count[int(depth)] += 1
        count[int(depth) + 1 :] = [0] * (1 - int(depth))
        label = f"{count[0]}." if depth == "0" else f"{count[0]}.{count[1]}"
        out.append(f"{label} {''.join(t.text or '' for t in paragraph.iter(f'{W}t'))}")
    return out


def pictured(
    parts: dict[str, bytes], trees: dict[str, etree._Element], given: word_torture.Context
) -> None:
    """Each drawing is another one; all passes show the same pictures, with their own words."""
    body, rows = trees["word/document.xml"], given["行"]
    names = [e for n, t in trees.items() if n.startswith("word/") for e in t.iter("{*}docPr")]
    assert len({e.get("id") for e in names}) == len(names) == 3 * len(rows) + 2
    links = {e.get("Id"): e for e in trees["word/_rels/document.xml.rels"]}
    shown = [links[e.get(f"{R}embed")].get("Target") for e in body.iter("{*}blip")]
    own = [str(e.get("Target")) for e in links.values() if str(e.get("Type")).endswith("/image")]
    assert shown[0::3] == shown[1::3] == [n for n in own if "gen-" not in n] * len(rows)
    assert shown[2::3] == [n for n in own if "gen-" in n] * len(rows)
    assert {parts[f"word/{n}"] for n in shown[1::3]} <= {png()}
    assert {parts[f"word/{n}"] for n in shown[2::3]} <= {png(30, 30)}
    told = [e for e in body.iter("{*}docPr") if e.get("descr", "").startswith("照")]
    assert [e.get("descr") for e in told] == [f"照{r['名']}" for r in rows]
    targets = [links[e.get(f"{R}id")].get("Target") for e in body.iter("{*}hlinkClick")]
    assert targets == [f"https://example.cn/?n={r['数']}" for r in rows]
    (head,) = (t for n, t in trees.items() if n.startswith("word/header"))
    assert [e.get("descr") for e in head.iter("{*}docPr")] == [f"眉{given['单位']}"]


def packaged(parts: dict[str, bytes], trees: dict[str, etree._Element]) -> None:
    """Every part has one type and is related to, every relation leads to a part and is used once."""
    types = trees["[Content_Types].xml"]
    named = [str(e.get("PartName")).lstrip("/") for e in types if e.get("PartName")]
    assert len(set(named)) == len(named)
    ends = {e.get("Extension") for e in types if e.get("Extension")}
    held = {name for name in parts if name != "[Content_Types].xml"}
    assert set(named) <= held
    assert {n for n in held if n not in named and n.rpartition(".")[2] not in ends} == set()
    reached = set()
    for name in [name for name in held if name.endswith(".rels")]:
        folder, _, own = name.rpartition("_rels/")
        inside = [e for e in trees[name] if e.get("TargetMode") != "External"]
        paths = [str(e.get("Target")) for e in inside]
        reached |= {posixpath.normpath(p.lstrip("/") if p[0] == "/" else folder + p) for p in paths}
        keys = [str(e.get("Id")) for e in trees[name]]
        assert len(set(keys)) == len(keys)
        if source := own.removesuffix(".rels"):
            used = {
                v for e in trees[folder + source].iter() for k, v in e.items() if k.startswith(R)
            }
            assert used <= set(keys), name
    assert reached == {name for name in held if not name.endswith(".rels")}


@pytest.mark.office
@pytest.mark.parametrize("count", ROWS)
def test_an_office_suite_reads_the_same(
    count: int, compiled: CompiledDocument, tmp_path: Path
) -> None:
    given = word_torture.context(count, count)
    made = proven(render_docx(compiled, given, PROPERTIES), given)
    again = Document(io.BytesIO(resaved(made.data, tmp_path)))
    assert _lines(again) == _lines(opened(made))
    shown = [line.strip() for line in printed(made.data, tmp_path).splitlines()]
    assert [line for line in word_torture.labels(given) if line not in shown] == []


@pytest.mark.office
def test_an_office_suite_reads_the_same_notes(tmp_path: Path) -> None:
    """Comments apart: with them LibreOffice 7.4 prints the text of one endnote at another."""
    compiled = compile_docx(word_torture.template(_PRINTED), FILE, (), Problems())
    assert compiled is not None
    given = word_torture.context(7, 7)
    parts = unpacked(resaved(render_docx(compiled, given, PROPERTIES).data, tmp_path))
    for kind in _PRINTED:
        found = _notes(etree.fromstring(parts[f"word/{kind}.xml"])).values()
        assert [text.strip() for text in found] == word_torture.noted(given)[kind]


_PRINTED = ("footnotes", "endnotes")


def _notes(part: etree._Element) -> dict[str, str]:
    """The text of each note by its number, lines apart."""
    return {n.get(f"{W}id"): "".join(n.itertext()) for n in part if not n.get(f"{W}type")}


def _lines(document: object) -> list[str]:
    """Texts of a body in their order; an office suite may split and join runs, not words."""
    body = document.element.body  # type: ignore[attr-defined]
    boxed = "ancestor::*[local-name()='txbxContent']"
    lines = []
    for paragraph in body.iter(f"{W}p"):
        if not paragraph.xpath(boxed):
            texts = paragraph.xpath(f".//w:t[not({boxed})]")
            lines.append("".join(text.text or "" for text in texts))
    return [line for line in lines if line]


@pytest.mark.parametrize("count", [0, 3])
def test_an_annex_of_each_project_says_all_of_it_each_time(count: int) -> None:
    given = word_torture.context(count, count)
    annex = Source("附录", word_torture.template(), "附件.docx", each=True)
    own = {"项目": [Names(名="一"), Names(名="二")], "附件号表": Names(附录=words("附件"))}
    made = render(paragraphs("报告"), [annex], **own, **given)
    once = word_torture.expected(given)
    assert [line.lstrip("§") for line in shape(made)] == [
        line.lstrip("§") for line in ["报告", *once, *once]
    ]
    parts = unpacked(made.data)
    trees = {n: etree.fromstring(d) for n, d in parts.items() if n.endswith((".xml", ".rels"))}
    packaged(parts, trees)
    noted(trees, {kind: texts * 2 for kind, texts in word_torture.noted(given).items()})
    body = trees["word/document.xml"]
    assert numbered(body, trees["word/numbering.xml"]) == word_torture.labels(given) * 2
    for name, key in (("bookmarkStart", f"{W}id"), ("bookmarkStart", f"{W}name"), ("docPr", "id")):
        keys = [e.get(key) for e in body.iter(f"{{*}}{name}")]
        assert len(set(keys)) == len(keys)
    charts = [n for n in parts if re.match(r"word/charts/[^/]*\.xml$", n)]
    assert len(charts) == 2
    assert len([n for n in parts if n.startswith("word/media/")]) <= 2


def test_random_contexts_are_proven(compiled: CompiledDocument) -> None:
    for seed in range(1000):
        given = word_torture.context(seed % 9, seed)
        proven(render_docx(compiled, given, PROPERTIES), given)


def test_mutated_contexts_give_no_traceback(compiled: CompiledDocument) -> None:
    """Values of other kinds, lists that are empty, texts that look like something else."""
    at = Position("content/facts.yaml", 1)
    texts = [
        "",
        "</w:t>",
        "&#1;",
        "]]>",
        "{{ 单位 }}",
        "{%p endfor %}",
        " ",
        "\n",
        "_x000D_",
        "1" * 5000,
    ]
    for seed in range(100):
        given = word_torture.context(seed % 5, seed)
        for index, row in enumerate(given["行"]):
            row["名"] = Words(texts[(seed + index) % len(texts)], f"文[{index}]", at)
            row["数"] = row["名"] if seed % 3 else row["数"]
        if seed % 7 == 0:
            given["组"] = [Names({"名": given["单位"], "二": []})]
        Document(io.BytesIO(render_docx(compiled, given, PROPERTIES).data))


def test_a_template_saved_once_more_is_the_same_template(compiled: CompiledDocument) -> None:
    raw = saved(Document(io.BytesIO(word_torture.template())))
    again = compile_docx(raw, FILE, (), Problems())
    assert again is not None
    given = word_torture.context(3, 3)
    assert shape(render_docx(again, given, PROPERTIES)) == word_torture.expected(given)
