"""What is rendered again and what is not: incremental and full builds give identical bytes."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit import workspaces
from kit.archives import repacked
from kit.workspaces import gen, unit_files, write

from generator import toolchain
from generator.figures.model import Names, Words
from generator.formats import registry
from generator.formats.fingerprint import fingerprint, reached
from generator.language.statements import read
from generator.language.tags import Tag
from generator.problems import Position
from generator.workspace import packaged_templates

OUTPUT = Path("build") / "2024" / "peixun"


def tags(*texts: str) -> tuple[Tag, ...]:
    return tuple(Tag(text, Position("t.docx")) for text in texts)


def names(*texts: str) -> set[str]:
    found = reached(read(tags(*texts), registry.of("docx").environment()))
    return {".".join(path) for path in found}


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["{{ 甲.乙 }}"], {"甲.乙"}),
        (["{{ 甲.乙 | 占(丙.丁) }}"], {"甲.乙", "丙.丁"}),
        (["{% if 甲 > 乙 and not 丙 %}", "{% endif %}"], {"甲", "乙", "丙"}),
        (["{% if 甲 is defined %}", "有", "{% endif %}"], {"甲"}),
        (["{% for r in 表 %}", "{{ r.列 }}", "{% endfor %}"], {"表", "表.列"}),
        (["{% for r in 表 if r.列 > 限.值 %}", "{% endfor %}"], {"表", "限.值"}),
        (["{% set x = 甲.乙 %}", "{{ x.丙 }}"], {"甲.乙", "甲.乙.丙"}),
        (["{% for p in 项目 %}", "{% for r in p.指标 %}", "{{ r.值 }}", "{% endfor %}",
          "{% endfor %}"], {"项目", "项目.指标", "项目.指标.值"}),
    ],
)  # fmt: skip
def test_names_that_tags_reach(texts: list[str], wanted: set[str]) -> None:
    found = names(*(text for text in texts if text.startswith("{")))
    assert wanted <= found


def word(text: str) -> Words:
    return Words(text, "甲", Position("f.yaml"))


def test_the_order_of_names_does_not_matter() -> None:
    one = Names(组=Names(甲=word("1"), 乙=word("2")))
    other = Names(组=Names(乙=word("2"), 甲=word("1")))
    assert fingerprint(one, [("组",)]) == fingerprint(other, [("组",)])


def test_only_what_is_reached_counts() -> None:
    one, other = Names(甲=word("1"), 乙=word("2")), Names(甲=word("1"), 乙=word("3"))
    assert fingerprint(one, [("甲",)]) == fingerprint(other, [("甲",)])
    assert fingerprint(one, [("乙",)]) != fingerprint(other, [("乙",)])
    assert fingerprint(one, [("甲",)], "title") != fingerprint(one, [("甲",)], "other")


def test_appearing_counts() -> None:
    assert fingerprint(Names(), [("甲",)]) != fingerprint(Names(甲=word("")), [("甲",)])


# Whole builds


def rendered(folder: Path, *arguments: str) -> set[str]:
    """Which documents a build rendered; the list for ticking off is always made."""
    ran = gen("build", "2024", "--format", "json", *arguments, folder=folder)
    assert ran.code == 0, ran.out + ran.err
    return {
        Path(str(made["file"])).name
        for made in ran.json["documents"]
        if made["rendered"] and "核对/" not in str(made["file"])
    }


def set_of(folder: Path) -> dict[str, bytes]:
    """All outputs with the record, which must not depend on how they were built either."""
    everything = workspaces.snapshot(folder / OUTPUT)
    return {name: data for name, data in everything.items() if "previous" not in name}


def same_as_full(folder: Path, fresh: Path) -> None:
    content = {
        name: data
        for name, data in workspaces.snapshot(folder).items()
        if name.startswith(("content/", "templates/"))
    }
    write(fresh, content)
    workspaces.build(fresh, 2024, "--all")
    assert set_of(folder) == set_of(fresh)


def test_a_text_shown_in_one_document_renders_that_one(tmp_path: Path) -> None:
    write(tmp_path / "a", unit_files())
    assert len(rendered(tmp_path / "a")) == 7
    assert rendered(tmp_path / "a") == set()
    facts = tmp_path / "a" / "content/peixun/2024/facts.yaml"
    workspaces.change(facts, ("主送: 县财政局", "主送: 县财政局、县审计局"))
    assert rendered(tmp_path / "a") == {"整体支出绩效评价工作报告.docx"}
    same_as_full(tmp_path / "a", tmp_path / "b")


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    workspaces.build(write(tmp_path, unit_files()), 2024)

    def state() -> dict[str, tuple[int, int]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.stat().st_ino)
            for path in (tmp_path / "build").rglob("*")
            if path.name != "lock"
        }

    before = state()
    ran = gen("build", "2024", folder=tmp_path)
    assert ran.code == 0
    assert "不用重做" in ran.out
    assert state() == before


def test_times_of_files_do_not_matter(tmp_path: Path) -> None:
    workspaces.build(write(tmp_path, unit_files()), 2024)
    for path in (tmp_path / "content").rglob("*.yaml"):
        path.touch()
    assert rendered(tmp_path) == set()


def test_a_name_that_a_condition_asks_for_counts(tmp_path: Path) -> None:
    """``{% if 备注 is defined %}`` around fixed words: the fact that appears changes the page."""
    folder = write(tmp_path / "a", unit_files())
    relative = Path("docx") / "jiujiang" / "附件2.docx"
    template = folder / "templates" / relative
    template.parent.mkdir(parents=True)
    template.write_bytes(
        with_words(
            (packaged_templates() / relative).read_bytes(),
            "{% if 备注 is defined %}有备注{% endif %}",
        )
    )
    workspaces.build(folder, 2024)
    facts = folder / "content/peixun/2024/facts.yaml"
    facts.write_text(facts.read_text(encoding="utf-8") + "备注: 见附注\n", encoding="utf-8")
    workspaces.build(folder, 2024)
    same_as_full(folder, tmp_path / "b")


def with_words(template: bytes, words: str) -> bytes:
    """A Word template with a paragraph of ``words`` put first."""
    name, added = "word/document.xml", f"<w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p>"
    return repacked(
        template, lambda m: m.update({name: m[name].replace(b"<w:body>", added.encode(), 1)})
    )


@pytest.mark.parametrize(
    "library", ["docxtpl", "jinja2", "lxml", "openpyxl", "python_docx", "pyyaml"]
)
def test_the_toolchain_knows_every_library_that_decides_a_build(library: str) -> None:
    lines = toolchain.description().decode().lower().splitlines()
    assert [line for line in lines if re.fullmatch(rf"{library}-[\d.]+\.dist-info", line)]


def test_another_toolchain_renders_everything(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", unit_files())
    workspaces.build(folder, 2024)
    (folder / OUTPUT / ".gen" / "toolchain").write_text("another gen\n")
    facts = folder / "content/peixun/2024/facts.yaml"
    workspaces.change(facts, ("主送: 县财政局", "主送: 县审计局"))
    assert len(rendered(folder)) == 7


#: What a writer corrects, each with the total that follows it: (file, old, new) per draw.
FIGURES, FACTS = "content/peixun/2024/figures.yaml", "content/peixun/2024/facts.yaml"
PROJECT = "content/peixun/2024/projects/骨干培训.yaml"
INDICATORS = "content/peixun/2024/indicators.yaml"
REPORT = "content/peixun/2024/report.md"


def corrections(random: Random) -> list[tuple[str, str, str]]:
    budget = random.randint(31, 99)
    choices = [
        [(FIGURES, "全年执行: 110.25", f"全年执行: {random.randint(1, 120)}.25")],
        [(FIGURES, "全年预算: 90,", f"全年预算: {random.randint(1, 99)},")],
        [(FACTS, "下属单位个数: 2", f"下属单位个数: {random.randint(3, 9)}")],
        [(FACTS, "成文日期: 2025-03-09", f"成文日期: 2025-04-{random.randint(10, 30)}")],
        [(FACTS, "完成: 培训干部150人。", f"完成: 培训干部{random.randint(1, 149)}人。")],
        # A project's budget with the control total that would break.
        [(PROJECT, "当年财政拨款: {年初预算: 30,", f"当年财政拨款: {{年初预算: {budget},"),
         (FIGURES, "合计: {年初预算: 30,", f"合计: {{年初预算: {budget},")],
        [(PROJECT, "名称: 骨干培训", "名称: 骨干轮训")],
        [(INDICATORS, "完成: 150,", f"完成: {random.randint(1, 200)},")],
        [(INDICATORS, "完成: 96%", f"完成: {random.randint(1, 100)}%")],
        [(REPORT, "年继续做好各项工作。", f"年做好{random.randint(1, 9)}项工作。")],
        [(REPORT, "# 基本情况", "# 基本概况")],
    ]  # fmt: skip
    picked = random.sample(choices, random.randint(1, 4))
    return [edit for edits in picked for edit in edits]


@pytest.mark.long
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_incremental_and_full_builds_are_identical(
    tmp_path_factory: pytest.TempPathFactory, random: Random
) -> None:
    folder = tmp_path_factory.mktemp("i")
    write(folder / "a", unit_files())
    workspaces.build(folder / "a", 2024)
    for file, old, new in corrections(random):
        workspaces.change(folder / "a" / file, (old, new))
    workspaces.build(folder / "a", 2024)
    same_as_full(folder / "a", folder / "b")
