"""Native charts in Word: titles filled, and what they draw bound to figures by their workbook."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from kit.archives import repacked, unpacked
from kit.charts import book, chart_xml, frame, with_chart
from kit.word import figure, found, items, opened, render, template, words
from openpyxl import load_workbook

from generator.figures.model import Names
from generator.formats import proof
from generator.formats.compiled import Rendered
from generator.formats.docx.format import FORMAT
from generator.formats.format import Source

TITLE = "<a:r><a:t>{{ 单</a:t></a:r><a:r><a:t>位 }}收支</a:t></a:r>"
LOOP = [
    ["", "{{ 年度 }}年"], ["{%tr for r in 项 %}", ""], ["{{ r.名称 }}", "{{ r.数 }}"],
    ["{%tr endfor %}", ""],
]  # fmt: skip


def shown(document: Any) -> None:
    document.add_paragraph("图")._p.append(frame())


def charts(done: Rendered) -> list[dict[str, Any]]:
    """Of each chart: title, what its series name, its copies, and the cells behind it."""
    out = []
    with zipfile.ZipFile(io.BytesIO(done.data)) as archive:
        for name in sorted(n for n in archive.namelist() if n.startswith("word/charts/gen")):
            xml = archive.read(name).decode()
            links = archive.read(f"word/charts/_rels/{name.rpartition('/')[2]}.rels").decode()
            target = re.findall(r'Target="\.\./([^"]*)"', links)[0]
            sheet = load_workbook(io.BytesIO(archive.read(f"word/{target}")))
            assert not list(sheet.defined_names)
            caches = re.findall(r"<c:(?:num|str)Cache>(.*?)</c:(?:num|str)Cache>", xml)
            out.append({
                "title": "".join(re.findall(r"<a:t>([^<]*)</a:t>", xml)),
                "series": re.findall(r"<c:f>([^<]*)</c:f>", xml),
                "copies": [re.findall(r"<c:v>([^<]*)</c:v>", cache) for cache in caches],
                "cells": [list(row) for row in sheet["Sheet1"].values],
            })  # fmt: skip
    return out


def listed(*pairs: tuple[str, str]) -> list[Names]:
    return [
        Names(名称=words(name, f"项[{n}].名称"), 数=figure(value, f"项[{n}].数"))
        for n, (name, value) in enumerate(pairs, 1)
    ]


def test_a_chart_draws_what_its_workbook_is_filled_with() -> None:
    rows = [["", "{{ 年度 }}年"], ["收入", "{{ 收入 }}"], ["支出", "{{ 支出 }}"]]
    raw = repacked(template(shown), with_chart(chart_xml(TITLE, 3), book(rows)))
    done = render(
        raw, 单位=words("某局"), 年度=words("2024"), 收入=figure("120.5"), 支出=figure("118")
    )
    (chart,) = charts(done)
    assert chart["title"] == "某局收支"
    assert chart["copies"] == [["2024年"], ["收入", "支出"], ["120.5", "118"]]
    assert chart["cells"] == [[None, "2024年"], ["收入", 120.5], ["支出", 118]]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_series_grow_with_the_rows_of_their_workbook(count: int) -> None:
    pairs = [(f"项目{n}", f"{n}.5") for n in range(1, count + 1)]
    raw = repacked(template(shown), with_chart(chart_xml(TITLE, 3, first=3), book(LOOP)))
    done = render(raw, 单位=words("某局"), 年度=words("2024"), 项=listed(*pairs))
    (chart,) = charts(done)
    last = count + 1
    area = f"$A$2:$A${last}" if count > 1 else "$A$2"
    assert chart["series"][1].removeprefix("Sheet1!").replace(":$A$2", "") == area.replace(
        ":$A$2", ""
    )
    assert chart["copies"] == [["2024年"], [p[0] for p in pairs], [p[1] for p in pairs]]
    assert len(chart["cells"]) == count + 1


def test_a_chart_in_an_annex_of_each_project_draws_that_project() -> None:
    def annex(document: Any) -> None:
        document.add_paragraph("{{ 附件号 }}")
        shown(document)

    rows = [["", "元"], ["{{ 本项目.名称 }}", "{{ 本项目.数 }}"]]
    title = "<a:r><a:t>{{ 本项目.名称 }}</a:t></a:r>"
    raw = repacked(template(annex), with_chart(chart_xml(title, 2), book(rows)))
    done = render(
        template(lambda d: d.add_paragraph("报告")), [Source("附录", raw, "附件.docx", each=True)],
        项目=listed(("甲", "1"), ("乙", "2")), 附件号表=Names({"附录": words("附件")}),
    )  # fmt: skip
    assert [(c["title"], c["copies"][2]) for c in charts(done)] == [("甲", ["1"]), ("乙", ["2"])]
    body = done.parts["word/document.xml"]
    assert len(set(re.findall(r'<c:chart [^>]*r:id="([^"]*)"', body))) == 2


def test_a_chart_in_a_loop_without_tags_is_another_part_each_time() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("{%p for r in 项 %}")
        shown(document)
        document.add_paragraph("{%p endfor %}")

    xml = chart_xml("<a:r><a:t>图</a:t></a:r>", 2, book_id="")
    done = render(repacked(template(build), with_chart(xml)), 项=items("甲", "乙"))
    body = done.parts["word/document.xml"]
    assert len(set(re.findall(r'<c:chart [^>]*r:id="([^"]*)"', body))) == 2


def test_what_is_wrong_in_the_workbook_of_a_chart_is_told() -> None:
    rows = [["", "x"], ["{%tr for r in 项 %}", ""], ["{{ r.名称 }}", "1"]]
    raw = repacked(template(shown), with_chart(chart_xml(TITLE, 3), book(rows)))
    assert "T111" in {p.code for p in found(raw)}


def test_nothing_leads_to_the_charts_that_were_copied() -> None:
    rows = [["", "元"], ["{{ 单位 }}", "{{ 收入 }}"]]
    texts = ["{%p if 密级 == '有' %}", "*", "{%p endif %}"]

    def build(document: Any) -> None:
        for text in texts:
            shown(document) if text == "*" else document.add_paragraph(text)

    raw = repacked(template(build), with_chart(chart_xml(TITLE, 2), book(rows)))
    for secret, count in (("有", 1), ("无", 0)):
        done = render(raw, 单位=words("{{ 某局 }}"), 收入=figure("1"), 密级=words(secret))
        parts = [str(part.partname) for part in opened(done).part.package.iter_parts()]
        assert sum("/charts/" in name for name in parts) == count
        reading = proof.read(
            FORMAT.open, done.data, proof.Expected(done.parts, done.marks, done.printed)
        )
        assert (proof.prove(reading, {}), proof.damage(reading)) == ([], [])
        types = unpacked(done.data)["[Content_Types].xml"].decode()
        assert "charts/chart1.xml" not in types


def test_a_relation_that_leads_nowhere_is_damage() -> None:
    done = render(template(lambda d: d.add_paragraph("{{ 单位 }}")), 单位=words("某局"))
    broken = repacked(done.data, lambda members: members.pop("word/styles.xml") and None)
    reading = proof.read(FORMAT.open, broken, proof.Expected(done.parts, done.marks, done.printed))
    assert [(flaw.member, flaw.reason) for flaw in proof.damage(reading)] == [
        ("word/_rels/document.xml.rels", "指向的“word/styles.xml”不在文件里")
    ]
