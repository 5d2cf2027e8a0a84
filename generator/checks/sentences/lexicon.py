"""The words and names that a form set gives: how sentences tell of numbers, and of what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from generator.content.model import CheckData
from generator.content.wordings import any_of

#: Longer texts before a number are no label.
LONGEST: Final = 60
#: What a label of fillers alone is stripped of at most.
_MOST_FILLERS: Final = 12
_DECORATION: Final = str.maketrans("", "", "“”\"'‘’（）()《》【】[] \u3000\t—-－:：·*#|、_，,")
_YEAR: Final = r"(?:19|20)\d\d年?(?:度|末|底|初)?"
_PERIOD: Final = rf"\d{{1,2}}[—\-－至~到]\d{{1,2}}月份?|\d{{1,2}}月份?底?|{_YEAR}"


class Lexicon:
    """Words by what they do, names by their wordings, the parts of each name."""

    def __init__(self, data: CheckData) -> None:
        words = dict(data.sentences)
        self._lead = re.compile(f"{_either(words.get('起头', ()))}|{_PERIOD}")
        self._tail = re.compile(f"(?:{_either(words.get('收尾', ()))}|{_YEAR})$")
        plain = _either(words.get("收支", ()))
        #: 支出决算为: which side of what was named before, no name of its own.
        self._side = re.compile(
            f"(?:{plain})(?=(?:年初|全年|调整后?)?(?:预算|决算)数?(?:为|是|共|$))"
        )
        self._spent = re.compile(f"(?<=费)(?:用?(?:{plain})|用)$")
        #: What is left of two amounts; rates that are the quotient of the two before.
        self.left = frozenset(words.get("余", ()))
        self.quotients = frozenset(words.get("率", ()))
        up, down = _either(words.get("增", ())), _either(words.get("减", ()))
        neutral = _either(words.get("差", ()))
        self.way = re.compile(
            f"(?:(?P<up>{up})|(?P<down>{down})|(?P<none>{neutral}))"
            f"(?:{_either(words.get('增减后', ()))}){{0,2}}"
            "(?:为|是|约|达到|达|近|：|:)?(?:人民币)?$"
        )
        self.moving = re.compile(f"{up}|{down}")
        self._wordings = [
            (name, re.compile(any_of((name.translate(_DECORATION), *wordings))))
            for name, wordings in data.synonyms
        ]
        self._names: dict[str, str] = {}
        self.parts = self._partitions(data)

    def _partitions(self, data: CheckData) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Name → the ways in which it is made up, parts of parts as well."""
        found: dict[str, tuple[tuple[str, ...], ...]] = {}
        for total, parts in data.partitions:
            name = self.name(total.partition("＝")[0].strip())
            found[name] = (*found.get(name, ()), tuple(self.name(part) for part in parts))
        return {
            name: (*ways, *(w for way in ways for w in _finer(way, found)))
            for name, ways in found.items()
        }  # fmt: skip

    def name(self, label: str) -> str:
        """What ``label`` is called in the data; the label itself when it is unknown there."""
        return self._known(label) or label

    def known(self, label: str) -> bool:
        """Whether the data have a name for it."""
        return bool(self._known(label))

    def _known(self, label: str) -> str:
        if label not in self._names:
            bare = label.translate(_DECORATION)
            named = (name for name, wording in self._wordings if wording.fullmatch(bare))
            self._names[label] = next(named, "") if bare else ""
        return self._names[label]

    def core(self, text: str, *, whole: bool = False) -> str:
        """The label in the words before a number, without fillers, times and which side it is.

        ``whole``: nothing was named before that 支出决算 could be a side of.
        """
        text = text[-LONGEST:].translate(_DECORATION)
        for _ in range(_MOST_FILLERS):
            match = self._lead.match(text)
            if match is None or not match.end() or self._known(text):
                break
            text = text[match.end() :]
        if not whole and (side := self._side.match(text)):
            text = text[side.end() :]
        for _ in range(_MOST_FILLERS):
            match = self._tail.search(text)
            if match is None or match.start() == match.end() or self._known(text):
                break
            text = text[: match.start()]
        return self._spent.sub("", text)


def _finer(
    parts: tuple[str, ...], known: dict[str, tuple[tuple[str, ...], ...]]
) -> Iterator[tuple[str, ...]]:
    """``parts`` with one of them taken apart."""
    for at, part in enumerate(parts):
        for way in known.get(part, ())[:1]:
            yield (*parts[:at], *way, *parts[at + 1 :])


def _either(words: Iterable[str]) -> str:
    """One of ``words``, the longest that fits; nothing at all when there are none."""
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) or "(?!)"


def related(one: str, other: str) -> bool:
    """Whether two labels may mean one thing: equal, or one is the other with more beside it."""
    if not one or not other:
        return False
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and (long.endswith(short) or long.startswith(short))
