"""Themes: fonts and colours by name, made plain where two files mean different ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from generator.formats.docx.xml import local, w

_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
#: Attributes of ``w:rFonts`` that name a font of the theme, and what they stand in for.
_FONTS: Final = {
    "asciiTheme": "ascii", "hAnsiTheme": "hAnsi", "eastAsiaTheme": "eastAsia", "cstheme": "cs",
}  # fmt: skip
_FACES: Final = {"Ascii": "latin", "HAnsi": "latin", "EastAsia": "ea", "Bidi": "cs"}
#: Scripts whose faces stand for an empty East Asian face.
_SCRIPTS: Final = {"zh-CN": "Hans", "zh-SG": "Hans", "zh-TW": "Hant", "zh-HK": "Hant", "ja": "Jpan"}
#: A colour of the theme stands beside a plain one that says the same; these only name it.
_COLOURS: Final = (
    "themeColor", "themeTint", "themeShade", "themeFill", "themeFillTint", "themeFillShade",
)  # fmt: skip


class Theme:
    """The fonts and colours of a file's theme; without one, none."""

    def __init__(self, theme: etree._Element | None, settings: etree._Element | None) -> None:
        self._fonts = {} if theme is None else _fonts(theme, _language(settings))
        self._colours = {} if theme is None else _colours(theme, settings)

    def settle(self, root: etree._Element, other: Theme | None) -> None:
        """Make plain what ``root`` takes from this theme, unless ``other`` says the same."""
        if other is None or other._fonts != self._fonts:
            for fonts in root.iter(w("rFonts")):
                self._plain_fonts(fonts)
        if other is None or other._colours != self._colours:
            for element in root.iter():
                for name in _COLOURS:
                    element.attrib.pop(w(name), "")
            for colour in list(root.iter(f"{_A}schemeClr")):
                plain = self._colours.get(str(colour.get("val")))
                if plain is not None:
                    colour.tag = f"{_A}srgbClr"
                    colour.set("val", plain)

    def _plain_fonts(self, fonts: etree._Element) -> None:
        for theme, slot in _FONTS.items():
            named = fonts.attrib.pop(w(theme), "")
            face = self._fonts.get(str(named))
            if face:
                fonts.set(w(slot), face)


def _language(settings: etree._Element | None) -> str:
    said = None if settings is None else settings.find(w("themeFontLang"))
    return "" if said is None else str(said.get(w("eastAsia")) or "")


def _fonts(theme: etree._Element, language: str) -> Mapping[str, str]:
    script = _SCRIPTS.get(language, _SCRIPTS.get(language[:2], ""))
    found: dict[str, str] = {}
    for size in ("major", "minor"):
        scheme = theme.find(f".//{_A}{size}Font")
        for slot, child in _FACES.items() if scheme is not None else ():
            face = None if scheme is None else scheme.find(f"{_A}{child}")
            name = "" if face is None else str(face.get("typeface") or "")
            if not name and slot == "EastAsia" and scheme is not None:
                faces = {f.get("script"): f.get("typeface") for f in scheme.findall(f"{_A}font")}
                name = str(faces.get(script) or "")
            found[size + slot] = name
    return found


def _colours(theme: etree._Element, settings: etree._Element | None) -> Mapping[str, str]:
    scheme = theme.find(f".//{_A}clrScheme")
    plain: dict[str, str] = {}
    for entry in scheme if scheme is not None else ():
        for colour in entry:
            value = colour.get("val") if local(colour) == "srgbClr" else colour.get("lastClr")
            plain[local(entry)] = str(value or "")
    # Word's own names for the first four go through a mapping of the document.
    names = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
    mapping = None if settings is None else settings.find(w("clrSchemeMapping"))
    if mapping is not None:
        long = {"light1": "lt1", "dark1": "dk1", "light2": "lt2", "dark2": "dk2"}
        for name, short in (("bg1", "bg1"), ("t1", "tx1"), ("bg2", "bg2"), ("t2", "tx2")):
            said = str(mapping.get(w(name)) or "")
            names[short] = long.get(said, names[short])
    return plain | {name: plain[scheme] for name, scheme in names.items() if scheme in plain}
