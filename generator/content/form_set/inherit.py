"""继承: a form set takes over what another one states and overrules it entry by entry.

Groups are joined name by name, lists of named entries entry by entry; ``名称: 关`` leaves out
what is inherited under that name. Every node keeps its place, so that a message points to the
file that says it. All of it is done before anything is read: no reader knows of inheritance.
"""

from __future__ import annotations

from collections.abc import Mapping as Mapping_
from types import MappingProxyType
from typing import Final

from generator.content.entries import mapping
from generator.content.form_set.reader import read_form_set
from generator.content.model import FormSet
from generator.content.schema.fields import Kind
from generator.content.schema.form_sets import CHECK_DATA, INHERITS, OFF, RULE_LEVELS
from generator.content.values import text_of
from generator.content.yaml.nodes import Mapping, Node, Scalar, Sequence, load_shared
from generator.frozen import replace
from generator.problems import Position, Problems, suggest
from generator.workspace import Workspace

#: What each file says of itself.
_OWN: Final = ("名称", "说明", INHERITS)
#: Lists whose entries go by a name; any other list is one thing and replaced as a whole.
_NAMED: Mapping_[str, str] = MappingProxyType(
    {"文档": "名称", "规则": "名称", "完成值核对": "指标", "指标办法": "指标"}
)
#: Lists of words.
_SETS: Final = tuple(field.key for field in CHECK_DATA.fields if field.kind is Kind.WORDS)
#: The order of these is that of the set; elsewhere the nearer entry is the first to count.
_APPENDED: Final = ("文档",)


def load_form_set(
    workspace: Workspace, key: str, at: Position, problems: Problems
) -> FormSet | None:
    """The form set that is named at ``at``, with all it inherits; None after a report."""
    line = _lineage(workspace, key, at, problems)
    if not line:
        return None
    *nearer, (_, node) = line
    for _, own in reversed(nearer):
        node = _joined(own, node, problems)
    path = workspace.template(f"{key}.yaml")
    assert path is not None
    names = tuple(name for name, _ in line)
    return replace(read_form_set(node, key, workspace.name_of(path), problems), lineage=names)


def _lineage(
    workspace: Workspace, key: str, at: Position, problems: Problems
) -> list[tuple[str, Mapping]]:
    """The form set and what it inherits from, nearest first, as far as they can be read."""
    found: list[tuple[str, Mapping]] = []
    while key:
        names = [name for name, _ in found]
        if key in names:
            problems.add("L507", at, chain=" → ".join((*names[names.index(key) :], key)))
            break
        node = _open(workspace, key, at, problems, inherited=bool(found))
        if node is None:
            break
        found.append((key, node))
        parent = node.get(INHERITS)
        key = text_of(parent, problems, what=INHERITS).strip()
        at = parent.at if parent is not None else at
    return found


def _open(
    workspace: Workspace, key: str, at: Position, problems: Problems, *, inherited: bool
) -> Mapping | None:
    path = workspace.template(f"{key}.yaml")
    if path is None:
        known = workspace.form_sets(bases=inherited)
        near = _misnamed(workspace, key) or suggest(key, known)
        problems.add("L504", at, name=key, suggestion=near, known="、".join(known))
        return None
    node = load_shared(path, workspace.name_of(path), problems)
    return mapping(node, problems, what=path.name)


def _misnamed(workspace: Workspace, key: str) -> str:
    """That the form set is there, but under another extension."""
    for extension in (".yml", ".yaml.txt", ".yml.txt"):
        path = workspace.template(key + extension)
        if path is not None:
            return f"：有 {workspace.name_of(path)}，扩展名要改成 .yaml"
    return ""


def _joined(own: Mapping, base: Mapping, problems: Problems) -> Mapping:
    """The form set ``own`` over what it inherits, ``base``."""
    kept = tuple(item for item in base.items if item[0].text not in _OWN)
    return _over("", own, replace(base, items=kept), problems)


def _over(name: str, own: Mapping, base: Mapping, problems: Problems) -> Mapping:
    """``own`` over ``base``, both called ``name``, key by key."""
    items = {key.text: (key, value) for key, value in base.items}
    for key, value in own.items:
        if _is_off(value) and name != RULE_LEVELS:
            if items.pop(key.text, None) is None:
                _report_nothing_to_leave_out(key, tuple(items), problems)
            continue
        _, below = items.get(key.text, (key, None))
        items[key.text] = (key, _value(key.text, value, below, problems))
    return replace(own, items=tuple(items.values()), broken=own.broken or base.broken)


def _value(name: str, own: Node, base: Node | None, problems: Problems) -> Node:
    if isinstance(own, Mapping) and isinstance(base, Mapping):
        return _over(name, own, base, problems)
    if name in _SETS and base is not None:
        return _list(name, _as_list(own), _as_list(base), problems)
    if isinstance(own, Sequence) and isinstance(base, Sequence) and name in _NAMED:
        return _list(name, own, base, problems)
    return own


def _as_list(node: Node) -> Sequence:
    """A list, also where one item stands for it."""
    return node if isinstance(node, Sequence) else Sequence((node,), node.at)


def _list(name: str, own: Sequence, base: Sequence, problems: Problems) -> Sequence:
    """The entries of both by name, a word being its own name."""
    items: dict[str, Node] = {_name(item, name): item for item in base.items}
    mine: dict[str, Node] = {}
    for item in own.items:
        if isinstance(item, Mapping) and len(item.items) == 1 and _is_off(item.items[0][1]):
            key = item.items[0][0]
            if items.pop(key.text, None) is None:
                _report_nothing_to_leave_out(key, tuple(items), problems)
            continue
        named = _name(item, name)
        below = items.get(named)
        if isinstance(item, Mapping) and isinstance(below, Mapping):
            item = _over("", item, below, problems)  # noqa: PLW2901
        (items if named in items else mine)[named] = item
    both = (items, mine) if name in _APPENDED else (mine, items)
    return Sequence(tuple(item for part in both for item in part.values()), own.at)


def _name(item: Node, list_name: str) -> str:
    if isinstance(item, Scalar):
        return item.text
    named = item.get(_NAMED.get(list_name, "")) if isinstance(item, Mapping) else None
    # What has no name is told of by its reader; it stands for nothing but itself.
    return named.text if isinstance(named, Scalar) else f"〔{item.at}〕"


def _is_off(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.quoted and node.text == OFF


def _report_nothing_to_leave_out(key: Scalar, known: tuple[str, ...], problems: Problems) -> None:
    near = suggest(key.text, known) or "。"
    problems.add("L508", key.at, name=key.text, suggestion=near)
