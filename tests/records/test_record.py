"""The build record: what is in it, what is not, and that it reads back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import workspaces
from kit.workspaces import PACKAGE, gen_process, unit_files, write

from generator.problems.place import Box, Cell, Paragraph, Place, Square
from generator.records import record, shape
from generator.records.record import DocumentRecord, Record, Shown

OUTPUT = Path("build") / "2024" / "peixun"
FIGURES = Path("content") / "peixun" / "2024" / "figures.yaml"
FAKED_CLOCK = """\
import datetime, time
_then = 4_102_444_800.0
time.time = lambda: _then
class _Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(_then, tz)
datetime.datetime = _Datetime
"""

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
files = texts.filter(shape.is_output_name)
names = st.dictionaries(texts, texts, max_size=3)
values = st.dictionaries(
    texts, st.fixed_dictionaries({"text": texts, "at": st.just(["f.yaml", 1, 2])}), max_size=3
)
counts = st.integers(1, 999)
steps = st.one_of(
    st.builds(Paragraph, counts),
    st.builds(Box, counts, counts),
    st.builds(Cell, counts, counts, counts, counts),
)
places = st.one_of(
    st.builds(Place, st.sampled_from(["body", "header", "footnote"]), counts, st.just(""),
              st.lists(steps, max_size=3).map(tuple)),
    st.builds(Place, st.just("sheet"), counts, texts, st.tuples(st.builds(Square, counts, counts))),
    st.builds(Place.told, texts),
)  # fmt: skip
document_records = st.builds(
    DocumentRecord,
    texts,
    texts,
    st.lists(
        st.builds(Shown, texts, places.map(Place.packed), texts, texts, texts), max_size=3
    ).map(tuple),
)
records = st.builds(
    Record,
    unit=texts,
    year=st.integers(1000, 9999),
    inputs=names,
    values=values,
    narrative=st.lists(st.tuples(texts, texts, texts), max_size=3).map(tuple),
    documents=st.dictionaries(files, document_records, max_size=3),
    problems=st.just(()),
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    workspaces.build(write(tmp_path, unit_files()), 2024)
    return tmp_path


def raw(folder: Path) -> bytes:
    return (folder / OUTPUT / record.RECORD).read_bytes()


@given(records)
def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, one: Record) -> None:
    path = tmp_path_factory.mktemp("r") / "record.json"
    path.write_bytes(record.dump(one))
    assert record.load(path) == one
    loaded = record.load(path)
    assert loaded is not None
    assert record.dump(loaded) == record.dump(one)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"version": 1}',
        b"\xff\xfe",
        b'{"version": 1, "unit": 1}',
    ],
)
def test_a_damaged_record_counts_as_none(damaged: bytes, built: Path) -> None:
    path = built / OUTPUT / record.RECORD
    whole = path.read_bytes()
    path.write_bytes(damaged)
    assert record.load(path) is None
    outputs = workspaces.outputs(built / OUTPUT)
    workspaces.build(built, 2024)
    assert path.read_bytes() == whole
    assert workspaces.outputs(built / OUTPUT) == outputs


def test_a_record_of_another_version_counts_as_none(built: Path) -> None:
    path = built / OUTPUT / record.RECORD
    path.write_bytes(raw(built).replace(b'"version":%d' % record.VERSION, b'"version":999'))
    assert record.load(path) is None


def test_it_holds_inputs_outputs_values_and_paragraphs(built: Path) -> None:
    found = record.load(built / OUTPUT / record.RECORD)
    assert found is not None
    assert (found.unit, found.year) == ("peixun", 2024)
    for name, digest in found.inputs.items():
        if name.startswith("content/"):
            assert record.sha256((built / name).read_bytes()) == digest
    content = {name for name in workspaces.snapshot(built) if name.startswith("content/")}
    assert content <= set(found.inputs)
    assert any(name.startswith("templates/docx/") for name in found.inputs)
    for name, document in found.documents.items():
        assert record.sha256((built / OUTPUT / name).read_bytes()) == document.sha256
    on_disk = {name for name in workspaces.snapshot(built / OUTPUT) if not name.startswith(".gen/")}
    assert on_disk == set(found.documents)
    value = found.values["资金来源.财政拨款.全年执行"]
    assert (value["text"], value["value"], value["unit"]) == ("110.25", "441/4", "万元")
    file, line, column = value["at"]
    assert (built / file).read_text(encoding="utf-8").splitlines()[line - 1][column - 1 :].strip()
    assert found.values["资金来源.合计.全年执行"]["inputs"] == [
        "资金来源.财政拨款.全年执行", "资金来源.其他资金.全年执行",
    ]  # fmt: skip
    assert [text for _, kind, text in found.narrative if kind == "heading"] == [
        "一、基本情况", "二、下一步打算",
    ]  # fmt: skip


def test_it_holds_no_clock_no_machine_and_no_absolute_path(built: Path) -> None:
    text = raw(built).decode()
    assert str(built) not in text
    assert str(PACKAGE.parent) not in text
    assert not re.search(r"\d\d:\d\d:\d\d", text)
    assert "\\\\" not in text


ENVIRONMENTS = {
    "locale": {"LC_ALL": "C", "LANG": "C"},
    "time zone": {"TZ": "Pacific/Kiritimati"},
    "hash seed": {"PYTHONHASHSEED": "4242"},
    "no cache": {"GEN_CACHE": "0"},
}


@pytest.mark.long
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_another_environment_gives_the_same_bytes(name: str, built: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "别处 w", unit_files())
    ran = gen_process("build", "2024", folder=other, environment=ENVIRONMENTS[name])
    assert ran.code == 0, ran.out + ran.err
    assert raw(other) == raw(built)


@pytest.mark.long
def test_another_clock_and_checkout_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    import shutil

    from generator.workspace import packaged_templates

    home = tmp_path / "另一处 checkout"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, home / "generator", ignore=ignore, copy_function=shutil.copyfile)
    if not packaged_templates().is_relative_to(PACKAGE):
        shutil.copytree(packaged_templates(), home / "templates", copy_function=shutil.copyfile)
    write(home, {"sitecustomize.py": FAKED_CLOCK})
    other = write(tmp_path / "w", unit_files())
    ran = gen_process("build", "2024", folder=other, path=(home,))
    assert ran.code == 0, ran.out + ran.err
    assert raw(other) == raw(built)


def test_the_previous_record_is_kept(built: Path) -> None:
    first = raw(built)
    previous = built / OUTPUT / record.PREVIOUS
    assert not previous.exists()
    workspaces.change(built / FIGURES, ("全年执行: 110.25", "全年执行: 111.25"))
    workspaces.build(built, 2024)
    assert previous.read_bytes() == first
    workspaces.build(built, 2024)
    workspaces.build(built, 2024, "--all")
    assert previous.read_bytes() == first, "building the same again is no new record"


def test_the_guide_describes_every_key(built: Path) -> None:
    """docs/构建记录.md and the record agree on version and keys."""
    guide = workspaces.ROOT / "docs" / "构建记录.md"
    text = guide.read_text(encoding="utf-8")
    plain = json.loads(raw(built))
    assert f"版本 {plain['version']}" in text
    keys = set(plain)
    for document in plain["documents"].values():
        keys |= set(document)
    for value in plain["values"].values():
        keys |= set(value)
    assert not [key for key in keys if f"`{key}`" not in text]
    for name in (record.RECORD, record.PREVIOUS, record.TOOLCHAIN, record.HAND_EDITS,
                 record.EARLIER_VERSIONS):  # fmt: skip
        assert name in text
