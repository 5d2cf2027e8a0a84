"""Every figure explained down to the typed lines, by name or by number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kit import workspaces

from generator.cli import reports
from generator.records import explain, record
from generator.records.explain import Explanation, Unknown
from generator.records.record import Record

SAMPLES = {2020: "jiujiang-shenzhen", 2023: "qiannan-guangzhou"}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("samples"))
    for year in SAMPLES:
        workspaces.build(folder, year)
    return folder


@pytest.fixture(scope="module")
def records(samples: Path) -> dict[int, Record]:
    found = {}
    for year, unit in SAMPLES.items():
        one = record.load(samples / "build" / str(year) / unit / record.RECORD)
        assert one is not None
        found[year] = one
    return found


def one(found: list[Explanation] | Unknown) -> Explanation:
    assert isinstance(found, list)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("year", SAMPLES)
@pytest.mark.long
def test_every_value_of_the_samples(year: int, records: dict[int, Record], samples: Path) -> None:
    made = records[year]
    assert len(made.values) > 100
    lines: dict[str, list[str]] = {}
    for path, value in made.values.items():
        found = one(explain.explain(made, path))
        first = found.steps[0]
        assert (first.path, first.text) == (path, value["text"])
        assert "\n".join(reports.explanation_lines(found)).startswith(
            f"{first.name} = {value['text']}"
        )
        assert "[" not in first.name
        reports.answer_json({"甲": [found]})
        shown = [
            place
            for document in made.documents.values()
            for place in document.places
            if place[0].partition("|")[0] == path
        ]
        assert len(found.shown) >= len(shown), "every place that prints it is told"
        for step in found.steps:
            file, line, column = step.at
            if line and file.startswith("content/"):
                if file not in lines:
                    lines[file] = (samples / file).read_text(encoding="utf-8").splitlines()
                text = lines[file][line - 1][column - 1 :]
                assert text.strip(), f"{step.path} at {step.at}"
        # Typed leaves show the typed text where they point.
        if "formula" not in value and "value" in value:
            file, line, column = value["at"]
            if line and file.startswith("content/"):
                digits = re.sub(r"\D+$", "", value["text"])
                assert digits in lines[file][line - 1], f"{path} at {file}:{line}"


@pytest.mark.parametrize("year", SAMPLES)
@pytest.mark.long
def test_derivations_end_in_typed_values(year: int, records: dict[int, Record]) -> None:
    made = records[year]
    for path in made.values:
        steps = one(explain.explain(made, path)).steps
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            rests_on = made.values[step.path].get("inputs", ())
            deeper = following is not None and following.depth == step.depth + 1
            known = [name for name in rests_on if name in made.values]
            assert deeper or not known, f"{path}: {step.path} is not taken further"


def test_a_derived_rate(records: dict[int, Record]) -> None:
    found = one(explain.explain(records[2020], "派生.结转结余率"))
    assert found.steps[0].text == "11.47%"
    assert found.exact == "11.46896790…%"
    assert {step.path: step.text for step in found.steps[1:]} == {
        "收入预算.上年结转.本年": "50",
        "实际收入.合计.本年": "225.44",
        "支出决算.合计.决算": "245.67",
        "支出预算.合计.本年": "259.57",
    }
    assert "指标[7].完成" in {step.path for step in found.followers}
    text = "\n".join(reports.explanation_lines(found))
    assert "公式：(收入预算.上年结转.本年 + 实际收入.合计.本年 - 支出决算.合计.决算)" in text
    assert "content/jiujiang-shenzhen/2020/figures.yaml:17:16" in text


def test_a_figure_with_its_base_year_and_places(records: dict[int, Record]) -> None:
    found = one(explain.explain(records[2020], "收入预算.合计.本年"))
    assert found.base is not None
    assert found.base[1] == "287.82"
    assert found.base[2][0].endswith("2019/figures.yaml")
    texts = {text for _, row in found.shown for text in [row.text]}
    assert {"259.57万元", "比上年减少28.25万元", "80.74%"} <= texts, "itself, phrase, as a whole"
    sentence = next(row.sentence for _, row in found.shown if row.text == "比上年减少28.25万元")
    assert "收入预算总额259.57万元" in sentence


def test_last_years_figure_rests_on_last_years(records: dict[int, Record]) -> None:
    """The table's own figure of last year is last year's total, not this year's."""
    found = one(explain.explain(records[2020], "收入预算.上年"))
    assert [(step.path, step.text) for step in found.steps] == [
        ("收入预算.上年", "287.82"), ("收入预算.合计.上年", "287.82"),
    ]  # fmt: skip


def test_a_score_and_a_grade(records: dict[int, Record]) -> None:
    score = one(explain.explain(records[2020], "指标[16].得分"))
    assert score.steps[0].formula == "分值 × 完成率"
    assert {"履职.走访家数", "年度任务.走访家数"} <= {step.path for step in score.steps}
    grade = one(explain.explain(records[2020], "自评.等级"))
    assert grade.steps[0].text == "优"
    assert [step.path for step in grade.steps if step.depth == 1] == ["自评.总分"]
    assert grade.steps[0].formula
    assert not any("填写于" in line for line in reports.explanation_lines(grade))


def made(**values: dict[str, object]) -> Record:
    at = ["f.yaml", 1, 1]
    return Record("u", 2024, {}, {k: {"at": at, **v} for k, v in values.items()}, (), {})


@pytest.mark.parametrize(
    ("text", "value", "unit", "exact"),
    [
        ("11.47%", "1147/10000", "%", ""),
        ("11.47%", "1/9", "%", "11.11111111…%"),
        ("33.33", "100/3", "万元", "33.33333333…"),
        ("-33.33", "-100/3", "万元", "-33.33333333…"),
        ("0.13", "1/8", "万元", "0.125"),
        ("2亿元", "20000", "万元", ""),
        ("110家", "110", "家", ""),
        ("≥5%", "1/20", "%", ""),
        ("1,234.5", "2469/2", "万元", ""),
        ("50.00", "50", "万元", ""),
        ("完整", "1", "", ""),
    ],
)
def test_what_rounding_hid(text: str, value: str, unit: str, exact: str) -> None:
    found = explain.explain(made(甲={"text": text, "value": value, "unit": unit}), "甲")
    assert one(found).exact == exact


# By number


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("28.25", {"收入预算.合计.本年", "支出预算.合计.本年"}),
        ("259.57", {"收入预算.合计.本年", "支出预算.合计.本年", "资金结构.合计.全年预算"}),
        ("259.57万元", {"收入预算.合计.本年"}),
        ("11.47%", {"派生.结转结余率"}),
        ("80.74%", {"收入预算.财政拨款.本年"}),
        ("110家", {"履职.走访家数"}),
        ("93.42", {"自评.总分"}),
    ],
)
def test_by_number(asked: str, wanted: set[str], records: dict[int, Record]) -> None:
    found = explain.explain(records[2020], asked)
    assert isinstance(found, list)
    assert wanted <= {explanation.path for explanation in found}


def test_a_number_is_not_found_inside_another(records: dict[int, Record]) -> None:
    for asked in ("8.25", "28.2", "259.5", "9.57"):
        found = explain.explain(records[2020], asked)
        paths = [] if isinstance(found, Unknown) else [e.path for e in found]
        assert "收入预算.合计.本年" not in paths


def test_below_a_name(records: dict[int, Record]) -> None:
    found = explain.explain(records[2020], "收入预算.合计")
    assert isinstance(found, list)
    assert {e.path for e in found} == {"收入预算.合计.本年", "收入预算.合计.上年"}


# Misspelt


def test_misspelt_names_and_unknown_numbers(samples: Path) -> None:
    ran = workspaces.gen("explain", "2020", "收入预算.合计.本", folder=samples)
    assert ran.code == 2
    assert "是否为“收入预算.合计.本年”？" in ran.err
    ran = workspaces.gen("explain", "2020", "77.7777", folder=samples)
    assert ran.code == 2
    assert "没有哪个数是“77.7777”" in ran.err
    ran = workspaces.gen("explain", "2020", "全无此名啊", folder=samples)
    assert ran.code == 2
    assert "没有名为“全无此名啊”的数或文字" in ran.err


def test_misspelt_names_as_json(samples: Path) -> None:
    asked = ("explain", "2020", "收入预算.合计.本", "--format", "json")
    ran = workspaces.gen(*asked, folder=samples)
    assert (ran.code, ran.err) == (2, "")
    (found,) = ran.json.values()
    assert found == {
        "found": [],
        "unknown": {
            "name": "收入预算.合计.本",
            "suggestion": "，是否为“收入预算.合计.本年”？",
            "is_number": False,
        },
    }
    known = workspaces.gen(
        "explain", "2020", "收入预算.合计.本年", "--format", "json", folder=samples
    )
    assert known.code == 0


def test_as_json(samples: Path) -> None:
    ran = workspaces.gen("explain", "2020", "28.25", "--format", "json", folder=samples)
    assert ran.code == 0
    (found,) = ran.json.values()
    first = found["found"][0]  # type: ignore[call-overload]
    assert set(first) == {"path", "steps", "exact", "base", "shown", "followers"}


def test_several_unit_years_are_told_under_their_labels(records: dict[int, Record]) -> None:
    """One that does not know the name is passed over; only if none does is there nothing to say."""
    answers = {
        "甲": explain.explain(records[2020], "自评.总分"),
        "乙": explain.explain(records[2020], "没有这个"),
    }
    assert explain.nowhere(answers.values()) is None
    assert explain.nowhere([answers["乙"]]) == Unknown("没有这个", answers["乙"].suggestion)
    assert explain.nowhere([]) is None
    lines = list(reports.answer_lines(answers, headed=True))
    assert (lines[0], "乙：" in lines) == ("甲：", False)
    assert list(reports.answer_lines(answers, headed=False)) == lines[1:]


def test_a_part_of_a_name_brings_the_names_that_hold_it(records: dict[int, Record]) -> None:
    found = explain.explain(records[2020], "三公")
    assert isinstance(found, Unknown)
    assert found.suggestion.startswith("；带这几个字的有：三公经费.")
    assert explain.explain(records[2020], "没有这样的名称") == Unknown("没有这样的名称", "")


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["explain", "部门资金.总额.年初预算"], 0, "部门资金.总额.年初预算 = 702.71万元"),
        (["explain", "没有的名称"], 2, "找的是最新的 2023 年度"),
        (["explain", "2020"], 2, "缺少名称或数字"),
        (["explain"], 2, "缺少名称或数字"),
        (["freeze", "报送稿"], 2, "缺少年度"),
        (["freeze", "2020"], 2, "缺少版本名"),
    ],
)
def test_it_is_the_year_that_may_be_missing(
    samples: Path, typed: list[str], code: int, said: str
) -> None:
    ran = workspaces.gen(*typed, folder=samples)
    assert ran.code == code
    assert said in ran.out + ran.err
