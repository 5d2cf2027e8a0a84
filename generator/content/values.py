"""Scalars become numbers, texts or formulas; what looks like a number but is none is reported."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from generator.content.blanks import is_unfilled
from generator.content.measures import NUMBER, UNITS, measure
from generator.content.model import Formula, Leaf, Quantity, Text
from generator.content.yaml.hygiene import ascii_digits, invisible, unseen, without_invisible
from generator.content.yaml.nodes import Node, Scalar, is_empty
from generator.frozen import replace
from generator.problems import Position, Problems, along

_GROUPED = re.compile(r"(?<![0-9.,'])[0-9]{1,3}(?:[,'][0-9]{3})+(?![0-9,'])")
_LETTERS = str.maketrans("OoＯIl", "00011")
_QUOTES = "“”‘’「」『』＂＇"
#: Asked only where something is wrong: `re` compiles it then, and keeps it.
_POINT = r"([+-]?[0-9]*)[.。．·]([0-9]*)"
#: Dotted Chinese names, and what is added to them or divided by them.
_PATH = r"[^\W\d_A-Za-z]\w*(?:\.[^\W\d_A-Za-z]\w*)+"
_FORMULA = rf"{_PATH}(?:\s*[-+*/×÷−]\s*(?:{_PATH}|[0-9.]+))*"
#: Full-width ones as well.
_DIGIT = re.compile(r"\d")
_DOTTED = re.compile(r"[^\W\d]\w*\.[^\W\d]\w*")

#: What nearly is a number: digits with signs and letters that slipped in among them.
_NUMBERLIKE = r"[+-]?[0-9０-９][0-9０-９.,，。．·\sxX'’千百万亿]*"
_TIMES, _LONGEST_NUMBER = "千百万亿", 40
_BY_LENGTH = sorted(UNITS, key=len, reverse=True)

#: Digits beyond this cannot be shown exactly by Excel (IEEE doubles hold 15).
MAX_DIGITS = 15

#: What a name in formulas and templates may look like.
NAME = re.compile(r"[^\W\d]\w*")


def number(node: Node, problems: Problems, *, what: str) -> Quantity | Formula | None:
    """An amount or formula; anything else is reported with what was found and expected.

    What is still to be filled in is none, and counted elsewhere. A slip of the keyboard is
    reported and gives what was meant, so that sums and names that rest on it are not reported
    as well.
    """
    if not isinstance(node, Scalar):
        problems.add("L201", node.at, what=what)
        return None
    if is_empty(node):
        problems.add("L202", node.at, what=what)
        return None
    text = node.text.strip()
    if is_unfilled(text):
        return None
    if text.startswith(("=", "＝")):
        return formula(node)
    if NUMBER.fullmatch(text):
        return _quantity(text, text, "", "", node.at, problems)
    meant = _explain_number(text, node.at, what, problems)
    return _quantity(meant, meant, "", "", node.at, Problems()) if meant else None


def _quantity(
    text: str, digits: str, unit: str, prefix: str, at: Position, problems: Problems
) -> Quantity | None:
    whole = digits.lstrip("+-")
    if len(whole) > 1 and whole[0] == "0" and whole[1] != ".":
        problems.add("L203", at, found=digits)
        return None
    if len(whole.replace(".", "").lstrip("0")) > MAX_DIGITS:
        problems.add("L204", at, found=digits, digits=MAX_DIGITS)
        return None
    return Quantity(text, digits.lstrip("+"), Decimal(digits), unit, at, prefix)


def _explain_number(text: str, at: Position, what: str, problems: Problems) -> str:
    """Report why ``text`` is no number; the digits it was meant to be, or nothing."""
    slip = _explain_slip(text, at, problems) or _explain_letters(text, at, problems)
    if slip:
        measured = measure(slip)
        return measured.digits if measured else ""
    point, compact = re.fullmatch(_POINT, text), re.sub(r"\s", "", text)
    measured = measure(text)
    if point and (point[1].lstrip("+-") or point[2]):
        meant = f"{point[1] or '0'}.{point[2]}".removesuffix(".")
        problems.add("L217", at, found=text, meant=meant)
        return meant
    if "\t" in text:
        problems.add("L223", at, found=text.replace("\t", "→"), first=text.partition("\t")[0])
        return ""
    if NUMBER.fullmatch(compact):
        problems.add("L219", at, found=text, meant=compact)
        return compact
    if measured and measured.unit:
        money = measured.unit == "万元" or "“" not in what
        unit = '"%"' if measured.unit == "%" else measured.unit
        advice = "" if money else f"；单位不是万元的，在表或行里加“单位: {unit}”"
        meant = measured.digits
        problems.add(
            "L208", at, found=text, unit=measured.unit, meant=meant, advice=advice
        )  # fmt: skip
        return measured.digits if money else ""
    if meant := _quoted_number(text):
        problems.add("L221", at, found=text, meant=meant)
        return meant if NUMBER.fullmatch(meant) else ""
    if _DOTTED.search(text):
        problems.add("L218", at, found=text[:40])
    else:
        problems.add("L209", at, found=text[:40], what=what)
    return ""


def _explain_slip(text: str, at: Position, problems: Problems) -> str:
    """Report a number that the keyboard spoilt; what it was meant to be, or nothing."""
    plain = ascii_digits(text)
    bare = plain if text.isprintable() else ascii_digits(without_invisible(text))
    if bare != plain and measure(bare):
        problems.add("L108", at, char=f"U+{ord(invisible(text)):04X}")
        return bare
    meant = plain
    if "," in plain or "'" in plain:
        meant = _GROUPED.sub(lambda found: re.sub("[,']", "", found[0]), plain, count=1)
    if meant != plain and measure(meant):
        problems.add("L206", at, found=text, meant=meant)
        return meant
    if plain != text and measure(plain):
        problems.add("L205", at, found=text, meant=plain)
        return plain
    return _explain_letters(text, at, problems) if text[:1].isdigit() else ""


def _explain_letters(text: str, at: Position, problems: Problems) -> str:
    meant = text.translate(_LETTERS)
    if meant == text or not re.search("[0-9]", text) or not measure(meant):
        return ""
    problems.add("L207", at, found=text, meant=meant)
    return meant


def formula(node: Scalar) -> Formula:
    """The formula typed, without its ``=``, with the place of its first character."""
    source = node.text.lstrip()
    source = source[1:].lstrip() if source.startswith(("=", "＝")) else source
    cut = len(node.text) - len(source)
    start = replace(node.at, column=node.at.column + 1) if node.quoted else node.at
    turns = tuple((there - cut, place) for there, place in node.turns if there > cut)
    return Formula(source.strip(), along(start, node.turns, cut), turns=turns)


def leaf(node: Scalar, problems: Problems | None = None) -> Leaf:
    """A fact: a formula, a number with or without its unit, or a text."""
    text = node.text.strip()
    if node.quoted:
        _warn_of_unseen(node, problems)
        return Text(_typed_text(node), node.at)
    if text.startswith(("=", "＝")):
        return formula(node)
    if "." not in text and _DIGIT.search(text) is None:  # neither a number nor nearly one
        _warn_of_unseen(node, problems)
        return Text(text, node.at)
    measured = _measured(text, node.at)
    if measured is None and (
        meant := _explain_slip(text, node.at, Problems() if problems is None else problems)
    ):
        measured = _measured(meant, node.at)
    if measured is None and problems is not None and (meant := _quoted_number(text)):
        problems.add("L220", node.at, found=text, meant=meant)
    elif measured is None and problems is not None and "." in text and re.fullmatch(_FORMULA, text):
        problems.add("L222", node.at, found=text)
    elif measured is None and problems is not None and (why := _nearly(text)):
        problems.add("L224", node.at, found=text[:40], why=why)
    if measured is None:
        _warn_of_unseen(node, problems)
    return measured or Text(text, node.at)


def _nearly(text: str) -> str:
    """What keeps a text from being the number that it begins and ends like; empty for others."""
    if not text[:1].isdigit() and not (text[:1] in "+-" and text[1:2].isdigit()):
        return ""
    before, sign, _ = text.partition("#")
    if sign and measure(before.strip()):
        return "单位后面接着“#”，备注前面要空一格"
    unit = next((unit for unit in _BY_LENGTH if text.endswith(unit)), "")
    body = text.removesuffix(unit)
    if len(body) > _LONGEST_NUMBER or not re.fullmatch(_NUMBERLIKE, body):
        return ""
    if re.search(r"[.．][.．]|[,，][,，]", body):
        return "小数点或逗号打了两次"
    if not unit:
        return ""
    if body[-1] in _TIMES:
        return f"“{body[-1]}{unit}”不是一个单位"
    return "数字中间有不是数字的符号"


def _warn_of_unseen(node: Scalar, problems: Problems | None) -> None:
    if problems is not None and (char := unseen(node.text)):
        problems.add("L138", node.at, char=f"U+{ord(char):04X}")


def _quoted_number(text: str) -> str:
    """The number that stands wholly in Chinese quotes, which YAML does not take for quotes."""
    if len(text) < 3 or text[0] not in _QUOTES or text[-1] not in _QUOTES:
        return ""
    within = text[1:-1].strip()
    return within if measure(within) else ""


def _measured(text: str, at: Position) -> Quantity | None:
    """A number with or without sign and unit; None for a text."""
    found = measure(text)
    if found is None:
        return None
    digits, whole = found.digits, found.digits.lstrip("+-")
    if (len(whole) > 1 and whole[0] == "0" and whole[1] != ".") or len(whole) > MAX_DIGITS + 1:
        return None
    return Quantity(text, digits.lstrip("+"), Decimal(digits), found.unit, at, found.limit)


def _typed_text(node: Scalar) -> str:
    """Quotes keep spaces; the last line break of a block text is YAML's, not the writer's."""
    return node.text.rstrip("\n") if node.quoted else node.text.strip()


def text_of(node: Node | None, problems: Problems, *, what: str) -> str:
    """A text; numbers are fine too, lists and mappings are reported."""
    if node is None or is_empty(node):
        return ""
    if isinstance(node, Scalar):
        _warn_of_unseen(node, problems)
        return _typed_text(node)
    problems.add("L210", node.at, what=what)
    return ""


@lru_cache(maxsize=4096)
def _is_name(text: str) -> bool:
    """Rows of a list say the same names again and again."""
    return NAME.fullmatch(text) is not None


def check_name(key: Scalar, problems: Problems) -> bool:
    """Whether ``key`` can be used in formulas and templates; reported when not."""
    if _is_name(key.text):
        return True
    odd = invisible(key.text)
    if odd:
        problems.add("L108", key.at, char=f"U+{ord(odd):04X}")
    else:
        problems.add("L211", key.at, found=key.text[:40])
    return False
