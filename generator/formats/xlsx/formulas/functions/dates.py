"""Days as numbers. What depends on the clock is left to Excel."""

from __future__ import annotations

from datetime import date
from typing import Final

from generator.formats.xlsx.formulas.functions.kinds import Function, single
from generator.formats.xlsx.formulas.functions.texts import as_date
from generator.formats.xlsx.formulas.values import EPOCH, NUMBER, Failed, Uncomputed, Value, number


def _date(year: Value, month: Value, day: Value) -> Value:
    y, m, d = int(number(year)), int(number(month)), int(number(day))
    y, m = y + (m - 1) // 12, (m - 1) % 12 + 1
    if not 1900 < y <= 9999:
        raise Uncomputed("1900年的日期") if y in range(1901) else Failed(NUMBER)
    return float((date(y, m, 1) - EPOCH).days + d - 1)


FUNCTIONS: Final[dict[str, Function]] = {
    "DATE": single(_date, 3),
    "YEAR": single(lambda one: float(as_date(one).year), 1),
    "MONTH": single(lambda one: float(as_date(one).month), 1),
    "DAY": single(lambda one: float(as_date(one).day), 1),
}
