"""The keys of a form set, ``templates/<name>.yaml``."""

from __future__ import annotations

from typing import Final

from generator.content.schema.fields import (
    EITHER,
    EXPECTED,
    REQUIRED,
    Below,
    Each,
    Field,
    Group,
    Kind,
    Levels,
    Number,
    OneOf,
)  # fmt: skip
from generator.formats.registry import FORMATS

INHERITS, RULE_LEVELS, OFF = "继承", "规则级别", "关"
EVERY_PROJECT: Final = "项目"
RATIO, DIFFERENCE = "比例", "差额"
EXPLAINED, CUT = "说明", "扣分"
ERROR, WARNING, NOTE = "错误", "警告", "提示"
BY_SHARE, DROPPED, WHOLE = "按比例", "舍去", "进一"
OF_TEXT, OF_NUMBER = "文字", "数"
AT_MOST, AT_LEAST = "不超过", "不低于"

_POINTS = Number("分", low=0)
_PLACES = Number("位", low=0, high=10, whole=True)
_HUNDREDTHS = Number("%", low=0, high=100, hundred=True)

DEDUCTION: Final = Group(
    "扣分",
    (
        Field("每", Kind.MEASURE, "差多少扣一次。百分数带%：1个百分点写 `1%`", "1%", REQUIRED),
        Field("扣", _POINTS, "扣几分", "0.5", REQUIRED),
        Field("零头", OneOf((BY_SHARE, DROPPED, WHOLE)), "不足一份的：`按比例` 扣，`舍去` 不扣，`进一` 按一份扣", DROPPED, default=BY_SHARE),
    ),
)  # fmt: skip

STEP: Final = Group(
    "分档",
    (
        Field(AT_MOST, Kind.MEASURE, "完成值到多少为止得这一档的分", "10%", EITHER),
        Field(AT_LEAST, Kind.MEASURE, "完成值从多少起得这一档的分", "98%", EITHER),
        Field("得分", _POINTS, "这一档得几分", "20", REQUIRED),
    ),
    some=(AT_MOST, AT_LEAST),
    single=(AT_MOST, AT_LEAST),
)  # fmt: skip

POINT_RULES: Final = (
    Field("扣分", Below(DEDUCTION), "从分值起，和目标每差多少扣几分，扣完为止。反向的看超过多少，正向的看少多少，等于的两边都看", "{每: 1%, 扣: 0.5}"),
    Field("分档", Each(STEP), "列表，每项是 `不超过`（或者 `不低于`）多少、`得分` 几分；完成值按符合的最好一档得分（先写哪一档不论），一档也不符合得0分", "[{不低于: 98%, 得分: 20}, {不低于: 90%, 得分: 10}]"),
)  # fmt: skip
#: A rule of points is one of these.
RULE_KEYS: Final = tuple(field.key for field in POINT_RULES)

BAND: Final = Group(
    "定性",
    (
        Field("名称", Kind.TEXT, "等次的名称。指标的“完成”或“等次”写这个名称，就是这一等次", "部分达成", REQUIRED),
        Field("下限", _HUNDREDTHS, "得分最少是分值的百分之几；不到上一等次的下限，最高的等次到100。填 `75`，不填 `0.75`（会警告）", "60", REQUIRED),
        Field("得分率", _HUNDREDTHS, "没有填得分的，得分是分值的百分之几；不填的，得分要由人填，gen 只看它在不在这一等次里", "70"),
    ),
)  # fmt: skip

OWN_RULE: Final = Group(
    "指标办法",
    (
        Field("指标", Kind.TEXT, "指标名称里的字（引号不论）", "教研活动", REQUIRED),
        *POINT_RULES,
    ),
    some=RULE_KEYS,
    single=RULE_KEYS,
)  # fmt: skip

CAP: Final = Group(
    "执行率限级",
    (
        Field("低于", _HUNDREDTHS, "执行率低于百分之几", "80", REQUIRED),
        Field("等级", Kind.TEXT, "等级最高只能是哪一级", "良", REQUIRED),
    ),
)  # fmt: skip

#: 超额上限 by 财预〔2020〕10号: results much above their target (偏高) need a reason.
POLICY: Final = Group(
    "评分",
    (
        Field("总分", Number("分", low=1), "各指标分值之和应当是多少。执行率计分的，包括执行率的分值", "100", default="100"),
        Field("执行率", Kind.FORMULA, "执行率的公式", "资金.合计.全年执行 / 资金.合计.全年预算"),
        Field("执行率分值", _POINTS, "执行率占几分；0是不计分", "10", default="0"),
        Field("执行率限级", Each(CAP), "执行率太低时，等级最高只能是哪一级，见[评分的规定](#评分的规定)", "[{低于: 80, 等级: 良}]"),
        Field("完成率小数位", _PLACES, "乘分值之前，完成率先舍入到百分之几位小数。填0，110÷150就按73%算；不填就不舍入，按73.333…%算", "0"),
        Field("完成值小数位", _PLACES, "用公式算出来的百分数，在“完成”一栏印几位小数。填0，11.47%印成11%；不填就和别处一样印。只有一个名称的公式（`完成: = 履职.走访完成率`），那个数是填的，照填的印。印出来的会和目标比出另一个结果的（94.6%印成95%，目标≥95%），多印几位，直到不会。只管印，不管得分", "0"),
        Field("得分小数位", _PLACES, "得分保留几位小数", "1", default="2"),
        Field("反向", OneOf((RATIO, DIFFERENCE)), "`≤` 的指标超过目标时怎么算完成率：`比例` 是目标÷完成；`差额` 是1−(完成−目标)÷目标，超过一倍为0", DIFFERENCE, default=RATIO),
        Field("超额上限", Number("%", low=100), "完成达到目标的百分之几，要说明原因", "150", default="130"),
        Field("超额处理", OneOf((EXPLAINED, CUT)), "达到了 `超额上限` 怎么办：`说明` 是只要写原因；`扣分` 是超过上限的部分还要从完成率里扣掉。上限130，完成是目标的150%，按1−(150%−130%)＝80%算", CUT, default=EXPLAINED),
        Field("定性", Each(BAND), "定性指标分几个等次，见[评分的规定](#评分的规定)", "[{名称: 达成, 下限: 80}, {名称: 未达成, 下限: 0}]"),
        Field("指标办法", Each(OWN_RULE), "个别指标另有办法的（扣分、分档），见[评分的规定](#评分的规定)", "[{指标: 教研活动, 扣分: {每: 1次, 扣: 1.5}}]"),
    ),
)  # fmt: skip

SCORING: Final = Group(
    "评分",
    (
        Field("整体", Below(POLICY), "部门整体支出的评分办法", "{总分: 100}"),
        Field("项目", Below(POLICY), "每个项目的评分办法", "{总分: 100}"),
    ),
)  # fmt: skip

GRADE: Final = Group(
    "等级",
    (
        Field("名称", Kind.TEXT, "这一级叫什么", "优", REQUIRED),
        Field("下限", Number("分", hundred=True), "总分不低于多少", "90", REQUIRED),
    ),
)  # fmt: skip

FUNDS: Final = Group(
    "项目资金",
    (
        Field("列公式", Kind.COLUMNS, "项目文件里 `资金` 表的列公式", "{全年预算: 年初预算 + 年中追加}"),
    ),
)  # fmt: skip

NAMED_CELL: Final = Group(
    "单元格",
    (
        Field("名称", Kind.TEXT, "在 Excel 的名称管理器里起的名称，指一格，那一格里写着公式", "总分", REQUIRED),
        Field("数", Kind.TEXT, "这一格是哪个数，写法和标签里的一样", "自评.总分", REQUIRED),
    ),
)  # fmt: skip

DOCUMENT: Final = Group(
    "文档",
    (
        Field("名称", Kind.TEXT, "在套表里的代号，`附件` 里用它来指", "附件1", REQUIRED),
        Field("标题", Kind.TEXT, "全称，`附件` 列表里印的就是它；不填同名称", "整体支出绩效自评表"),
        Field("文件名", Kind.TEXT, "成果的文件名，不带扩展名，可以有标签；不填同标题。" '`\\ / : * ? " < > |` 换成下划线', "附件1 整体支出绩效自评表"),
        *(Field(kind, Kind.TEXT, f"{its.name} 模板的路径，从 `templates` 算起；写了几种模板的，各生成一份", f"{kind}/demo/附件1.{kind}", EITHER) for kind, its in FORMATS.items()),
        Field("附件", Kind.TEXTS, "哪些文档并在这一份里，写名称的列表", "[附件1, 附件2]"),
        Field("每个", OneOf((EVERY_PROJECT,)), "填 `项目`：每个项目一份", EVERY_PROJECT),
        Field("单元格", Each(NAMED_CELL), "Excel 模板里有名称的格各是哪个数：格里的公式和值一起写，对不上的报错，见[公式和它的值](#公式和它的值)", "[{名称: 总分, 数: 自评.总分}]"),
        Field("条件", Kind.TEXT, "一个名称。它有内容（不是0、不是空）才生成；`条件: 项目` 就是“有项目才有”。内容里没有这个名称，提示文档没有生成；像是打错了的，是错误", "项目"),
    ),
    some=tuple(FORMATS),
)  # fmt: skip

IDENTITY: Final = Group(
    "规则",
    (
        Field("名称", Kind.TEXT, "这条关系叫什么，问题说明里要用", "收支平衡"),
        Field("公式", Kind.TEXT, "一个等式或不等式，写法和内容里的公式一样", "收入预算.合计.本年 = 支出预算.合计.本年", REQUIRED),
        Field("提示", Kind.TEXT, "不成立时请人怎么改", "请核对批复的收支总表。"),
        Field("级别", OneOf((ERROR, WARNING, NOTE)), "不成立是 `错误`、`警告` 还是 `提示`", WARNING, default=ERROR),
    ),
)  # fmt: skip

DERIVED_RESULT: Final = Group(
    "完成值核对",
    (
        Field("指标", Kind.TEXT, "指标名称里的字", "毕业合格率", REQUIRED),
        Field("公式", Kind.FORMULAS, "写法和内容里的公式一样；公式里的数内容里没有的，不比。可以写成列表，用第一个名称都有的", "毕业.合格 / 毕业.参加", REQUIRED),
        Field("说明", Kind.TEXT, "这个公式用话怎么说，问题说明里要用", "合格人数 ÷ 参加人数"),
    ),
)  # fmt: skip

CHECK_DATA: Final = Group(
    "核对资料",
    (
        Field("不超过", Kind.NAMED_WORDS, "同一行里，左边的栏不超过右边的；只管一张表的写 `表.栏`", "{全年执行: 全年预算}"),
        Field("部分", Kind.NAMED_WORDS, "左边的数是右边的一部分", "{三公经费.合计.决算: 支出决算.合计.决算}"),
        Field("调整", Kind.NAMED_WORDS, "右边的栏年中调整成左边的", "{全年预算: 年初预算}"),
        Field("可为负", Kind.WORDS, "名称里有这些字的栏可以是负数", "[追加, 追减]"),
        Field("计数单位", Kind.WORDS, "用这些单位的数应当是整数", "[人, 家]"),
        Field("计数名称", Kind.WORDS, "名称以这些字结尾、没有单位的数应当是整数", "[人数, 家数]"),
        Field("功能分类", Kind.NAMED_WORDS, "左边的表里的科目，右边的表里都应当有", "{支出决算: 支出预算}"),
        Field("科目", Kind.WORDS, "科目唯一正确的写法", "[卫生健康支出]"),
        Field("科目例外", Kind.WORDS, "和科目差一个字，却是对的", "[城市社区支出]"),
        Field("表名", Kind.NAMED_WORDS, "问题说明里怎样称呼 `整体` 和 `项目` 的自评表", "{整体: 整体支出自评表}"),
        Field("必填", Kind.WORDS, "项目自评表要印的，项目文件里应当填", "[主管部门, 目标.预期]"),
        Field("目标", Kind.WORDS, "年度目标的名称，整体和项目应当一样的", "[目标.预期]"),
        Field("越低越好", Kind.WORDS, "名称里有这些字的指标，目标应当是 `≤`", "[控制率]"),
        Field("执行", Kind.WORDS, "预算执行率指标名称里的字", "[执行率]"),
        Field("增长", Kind.WORDS, "完成值可以超过100%的指标名称里的字", "[增长]"),
        Field("升降", Kind.WORDS, "目标可以是0、负数、超过100%的指标名称里的字", "[变动]"),
        Field("满意", Kind.WORDS, "满意度指标名称里的字", "[满意]"),
        Field("服务对象", Kind.WORDS, "名称里有这些字的，问的就是外面的人", "[服务对象]"),
        Field("内部人员", Kind.WORDS, "不能评价自己单位的人", "[本单位]"),
        Field("不算原因", Kind.WORDS, "偏差原因填了等于没填的", "[无]"),
        Field("不是值", Kind.WORDS, "目标以这些字结尾的，不是一个值", "[性, 程度]"),
        Field("归类", Kind.NAMED_WORDS, "二级指标，和应当归在它下面的指标的字样", "{满意度: [满意]}"),
        Field("常用词", Kind.WORDS, "两个字，不说明两个指标是同一件事", "[工作]"),
        Field("单位名称", Kind.WORDS, "单位名称在内容里的名称；文字里差一个字的要报", "[单位.简称]"),
        Field("机构", Kind.WORDS, "单位、公司的名称怎样结尾", "[公司, 办事处]"),
        Field("地名", Kind.TEXT, "一串字，一个字的地名", "京津沪渝"),
        Field("区别字", Kind.TEXT, "一串字，换了这个字是另一个单位", "一二三市县"),
        Field("两字地名", Kind.WORDS, "开头和一个字的地名相同的地名", "[深圳]"),
        Field("叠字", Kind.TEXT, "一串字，连着写两遍的要报", "的了是和"),
        Field("在字后面", Kind.TEXT, "一串字，前面的“在在”是对的", "深职编"),
        Field("叠字例外", Kind.WORDS, "连着写两遍，却是对的", "[的的确, 一步一步]"),
        Field("固定表述", Kind.PHRASES, "正确的写法: 像它的字样，和它不同的都要报", "{三大攻坚战: 三〔大个〕攻坚〔战站〕}"),
        Field("表述也对", Kind.WORDS, "像固定表述的字样，也是对的", "[做到两个维护]"),
        Field("错字", Kind.PHRASES, "正确的写法: 写错的字样", "{接待费: 招代费}"),
        Field("模板残留", Kind.WORDS, "没有选、没有填的字样", "[某某, 增加（减少）]"),
        Field("提示", Kind.WORDS, "表里告诉填表人怎样填的字样，内容和模板里都不该留", "[填写说明]"),
        Field("套话", Kind.WORDS, "代替了数据的字样", "[圆满完成]"),
        Field("结果", Kind.WORDS, "说事情已经做了的字样；`gen new` 照搬正文时，有它们的句子标上“待更新”", "[举办了, 走访]"),
        Field("填写人", Kind.WORDS, "填人名的名称，不宜公开", "[联系人]"),
        Field("往年的事", Kind.WORDS, "句子里有这些字的，可以写别的年份", "[成立, 以来]"),
        Field("同义", Kind.NAMED_WORDS, "句子和表里的叫法: 指同一项的别的叫法（字样）", "{公务接待费: [公务接待, 接待]}"),
        Field("构成", Kind.NAMED_WORDS, "句子和表里的叫法: 合起来就是它的各项；有两种分法的，叫法后面加 `＝` 和分法", "{支出合计: [基本支出, 项目支出]}"),
        Field("句子", Kind.NAMED_WORDS, "句子怎样说数：`增`、`减`、`差`（说增减的词，`增减后` 是跟在它们后面的），`起头`、`收尾`（数前面的话里不是名称的），`收支`，`余`（收入减支出叫什么），`率`（前面两个数相除的）", "{增: [增加, 增长]}"),
    ),
)  # fmt: skip

#: Of a phrase: its wordings, and what must or must not stand beside them.
CONTEXT: Final = Group(
    "字样",
    (
        Field("字样", Kind.WORDS, "写错的样子", "各项工", REQUIRED),
        Field("前接", Kind.WORDS, "前面是这些，才算", "[，, 。]"),
        Field("后接", Kind.WORDS, "后面是这些，才算", "[道路, 制度]"),
        Field("后不接", Kind.WORDS, "后面是这些，不算", "[作, 程]"),
    ),
)  # fmt: skip

#: A field of their own that a form set's indicators have.
INDICATOR_FIELD: Final = Group(
    "指标栏",
    (
        Field("名称", Kind.TEXT, "指标里写的名称，模板里是 `r.名称`", "核心指标", REQUIRED),
        Field("种类", OneOf((OF_TEXT, OF_NUMBER)), "填的是 `文字` 还是 `数`", OF_NUMBER, default=OF_TEXT),
    ),
)  # fmt: skip

FORM_SET: Final = Group(
    "套表",
    (
        Field("名称", Kind.TEXT, "给人看的全称", "示范套表"),
        Field("说明", Kind.TEXT, "随便写", "县级学校试用"),
        Field(INHERITS, Kind.TEXT, "另一个套表的文件名，见[继承](#继承)", "全国"),
        Field("日期", Kind.TEXT, "成文日期在内容里的名称，写进文件属性的“创建日期”", "成文日期"),
        Field("评分", Below(SCORING), "下面有 `整体`（部门整体支出）和 `项目` 两组，各项见下表", "{整体: {总分: 100}}"),
        Field("等级", Each(GRADE), "列表，每项 `名称` 和 `下限`：得分不低于下限的最高一级", "[{名称: 优, 下限: 90}, {名称: 差, 下限: 0}]", EXPECTED),
        Field("项目资金", Below(FUNDS), "项目文件里 `资金` 表的 `列公式`", "{列公式: {全年预算: 年初预算 + 年中追加}}"),
        Field("指标栏", Each(INDICATOR_FIELD), "指标自己的栏，见[自己的栏](#自己的栏)", "[{名称: 核心指标}]"),
        Field("文档", Each(DOCUMENT), "列表，这一套有哪些文件，各项见下表", "[{名称: 报告, docx: docx/demo/报告.docx}]", REQUIRED),
        Field("规则", Each(IDENTITY), "这一套自己的勾稽关系，见[规则](#规则)", "[{公式: 收入预算.合计.本年 = 支出预算.合计.本年}]"),
        Field("完成值核对", Each(DERIVED_RESULT), "哪些指标的完成值可以由别的数算出来，见[规则](#规则)", "[{指标: 毕业合格率, 公式: 毕业.合格 / 毕业.参加}]"),
        Field(RULE_LEVELS, Levels((ERROR, WARNING, NOTE, "开", OFF)), "改变核对规则的级别：编号后面写 `错误`、`警告`、`提示`，或者 `开`、`关`，见[规则](#规则)", "{WEIGHT02: 关}"),
        Field(CHECK_DATA.name, Below(CHECK_DATA), "核对规则要比较的名称和字样，见[核对资料](#核对资料)", "{科目: [教育支出]}"),
    ),
)  # fmt: skip
