"""Where things are: the workspace, its units and years, its templates and outputs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from generator.characters import forbidden, named, visible
from generator.frozen import frozen
from generator.problems import Position, Problems

CONTENT, TEMPLATES, BUILD = "content", "templates", "build"
UNIT_FILE = "unit.yaml"
#: What a person has checked of a year, beside its content.
TICKS = "核对记录.yaml"
_YEAR = re.compile(r"[0-9]{4}")
#: What tells a form set from one that only others inherit from, before anything is parsed.
_PARENT = re.compile(r"^继承[ \t]*:[ \t]*([^\s#]+)", re.MULTILINE)
_DOCUMENTS = re.compile(r"^文档[ \t]*:(?![ \t]*\[\s*\])", re.MULTILINE)
#: What a unit has to itself, before anything is parsed.
_OWN = ("名称", "代码")
_OWN_LINE = re.compile(r"^(名称|代码)[ \t]*:[ \t]*+(?!待填)([^\s#][^#\n]*)", re.MULTILINE)
#: What tells a unit that sums up others, before anything is parsed.
_GATHERS = re.compile(r"^汇总[ \t]*:", re.MULTILINE)
#: A year as people also write it.
_YEAR_SPOKEN = re.compile(r"([0-9]{4})\s*(?:年|年度)?")


@frozen
class UnitYear:
    """One unit's folder for one year.

    ``unit_id`` is the unit folder's name, empty in a workspace of a single unit
    (``content/2020/`` without a unit folder). Paths are absolute.
    """

    unit_id: str
    year: int
    unit_folder: Path
    output: Path

    @property
    def folder(self) -> Path:
        """Where this year's content files are."""
        return self.unit_folder / str(self.year)

    @property
    def previous(self) -> Path:
        """Where last year's content files would be."""
        return self.unit_folder / str(self.year - 1)

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{self.unit_id} {self.year}" if self.unit_id else str(self.year)


@frozen
class Workspace:
    """A folder that holds ``content/``; templates not found in it come with the package."""

    root: Path
    build_folder: Path

    @property
    def content(self) -> Path:
        """The folder of all units."""
        return self.root / CONTENT

    def name_of(self, path: Path) -> str:
        """``path`` as messages show it: below the workspace with forward slashes."""
        for base in (self.root, packaged_templates().parent):
            if path.is_relative_to(base):
                return visible(path.relative_to(base).as_posix())
        return visible(path.as_posix())

    def holds(self, path: Path) -> bool:
        """Whether ``path``, its links followed, lies in the workspace or the packaged templates."""
        try:
            real = path.resolve()
        except (OSError, RuntimeError):  # a link that leads to itself
            return False
        return any(
            real.is_relative_to(base.resolve()) for base in (self.root, packaged_templates())
        )

    def template(self, relative: str) -> Path | None:
        """The template file ``relative``; the workspace's own wins over the packaged one.

        None when there is none, or when the name would lead out of the templates folder.
        """
        for base in (self.root / TEMPLATES, packaged_templates()):
            path = base / relative
            with suppress(OSError, ValueError):  # names that no file can have
                if path.is_file() and path.resolve().is_relative_to(base.resolve()):
                    return path
        return None

    def form_sets(self, *, bases: bool = False) -> list[str]:
        """Names of the form sets that a unit can name.

        ``bases``: also of those without documents that others inherit from.
        """
        names = {
            path.stem
            for base in (self.root / TEMPLATES, packaged_templates())
            for path in base.glob("*.yaml")
        }
        texts = {name: self._text(f"{name}.yaml") for name in names}
        inherited = {parent for text in texts.values() for parent in _PARENT.findall(text)}
        return sorted(
            name for name, text in texts.items()
            if bases or name not in inherited or _DOCUMENTS.search(text)
        )  # fmt: skip

    def _text(self, relative: str) -> str:
        path = self.template(relative)
        with suppress(OSError, UnicodeError):
            return path.read_text(encoding="utf-8") if path is not None else ""
        return ""

    def unit_years(self, year: int) -> list[UnitYear]:
        """Every unit that has a folder for ``year``, by unit id."""
        if (self.content / str(year)).is_dir() and not self._of_units():
            return [self._unit_year("", self.content, year)]
        return [
            self._unit_year(folder.name, folder, year)
            for folder in _folders(self.content)
            if (folder / str(year)).is_dir()
        ]

    def _unit_year(self, unit_id: str, folder: Path, year: int) -> UnitYear:
        output = self.build_folder / str(year)
        return UnitYear(unit_id, year, folder, output / unit_id if unit_id else output)

    def units(self) -> list[str]:
        """Ids of all units with content of any year."""
        return [folder.name for folder in _folders(self.content) if not _lone_year(folder)]

    def sums_up(self, target: UnitYear) -> bool:
        """Whether ``target`` is made of what other units made (汇总)."""
        with suppress(OSError, UnicodeError):
            return bool(_GATHERS.search((target.unit_folder / UNIT_FILE).read_text("utf-8-sig")))
        return False

    def summed(self, target: UnitYear) -> list[UnitYear]:
        """The unit-years beside ``target`` that it may sum up."""
        return [one for one in self.unit_years(target.year) if not self.sums_up(one)]

    def _of_units(self) -> bool:
        """Whether ``content/`` holds unit folders instead of being one itself."""
        if (self.content / UNIT_FILE).is_file():
            return False
        return any(
            (folder / UNIT_FILE).is_file()
            for folder in _folders(self.content)
            if not _lone_year(folder)
        )

    def years(self, units: Sequence[str] = ()) -> list[int]:
        """Years that some unit (of ``units``, if given) has a folder for."""
        homes = [self.content / unit for unit in units] or _folders(self.content)
        if not units and not self._of_units():
            homes.append(self.content)
        return sorted({
            int(folder.name)
            for home in homes
            for folder in _folders(home)
            if _is_year(folder)
        })  # fmt: skip

    def stray_years(self) -> list[Path]:
        """Year folders beside the unit folders instead of in one; nothing reads them."""
        if not self._of_units():
            return []
        return [folder for folder in _folders(self.content) if _lone_year(folder)]

    def unreadable(self) -> Iterator[tuple[Path, str]]:
        """Folders whose names no document can hold, each with its first such character."""
        for home in (self.content, *_folders(self.content)):
            for folder in _all_folders(home):
                if char := forbidden(folder.name):
                    yield folder, named(char)

    def misnamed_years(self) -> Iterator[tuple[Path, str]]:
        """Folders such as ``2020年`` that nothing reads, each with the year it is meant for."""
        homes = [self.content / unit for unit in self.units()]
        for home in homes if self._of_units() else [self.content, *homes]:
            for folder in _folders(home):
                year = _meant_year(folder)
                if year and year != folder.name and not (home / year).exists():
                    yield folder, year


def _folders(parent: Path) -> list[Path]:
    """The folders in ``parent`` that can be read, by name."""
    return [folder for folder in _all_folders(parent) if not forbidden(folder.name)]


def _all_folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(
        (path for path in parent.iterdir() if path.is_dir() and not path.name.startswith(".")),
        key=lambda path: path.name,
    )


def _is_year(folder: Path) -> bool:
    return _YEAR.fullmatch(folder.name) is not None


def meant_year(name: str) -> str:
    """The year that ``name`` means, however it is written; else empty."""
    spoken = _YEAR_SPOKEN.fullmatch(unicodedata.normalize("NFKC", name).strip())
    return spoken[1] if spoken else ""


def _meant_year(folder: Path) -> str:
    return meant_year(folder.name)


def _lone_year(folder: Path) -> bool:
    """Whether ``folder`` is a year's rather than a unit's that happens to be called like one."""
    return bool(_meant_year(folder)) and not any(map(_is_year, _folders(folder)))


def check_years(workspace: Workspace, problems: Problems) -> None:
    """Report folders that nothing reads: in the wrong place, or under a wrong name."""
    for folder, char in workspace.unreadable():
        name = workspace.name_of(folder)
        problems.add("L141", Position(name), name=visible(folder.name), char=char)
    for folder in workspace.stray_years():
        name = workspace.name_of(folder)
        problems.add("L136", Position(name), name=name, year=_meant_year(folder))
    for folder, year in workspace.misnamed_years():
        at = Position(workspace.name_of(folder))
        problems.add("L137", at, name=folder.name, why=why_misnamed(folder), year=year)


def check_units(workspace: Workspace, targets: Sequence[UnitYear], problems: Problems) -> None:
    """Report units that share a name or a code, as a copied folder does."""
    seen: dict[str, dict[str, str]] = {key: {} for key in _OWN}
    asked = {target.unit_id for target in targets}
    for unit in workspace.units():
        path = workspace.content / unit / UNIT_FILE
        text = ""
        with suppress(OSError, UnicodeError):
            text = path.read_text(encoding="utf-8-sig")
        given = {
            found[1]: (found[2].strip().strip("\"'"), found) for found in _OWN_LINE.finditer(text)
        }
        same = {
            key: (value, found, seen[key][value])
            for key, (value, found) in given.items()
            if value and value in seen[key]
        }
        if same and asked & {unit, *(other for _, _, other in same.values())}:
            value, found, other = next(iter(same.values()))
            what = "和".join(key for key, one in same.items() if one[2] == other)
            at = Position(workspace.name_of(path), text.count("\n", 0, found.start()) + 1, 1)
            problems.add("L146", at, name=unit, what=what, other=other, found=value)
        for key, (value, _) in given.items():
            seen[key].setdefault(value, unit)


def why_misnamed(folder: Path) -> str:
    """What is wrong with the name of a year's folder."""
    plain = unicodedata.normalize("NFKC", folder.name) == folder.name
    return "只写四位数字" if plain else "要用半角数字，这里是全角的"


@cache
def packaged_templates() -> Path:
    """The templates that come with gen: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "data" / TEMPLATES
    return inside if inside.is_dir() else package.parent / TEMPLATES


def find(start: Path, *, output: Path | None = None) -> Workspace | None:
    """The nearest folder upward from ``start`` that holds ``content/``."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / CONTENT).is_dir():
            return Workspace(folder, output.resolve() if output else folder / BUILD)
    return None
