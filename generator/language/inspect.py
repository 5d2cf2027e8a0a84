"""What a template or report.md may use: names with unit and sample, filters with their usage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from generator.figures.amounts import MONEY
from generator.figures.model import Figure, Names, Words
from generator.frozen import frozen
from generator.language import blocks
from generator.language.expressions import Defined, Expression, Member, Name, inside
from generator.language.lint import UNKNOWN
from generator.language.statements import Statement
from generator.language.wording import FILTERS
from generator.problems import Position

FIGURE: Final = "数"
TEXT: Final = "文字"
LIST: Final = "列表"
GROUP: Final = "分组"
_SAMPLE_LENGTH: Final = 30
#: Names of the context that templates have no use for.
_INTERNAL: Final = ("附件号表",)
#: Names that only rendering fills in.
_LATE: Final = (
    ("正文", LIST, "report.md 的全部段落，Word 模板里写 {{p 正文 }}"),
    ("附件号", TEXT, "附件1"),
    ("loop.index", FIGURE, "循环里的序号，从1数起"),
    ("loop.first", TEXT, "循环里是不是第一项（用于判断）"),
    ("loop.last", TEXT, "循环里是不是最后一项（用于判断）"),
    ("loop.length", FIGURE, "循环一共几项"),
)


@frozen
class NameRow:
    """One name: what it is (数, 文字, 列表 or 分组), its unit, a sample, and where it was typed.

    The fields of a list's items are named ``指标[].名称``.
    """

    name: str
    kind: str
    unit: str = ""
    sample: str = ""
    source: str = ""


@frozen
class FilterRow:
    """One wording filter: its name, how it is written, what it prints."""

    name: str
    usage: str
    summary: str


def name_rows(context: Mapping[str, object]) -> list[NameRow]:
    """Every name of ``context`` in its order, and those that only rendering fills in."""
    rows: list[NameRow] = []
    for name, value in context.items():
        if name not in _INTERNAL:
            rows += _rows(name, value)
    projects = context.get("项目")
    if isinstance(projects, list) and projects and "本项目" not in context:
        rows.append(NameRow("本项目", GROUP, sample="每个项目一份的模板里，当前的项目"))
        rows += (row for row in _fields("本项目", projects) if row.name != "本项目")
    known = {row.name for row in rows}
    late = (NameRow(name, kind, sample=sample) for name, kind, sample in _LATE)
    return [*rows, *(row for row in late if row.name not in known)]


def filter_rows() -> list[FilterRow]:
    """Every filter in the order of the guide."""
    return [FilterRow(f.name, f.usage, f.summary) for f in FILTERS.values()]


def _rows(name: str, value: object) -> Iterator[NameRow]:
    if isinstance(value, Figure):
        unit = "万元" if value.unit in MONEY else value.unit
        yield NameRow(name, FIGURE, unit, value.text, _source(value.at))
    elif isinstance(value, Words):
        yield NameRow(name, TEXT, "", _short(value), _source(value.at))
    elif isinstance(value, Names):
        yield NameRow(name, GROUP, sample=_short("、".join(value)))
        for key, member in value.items():
            yield from _rows(f"{name}.{key}", member)
    elif isinstance(value, list | tuple):
        yield NameRow(name, LIST, sample=f"{len(value)}项")
        yield from _fields(f"{name}[]", value)
    elif isinstance(value, int | str):
        kind = FIGURE if isinstance(value, int) else TEXT
        yield NameRow(name, kind, "", _short(str(value)))


def _fields(name: str, items: Sequence[object]) -> Iterator[NameRow]:
    """The fields that items of a list have, each with the first sample that shows something."""
    if not all(isinstance(item, Names) for item in items):
        yield from _rows(name, items[0])
        return
    fields: dict[str, object] = {}
    for item in items:
        for key, value in item.items() if isinstance(item, Names) else ():
            if key not in fields or _blank(fields[key]):
                fields[key] = value
    for key, value in fields.items():
        yield from _rows(f"{name}.{key}", value)


def _blank(value: object) -> bool:
    return isinstance(value, str | list) and not value


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SAMPLE_LENGTH else f"{line[: _SAMPLE_LENGTH - 1]}…"


def _source(at: Position) -> str:
    return f"{at.file}:{at.line}" if at.line else at.file


# --- which values are used ------------------------------------------------------------------


def used_paths(
    statements: Sequence[Statement], context: Mapping[str, object], used: set[str]
) -> None:
    """Add to ``used`` the paths of all values that tags name, those they are made of included."""
    scopes = blocks.Scopes[list[object]](blocks.parse(statements))
    for number, statement in enumerate(statements):
        held: list[object] = []
        if statement.value is not None:
            held = _values(statement.value, context, scopes, number, used)
        if statement.word == "for":
            items = [item for value in held if isinstance(value, list) for item in value]
            scopes.bind(number, dict.fromkeys(statement.names[:1], items))
        elif statement.word == "set":
            scopes.bind(number, dict.fromkeys(statement.names[:1], held))
        if statement.condition is not None:
            held += _values(statement.condition, context, scopes, number, used)
        for value in held:
            _use(value, used)


def _use(value: object, used: set[str]) -> None:
    if isinstance(value, Words):
        used.add(value.path)
    elif isinstance(value, Figure):
        used.add(value.path)
        used.update(value.inputs)
        if value.base is not None:
            used.add(value.base.path)


def _values(
    node: Expression,
    context: Mapping[str, object],
    scopes: blocks.Scopes[list[object]],
    number: int,
    used: set[str],
) -> list[object]:
    """Everything ``node`` may stand for; values inside filters and comparisons are used up."""
    if isinstance(node, Name):
        bound = scopes.find(node.name, number)
        return bound if bound is not None else [context.get(node.name, UNKNOWN)]
    if isinstance(node, Member):
        return list(_members(_values(node.holder, context, scopes, number, used), node.key))
    for part in () if isinstance(node, Defined) else inside(node):
        for value in _values(part, context, scopes, number, used):
            _use(value, used)
    return []


def _members(holders: Iterable[object], key: object) -> Iterator[object]:
    for holder in holders:
        if isinstance(holder, Names) and key in holder:
            yield holder[str(key)]
        elif (
            isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder)
        ):
            yield holder[key]
