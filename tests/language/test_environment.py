"""The sandbox: what a tag may say, what it prints, and that nothing else runs."""

from __future__ import annotations

from fractions import Fraction

import pytest
from jinja2 import TemplateError, TemplateSyntaxError
from kit.problems import assert_names

from generator.figures.model import Fault, Figure, Names, Words
from generator.language import environment as sandbox
from generator.language import markers
from generator.language.environment import TemplateLimit, compile_source, make_environment, run
from generator.problems import Position, problem

AT = Position("content/2020/facts.yaml", 3)


def figure(path: str, number: str, unit: str = "万元") -> Figure:
    return Figure(path, Fraction(number), number, unit, AT, places=2, year=2020)


def words(path: str, text: str) -> Words:
    return Words(text, path, AT)


CONTEXT = {
    "单位": Names(简称=words("单位.简称", "驻深办"), 代码=words("单位.代码", "<A&B>")),
    "年度": words("年度", "2020"),
    "收入": Names(
        合计=Names(本年=figure("收入.合计.本年", "259.57"), 零=figure("收入.合计.零", "0"))
    ),
    "指标": [
        Names(
            名称=words(f"指标[{n}].名称", f"指标{n}"), 分值=figure(f"指标[{n}].分值", str(n), "分")
        )
        for n in (1, 2, 3)
    ],
    "空": [],
}


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


ENVIRONMENT = make_environment(escape)


def render(source: str) -> tuple[str, list[markers.Mark]]:
    return markers.strip(run(ENVIRONMENT, compile_source(ENVIRONMENT, source, "模板"), CONTEXT))


def printed(source: str) -> str:
    return render(source)[0]


# What prints


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 单位.简称 }}{{ 年度 }}年", "驻深办2020年"),
        ("{{ 单位['简称'] }}", "驻深办"),
        ("{{ 收入.合计.本年 }}", "259.57"),
        ("{{ 收入.合计.本年 | 万元 }}", "259.57万元"),
        ("{{ 收入.合计.本年 | 占(收入.合计.本年, 0) }}", "100%"),
        ("{{ 单位.代码 }}", "&lt;A&amp;B>"),
        ("{{ 指标[1].名称 }}{{ 指标[-1].名称 }}", "指标2指标3"),
        ("{% for r in 指标 %}{{ loop.index }}{{ r.名称 }};{% endfor %}", "1指标1;2指标2;3指标3;"),
        ("{% for r in 空 %}x{% else %}无{% endfor %}", "无"),
        ("{% for r in 指标 if r.分值 > 1 %}{{ r.分值 }}{% endfor %}", "23"),
        ("{% for r in 指标 %}{{ loop.index | 中文数字 }}{% if not loop.last %}、{% endif %}{% endfor %}",
         "一、二、三"),
        ("{% if 收入.合计.零 %}有{% else %}无{% endif %}", "无"),
        ("{% if 收入.合计.本年 > 259 and 收入.合计.本年 <= 259.57 %}是{% endif %}", "是"),
        ("{% if 收入.合计.零 == 0 %}是{% elif 年度 %}否{% endif %}", "是"),
        ("{% if 年度 == '2020' %}是{% endif %}", "是"),
        ("{% if 单位.电话 is defined %}有{% else %}无{% endif %}", "无"),
        ("{% set 甲 = 单位.简称 %}{{ 甲 }}", "驻深办"),
        ("{{ '文字' if 年度 else '' }}", "文字"),
        ("{{ 5 }}", "5"),
        ("{% for r in 指标 %}{{ loop.index + 1 }}{% endfor %}", "234"),
        ("{# 注释 #}甲", "甲"),
        ("{{ '甲' in ['甲', '乙'] and '是' }}", "是"),
        ("行\n{{ 年度 }}\n", "行\n2020\n"),
    ],
)  # fmt: skip
def test_tags_print(source: str, text: str) -> None:
    assert printed(source) == text


def test_every_value_keeps_its_path() -> None:
    _, marks = render(
        "{{ 单位.简称 }}有{{ 收入.合计.本年 | 万元 }}{% for r in 指标 %}{{ r.分值 }}{% endfor %}"
    )
    assert [mark.path for mark in marks] == [
        "单位.简称",
        "收入.合计.本年|万元",
        "指标[1].分值",
        "指标[2].分值",
        "指标[3].分值",
    ]


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("number", ["259.56", "259.57", "259.58"])
def test_figures_compare_exactly_with_numbers(operator: str, number: str) -> None:
    source = f"{{% if 收入.合计.本年 {operator} {number} %}}是{{% endif %}}"
    assert (printed(source) == "是") == eval(f"259.57 {operator} {number}")


# What cannot be printed is a fault in its place, and the rest goes on


@pytest.mark.parametrize(
    ("tag", "code", "named"),
    [
        ("{{ 没有 }}", "T101", ["“没有”"]),
        ("{{ 单位.没有 }}", "T101", ["“没有”"]),
        ("{{ 单位.简称.长度 }}", "T101", ["“长度”"]),
        ("{{ 指标[9] }}", "T101", ["“9”"]),
        ("{{ 收入.没有 | 万元 }}", "T101", ["“没有”"]),
        ("{{ 收入.合计.本年 | 占(没有) }}", "T101", ["“没有”"]),
        ("{{ 收入.合计 }}", "T103", ["一组数"]),
        ("{{ 指标 }}", "T103", ["一个列表"]),
        ("{{ 年度 == '2020' }}", "T103", ["是/否"]),
        ("{{ self }}", "T103", ["这种值"]),
        ("{{ 收入 | 万元 }}", "T104", ["“万元”", "一组数"]),
        ("{{ 年度 | 百分比 }}", "T104", ["“百分比”", "“2020”"]),
        ("{{ 收入.合计.本年 | 百分比 }}", "T105", ["“百分比”", "万元"]),
        ("{{ 收入.合计.本年 | 占 }}", "T106", ["“占”", "占(总数)"]),
        ("{{ 收入.合计.本年 | 万元('x') }}", "T106", ["万元(2)"]),
        ("{{ 收入.合计.本年 | 占(指标[0].分值) }}", "T107", ["“指标[1].分值”"]),
        ("{{ 单位.简称 | 日期 }}", "T108", ["“驻深办”"]),
        ("{{ 收入.合计.本年 | 比上年 }}", "F201", ["“收入.合计.本年”", "2019"]),
        ("{{ 收入.合计.本年 | 占(收入.合计.零) }}", "F202", ["“收入.合计.零”"]),
    ],
)
def test_faults_stand_where_the_value_would(tag: str, code: str, named: list[str]) -> None:
    text, marks = render(f"前{tag}后{{{{ 年度 }}}}")
    assert text == "前后2020"
    fault, year = marks
    assert (fault.start, fault.end, year.path) == (1, 1, "年度")
    found, values = markers.read_fault(fault.path)
    assert found == code
    assert_names([problem(found, AT, **{"tag": tag, **values})], *named)


def test_faults_have_a_reason_for_anything() -> None:
    assert sandbox.as_fault(Fault("F201", (("name", "甲"),))).code == "F201"
    for value, kind in [(None, "空值"), (0.5, "小数"), ({}, "一组数"), (object(), "这种值")]:
        fault = sandbox.as_fault(value)
        assert (fault.code, dict(fault.values)["kind"]) == ("T103", kind)


# What does not run


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ 收入.合计.本年 * 2 }}", "派生"),
        ("{{ 收入.合计.本年 / 2 }}", "派生"),
        ("{{ 2 ** 9 }}", "派生"),
        ("{{ 单位.简称 ~ '甲' }}", "派生"),
        ("{{ 单位.简称.upper() }}", "函数或方法"),
        ("{{ range(9) }}", "函数或方法"),
        ("{{ 单位.简称[0:1] }}", "不支持"),
        ("{{ {'甲': 1} }}", "不支持"),
        ("{% macro 甲() %}{% endmacro %}", "不支持"),
        ("{% include '甲' %}", "不支持"),
        ("{% import '甲' as 乙 %}", "不支持"),
        ("{% extends '甲' %}", "不支持"),
        ("{% block 甲 %}{% endblock %}", "不支持"),
        ("{% filter 万元 %}{% endfilter %}", "不支持"),
        ("{% with %}{% endwith %}", "不支持"),
        ("{% for r in 指标 recursive %}{% endfor %}", "recursive"),
        ("{{ 单位 | attr('简称') }}", "attr"),
        ("{{ 单位 | map('x') }}", "map"),
        ("{{ 年度 is callable }}", "callable"),
    ],
)
def test_what_is_not_listed_does_not_compile(source: str, said: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        compile_source(ENVIRONMENT, source, "模板")
    assert said in str(caught.value.message)


@pytest.mark.parametrize(
    "source",
    [
        "{{ 收入.合计.本年 + 1 }}",
        "{{ 收入.合计.本年 - 收入.合计.零 }}",
        "{{ '甲' + '乙' }}",
        "{{ -收入.合计.本年 }}",
        "{% for r in 单位 %}{% endfor %}",
        "{% for r in 单位.简称 %}{% endfor %}",
        "{% for r in 5 %}{% endfor %}",
        "{% for r in 没有 %}{% endfor %}",
        "{% if 没有 %}{% endif %}",
        "{% if 没有 > 5 %}{% endif %}",
        # values that cannot be compared or looked into
        "{% if 年度 > 2019 %}{% endif %}",
        "{% if 收入.合计.本年 < '5' %}{% endif %}",
        "{% if 收入 > 5 %}{% endif %}",
        "{% if 'a' in 收入.合计.本年 %}{% endif %}",
        "{{ 单位[['简称']] }}",
    ],
)
def test_what_cannot_be_done_stops_with_a_template_error(source: str) -> None:
    with pytest.raises(TemplateError):
        render(source)


@pytest.mark.parametrize(
    "name",
    ["__class__", "__init__", "_mapping", "items", "values", "path", "at", "value", "base"],
)
def test_attributes_of_python_do_not_exist(name: str) -> None:
    for holder in ("单位", "单位.简称", "收入.合计.本年", "指标"):
        _, marks = render(f"{{{{ {holder}.{name} }}}}")
        assert markers.read_fault(marks[0].path)[0] == "T101"


def test_of_the_loop_only_counters_are_seen() -> None:
    assert printed("{% for r in 指标 %}{{ loop.index0 }}{{ loop.length }}{% endfor %}") == "031323"
    for name in ("changed", "cycle", "_iterable", "previtem"):
        _, marks = render(f"{{% for r in 指标 %}}{{{{ loop.{name} }}}}{{% endfor %}}")
        assert all(mark.path.startswith("!T101") for mark in marks)


def test_no_global_of_jinja_is_left() -> None:
    for name in ("range", "dict", "lipsum", "cycler", "joiner", "namespace"):
        assert markers.read_fault(render(f"{{{{ {name} }}}}")[1][0].path)[0] == "T101"


# Limits


def test_loops_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MAX_LOOP_STEPS", 16)
    twice = "{% for a in 指标 %}{% for b in 指标 %}x{% endfor %}{% endfor %}"
    assert printed(twice) == "x" * 9
    assert printed(twice) == "x" * 9, "each run counts anew"
    with pytest.raises(TemplateLimit):
        render(twice + "{% for a in 空 %}{% endfor %}")


def test_nested_loops_end_soon() -> None:
    loops = 16
    source = "{% for r in 指标 %}" * loops + "x" + "{% endfor %}" * loops
    with pytest.raises(TemplateLimit):
        render(source)


def test_output_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MAX_OUTPUT_CHARS", 100)
    assert sandbox.bounded(["x" * 60, "y" * 40]) == "x" * 60 + "y" * 40
    with pytest.raises(TemplateLimit):
        sandbox.bounded(["x" * 60, "y" * 41])


def test_the_context_stays_as_it_was() -> None:
    before = dict(CONTEXT)
    render("{% set 年度 = '1999' %}{% for 单位 in 指标 %}{% set 甲 = 1 %}{% endfor %}{{ 年度 }}")
    assert before == CONTEXT


def test_extra_filters_of_a_format() -> None:
    own = make_environment(escape, {"_大写": lambda value: f"[{value}]"})
    assert run(own, compile_source(own, "{{ 年度 | _大写 }}", "模板"), CONTEXT) == "[2020]"
