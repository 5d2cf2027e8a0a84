"""How the tags of a template nest: one pass over what they say, with one stack.

Whoever asks which loop or branch a tag stands in asks the tree made here: the lint, the lists of
names and the fingerprint for the names a tag sees, the formats for their own rules about rows,
cells and paragraphs. Every message about nesting comes from here as well; it names the innermost
tag that waits for its end, and where it stands (as Jinja's own parser does).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeVar

from generator.frozen import frozen
from generator.language.expressions import root
from generator.language.statements import Statement
from generator.language.tags import Tag
from generator.problems import Problems
from generator.same import once_for_each

T = TypeVar("T")

Kind = Literal["open", "stray", "branch", "wrong end", "too early", "too deep"]

OPENING: Final = ("for", "if")
CLOSING: Final = ("endfor", "endif")
#: How many blocks may stand in one another; real templates stay below ten.
MAX_NESTING: Final = 30


@dataclass(slots=True, eq=False)
class Block:
    """A ``for`` or ``if`` with the numbers of its tags.

    ``branches`` are its ``elif`` and ``else``, ``otherwise`` the ``else`` alone and ``end`` its
    end tag, both -1 without one; ``around`` is the block it stands in.
    """

    word: str
    head: int
    around: Block | None
    depth: int
    branches: list[int] = field(default_factory=list)
    otherwise: int = -1
    end: int = -1
    #: The block itself if it is a loop, else the innermost loop around it.
    loop: Block | None = None

    def __post_init__(self) -> None:
        around = None if self.around is None else self.around.loop
        self.loop = self if self.word == "for" else around


@frozen
class Misfit:
    """A tag that breaks the nesting: how, which, and the tags it clashes with."""

    kind: Kind
    number: int
    others: tuple[int, ...] = ()


@frozen
class Tree:
    """The blocks of some tags in the order of their heads, and what does not nest.

    ``innermost`` is the block in which a tag stands, by number; a block's own tags stand in it.
    """

    blocks: tuple[Block, ...]
    misfits: tuple[Misfit, ...]
    innermost: Mapping[int, Block]

    def loops(self, number: int) -> Iterator[Block]:
        """The loops whose passes tag ``number`` belongs to, from inside to outside."""
        block = self.innermost.get(number)
        loop = None if block is None else block.loop
        for _ in range(MAX_NESTING):  # those around were told to be too many
            if loop is None:
                return
            # The `else` of a loop prints when there is nothing to loop over.
            if not 0 <= loop.otherwise < number:
                yield loop
            loop = None if loop.around is None else loop.around.loop

    def sound(self, block: Block) -> bool:
        """Whether ``block`` is whole and nothing before its end was out of place."""
        return block.end >= 0 and all(misfit.number > block.end for misfit in self.misfits)

    def report(
        self,
        tags: Sequence[Tag],
        statements: Sequence[Statement],
        problems: Problems,
        told: Container[int] = (),
    ) -> bool:
        """Say what does not nest, once for each tag; whether there was anything.

        ``told``: the numbers of tags of which it was said that they may not stand there at all.
        """
        for misfit in self.misfits:
            # A tag that is wrong in itself is reported for that.
            if not statements[misfit.number].reason and misfit.number not in told:
                _report(misfit, tags, statements, problems)
        return bool(self.misfits)


def parse(statements: Sequence[Statement], numbers: Sequence[int] | None = None) -> Tree:
    """The tree of ``statements``, or of those with the ``numbers`` that make one template."""
    return _whole(statements) if numbers is None else _Parser(statements, numbers).tree()


@once_for_each
def _whole(statements: Sequence[Statement]) -> Tree:
    return _Parser(statements, range(len(statements))).tree()


@once_for_each
def of_every_item(statements: Sequence[Statement]) -> frozenset[int]:
    """The tags that print something of each item of the loop they stand in, conditions apart."""
    tree = parse(statements)
    found = []
    for number, said in enumerate(statements):
        block = tree.innermost.get(number)
        if said.word != "print" or block is None or block is not next(tree.loops(number), None):
            continue
        loop = statements[block.head]
        if loop.condition is None and root(said.value) in loop.names:
            found.append(number)
    return frozenset(found)


class _Parser:
    def __init__(self, statements: Sequence[Statement], numbers: Sequence[int]) -> None:
        self._statements = statements
        self._numbers = numbers
        self._open: list[Block] = []
        self._waiting: Counter[str] = Counter()
        self._blocks: list[Block] = []
        self._misfits: list[Misfit] = []
        self._crossed: Counter[str] = Counter()
        words = [statements[number].word for number in numbers]
        #: End tags that still come and are not taken by blocks that open until then.
        self._spare = Counter(word[3:] for word in words if word.startswith("end"))
        self._spare.subtract(word for word in words if word in OPENING)

    def tree(self) -> Tree:
        innermost: dict[int, Block] = {}
        for number in self._numbers:
            word = self._statements[number].word
            if word in OPENING:
                self._begin(word, number)
            if self._open:
                innermost[number] = self._open[-1]
            if word in ("elif", "else"):
                self._branch(word, number)
            elif word in ("endfor", "endif"):
                self._end(word[3:], number)
        for block in self._open:
            self._misfit("open", block.head)
        misfits = tuple(sorted(self._misfits, key=lambda misfit: misfit.number))
        return Tree(tuple(self._blocks), misfits, innermost)

    def _misfit(self, kind: Kind, number: int, *others: int) -> None:
        self._misfits.append(Misfit(kind, number, others))

    def _begin(self, word: str, number: int) -> None:
        self._spare[word] += 1
        around = self._open[-1] if self._open else None
        block = Block(word, number, around, len(self._open) + 1)
        if block.depth == MAX_NESTING + 1:
            self._misfit("too deep", number)
        self._open.append(block)
        self._waiting[word] += 1
        self._blocks.append(block)

    def _branch(self, word: str, number: int) -> None:
        if not self._open:
            self._misfit("stray", number)
            return
        block = self._open[-1]
        if block.otherwise >= 0:
            self._misfit("branch", number, block.head, block.otherwise)
        elif block.word == "for" and word == "elif":
            self._misfit("branch", number, block.head)
        else:
            block.branches.append(number)
            if word == "else":
                block.otherwise = number

    def _end(self, word: str, number: int) -> None:
        self._spare[word] -= 1
        top = self._open[-1] if self._open else None
        if top is not None and top.word == word:
            self._close().end = number
        elif self._crossed[word]:
            self._crossed[word] -= 1  # came too late, which was said where it should have been
        elif self._needed(word):
            while (block := self._open[-1]).word != word:
                self._skip(block, number)
            self._close().end = number
        elif top is not None and self._needed(top.word):
            self._misfit("wrong end", number, top.head)
            self._close().end = number
        else:
            self._misfit("stray", number, *([top.head] if top else ()))

    def _needed(self, word: str) -> bool:
        """Whether too few ends of this ``word`` are still to come for the blocks that wait."""
        return self._waiting[word] > max(self._spare[word], 0)

    def _skip(self, block: Block, number: int) -> None:
        """The innermost ``block`` is open where end tag ``number`` closes one around it."""
        if self._needed(block.word):
            self._misfit("open", block.head, number)
        else:
            self._misfit("too early", number, block.head)
            self._crossed[block.word] += 1
        self._close()

    def _close(self) -> Block:
        block = self._open.pop()
        self._waiting[block.word] -= 1
        return block


def _report(
    misfit: Misfit, tags: Sequence[Tag], statements: Sequence[Statement], problems: Problems
) -> None:
    at, tag = tags[misfit.number].at, tags[misfit.number].text
    others = [tags[number] for number in misfit.others]
    related = [other.at for other in others]
    first = f"{_where(others[0])}的 {others[0].text}" if others else ""
    # The block concerned: the tag's own if it opens one, else the one that waits.
    waits = misfit.kind in ("wrong end", "too early")
    head = statements[misfit.others[0] if waits else misfit.number]
    scope = tags[misfit.others[0] if waits else misfit.number].scope
    expected = f"{{%{scope} end{head.word} %}}"
    if misfit.kind == "open":
        place = _PLACES.get(scope, "在这一段结束的地方加上")
        problems.add("T111", at, related=related, tag=tag, expected=expected, place=place)
    elif misfit.kind == "stray":
        opened = f"（最近没有结束的是{first}）" if first else ""
        problems.add("T112", at, related=related, tag=tag, opened=opened)
    elif misfit.kind == "branch":
        held = f"已经有 {others[1].text} 了" if others[1:] else "没有 elif"
        problems.add("T140", at, related=related, tag=tag, reason=f"{first} {held}")
    elif misfit.kind == "wrong end":
        problems.add("T141", at, related=related, tag=tag, opened=first, expected=expected)
    elif misfit.kind == "too early":
        problems.add("T143", at, related=related, tag=tag, opened=first, expected=expected)
    else:
        problems.add("T142", at, tag=tag, limit=MAX_NESTING)


#: Where the end of a block goes that opens with these letters.
_PLACES: Final = {
    "tr": "在要重复（判断）的行后面加一行，只写", "tc": "在要重复（判断）的格后面加一格，只写",
    "p": "在要重复（判断）的段后面另起一段，只写",
}  # fmt: skip


def _where(tag: Tag) -> str:
    at = tag.at
    return str(at.place) if at.place else f"第{at.line}行" if at.line else "前面"


class Scopes(Generic[T]):
    """What names mean at each tag: loop variables in their loop, ``set`` in the loop around it.

    Branches share the scope around them; only loops have one of their own.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._bound: dict[Block | None, dict[str, T]] = {}

    def bind(self, number: int, meanings: Mapping[str, T]) -> None:
        """Tag ``number``, a ``for`` or ``set``, gives names their meanings."""
        loop = next(self._tree.loops(number), None)
        self._bound.setdefault(loop, {}).update(meanings)

    def at(self, number: int) -> Iterator[Mapping[str, T]]:
        """The names that tag ``number`` sees, from inside to outside."""
        for loop in (*self._tree.loops(number), None):
            if loop in self._bound:
                yield self._bound[loop]

    def find(self, name: str, number: int) -> T | None:
        """What ``name`` means at tag ``number``; None for what no tag bound."""
        return next((bound[name] for bound in self.at(number) if name in bound), None)
