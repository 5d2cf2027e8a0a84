"""No false alarms: the samples as shipped, and consistent content of random shape and precision."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.checked import YEAR, example, problems_of
from kit.workspaces import ROOT

from generator.problems import Problem, Severity

#: What the samples' own sources leave to the office's judgement, kept as filed: slip of the
#: source, rule, place, what is true about it. Nothing else may be reported.
JUDGEMENTS = {
    ("jiujiang-shenzhen", 2020): """
A8  | DERIVED01 | indicators.yaml | 完成值填的是2%
A9  | DIR01     | indicators.yaml | 公用经费控制率
A9  | DIR01     | indicators.yaml | ‘三公’经费控制率
A9  | DIR01     | indicators.yaml | 在职人员控制率
A10 | DERIVED01 | indicators.yaml | 完成值填的是100%
A11 | CAP01     | figures.yaml    | 资金来源.财政拨款
A14 | SCORE01   | indicators.yaml | 结转结余率
A16 | REASON02  | indicators.yaml | 联盟会议
A16 | REASON02  | projects/专项工作经费.yaml | 联盟会议
A18 | DUP01     | indicators.yaml | 按量完成走访客商
A18 | DUP01     | projects/专项工作经费.yaml | 按量完成走访客商
A20 | WEIGHT02  | projects/专项工作经费.yaml | 没有计分
A24 | TARGET01  | indicators.yaml | “完整性”
A24 | TARGET01  | indicators.yaml | “准确性”
""",
    ("qiannan-guangzhou", 2023): """
B4 | REASON01 | indicators.yaml | 得分14
B5 | REASON02 | indicators.yaml | 39家
B5 | REASON02 | indicators.yaml | 328家
B5 | REASON02 | indicators.yaml | 4个
B6 | DUP02    | indicators.yaml | 基本支出小计
B8 | SATIS01  | indicators.yaml | 单位人员
""",
}


@pytest.mark.parametrize(("unit", "year"), JUDGEMENTS)
def test_samples_have_no_errors_and_only_true_warnings(unit: str, year: int) -> None:
    found = [p for p in problems_of(ROOT, year, unit) if p.severity is not Severity.NOTE]
    assert [p for p in found if p.severity is Severity.ERROR] == []
    expected = [
        [part.strip() for part in line.split("|")]
        for line in JUDGEMENTS[unit, year].strip().splitlines()
    ]
    left = list(found)
    for slip, code, file, told in expected:
        hits = [
            p for p in left
            if p.code == code and told in p.message
            and any(at.file.endswith(f"{year}/{file}") for at in (p.at, *p.related))
        ]  # fmt: skip
        assert len(hits) == 1, (slip, code, [p.message for p in found])
        left.remove(hits[0])
    assert left == []


# Random content, consistent by construction


class Maker:
    """Makes a unit-year whose every statement is true, honestly rounded where it is rounded."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def amount(self, low: int = 20, high: int = 900) -> Decimal:
        places = self.random.randint(0, 4)
        return Decimal(self.random.randint(low * 10**places, high * 10**places)).scaleb(-places)

    def rounded(self, value: Decimal, places: int | None = None) -> Decimal:
        count = self.random.randint(0, 3) if places is None else places
        return value.quantize(Decimal(1).scaleb(-count), rounding=ROUND_HALF_UP)

    def near(self, value: Decimal, low: str, high: str) -> Decimal:
        factor = Decimal(self.random.randint(int(Decimal(low) * 1000), int(Decimal(high) * 1000)))
        return self.rounded(value * factor / 1000, self.random.randint(1, 4))

    def figures(self) -> str:
        names = self.random.sample(["财政拨款", "事业收入", "经营收入", "其他收入", "利息收入"], 3)
        rows, now, last = [], Decimal(0), Decimal(0)
        self.incomes = {}
        for name in names:
            this = self.amount()
            before = self.near(this, "0.4", "2.4")
            self.incomes[name] = (this, before)
            now, last = now + this, last + before
            rows.append(f"  {name}: {{本年: {this:f}, 上年: {before:f}}}\n")
        if self.random.random() < 0.5:
            rows.append(f"  合计: {{本年: {now:f}, 上年: {last:f}}}\n")
        self.income = now
        text = "收入预算:\n" + "".join(rows) + "部门资金:\n"
        self.budget, self.spent = Decimal(0), Decimal(0)
        for name in ("基本支出", "项目支出"):
            whole = self.amount(100)
            first, done = self.near(whole, "0.8", "1.0"), min(self.near(whole, "0.7", "1.0"), whole)
            self.budget, self.spent = self.budget + whole, self.spent + done
            text += f"  {name}: {{年初预算: {first:f}, 全年预算: {whole:f}, 全年执行: {done:f}}}\n"
        return text + f"  总额: {{全年预算: {self.budget:f}, 全年执行: {self.spent:f}}}\n".replace(
            "{全年预算", f"{{年初预算: {self._first(text):f}, 全年预算"
        )

    @staticmethod
    def _first(text: str) -> Decimal:
        import re

        return sum((Decimal(x) for x in re.findall(r"年初预算: ([\d.]+)", text)), Decimal(0))

    def indicators(self) -> str:
        count = self.random.randint(2, 9)
        points = [Decimal(100 // count)] * (count - 1)
        points.append(100 - sum(points, Decimal(0)))
        rows = []
        for number, each in enumerate(points, 1):
            make = self.random.choice((self._count, self._rate, self._control, self._words))
            rows.append(f"- {{名称: {make(number)}, 分值: {each}}}\n")
        return "".join(rows)

    def _count(self, number: int) -> str:
        goal = self.random.randint(10, 400)
        done = self.random.randint(goal // 2, goal + goal // 5)
        why = f", 偏差原因: 第{number}项受疫情影响" if done < goal else ""
        unit = self.random.choice(["家", "次", "人", "篇"])
        return f"第{number}类服务数量, 目标: {goal}, 完成: {done}, 单位: {unit}{why}"

    def _rate(self, number: int) -> str:
        goal, done = self.random.randint(80, 100), self.rounded(self.amount(70, 99))
        why = f", 偏差原因: 第{number}项未达到" if done < goal else ""
        return f"第{number}类对象满意度, 目标: ≥{goal}%, 完成: {done:f}%{why}"

    def _control(self, number: int) -> str:
        made = self.random.random() < 0.5
        done = self.rounded(Decimal(100 * self.staff) / self.posts)
        if made and number == 1:
            return f"在职人员控制率, 目标: ≤100%, 完成: {done:f}%"
        share = self.rounded(100 * self.spent / self.budget)
        if number == 2:
            why = ", 偏差原因: 疫情" if share < 100 else ""
            return f"预算执行率, 目标: 100%, 完成: {share:f}%{why}"
        return f"第{number}类费用控制率, 目标: ≤100%, 完成: {self.random.randint(50, 100)}%"

    def _words(self, number: int) -> str:
        goal = self.random.choice(["健全", "合规", "及时公开", "优秀"])
        return f"第{number}类制度情况, 目标: {goal}, 完成: {self.random.choice([goal, '100%'])}"

    def facts(self) -> str:
        self.staff = self.random.randint(3, 40)
        self.posts = self.staff + self.random.randint(0, 5)
        return (
            f"人员: {{在职: {self.staff}, 编制: {self.posts}}}\n成文日期: {YEAR + 1}-03-09\n"
            f"目标:\n  预期: 做好{YEAR}年培训工作。\n"
            f"  完成: {YEAR}年，培训工作已经完成，比{YEAR - 1}年更好。\n"
            "依据: 《关于做好2021年绩效工作的通知》（财预〔2020〕10号）\n"
        )

    def report(self) -> str:
        """Sentences typed, tagged, and half of each, all of them right."""
        out = [
            "# 基本情况\n\n我单位自2015年成立以来，按照财预〔2020〕10号，形象在在职人员心中扎根。"
            "自评得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}”。\n"
        ]
        for name, (this, last) in self.incomes.items():
            delta, rate = abs(this - last), abs(this - last) / last * 100
            if not delta:
                continue
            words = ("增加", "增长") if this > last else ("减少", "下降")
            share = self.rounded(this / self.income * 100)
            out.append(
                f"收入预算总额{{{{ 收入预算.合计.本年 | 万元 }}}}，{name}"
                f"{{{{ 收入预算.{name}.本年 | 万元 }}}}，占收入预算总额的{share:f}%，"
                f"比上年{words[0]}{delta:f}万元，{words[1]}{self.rounded(rate):f}%。\n"
            )
        for _ in range(3):
            out.append(self._loose())
        done = self.rounded(100 * self.spent / self.budget)
        out.append(
            "支出年初预算数为{{ 部门资金.总额.全年预算 | 万元 }}，决算数为"
            f"{{{{ 部门资金.总额.全年执行 | 万元 }}}}，完成预算的{done:f}%。\n"
        )
        return "\n".join(out)

    def _loose(self) -> str:
        """A sentence about amounts that no table holds; they are exact as typed."""
        places = self.random.randint(1, 3)
        base, this = (self.rounded(self.amount(1000, 9000), places) for _ in range(2))
        if base == this:
            return ""
        words = ("增加", "增长") if this > base else ("减少", "下降")
        return (
            f"全市商会会费{this:f}万元，比上年{words[0]}{abs(this - base):f}万元，{words[1]}"
            f"{self.rounded(abs(this - base) / base * 100):f}%。\n"
        )

    def files(self) -> dict[str, str]:
        facts, figures = self.facts(), self.figures()
        return {
            "facts.yaml": facts, "figures.yaml": figures, "indicators.yaml": self.indicators(),
            "report.md": self.report(),
        }  # fmt: skip


@pytest.mark.long
@settings(max_examples=150)
@given(st.randoms(use_true_random=False))
def test_consistent_content_is_never_reported(random: Random) -> None:
    with TemporaryDirectory() as folder:
        files = Maker(random).files()
        found: list[Problem] = problems_of(example(Path(folder), files), YEAR)
        told = [f"{p.code} {p.at} {p.message}" for p in found]
        assert told == [], "\n".join([*told, *files.values()])
