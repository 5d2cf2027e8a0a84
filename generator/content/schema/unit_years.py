"""The keys of a unit's content files."""

from __future__ import annotations

from typing import Final

from generator.content.schema.fields import (
    EITHER,
    EXPECTED,
    REQUIRED,
    SELDOM,
    Below,
    Each,
    Field,
    Group,
    Kind,
    Number,
    OneOf,
)  # fmt: skip
from generator.content.schema.form_sets import POINT_RULES, RULE_KEYS

#: Names gen gives meaning to; facts and figures may not use them.
RESERVED: Final = (
    "单位", "年度", "上年度", "下年度", "指标", "项目", "本项目", "项目合计", "自评", "正文",
    "附件", "附件号", "派生",
)  # fmt: skip

TOTALS: Final = ("合计", "总额", "小计")
UNITS: Final = ("万元", "元", "亿元", "人", "个", "家", "%", "次", "项", "人次")
MONEY: Final = UNITS[0]
TOLERATED: Final = "允许"
REVERSE: Final = "反向"
GATHERS: Final = "汇总"
KINDS: Final = ("正向", REVERSE, "等于", "定性")

OF_EACH: Final = Group(
    "逐个",
    (
        Field("名称", Kind.TEXT, "怎样取用：`各单位` 的每一个都有", "执行率", REQUIRED),
        Field("公式", Kind.FORMULA, "用那个单位自己的名称", "支出决算.合计.决算 / 支出预算.合计.本年", REQUIRED),
        Field("单位", OneOf(UNITS), "和表里的单位一样", '"%"', default=""),
    ),
)  # fmt: skip

INTERNAL: Final = Group(
    "内部往来",
    (
        Field("数", Kind.TEXT, "哪个数的合计里有单位之间来往的", "收入预算.合计.本年", REQUIRED),
        Field("减", Kind.TEXT, "各单位把来往的数填在哪里；没有的单位不用填", "内部往来.收入", REQUIRED),
    ),
)  # fmt: skip

ROLL_UP: Final = Group(
    "汇总",
    (
        Field("单位", Kind.TEXTS, "汇总哪些单位，写文件夹名的列表；不填是别的全部单位", "[tushuguan, wenhuaguan]"),
        Field("逐个", Each(OF_EACH), "给每个单位各算一个数，见[汇总各单位](#汇总各单位)", "[{名称: 执行率, 公式: 支出决算.合计.决算 / 支出预算.合计.本年, 单位: \"%\"}]"),
        Field("内部往来", Each(INTERNAL), "合计时要减去的，见[汇总各单位](#汇总各单位)", "[{数: 收入预算.合计.本年, 减: 内部往来.收入}]"),
    ),
)  # fmt: skip

UNIT: Final = Group(
    "unit.yaml",
    (
        Field("名称", Kind.TEXT, "全称，用在落款和表头", "示例县图书馆", REQUIRED),
        Field("简称", Kind.TEXT, "用在标题和正文", "县图书馆", REQUIRED),
        Field("套表", Kind.TEXT, "套表的名字。现有的套表在 `templates` 文件夹里，一个 `.yaml` 文件就是一套", "jiujiang", REQUIRED),
        Field(GATHERS, Below(ROLL_UP), "主管部门、财政局用：把别的单位的成果汇总起来，见[汇总各单位](#汇总各单位)", "{单位: [tushuguan, wenhuaguan]}", SELDOM),
    ),
    rest=Kind.TREE,
)  # fmt: skip

WAIVER: Final = Group(
    "豁免",
    (
        Field("规则", Kind.TEXT, "编号", "CAP01", REQUIRED),
        Field("位置", Kind.TEXT, "问题说明里的几个字（或者“文件:行”）", "公务用车运行"),
        Field("理由", Kind.TEXT, "印在检查结果里", "年中接受调拨车辆一辆。", EXPECTED),
    ),
)  # fmt: skip

FACTS: Final = Group(
    "facts.yaml",
    (
        Field("豁免", Each(WAIVER), "看过以后认可的警告，见[警告](#警告和看过以后认可的警告)", "[{规则: CAP01, 位置: 公务用车运行, 理由: 年中接受调拨车辆一辆。}]"),
    ),
    rest=Kind.TREE,
    refused=RESERVED,
)  # fmt: skip

_UNIT = Field("单位", OneOf(UNITS), "表或这一行的单位，不填是万元，见[单位](#单位)", '"%"')
_LABEL = Field("显示", Kind.TEXT, "全称，见[显示](#显示)", "因公出国（境）费")

#: A table, or a row in it.
ROW: Final = Group(
    "表格",
    (
        _UNIT,
        _LABEL,
        Field("尾差", Kind.TOLERANCE, "合计和分项之和可以差多少，见[尾差](#尾差)", "-0.01"),
        Field("列公式", Kind.COLUMNS, "整列都按同一个办法算的，见[列公式](#列公式)", "{全年预算: 年初预算 + 年中追加}"),
        Field("其中", Kind.PARTS, "只是一部分的行，见[其中](#其中)", "{少儿图书: {本年: 6.5}}"),
    ),
    rest=Kind.CELL,
)  # fmt: skip

DERIVED_FIGURE: Final = Group(
    "派生",
    (
        Field("公式", Kind.FORMULA, "等号可以不写", "支出决算.合计.决算 / 人员.在职", REQUIRED),
        Field("单位", OneOf(UNITS), "和表里的单位一样", MONEY),
        _LABEL,
    ),
)  # fmt: skip

FIGURES: Final = Group(
    "figures.yaml",
    (
        Field("派生", Kind.DERIVED, "由别的数算出来的数，见[派生](#派生)", "{结余: = 收入预算.合计.本年 - 支出决算.合计.决算}"),
    ),
    rest=Kind.TABLE,
    refused=(*RESERVED, *TOTALS),
)  # fmt: skip

INDICATOR: Final = Group(
    "三级指标",
    (
        Field("名称", Kind.TEXT, "三级指标的名称（和 `指标` 至少有一个）", "读书活动", EXPECTED),
        Field("指标", Kind.TEXT, "“年度指标值”一栏印的文字；不填就印 `目标`", "举办读书活动40次"),
        Field("目标", Kind.LEAF, "数（`40`）、带单位的数（`≥300天`）、百分比（`≥90%`、`≤1%`、`不低于90%`）、文字（`健全`）或公式", "≥300天", EXPECTED),
        Field("完成", Kind.LEAF, "同上。只凭判断打分的可以不填，但要填 `得分`", "= 履职.开放天数", EXPECTED),
        Field("单位", Kind.TEXT, "目标和完成是光秃秃的数时，印在数后面：`38` 印成“38次”", "次"),
        Field("分值", Number("分", low=0), "满分。全表合计要等于套表规定的总分（100）", "20", REQUIRED),
        Field("得分", Number("分"), "由 gen 计算。填了就以填的为准，不能超过分值", "18", SELDOM),
        Field("偏差原因", Kind.TEXT, "得分低于分值的应当填", "暑期闭馆维修，两次活动改到下一年。"),
        Field("类型", OneOf(KINDS), "gen 看目标的写法就知道；看不出来的才填，见下表", REVERSE, SELDOM),
        Field("等次", Kind.TEXT, "定性指标的等次（达成、部分达成等），套表里规定了才能填；“完成”写的就是等次的不用填", "部分达成"),
        *POINT_RULES,
    ),
    some=("名称", "指标"),
    single=RULE_KEYS,
)  # fmt: skip

#: What gen gives to every indicator row of a form besides what is typed.
OF_ROWS: Final = (
    "序号", "一级", "二级", "权重", "指标值", "完成率", "符号", "目标数", "完成数", "计量单位", "得分系数",
)  # fmt: skip

LEVEL2: Final = Group(
    "二级指标",
    (
        Field("名称", Kind.TEXT, "二级指标的名称", "数量指标", EXPECTED),
        Field("三级", Each(INDICATOR), "三级指标的列表", "[{名称: 开放天数, 分值: 10}]", REQUIRED),
    ),
)  # fmt: skip

LEVEL1: Final = Group(
    "一级指标",
    (
        Field("一级", Kind.TEXT, "一级指标的名称", "产出指标", REQUIRED),
        Field("权重", Number("分"), "填了就和下面各指标的分值之和核对", "50"),
        Field("二级", Each(LEVEL2), "二级指标的列表，每项有 `名称` 和 `三级`", "[{名称: 数量指标, 三级: [{名称: 开放天数, 分值: 10}]}]", EITHER),
        Field("三级", Each(INDICATOR), "没有二级指标时，三级指标直接写在这里", "[{名称: 读者满意度, 分值: 10}]", EITHER),
    ),
    some=("二级", "三级"),
)  # fmt: skip

PROJECT: Final = Group(
    "项目",
    (
        Field("名称", Kind.TEXT, "项目的名称", "数字资源建设", REQUIRED),
        Field("资金", Kind.TABLE, "一张表，写法和 `figures.yaml` 里的表完全一样", "{其他资金: {年初预算: 5, 年中追加: 0, 全年执行: 5}}", REQUIRED),
        Field("指标", Each(LEVEL1), "写法和 `indicators.yaml` 完全一样，分值合计也要是套表规定的总分", "[{一级: 产出指标, 三级: [{名称: 采购数据库, 分值: 100}]}]"),
    ),
    rest=Kind.TREE,
    refused=TOTALS,
)  # fmt: skip
