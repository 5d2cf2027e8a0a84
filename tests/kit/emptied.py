"""A unit-year with its values taken out: what an office begins with before it imports."""

from __future__ import annotations

import shutil
from pathlib import Path

from generator.content.yaml import edit

#: What is no value of the year: names of things, options of tables, words of the form.
KEPT = {"名称", "一级", "显示", "单位", "列公式", "类型", "分值", "权重", "指标", "豁免"}


def no_files(year: Path) -> None:
    """Nothing in the folder of the year but the report."""
    for path in year.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "report.md":
            path.unlink()


def unfilled(year: Path) -> None:
    """Every typed value is 待填; formulas, names and remarks stay."""
    for path in [*year.glob("*.yaml"), *(year / "projects").glob("*.yaml")]:
        text = path.read_text("utf-8")
        whole = edit.locate(text)
        assert whole is not None
        values = {
            at: "待填"
            for at, spot in whole.leaves()
            if not spot.text.strip().startswith("=") and not set(map(str, at)) & KEPT
        }
        path.write_text(edit.revise(text, values), "utf-8")
