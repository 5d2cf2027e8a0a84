"""Two records compared: typed changes, what followed by which way, paragraphs, places."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.cli import reports
from generator.language import wording
from generator.problems.place import Paragraph, Place, Square
from generator.records import compare, record
from generator.records.changes import prose
from generator.records.record import DocumentRecord, Record, Shown

BODY = Place("body")
AT = ("content/u/2024/figures.yaml", 1, 1)


def typed(text: str, unit: str = "万元", line: int = 1) -> dict[str, object]:
    return {"text": text, "value": text.rstrip("%"), "unit": unit, "at": [AT[0], line, 1]}


def derived(text: str, *inputs: str, value: str = "", unit: str = "万元") -> dict[str, object]:
    return {
        "text": text, "value": value or text.rstrip("%"), "unit": unit, "at": [AT[0], 9, 1],
        "formula": " + ".join(inputs), "inputs": list(inputs),
    }  # fmt: skip


def words(text: str) -> dict[str, object]:
    return {"text": text, "at": list(AT)}


def made(
    values: Mapping[str, object] | None = None,
    narrative: tuple[str, ...] = (),
    **documents: tuple[Shown, ...],
) -> Record:
    return Record(
        unit="u",
        year=2024,
        inputs={},
        values=values or {},  # type: ignore[arg-type]
        narrative=tuple((f"正文[{n}]", "paragraph", text) for n, text in enumerate(narrative, 1)),
        documents={
            name: DocumentRecord(record.sha256(repr(rows).encode()), "", rows)
            for name, rows in documents.items()
        },
    )


def place(path: str, text: str, paragraph: int = 1) -> Shown:
    return Shown(path, BODY.down(Paragraph(paragraph)).packed(), "一、概况", text, text)


def edited(found: compare.Difference) -> list[tuple[str, str, str | None, str | None]]:
    """What was done to what, of all that is no paragraph."""
    return [
        (edit.kind, edit.path[-1].name, edit.old, edit.new)
        for edit in found.edits
        if edit.path[0].name != "正文"
    ]


# Values


def test_the_same_is_empty() -> None:
    one = made({"甲": typed("1")}, ("一段",), d=(place("甲", "1"),))
    found = compare.compare(one, one)
    assert found.empty
    assert list(reports.difference_lines(found)) == ["没有变化。"]


def test_typed_derived_and_their_chain() -> None:
    old = made({"甲": typed("1"), "乙": typed("5"), "丙": derived("6", "甲", "乙"),
                "丁": derived("12", "丙", "丙")})  # fmt: skip
    new = made({"甲": typed("2"), "乙": typed("5"), "丙": derived("7", "甲", "乙"),
                "丁": derived("14", "丙", "丙")})  # fmt: skip
    found = compare.compare(old, new)
    assert edited(found) == [("changed", "甲", "1", "2")]
    assert [(c.path, c.old, c.new, c.chain) for c in found.derived] == [
        ("丁", "12", "14", ("甲", "丙", "丁")),
        ("丙", "6", "7", ("甲", "丙")),
    ]


def test_the_chain_is_the_shortest() -> None:
    values = {"乙": derived("1", "甲"), "丙": derived("1", "乙"), "丁": derived("1", "丙", "甲")}
    old = made({"甲": typed("1"), **values})
    new = made(
        {"甲": typed("2"), **{p: {**v, "text": "2", "value": "2"} for p, v in values.items()}}
    )
    chains = {c.path: c.chain for c in compare.compare(old, new).derived}
    assert chains["丁"] == ("甲", "丁")
    assert chains["丙"] == ("甲", "乙", "丙")


def test_a_value_that_prints_the_same_is_marked() -> None:
    old = made({"甲": typed("1"), "率": derived("11.47%", "甲", value="1000/8719", unit="%")})
    new = made({"甲": typed("2"), "率": derived("11.47%", "甲", value="1001/8727", unit="%")})
    (change,) = compare.compare(old, new).derived
    assert change.hidden
    assert (change.old, change.new) == ("11.46920518%", "11.47015011%")
    assert any("（显示的数不变）" in line for line in reports.difference_lines(
        compare.compare(old, new)))  # fmt: skip


def test_typed_otherwise_with_the_same_value_is_a_change() -> None:
    found = compare.compare(
        made({"甲": typed("50")}), made({"甲": {**typed("50"), "text": "50.00"}})
    )
    assert edited(found) == [("changed", "甲", "50", "50.00")]
    assert not found.derived


def test_added_and_removed_values() -> None:
    found = compare.compare(made({"甲": typed("1")}), made({"乙": words("字")}))
    assert edited(found) == [("removed", "甲", "1", None), ("added", "乙", None, "字")]


def test_scores_and_grades_stand_apart_but_a_typed_score_is_typed() -> None:
    def forms(score: str, typed_score: str, total: str, grade: str) -> Record:
        return made({
            "指标[1].名称": words("培训人数"), "指标[2].名称": words("学员满意度"),
            "指标[1].得分": derived(score, "指标[1].分值", unit="分"),
            "指标[2].得分": typed(typed_score, "分"),
            "自评.总分": derived(total, "指标[1].得分", "指标[2].得分", unit="分"),
            "自评.等级": words(grade),
        })  # fmt: skip

    found = compare.compare(forms("5", "4", "9", "优"), forms("5", "3", "8", "良"))
    assert [found.now.path(edit.node) for edit in found.edits] == ["指标[2].得分"]
    assert {c.path: c.chain for c in found.scores} == {
        "自评.总分": ("指标[2].得分", "自评.总分"),
        "自评.等级": ("指标[2].得分", "自评.总分", "自评.等级"),
    }


def test_order_does_not_depend_on_the_records() -> None:
    values = {name: typed("1", line=line) for line, name in enumerate("丁丙乙甲", 1)}
    later = {name: {**value, "text": "2", "value": "2"} for name, value in values.items()}
    straight = compare.compare(made(values), made(later))
    turned = compare.compare(
        made(dict(reversed(values.items()))), made(dict(sorted(later.items())))
    )
    assert list(reports.difference_lines(straight)) == list(reports.difference_lines(turned))
    assert [name for _, name, _, _ in edited(straight)] == list("丁丙乙甲"), "as in the file"


# Paragraphs


@given(
    st.text("甲乙丙0123456789.,%。， ", max_size=40),
    st.text("甲乙丙0123456789.,%。， ", max_size=40),
)
def test_word_changes_tell_both_texts(old: str, new: str) -> None:
    pieces = prose.word_changes(old, new)
    assert "".join(text for kind, text in pieces if kind != "+") == old
    assert "".join(text for kind, text in pieces if kind != "-") == new


def test_a_number_is_one_word() -> None:
    pieces = prose.word_changes("收入225.44万元，占11.47%", "收入225.45万元，占11.48%")
    assert pieces == [
        ("=", "收入"), ("-", "225.44"), ("+", "225.45"), ("=", "万元，占"),
        ("-", "11.47%"), ("+", "11.48%"),
    ]  # fmt: skip


def test_changed_new_and_dropped_paragraphs() -> None:
    old = made(narrative=("第一段没有变。", "全年走访企业110家。", "这一段以后不要了，写别的。"))
    new = made(narrative=("第一段没有变。", "新加进来的内容在此。", "全年走访企业120家。"))
    found = {(p.old, p.new) for p in compare.compare(old, new).narrative}
    assert found == {
        ("全年走访企业110家。", "全年走访企业120家。"),
        ("这一段以后不要了，写别的。", None),
        (None, "新加进来的内容在此。"),
    }


def test_a_report_written_anew_is_compared_in_time() -> None:
    random = Random(1)
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 300)))

    def text() -> tuple[str, ...]:
        return tuple("".join(random.choices(letters, k=400)) for _ in range(80))

    found = compare.compare(made(narrative=text()), made(narrative=text()))
    assert len(found.narrative) >= 80


# Places


def test_places_that_changed() -> None:
    old = made(d=(place("甲", "1"), place("乙", "5"), place("甲|万元", "1万元", 4)))
    new = made(d=(place("甲", "2"), place("乙", "5"), place("甲|万元", "2万元", 5)))
    touched = compare.compare(old, new).documents["d"].places
    assert [(t.path, str(t.place), t.old, t.new) for t in touched] == [
        ("甲", "正文 第1段", "1", "2"),
        ("甲|万元", "正文 第5段", "1万元", "2万元"),
    ]


def test_a_paragraph_without_figures_is_a_place_too() -> None:
    old = made(d=(place("正文[1]", "原来的话。"), place("正文[2]", "共1家。", 2),
                  place("甲", "1", 2)))  # fmt: skip
    new = made(d=(place("正文[1]", "现在的话。"), place("正文[2]", "共2家。", 2),
                  place("甲", "2", 2)))  # fmt: skip
    touched = compare.compare(old, new).documents["d"].places
    assert [(t.path, t.old, t.new) for t in touched] == [
        ("正文[1]", "原来的话。", "现在的话。"),
        ("甲", "1", "2"),
    ]


def test_a_new_paragraph_does_not_move_the_others_into_the_list() -> None:
    things = tuple(f"第{n}件事。" for n in (1, 2, 3))
    old = made(narrative=things, d=tuple(place(f"正文[{n}]", f"第{n}件事。", n) for n in (1, 2, 3)))
    new = made(narrative=("插进来。", *things), d=(place("正文[1]", "插进来。"),
                  *(place(f"正文[{n + 1}]", f"第{n}件事。", n + 1)
                    for n in (1, 2, 3))))  # fmt: skip
    document = compare.compare(old, new).documents["d"]
    assert document.places == ()
    assert [(e.kind, e.new, str(at)) for e, at in document.entries] == [
        ("added", "插进来。", "正文 第1段")
    ]


def test_a_document_of_which_only_the_template_changed_is_named() -> None:
    old, new = made(d=(place("甲", "1"),)), made(d=(place("甲", "1"),))
    changed = DocumentRecord("other bytes", "", new.documents["d"].places)
    new = Record(**{**{f: getattr(new, f) for f in new.__dataclass_fields__},
                    "documents": {"d": changed}})  # fmt: skip
    found = compare.compare(old, new)
    assert found.documents["d"].places == ()
    assert not found.documents["d"].printed, "nobody says that the template changed"
    assert not found.empty
    assert "d（印出来的没有变，只是文件属性或写法）" in list(reports.difference_lines(found))


def test_documents_that_came_and_went_and_lists_to_tick_off() -> None:
    old = made(a=(place("甲", "1"),), **{"核对/核对清单.xlsx": (place("甲", "1"),)})
    new = made(b=(place("甲", "1"),))
    found = compare.compare(old, new)
    assert (found.added, found.removed) == (("b",), ("a",))


@pytest.mark.parametrize(
    ("path", "before", "after", "told"),
    [
        ("资金.执行|执行率(资金.预算)", "0.4202", "0.4402", ("42.02%", "44.02%")),
        ("率", "0.73", "0.80", ("73%", "80%")),
        ("甲", "0.4202", "0.4402", ("0.4202", "0.4402")),
        ("率", "—", "0.8", ("—", "80%")),
    ],
)
def test_rates_in_excel_are_told_as_people_see_them(
    path: str, before: str, after: str, told: tuple[str, str]
) -> None:
    values = {"率": typed("73%", "%"), "甲": typed("0.4202")}
    cell = Place("sheet", 1, "表", (Square(2, 2),))
    old = made(values, **{"d.xlsx": (Shown(path, cell.packed(), "", before, ""),)})
    new = made(values, **{"d.xlsx": (Shown(path, cell.packed(), "", after, ""),)})
    (touched,) = compare.compare(old, new).documents["d.xlsx"].places
    assert (touched.old, touched.new) == told


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (wording.Kind("户均", ratio=True), ("42.02%", "44.02%")),
        (wording.ITSELF, ("0.4202", "0.4402")),
    ],
)
def test_a_new_wording_says_itself_whether_it_is_a_ratio(
    monkeypatch: pytest.MonkeyPatch, kind: wording.Kind, told: tuple[str, str]
) -> None:
    """Whatever its name: this one begins like a share."""
    monkeypatch.setattr(wording, "FILTERS", dict(wording.FILTERS))
    wording.register("占用率", "占用率(总数)", "占用了多少", kind)(str)
    test_rates_in_excel_are_told_as_people_see_them("甲|占用率(乙)", "0.4202", "0.4402", told)


def test_as_plain_data() -> None:
    old, new = made({"甲": typed("1")}, ("一。",)), made({"甲": typed("2")}, ("二。",))
    plain = reports.difference_json(compare.compare(old, new))
    assert set(plain) == {
        "edits", "derived", "scores", "narrative", "documents", "renamed", "added", "removed",
        "empty",
    }  # fmt: skip
    path = [["section", "事实", 1], ["fact", "甲", 1]]
    assert plain["edits"][0] == {
        "kind": "changed", "what": "fact", "value": "甲", "path": path, "before": path, "old": "1", "new": "2",
        "index": -1, "content": {}, "at": list(AT), "told": "甲  1万元 → 2万元",
    }  # fmt: skip
