"""A format that gen does not bring along: one line in the registry, and all commands know it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from kit import workspaces
from kit.templates import FORM_SET, word
from kit.workspaces import Ran, run_python

import generator
from generator.formats import registry

PACKAGE = Path(generator.__file__).resolve().parent
TESTS = Path(__file__).resolve().parents[1]
#: All that a new format needs outside its own folder, done before anything else is imported.
START = """\
import sys
from generator.formats import registry
registry.FORMATS["txt"] = registry.Entry("文本", "kit.lines")
from generator.__main__ import run
run()
"""
DOCUMENTS = """\
  - {名称: 报告, docx: 甲.docx, txt: 甲.txt}
  - {名称: 项目表, 文件名: '表（{{ 本项目.名称 }}）', txt: 乙.txt, 每个: 项目}
"""
TEMPLATE = """\
{{ 单位.名称 }}{{ 年度 }}年度
全年预算{{ 资金来源.财政拨款.全年预算 | 万元 }}。A & B <c>
{% for r in 指标 %}{{ r.名称 }}：{{ r.得分 }}分
{% endfor %}等级{{ 自评.等级 }}
"""


def made(folder: Path, template: str = TEMPLATE) -> Path:
    files: dict[str, str | bytes] = dict(workspaces.unit_files())
    unit = str(files["content/peixun/unit.yaml"])
    files["content/peixun/unit.yaml"] = unit.replace("套表: jiujiang", "套表: 县里")
    files["templates/县里.yaml"] = FORM_SET + DOCUMENTS
    files["templates/甲.docx"] = word("{{ 年度 }}")
    files["templates/甲.txt"] = template
    files["templates/乙.txt"] = "{{ 本项目.名称 }}\n"
    return workspaces.write(folder, files)


def gen(*arguments: str, folder: Path) -> Ran:
    ran = run_python(
        "-c", START, *arguments, folder=folder, path=(PACKAGE.parent, TESTS),
        environment={"GEN_CACHE": str(folder / "cache")},
    )  # fmt: skip
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made(tmp_path_factory.mktemp("third"))
    ran = gen("build", "2024", folder=folder)
    assert ran.code == 0, ran.out + ran.err
    return folder


OUTPUT = Path("build/2024/peixun")


def test_a_set_is_built_with_it(built: Path) -> None:
    text = (built / OUTPUT / "报告.txt").read_text("utf-8").splitlines()
    assert text[0] == "测试县干部培训中心2024年度"
    assert text[1] == "全年预算120.5万元。A & B <c>"
    assert text[2].startswith("培训人数：")
    names = {path.name for path in (built / OUTPUT).iterdir() if path.is_file()}
    assert {"报告.docx", "报告.txt", "表（骨干培训）.txt"} <= names


def test_places_are_recorded_and_explained(built: Path) -> None:
    ran = gen("explain", "2024", "资金来源.财政拨款.全年预算", folder=built)
    assert ran.code == 0, ran.out + ran.err
    assert re.search(r"报告\.txt.*正文 第2段", ran.out), ran.out


def test_what_has_not_changed_is_not_made_again(built: Path) -> None:
    ran = gen("build", "2024", folder=built)
    assert ran.code == 0
    assert "没有变化" in ran.out, ran.out


def test_its_templates_are_checked(tmp_path: Path) -> None:
    folder = made(tmp_path, "{{ 单位.名秤 }}\n{{ 年度 | 万圆 }}\n")
    for command in (("check", "2024"), ("template", "check", "2024")):
        ran = gen(*command, "--format", "json", folder=folder)
        assert ran.code == 1
        found = {(p["code"], p["file"], str(p["place"])) for p in ran.problems()}
        assert {
            ("T101", "templates/甲.txt", "正文 第1段"),
            ("T102", "templates/甲.txt", "正文 第2段"),
        } <= found


def test_without_the_line_in_the_registry_its_key_is_unknown(tmp_path: Path) -> None:
    ran = workspaces.gen("check", "2024", "--format", "json", folder=made(tmp_path))
    assert any("txt" in p["message"] for p in ran.problems() if p["file"] == "templates/县里.yaml")


@pytest.mark.long
def test_a_proof_finds_what_it_lost(tmp_path: Path) -> None:
    """The format reads its own bytes: a value that is not in them stops the build."""
    folder = made(tmp_path)
    spoilt = START.replace(
        "from generator.__main__",
        "import kit.lines as lines\n"
        "render = lines.FORMAT.render\n"
        "def losing(*given):\n"
        "    made = render(*given)\n"
        "    return type(made)(made.data.replace(b'120.5', b'120.6'), made.parts, made.marks)\n"
        "type(lines.FORMAT).render = lambda _, *given: losing(*given)\n"
        "from generator.__main__",
    )
    ran = run_python(
        "-c", spoilt, "build", "2024", "--format", "json",
        folder=folder, path=(PACKAGE.parent, TESTS), environment={"GEN_CACHE": "0"},
    )  # fmt: skip
    assert ran.returncode == 1
    said = Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode()).problems("W201")
    assert any(p["file"] == "报告.txt" for p in said), said


# --- only formats know formats --------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=str)
def test_suffixes_are_named_in_formats_only(path: Path) -> None:
    """Nobody else branches on a format, or keeps a list of them."""
    inside = path.relative_to(PACKAGE).as_posix()
    # What people bring is known by its suffix, and answered in kind; pages are made of Word and
    # Excel, whatever else a form set has.
    brought = ("audit/", "importing/", "pulling/", "redline/", "review/")
    if inside.startswith(("formats/", "reading/", *brought)):
        return
    tree = ast.parse(path.read_text("utf-8"))
    named = [
        f"{inside}:{node.lineno} {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lstrip(".") in registry.FORMATS
    ]
    assert named == []
