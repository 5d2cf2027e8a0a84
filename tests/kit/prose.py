"""The running text of report.md as it prints."""

from __future__ import annotations

from generator.content.report.reader import read_report
from generator.figures.model import Names, Words
from generator.language import markers, narrative
from generator.language.environment import make_environment
from generator.problems import Position

HERE = Position("content/2020/facts.yaml", 1)
CONTEXT: dict[str, object] = {
    "年度": Words("2020", "年度", HERE),
    "指标": [Names(名称=Words(name, "名称", HERE)) for name in ("甲", "乙")],
}
_ENVIRONMENT = make_environment(lambda text: text)


def printed(source: str) -> list[str]:
    """What ``source`` prints, one text a paragraph."""
    made = narrative.compile_narrative(read_report(source, "report.md"), _ENVIRONMENT, str)
    assert made.sound
    blocks = narrative.render_narrative(made, _ENVIRONMENT, CONTEXT)
    return [markers.strip(text)[0] for block in blocks for text in block.texts]
