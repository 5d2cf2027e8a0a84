"""README and guides are executed: files are written, commands run, results compared literally.

What the fenced blocks mean stands in ``kit.documents``; one that says nothing fails.

Each section starts from the workspace that all files of its document make together. After a
change of messages or layout, ``GEN_DOCS_UPDATE=1 pytest tests/docs`` rewrites what gen
prints in place; read the difference before you keep it.
"""

from __future__ import annotations

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import click
import pytest
from kit.documents import (
    DESIGNERS,
    DEVELOPERS,
    DOCUMENTS,
    GLOSSARY,
    README,
    ROOT,
    SAMPLE,
    UPDATE,
    WRITERS,
    Session,
    blocks,
    narrative,
    prose,
    sections,
    source,
    spans,
    the_year,
)  # fmt: skip
from kit.workspaces import gen

from generator.cli import commands as cli
from generator.content import measures
from generator.content.schema import form_sets, unit_years
from generator.content.schema.fields import Group, Levels, OneOf
from generator.figures import formulas
from generator.language.wording import FILTERS


def parameters() -> list[object]:
    """The sections; those for designers build sets again and again, and take a minute together."""
    return [
        pytest.param(*one, marks=pytest.mark.long if one[0] == DESIGNERS else ())
        for one in sections()
    ]


@pytest.mark.parametrize(("document", "section"), parameters())
def test_section(document: str, section: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")
    session = Session(tmp_path, document)
    session.start(section)
    for block in blocks(document):
        if block.section == section:
            session.run(block)
    assert not session.wrong, "\n\n".join(session.wrong)


# Setting up --------------------------------------------------------------------------------------


def setup_lines() -> list[str]:
    return [
        line[2:]
        for document in DOCUMENTS
        for block in blocks(document)
        if block.language == "console"
        for line in block.text.splitlines()
        if line.startswith("$ ") and not line.startswith("$ gen ")
    ]


def test_readme_is_how_the_checks_install():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "pip install '.[test]' && pytest" in setup_lines()
    assert "pip install '.[test]' && pytest" in script


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="the README's lines are for a POSIX shell")
def test_setup(tmp_path: Path):
    """The lines of the README, as they stand, in a copy of the checkout with nothing installed."""
    checkout = tmp_path / "gen"
    tidy = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__")

    def left(folder: str, names: list[str]) -> set[str]:
        """What is not copied: at the top also what was built, but never the package's ``build``."""
        built = {"build"} if Path(folder) == ROOT else set()
        return tidy(folder, names) | built

    shutil.copytree(ROOT, checkout, ignore=left)
    lines = [line for line in setup_lines() if "pytest" not in line]
    virtual = [line for line in lines if "venv" in line]
    rest = [line for line in lines if line not in virtual]
    assert virtual
    assert "pip install . && gen build 2020" in rest
    script = "\n".join(["set -e", *virtual, *rest])
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "python").symlink_to(sys.executable)
    environment["PATH"] = f"{bin_folder}{os.pathsep}{environment['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", script], cwd=checkout, env=environment, check=False,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "共 7 个文件" in ran.stdout
    assert len(list((checkout / "build/2020/jiujiang-shenzhen").glob("*.*x"))) == 7


def test_exit_codes(tmp_path: Path):
    """Each code of the README's table, from a run that ends with it."""
    shutil.copytree(ROOT / SAMPLE, tmp_path / SAMPLE)
    runs = {"0": gen("check", "2020", folder=tmp_path), "2": gen("check", "20", folder=tmp_path)}
    figures = tmp_path / "content/jiujiang-shenzhen/2020/figures.yaml"
    text = figures.read_text(encoding="utf-8")
    figures.write_text(text.replace("209.57", "209.58"), encoding="utf-8")
    runs["1"] = gen("check", "2020", folder=tmp_path)
    listed = re.findall(r"^\| `(\d)` \|", source(README), flags=re.MULTILINE)
    assert {code: str(ran.code) for code, ran in runs.items()} == {code: code for code in listed}


def test_new_year(tmp_path: Path):
    """The writers' steps: copy the year, take out last year's columns, and gen has nothing against.

    The copy's own figures then equal last year's, which is what the copied year is compared with.
    """
    session = Session(tmp_path, WRITERS)
    session.start("新的一年")
    old, new = tmp_path / the_year(session), tmp_path / the_year(session).replace("2024", "2025")
    shutil.copytree(old, new)
    for name in ("figures.yaml", "facts.yaml"):
        text = (new / name).read_text(encoding="utf-8")
        text = re.sub(r",\s*上年(?:决算)?: [\d.]+|\n\s*上年活动: .*", "", text)
        (new / name).write_text(text, encoding="utf-8")
    assert (new / "report.md").read_text(encoding="utf-8").count("2024") == 0
    ran = gen("build", "2025", folder=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    lines = narrative(session, new.relative_to(tmp_path).as_posix())
    assert any("2025年收入预算197万元，与上年持平" in line for line in lines)


def test_unit_without_projects(tmp_path: Path):
    """No folder of projects, no figures of projects: the two project annexes are left out."""
    session = Session(tmp_path, WRITERS)
    session.start("一个单位一年的文件")
    year = tmp_path / the_year(session)
    shutil.rmtree(year / "projects")
    figures = year / "figures.yaml"
    text = figures.read_text(encoding="utf-8")
    text = re.sub(r"= 项目合计\.\w+", "0", text).replace("决算: 193.1", "决算: 148.5")
    figures.write_text(text, encoding="utf-8")
    ran = gen("build", "2024", folder=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    assert not list((tmp_path / "build").rglob("附件3*"))


@pytest.mark.parametrize(
    "text",
    [
        "{{ 单位.名称 | 万元 }}",
        "# {{ 单位.名称 | 万元 }}",
        "| 甲 |\n|---|\n| {{ 单位.名称 | 万元 }} |",
    ],
)
def test_a_fault_is_told_even_when_it_stands_alone(text: str, tmp_path: Path):
    """What the guide says of faults holds for a paragraph, heading or row of nothing else."""
    session = Session(tmp_path, WRITERS)
    session.start("上年数")
    (tmp_path / the_year(session) / "report.md").write_text(text, encoding="utf-8")
    ran = gen("check", "2024", "-q", folder=tmp_path)
    assert ran.code == 1
    assert "T104" in ran.out


def test_json_shape(tmp_path: Path):
    """The names that the README gives for ``--format json`` are those that come out."""
    shutil.copytree(ROOT / SAMPLE, tmp_path / SAMPLE)
    ran = gen("check", "2020", "--format", "json", folder=tmp_path)
    names = {*ran.json, *ran.json["problems"][0]}
    assert names <= spans(README)


# Completeness ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(FILTERS))
def test_every_filter_is_shown_live(name: str):
    used = re.compile(rf"\|\s*{name}(?!\w)")
    shown = [
        block.place
        for document in (WRITERS, DESIGNERS)
        for block in blocks(document)
        if used.search(block.text) and (block.language == "jinja" or block.title)
    ]
    assert shown, f"“{name}”在指南里没有例子"
    assert name in spans(WRITERS), f"填写指南没有说明 `{name}`"


def _keys() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for document, declarations in ((WRITERS, unit_years), (DESIGNERS, form_sets)):
        for group in vars(declarations).values():
            if isinstance(group, Group):
                kinds = (field.kind for field in group.fields)
                words = [k.words for k in kinds if isinstance(k, (OneOf, Levels))]
                yield document, group.name, (*group.keys, *(w for one in words for w in one))
    yield WRITERS, "合计行", unit_years.TOTALS
    yield WRITERS, "公式", formulas.FUNCTIONS
    yield WRITERS, "事实的单位", measures.UNITS
    yield WRITERS, "保留名称", unit_years.RESERVED


_TABLE = re.compile(r"^<!-- 名称表 (\w+) -->\n((?:\|.*\n)*)", re.MULTILINE)


def _table(group: Group) -> str:
    """The keys of ``group`` as the guides print them."""
    lines = ["| 名称 | 要不要填 | 意思 | 例子 |", "|---|---|---|---|"]
    for field in group.fields:
        need = f"{field.need}（{field.default}）" if field.default else field.need
        cells = (f"`{field.key}`", need, field.meaning, f"`{field.key}: {field.example}`")
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("document", "declared"), [(WRITERS, unit_years), (DESIGNERS, form_sets)])
def test_tables_of_keys_are_the_declarations(document: str, declared: ModuleType):
    text, groups = source(document), vars(declared)
    right = _TABLE.sub(lambda m: f"<!-- 名称表 {m[1]} -->\n{_table(groups[m[1]])}", text)
    if UPDATE and right != text:
        (ROOT / document).write_text(right, encoding="utf-8")
    else:
        assert right.split("\n") == text.split("\n")
    large = {name for name, it in groups.items() if isinstance(it, Group) and len(it.keys) > 2}
    assert large <= {name for name, _ in _TABLE.findall(text)}


@pytest.mark.parametrize(("document", "what", "keys"), list(_keys()))
def test_every_key_is_explained(document: str, what: str, keys: tuple[str, ...]):
    missing = [key for key in keys if key not in spans(document)]
    assert not missing, f"{document} 没有说明{what}的 {missing}"


def _commands(group: click.Group, lead: str = "gen") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{lead} {name}", command
        if isinstance(command, click.Group):
            yield from _commands(command, f"{lead} {name}")


COMMANDS = dict(_commands(cli.cli))


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_and_option_is_explained(command: str):
    known = spans(WRITERS) | spans(DESIGNERS)
    assert any(span.startswith(command) for span in known), f"指南没有说明 {command}"
    options = [
        option
        for parameter in COMMANDS[command].params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    ]
    missing = [o for o in options if not any(re.match(rf"{o}(?!\w)", span) for span in known)]
    assert not missing, f"指南没有说明 {command} 的 {missing}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_in_prose_exist(document: str):
    """What the text calls a command of gen parses as one."""
    for span in spans(document):
        if not span.startswith("gen "):
            continue
        words = shlex.split(span)[1:]
        group: click.Command = cli.cli
        while words and isinstance(group, click.Group) and words[0] in group.commands:
            group = group.commands[words.pop(0)]
        assert not isinstance(group, click.Group) or words[:1] in ([], ["--help"]), span
        known = {o for p in group.params for o in p.opts} | {"--help", "-h", "--version"}
        assert not [w for w in words if w.startswith("-") and w not in known], span


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str):
    here = (ROOT / document).parent
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", prose(document)):
        if "://" not in target:
            assert (here / target).exists(), f"{document} → {target}"


def test_glossary_names_exist():
    """A code term in the glossary is importable: ``module.Name`` below ``generator``."""
    named = re.findall(r"^\| `([\w./]+)` \|", source(GLOSSARY), flags=re.MULTILINE)
    assert len(named) > 30
    for name in named:
        if "/" in name:
            assert (ROOT / name).exists(), name
            continue
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(f"generator.{module}"), attribute), name


def test_every_module_has_its_line():
    """The house plan names every module, or its family: ``checks/rules/*.py``."""
    package = ROOT / "generator"
    modules = sorted(path.relative_to(package).as_posix() for path in package.rglob("*.py"))
    patterns = [span for span in spans(DEVELOPERS) if span.endswith(".py")]
    missing = [
        module
        for module in modules
        if not module.endswith(("__init__.py", "__main__.py"))
        and not any(fnmatch(module, pattern) for pattern in patterns)
    ]
    assert not missing, f"{DEVELOPERS} 没有说明 {missing}"
