"""What came back, in words and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from generator.language.wording import read_source
from generator.problems import Severity
from generator.pulling.model import (
    COMPUTED,
    CONFLICT,
    FIGURE,
    NARRATIVE,
    STRUCTURE,
    TEMPLATE,
    Finding,
)
from generator.pulling.pulling import Draft, Pulled, draft
from generator.records.changes.prose import word_changes
from generator.records.compare import Difference
from generator.records.values import with_unit

#: The kinds in the order in which they are told, with their words.
KINDS: Final = {
    NARRATIVE: "文字", FIGURE: "填的数", STRUCTURE: "增删移动", CONFLICT: "没有写进去，要自己看",
    COMPUTED: "算出来的，不能从文档改", TEMPLATE: "模板里的，不能从文档改",
}  # fmt: skip
#: Kept words on each side of a change; more is left out.
_AROUND: Final = 12
_LONGEST: Final = 60
#: So many values that follow are named.
_MOST: Final = 12


def lines(pulled: Pulled) -> Iterator[str]:
    """What differs, kind by kind, each with its number."""
    for file in pulled.files:
        pending = file.page.pending
        more = f"，里面还有{pending}处没有接受的修订，按接受以后的看" if pending else ""
        yield f"{file.path.name}：是 {pulled.target.label} 的 {file.found.document}{more}。"
    if not pulled.findings:
        yield "没有改动。"
    for kind, title in KINDS.items():
        held = [(n, one) for n, one in enumerate(pulled.findings, 1) if one.kind == kind]
        if held:
            yield f"{title}（{len(held)}处）："
        for number, one in held:
            yield from _finding(pulled, number, one)
    if pulled.looks:
        yield f"另有{pulled.looks}处只改了字体、颜色一类的样子，没有写：样子在模板里改。"
    remarks = list(pulled.remarks())
    if remarks:
        yield f"批注（{len(remarks)}条）："
    for _, remark in remarks:
        who = f"{remark.author}：" if remark.author else ""
        about = f"（“{_short(remark.about)}”）" if remark.about else ""
        yield f"  {remark.place}{about}  {who}{_short(remark.text)}"


def _finding(pulled: Pulled, number: int, one: Finding) -> Iterator[str]:
    name = f"{one.name}  " if one.name else ""
    yield f"  {number}. {one.place}  {name}{marked(one.old, one.new)}"
    if one.at[0] and one.at[1]:
        yield f"      {_at(one)}"
    if one.why:
        yield f"      {one.why}"
    if one.now:
        yield f"      原来印的：{_short(one.old)}"
        yield f"      内容现在：{_short(one.now)}"
        yield f"      文档里改成：{_short(one.new)}"
    if one.kind == FIGURE and one.changes:
        change = one.changes[0]
        yield f"      内容里改为：{change.old} → {change.new}"
        yield from (f"      {line}" for line in follows(pulled, number))


def _at(one: Finding) -> str:
    file, line, column = one.at
    return f"{file}:{line}:{column}"


def marked(old: str, new: str) -> str:
    """Both texts as one, the words that changed marked, the others cut short."""
    if not old:
        return f"[+{_short(new)}+]"
    if not new:
        return f"[-{_short(old)}-]"
    out = []
    pieces = word_changes(old, new)
    for number, (sign, piece) in enumerate(pieces):
        text = piece.replace("\n", " ").replace("\t", " | ")
        if sign == "=":
            first, last = number == 0, number == len(pieces) - 1
            out.append(_around(text, first=first, last=last))
        else:
            out.append(f"[{sign}{_short(text)}{sign}]")
    return "".join(out)


def _around(text: str, *, first: bool, last: bool) -> str:
    if first and len(text) > _AROUND:
        return f"……{text[-_AROUND:]}"
    if last and len(text) > _AROUND:
        return f"{text[:_AROUND]}……"
    if len(text) > 2 * _AROUND:
        return f"{text[:_AROUND]}……{text[-_AROUND:]}"
    return text


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}……{text[-_LONGEST // 2 :]}"


def follows(pulled: Pulled, number: int) -> Iterator[str]:
    """What would follow if the proposal ``number`` were written."""
    made = draft(pulled, [number])
    if made.difference is not None:
        changes = changes_of(made.difference)
        yield from (f"随之变化：{line}" for line in changes[:_MOST])
        if len(changes) > _MOST:
            yield f"……随之变化的共{len(changes)}个数"
        yield f"要重新生成：{len(made.difference.documents)}份文件"
    for problem in made.errors:
        yield f"写进去以后要改正：{problem.at} {problem.message}"


def changes_of(difference: Difference) -> list[str]:
    """The values that follow, each old and new."""
    return [
        f"{difference.now.of(change.path)}  {with_unit(change.old or '无', change.unit)}"
        f" → {with_unit(change.new or '无', change.unit)}"
        for change in (*difference.derived, *difference.scores)
        if not change.hidden
    ]


def outcome(made: Draft) -> Iterator[str]:
    """What was written, and what the documents would still say otherwise."""
    for name in made.files:
        yield f"已写进 {name}。"
    left = unexplained(made)
    if left:
        yield f"写进去以后，还有{len(left)}处和文档不同："
        for one in left:
            yield f"  {one.place}  {marked(one.old, one.new)}"
            yield from [f"      {one.why}"] if one.why else []


def unexplained(made: Draft) -> list[Finding]:
    """What would be left over and was not told already."""
    open_ = [one for number, one in enumerate(made.pulled.findings, 1) if number not in made.taken]
    told = {(one.document, one.place) for one in open_}
    said = {(one.document, one.old, one.new) for one in open_}  # what is gone has no place there
    written = {made.pulled.findings[number - 1].path for number in made.taken} - {""}
    if made.difference is not None:  # what follows shows wherever it shows
        written |= {one.path for one in (*made.difference.derived, *made.difference.scores)}
    return [
        one for one in made.left
        if (one.document, one.place) not in told
        and (one.document, one.old, one.new) not in said
        and not _rests_on(one, written)
    ]  # fmt: skip


def _rests_on(one: Finding, paths: Collection[str]) -> bool:
    """Whether a place shows one of some values, or words it."""
    source = read_source(one.name)
    return any(path in paths for path in (source.figure, *source.others))


def differences(pulled: Pulled) -> list[dict[str, Any]]:
    """All differences for programs, with what would follow: asked before anything is written."""
    return [_plain(pulled, number, one) for number, one in enumerate(pulled.findings, 1)]


def as_json(
    pulled: Pulled, told: Sequence[dict[str, Any]], made: Draft | None, settled: Sequence[str]
) -> dict[str, Any]:
    """The same as ``lines`` for programs; ``told``: the ``differences``."""
    taken = made.taken if made is not None else ()
    return {
        "unit": pulled.target.unit_id,
        "year": pulled.target.year,
        "files": [
            {"file": str(file.path), "document": file.found.document, "pending": file.page.pending}
            for file in pulled.files
        ],
        "differences": [{**one, "written": one["number"] in taken} for one in told],
        "formatting": pulled.looks,
        "comments": [
            {"document": document, "place": one.place, "author": one.author, "text": one.text,
             "about": one.about}
            for document, one in pulled.remarks()
        ],
        "left": [_difference(one) for one in (unexplained(made) if made is not None else ())],
        "settled": list(settled),
    }  # fmt: skip


def _difference(one: Finding) -> dict[str, Any]:
    return {
        "kind": one.kind, "document": one.document, "place": one.place,
        "old": one.old, "new": one.new, "path": one.path, "name": one.name,
        "now": one.now, "file": one.at[0], "line": one.at[1], "column": one.at[2], "why": one.why,
    }  # fmt: skip


def _plain(pulled: Pulled, number: int, one: Finding) -> dict[str, Any]:
    words = [{"sign": sign, "text": text} for sign, text in word_changes(one.old, one.new)]
    plain = {
        "number": number, **_difference(one), "words": words, "proposed": bool(one.changes),
        "safe": one.safe, "written": False,
    }  # fmt: skip
    if one.kind == FIGURE and one.changes:
        made = draft(pulled, [number])
        plain["follows"] = changes_of(made.difference) if made.difference is not None else []
        plain["errors"] = [
            item.as_json() for item in made.errors if item.severity is Severity.ERROR
        ]
    return plain
