"""Every message is raised somewhere, and every raise site gives the fields its texts name.

The sources are read as syntax trees: a code is a literal, and stands where it is raised.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import generator
from generator.problems.messages import CATALOG

PACKAGE = Path(generator.__file__).parent
CODE = re.compile(r"[AFILPSTW]\d{3}")

#: What carries a code to the place that makes a problem of it, and the fields that place adds.
CARRIERS = {
    "Fault": {"tag"},
    "fault_path": {"tag"},
    "_Refused": {"tag"},
    "BadPart": set(),
    "Mend": set(),
    "FormulaError": {"found", "formula", "meant"},
    "PackageError": set(),
    "_found": {"member"},
    "_finding": {"member"},
    "_tell": {"formula"},
}
#: Calls whose fields stand in a mapping or in pairs among the arguments.
IN_A_MAPPING = ("add_values", "Fault", "fault_path", "Mend")
#: Keywords that are no fields of the texts.
PLACES = {"related", "lossy", "typed"}

Scope = ast.FunctionDef | ast.Module


@dataclass(frozen=True)
class Site:
    """One call that raises ``codes``, and the fields it gives (``None``: not to be read)."""

    where: str
    codes: frozenset[str]
    fields: frozenset[str] | None
    added: frozenset[str]

    def __str__(self) -> str:
        return f"{self.where} {'/'.join(sorted(self.codes))}"


def _literals(node: ast.AST) -> list[ast.Constant]:
    """Codes standing in ``node``; those that are only compared with are not raised there."""
    if isinstance(node, ast.Compare):
        return []
    if isinstance(node, ast.Constant):
        return [node] if isinstance(node.value, str) and CODE.fullmatch(node.value) else []
    return [found for child in ast.iter_child_nodes(node) for found in _literals(child)]


def _assigned(name: str, scope: Scope) -> list[ast.expr]:
    """What a local name may hold."""
    return _assignments(scope).get(name, [])


@cache
def _assignments(scope: Scope) -> dict[str, list[ast.expr]]:
    """Every local name with what it may hold."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            pairs: list[tuple[ast.expr, ast.expr]] = [(node.target, node.value)]
        elif isinstance(node, ast.Assign):
            pairs = [pair for target in node.targets for pair in _paired(target, node.value)]
        else:
            continue
        for target, value in pairs:
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).append(value)
    return found


def _paired(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """``a, b = c, d`` taken apart; what is not written out belongs to each target."""
    if not isinstance(target, ast.Tuple):
        return [(target, value)]
    values = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
    return list(zip(target.elts, values, strict=True))


def _added(name: str, scope: Scope) -> set[str]:
    """Keys that are put later into the mapping ``name``."""
    return {
        str(node.slice.value)
        for node in ast.walk(scope)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and ast.unparse(node.value) == name
        and isinstance(node.slice, ast.Constant)
    }


def _keys(node: ast.expr, scope: Scope) -> set[str] | None:
    """The keys of a mapping or of pairs as they are written; None if that cannot be read."""
    parts: list[set[str] | None] = []
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            parts.append(
                {key.value}
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
                else _keys(value, scope)
                if key is None
                else None
            )
    elif isinstance(node, ast.Tuple):
        for pair in node.elts:
            name = pair.elts[0] if isinstance(pair, ast.Tuple) and pair.elts else None
            parts.append({str(name.value)} if isinstance(name, ast.Constant) else None)
    elif isinstance(node, ast.IfExp):
        parts = [_keys(node.body, scope), _keys(node.orelse, scope)]
    elif isinstance(node, ast.Name):
        parts = [_keys(value, scope) for value in _assigned(node.id, scope)] or [None]
        parts.append(_added(node.id, scope))
    else:
        return None
    found: set[str] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return found


def _fields(call: ast.Call, scope: Scope) -> frozenset[str] | None:
    given = {word.arg for word in call.keywords if word.arg is not None} - PLACES
    mappings = [word.value for word in call.keywords if word.arg is None]
    if _name(call).endswith(IN_A_MAPPING):
        read = [keys for arg in call.args[1:] if (keys := _keys(arg, scope)) is not None]
        if len(read) != 1 and len(call.args) > 1:
            return None
        given |= set().union(*read)
    for node in mappings:
        keys = _keys(node, scope)
        if keys is None:
            return None
        given |= keys
    return frozenset(given)


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _scoped(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.Call, Scope]]:
    """Every call with the function it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, scope
        yield from _scoped(child, child if isinstance(child, ast.FunctionDef) else scope)


def read(source: str, where: str) -> tuple[list[Site], list[ast.Constant]]:
    """The raise sites of a module, and the codes in it that no site was found for."""
    tree = ast.parse(source)
    sites, seen = [], set()
    for call, scope in _scoped(tree, tree):
        first = call.args[0] if call.args else None
        named = _assigned(first.id, scope) if isinstance(first, ast.Name) else []
        held = [code for value in named for code in _literals(value)]
        if isinstance(first, ast.Constant | ast.IfExp):
            held = _literals(first)
        if held:
            seen |= set(map(id, held))
            codes = frozenset(str(code.value) for code in held)
            added = frozenset(CARRIERS.get(_name(call), ()))
            sites.append(Site(f"{where}:{call.lineno}", codes, _fields(call, scope), added))
    return sites, [code for code in _literals(tree) if id(code) not in seen]


def _needed(code: str) -> frozenset[str]:
    """The fields that the texts of a message name."""
    entry = CATALOG[code]
    parsed = (*string.Formatter().parse(entry.text), *string.Formatter().parse(entry.hint))
    return frozenset(name for _, name, _, _ in parsed if name is not None)


def wrong_with(site: Site) -> str:
    """What a raise site gives too little or too much; empty if nothing."""
    if unknown := site.codes - CATALOG.keys():
        return f"not in the catalogue: {sorted(unknown)}"
    if site.fields is None:
        return "its fields cannot be read from the source"
    needed = {code: _needed(code) for code in site.codes}
    for code, names in sorted(needed.items()):
        if missing := names - site.fields - site.added:
            return f"{code} lacks {sorted(missing)}"
    if extra := site.fields - frozenset().union(*needed.values()):
        return f"no text names {sorted(extra)}"
    return ""


@cache
def _package() -> tuple[list[Site], list[str]]:
    sites, lost = [], []
    for path in sorted(PACKAGE.rglob("*.py")):
        if not path.is_relative_to(PACKAGE / "problems"):
            where = path.relative_to(PACKAGE).as_posix()
            found, unread = read(path.read_text(encoding="utf-8"), where)
            sites += found
            lost += [f"{where}:{code.lineno} {code.value!r}" for code in unread]
    return sites, lost


@pytest.mark.long
def test_every_code_in_the_sources_is_raised_where_it_stands() -> None:
    assert _package()[1] == []


def test_every_raise_site_gives_what_its_message_names() -> None:
    sites, _ = _package()
    assert [(str(site), wrong_with(site)) for site in sites if wrong_with(site)] == []


def test_every_message_is_raised() -> None:
    sites, _ = _package()
    assert CATALOG.keys() - {code for site in sites for code in site.codes} == set()


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ('problems.add("L116", at, key=k, line=1)', ""),
        ('problems.add("L116", at, related=[a], key=k)', "L116 lacks ['line']"),
        ('problems.add("L110", at, key=k)', "no text names ['key']"),
        ('problems.add("L999", at)', "not in the catalogue: ['L999']"),
        ('problems.add_values("L116", at, {"key": k, "line": 1})', ""),
        ('v = {"key": k}\nv["line"] = 1\nproblems.add("L116", at, **v)', ""),
        ('problems.add("L116", at, **v)', "its fields cannot be read from the source"),
        ('code = "L116" if one else "L118"\nproblem(code, at, key=k, line=1)', "L118 lacks ['count']"),
        ('Mend("L122", line, 3, {"key": k})', ""),
        ('Fault("T106", (("filter", name), ("usage", usage)))', ""),
        ('Fault("T106", (("filter", name),))', "T106 lacks ['usage']"),
    ],
)  # fmt: skip
def test_raise_sites_are_read(source: str, wrong: str) -> None:
    sites, lost = read(source, "m.py")
    assert ([wrong_with(site) for site in sites], lost) == ([wrong], [])


def test_a_code_nobody_raises_is_told() -> None:
    sites, lost = read('if code == "L116":\n    kept = ["L118"]', "m.py")
    assert (sites, [code.value for code in lost]) == ([], ["L118"])
