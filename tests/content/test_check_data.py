"""核对资料: read from a form set and from what it inherits, overruled entry by entry."""

from __future__ import annotations

from pathlib import Path

import pytest
from kit import workspaces
from kit.checked import YEAR, example, problems_of
from kit.problems import assert_names, seen
from kit.yaml import mapping

from generator.build import standing
from generator.content.form_set.check_data import FIELDS
from generator.content.form_set.inherit import load_form_set
from generator.content.form_set.reader import read_form_set
from generator.content.model import CheckData, Correction
from generator.problems import Position, Problems
from generator.workspace import Workspace, find, packaged_templates

DOCUMENTS = "文档: [{名称: 表, docx: 表.docx}]\n"
CITY = f"继承: 全国\n{DOCUMENTS}核对资料:\n"


def of(text: str) -> tuple[CheckData, Problems]:
    problems = Problems()
    form_set = read_form_set(mapping(text + DOCUMENTS), "市", "templates/市.yaml", problems)
    return form_set.check_data, problems


def opened(folder: Path) -> Workspace:
    found = find(folder)
    assert found is not None
    return found


def inherited(folder: Path, text: str) -> CheckData:
    workspaces.write(folder, {"content/unit.yaml": "", "templates/市.yaml": CITY + text})
    workspace = opened(folder)
    problems = Problems()
    found = load_form_set(workspace, "市", Position("content/unit.yaml"), problems)
    assert found is not None
    assert seen(problems) == []
    return found.check_data


def test_a_form_set_without_it_gives_nothing_to_compare_with() -> None:
    found, problems = of("")
    assert seen(problems) == []
    assert found == CheckData()


def test_words_are_a_list_or_one() -> None:
    found, problems = of("核对资料: {科目: [教育支出, 国防支出], 满意: 满意, 错字: , 地名: 京津}\n")
    assert seen(problems) == []
    assert (found.accounts, found.satisfaction, found.places) == (
        ("教育支出", "国防支出"), ("满意",), "京津",
    )  # fmt: skip


def test_phrases_have_wordings_and_what_stands_beside_them() -> None:
    found, problems = of(
        "核对资料:\n  错字:\n    接待费: [招代费, 招待非]\n"
        "    主要原因是: {字样: 主要原因, 前接: ，, 后不接: [是, 为]}\n"
    )
    assert seen(problems) == []
    assert found.typos == (
        Correction("接待费", ("招代费", "招待非")),
        Correction("主要原因是", ("主要原因",), before=("，",), not_after=("是", "为")),
    )


@pytest.mark.parametrize(
    ("text", "expected", "named"),
    [
        ("核对资料: 科目\n", ["L213 1:7"], ["核对资料"]),
        ("核对资料: {科木: [甲]}\n", ["L212 1:8"], ["“科木”", "是否为“科目”"]),
        ("核对资料: {不超过: [决算]}\n", ["L213 1:13"], ["不超过"]),
        ("核对资料: {科目: [[甲]]}\n", ["L210 1:13"], ["科目"]),
        ("核对资料: {科目: [{甲: 乙}]}\n", ["L210 1:13"], ["科目"]),
        ("核对资料: {错字: {接待费: {字体: 招代费}}}\n", ["L212 1:19"], ["“字体”", "字样"]),
    ],
)
def test_mistakes_are_told_where_they_are(text: str, expected: list[str], named: list[str]) -> None:
    problems = of(text)[1]
    assert seen(problems) == expected
    assert_names(problems, *named)


def test_the_national_frame_fills_every_section(tmp_path: Path) -> None:
    found = inherited(tmp_path, "  科目: []\n")
    assert [section for section, field in FIELDS.items() if not getattr(found, field)] == []


def test_each_entry_can_be_changed_left_out_and_added(tmp_path: Path) -> None:
    before = inherited(tmp_path / "前", "  科目: []\n")
    found = inherited(
        tmp_path / "后",
        "  科目: [教育支出, {公务接待费: 关}]\n"
        "  不超过: {执行数: 关, 决算数: 预算数, 三公经费.决算: 年初预算}\n"
        "  错字: {保质保量: 关, 接待费: [招代费, 招待非]}\n  固定表述: 关\n  地名: 京\n"
        "  归类: {成本: [单价]}\n  满意: 满意率\n",
    )
    assert set(found.accounts) == {*before.accounts, "教育支出"} - {"公务接待费"}
    limits, were = dict(found.limits), dict(before.limits)
    assert limits == {
        **{name: columns for name, columns in were.items() if name != "执行数"},
        "三公经费.决算": ("年初预算",), "决算数": ("预算数",),
    }  # fmt: skip
    typos = {phrase.right: phrase.forms for phrase in found.typos}
    assert typos["接待费"] == ("招代费", "招待非")
    assert "保质保量" not in typos
    assert (found.phrases, found.places) == ((), "京")
    assert dict(found.categories)["成本"] == ("单价",)
    assert dict(found.categories)["时效"] == dict(before.categories)["时效"]
    assert found.satisfaction == ("满意率", *before.satisfaction)


def test_a_workspace_of_its_own_national_frame_wins(tmp_path: Path) -> None:
    facts = {"facts.yaml": "目标:\n  预期: 推动按质保量工作。\n  完成: 已完成。\n"}
    folder = example(tmp_path, facts)
    assert [p.code for p in problems_of(folder, YEAR)] == ["WORD02"]
    own = (packaged_templates() / "全国.yaml").read_text(encoding="utf-8")
    own = own.replace("按质保量", "推动按质")
    (folder / "templates/全国.yaml").write_text(own, encoding="utf-8")
    (found,) = problems_of(folder, YEAR)
    assert "“推动按质”" in found.message


def test_a_changed_national_frame_is_a_changed_input(tmp_path: Path) -> None:
    """A build with nothing to do would go on telling what the old one found."""
    folder = workspaces.write(tmp_path, workspaces.unit_files())
    own = (packaged_templates() / "全国.yaml").read_text(encoding="utf-8")
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates/全国.yaml").write_text(own, encoding="utf-8")
    assert workspaces.gen("build", "2024", folder=folder).code == 0
    (target,) = opened(folder).unit_years(2024)
    assert standing.unchanged(standing.open_books(opened(folder), target))
    (folder / "templates/全国.yaml").write_text(own + "\n", encoding="utf-8")
    assert not standing.unchanged(standing.open_books(opened(folder), target))
