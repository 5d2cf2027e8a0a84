"""更正说明: a difference as an official notice, from a Word template, ready to hand in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from generator.compare import Change, Difference
from generator.content import loader
from generator.figures.model import Names, Words
from generator.problems import Position, Problems
from generator.render import documents
from generator.versions import VersionError
from generator.workspace import TEMPLATES, UnitYear, Workspace

TEMPLATE: Final = "docx/更正说明.docx"


def save(
    workspace: Workspace, target: UnitYear, difference: Difference, path: Path, problems: Problems
) -> None:
    """Render the notice of ``difference`` to ``path``.

    The template sees 单位, 年度, facts, and 更正: 填写, 派生, 得分 (each a list of 序号, 名称, 原,
    现), 段落 (序号, 原, 现) and 文件 (序号, 名称, 处数). Raises ``VersionError`` when there is
    nothing to correct or the template does not work, ``OSError``.
    """
    if difference.empty:
        raise VersionError("两个版本没有差别，不需要更正说明。")
    content = loader.read(workspace, target, problems)
    if content is None:
        raise VersionError("内容有错误，改正后再生成更正说明。")
    from generator.build import work_out

    context = Names(work_out(content, problems).names)
    context["更正"] = _corrections(difference)
    output = documents.render_single(
        workspace, "docx", TEMPLATE, context, "更正说明.docx", problems
    )
    if output is None:
        raise VersionError(f"模板 {TEMPLATES}/{TEMPLATE} 有错误，没有生成更正说明。")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(output.data)


def _corrections(difference: Difference) -> Names:
    return Names(
        {
            "填写": _changes("填写", difference.typed),
            "派生": _changes("派生", difference.derived),
            "得分": _changes("得分", difference.scores),
            "段落": [
                Names(
                    {
                        "序号": number,
                        "原": _words(f"更正.段落[{number}].原", paragraph.old or "（无）"),
                        "现": _words(f"更正.段落[{number}].现", paragraph.new or "（删去）"),
                    }
                )
                for number, paragraph in enumerate(difference.narrative, 1)
            ],
            "文件": [
                Names(
                    {
                        "序号": number,
                        "名称": _words(f"更正.文件[{number}].名称", Path(name).stem),
                        "格式": _words(f"更正.文件[{number}].格式", _format(name)),
                        "处数": len(places),
                    }
                )
                for number, (name, places) in enumerate(difference.documents.items(), 1)
            ],
        }
    )


def _format(name: str) -> str:
    return "Word" if name.endswith(".docx") else "Excel"


def _changes(kind: str, changes: tuple[Change, ...]) -> list[Names]:
    return [
        Names(
            {
                "序号": number,
                "名称": _words(f"更正.{kind}[{number}].名称", change.path.replace(".", " ")),
                "原": _words(f"更正.{kind}[{number}].原", _amount(change.old, change.unit)),
                "现": _words(f"更正.{kind}[{number}].现", _amount(change.new, change.unit)),
            }
        )
        for number, change in enumerate(changes, 1)
    ]


def _amount(text: str | None, unit: str) -> str:
    if text is None:
        return "（无）"
    return f"{text}{unit}" if unit and not text.endswith(unit) else text


def _words(path: str, text: str) -> Words:
    return Words(text, path, Position("更正说明"))
