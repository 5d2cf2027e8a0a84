"""What a tagged cell prints: one value, a value to merge by, or text with values in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from jinja2 import TemplateSyntaxError

from generator.formats.xlsx.cells import CHOICE
from generator.formats.xlsx.compile.sheet import Cell
from generator.formats.xlsx.render import environment
from generator.language.tags import TAG, Tag

_BRACE = re.compile(r"\{(?=[{%#]|\Z)")
MERGE = "合并"
FORMULA = "公式"
#: A tag whose figure is to be live by a formula.
LIVE = re.compile(r"\|\s*公式(?!\w)")

#: Which font letters are in, in a look.
_FONT = re.compile(r"<(?:\w+:)?(?:rFont|family|charset|scheme)\b[^<>]*>")


def literal(text: str) -> str:
    """XML that Jinja prints as it is."""
    return _BRACE.sub('{{ "{" }}', text)


def split_merge(body: str) -> tuple[str, str | None] | None:
    """``r.二级 | 合并(r.一级)`` → (``r.二级``, ``r.一级``).

    The second item is None without 合并; the result is None when 合并 stands elsewhere.
    """
    if MERGE not in body:
        return body, None
    try:
        tokens = [(kind, text) for _, kind, text in environment().lex("{{" + body + "}}")][1:-1]
    except TemplateSyntaxError:
        return body, None
    depth = 0
    pipes: list[int] = []
    uses = 0
    for index, (kind, text) in enumerate(tokens):
        depth += (text in "([{") - (text in ")]}") if kind == "operator" else 0
        if kind == "operator" and text == "|":
            following = [t for t in tokens[index + 1 :] if t[0] != "whitespace"][:1]
            if following == [("name", MERGE)]:
                uses += 1
                pipes += [index] if not depth else []
    if not uses:
        return body, None
    if uses != 1 or not pipes:
        return None
    expression = "".join(text for _, text in tokens[: pipes[0]]).strip()
    rest = "".join(text for _, text in tokens[pipes[0] + 1 :]).strip().removeprefix(MERGE).strip()
    if not rest:
        return expression, ""
    if rest[0] != "(" or rest[-1] != ")" or _closes_early(rest):
        return None
    return expression, rest[1:-1].strip()


def split_formula(body: str) -> tuple[str, str] | None:
    """``总分 | 公式('=SUM(H3:H9)')`` → (``总分``, ``=SUM(H3:H9)``); None for other uses."""
    try:
        tokens = [(kind, text) for _, kind, text in environment().lex("{{" + body + "}}")][1:-1]
    except TemplateSyntaxError:
        return None
    said = [(kind, text) for kind, text in tokens if kind != "whitespace"]
    words = [text for _, text in said[-5:]]
    if len(said) < 6 or words[:3] != ["|", FORMULA, "("] or words[4] != ")":
        return None
    kind, quoted = said[-2]
    if kind != "string" or sum(text == FORMULA for _, text in said) != 1:
        return None
    pipe = max(index for index, token in enumerate(tokens) if token == ("operator", "|"))
    expression = "".join(text for _, text in tokens[:pipe]).strip()
    return expression, re.sub(r"\\(.)", r"\1", quoted[1:-1])


def _closes_early(text: str) -> bool:
    depth = 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return index < len(text) - 1
    return True


def whole_value(cell: Cell) -> tuple[int, str] | None:
    """The number of the tag that is all of ``cell``, and its expression.

    ``{% if a %}{{ b }}{% else %}无{% endif %}`` is one value as well: ``(b if a else "无")``.
    Where several tags may print, the number is ``CHOICE`` and the expression brings it along.
    """
    parts = [part for part in cell_parts(cell) if not isinstance(part, str) or part.strip()]
    prints = [part for part in parts if not isinstance(part, str) and part[1].prints]
    if not prints:
        return None
    number, tag = prints[0]
    if len(parts) == 1:
        return number, f"({tag.body})"
    if any(MERGE in printed.body for _, printed in prints):
        return None
    several = len(prints) > 1
    expression = _choice(parts, number if several else -1)
    return None if expression is None else (CHOICE if several else number, expression)


def mixed_value(cell: Cell, said: Mapping[int, tuple[str, int]]) -> tuple[int, str] | None:
    """Texts and values of a cell as one value, ``(…)|_said``, with the number of the first tag.

    ``said``: for each tag its expression and its formula (-1: none). None for what is more than
    that: conditions, or letters of several looks, which a formula cannot show.
    """
    runs = regrouped(cell)
    # LibreOffice saves Chinese and Latin letters of one cell as runs, each in its own font.
    if len({_FONT.sub("", look) for look, _ in runs}) > 1:
        return None
    terms = []
    for part in (part for _, parts in runs for part in parts):
        if isinstance(part, str):
            terms.append(f"({json.dumps(part, ensure_ascii=False)}, -1, -1)")
        elif part[1].prints:
            value, formula = said[part[0]]
            terms.append(f"(({value}), {formula}, {part[0]})")
        elif not part[1].text.startswith("{#"):
            return None
    return cell.tags[0][0], f"{terms[0]}|_said({', '.join(terms[1:])})"


def _choice(parts: Sequence[str | tuple[int, Tag]], number: int) -> str | None:
    """``{% if … %}`` to ``{% endif %}`` as one expression; None for what is more than that.

    With a tag ``number`` every branch gives its value together with the number of its tag;
    that is the number for branches without one.
    """
    arms: list[tuple[str, list[str | tuple[int, Tag]]]] = []
    words = ["" if isinstance(part, str) else part[1].keyword for part in parts]
    if words[0] != "if" or words.count("if") != 1 or words.index("endif") != len(words) - 1:
        return None
    for part, word in zip(parts[:-1], words, strict=False):
        if word in ("if", "elif", "else") and not isinstance(part, str):
            arms.append((part[1].body.removeprefix(word).strip(), []))
        else:
            arms[-1][1].append(part)
    if not arms[0][0] or not all(condition for condition, _ in arms[:-1]):
        return None
    sides = [_branch(branch, number) for _, branch in arms]
    expression = _branch([], number) or ""
    for (condition, _), side in zip(reversed(arms), reversed(sides), strict=True):
        if side is None:
            return None
        expression = f"({side} if ({condition}) else {expression})" if condition else side
    return expression


def _branch(parts: Sequence[str | tuple[int, Tag]], number: int) -> str | None:
    """One branch of a conditional value as an expression; None for what is more than that."""
    if len(parts) > 1:
        return None
    part = parts[0] if parts else ""
    if isinstance(part, str):
        value = None if re.search(r'["\\\n]', part) else f'"{part}"'
    else:
        value = f"({part[1].body})" if part[1].prints else None
        number = number if number < 0 else part[0]
    return f"({value}, {number})" if value and number >= 0 else value


def plain_text(cell: Cell) -> str:
    """What a cell shows besides its tags."""
    return TAG.sub("", cell.text)


def cell_parts(cell: Cell) -> list[str | tuple[int, Tag]]:
    """Texts and tags of a cell in turn."""
    return [part for _, parts in regrouped(cell) for part in parts]


def regrouped(cell: Cell) -> list[tuple[str, list[str | tuple[int, Tag]]]]:
    """The runs of a cell with its tags whole."""
    tags = iter(cell.tags)
    spans = [(match.start(), match.end(), next(tags)) for match in TAG.finditer(cell.text)]
    runs: list[tuple[str, list[str | tuple[int, Tag]]]] = []
    position = 0
    for look, text in cell.runs or ():
        start, end = position, position + len(text)
        parts: list[str | tuple[int, Tag]] = []
        for first, last, tag in spans:
            if last <= start or first >= end:
                continue
            if first >= start:
                parts += (cell.text[position:first], tag)
            position = last
        if position < end:
            parts.append(cell.text[position:end])
        position = end
        if kept := [part for part in parts if part]:
            runs.append((look, kept))
    return runs
