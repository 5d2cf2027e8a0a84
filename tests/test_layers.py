"""The house plan: imports point one way, and each kind of work has its room.

Every module of the package is read as a syntax tree, so imports inside functions count as well.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import generator

PACKAGE = Path(generator.__file__).resolve().parent

#: Rooms from the ground up. A module imports from its own room or from rooms below. Whatever is
#: not named here belongs to the pipeline: build, publish, record and the verbs built on them.
PIPELINE = "pipeline"
FLOORS: tuple[tuple[str, ...], ...] = (
    ("__init__", "frozen", "patterns"),
    ("messages",),
    ("problems", "toolchain"),
    ("workspace",),
    ("content",),
    ("figures",),
    ("checks",),
    ("render",),
    (PIPELINE,),
    ("console",),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

#: Modules of the pipeline that stand beside it: they know what is below and nothing else.
BESIDE = ("publish", "record")

#: Outside libraries and the rooms that may import them.
LIBRARY_ROOMS = {
    "yaml": {"content"},
    "docxtpl": {"render"},
    "docxcompose": {"render"},
    "docx": {"render"},
    "openpyxl": {"render"},
    "lxml": {"render"},
    "jinja2": {"render"},
    "markupsafe": {"render"},
    "click": {"cli", "console"},
    "zipfile": {"render"},
}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module: by which module, in which line, at the top or inside a function."""

    module: str
    line: int
    target: str
    inner: bool
    typing_only: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def modules() -> dict[str, ast.Module]:
    """Every module of the package by its dotted name below ``generator``."""
    return {
        path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", "."): ast.parse(
            path.read_text(encoding="utf-8"), str(path)
        )
        for path in sorted(PACKAGE.rglob("*.py"))
    }


MODULES = modules()


TOP = {module.partition(".")[0] for module in MODULES}


def room(module: str) -> str:
    """The room a module below ``generator`` belongs to: its first name, or the pipeline."""
    first = module.partition(".")[0]
    return first if first in FLOOR else PIPELINE


def imports() -> Iterator[Import]:
    for module, tree in MODULES.items():
        yield from _imports(module, tree, inner=False, typing_only=False)


def _imports(module: str, node: ast.AST, *, inner: bool, typing_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for name in child.names:
                yield Import(module, child.lineno, name.name, inner, typing_only)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{module}:{child.lineno}: relative imports hide the room"
            assert child.module is not None
            for name in child.names:
                yield Import(
                    module, child.lineno, f"{child.module}.{name.name}", inner, typing_only
                )
        else:
            yield from _imports(
                module,
                child,
                inner=inner or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef),
                typing_only=typing_only or _is_typing_block(child),
            )


def _is_typing_block(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )


IMPORTS = list(imports())


def reached(found: Import) -> str:
    """The module of ours that ``found`` names, by its first name; empty for other libraries."""
    parts = found.target.split(".")
    if parts[0] != "generator":
        return ""
    # `from generator import console` names a module, `from generator import __version__` a value.
    return parts[1] if len(parts) > 1 and parts[1] in TOP else "__init__"


def test_the_package_was_found_whole() -> None:
    assert {"cli", "build", "problems", "content.loader", "render.docx"} <= MODULES.keys()
    assert len(IMPORTS) > 100
    assert any(found.inner for found in IMPORTS), "imports inside functions are seen"


def test_the_house_stands_as_planned() -> None:
    planned = {name for rooms in FLOORS for name in rooms} - {PIPELINE, "toolchain", "checks"}
    assert planned <= TOP
    assert {"build", *BESIDE} <= TOP


def test_imports_point_one_way() -> None:
    wrong = []
    for found in IMPORTS:
        target, here = reached(found), found.module.partition(".")[0]
        # Types alone may be named from above: nothing of it runs.
        if not target or target == here or found.typing_only:
            continue
        inside = room(target) == room(here) == PIPELINE  # where only circles are wrong, see below
        if FLOOR[room(target)] >= FLOOR[room(here)] and not inside:
            wrong.append(str(found))
    assert wrong == []


@pytest.mark.parametrize("module", BESIDE)
def test_what_stands_beside_the_pipeline_knows_nothing_of_it(module: str) -> None:
    mine = [found for found in IMPORTS if found.module == module]
    wrong = [str(found) for found in mine if reached(found) and room(reached(found)) == PIPELINE]
    assert wrong == []


def test_no_module_is_imported_in_a_circle() -> None:
    """Inside a room too: a circle means that two files are one."""
    below: dict[str, set[str]] = {module: set() for module in MODULES}
    for found in IMPORTS:
        name = found.target.removeprefix("generator.")
        if found.typing_only or name == found.target:
            continue
        while name and name not in MODULES:
            name = name.rpartition(".")[0]
        if name and name != found.module:
            below[found.module].add(name)
    done: set[str] = set()
    while len(done) < len(below):
        free = {module for module, needs in below.items() if module not in done and needs <= done}
        assert free, f"circle among {sorted(below.keys() - done)}"
        done |= free


@pytest.mark.parametrize("library", LIBRARY_ROOMS)
def test_a_library_has_its_room(library: str) -> None:
    users = [found for found in IMPORTS if found.target.partition(".")[0] == library]
    wrong = [str(found) for found in users if room(found.module) not in LIBRARY_ROOMS[library]]
    assert wrong == []


#: What takes long to import: never while gen starts, only where a template is compiled.
HEAVY = {"docxtpl", "docxcompose", "docx", "openpyxl", "lxml"}


def test_heavy_libraries_are_imported_only_to_compile() -> None:
    """No chain of imports at the top of modules leads from the command to them."""
    heavy = {
        found.module
        for found in IMPORTS
        if found.target.partition(".")[0] in HEAVY and not found.typing_only and not found.inner
    }
    assert heavy, "someone compiles templates"
    reached, todo = set(), ["cli", "build", "render.documents", "render.docx", "render.xlsx"]
    while todo:
        module = todo.pop()
        if module in reached or module not in MODULES:
            continue
        reached.add(module)
        for found in IMPORTS:
            if found.module == module and not found.inner and not found.typing_only:
                name = found.target.removeprefix("generator.")
                todo += [name, name.rpartition(".")[0]]
    assert reached & heavy == set()


ROUNDING = {"quantize", "round", "ceil", "floor", "trunc", "to_integral_value", "getcontext"}


def test_numbers_are_rounded_in_figures_only() -> None:
    wrong = []
    for module, tree in MODULES.items():
        if room(module) == "figures":
            continue
        for node in ast.walk(tree):
            name = ""
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).rpartition(".")[2]
            elif isinstance(node, ast.alias):
                name = node.name.rpartition(".")[2]
            elif isinstance(node, ast.Attribute):
                name = node.attr if node.attr.startswith("ROUND_") else ""
            if name in ROUNDING or name.startswith("ROUND_"):
                wrong.append(f"{module}:{getattr(node, 'lineno', 0)} {name}")
    assert wrong == []


def test_amounts_are_never_floats() -> None:
    """``float(…)`` of content would lose digits that a writer typed."""
    wrong = [
        f"{module}:{node.lineno}"
        for module, tree in MODULES.items()
        if room(module) in {"content", "figures"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "float"
    ]
    assert wrong == []


def test_nothing_is_evaluated_or_unpickled() -> None:
    banned = {"eval", "exec", "pickle", "__import__", "yaml.load", "yaml.unsafe_load"}
    # Source made of the field names of our own classes, as the standard library makes it.
    allowed = {("frozen", "exec")}
    wrong = []
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or (module, ast.unparse(node.func)) in allowed:
                continue
            if ast.unparse(node.func) in banned:
                wrong.append(f"{module}:{node.lineno} {ast.unparse(node.func)}")
    wrong += [str(found) for found in IMPORTS if found.target.partition(".")[0] == "pickle"]
    assert wrong == []


def test_builtin_names_are_not_hidden() -> None:
    """A function called ``open`` or ``round`` would make the room rules above guesswork."""
    taken = {"round", "open", "float", "eval", "exec"}
    assert taken <= set(dir(builtins))
    wrong = [
        f"{module}:{node.lineno} {node.name}"
        for module, tree in MODULES.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in taken
    ]
    assert wrong == []
