"""Wordings as form sets write them (三公…控制率), as regular expressions.

A template is untrusted: whatever it says becomes an expression without open-ended repetition, so
that looking for it takes time in proportion to the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from generator.content.model import Correction

#: A Chinese character, as a letter that is not Latin: the range of all of them takes ``re`` most
#: of a millisecond to compile, at each place that uses it.
HAN: Final = r"[^\W\d_A-Za-z]"

_SIGN = re.compile(r"……|…|〔[^〔〕]+〕")
#: 三公…控制率: some characters of one clause. 【……填……】: more, within brackets and a sentence.
_SOME, _MORE = r"[^，。；、\n]{0,14}?", r"[^。】）\n]{0,40}?"
#: More of them in one wording would be tried in every combination.
_MOST_GAPS: Final = 2


def expression(wording: str) -> str:
    """What finds ``wording``: … and …… are gaps, 〔甲乙〕 is one of them, the rest itself."""
    out, end, gaps = [], 0, 0
    for sign in _SIGN.finditer(wording):
        out.append(re.escape(wording[end : sign.start()]))
        end = sign.end()
        if sign[0][0] == "〔":
            out.append(f"[{re.escape(sign[0][1:-1])}]")
            continue
        gaps += 1
        out.append(re.escape(sign[0]) if gaps > _MOST_GAPS else _MORE if sign[0][1:] else _SOME)
    return "".join((*out, re.escape(wording[end:])))


def any_of(wordings: Iterable[str]) -> str:
    """What finds one of ``wordings``."""
    return "|".join(map(expression, wordings))


def in_context(phrase: Correction, form: str) -> str:
    """What finds ``form`` where ``phrase`` counts it."""
    before = "|".join(f"(?<={re.escape(text)})" for text in phrase.before)
    after = f"(?={_either(phrase.after)})" if phrase.after else ""
    never = f"(?!{_either(phrase.not_after)})" if phrase.not_after else ""
    return f"(?:{before}){expression(form)}{after}{never}"


def held(wording: str) -> str:
    """A piece of text that everything that ``wording`` finds holds."""
    return max(_SIGN.split(wording), key=len)


def _either(texts: Iterable[str]) -> str:
    return "|".join(map(re.escape, texts))
