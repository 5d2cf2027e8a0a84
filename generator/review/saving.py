"""The page as one file to mail: everything in it, nothing asked of a server or the network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from generator.records.ticks import MAX_NAME, Tick, Ticks, usable
from generator.review.server import static

#: Modules in the order in which each finds what it imports: modules do not load from a file.
_MODULES: Final = (
    "dom.js", "store.js", "paper.js", "view.js", "charts.js", "panel.js", "main.js",
)  # fmt: skip
_IMPORT: Final = re.compile(
    r'^import (?:\{([^}]*)\}|\* as (\w+)) from "\./([\w.]+)";\n', re.MULTILINE
)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|const|let) ?)", re.MULTILINE)
_EXPORTED: Final = re.compile(r"^export (?:async )?(?:function|const|let) (\w+)", re.MULTILINE)
_SHEET: Final = '<link rel="stylesheet" href="review.css">\n'
_SCRIPT: Final = '<script type="module" src="main.js"></script>\n'
_CHARSET, _END = '<meta charset="utf-8">\n', "</body>"
#: What a browser takes a text in a script for must not end it, nor begin a comment.
_ESCAPES: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
#: A file with the ticks of one unit is smaller by far.
MAX_BYTES: Final = 8 * 1024 * 1024


class NoTicks(ValueError):
    """A file holds no ticks; the text says why, in Chinese."""


def script(files: Mapping[str, bytes]) -> str:
    """The modules as one script: each a function that gives what it exports."""
    parts = ['"use strict";', "const modules = {};"]
    for name in _MODULES:
        text = files[name].decode()
        names = ", ".join(_EXPORTED.findall(text))
        body = _EXPORT.sub("", _IMPORT.sub(_taken, text))
        parts.append(f'modules["{name}"] = (() => {{\n{body}return {{ {names} }};\n}})();')
    return "\n".join(parts) + "\n"


def _taken(found: re.Match[str]) -> str:
    names = found[2] or f"{{{found[1]}}}"
    return f'const {names} = modules["{found[3]}"];\n'


def page(units: Sequence[Mapping[str, Any]]) -> bytes:
    """One HTML file with the sets of ``units``, as ``Unit.data`` gives them."""
    files = static()
    sheet, code = files["review.css"].decode(), script(files)
    policy = (
        f"default-src 'none'; script-src '{_digest(code)}'; style-src '{_digest(sheet)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    # Where the workspace is concerns nobody else.
    held = {"units": [{**unit, "root": "", "versions": []} for unit in units]}
    data = json.dumps(held, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    html, code_held = files["index.html"].decode(), f"<script>{code}</script>\n"
    for given, own in (
        (_SHEET, f"<style>{sheet}</style>\n"),
        (_SCRIPT, ""),
        (_CHARSET, f'{_CHARSET}<meta http-equiv="Content-Security-Policy" content="{policy}">\n'),
        (_END, f'<script type="application/json" id="data">{data}</script>\n{code_held}{_END}'),
    ):
        assert given in html
        html = html.replace(given, own)
    return html.encode()


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def taken(raw: bytes) -> tuple[str, int, Ticks]:
    """Unit, year and ticks of a file that the page exported. Raises ``NoTicks``."""
    if len(raw) > MAX_BYTES:
        raise NoTicks("文件太大，不是页面导出的核对记录")
    try:
        plain = json.loads(raw.decode("utf-8-sig"))
        unit, year, listed = plain["unit"], plain["year"], plain["ticks"]
        ticks = {one["name"]: Tick(one["value"], one["wording"], one["by"]) for one in listed}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoTicks("不是页面导出的核对记录，或者只剩一半") from error
    texts = [
        text for name, tick in ticks.items() for text in (name, tick.value, tick.wording, tick.by)
    ]
    if plain.get("gen") != "核对记录" or type(unit) is not str or type(year) is not int:
        raise NoTicks("不是页面导出的核对记录")
    if not all(type(text) is str for text in texts):
        raise NoTicks("里面有不是文字的东西")
    if not all(usable(tick.by) for tick in ticks.values()):
        raise NoTicks(f"有的没有核对人的姓名，或者姓名超过{MAX_NAME}个字")
    return unit, year, ticks
