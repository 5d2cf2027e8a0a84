"""The house plan: imports point one way, and each kind of work has its room.

Every module of the package is read as a syntax tree, so imports inside functions count as well.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import generator
from generator.formats import registry

PACKAGE = Path(generator.__file__).resolve().parent

#: Rooms from the ground up. A module belongs to the room with the longest name that it begins
#: with, and imports from its own room or from rooms on lower floors. Rooms that share a floor know
#: nothing of one another.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("__init__", "frozen"),
    ("characters", "reserved", "same"),
    ("problems",),
    ("disk", "workspace", "toolchain", "reading", "formats.registry", "office"),
    ("content.yaml", "language.tags"),
    ("content.blanks", "content.measures"),
    ("content.model",),
    ("content.schema",),
    ("content.values",),
    ("content.entries",),
    ("content.facts", "content.waivers"),
    ("content.tables",),
    ("content.form_set",),
    ("content",),
    ("figures",),
    ("language",),
    ("checks",),
    ("records",),
    ("formats",),
    ("formats.docx", "formats.xlsx"),
    ("formats.docx.xml",),
    ("formats.docx.annexes",),
    ("formats.docx.compile", "formats.xlsx.compile"),
    ("formats.docx.format", "formats.xlsx.format"),
    ("build.publish",),
    ("build.standing",),
    ("build",),
    ("batch",),
    ("history", "audit"),
    ("importing",),
    ("pulling", "redline"),
    ("review",),
    ("starting",),
    ("cli.progress", "cli.streams"),
    ("cli.console",),
    ("cli",),
    ("cli.verbs",),
    ("cli.commands",),
    ("__main__",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

#: What a room may hold at most: beyond that nobody finds anything in it.
MODULES_IN_A_FOLDER = 15

#: Outside libraries and the rooms that may import them.
LIBRARY_ROOMS = {
    "yaml": {"content.yaml"},
    "docxtpl": {"formats.docx.compile"},
    "openpyxl": {"formats.xlsx.compile"},
    "lxml": {"formats.docx.xml", "formats.docx.compile", "formats.docx.annexes", "redline"},
    "jinja2": {
        "language",
        "formats.docx",
        "formats.docx.compile",
        "formats.xlsx",
        "formats.xlsx.compile",
        "build",
    },
    "markupsafe": {"language", "formats.docx", "formats.xlsx"},
    "click": {"cli", "cli.console", "cli.verbs", "cli.commands"},
    "zipfile": {"reading"},
    "pdfplumber": {"reading"},
    "python_calamine": {"reading"},
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


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its dotted name below ``generator``."""
    return {
        path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", "."): ast.parse(
            path.read_text(encoding="utf-8"), str(path)
        )
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def room(module: str) -> str:
    """The room of a module, by the longest name that it begins with."""
    steps = module.split(".")
    names = [".".join(steps[:count]) for count in range(len(steps), 0, -1)]
    return next(name for name in names if name in FLOOR)


def folder(module: str) -> str:
    """The folder a module stands in; a package is a module of its own folder."""
    return module.rpartition(".")[0]


@cache
def imports() -> tuple[Import, ...]:
    return tuple(
        found
        for module, tree in modules().items()
        for found in _imports(module, tree, inner=False, typing_only=False)
    )


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


def reached(found: Import) -> str:
    """The module of ours that ``found`` names; empty for other libraries."""
    if found.target.partition(".")[0] != "generator":
        return ""
    name = found.target.removeprefix("generator").lstrip(".")
    # `from generator import frozen` names a module, `from generator import __version__` a value.
    while name and name not in modules():
        if f"{name}.__init__" in modules():
            return f"{name}.__init__"
        name = name.rpartition(".")[0]
    return name or "__init__"


@pytest.mark.long
def test_the_package_was_found_whole() -> None:
    assert {"cli.commands", "build.pipeline", "problems.__init__", "formats.docx.render"} <= set(
        modules()
    )
    assert len(imports()) > 100
    assert any(found.inner for found in imports()), "imports inside functions are seen"


def test_every_module_has_a_room_and_every_room_modules() -> None:
    assert {room(module) for module in modules()} == set(FLOOR)


def test_no_folder_is_a_hall() -> None:
    held = Counter(folder(module) for module in modules() if not module.endswith("__init__"))
    assert {name: n for name, n in held.items() if n > MODULES_IN_A_FOLDER} == {}


def test_imports_point_one_way() -> None:
    wrong = []
    for found in imports():
        target = reached(found)
        # Types alone may be named from above: nothing of it runs.
        if not target or found.typing_only or room(target) == room(found.module):
            continue
        if FLOOR[room(target)] >= FLOOR[room(found.module)]:
            wrong.append(str(found))
    assert wrong == []


def test_no_module_is_imported_in_a_circle() -> None:
    """Inside a room too: a circle means that two files are one."""
    below: dict[str, set[str]] = {module: set() for module in modules()}
    for found in imports():
        name = reached(found)
        if name and not found.typing_only and name != found.module:
            below[found.module].add(name)
    done: set[str] = set()
    while len(done) < len(below):
        free = {module for module, needs in below.items() if module not in done and needs <= done}
        assert free, f"circle among {sorted(below.keys() - done)}"
        done |= free


@pytest.mark.parametrize("library", LIBRARY_ROOMS)
def test_a_library_has_its_room(library: str) -> None:
    users = [found for found in imports() if found.target.partition(".")[0] == library]
    wrong = [str(found) for found in users if room(found.module) not in LIBRARY_ROOMS[library]]
    assert wrong == []


#: What takes long to import: never while gen starts, only where a template is compiled.
HEAVY = {"docxtpl", "openpyxl", "lxml"}


def test_heavy_libraries_are_imported_only_to_compile() -> None:
    """No chain of imports at the top of modules leads from the command to them."""
    heavy = {
        found.module
        for found in imports()
        if found.target.partition(".")[0] in HEAVY and not found.typing_only and not found.inner
    }
    assert heavy, "someone compiles templates"
    seen, todo = (
        set(),
        [
            "cli.commands",
            "build.pipeline",
            "build.documents",
            *(entry.module.removeprefix("generator.") for entry in registry.FORMATS.values()),
        ],
    )
    while todo:
        module = todo.pop()
        if module in seen or module not in modules():
            continue
        seen.add(module)
        for found in imports():
            if found.module == module and not found.inner and not found.typing_only:
                todo.append(reached(found))
    assert seen & heavy == set()


ROUNDING = {"quantize", "round", "ceil", "floor", "trunc", "to_integral_value", "getcontext"}


def test_numbers_are_rounded_in_figures_only() -> None:
    wrong = []
    for module, tree in modules().items():
        if module.startswith("figures."):
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
        for module, tree in modules().items()
        if module.startswith(("content.", "figures."))
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
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or (module, ast.unparse(node.func)) in allowed:
                continue
            if ast.unparse(node.func) in banned:
                wrong.append(f"{module}:{node.lineno} {ast.unparse(node.func)}")
    wrong += [str(found) for found in imports() if found.target.partition(".")[0] == "pickle"]
    assert wrong == []


def test_builtin_names_are_not_hidden() -> None:
    """A function called ``open`` or ``round`` would make the room rules above guesswork."""
    taken = {"round", "open", "float", "eval", "exec"}
    assert taken <= set(dir(builtins))
    wrong = [
        f"{module}:{node.lineno} {node.name}"
        for module, tree in modules().items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in taken
    ]
    assert wrong == []


TESTS = Path(__file__).resolve().parent
#: Folders of tests that concern several rooms, or none.
ACROSS = {"acceptance", "broken", "docs", "golden", "kit", "long", "mistakes"}


def test_tests_stand_in_folders_named_after_rooms() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    folders = {path.name for path in TESTS.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders - ACROSS <= rooms


def test_tests_share_through_the_kit_only() -> None:
    """Helpers of a test file are its own; what two need stands in ``tests/kit``."""
    files = {path.stem: path for path in TESTS.rglob("test_*.py")}
    assert len(files) == len(list(TESTS.rglob("test_*.py"))), "one name, one file"
    wrong = [
        f"{path.relative_to(TESTS)} imports {found.target}"
        for stem, path in files.items()
        for found in _imports(
            stem, ast.parse(path.read_text("utf-8")), inner=False, typing_only=False
        )
        if files.keys() & set(found.target.split("."))
    ]
    assert wrong == []
