"""Fonts that documents ask for, and what stands in for those that are not there."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from typing import Final

from generator.office import installed

_TEXTS: Final = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_FONTS: Final = re.compile(r"<w:rFonts [^>]*>")
_NAME: Final = re.compile(r'w:(?:ascii|hAnsi|eastAsia)="([^"]+)"')
_USED: Final = re.compile(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"')
_STYLE: Final = re.compile(r"<w:style .*?</w:style>", re.DOTALL)
_STYLE_ID: Final = re.compile(r'w:styleId="([^"]+)"')
_BASED: Final = re.compile(r'<w:basedOn w:val="([^"]+)"')
_DEFAULTS: Final = re.compile(r"<w:docDefaults>.*?</w:docDefaults>", re.DOTALL)
_CELL_FONT: Final = re.compile(r'<(?:name|rFont) val="([^"]+)"')
_SECONDS: Final = 20


def asked_for(members: Mapping[str, bytes]) -> set[str]:
    """The fonts that the texts of a Word or Excel file are set in, by the names they are given."""
    texts = [data.decode("utf-8", "replace") for n, data in members.items() if _TEXTS.fullmatch(n)]
    if not texts:
        styles = members.get("xl/styles.xml", b"").decode("utf-8", "replace")
        return set(_CELL_FONT.findall(styles))
    sheet = members.get("word/styles.xml", b"").decode("utf-8", "replace")
    styles_by_id = {
        found[1]: style for style in _STYLE.findall(sheet) if (found := _STYLE_ID.search(style))
    }
    waiting = [i for i, style in styles_by_id.items() if 'w:default="1"' in style]
    waiting += (name for text in texts for name in _USED.findall(text))
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in styles_by_id and name not in reached:
            reached.add(name)
            texts.append(styles_by_id[name])
            waiting += _BASED.findall(styles_by_id[name])
    texts += _DEFAULTS.findall(sheet)
    return {n for text in texts for fonts in _FONTS.findall(text) for n in _NAME.findall(fonts)}


def substitutions(names: Iterable[str]) -> dict[str, str] | None:
    """Fonts that are not there, and what stands in for each, empty where that is not known.

    None where nobody can tell: without fontconfig, and without a font in the folders of fonts.
    """
    wanted = sorted(set(names))
    program = shutil.which("fc-match")
    found = None if program is None else _matched(program, wanted)
    if found is not None:
        return found
    known = installed.families(installed.folders())
    if not known:
        return None
    return {name: "" for name in wanted if name.strip().casefold() not in known}


def _matched(program: str, names: Iterable[str]) -> dict[str, str] | None:
    """What fontconfig takes for those that are not there; None where it does not say."""
    found: dict[str, str] = {}
    for name in names:
        try:
            ran = subprocess.run(
                [program, "-f", "%{family}", "--", name.replace("\\", "").replace(":", " ")],
                capture_output=True, encoding="utf-8", errors="replace", timeout=_SECONDS,
                check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        families = [family.strip() for family in ran.stdout.split(",")]
        if families[0] and name.casefold() not in {family.casefold() for family in families}:
            found[name] = families[0]
    return found
