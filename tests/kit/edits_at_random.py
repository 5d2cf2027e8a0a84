"""Edits that people might make to a finished document, drawn by lot: anywhere, of any kind."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from docx.oxml.ns import qn

from kit.returned import Edited

_WORDS: Final = (
    "进一步",
    "切实",
    "有关",
    "按照要求",
    "及时",
    "落实",
    "全面",
    "统筹",
    "工作",
    "情况",
)
Edit = Callable[[Edited, Random], bool]


def _paragraphs(made: Edited, least: int = 12) -> list[Any]:
    return [one for one in made.paragraphs() if len(one.text) >= least and one.runs]


def _running(made: Edited) -> list[Any]:
    body = made.document.element.body
    return [one for one in _paragraphs(made) if one._p.getparent() is body and len(one.text) > 20]


def _overtype(made: Edited, random: Random, length: int, *, tracked: bool = False) -> bool:
    one = random.choice(_paragraphs(made))
    at = random.randrange(len(one.text) - length)
    old = one.text[at : at + length]
    if "\n" in old or one.text.count(old) != 1:
        return False
    number = [p.text for p in made.paragraphs() if old in p.text].index(one.text) + 1
    made.replace(old, random.choice(_WORDS), number, tracked=tracked)
    return True


def word(made: Edited, random: Random) -> bool:
    """Two characters become a word, wherever they stand."""
    return _overtype(made, random, 2)


def pending(made: Edited, random: Random) -> bool:
    """The same as a tracked change."""
    return _overtype(made, random, 2, tracked=True)


def clause(made: Edited, random: Random) -> bool:
    """Six characters go for a word."""
    return _overtype(made, random, 6)


def sentence(made: Edited, random: Random) -> bool:
    """A sentence at the end of a paragraph of running text."""
    one = random.choice(_running(made))
    one.add_run(f"{random.choice(_WORDS)}{random.choice(_WORDS)}做好此项工作。")
    return True


def digit(made: Edited, random: Random) -> bool:
    """One digit becomes another one, or a figure loses it."""
    found = [
        (run, at)
        for one in made.paragraphs() for run in one.runs
        for at, char in enumerate(run.text) if char in "0123456789"
    ]  # fmt: skip
    run, at = random.choice(found)
    run.text = run.text[:at] + str((int(run.text[at]) + 1) % 10) + run.text[at + 1 :]
    return True


def added(made: Edited, random: Random) -> bool:
    """A new paragraph behind one of running text."""
    made.after(
        random.choice(_running(made)).text, f"{random.choice(_WORDS)}开展新的一项工作，效果明显。"
    )
    return True


def removed(made: Edited, random: Random) -> bool:
    """A paragraph of running text goes."""
    one = random.choice(_running(made))._p
    one.getparent().remove(one)
    return True


def moved(made: Edited, random: Random) -> bool:
    """A paragraph of running text goes behind another."""
    one, other = random.choice(_running(made)), random.choice(_running(made))
    if one._p is other._p or other._p.getnext() is one._p:
        return False
    other._p.addnext(one._p)
    return True


def split(made: Edited, random: Random) -> bool:
    """A paragraph ends at one of its sentences."""
    one = random.choice(_running(made))
    at = one.text.find("。")
    if not 0 < at < len(one.text) - 12:
        return False
    made.split(one.text[at + 1 :])
    return True


def row(made: Edited, random: Random) -> bool:
    """A row of a table goes."""
    rows = list(made.document.element.body.iter(qn("w:tr")))
    if not rows:
        return False
    one = random.choice(rows)
    one.getparent().remove(one)
    return True


EDITS: Final[dict[str, Edit]] = {
    "word": word, "pending": pending, "clause": clause, "sentence": sentence, "digit": digit,
    "added": added, "removed": removed, "moved": moved, "split": split, "row": row,
}  # fmt: skip
