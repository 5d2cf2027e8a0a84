"""``导入/*.yaml``: the keys of the files that say how tables and labels are read."""

from __future__ import annotations

from typing import Final

from generator.content.schema.fields import REQUIRED, Each, Field, Group, Kind
from generator.content.schema.published import TABLE, TIE

LABELS: Final = Group(
    "导入标签",
    (
        Field("标签", Kind.NAMED_WORDS, "表上的字: 别的写法，都不计编号、括号、空格", "{全年预算数: [调整后预算数]}"),
        Field("单位", Kind.WORDS, "表上写单位名称的字样，后面是冒号", "[编制单位]"),
        Field("本年", Kind.WORDS, "表头里说是本年的字样", "[本年]"),
        Field("上年", Kind.WORDS, "表头里说是上年的字样", "[上年]"),
    ),
)  # fmt: skip

MAP: Final = Group(
    "导入表",
    (
        Field("名称", Kind.TEXT, "这些表合起来叫什么", "部门决算报表", REQUIRED),
        Field("取自", Kind.TEXT, "表和关系取自 `公开表` 里的哪个文件；不写就写在下面", "部门决算"),
        Field("表", Each(TABLE), "怎样认出一张表，和 `公开表` 里的写法一样", ""),
        Field("关系", Each(TIE), "表和表、行和行的勾稽关系", ""),
        Field("去处", Kind.NAMED_WORDS, "内容里的名称: 表里的数 `表.道.行.栏`，可以相加减；几种写法都算得出的要一样；`*` 是每一行", "{支出决算.*.决算: [支出表.*.合计]}", REQUIRED),
    ),
)  # fmt: skip
