"""What the templates of a sample are filled with, ready to be handed to them."""

from __future__ import annotations

from generator.build import narrative, pipeline, plan
from generator.content import loader
from generator.problems import Problems
from generator.workspace import find
from kit.workspaces import ROOT


def sample(year: int) -> dict[str, object]:
    """The names that every document of a sample's year sees, with its first project."""
    workspace = find(ROOT)
    assert workspace is not None
    (target,) = workspace.unit_years(year)
    problems = Problems()
    content = loader.read(workspace, target, problems)
    assert content is not None
    written = narrative.compiled(content.narrative)
    data = pipeline.work_out(content, written, problems, workspace)
    base = plan.context(data, workspace)
    if written is not None:
        base[plan.NARRATIVE] = narrative.filled(written, data, base, Problems())
    projects = base.get(plan.PROJECTS) or [{}]
    assert isinstance(projects, list)
    return {**base, plan.PROJECT: projects[0], plan.LABEL: "附件"}
