"""``report.md``: Markdown structure first, then each block's text as template language.

Only the structure of an official report is read: headings, paragraphs, numbered lists, tables,
and lines that hold a single ``{% … %}``. Everything else in a line is text as typed, so that
``*``, ``_`` or ``<`` in a title come out unchanged. Blocks become one Jinja source, which
``narrative`` renders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import CodeType

from jinja2 import TemplateSyntaxError

from generator.content.model import Narrative
from generator.content.yaml.hygiene import ascii_digits
from generator.frozen import frozen
from generator.language import markers, statements
from generator.language.environment import GenEnvironment, compile_source
from generator.language.narrative import BLOCK, BLOCK_END, CELL, MAX_LEVEL, ROW, CompiledNarrative
from generator.language.tags import TAG, Tag
from generator.patterns import lazy
from generator.problems import Position, Problems

_HELD, _HELD_CONTROL, _HELD_END = "\ue024", "\ue026", "\ue025"
_PLACEHOLDER = lazy(f"[{_HELD}{_HELD_CONTROL}](\\d+){_HELD_END}")
_CONTROLS = lazy(f"(?:{_HELD_CONTROL}\\d+{_HELD_END}\\s*)+")

_HEADING = lazy(r"(#{1,6})(?:\s+|(?=[^#\s]))(.*)")
_CLOSING = lazy(r"(?<!\S)#+$|(?<=\s)#+$")
_ITEM = lazy(r"(\s*)\d{1,3}[.)．](?!\d)\s*(.*)$")
_TYPED_NUMBER = lazy(
    r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|（\d+）|\d+[.．、](?!\d))"
)
_TABLE_RULE = lazy(r"\|?[\s:|-]*-[\s:|-]*\|?")
_UNSUPPORTED = (
    (lazy(r"[-*+]\s"), "项目符号，请用编号列表“1. …”"),
    (lazy(r">"), "引用块"),
    (lazy(r"```|~~~"), "代码块"),
    (lazy(r"!\[[^\]]*\]\("), "图片"),
    (lazy(r"([-*_])(\s*\1){2,}\s*$"), "分隔线"),
)
_OPENING = lazy(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_WIDE = lazy(r"｛｛|｝｝|｛%|%｝|\{｛|｛\{|｝\}|\}｝|｛％|％｝|\{％|％\}")
#: One brace around what could stand in a tag: a name, perhaps with a wording.
_SINGLE = lazy(
    r"(?<![{｛])[{｛]\s*([^\W\d]\w*(?:\.\w+|\[\d+\])*\s*(?:\|[^{}｛｝]*)?)[}｝](?![}｝])"
)
#: As in Markdown, what opens does not stand between a word and a punctuation mark (张**、李**).
_BOLD = lazy(rf"(?<!\*)\*\*(?:(?<!\w\*\*)|(?=[\w{_HELD}]))(?![\s*])[^*]+(?<!\s)\*\*(?!\*)")
_WIDE_HEADING = lazy(r"[ \t\u3000]*#*(＃)")
_NUMBER = lazy(r"[0-9０-９]+(?:[.．][0-9０-９]+)?[%％]?")
_WIDE_DIGIT = lazy(r"[０-９]")
#: What a line of its own kind begins with; tabs behind it are as good as spaces.
_LEAD = lazy(r"[ \t\u3000]*(?:#+|\||\d{1,3}[.)．](?!\d))?[ \t\u3000]*")
_CJK_EDGE = lazy(r"[\x21-\x7e]")


@frozen
class _Source:
    """A block as typed: its text still holds placeholders for tags."""

    kind: str
    level: int
    line: int
    text: str


def compile_narrative(
    narrative: Narrative,
    environment: GenEnvironment,
    escape: Callable[[str], str],
    problems: Problems,
) -> CompiledNarrative:
    """The compiled narrative; structural mistakes are reported here, tags by the lint."""
    lines, tags = _hold_tags(narrative)
    _check_signs(lines, tags, narrative.file, problems)
    sources = list(_blocks(lines, narrative.file, problems))
    out: list[str] = []
    blocks: list[tuple[str, int, int]] = []
    for source in sources:
        text = _release(source.text, tags, escape)
        if source.kind == "control":
            out.append(text)
        else:
            out.append(f"{BLOCK}{len(blocks)}{BLOCK_END}{text}")
            blocks.append((source.kind, source.level, source.line))
    code: CodeType | None
    try:
        code = compile_source(environment, "\n".join(out), narrative.file)
    except TemplateSyntaxError:
        code = None
    said = statements.read(tags, environment)
    return CompiledNarrative(code, tuple(blocks), tags, said)


def _hold_tags(narrative: Narrative) -> tuple[list[tuple[int, str]], tuple[Tag, ...]]:
    """Logical lines with every tag replaced by a placeholder, and the tags with their places."""
    tags: list[Tag] = []
    lines: list[tuple[int, str]] = []
    source = narrative.source
    out: list[str] = []
    position, line, start_line, line_start = 0, 1, 1, 0

    def take(text: str) -> None:
        nonlocal line, start_line, line_start
        offset = position
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append((start_line, "".join(out)))
                out.clear()
                line += 1
                start_line = line
                line_start = offset
            out.append(part)
            offset += len(part) + 1

    for match in TAG.finditer(source):
        take(source[position : match.start()])
        at = Position(narrative.file, line, match.start() - line_start + 1)
        tag = Tag(match[0], at)
        out.append(f"{_HELD if tag.prints else _HELD_CONTROL}{len(tags)}{_HELD_END}")
        tags.append(tag)
        breaks = match[0].count("\n")
        if breaks:
            line += breaks
            line_start = match.start() + match[0].rindex("\n") + 1
        position = match.end()
    take(source[position:])
    lines.append((start_line, "".join(out)))
    return lines, tuple(tags)


def _check_signs(
    lines: list[tuple[int, str]], tags: tuple[Tag, ...], file: str, problems: Problems
) -> None:
    """Braces that make no tag, and signs that print as typed where something else was meant."""
    pasted = False
    for number, text in lines:

        def place(offset: int, number: int = number, text: str = text) -> Position:
            typed = _PLACEHOLDER.sub(lambda m: tags[int(m[1])].text, text[:offset])
            return Position(file, number + typed.count("\n"), len(typed) - typed.rfind("\n"))

        def shown(found: str) -> str:
            return _PLACEHOLDER.sub("…", found)

        if match := _OPENING.search(text):
            start = match.start()
            problems.add("T113", place(start), text=shown(text[start : start + 20]))
        elif match := _WIDE.search(text):
            start = match.start()
            problems.add("T114", place(start), text=shown(text[start : start + 20]))
        else:
            for match in _SINGLE.finditer(text):
                found, name = shown(match[0]), shown(match[1]).strip()
                problems.add("T126", place(match.start()), found=found, name=name)
        for match in _BOLD.finditer(text):
            problems.add("T127", place(match.start()), found=shown(match[0]))
        if match := _WIDE_HEADING.match(text):
            problems.add("T128", place(match.start(1)))
        for match in _NUMBER.finditer(text) if _WIDE_DIGIT.search(text) else ():
            if not _WIDE_DIGIT.search(match[0]):
                continue
            meant = ascii_digits(match[0])
            problems.add("T130", place(match.start()), found=match[0], meant=meant)
        tab = _inner_tab(text)
        if tab >= 0 and not pasted:
            problems.add("T129", place(tab), found=shown(text[:tab]).strip()[-20:])
        pasted = tab >= 0


def _inner_tab(text: str) -> int:
    """Where the first tab between two words of running text stands, -1 without one."""
    lead = _LEAD.match(text)
    assert lead is not None
    kept = text.rstrip()
    return -1 if "|" in lead[0] else kept.find("\t", lead.end())


def _release(text: str, tags: tuple[Tag, ...], escape: Callable[[str], str]) -> str:
    """Escape the static text and put the tags back, each printing one announced."""
    parts = _PLACEHOLDER.split(text)
    for index in range(0, len(parts), 2):
        parts[index] = escape(parts[index])
    for index in range(1, len(parts), 2):
        number = int(parts[index])
        lead = markers.tag_marker(number) if tags[number].prints else ""
        parts[index] = lead + tags[number].text
    return "".join(parts)


def _blocks(lines: list[tuple[int, str]], file: str, problems: Problems) -> Iterator[_Source]:
    """The blocks of the report: list items know their level, headings were looked at."""
    indents: list[int] = []
    depth = 0
    for found in _plain_blocks(lines, file, problems):
        if found.kind == "item":
            yield _nested(found, indents)
            continue
        if found.kind != "control":
            indents.clear()
        if found.kind == "heading":
            depth = _check_heading(found, depth, Position(file, found.line, 1), problems)
        yield found


def _plain_blocks(lines: list[tuple[int, str]], file: str, problems: Problems) -> Iterator[_Source]:
    """Structure: one pass over the lines, blank lines and structural lines end a block."""
    pending: _Source | None = None
    for number, line in lines:
        text = line.strip(" \t\u3000")
        if not text:
            if pending is not None:
                yield pending
            pending = None
            continue
        at = Position(file, number, len(line) - len(line.lstrip()) + 1)
        if pending is not None and pending.kind == "table":
            joined = _table_line(pending, text, at, problems)
            if joined is not None:
                pending = joined
                continue
        found = _structural(text, line, at, problems)
        if found is None and pending is not None and pending.kind in ("paragraph", "item"):
            if typed := _TYPED_NUMBER.match(text):
                problems.add("T131", at, found=typed[0])
            pending = replace(pending, text=_joined(pending.text, text))
            continue
        if pending is not None:
            yield pending
            pending = None
        found = found or _Source("paragraph", 0, number, text)
        if found.kind in ("heading", "control"):
            yield found
        else:
            pending = found
    if pending is not None:
        yield pending


def _structural(text: str, line: str, at: Position, problems: Problems) -> _Source | None:
    """A heading, item, table start or control line; None for running text."""
    if _CONTROLS.fullmatch(text):
        return _Source("control", 0, at.line, text)
    heading = _HEADING.match(text)
    if heading:
        level = len(heading[1])
        if level > MAX_LEVEL:
            problems.add("T121", at)
            level = MAX_LEVEL
        return _Source("heading", level, at.line, _CLOSING.sub("", heading[2].rstrip()))
    if text.startswith("|"):
        return _Source("table", 0, at.line, CELL.join(_cells(text)))
    for pattern, name in _UNSUPPORTED:
        if pattern.match(text):
            problems.add("T125", at, found=name)
            break
    item = _ITEM.match(line)
    if item and item[2]:
        # The level is settled by ``_blocks``, from the indents of the items around it.
        return _Source("item", _indent(item[1]), at.line, item[2])
    return None


def _indent(lead: str) -> int:
    return sum({"\t": 4, "\u3000": 2}.get(char, 1) for char in lead)


def _nested(item: _Source, indents: list[int]) -> _Source:
    """``item`` with its level: one deeper than the nearest item that is indented less."""
    while indents and item.level < indents[-1]:
        indents.pop()
    if not indents or item.level > indents[-1]:
        indents.append(item.level)
    return replace(item, level=len(indents))


def _cells(text: str) -> list[str]:
    inner = text.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in inner.split("|")]


def _table_line(table: _Source, text: str, at: Position, problems: Problems) -> _Source | None:
    """The table with one more line, or None when the line does not belong to it."""
    if _CONTROLS.fullmatch(text):
        return replace(table, text=table.text + text)
    if text.startswith("|"):
        if _TABLE_RULE.fullmatch(text) and ROW not in table.text:
            return table
        cells = _cells(text)
        expected = table.text.partition(ROW)[0].count(CELL) + 1
        if len(cells) != expected:
            problems.add("T123", at, found=len(cells), expected=expected)
            cells = (cells + [""] * expected)[:expected]
        return replace(table, text=table.text + ROW + CELL.join(cells))
    return None


def _joined(before: str, after: str) -> str:
    """Soft line breaks vanish between Chinese characters and become a space between words."""
    both_latin = _CJK_EDGE.match(after[0]) and _CJK_EDGE.match(before[-1])
    return before + (" " if both_latin else "") + after


def _check_heading(found: _Source, depth: int, at: Position, problems: Problems) -> int:
    if found.level > depth + 1:
        problems.add("T124", at, before=depth, level=found.level)
    typed = _TYPED_NUMBER.match(found.text)
    if typed:
        problems.add("T122", at, found=_PLACEHOLDER.sub("…", found.text)[:20])
    return found.level
