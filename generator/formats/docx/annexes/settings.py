"""Settings of whole documents: what an annex cannot bring along into a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from generator.formats.docx.annexes.parts import Parts
from generator.formats.docx.xml import local, parent_of, w

#: Settings of a document that move its lines and pages, in the words of Word's own menus.
_WORDED: Final = {
    "defaultTabStop": "默认制表位",
    "characterSpacingControl": "字符间距控制（标点压缩）",
    "autoHyphenation": "自动断字",
    "noLineBreaksAfter": "行尾禁则字符",
    "noLineBreaksBefore": "行首禁则字符",
    "strictFirstAndLastChars": "严格的首尾字符",
    "mirrorMargins": "对称页边距",
    "gutterAtTop": "装订线位置",
    "compatibilityMode": "兼容模式（Word 版本）",
}
_COMPATIBILITY: Final = "兼容性选项"


def differences(annex: Parts, report: Parts) -> list[str]:
    """Settings that move lines and differ between the two, in Chinese; the report's will hold."""
    mine, others = _settings(annex), _settings(report)
    odd = [key for key in {**mine, **others} if mine.get(key) != others.get(key)]
    return list(dict.fromkeys(_WORDED.get(key, f"{_COMPATIBILITY} {key}") for key in sorted(odd)))


def _settings(parts: Parts) -> Mapping[str, str]:
    name = parts.named("settings")
    found: dict[str, str] = {}
    for child in parts.tree(name) if name else ():
        key, value = local(child), str(child.get(w("val")) or "1")
        if key in _WORDED:
            found[key] = value
        elif key == "compat":
            for option in child:
                key, value = local(option), str(option.get(w("val")) or "1")
                if key == "compatSetting":
                    key = str(option.get(w("name")))
                found[key] = value
    return {key: value for key, value in found.items() if value not in ("0", "false", "off")}


def dissolve_properties(body: etree._Element) -> None:
    """Fields that show a property of the annex's file become the text they show.

    In the report the property is not there, and Word would print an error in its stead.
    """
    for simple in list(body.iter(w("fldSimple"))):
        if _shows_property(str(simple.get(w("instr")))):
            for child in list(simple):
                simple.addprevious(child)
            parent_of(simple).remove(simple)
    for paragraph in body.iter(w("p")):
        _dissolve_fields(paragraph)


def _dissolve_fields(paragraph: etree._Element) -> None:
    code, held, waiting = "", list[etree._Element](), False
    for run in list(paragraph.iter(w("r"))):
        marks = [mark.get(w("fldCharType")) for mark in run.findall(w("fldChar"))]
        if "begin" in marks:
            code, held, waiting = "", [], True
        if waiting:
            code += "".join(text.text or "" for text in run.findall(w("instrText")))
        if marks or (waiting and run.find(w("instrText")) is not None):
            held.append(run)
        if "separate" in marks:
            waiting = False
        if "end" in marks:
            if _shows_property(code):
                for gone in held:
                    parent_of(gone).remove(gone)
            code, held, waiting = "", [], False


def _shows_property(code: str) -> bool:
    return code.strip().upper().startswith("DOCPROPERTY")
