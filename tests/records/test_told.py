"""Values that a build puts into words where they are asked for, and writes without."""

from __future__ import annotations

import json
import pickle
from fractions import Fraction

import pytest

from generator.figures.model import Figure, Words
from generator.problems import Position
from generator.records import record
from generator.records.told import Told

AT = Position("content/u/2024/facts.yaml", 3, 5)
BEFORE = Figure("支出.上年", Fraction(0), "0", "万元", AT)
KNOWN: dict[str, Figure | Words] = {
    "名称": Words('桌"子\\\n\t甲', "名称", AT),
    "数量": Figure("数量", Fraction(-7, 2), "-3.5", "", AT),
    "支出.本年": Figure("支出.本年", Fraction(3), "3", "万元", AT, base=BEFORE),
    "合计": Figure("合计", Fraction(1), "1", "%", AT, formula="甲 + 乙", inputs=("甲", "乙")),
}
PLACE = [AT.file, AT.line, AT.column]


@pytest.mark.parametrize("came", [{}, {(AT.file, AT.line, AT.column): "决算.xlsx B7"}])
def test_what_is_written_is_what_it_says(came: dict[tuple[str, int, int], str]) -> None:
    told = Told(KNOWN, came)
    assert list(told) == list(KNOWN)
    written = dict(zip(told, told.written(told), strict=True))
    for path, text in written.items():
        assert json.loads(text) == told[path]
        assert text == record.encoded(told[path])
        assert told[path].get("origin", "") == "".join(came.values())


def test_figures_are_told_with_what_they_rest_on() -> None:
    told = Told(KNOWN, {})
    assert told["名称"] == {"text": '桌"子\\\n\t甲', "at": PLACE}
    assert told["数量"] == {"text": "-3.5", "value": "-7/2", "unit": "", "at": PLACE}
    assert told["支出.本年"]["base"] == {"path": "支出.上年", "text": "0", "at": PLACE}
    assert (told["合计"]["formula"], told["合计"]["inputs"]) == ("甲 + 乙", ["甲", "乙"])
    assert told.numbers() == ["数量", "支出.本年", "合计"]
    assert "无" not in told
    assert told.get("无") is None


def test_another_process_gets_plain_values() -> None:
    told = Told(KNOWN, {})
    sent = pickle.loads(pickle.dumps(told))
    assert type(sent) is dict
    assert sent == told
