"""The national frame as data: names, phrases and words that rules compare with.

Only words of the whole field stand here, none of a region or a unit: what one form set adds
belongs into its file. Patterns are regular expressions.
"""

from __future__ import annotations

from typing import Final

from generator.checks.settings import DerivedRate

#: Indicators where less is better: their targets are ≤ (财政部预算绩效指标框架).
REVERSE_NAMES: Final = (
    r"控制率", r"变动率", r"结转结余率", r"结转率", r"结余率", r"负债率", r"投诉率", r"差错率",
    r"超支率", r"调整率",
)  # fmt: skip

#: Results that other figures give. Formulas name figures of any form set that has them.
DERIVED: Final = (
    DerivedRate(
        r"(在职|财政供养)人员控制率", ("人员.在职 / 人员.编制",), "在职人数 ÷ 编制数"
    ),
    DerivedRate(
        r"三公.{0,6}控制率",
        ("三公经费.合计.决算 / 三公经费.合计.年初预算", "三公经费.合计.决算 / 三公经费.合计.预算"),
        "“三公”经费决算 ÷ 预算",
    ),
    DerivedRate(
        r"三公.{0,6}变动率",
        ("(三公经费.合计.决算 - 三公经费.合计.上年决算) / 三公经费.合计.上年决算",),
        "（本年决算减上年决算）÷ 上年决算",
    ),
    DerivedRate(
        r"结转结余率",
        (
            "派生.结转结余率",
            "(收入预算.上年结转.本年 + 实际收入.合计.本年 - 支出决算.合计.决算)"
            " / 支出预算.合计.本年",
        ),
        "年末结转结余 ÷ 支出预算",
    ),
    DerivedRate(
        r"预算(完成|执行)率",
        (
            "支出决算.合计.决算 / 支出决算.合计.年初预算",
            "部门资金.总额.全年执行 / 部门资金.总额.全年预算",
            "资金结构.合计.全年执行 / 资金结构.合计.全年预算",
        ),
        "全年执行 ÷ 全年预算",
    ),
    DerivedRate(
        r"政府采购执行率",
        ("政府采购.合计.决算 / 政府采购.合计.年初预算",),
        "实际采购 ÷ 采购预算",
    ),
)  # fmt: skip

#: (rows below which table, column that may not exceed, column that limits it)
CAPS: Final = (
    (r".*", "全年执行", "全年预算"),
    (r".*", "执行数", "预算数"),
    (r".*", "全年执行数", "全年预算数"),
    (r"三公经费.*", "决算", "年初预算"),
    (r"三公经费.*", "决算", "预算"),
)

#: (figure, figure that it cannot exceed)
PARTS: Final = (
    ("三公经费.合计.决算", "支出决算.合计.决算"),
    ("三公经费.合计.年初预算", "支出预算.合计.本年"),
    ("三公经费.合计.上年决算", "支出决算.合计.上年决算"),
    ("人员.参公编制", "人员.编制"),
    ("项目合计.全年预算", "部门项目支出.合计.全年预算"),
)

#: Tables of spending by function: budget first, outturn second. Classes of the second ⊆ first.
FUNCTION_TABLES: Final = ("支出预算", "支出决算")

#: 支出功能分类科目（类） and other account names, in their only right wording.
ACCOUNTS: Final = (
    "一般公共服务支出", "公共安全支出", "科学技术支出", "文化旅游体育与传媒支出",
    "社会保障和就业支出", "卫生健康支出", "节能环保支出", "城乡社区支出", "交通运输支出",
    "资源勘探工业信息等支出", "商业服务业等支出", "自然资源海洋气象等支出", "住房保障支出",
    "粮油物资储备支出", "灾害防治及应急管理支出", "公务接待费", "公务用车购置费",
    "公务用车运行维护费", "因公出国（境）", "一般公共预算财政拨款",
)  # fmt: skip
#: Words that differ from an account name by one character and are right nevertheless.
NOT_ACCOUNTS: Final = ("城市社区支出", "公务接待非", "公务用车运行维护、")

#: Place names of one character: 驻京办 is another office, not a misprint of 驻深办.
PLACES: Final = "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川蜀黔贵滇云陕甘青桂蒙藏宁新港澳台穗杭蓉汉"
#: How the names of organisations end; only facts that end so are compared.
ORGANISATIONS: Final = (
    "公司", "局", "办", "办公室", "办事处", "中心", "委员会", "银行", "学院", "大学", "商会",
    "协会", "政府",
)  # fmt: skip

#: Fixed political wording: (what every variant holds, what variants look like, the only right
#: wording).
PHRASES: Final = (
    ("习近平新时代", r"习近平新时代[^，。；、“”]{0,14}?思想", "习近平新时代中国特色社会主义思想"),
    ("初心", r"不忘初心[、，,；]?\s?(?:牢记|铭记|勿忘)(?:使命|任务|宗旨)", "不忘初心、牢记使命"),
    (
        "特色社会", r"中国特色社会[^，。；、“”]{0,3}义(?=道路|制度|事业|理论|思想)",
        "中国特色社会主义",
    ),
    ("个意", r"增强[“”]?[四4]个意[识见]", "增强“四个意识”"),
    ("个自", r"坚定[“”]?[四4]个自[信性]", "坚定“四个自信”"),
    ("个维", r"做到[“”]?[两二2]个维[护持]", "做到“两个维护”"),
    ("中华民族", r"(?:中华民族伟大|中华民族的伟大)复[兴新]", "中华民族伟大复兴"),
    ("攻坚", r"[“”]?三[大个]攻坚[战站]", "三大攻坚战"),
    ("党的", r"党的(?:十[八九]|二十)(?:界|届)[^一二三四五六七中]", "党的十九大、二十大"),
)  # fmt: skip
#: Exact spellings that the patterns above also meet.
PHRASES_FINE: Final = (
    "增强“四个意识", "坚定“四个自信", "做到“两个维护", "增强四个意识", "坚定四个自信",
    "做到两个维护", "三大攻坚战", "“三大攻坚战", "不忘初心牢记使命", "不忘初心，牢记使命",
)  # fmt: skip

#: Broken or wrong words: (what each holds, pattern, what is meant).
TYPOS: Final = (
    ("各项工", r"各项工(?![作程业资艺])", "各项工作"),
    ("按质保量", "按质保量", "保质保量"),
    ("推进各项再上", "推进各项再上", "推进各项工作再上"),
    ("招代费", "招代费", "接待费"),
    ("主要原因", r"(?<=[，。；])主要原因(?![是：:为有在和分与])", "主要原因是"),
)
#: Characters that are never doubled in running text, and what may follow a rightful 在在.
DOUBLED: Final = "的了是和在与及将对于为把被"
ATTRIBUTIVE: Final = f"{PLACES}深职编岗校建谈册外读研籍任"

#: What a template or draft leaves behind.
LEFTOVERS: Final = (
    r"增加（减少）", r"减少（增加）", r"增长（下降）", r"下降（增长）", r"提高（降低）",
    r"上升（下降）", r"增加\(减少\)", r"增长\(下降\)", r"增加/减少", r"增长/下降",
    r"(?<![A-Za-z×])[Xx×]{2,}(?![A-Za-z×])", r"20[XxｘＸ×]{2}", r"待更新", r"待填", r"待补充",
    r"待核实", r"某某", r"_{3,}", r"＿{2,}", r"（此处[^）]*）", r"【[^】]*填[^】]*】",
)  # fmt: skip

#: A Chinese character, as a letter that is not Latin: the range of all of them takes ``re`` most
#: of a millisecond to compile, at each place that uses it.
HAN: Final = r"[^\W\d_A-Za-z]"

#: Targets that name a quality instead of a value: 完整性, 准确性.
NOUN_TARGET: Final = rf"{HAN}{{1,6}}(性|程度|情况)"

#: Who cannot judge its own office's service.
INSIDERS: Final = (
    "单位人员", "本单位", "本部门", "本办", "单位职工", "单位干部", "内部", "机关干部", "干部职工",
    "办公室人员",
)  # fmt: skip

#: Reasons that give none.
NO_REASON: Final = ("", "无", "—", "-", "/", "无偏差", "暂无")

#: Second-level headings and the words of indicators that belong under them (a note).
CATEGORIES: Final = (
    ("成本", r"(控制在.{0,6}预算|预算.{0,4}控制|成本|支出标准)"),
    ("时效", r"(及时|按时|时间节点|时限|完成时间|月底前)"),
    ("满意度", r"满意"),
    ("质量", r"(合格率|有序开展|按量完成|通过率|达标率|准确率)"),
)
#: Adverbs of praise; repeated, they stand in for data (a note).
PRAISE: Final = r"很好[地的]|圆满完成|扎实推进|高度重视|全面完成|显著成效|充分肯定|有力促进"
