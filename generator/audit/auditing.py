"""One file after the other, then all of a set against one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator.audit.model import Audited, Document, Finding, Judgement, Unread
from generator.audit.together import across, ties
from generator.audit.together.cells import titles
from generator.audit.wordings import (
    strange_accounts,
    strange_names,
    strange_years,
    unscored,
    wordings,
    year_of,
)
from generator.checks.sentences import tables
from generator.checks.sentences.engine import examine
from generator.checks.sentences.lexicon import Lexicon
from generator.checks.sentences.model import (
    HOLDS,
    PERCENT,
    TRUNCATED,
    WRONG,
    Amount,
    Claim,
)
from generator.checks.sentences.tables.grid import Table, tidy
from generator.checks.sentences.tables.points import overall, totals
from generator.content.model import CheckData
from generator.content.published import Published
from generator.problems import Position, problem
from generator.problems.place import Place, Square
from generator.reading.any_file import contents
from generator.reading.contents import Unreadable

_QUOTED = 60
#: What a wrong amount makes wrong, though it agrees with it; some of it is told.
_RATIOS = ("rate", "completion", "share")
_MOST_TOLD = 6
_SUMS = ("sum", "row sum", "column sum")


def audit(paths: Sequence[Path], data: CheckData, known: Published) -> list[Audited]:
    """Every file judged, alone and with the others; unreadable ones say why.

    ``known``: the published tables that are looked for.
    """
    lexicon = Lexicon(data)
    documents: list[Document | Audited] = [_opened(path, lexicon) for path in paths]
    read = [one for one in documents if isinstance(one, Document)]
    more = across.compare(read, lexicon)
    tied = ties.judge(read, known)
    return [
        one if isinstance(one, Audited) else
        _audited(one, _claims(one, tied.get(number, {}), more.get(number, [])), data)
        for number, one in _numbered(documents)
    ]  # fmt: skip


def _claims(
    document: Document, tied: Mapping[int, list[Claim]], more: Sequence[Claim]
) -> list[Claim]:
    """All that is claimed. ``tied``: what the identities of known tables say, by the table."""
    claims = [*document.examined.claims, *more]
    for number, one in enumerate(document.tables):
        own = tables.claims(one)
        if number in tied:  # whose sums are known: what only looks like one is none
            own = (c for c in own if c.kind not in _SUMS or c.verdict == HOLDS)
        claims += own
    claims += overall(document.tables)
    for found in tied.values():
        claims += found
    return _once(claims)


def _once(claims: Sequence[Claim]) -> list[Claim]:
    """Without what is claimed twice of the same numbers."""
    kept: dict[object, Claim] = {}
    for one in claims:
        key = one.kind, one.stated.key, one.verdict, frozenset(a.key for a in one.operands)
        kept.setdefault(key if one.operands else (key, one.because), one)
    return list(kept.values())


def _numbered(documents: Sequence[Document | Audited]) -> Iterator[tuple[int, Document | Audited]]:
    count = -1
    for one in documents:
        count += isinstance(one, Document)
        yield count, one


def _opened(path: Path, lexicon: Lexicon) -> Document | Audited:
    try:
        found = contents(path)
    except Unreadable as error:
        unread = Finding(problem("A101", Position(str(path)), reason=str(error)), "", "")
        return Audited(path, findings=(unread,), readable=False)
    texts = [piece.text for piece in found.pieces]
    places = [piece.place for piece in found.pieces]
    numbers = [piece.number for piece in found.pieces]
    lines = [piece.line for piece in found.pieces]
    read = []
    running = len(texts)
    for grid in found.grids:
        blocks = []
        rows = [[tidy(text) for text in row] for row in grid.rows]
        for r, row in enumerate(rows):
            own = grid.numbers[r] if r < len(grid.numbers) else ()
            line = []
            for c, text in enumerate(row):
                line.append(len(texts))
                texts.append(text)
                places.append(_cell_place(grid.place, own, r, c))
                numbers.append(own[c] if len(own) > 1 and c < len(own) else -1)
                lines.append(grid.lines[r] if grid.lines else 0)
            blocks.append(line)
        read.append(Table(rows, blocks, grid.caption))
    examined = examine(texts[:running], lexicon)
    return Document(
        path,
        found,
        tuple(texts),
        tuple(places),
        tuple(numbers),
        tuple(lines),
        tuple(read),
        examined,
    )


def _cell_place(grid: str, own: tuple[int, ...], r: int, c: int) -> str:
    if grid.startswith("工作表"):
        return f"{grid} {Square(own[0] if own else r + 1, c + 1).reference}"
    return f"{grid}第{r + 1}行第{c + 1}格"


def _audited(document: Document, claims: Sequence[Claim], data: CheckData) -> Audited:
    judgements = tuple(
        Judgement(
            _quoted(one, document),
            document.places[one.stated.block],
            document.numbers[one.stated.block],
        )
        for one in sorted(claims, key=lambda c: c.stated.key)
    )
    findings = (
        *(_finding(document, one, judgements) for one in judgements if _told(one.claim)),
        *_worded(document, data),
    )
    used = {a.key for c in claims for a in (c.stated, *c.operands)}
    cells = (amount for one in document.tables for amount in one.cells.values())
    numbers = [*document.examined.numbers, *cells]
    unread = tuple(_unread(document, amount) for amount in numbers if amount.key not in used)
    return Audited(
        document.path, judgements, findings, len(numbers), unread, document.contents.lacking
    )


def _told(one: Claim) -> bool:
    return one.doubtful or one.verdict in (WRONG, TRUNCATED)


def _unread(document: Document, amount: Amount) -> Unread:
    text = document.texts[amount.block]
    around = text[max(0, amount.start - 20) : amount.end + 6]
    return Unread(amount.shown, document.places[amount.block], around)


def _worded(document: Document, data: CheckData) -> Iterator[Finding]:
    """What the words of the running text show, whatever the numbers."""
    pieces, grids = document.contents.pieces, document.contents.grids
    year = year_of([*titles(document), *(g.caption for g in grids)])
    for block, piece in enumerate(pieces):
        found = wordings(data, piece.text)
        for quote, why in (*found, *strange_years(data, piece.text, year, cell=piece.cell)):
            yield _wording(document, block, quote, why)
    for block, name in strange_accounts(data, document.examined.reading):
        yield _wording(document, block, name, "在前面的预算里没有")
    cells = [text.strip() for grid in grids for row in grid.rows for text in row]
    for name, right in strange_names(data, cells, [piece.text for piece in pieces]):
        block = next(n for n, text in enumerate(document.texts) if name in text)
        yield _wording(document, block, name, f"是否为“{right}”")
    scores = [score.text for table in document.tables for score in totals(table)]
    running = [piece.text for piece in document.contents.pieces if not piece.cell]
    if unscored(running, scores):
        at = Position(str(document.path))
        yield Finding(problem("A204", at, score=scores[0]), scores[0], "正文")


def _wording(document: Document, block: int, quote: str, why: str) -> Finding:
    at = _position(document, block, document.texts[block].find(quote))
    return Finding(
        problem("A203", at, quote=quote, why=why),
        quote, document.places[block], document.numbers[block],
    )  # fmt: skip


def _position(document: Document, block: int, offset: int) -> Position:
    """Line and column in a text file, elsewhere the paragraph or cell."""
    line, pieces = document.lines[block], document.contents.pieces
    if not line:
        return Position(str(document.path), place=Place.told(document.places[block]))
    running = block < len(pieces) and not pieces[block].cell
    return Position(str(document.path), line, max(offset, 0) + 1 if running else 0)


def _quoted(one: Claim, document: Document) -> Claim:
    return (
        one if one.quote else replace(one, quote=document.texts[one.stated.block][:_QUOTED].strip())
    )


def _following(one: Claim, judgements: Sequence[Judgement]) -> str:
    """What agrees with a number that may be wrong, and falls with it."""
    if one.doubtful or one.kind != "sum":
        return ""
    amounts = {a.key for a in (one.stated, *one.operands)}
    agreeing = (j.claim for j in judgements if j.claim.verdict == HOLDS)
    told = dict.fromkeys(
        c.stated.shown for c in agreeing
        if c.kind in _RATIOS and c.stated.unit == PERCENT
        and not amounts.isdisjoint(a.key for a in c.operands)
    )  # fmt: skip
    return f"；改了其中的数，跟着要改的有{'、'.join([*told][:_MOST_TOLD])}" if told else ""


def _finding(document: Document, one: Judgement, others: Sequence[Judgement]) -> Finding:
    claim = one.claim
    code = "A205" if claim.doubtful else "A202" if claim.verdict == TRUNCATED else "A201"
    at = _position(document, claim.stated.block, claim.stated.start)
    expected = f"，应当是{claim.expected}" if claim.expected else ""
    flaw = f"（{claim.flaw}）" if claim.flaw else ""
    quote, because = claim.quote, claim.because + flaw + _following(claim, others)
    return Finding(
        problem(code, at, quote=quote, because=because, expected=expected),
        quote, one.place, one.number,
    )  # fmt: skip
