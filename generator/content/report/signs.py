"""Braces that make no tag, and signs that print as typed where something else was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from generator.content.report.lines import Line, shown
from generator.content.yaml.hygiene import ascii_digits
from generator.problems import Problems
from generator.reserved import PRINTING

_OPENING = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_WIDE = re.compile(r"｛｛|｝｝|｛%|%｝|\{｛|｛\{|｝\}|\}｝|｛％|％｝|\{％|％\}")
#: One brace around what could stand in a tag: a name, perhaps with a wording.
SINGLE = re.compile(
    r"(?<![{｛])[{｛]\s*([^\W\d]\w*(?:\.\w+|\[\d+\])*\s*(?:\|[^{}｛｝]*)?)[}｝](?![}｝])"
)
#: As in Markdown, what opens does not stand between a word and a punctuation mark (张**、李**).
_BOLD = re.compile(rf"(?<!\*)\*\*(?:(?<!\w\*\*)|(?=[\w{PRINTING}]))(?![\s*])[^*]+(?<!\s)\*\*(?!\*)")
_WIDE_HEADING = re.compile(r"[ \t\u3000]*#*(＃)")
_NUMBER = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?[%％]?")
_WIDE_DIGIT = re.compile(r"[０-９]")
#: What a line of its own kind begins with; tabs behind it are as good as spaces.
_LEAD = re.compile(r"[ \t\u3000]*+(?:#+|\||\d{1,3}[.)．](?!\d))?[ \t\u3000]*")
#: Signs of web pages and of Markdown: comments, tags, characters by name, links, words struck out.
_WEB = re.compile(
    r"<!--|-->|</?(?:a|b|br|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|span|strong|su[bp]|table"
    r"|t[bdhr]|tbody|u|ul)(?:\s[^<>]*)?/?>|&(?:nbsp|lt|gt|amp|quot|[lr]dquo|mdash|#\d{2,5});|~~(?=[^\s\d])"
    r"|(?<!!)\[[^\[\]]{1,40}\]\((?:https?:|www\.)"
)


def check_signs(lines: Iterable[Line], problems: Problems) -> None:
    """Report the signs of ``lines``; of a pasted table only the first line."""
    pasted = False
    for line in lines:
        text = line.text
        _check_braces(line, problems)
        for match in _BOLD.finditer(text):
            problems.add("T127", line.at(match.start()), found=shown(match[0]))
        if heading := _WIDE_HEADING.match(text):
            problems.add("T128", line.at(heading.start(1)))
        if web := _WEB.search(text):
            problems.add("T136", line.at(web.start()), found=shown(text[web.start() :])[:20])
        for match in _NUMBER.finditer(text, _lead(text)) if _WIDE_DIGIT.search(text) else ():
            if _WIDE_DIGIT.search(match[0]):
                meant = ascii_digits(match[0])
                problems.add("T130", line.at(match.start()), found=match[0], meant=meant)
        tab = _inner_tab(text)
        if tab >= 0 and not pasted:
            problems.add("T129", line.at(tab), found=shown(text[:tab]).strip()[-20:])
        pasted = tab >= 0


def _check_braces(line: Line, problems: Problems) -> None:
    text = line.text
    if opening := _OPENING.search(text):
        problems.add("T113", line.at(opening.start()), text=shown(text[opening.start() :][:20]))
    elif wide := _WIDE.search(text):
        problems.add("T114", line.at(wide.start()), text=shown(text[wide.start() :][:20]))
    else:
        for match in SINGLE.finditer(text):
            found, name = shown(match[0]), shown(match[1]).strip()
            problems.add("T126", line.at(match.start()), found=found, name=name)


def _inner_tab(text: str) -> int:
    """Where the first tab between two words of running text stands, -1 without one."""
    end = _lead(text)
    return -1 if "|" in text[:end] else text.rstrip().find("\t", end)


def _lead(text: str) -> int:
    """Where the text of a line begins, behind what makes it a line of its kind."""
    lead = _LEAD.match(text)
    assert lead is not None
    return lead.end()
