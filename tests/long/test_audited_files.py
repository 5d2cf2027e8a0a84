"""Ten hostile files and ten odd ones: an answer or a message, in bounded memory, never a traceback.

``-s`` prints the table of time (of the processor: others run beside) and memory. The PDF that
LibreOffice makes of a report gives the verdicts of the report.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from kit import pages, workspaces
from kit.archives import repacked, saved

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.name != "posix", reason="os.wait4 tells what a child took"),
]

#: What a file may take at most, in MB: the library of PDF keeps some pages of objects.
MOST_MEMORY = 900
MAIN = "word/document.xml"
SHEET = "xl/worksheets/sheet1.xml"
WORD = saved(docx.Document())
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TRUE = "本年支出合计100.00万元，其中：基本支出60.00万元，占60%；项目支出40.00万元，占40%。"


def body(inside: str) -> bytes:
    return f"<w:document {SPACE}><w:body>{inside}</w:body></w:document>".encode()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word(inside: str) -> bytes:
    return repacked(WORD, lambda members: members.update({MAIN: body(inside)}))


def book(change: Callable[[openpyxl.Workbook], object]) -> bytes:
    made = openpyxl.Workbook()
    change(made)
    return saved(made)


def sheet(xml: str) -> bytes:
    return repacked(book(lambda _: None), lambda members: members.update({SHEET: xml.encode()}))


def pdf(texts: list[str], *, encrypted: bool = False) -> bytes:
    """A page a text, in a font that needs no file; an empty text is a page without any."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>", "",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        "/DescendantFonts[4 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 5 0 R>>",
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]"
        "/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>",
    ]  # fmt: skip
    kids = []
    for text in texts:
        lines = [text[at : at + 30] for at in range(0, len(text), 30)]
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -24 Td " for line in lines)
        stream = f"BT /F1 14 Tf 60 780 Td {shown}ET" if text else "q Q"
        kids.append(len(objects) + 1)
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
            f"/Resources<</Font<</F1 3 0 R>>>>/Contents {len(objects) + 2} 0 R>>"
        )
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{n} 0 R' for n in kids)}]>>"
    out, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    locked = (
        f"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<{'ab' * 32}>/U<{'cd' * 32}>>>/ID[<00><00>]"
        if encrypted else ""
    )  # fmt: skip
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R{locked}>>"
    return out + f"{end}\nstartxref\n{len(out)}\n%%EOF".encode()


def bomb() -> bytes:
    """In pieces: what this process held at once would count for its children."""
    stream = io.BytesIO(repacked(WORD, lambda members: members.pop(MAIN)))
    with (
        zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package,
        package.open(MAIN, "w") as big,
    ):
        for _ in range(300):
            big.write(b" " * (1 << 20))
    return stream.getvalue()


def with_macros(raw: bytes, part: str) -> bytes:
    return repacked(raw, lambda members: members.update({part: b"\xd0\xcf\x11\xe0" + b"Sub" * 999}))


def entities() -> bytes:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]>{body(paragraph("&a9;")).decode()}'
    return repacked(WORD, lambda members: members.update({MAIN: xml.encode()}))


def outside() -> bytes:
    return repacked(WORD, lambda members: members.update({"../../etc/passwd": b"x"}))


def five_thousand_rows(made: openpyxl.Workbook) -> None:
    made.active.append(["序号", "项目", "预算数", "执行数", "执行率"])
    for number in range(5000):
        made.active.append([number + 1, f"项目{number}", 100.5, 50.25, 0.5])
    made.active.append(["", "合计", 100.5 * 5000, 50.25 * 5000, 0.5])


SHEETS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
FAR = f'<worksheet {SHEETS}><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'

SHARES = "支出合计9万元，其中：" + "甲支出1.25万元，占3.17%；" * 20_000
BRACKETS = "（" * 50_000 + "其中：" * 50_000 + "1万元" * 20_000

#: name → (bytes, whether it is read).
HOSTILE: dict[str, tuple[Callable[[], bytes], bool]] = {
    "bomb.docx": (bomb, False),
    "entities.docx": (entities, True),
    "outside.docx": (outside, False),
    "deep.docx": (lambda: word("<w:sdt><w:sdtContent>" * 9000 + "</w:sdtContent></w:sdt>" * 9000), True),
    "macros.docx": (lambda: with_macros(word(paragraph(TRUE)), "word/vbaProject.bin"), True),
    "macros.xlsx": (lambda: with_macros(book(lambda made: made.active.append([TRUE])), "xl/vbaProject.bin"), True),
    "far.xlsx": (lambda: sheet(FAR), True),
    "encrypted.docx": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9999), False),
    "shares.txt": (SHARES.encode, True),
    "brackets.txt": (BRACKETS.encode, True),
}  # fmt: skip
ODD: dict[str, tuple[Callable[[], bytes], bool]] = {
    "scan.pdf": (lambda: pdf([""] * 12), False),
    "locked.pdf": (lambda: pdf([TRUE], encrypted=True), False),
    "torn.pdf": (lambda: pdf([TRUE] * 9)[:1500], False),
    "200-pages.pdf": (lambda: pdf([TRUE * 8] * 200), True),
    "rows.xlsx": (lambda: book(five_thousand_rows), True),
    "torn.docx": (lambda: word(paragraph(TRUE))[:-900], False),
    "empty.docx": (lambda: WORD, True),
    "a-book.docx": (lambda: book(lambda made: made.active.append([TRUE])), False),
    "utf16.txt": (lambda: TRUE.encode("utf-16"), True),
    "gbk.txt": (lambda: TRUE.encode("gbk"), True),
}  # fmt: skip


def measured(path: Path) -> tuple[dict, float, float]:
    """What is answered, the seconds of the processor and the MB that it took."""
    command = [sys.executable, "-m", "generator", "audit", str(path), "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        assert ran.stdout is not None
        assert ran.stderr is not None
        out, err = ran.stdout.read(), ran.stderr.read()
        _, status, usage = os.wait4(ran.pid, 0)
        ran.returncode = os.waitstatus_to_exitcode(status)
    assert ran.returncode in (0, 1), err.decode()
    assert b"Traceback" not in err
    [file] = json.loads(out)["files"]
    return file, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


@pytest.mark.parametrize("name", [*HOSTILE, *ODD])
def test_a_file_is_answered_or_refused_in_bounded_memory(tmp_path: Path, name: str) -> None:
    make, readable = (HOSTILE | ODD)[name]
    path = tmp_path / name
    path.write_bytes(make())
    file, seconds, memory = measured(path)
    print(f"\n{name:16} {path.stat().st_size:9} bytes {seconds:6.2f} s {memory:5.0f} MB", end=" ")
    print([f["message"] for f in file["findings"]][:1])
    assert file["summary"]["readable"] is readable
    assert [f["code"] for f in file["findings"]][:1] == ([] if readable else ["A101"]) or readable
    assert memory < MOST_MEMORY


def test_a_report_of_thirty_pages(tmp_path: Path) -> None:
    """Printed with its time; a page of a report has some 600 characters."""
    text = TRUE * 12
    paragraphs = [f"（{n}）{text}" for n in range(1, 31)]
    (tmp_path / "a.docx").write_bytes(word("".join(map(paragraph, paragraphs))))
    (tmp_path / "a.pdf").write_bytes(pdf(paragraphs))
    for name in ("a.docx", "a.pdf"):
        file, seconds, memory = measured(tmp_path / name)
        print(f"\n{name} of 30 pages {seconds:.2f} s {memory:.0f} MB")
        assert file["summary"]["holds"] > 30 * 12


@pytest.mark.office
def test_a_pdf_by_libreoffice_gives_the_verdicts_of_the_document(tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path)
    [report] = workspaces.build(folder).rglob("*报告.docx")
    made = pages.to_pdf(report, tmp_path / "out")
    changed = tmp_path / "changed.docx"
    changed.write_bytes(repacked(report.read_bytes(), spoil))
    for path, image in ((report, made), (changed, pages.to_pdf(changed, tmp_path / "out"))):
        ours, theirs = (verdicts(measured(one)[0]) for one in (path, image))
        assert theirs == ours
    assert verdicts(measured(changed)[0])["wrong"] > 0


def spoil(members: dict[str, bytes]) -> None:
    text = members[MAIN].decode()
    assert "245.67" in text
    members[MAIN] = text.replace("245.67", "254.67", 1).encode()


def verdicts(file: dict) -> Counter[str]:
    return Counter(claim["verdict"] for claim in file["claims"])


def test_the_pages_are_what_they_should_be(tmp_path: Path) -> None:
    """The PDF written here by hand is one: its text comes back."""
    (tmp_path / "a.pdf").write_bytes(pdf([TRUE]))
    file, *_ = measured(tmp_path / "a.pdf")
    assert file["summary"]["holds"] == 3
