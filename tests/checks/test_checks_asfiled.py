"""The two sources as they were filed: each known slip is reported by the rule meant for it.

``asfiled/content`` holds the sources' own wrong inputs, scores and prose; personal names are
left out and the telephone number is made up. The table says which source slip (A…, B… of
docs/与来源的差异.md and of the working notes) each code reports, and at which line.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from kit.checked import problems_of

from generator.problems import Problem

HERE = Path(__file__).parent / "asfiled"
A, B = "content/jiujiang-shenzhen/2020", "content/qiannan-guangzhou/2023"

#: source slip | rule | file:line | what is wrong there | what the message says
SLIPS = """
A1 | YOY01 | report.md:53 | 较上年增加0.08% | 应当是0.84%
A2 | F301 | figures.yaml:36 | 年初预算: = 支出预算.合计.本年 | 259.37
A4 | NAMES04 | figures.yaml:33 | 年初预算: 25.76 | 公共安全支出
A5 | RATE01 | report.md:65 | 94.13% | 截断
A6 | RATE01 | report.md:63 | 94.65% | 舍入了两次
A8 | DERIVED01 | indicators.yaml:36 | 完成: 2% | 6.6%
A9 | DIR01 | indicators.yaml:30 | 公用经费控制率 | 1.96
A9 | DIR01 | indicators.yaml:35 | “三公”经费控制率 | 0.02
A10 | DERIVED01 | indicators.yaml:61 | 在职人员控制率 | 120%
A11 | CAP01 | figures.yaml:69 | 全年执行: 224.66 | 多15.09万元
A14 | SCORE01 | indicators.yaml:45 | 得分: 2.00 | 结转结余率
A16 | REASON02 | indicators.yaml:89 | 完成: 12 | 200%
A18 | DUP01 | indicators.yaml:113 | 指标: 按量完成走访客商 | 扣了两次分
A20 | WEIGHT02 | projects/专项工作经费.yaml:5 | 资金: | 没有计分
A21 | REQ01 | projects/专项工作经费.yaml:2 | 名称: 市府办公室 | 主管部门
A22 | CAT01 | projects/专项工作经费.yaml:38 | 各种活动有序开展 | 社会效益
A22 | CAT01 | projects/专项工作经费.yaml:54 | 所有任务在时间节点前完成 | 时效指标
A23 | UNIT02 | projects/专项工作经费.yaml:25 | 完成: 110 | 单位不同
A24 | TARGET01 | indicators.yaml:10 | 目标: 完整性 | 完整性
A24 | TARGET01 | indicators.yaml:14 | 目标: 准确性 | 准确性
A26 | NAMES01 | projects/专项工作经费.yaml:3 | 实施单位: 驻滁办 | 驻深办
A26 | NAMES02 | projects/专项工作经费.yaml:74 | 粤港澳得商联盟凝心聚力 | 浔
A26 | NAMES02 | projects/专项工作经费.yaml:11 | 预期: 以得商品牌 | 浔
A27 | PHRASE01 | report.md:29 | 习近平新时代特色社会主义思想 | 中国特色
A28 | NAMES03 | report.md:61 | 一般公共服支出 | 一般公共服支出
A28 | NAMES03 | report.md:65 | 公务招待费 | 公务招待费
A29 | TEMPLATE01 | report.md:77 | 增加（减少） | 增加（减少）
A29 | ZERO01 | report.md:77 | 完成预算的0%，决算数较2019年增加（减少） | 预算数是0
A30 | PHRASE02 | report.md:1 | 中发[2018]34号 | 〔2018〕34号
A31 | GRADE01 | report.md:1 | 结果良好 | 93.42分，优
A33 | CROSS03 | projects/专项工作经费.yaml:11 | 预期: 以得商品牌 | 大湾区
A34 | REQ01 | projects/专项工作经费.yaml:2 | 名称: 市府办公室 | 目标.完成
B1 | S102 | indicators.yaml:5 | 权重: 60 | 50
B2 | YEAR01 | facts.yaml:17 | 完成: 2022年 | 2022
B3 | YEAR01 | indicators.yaml:40 | 根据2022年度 | 2022
B4 | REASON01 | indicators.yaml:90 | 完成: 高效引进项目，帮助本州 | 得分14
B5 | REASON02 | indicators.yaml:11 | 完成: 39家 | 390%
B5 | REASON02 | indicators.yaml:19 | 完成: 328家 | 656%
B5 | REASON02 | indicators.yaml:23 | 完成: 4个 | 200%
B6 | DUP02 | indicators.yaml:56 | 名称: 基本支出小计 | 各计了一次分
B7 | ADJUST01 | figures.yaml:10 | 总额: | 4.56%
B8 | SATIS01 | indicators.yaml:104 | 单位人员对办事处的满意度 | 单位人员
B9 | TAOHUA01 | facts.yaml:17 | 完成: 2022年 | 套话
B10 | WORD01 | facts.yaml:12 | 各县市在在广州 | 在在
B10 | WORD02 | facts.yaml:14 | 各项工; | 各项工作
B10 | WORD02 | indicators.yaml:26 | 按质保量完成 | 保质保量
B10 | WORD02 | indicators.yaml:94 | 拉动黔南经济， | 没有说完
B11 | PII01 | facts.yaml:5 | 联系电话 | 138******00
B11 | PII01 | facts.yaml:4 | 联系人: 张三 | 人名
"""


@cache
def _found(unit: str, year: int) -> tuple[Problem, ...]:
    return tuple(problems_of(HERE, year, unit, levels="ADJUST01 TAOHUA01"))


def _slips() -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in SLIPS.strip().splitlines()]


@pytest.mark.parametrize(
    ("slip", "code", "place", "typed", "told"),
    [pytest.param(*row, id=f"{row[0]}-{row[1]}-{row[2]}") for row in _slips()],
)
def test_slip_of_the_source_is_reported_at_its_place(
    slip: str, code: str, place: str, typed: str, told: str
) -> None:
    home, unit, year = (
        (B, "qiannan-guangzhou", 2023) if slip[0] == "B" else (A, "jiujiang-shenzhen", 2020)
    )
    file, _, line = place.partition(":")
    lines = (HERE / home / file).read_text(encoding="utf-8").splitlines()
    # Texts of an indicator are reported where it begins, its values where they stand.
    assert any(typed in text for text in lines[max(0, int(line) - 4) : int(line) + 5])
    places = {
        str(at.line): p.message
        for p in _found(unit, year)
        for at in (p.at, *p.related)
        if p.code == code and at.file == f"{home}/{file}" and told in p.message
    }
    assert line in places, f"{slip}: {code} is reported at {places}"


def test_every_message_prints_on_a_gbk_console() -> None:
    for problem in (*_found("jiujiang-shenzhen", 2020), *_found("qiannan-guangzhou", 2023)):
        f"{problem.message}{problem.hint}".encode("gbk")


def test_positions_in_the_report_point_at_the_column() -> None:
    lines = (HERE / A / "report.md").read_text(encoding="utf-8").splitlines()
    for code, word in (
        ("NAMES03", "公务招待费"), ("PHRASE01", "习近平新时代特色"), ("TEMPLATE01", "增加（减少）"),
        ("RATE01", "94.13"), ("YOY01", "0.08"), ("PHRASE02", "[2018]34号"),
    ):  # fmt: skip
        places = [p.at for p in _found("jiujiang-shenzhen", 2020) if p.code == code]
        assert any(
            lines[at.line - 1][at.column - 1 :].startswith(word)
            for at in places
            if at.file.endswith("report.md")
        ), code
