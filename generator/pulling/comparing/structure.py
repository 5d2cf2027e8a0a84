"""Lines that came, went, moved, were split or joined.

Paragraphs of report.md and rows of indicators are proposed; of the rest it is only told.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from generator.content.model import Block, Narrative
from generator.frozen import frozen, replace
from generator.language.wording import read_source
from generator.pulling import editing
from generator.pulling.comparing.meanwhile import Before, Old, Pairing
from generator.pulling.comparing.writable import same, unwritable
from generator.pulling.model import (
    CONFLICT,
    STRUCTURE,
    TYPED,
    VALUE,
    Cell,
    Change,
    Finding,
    Line,
    Segment,
)
from generator.records.changes.prose import bare
from generator.records.record import Record

_LEADING: Final = " \t\u3000\u00a0"
_ROW: Final = re.compile(r"(.*指标\[\d+\])\.([^.\[\]|]+)")
_WITH_UNIT: Final = re.compile(r"([^\w\s]?[+-]?\d[\d.]*)([^\d\s.%％]{1,4})")
_PLAIN: Final = re.compile(r"[^\w\s]?[+-]?\d[\d.]*")
_TARGET, _UNIT = "目标", "单位"
#: What each indicator has of its own, though those beside it have formulas.
_OWN: Final = (_TARGET, "完成")
_ELSEWHERE: Final = "这一行是模板里的，要加要删请改模板或者内容里的表"


@frozen
class Home:
    """What lines may be put into: report.md as it is read, its name, what content says.

    ``old``: the record the document was printed with; ``now``: that of the content today.
    """

    document: str
    report: str
    narrative: Narrative | None
    before: Before
    now: Record


def rejoined(pairs: Sequence[Pairing], home: Home) -> tuple[list[Finding], list[Pairing]]:
    """Paragraphs that were only split or joined, and the pairs without them."""
    found: list[Finding] = []
    taken: set[int] = set()
    for at, pair in enumerate(pairs):
        for other in (at - 1, at + 1):
            if at in taken or other in taken or not 0 <= other < len(pairs):
                continue
            first, second = pairs[min(at, other)], pairs[max(at, other)]
            finding = _split(first, second, home) or _joined(first, second, home)
            if finding is not None and (pair.old is not None and pair.new is not None):
                found.append(finding)
                taken |= {at, other}
    return found, [pair for at, pair in enumerate(pairs) if at not in taken]


def _split(first: Pairing, second: Pairing, home: Home) -> Finding | None:
    old = first.old or second.old
    if old is None or (first.old and second.old) or not _paragraph(old, home):
        return None
    if first.new is None or second.new is None or first.new.row or second.new.row:
        return None
    head, tail = first.new.text.rstrip(_LEADING), second.new.text.lstrip(_LEADING)
    if not same(old.text, head + tail) or old.text != old.line.text:
        return None
    spot = _spot(old.line.cells[0].segments, len(head))
    if spot is None:
        return None
    change = Change(home.report, "report", *spot, "", "\n\n")
    return _finding(home, second.new, old.text, f"{head}\n{tail}", (change,), safe=True)


def _joined(first: Pairing, second: Pairing, home: Home) -> Finding | None:
    new = first.new or second.new
    if new is None or (first.new and second.new) or first.old is None or second.old is None:
        return None
    if not (_paragraph(first.old, home) and _paragraph(second.old, home)):
        return None
    if not same(first.old.text + second.old.text, new.text):
        return None
    line = _line_of(second.old.line.block)
    change = Change(home.report, "join", line, 1, "", "")
    old = f"{first.old.text}\n{second.old.text}"
    return _finding(home, new, old, new.text, (change,), safe=True)


def _paragraph(old: Old, home: Home) -> bool:
    block = _block(old.line.block, home)
    return block is not None and block.kind == "paragraph"


def _spot(segments: Sequence[Segment], at: int) -> tuple[int, int] | None:
    """Where report.md has the character ``at`` of a paragraph."""
    start = 0
    for segment in segments:
        end = start + len(segment.text)
        if start <= at < end and segment.line:
            if at == start:
                return segment.line, segment.column
            if segment.kind == TYPED:
                return segment.line, segment.column + at - start
            return None
        start = end
    return None


def findings(pairs: Sequence[Pairing], home: Home) -> Iterator[Finding]:
    """One finding for each line that is only on one side."""
    gone: dict[str, list[int]] = defaultdict(list)
    for at, pair in enumerate(pairs):
        if pair.new is None and pair.old is not None and pair.old.line.block:
            gone[pair.old.text.strip()].append(at)
    moved: set[int] = set()
    styles = _styles(pairs, home)
    spots = _spots(pairs, home)
    for at, pair in enumerate(pairs):
        if pair.old is None and pair.new is not None:
            held = gone.get(pair.new.text.strip(), [])
            was = pairs[held.pop(0)].old if held and not pair.new.row else None
            if was is not None:
                moved.add(id(was))
            one = _came(pairs, at, was, styles, home)
            yield one if was is not None else replace(one, spot=spots[at])
    for at, pair in enumerate(pairs):
        if pair.new is None and pair.old is not None and id(pair.old) not in moved:
            yield replace(_went(pair.old, home), spot=spots[at])


def _spots(pairs: Sequence[Pairing], home: Home) -> dict[int, str]:
    """A name for each run of lines that are only on one side: what went there became what came."""
    found: dict[int, str] = {}
    for at, pair in enumerate(pairs):
        if pair.old is None or pair.new is None:
            row = pair.new.row if pair.new is not None else _row(pair)
            before = found.get(at - 1, "")
            kind = "行" if row else "段"
            found[at] = before if before.startswith(kind) else f"{kind}{at}·{home.document}"
    return found


def _row(pair: Pairing) -> bool:
    return pair.old is not None and pair.old.line.row


# What came


def _came(
    pairs: Sequence[Pairing], at: int, was: Old | None, styles: Mapping[str, Block], home: Home
) -> Finding:
    new = pairs[at].new
    assert new is not None
    if new.row:
        return _new_row(pairs, at, new, home)
    if home.before.gone(new.text.strip()):
        why = "这一段在内容里后来删去了"
        return _finding(home, new, new.text, new.text, why=why, kind=CONFLICT)
    anchor = _anchor(pairs, at)
    if anchor is None or new.part != "body" or home.narrative is None:
        return _finding(home, new, "", new.text, why=_ELSEWHERE)
    if was is not None:
        return _moved(was, new, anchor, home)
    beside = _block(f"正文[{anchor}]", home)
    text, name = _written(new, beside, styles, home)
    why = unwritable(new.text)
    changes = () if why else (Change(home.report, "block", anchor, 1, "", text, name),)
    instead = any(_tagged(pairs[n].old, home) for n in (at - 1, at + 1)
                  if 0 <= n < len(pairs) and pairs[n].new is None)  # fmt: skip
    if instead and not why:
        why = "旁边引用了数的一段没有了，好像是重写了那一段：写进去的话，里面的数就不会再跟着变"
    kind = STRUCTURE if changes else CONFLICT
    return _finding(home, new, "", new.text, changes, why=why, safe=not why, kind=kind)


def _tagged(old: Old | None, home: Home) -> bool:
    """Whether a line prints a block that shows values."""
    block = _block(old.line.block, home) if old is not None else None
    return block is not None and any(piece.text.startswith("{{") for piece in block.pieces)


def _anchor(pairs: Sequence[Pairing], at: int) -> int | None:
    """The line of the block behind which a new line belongs: 0 before all; None outside."""
    for pair in reversed(pairs[:at]):
        if pair.old is not None and pair.new is not None:
            if pair.old.line.block:
                return _line_of(pair.old.line.block)
            break
    for pair in pairs[at + 1 :]:
        if pair.old is not None and pair.new is not None:
            block = pair.old.line.block
            return _above(pairs, block) if block else None
    return None


def _above(pairs: Sequence[Pairing], block: str) -> int | None:
    lines = {_line_of(p.old.line.block) for p in pairs if p.old is not None and p.old.line.block}
    here = _line_of(block)
    return max((line for line in lines if line < here), default=0)


def _written(
    new: Line, beside: Block | None, styles: Mapping[str, Block], home: Home
) -> tuple[str, str]:
    """A new line as report.md has it, and ``item`` for one of a list."""
    text = new.text.strip(_LEADING + "\n")
    like = styles.get(new.style)
    if like is not None and like.kind == "heading":
        return f"{'#' * like.level} {bare('heading', text)}", ""
    own = bare("item", text)
    if beside is not None and beside.kind == "item" and own != text and home.narrative:
        typed = home.narrative.source.split("\n")[beside.at.line - 1]
        lead = re.match(r"(\s*)(\d{1,3})", typed)
        if lead is not None:
            return f"{lead[1]}{int(lead[2]) + 1}. {own}", "item"
    return text, ""


def _styles(pairs: Sequence[Pairing], home: Home) -> dict[str, Block]:
    """What kind of block each paragraph style of the edited document prints."""
    counts: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    blocks: dict[tuple[str, int], Block] = {}
    for pair in pairs:
        if pair.old is not None and pair.new is not None and not pair.new.row:
            block = _block(pair.old.line.block, home)
            if block is not None:
                key = block.kind, block.level
                blocks[key] = block
                counts[pair.new.style][key] += 1
    return {
        style: blocks[held.most_common(1)[0][0]] for style, held in counts.items() if len(held) == 1
    }


def _moved(was: Old, new: Line, anchor: int, home: Home) -> Finding:
    line = _line_of(was.line.block)
    assert home.narrative is not None
    source = editing.block_source(home.narrative.source, home.report, line)
    block = _block(was.line.block, home)
    name = "item" if block is not None and block.kind == "item" else ""
    changes = (
        Change(home.report, "lines", line, 1, source, "", name),
        Change(home.report, "block", anchor, 1, "", source, name),
    )
    old = f"{was.line.place}：{was.text}"
    return _finding(home, new, old, new.text, changes, why="这一段移到了这里", safe=True)


# What went


def _went(old: Old, home: Home) -> Finding:
    block = _block(old.line.block, home)
    if block is None or old.line.row:
        return _gone_row(old, home)
    tags = [p for p in block.pieces if p.text.startswith(("{{", "{%"))]
    if any(piece.text.startswith("{%") for piece in tags):
        return _told(home, old, "这一段里有条件或循环，要删请在 report.md 里删")
    if not old.mixed and old.text != old.line.text:
        return _told(home, old, "这一段在内容里后来改了，没有删", kind=CONFLICT)
    line = _line_of(old.line.block)
    assert home.narrative is not None
    source = editing.block_source(home.narrative.source, home.report, line)
    name = "item" if block.kind == "item" else ""
    why = "这一段里有引用的数（标签），请看清楚再删" if tags else ""
    change = Change(home.report, "lines", line, 1, source, "", name)
    return _told(home, old, why, changes=(change,), safe=not tags)


# Rows of indicators


def _gone_row(old: Old, home: Home) -> Finding:
    heads = {head for head, _ in _fields(old.line.cells)}
    at = _typed_at(next(iter(heads)), home) if len(heads) == 1 else None
    if at is None:
        return _told(home, old, _ELSEWHERE)
    change = Change(at[0], "unrow", at[1], at[2], "", "")
    return _told(home, old, "删去这一条指标，分值之和会变", changes=(change,))


def _new_row(pairs: Sequence[Pairing], at: int, new: Line, home: Home) -> Finding:
    like = next(
        (
            pair.old for pair in reversed(pairs[:at])
            if pair.old is not None and pair.new is not None and pair.old.line.row
        ),
        None,
    )  # fmt: skip
    heads = {head for head, _ in _fields(like.line.cells)} if like is not None else set()
    where = _typed_at(next(iter(heads)), home) if len(heads) == 1 else None
    if like is None or where is None or len(like.line.cells) != len(new.cells):
        return _finding(home, new, "", new.text, why=_ELSEWHERE)
    fields = dict(_typed_fields(like.line.cells, new.cells, home.now))
    if "名称" not in fields:
        return _finding(home, new, "", new.text, why=_ELSEWHERE)
    lost = _target_lost(fields)
    change = Change(where[0], "row", where[1], where[2], "", "", fields=tuple(fields.items()))
    why = f"加一条指标：{'，'.join(f'{name} {text}' for name, text in fields.items())}{lost}"
    return _finding(home, new, "", new.text, (change,), why=why)


def _typed_fields(
    like: Sequence[Cell], cells: Sequence[Cell], now: Record
) -> Iterator[tuple[str, str]]:
    """What an indicator like its neighbour would be typed as; what gen works out is not."""
    for cell, new in zip(like, cells, strict=True):
        text = new.text.strip()
        for head, name in _fields([cell]):
            value: Mapping[str, Any] = now.values.get(f"{head}.{name}", {})
            computed = name in ("得分", "完成率") or (name not in _OWN and value.get("formula"))
            if not text or computed or "." in name:
                continue
            unit = _WITH_UNIT.fullmatch(text)
            if name == "完成" and unit is not None:
                yield name, unit[1]
                yield _UNIT, unit[2]
            else:
                yield name, text


def _target_lost(fields: dict[str, str]) -> str:
    """Put the target in the unit of the result; what is to be told where it is not certain."""
    target, unit = fields.get(_TARGET, ""), fields.get(_UNIT, "")
    if not target:
        return f"；表上没有认出{_TARGET}，写进去以后要补上"
    told = _WITH_UNIT.fullmatch(target)
    if unit and told is not None and told[2] == unit:
        fields[_TARGET] = told[1]
    elif unit and re.search(r"\d", target) and not _PLAIN.fullmatch(target):
        del fields[_TARGET]
        return f"；{_TARGET}“{target}”和完成值的单位（{unit}）不一样，没有取，写进去以后要补上"
    return ""


def _fields(cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
    """The indicator and the field that each cell shows, but for the groups it stands in."""
    for cell in cells:
        for segment in cell.segments:
            row = _ROW.fullmatch(read_source(segment.path).figure)
            if segment.kind == VALUE and row is not None and row[2] not in ("一级", "二级"):
                yield row[1], row[2]


def _typed_at(head: str, home: Home) -> tuple[str, int, int] | None:
    value = home.now.values.get(f"{head}.名称")
    return None if value is None else (value["at"][0], value["at"][1], value["at"][2])


# Telling


def _line_of(block: str) -> int:
    return int(block.removeprefix("正文[").removesuffix("]")) if block else 0


def _block(path: str, home: Home) -> Block | None:
    line = _line_of(path)
    blocks = home.narrative.blocks if home.narrative is not None else ()
    return next((block for block in blocks if block.at.line == line), None)


def _finding(
    home: Home, new: Line, old: str, text: str, changes: tuple[Change, ...] = (), *,
    why: str = "", safe: bool = False, kind: str = STRUCTURE,
) -> Finding:  # fmt: skip
    at = (changes[0].file, changes[0].line, 1) if changes and changes[0].line else ("", 0, 0)
    return Finding(
        kind, home.document, str(new.place), old, text, at=at, why=why, changes=changes,
        safe=safe and bool(changes),
    )  # fmt: skip


def _told(
    home: Home, old: Old, why: str, *, changes: tuple[Change, ...] = (), safe: bool = False,
    kind: str = STRUCTURE,
) -> Finding:  # fmt: skip
    at = (changes[0].file, changes[0].line, 1) if changes else ("", 0, 0)
    place = f"{old.line.place}（原来的）"
    return Finding(
        kind, home.document, place, old.text, "", at=at, why=why, changes=changes, safe=safe
    )
