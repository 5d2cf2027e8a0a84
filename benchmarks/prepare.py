"""Templates and ready-made values for the plain scripts, taken from a set that gen rendered.

Each tag of the shipped templates becomes a bare name, its value the text gen prints for it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from html import unescape
from typing import Any

from generator.figures.model import Figure, Names, Phrase
from generator.formats.docx import render as docx
from generator.formats.proof import plain
from generator.language import markers
from generator.language.environment import compile_source, run
from generator.language.narrative import Block

TAG = re.compile(r"\{\{(p?)\s+(.*?)\s*\}\}|\{%(tr|p)\s+(.*?)\s*%\}")
PARAGRAPH = re.compile(r"<w:p[ >](?:(?!</w:p>).)*\{\{p 正文 \}\}.*?</w:p>", re.DOTALL)
#: A condition inside a paragraph: a plain script is handed what comes of it.
CONDITION = re.compile(r"\{% if (.*?) %\}(.*?)(?:\{% else %\}(.*?))?\{% endif %\}", re.DOTALL)
MERGED = re.compile(r"\s*\|\s*合并(?:\((.*)\))?$")


class Values:
    """Evaluates gen's expressions to what a plain script would be handed."""

    def __init__(self, context: Mapping[str, object]) -> None:
        self.context = dict(context)
        self.kept: dict[str, Any] = {}

        def keep(value: object) -> str:
            self.kept["value"] = value
            return ""

        self.environment = docx.environment().overlay()
        self.environment.filters = {**docx.environment().filters, "_keep": keep}

    def value(self, expression: str, scope: Mapping[str, object]) -> object:
        """The value of ``expression``, filters applied."""
        source = "{{ (" + expression + ") | _keep }}"
        code = compile_source(self.environment, source, "benchmark")
        run(self.environment, code, {**self.context, **scope})
        return self.kept["value"]

    def holds(self, condition: str) -> bool:
        """Whether a condition of a template holds."""
        environment = docx.environment()
        code = compile_source(environment, f"{{% if {condition} %}}1{{% endif %}}", "benchmark")
        return bool(run(environment, code, self.context))

    def text(self, expression: str, scope: Mapping[str, object]) -> str:
        """What gen prints for it in Word."""
        source = "{{ " + expression + " }}"
        environment = docx.environment()
        code = compile_source(environment, source, "benchmark")
        return plain(run(environment, code, {**self.context, **scope}))

    def cell(self, expression: str, scope: Mapping[str, object]) -> object:
        """What gen puts into an Excel cell: a number where it has one."""
        value = self.value(expression, scope)
        if isinstance(value, Phrase) and value.number is not None:
            return float(value.number)
        if isinstance(value, Figure):
            shown = value.numeral if value.numeral.replace(".", "").isdigit() else ""
            if shown:
                return float(shown) / (100 if value.suffix == "%" else 1)
            return value.text
        return value if isinstance(value, int) else unescape(str(value))

    def rows(self, name: str, variable: str, expressions: list[str], excel: bool) -> list[Any]:
        """One ready-made row per item of the list ``name``; repeated group labels blanked."""
        items = self.value(name, {})
        assert isinstance(items, list)
        out: list[dict[str, Any]] = []
        before: dict[str, Any] = {}
        for item in items:
            scope = {variable: item}
            row = {}
            for expression in expressions:
                merge = MERGED.search(expression)
                bare = MERGED.sub("", expression)
                show = self.cell(bare, scope) if excel else self.text(bare, scope)
                if merge:
                    parents = merge[1] or ""
                    key = (self.text(parents, scope) if parents else "", self.text(bare, scope))
                    show = None if before.get(expression) == key else show
                    before[expression] = key
                row[expression] = show if show is not None or excel else ""
            out.append(row)
        return out


def word(
    raw: bytes, context: Names, blocks: tuple[Block, ...], prefix: str = "t"
) -> tuple[bytes, dict[str, Any]]:
    """A plain docxtpl template and its context; names in it begin with ``prefix``."""
    values = Values(context)
    ready: dict[str, Any] = {prefix: {}}
    members = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if name.startswith("word/") and name.endswith(".xml") and b"{{" in data:
                data = _plain_part(data.decode(), values, ready, blocks, prefix).encode()
            members[name] = data
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue(), ready


def _plain_part(
    xml: str, values: Values, ready: dict[str, Any], blocks: tuple[Block, ...], prefix: str
) -> str:
    def narrative(match: re.Match[str]) -> str:
        ready["blocks"] = [plain(markers.strip(block.text)[0]) for block in blocks]
        tag = match[0]
        return (
            tag.replace("{{p 正文 }}", "{%p for b in blocks %}")
            + tag.replace("{{p 正文 }}", "{{ b }}")
            + tag.replace("{{p 正文 }}", "{%p endfor %}")
        )

    xml = PARAGRAPH.sub(narrative, xml)
    xml = CONDITION.sub(lambda m: m[2] if values.holds(unescape(m[1])) else m[3] or "", xml)
    keys: dict[str, str] = {}
    loop: tuple[str, str, str] | None = None
    wanted: dict[str, list[str]] = {}

    def tag(match: re.Match[str]) -> str:
        nonlocal loop
        _, expression, scope, statement = match.groups()
        if expression is not None:
            expression = unescape(expression).replace("‘", "'").replace("’", "'")
            if expression == "b" or expression.startswith("loop."):
                return match[0]
            key = keys.setdefault(expression, f"k{len(keys)}")
            if loop is None:
                ready[prefix][key] = values.text(expression, {})
                return f"{{{{ {prefix}.{key} }}}}"
            wanted[loop[2]].append(expression)
            return f"{{{{ {loop[0]}.{key} }}}}"
        started = re.fullmatch(r"for (\w+) in (.+)", statement)
        if started and started[2] != "blocks":
            name = f"{prefix}rows{len(wanted)}"
            loop = (started[1], started[2], name)
            wanted[name] = []
            lists[name] = (started[2], started[1])
            return f"{{%{scope} for {started[1]} in {name} %}}"
        if statement == "endfor":
            loop = None
        return match[0]

    lists: dict[str, tuple[str, str]] = {}
    xml = TAG.sub(tag, xml)
    for name, (source, variable) in lists.items():
        rows = values.rows(source, variable, wanted[name], excel=False)
        ready[name] = [{keys[e]: text for e, text in row.items()} for row in rows]
    return xml


def excel(raw: bytes, context: Names) -> dict[str, Any]:
    """Ready-made values for ``plain.excel``, by expression."""
    from openpyxl import load_workbook

    values = Values(context)
    texts: dict[str, Any] = {}
    loops: dict[str, Any] = {}
    for sheet in load_workbook(io.BytesIO(raw)):
        loop: tuple[str, str, list[str]] | None = None
        for line in sheet.iter_rows():
            for cell in line:
                if not isinstance(cell.value, str):
                    continue
                started = re.fullmatch(r"\{%tr for (\w+) in (.+?) %\}", cell.value)
                if started:
                    loop = (started[1], started[2], [])
                elif cell.value == "{%tr endfor %}" and loop is not None:
                    loops[loop[1]] = values.rows(loop[1], loop[0], loop[2], excel=True)
                    loop = None
                whole = re.fullmatch(r"\{\{\s*(.*?)\s*\}\}", cell.value)
                for found in re.findall(r"\{\{\s*(.*?)\s*\}\}", cell.value):
                    if loop is not None:
                        loop[2].append(found)
                    else:
                        texts[found] = values.cell(found, {}) if whole else values.text(found, {})
    return {"texts": texts, "loops": loops}
