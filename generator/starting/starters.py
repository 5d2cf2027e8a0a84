"""What a new unit begins with: the content files of its form set, ready to be filled in.

A form set brings its own (``templates/起步/<name>/``), or it inherits from one that does. For any
other its templates tell what they print, its scoring what it asks for: see ``skeleton``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from generator.content import blanks
from generator.content.loader import PROJECTS
from generator.content.model import FormSet
from generator.starting import skeleton
from generator.workspace import TEMPLATES, Workspace, packaged_templates

#: Where starters stand below ``templates``, and that which serves for any form set.
STARTERS, ANY = "起步", "通用"
_WORD: Final = re.compile("〔([\u4e00-\u9fff]+)〕")
#: A line that a starter marks as an example: the remark takes on what it is an example of.
_EXAMPLE: Final = re.compile(rf"(.*\S)([ \t]+#[ \t]*{blanks.EXAMPLE})[ \t]*")


def starter(workspace: Workspace, form_set: FormSet, words: Mapping[str, str]) -> dict[str, str]:
    """Name → text of each content file, ``words`` put in; ``unit.yaml`` among them."""
    for name in form_set.lineage:
        folder = _folder(workspace, name)
        if folder is not None:
            files = dict(_read(folder))
            break
    else:
        general = _folder(workspace, ANY)
        assert general is not None  # comes with gen
        files = skeleton.filled(dict(_read(general)), workspace, form_set)
    return {_put(name, words): _marked(_put(text, words), name) for name, text in files.items()}


def _folder(workspace: Workspace, name: str) -> Path | None:
    for base in (workspace.root / TEMPLATES, packaged_templates()):
        folder = base / STARTERS / name
        if folder.is_dir() and folder.resolve().is_relative_to(base.resolve()):
            return folder
    return None


def _read(folder: Path) -> Iterator[tuple[str, str]]:
    """The files of a starter; of folders in it only that of the projects."""
    for path in sorted([*folder.glob("*"), *folder.glob(f"{PROJECTS}/*")]):
        if path.is_file() and path.suffix in (".yaml", ".md") and not path.name.startswith("."):
            name = path.relative_to(folder).as_posix()
            yield name, path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")


def _put(text: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda match: words.get(match[1], match[0]), text)


def _marked(text: str, name: str) -> str:
    """``text`` whose examples say what they are examples of, so that a change is noticed."""
    if not name.endswith(".yaml"):
        return text
    lines = text.split("\n")
    for number, typed in blanks.values_by_line(text).items():
        match = _EXAMPLE.fullmatch(lines[number])
        if match and not lines[number].lstrip().startswith(("#", "- 一级")):
            lines[number] = f"{match[1]}{match[2]}：{blanks.values(typed)}"
    return "\n".join(lines)
