"""要加什么，动哪里: each row of the table in docs/架构.md is done to a copy of gen, and only there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest
from kit import workspaces
from kit.documents import DEVELOPERS, ROOT, source
from kit.templates import FORM_SET, word
from kit.workspaces import Ran, gen_process

PACKAGE = ROOT / "generator"
SECTION = "## 要加什么，动哪里"


def rows() -> dict[str, list[str]]:
    """What is to be added → the modules that the table names for it."""
    text = source(DEVELOPERS).partition(SECTION)[2].partition("\n## ")[0]
    table = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {what.strip(): re.findall(r"`([^`]+\.py)`", where) for what, where, *_ in table[2:]}


@dataclass
class Gen:
    """A copy of gen, and a workspace to try it in."""

    home: Path
    folder: Path

    def run(self, *arguments: str) -> Ran:
        return gen_process(
            *arguments, folder=self.folder, path=(self.home,),
            environment={"GEN_CACHE": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip

    def codes(self, *arguments: str) -> list[str]:
        return [found["code"] for found in self.run(*arguments, "--format", "json").problems()]

    def write(self, **files: str | bytes) -> None:
        workspaces.write(self.folder, files)

    def edit(self, edits: Mapping[str, tuple[str, str]]) -> None:
        """Put a text in the stead of another; an empty one stands for the end of the file."""
        for name, (old, new) in edits.items():
            path = self.home / "generator" / name
            text = path.read_text("utf-8") if path.exists() else ""
            assert not old or text.count(old) == 1, name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace(old, new) if old else text + new, "utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Gen:
    home, folder = tmp_path / "gen", tmp_path / "w"
    shutil.copytree(PACKAGE, home / "generator", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "templates", home / "templates")
    files: dict[str, str | bytes] = dict(workspaces.unit_files())
    unit = str(files["content/peixun/unit.yaml"])
    files["content/peixun/unit.yaml"] = unit.replace("套表: jiujiang", "套表: 县里")
    files["templates/县里.yaml"] = FORM_SET + "  - {名称: 报告, docx: 甲.docx}\n"
    files["templates/甲.docx"] = word("{{ 年度 }}")
    workspaces.write(folder, files)
    return Gen(home, folder)


WORDING = """

@register("户均", "户均", "每户多少")
def _each(value: object) -> Worded:
    figure = _figure(value, "户均")
    return Phrase(f"户均{figure.text}", _source(figure, "户均"))
"""


def a_wording(gen: Gen) -> dict[str, tuple[str, str]]:
    gen.write(**{"templates/甲.docx": word("{{ 资金来源.财政拨款.全年预算 | 户均 }}")})
    assert gen.codes("template", "check", "2024") == ["T102"]
    return {"language/wording.py": ("", WORDING)}


def a_wording_is_there(gen: Gen) -> None:
    assert gen.codes("template", "check", "2024") == []
    assert gen.run("build", "2024").code == 0
    assert "“户均120.5”" in gen.run("explain", "2024", "资金来源.财政拨款.全年预算").out
    assert "每户多少" in gen.run("template", "names", "2024").out


RULE = """

@rule(
    "EXTRA01",
    WARNING,
    "单位名称太短",
    why="试试看。",
    hint="请写全称。",
    failing={"facts.yaml": "甲: 乙\\n"},
    passing={"facts.yaml": "甲: 乙\\n"},
)
def extra(data: Subject) -> Iterator[Finding]:
    yield Finding(data.data.overall.score.at, "单位名称太短。")
"""


def a_rule(gen: Gen) -> dict[str, tuple[str, str]]:
    assert "EXTRA01" not in gen.codes("check", "2024")
    return {"checks/rules/texts.py": ("", RULE)}


def a_rule_is_there(gen: Gen) -> None:
    assert "EXTRA01" in gen.codes("check", "2024")
    assert "单位名称太短" in gen.run("rules").out
    assert "请写全称" in gen.run("rules", "EXTRA01").out
    set_ = gen.folder / "templates/县里.yaml"
    set_.write_text(set_.read_text("utf-8") + "规则级别: {EXTRA01: 关}\n", "utf-8")
    assert "EXTRA01" not in gen.codes("check", "2024")


KEY = 'DOCUMENT: Final = Group(\n    "文档",\n    (\n'


def a_key(gen: Gen) -> dict[str, tuple[str, str]]:
    set_ = FORM_SET + "  - {名称: 报告, docx: 甲.docx, 密级: 内部}\n"
    gen.write(**{"templates/县里.yaml": set_})
    assert "L212" in gen.codes("check", "2024")
    field = '        Field("密级", OneOf(("内部",)), "给谁看", "内部"),\n'
    return {"content/schema/form_sets.py": (KEY, KEY + field)}


def a_key_is_there(gen: Gen) -> None:
    assert "L212" not in gen.codes("check", "2024")
    gen.write(**{"templates/县里.yaml": FORM_SET + "  - {名称: 报告, docx: 甲.docx, 蜜级: 内部}\n"})
    said = [found["message"] for found in gen.run("check", "2024", "--format", "json").problems()]
    assert any("是否为“密级”" in message for message in said), said


def a_format(gen: Gen) -> dict[str, tuple[str, str]]:
    gen.write(**{
        "templates/县里.yaml": FORM_SET + "  - {名称: 报告, txt: 甲.txt}\n",
        "templates/甲.txt": "{{ 资金来源.财政拨款.全年预算 }}\n",
    })  # fmt: skip
    assert gen.run("build", "2024").code == 1
    module = (ROOT / "tests" / "kit" / "lines.py").read_text("utf-8")
    line = '    "docx": Entry('
    entry = '    "txt": Entry("文本", "generator.formats.txt.format"),\n'
    return {
        "formats/txt/__init__.py": ("", '"""Plain text."""\n'),
        "formats/txt/format.py": ("", module),
        "formats/registry.py": (line, entry + line),
    }


def a_format_is_there(gen: Gen) -> None:
    ran = gen.run("build", "2024")
    assert ran.code == 0, ran.out
    assert (gen.folder / "build/2024/peixun/报告.txt").read_text("utf-8") == "120.5\n"


COMMAND = '''@click.command("hello", cls=console.Command)
def hello() -> None:
    """问个好。"""
    console.say("好")


'''


def a_command(gen: Gen) -> dict[str, tuple[str, str]]:
    assert gen.run("hello").code == 2
    first, line = (
        '@click.command(cls=console.Command)\n@click.argument("code"',
        '    "rules": "looking_up",',
    )
    return {
        "cli/verbs/looking_up.py": (first, COMMAND + first),
        "cli/commands.py": (line, f'    "hello": "looking_up",\n{line}'),
    }


def a_command_is_there(gen: Gen) -> None:
    assert gen.run("hello").out == "好\n"
    assert "问个好" in gen.run("--help").out


def a_table(gen: Gen) -> dict[str, tuple[str, str]]:
    figures = gen.folder / "content/peixun/2024/figures.yaml"
    gen.write(**{
        "content/peixun/2024/figures.yaml": figures.read_text("utf-8")
        + "资产:\n  房屋: {账面: 3, 盘点: 2}\n  车辆: {账面: 1.5, 盘点: 1.5}\n",
        "templates/县里.yaml": FORM_SET
        + "  - {名称: 报告, docx: 甲.docx}\n规则: [{公式: 资产.合计.账面 = 资产.合计.盘点, 级别: 警告}]\n",
        "templates/甲.docx": word("{{ 资产.合计.账面 | 万元 }}"),
    })  # fmt: skip
    return {}


def a_table_is_there(gen: Gen) -> None:
    assert "CROSS01" in gen.codes("check", "2024")
    assert gen.run("build", "2024").code == 0
    assert "“4.5万元”" in gen.run("explain", "2024", "资产.合计.账面").out


Before = Callable[[Gen], dict[str, tuple[str, str]]]
ADDITIONS: dict[str, tuple[Before, Callable[[Gen], None]]] = {
    "一张表、一列、一个科目、一条勾稽关系": (a_table, a_table_is_there),
    "一种写法": (a_wording, a_wording_is_there),
    "一条核对规则": (a_rule, a_rule_is_there),
    "套表或内容文件里的一个名称": (a_key, a_key_is_there),
    "一种格式": (a_format, a_format_is_there),
    "一条命令": (a_command, a_command_is_there),
}


def test_every_row_is_tried() -> None:
    assert set(rows()) == set(ADDITIONS)


@pytest.mark.long
@pytest.mark.parametrize("what", ADDITIONS)
def test_nothing_else_has_to_change(copy: Gen, what: str) -> None:
    before, there = ADDITIONS[what]
    edits, named = before(copy), rows()[what]
    assert [name for name in edits if not any(fnmatch(name, one) for one in named)] == []
    assert [one for one in named if not any(fnmatch(name, one) for name in edits)] == []
    copy.edit(edits)
    there(copy)
