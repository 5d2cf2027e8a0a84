"""Words that no report should hold: prompts left over, typos, phrases that are not right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generator.content.model import CheckData, Correction
from generator.content.wordings import any_of, held, in_context

#: Forms have notes, reports have text.
_REPORT = 1500
_AROUND = 20
#: Percent signs that were forgotten, where the words leave no doubt.
_NO_PERCENT = re.compile(r"(?:增长|下降|占比|完成率|执行率)(?:了|为)?\d{1,3}\.\d{1,2}(?=[，。；])")


def wordings(data: CheckData, text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the words of ``text``: (the words, why)."""
    for found in re.finditer(any_of((*data.leftovers, *data.prompts)) or "(?!)", text):
        yield found[0], "是模板里没有选、没有填的字样"
    for right, found in _forms(data.typos, text):
        yield found[0], f"是否为“{right}”"
    fine = {phrase.right for phrase in data.phrases} | set(data.fine_phrases)
    for right, found in _forms(data.phrases, text):
        around = text[max(0, found.start() - _AROUND) : found.end() + _AROUND]
        if found[0] not in fine and not any(good in around for good in fine):
            yield found[0], f"应当是“{right}”"
    for found in _NO_PERCENT.finditer(text):
        yield found[0], "后面少了%"


def _forms(phrases: Sequence[Correction], text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for phrase in phrases:
        for form in phrase.forms:
            if held(form) in text:
                for found in re.finditer(in_context(phrase, form), text):
                    yield phrase.right, found


def unscored(texts: Sequence[str], totals: Sequence[str]) -> bool:
    """Whether a report of a self-evaluation with a total score never states it."""
    told = "\n".join(texts)
    if "自评" not in told or not totals or len(told) < _REPORT:
        return False
    return not any(f"{total}分" in told or f"{total} 分" in told for total in totals)
