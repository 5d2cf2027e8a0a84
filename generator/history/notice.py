"""更正说明: a difference as an official notice, from a Word template, ready to hand in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from generator import disk
from generator.build import documents, narrative
from generator.content import loader
from generator.figures.model import Names, Words
from generator.formats import registry
from generator.history import corrections
from generator.history.corrections import Corrections, Line
from generator.history.versions import VersionError
from generator.language.wording import chinese_numeral
from generator.problems import Position, Problems
from generator.records.compare import Difference
from generator.workspace import TEMPLATES, UnitYear, Workspace

TEMPLATE: Final = "docx/更正说明.docx"
_AT: Final = Position("更正说明")


def save(
    workspace: Workspace, target: UnitYear, difference: Difference, path: Path, problems: Problems
) -> None:
    """Render the notice of ``difference`` to ``path``.

    The template sees 单位, 年度, facts, 主送 (empty without that fact), and 更正: 填写, 派生 and
    得分 (each a list of 序号, 名称, 原, 现; all of it only as far as a document prints it),
    段落 (序号, 原, 现: the sentences that changed), 文件 (序号, 名称, 格式, 处数), and 节 with the
    numeral of every part that has something to tell. Raises ``VersionError`` when there is nothing
    to correct, the template does not work, or ``path`` is taken; ``OSError``.
    """
    if difference.empty:
        raise VersionError("两个版本没有差别，不需要更正说明。")
    told = corrections.of(difference)
    if not any((told.edits, told.followed, told.scores, told.paragraphs, told.files)):
        raise VersionError("材料上印出来的没有变化，不需要更正说明。")
    if registry.suffix_of(path.name) != registry.suffix_of(TEMPLATE):
        raise VersionError(f"更正说明是Word文件，文件名应以 .docx 结尾，例如 {path.stem}.docx。")
    if os.path.lexists(path):
        raise VersionError(f"“{path}”已经有了，没有覆盖它。请换一个文件名，或先把它移走。")
    content = loader.read(workspace, target, problems)
    if content is None:
        raise VersionError("内容有错误，改正后再生成更正说明。")
    from generator.build.pipeline import work_out

    written = narrative.compiled(content.narrative)
    context = Names(work_out(content, written, problems).names)
    context.setdefault("主送", Words("", "主送", _AT))
    context["更正"] = _laid_out(told)
    found = Problems()
    output = documents.render_single(workspace, TEMPLATE, context, path.name, found)
    if output is None:
        reasons = "".join(f"\n  {item.at} {item.message}" for item in found.sorted())
        raise VersionError(f"模板 {TEMPLATES}/{TEMPLATE} 有错误，没有生成更正说明。{reasons}")
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.save_new(path, output.data)


def _laid_out(told: Corrections) -> Names:
    """The corrections as the template sees them."""
    parts = {
        "填写": _rows("填写", told.edits),
        "派生": _rows("派生", told.followed),
        "得分": _rows("得分", told.scores, len(told.followed)),
        "段落": _rows("段落", told.paragraphs),
        "文件": _rows("文件", told.files),
    }
    chapters = {
        "填写": bool(parts["填写"]),
        "随之": bool(parts["派生"] or parts["得分"]),
        "段落": bool(parts["段落"]),
        "文件": bool(parts["文件"]),
    }
    there = [name for name, held in chapters.items() if held]
    numerals = {name: chinese_numeral(there.index(name) + 1) if name in there else ""
                for name in chapters}  # fmt: skip
    chapter = {name: _words(f"更正.节.{name}", text) for name, text in numerals.items()}
    return Names({**parts, "节": Names(chapter)})


def _rows(kind: str, lines: Sequence[Line], before: int = 0) -> list[Names]:
    """Table rows, numbered on from ``before``."""
    return [
        Names(
            {
                "序号": before + number,
                **{key: _words(f"更正.{kind}[{number}].{key}", text) for key, text in line.items()},
            }
        )
        for number, line in enumerate(lines, 1)
    ]


def _words(path: str, text: str) -> Words:
    return Words(text, path, _AT)
