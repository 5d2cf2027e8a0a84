"""``gen diff --save 花脸稿.docx``: which two files are compared, and where the outcome goes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from generator import disk
from generator.build.pipeline import examine
from generator.history import versions
from generator.history.versions import BEFORE, LAST, NOW, Named, VersionError
from generator.problems import Problems
from generator.records import record
from generator.records.compare import Difference
from generator.redline import summary
from generator.redline.documents import Unfit, redlined
from generator.redline.wish import Wish
from generator.redline.workbooks import marked
from generator.workspace import UnitYear, Workspace

_KINDS: Final = {".docx": "Word ", ".xlsx": "Excel "}


def save(
    workspace: Workspace, target: UnitYear, two: tuple[Named, Named], difference: Difference,
    wish: Wish,
) -> str:  # fmt: skip
    """Save one document of the newer version with what changed since the older one; its name.

    Raises ``VersionError`` where a version keeps no files, nothing changed, or the name is taken
    or of another kind; ``OSError``.
    """
    path = wish.path
    if path.suffix.lower() not in _KINDS:
        raise VersionError(f"花脸稿是 Word 或 Excel 文件，文件名应以 {' 或 '.join(_KINDS)} 结尾。")
    if os.path.lexists(path):
        raise VersionError(f"“{path}”已经有了，没有覆盖它。请换一个文件名，或先把它移走。")
    old, new = (_files(workspace, target, one) for one in two)
    name, before = _chosen(old, new, difference, wish)
    try:
        if path.suffix.lower() == ".docx":
            first = summary.page(difference) if wish.listed else ""
            data = redlined(old[before], new[name], wish.signed, first)
        else:
            data = marked(old[before], new[name], wish.signed)
    except Unfit as error:
        raise VersionError(f"{name} 比不了：{error}。") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.save_new(path, data)
    return name


def _chosen(
    old: Mapping[str, bytes], new: Mapping[str, bytes], difference: Difference, wish: Wish
) -> tuple[str, str]:
    """The document and what it was called."""
    kind = wish.path.suffix.lower()
    was = {now: before for before, now in difference.renamed}
    there = [name for name in new if name.endswith(kind) and was.get(name, name) in old]
    if wish.document:
        there = [n for n in there if wish.document == n] or [n for n in there if wish.document in n]
        if len(there) != 1:
            known = "、".join(n for n in new if n.endswith(kind)) or "没有"
            raise VersionError(f"“{wish.document}”不是哪一份文件的名称。有的：{known}。")
    changed = [name for name in there if new[name] != old[was.get(name, name)]]
    if not changed:
        others = [name for name in new if new[name] != old.get(was.get(name, name))]
        raise VersionError(_alike(wish, there, others))
    return changed[0], was.get(changed[0], changed[0])


def _alike(wish: Wish, asked: Sequence[str], changed: Sequence[str]) -> str:
    """Why there is nothing to mark in the documents ``asked``; ``changed``: those that differ."""
    if not changed:
        return "两个版本的文件没有差别，不需要花脸稿。"
    kind = wish.path.suffix.lower()
    what = f"{asked[0]} " if wish.document else f"{_KINDS[kind]}文件"
    told = f"两个版本的 {what}没有差别，有差别的是 {'、'.join(changed)}"
    other = next((one for one in changed if not one.endswith(kind)), "")
    if other == changed[0]:
        return f"{told}。文件名改为 {wish.path.stem}{Path(other).suffix} 就做得出花脸稿。"
    return f"{told}。用 --document 说做哪一份。"


def _files(workspace: Workspace, target: UnitYear, one: Named) -> dict[str, bytes]:
    """The documents of a version by name, in the order of the set."""
    if one.name == BEFORE:
        raise VersionError(
            "再上次生成的文件没有留着，做不了花脸稿。要比的版本，先用 gen freeze 保存。"
        )
    if one.name == LAST:
        return _recorded(target.output, one, "上次生成的文件")
    if one.name in versions.kept(target):
        return _recorded(versions.kept(target)[one.name], one, f"版本“{one.name}”的文件")
    year = target.year if one.name == NOW else int(one.name)
    whose = next(u for u in workspace.unit_years(year) if u.unit_id == target.unit_id)
    examined = examine(workspace, whose, Problems(), draft=one.name != NOW)
    outputs = examined.documents.outputs if examined is not None else ()
    return {output.filename: output.data for output in outputs}


def _recorded(folder: Path, one: Named, told: str) -> dict[str, bytes]:
    """Files as gen wrote them; one that somebody changed is no version of anything."""
    found: dict[str, bytes] = {}
    for name, document in one.record.documents.items():
        if name.startswith(f"{record.CHECKLIST_FOLDER}/") or not name.endswith(tuple(_KINDS)):
            continue
        data = None
        if (folder / name).is_file():
            data = disk.read(folder / name)
        if data is None or record.sha256(data) != document.sha256:
            raise VersionError(
                f"{told} {name} 不在了，或者后来有人改过，不能拿它来比。"
                "改过的先用 gen pull 取回，再 gen build。"
            )
        found[name] = data
    order = {name: document.number for name, document in one.record.documents.items()}
    return dict(sorted(found.items(), key=lambda item: order[item[0]]))
