"""Rules about years: of the text, of the date of issue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.checks.prose import (
    FACT,
    GOAL,
    INDICATOR,
    REPORT,
    UNIT,
    Passage,
)
from generator.checks.registry import Finding, rule
from generator.checks.subject import Subject
from generator.problems import Severity

WARNING, NOTE = Severity.WARNING, Severity.NOTE

#: Characters before a number that say what it is.
_NEAR = 60


@rule(
    "YEAR01",
    WARNING,
    "年份不对",
    why="文字里的年份既不是本年、上年，也不是下年（文号〔〕、书名号里、成立以来等历史日期除外）；或者写本年目标、完成情况的句子用了上年的年份。",
    uses=("往年的事",),
    hint="请改成本年，最好用 {{ 年度 }}；确是往年的事，写成“自2015年成立以来”这样的话。",
    failing={"facts.yaml": "目标:\n  预期: 服务企业。\n  完成: 2023年，办事处服务企业100家。\n"},
    passing={"facts.yaml": "目标:\n  预期: 服务企业。\n  完成: 2024年，办事处服务企业100家。\n"},
)
def years(data: Subject) -> Iterator[Finding]:
    """Years that are not this one's."""
    fine = {data.year, data.year + 1}
    for passage in data.texts:
        if passage.kind == UNIT or "年" not in passage.text:
            continue
        # Titles and document numbers are looked for where a year needs them.
        if not set(map(int, re.findall(YEAR, passage.text))) - fine:
            continue
        bare = quoted(passage.text)
        for clause in re.finditer("[^。；\n]+", bare):
            historic = any(word in clause[0] for word in data.known.history)
            for match in re.compile(YEAR).finditer(bare, *clause.span()):
                year = int(match[1])
                if not passage.typed(*match.span()) or year in fine:
                    continue
                last = year == data.year - 1
                if _result_of_last_year(passage, bare, match) if last else not historic:
                    yield Finding(
                        passage.at(match.start()),
                        f"“{clause[0][:24]}”写的是{year}年，本次是{data.year}年度。",
                    )


YEAR = r"(?<!\d)((?:19|20)\d\d)年"


def quoted(text: str) -> str:
    """The text with titles and document numbers blanked out, offsets kept."""
    for opening, closing in ("《》", "〔〕", "“”"):
        # What is never closed would be looked through once for each opening.
        end = text.rfind(closing) + 1
        text = re.sub(f"{opening}[^{closing}]*{closing}", _blank, text[:end]) + text[end:]
    return re.sub(r"\[\d{4}\]", _blank, text)


def _blank(match: re.Match[str]) -> str:
    return "□" * len(match[0])


def _result_of_last_year(passage: Passage, text: str, match: re.Match[str]) -> bool:
    """Last year's number in what should tell of this year."""
    if passage.kind in (GOAL, INDICATOR):
        return not compares(text, match)
    return passage.kind in (REPORT, FACT) and opens(text, match)


def compares(text: str, match: re.Match[str]) -> bool:
    """Whether something is compared with the year ``match``, or it is a budget's or an end's."""
    after = text[match.end() : match.end() + 8]
    return bool(
        re.search(r"[比较与同和对至]$|上年[（(]$", _before(text, match))
        or re.search(r"^度?(预算|决算|末|底|数)", after)
    )


def opens(text: str, match: re.Match[str]) -> bool:
    """Whether a sentence begins with the year ``match`` as the one that it tells of."""
    after = text[match.end() : match.end() + 8]
    return (
        not compares(text, match)
        and re.search(r"(^|[。；\n“])\s*(根据|按照|我办|我单位)?$", _before(text, match))
        is not None
        and re.match(r"度?[，,]|度?(我|本|办|全)", after) is not None
    )


def _before(text: str, match: re.Match[str]) -> str:
    begin = max(0, match.start() - _NEAR)
    # What is cut off begins no text.
    return "…" * bool(begin) + text[begin : match.start()]


@rule(
    "YEAR02",
    WARNING,
    "成文日期不对",
    why="自评在年度终了后做：成文日期早于本年12月，或晚于后年，多半是沿用了往年的文件或写错了年份。只看套表“日期”指的那一项，写成 2025-03-18 这样的才比较。",
    source="评审常见：沿用上年的文件",
    hint="请改成实际成文的日期。",
    failing={"套表": "日期: 成文日期\n", "facts.yaml": "成文日期: 2024-05-21\n"},
    passing={"套表": "日期: 成文日期\n", "facts.yaml": "成文日期: 2025-05-21\n"},
)
def date_of_issue(data: Subject) -> Iterator[Finding]:
    """A report dated before its year was over; some are written in its last weeks."""
    name = data.content.form_set.date
    date = data.data.computed.words.get(name)
    if date is None or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date):
        return
    if not f"{data.year}-12-01" <= date <= f"{data.year + 2}-12-31":
        yield Finding(date.at, f"“{name}”是{date}，本次是{data.year}年度的自评。")
