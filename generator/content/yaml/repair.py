"""Reading on after a slip of the keyboard: a file with mistakes still gives its whole tree.

One syntax error would hide the rest of its file. So the line at fault is mended in memory the
way a writer would mend it; the mend that lets the parser get further tells which mistake it
was, is reported as that, and parsing goes on. What cannot be mended is left out, one line at a
time. The file on disk is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import yaml

from generator.content.yaml import hygiene
from generator.frozen import frozen
from generator.problems import Position, Problems

#: Files longer than this are not mended, only their first error is reported.
MAX_CHARS: Final = 200_000
#: Longer lines are left as they are: what a writer meant is guessed in several ways.
MAX_LINE: Final = 4_000
MAX_MENDS: Final = 60
#: Characters that are parsed once more to find out what a mend does, all mends together.
MAX_PARSED: Final = 4_000_000

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_SPECIAL_SPACES = "\u00a0\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u202f"
#: Asked only where something is wrong: `re` compiles them then, and keeps them.
_ODD_SPACE = rf"[^\s:#]:([{_SPECIAL_SPACES}]+)"
_WIDE_KEY = r"(\s*(?:- +)*[^\s：:#“”'\"{}\[\]，。、]{1,30})：(.*)"
_TIGHT_KEY = r"(\s*(?:- +)*[^\s：:#“”'\"{}\[\]，。、=]{1,30}):(\S.*)"
_TIGHT_DASH = r"(\s*)-([^\s\-0-9].*)"
_BARE_PAIR = (
    r"(\s*(?:- +)*[^\s：:#“”'\"{}\[\]，。、=-][^\s：:#“”'\"{}\[\]，。、=]{0,29}?)[ \t=＝]+(\S.*)"
)
_VALUE = r"(\s*(?:- +)*(?:[^\s:#'\"{}\[\]][^:#]*?: +)?)(\S.*?)(\s+#.*|\s*)"
_WIDE_BRACKETS = str.maketrans("｛｝［］", "{}[]")
_NEEDS_QUOTES = tuple("[]{}\"'>|*&%@`!?,")


@frozen
class Mend:
    """A mended line: the catalogue code of the mistake, where it stands and its values.

    ``lossy``: what the line said is lost.
    """

    code: str
    line: str
    column: int
    values: dict[str, object]
    lossy: bool = False


class Source:
    """The text being read, line by line, with what was mended in it."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self._typed = text.split("\n")
        clean = hygiene.without_forbidden(text, file, problems)
        # Lines that were not mended are the same objects, so comparing them takes no time.
        self.lines = list(self._typed) if clean is text else clean.split("\n")
        self._length = len(clean)
        self._parsed = 0
        #: Up to which column a mended line is as it was typed.
        self._heads: dict[int, int] = {}
        self.file = file
        self._problems = problems
        self._mends = 0
        self.lossy = False

    @property
    def text(self) -> str:
        """The text as mended so far."""
        return "\n".join(self.lines)

    @property
    def as_typed(self) -> bool:
        """Whether nothing in it was changed."""
        return self.lines == self._typed

    @property
    def patient(self) -> bool:
        """Whether mending goes on: not for ever, and not for files that are no content."""
        few = self._mends < MAX_MENDS and self._parsed <= MAX_PARSED
        return few and self._length <= MAX_CHARS

    def position(self, line: int, column: int) -> Position:
        """Where the mended ``line`` and ``column`` (from 0) stand in the file as typed."""
        if line >= len(self.lines):
            return Position(self.file, max(1, len(self.lines)), 1)
        typed, now = self._typed[line], self.lines[line]
        if typed != now:
            # Common beginnings and ends keep their places; what was mended lies between.
            head = self._heads.get(line)
            if head is None:
                head = self._heads[line] = _common(typed, now)
            if column > head:
                column = max(head, column + len(typed) - len(now))
        return Position(self.file, line + 1, column + 1)

    def mend(self, error: yaml.YAMLError) -> bool:
        """Mend the line that stopped the parser; False when nothing more can be done."""
        if not self.patient:
            return False
        stuck = _mark(error)
        if stuck is None:
            return False
        best = None
        for number in _suspects(error, self.lines):
            for mend in _mends(self.lines, number):
                reached = self._reached(number, mend)
                # Moving a line merely moves what the next error is said to stand in.
                further = reached > stuck and reached[0] >= number
                if mend.code == "L128":
                    further = reached[0] > max(stuck[0], number)
                if further and (best is None or reached > best[0]):
                    best = reached, number, mend
        if best is not None:
            self.apply(best[1], best[2])
            return True
        number = min(stuck[0], len(self.lines) - 1)
        while number > 0 and not _says(self.lines[number]):
            number -= 1
        if not _says(self.lines[number]):
            return False
        self.apply(number, _left_out(self.lines[number]))
        return True

    def apply(self, number: int, mend: Mend) -> None:
        """Take the mended line and report the mistake."""
        at = self.position(number, mend.column)
        self._problems.add_values(mend.code, at, mend.values)
        self._replace(number, mend.line)
        self.lossy |= mend.lossy
        self._mends += 1

    def _reached(self, number: int, mend: Mend) -> tuple[int, int]:
        """Where the parser would stop with ``mend``; behind the last line if nowhere."""
        before = self.lines[number]
        self._replace(number, mend.line)
        after = _stuck(self.text)
        self._replace(number, before)
        self._parsed += self._length
        return (len(self.lines) + 1, 0) if after is None else after

    def _replace(self, number: int, line: str) -> None:
        self._length += len(line) - len(self.lines[number])
        self.lines[number] = line
        self._heads.pop(number, None)


def _common(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _mark(error: yaml.YAMLError) -> tuple[int, int] | None:
    """The line of an error, and the line where what it stands in begins (from 0)."""
    context = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or context
    if mark is None:
        return None
    return mark.line, context.line if context is not None else mark.line


def _stuck(text: str) -> tuple[int, int] | None:
    """Where the parser stops in ``text``, None if it reads it all."""
    try:
        for _ in yaml.parse(text, Loader=LOADER):
            pass
    except yaml.YAMLError as error:
        return _mark(error) or (0, 0)
    return None


def _suspects(error: yaml.YAMLError, lines: list[str]) -> list[int]:
    """Lines that may hold the mistake, the likeliest first."""
    found: list[int] = []
    context = str(getattr(error, "context", "") or "")
    begun = getattr(error, "context_mark", None)
    if begun is not None and any(word in context for word in ("simple key", "flow", "quoted")):
        found.append(begun.line)
    stuck = _mark(error) or (0, 0)
    found.append(stuck[0])
    number = min(stuck[0], len(lines)) - 1
    while number >= 0 and not _says(lines[number]):
        number -= 1
    found.append(number)
    # A comment or an empty line says nothing, but the parser stops at a tab before it.
    if 0 <= stuck[0] < len(lines) and lines[stuck[0]].lstrip(" ").startswith("\t"):
        return list(dict.fromkeys([stuck[0], *(n for n in found if _spoken(lines, n))]))
    return [n for n in dict.fromkeys(found) if _spoken(lines, n)]


def _spoken(lines: list[str], number: int) -> bool:
    return 0 <= number < len(lines) and _says(lines[number])


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _mends(lines: list[str], number: int) -> Iterator[Mend]:
    """What the mistake in a line may be, the surest first."""
    line = lines[number]
    if len(line) > MAX_LINE:
        return
    yield from _indentation_marks(lines, number)
    yield from punctuation(line)
    tight = re.fullmatch(_TIGHT_KEY, line)
    if tight and not tight[2].startswith("//"):
        mended = f"{tight[1]}: {tight[2]}"
        yield Mend("L126", mended, len(tight[1]), {"found": _shown(line)})
    yield from tight_dash(line)
    yield from _braces(line)
    yield from quoted(line)
    if not re.search(r"[:：={\[\s\ufeff]|^-", line.strip()):
        found: dict[str, object] = {"found": _shown(line)}
        yield Mend("L126", line + ":", len(line) - len(line.lstrip()), found)
    bare = re.fullmatch(_BARE_PAIR, line)
    if bare and ": " not in line:
        mended = f"{bare[1]}: {bare[2]}"
        yield Mend("L126", mended, len(bare[1]), {"found": _shown(line)})
    yield from _indentation(lines, number)


def _shown(line: str) -> str:
    return line.strip()[:40]


def _indentation_marks(lines: list[str], number: int) -> Iterator[Mend]:
    """Tabs and look-alike spaces in the indentation."""
    line = lines[number]
    lead = line[: len(line) - len(line.lstrip())]
    if not lead.strip(" "):
        return
    rest = line[len(lead) :]
    odd = next(i for i, char in enumerate(lead) if char != " ")
    code = "L121" if lead[odd] == "\t" else "L108"
    values: dict[str, object] = {} if code == "L121" else {"char": f"U+{ord(lead[odd]):04X}"}
    for width in dict.fromkeys(_widths(lines, number, lead)):
        yield Mend(code, " " * width + rest, odd, values)


def _widths(lines: list[str], number: int, lead: str) -> Iterator[int]:
    """Indentations that may be meant: like the neighbours', then by counting tabs."""
    if number and _says(lines[number - 1]):
        before = lines[number - 1]
        width = len(before) - len(before.lstrip(" "))
        if before.lstrip(" ")[:1] not in ("\t", "-"):
            yield width + 2 if before.rstrip().endswith(":") else width
    for size in (2, 4, 8):
        yield sum(size if char == "\t" else 2 if char == "\u3000" else 1 for char in lead)


def punctuation(line: str) -> Iterator[Mend]:
    """Full-width punctuation and look-alike spaces where YAML needs plain ones."""
    if len(line) > MAX_LINE:
        return
    wide = re.fullmatch(_WIDE_KEY, line)
    if wide:
        key = wide[1].strip().lstrip("- ")
        mended = f"{wide[1]}: {wide[2].lstrip(' ' + _SPECIAL_SPACES)}".rstrip()
        yield Mend("L122", mended, len(wide[1]), {"key": key})
    odd = re.search(_ODD_SPACE, line)
    if odd:
        mended = line[: odd.start(1)] + " " + line[odd.end(1) :]
        yield Mend("L108", mended, odd.start(1), {"char": f"U+{ord(odd[1][0]):04X}"})
    value = re.fullmatch(_VALUE, line)
    if value and value[2][0] in "{[｛［":
        start = len(value[1])
        mended = _plain_marks(line[start:])
        if mended != line[start:]:
            column = start + _common(mended, line[start:])
            if column < len(line) and line[column - 1] == ":":
                yield Mend("L126", line[:start] + mended, column - 1, {"found": _shown(line)})
            else:
                yield Mend("L123", line[:start] + mended, column, {"found": line[column]})


def _plain_marks(value: str) -> str:
    """A ``{…}`` value with plain brackets, and plain marks beside its names (not in texts)."""
    value = value.translate(_WIDE_BRACKETS)
    value = re.sub(r"([{,，]\s*[^\s{},，：:'\"]{1,30})(?:：|:(?=[^\s:/]))", r"\1: ", value)
    return re.sub(r"，(?=\s*[^\s{},，：:]{1,30}:\s)", ", ", value)


def misread(lines: list[str], first: int, last: int) -> dict[int, Mend]:
    """Mends for lines that were read as one running text but are items or names with values."""
    dashes = {n: mend for n in range(first, last + 1) for mend in tight_dash(lines[n])}
    if first in dashes:
        return dashes
    pairs = {n: re.fullmatch(_WIDE_KEY, lines[n]) for n in range(first, last + 1)}
    # Prose may hold such a colon; an amount or formula behind it tells names with values.
    if not any(pair and re.fullmatch(r"\s*[0-9=＝{].*", pair[2]) for pair in pairs.values()):
        return {}
    return {n: mend for n in pairs for mend in punctuation(lines[n]) if mend.code == "L122"}


def tight_dash(line: str) -> Iterator[Mend]:
    """``-名称``: no space behind the dash of a list item."""
    dash = re.fullmatch(_TIGHT_DASH, line)
    if dash:
        yield Mend("L119", f"{dash[1]}- {dash[2]}", len(dash[1]), {"found": _shown(line)})


def _braces(line: str) -> Iterator[Mend]:
    """A brace or comma too few or too many in a ``{…}`` value."""
    value = re.fullmatch(_VALUE, line)
    if not value or value[2][0] not in "{[":
        return
    start, inside, rest = len(value[1]), value[2], value[3]
    values: dict[str, object] = {"found": _shown(line)}
    close = "}" if inside[0] == "{" else "]"
    if inside.count(inside[0]) > inside.count(close):
        yield Mend("L127", value[1] + inside + close + rest, start, values)
    if inside.count(close) > inside.count(inside[0]):
        column = start + inside.rindex(close)
        yield Mend("L127", value[1] + inside[:-1] + rest, column, values)
    parted = re.sub(r"(?<=[^\s,{]) +(?=[^\s:,{}\[\]]+: )", ", ", inside)
    if parted != inside:
        yield Mend("L127", value[1] + parted + rest, start + _common(parted, inside), values)


def quoted(line: str) -> Iterator[Mend]:
    """The whole value in quotes."""
    value = re.fullmatch(_VALUE, line) if len(line) <= MAX_LINE else None
    if not value or not value[1].strip():
        return
    start, typed = len(value[1]), value[2]
    inner = typed.replace("\\", "\\\\").replace('"', '\\"')
    mended = f'{value[1]}"{inner}"{value[3]}'
    if typed[0] in "&*":
        yield Mend("L112", mended, start, {})
    elif typed[0] in _NEEDS_QUOTES:
        yield Mend("L124", mended, start, {"found": typed[:40], "char": typed[0]})
    elif re.search(r":(?:\s|$)", typed):
        column = start + typed.index(":")
        yield Mend("L125", mended, column, {"found": typed[:40]})


def _indentation(lines: list[str], number: int) -> Iterator[Mend]:
    """The indentation of a neighbour."""
    line = lines[number]
    rest = line.lstrip(" ")
    own = len(line) - len(rest)
    widths = []
    for step in (-1, 1):
        other = number + step
        while 0 <= other < len(lines) and not _says(lines[other]):
            other += step
        if 0 <= other < len(lines):
            width = len(lines[other]) - len(lines[other].lstrip(" "))
            widths += [width, width + 2] if step == -1 else [width]
    for width in sorted(dict.fromkeys(widths), key=lambda width: abs(width - own)):
        if width != own:
            yield Mend("L128", " " * width + rest, own, {"found": _shown(line)})


def _left_out(line: str) -> Mend:
    column = len(line) - len(line.lstrip())
    return Mend("L120", line[:column] + "#", column, {"found": _shown(line)}, lossy=True)
