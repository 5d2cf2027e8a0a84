"""What a unit sums up: the values that the records of other units' finished sets hold.

Only sets that their content still gives are summed up. A unit without one is named, with the
reason, wherever the sums are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias

from generator.build import narrative, templates
from generator.build.summing.members import Member, members_of
from generator.content import loader
from generator.content.model import Content, Formula, RollUp, Tree
from generator.figures import formulas
from generator.figures.gathered import (
    AVERAGE,
    COUNTS,
    EACH,
    MISSING,
    NAMES,
    PROJECTS_OF_EACH,
    SUM,
    Gathered,
    average,
    count,
    kept,
    total,
)
from generator.figures.graph import Definition, Graph
from generator.figures.model import ABSENT, Words
from generator.frozen import replace
from generator.language.narrative import CompiledNarrative
from generator.problems import Position, Problems
from generator.records.shares import Summing, plain, reaches
from generator.workspace import UnitYear, Workspace

_Values: TypeAlias = Mapping[str, Mapping[str, Any]]

#: What projects are called by in the record of a unit, and the name of an evaluated one's score.
_OF_PROJECTS: Final = "项目."
_SCORE: Final = "自评.总分"
_PROJECT: Final = re.compile(r"项目\[([0-9]+)\]\.(.*)")
#: What formulas of the unit ask for.
_ASKED: Final = re.compile(rf"(?<![\w.])((?:{'|'.join(NAMES)})(?:\.\w+)+)")
#: What is known of every unit, whatever is asked for.
_ALWAYS: Final = ("单位.名称", "单位.简称")
#: Units that a warning names.
_MOST: Final = 8


def gather(
    workspace: Workspace,
    content: Content,
    written: CompiledNarrative | None,
    summing: Summing,
    problems: Problems,
) -> Gathered:
    """Everything of other units that ``content`` and its templates ask for, and the sums of it."""
    roll_up = content.roll_up
    assert roll_up is not None
    made = _Gathering(roll_up, _asked(workspace, content, written, roll_up), problems)
    summing = replace(summing, asked=made.paths())
    members, missing = members_of(workspace, content, roll_up, summing, problems)
    for member in members:
        made.take(member)
    made.sum_up(problems)
    for number, (unit, why) in enumerate(missing, 1):
        made.say(f"{MISSING}[{number}].编号", unit, roll_up.at)
        made.say(f"{MISSING}[{number}].原因", why, roll_up.at)
    made.count("应汇总单位", len(members) + len(missing))
    made.count("单位", len(members))
    made.count("未汇总单位", len(missing))
    return Gathered(tuple(made.figures), tuple(made.words))


def asked_by(workspace: Workspace, targets: Iterable[UnitYear]) -> frozenset[str]:
    """The paths in records that ``targets``, which sum up others, ask for."""
    found: set[str] = set()
    for target in targets:
        unheard = Problems()  # told when it is built
        content = loader.read(workspace, target, unheard)
        if content is not None and content.roll_up is not None:
            written = narrative.compiled(content.narrative)
            asked = _asked(workspace, content, written, content.roll_up)
            found |= _Gathering(content.roll_up, asked, unheard).paths()
    return frozenset(found)


# What is asked for


def _asked(
    workspace: Workspace, content: Content, written: CompiledNarrative | None, roll_up: RollUp
) -> frozenset[str]:
    """The names below ``NAMES`` that templates, report.md and formulas reach, without numbers."""
    said = written.statements if written is not None else ()
    reached = templates.reached_by(workspace, content.form_set.documents, said) or ()
    found = {".".join(path) for path in reached if path[0] in NAMES}
    for formula in _formulas((content.facts, content.figures.derived)):
        found.update(_ASKED.findall(formula.source))
    found.update(f"{EACH}.{path}" for path in (*_ALWAYS, *_needed(roll_up)))
    return frozenset(found)


def _formulas(values: Iterable[object]) -> Iterator[Formula]:
    for value in values:
        if isinstance(value, Formula):
            yield value
        elif isinstance(value, Tree):
            yield from _formulas(value.values())
        elif isinstance(value, tuple):
            yield from _formulas(value)


def _needed(roll_up: RollUp) -> Iterator[str]:
    """The names that the formulas for each unit use, and what is between units."""
    for formula in roll_up.each.values():
        try:
            yield from (name.path for name in formulas.names(formulas.parse(formula.source)))
        except formulas.FormulaError:  # told where it is used
            continue
    yield from roll_up.internal.values()


# What comes of it


class _Gathering:
    """Figures and texts of the units, as they are taken over."""

    def __init__(self, roll_up: RollUp, asked: frozenset[str], problems: Problems) -> None:
        self.figures: list[Definition] = []
        self.words: list[Words] = []
        self._roll_up = roll_up
        self._asked = asked
        self._parser = Graph(problems, complete=True)
        self._sums = sorted(
            (name, path)
            for name, _, path in (one.partition(".") for one in asked)
            if name in (SUM, AVERAGE) and path
        )
        self._each = self._below(EACH) | {p for _, p in self._sums if not p.startswith("项目.")}
        self._each -= set(roll_up.each)
        projects = {p.removeprefix("项目.") for _, p in self._sums if p.startswith("项目.")}
        self._of_projects = self._below(PROJECTS_OF_EACH) | projects | {"名称"}
        #: The paths of each figure that may be summed, by what it is called in a unit; and the
        #: names of those who do not have it.
        self._found: dict[str, list[str]] = {}
        self._units: list[str] = []
        self._projects = self._evaluated = 0

    def _below(self, name: str) -> set[str]:
        return {one.partition(".")[2] for one in self._asked if one.startswith(f"{name}.")}

    def paths(self) -> frozenset[str]:
        """The paths in the record of a unit, without numbers, that are asked for."""
        of_projects = {f"{_OF_PROJECTS}{one}" for one in (*self._of_projects, _SCORE)}
        return frozenset(self._each | of_projects)

    def take(self, member: Member) -> None:
        """The values of one unit that are asked for."""
        values = member.share.values
        at = Position(f"{member.target.unit_id}")
        self._units.append(member.target.unit_id)
        self._keep(member.path, values, self._each, "")
        projects: dict[int, dict[str, Mapping[str, Any]]] = {}
        for name, value in values.items():
            if match := _PROJECT.fullmatch(name):
                projects.setdefault(int(match[1]), {})[match[2]] = value
        named = values.get("单位.名称", {}).get("text", member.target.unit_id)
        for _, inside in sorted(projects.items()):
            self._projects += 1
            self._evaluated += _SCORE in inside
            path = f"{PROJECTS_OF_EACH}[{self._projects}]"
            self._keep(path, inside, self._of_projects, _OF_PROJECTS)
            self.say(f"{path}.所属单位", named, at)
        short = values.get("单位.简称", {}).get("text", named)
        self.say(f"{member.path}.名称", short, at)
        self.say(f"{member.path}.编号", member.target.unit_id, at)
        self.say(f"{member.path}.状态", member.share.state, at)
        self.figures.append(count(f"{member.path}.警告数", member.share.warned, at))
        self._compute(member, values, at)

    def _keep(self, path: str, values: _Values, asked: set[str], kind: str) -> None:
        there = set()
        for name, value in values.items():
            bare = plain(name)
            if not reaches(asked, bare):
                continue
            there.add(bare)
            made = kept(f"{path}.{name}", value, Position(*value["at"]))
            if isinstance(made, Words):
                self.words.append(made)
                continue
            self.figures.append(made)
            self._found.setdefault(kind + bare, []).append(made.path)
        at = self._roll_up.at
        if named := values.get("名称" if kind else _ALWAYS[0]):
            at = Position(*named["at"])
        for one in asked - there:
            if not any(bare.startswith(f"{one}.") for bare in there):
                self.say(f"{path}.{one}", ABSENT, at)

    def _compute(self, member: Member, values: _Values, at: Position) -> None:
        """What a formula gives for one unit; nothing where the unit lacks what it is made of."""
        own = f"{member.path}."
        for name, formula in self._roll_up.each.items():
            bare = self._parser.formula(formula)
            tree = self._parser.formula(formula, lambda one: own + one)
            if bare is None or tree is None:
                continue
            used = {one.path for one in formulas.names(bare)}
            known = {
                one: Fraction(values[one]["value"])
                for one in used if "value" in values.get(one, {})
            }  # fmt: skip
            if len(known) == len(used) and _defined(bare, known):
                path, said, unit = own + name, formula.source, formula.unit
                self.figures.append(Definition(path, formula.at, tree=tree, source=said, unit=unit))
                self._found.setdefault(name, []).append(path)
            else:
                self.say(own + name, ABSENT, at)

    def sum_up(self, problems: Problems) -> None:
        """Sums and averages of all that is asked for."""
        at = self._roll_up.at
        for name, path in self._sums:
            found = self._found.get(path, [])
            what = path.removeprefix("项目.")
            whose = "各项目" if what != path else "各单位"
            if not found:
                self.say(f"{name}.{path}", ABSENT, at)
                self._tell_lacking(path, found, whose, problems)
                continue
            if name == AVERAGE:
                said = f"{whose}“{what}”的平均"
                self.figures.append(average(f"{AVERAGE}.{path}", found, said, at))
                continue
            less = self._found.get(self._roll_up.internal.get(path, ""), [])
            said = f"{whose}“{what}”之和" + ("，减内部往来" if less else "")
            self.figures.append(total(f"{SUM}.{path}", found, less, said, at))
            self._tell_lacking(path, found, whose, problems)
        self.count("项目", self._projects)
        self.count("已评价项目", self._evaluated)
        rate = f"{COUNTS}.评价率"
        if not self._projects:
            self.say(rate, ABSENT, at)
        else:
            pair = [formulas.Name(f"{COUNTS}.{one}", 0) for one in ("已评价项目", "项目")]
            tree = formulas.Operation("/", *pair)
            said = "已评价项目 ÷ 项目"
            self.figures.append(Definition(rate, at, tree=tree, source=said, unit="%"))

    def _tell_lacking(
        self, path: str, found: Sequence[str], whose: str, problems: Problems
    ) -> None:
        if whose != "各单位":
            return
        have = {one[: one.index("]") + 1] for one in found}
        lost = [u for n, u in enumerate(self._units, 1) if f"{EACH}[{n}]" not in have]
        if lost:
            more = f" 等{len(lost)}个单位" if len(lost) > _MOST else ""
            names = "、".join(lost[:_MOST]) + more
            problems.add("W503", self._roll_up.at, names=names, path=path)

    def count(self, name: str, number: int) -> None:
        """A number of ``汇总``."""
        self.figures.append(count(f"{COUNTS}.{name}", number, self._roll_up.at))

    def say(self, path: str, text: str, at: Position) -> None:
        """A text."""
        self.words.append(Words(text, path, at))


def _defined(tree: formulas.Expression, values: Mapping[str, Fraction]) -> bool:
    """Whether the formula divides by nothing that is 0."""
    try:
        formulas.evaluate(tree, values.__getitem__)
    except ZeroDivisionError:
        return False
    return True
