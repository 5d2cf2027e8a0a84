"""Edits in words: each told once, as what it is."""

from __future__ import annotations

from typing import Final

from generator.records.changes.edits import ADDED, MOVED, REMOVED, RENAMED, Edit
from generator.records.changes.prose import Paragraph
from generator.records.compare import Difference
from generator.records.tree import Node
from generator.records.values import with_unit
from generator.records.words import KINDS, Words

_FORMULA: Final = "= "
#: More of a text says nothing more in one line.
_LONGEST: Final = 60
_ENDS: Final = 24


def is_prose(edit: Edit) -> bool:
    """Whether the edit is one of report.md, which is told by what it prints."""
    return edit.path[0].name == "正文"


def line(difference: Difference, edit: Edit, *, brief: bool = False) -> str:
    """``履职.走访家数  110 → 120``, ``新增项目“…”``, ``三级指标“…”移到“…”之后``.

    ``brief``: without where it stood before.
    """
    name = thing(difference, edit)
    if edit.kind == ADDED:
        return f"新增{_named(edit, name)}{_value(edit, edit.new)}"
    if edit.kind == REMOVED:
        verb = "撤销" if edit.node.kind == "project" else "删去"
        return f"{verb}{_named(edit, name)}{_value(edit, edit.old)}"
    if edit.kind == RENAMED:
        return f"{_before(difference, edit)} 改名为“{edit.new}”"
    if edit.kind == MOVED:
        was, now = places(difference, edit)
        return f"{name}{now}" if brief else f"{name}{now}（原来{was}）"
    return f"{name}  {changed(difference, edit)}"


def _named(edit: Edit, name: str) -> str:
    what = {"row": "一行", "part": "一行", "table": "", "list": "一组", "item": "一项"}
    return f"{what.get(edit.node.kind, '')} {name}".removeprefix(" ")


def _value(edit: Edit, text: str | None) -> str:
    # A paragraph goes by its beginning already, and is not told with its signs.
    return f"  {short(text)}" if text and not is_prose(edit) else ""


def short(text: str) -> str:
    """``text`` with its middle left out when it is long."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_ENDS]}……{text[-_ENDS:]}"


def rejoined(paragraph: Paragraph) -> tuple[str, str]:
    """Paragraphs that became one, or one that became several: which, and what became of them."""
    olds, news = ((text or "").split("\n") for text in (paragraph.old, paragraph.new))
    which = "、".join(f"“{_first_words(text)}”" for text in olds)
    if len(news) == 1:
        return f"{which}各为一段", "，现并成一段，文字不变"
    begins = "、".join(f"“{_first_words(text)}”" for text in news[1:])
    return f"{which}一段", f"，从{begins}起另起一段，文字不变"


def _first_words(text: str) -> str:
    return text if len(text) <= _ENDS else f"{text[:_ENDS]}……"


def thing(difference: Difference, edit: Edit, *, official: bool = False) -> str:
    """What was edited, as it is called now (what was removed: as it was)."""
    words = difference.was if edit.kind == REMOVED else difference.now
    return words.thing(edit.node, official=official)


def kind(edit: Edit) -> str:
    """The word for a kind of thing: 项目, 三级指标; empty where forms have none."""
    return KINDS.get(edit.node.kind, "")


def _before(difference: Difference, edit: Edit) -> str:
    old = difference.was.at(edit.before or ())
    return thing(difference, edit) if old is None else difference.was.thing(old)


def places(difference: Difference, edit: Edit, *, official: bool = False) -> tuple[str, str]:
    """Where what moved stood, and where it stands: behind which of its like, or in which group."""
    old = difference.was.at(edit.before or ())
    if old is None:
        return "", ""
    was, now = difference.was, difference.now
    before, after = was.parent(old), now.parent(edit.node)
    if before is not None and after is not None and edit.path[:-1] != (edit.before or ())[:-1]:
        left, right = (
            words.thing(node, official=official) if node.kind not in ("section",) else "最外一层"
            for words, node in ((was, before), (now, after))
        )
        if left != right:
            return f"在{left}", f"移到{right}"
    return f"在{_behind(was, old)}", f"移到{_behind(now, edit.node)}"


def _behind(words: Words, node: Node) -> str:
    before = words.sibling(node, -1)
    if before is not None:
        return f"{words.short_name(before)}之后"
    after = words.sibling(node, 1)
    return "最前面" if after is None else f"{words.short_name(after)}之前"


def changed(difference: Difference, edit: Edit) -> str:
    """A changed text: old → new, with the unit once; a formula is told as one."""
    old, new = edit.old or "", edit.new or ""
    path = difference.now.path(edit.node)
    values = [record.values.get(path or "") for record in (difference.old, difference.new)]
    left, right = (
        None if value is None else with_unit(value["text"], value.get("unit", ""))
        for value in values
    )
    formulas = [text.startswith(_FORMULA) for text in (old, new)]
    if not any(formulas):
        unit = values[1].get("unit", "") if values[1] is not None else ""
        told = [with_unit(text, unit) if unit else text for text in (old, new)]
        return f"{short(told[0]) or '空'} → {short(told[1]) or '空'}"
    same = left is not None and left == right
    value = "值不变" if same else f"{left or '无'} → {right or '无'}"
    if all(formulas):
        return f"公式改为“{new.removeprefix(_FORMULA)}”，{value}"
    if formulas[1]:
        return f"改为公式“{new.removeprefix(_FORMULA)}”，{value}"
    return f"公式改为直接填写，{value}"
