"""Scalars become numbers, texts or formulas; what looks like a number but is none is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from generator.content.hygiene import ascii_digits, invisible, without_invisible
from generator.content.model import Formula, Leaf, Quantity, Text
from generator.content.nodes import Mapping, Node, Scalar, Sequence, is_empty
from generator.problems import Position, Problems, along, suggest

# Plain digits only: "\d" would also take full-width ones.
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_UNITS = (
    "万元|亿元|元|%|万人次|人次|万人|人天|人|个|家|场次|场|次|项|批次|批|件次|件|户次|户|篇|期|例|宗|起|处|"
    "所|座|栋|套|台次|台|辆|条|份|册|名|支|组|班|款|张|幅|部|页|万字|字|课时|学时|小时|分钟|天|年|月|季度|"
    "分|倍|公里|千米|米|平方公里|平方米|亩|公顷|吨|千克|公斤|度|千瓦时|本|只|头|株|块|间|位|轮|遍|类|种|级"
)
_SIGNS = {">=": "≥", "<=": "≤", "＞": ">", "＜": "<", "＝": "=", "≧": "≥", "≦": "≤"}
#: Words before or behind a number that say on which side of it a result may lie.
_WORDY_SIGN = {
    word: sign
    for sign, words in {
        "≥": "不低于 不少于 不小于 不得低于 不得少于 不得小于 大于等于 大于或等于 高于等于 "
        "高于或等于 多于或等于 至少 最少 最低 达到 达 以上 及以上",
        "≤": "不高于 不超过 不超 不大于 不多于 不得高于 不得超过 不得大于 不得多于 小于等于 "
        "小于或等于 低于等于 低于或等于 少于等于 少于或等于 至多 最多 最高 控制在 以下 及以下 "
        "以内 之内",
        ">": "大于 高于 多于 超过",
        "<": "小于 低于 少于",
        "=": "等于",
    }.items()
    for word in words.split()
}
_BEHIND = "及?以上|及?以下|[以之]内"
_BEFORE = "|".join(
    sorted((word for word in _WORDY_SIGN if not re.fullmatch(_BEHIND, word)), key=len, reverse=True)
)
_BEHIND_WORDS = tuple(word for word in _WORDY_SIGN if re.fullmatch(_BEHIND, word))
_MEASURED = re.compile(
    rf"(>=|<=|[≥≤≧≦><=＞＜]|{_BEFORE})?\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*({_UNITS})?({_BEHIND})?"
)
_THOUSANDS = re.compile(
    rf"(?:(?:[≥≤><]|{_BEFORE})\s*)?[+-]?[0-9]{{1,3}}(?:[,'][0-9]{{3}})+(?:\.[0-9]+)?(?:{_UNITS})?"
)
_LETTERS = str.maketrans("OoＯIl", "00011")
_QUOTES = "“”‘’「」『』＂＇"
_POINT = re.compile(r"([+-]?[0-9]*)[.。．·]([0-9]*)")
_DOTTED = re.compile(r"[^\W\d]\w*\.[^\W\d]\w*")

#: Digits beyond this cannot be shown exactly by Excel (IEEE doubles hold 15).
MAX_DIGITS = 15

#: What a name in formulas and templates may look like.
NAME = re.compile(r"[^\W\d]\w*")


def number(node: Node, problems: Problems, *, what: str) -> Quantity | Formula | None:
    """An amount or formula; anything else is reported with what was found and expected.

    A slip of the keyboard is reported and gives what was meant, so that sums and names that
    rest on it are not reported as well.
    """
    if not isinstance(node, Scalar):
        problems.add("L201", node.at, what=what)
        return None
    if is_empty(node):
        problems.add("L202", node.at, what=what)
        return None
    text = node.text.strip()
    if text.startswith(("=", "＝")):
        return formula(node)
    if _NUMBER.fullmatch(text):
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
        measured = _MEASURED.fullmatch(slip)
        return measured[2] if measured else ""
    point, compact = _POINT.fullmatch(text), re.sub(r"\s", "", text)
    measured = _MEASURED.fullmatch(text)
    if point and (point[1].lstrip("+-") or point[2]):
        meant = f"{point[1] or '0'}.{point[2]}".removesuffix(".")
        problems.add("L217", at, found=text, meant=meant)
        return meant
    if _NUMBER.fullmatch(compact):
        problems.add("L219", at, found=text, meant=compact)
        return compact
    if measured and measured[3]:
        money = measured[3] == "万元" or "“" not in what
        unit = '"%"' if measured[3] == "%" else measured[3]
        advice = "" if money else f"；单位不是万元的，在表或行里加“单位: {unit}”"
        problems.add("L208", at, found=text, unit=measured[3], meant=measured[2], advice=advice)
        return measured[2] if money else ""
    if meant := _quoted_number(text):
        problems.add("L221", at, found=text, meant=meant)
        return meant if _NUMBER.fullmatch(meant) else ""
    if _DOTTED.search(text):
        problems.add("L218", at, found=text[:40])
    else:
        problems.add("L209", at, found=text[:40], what=what)
    return ""


def _explain_slip(text: str, at: Position, problems: Problems) -> str:
    """Report a number that the keyboard spoilt; what it was meant to be, or nothing."""
    plain = ascii_digits(text)
    bare = ascii_digits(without_invisible(text))
    if bare != plain and _MEASURED.fullmatch(bare):
        problems.add("L108", at, char=f"U+{ord(invisible(text)):04X}")
        return bare
    if _THOUSANDS.fullmatch(plain):
        meant = re.sub("[,']", "", plain)
        problems.add("L206", at, found=text, meant=meant)
        return meant
    if plain != text and _MEASURED.fullmatch(plain):
        problems.add("L205", at, found=text, meant=plain)
        return plain
    return _explain_letters(text, at, problems) if text[:1].isdigit() else ""


def _explain_letters(text: str, at: Position, problems: Problems) -> str:
    meant = text.translate(_LETTERS)
    if meant == text or not re.search("[0-9]", text) or not _MEASURED.fullmatch(meant):
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
        return Text(_typed_text(node), node.at)
    if text.startswith(("=", "＝")):
        return formula(node)
    measured = _measured(text, node.at)
    if measured is None and (
        meant := _explain_slip(text, node.at, Problems() if problems is None else problems)
    ):
        measured = _measured(meant, node.at)
    if measured is None and problems is not None and (meant := _quoted_number(text)):
        problems.add("L220", node.at, found=text, meant=meant)
    return measured or Text(text, node.at)


def _quoted_number(text: str) -> str:
    """The number that stands wholly in Chinese quotes, which YAML does not take for quotes."""
    if len(text) < 3 or text[0] not in _QUOTES or text[-1] not in _QUOTES:
        return ""
    within = text[1:-1].strip()
    return within if _MEASURED.fullmatch(within) else ""


def _measured(text: str, at: Position) -> Quantity | None:
    """A number with or without sign and unit; None for a text."""
    found = _MEASURED.fullmatch(text)
    if found is None:
        return None
    prefix = sign(found[1] or "", found[4] or "")
    digits, whole = found[2], found[2].lstrip("+-")
    if (len(whole) > 1 and whole[0] == "0" and whole[1] != ".") or len(whole) > MAX_DIGITS + 1:
        return None
    return Quantity(text, digits.lstrip("+"), Decimal(digits), found[3] or "", at, prefix)


def sign(before: str, behind: str) -> str:
    """``≥``, ``≤``, ``>``, ``<`` or ``=`` for what is typed around a number; nothing without.

    The words behind say more than those before: 达到5天以内 is at most 5天.
    """
    before = before.strip()
    if before in _WORDY_SIGN or not before:
        wordy = next((word for word in _BEHIND_WORDS if behind.endswith(word)), before)
        return _WORDY_SIGN.get(wordy, "")
    return _SIGNS.get(before, before)


def _typed_text(node: Scalar) -> str:
    """Quotes keep spaces; the last line break of a block text is YAML's, not the writer's."""
    return node.text.rstrip("\n") if node.quoted else node.text.strip()


def text_of(node: Node | None, problems: Problems, *, what: str) -> str:
    """A text; numbers are fine too, lists and mappings are reported."""
    if node is None or is_empty(node):
        return ""
    if isinstance(node, Scalar):
        return _typed_text(node)
    problems.add("L210", node.at, what=what)
    return ""


def check_name(key: Scalar, problems: Problems) -> bool:
    """Whether ``key`` can be used in formulas and templates; reported when not."""
    if NAME.fullmatch(key.text):
        return True
    odd = invisible(key.text)
    if odd:
        problems.add("L108", key.at, char=f"U+{ord(odd):04X}")
    else:
        problems.add("L211", key.at, found=key.text[:40])
    return False


def unknown_keys(node: Mapping, known: tuple[str, ...], problems: Problems, *, what: str) -> None:
    """Report each key of ``node`` that ``what`` does not have, with the nearest that it has."""
    for key, _ in node.items:
        if key.text not in known:
            problems.add(
                "L212",
                key.at,
                found=key.text,
                what=what,
                suggestion=suggest(key.text, known),
                known="、".join(known),
            )


def mapping(node: Node | None, problems: Problems, *, what: str) -> Mapping | None:
    """``node`` if it holds ``键: 值`` lines, else None after a report."""
    if isinstance(node, Mapping):
        return node
    if node is not None and not is_empty(node):
        problems.add("L213", node.at, what=what)
    return None


def sequence(node: Node | None, problems: Problems, *, what: str) -> tuple[Node, ...]:
    """The items of a list, or nothing after a report."""
    if isinstance(node, Sequence):
        return node.items
    if node is not None and not is_empty(node):
        problems.add("L214", node.at, what=what)
    return ()


def entries(
    node: Node | None, keys: tuple[str, ...], problems: Problems, *, what: str
) -> Iterator[Mapping]:
    """The items of a list that hold ``keys``; other items and unknown keys are reported."""
    for item in sequence(node, problems, what=what):
        entry = mapping(item, problems, what=what)
        if entry is not None:
            unknown_keys(entry, keys, problems, what=what)
            yield entry


def one_of(
    node: Mapping | None,
    key: str,
    known: tuple[str, ...],
    problems: Problems,
    *,
    default: str,
) -> str:
    """The word at ``key``, one of ``known``; ``default`` when it is missing or none of them."""
    value = node.get(key) if node is not None else None
    found = text_of(value, problems, what=key)
    if value is None or not found or found in known:
        return found or default
    problems.add("L503", value.at, found=found, known="、".join(filter(None, known)))
    return default


def decimal_of(
    node: Mapping | None,
    key: str,
    problems: Problems,
    *,
    low: int | Decimal | None = None,
    high: int | Decimal | None = None,
    whole: bool = False,
    hundred: bool = False,
) -> Decimal | None:
    """The plain number at ``key``, from ``low`` to ``high``; None when missing or reported.

    ``whole``: decimals are refused. ``hundred``: 100 is the whole, so that 0.75 looks like 75.
    """
    value = node.get(key) if node is not None else None
    if value is None or is_empty(value):
        return None
    typed = number(value, problems, what=key)
    if isinstance(typed, Formula):
        problems.add("L404", value.at, what=key)
    if not isinstance(typed, Quantity):
        return None
    below = low is not None and typed.value < low
    if below or (high is not None and typed.value > high):
        range_ = f"不小于{low}" if high is None else f"在{low}到{high}之间"
        problems.add("L406", value.at, what=key, found=typed.text, range=range_)
        return None
    if whole and typed.value % 1:
        problems.add("L406", value.at, what=key, found=typed.text, range="是整数")
        return None
    if hundred and 0 < typed.value <= 1:
        meant = f"{typed.value * 100:f}"
        meant = meant.rstrip("0").rstrip(".") if "." in meant else meant
        problems.add("L407", value.at, what=key, found=typed.text, meant=meant)
    return typed.value


def measure_of(node: Mapping, key: str, problems: Problems) -> Quantity | None:
    """The number with or without unit at ``key``; None when missing or reported."""
    value = node.get(key)
    if value is None or is_empty(value):
        problems.add("L401", node.at, key=key)
        return None
    if not isinstance(value, Scalar):
        problems.add("L201", value.at, what=key)
        return None
    typed = leaf(value, problems)
    if isinstance(typed, Formula):
        problems.add("L404", value.at, what=key)
    elif isinstance(typed, Text) or typed.prefix:
        problems.add("L209", value.at, found=typed.text[:40], what=key)
    return typed if isinstance(typed, Quantity) and not typed.prefix else None
