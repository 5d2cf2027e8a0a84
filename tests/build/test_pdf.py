"""PDFs beside their documents: made by a program that may be missing, slow or crash."""

from __future__ import annotations

import json
import os
import stat
import struct
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from kit import workspaces
from kit.templates import excel, made, word
from kit.word import paragraphs, template, toc

from generator.build import pdf
from generator.office import fonts, installed, soffice
from generator.problems import Problems
from generator.reading.package import read_members

DOCUMENTS = "- {名称: 报告, docx: 甲.docx, xlsx: 甲.xlsx}\n- {名称: 表, xlsx: 甲.xlsx}\n"

#: Writes what it was given between two words; hangs on, or dies at, a document that says so.
FAKE = """\
#!/usr/bin/env python3
import pathlib, sys, time, zipfile
out = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
out.mkdir(parents=True, exist_ok=True)
(pathlib.Path(__file__).parent / "runs").open("a").write("x")
for path in map(pathlib.Path, sys.argv[sys.argv.index("--outdir") + 2 :]):
    text = "".join(
        zipfile.ZipFile(path).read(name).decode()
        for name in zipfile.ZipFile(path).namelist() if name.endswith("l") and "theme" not in name
    )
    if "死机" in text:
        sys.exit(81)
    if "卡住" in text:
        time.sleep(60)
    (out / (path.stem + ".pdf")).write_bytes(b"%PDF-" + path.read_bytes())
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if os.name == "nt":
        pytest.skip("the stand-in is a script")
    program = tmp_path / "bin/soffice"
    program.parent.mkdir()
    program.write_text(FAKE, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("GEN_SOFFICE", str(program))
    monkeypatch.setattr(fonts, "substitutions", lambda _: {})
    return program.parent


def workspace(folder: Path, text: str = "{{ 年度 }}") -> Path:
    there = {"templates/甲.docx": word(text), "templates/甲.xlsx": excel("{{ 年度 }}")}
    made(folder, DOCUMENTS, **there)
    return folder


def built(folder: Path, *options: str) -> tuple[int, list[str], list[str]]:
    ran = workspaces.gen("build", "2024", "--format", "json", *options, folder=folder)
    output = folder / "build/2024/peixun"
    codes = [p["code"] for p in ran.json["problems"] if p["code"].startswith("W4")]
    return ran.code, codes, sorted(p.name for p in output.glob("[!.]*.*"))


ALL = ["报告.docx", "报告.pdf", "报告.xlsx", "表.pdf", "表.xlsx"]


def test_each_document_has_one_and_its_own(tmp_path: Path, office: Path) -> None:
    folder = workspace(tmp_path / "区")
    assert built(folder, "--pdf") == (0, [], ALL)
    output = folder / "build/2024/peixun"
    for name, source in (("报告.pdf", "报告.docx"), ("表.pdf", "表.xlsx")):
        assert (output / name).read_bytes() == b"%PDF-" + (output / source).read_bytes()
    assert (office / "runs").read_text() == "x"  # one process for all
    assert built(folder, "--pdf") == (0, [], ALL)
    assert (office / "runs").read_text() == "x"


def test_a_pdf_goes_with_the_document_it_was_made_from(tmp_path: Path, office: Path) -> None:
    folder = workspace(tmp_path / "区")
    built(folder, "--pdf")
    (folder / "templates/甲.docx").write_bytes(word("{{ 年度 }}年"))
    assert built(folder) == (0, [], [n for n in ALL if n != "报告.pdf"])
    assert built(folder, "--pdf") == (0, [], ALL)
    assert (office / "runs").read_text() == "xx"
    assert built(folder, "--all") == (0, [], ALL)  # the documents are the same again
    record = json.loads((folder / "build/2024/peixun/.gen/record.json").read_bytes())
    documents = record["documents"]
    assert documents["报告.pdf"]["fingerprint"] == "pdf:" + documents["报告.docx"]["sha256"]


def test_a_pdf_that_goes_with_its_document_is_told_so_and_none_is_told_as_gone(
    tmp_path: Path, office: Path
) -> None:
    folder = workspace(tmp_path / "区")
    built(folder, "--pdf")
    built(folder, "--all")
    assert "不再有的文件" not in workspaces.gen("diff", "2024", folder=folder).out
    (folder / "templates/甲.docx").write_bytes(word("{{ 年度 }}年"))
    (folder / "templates/甲.xlsx").write_bytes(excel("{{ 年度 }}"))
    ran = workspaces.gen("build", "2024", folder=folder)
    assert "  报告.pdf  它的文档变了，旧 PDF 已删去；要新的，请加 --pdf 再生成一次\n" in ran.out
    assert "不再需要" not in ran.out
    (folder / "templates/县里.yaml").write_text(
        (folder / "templates/县里.yaml").read_text("utf-8").replace("名称: 表", "名称: 别的"),
        "utf-8",
    )
    assert "  表.xlsx  不再需要，已移除\n" in workspaces.gen("build", "2024", folder=folder).out


def test_without_libreoffice_the_rest_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEN_SOFFICE", "no-such-program")
    folder = workspace(tmp_path)
    assert built(folder, "--pdf") == (1, ["W401"], [n for n in ALL if not n.endswith("pdf")])
    assert built(folder) == (0, [], [n for n in ALL if not n.endswith("pdf")])


@pytest.mark.parametrize("text", ["死机", pytest.param("卡住", marks=pytest.mark.long)])
def test_a_document_that_kills_it_is_named_and_the_others_are_made(
    tmp_path: Path, office: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("GEN_SOFFICE_SECONDS", "4")
    folder = workspace(tmp_path / "区", text)
    ran = workspaces.gen("build", "2024", "--pdf", "--format", "json", folder=folder)
    (problem,) = ran.problems("W402")
    assert problem["file"] == "build/2024/peixun/报告.docx"
    assert ("中途退出（81）" if text == "死机" else "等了4秒") in problem["message"]
    output = folder / "build/2024/peixun"
    assert sorted(p.name for p in output.glob("[!.]*.*")) == [n for n in ALL if n != "报告.pdf"]
    assert ran.code == 1


def test_fonts_that_were_replaced_are_told_once(
    tmp_path: Path, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        fonts, "substitutions", lambda names: dict.fromkeys(sorted(names)[:1], "替身")
    )
    ran = workspaces.gen("build", "2024", "--pdf", "--format", "json", folder=workspace(tmp_path))
    (problem,) = ran.problems("W403")
    assert "（用了 替身）" in problem["message"]
    assert ran.code == 0


def test_one_pdf_for_all_formats_of_a_document() -> None:
    found = pdf.names(["甲.xlsx", "甲.docx", "乙.xlsx", "核对/核对清单.xlsx", "丙.txt"])
    assert found == {"甲.docx": "甲.pdf", "乙.xlsx": "乙.pdf"}


def test_fonts_that_texts_are_set_in() -> None:
    members = read_members(paragraphs("甲"))
    styles = members["word/styles.xml"].decode()
    assert "Cambria" in styles or "Calibri" in styles or "eastAsia" in styles
    run = '<w:r><w:rPr><w:rFonts w:eastAsia="仿宋_GB2312" w:ascii="Times New Roman"/></w:rPr>'
    body = members["word/document.xml"].decode().replace("<w:r>", run, 1)
    found = fonts.asked_for({**members, "word/document.xml": body.encode()})
    assert {"仿宋_GB2312", "Times New Roman"} <= found
    sheet = {"xl/styles.xml": '<styleSheet><font><name val="宋体"/></font></styleSheet>'.encode()}
    assert fonts.asked_for(sheet) == {"宋体"}


def test_a_font_that_is_not_there_is_named_with_what_stands_in() -> None:
    found = fonts.substitutions(["没有这种字体"])
    assert found is None or set(found) == {"没有这种字体"}


# Without fontconfig


def font(*names: tuple[int, int, int, str]) -> bytes:
    """A font of nothing but its names: platform, encoding, which one, text."""
    coded = [
        (platform, encoding, what, said.encode("gb2312" if platform == 1 else "utf-16-be"))
        for platform, encoding, what, said in names
    ]
    records, texts = b"", b""
    for platform, encoding, what, said in coded:
        records += struct.pack(">6H", platform, encoding, 0x804, what, len(said), len(texts))
        texts += said
    table = struct.pack(">HHH", 0, len(coded), 6 + len(records)) + records + texts
    head = b"\0\1\0\0" + struct.pack(">HHHH", 2, 0, 0, 0)
    other = struct.pack(">4sIII", b"head", 0, 44 + len(table), 4)
    return head + other + struct.pack(">4sIII", b"name", 0, 44, len(table)) + table + b"head"


def collection(one: bytes, two: bytes) -> bytes:
    """Two fonts in a file; the places of their tables count from its beginning."""

    def moved(raw: bytes, by: int) -> bytes:
        out = bytearray(raw)
        for at in (20, 36):
            struct.pack_into(">I", out, at, struct.unpack_from(">I", raw, at)[0] + by)
        return bytes(out)

    start = 20
    head = b"ttcf" + struct.pack(">IIII", 0x10000, 2, start, start + len(one))
    return head + moved(one, start) + moved(two, start + len(one))


def test_the_names_of_fonts_are_read_from_their_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "simsun.ttc").write_bytes(
        collection(
            font((3, 1, 1, "SimSun"), (3, 1, 1, "宋体"), (3, 1, 2, "Regular")),
            font((3, 1, 1, "NSimSun"), (3, 1, 4, "新宋体"), (1, 25, 1, "旧名")),
        )
    )
    (tmp_path / "sub/FS.TTF").write_bytes(font((3, 1, 1, "仿宋_GB2312"), (0, 3, 16, "FangSong")))
    for number, wrong in enumerate((b"", b"ttcf", b"\0\1\0\0\xff", b"OTTO" + b"\xff" * 40, b"PK")):
        (tmp_path / f"坏{number}.otf").write_bytes(wrong)
    (tmp_path / "别的.txt").write_bytes(font((3, 1, 1, "不是")))
    assert installed.families([tmp_path, tmp_path / "没有"]) == {
        "simsun", "宋体", "nsimsun", "新宋体", "旧名", "仿宋_gb2312", "fangsong",
    }  # fmt: skip


def test_missing_fonts_are_told_without_fontconfig(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(installed, "folders", lambda: [tmp_path])
    assert fonts.substitutions(["宋体"]) is None
    (tmp_path / "a.ttf").write_bytes(font((3, 1, 1, "宋体")))
    assert fonts.substitutions(["宋体", "黑体", "黑体"]) == {"黑体": ""}


@pytest.mark.parametrize("platform", ["win32", "darwin", "linux"])
def test_there_are_folders_of_fonts_on_every_system(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("SYSTEMROOT", "D:/Windows")
    named = [path.as_posix() for path in installed.folders()]
    wanted = {"win32": "D:/Windows/Fonts", "darwin": "/Library/Fonts", "linux": "/usr/share/fonts"}
    assert wanted[platform] in named


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [(None, "W405", "说不出"), ({"宋体": ""}, "W403", "代替了：宋体。"), ({}, "", "")],
)
def test_what_is_known_of_fonts_is_told(
    found: dict[str, str] | None, code: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "substitutions", lambda _: found)
    problems = Problems()
    pdf._tell_fonts({"甲.xlsx": excel("甲")}, "build", problems)
    assert [problem.code for problem in problems] == [code] * bool(code)
    assert all(words in problem.message for problem in problems)


@pytest.mark.office
def test_libreoffice_makes_pages(tmp_path: Path) -> None:
    program = soffice.find()
    if not program:
        pytest.skip("no LibreOffice")
    with soffice.office(program) as office:
        done = office.converted({"报告 一.docx": paragraphs("甲"), "坏.docx": b"PK"}, "pdf")
    assert str(done["报告 一.docx"])[2:6] == "%PDF"


# Page numbers of tables of contents


def listed(folder: Path) -> Path:
    """A workspace whose report has a table of contents in front of two headings."""

    def build(document: Any) -> None:
        toc(document, 'TOC \\o "1-3"', "旧标题")
        for text in ("{{ 单位.名称 }}概况", "结论"):
            document.add_page_break()
            document.add_paragraph(text, style="Heading 1")

    made(folder, "- {名称: 报告, docx: 甲.docx}\n", **{"templates/甲.docx": template(build)})
    return folder


def contents_of(folder: Path) -> list[str]:
    report = Document(str(folder / "build/2024/peixun/报告.docx"))
    return [paragraph.text for paragraph in report.paragraphs if "\t" in paragraph.text]


def test_without_libreoffice_contents_have_no_page_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEN_SOFFICE", "no-such-program")
    folder = listed(tmp_path)
    for _ in range(2):  # said again by a build that has nothing to do
        ran = workspaces.gen("build", "2024", "--format", "json", folder=folder)
        (problem,) = ran.problems("W404")
        assert (ran.code, problem["severity"]) == (0, "note")
        assert problem["file"] == "build/2024/peixun/报告.docx"
    assert contents_of(folder) == ["测试县干部培训中心概况\t", "结论\t"]


def test_a_program_that_fails_leaves_them_to_the_reader(tmp_path: Path, office: Path) -> None:
    folder = listed(tmp_path / "区")
    ran = workspaces.gen("build", "2024", "--format", "json", folder=folder)
    (problem,) = ran.problems("W404")
    assert (ran.code, "LibreOffice" in problem["message"]) == (0, True)
    assert workspaces.check(folder, 2024).problems("W404") == []


@pytest.mark.office
def test_contents_have_the_page_numbers_of_a_layout(tmp_path: Path) -> None:
    folder = listed(tmp_path)
    for _ in range(2):
        ran = workspaces.gen("build", "2024", "--format", "json", folder=folder)
        assert (ran.code, ran.problems("W404"), ran.problems("T239")) == (0, [], [])
        assert contents_of(folder) == ["测试县干部培训中心概况\t2", "结论\t3"]
