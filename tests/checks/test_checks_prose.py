"""Sentences of report.md: what is wrong is reported at its column, what is right is left alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.checked import YEAR, example, problems_of

from generator.checks.precision import around, judge, point, significant
from generator.figures.amounts import round_half_up

FIGURES = """\
收入预算:
  财政拨款: {本年: 209.57, 上年: 207.82}
  上年结转: {本年: 50, 上年: 80}
  合计: {本年: 259.57, 上年: 287.82}
支出决算:
  一般公共服务支出: {年初预算: 233.61, 决算: 219.91}
  卫生健康支出: {年初预算: 25.96, 决算: 25.76}
  合计: {年初预算: 259.57, 决算: 245.67}
三公经费:
  公务接待: {年初预算: 2.6, 决算: 0.7, 上年决算: 2.55}
  公务用车: {年初预算: 0, 决算: 0, 上年决算: 0}
派生:
  在编率: = 人员.在职 / 人员.编制
"""
FACTS = "人员: {在职: 5, 编制: 6}\n"
SCORE = "自评得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}”。"

# sentence with the wrong part between ⟦ ⟧, the rule that reports it, what the message says
WRONG = [
    ("支出比上年⟦增加减少⟧3万元。", "WORD01", "重复"),
    ("支出⟦增加比上年{{ 收入预算.合计.本年 | 增减 }}⟧。", "WORD01", "重复"),
    ("财政评价得分⟦88.4分分⟧。", "WORD01", "4分分"),
    ("执行率⟦98%%⟧。", "WORD01", "8%%"),
    ("财政拨款收入{{ 收入预算.财政拨款.本年 | 万元 }}，较上年增长⟦0.08%⟧。", "YOY01", "0.84%"),
    ("收入预算{{ 收入预算.合计.本年 | 万元 }}，比上年减少⟦28.52万元⟧。", "YOY01", "应当是28.25万元"),
    ("收入预算{{ 收入预算.合计.本年 | 万元 }}，比上年减少28.25万元，下降⟦9.81%⟧。", "YOY01", "截断"),
    ("收入预算{{ 收入预算.合计.本年 | 万元 }}，比上年增加⟦28.25万元⟧。", "DIR02", "方向反了"),
    ("收入预算{{ 收入预算.合计.本年 | 万元 }}，比上年减少28.25万元，增长⟦9.82%⟧。", "DIR02", "方向"),
    ("会费300万元，比上年增加50万元，增长⟦16.67%⟧。", "YOY01", "=20%"),
    ("会费5万元，比上年增加5万元，增长⟦100%⟧。", "ZERO01", "没有这个比率"),
    ("公务用车预算数为0万元，决算数为0万元，完成预算的⟦0%⟧。", "ZERO01", "预算数是0"),
    ("会费和上年相比⟦增加0万元⟧。", "ZERO01", "与上年持平"),
    (
        "收入预算总额{{ 收入预算.合计.本年 | 万元 }}，"
        "财政拨款{{ 收入预算.财政拨款.本年 | 万元 }}，"
        "占收入预算总额的⟦80.47%⟧。", "RATE01", "80.74%",
    ),
    (
        "年初预算数为{{ 支出决算.合计.年初预算 | 万元 }}，"
        "决算数为{{ 支出决算.合计.决算 | 万元 }}，"
        "完成年初预算的⟦94.65%⟧。", "RATE01", "舍入了两次",
    ),
    (
        "年初预算数为{{ 支出决算.合计.年初预算 | 万元 }}，"
        "决算数为{{ 支出决算.合计.决算 | 万元 }}，"
        "完成年初预算的⟦94.64⟧。", "PCT01", "少了%",
    ),
    ("收入预算{{ 收入预算.合计.本年 | 万元 }}，比上年减少28.25万元，下降⟦9.82⟧。", "PCT01", "少了%"),
    ("预算完成率98%，比上年⟦提高3%⟧。", "POINT01", "3个百分点"),
    ("收入预算⟦259.57万元⟧。", "HAND01", "收入预算.合计.本年"),
    ("在职人员占编制的⟦83.3%⟧。", "HAND01", "派生.在编率"),
    ("本次得分⟦96.25分⟧。", "HAND01", "自评.总分"),
    ("收入预算⟦259.75万元⟧。", "HAND02", "两位数字颠倒"),
    ("收入预算⟦259.67万元⟧。", "HAND02", "一位数字不同"),
    ("收入预算⟦259.57元⟧。", "HAND02", "单位不同"),
    ("收入预算⟦2595.7万元⟧。", "HAND02", "小数点不同"),
    ("卫生健康支出年初预算数为⟦31.2万元⟧。", "CROSS05", "25.96"),
    ("⟦2016年⟧，我单位举办培训班。", "YEAR01", "2016"),
    ("⟦2023年⟧，我单位举办培训班。", "YEAR01", "2023"),
    ("支出比上年⟦增加（减少）⟧许多。", "TEMPLATE01", "增加（减少）"),
    ("培训⟦××⟧人。", "TEMPLATE01", "××"),
    ("主要情况⟦待补充⟧。", "TEMPLATE01", "待补充"),
    ("由⟦培讯中心⟧承办。", "NAMES01", "培训中心"),
    ("⟦一般公共服支出⟧减少。", "NAMES03", "一般公共服支出"),
    ("支付⟦公务招待费⟧。", "NAMES03", "公务招待费"),
    ("以⟦习近平新时代特色社会主义思想⟧为指导。", "PHRASE01", "中国特色"),
    ("按照财预⟦[2020]10号⟧执行。", "PHRASE02", "〔2020〕10号"),
    ("按照财预⟦（2020）010号⟧执行。", "PHRASE02", "〔2020〕10号"),
    ("组织干部⟦在在⟧广州培训。", "WORD01", "在在"),
    ("组织干部⟦培训培训⟧。", "WORD01", "培训培训"),
    ("做好⟦各项工⟧，再接再厉。", "WORD02", "各项工作"),
    ("联系电话⟦13812345678⟧。", "PII01", "138******78"),
    ("身份证号⟦360403198001011234⟧。", "PII01", "360"),
    ("经自评，自评等级为“⟦良⟧”。", "GRADE02", "优"),
]  # fmt: skip

RIGHT = [
    "收入预算{{ 收入预算.合计.本年 | 万元 }}，{{ 收入预算.合计.本年 | 比上年变动 }}。",
    "收入预算{{ 收入预算.合计.本年 | 万元 }}，比上年减少28.25万元，下降9.8%。",
    "收入预算{{ 收入预算.合计.本年 | 万元 }}，比上年减少28.3万元，下降10%。",
    "会费313.3万元，比上年增加63.3万元，增长25%。",
    "会费1000余万元，比上年增加100余万元，增长12%。",
    "全年举办培训班12次，比年初计划增加2次，培训200余人。",
    "入选世界500强、中国100强企业名录。",
    "我单位自2015年成立以来，坚持服务企业。",
    "按照《关于2019年工作的通知》（财预〔2019〕10号）执行。",
    "与2023年相比，收入有所下降；比2023年少支出。",
    "2025年，我单位将继续做好各项工作。",
    "预算完成率98%，比上年提高3个百分点。",
    "求才、爱才的形象在在职人员心中扎下了根，扎扎实实，踏踏实实。",
    "与驻京办、驻沪办共同承办，由培训中心负责，干部培训中心协助。",
    "以习近平新时代中国特色社会主义思想为指导，不忘初心、牢记使命，增强“四个意识”。",
    "一般公共服务支出、社会保障和就业支出、住房保障支出、公务接待费、因公出国（境）费有所减少。",
    "统一社会信用代码为11360400K317331571，门牌1380000号。",
    "财政评价得分88.4分，等级为“良”。",
    "发言不超过9分钟，层次十分分明，按百分之5增加投入。",
    "进驻我单位开展绩效评价，驻地企业100家。",
    "办公用房259.57平方米。",
]


def _workspace(folder: Path, sentence: str) -> Path:
    rows = "- {名称: 培训场次, 目标: 80, 完成: 77, 单位: 次, 分值: 100, 偏差原因: 场地不足}\n"
    report = f"{SCORE}\n\n{sentence}\n"
    return example(
        folder,
        {
            "figures.yaml": FIGURES,
            "facts.yaml": FACTS,
            "indicators.yaml": rows,
            "report.md": report,
        },
    )


@pytest.mark.parametrize(
    ("sentence", "code", "told"), WRONG, ids=[f"{c}-{n}" for n, (_, c, _) in enumerate(WRONG)]
)
def test_wrong_sentence_is_reported_at_its_column(
    sentence: str, code: str, told: str, tmp_path: Path
) -> None:
    typed = sentence.replace("⟦", "").replace("⟧", "")
    start, end = sentence.index("⟦") + 1, sentence.index("⟧")
    found = [p for p in problems_of(_workspace(tmp_path, typed), YEAR) if p.code == code]
    assert found, sentence
    hits = [p for p in found if told in p.message]
    assert hits, [p.message for p in found]
    at = hits[0].at
    assert (at.file, at.line) == (f"content/{YEAR}/report.md", 3)
    assert start <= at.column < end, (at.column, start, end)


@pytest.mark.parametrize("sentence", RIGHT)
def test_right_sentence_is_left_alone(sentence: str, tmp_path: Path) -> None:
    found = problems_of(_workspace(tmp_path, sentence), YEAR)
    assert [f"{p.code} {p.message}" for p in found if p.at.file.endswith("report.md")] == []


def test_hand_typed_number_names_the_tag_to_use(tmp_path: Path) -> None:
    found = problems_of(_workspace(tmp_path, "收入预算259.57万元。"), YEAR)
    hints = [p.hint for p in found if p.code == "HAND01"]
    assert hints == ["请用 {{ 收入预算.合计.本年 | 万元 }} 代替。"]


def test_wrapped_lines_are_one_sentence_with_their_own_positions(tmp_path: Path) -> None:
    text = "收入预算{{ 收入预算.合计.本年 | 万元 }}，比上年\n减少28.25万元，\n下降9.28%。"
    found = [p for p in problems_of(_workspace(tmp_path, text), YEAR) if p.code == "YOY01"]
    assert [(p.at.line, p.at.column) for p in found] == [(5, 3)]


# Precision


@given(st.fractions(0, 1000), st.integers(0, 4))
def test_honest_rounding_is_never_judged(value: Fraction, places: int) -> None:
    assert judge(Fraction(round_half_up(value, places)), places, point(value)) == ""


@given(st.decimals(0, 1000, places=4), st.integers(0, 3))
def test_rounding_of_a_rounded_number_is_honest_for_its_interval(value, places: int) -> None:  # type: ignore[no-untyped-def]
    typed = Fraction(value)
    rounded = Fraction(round_half_up(typed, places))
    assert judge(rounded, places, around(typed, 4)) == ""


@pytest.mark.parametrize(
    ("typed", "places", "exact", "verdict"),
    [
        ("94.13", 2, Fraction(21991, 23361) * 100, "截断"),
        ("94.14", 2, Fraction(21991, 23361) * 100, ""),
        ("94.65", 2, Fraction(24567, 25957) * 100, "两次舍入"),
        ("94.64", 2, Fraction(24567, 25957) * 100, ""),
        ("95.64", 2, Fraction(24567, 25957) * 100, "不符"),
    ],
)
def test_truncation_and_double_rounding_are_told_apart(
    typed: str, places: int, exact: Fraction, verdict: str
) -> None:
    assert judge(Fraction(typed), places, point(exact)) == verdict


@pytest.mark.parametrize(("text", "count"), [("0.78", 2), ("50", 1), ("110", 2), ("259.57", 5)])
def test_significant_digits(text: str, count: int) -> None:
    assert significant(text) == count


@pytest.mark.parametrize(
    ("date", "wrong"),
    [
        ("2024-11-30", True),
        ("2024-12-01", False),
        ("2025-03-18", False),
        ("2026-12-31", False),
        ("2027-01-01", True),
        ("2024年5月", False),
    ],
)
def test_a_date_of_issue_lies_behind_the_year(date: str, wrong: bool, tmp_path: Path) -> None:
    files = {"套表": "日期: 成文日期\n", "facts.yaml": f"成文日期: {date}\n"}
    found = [p.code for p in problems_of(example(tmp_path, files), YEAR)]
    assert ("YEAR02" in found) == wrong
    assert "YEAR02" not in [
        p.code for p in problems_of(example(tmp_path / "无", {"facts.yaml": "甲: 1\n"}), YEAR)
    ]


def test_a_pair_of_rules_tells_of_a_number_once(tmp_path: Path) -> None:
    text = "收入预算259.67万元，比上年减少28.25万元，下降9.82%。"
    found = problems_of(_workspace(tmp_path, text), YEAR)
    assert [p.code for p in found if p.at.file.endswith("report.md")] == ["HAND02"]


def test_a_tag_of_another_year_is_not_proposed(tmp_path: Path) -> None:
    text = "收入预算287.82万元。"  # last year's amount, said of this year
    found = [p for p in problems_of(_workspace(tmp_path, text), YEAR) if p.code == "HAND01"]
    assert not any("上年" in p.hint for p in found)
    text = "其他收入为259.57万元，收入预算较多。"  # the amount of another row
    [found] = [
        p for p in problems_of(_workspace(tmp_path / "其他", text), YEAR) if p.code == "HAND01"
    ]
    assert "请用" in found.hint


def test_sums_of_sentences_are_judged(tmp_path: Path) -> None:
    text = "经费500.25万元，其中：甲项300.25万元，占60.02%；乙项210万元，占39.98%。"
    found = problems_of(_workspace(tmp_path, text), YEAR)
    assert "SUM01" in {p.code for p in found}
