"""YAML changed in place: the value that was meant is new, every other byte is as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.yaml import edit
from generator.content.yaml.edit import EditError, Path, Said

TEXT = """\
# 金额单位：万元
收入预算:
  财政拨款: {本年: 209.57, 上年: 207.82}   # 批复数
  上年结转:
    本年: 50     # 结转
    上年: 80
  合计:     {本年: 259.57}

目标:
  预期: |-
    1.做好联络；
    2.做好信息。
  # 写在最后
  完成: "已完成: 全部"
任务:
  - 名称: 走访
    次数: 5
  - {名称: 会议, 次数: 6}
空:
"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("收入预算", "财政拨款", "本年"), "310.00", "本年: 209.57,", "本年: 310.00,"),
        (("收入预算", "上年结转", "本年"), "0", "本年: 50     #", "本年: 0     #"),
        (("任务", 0, "次数"), "= 履职.次数", "次数: 5\n", "次数: = 履职.次数\n"),
        (("任务", 1, "次数"), "≥6, 另计", "次数: 6}", '次数: "≥6, 另计"}'),
        (("目标", "完成"), "完成了", '"已完成: 全部"', "完成了"),
        (("目标", "完成"), "≥1: 二", '"已完成: 全部"', '"≥1: 二"'),
        (("目标", "完成"), "一\n二", '"已完成: 全部"', "|-\n    一\n    二"),
        (
            ("目标", "预期"),
            "甲\n\n乙",
            "|-\n    1.做好联络；\n    2.做好信息。\n",
            "|-\n    甲\n\n    乙\n",
        ),
        (("目标", "预期"), "待填", "|-\n    1.做好联络；\n    2.做好信息。\n", "待填\n"),
        (("空",), "不空", "空:\n", "空: 不空\n"),
    ],
)
def test_a_value_is_exchanged(path: Path, value: str, old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert edit.replace(TEXT, path, value) == TEXT.replace(old, new)


@pytest.mark.parametrize(
    ("path", "key", "value", "after", "old", "new"),
    [
        (("收入预算",), "其他", {"本年": "1", "上年": "0"}, "上年结转",
         "上年: 80\n", "上年: 80\n  其他: {本年: 1, 上年: 0}\n"),
        (("收入预算", "合计"), "上年", "287.82", "", "259.57}", "259.57, 上年: 287.82}"),
        (("任务", 0), "单位", "次", "名称", "走访\n", "走访\n    单位: 次\n"),
        (("目标",), "说明", "无", "", "全部\"\n", "全部\"\n  说明: 无\n"),
        ((), "新", "1", "", "空:\n", "空:\n新: 1\n"),
    ],
)  # fmt: skip
def test_a_name_is_added(
    path: Path, key: str, value: edit.Value, after: str, old: str, new: str
) -> None:
    assert TEXT.count(old) == 1
    assert edit.insert(TEXT, path, key, value, after=after) == TEXT.replace(old, new)


def test_an_item_is_added() -> None:
    added = edit.append(TEXT, ("任务",), {"名称": "培训", "次数": "1"})
    assert added == TEXT.replace("次数: 6}\n", "次数: 6}\n  - {名称: 培训, 次数: 1}\n")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (("收入预算", "财政拨款"), "  财政拨款: {本年: 209.57, 上年: 207.82}   # 批复数\n", ""),
        (("收入预算", "财政拨款", "上年"), ", 上年: 207.82}", "}"),
        (("收入预算", "财政拨款", "本年"), "{本年: 209.57, ", "{"),
        (("收入预算", "合计", "本年"), "{本年: 259.57}", "{}"),
        (("任务", 0, "名称"), "名称: 走访\n    ", ""),
        (("任务", 0), "  - 名称: 走访\n    次数: 5\n", ""),
        (("目标", "预期"), "  预期: |-\n    1.做好联络；\n    2.做好信息。\n", ""),
        (("空",), "空:\n", ""),
    ],
)
def test_a_name_is_left_out(path: Path, old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert edit.delete(TEXT, path) == TEXT.replace(old, new)


def test_line_ends_and_a_last_line_without_one_stay() -> None:
    text = "a:\r\n  b: 1 # 甲\r\n  c: 2"
    assert edit.replace(text, ("a", "b"), "3") == "a:\r\n  b: 3 # 甲\r\n  c: 2"
    assert edit.insert(text, ("a",), "d", "4") == "a:\r\n  b: 1 # 甲\r\n  c: 2\r\n  d: 4"
    assert edit.delete(text, ("a", "b")) == "a:\r\n  c: 2"
    assert edit.delete("a:\n  b: 1\nc: 2\n", ("a", "b")) == "a:\n  {}\nc: 2\n"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: &x 1\nb: *x\n", ("a",)),
        ("a: 1\na: 2\n", ("a",)),
        ("a: {b: 1\n", ("a",)),
        ("a: 1\n", ("b",)),
        ("a: {b: 1}\n", ("a",)),
        ("", ("a",)),
        ("a: 1\n---\na: 2\n", ("a",)),
    ],
)
def test_what_cannot_be_changed_is_refused(text: str, path: Path) -> None:
    with pytest.raises(EditError):
        edit.replace(text, path, "3")


@pytest.mark.parametrize(("depth", "read"), [(40, True), (41, False), (500, False)])
def test_what_is_deeper_than_any_file_is_refused(depth: int, read: bool) -> None:
    for text in (f"{'[' * depth}{']' * depth}", f"{'{a: ' * depth}{'}' * depth}"):
        if read:
            assert edit.said(edit.locate(text)) != ""
        else:
            with pytest.raises(EditError):
                edit.locate(text)


def test_a_name_that_is_there_is_not_added_again() -> None:
    for path, key, after in (((), "a", ""), ((), "b", "c"), (("a",), "b", "")):
        with pytest.raises(EditError):
            edit.insert("a: 1\n", path, key, "2", after=after)
    with pytest.raises(EditError):
        edit.delete("a: 1\n", ())


NAMES = st.sampled_from("甲乙丙丁戊")
LEAVES = st.text("甲乙1.5%≥=-: #,{}[]\"'\\|>&*!@`?~\n", min_size=1, max_size=8).map(str.strip)
TREES = st.recursive(
    LEAVES,
    lambda below: (
        st.dictionaries(NAMES, below, min_size=1, max_size=3)
        | st.lists(below, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def written(value: Said, *, flow: bool, indent: int = 0) -> str:
    """``value`` as somebody may have typed it, with remarks."""
    if isinstance(value, str):
        return edit._scalar(value, flow=flow)
    if isinstance(value, dict):
        if flow:
            inside = (f"{k}: {written(v, flow=True)}" for k, v in value.items())
            return "{ " + " , ".join(inside) + " }"
        lead = "\n" + " " * indent
        return "".join(
            f"{lead}# 说明 {key}{lead}{key}:{'' if isinstance(held, str) else '  # 组'}"
            f"{' ' if isinstance(held, str) else ''}"
            f"{written(held, flow=False, indent=indent + 2)}"
            for key, held in value.items()
        )
    if flow:
        return "[" + ", ".join(written(v, flow=True) for v in value) + "]"
    lead = "\n" + " " * indent
    return "".join(f"{lead}- {written(v, flow=True)}" for v in value)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, Path, str]:
    tree: Said = draw(st.dictionaries(NAMES, TREES, min_size=1, max_size=4))
    text = written(tree, flow=draw(st.booleans())).lstrip("\n") + "\n"
    whole = edit.locate(text)
    assert whole is not None
    assert edit.said(whole) == tree
    path = draw(st.sampled_from([path for path, _ in whole.leaves()]))
    return text, path, draw(LEAVES)


@given(changes())
def test_only_what_was_meant_changes(change: tuple[str, Path, str]) -> None:
    text, path, value = change
    spot = edit.locate(text).at(path)  # type: ignore[union-attr]
    new = edit.replace(text, path, value)
    after = edit.locate(new)
    assert after is not None
    held = after.at(path)
    assert held is not None
    assert held.text == value
    assert new.startswith(text[: spot.start])
    assert new.endswith(text[spot.end :].lstrip("\n")) or text[spot.start] in "|>"
    assert edit.replace(new, path, spot.text) == text or text[spot.start : spot.end] != spot.text


@given(changes(), st.sampled_from("己庚"))
def test_added_and_left_out_again_is_as_before(change: tuple[str, Path, str], key: str) -> None:
    text, path, value = change
    whole = edit.locate(text)
    assert whole is not None
    above = path[:-1]
    if whole.at(above).kind == "mapping":  # type: ignore[union-attr]
        added = edit.insert(text, above, key, value)
        assert edit.delete(added, (*above, key)) == text
    said = edit.said(edit.locate(edit.delete(text, path)))
    assert said != edit.said(whole)
