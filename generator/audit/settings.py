"""The names and wordings that an audit compares with: those of a form set."""

from __future__ import annotations

from pathlib import Path

from generator.content.form_set.inherit import load_form_set
from generator.content.model import CheckData
from generator.content.published import Published, load_published
from generator.problems import Position, Problems
from generator.workspace import Workspace, find

#: The file of published tables.
PUBLISHED = "部门决算"


def check_data(folder: Path, forms: str) -> CheckData | None:
    """核对资料 of the form set ``forms``, of the workspace around ``folder`` if there is one.

    None when there is no such form set. What else is wrong with it is said by ``gen check``.
    """
    workspace = find(folder) or Workspace(folder.resolve(), folder.resolve())
    form_set = load_form_set(workspace, forms, Position(f"{forms}.yaml"), Problems())
    return form_set.check_data if form_set is not None else None


def published_tables(folder: Path) -> Published:
    """The published tables that are known there: the workspace's own file, else gen's."""
    workspace = find(folder) or Workspace(folder.resolve(), folder.resolve())
    return load_published(workspace, PUBLISHED, Problems())
