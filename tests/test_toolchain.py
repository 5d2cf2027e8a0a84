"""What decides whether compiled templates and finished files are still good."""

from __future__ import annotations

from pathlib import Path

from generator import toolchain

PACKAGE = Path(toolchain.__file__).parent


def test_every_module_of_the_package_counts() -> None:
    counted = {state.split(":")[0] for state in toolchain.module_states(PACKAGE)}
    there = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}
    assert counted == {name for name in there if not name.startswith("data/")}
    assert len(counted) > 100


def test_a_module_in_a_nested_folder_counts(tmp_path: Path) -> None:
    deep = tmp_path / "render" / "docx" / "compile"
    deep.mkdir(parents=True)
    (tmp_path / "data" / "templates").mkdir(parents=True)
    (tmp_path / "data" / "templates" / "helper.py").write_text("1")
    (deep / "looks.py").write_text("a = 1")
    before = set(toolchain.module_states(tmp_path))
    (deep / "looks.py").write_text("a = 12")
    after = set(toolchain.module_states(tmp_path))
    assert {state.split(":")[0] for state in before} == {"render/docx/compile/looks.py"}
    assert before != after
