"""Numbers as people type them: with a sign or words around them, and a unit."""

from __future__ import annotations

import re
from typing import Final

from generator.frozen import frozen

UNITS: Final = (
    "万元", "亿元", "元", "%", "万人次", "人次", "万人", "人天", "人", "个", "家", "场次", "场",
    "次", "项", "批次", "批", "件次", "件", "户次", "户", "篇", "期", "例", "宗", "起", "处",
    "所", "座", "栋", "套", "台次", "台", "辆", "条", "份", "册", "名", "支", "组", "班", "款",
    "张", "幅", "部", "页", "万字", "字", "课时", "学时", "小时", "分钟", "天", "年", "月",
    "季度", "分", "倍", "公里", "千米", "米", "平方公里", "平方米", "亩", "公顷", "吨", "千克",
    "公斤", "度", "千瓦时", "本", "只", "头", "株", "块", "间", "位", "轮", "遍", "类", "种",
    "级", "立方米", "平方千米", "升", "毫米", "厘米", "克", "笔", "村", "幢", "箱", "包", "袋",
    "桶", "羽", "尾", "盏", "床", "门", "枚", "面", "堂", "节", "集", "首", "台套", "项次", "千瓦",
    "兆瓦", "标段", "学分", "吨公里",
)  # fmt: skip
_KNOWN: Final = frozenset(UNITS)
_MULTIPLES: Final = {"千": 1_000, "万": 10_000, "亿": 100_000_000}
_SIGNS: Final = {
    "≥": "≥", "≤": "≤", ">": ">", "<": "<", "=": "=", ">=": "≥", "<=": "≤", "＞": ">", "＜": "<",
    "＝": "=", "≧": "≥", "≦": "≤",
}  # fmt: skip
#: Words before a number, and words behind it, that say on which side of it a result may lie.
_BEFORE: Final = {
    word: sign
    for sign, words in {
        "≥": "不低于 不少于 不小于 不得低于 不得少于 不得小于 大于等于 大于或等于 高于等于 "
        "高于或等于 多于或等于 至少 最少 最低 达到 达",
        "≤": "不高于 不超过 不超 不大于 不多于 不得高于 不得超过 不得大于 不得多于 小于等于 "
        "小于或等于 低于等于 低于或等于 少于等于 少于或等于 至多 最多 最高 控制在",
        ">": "大于 高于 多于 超过",
        "<": "小于 低于 少于",
        "=": "等于",
    }.items()
    for word in words.split()
}
_BEHIND: Final = {
    "及以上": "≥", "以上": "≥", "及以下": "≤", "以下": "≤", "以内": "≤", "之内": "≤",
}  # fmt: skip

# Plain digits only: "\d" would also take full-width ones.
NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


@frozen
class Measure:
    """A number as typed: ``digits`` with their sign, ``unit``, and the ``limit`` it sets.

    ``limit`` is ``≥``, ``≤``, ``>``, ``<``, ``=`` or nothing.
    """

    digits: str
    unit: str
    limit: str


def measure(text: str) -> Measure | None:
    """What ``text`` measures; None unless it is one number and what belongs to it."""
    found = NUMBER.search(text)
    if found is None:
        return None
    if found[0] == text:
        return Measure(text, "", "")
    before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
    if before and before not in _BEFORE and before not in _SIGNS:
        return None
    behind = next((word for word in _BEHIND if after.endswith(word)), "")
    unit = after.removesuffix(behind)
    if unit and unit not in _KNOWN and multiple(unit)[0] == 1:
        return None
    return Measure(found[0], unit, limit(before, behind))


def multiple(unit: str) -> tuple[int, str]:
    """What 1 of ``unit`` is in the unit it is a multiple of: 万亩 is 10,000亩, 亩 is 1亩."""
    times = _MULTIPLES.get(unit[:1], 1)
    within = _MULTIPLES.get(unit[1:2], times + 1)  # 千万元 and 万亿元, but never 亿万元
    if times == 1 or times >= within or unit[1:] not in _KNOWN or unit[1:] == "%":
        return 1, unit
    more, base = multiple(unit[1:])
    return times * more, base


def unit_of(behind: str) -> str:
    """The unit in what is typed behind a number: 家 of 家以上."""
    word = next((word for word in _BEHIND if behind.endswith(word)), "")
    return behind.strip().removesuffix(word).strip()


def limit(before: str, behind: str) -> str:
    """``≥``, ``≤``, ``>``, ``<`` or ``=`` for what is typed around a number; nothing without.

    The words behind say more than those before: 达到5天以内 is at most 5天.
    """
    before = before.strip()
    word = next((word for word in _BEHIND if behind.endswith(word)), "")
    if word and (not before or before in _BEFORE):
        return _BEHIND[word]
    return _BEFORE.get(before) or _SIGNS.get(before, before)
