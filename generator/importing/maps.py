"""What the data say of labels and tables: the maps that come with gen, those of the workspace."""

from __future__ import annotations

from collections.abc import Mapping

from generator.content.entries import entry
from generator.content.form_set.check_data import words_by_name
from generator.content.schema.imports import LABELS
from generator.content.yaml import nodes
from generator.problems import Problems
from generator.reading.tables import bare
from generator.workspace import Workspace, packaged_templates

FOLDER = "导入"
_LABELS = "标签.yaml"


def load_labels(workspace: Workspace, problems: Problems | None = None) -> Mapping[str, str]:
    """How labels are also written → how they are told; the workspace's own count first."""
    told = problems if problems is not None else Problems()
    found: dict[str, str] = {}
    for home in (packaged_templates(), workspace.root / "templates"):
        path = home / FOLDER / _LABELS
        if not path.is_file() or not workspace.holds(path):
            continue
        node = nodes.load(path, workspace.name_of(path), told)
        given = entry(node, LABELS, told) if isinstance(node, nodes.Mapping) else None
        labels = given.get("标签") if given is not None else None
        for name, wordings in words_by_name(labels, "标签", told) if labels is not None else ():
            found |= {bare(wording): bare(name) for wording in wordings}
    return found
