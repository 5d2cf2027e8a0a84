"""``公开表/*.yaml``: the keys of a file that tells published tables apart and what ties them."""

from __future__ import annotations

from typing import Final

from generator.content.schema.fields import REQUIRED, Below, Each, Field, Group, Kind, Number, OneOf

YES: Final = "是"

LANE: Final = Group(
    "道",
    (
        Field("名称", Kind.TEXT, "表左右分开的，这一边叫什么", "收入"),
        Field("栏", Kind.NAMED_WORDS, "栏的名称: 表头从上到下连起来的字样，先写的先认；只有一栏数的叫 `数`", "{基本支出: [基本支出]}", REQUIRED),
        Field("行", Kind.NAMED_WORDS, "行的名称: 别的叫法（字样）", "{总计: [总计]}"),
        Field("合计", Kind.WORDS, "从上到下的合计行，各是上一个合计和它下面各行的和", "[本年收入合计, 总计]"),
        Field("下级", Kind.WORDS, "是上面一行的一部分、不另外算的行（字样，连同编号）", "[其中……]"),
        Field("逐行", Kind.WORDS, "每一行的栏之间的关系", "[合计 = 基本支出 + 项目支出]"),
        Field("尾差", OneOf((YES, "否")), "这一道的和会不会有尾差", YES, default=YES),
    ),
)  # fmt: skip

TABLE: Final = Group(
    "表",
    (
        Field("名称", Kind.TEXT, "关系里怎样叫它；两种版式可以同名", "支出表", REQUIRED),
        Field("叫", Kind.WORDS, "表的标题里的字样", "[支出决算表]"),
        Field("不叫", Kind.WORDS, "标题里有这些字样的不是它", "[财政拨款]"),
        Field("有", Kind.WORDS, "一定有的行名、栏名（字样）", "[上缴上级支出]", REQUIRED),
        Field("没有", Kind.WORDS, "不会有的行名、栏名（字样）", "[年末结转…]"),
        Field("认标题", OneOf((YES, "否")), "`是`: 标题对得上才算", YES, default="否"),
        Field("一行", OneOf((YES, "否")), "`是`: 只有一行数，行叫什么都行", YES, default="否"),
        Field("道", Each(LANE), "从左到右；只写一道的，左右各道都照它", "[{栏: {合计: [合计]}}]", REQUIRED),
    ),
)  # fmt: skip

TIE: Final = Group(
    "关系",
    (
        Field("公式", Kind.TEXT, "名称是 `表.道.行.栏`，没有名称的道、叫 `数` 的栏不写；`*` 是两边都有的每一行；`正文.名称` 是正文里的数，后面可以写 `.预算`、`.上年`；`上年.表.…` 是上一年那张表；`甲 ⇒ 乙` 是有甲就有乙", "收支表.收入.总计 = 收支表.支出.总计", REQUIRED),
        Field("尾差", Number(), "最多差多少还算对得上；不写，按各项的尾差算", "0.01"),
        Field("提醒", OneOf((YES, "否")), "`是`: 对不上也可能有原因，只提醒，不算不对", YES, default="否"),
    ),
)  # fmt: skip

ROLLUP: Final = Group(
    "汇总",
    (
        Field("部门", Kind.WORDS, "部门（汇总）的文件，标题或者文件名里的字样", "[……部门决算……]", REQUIRED),
        Field("单位", Kind.WORDS, "单位的文件，标题或者文件名里的字样", "[……单位决算……]", REQUIRED),
        Field("数", Kind.WORDS, "部门的是各单位的和（少的是内部往来）", "[收支表.收入.总计]", REQUIRED),
    ),
)  # fmt: skip

PUBLISHED: Final = Group(
    "公开表",
    (
        Field("名称", Kind.TEXT, "这些表合起来叫什么", "部门决算公开表"),
        Field("表", Each(TABLE), "怎样认出一张表", "", REQUIRED),
        Field("关系", Each(TIE), "表和表、行和行的勾稽关系", ""),
        Field("正文", Kind.NAMED_WORDS, "正文里的数在关系里叫什么: 数前面的字样（不是金额的，连同单位）", "{购置车辆: [……购置公务用车辆]}"),
        Field("汇总", Below(ROLLUP), "一个部门和它的单位的文件放在一起审核时，哪些数加得起来", ""),
    ),
)  # fmt: skip
