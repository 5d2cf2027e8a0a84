"""Differences and explanations as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from generator.records.compare import Change, Difference, Paragraph, Touched
from generator.records.explain import Explanation, Unknown


def difference_lines(difference: Difference) -> Iterator[str]:
    """A difference, most important first: typed, derived, scores, text, documents."""
    if difference.empty:
        yield "没有变化。"
        return
    for title, changes in (
        ("填写的数和文字", difference.typed),
        ("随之变化的数", difference.derived),
        ("得分与等级", difference.scores),
    ):
        if changes:
            yield f"{title}（{len(changes)}处）："
            yield from (line for change in changes for line in _change(change))
    if difference.narrative:
        yield f"正文段落（{len(difference.narrative)}段）："
        yield from (
            f"  {line}" for paragraph in difference.narrative for line in [_words(paragraph)]
        )
    for name in difference.added:
        yield f"新增文件：{name}"
    for name in difference.removed:
        yield f"不再有的文件：{name}"
    for name, places in difference.documents.items():
        if places:
            yield f"{name}（{len(places)}处）："
            yield from (f"  {_place(place)}" for place in places)
        else:
            yield f"{name}（数和文字没有变，变的是模板里的版式或固定文字）"


def _change(change: Change) -> Iterator[str]:
    where = _source(change.at)
    hidden = "（显示的数不变）" if change.hidden else ""
    yield f"  {change.path}  {_old_new(change.old, change.new)}{hidden}  {where}"
    if change.chain:
        yield f"      {' → '.join(change.chain)}"


def _source(at: tuple[str, int, int]) -> str:
    file, line, column = at
    return f"{file}:{line}:{column}" if line else file


def _old_new(old: str | None, new: str | None) -> str:
    if old is None:
        return f"新增 {new}"
    return f"{old} → {new}" if new is not None else f"{old} → 已删去"


def _words(paragraph: Paragraph) -> str:
    """Gone words in 〔-…-〕, new ones in 〔+…+〕; long unchanged stretches shortened."""
    out = []
    for kind, text in paragraph.pieces:
        if kind == "=":
            out.append(text if len(text) <= 30 else f"{text[:12]}……{text[-12:]}")
        else:
            out.append(f"〔{kind}{text}{kind}〕")
    return "".join(out)


def _place(place: Touched) -> str:
    section = f"（{place.section}）" if place.section else ""
    return f"{place.place}{section}  {_old_new(place.old, place.new)}"


def difference_json(difference: Difference) -> dict[str, Any]:
    """The same as plain data."""
    plain = asdict(difference)
    for name, places in difference.documents.items():
        for one, written in zip(places, plain["documents"][name], strict=True):
            written["place"] = str(one.place)
    plain["empty"] = difference.empty
    return plain


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
    yield f"{explanation.path} = {first.amount}"
    if explanation.exact:
        yield f"  四舍五入前：{explanation.exact}"
    where = _source(first.at)
    if first.formula:
        yield f"  公式：{first.formula}（{where}）"
    else:
        yield f"  填写于 {where}"
    for step in inputs:
        formula = f" = {step.formula}" if step.formula else ""
        yield f"  {'  ' * step.depth}{step.path} = {step.amount}{formula}  {_source(step.at)}"
    if explanation.base is not None:
        path, text, at = explanation.base
        yield f"  上年：{path} = {text}  {_source(at)}"
    if explanation.followers:
        names = "、".join(f"{step.path} = {step.text}" for step in explanation.followers)
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
