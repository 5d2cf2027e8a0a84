"""Indicators scored in this process."""

from __future__ import annotations

from generator.figures.compute import compute
from generator.figures.scoring import Evaluation, Form, Scored, evaluate
from generator.problems import Position, Problems
from kit.units import FORMS, content

#: 九江: the rate is rounded to a whole percent before it is multiplied.
JIUJIANG = "总分: 100, 完成率小数位: 0, 完成值小数位: 0, 得分小数位: 2, 反向: 比例"
EXACT = "总分: 100"


def forms(policy: str) -> str:
    return f"{FORMS}评分:\n  整体: {{{policy}}}\n"


def scored(*rows: str, policy: str = JIUJIANG, **files: str) -> tuple[Evaluation, Problems]:
    """The evaluation of indicators typed as ``目标: 5, 完成: 4, 分值: 10`` in one group."""
    lines = "".join(f"    - {{名称: 指标{n}, {row}}}\n" for n, row in enumerate(rows, 1))
    return judged(f"- 一级: 产出指标\n  三级:\n{lines}", policy=policy, **files)


def judged(indicators: str, *, policy: str = JIUJIANG, **files: str) -> tuple[Evaluation, Problems]:
    given = {"套表": forms(policy), "indicators.yaml": indicators}
    names = {"facts": "facts.yaml", "figures": "figures.yaml"}
    unit, problems = content(given | {names[key]: text for key, text in files.items()})
    figures = compute(unit, problems)
    form = Form(
        "", unit.indicators, unit.form_set.overall, unit.form_set, unit.year, Position(unit.folder)
    )
    return evaluate(form, figures, problems), problems


def one(row: str, policy: str = JIUJIANG, **files: str) -> Scored:
    """The one indicator ``row``; its problems, apart from the total, are none."""
    result, problems = scored(row, policy=policy, **files)
    assert [p.code for p in problems if p.code != "S101"] == []
    return result.rows[0]
