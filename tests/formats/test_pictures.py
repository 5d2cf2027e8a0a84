"""Pictures by name: from the unit's folder, by content, in templates and in report.md."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from kit import workspaces
from kit.images import jpeg, png
from kit.templates import made, word

from generator.reading.pictures import NoPicture, read

ONE = "- {名称: 报告, docx: 甲.docx}\n"
TAG = "{{ 图片('走访.png', 宽='14cm') }}"


def test_size_kind_and_turn_come_from_the_content() -> None:
    picture = read(png(40, 20, dpi=200))
    assert (picture.kind, picture.width, picture.height, round(picture.dpi)) == ("png", 40, 20, 200)
    upright = read(jpeg(400, 300, turn=6))
    assert (upright.kind, upright.width, upright.height, upright.turned) == ("jpeg", 300, 400, 90)
    assert read(jpeg(400, 300)).dpi == 72


def test_what_a_camera_writes_beside_the_picture_is_left_out() -> None:
    assert b"113.9E" in jpeg(4, 3, place="113.9E")
    assert b"113.9E" not in read(jpeg(4, 3, place="113.9E")).data
    assert b"113.9E" not in read(png(text="113.9E")).data
    assert read(png(4, 3)).data == png(4, 3)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GIF89a", "不是 PNG 或 JPEG"),
        (b"<svg/>", "不是 PNG 或 JPEG"),
        (png()[:40], "不完整"),
        (jpeg(4, 3)[:20], "不完整"),
        (jpeg(20_000, 3), "最多12000"),
        (png(0, 3), "不完整"),
        (b"\x89PNG\r\n\x1a\n", "不完整"),
        (b"\xff\xd8\xff", "不完整"),
        (b"\xff\xd8\xff" + bytes(21 * 1024 * 1024), "20MB"),
    ],
)
def test_what_is_no_picture_says_why(data: bytes, why: str) -> None:
    with pytest.raises(NoPicture, match=why):
        read(data)


def workspace(folder: Path, text: str, *, report: str = "", name: str = "走访.png") -> Path:
    made(folder, ONE, **{"templates/甲.docx": word(text)})
    unit = folder / "content/peixun/2024"
    workspaces.write(unit, {f"images/{name}": png(200, 100)})
    if report:
        workspaces.write(unit, {"report.md": report})
    return folder


def extents(document: Path) -> list[tuple[int, int]]:
    with zipfile.ZipFile(document) as archive:
        xml = archive.read("word/document.xml").decode()
    found = re.findall(r'<wp:extent cx="(\d+)" cy="(\d+)"/>', xml)
    return [(int(x) // 36_000, int(y) // 36_000) for x, y in found]


def test_a_template_shows_a_picture_of_the_unit(tmp_path: Path) -> None:
    folder = workspace(tmp_path, f"前{TAG}后{TAG}")
    (folder / "content/peixun/2024/images/走访.png").rename(folder / "走访.png")
    (folder / "content/peixun/images").mkdir()
    (folder / "走访.png").rename(folder / "content/peixun/images/走访.png")
    output = workspaces.build(folder, 2024) / "peixun/报告.docx"
    assert extents(output) == [(140, 70)] * 2
    document = Document(str(output))
    assert document.paragraphs[0].text == "前后"
    (related,) = {r.target_ref for r in document.part.rels.values() if "image" in r.reltype}
    with zipfile.ZipFile(output) as archive:
        assert archive.namelist().count(f"word/{related}") == 1
        assert archive.read(f"word/{related}") == png(200, 100)
        ids = re.findall(r'<wp:docPr id="(\d+)"', archive.read("word/document.xml").decode())
    assert len(set(ids)) == 2


def test_the_report_shows_a_picture_in_a_paragraph_of_its_own(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "{{p 正文 }}", report=f"一段。\n\n{TAG}\n\n二段。\n")
    document = Document(str(workspaces.build(folder, 2024) / "peixun/报告.docx"))
    assert [p.text for p in document.paragraphs] == ["一段。", "", "二段。"]
    picture = document.paragraphs[1].paragraph_format
    assert (picture.line_spacing, str(picture.alignment)) == (1.0, "CENTER (1)")


def test_a_changed_picture_is_a_change(tmp_path: Path) -> None:
    folder = workspace(tmp_path, TAG)
    first = (workspaces.build(folder, 2024) / "peixun/报告.docx").read_bytes()
    workspaces.write(folder / "content/peixun/2024", {"images/走访.png": png(100, 100)})
    assert extents(workspaces.build(folder, 2024) / "peixun/报告.docx") == [(140, 140)]
    workspaces.write(folder / "content/peixun/2024", {"images/走访.png": png(200, 100)})
    assert (workspaces.build(folder, 2024) / "peixun/报告.docx").read_bytes() == first


@pytest.mark.parametrize(
    ("tag", "code", "said"),
    [
        ("{{ 图片('走仿.png') }}", "T241", "是否为“走访.png”"),
        ("{{ 图片('../unit.yaml') }}", "T242", "只能写"),
        ("{{ 图片('/etc/passwd') }}", "T242", "只能写"),
        ("{{ 图片('走访.png', 宽='14') }}", "T243", "“14”"),
        ("{{ 图片('走访.png', 宽='900cm') }}", "T243", "“900cm”"),
        ("{{ 图片('走访.png', 宽='2cm', 高='2cm') }}", "T243", "2cm"),
        ("{{ 图片('走访.png', 长='2cm') }}", "T110", "“宽”或“高”"),
        ("{{ 图片() }}", "T110", "不能调用"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(tmp_path: Path, tag: str, code: str, said: str) -> None:
    folder = workspace(tmp_path, "{{p 正文 }}", report=f"一段。\n\n{tag}\n")
    ran = workspaces.gen("build", "2024", "--format", "json", folder=folder)
    (problem,) = ran.problems(code)
    assert (problem["file"], problem["line"]) == ("content/peixun/2024/report.md", 3)
    assert said in problem["message"] + problem["hint"]
    assert ran.code == 1


def test_a_picture_that_is_none_and_a_link_to_one_are_refused(tmp_path: Path) -> None:
    folder = workspace(tmp_path, TAG)
    picture = folder / "content/peixun/2024/images/走访.png"
    picture.write_bytes(b"GIF89a")
    (problem,) = workspaces.gen("build", "2024", "--format", "json", folder=folder).problems("T242")
    assert problem["file"] == "templates/甲.docx"
    picture.unlink()
    (tmp_path / "别处.png").write_bytes(png())
    picture.symlink_to(tmp_path / "别处.png")
    (problem,) = workspaces.gen("build", "2024", "--format", "json", folder=folder).problems("T242")
    assert "指向别处" in problem["message"]


def test_excel_has_none(tmp_path: Path) -> None:
    from kit.templates import excel

    folder = tmp_path
    made(folder, "- {名称: 表, xlsx: 甲.xlsx}\n", **{"templates/甲.xlsx": excel(TAG)})
    (problem,) = workspaces.gen("check", "2024", "--format", "json", folder=folder).problems("T244")
    assert problem["file"] == "templates/甲.xlsx"
    assert io.BytesIO(png()).getvalue()
