"""A record that somebody changed: nothing is followed, nothing crashes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kit import workspaces
from kit.workspaces import gen, unit_files, write

from generator.problems.place import Place, Square
from generator.records import compare, record
from generator.records.record import DocumentRecord, Record, Shown

OUTPUT = Path("build") / "2024" / "peixun"
FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
VALUE = "资金来源.财政拨款.全年执行"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("t") / "w", unit_files())
    workspaces.build(folder, 2024)
    workspaces.change(folder / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))
    workspaces.build(folder, 2024)
    workspaces.change(folder / FIGURES, ("全年执行: 111.25", "全年执行: 112.25"))
    return folder


def document(plain: dict[str, Any]) -> dict[str, Any]:
    held = plain["documents"]["整体支出绩效评价工作报告.docx"]
    assert isinstance(held, dict)
    return held


def named(name: str) -> Callable[[dict[str, Any]], None]:
    def add(plain: dict[str, Any]) -> None:
        plain["documents"][name] = {"sha256": "0", "fingerprint": "x", "places": []}

    return add


def set_to(*path: Any) -> Callable[[dict[str, Any]], None]:
    *way, last, value = path

    def put(plain: dict[str, Any]) -> None:
        here: Any = plain
        for step in way:
            here = here[step]
        here[last] = value

    return put


TAMPERED: dict[str, Callable[[dict[str, Any]], None]] = {
    **{
        f"a document called {name!r}": named(name)
        for name in ("../../../outside.txt", "/etc/hostname", "..", "", "a/../../b", "a//b",
                     "C:\\x.docx", "..\\x.docx", ".gen/版本/一稿/x.docx", "a\x1b[31m.docx", "a\0b")
    },
    "a problem without a text": set_to("problems", [{"a": 1}]),
    "a problem of no severity": set_to("problems", [
        {"code": "W1", "severity": "fatal", "message": "", "hint": "", "file": "", "line": 0,
         "column": 0, "place": "", "related": []}]),
    "problems of another kind": set_to("problems", "x"),
    "a problem that commands the console": set_to("problems", [
        {"code": "W1", "severity": "note", "message": "\x1b[2J", "hint": "", "file": "", "line": 0,
         "column": 0, "place": "", "related": []}]),
    "documents as a list": set_to("documents", []),
    "a document without places": set_to("documents", {"a.docx": {"sha256": "0"}}),
    "a hash that is a number": set_to("documents", "整体支出绩效评价工作报告.docx", "sha256", 5),
    "a place of words": lambda plain: document(plain)["places"][0].__setitem__(1, "正文"),
    "a place of nothing": lambda plain: document(plain)["places"][0].__setitem__(1, []),
    "a place with a list for a name": lambda p: document(p)["places"][0].__setitem__(0, ["x"]),
    "a row too short": lambda plain: document(plain)["places"][0].pop(),
    "a value without a text": set_to("values", VALUE, {"at": ["f", 1, 1]}),
    "a value without a place": set_to("values", VALUE, "at", None),
    "a place with too little": set_to("values", VALUE, "at", ["f", 1]),
    "a value that is no fraction": set_to("values", VALUE, "value", "1e999999999"),
    "a value divided by zero": set_to("values", VALUE, "value", "1/0"),
    "a value without a unit": lambda plain: plain["values"][VALUE].pop("unit"),
    "inputs that are a text": set_to("values", VALUE, "inputs", 7),
    "a base without a path": set_to("values", VALUE, "base", {"text": "x"}),
    "a paragraph of numbers": set_to("narrative", [[1, 2, 3]]),
    "content that is no tree": set_to("content", [[1, "fact", "甲", "1", "f.yaml", 1, 1]]),
    "content with two roots": set_to("content", [[0, "a", "", "", "f", 0, 0]] * 2),
    "content that leaves a step out": set_to(
        "content", [[0, "a", "", "", "f", 0, 0], [2, "b", "", "", "f", 0, 0]]),
    "content without end": set_to(
        "content", [[depth, "a", "", "", "f", 0, 0] for depth in range(500)]),
    "a row of content too short": set_to("content", [[0, "a", ""]]),
    "a year in words": set_to("year", "二〇二四"),
    "inputs as a list": set_to("inputs", ["x"]),
    "half a character": set_to("unit", "\ud800"),
    "a version that is a list": set_to("version", [2]),
    "a version that is true": set_to("version", True),
}  # fmt: skip
RAW = {
    "empty": b"", "half": b'{"version": 2, "unit": "pei', "null": b"null", "a list": b"[]",
    "not UTF-8": b"\xff\xfe\x00", "deep": b'{"version":' + b"[" * 100_000,
    "a huge number": b'{"version": ' + b"9" * 5000 + b"}",
}  # fmt: skip


def tampered(name: str, built: Path) -> bytes:
    if name in RAW:
        return RAW[name]
    plain = json.loads((built / OUTPUT / record.RECORD).read_bytes())
    TAMPERED[name](plain)
    return json.dumps(plain).encode()  # a record may also be written in escapes


@pytest.mark.parametrize(
    "where", [record.RECORD, pytest.param(record.PREVIOUS, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("name", [*TAMPERED, *RAW])
def test_it_is_told_of_and_nothing_follows_from_it(name: str, where: str, built: Path) -> None:
    path = built / OUTPUT / where
    whole = path.read_bytes()
    outside = built / "outside.txt"
    outside.write_text("SECRET")
    before = workspaces.snapshot(built)
    path.write_bytes(tampered(name, built))
    asked: list[tuple[tuple[str, ...], int]] = [
        (("diff", "2024", "--from", "上次" if where == record.RECORD else "再上次"), 2),
        (("explain", "2024", VALUE), 0),
    ]
    if where == record.RECORD:
        asked += [(("build", "2024"), 1), (("freeze", "2024", "报送稿"), 2)]
    try:
        with pytest.raises(record.Damaged):
            record.read(path)
        for arguments, code in asked:
            ran = gen(*arguments, folder=built)
            assert ran.code == code, (arguments, ran.out + ran.err)
            assert "gen 自己出错" not in ran.err
            assert "SECRET" not in ran.out
            assert "\x1b" not in ran.out + ran.err
            if code:
                assert "构建记录用不了" in ran.out + ran.err
    finally:
        path.write_bytes(whole)
    assert workspaces.snapshot(built) == before


def test_a_forced_build_over_it_touches_nothing_outside(tmp_path: Path) -> None:
    folder = write(tmp_path / "w", {**unit_files(), "outside.txt": "SECRET"})
    workspaces.build(folder, 2024)
    path = folder / OUTPUT / record.RECORD
    plain = json.loads(path.read_bytes())
    named("../../../outside.txt")(plain)
    path.write_text(json.dumps(plain))
    ran = gen("build", "2024", "--force", folder=folder)
    assert ran.code == 0
    assert "不再需要" not in ran.out
    assert (folder / "outside.txt").read_text() == "SECRET"
    assert not list((folder / "build").rglob("*outside*"))


def test_a_number_of_a_thousand_million_digits_is_not_written_out() -> None:
    values = {"率": {"text": "1%", "value": "1/100", "unit": "%", "at": ["f.yaml", 1, 1]}}
    place = Place("sheet", 1, "表", (Square(1, 1),))

    def shown(text: str) -> Record:
        rows = (Shown("率", place.packed(), "", text, ""),)
        documents = {"表.xlsx": DocumentRecord(text, "", rows)}
        return Record("u", 2024, {}, values, (), documents)

    found = compare.compare(shown("0.01"), shown("1e999999999"))
    (touched,) = found.documents["表.xlsx"].places
    assert (touched.old, touched.new) == ("1%", "1e999999999")


def test_a_text_with_a_backslash_is_no_escape(built: Path) -> None:
    plain = json.loads((built / OUTPUT / record.RECORD).read_bytes())
    plain["values"][VALUE]["text"] = "\\u001b\n\t"
    found = record.parse(json.dumps(plain).encode())
    assert found.values[VALUE]["text"] == "\\u001b\n\t"
