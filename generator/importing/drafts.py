"""Content files while they are changed: what stands where, what is put there; nothing on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

from generator import disk
from generator.content import blanks
from generator.content.loader import FACTS, FIGURES, INDICATORS, PROJECTS
from generator.content.yaml import edit
from generator.content.yaml.hygiene import read_text
from generator.content.yaml.nodes import MAX_FILE_BYTES
from generator.importing.model import Origin
from generator.problems import Problems
from generator.workspace import UNIT_FILE, UnitYear, Workspace

#: Names below one another, texts at the ends.
Tree: TypeAlias = "dict[str, Tree | str]"
_BOM: Final = b"\xef\xbb\xbf"
_DEEPEST: Final = 3


class Unwritable(Exception):
    """A content file that cannot be read, and so is not touched; the text is its name."""


class File:
    """A content file: as it stands on disk, as it will be."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.state: disk.Mark | None = None
        self._raw = b""
        self.before = self.text = ""
        if path.exists() or path.is_symlink():
            self._read()
        self._whole: edit.Spot | None = None
        self._of: str | None = None
        self._open: tuple[str, frozenset[tuple[int, int]]] | None = None

    def _read(self) -> None:
        try:
            self._raw, self.state = disk.look(self.path)
        except OSError as error:
            raise Unwritable(self.name) from error
        problems = Problems()
        text = read_text(self.path, self.name, MAX_FILE_BYTES, problems)
        if text is None or b"\x00" in self._raw:
            raise Unwritable(self.name)
        try:
            edit.locate(text)
        except edit.EditError as error:
            raise Unwritable(self.name) from error
        self.before = self.text = text

    @property
    def whole(self) -> edit.Spot | None:
        """Where everything stands now."""
        if self._of != self.text:
            self._whole, self._of = edit.locate(self.text), self.text
        return self._whole

    def at(self, path: edit.Path) -> edit.Spot | None:
        """What stands at ``path``."""
        return self.whole.at(path) if self.whole is not None else None

    def _open_places(self) -> frozenset[tuple[int, int]]:
        """Lines and columns of values that are still to be filled in, or only examples."""
        if self._open is None or self._open[0] != self.text:
            found = blanks.in_yaml(self.text, self.name)
            self._open = self.text, frozenset((b.at.line, b.at.column) for b in found)
        return self._open[1]

    def is_open(self, spot: edit.Spot) -> bool:
        """Whether a value says that it is still to come."""
        if blanks.is_unfilled(spot.text) or not spot.text.strip():
            return True
        line = self.text.count("\n", 0, spot.start) + 1
        column = spot.start - (self.text.rfind("\n", 0, spot.start) + 1) + 1
        return (line, column) in self._open_places()

    def add(self, tree: Tree, note: str) -> None:
        """Names that are not there yet, at the end."""
        lines = "\n".join(lined(tree))
        head = "" if self.text.strip() else f"# {note}\n"
        lone = all(isinstance(below, str) for below in tree.values())
        above = self.whole
        last = list(above.below.values())[-1:] if above is not None else []
        apart = "\n" if lone and last and last[0].kind == "scalar" else "\n\n"
        body = self.text.rstrip("\n") + apart if self.text.strip() else ""
        new = f"{body}{head}{lines}\n"
        before = edit.said(edit.locate(self.text)) if self.text.strip() else {}
        if edit.said(edit.locate(new)) != {**(before if isinstance(before, dict) else {}), **tree}:
            raise edit.EditError(f"{self.name}: cannot be added")
        self.text = new

    def data(self) -> bytes:
        """The new bytes: line ends and mark of the beginning as before."""
        end = "\r\n" if b"\r\n" in self._raw else "\n"
        data = self.text.replace("\n", end).encode()
        return _BOM + data if self._raw.startswith(_BOM) else data


def lined(tree: Mapping[str, Tree | str], depth: int = 0) -> list[str]:
    """Names and values as lines; the cells of a row stand on one."""
    out: list[str] = []
    lead = "  " * depth
    for name, below in tree.items():
        key = edit.typed(name)
        if isinstance(below, str):
            out.append(f"{lead}{key}: {edit.typed(below, indent=2 * depth + 2)}")
        elif depth and all(isinstance(v, str) and len(v) < 20 for v in below.values()):
            cells = ", ".join(
                f"{edit.typed(k, flow=True)}: {edit.typed(str(v), flow=True)}"
                for k, v in below.items()
            )
            out.append(f"{lead}{key}: {{{cells}}}")
        else:
            out += [f"{lead}{key}:", *lined(below, depth + 1)]
    return out


class Drafts:
    """The content files of a unit-year, and where imported values went."""

    def __init__(self, workspace: Workspace, target: UnitYear) -> None:
        self.workspace, self.target = workspace, target
        self.files: dict[str, File] = {}
        self.origins: dict[tuple[str, edit.Path], tuple[str, Origin]] = {}
        for name in (UNIT_FILE, FACTS, FIGURES, INDICATORS):
            self.file(name)
        folder = target.folder / PROJECTS
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            self.file(f"{PROJECTS}/{path.name}")

    def file(self, name: str) -> File:
        """The file ``name`` of the year, there or not."""
        if name not in self.files:
            home = self.target.unit_folder if name == UNIT_FILE else self.target.folder
            path = home / name
            if (path.exists() or path.is_symlink()) and not self.workspace.holds(path):
                raise Unwritable(self.workspace.name_of(path))
            self.files[name] = File(path, self.workspace.name_of(path))
        return self.files[name]

    def projects(self) -> dict[str, str]:
        """The file of each project by its name; of one without a name its file's."""
        found = {}
        for name, file in self.files.items():
            if name.startswith(f"{PROJECTS}/"):
                spot = file.at(("名称",))
                called = spot.text.strip() if spot is not None else ""
                found[called or Path(name).stem] = name
        return found

    def changed(self) -> list[File]:
        """The files that will differ."""
        return [file for file in self.files.values() if file.text != file.before]
