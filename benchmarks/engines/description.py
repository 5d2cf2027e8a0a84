"""What every engine is given: the templates of a set in one neutral form, and ready-made values.

The neutral form is docxtpl's: bare names in ``{{ }}``, loops of rows and of paragraphs, nothing
nested. Each tag of the shipped templates becomes such a name, its value what gen prints for it;
conditions are decided, merged labels blanked, and a formula is handed over as its number.
``syntax`` turns it into the words of each engine.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from html import escape, unescape
from typing import Any, ClassVar

from jinja2 import pass_context

from generator.figures.model import Figure, Names, Phrase
from generator.formats.docx import render as docx
from generator.formats.proof import plain
from generator.language import markers
from generator.language.environment import compile_source, run
from generator.language.narrative import Block

TAG = re.compile(r"\{\{\s+(.*?)\s*\}\}|\{%tr\s+(.*?)\s*%\}")
LOOP = re.compile(r"for (\w+) in (.+)")
PARAGRAPH = re.compile(r"<w:p[ >](?:(?!</w:p>).)*</w:p>", re.DOTALL)
TEXT = re.compile(r"<w:t(?: [^>]*)?>(.*?)</w:t>", re.DOTALL)
CONTROL = re.compile(r"\{%p\s+(\w+)(.*?)%\}")
#: A condition inside a paragraph: an engine is handed what comes of it.
CONDITION = re.compile(r"\{% if (.*?) %\}(.*?)(?:\{% else %\}(.*?))?\{% endif %\}", re.DOTALL)
MERGED = re.compile(r"\s*\|\s*合并(?:\((.*?)\))?$")
NARRATIVE = "{{p 正文 }}"


def _keeping() -> tuple[Any, dict[str, Any]]:
    kept: dict[str, Any] = {}

    @pass_context  # not worked out when it is compiled
    def keep(_: object, value: object) -> str:
        kept["value"] = value
        return ""

    environment = docx.environment().overlay()
    environment.filters = {**docx.environment().filters, "_keep": keep}
    return environment, kept


class Values:
    """Evaluates gen's expressions to what an engine is handed."""

    _environment, _kept = _keeping()
    _codes: ClassVar[dict[tuple[bool, str], Any]] = {}

    def __init__(self, context: Mapping[str, object]) -> None:
        self.context = dict(context)

    def _run(self, source: str, scope: Mapping[str, object], *, keeping: bool = False) -> str:
        environment = self._environment if keeping else docx.environment()
        code = self._codes.get((keeping, source))
        if code is None:
            code = self._codes[keeping, source] = compile_source(environment, source, "benchmark")
        return run(environment, code, {**self.context, **scope})

    def value(self, expression: str, scope: Mapping[str, object]) -> object:
        """The value of ``expression``, filters applied."""
        self._run("{{ (" + expression + ") | _keep }}", scope, keeping=True)
        return self._kept["value"]

    def printed(self, source: str, scope: Mapping[str, object] | None = None) -> str:
        """What gen prints in Word for a piece of a template."""
        return plain(self._run(source, scope or {}))

    def text(self, expression: str, scope: Mapping[str, object]) -> str:
        return self.printed("{{ " + expression + " }}", scope)

    def cell(self, expression: str, scope: Mapping[str, object]) -> object:
        """What gen puts into an Excel cell: a number where it has one."""
        value = self.value(expression, scope)
        if isinstance(value, Phrase) and value.number is not None:
            return float(value.number)
        if isinstance(value, Figure):
            if not value.numeral.replace(".", "").isdigit():
                return value.text
            return float(value.numeral) / (100 if value.suffix == "%" else 1)
        return value if isinstance(value, int) else unescape(str(value))

    def rows(self, source: str, variable: str, wanted: Mapping[str, Cell]) -> list[dict[str, Any]]:
        """One row of ready-made values per item of the list; repeated group labels blanked."""
        items = self.value(source, {})
        assert isinstance(items, list | tuple)
        out: list[dict[str, Any]] = []
        before: dict[str, object] = {}
        for number, item in enumerate(items, 1):
            scope = {variable: item, "loop": {"index": number}}
            row = {}
            for key, (expression, show) in wanted.items():
                merge = MERGED.search(expression)
                value = show(MERGED.sub("", expression), scope)
                if merge:
                    group = (self.text(merge[1], scope) if merge[1] else "", value)
                    value, before[key] = "" if before.get(key) == group else value, group
                row[key] = value
            out.append(row)
        return out


#: An expression and how its value is shown.
Cell = tuple[str, Callable[[str, Mapping[str, object]], object]]


class Naming:
    """The bare names of one template, and the values behind them."""

    def __init__(self, values: Values, prefix: str = "") -> None:
        self.values, self.prefix = values, prefix
        self.ready: dict[str, Any] = {}
        #: The lists that rows are made of, as the template names them.
        self.lists: set[str] = set()
        self._keys: dict[object, str] = {}
        self._loop: tuple[str, str, str, dict[str, Cell]] | None = None

    def tag(self, expression: str, *, cell: bool = False) -> str:
        """The neutral tag for an expression where the template stands now."""
        show = self.values.cell if cell else self.values.text
        key = self._keys.setdefault((expression, cell), f"{self.prefix}k{len(self._keys)}")
        if self._loop is not None:
            self._loop[3][key] = expression, show
            return f"{{{{ r.{key} }}}}"
        self.ready[key] = show(expression, {})
        return f"{{{{ {key} }}}}"

    def statement(self, said: str) -> str:
        """The neutral statement at the beginning or the end of a loop of rows."""
        if started := LOOP.fullmatch(said):
            name = self.named("rows")
            self._loop = name, started[2], started[1], {}
            return f"{{%tr for r in {name} %}}"
        assert said == "endfor", said
        assert self._loop is not None
        name, source, variable, wanted = self._loop
        self.lists.add(source)
        self.ready[name] = self.values.rows(source, variable, wanted)
        self._loop = None
        return "{%tr endfor %}"

    def named(self, kind: str) -> str:
        """A name for the next list."""
        return f"{self.prefix}{kind}{sum(isinstance(v, list) for v in self.ready.values())}"


def word(
    raw: bytes, context: Names, blocks: tuple[Block, ...], prefix: str = ""
) -> tuple[bytes, Naming]:
    """A Word template in the neutral form and its names, which begin with ``prefix``."""
    names, members = Naming(Values(context), prefix), unpacked(raw)
    for name, data in members.items():
        if name.startswith("word/") and name.endswith(".xml") and b"{{" in data:
            members[name] = _part(data.decode(), names, blocks).encode()
    return packed(members), names


def unpacked(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Mapping[str, bytes]) -> bytes:
    """The same bytes for the same members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _part(xml: str, names: Naming, blocks: tuple[Block, ...]) -> str:
    def tag(match: re.Match[str]) -> str:
        expression, statement = (unescape(one or "") for one in match.groups())
        if statement:
            return names.statement(statement)
        return match[0] if expression == "p.text" else names.tag(_quoted(expression))

    xml = _paragraphs(xml, names, [_said(text) for b in blocks for text in b.texts])
    return TAG.sub(tag, _decided(xml, names))


def _decided(text: str, names: Naming) -> str:
    def holds(condition: str) -> bool:
        return bool(names.values.printed(f"{{% if {unescape(condition)} %}}1{{% endif %}}"))

    return CONDITION.sub(lambda m: m[2] if holds(m[1]) else m[3] or "", text)


def _said(text: str) -> str:
    return plain(markers.strip(text)[0])


def _quoted(expression: str) -> str:
    return expression.replace("‘", "'").replace("’", "'")


def _paragraphs(xml: str, names: Naming, narrative: list[str]) -> str:
    """Every run of paragraphs under ``{%p %}`` as one loop over the texts that come of it."""
    out: list[str] = []
    block: list[str] = []
    depth = done = 0
    for match in PARAGRAPH.finditer(xml):
        text = unescape("".join(TEXT.findall(match[0])))
        control = CONTROL.search(text)
        if control:
            depth += control[1] in ("for", "if")
            depth -= control[1] in ("endfor", "endif")
        if depth or control:
            if not block:
                out.append(xml[done : match.start()])
                first = ""
            block.append(f"{{% {control[1]}{control[2]}%}}" if control else f"{text}\n")
            first = first or ("" if control else match[0])
            done = match.end()
            if not depth:
                said = names.values.printed("".join(block)).splitlines()
                out.append(_texts(names, [line for line in said if line.strip()], first))
                block = []
        elif NARRATIVE in text:
            out += xml[done : match.start()], _texts(names, narrative, match[0])
            done = match.end()
    return "".join(out) + xml[done:]


def _texts(names: Naming, texts: list[str], like: str) -> str:
    name = names.named("texts")
    names.ready[name] = [{"text": text} for text in texts]
    style = re.search(r"<w:pPr>.*?</w:pPr>", like, re.DOTALL)
    run_style = re.search(r"<w:r>(<w:rPr>.*?</w:rPr>)", like, re.DOTALL)

    def paragraph(said: str) -> str:
        return (
            f"<w:p>{style[0] if style else ''}<w:r>{run_style[1] if run_style else ''}"
            f'<w:t xml:space="preserve">{escape(said)}</w:t></w:r></w:p>'
        )

    loop = f"{{%p for p in {name} %}}", "{{ p.text }}", "{%p endfor %}"
    return "".join(map(paragraph, loop))


def excel(raw: bytes, context: Names) -> tuple[bytes, Naming]:
    """An Excel template in the neutral form and its names."""
    names = Naming(Values(context))
    cells = tuple((*at, _cell(text, names)) for *at, text in _tagged(raw))
    return _with_cells(raw, cells), names


@cache
def _tagged(raw: bytes) -> tuple[tuple[Any, ...], ...]:
    """The cells with tags: sheet, row, column, text."""
    from openpyxl import load_workbook

    return tuple(
        (sheet.title, cell.row, cell.column, cell.value)
        for sheet in load_workbook(io.BytesIO(raw))
        for line in sheet.iter_rows()
        for cell in line
        if isinstance(cell.value, str) and "{" in cell.value
    )


@cache
def _with_cells(raw: bytes, cells: tuple[tuple[Any, ...], ...]) -> bytes:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(raw))
    for sheet, row, column, text in cells:
        book[sheet].cell(row, column).value = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(text: str, names: Naming) -> str:
    if statement := re.fullmatch(r"\{%tr\s+(.*?)\s*%\}", text):
        return names.statement(statement[1])
    text = _decided(text, names)
    whole = re.fullmatch(r"\{\{\s*((?:(?!\}\}).)*?)\s*\}\}", text)
    return re.sub(r"\{\{\s*(.*?)\s*\}\}", lambda m: names.tag(m[1], cell=bool(whole)), text)
