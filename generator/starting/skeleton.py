"""Content files for a form set that brings none: what its templates print, its scoring asks for.

A name of three steps (``部门资金.基本支出.全年预算``) is a row of a table, others are facts, fields
of projects or of the unit. Whatever cannot be told from the names is left to the writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from generator.build import plan, templates
from generator.content.blanks import FILL
from generator.content.loader import FACTS, FIGURES, INDICATORS, PROJECTS, REPORT
from generator.content.model import FormSet, Formula
from generator.content.schema.unit_years import RESERVED, TOTALS, UNIT
from generator.figures import formulas
from generator.figures.amounts import show
from generator.figures.compute import DERIVED, LAST, PROJECT_TOTALS
from generator.figures.dataset import ROWS
from generator.figures.tables import DEFAULT_TOTAL
from generator.language.expressions import Expression, Member, Name, inside
from generator.problems import Problems
from generator.workspace import UNIT_FILE, Workspace

_UNIT, _INDICATORS, _FUNDS = "单位", "指标", "资金"
#: What a row is called whose name nobody knows yet.
_PART: Final = "分项"
_SHARE: Final = re.compile(r"〔([0-9]+)%〕")
_NAMELESS: Final = f"{{名称: {FILL},"
_PROJECT_PREFIXES: Final = (plan.PROJECT, plan.PROJECTS)

Path = tuple[str, ...]
#: Names below one another.
Tree = dict[str, "Tree"]


def filled(files: Mapping[str, str], workspace: Workspace, form_set: FormSet) -> dict[str, str]:
    """The general starter ``files`` with what ``form_set`` needs."""
    unordered, lists = _reached(workspace, form_set)
    order = {path: number for number, path in enumerate(_in_order(workspace, form_set))}
    reached = dict.fromkeys(sorted(unordered, key=lambda path: (order.get(path, len(order)), path)))
    out = dict(files)
    out[UNIT_FILE] += _lines(_tree(_below(reached, (_UNIT,))), skip=UNIT.keys)
    tables, facts = _sorted(reached, form_set)
    out[FACTS] += _facts(facts, lists)
    out[FIGURES] += "".join(_table(name, rows, 0) for name, rows in tables.items())
    out[INDICATORS] = _indicators(out[INDICATORS], form_set, projects=False)
    if (plan.NARRATIVE,) not in reached:
        del out[REPORT]
    _project(out, reached, form_set)
    overall = any(not document.each_project for document in form_set.documents)
    if not overall:
        for name in (FACTS, FIGURES, INDICATORS):
            del out[name]
    return out


def _reached(workspace: Workspace, form_set: FormSet) -> tuple[set[Path], set[Path]]:
    """The names that templates and rules use, and which of them are lists."""
    found = set(templates.reached_by(workspace, form_set.documents, ()) or ())
    lists: set[Path] = set()
    store = templates.Store(workspace, form_set.documents, Problems())
    for document, kind in plan.templates_of(form_set.documents):
        template = store.template(document, kind)
        for statement in template.compiled.statements if template is not None else ():
            path = _path(statement.value) if statement.word == "for" else ()
            lists |= {path} if path else set()
    for document in form_set.documents:
        found |= {tuple(document.condition.split("."))} if document.condition else set()
    found |= {(form_set.date,)} if form_set.date else set()
    return {path for one in found if (path := _of_rows(one))}, lists


def _of_rows(path: Path) -> Path:
    """``资金.行.全年预算`` as a row whose name is to be chosen; nothing for 行 itself."""
    if ROWS not in path:
        return path
    if path[-1] in (ROWS, "名称"):
        return ()
    return tuple(_PART if step == ROWS else step for step in path)


def _in_order(workspace: Workspace, form_set: FormSet) -> Iterator[Path]:
    """The names of the templates as a reader meets them, then those of the rules."""
    store = templates.Store(workspace, form_set.documents, Problems())
    for document, kind in plan.templates_of(form_set.documents):
        template = store.template(document, kind)
        for statement in template.compiled.statements if template is not None else ():
            yield from _named(statement.value)
    yield from _formula_names(form_set)


def _named(node: Expression | None) -> Iterator[Path]:
    if node is None:
        return
    if path := _path(node):
        yield path
    for below in inside(node):
        yield from _named(below)


def _path(node: Expression | None) -> Path:
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Member):
        above = _path(node.holder)
        return (*above, str(node.key)) if above else ()
    return ()


def _formula_names(form_set: FormSet) -> Iterator[Path]:
    """The figures that scoring and rules of the form set rest on."""
    typed = [policy.execution for policy in (form_set.overall, form_set.project)]
    sources = [formula.source for formula in typed if isinstance(formula, Formula)]
    for identity in form_set.identities:
        sources += re.split("[=≤≥<>]+", identity.formula)
    for source in sources:
        try:
            tree = formulas.parse(source.strip())
        except formulas.FormulaError:
            continue
        yield from (tuple(name.path.split(".")) for name in formulas.names(tree))


def _below(paths: Iterable[Path], head: Path) -> list[Path]:
    return [path[len(head) :] for path in paths if path[: len(head)] == head != path]


def _sorted(reached: Iterable[Path], form_set: FormSet) -> tuple[Tree, list[Path]]:
    """Tables of figures, and the facts."""
    of_formulas = set(_formula_names(form_set))
    tables: Tree = {}
    facts = []
    for path in dict.fromkeys((*reached, *sorted(of_formulas))):
        if path[0] in (*RESERVED, _UNIT, _INDICATORS, _FUNDS) or not path[0].isidentifier():
            continue
        if len(path) > 2 or (path in of_formulas and len(path) > 1):
            _hang(tables, path)
        else:
            facts.append(path)
    return tables, [path for path in facts if path[0] not in tables]


def _hang(tree: Tree, path: Path) -> None:
    for step in path:
        tree = tree.setdefault(step, {})


def _tree(paths: Iterable[Path]) -> Tree:
    tree: Tree = {}
    for path in paths:
        _hang(tree, path)
    return tree


def _lines(tree: Tree, indent: int = 0, skip: Iterable[str] = ()) -> str:
    out = ""
    for name, below in tree.items():
        if name in skip or name.isdigit():
            continue
        lead = " " * indent
        out += f"{lead}{name}:\n{_lines(below, indent + 2)}" if below else f"{lead}{name}: {FILL}\n"
    return out


def _facts(paths: Iterable[Path], lists: set[Path]) -> str:
    tree = _tree(paths)
    out = ""
    for name, below in tree.items():
        if (name,) in lists:
            fields = ", ".join(f"{field}: {FILL}" for field in below)
            item = f"{{{fields}}}" if fields else FILL
            out += f"{name}:     # 有几项写几行\n  - {item}\n"
        else:
            out += _lines({name: below})
    return f"\n{out}" if out else ""


def _table(name: str, rows: Tree, indent: int) -> str:
    """A table whose rows share their columns; totals that have a name are sums of the others."""
    columns = dict.fromkeys(
        column for row in rows.values() for column in row if not column.startswith(LAST)
    )
    columns |= dict.fromkeys(column for row in rows.values() for column in row)
    lead = " " * indent
    parts = [row for row in rows if row not in TOTALS]
    if not parts:
        parts = [_PART]
    cells = ", ".join(f"{column}: {FILL}" for column in columns)
    out = f"\n{lead}{name}:\n" + "".join(f"{lead}  {row}: {{{cells}}}\n" for row in parts)
    for row in rows:
        if row in TOTALS and row != DEFAULT_TOTAL and not indent:
            out += f"{lead}  {row}:\n"
            for column in columns:
                terms = " + ".join(f"{name}.{part}.{column}" for part in parts)
                out += f"{lead}    {column}: = {terms}\n"
    return out


def _indicators(text: str, form_set: FormSet, *, projects: bool) -> str:
    policy = form_set.project if projects else form_set.overall
    whole = Fraction(policy.total - policy.execution_points)

    def points(match: re.Match[str]) -> str:
        return show(whole * int(match[1]) / 100)

    text = _SHARE.sub(points, text)
    for own in policy.own:  # indicators that have rules of their own go by their names
        text = text.replace(_NAMELESS, f"{{名称: {own.name},", 1)
    return text


def _project(out: dict[str, str], reached: Iterable[Path], form_set: FormSet) -> None:
    """The file of a project, or none where no template asks for projects."""
    file = next(name for name in out if name.startswith(f"{PROJECTS}/"))
    reached = list(reached)
    paths = dict.fromkeys(p for head in _PROJECT_PREFIXES for p in _below(reached, (head,)))
    totals = [(_FUNDS, *path) for path in _below(reached, (PROJECT_TOTALS,)) if len(path) == 1]
    if not paths and not any(document.each_project for document in form_set.documents):
        del out[file]
        return
    text = out[file]
    fields = [path for path in paths if path[0] not in _OWN]
    text += _lines(_tree(fields), skip=("名称",))
    funds = _tree(path[1:] for path in paths if path[0] == _FUNDS)
    given = set(form_set.fund_columns)
    columns = {path[1]: Tree() for path in totals if path[1] not in _COUNTED}
    rows = {row: {c: below for c, below in cells.items() if c not in given}
            for row, cells in funds.items() if cells}  # fmt: skip
    rows = rows or {_PART: {}}
    for cells in rows.values():
        cells |= {column: below for column, below in columns.items() if column not in given}
    for formula in form_set.fund_columns.values():
        for name in formulas.names(formulas.parse(formula.source)):
            for cells in rows.values():
                cells.setdefault(name.path, {})
    text += _table(_FUNDS, rows, 0)
    body = _indicators(out[INDICATORS], form_set, projects=True)
    kept = [line for line in body.split("\n") if not line.startswith("#")]
    text += f"\n{_INDICATORS}:\n" + "\n".join(f"  {line}" if line else "" for line in kept)
    out[file] = text.rstrip() + "\n"


#: Of a project: what gen gives, and what is laid out otherwise.
_OWN: Final = ("序号", "自评", _INDICATORS, _FUNDS, DERIVED)
_COUNTED: Final = ("个数", "平均分")
