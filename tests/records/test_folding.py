"""Long lists are kept by column: what comes back is what was there, and nothing else is taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import rows as many
from kit import workspaces

from generator.records import folding, record
from generator.records.record import DocumentRecord, Record, Shown

SHEET = "明细"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows are many."""
    monkeypatch.setattr(folding, "LONG", 3)


def made(texts: list[str]) -> Record:
    """A record of a list with these names, each with a number, and one that sums them up."""
    file = "content/u/2024/facts.yaml"
    content: list[tuple[int, str, str, str, str, int, int]] = [
        (0, "content", "", "", "", 0, 0),
        (1, "section", "事实", "", "", 0, 0),
        (2, "list", "明细", "", file, 2, 6),
    ]
    values: dict[str, dict[str, Any]] = {}
    places = [Shown("单位.名称", ["sheet", 1, SHEET, [1, 1]], "", "某单位", "", 0)]
    for number, text in enumerate(texts, 1):
        path, line = f"明细[{number}]", number + 1
        content += [
            (3, "item", "", "", file, line, 6),
            (4, "fact", "名称", text, file, line, 6),
            (4, "fact", "数量", str(number * number), file, line, 9 + len(text)),
        ]
        values[f"{path}.名称"] = {"text": text, "at": [file, line, 6]}
        values[f"{path}.数量"] = {
            "text": str(number * number), "value": f"{number * number}", "unit": "",
            "at": [file, line, 9 + len(text)],
        }  # fmt: skip
        places += [
            Shown(f"{path}.名称", ["sheet", 1, SHEET, [line, 1]], "", text, "", 0),
            Shown(f"{path}.数量", ["sheet", 1, SHEET, [line, 2]], "", str(number * number), "", 0),
        ]
    values["合计"] = {"text": "9", "value": "9", "unit": "", "at": [file, 1, 1], "formula": "甲"}
    document = DocumentRecord("0", "1", tuple(places))
    return Record("u", 2024, {}, values, (), {"明细.xlsx": document}, content=tuple(content))


def plain(one: Record) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(record.dump(one))
    return found


@pytest.mark.usefixtures("short")
def test_a_long_list_is_told_by_its_columns_and_comes_back() -> None:
    one = made(["桌子", '椅"子', "柜\n子", "灯"])
    told = plain(one)
    (table,) = [row for row in told["content"] if isinstance(row, dict)]
    assert (table["count"], table["period"]) == (4, 3)
    assert {"from": 2, "step": 1} in table["columns"]
    assert ["桌子", '椅"子', "柜\n子", "灯"] in table["columns"]
    assert [len(folding.rows(one)) for one in told["lists"]] == [4, 4]
    assert list(told["values"]) == ["合计"]
    assert [type(row) for row in told["documents"]["明细.xlsx"]["places"]] == [list, dict]
    back = record.parse(record.dump(one))
    assert back == one
    assert record.dump(back) == record.dump(one)


def test_a_short_list_stays_one_value_a_line() -> None:
    told = plain(made(["桌子", "椅子", "柜子"]))
    assert "lists" not in told
    assert len(told["values"]) == 7
    assert all(isinstance(row, list) for row in told["content"])


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("change", ["a field more", "another place", "a number left out"])
def test_what_is_not_alike_is_not_told_as_if_it_were(change: str) -> None:
    one = made(["桌子", "椅子", "柜子", "灯"])
    content, values = list(one.content), dict(one.values)
    places = list(one.documents["明细.xlsx"].places)
    if change == "a field more":
        content.insert(9, (4, "fact", "备注", "旧", "f.yaml", 1, 1))
    elif change == "another place":
        places[3] = Shown("别的", ["body", 0, "", [3]], "标题", "甲", "甲。", 2)
    else:
        del values["明细[2].数量"]
    document = DocumentRecord("0", "1", tuple(places))
    odd = Record("u", 2024, {}, values, (), {"明细.xlsx": document}, content=tuple(content))
    assert record.parse(record.dump(odd)) == odd


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=4), max_size=9))
def test_any_texts_come_back(texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "LONG", 3)
        one = made(texts)
        assert record.parse(record.dump(one)) == one


@pytest.mark.usefixtures("short")
def test_a_build_writes_what_it_would_write_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.workspace(tmp_path, 4)
    workspaces.build(tmp_path, 2024)
    path = tmp_path / "build" / "2024" / "hang" / record.RECORD
    folded = path.read_bytes()
    assert len(json.loads(folded)["lists"]) == 2
    found = record.parse(folded)
    monkeypatch.setattr(folding, "LONG", 1000)
    assert record.parse(record.dump(found)) == found
    workspaces.build(tmp_path, 2024, "--all")
    assert record.parse(path.read_bytes()) == found
    explained = workspaces.gen("explain", "2024", "明细[2].数量", folder=tmp_path)
    assert "明细" in explained.out
    assert explained.code == 0


def table(**members: Any) -> dict[str, Any]:
    return {"count": 2, "period": 1, "columns": [["a", "b"], {"same": 1}], **members}


@pytest.mark.parametrize(
    "wrong",
    [
        {}, table(count=3), table(count=0), table(count=True), table(period=0), table(period=65),
        table(period=2, columns=[["a", "b"], ["a", "b"], ["a", "b"]]), table(columns=[]),
        table(columns=[{"same": 1}]), table(columns=[{"same": 1}] * 33 + [["a", "b"]]),
        table(columns=[["a", "b"], {"same": []}]), table(columns=[["a", "b"], {"from": 1, "step": 0}]),
        table(columns=[["a", "b"], {"from": 1}]), table(columns=[["a", "b"], {"named": ["a"]}]),
        table(columns=[["a", "b"], {"named": ["a" * 101, ""]}]),
        table(columns=[["a", "b"], *[{"named": ["a", ""]}] * 5]),
        table(columns=[["a", "b"], {"lists": [["a"]]}]), table(columns=[["a", "b"], {"lists": 1}]),
        table(columns=[["a", "b"], {"lists": [{"lists": [{"lists": [["a", "b"]]}]}]}]),
        table(columns=[["a", "b"], None]), table(more=1), {"count": 2},
    ],
)  # fmt: skip
def test_nothing_else_is_a_table(wrong: dict[str, Any]) -> None:
    assert folding.rows(table()) == [["a", 1], ["b", 1]]
    with pytest.raises(folding.Malformed):
        folding.rows(wrong)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("lists", [{}]), ("lists", 5), ("lists", [["合计", "1", ["f", 1, 1]]]),
        ("lists", [[5, "1", ["f", 1, 1]]]), ("lists", [["甲", "1"]]), ("lists", [["甲", 1, ["f", 1, 1]]]),
        ("content", [{}]), ("content", {}), ("content", [table()]), ("values", []), ("documents", []),
        ("documents", {"a.xlsx": 1}), ("documents", {"a.xlsx": {"places": [table()]}}),
    ],
)  # fmt: skip
def test_a_record_with_a_wrong_table_is_none(key: str, wrong: object) -> None:
    told = plain(made(["桌子", "椅子", "柜子"]))
    record.parse(json.dumps(told, ensure_ascii=False).encode())
    with pytest.raises(record.Damaged):
        record.parse(json.dumps({**told, key: wrong}, ensure_ascii=False).encode())
