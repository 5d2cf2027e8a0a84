"""Every mistake of ``mistake_cases`` gets its own message, only that, and at the right place."""

from __future__ import annotations

import contextlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory
from typing import Any

import mistake_cases as cases
import pytest
from kit import workspaces

from generator.cli import console
from generator.problems import Problem
from generator.problems.messages import CATALOG, Message

#: Codes of reading, computing, scoring, templates and writing; rules have a page of their own.
_OWN = re.compile(r"[LFSTW]\d{3}")
#: Latin words that a clerk meets in gen, Word and Windows anyway.
_PLAIN_WORDS = {
    "gen", "yaml", "yml", "txt", "docx", "xlsx", "doc", "md", "report", "figures", "facts",
    "indicators", "unit", "projects", "docs", "templates", "template", "names", "content",
    "build", "jiujiang", "qiannan", "Word", "Excel", "WPS", "UTF", "GBK", "BOM", "Tab",
    "PDF", "Ctrl", "Office", "Windows", "for", "endfor", "if", "endif", "tr", "MB", "KB", "Unicode",
    "ANSI", "rules", "check", "force", "pull", "audit", "import", "into", "as", "year", "name",
    "overwrite", "in", "set", "tc", "elif", "else", "and", "tidy",
}  # fmt: skip


@cache
def _baseline() -> Counter[Problem]:
    with TemporaryDirectory() as home:
        return Counter(_problems(workspaces.copy_sample(Path(home) / "工作区")))


def _problems(folder: Path) -> list[Problem]:
    ran = workspaces.check(folder)
    assert ran.code in (0, 1), ran.err
    assert ran.err == ""
    found = [Problem.from_json(item) for item in ran.json["problems"]]
    assert ran.code == int(any(item.severity == "error" for item in found))
    return found


@cache
def _tried(mistake: cases.Mistake) -> tuple[list[Problem], dict[str, list[str]]]:
    """The problems that the mistake adds, and the lines of the text files as they stand."""
    with TemporaryDirectory() as home:
        folder = workspaces.copy_sample(Path(home) / "工作区")
        mistake.hand(folder)
        found = list((Counter(_problems(folder)) - _baseline()).elements())
        texts = {
            path.relative_to(folder).as_posix(): _lines(path)
            for path in folder.rglob("*")
            if path.is_file() and path.suffix in (".yaml", ".md")
        }
    return [item for item in found if _OWN.fullmatch(item.code)], texts


def _lines(path: Path) -> list[str]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding).split("\n")
    return []


@pytest.mark.parametrize("mistake", cases.ALL, ids=[mistake.what for mistake in cases.ALL])
def test_the_mistake_is_answered_once_and_in_its_place(mistake: cases.Mistake) -> None:
    found, texts = _tried(mistake)
    shown = console_text(found)
    assert [(p.code, p.at.file) for p in found] == [a[:2] for a in mistake.answers], shown
    for item, (_, _, there) in zip(found, mistake.answers, strict=True):
        if item.at.place:
            assert str(item.at.place) == there, shown
        elif there:
            line = texts[item.at.file][item.at.line - 1]
            assert line[item.at.column - 1 :].startswith(there), shown


@pytest.mark.parametrize("mistake", cases.ALL, ids=[mistake.what for mistake in cases.ALL])
def test_the_answer_needs_no_knowledge_of_programming(mistake: cases.Mistake) -> None:
    found, texts = _tried(mistake)
    typed = "\n".join(line for lines in texts.values() for line in lines) + mistake.shown
    for item in found:
        assert item.hint
        own = {word for word in _latin(item.message + item.hint) if word not in typed}
        assert own <= _PLAIN_WORDS, item


@pytest.mark.parametrize("entry", CATALOG.values(), ids=list(CATALOG))
def test_a_message_needs_no_knowledge_of_programming(entry: Message) -> None:
    texts = "".join(
        text for pattern in (entry.text, entry.hint) for text, *_ in Formatter().parse(pattern)
    )
    allowed = _PLAIN_WORDS | {
        "SUMIF",  # what designers type into cells
        "IF",
        "IFERROR",
        "INDEX",
        "MATCH",
        "REF",  # what Excel shows where cells are gone
        "ROW",
        "loop",
        "index",
        "xml",
        "XML",
        "Open",
        "DTD",
        "DOCTYPE",
        "ENTITY",
        "SUM",
        "report",
        "jobs",
        "PNG",
        "JPEG",
        "images",
        "LibreOffice",
    }
    assert set(_latin(entry.title + texts)) <= allowed
    assert entry.text.endswith(("。", "？", "{suggestion}", "{hint}"))
    assert entry.hint.endswith(("。", "？"))


def _latin(text: str) -> Iterator[str]:
    """Words of at least two Latin letters; code points such as U+200B are none."""
    text = re.sub(r"U\+[0-9A-F]+|[\w./-]+\.(?:yaml|md|xml|docx|xlsx)\b", "", text)
    yield from re.findall(r"(?<![\w+])[A-Za-z]{2,}(?![\w])", text)


def test_there_are_at_least_sixty() -> None:
    assert len(cases.ALL) >= 60
    assert len({mistake.what for mistake in cases.ALL}) == len(cases.ALL)


# The pages


def console_text(items: list[Problem]) -> str:
    """What gen prints for ``items``."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        console.print_problems(items, 0)
    return out.getvalue()


def test_the_page_of_mistakes(page: Callable[[str, str], None]) -> None:
    out = [
        "# 常见错误",
        "",
        "每一行是一种错：在样例工作区（九江驻深办2020年）里照着犯一遍，"
        "右边是 `gen check 2020` 的回答原文。",
        "本页由 `pytest tests/mistakes --regen-docs` 生成，测试逐条核对，请不要手改。",
        f"文件都在 `{cases.UNIT}/` 里的，省去这一段。冒号后面的两个数是行号和列号。",
        "不论犯了几种错，一次全部报出来；有错误时不写任何文件，原来的成果不动。",
    ]
    number = 0
    for title, chapter in cases.CHAPTERS.items():
        out += [
            "",
            f"## {title}",
            "",
            "| 序号 | 错在哪里 | 写成了 | gen 的回答 |",
            "|---|---|---|---|",
        ]
        for mistake in chapter:
            number += 1
            answer = console_text(_tried(mistake)[0]).replace(f"{cases.UNIT}/", "")
            typed = "<br>".join(_code(line) for line in mistake.shown.split("\n") if line.strip())
            said = "<br>".join(_code(line) for line in answer.splitlines()) or "（没有问题）"
            out.append(f"| {number} | {_cell(mistake.what)} | {typed} | {said} |")
    page("常见错误.md", "\n".join(out) + "\n")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;").replace("&", "&amp;")


def _code(text: str) -> str:
    """A line as inline code that a Markdown table can hold."""
    text = text.strip().replace("|", "\\|")
    ticks = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


class _Dots(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def test_the_page_of_messages(page: Callable[[str, str], None]) -> None:
    stages = {
        "L": "读取内容", "F": "计算数字", "S": "指标和得分", "T": "模板和报告正文", "W": "写出成果",
        "A": "审核（gen audit）", "P": "取回（gen pull）", "I": "导入（gen import）",
    }  # fmt: skip
    levels = {"error": "错误", "warning": "警告", "note": "提示"}
    out = [
        "# 提示信息",
        "",
        "gen 读取、计算、套模板和写出时可能给出的全部信息；“…”处是具体内容。",
        "“错误”必须改正才能生成；“警告”请核对，确实无误可以保留；“提示”不必处理。",
        "内容是否合乎填报规则的检查见[核对规则](核对规则.md)，每种错误的实例见[常见错误](常见错误.md)。",
        "本页由 `pytest tests/mistakes --regen-docs` 生成，请不要手改。",
    ]
    for letter, title in stages.items():
        out += [
            "",
            f"## {letter} {title}",
            "",
            "| 代码 | 级别 | 名称 | 信息 | 怎么办 |",
            "|---|---|---|---|---|",
        ]
        for entry in sorted(CATALOG.values(), key=lambda entry: entry.code):
            if entry.code.startswith(letter):
                text, hint = (
                    _cell(pattern.format_map(_Dots())) for pattern in (entry.text, entry.hint)
                )
                level = levels[entry.severity]
                out.append(f"| {entry.code} | {level} | {_cell(entry.title)} | {text} | {hint} |")
    assert {code[0] for code in CATALOG} == set(stages)
    page("提示信息.md", "\n".join(out) + "\n")
