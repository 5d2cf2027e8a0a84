"""Formulas of Excel: which ones reach outside of the workbook.

The text of a formula is cut into strings, quoted names, words and signs in one pass. What counts
is what stands before ``!`` (another workbook, a program, a sheet that is not there) and what is
called (functions that fetch, run or ask; ECMA-376 part 1, §18.17, and the macro functions of
Excel 4, which defined names still understand).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from generator.formats.safety.policy import harmless

_TOKEN: Final = re.compile(
    r'"(?:[^"]|"")*"?|\'(?:[^\']|\'\')*\'?|#[A-Za-z/0!?]+|[\w.\\?]+|\s+|.', re.DOTALL
)
_WORD: Final = re.compile(r"[\w.\\?]+")
_IN_BRACKETS: Final = re.compile(r"'.|[\[\]]|[^'\[\]]+|'", re.DOTALL)
_FETCHING: Final = "访问网络"
_RUNNING: Final = "运行程序"
_ASKING: Final = "读取外部数据"
_BOOK: Final = "读取别的工作簿"

_FUNCTIONS: Final = {
    **dict.fromkeys(("WEBSERVICE", "IMAGE", "STOCKHISTORY", "TRANSLATE", "DETECTLANGUAGE",
                     "COPILOT", "PY", "FILTERXML", "IMPORTDATA", "IMPORTHTML", "IMPORTXML",
                     "IMPORTFEED", "IMPORTRANGE", "GOOGLEFINANCE"), _FETCHING),
    **dict.fromkeys(("CALL", "REGISTER", "REGISTER.ID", "UNREGISTER", "EXEC", "EXECUTE", "RUN",
                     "EVALUATE", "DDE", "INITIATE", "POKE", "REQUEST", "TERMINATE", "SEND.KEYS",
                     "ON.TIME", "ON.KEY", "ON.DATA", "ON.SHEET", "ON.WINDOW", "ON.DOUBLECLICK",
                     "ON.ENTRY", "ON.RECALC", "APP.ACTIVATE", "FORMULA", "FORMULA.FILL",
                     "FORMULA.ARRAY", "SET.NAME", "SET.VALUE", "ALERT", "HALT", "GOTO", "INPUT",
                     "DIALOG.BOX", "ERROR", "ECHO", "CALLER"), _RUNNING),
    **dict.fromkeys(("RTD", "SQL.REQUEST", "SQL.OPEN", "SQL.EXEC.QUERY", "SQL.RETRIEVE",
                     "CUBEMEMBER", "CUBEVALUE", "CUBESET", "CUBESETCOUNT", "CUBERANKEDMEMBER",
                     "CUBEKPIMEMBER", "CUBEMEMBERPROPERTY"), _ASKING),
    **dict.fromkeys(("FILES", "FOPEN", "FREAD", "FREADLN", "FWRITE", "FWRITELN", "FCLOSE", "FSIZE",
                     "FPOS", "OPEN", "OPEN.TEXT", "OPEN.LINKS", "LINKS", "DIRECTORY", "DIRECTORIES",
                     "FILE.EXISTS", "FILE.DELETE", "CREATE.DIRECTORY", "DELETE.DIRECTORY",
                     "CHANGE.LINK", "UPDATE.LINK", "SAVE.AS", "DOCUMENTS", "WINDOWS"), "读写文件"),
    **dict.fromkeys(("GET.BAR", "GET.CELL", "GET.CHART.ITEM", "GET.DEF", "GET.DOCUMENT",
                     "GET.FORMULA", "GET.LINK.INFO", "GET.NAME", "GET.NOTE", "GET.OBJECT",
                     "GET.WINDOW", "GET.WORKBOOK", "GET.WORKSPACE", "GET.TOOL"), "用宏表函数"),
}  # fmt: skip
_PREFIX: Final = re.compile(r"(?:_XLFN\.|_XLWS\.|_XLUDF\.|_XLL\.|_XLPM\.)+")
#: Names that Excel runs by itself, and what they may be followed by.
_AUTO_NAME: Final = re.compile(
    r"(?:_xlnm\.)?auto_(?:open|close|activate|deactivate|add|remove|exec|exit|new)", re.IGNORECASE
)
#: Tags in formulas are for others to refuse; what stands around them is judged.
_TAG: Final = re.compile(r"\{([{%])[^{}]*[}%]\}")
_QUOTED: Final = 40
#: More than Excel itself takes (8192).
MAX_LENGTH: Final = 32_768


def runs_by_itself(name: str) -> bool:
    """Whether a defined name is one that Excel runs on opening or closing."""
    return _AUTO_NAME.match(name) is not None


def reaches(formula: str, sheets: Collection[str] | None) -> str:
    """What ``formula`` does outside of the workbook, or that it cannot be read, in words.

    Empty if it stays inside.

    ``sheets``: the titles of the workbook's sheets, casefolded; None if there is no workbook.
    """
    if len(formula) > MAX_LENGTH:
        return "太长，Excel 存不下"
    tokens = _tokens(_TAG.sub("0", formula))
    if _torn(tokens):
        return "写法残缺，Excel 会说文件已损坏"
    for number, token in enumerate(tokens):
        if token == "|":
            return _RUNNING + "（DDE）"
        if token == "!":
            wrong = _outside(tokens, number, sheets)
        elif token == "(":
            wrong = _called(tokens, number)
        else:
            continue
        if wrong:
            return wrong
    return ""


def _torn(tokens: Sequence[str]) -> bool:
    """Whether something in it does not end, or a name stands where an operator should."""
    depth = 0
    before = ""
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token, 0)
        # A quote stands for itself in front of its like, so pairs of them say nothing.
        if depth < 0 or (token[0] in "\"'" and token.count(token[0]) % 2):
            return True
        if token[0] == "'" and before and (before == ")" or _WORD.fullmatch(before)):
            return True
        before = token
    return depth != 0


def _tokens(formula: str) -> list[str]:
    """``formula`` cut up; what stands in brackets, where ``'`` quotes one sign, is one token."""
    tokens: list[str] = []
    place = 0
    while place < len(formula):
        if formula[place] == "[":
            end = _closing(formula, place)
            tokens.append(formula[place:end])
        else:
            match = _TOKEN.match(formula, place)
            assert match is not None
            end = match.end()
            tokens.append(match[0])
        place = end
    return tokens


def _closing(formula: str, place: int) -> int:
    """Behind the bracket that closes the one at ``place``; the end without such."""
    depth = 0
    for match in _IN_BRACKETS.finditer(formula, place):
        depth += {"[": 1, "]": -1}.get(match[0], 0)
        if not depth:
            return match.end()
    return len(formula)


def _called(tokens: Sequence[str], number: int) -> str:
    """What the function whose parenthesis is ``number`` does outside."""
    before = number - 1
    while before >= 0 and tokens[before].isspace():
        before -= 1
    name = _PREFIX.sub("", tokens[before].upper()) if before >= 0 else ""
    if name == "HYPERLINK":
        target = next((t for t in tokens[number + 1 :] if not t.isspace()), "")
        literal = _unquoted(target, '"') if target.startswith('"') else ""
        return "" if harmless(literal) else "指向文件（HYPERLINK）"
    found = _FUNCTIONS.get(name, "")
    return f"{found}（{name}）" if found else ""


def _outside(tokens: Sequence[str], number: int, sheets: Collection[str] | None) -> str:
    """What stands before the sign ``!`` at ``number``, unless it is a sheet of the workbook."""
    start = number
    while start > 0 and _of_title(tokens[start - 1]):
        start -= 1
    if start > 0 and tokens[start - 1].startswith("["):
        return _BOOK
    titles = [title for token in tokens[start:number] for title in _titles(token)]
    # Behind another reference (表!A1:表!B2) the first word is its cell.
    first = start > 0 and tokens[start - 1] in ("!", "$")
    for title in titles[1 if first and len(titles) > 1 else 0 :]:
        if "|" in title:
            return _RUNNING + "（DDE）"
        if "[" in title or "]" in title:
            return _BOOK
        if sheets is not None and title.casefold() not in sheets:
            return f"引用没有的工作表“{title[:_QUOTED]}”"
    return ""


def _titles(token: str) -> list[str]:
    """The titles in ``token``: 'one:two'!A1 is a range of sheets, for no title holds a colon."""
    if token.startswith("#"):
        return []
    return [title for title in _unquoted(token, "'").split(":") if title]


def _of_title(token: str) -> bool:
    """Whether ``token`` may be part of a sheet's title that is not quoted."""
    return token == ":" or token[0] in "'#" or _WORD.fullmatch(token) is not None


def _unquoted(token: str, quote: str) -> str:
    if not token.startswith(quote):
        return token
    inner = token[1:]
    if inner.endswith(quote):
        inner = inner[:-1]
    return inner.replace(quote * 2, quote)
