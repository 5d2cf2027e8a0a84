"""Content and templates mutated by chance: a message or a file that opens, and never half a set.

``GEN_FUZZ=full`` tries 5,000 contents and 3,000 templates and opens 200 of the finished files in
LibreOffice; without it a tenth of that. Every shard has its own seed, so a failure is seen again
with ``pytest -m long tests/long/test_fuzz.py -k "contents and 3"``.
"""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document
from kit import pages, rich, templates, workspaces
from kit.archives import Members, packed, unpacked
from kit.workspaces import ROOT, gen
from openpyxl import load_workbook

pytestmark = pytest.mark.long

FULL = os.environ.get("GEN_FUZZ") == "full"
SHARDS = 10
CONTENTS, TEMPLATES, OPENED = (5000, 3000, 200) if FULL else (500, 300, 20)

HOME = "content/peixun"
FILES = (
    f"{HOME}/unit.yaml", f"{HOME}/2024/facts.yaml", f"{HOME}/2024/figures.yaml",
    f"{HOME}/2024/indicators.yaml", f"{HOME}/2024/report.md", f"{HOME}/2024/projects/骨干培训.yaml",
)  # fmt: skip
MADE = (
    "docx/jiujiang/报告.docx", "docx/jiujiang/附件1.docx", "docx/jiujiang/附件2.docx",
    "xlsx/jiujiang/附件1.xlsx", "xlsx/jiujiang/附件2.xlsx", "xlsx/jiujiang/附件3.xlsx",
)  # fmt: skip


RICH = ("富.docx", "富.xlsx")


class Workspace:
    """A built workspace whose files are spoilt and put back; finished files are opened."""

    def __init__(self, folder: Path, kept: Path) -> None:
        self.folder = folder
        self._kept = kept
        self.ended: Counter[str] = Counter()
        workspaces.build(folder, 2024)
        self._before = self._outputs()
        self._opened: set[bytes] = set()

    def _outputs(self) -> dict[str, bytes]:
        return workspaces.snapshot(self.folder / "build")

    def survives(self, file: str, data: bytes, seed: str) -> None:
        """Build with ``file`` holding ``data``."""
        path = self.folder / file
        kept = path.read_bytes()
        try:
            path.write_bytes(data)
            ran = gen("build", "2024", "--format", "json", folder=self.folder)
        finally:
            path.write_bytes(kept)
        said = f"{seed} {file}\n{ran.out[-3000:]}{ran.err}"
        assert ran.code in (0, 1), said
        assert "Traceback" not in ran.out + ran.err, said
        assert not ran.err, said
        codes = {problem["code"] for problem in ran.problems() if problem["severity"] == "error"}
        assert "W201" not in codes, said
        before, self._before = self._before, self._outputs()
        if ran.code == 1:
            assert codes, said
            assert self._before == before, said
        else:
            for name, made in self._before.items():
                if made != before.get(name):
                    self._opens(name, made, said)
        self.ended["refused" if ran.code else "built"] += 1

    def _opens(self, name: str, made: bytes, said: str) -> None:
        if made in self._opened or not name.endswith((".docx", ".xlsx")):
            return
        self._opened.add(made)
        try:
            if name.endswith(".docx"):
                assert Document(io.BytesIO(made)).element.body is not None
            else:
                with warnings.catch_warnings():
                    # Excel prints headers as they are typed and has a style of its own by default.
                    warnings.filterwarnings("ignore", "Cannot parse header or footer")
                    warnings.filterwarnings("ignore", "Workbook contains no default style")
                    assert load_workbook(io.BytesIO(made)).sheetnames
        except Exception as error:
            raise AssertionError(f"{name} 打不开：{error!r}\n{said}") from error
        if len(list(self._kept.iterdir())) < OPENED:
            (self._kept / f"{len(self._opened)}-{os.getpid()}{Path(name).suffix}").write_bytes(made)


def sample(folder: Path) -> Path:
    """A unit with the templates of the samples."""
    workspaces.write(folder, workspaces.unit_files())
    shutil.copytree(ROOT / "templates", folder / "templates")
    return folder


def richly(folder: Path) -> Path:
    """A unit with templates that hold one of each."""
    made = {"templates/富.docx": rich.word(), "templates/富.xlsx": rich.excel()}
    templates.made(folder, "- {名称: 文, docx: 富.docx}\n- {名称: 表, xlsx: 富.xlsx}\n", **made)
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished files for LibreOffice."""
    return tmp_path_factory.mktemp("成果")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, kept: Path) -> Iterator[Workspace]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEN_CACHE", str(tmp_path_factory.mktemp("缓存")))
        yield Workspace(sample(tmp_path_factory.mktemp("工作区")), kept)


@pytest.fixture(scope="module")
def rich_workspace(tmp_path_factory: pytest.TempPathFactory, kept: Path) -> Iterator[Workspace]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEN_CACHE", str(tmp_path_factory.mktemp("缓存")))
        yield Workspace(richly(tmp_path_factory.mktemp("工作区")), kept)


# Contents

PIECES = (
    ": ", "：", "- ", "{", "}", "[", "]", ",", "，", "\n", "\n  ", "\t", "#", "&a ", "*a", "!!str ",
    "'", '"', "|", ">", "---\n", "= ", "合计", "本年", "派生", "其中", "1", "0", "-", "%", "１２", "²", "٣",
    "1e9", "9" * 60, "0x1F", "{{ 年度 }}", "{{", "}}", "{% if 年度 %}", "{% for r in 项目 %}", "{% endfor %}",
    "=1+1", "=cmd|'/C calc'!A0", "+1", "@SUM(A1)", "<w:p/>", "]]>", "&#1;", "&amp;", "\\x1b", "\u200b",
    "\ufeff", "\ue010", "\u2028", "\x00", "\x1b[31m", "\r", "𠀀", "../", "/etc/passwd", "file:///x",
    "年初预算", "优", "| 甲 | 乙 |\n|---|---|\n", "# ", "（一）", "**", "_x0041_", "&P", "~", "null", "yes",
)  # fmt: skip


def mutated_text(text: str, dice: random.Random) -> str:
    """``text`` spoilt in one to four places."""
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(text) + 1)
        to = min(len(text), at + dice.choice((1, 1, 2, 5, 20, 100)))
        lines = text.split("\n")
        line = dice.randrange(len(lines))
        match dice.randrange(8):
            case 0:
                text = text[:at] + text[to:]
            case 1 | 2:
                text = text[:at] + dice.choice(PIECES) + text[at:]
            case 3:
                text = text[:at] + dice.choice(PIECES) + text[to:]
            case 4:
                text = "\n".join((*lines[:line], lines[line], *lines[line:]))
            case 5:
                text = "\n".join((*lines[:line], *lines[line + 1 :]))
            case 6:
                other = dice.randrange(len(lines))
                lines[line], lines[other] = lines[other], lines[line]
                text = "\n".join(lines)
            case _:
                numbers = list(re.finditer(r"\d[\d.]*", text))
                if numbers:
                    found = dice.choice(numbers)
                    text = text[: found.start()] + dice.choice(PIECES) + text[found.end() :]
    return text


@pytest.mark.parametrize("shard", range(SHARDS))
def test_contents(shard: int, workspace: Workspace) -> None:
    dice = random.Random(f"内容{shard}")
    for number in range(CONTENTS // SHARDS):
        file = dice.choice(FILES)
        text = (workspace.folder / file).read_text(encoding="utf-8")
        data = mutated_text(text, dice).encode("utf-8", "surrogatepass")
        if dice.random() < 0.03:
            at = dice.randrange(len(data) + 1)
            data = data[:at] + dice.randbytes(3) + data[at:]
        workspace.survives(file, data, f"内容{shard}/{number}")


# Templates

VALUES = (
    "", "0", "1", "-1", "²", "99999999999", "1048577", "XFE1", "A1:", "A1:XFD1048576", "B2:A1", "x",
    "rId1", "rId99", "../../x", "file:///etc/passwd", "http://127.0.0.1:1/x", "true", "{{ 年度 }}",
    "inlineStr", "s", "shared", "\ue010", "9" * 400, "超" * 40,
)  # fmt: skip
INSERTED = (
    "<f>cmd|'/C calc'!A0</f>", "<f>1+</f>", "<v>99999</v>", "<w:p/>", "<w:tbl/>", "<w:tc/>", "<w:r/>",
    '<w:fldSimple w:instr="DDE x"/>', "<row/>", "<c/>", '<mergeCell ref="A1:C3"/>', "<!-- x -->",
    "<![CDATA[x]]>", "<?x y?>", "{{ 年度 }}", "{% if 年度 %}", "{%tr endfor %}", "{%p endif %}", "{{p 正文 }}",
    "{{ 无 }}", "<x/>", "</x>", "&x;", "\ue010", '<w:bookmarkStart w:id="0" w:name="a"/>',
    '<w:commentReference w:id="0"/>', '<w:sectPr/>', '<w:numPr><w:numId w:val="77"/></w:numPr>',
)  # fmt: skip
_ELEMENT = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r'="[^"<>]*"')
_TEXT = re.compile(r">[^<>]+<")


def mutated_xml(xml: str, dice: random.Random) -> str:
    """``xml`` with one element, attribute or text spoilt."""
    tags = list(_ELEMENT.finditer(xml))
    attributes = list(_ATTRIBUTE.finditer(xml))
    texts = list(_TEXT.finditer(xml))
    kind = dice.randrange(8)
    if kind <= 2 and attributes:
        found = dice.choice(attributes)
        value = dice.choice((*VALUES, *(other[0][2:-1] for other in dice.sample(attributes, 1))))
        return f'{xml[: found.start()]}="{value}"{xml[found.end() :]}'
    if kind == 3 and texts:
        found = dice.choice(texts)
        return f"{xml[: found.start()]}>{dice.choice((*VALUES, *INSERTED))}<{xml[found.end() :]}"
    if not tags:
        return xml + dice.choice(INSERTED)
    found, other = dice.choice(tags), dice.choice(tags)
    first, last = sorted((found.start(), other.end()))
    match kind:
        case 4:
            return xml[: found.start()] + xml[found.end() :]
        case 5:
            return xml[: found.end()] + dice.choice(INSERTED) + xml[found.end() :]
        case 6:
            return xml[:last] + xml[first:last] + xml[last:]
    return (
        xml[:first] + xml[last:]
        if last - first < 3000
        else xml[: found.start()] + xml[found.end() :]
    )


def _whole(xml: str, dice: random.Random) -> str:
    """An element with all in it, doubled or gone: what stays well-formed."""
    starts = list(re.finditer(r"<([\w:]+)[^<>]*(?<!/)>", xml))
    if not starts:
        return xml
    start = dice.choice(starts)
    end = xml.find(f"</{start[1]}>", start.end())
    if end < 0:
        return xml
    end += len(start[1]) + 3
    piece = xml[start.start() : end]
    return xml[: start.start()] + piece * dice.choice((0, 2)) + xml[end:]


def _spoil_part(members: Members, dice: random.Random) -> None:
    name = dice.choice([name for name in members if name.endswith((".xml", ".rels"))])
    text = members[name].decode("utf-8", "replace")
    change: Callable[[str, random.Random], str] = dice.choice((mutated_xml, mutated_xml, _whole))
    encoding = dice.choice(("utf-8",) * 30 + ("utf-16", "gbk", "utf-8-sig", "utf-16-be"))
    members[name] = change(text, dice).encode(encoding, "replace")


def _spoil_members(members: Members, dice: random.Random) -> None:
    name = dice.choice(list(members))
    match dice.randrange(6):
        case 0:
            del members[name]
        case 1:
            members[dice.choice(("../x.xml", "/x.xml", "word/x.xml", "xl/vbaProject.bin", name.upper(),
                                 "[trash]/0.dat", "word\\x.xml", "x:y"))] = members[name]  # fmt: skip
        case 2:
            members[name] = members[name][: dice.randrange(len(members[name]) + 1)]
        case 3:
            members[name] = members[dice.choice(list(members))]
        case 4:
            at = dice.randrange(len(members[name]) + 1)
            members[name] = members[name][:at] + dice.randbytes(4) + members[name][at:]
        case _:
            members[name] = b"<x>" * 3000 + b"</x>" * 3000


KINDS = (
    "image",
    "hyperlink",
    "styles",
    "theme",
    "vbaProject",
    "package",
    "oleObject",
    "nosuch",
    "worksheet",
)


def _spoil_relations(members: Members, dice: random.Random) -> None:
    names = [name for name in members if name.endswith(".rels")]
    name = dice.choice(names or list(members))
    link = (
        f'<Relationship Id="{dice.choice(("rId1", "rId77"))}" Type="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships/{dice.choice(KINDS)}" Target="{dice.choice(VALUES)}"'
        f"{dice.choice(('', ' TargetMode=' + chr(34) + 'External' + chr(34)))}/></Relationships>"
    )
    members[name] = members[name].replace(b"</Relationships>", link.encode())


def _spoil_types(members: Members, dice: random.Random) -> None:
    name = "[Content_Types].xml"
    types = re.findall(r'ContentType="([^"]*)"', members.get(name, b"").decode("utf-8", "replace"))
    if types:
        old = dice.choice(types)
        new = dice.choice((*types, "application/vnd.ms-office.vbaProject", "text/html", "", "x"))
        members[name] = members[name].replace(old.encode(), new.encode(), 1)


def mutated_template(raw: bytes, dice: random.Random) -> bytes:
    """A template spoilt in one to three places."""
    if dice.random() < 0.02:
        at = dice.randrange(len(raw))
        return raw[:at] + dice.randbytes(2) + raw[at + 2 :]
    members = unpacked(raw)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        spoil = dice.choices(
            (_spoil_part, _spoil_members, _spoil_relations, _spoil_types), (12, 2, 1, 1)
        )[0]
        if members:
            spoil(members, dice)
    return packed(members, zipfile.ZIP_STORED)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_templates(shard: int, workspace: Workspace) -> None:
    dice = random.Random(f"模板{shard}")
    for number in range(TEMPLATES // SHARDS):
        file = f"templates/{dice.choice(MADE)}"
        raw = mutated_template((workspace.folder / file).read_bytes(), dice)
        workspace.survives(file, raw, f"模板{shard}/{number}")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_rich_templates(shard: int, rich_workspace: Workspace) -> None:
    dice = random.Random(f"富{shard}")
    for number in range(TEMPLATES // SHARDS):
        file = f"templates/{dice.choice(RICH)}"
        raw = mutated_template((rich_workspace.folder / file).read_bytes(), dice)
        rich_workspace.survives(file, raw, f"富{shard}/{number}")


def test_both_ends_were_met(
    workspace: Workspace, rich_workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in (workspace, rich_workspace):
        with capsys.disabled():
            print(f"\n{dict(one.ended)}")
        assert one.ended["built"]
        assert one.ended["refused"]


@pytest.mark.office
def test_libreoffice_opens_what_was_published(kept: Path, tmp_path: Path) -> None:
    files = sorted(kept.iterdir())
    assert files
    for file in files[:OPENED]:
        assert pages.to_pdf(file, tmp_path).stat().st_size > 1000
