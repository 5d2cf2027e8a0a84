"""What each tag says: parsed once when a template is compiled, then cached.

The lint walks statements against a context without parsing anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from jinja2 import TemplateSyntaxError, nodes

from generator.frozen import frozen
from generator.language.environment import GenEnvironment
from generator.language.expressions import Expression, understood
from generator.language.tags import Tag
from generator.problems import nearest, suggest

#: Characters that a tag may have; real ones stay below three hundred.
MAX_LENGTH: Final = 5_000
#: Statement words of the template language, and docxtpl's own inside table cells.
WORDS = ("for", "endfor", "if", "elif", "else", "endif", "set")
_CELL_WORDS = ("colspan", "cellbg", "vm", "hm")
_STATEMENT = re.compile(r"(\w++)\s*+(.*)", re.DOTALL)
_IN = re.compile(r"(?<!\s)\s+in\s+")


@frozen
class Statement:
    """One tag, understood.

    ``word``: ``print``, one of ``WORDS``, ``cell``, ``comment`` or ``error``. ``names``: loop
    variables or the name set. ``value``: the printed, looped-over or tested expression;
    ``condition``: of ``for … if …``. ``reason``: what is wrong with the tag, in Chinese.
    """

    word: str
    names: tuple[str, ...] = ()
    value: Expression | None = None
    condition: Expression | None = None
    reason: str = ""


def read(tags: Sequence[Tag], environment: GenEnvironment) -> tuple[Statement, ...]:
    """The statement of every tag."""
    return tuple(_statement(tag, environment) for tag in tags)


def _statement(tag: Tag, environment: GenEnvironment) -> Statement:
    if tag.text.startswith("{#"):
        return Statement("comment")
    try:
        if len(tag.text) > MAX_LENGTH:
            raise _Wrong("写得太长")
        if tag.prints:
            return Statement("print", value=_expression(tag.body, environment))
        return _block(tag, environment)
    except _Wrong as wrong:
        word = _meant(tag)
        names = _looped(tag.body.removeprefix(tag.keyword).strip())[0] if word == "for" else ()
        return Statement(word, names, reason=wrong.args[0])


def _meant(tag: Tag) -> str:
    """The word of a tag that is wrong: it still opens or ends a block, or divides one."""
    word = tag.keyword
    near = word if word in WORDS else nearest(word, WORDS)
    return near if near in WORDS and near != "set" else "error"


class _Wrong(Exception):
    """Carries the reason, in Chinese."""


def _block(tag: Tag, environment: GenEnvironment) -> Statement:
    match = _STATEMENT.fullmatch(tag.body)
    word, rest = (match[1], match[2]) if match else ("", "")
    if word in _CELL_WORDS:
        return Statement("cell", value=_expression(rest, environment) if rest else None)
    if word in ("if", "elif"):
        return Statement(word, value=_expression(rest, environment))
    if word == "for":
        return _loop(rest, environment)
    if word == "set":
        name, equals, source = rest.partition("=")
        if not equals or not name.strip().isidentifier():
            raise _Wrong("set 要写成 {% set 甲 = 值 %}")
        return Statement(word, (name.strip(),), _expression(source, environment))
    if word == "else" and rest.split()[:1] == ["if"]:
        raise _Wrong(f"再判断要写成 {{% elif {rest.split(maxsplit=1)[-1]} %}}")
    if word in WORDS and rest:
        raise _Wrong(f"“{word}”后面不能再写“{rest}”")
    if word in WORDS:
        return Statement(word)
    near = suggest(word, WORDS).rstrip("？")
    raise _Wrong(f"不认识“{word or tag.body}”{near}")


def _loop(rest: str, environment: GenEnvironment) -> Statement:
    names, looped = _looped(rest)
    if not names:
        raise _Wrong("循环要写成 {% for 甲 in 列表 %}")
    source, _, condition = looped.partition(" if ")
    return Statement(
        "for",
        names,
        _expression(source, environment),
        _expression(condition, environment) if condition else None,
    )


def _looped(rest: str) -> tuple[tuple[str, ...], str]:
    """The variables of a loop and what it runs over; none of either where one is missing."""
    names, *looped = _IN.split(rest, maxsplit=1)
    if not names or not looped or not looped[0]:
        return (), ""
    return tuple(name.strip() for name in names.split(",")), looped[0]


@lru_cache(maxsize=2048)  # the reports of many units ask for the same values
def _expression(source: str, environment: GenEnvironment) -> Expression:
    try:
        # "{{ … }}" must hold exactly one expression; a stray "}}" would start text.
        tree = environment.parse("{{ " + source + " }}")
    except TemplateSyntaxError as error:
        raise _Wrong(in_chinese(error.message or "", source)) from error
    output = tree.body[0] if tree.body else None
    if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
        raise _Wrong("里面是空的")
    return understood(output.nodes[0])


_REASONS = (
    (
        r"expected token 'end of print statement', got '(.+)'",
        "“{0}”处多了内容，或前面少了“|”“.”",
    ),
    (r"expected token '.+', got 'end of print statement'", "里面没有写完"),
    (r"expected token 'name', got '(.+)'", "“{0}”处不通，少了名称"),
    (r"expected token '(.+)', got '(.+)'", "“{1}”处不通，少了“{0}”"),
    (r"Expected an expression, got 'end of print statement'", "里面没有写完"),
    (r"unexpected char '(.+)' at", "有不认识的字符“{0}”"),
    (r"unexpected '(.+?)'", "“{0}”处不通"),
    (r"No filter named '(.+)'", "没有“{0}”这种写法"),
)


#: Signs that an input method types in place of those that tags are made of.
_WIDE = {
    "｜": "|", "（": "(", "）": ")", "，": ",", "、": ",", "。": ".", "．": ".", "：": ":",
    "“": '"', "”": '"', "‘": "'", "’": "'", "＝": "=", "＞": ">", "＜": "<", "！": "!",
    "＋": "+", "－": "-", "［": "[", "］": "]", "％": "%",
}  # fmt: skip
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


#: What is written in words elsewhere, and what templates say.
_SPOKEN = {
    "并且": "and", "且": "and", "和": "and", "与": "and", "或者": "or", "或": "or",
    "不是": "!=", "≥": ">=", "≤": "<=", "≠": "!=",
}  # fmt: skip


def in_chinese(message: str, source: str) -> str:
    """Jinja's syntax message about ``source`` in Chinese; gen's own refusals already are."""
    got = re.search(r"(?:got|unexpected char) '(.+?)'", message)
    if got and got[1] in _SPOKEN:
        return f"“{got[1]}”请写成“{_SPOKEN[got[1]]}”"
    stray = re.search(r"unexpected char '(.)' at", message)
    if stray and stray[1] == "、" and "(" not in source:
        return "“、”不能用在这里：上下级名称之间用英文的“.”，名称和写法之间用“|”"
    if stray and stray[1] in _WIDE:
        bare = _QUOTED.sub("", re.sub("“[^“”]*”", "“”", source))
        wide = dict.fromkeys([stray[1], *(char for char in bare if char in _WIDE)])
        meant = " ".join(_WIDE[char] for char in wide)
        return f"“{' '.join(wide)}”是中文（全角）的，请改成英文的“{meant}”"
    for pattern, text in _REASONS:
        match = re.search(pattern, message)
        if match:
            return text.format(*match.groups())
    return message if not message.isascii() else "写法不完整"
