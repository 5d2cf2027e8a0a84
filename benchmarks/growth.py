"""How the time of gen grows with its input: the worst known line of each scanner at n, 2n, 4n.

    python benchmarks/growth.py [--only TEXT] [--limit 60] [--rounds 2]

Each line of the table is the sample with one file made worse: the CPU seconds of `gen` at n, 2n
and 4n above those of the sample as it is, and how they grow at each doubling. Work in proportion
to its input doubles; what grows by more than 2.5 is marked with “!” and measured again from
twice the size, unless it takes too little to tell. A run is stopped after ``--limit`` seconds of
CPU time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
YEAR = Path("content/jiujiang-shenzhen/2020")
#: A growth is told from noise only above this many seconds.
TOLD = 0.15
#: gen with a limit of CPU time, the first argument.
RUN = """\
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
from generator.cli.commands import main
main()
"""
ALLOWED = 2.5

#: Files below the year's folder (or from the workspace, with “/” before) → what is put behind.
Changes = Mapping[str, str]


@dataclass(frozen=True)
class Template:
    """``old`` of the member ``name`` of the template ``file`` becomes ``new``."""

    file: str
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Case:
    """What is put behind files of the sample for a size; ``smallest`` is n."""

    name: str
    smallest: int
    changes: Callable[[int], Changes]
    command: str = "check"
    replace: Callable[[int], tuple[str, str, str]] | None = None
    #: What is put before a mark in a member of a template.
    template: Callable[[int], Template] | None = None


def report(text: Callable[[int], str]) -> Callable[[int], Changes]:
    """Text put behind report.md as a paragraph of its own."""
    return lambda n: {"report.md": f"\n\n{text(n)}\n"}


def file(name: str, text: Callable[[int], str]) -> Callable[[int], Changes]:
    """Lines put behind a file."""
    return lambda n: {name: f"\n{text(n)}\n"}


def letters(number: int) -> str:
    """The column with that number: 0 is A."""
    text = ""
    while number >= 0:
        number, digit = divmod(number, 26)
        text, number = chr(65 + digit) + text, number - 1
    return text


def nothing(_: int) -> Changes:
    return {}


def rows(count: int) -> str:
    """A table of ``count`` rows."""
    return "大表:\n" + "".join(f"  行{n}: {{本年: {n}}}\n" for n in range(count))


def unknown_names(n: int) -> Changes:
    tags = "".join(f"{{{{ 大表.列{number}.本年 }}}}，" for number in range(n))
    return {"figures.yaml": f"\n{rows(n)}", "report.md": f"\n\n{tags}\n"}


def goal(n: int) -> tuple[str, str, str]:
    """A goal whose two texts repeat and differ in one place."""
    return ("facts.yaml", "  预期: ", "  预期: " + "完成走访任务" * (n // 6))


def indicator_rows(n: int) -> str:
    return "- 一级: 附加指标\n  三级:\n" + "".join(
        f"  - {{名称: 走访企业协会商会的第{number}项任务, 目标: 100%, 完成: 100%, 分值: 0}}\n"
        for number in range(n)
    )


def word(xml: Callable[[int], str]) -> Callable[[int], Template]:
    """XML at the beginning of the body of a Word template."""
    return before(WORD, "word/document.xml", "<w:p><w:pPr><w:pStyle", xml)


def before(file: str, name: str, mark: str, xml: Callable[[int], str]) -> Callable[[int], Template]:
    """XML before ``mark`` in a member of a template."""
    return lambda n: Template(file, name, mark, xml(n) + mark)


def words(text: Callable[[int], str]) -> Callable[[int], Template]:
    """A paragraph of a Word template."""
    return word(lambda n: paragraph(escape(text(n))))


def paragraph(xml: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{xml}</w:t></w:r></w:p>'


def table(rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{rows}</w:tbl>"


def cell(xml: str, properties: str = "") -> str:
    return f"<w:tr><w:tc><w:tcPr>{properties}</w:tcPr>{xml}</w:tc></w:tr>"


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


WORD, EXCEL = "docx/jiujiang/附件2.docx", "xlsx/jiujiang/附件2.xlsx"
SHEET = "xl/worksheets/sheet1.xml"


def excel(xml: Callable[[int], str], end: str, name: str = SHEET) -> Callable[[int], Template]:
    """XML before ``end`` in a part of an Excel template."""
    return before(EXCEL, name, end, xml)


def cells(text: Callable[[int], str]) -> Callable[[int], Template]:
    """A cell of an Excel template."""
    return excel(lambda n: f'<row r="99">{inline("A99", text(n))}</row>', "</sheetData>")


def inline(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def formula(text: Callable[[int], str]) -> Callable[[int], Template]:
    return excel(
        lambda n: f'<row r="99"><c r="A99"><f>{escape(text(n))}</f></c></row>', "</sheetData>"
    )


def behind(xml: Callable[[int], str]) -> Callable[[int], Template]:
    """XML between the merged cells and the options for printing."""
    return excel(xml, "<printOptions")


TEXTS: tuple[tuple[str, int, Callable[[int], str]], ...] = (
    ("opening braces", 10000, lambda n: "{{ " * n),
    ("openings of blocks", 10000, lambda n: "{% " * n),
    ("openings of blocks and signs", 10000, lambda n: "{%-" * n),
    ("all openings in turn", 5000, lambda n: "{{ {% {# " * n),
    ("closing braces", 10000, lambda n: "}} " * n),
    ("wide braces", 10000, lambda n: "｛" * n),
    ("wide braces and spaces", 10000, lambda n: "｛ {％" * n),
    ("quotes in a tag", 20000, lambda n: "{{ 年度 | " + '"' * n + " }}"),
    ("curly quotes in a tag", 20000, lambda n: "{{ 年度 == " + "“'" * n + " }}"),
    ("spaces in a tag", 50000, lambda n: "{{ 年度" + " " * n + "x }}"),
    ("bars and merges", 2000, lambda n: "{{ 年度 " + "| 合并 " * n + "}}"),
    ("spaces after bars", 20000, lambda n: "{{ 年度 |" + " " * n + "合并 }}"),
    ("tags", 1000, lambda n: "{{ 年度 }}年" * n),
    ("unknown tags", 1000, lambda n: "".join(f"{{{{ 无{i} }}}}" for i in range(n))),
    ("beginnings without ends", 1000, lambda n: "{% if 年度 %}甲" * n),
    ("ends without beginnings", 1000, lambda n: "{% endif %}" * n),
    ("brackets in a tag", 2000, lambda n: "{{ " + "(" * n + "年度 }}"),
    ("one character", 200000, lambda n: "的" * n),
    ("spaces", 100000, lambda n: "的" + " " * n + "的"),
    ("signs of XML", 50000, lambda n: "<&>" * n),
    ("codes of characters", 20000, lambda n: "_x005F" * n + "_"),
    ("single braces", 20000, lambda n: "{a}" * n),
)

FORMULAS: tuple[tuple[str, int, Callable[[int], str]], ...] = (
    ("brackets", 5000, lambda n: "(" * n),
    ("sums, one in the other", 50, lambda n: "SUM(" * n + "A1" + ")" * n),
    ("sums in turn", 1000, lambda n: "+".join(["SUM(A1:B2)"] * n)),
    ("cells", 2000, lambda n: "+".join(["A1"] * n)),
    ("colons", 5000, lambda n: "A1:" * n),
    ("dollars", 20000, lambda n: "$" * n),
    ("letters", 50000, lambda n: "A" * n),
    ("digits", 50000, lambda n: "1" * n),
    ("letters and digits", 20000, lambda n: "A1" * n),
    ("points", 20000, lambda n: "A." * n),
    ("exclamation marks", 20000, lambda n: "!" * n),
    ("sheets", 5000, lambda n: "表!" * n),
    ("quotes", 20000, lambda n: '"' * n),
    ("single quotes", 20000, lambda n: "'" * n),
    ("square brackets", 20000, lambda n: "[" * n),
    ("prefixes", 5000, lambda n: "_xlfn." * n),
    ("braces", 5000, lambda n: "{" * n),
    ("tags", 1000, lambda n: "{{ 年度 }}+" * n + "1"),
    ("openings of tags", 10000, lambda n: "{{ " * n),
    ("spaces", 50000, lambda n: "A1" + " " * n + "A2"),
    ("signs", 20000, lambda n: "+-" * n),
)


def numbers(text: str) -> Callable[[int], Template]:
    """A format of numbers, and all formats are that one."""
    return lambda n: Template(
        EXCEL, "xl/styles.xml", '<numFmts count="0"/>',
        f'<numFmts><numFmt numFmtId="0" formatCode="{text * n}"/></numFmts>',
    )  # fmt: skip


NUMBERS = (
    ("zeros", 20000, "0"), ("points", 20000, "0."), ("commas", 20000, "#,"),
    ("brackets", 20000, "["), ("quotes", 20000, "&quot;"), ("semicolons", 20000, ";"),
    ("backslashes", 20000, "\\"),
)  # fmt: skip

#: The XML of templates.
TEMPLATES = (
    *(Case(f"Word text: {name}", n, nothing, template=words(text)) for name, n, text in TEXTS),
    *(Case(f"Excel text: {name}", n, nothing, template=cells(text)) for name, n, text in TEXTS),
    *(Case(f"Excel formula: {name}", n, nothing, template=formula(text))
      for name, n, text in FORMULAS),
    Case("Word: a tag in many pieces", 1000, nothing, template=word(lambda n:
        "<w:p>" + "".join(f"<w:r><w:t>{c}</w:t></w:r>" for c in "{{ " + "年度 | 数 " * (n // 8) + "}}") + "</w:p>")),
    Case("Word: braces, each a piece", 2000, nothing, template=word(lambda n:
        "<w:p>" + "<w:r><w:t>{</w:t></w:r>" * n + "</w:p>")),
    Case("Word: paragraphs", 2000, nothing, template=word(lambda n: paragraph("甲") * n)),
    Case("Word: paragraphs with tags", 500, nothing, template=word(lambda n: paragraph("{{ 年度 }}") * n)),
    Case("Word: loops of paragraphs", 200, nothing, template=word(lambda n: "".join(
        map(paragraph, ("{%p for r in 指标 %}", "{{ r.名称 }}", "{%p endfor %}"))) * n)),
    Case("Word: empty rows", 1000, nothing, template=word(lambda n: table(cell("<w:p/>") * n))),
    Case("Word: rows with tags", 500, nothing, template=word(lambda n: table(cell(paragraph("{{ 年度 }}")) * n))),
    Case("Word: rows that merge", 500, nothing, template=word(lambda n: table(
        cell(paragraph("{{ 年度 | 合并 }}")) * n))),
    Case("Word: cells of a row", 20, nothing, template=word(lambda n: table(
        cell("<w:p/>").replace("</w:tr>", "<w:tc><w:p/></w:tc>" * n + "</w:tr>")))),
    Case("Word: tables", 300, nothing, template=word(lambda n: (table(cell("<w:p/>")) + "<w:p/>") * n)),
    Case("Word: tables, one in the other", 10, nothing, template=word(lambda n:
        "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>" * n + "<w:p/>" + "</w:tc></w:tr></w:tbl><w:p/>" * n)),
    Case("Word: properties of a cell", 2000, nothing, template=word(lambda n: table(
        cell(paragraph("{% cellbg 年度 %}"), '<w:shd w:val="clear"/>' * n)))),
    Case("Word: cells with colours", 300, nothing, template=word(lambda n: table(
        cell(paragraph("{% cellbg 年度 %}")) * n))),
    Case("Word: cells that span", 300, nothing, template=word(lambda n: table(
        cell(paragraph("{% colspan 2 %}")) * n))),
    Case("Word: long attributes", 50000, nothing, template=word(lambda n:
        f'<w:p w:rsidR="{"0" * n}"><w:r><w:t>{{{{ 年度 }}}}</w:t></w:r></w:p>')),
    Case("Word: drawings", 1000, nothing, template=word(lambda n: "<w:p>" + "".join(
        f'<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="{i + 900}" name="甲"/></wp:inline></w:drawing></w:r>' for i in range(n)) + "</w:p>")),
    Case("Word: drawings with long names", 20000, nothing, template=word(lambda n:
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr name="{" id " * n}" id="900"/></wp:inline></w:drawing></w:r></w:p>')),
    Case("Word: bookmarks", 2000, nothing, template=word(lambda n: "<w:p>" + "".join(
        f'<w:bookmarkStart w:id="{i + 900}" w:name="甲{i}"/><w:bookmarkEnd w:id="{i + 900}"/>' for i in range(n))
        + "</w:p>")),
    Case("Word: bookmarks in a loop", 500, nothing, template=word(lambda n: paragraph("{%p for r in 指标 %}")
        + "<w:p>" + "".join(f'<w:bookmarkStart w:id="{i + 900}" w:name="甲{i}"/><w:bookmarkEnd w:id="{i + 900}"/>'
        for i in range(n)) + "</w:p>" + paragraph("{%p endfor %}"))),
    Case("Word: fields", 1000, nothing, template=word(lambda n: "<w:p>"
        + (mark("begin") + code("PAGE") + mark("end")) * n + "</w:p>")),
    Case("Word: fields, one in the other", 2000, nothing, template=word(lambda n:
        "<w:p>" + (mark("begin") + code("PAGE")) * n + mark("end") * n + "</w:p>")),
    Case("Word: a field in many pieces", 2000, nothing, template=word(lambda n:
        "<w:p>" + mark("begin") + code("P") * n + mark("end") + "</w:p>")),
    Case("Word: quotes of a field", 20000, nothing, template=word(lambda n:
        "<w:p>" + mark("begin") + code("PAGE " + "“" * n) + mark("end") + "</w:p>")),
    Case("Word: switches of a field", 20000, nothing, template=word(lambda n:
        "<w:p>" + mark("begin") + code("PAGE " + "\\" * n) + mark("end") + "</w:p>")),
    Case("Word: entities", 20000, nothing, template=word(lambda n: paragraph("&#x7532;" * n))),
    Case("Word: asides", 10000, nothing, template=word(lambda n: paragraph("<!-- x -->" * n))),
    Case("Word: unparsed texts", 10000, nothing, template=word(lambda n: paragraph("<![CDATA[x]]>" * n))),
    Case("Word: instructions", 10000, nothing, template=word(lambda n: paragraph("<?x y?>" * n))),
    Case("Word: names of elements", 2000, nothing, template=word(lambda n: "<w:p>" + "".join(
        f'<a{i}:b xmlns:a{i}="urn:{i}"/>' for i in range(n)) + "</w:p>")),
    Case("Word: alternatives", 1000, nothing, template=word(lambda n: "<w:p>"
        + '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
          "<mc:Fallback><w:t>甲</w:t></mc:Fallback></mc:AlternateContent></w:r>" * n + "</w:p>")),
    Case("Word: styles", 1000, nothing, template=before(WORD, "word/styles.xml", "</w:styles>", lambda n: "".join(
        f'<w:style w:type="paragraph" w:styleId="甲{i}"><w:name w:val="甲{i}"/></w:style>' for i in range(n)))),
    Case("Word: styles, one on the other", 500, nothing, template=before(WORD, "word/styles.xml", "</w:styles>", lambda n: "".join(
        f'<w:style w:type="paragraph" w:styleId="甲{i}"><w:name w:val="甲{i}"/><w:basedOn w:val="甲{i + 1}"/></w:style>'
        for i in range(n)))),
    Case("Word: relations", 1000, nothing, template=before(WORD, "word/_rels/document.xml.rels", "</Relationships>", lambda n: "".join(
        f'<Relationship Id="甲{i}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        f'Target="https://a.cn/{i}" TargetMode="External"/>' for i in range(n)))),
    Case("Word: types", 1000, nothing, template=before(WORD, "[Content_Types].xml", "</Types>", lambda n: "".join(
        f'<Default Extension="x{i}" ContentType="a/b"/>' for i in range(n)))),
    Case("Excel: rows", 2000, nothing, template=excel(lambda n: "".join(
        f'<row r="{i + 99}">{inline(f"A{i + 99}", "甲")}</row>' for i in range(n)), "</sheetData>")),
    Case("Excel: rows with tags", 500, nothing, template=excel(lambda n: "".join(
        f'<row r="{i + 99}">{inline(f"A{i + 99}", "{{ 年度 }}")}</row>' for i in range(n)), "</sheetData>")),
    Case("Excel: rows with formulas", 500, nothing, template=excel(lambda n: "".join(
        f'<row r="{i + 99}"><c r="A{i + 99}"><f>SUM(A1:A9)</f></c></row>' for i in range(n)), "</sheetData>")),
    Case("Excel: loops", 200, nothing, template=excel(lambda n: "".join(
        f'<row r="{i + 99}">{inline(f"A{i + 99}", text)}</row>'
        for i, text in enumerate(("{%tr for r in 指标 %}", "{{ r.名称 }}", "{%tr endfor %}") * n)), "</sheetData>")),
    Case("Excel: cells of a row", 1000, nothing, template=excel(lambda n:
        '<row r="99">' + "".join(inline(f"{letters(i)}99", "甲") for i in range(n)) + "</row>", "</sheetData>")),
    Case("Excel: merged cells", 2000, nothing, template=excel(lambda n: "".join(
        f'<mergeCell ref="A{i + 99}:B{i + 99}"/>' for i in range(n)), "</mergeCells>")),
    Case("Excel: merged cells, side by side", 2000, nothing, template=excel(lambda n: "".join(
        f'<mergeCell ref="{letters(i)}99:{letters(i)}100"/>' for i in range(n)), "</mergeCells>")),
    Case("Excel: formats by condition", 500, nothing, template=behind(lambda n: "".join(
        f'<conditionalFormatting sqref="A{i + 1}"><cfRule type="expression" priority="{i + 1}"><formula>A1=1</formula>'
        "</cfRule></conditionalFormatting>" for i in range(n)))),
    Case("Excel: areas of a format", 2000, nothing, template=behind(lambda n:
        f'<conditionalFormatting sqref="{" ".join(f"A{i + 1}" for i in range(n))}"><cfRule type="expression" '
        'priority="1"><formula>A1=1</formula></cfRule></conditionalFormatting>')),
    Case("Excel: validations", 500, nothing, template=behind(lambda n: "<dataValidations>" + "".join(
        f'<dataValidation type="list" sqref="A{i + 1}"><formula1>"甲,乙"</formula1></dataValidation>'
        for i in range(n)) + "</dataValidations>")),
    Case("Excel: links", 1000, nothing, template=behind(lambda n: "<hyperlinks>" + "".join(
        f'<hyperlink ref="A{i + 1}" location="A1"/>' for i in range(n)) + "</hyperlinks>")),
    Case("Excel: formats", 2000, nothing, template=excel(lambda n:
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' * n, "</cellXfs>", "xl/styles.xml")),
    Case("Excel: fonts", 2000, nothing, template=excel(lambda n:
        '<font><sz val="11"/><name val="甲"/></font>' * n, "</fonts>", "xl/styles.xml")),
    *(Case(f"Excel: format of numbers: {name}", n, nothing, template=numbers(text))
      for name, n, text in NUMBERS),
    Case("Excel: names", 500, nothing, template=excel(lambda n: "".join(
        f'<definedName name="甲{i}">$A$1</definedName>' for i in range(n)), "</definedNames>", "xl/workbook.xml")),
    Case("Excel: a long name", 5000, nothing, template=excel(lambda n:
        f'<definedName name="甲">{",".join(["$A$1"] * n)}</definedName>', "</definedNames>", "xl/workbook.xml")),
    Case("Excel: signs of a page header", 20000, nothing, template=excel(lambda n: "&amp;" * n,
        "</oddHeader>")),
    Case("Excel: pieces of a text", 2000, nothing, template=excel(lambda n:
        '<row r="99"><c r="A99" t="inlineStr"><is>' + "<r><t>{</t></r>" * n + "</is></c></row>", "</sheetData>")),
    Case("Excel: how texts are read aloud", 2000, nothing, template=excel(lambda n:
        '<row r="99"><c r="A99" t="inlineStr"><is><t>甲</t>' + '<rPh sb="0" eb="1"><t>甲</t></rPh>' * n
        + "</is></c></row>", "</sheetData>")),
    Case("Excel: page breaks", 2000, nothing, template=excel(lambda n: "<rowBreaks>" + "".join(
        f'<brk id="{i + 1}"/>' for i in range(n)) + "</rowBreaks>", "</worksheet>")),
)  # fmt: skip

CASES = (
    # report.md
    Case("filters before a stray sign", 5000, report(lambda n: "{{ 年度 " + "| 数 " * n + "!}}")),
    Case("opening braces", 20000, report(lambda n: "{{ " * n)),
    Case("all openings in turn", 10000, report(lambda n: "{{ {% {# " * n)),
    Case("rule of a table", 100000, report(lambda n: "|a|\n|" + "-" * n + "x")),
    Case("spaces in a tag", 50000, report(lambda n: "{{ 年度" + " " * n + "x }}")),
    Case("spaces in a loop", 50000, report(
        lambda n: "{% for x" + " " * n + "of 项目 %}a{% endfor %}")),
    Case("unknown names and a long table", 500, unknown_names),
    Case("unknown filters", 2000, report(lambda n: "".join(
        f"{{{{ 年度 | 万远{i} }}}}，" for i in range(n)))),
    Case("digits", 50000, report(lambda n: "1" * n)),
    Case("digits and commas", 20000, report(lambda n: "111," * n + "1")),
    Case("digits and points", 20000, report(lambda n: "1.1" * n)),
    Case("amounts in one sentence", 2000, report(lambda n: "收入10万元，" * n)),
    Case("amounts in many sentences", 2000, report(lambda n: "收入10万元，支出9万元。" * n)),
    Case("growth of amounts", 2000, report(lambda n: "比上年增加10万元，增长9.84%，" * n)),
    Case("shares", 2000, report(lambda n: "其中：甲10万元，占9.84%；" * n)),
    Case("years", 2000, report(lambda n: "".join(f"{1990 + i % 40}年" for i in range(n)) + "。")),
    Case("dates", 2000, report(lambda n: "2018年3月5日，" * n)),
    Case("dates in paragraphs", 500, report(lambda n: "我办2018年3月5日开会。\n\n" * n)),
    Case("document numbers", 2000, report(lambda n: "（财预[2020]012号）" * n)),
    Case("opening brackets", 20000, report(lambda n: "（" * n)),
    Case("opening book marks", 20000, report(lambda n: "《" * n)),
    Case("opening quotes", 20000, report(lambda n: "“" * n)),
    Case("one character", 200000, report(lambda n: "的" * n)),
    Case("spaces", 200000, report(lambda n: "的" + " " * n + "的")),
    Case("wide spaces", 100000, report(lambda n: "的" + "\u3000" * n + "的")),
    Case("tabs", 50000, report(lambda n: "的" + "\t" * n + "的")),
    Case("stars", 50000, report(lambda n: "*" * n)),
    Case("stars and words", 20000, report(lambda n: "**a" * n)),
    Case("single braces", 20000, report(lambda n: "{a|" * n)),
    Case("single brace, steps", 20000, report(lambda n: "{a" + ".a" * n)),
    Case("hashes", 50000, report(lambda n: "#" * n)),
    Case("headings", 2000, report(lambda n: "# 甲\n\n" * n)),
    Case("items", 2000, report(lambda n: "1. 甲事\n" * n)),
    Case("dashes in turn", 20000, report(lambda n: "- " * n + "x")),
    Case("bars", 20000, report(lambda n: "|" * n)),
    Case("rows of a table", 1000, report(lambda n: "| 甲 | 乙 |\n|---|---|\n" + "| 1 | 2 |\n" * n)),
    Case("long paragraphs", 500, report(lambda n: ("我单位认真贯彻落实各项要求。" * 5 + "\n\n") * n)),
    Case("tags", 2000, report(lambda n: "{{ 年度 }}年" * n)),
    Case("tags in paragraphs", 500, report(lambda n: "本年{{ 收入预算.合计.本年 | 万元 }}。\n\n" * n)),
    Case("conditions in turn", 500, report(
        lambda n: "{% if 年度 == 2020 %}甲{% else %}乙{% endif %}，" * n)),
    Case("conditions, one in the other", 20, report(
        lambda n: "{% if 年度 == 2020 %}甲" * n + "{% endif %}" * n)),
    Case("ends without beginnings", 2000, report(lambda n: "{% endif %}" * n)),
    Case("beginnings without ends", 2000, report(lambda n: "{% if 年度 %}甲" * n)),
    Case("conditions of many parts", 2000, report(
        lambda n: "{% if " + "年度 == 2020 or " * n + "年度 %}甲{% endif %}")),
    Case("brackets in a tag", 2000, report(lambda n: "{{ " + "(" * n + "年度 }}")),
    Case("quotes in a tag", 20000, report(lambda n: "{{ 年度" + "“" * n + " }}")),
    # YAML
    Case("digits and commas in a figure", 15000, file("figures.yaml", lambda n:
        "表甲:\n  行: {决算: " + "111," * n + "1}")),
    Case("digits and commas as a value", 15000, file("figures.yaml", lambda n:
        "表甲:\n  行:\n    决算: " + "111," * n + "1")),
    Case("good lines, then broken ones", 2000, file("figures.yaml", lambda n:
        rows(n) + "\n".join(["  坏：{本年: 1"] * 100))),
    Case("broken lines", 50, file("figures.yaml", lambda n:
        rows(500) + "\n".join(["  坏：{本年: 1"] * n))),
    Case("facts", 10000, file("facts.yaml", lambda n:
        "杂项:\n" + "\n".join(f"  事{i}: {i}" for i in range(n)))),
    Case("texts of facts", 5000, file("facts.yaml", lambda n:
        "杂项:\n" + "\n".join(f"  事{i}: 第{i}件事" for i in range(n)))),
    Case("entries on one line", 2500, file("facts.yaml", lambda n:
        "杂项: [" + ", ".join(f"{{名称: 甲{i}, 数: 10}}" for i in range(n)) + "]")),
    Case("entries, one a line", 2500, file("facts.yaml", lambda n:
        "杂项:\n" + "\n".join(f"- {{名称: 甲{i}, 数: 10}}" for i in range(n)))),
    Case("names on one line", 5000, file("facts.yaml", lambda n:
        "杂项: {" + ", ".join(f"事{i}: {i}" for i in range(n)) + "}")),
    Case("unknown names", 1000, file("indicators.yaml", lambda n:
        "".join(f"- 一级: 甲\n  未知{i}: 1\n" for i in range(n)))),
    Case("rows of figures", 1000, file("figures.yaml", rows)),
    Case("a long formula", 2000, file("figures.yaml", lambda n:
        "表甲:\n  行: {本年: = " + " + ".join(["收入预算.合计.本年"] * n) + "}")),
    Case("brackets of a formula", 2000, file("figures.yaml", lambda n:
        "表甲:\n  行: {本年: = " + "(" * n + "1}")),
    Case("unknown names of formulas", 500, file("figures.yaml", lambda n:
        rows(n) + "".join(f"  差{i}: {{本年: = 大表.列{i}.本年}}\n" for i in range(n)))),
    Case("formulas, one on the other", 500, file("figures.yaml", lambda n:
        rows(1) + "".join(f"  连{i}: {{本年: = 大表.{f'连{i - 1}' if i else '行0'}.本年}}\n" for i in range(n)))),
    Case("a circle of formulas", 500, file("figures.yaml", lambda n:
        "大表:\n" + "".join(f"  连{i}: {{本年: = 大表.连{(i + 1) % n}.本年}}\n" for i in range(n)))),
    Case("the same name again", 1000, file("facts.yaml", lambda n:
        "杂项:\n" + "  事: 1\n" * n)),
    Case("spaces of a value", 100000, file("facts.yaml", lambda n:
        "杂项: {事: 甲" + " " * n + "乙}")),
    Case("a long text", 50000, file("facts.yaml", lambda n: "杂项: {事: " + "完成走访任务" * (n // 6) + "}")),
    Case("lines of a text", 2000, file("facts.yaml", lambda n:
        "杂项:\n  事: |\n" + "    完成走访任务\n" * n)),
    Case("lines of a folded text", 2000, file("facts.yaml", lambda n:
        "杂项:\n  事: 甲\n" + "    完成走访任务\n" * n)),
    Case("odd lines", 2000, file("facts.yaml", lambda n: "甲乙丙" + "丁" * n)),
    Case("colons", 5000, file("facts.yaml", lambda n: "杂项: 甲" + ": 乙" * n)),
    Case("braces of a value", 5000, file("facts.yaml", lambda n: "杂项: " + "{" * n)),
    Case("braces, names", 3000, file("facts.yaml", lambda n: "杂项: {" + "甲：1，" * n)),
    Case("invisible characters", 2000, file("facts.yaml", lambda n:
        "杂项: {事: " + "甲\u200b" * n + "}")),
    Case("forbidden characters", 20000, file("facts.yaml", lambda n: "杂项: {事: " + "甲\x01" * n + "}")),
    Case("tabs of lines", 100, file("facts.yaml", lambda n: "杂项:\n" + "".join(f"\t事{i}: 1\n" for i in range(n)))),
    Case("goal that repeats", 2500, nothing, replace=goal),
    Case("indicators like one another", 100, file("indicators.yaml", indicator_rows)),
    Case("target of signs", 20000, file("indicators.yaml", lambda n:
        "- 一级: 附加指标\n  三级:\n  - {名称: 甲, 目标: " + "≥" * n + "1, 完成: 1, 分值: 0}")),
    Case("project files", 10, lambda n: {f"projects/附加{i}.yaml": "" for i in range(n)}),
    *TEMPLATES,
)  # fmt: skip


def run(case: Case | None, size: int, scratch: Path, limit: int) -> tuple[float, str]:
    """CPU seconds of one run in a fresh workspace, and what is to be said about it."""
    folder = scratch / "w"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    command = "check"
    if case is not None:
        command = case.command
        spoil(case, size, folder)
    with (scratch / "out").open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-c", RUN, str(limit), command, "2020"],
            cwd=folder, stdout=out, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "GEN_CACHE": str(scratch / "cache")},
        )  # fmt: skip
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    said = (scratch / "out").read_text(encoding="utf-8", errors="replace")
    if child.returncode < 0:
        return float(limit), "stopped"
    note = "" if child.returncode in (0, 1) else f"exit {child.returncode}"
    if "Traceback" in said or "W201" in said:
        note += " blames gen"
    return usage.ru_utime + usage.ru_stime, note


def spoil(case: Case, size: int, folder: Path) -> None:
    """Put what the case says behind the files of a workspace."""
    year = folder / YEAR
    for name, text in case.changes(size).items():
        with (year / name).open("a", encoding="utf-8") as handle:
            handle.write(text)
    if case.template is not None:
        put(case.template(size), folder / "templates")
    if case.replace is not None:
        name, old, new = case.replace(size)
        path = year / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def put(change: Template, templates: Path) -> None:
    """Make the change of a template."""
    path = templates / change.file
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    old, new = change.old.encode(), change.new.encode()
    assert old in members[change.name], change.old
    members[change.name] = members[change.name].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        run(None, 0, scratch, options.limit)  # fills the cache
        base = min(run(None, 0, scratch, options.limit)[0] for _ in range(3))
        print(f"the sample as it is: {base:.2f} s\n")
        print(f"{'n':>8} {'n':>7} {'2n':>7} {'4n':>7}  growth     case")
        for case in CASES:
            if options.only in case.name:
                print(line(case, base, scratch, options.limit, options.rounds), flush=True)


def line(case: Case, base: float, scratch: Path, limit: int, rounds: int) -> str:
    """One line of the table; what is marked is measured again from twice the size.

    A quadratic scanner shows more with every doubling, noise and the start of gen show less.
    """
    first = measured(case, 1, base, scratch, limit, rounds)
    if not first.marked or any(first.notes):
        return first.shown()
    again = measured(case, 2, base, scratch, limit, rounds + 1)
    return again.shown() + f" (again; at half the size {first.grown()})"


@dataclass(frozen=True)
class Measured:
    """Seconds above the sample's at ``size``, twice and four times it."""

    case: Case
    size: int
    times: list[float]
    notes: list[str]

    @property
    def ratios(self) -> list[float]:
        return [after / before if before > TOLD else 0 for before, after in pairwise(self.times)]

    @property
    def marked(self) -> bool:
        return any(ratio > ALLOWED for ratio in self.ratios) or any(self.notes)

    def grown(self) -> str:
        return " ".join(f"{ratio:4.1f}" if ratio else "   -" for ratio in self.ratios)

    def shown(self) -> str:
        cells = "".join(f"{seconds:8.2f}" for seconds in self.times)
        told = ", ".join(dict.fromkeys(filter(None, self.notes)))
        mark = "!" if self.marked else " "
        return f"{self.size:>8}{cells:<24}  {self.grown():<9}{mark} {self.case.name} {told}"


def measured(
    case: Case, times: int, base: float, scratch: Path, limit: int, rounds: int
) -> Measured:
    """The case at ``times`` its smallest size, twice and four times that."""
    size, seconds, notes = case.smallest * times, [], []
    for step in (1, 2, 4):
        # The least of several runs: other work on the machine only adds.
        taken, note = min(run(case, size * step, scratch, limit) for _ in range(rounds))
        seconds.append(max(0.0, taken - base))
        notes.append(note)
        if "stopped" in note:
            break
    return Measured(case, size, seconds, notes)


if __name__ == "__main__":
    main()
