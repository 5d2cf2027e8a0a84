"""甲、乙分别为1万元、2万元: read as 甲为1万元，乙为2万元, every character in its place."""

from __future__ import annotations

import re
from typing import Final

from generator.checks.sentences.normal import Normal

_NUMBER: Final = r"\d{1,20}(?:,\d{3}){0,6}(?:\.\d{1,12})?[^\d，,。；：、和及%]{0,4}%?"
_PAIRED: Final = re.compile(
    rf"(?P<verb>(?:分别|各)[^，,。；：、\d]{{0,16}})(?P<numbers>{_NUMBER}(?:[、和及]{_NUMBER}){{1,8}})"
)
_SPLIT: Final = re.compile(r"[、和及]")
#: 教学支出1.46亿元、科研支出0.88亿元，分别占…: what has an amount already.
_NAMED: Final = re.compile(
    r"(?P<name>[^，,。；：、！？（）\d]{2,24})\d[\d,.]{0,24}[^，,。；：、\d]{0,4}"
)
_LABELS: Final = re.compile(r"[^，,。；：！？（）\d]{2,80}$")
_LONGEST: Final = 120
_MENTION: Final = re.compile("^(?:其中|包括)[:：]?")


def unfold(text: Normal) -> Normal:
    """``text`` with its paired lists written out one by one.

    Where it is not certain what their numbers are of, they are doubtful.
    """
    if "分别" not in text.text and "各" not in text.text:
        return text
    out: list[str] = []
    places: list[int] = []
    end = 0
    labels: list[str] = []
    doubtful: list[tuple[int, int]] = []
    for found in _PAIRED.finditer(text.text):
        before = text.text[max(end, found.start() - _LONGEST) : found.start()]
        own = _LABELS.search(before)
        named = _SPLIT.split(own[0]) if own else []
        numbers = list(_spans(found))
        again = len(named) < 2 and len(labels) == len(numbers)
        if again:
            named = labels
        elif len(named) < 2 and own is None:
            sentence = re.split("[。；]", before)[-1]
            known = [one[1].strip("和及") for one in _NAMED.finditer(sentence)]
            named = [_MENTION.sub("", name) for name in known[-len(numbers) :]]
        if len(named) != len(numbers):
            doubtful.append(text.at(*found.span("numbers")))
            continue
        labels = named
        start = found.start() if again or own is None else found.start() - len(own[0])
        out.append(text.text[end:start])
        places.extend(text.places[end:start])
        verb = found["verb"].removeprefix("分别").removeprefix("各")
        for order, (first, last) in enumerate(numbers):
            words = f"{'；' if order else ''}{named[order].strip()}{verb}"
            out.append(words + text.text[first:last])
            places.extend([text.places[found.start()]] * len(words))
            places.extend(text.places[first:last])
        end = found.end()
    out.append(text.text[end:])
    places.extend(text.places[end:])
    return Normal("".join(out), tuple(places), tuple(doubtful))


def _spans(found: re.Match[str]) -> list[tuple[int, int]]:
    """Where the numbers of a paired list stand."""
    start = found.start("numbers")
    spans = []
    for piece in _SPLIT.split(found["numbers"]):
        spans.append((start, start + len(piece)))
        start += len(piece) + 1
    return spans
