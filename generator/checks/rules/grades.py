"""Rules about the score and the grade that texts state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from generator.checks.prose import (
    PLAIN,
)
from generator.checks.registry import Finding, rule
from generator.checks.subject import Subject
from generator.problems import Severity

WARNING, NOTE = Severity.WARNING, Severity.NOTE

_SCORED = "得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}”。\n"


@rule(
    "GRADE01",
    WARNING,
    "正文没有写自评得分和等级",
    why="报告正文应当写明自评总分和等级，并与自评表一致；只写“结果良好”不够。",
    hint="请写“自评得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}””。",
    failing={"report.md": "我办对整体支出开展了自评，结果良好。\n"},
    passing={"report.md": "我办对整体支出开展了自评，" + _SCORED},
)
def score_in_report(data: Subject) -> Iterator[Finding]:
    """A report without the score and grade it reports on."""
    if not data.report or not data.data.overall.rows:
        return
    score, grade = data.data.overall.score, str(data.data.overall.grade)
    tags = "".join(tag for passage in data.report for tag in passage.tags)
    text = "".join(passage.text for passage in data.report)
    scored = "自评.总分" in tags or f"{score.text}分" in text
    graded = not grade or "自评.等级" in tags or re.search(rf"等级[为是：:]*“?{grade}", text)
    missing = [name for name, there in (("总分", scored), ("等级", graded)) if not there]
    if missing:
        first = next((p for p in data.report if re.search("自评|绩效", p.text)), data.report[0])
        yield Finding(
            first.at(0), f"正文没有写自评的{'和'.join(missing)}（{score.text}分，{grade}）。"
        )


@rule(
    "GRADE02",
    WARNING,
    "手写的得分或等级和自评表不同",
    why="文字里手写的自评得分、等级，和自评表算出来的总分、按套表分档得出的等级不同。上年度评价、财政评价的句子不查。",
    hint="请改成 {{ 自评.总分 }}、{{ 自评.等级 }}。",
    failing={"report.md": "经自评，得分{{ 自评.总分 }}分，自评等级为“差”。\n"},
    passing={"report.md": "经自评，得分{{ 自评.总分 }}分，自评等级为“优”。\n"},
)
def grade_agrees(data: Subject) -> Iterator[Finding]:
    """Typed scores and grades against the form."""
    overall = data.data.overall
    grades = "|".join(grade.name for grade in data.content.form_set.grades)
    if not overall.rows or not grades:
        return
    for passage in data.texts:
        for match in re.finditer(
            rf"自评[^。；]{{0,24}}?(?:等级|评级|结论|评定)[为是：:]*[“\"]?({grades})[”\"，。；]|"
            rf"自评[^。；]{{0,12}}?(?:总分|得分)[为是：:]*({PLAIN})分",
            passage.text,
        ):
            if re.search(r"上年|财政|项目", match[0]):
                continue
            kind = 1 if match[1] else 2
            same = match[1] == str(overall.grade) if match[1] else (
                Fraction(match[2]) == overall.score.value
            )  # fmt: skip
            if not same and passage.typed(*match.span(kind)):
                yield Finding(
                    passage.at(match.start(kind)),
                    f"“{match[0]}”：自评表的总分是{overall.score.text}，等级是{overall.grade}。",
                    related=(overall.score.at,),
                )
