"""The read-only names that templates and the narrative see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from generator.content.blanks import FILL
from generator.content.measures import limit, unit_of
from generator.content.model import (
    Content,
    Document,
    Formula,
    Project,
    Quantity,
    Row,
    Text,
    Tree,
)
from generator.figures.amounts import DEFAULT_PLACES
from generator.figures.compute import PROJECT_TOTALS, PROJECTS, Computed, last_name, project_path
from generator.figures.model import Figure, Names, Words, calculated, unfilled
from generator.figures.points import EQUAL, FORWARD, REVERSE
from generator.figures.scoring import (
    Evaluation,
    Form,
    Group,
    Scored,
    average,
    check_own_rules,
    evaluate,
)
from generator.figures.tables import quantity
from generator.figures.titles import Titles
from generator.frozen import frozen, replace
from generator.problems import Position, Problems, suggest

#: The rows of a table as a list.
ROWS = "行"
_STEP = re.compile(r"([^.\[\]]+)((?:\[\d+\])*)")


@frozen
class Dataset:
    """One unit-year, computed: the context of templates, and what checks look at."""

    content: Content
    computed: Computed
    overall: Evaluation
    projects: tuple[Evaluation, ...]
    names: Names

    @property
    def titles(self) -> Titles:
        """What its projects and indicators are called."""
        return Titles(self.content.projects, self.content.indicators)


def build(
    content: Content, computed: Computed, problems: Problems, lists: Sequence[str] = ()
) -> Dataset:
    """Score both kinds of forms and lay everything out under its name.

    ``lists``: names that are there also with nothing in them.
    """
    form_set = content.form_set
    at = Position(content.folder)
    own = Form("", content.indicators, form_set.overall, form_set, content.year, at)
    overall = evaluate(own, computed, problems)
    projects = tuple(
        evaluate(
            replace(
                own, path=project_path(number), indicators=project.indicators,
                policy=form_set.project, at=project.at,
            ),
            computed, problems,
        )
        for number, project in enumerate(content.projects, 1)
    )  # fmt: skip
    if content.complete:
        below = [project.indicators for project in content.projects]
        check_own_rules([content.indicators], form_set.overall, problems)
        check_own_rules(below, form_set.project, problems)
    names = _names(content, computed, overall, projects)
    for name in lists:
        names.setdefault(name, [])
    for document in form_set.documents if content.complete else ():
        _check_condition(document, names, problems)
        if document.each_project and not document.condition and not content.projects:
            told = {"document": document.name, "name": PROJECTS}
            problems.add_values("T119", document.at, told)
    return Dataset(content, computed, overall, projects, names)


def _check_condition(document: Document, names: Names, problems: Problems) -> None:
    """A name that is not there leaves the document out: a slip if it is almost there."""
    here: object = names
    steps = document.condition.split(".") if document.condition else []
    if steps[:1] == [PROJECT_TOTALS] and not names[PROJECTS]:
        return
    for step in steps:
        if isinstance(here, Names) and here.damaged:
            return
        known = list(here) if isinstance(here, Names) else []
        if step not in known:
            meant = suggest(step, known)
            slip = bool(meant) or not isinstance(here, Names)
            values = {"document": document.name, "name": document.condition}
            if slip:
                values["suggestion"] = meant
            at = document.condition_at or document.at
            problems.add_values("T118" if slip else "T119", at, values)
            return
        here = here[step] if isinstance(here, Names) else None


def _names(
    content: Content, computed: Computed, overall: Evaluation, projects: tuple[Evaluation, ...]
) -> Names:
    names = _values(computed)
    for path in _empty_lists(content.facts):
        _put(names, path, [])
    held = names.get("项目")
    if isinstance(held, list):  # a project may have nothing readable, but keeps its number
        held[:] = [Names() if item is None else item for item in held]
    for table in content.figures.tables:
        _list_rows(names.get(table.name), table)
    _drop_placeholders(names)
    names.pop("指标", None)
    names["单位"] = _texts(content.unit, "单位")
    for name, year in (("上年度", -1), ("年度", 0), ("下年度", 1)):
        names[name] = _year(name, content.year + year, content)
    rows = [_row(number, row) for number, row in enumerate(overall.rows, 1)]
    names["指标"] = _with_weights(rows, overall)
    names["自评"] = _evaluation(overall)
    names["项目"] = [
        _project(number, project, evaluation, names)
        for number, (project, evaluation) in enumerate(
            zip(content.projects, projects, strict=True), 1
        )
    ]
    _project_average(names, content, projects)
    return names


def _values(computed: Computed) -> Names:
    """Figures, texts and what is still to be filled in, each under its name."""
    names = Names()
    figures = _with_open_bases(computed)
    known: dict[str, object] = {}
    for figure in figures:
        if not figure.hidden:
            _put_beside(names, figure.path, figure, known)
    for path, words in computed.words.items():
        _put_beside(names, path, words, known)
    for path, figure in computed.past.items():
        _put(names, path, figure)
    for path, at in computed.open.items():
        _put(names, path, unfilled(path, at))
    for path in computed.damaged:
        branch = _reach(names, _steps(path), Names())
        if isinstance(branch, Names):
            branch.damaged = True
    for figure in figures:
        _put_base(names, figure)
    return names


def _with_open_bases(computed: Computed) -> list[Figure]:
    """All figures, told where last year's is still to be filled in."""
    figures = list(computed.figures.values())
    return [_with_open_base(figure, computed) for figure in figures] if computed.open else figures


def _with_open_base(figure: Figure, computed: Computed) -> Figure:
    """``figure``, told that last year's is still to be filled in where that is so."""
    name = last_name(figure.path)
    if figure.base is not None or name not in computed.open:
        return figure
    base = replace(figure, path=name, value=Fraction(0), text=FILL, year=figure.year - 1)
    return replace(figure, base=base)


def _empty_lists(facts: Tree, before: str = "") -> Iterator[str]:
    """The paths of lists with nothing in them: there is nothing, which is known."""
    for name, value in facts.items():
        if isinstance(value, Tree):
            yield from _empty_lists(value, f"{before}{name}.")
        elif value == ():
            yield before + name


def _list_rows(names: object, table: Row) -> None:
    """``行``: the rows of a table as a list, so that forms can loop over them."""
    if not isinstance(names, Names) or ROWS in names:
        return
    rows = []
    for number, row in enumerate(table.rows, 1):
        held = names.get(row.name)
        if isinstance(held, Names):
            name = Words(row.label, f"{table.name}.{ROWS}[{number}].名称", row.at)
            rows.append(Names(held, 名称=name))
            rows[-1].damaged = held.damaged
    names[ROWS] = rows


def _year(name: str, year: int, content: Content) -> Words:
    return Words(str(year), name, Position(content.folder))


def _put_beside(names: Names, path: str, value: object, known: dict[str, object]) -> None:
    """Like ``_put``; ``known``: where others stand that share all steps but the last."""
    head, dot, last = path.rpartition(".")
    if not dot or last.endswith("]"):
        _put(names, path, value)
        return
    here = known.get(head)
    if here is None:
        here = known[head] = _reach(names, _steps(head), Names())
    if isinstance(here, Names) and last not in here:
        here[last] = value


def _put(names: Names, path: str, value: object) -> None:
    """Hang ``value`` into the tree at ``path`` (``履职.任务[2].名称``)."""
    *steps, last = _steps(path)
    here = _reach(names, steps, [] if isinstance(last, int) else Names())
    if isinstance(here, list) and isinstance(last, int):
        here.extend([None] * (last - len(here)))
        here[last - 1] = value
    elif isinstance(here, Names) and isinstance(last, str) and last not in here:
        here[last] = value


def _steps(path: str) -> list[str | int]:
    """``履职.任务[2].名称`` → 履职, 任务, 2, 名称."""
    steps: list[str | int] = []
    for match in _STEP.finditer(path):
        steps.append(match[1])
        steps += [int(number) for number in re.findall(r"\d+", match[2])]
    return steps


def _reach(names: Names, steps: Sequence[str | int], empty: object) -> object:
    """What stands at ``steps``; made on the way where nothing is, ``empty`` at the end."""
    here: object = names
    for number, step in enumerate(steps, 1):
        inner = [] if number < len(steps) and isinstance(steps[number], int) else Names()
        here = _child(here, step, inner if number < len(steps) else empty)
    return here


def _child(here: object, step: str | int, empty: object) -> object:
    if isinstance(here, list) and isinstance(step, int):
        here.extend([None] * (step - len(here)))
        if here[step - 1] is None:
            here[step - 1] = empty
        return here[step - 1]
    if isinstance(here, Names) and isinstance(step, str):
        return here.setdefault(step, empty)
    return Names()


def _put_base(names: Names, figure: Figure) -> None:
    """``….上年`` beside every ``….本年`` (上年决算 beside 决算), also from last year's folder."""
    if figure.base is not None and "." in figure.path:
        _put(names, last_name(figure.path), figure.base)


def _drop_placeholders(names: Names) -> None:
    """List items whose every part was broken leave a gap; printing it would be a second error."""
    for value in names.values():
        if isinstance(value, list):
            value[:] = [item for item in value if item is not None]
        elif isinstance(value, Names):
            _drop_placeholders(value)


def _texts(tree: Tree, path: str) -> Names:
    """unit.yaml: everything in it is words."""
    names = Names()
    names.damaged = tree.damaged
    for name, value in tree.items():
        here = f"{path}.{name}"
        if isinstance(value, Text | Quantity):
            names[name] = Words(value.text, here, value.at)
        elif isinstance(value, Tree):
            names[name] = _texts(value, here)
        elif isinstance(value, tuple):
            names[name] = [
                Words(item.text, f"{here}[{n}]", item.at)
                for n, item in enumerate(value, 1)
                if isinstance(item, Text | Quantity)
            ]
        elif isinstance(value, Formula):
            names[name] = Words(f"= {value.source}", here, value.at)
    return names


def _row(number: int, row: Scored) -> Names:
    """What a form's indicator row may show; nothing typed is an empty text."""
    indicator, path = row.indicator, row.path

    def words(name: str, text: str) -> Words:
        return Words(text, f"{path}.{name}", indicator.at)

    target: object = row.target if row.target is not None else words("目标", "")
    return Names(
        {
            "序号": number,
            "一级": words("一级", indicator.level1),
            "二级": words("二级", indicator.level2),
            "名称": words("名称", indicator.name or indicator.text),
            "指标": words("指标", indicator.text),
            "目标": target,
            "指标值": words("指标", indicator.text) if indicator.text else target,
            "完成": row.actual if row.actual is not None else words("完成", ""),
            "单位": words("单位", indicator.unit),
            "类型": words("类型", row.kind),
            "等次": words("等次", row.band.name if row.band is not None else ""),
            "分值": row.points,
            "得分": unfilled(f"{path}.得分", indicator.at) if row.open else row.score,
            "完成率": _rate(row),
            "偏差原因": words("偏差原因", indicator.reason),
            **_parts(row),
        }
    )


#: Names of a row that say once more, piece by piece, what its other names say.
PIECES: Final = ("符号", "目标数", "完成数", "计量单位", "得分系数")


def _parts(row: Scored) -> dict[str, object]:
    """Pieces that forms have columns for: sign, bare numbers, unit, 得分系数, their own fields."""
    indicator, path = row.indicator, row.path
    target, actual = row.target, row.actual
    sign = limit(target.prefix, target.suffix) if isinstance(target, Figure) else ""
    sign = sign or {FORWARD: "≥", REVERSE: "≤", EQUAL: "="}.get(row.kind, "")
    unit = indicator.unit or next(
        (unit_of(f.suffix) for f in (target, actual) if isinstance(f, Figure)), ""
    )
    parts: dict[str, object] = {
        "符号": Words(sign, f"{path}.符号", indicator.at),
        "目标数": _bare(target, f"{path}.目标数", indicator.at),
        "完成数": _bare(actual, f"{path}.完成数", indicator.at),
        "计量单位": Words(unit, f"{path}.计量单位", indicator.at),
        "得分系数": _factor(row),
    }
    for name, typed in indicator.fields.items():
        here = f"{path}.{name}"
        if isinstance(typed, Quantity):
            own = quantity(here, typed, "")
            parts[name] = Figure(
                here, own.value or Fraction(0), own.text, own.unit, typed.at, places=own.places,
                prefix=own.prefix, suffix=own.suffix, year=row.points.year,
            )  # fmt: skip
        else:
            parts[name] = Words(typed.text if isinstance(typed, Text) else "", here, indicator.at)
    return parts


def _bare(shown: Figure | Words | None, path: str, at: Position) -> object:
    """A target or result without sign and unit: 95 of ≥95%, beside which the unit is printed."""
    if not isinstance(shown, Figure):
        return shown if shown is not None else Words("", path, at)
    rate = shown.unit == "%"
    return replace(
        shown, path=path, text=shown.numeral, prefix="", suffix="", inputs=(shown.path,),
        value=shown.value * 100 if rate else shown.value, unit="" if rate else shown.unit,
    )  # fmt: skip


def _factor(row: Scored) -> object:
    """得分 ÷ 分值."""
    path, at = f"{row.path}.得分系数", row.indicator.at
    if row.open:
        return unfilled(path, at)
    if not row.points.value:
        return Words("", path, at)
    return calculated(
        path, row.score.value / row.points.value, "", at, DEFAULT_PLACES, formula="得分 ÷ 分值",
        inputs=[row.score.path, row.points.path], divided=True,
    )  # fmt: skip


def _rate(row: Scored) -> object:
    path, at = f"{row.path}.完成率", row.indicator.at
    if row.open:
        return unfilled(path, at)
    return row.rate if row.rate is not None else Words("", path, at)


def _evaluation(evaluation: Evaluation) -> Names:
    weights = {group.name: group.points for group in evaluation.groups}
    names = Names(
        {
            "总分": evaluation.score,
            "分值": evaluation.points,
            "等级": evaluation.grade,
            "一级": [_group(group) for group in evaluation.groups],
            "一级分值": Names(weights),
            "一级得分": Names({group.name: _group_score(group) for group in evaluation.groups}),
        }
    )
    if evaluation.damaged:
        for branch in (names["一级分值"], names["一级得分"]):
            assert isinstance(branch, Names)
            branch.damaged = True
    if evaluation.open:
        score, grade = evaluation.score, evaluation.grade
        names["总分"] = unfilled(score.path, score.at)
        names["等级"] = unfilled(grade.path, grade.at)
    if evaluation.waits:
        own = evaluation.score.path.rpartition(".")[0]
        for key in ("执行率", "执行得分"):
            names[key] = unfilled(f"{own}.{key}", evaluation.score.at)
    if evaluation.execution is not None:
        names["执行率"] = evaluation.execution
    if evaluation.execution_points is not None:
        names["执行分值"] = evaluation.execution_points
    if evaluation.execution_score is not None:
        names["执行得分"] = evaluation.execution_score
    return names


def _group(group: Group) -> Names:
    path = group.points.path.removesuffix("分值") + "名称"
    name = Words(group.name, path, group.points.at)
    return Names({"名称": name, "分值": group.points, "得分": _group_score(group)})


def _group_score(group: Group) -> Figure | Words:
    return unfilled(group.score.path, group.score.at) if group.open else group.score


def _with_weights(rows: list[Names], evaluation: Evaluation) -> list[Names]:
    by_group = dict(
        zip(
            dict.fromkeys(r.indicator.group for r in evaluation.rows),
            evaluation.groups,
            strict=True,
        )
    )
    for names, row in zip(rows, evaluation.rows, strict=True):
        names["权重"] = by_group[row.indicator.group].points
    return rows


def _project(number: int, project: Project, evaluation: Evaluation, names: Names) -> Names:
    held = names.get("项目")
    own = Names()
    if isinstance(held, list) and number <= len(held) and isinstance(held[number - 1], Names):
        own = Names(held[number - 1])
    if project.funds is not None:
        _list_rows(own.get(project.funds.name), project.funds)
    own["序号"] = number
    own["名称"] = Words(project.name, f"{project_path(number)}.名称", project.at)
    rows = [_row(count, row) for count, row in enumerate(evaluation.rows, 1)]
    own["指标"] = _with_weights(rows, evaluation)
    own["自评"] = _evaluation(evaluation)
    return own


def _project_average(names: Names, content: Content, projects: tuple[Evaluation, ...]) -> None:
    mean = average([evaluation.score.value for evaluation in projects])
    totals = names.get(PROJECT_TOTALS)
    if mean is None or not isinstance(totals, Names):
        return
    if any(evaluation.open for evaluation in projects):
        totals["平均分"] = unfilled(f"{PROJECT_TOTALS}.平均分", content.projects[0].at)
        return
    places = max(DEFAULT_PLACES, content.form_set.project.score_places)
    totals["平均分"] = calculated(
        f"{PROJECT_TOTALS}.平均分", mean, "分", content.projects[0].at, places,
        formula="各项目得分的平均", inputs=[evaluation.score.path for evaluation in projects],
        year=content.year, divided=True,
    )  # fmt: skip
