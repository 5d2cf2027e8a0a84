"""What the data say of labels and tables: the maps that come with gen, those of the workspace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from generator.content.entries import Entry, entry
from generator.content.form_set.check_data import words, words_by_name
from generator.content.published import Published, load_published, tables_of, ties_of
from generator.content.schema.fields import Group
from generator.content.schema.imports import LABELS, MAP
from generator.content.wordings import any_of
from generator.content.yaml import nodes
from generator.frozen import frozen
from generator.problems import Problems
from generator.reading.tables import bare
from generator.workspace import TEMPLATES, Workspace, packaged_templates

FOLDER = "导入"
_LABELS = "标签.yaml"
#: 部门 alone is a head as well as what a name stands behind; 编制单位 is not.
_LONG = 4


@frozen
class LabelData:
    """``same``: other wordings of labels. ``owner``: what a unit's name stands behind.

    ``this``, ``last``: what heads say of this year's columns and of last year's.
    """

    same: Mapping[str, str]
    owner: re.Pattern[str] | None
    this: re.Pattern[str] | None
    last: re.Pattern[str] | None


@frozen
class TablesMap:
    """Tables that belong together, and where their amounts go in content.

    ``goals``: a name of content → formulas over cells, each of which gives it. ``own``: it is the
    workspace's.
    """

    name: str
    own: bool
    published: Published
    goals: tuple[tuple[str, tuple[str, ...]], ...]


def load_labels(workspace: Workspace, problems: Problems) -> LabelData:
    """The wordings that come with gen and those of the workspace, which count first."""
    same: dict[str, str] = {}
    sides: dict[str, list[str]] = {"单位": [], "本年": [], "上年": []}
    for path in _files(workspace):
        if path.name != _LABELS:
            continue
        given = _read(workspace, path, LABELS, problems)
        node = given.get("标签") if given is not None else None
        for name, wordings in words_by_name(node, "标签", problems) if node is not None else ():
            same |= {bare(wording): bare(name) for wording in wordings}
        for side in sides:
            side_node = given.get(side) if given is not None else None
            sides[side] += words(side_node, side, problems) if side_node is not None else ()
    return LabelData(same, *(re.compile(p) if p else None for p in (
        _owner(sides["单位"]), any_of(sides["本年"]), any_of(sides["上年"]),
    )))  # fmt: skip


def _owner(wordings: Sequence[str]) -> str:
    """What finds 编制单位（盖章）：甲; without a colon only behind words that are nothing else."""
    if not wordings:
        return ""
    stamp = r"\s{0,4}(?:[（(][^（）()]{0,10}[)）]\s{0,4})?"
    long = [wording for wording in wordings if len(wording) >= _LONG]
    bare = f"|(?:{any_of(long)}){stamp}(?:(?<=\\s)|$)" if long else ""
    return f"(?:(?:{any_of(wordings)}){stamp}[:：]{bare})(.{{0,60}})"


def load_maps(workspace: Workspace, problems: Problems) -> list[TablesMap]:
    """Every map but the labels; a file of the workspace takes the place of gen's of that name."""
    named: dict[str, Path] = {path.name: path for path in _files(workspace) if path.name != _LABELS}
    out = []
    for path in named.values():
        given = _read(workspace, path, MAP, problems)
        if given is None:
            continue
        goals = given.get("去处")
        taken = given.text("取自")
        held = Published(tables_of(given), ties_of(given))
        if taken:
            other = load_published(workspace, taken, problems)
            held = Published((*held.tables, *other.tables), (*held.ties, *other.ties))
        found = words_by_name(goals, "去处", problems) if goals is not None else ()
        own = path.is_relative_to(workspace.root)
        out.append(TablesMap(given.text("名称"), own, held, found))
    return out


def _files(workspace: Workspace) -> Iterator[Path]:
    """The files of maps, gen's own before those of the workspace."""
    for home in (packaged_templates(), workspace.root / TEMPLATES):
        for path in sorted((home / FOLDER).glob("*.yaml")):
            if path.is_file() and workspace.holds(path):
                yield path


def _read(workspace: Workspace, path: Path, group: Group, problems: Problems) -> Entry | None:
    node = nodes.load(path, workspace.name_of(path), problems)
    return entry(node, group, problems) if isinstance(node, nodes.Mapping) else None
