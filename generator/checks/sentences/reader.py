"""From clauses to rows: what a text says of each thing, and which things are parts of which."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from generator.checks.sentences import paired, scan
from generator.checks.sentences.lexicon import Lexicon
from generator.checks.sentences.model import (
    Comparison,
    Completion,
    Listing,
    Reading,
    Row,
    Share,
    Tag,
)
from generator.checks.sentences.normal import Normal, normal
from generator.checks.sentences.scan import ENDS, Clause, Number

_CUE: Final = re.compile(
    r"其中|包括|分别为|分别是|主要用于|主要是|具体为|具体是|构成|组成|按[^，。；：、\d]{0,12}(?:分类|划分|分)"
)
_REASON: Final = re.compile(r"原因|由于|因为")
#: A year that nothing is compared with.
_YEAR: Final = re.compile(r"(?<![比较与和同至到])((?:19|20)\d\d) ?年")
#: Paragraphs after one that ends with a colon that its list may go on through.
_MOST_PARAGRAPHS: Final = 40
_MOST_TAIL: Final = 12
#: What a total is called that closes its sentence: 合计, 两项合计, 三年累计投入.
CLOSING: Final = re.compile(
    r"(?:以上|上述)?(?P<of>[一两三四五六七八九十][项个类年笔])?(?:合计|共计|总计|累计)"
    r"[为是:：]?"
)
#: How many, by its place.
COUNTS: Final = "〇一两三四五六七八九十"
#: Lists that may go on behind their sentence.
_MOST_ENDING: Final = 6
#: Amounts that are told of one thing.
_MOST_LEVELS: Final = 8
#: Lists within lists.
_MOST_OPEN: Final = 5


def read(texts: Sequence[str], lexicon: Lexicon, year: int = 0) -> Reading:
    """What ``texts``, one paragraph each, say. ``year``: the one they are about, 0: not known."""
    reader = _Reader(texts, lexicon, year or _year(texts))
    for number in range(len(texts)):
        reader.paragraph(number)
    return reader.reading


def _year(texts: Sequence[str]) -> int:
    """The year that most sentences are about."""
    years = Counter(int(y) for text in texts for y in dict.fromkeys(_YEAR.findall(text[:2000])))
    most = max(years.values(), default=0)
    return max((y for y, n in years.items() if n == most), default=0)


class _Reader:
    def __init__(self, texts: Sequence[str], lexicon: Lexicon, year: int) -> None:
        self._texts = texts
        self._lexicon = lexicon
        self.reading = Reading(texts=list(texts), year=year)
        self._row: Row | None = None
        self._comparison: Comparison | None = None
        self._sentence = 0
        #: Lists that are open, the innermost last.
        self._open: list[Listing] = []
        #: Lists whose end is not certain: what follows may belong to them.
        self._ending: list[Listing] = []
        self._subject = ""
        self._block = -1
        #: The last list that 按…分 at the beginning of a sentence opened.
        self._by: Listing | None = None

    # Paragraphs and clauses

    def paragraph(self, number: int) -> None:
        """Read one paragraph."""
        text = paired.unfold(normal(self._texts[number]))
        self._block = number
        self._sentence += 1
        self._subject, self._comparison = "", None
        before = self._texts[number - 1].rstrip() if number else ""
        goes_on = before.endswith(("：", ":", "；", ";", "，", "、")) or before.endswith("其中")
        if not goes_on:
            self._close_all()
        for clause in scan.clauses(text.text):
            self._clause(clause, text, number)

    def _close_all(self) -> None:
        self._ending = [*self._ending, *self._open][-_MOST_ENDING:]
        self._open = []

    def _clause(self, clause: Clause, text: Normal, block: int) -> None:
        self._break(clause.opening)
        found = list(scan.numbers(clause, text, block, self._lexicon))
        self.reading.numbers += [n.amount for n in found]
        self._cue(clause, found[0].start if found else len(clause.text))
        if not found:
            self._wordy(clause, block)
        end = 0
        for n in found:
            self._number(n, block)
            end = n.end
        if found and scan.flat(clause.text[end:]):
            self._flat(found[-1].words)

    def _break(self, sign: str) -> None:
        """What the sign before a clause ends and begins."""
        if sign in ENDS:
            if sign != "\n":
                self._close_all()
            self._sentence += 1
            self._comparison = None
            self._subject = ""
        elif sign in "（(":
            self._open_list("（")
        elif sign in "）)":
            self._close_bracket()
        elif sign in "；;":
            self._subject = ""
            if len(self._open) > 1 and self._open[-1].cue != "（":
                self._ending = [*self._ending, self._open.pop()][-_MOST_ENDING:]

    def _cue(self, clause: Clause, first: int) -> None:
        """其中 and its like before the ``first`` number open a list; not in a reason."""
        cue = scan.last(_CUE, clause.text[:first])
        if cue is None or _REASON.search(clause.text[: cue.end()]):
            return
        self._open_list(cue[0], fresh=cue.start() == 0 and clause.opening in ENDS)

    # Lists

    def _open_list(self, cue: str, *, fresh: bool = False) -> None:
        """``fresh``: the cue is the first word of a sentence."""
        if fresh and cue.startswith("按"):
            self._by = Listing(self._head_by(), cue)
            self._open = [self._by]
            if self._by.head.levels:
                self.reading.listings.append(self._by)
            return
        if self._row is None:
            return
        inner = self._open[-1] if self._open else None
        if inner is not None and not inner.rows and inner.cue == "（":
            inner.cue = "（" + cue
            return
        listing = self._at_start(cue) if fresh else Listing(self._row, cue)
        if inner is not None and cue.startswith("按"):  # 按…分，…；按…分，…: of one head
            listing = Listing(self._open.pop().head, cue)
        self.reading.listings.append(listing)
        self._open = [*self._open[-_MOST_OPEN + 1 :], listing]

    def _head_by(self) -> Row:
        """Of what a sentence that begins with 按…分 gives the parts; nothing where that is open.

        That is what the last of its like was of, else what was told of alone just before.
        """
        row = self._row
        if row is not None and self._by is not None and any(row is r for r in self._by.rows):
            return self._by.head
        alone = row is not None and not any(
            r is not row and r.block == row.block for r in self.reading.rows[-_MOST_PARAGRAPHS:]
        )
        if row is not None and alone and row.block >= self._block - 1:
            return row
        return Row("", "", self._block, self._sentence)

    def _at_start(self, cue: str) -> Listing:
        """A sentence that begins with 其中: of what the paragraph before it began with."""
        row = self._row
        assert row is not None
        around = [
            r for r in self.reading.rows[-_MOST_PARAGRAPHS:] if r.block == row.block and r.levels
        ]
        first = around[0] if around else row
        return Listing(first, cue, [r for r in (row, *reversed(around[1:])) if r is not first])

    def _close_bracket(self) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].cue.startswith("（"):
                self._open[at].closed = True
                self._row = self._open[at].head
                del self._open[at:]
                return

    # Rows

    def _new_row(self, label: str, block: int) -> Row:
        name = self._lexicon.name(label)
        row = Row(label, name, block, self._sentence)
        self.reading.rows.append(row)
        if self._open:
            self._open[-1].rows.append(row)
        for listing in (*self._ending, *self._open[:-1]):
            if len(listing.tail) < _MOST_TAIL and not listing.closed:
                listing.tail.append(row)
        self._row, self._comparison = row, None
        return row

    def _wordy(self, clause: Clause, block: int) -> None:
        """A clause without a number: 与上年持平, …没有, or the subject of what follows."""
        words = clause.text
        if scan.flat(words):
            compared = scan.against(words)
            label = self._lexicon.core(compared[0]) if compared else ""
            if label and self._lexicon.known(label):
                self._new_row(label, block)
            self._flat(words)
            return
        compared = scan.against(words)
        label = self._lexicon.core(_CUE.sub("", compared[0] if compared else words))
        if scan.nothing(words):
            for named in scan.nothing_of(_CUE.sub("", words)):
                short = self._lexicon.core(named)
                if self._lexicon.known(short):
                    self._new_row(short, block).nothing = True
                    return
        if label and self._lexicon.known(label):
            self._subject = label
        if compared:
            told = scan.base_tag(compared[1], self.reading.year)
            self._comparison = Comparison(told, sentence=self._sentence)
            if self._row is not None:
                self._row.comparisons.append(self._comparison)

    def _flat(self, words: str) -> None:
        compared = scan.against(words)
        tag = scan.base_tag(compared[1], self.reading.year) if compared else None
        if self._row is None:
            return
        now = self._comparison
        if now is not None and now.base is not None and compared and now.change is None:
            now.flat = True
            return
        self._row.comparisons.append(Comparison(tag, flat=True, sentence=self._sentence))
        self._comparison = None

    # Numbers

    def _number(self, n: Number, block: int) -> None:
        if n.role in ("level", "budget", "whole", "price"):
            self._level(n, block)
        elif n.role == "percent":
            label = self._lexicon.core(_CUE.sub("", n.words))
            if scan.is_ratio(label):
                self._level(n, block)
                assert self._row is not None
                self._row.completions.append(Completion(n.amount, label, loose=True))
        elif n.role == "raised":
            self._raised(n)
        elif n.role in ("base", "change", "rate"):
            self._compared(n, block)
        elif n.role == "share":
            self._share(n)
        elif n.role == "completion":
            self._completed(n, block)

    def _level(self, n: Number, block: int) -> None:
        words = _CUE.sub("", n.words)
        label = self._lexicon.core(words)
        if n.role == "price":
            label = self._lexicon.core(re.sub(r"每|人均|均价|单价|平均", "", words)) or "每"
        tag = scan.tag_of(n.words, self.reading.year)
        if n.role == "whole":
            if self._row is not None:
                self._row.shares.append(
                    Share(n.detail, self._lexicon.core(words), n.amount, n.amount)
                )
            return
        if n.role == "budget":
            tag = Tag(tag.when, "budget")
            if self._row is not None and self._row.block == block:
                self._row.levels.append((tag, n.amount))
                return
        if not label and self._subject:
            label, self._subject = self._subject, ""
        elsewhere = self._row is None or self._row.sentence != self._sentence
        if elsewhere and not label:
            label = self._lexicon.core(words, whole=True)
        fresh = bool(label) or elsewhere or CLOSING.fullmatch(words) is not None
        fresh = fresh or (self._row is not None and len(self._row.levels) >= _MOST_LEVELS)
        if fresh and not (label and self._same_thing(label, tag, n.amount.unit, block)):
            row = self._new_row(label, block)
            row.named = bool(label)
        assert self._row is not None
        self._row.levels.append((tag, n.amount))
        self._comparison = None

    def _raised(self, n: Number) -> None:
        """由100万元增加到120万元: the one before is what this one is compared with."""
        row = self._row
        if row is None or not row.levels:
            return
        _, base = row.levels.pop()
        row.levels.append((Tag(), n.amount))
        self._comparison = Comparison(Tag("last"), base=base, sentence=self._sentence)
        row.comparisons.append(self._comparison)

    def _same_thing(self, label: str, tag: Tag, unit: str, block: int) -> bool:
        """Whether ``label`` names the row that is being told of, at another time or side."""
        row = self._row
        return (
            row is not None
            and row.block == block
            and row.sentence == self._sentence
            and bool(row.label)
            and row.name == self._lexicon.name(label)
            and all(own != tag or amount.unit != unit for own, amount in row.levels)
            and not any(listing.head is row for listing in self._open)
        )

    def _compared(self, n: Number, block: int) -> None:
        compared = scan.against(n.words)
        before = compared[0] if compared else n.words
        reason = before.rfind("原因")
        if reason >= 0:
            before = before[reason + 2 :].removeprefix("是")
        label = self._lexicon.core(_CUE.sub("", before))
        if not label and self._subject and compared:
            label = self._subject
        if label and self._own(label, compared is not None):
            row = self._new_row(label, block)
            row.named = True
            self._subject = ""
        if self._row is None:
            self._new_row("", block)
        assert self._row is not None
        self._fill(self._comparison_for(n, compared, self._row), n)

    def _own(self, label: str, compared: bool) -> bool:
        """Whether a change has a subject of its own, not that of the words before."""
        row = self._row
        if (
            row is not None
            and row.label
            and (row.label == label or row.name == self._lexicon.name(label))
        ):
            return row.sentence != self._sentence
        return compared or self._lexicon.known(label) or bool(self._open)

    def _comparison_for(self, n: Number, compared: tuple[str, str] | None, row: Row) -> Comparison:
        now = self._comparison
        if now is not None and _is_of(row, now) and _goes_on(now, n, compared):
            assert compared is not None
            now.tag = now.tag or scan.base_tag(compared[1], self.reading.year)
            return now
        if compared is not None and not (
            now is not None
            and now.base is None
            and now.change is None
            and now.rate is None
            and not compared[1].strip()
        ):
            told = scan.base_tag(compared[1], self.reading.year)
            now = Comparison(told if compared[1].strip("，, ") else None, sentence=self._sentence)
            row.comparisons.append(now)
        elif now is None or not _is_of(row, now) or _filled(now, n.role):
            now = Comparison(None, sentence=self._sentence)
            row.comparisons.append(now)
        self._comparison = now
        return now

    @staticmethod
    def _fill(now: Comparison, n: Number) -> None:
        if n.role == "base":
            now.base = n.amount
        elif n.role == "change":
            now.change, now.sign = n.amount, n.sign
        else:
            now.rate, now.rate_sign = n.amount, n.sign

    def _share(self, n: Number) -> None:
        part = self._lexicon.core(_CUE.sub("", n.words))
        of = self._lexicon.core(n.detail)
        row = self._row
        if row is None:
            return
        given = row.shares[-1] if row.shares else None
        if given is not None and given.number is given.whole:
            given.number = n.amount
            return
        row.shares.append(Share(of, part, n.amount))

    def _completed(self, n: Number, block: int) -> None:
        row = self._row
        if row is None or row.sentence != self._sentence:
            row = self._new_row(self._lexicon.core(n.words + n.detail), block)
        row.completions.append(Completion(n.amount, n.detail))
        if len(row.levels) < _MOST_LEVELS:
            row.levels.append((Tag(), n.amount))


def _is_of(row: Row, comparison: Comparison) -> bool:
    """Whether ``row`` has it: mostly as its last, so that long rows are not searched through."""
    return any(one is comparison for one in reversed(row.comparisons))


def _goes_on(now: Comparison, n: Number, compared: tuple[str, str] | None) -> bool:
    """同口径增长7.4%，比上年增收0.86亿元: the rate before the words that it is compared with."""
    alone = now.rate is not None and now.base is None and now.change is None and not now.flat
    bare = compared is not None and not compared[0].strip()
    return alone and bare and now.tag is None and n.role == "change" and n.sign == now.rate_sign


def _filled(now: Comparison, role: str) -> bool:
    return {
        "base": now.base is not None or now.change is not None or now.rate is not None,
        "change": now.change is not None,
        "rate": now.rate is not None,
    }[role]
