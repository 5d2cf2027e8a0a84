"""Differences and explanations as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from generator.records.changes import telling
from generator.records.changes.edits import ADDED, MOVED, REMOVED, Edit
from generator.records.changes.prose import Paragraph
from generator.records.changes.showing import Document, Touched
from generator.records.compare import Change, Difference
from generator.records.explain import Explanation, Unknown
from generator.records.words import Words


def difference_lines(difference: Difference) -> Iterator[str]:
    """A difference, most important first: edits, what followed, scores, text, documents."""
    if difference.empty:
        yield "没有变化。"
        return
    edits = list(edit_lines(difference))
    if edits:
        yield f"改动（{len(edits)}处）："
        yield from (f"  {line}" for line in edits)
    for title, changes in (
        ("随之变化的数", difference.derived),
        ("得分与等级", difference.scores),
    ):
        if changes:
            yield f"{title}（{len(changes)}处）："
            yield from (line for change in changes for line in _change(change, difference.now))
    if difference.narrative:
        yield f"正文段落（{len(difference.narrative)}段）："
        yield from (f"  {_paragraph(paragraph)}" for paragraph in difference.narrative)
    for old, name in difference.renamed:
        yield f"文件改名：{old} → {name}"
    for name in difference.added:
        yield f"新增文件：{name}"
    for name in difference.removed:
        yield f"不再有的文件：{name}"
    for name, document in difference.documents.items():
        yield from _document(name, document, difference)


def edit_lines(difference: Difference) -> Iterator[str]:
    """What a writer did, one line each; paragraphs are told by what they print."""
    printed = {paragraph.path for paragraph in difference.narrative}
    for edit in difference.edits:
        if telling.is_prose(edit):
            if _is_printed(edit, difference, printed):
                continue
            yield f"正文第{edit.at[1]}行起的一段改了写法，印出来的不变  {_source(edit.at)}"
            continue
        found = _found(difference, edit)
        yield f"{telling.line(difference, edit)}{found}  {_source(edit.at)}"


def _is_printed(edit: Edit, difference: Difference, printed: set[str]) -> bool:
    """Whether the printed paragraphs tell the edit of report.md already."""
    if edit.kind in (ADDED, MOVED) or edit.node.kind == "line":
        return True
    path = difference.now.path(edit.node)
    return path is None or path in printed or edit.new is None


def _found(difference: Difference, edit: Edit) -> str:
    """Where a whole new project or table is found."""
    names = difference.files_of(edit)
    return f"，见{'、'.join(names)}" if names else ""


def _change(change: Change, words: Words) -> Iterator[str]:
    hidden = "（显示的数不变）" if change.hidden else ""
    told = _old_new(change.old, change.new)
    yield f"  {words.of(change.path)}  {told}{hidden}  {_source(change.at)}"
    if change.chain:
        yield f"      {' → '.join(map(words.of, change.chain))}"


def _source(at: tuple[str, int, int]) -> str:
    file, line, column = at
    return f"{file}:{line}:{column}" if line else file


def _old_new(old: str | None, new: str | None) -> str:
    if old is None:
        return f"新增 {new}"
    return f"{old} → {new}" if new is not None else f"{old} → 已删去"


def _paragraph(paragraph: Paragraph) -> str:
    if paragraph.moved:
        where = f"“{_ends(paragraph.behind, 12)}”之后" if paragraph.behind else "最前面"
        words = "文字不变" if paragraph.same else "文字的改动另列"
        return f"“{_ends(paragraph.new or '', 12)}”移到{where}，{words}"
    if paragraph.same:
        return "".join(telling.rejoined(paragraph))
    if paragraph.old is None:
        return f"新增 {paragraph.new}"
    if paragraph.new is None:
        return f"删去 {paragraph.old}"
    return _words(paragraph)


def _ends(text: str, length: int) -> str:
    return text if len(text) <= 2 * length else f"{text[:length]}……{text[-length:]}"


def _words(paragraph: Paragraph) -> str:
    """Gone words in 〔-…-〕, new ones in 〔+…+〕; long unchanged stretches shortened."""
    return "".join(
        _ends(text, 15) if kind == "=" else f"〔{kind}{text}{kind}〕"
        for kind, text in paragraph.pieces
    )


def _document(name: str, document: Document, difference: Difference) -> Iterator[str]:
    count = len(document.places) + len(document.entries)
    if count:
        yield f"{name}（{count}处）："
        for edit, place in document.entries:
            yield f"  {place}  {telling.line(difference, edit, brief=True)}"
        yield from (f"  {_place(place)}" for place in document.places)
    elif document.order:
        yield f"{name}（只是先后次序变了）"
    elif document.template:
        yield f"{name}（数和文字没有变，变的是模板 {document.template}）"
    else:
        yield f"{name}（印出来的没有变，只是文件属性或写法）"


def _place(place: Touched) -> str:
    section = f"（{place.section}）" if place.section else ""
    return f"{place.place}{section}  {_old_new(place.old, place.new)}"


def difference_json(difference: Difference) -> dict[str, Any]:
    """The same as plain data; a script can make the new content of the old with ``edits``."""
    words = difference.now
    return {
        "edits": [_edit_json(difference, edit) for edit in difference.edits],
        **{
            key: [{**asdict(change), "name": words.of(change.path)} for change in changes]
            for key, changes in (("derived", difference.derived), ("scores", difference.scores))
        },
        "narrative": [asdict(paragraph) for paragraph in difference.narrative],
        "documents": {
            name: {
                "places": [_touched_json(place, words) for place in document.places],
                "entries": [
                    {"edit": telling.line(difference, edit), "place": str(place)}
                    for edit, place in document.entries
                ],
                "order": document.order,
                "template": document.template,
            }
            for name, document in difference.documents.items()
        },
        "renamed": [list(pair) for pair in difference.renamed],
        "added": list(difference.added),
        "removed": list(difference.removed),
        "empty": difference.empty,
    }


def _edit_json(difference: Difference, edit: Edit) -> dict[str, Any]:
    return {
        "kind": edit.kind,
        "what": edit.node.kind,
        "value": (difference.was if edit.kind == REMOVED else difference.now).path(edit.node),
        "path": [list(step) for step in edit.path],
        "before": None if edit.before is None else [list(step) for step in edit.before],
        "old": edit.old,
        "new": edit.new,
        "index": edit.index,
        "content": dict(edit.content),
        "at": list(edit.at),
        "told": telling.line(difference, edit),
    }


def _touched_json(touched: Touched, words: Words) -> dict[str, Any]:
    return {
        "path": touched.path,
        "name": words.of(touched.path),
        "place": str(touched.place),
        "section": touched.section,
        "old": touched.old,
        "new": touched.new,
    }


Answers = Mapping[str, list[Explanation] | Unknown]


def answer_lines(answers: Answers, *, headed: bool) -> Iterator[str]:
    """What is known of each unit-year, by its label; ``headed``: told under that label."""
    for label, found in answers.items():
        if isinstance(found, Unknown):
            continue
        if headed:
            yield f"{label}："
        for explanation in found:
            yield from explanation_lines(explanation)


def explanation_lines(explanation: Explanation) -> Iterator[str]:
    """One figure: value, derivation, last year, places."""
    first, *inputs = explanation.steps
    yield f"{first.name} = {first.amount}"
    if explanation.exact:
        yield f"  四舍五入前：{explanation.exact}"
    where = _source(first.at)
    if first.formula:
        yield f"  公式：{first.formula}（{where}）"
    else:
        yield f"  填写于 {where}"
    if first.origin:
        yield f"  导入自 {first.origin}"
    for step in inputs:
        formula = f" = {step.formula}" if step.formula else ""
        came = f"（导入自 {step.origin}）" if step.origin else ""
        yield f"  {'  ' * step.depth}{step.name} = {step.amount}{formula}  {_source(step.at)}{came}"
    if explanation.base is not None:
        path, text, at = explanation.base
        yield f"  上年：{path} = {text}  {_source(at)}"
    if explanation.followers:
        names = "、".join(f"{step.name} = {step.text}" for step in explanation.followers)
        yield f"  由它得出：{names}"
    if not explanation.shown:
        yield "  没有文档直接显示它。"
    for name, shown in explanation.shown:
        heading = f"（{shown.section}）" if shown.section else ""
        context = f"：{shown.sentence}" if shown.sentence not in ("", shown.text) else ""
        yield f"  {name} {shown.place}{heading} “{shown.text}”{context}"


def unknown_line(unknown: Unknown) -> str:
    """What to say when there is no such value."""
    if unknown.is_number:
        return f"没有哪个数是“{unknown.name}”，也没有地方显示它。"
    return f"没有名为“{unknown.name}”的数或文字{unknown.suggestion or '。'}"


def answer_json(answers: Answers) -> dict[str, Any]:
    """The same as plain data."""
    return {
        label: {"found": [], "unknown": asdict(found)}
        if isinstance(found, Unknown)
        else {"found": list(map(_explanation_json, found)), "unknown": None}
        for label, found in answers.items()
    }


def _explanation_json(explanation: Explanation) -> dict[str, Any]:
    shown = [
        (name, str(one.place), one.section, one.text, one.sentence)
        for name, one in explanation.shown
    ]
    return {**asdict(explanation), "shown": shown}
