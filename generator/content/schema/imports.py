"""``导入/*.yaml``: the keys of the files that say how tables and labels are read."""

from __future__ import annotations

from typing import Final

from generator.content.schema.fields import REQUIRED, Field, Group, Kind

LABELS: Final = Group(
    "导入标签",
    (
        Field("标签", Kind.NAMED_WORDS, "表上的字: 别的写法，都不计编号、括号、空格", "{全年预算数: [调整后预算数]}", REQUIRED),
    ),
)  # fmt: skip
