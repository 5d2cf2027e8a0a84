"""``gen init``: a workspace whose draft builds at once; nothing that is there is ever changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import generator
from generator import disk
from generator.content.blanks import FILL
from generator.content.form_set.inherit import load_form_set
from generator.content.model import FormSet
from generator.frozen import frozen
from generator.problems import Position, Problems, reason
from generator.starting import editor
from generator.starting.starters import STARTERS, starter
from generator.workspace import BUILD, CONTENT, TEMPLATES, UNIT_FILE, Workspace, packaged_templates

#: What a double click on Windows runs. The folder may be on another drive, its name in Chinese;
#: gen may be installed without its command being found. cmd.exe wants CRLF and, here, ASCII.
_BATCH: Final = (
    '@echo off\r\ncd /d "%~dp0"\r\nwhere gen >nul 2>nul\r\nif errorlevel 1 goto python\r\n'
    "gen {verb}\r\ngoto end\r\n:python\r\npy -m generator {verb}\r\n:end\r\npause\r\n"
)
BATCHES: Final[Mapping[str, str]] = {"生成.bat": "build", "检查.bat": "check"}
_IGNORED: Final = f"{BUILD}/\n"
_DEFAULT_UNIT: Final = "danwei"


class Refused(Exception):
    """The workspace cannot be made so; ``hint`` says what to do. Nothing was written."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@frozen
class Wish:
    """What a new workspace is to hold.

    ``unit`` is the folder of the unit, empty for a name made of ``short``. ``forms``: the form
    set's name, or the path of its file in another workspace. ``sample``: the samples of gen
    instead of a new unit; ``own_templates``: the templates as well, to be changed.
    """

    folder: Path
    unit: str
    name: str
    short: str
    year: int
    forms: str
    sample: bool = False
    own_templates: bool = False


@frozen
class Made:
    """The workspace, the unit's folder, the files written; ``kept``: what was left alone.

    ``years``: the newest year of each unit that was written.
    """

    root: Path
    unit: str
    years: tuple[int, ...]
    files: tuple[str, ...]
    kept: tuple[str, ...]


def form_sets(folder: Path) -> list[tuple[str, str]]:
    """The form sets that a workspace in ``folder`` can use: name and full name."""
    workspace = _workspace(folder)
    found = []
    for key in workspace.form_sets():
        form_set = load_form_set(workspace, key, Position(f"{key}.yaml"), Problems())
        found.append((key, form_set.name if form_set is not None else ""))
    return found


def check_folder(folder: Path) -> None:
    """Raise ``Refused`` when no workspace can be made, or added to, in ``folder``."""
    root = folder.resolve()
    if root.exists() and not root.is_dir():
        raise Refused(f"“{folder}”是一个文件，不是文件夹。", "请换一个名称。")
    for above in root.parents:
        if (above / CONTENT).is_dir() and not (root / CONTENT).is_dir():
            raise Refused(
                f"“{above}”已经是一个工作区，不要在它里面再建一个。",
                f"要加一个单位，请运行 gen init \"{above}\" --unit 单位文件夹名。",
            )  # fmt: skip


def make(wish: Wish) -> Made:
    """Write the workspace; raises ``Refused`` and ``OSError``.

    Everything is made before anything is written; files of a workspace that is already there
    stay, and a unit that is there is not made again.
    """
    check_folder(wish.folder)
    root = wish.folder.resolve()
    files: dict[str, bytes] = dict(_brought_along(wish))
    workspace = _workspace(root)
    unit = wish.unit or _folder_name(wish.short) or _DEFAULT_UNIT
    if wish.sample:
        files |= _samples(wish.forms)
    else:
        form_set = _form_set(wish, workspace, files)
        files |= _unit(wish, workspace, form_set, unit)
    if wish.own_templates:
        files |= _templates(workspace, files)
    own = {name: _BATCH.format(verb=verb).encode() for name, verb in BATCHES.items()}
    own[".gitignore"] = _IGNORED.encode()
    own |= editor.files()
    fresh = {name: data for name, data in own.items() if not (root / name).exists()}
    _write(root, {**files, **fresh})
    written, kept = sorted({**files, **fresh}), sorted(set(own) - set(fresh))
    return Made(root, unit, _newest_years(files), tuple(written), tuple(kept))


def _newest_years(files: Iterable[str]) -> tuple[int, ...]:
    newest: dict[str, int] = {}
    for name in files:
        if match := re.match(rf"{CONTENT}/([^/]+)/([0-9]{{4}})/", name):
            newest[match[1]] = max(newest.get(match[1], 0), int(match[2]))
    return tuple(sorted(set(newest.values())))


def _workspace(root: Path) -> Workspace:
    return Workspace(root, root / BUILD)


def _folder_name(short: str) -> str:
    """A folder named after the unit; nothing that a disk or a shell stumbles over."""
    name = "" if short.startswith(FILL) else re.sub(r'[\s\\/:*?"<>|.]+', "", short)
    return "" if re.fullmatch("[0-9]{4}", name) else name


def _form_set(wish: Wish, workspace: Workspace, files: Mapping[str, bytes]) -> FormSet:
    """The form set asked for; one that comes along is read where it lies."""
    known = workspace.form_sets()
    key, home = wish.forms, workspace
    if files:
        path = Path(wish.forms)
        key, home = path.stem, _workspace(path.resolve().parent.parent)
    elif key not in known:
        raise Refused(f"没有套表“{key}”。", f"可以用的：{'、'.join(known)}。")
    problems = Problems()
    found = load_form_set(home, key, Position(f"{TEMPLATES}/{key}.yaml"), problems)
    if found is None or problems.failed:
        first = next(iter(problems.sorted()), None)
        told = f"{first.at}：{first.message}" if first is not None else ""
        raise Refused(f"套表“{key}”用不了。{told}")
    return found


def _unit(wish: Wish, workspace: Workspace, form_set: FormSet, unit: str) -> dict[str, bytes]:
    home = f"{CONTENT}/{unit}"
    if (workspace.root / home).exists():
        raise Refused(
            f"“{home}”已经有了，没有动它。",
            "要再建一个单位，请用 --unit 换一个文件夹名；要建新的年度，用 gen new。",
        )
    if (there := workspace.units()) and not (wish.unit or wish.short or wish.name):
        raise Refused(
            f"这里已经是一个工作区，有{len(there)}个单位（{_listed(there, '')}），没有动它。",
            "要再加一个单位，请写 --unit 单位文件夹名；要建新的年度，用 gen new。",
        )
    if workspace.years() and not workspace.units():
        raise Refused("这个工作区只有一个单位，年度直接放在 content 里。", "请另建一个工作区。")
    words = {
        "名称": wish.name or FILL, "简称": wish.short or FILL, "套表": form_set.key,
        "年度": str(wish.year), "上年度": str(wish.year - 1), "下年度": str(wish.year + 1),
    }  # fmt: skip
    made = starter(_home_of(wish, workspace), form_set, words)
    out = {}
    for name, text in made.items():
        place = name if name == UNIT_FILE else f"{wish.year}/{name}"
        out[f"{home}/{place}"] = text.encode()
    return out


def _home_of(wish: Wish, workspace: Workspace) -> Workspace:
    path = Path(wish.forms)
    return _workspace(path.resolve().parent.parent) if path.suffix == ".yaml" else workspace


# Templates


def _brought_along(wish: Wish) -> Iterator[tuple[str, bytes]]:
    """The files of a form set that lies in another workspace."""
    path = Path(wish.forms)
    if path.suffix != ".yaml" or wish.sample:
        return
    if not path.is_file() or path.resolve().parent.name != TEMPLATES:
        raise Refused(
            f"没有套表文件“{wish.forms}”。",
            f"请写套表的名称，或者别的工作区里 {TEMPLATES} 文件夹中的 .yaml 文件。",
        )
    base = path.resolve().parent
    yield from _files_of(_workspace(base.parent), path.stem, base)


def _files_of(home: Workspace, key: str, base: Path) -> Iterator[tuple[str, bytes]]:
    """What ``key`` is made of, as far as it lies in ``base``: form sets, templates, starters."""
    form_set = load_form_set(home, key, Position(f"{key}.yaml"), Problems())
    if form_set is None:
        raise Refused(f"套表“{key}”读不了。")
    names = [f"{name}.yaml" for name in form_set.lineage]
    names += [path for document in form_set.documents for path in document.templates.values()]
    for name in form_set.lineage:
        folder = base / STARTERS / name
        names += [p.relative_to(base).as_posix() for p in folder.rglob("*") if p.is_file()]
    for name in dict.fromkeys(names):
        path = base / name
        if path.is_file() and path.resolve().is_relative_to(base.resolve()):
            yield f"{TEMPLATES}/{name}", disk.read(path.resolve())


def _templates(workspace: Workspace, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The templates of gen that the units of the workspace use, for those that change them."""
    used = {
        match[1]
        for name, data in files.items() if name.endswith(f"/{UNIT_FILE}")
        for match in re.finditer(r"^套表:[ \t]*(\S+)", data.decode(), re.MULTILINE)
    }  # fmt: skip
    out: dict[str, bytes] = {}
    for key in sorted(used):
        out |= dict(_files_of(workspace, key, packaged_templates()))
    there = {name for name in out if (workspace.root / name).exists()} | set(files)
    return {name: data for name, data in out.items() if name not in there}


# The samples of gen


def _samples(forms: str) -> dict[str, bytes]:
    package = Path(generator.__file__).parent
    inside = package / "data" / CONTENT
    base = inside if inside.is_dir() else package.parent / CONTENT
    out = {}
    for unit in sorted(base.iterdir()):
        file = unit / UNIT_FILE
        if not file.is_file():
            continue
        uses = re.search(r"^套表:[ \t]*(\S+)", file.read_text("utf-8"), re.MULTILINE)
        if forms and (uses is None or uses[1] != forms):
            continue
        for path in sorted(unit.rglob("*")):
            if path.is_file():
                out[f"{CONTENT}/{path.relative_to(base).as_posix()}"] = path.read_bytes()
    if not out:
        raise Refused(f"套表“{forms}”没有样例。")
    return out


# Writing


def _write(root: Path, files: Mapping[str, bytes]) -> None:
    taken = [name for name in files if (root / name).exists()]
    if taken:
        raise Refused(f"这些文件已经有了，没有动：{_listed(taken)}。", "请换一个空的文件夹。")
    written: list[str] = []
    try:
        for name, data in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            disk.write_new(path, data)
            written.append(name)
    except OSError as error:
        told = f"已经写了：{_listed(written)}。" if written else "什么也没有写。"
        raise Refused(f"“{name}”写不进去：{reason(error)}。{told}") from error


def _listed(names: Iterable[str], counted: str = "个文件") -> str:
    names = list(names)
    more = f"等{len(names)}{counted}" if counted else "……"
    return "、".join(names[:5]) + (more if len(names) > 5 else "")
