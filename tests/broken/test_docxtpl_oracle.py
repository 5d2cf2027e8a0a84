"""What docxtpl documents of its tags, held against docxtpl itself: the same texts and tables.

What gen does otherwise is refused, and listed in the guide with its reason.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from kit.archives import saved
from kit.word import element, found, paragraphs, render, table, template

PEOPLE = [
    {"name": "甲", "age": "30", "tasks": ["走访", "调研"]},
    {"name": "乙", "age": "41", "tasks": []},
    {"name": "丙<&>", "age": "", "tasks": ["会议"]},
]
CONTEXT: dict[str, object] = {
    "unit": "某局", "people": PEOPLE, "empty": [], "yes": "有", "no": "", "n": 2,
    "cols": ["一", "二", "三"], "colour": "FF0000", "text": "第一行\n第二行\t完",
}  # fmt: skip

Build = Callable[[Any], object]


def rows(*cells: Sequence[str]) -> Build:
    return lambda document: table(document, cells)


def lines(*texts: str) -> Build:
    return lambda document: [document.add_paragraph(text) for text in texts]


def runs(*texts: str) -> Build:
    """One paragraph of several runs, every other one bold."""

    def build(document: Any) -> None:
        paragraph = document.add_paragraph()
        for number, text in enumerate(texts):
            paragraph.add_run(text).bold = bool(number % 2)

    return build


def in_header(text: str) -> Build:
    def build(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = text
        document.add_paragraph("正文")

    return build


CASES: dict[str, Build] = {
    "值": lines("{{ unit }}", "{{unit}}", "甲{{ unit }}乙{{ n }}"),
    "没有空格": lines("{{unit}}{%if yes%}有{%endif%}"),
    "拆成几段文字": runs("{", "{ un", "it }", "}后"),
    "条件": lines("{% if yes %}有{% else %}无{% endif %}", "{% if no %}有{% endif %}完"),
    "几个条件": lines("{% if n == 1 %}一{% elif n == 2 %}二{% else %}多{% endif %}"),
    "与或非": lines("{% if yes and not no or n > 5 %}是{% endif %}"),
    "循环": lines("{% for p in people %}{{ p.name }}、{% endfor %}完"),
    "循环里的循环": lines(
        "{% for p in people %}{{ p.name }}：{% for t in p.tasks %}{{ t }} {% endfor %};{% endfor %}"
    ),
    "空循环": lines("{% for p in empty %}{{ p.name }}{% else %}没有{% endfor %}"),
    "段落循环": lines("前", "{%p for p in people %}", "{{ p.name }}", "说明", "{%p endfor %}", "后"),
    "段落条件": lines("{%p if no %}", "有", "{%p else %}", "无", "{%p endif %}"),
    "段落注释": lines("前", "{#p 说明 #}", "后"),
    "注释": lines("前{# 说明 #}后"),
    "loop": lines("{% for c in cols %}{{ loop.index }}{{ c }}{% if not loop.last %}，{% endif %}"
                  "{% endfor %}"),
    "set": lines("{% set a = unit %}{{ a }}"),
    "下标": lines("{{ people[1].name }}{{ cols[-1] }}"),
    "行循环": rows(["姓名", "年龄"], ["{%tr for p in people %}", ""], ["{{ p.name }}", "{{ p.age }}"],
                 ["{%tr endfor %}", ""]),
    "几行一份": rows(["{%tr for p in people %}", ""], ["{{ p.name }}", ""], ["年龄", "{{ p.age }}"],
                  ["{%tr endfor %}", ""]),
    "行条件": rows(["甲", "乙"], ["{%tr if no %}", ""], ["丙", "丁"], ["{%tr endif %}", ""]),
    "行里的循环": rows(["{%tr for p in people %}"], ["{{ p.name }}"], ["{%tr for t in p.tasks %}"],
                   ["{{ t }}"], ["{%tr endfor %}"], ["{%tr endfor %}"]),
    "行注释": rows(["甲"], ["{#tr 说明 #}"], ["乙"]),
    "列循环": rows(["名", "{%tc for c in cols %}", "{{ c }}", "{%tc endfor %}"]),
    "格里的循环": rows(["{% for c in cols %}{{ c }}{% endfor %}", "乙"]),
    "跨列": rows(["{% colspan 2 %}甲", "乙"], ["丙", "丁"]),
    "底色": rows(["{% cellbg colour %}甲", "{% cellbg '00FF00' %}乙"]),
    "vm": rows(["{%tr for p in people %}", ""], ["{% vm %}同", "{{ p.name }}"], ["{%tr endfor %}", ""]),
    "hm": rows(["{%tc for c in cols %}", "{% hm %}同", "{%tc endfor %}"]),
    "页眉": in_header("{{ unit }}{% if yes %}（{{ n }}）{% endif %}"),
    "弯引号": lines("{% if unit == “某局” %}是{% endif %}"),
}  # fmt: skip


def by_docxtpl(raw: bytes) -> Any:
    tpl = DocxTemplate(io.BytesIO(raw))
    tpl.render(dict(CONTEXT), autoescape=True)
    return Document(io.BytesIO(saved(tpl)))


def by_gen(raw: bytes) -> Any:
    return Document(io.BytesIO(render(raw, **CONTEXT).data))


def structure(document: Any) -> list[object]:
    """Texts of paragraphs; of cells also how many columns they span, their merges, their fill."""
    out: list[object] = [p.text for p in document.sections[0].header.paragraphs if p.text]
    for block in document.element.body:
        if block.tag == qn("w:p"):
            out.append(_text(block))
        elif block.tag == qn("w:tbl"):
            out += (
                [_cell(cell) for cell in row.findall(qn("w:tc"))] for row in block.iter(qn("w:tr"))
            )
    return out


def _text(element_: Any) -> str:
    signs = {qn("w:br"): "\n", qn("w:tab"): "\t"}
    return "".join(
        node.text or "" if node.tag == qn("w:t") else signs.get(node.tag, "")
        for node in element_.iter() if next(node.iterancestors(qn("w:tabs")), None) is None
    )  # fmt: skip


def _cell(cell: Any) -> tuple[str, ...]:
    said = [_text(cell)]
    for name, attribute in (("gridSpan", "val"), ("vMerge", "val"), ("shd", "fill")):
        one = cell.find(f"{qn('w:tcPr')}/{qn('w:' + name)}")
        value = "" if one is None else one.get(qn(f"w:{attribute}")) or "continue"
        said.append("" if (name, value) == ("gridSpan", "1") else value)
    return tuple(said)


@pytest.mark.parametrize("name", CASES)
def test_the_same_as_docxtpl(name: str) -> None:
    raw = template(CASES[name])
    assert structure(by_gen(raw)) == structure(by_docxtpl(raw))


def test_breaks_and_tabs_of_values() -> None:
    raw = paragraphs("{{ text }}")
    assert structure(by_gen(raw)) == ["第一行\n第二行\t完"]


def test_a_tab_inside_of_quotes_is_a_tab() -> None:
    def build(document: Any) -> None:
        run = document.add_paragraph()._p
        run.append(element("<w:r><w:t>{{ '甲</w:t><w:tab/><w:t>乙' }}</w:t></w:r>"))

    assert structure(by_gen(template(build))) == ["甲\t乙"]


#: What docxtpl has and gen refuses: an example, the code, a word of the guide's reason.
REFUSED: dict[str, tuple[Build, str]] = {
    "子文档": (lines("{{p unit }}"), "T210"),
    "转义": (lines("{_{ unit }_}"), "T238"),
    "转义的语句": (lines("{_% if yes %_}"), "T238"),
    "方法": (lines("{{ unit.strip() }}"), "T110"),
    "拼接": (lines("{{ unit ~ n }}"), "T110"),
    "过滤器": (lines("{{ unit|upper }}"), "T102"),
    "宏": (lines("{% macro f() %}{% endmacro %}"), "T110"),
    "include": (lines("{% include 'x' %}"), "T110"),
    "raw": (lines("{% raw %}{{ x }}{% endraw %}"), "T110"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_gen_refuses_of_docxtpl(name: str) -> None:
    build, code = REFUSED[name]
    assert code in {problem.code for problem in found(template(build))}
