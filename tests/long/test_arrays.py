"""Arrays in formulas: every function with arrays and ranges wherever it takes one value.

One workbook of all of them; LibreOffice computes each as gen does, or gen has no value for it.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from kit.pages import office_available
from kit.recalculation import compared, same
from kit.sheets import book, filled
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from generator.formats.xlsx.formulas.functions import FUNCTIONS

pytestmark = [
    pytest.mark.long,
    pytest.mark.office,
    pytest.mark.skipif(bool(office_available()), reason=str(office_available())),
]

CELLS: Final[dict[str, object]] = {
    "A1": "甲", "A2": "乙", "A3": "甲", "A4": "丙", "B1": 3.26, "B2": 1.5, "B3": 7.25, "B4": -2,
    "C1": 1, "C2": 2, "C3": 4, "C4": 0, "D1": "甲1", "D3": 5, "D4": "12", "F1": 1, "F2": 2, "F3": 3,
    "G1": 10, "G2": 20, "G3": 30, "Z1": "{{ 甲 }}",
}  # fmt: skip
#: What may stand for an argument, by its kind; the first is one value.
KINDS: Final[dict[str, list[str]]] = {
    "n": ["2", "{1,2.5}", "{1;-2;3}", "{1,2;3,4}", "B1:B4", "C1:C3*1"],
    "p": ["2", "{1,2}", "{1;2;3}", "F1:F3", "F1:F3+0", "ROW(1:2)"],
    "r": ["1.5", "{3.26,7.25}", "{1.5;-2}", "B1:B4"],
    "t": ['"甲"', '{"甲","乙"}', '{"甲";"丙";"乙"}', "A1:A4", 'A1:A3&""'],
    "x": ["D1", '{1,"a",2}', "{1;2}/{1;0}", "D1:D4", "1/C1:C4", "1/0"],
    "b": ["TRUE", "{1,0}", "{TRUE;FALSE}", "B1:B4>2", "{1,0;0,1}", "C1:C4"],
    "y": ["2024", "{2023,2024}", "{45000;45800}"],
    "f": ['"0.0"', '{"0.0","0%"}', '{"0";"0.00"}'],
    "q": ["0.5", "{0.1,0.9}", "{0.25;0.5}"],
    "z": ["0", "{0,0}"],
    "i": ["2", "{1,2}", "{2;1}", "F1:F2", "0", "MAX(IF({1;2}>1,F1:F2))"],
    "c": ['">0"', '{">0","<3"}', '{">0";"<3";"4"}', "C1:C4"],
    "s": ["2", "{1,3}", "{2;3}", "F1:F3", "F1:F3*1"],
    "m": ["9", "{1,9}"],
    "h": ["3", "{1,3}", "{1;2}"],
    "A": ["A1:A4"],
    "B": ["B1:B4"],
    "C": ["C1:C4"],
    "F": ["F1:F3", "{1,2,3}", "F1:F3*1"],
    "G": ["G1:G3", "{10,20,30}"],
    "H": ["F1:G3"],
    "L": ["F1:F3", "{1,2,3}", "F1:G3", '{1,"甲";2,"乙";3,"丙"}'],
    "M": ["A1:C4", "F1:G3", "B1:B4"],
    "R": ["A1", "F1:F3", "F1:G1", "1:3", "A:C"],
    "V": ["A1:C4", "IF({1,0},A1:A4,B1:B4)"],
}
#: The arguments of each function.
TAKES: Final[dict[str, str]] = {
    **dict.fromkeys(("ROUND", "ROUNDUP", "ROUNDDOWN", "TRUNC", "MOD"), "nn"),
    **dict.fromkeys(("INT", "ABS", "SIGN", "ISEVEN", "ISODD", "VALUE", "N", "NOT", "SUMSQ"), "n"),
    **dict.fromkeys(("SQRT", "EXP", "LN", "LOG10"), "p"),
    **dict.fromkeys(("POWER", "QUOTIENT", "CEILING", "FLOOR"), "np"),
    **dict.fromkeys(("LEN", "TRIM", "UPPER", "LOWER", "T"), "t"),
    **dict.fromkeys(("LEFT", "RIGHT", "REPT"), "tp"),
    **dict.fromkeys(("CONCATENATE", "FIND", "SEARCH", "EXACT", "CONCAT"), "tt"),
    **dict.fromkeys(("YEAR", "MONTH", "DAY"), "y"),
    **dict.fromkeys(("ISNUMBER", "ISTEXT", "ISNONTEXT", "ISBLANK", "ISLOGICAL", "ISERROR", "ISERR",
                     "ISNA"), "x"),
    **dict.fromkeys(("LARGE", "SMALL", "QUARTILE", "QUARTILE.INC"), "Bp"),
    **dict.fromkeys(("PERCENTILE", "PERCENTILE.INC"), "Bq"),
    **dict.fromkeys(("RANK", "RANK.EQ", "RANK.AVG"), "rBz"),
    **dict.fromkeys(("SUMIF", "AVERAGEIF"), "AtB"),
    **dict.fromkeys(("SUMIFS", "AVERAGEIFS", "MAXIFS", "MINIFS"), "BAtCc"),
    **dict.fromkeys(("ROW", "COLUMN", "ROWS", "COLUMNS"), "R"),
    **dict.fromkeys(("SUM", "PRODUCT", "AVERAGE", "MAX", "MIN", "MEDIAN", "STDEV", "STDEV.S",
                     "STDEVP", "STDEV.P", "VAR", "VAR.S", "VARP", "VAR.P", "MODE", "MODE.SNGL",
                     "SUMPRODUCT"), "nn"),
    **dict.fromkeys(("COUNT", "COUNTA", "IFERROR", "IFNA"), "xn"),
    **dict.fromkeys(("AND", "OR", "XOR"), "bb"),
    "MID": "tpp", "SUBSTITUTE": "ttt", "TEXT": "nf", "TEXTJOIN": "tbtt", "DATE": "ypp", "LOG": "pp",
    "IF": "bnn", "IFS": "bnbn", "SWITCH": "nnnn", "CHOOSE": "pnn", "COUNTIF": "At",
    "COUNTIFS": "AtCc", "COUNTBLANK": "A", "INDEX": "Mpi", "MATCH": "tAz", "VLOOKUP": "tViz",
    "HLOOKUP": "hHiz", "LOOKUP": "sFG", "SUBTOTAL": "mB",
}  # fmt: skip
#: What makes values of a kind.
MAKES: Final[dict[str, tuple[str, ...]]] = {
    "n": ("ROUND", "INT", "MOD", "ABS", "SUM", "MAX", "IF", "IFERROR", "CHOOSE", "SUMIF", "COUNTIF",
          "SUMIFS", "COUNTIFS", "LARGE", "SMALL", "INDEX", "LOOKUP", "SUMPRODUCT", "AVERAGE", "RANK",
          "HLOOKUP", "N", "LEN", "QUOTIENT", "COUNT", "COLUMN", "ROW", "SUBTOTAL", "MEDIAN"),
    "p": ("MATCH", "COUNTIF", "ROWS", "COLUMNS", "ABS", "COUNT", "ROW", "COLUMN", "LEN"),
    "t": ("LEFT", "MID", "TRIM", "CONCATENATE", "SUBSTITUTE", "IF", "CHOOSE", "INDEX", "TEXT", "REPT"),
    "b": ("ISNUMBER", "ISERROR", "NOT", "AND", "OR", "EXACT", "ISTEXT", "ISBLANK"),
    "x": ("VLOOKUP", "MATCH", "FIND", "LOOKUP", "INDEX", "POWER", "SQRT", "T"),
}  # fmt: skip
SEED: Final = int(os.environ.get("SEED", "7"))
#: TRUE and FALSE of arrays are 1 and 0 to LibreOffice where texts are wanted: "TRUE" to Excel.
TRUTHS: Final = {"EXACT", "AND", "OR", "XOR", "NOT", "=", "<", ">", "<>", *(
    name for name in FUNCTIONS if name.startswith("IS")
)}  # fmt: skip
#: What has more numbers, or digits, than a text shows the same in both.
LONG: Final = {"ROW", "COLUMN", *(name for name in FUNCTIONS if name.startswith(("STDEV", "VAR")))}
TEXTS: Final = ("CONCAT({})", "SUMPRODUCT(LEN({}))", "SUM(LEN({}))")
AROUND: Final = ("{}", "SUM({})", "SUMPRODUCT({})", "SUMPRODUCT(({})*1)", "MAX({})", "COUNT({})",
                 "CONCAT({})", "SUMPRODUCT(LEN({}))")  # fmt: skip
AROUND_ARRAYS: Final = ("{}", "SUM({})", "COUNT({})", "CONCAT({})", "SUM(LEN({}))")
#: Functions that files write with a prefix.
NEW: Final = re.compile(
    r"(?<![A-Z.])((?:CONCAT|TEXTJOIN|IFNA|IFS|SWITCH|XOR|MAXIFS|MINIFS|(?:RANK|STDEV|VAR|MODE|"
    r"PERCENTILE|QUARTILE)\.[A-Z]+)\()"
)


def _calls() -> Iterator[tuple[str, str]]:
    """Each function and operator, and calls: each argument in turn, and some of all mixed."""
    chance = random.Random(5)
    for name, kinds in TAKES.items():
        choices = [KINDS[kind] for kind in kinds]
        first = [one[0] for one in choices]
        calls = {
            (*first[:at], other, *first[at + 1 :])
            for at, others in enumerate(choices)
            for other in others
        }
        mixed = list(product(*choices))
        calls.update(chance.sample(mixed, min(12, len(mixed))))
        yield from ((name, f"{name}({','.join(call)})") for call in sorted(calls))
    for sign in ("+", "-", "*", "/", "^", "&", "=", "<", ">", "<>"):
        yield from ((sign, f"({one}{sign}{two})") for one, two in product(KINDS["n"], KINDS["p"]))
    for one in KINDS["n"]:
        yield from (("-", f"(-{one})"), ("%", f"({one}%)"))


def _checked(calls: Iterator[tuple[str, str]], out: Path) -> tuple[int, int, list[str]]:
    """How many formulas there are of calls, how many without value, and which differ."""
    cells, names = dict(CELLS), {}
    for row, (name, call) in enumerate(dict.fromkeys(calls), 10):
        for column, around in enumerate((*AROUND, *AROUND_ARRAYS), 30):
            if around in TEXTS and (not name or name in TRUTHS or name in LONG):
                continue
            where = f"{get_column_letter(column)}{row}"
            text = "=" + NEW.sub(r"_xlfn.\1", around.format(call))
            array = column >= 30 + len(AROUND)
            cells[where] = ArrayFormula(where, text) if array else text
            names[where] = name
    made = filled(book(表=cells), 甲="一")
    left: Counter[str] = Counter()
    wrong, count = [], 0
    for cell, text, mine, theirs in compared(made.data, out):
        count += 1
        if mine is None:
            left[names[cell.partition("!")[2]]] += 1
        elif not same(mine, theirs):
            wrong.append(f"{cell} {text}: {mine!r}, not {theirs!r}"[:200])
    print(f"{count} formulas, {len(wrong)} different, {left.total()} left: {left.most_common()}")
    return count, left.total(), wrong


def test_every_function_takes_arrays_as_libreoffice_does_or_has_no_value(tmp_path: Path) -> None:
    assert set(FUNCTIONS) - set(TAKES) == {"TRUE", "FALSE", "NA", "PI", "XLOOKUP"}
    count, left, wrong = _checked(_calls(), tmp_path)
    assert wrong == [], "\n".join(wrong)
    assert count > 15_000
    # Most have a value: only what Excel and LibreOffice do not agree on has none.
    assert left < count * 0.35


def _nested(chance: random.Random, kind: str, depth: int) -> str:
    """A call, or one of what may stand for an argument of ``kind``."""
    if depth == 0 or kind not in MAKES or chance.random() < 0.4:
        # Whole rows and columns within arrays take LibreOffice minutes.
        return chance.choice([one for one in KINDS[kind] if one not in ("1:3", "A:C")])
    name = chance.choice(MAKES[kind])
    arguments = [_nested(chance, one, depth - 1) for one in TAKES[name]]
    return f"{name}({','.join(arguments)})"


def test_calls_within_calls_do_as_well(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    made = (("", _nested(chance, chance.choice(list(MAKES)), 3)) for _ in range(400))
    count, left, wrong = _checked(made, tmp_path)
    assert wrong == [], "\n".join(wrong)
    assert left < count * 0.8
