"""Broken templates, as designers break them: gen's message beside what docxtpl does.

Every template is made with python-docx or openpyxl, checked by ``gen template check`` (and by
``gen check`` where only content shows the mistake), and rendered by docxtpl as people use it:
with Jinja's defaults and with StrictUndefined. ``docs/坏模板对照.md`` is the outcome;
``pytest tests/mistakes tests/broken --regen-docs`` writes it anew.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from docx import Document
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from kit import workspaces
from kit.archives import Members, repacked, saved
from openpyxl import Workbook

PAGE = Path(__file__).parents[2] / "docs" / "坏模板对照.md"
Build = Callable[[], bytes]

INTRODUCTION = """\
# 坏模板对照

同一个坏模板，gen 怎么说，直接用 docxtpl 又会怎样。每一行都由测试（tests/broken）真的做出模板、
真的运行一遍得出；“默认”是 docxtpl 平常的用法，“严格”是打开 Jinja 的 StrictUndefined。
gen 的话由 `gen template check 2024` 给出，一次列出全部问题，每条写明在哪个文件的哪一处；
标“†”的要看内容才知道，由 `gen check 2024` 给出。docxtpl 只做 Word，也没有 gen 的写法
（万元、比上年、合并……），这些没有对照。

"""


@dataclass(frozen=True, slots=True)
class Case:
    """A broken template: what was done, how, the codes gen must give, and one of their places.

    ``by_content``: only content shows the mistake. ``own_wording``: it is about a wording that
    docxtpl does not have.
    """

    title: str
    build: Build
    codes: tuple[str, ...]
    place: str
    kind: str = "docx"
    by_content: bool = False
    own_wording: bool = False


# --- making templates -----------------------------------------------------------------------


def text(*paragraphs: str) -> Build:
    def build() -> bytes:
        document = Document()
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        return saved(document)

    return build


def table(*rows: Sequence[str]) -> Build:
    def build() -> bytes:
        document = Document()
        made = document.add_table(len(rows), max(map(len, rows)))
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                made.cell(i, j).text = value
        return saved(document)

    return build


def sheet(*rows: Sequence[str]) -> Build:
    def build() -> bytes:
        book = Workbook()
        assert book.active is not None
        book.active.title = "汇总表"
        for row in rows:
            book.active.append(list(row))
        return saved(book)

    return build


def two_tables() -> bytes:
    document = Document()
    for value in ("{%tr for r in 指标 %}", "{%tr endfor %}"):
        document.add_table(1, 1).cell(0, 0).text = value
        document.add_paragraph("")
    return saved(document)


def runs_across_paragraphs() -> bytes:
    document = Document()
    document.add_paragraph("共").add_run("{{ 年").bold = True
    document.add_paragraph("度 }}年")
    return saved(document)


def header() -> bytes:
    document = Document()
    document.add_paragraph("正文")
    document.sections[0].header.paragraphs[0].text = "{{ 单位.全称 }}"
    return saved(document)


def without_heading() -> bytes:
    document = Document()
    document.add_paragraph("{{p 正文 }}")
    style = document.styles["Heading 1"].element
    style.getparent().remove(style)
    return saved(document)


def changed(change: Callable[[Members], object]) -> Build:
    return lambda: repacked(text("甲{{ 年度 }}乙")(), change)


MAIN = "word/document.xml"


def entity(members: dict[str, bytes]) -> None:
    at = members[MAIN].index(b"?>") + 2
    declared = b'<!DOCTYPE w [<!ENTITY e "x">]>'
    members[MAIN] = members[MAIN][:at] + declared + members[MAIN][at:]


def linked(members: dict[str, bytes]) -> None:
    name = "word/_rels/document.xml.rels"
    link = (
        b'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/image" Target="file:///C:/logo.png" TargetMode="External"/>'
    )
    members[name] = members[name].replace(b"</Relationships>", link + b"</Relationships>")


ROWS = "{%tr for r in 指标 %}"
END = "{%tr endfor %}"

CASES = (
    Case("名称打错一个字：`{{ 单位.名秤 }}`", text("关于{{ 单位.名秤 }}的报告"),
         ("T101",), "正文 第1段"),
    Case("循环里的名称打错：`{{ r.得份 }}`",
         table(["指标", "得分"], [ROWS, ""], ["{{ r.名称 }}", "{{ r.得份 }}"], [END, ""]),
         ("T101",), "正文 表1 第3行 第2格"),
    Case("页眉里的名称打错：`{{ 单位.全称 }}`", header, ("T101",), "页眉1 第1段"),
    Case("只写了一组数的名称：`{{ 资金来源.财政拨款 }}`", text("拨款{{ 资金来源.财政拨款 }}"),
         ("T103",), "正文 第1段"),
    Case("少一个花括号：`{{ 年度 }`", text("{{ 年度 }年度"), ("T202",), "正文 第1段"),
    Case("开头少一个花括号：`{ 年度 }}`", text("第{ 年度 }}年"), ("T202",), "正文 第1段"),
    Case("全角花括号：`｛｛ 年度 ｝｝`", text("｛｛ 年度 ｝｝年度"), ("T201",), "正文 第1段"),
    Case("一半全角：`{{ 年度 ｝｝`", text("{{ 年度 ｝｝年度"), ("T201",), "正文 第1段"),
    Case("全角百分号：`{％ if 项目 ％}`", text("{％ if 项目 ％}有项目{％ endif ％}"),
         ("T201",), "正文 第1段"),
    Case("标签中间换了段", runs_across_paragraphs, ("T203",), "正文 第1段"),
    Case("缺结束标签：`{%p for … %}` 没有 `{%p endfor %}`",
         text("指标：", "{%p for r in 指标 %}", "{{ r.名称 }}", "完"), ("T111",), "正文 第2段"),
    Case("多一个结束标签", text("{% if 项目 %}有{% endif %}{% endif %}"), ("T112",), "正文 第1段"),
    Case("for 用 endif 结束", text("{% for r in 指标 %}{{ r.名称 }}{% endif %}"),
         ("T141",), "正文 第1段"),
    Case("行标签写在表格外：`{%tr for … %}`",
         text("{%tr for r in 指标 %}", "{{ r.名称 }}", "{%tr endfor %}"), ("T204",), "正文 第1段"),
    Case("循环的头尾写在数据行里",
         table(["{%tr for r in 指标 %}{{ r.名称 }}", "{{ r.得分 }}{%tr endfor %}"]),
         ("T205",), "正文 表1 第1行 第1格"),
    Case("行标签的行里还有别的字", table([ROWS, "指标表"], ["{{ r.名称 }}", ""], [END, ""]),
         ("T206",), "正文 表1 第1行 第1格"),
    Case("不带 tr 的循环跨了格",
         table(["{% for r in 指标 %}{{ r.名称 }}", "{{ r.得分 }}{% endfor %}"]),
         ("T208",), "正文 表1 第1行 第2格"),
    Case("循环从一张表开始，到另一张表结束", two_tables, ("T208",), "正文 表2 第1行 第1格"),
    Case("段落标签夹在句子里：`{%p if … %}`", text("今年{%p if 项目 %}有项目{%p endif %}。"),
         ("T207",), "正文 第1段"),
    Case("头尾级别不同：`{%tr for … %}` 配 `{% endfor %}`",
         table([ROWS], ["{{ r.名称 }}"], ["{% endfor %}"]), ("T209",), "正文 表1 第3行 第1格"),
    Case("写法名打错：`| 万圆`", text("预算{{ 资金来源.财政拨款.全年预算 | 万圆 }}"),
         ("T102",), "正文 第1段"),
    Case("竖线打成顿号", text("预算{{ 资金来源.财政拨款.全年预算、万元 }}"),
         ("T110",), "正文 第1段"),
    Case("两个名称之间少了东西：`{{ 年度 单位 }}`", text("{{ 年度 单位 }}"),
         ("T110",), "正文 第1段"),
    Case("空标签：`{{ }}`", text("共{{ }}万元"), ("T110",), "正文 第1段"),
    Case("关键字打错：`{% fro r in 指标 %}`", text("{% fro r in 指标 %}"),
         ("T110",), "正文 第1段"),
    Case("if 写成中文：`{% 如果 项目 %}`", text("{% 如果 项目 %}有{% 结束 %}"),
         ("T110",), "正文 第1段"),
    Case("在模板里做除法",
         text("{{ 资金来源.财政拨款.全年执行 / 资金来源.财政拨款.全年预算 }}"),
         ("T110",), "正文 第1段"),
    Case("在模板里做加法",
         text("合计{{ 资金来源.财政拨款.全年预算 + 资金来源.其他资金.全年预算 }}"),
         ("T110",), "正文 第1段"),
    Case("用 Python 的写法四舍五入", text("{{ 自评.总分 | round(2) }}"), ("T102",), "正文 第1段"),
    Case("用 Python 的方法：`{{ 单位.名称.upper() }}`", text("{{ 单位.名称.upper() }}"),
         ("T110",), "正文 第1段"),
    Case("对不是列表的东西循环", text("{% for x in 单位.名称 %}{{ x }}{% endfor %}"),
         ("T110",), "正文 第1段"),
    Case("列表没有循环就用：`{{ 指标.名称 }}`", text("{{ 指标.名称 }}"), ("T101",), "正文 第1段"),
    Case("整段打印一个数：`{{p 年度 }}`", text("{{p 年度 }}"), ("T210",), "正文 第1段"),
    Case("正文和别的字写在一段", text("正文：{{p 正文 }}"), ("T211",), "正文 第1段"),
    Case("合并用在表格外", text("{{ 年度 | 合并 }}"), ("T221",), "正文 第1段", own_wording=True),
    Case("正文用到的标题样式，模板里没有", without_heading, ("T212",), "正文 第1段"),
    Case("和上年比，可是没有上年数",
         text("预算{{ 资金来源.财政拨款.全年预算 | 比上年 }}"), ("F201",), "正文 第1段",
         by_content=True, own_wording=True),
    Case("给文字加“万元”", text("{{ 单位.名称 | 万元 }}"), ("T104",), "正文 第1段",
         by_content=True, own_wording=True),
    Case("旧版 .doc 改名成 .docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
         ("T001",), ""),
    Case("文件里有实体声明", changed(entity), ("T213",), ""),
    Case("文件损坏，少了结尾",
         changed(lambda m: m.update({MAIN: m[MAIN].replace(b"</w:body>", b"")})), ("T216",), ""),
    Case("图片是“链接到文件”", changed(linked), ("T222",), ""),
    Case("压缩炸弹", changed(lambda m: m.update({"word/media/a.png": b"\0" * (30 << 20)})),
         ("T002",), ""),
    Case("Excel：少一个花括号", sheet(["预算", "{{ 年度 }"]), ("T253",),
         "工作表“汇总表” B1", "xlsx"),
    Case("Excel：全角花括号", sheet(["｛｛ 年度 ｝｝"]), ("T254",), "工作表“汇总表” A1", "xlsx"),
    Case("Excel：名称打错", sheet(["", "{{ 单位.名秤 }}"]), ("T101",), "工作表“汇总表” B1", "xlsx"),
    Case("Excel：循环没有结束", sheet([ROWS], ["{{ r.名称 }}"]), ("T111",),
         "工作表“汇总表” A1", "xlsx"),
    Case("Excel：循环的行里有别的内容", sheet([ROWS, "得分"], ["{{ r.名称 }}"], [END]), ("T255",),
         "工作表“汇总表” A1", "xlsx"),
    Case("Excel：公式里写标签", sheet(["=SUM({{ 年度 }},1)"]), ("T262",),
         "工作表“汇总表” A1", "xlsx"),
)  # fmt: skip


# --- gen ------------------------------------------------------------------------------------


def workspace(folder: Path, case: Case) -> Path:
    """A small unit whose form set has this one template."""
    files: dict[str, str | bytes] = dict(workspaces.unit_files())
    unit = files["content/peixun/unit.yaml"]
    assert isinstance(unit, str)
    files["content/peixun/unit.yaml"] = unit.replace("套表: jiujiang", "套表: 坏")
    files["templates/坏.yaml"] = (
        "名称: 坏\n继承: 全国\n等级: [{名称: 优, 下限: 90}, {名称: 差, 下限: 0}]\n"
        "项目资金:\n  列公式: {全年预算: 年初预算 + 年中追加}\n"
        f"文档:\n  - {{名称: 报告, {case.kind}: 坏.{case.kind}}}\n"
    )
    files[f"templates/坏.{case.kind}"] = case.build()
    return workspaces.write(folder, files)


def said_by_gen(case: Case, folder: Path) -> list[dict[str, object]]:
    """What gen finds wrong with the template."""
    home = workspace(folder, case)
    command = ["check", "2024"] if case.by_content else ["template", "check", "2024"]
    ran = workspaces.gen(*command, "--format", "json", folder=home)
    assert ran.code == 1, ran.out + ran.err
    return [found for found in ran.problems() if found["severity"] == "error"]


# --- docxtpl --------------------------------------------------------------------------------

PLAIN = {
    "年度": "2024",
    "单位": {"名称": "测试县干部培训中心", "简称": "培训中心"},
    "资金来源": {
        "财政拨款": {"全年预算": 120.5, "全年执行": 110.25},
        "其他资金": {"全年预算": 8, "全年执行": 6},
    },
    "指标": [{"名称": "培训人数", "得分": "45"}, {"名称": "培训覆盖率", "得分": "30"}],
    "项目": [{"名称": "骨干培训"}],
    "自评": {"总分": 85},
    "正文": "一段正文",
}


def said_by_docxtpl(raw: bytes, folder: Path, *, strict: bool) -> str:
    """docxtpl's exception, or what it printed without a word."""
    path, out = folder / "坏.docx", folder / "成果.docx"
    path.write_bytes(raw)
    environment = Environment(undefined=StrictUndefined) if strict else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            template = DocxTemplate(path)
            template.render(PLAIN, jinja_env=environment)
            template.save(out)
            return f"没有报错，{shown(out)}"
    except Exception as error:
        # Whatever it raises is what its user sees.
        message = str(error).replace(str(path), "坏.docx").replace(str(folder), "…")
        return f"`{type(error).__name__}: {shortened(message)}`"


def shown(path: Path) -> str:
    """The text of a finished document."""
    document = Document(str(path))
    lines = [*(s.header.paragraphs[0].text for s in document.sections)]
    lines += [p.text for p in document.paragraphs]
    lines += [
        " ".join(f"[{cell.text}]" for cell in row.cells)
        for made in document.tables
        for row in made.rows
    ]
    held = " / ".join(line for line in lines if line)
    return f"印出“{shortened(held)}”" if held else "什么也没印"


def shortened(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= 150 else f"{line[:149]}…"


# --- the tests ------------------------------------------------------------------------------

#: What a designer should never have to know.
PYTHON = re.compile(
    r"Error|Exception|Traceback|object|None\b|dict\b|tuple|undefined|token|macro|sandbox|jinja",
    re.IGNORECASE,
)


def test_there_are_enough() -> None:
    assert len(CASES) >= 40
    assert len({case.title for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_gen_says_what_is_wrong_and_where(case: Case, tmp_path: Path) -> None:
    found = said_by_gen(case, tmp_path)
    assert {str(problem["code"]) for problem in found} == set(case.codes)
    here = [problem for problem in found if problem["place"] == case.place]
    assert here, [problem["place"] for problem in found]
    for problem in found:
        assert str(problem["file"]).startswith("templates/坏.")
        assert problem["hint"]
        said = f"{problem['message']}{problem['hint']}"
        assert not PYTHON.search(said), said
        assert re.search("[一-龥]", said)


@pytest.mark.long
def test_the_page_is_true(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    made = INTRODUCTION + "\n".join(_page(tmp_path)) + "\n"
    if request.config.getoption("--regen-docs", default=False):
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(made, encoding="utf-8")
    if not PAGE.parent.is_dir():
        pytest.skip("the pages are not installed with the package")
    assert PAGE.read_text(encoding="utf-8") == made


def _page(folder: Path) -> list[str]:
    heads = ("序号", "模板里", "docxtpl 默认", "docxtpl 严格", "gen")
    lines = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for number, case in enumerate(CASES, 1):
        here = folder / str(number)
        here.mkdir()
        theirs = ["—", "—"]
        if case.kind == "docx" and not case.own_wording:
            raw = case.build()
            theirs = [said_by_docxtpl(raw, here, strict=strict) for strict in (False, True)]
        ours = "<br>".join(
            f"{problem['file']} {problem['place']}".strip()
            + f"：{problem['code']} {problem['message']} 提示：{problem['hint']}"
            for problem in said_by_gen(case, here / "工作区")
        )
        mark = "†" if case.by_content else ""
        cells = (str(number), case.title, *theirs, mark + ours)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return lines
