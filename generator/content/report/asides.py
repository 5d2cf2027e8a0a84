"""Lines that were pasted along and mean something else than a paragraph.

Headings without ``#``; the title, addressee and signature of a whole document; tables drawn
without their outer bars.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from generator.content.model import MAX_LEVEL
from generator.content.report.draft import (
    DATE,
    STOPS,
    Draft,
    heading_like,
    plain,
    shape_of,
    words_of,
)
from generator.content.report.lines import shown
from generator.content.report.marks import BLANKS, Outline
from generator.frozen import frozen
from generator.problems import Problems

_LONGEST_TITLE, _LONGEST_NAME = 60, 40
#: What a paper calls itself. 说明 and the like head its sections too: in a title they go with a
#: year or with 关于.
_TITLE: Final = re.compile(
    r"(?:(?:报告|总结|汇报)|(?:关于|年).*(?:说明|方案|材料|情况|意见|函))(?:[（(][^（()）]{1,12}[）)])?$"
)
#: The name of an office: its kind stands last, and nothing in it makes it a sentence or a list.
_OFFICE: Final = (
    "[^的由有为是在于、，0-9]*[局厅委部办府处院会心司位导股科室站所校组行馆队园团社庭台场]"
)
_ADDRESSEE: Final = re.compile(rf"{_OFFICE}(?:[、，]{_OFFICE})*[：:]")
_SIGNED: Final = re.compile(rf"{_OFFICE}(?:[（(][盖公]章[）)])?")
_TITLED, _ADDRESSED, _SIGNATURE = "文件标题", "主送单位", "落款"
#: A line of a table of contents (dots up to a number), its heading; the number of a page.
_CONTENTS: Final = re.compile(r"[.…·．]{3,}\s*\d{1,4}\s*$")
_HEADED: Final = re.compile(r"目\s*录")
_PAGE: Final = re.compile(
    r"[-—–－]\s*\d{1,4}\s*[-—–－]|第\s*\d{1,4}\s*页[,， ]*(?:共\s*\d{1,4}\s*页)?"
)
_TABLE, _NUMBER = "目录", "页码"


@frozen
class Heading:
    """What looks like a heading: its level, its number, the offset of its words in the line."""

    level: int
    shape: str
    value: int
    start: int


def check_asides(drafts: Sequence[Draft], problems: Problems) -> None:
    """Report them."""
    blocks = [draft for draft in drafts if draft.kind != "control"]
    letter = dict([*letter_parts(blocks), *_page_parts(blocks)])
    for number, what in letter.items():
        block = blocks[number]
        problems.add("T135", block.at, found=_quoted(block), what=what)
    for number, heading in headings(blocks):
        block = blocks[number]
        meant = shown(block.lines[0].text[heading.start :].strip(BLANKS))[:20]
        signs = "#" * heading.level
        problems.add("T134", block.at, found=_quoted(block), meant=f"{signs} {meant}")
    for number in plain_headings(blocks):
        if number not in letter:
            found = _quoted(blocks[number])
            problems.add("T134", blocks[number].at, found=found, meant=f"# {found}")
    for block in blocks:
        _check_bars(block, problems)


def headings(blocks: Sequence[Draft]) -> Iterator[tuple[int, Heading]]:
    """Which blocks look like headings with a number of their own but without ``#``."""
    outline = Outline()
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            outline.set(block.level)
        elif (
            (shape := heading_like(block))
            and _stands_alone(blocks, number)
            and _CONTENTS.search(block.text) is None
        ):
            level = outline.level(shape)
            if level <= MAX_LEVEL:
                yield (
                    number,
                    Heading(
                        level,
                        shape,
                        block.mark.value if block.mark else block.typed,
                        words_of(block),
                    ),
                )


def _stands_alone(blocks: Sequence[Draft], number: int) -> bool:
    """Whether text stands below the block, and no item of the same list beside it."""
    shape = shape_of(blocks[number])
    beside = (*blocks[max(number - 1, 0) : number], *blocks[number + 1 : number + 2])
    return number + 1 < len(blocks) and all(shape_of(other) != shape for other in beside)


def plain_headings(blocks: Sequence[Draft]) -> Iterator[int]:
    """Which blocks look like headings that have neither ``#`` nor a number."""
    like = [plain(block) for block in blocks]
    for number in range(len(blocks) - 1):
        alone = not like[number + 1] and not (number and like[number - 1])
        if like[number] and alone and blocks[number + 1].kind != "heading":
            yield number


def letter_parts(blocks: Sequence[Draft]) -> Iterator[tuple[int, str]]:
    """Which blocks are the title, the addressee or the signature of a whole document."""
    first = 0
    if len(blocks) > 1 and _is_name(blocks[0], _LONGEST_TITLE) and _TITLE.search(blocks[0].text):
        yield 0, _TITLED
        first = 1
    if len(blocks) > first + 1 and _addressed(blocks[first]):
        yield first, _ADDRESSED
        first += 1
    last = len(blocks) - 1
    if last < first + 2 or blocks[last].kind != "paragraph":
        return
    dated = DATE.fullmatch(blocks[last].lines[-1].text.strip(BLANKS)) is not None
    above = last - 1
    if dated and above >= first and blocks[last].alone and _signed(blocks[above]):
        yield above, _SIGNATURE
    if dated or _signed(blocks[last]):
        yield last, _SIGNATURE


def _signed(block: Draft) -> bool:
    return (
        _is_name(block, _LONGEST_NAME) and _SIGNED.fullmatch(block.text.strip(BLANKS)) is not None
    )


def _page_parts(blocks: Sequence[Draft]) -> Iterator[tuple[int, str]]:
    """Which blocks are lines of a table of contents, or numbers of pages."""
    contents = [_CONTENTS.search(block.lines[0].text) is not None for block in blocks]
    for number, block in enumerate(blocks):
        text = block.text.strip(BLANKS)
        if contents[number] or (_HEADED.fullmatch(text) and any(contents[number + 1 : number + 2])):
            yield number, _TABLE
        elif block.alone and _PAGE.fullmatch(text):
            yield number, _NUMBER


def _is_name(block: Draft, longest: int) -> bool:
    """Whether the block is a line of few words without a stop."""
    whole = "".join(line.text.strip(BLANKS) for line in block.lines)
    return (
        block.kind == "paragraph" and block.mark is None
        and len(whole) <= longest and STOPS.search(whole) is None
    )  # fmt: skip


def _addressed(block: Draft) -> bool:
    text = block.text
    return (
        block.kind == "paragraph" and block.alone and len(text) <= _LONGEST_NAME
        and _ADDRESSEE.fullmatch(text.strip(BLANKS)) is not None
    )  # fmt: skip


def _check_bars(block: Draft, problems: Problems) -> None:
    """A table needs its outer bars, and a paragraph none at its beginning."""
    if block.kind == "table":
        if block.columns == 1 and not block.filled and not block.text.endswith("|"):
            problems.add("T138", block.at, found=shown(block.text)[:20])
    elif block.kind == "paragraph":
        barred = [line for line in block.lines if "|" in line.text]
        if len(barred) > 1:
            found = shown(barred[0].text).strip(BLANKS)[:20]
            problems.add("T137", barred[0].at(0), found=found)


def _quoted(block: Draft) -> str:
    return shown(block.text)[:20]
