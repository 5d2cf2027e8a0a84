"""Documents that are executed: their fenced blocks read, and run in a workspace of their own.

Every fenced block says by its info string what it is, and one that says nothing fails:

``` ```yaml title="…" ```            a file of the document's workspace (also markdown, text)
``` ```yaml title="…" 添加 ```       the same, only up to the next heading: added to the file
``` ```yaml title="…" 代替 ```       … in place of the file
``` ```yaml title="…" 删去 ```       … the file is gone
``` ```yaml title="…" 节选 ```       … lines of it, quoted
``` ```diff title="…" ```            the lines ``-`` of the file become the lines ``+``
``` ```console ```                   ``$ command`` and all it prints (``…`` leaves lines out)
``` ```jinja ```                     lines ``tags → what the report then says``
``` ```text 正文 ```                 the narrative of the report, as Word shows it
``` ```text title="templates/….docx" ```   a template, drawn as text; also .xlsx
``` ```text 打开="build/….docx" ```  a finished document, drawn as text (从="…" 到="…": a part;
                                      纯文字: without styles)
``` ```text 数据流 ```                a drawing of the program
``` ```text 目录="…" ```             what a folder holds
"""

from __future__ import annotations

import importlib
import os
import re
import shlex
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kit.drawings import draw, read_drawing
from kit.workspaces import gen

ROOT = Path(__file__).resolve().parents[2]
README, WRITERS, DESIGNERS = "README.md", "docs/填写指南.md", "docs/模板指南.md"
GLOSSARY, DEVELOPERS = "docs/术语表.md", "docs/架构.md"
DOCUMENTS = (README, WRITERS, DESIGNERS, GLOSSARY, DEVELOPERS)
#: The README's workspace is the one a user gets; the guides make their own.
SAMPLE = "content"
ELISION = "…"
UPDATE = os.environ.get("GEN_DOCS_UPDATE") == "1"

_FENCE = re.compile(r"^( *)```(\w*)(.*)$")
_OPTION = re.compile(r'(\w+)="([^"]*)"')
_HEADING = re.compile(r"^#{1,6} (.*)$")
_SIZE = re.compile(r"\d+(?:\.\d+)?KB")


# Reading -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its place, language, options, flags and text."""

    document: str
    number: int
    line: int
    section: str
    language: str
    options: dict[str, str]
    flags: frozenset[str]
    text: str

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def title(self) -> str:
        return self.options.get("title", "")

    @property
    def lasting(self) -> bool:
        """Whether the block is a file that every section of its document starts with."""
        return bool(self.title) and self.language != "diff" and not self.flags


@cache
def source(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@cache
def blocks(document: str) -> tuple[Block, ...]:
    return parsed(document, source(document))


def parsed(document: str, text: str) -> tuple[Block, ...]:
    found: list[Block] = []
    section, opened, lines = "", None, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        fence = _FENCE.match(line)
        if opened is None and fence:
            opened, lines = (number, fence), []
        elif opened is not None and line.strip() == "```":
            start, begin = opened
            info = begin[3]
            found.append(
                Block(
                    document=document,
                    number=len(found),
                    line=start,
                    section=section,
                    language=begin[2],
                    options=dict(_OPTION.findall(info)),
                    flags=frozenset(_OPTION.sub("", info).split()),
                    text="".join(f"{text.removeprefix(begin[1])}\n" for text in lines),
                )
            )
            opened = None
        elif opened is not None:
            lines.append(line)
        elif heading := _HEADING.match(line):
            section = heading[1]
    assert opened is None, f"{document}:{opened[0] if opened else 0} 没有结束"
    return tuple(found)


def sections() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for section in dict.fromkeys(block.section for block in blocks(document)):
            yield document, section


def prose(document: str) -> str:
    """The text outside fenced blocks and comments."""
    text = re.sub(r"^ *```.*?^ *```$", "", source(document), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def spans(document: str) -> set[str]:
    """Everything set as inline code."""
    return set(re.findall(r"`([^`\n]+)`", prose(document)))


# Running -----------------------------------------------------------------------------------------


@dataclass
class Session:
    """A workspace while a section is read."""

    folder: Path
    document: str
    before: dict[Path, bytes | None] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def start(self, section: str) -> None:
        """The workspace as the reader of ``section`` has it."""
        if self.document == README:
            shutil.copytree(ROOT / SAMPLE, self.folder / SAMPLE)
            if not any("pip install ." in b.text for b in blocks(README) if b.section == section):
                gen("build", "2020", folder=self.folder)
        for block in blocks(self.document):
            if block.lasting:
                self.write(block)

    def path(self, name: str) -> Path:
        path = self.folder / name
        assert path.resolve().is_relative_to(self.folder.resolve()), name
        return path

    def write(self, block: Block) -> None:
        path = self.path(block.title)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in (".docx", ".xlsx"):
            draw(block.text, path)
            return
        text = block.text
        if "添加" in block.flags:
            text = path.read_text(encoding="utf-8") + "\n" + text
        path.write_text(text, encoding="utf-8")

    def overlay(self, block: Block) -> None:
        """Change a file up to the next heading; a block with 同时 keeps the changes before it."""
        if "同时" not in block.flags:
            self.restore()
        path = self.path(block.title)
        self.before.setdefault(path, path.read_bytes() if path.exists() else None)
        if block.language == "diff":
            self.edit(path, block)
        elif "删去" in block.flags:
            path.unlink()
        else:
            self.write(block)

    def restore(self) -> None:
        for path, data in self.before.items():
            if data is None:
                path.unlink()
            else:
                path.write_bytes(data)
        self.before.clear()

    def edit(self, path: Path, block: Block) -> None:
        text = path.read_text(encoding="utf-8")
        lines = block.text.splitlines()
        old = [line[1:] for line in lines if line[:1] in "- "]
        new = [line[1:] for line in lines if line[:1] in "+ "]
        assert text.count("\n".join(old)) == 1, f"{block.place} 在 {block.title} 里对不上"
        path.write_text(text.replace("\n".join(old), "\n".join(new)), encoding="utf-8")

    def compare(self, block: Block, actual: str) -> None:
        """``actual`` must be the text of ``block``; a line ``…`` stands for any lines."""
        pattern = re.escape(_SIZE.sub("KB", block.text.rstrip("\n") + "\n"))
        pattern = pattern.replace(f"{re.escape(ELISION)}\\\n", r"(?:.*\n)*?")
        if re.fullmatch(pattern, _SIZE.sub("KB", actual.rstrip("\n") + "\n")):
            return
        if UPDATE and ("错误" in block.text or "错误" not in actual):
            rewrite(block, elided(block.text, actual))
        else:
            self.wrong.append(f"{block.place}\n--- 文档里\n{block.text}--- gen 实际\n{actual}")

    def run(self, block: Block) -> None:
        """One block, by its kind."""
        kind = kind_of(block)
        assert kind is not None, f"{block.place} 没有说明是哪种例子"
        kind(self, block)


def elided(before: str, actual: str) -> str:
    """``actual``, shortened where ``before`` was; whole when it cannot be told where that is."""
    if f"{ELISION}\n" not in before:
        return actual
    pieces = [piece.splitlines() for piece in before.split(f"{ELISION}\n")]
    lines = actual.splitlines()
    out, position = lines[: len(pieces[0])], len(pieces[0])
    for piece in pieces[1:]:
        start = next((n for n in range(position, len(lines)) if lines[n] in piece[:1]), None)
        if piece and start is None:
            return actual
        out.append(ELISION)
        if start is not None:
            last = piece is pieces[-1] and not before.endswith(f"{ELISION}\n")
            position = len(lines) if last else start + len(piece)
            out += lines[start:position]
    return "\n".join(out) + "\n"


def rewrite(block: Block, actual: str) -> None:
    """Put ``actual`` into the document where the text of ``block`` stands."""
    path = ROOT / block.document
    lines = path.read_text(encoding="utf-8").split("\n")
    starts = [n for n, line in enumerate(lines) if _FENCE.match(line)]
    begin, end = starts[2 * block.number], starts[2 * block.number + 1]
    indent = _FENCE.match(lines[begin])[1]
    new = [f"{indent}{line}".rstrip() for line in actual.rstrip("\n").split("\n")]
    lines[begin + 1 : end] = new
    path.write_text("\n".join(lines), encoding="utf-8")


#: Commands that no test of a section runs: `test_setup` and `.ci/run` do.
SETUP = (
    "pip install .",
    "pip install '.[test]'",
    "pytest",
    "python -m venv .venv",
    ". .venv/bin/activate",
    "pip wheel . -w wheels",
    "pip install --no-index --find-links wheels gen-report",
)


def run_file(session: Session, block: Block) -> None:
    if not block.lasting:
        session.overlay(block)


def run_quote(session: Session, block: Block) -> None:
    """Lines of a file, word for word."""
    text = session.path(block.title).read_text(encoding="utf-8")
    if block.text not in text:
        session.wrong.append(f"{block.place} 和 {block.title} 不一致")


def run_diff(session: Session, block: Block) -> None:
    session.edit(session.path(block.title), block) if not block.flags else session.overlay(block)


def run_console(session: Session, block: Block) -> None:
    out = []
    for line in block.text.splitlines():
        if not line.startswith("$ "):
            continue
        out.append(line)
        for command in line[2:].split(" && "):
            words = shlex.split(command)
            if words[0] == "gen":
                ran = gen(*words[1:], folder=session.folder)
                out.append((ran.out + ran.err).rstrip("\n"))
            else:
                assert command in SETUP, f"{block.place} 没有测试会运行“{command}”"
    session.compare(block, "\n".join(line for line in out if line) + "\n")


def run_jinja(session: Session, block: Block) -> None:
    """Each line's tags as a paragraph of report.md; the paragraph of the built report."""
    tags = []
    for line in block.text.splitlines():
        typed, arrow, _ = line.partition(" → ")
        assert arrow, f"{block.place} 这一行没有“→”：{line}"
        tags.append(typed.rstrip())
    out = list(zip(tags, said(session, tags), strict=True))
    if "".join(f"{typed} → {text}\n" for typed, text in out) != re.sub(r" +→ ", " → ", block.text):
        widest = max(width(typed) for typed, _ in out)
        lines = (f"{typed}{' ' * (widest - width(typed))} → {text}\n" for typed, text in out)
        session.compare(block, "".join(lines))


def said(session: Session, tags: list[str]) -> list[str]:
    """What the report prints for each of ``tags``, or the error it is."""
    year = the_year(session)
    report = session.path(f"{year}/report.md")
    kept = report.read_bytes()
    found: dict[int, str] = {}
    place = re.compile(rf"{re.escape(year)}/report\.md:(\d+):\d+: (错误 .*)")
    try:
        while True:
            lines = [f"〔{n}〕{text}" if n not in found else "" for n, text in enumerate(tags)]
            report.write_text("\n\n".join(lines), encoding="utf-8")
            ran = gen("build", Path(year).name, folder=session.folder)
            wrong = [match for line in ran.out.splitlines() if (match := place.match(line))]
            if ran.code == 0:
                break
            assert wrong, ran.out + ran.err
            found |= {(int(match[1]) - 1) // 2: match[2] for match in wrong}
            if len(found) == len(tags):
                return [found[n] for n in range(len(tags))]
    finally:
        report.write_bytes(kept)
    for line in narrative(session, year):
        number, text = re.fullmatch(r"〔(\d+)〕(.*)", line).groups()
        found[int(number)] = text
    return [found[n] for n in range(len(tags))]


def width(text: str) -> int:
    """Columns that ``text`` takes in a fixed-width font."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def the_year(session: Session) -> str:
    """The unit-year the document writes about."""
    (report,) = session.folder.glob("content/**/report.md")
    return report.parent.relative_to(session.folder).as_posix()


def narrative(session: Session, year: str) -> list[str]:
    """The lines of the report between its salutation and the list of annexes, without styles."""
    unit = Path(year).parent.name
    (report,) = session.path(f"build/{Path(year).name}/{unit}").glob("*报告.docx")
    lines = read_drawing(report).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("〔公文主送〕")) + 1
    ends = ("〔公文附件", "〔公文署名〕")
    end = next(n for n, line in enumerate(lines) if line.startswith(ends))
    return [re.sub(r"^〔[^〕]*〕", "", line) for line in lines[start:end]]


def run_narrative(session: Session, block: Block) -> None:
    year = the_year(session)
    ran = gen("build", Path(year).name, folder=session.folder)
    assert ran.code == 0, f"{block.place}\n{ran.out}{ran.err}"
    session.compare(block, "\n".join(narrative(session, year)) + "\n")


def run_open(session: Session, block: Block) -> None:
    """The document as a drawing, or its lines from 从 to 到."""
    path = session.path(block.options["打开"])
    lines = read_drawing(path).splitlines()
    if "纯文字" in block.flags:
        lines = [re.sub(r"^〔[^〕]*〕", "", line) for line in lines]
    if "从" in block.options:
        start = next((n for n, line in enumerate(lines) if block.options["从"] in line), None)
        assert start is not None, f"{block.place} 没有“{block.options['从']}”"
        last = block.options.get("到", block.options["从"])
        lines = lines[start : next(n for n in range(start, len(lines)) if last in lines[n]) + 1]
    session.compare(block, "\n".join(lines) + "\n")


def run_folder(session: Session, block: Block) -> None:
    """Every name of the drawn tree exists; indentation is depth, what follows two blanks a note."""
    trail: list[str] = []
    base = ROOT if "安装包" in block.flags else session.folder
    for line in block.text.splitlines():
        name = re.split(r" {2,}", line.strip())[0]
        depth = (len(line) - len(line.lstrip())) // 2
        trail[depth:] = [name]
        path = base.joinpath(block.options["目录"], *trail)
        if not path.exists():
            session.wrong.append(f"{block.place} 没有 {path.relative_to(base)}")


def run_flow(session: Session, block: Block) -> None:
    """A drawing of how the program works: every dotted name in it exists."""
    for name in re.findall(r"\b(?:[a-z_]+\.)+[a-z_]+\b", block.text):
        module, _, attribute = name.rpartition(".")
        if (ROOT / "generator" / module.split(".")[0]).is_dir():
            assert hasattr(importlib.import_module(f"generator.{module}"), attribute), name


_KINDS: dict[str, Callable[[Session, Block], None]] = {
    "console": run_console,
    "jinja": run_jinja,
    "diff": run_diff,
}


def kind_of(block: Block) -> Callable[[Session, Block], None] | None:
    if block.language in _KINDS:
        return _KINDS[block.language]
    if block.title:
        return run_quote if "节选" in block.flags else run_file
    if "打开" in block.options:
        return run_open
    if "目录" in block.options:
        return run_folder
    if "数据流" in block.flags:
        return run_flow
    return run_narrative if "正文" in block.flags else None
