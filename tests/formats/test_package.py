"""Zip packages: read safely, written the same every time."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.archives import packed

from generator.formats.package import static_block, write
from generator.reading import package
from generator.reading.package import PackageError, read_members

MEMBERS = {
    "word/document.xml": "<甲/>".encode(),
    "[Content_Types].xml": b"<Types/>",
    "_rels/.rels": b"<Relationships/>",
    "word/media/图.png": bytes(range(256)) * 20,
    "leer.xml": b"",
}


def refused(raw: bytes) -> str:
    with pytest.raises(PackageError) as caught:
        read_members(raw)
    return str(caught.value)


# Reading


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_member_is_read(method: int) -> None:
    raw = packed({**MEMBERS, "folder/": b""}, method)
    assert read_members(raw) == MEMBERS


@pytest.mark.parametrize("raw", [b"", b"PK", b"<html>", packed(MEMBERS)[:-30], b"\0" * 1000])
def test_what_is_no_zip_is_refused(raw: bytes) -> None:
    assert refused(raw) == "T001"


def test_bombs_are_refused_before_they_are_inflated() -> None:
    assert refused(packed({"a.xml": b"\0" * 50_000_000})) == "T002"


def test_small_files_may_compress_well() -> None:
    assert read_members(packed({"a.xml": b" " * 900_000}))["a.xml"] == b" " * 900_000


def test_the_sum_of_all_members_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_PACKAGE_BYTES", 2000)
    half = random.Random(1).randbytes(1001)
    assert read_members(packed({"a": half})) == {"a": half}
    assert refused(packed({"a": half, "b": half})) == "T002"


def test_the_number_of_members_is_limited() -> None:
    assert len(read_members(packed({str(n): b"" for n in range(2000)}))) == 2000
    assert refused(packed({str(n): b"" for n in range(2001)})) == "T002"


def test_a_name_twice_is_refused() -> None:
    raw = packed({"word/a.xml": b"1", "word/b.xml": b"2"})
    assert refused(raw.replace(b"word/b.xml", b"word/a.xml")) == "T002"


def test_encrypted_members_are_refused() -> None:
    raw = bytearray(packed({"a.xml": b"1"}))
    raw[raw.index(b"PK\1\2") + 8] |= 1
    assert refused(bytes(raw)) == "T002"


def test_a_lying_size_is_refused() -> None:
    data = b"abc" * 100
    raw = packed({"a.xml": data})
    lie = raw.replace(struct.pack("<I", len(data)), struct.pack("<I", len(data) - 1))
    assert refused(lie) == "T001"


def test_a_broken_checksum_is_refused() -> None:
    raw = packed({"a.xml": b"abc"})
    wrong = raw.replace(struct.pack("<I", zlib.crc32(b"abc")), b"\1\2\3\4")
    assert refused(wrong) == "T001"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_members_of_other_methods_are_refused(method: int) -> None:
    raw = packed({"a.xml": bytes(range(256)) * 8}, method)
    body = raw.index(b"a.xml") + 5
    damaged = raw[:body] + bytes(255 - byte for byte in raw[body : body + 60]) + raw[body + 60 :]
    assert refused(damaged) == "T001"


def test_a_name_that_is_no_text_is_refused() -> None:
    raw = packed({"甲.xml": b"1"}).replace("甲".encode(), b"\xff\xfe\xfd")
    assert refused(raw) in ("T001", "T002")


@given(st.data())
def test_damaged_packages_never_raise_anything_else(data: st.DataObject) -> None:
    raw = bytearray(packed(MEMBERS))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.just(len(raw)) | st.integers(0, len(raw)))
    try:
        members = read_members(bytes(raw[:cut]))
    except PackageError as error:
        assert str(error) in ("T001", "T002")
    else:
        assert all(isinstance(content, bytes) for content in members.values())


# Writing


def test_written_packages_open_everywhere_and_hold_everything() -> None:
    rendered = {"word/document.xml": "<新/>".encode(), "docProps/core.xml": b"<core/>"}
    static = {name: data for name, data in MEMBERS.items() if name not in rendered}
    raw = write(static_block(static), rendered.items())
    with zipfile.ZipFile(io.BytesIO(raw)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == {**static, **rendered}
        assert opened.namelist()[:2] == ["[Content_Types].xml", "_rels/.rels"]
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in opened.infolist()} == {zipfile.ZIP_DEFLATED}
    assert read_members(raw) == {**static, **rendered}


def test_equal_members_give_equal_bytes_in_any_order() -> None:
    forward, backward = dict(sorted(MEMBERS.items())), dict(sorted(MEMBERS.items(), reverse=True))
    assert static_block(forward) == static_block(backward)
    assert write(static_block(forward), []) == write(static_block(backward), [])


def test_a_package_may_be_empty() -> None:
    assert read_members(write(static_block({}), [])) == {}


@given(st.dictionaries(st.text("甲abc", min_size=1, max_size=8), st.binary(max_size=200), max_size=6))  # fmt: skip
def test_reading_is_the_inverse_of_writing(members: dict[str, bytes]) -> None:
    names = list(members)
    fixed = {name: members[name] for name in names[::2]}
    rest = [(name, members[name]) for name in names[1::2]]
    assert read_members(write(static_block(fixed), rest)) == members
