"""What may be in a package: kinds of relations, content types, link targets, elements.

Parts are judged by what leads to them and by what they are said to be, never by file name. What
is known to do nothing stays; what runs, fetches or hides is refused; what editors leave behind
and nothing needs is taken out. A kind nobody knows is taken out if nothing names it, else refused.

The kinds are the relationship types of ECMA-376 part 1 (§11.3, §12.3, §13.3, §14.2, §15.2) and of
[MS-DOCX], [MS-XLSX], [MS-OFFMACRO2], [MS-CUSTOMUI] and [MS-OWEXML], each by its last word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

#: The words of what a template may not bring along, by kind of relation.
REFUSED: Final = {
    "vbaproject": "宏", "vbaprojectsignature": "宏", "vbaprojectsignatureagile": "宏",
    "vbaprojectsignaturev3": "宏", "wordvbadata": "宏", "xlmacrosheet": "宏表",
    "xlintlmacrosheet": "宏表", "dialogsheet": "对话框表", "attachedtoolbars": "自定义工具栏",
    "extensibility": "自定义功能区", "usercustomization": "自定义功能区",
    "keymapcustomizations": "自定义快捷键",
    "control": "ActiveX 控件", "activexcontrolbinary": "ActiveX 控件",
    "webextension": "网页加载项", "webextensiontaskpanes": "网页加载项", "taskpanes": "网页加载项",
    "oleobject": "嵌入的对象", "package": "嵌入的文件",
    "afchunk": "整篇插入的外部内容", "alternativeformatimport": "整篇插入的外部内容",
    "subdocument": "子文档", "frame": "框架页", "transform": "XML 转换",
    "mailmergesource": "邮件合并的数据源", "mailmergeheadersource": "邮件合并的数据源",
    "mailmergerecipientdata": "邮件合并的数据源", "recipientdata": "邮件合并的数据源",
    "externallink": "外部工作簿的链接", "externallinkpath": "外部工作簿的链接",
    "xlpathmissing": "外部工作簿的链接", "xlstartup": "外部工作簿的链接",
    "xllibrary": "外部工作簿的链接", "xlalternatestartup": "外部工作簿的链接",
    "externallinklongpath": "外部工作簿的链接",
    "connections": "数据连接", "querytable": "查询", "volatiledependencies": "实时数据",
    "powerpivotdata": "数据模型", "model": "数据模型", "python": "云端的 Python",
    "rdrichvaluewebimage": "网上的图片",
    "video": "视频", "audio": "音频", "media": "音频或视频", "ink": "手写墨迹",
}  # fmt: skip

#: What stands for itself: text, looks, pictures, data of the document.
KEPT: Final = frozenset({
    "officedocument", "core-properties", "extended-properties", "custom-properties",
    "styles", "styleswitheffects", "settings", "websettings", "fonttable", "font", "theme",
    "themeoverride", "numbering", "header", "footer", "footnotes", "endnotes", "comments",
    "commentsextended", "commentsids", "commentsextensible", "people", "person",
    "glossarydocument", "customxml", "customxmlprops", "image", "hdphoto", "hyperlink",
    "chart", "chartex", "chartstyle", "chartcolorstyle", "chartusershapes",
    "diagramdata", "diagramlayout", "diagramquickstyle", "diagramcolors", "diagramdrawing",
    "worksheet", "chartsheet", "sharedstrings", "calcchain", "drawing", "vmldrawing",
    "legacydiagramtext", "table", "tablesinglecells", "threadedcomment", "customproperty",
    "pivottable", "pivotcachedefinition", "pivotcacherecords", "slicer", "slicercache",
    "timeline", "timelinecache", "sheetmetadata", "namedsheetview", "featurepropertybag",
    "rdrichvalue", "rdrichvaluestructure", "rdrichvaluetypes", "richvaluerel", "richstyles",
    "rdarray", "rdsupportingpropertybag", "rdsupportingpropertybagstructure", "richvalue",
    "cellimage", "ctrlprop",
})  # fmt: skip

#: What editors leave in a file without anybody having asked, with its words; ``""``: no word is
#: lost on it, since every file has it.
STRIPPED: Final = {
    "attachedtemplate": "作者自己的模板（.dotm）的链接", "printersettings": "打印机的设置",
    "thumbnail": "", "origin": "数字签名", "xmlmaps": "XML 映射", "usernames": "共享工作簿的用户",
    "revisionheaders": "共享工作簿的修订记录",
}  # fmt: skip

#: Pieces of content types that are refused whatever leads to the part, and their words.
_REFUSED_TYPES: Final = (
    ("vbaproject", "宏"), ("macroenabled", "宏"), ("macrosheet", "宏表"), ("vbadata", "宏"),
    ("dialogsheet", "对话框表"), ("activex", "ActiveX 控件"), ("control", "控件"),
    ("oleobject", "嵌入的对象"), ("customui", "自定义功能区"),
    ("keymapcustomizations", "自定义快捷键"), ("attachedtoolbars", "自定义工具栏"),
    ("webextension", "网页加载项"), ("externallink", "外部工作簿的链接"),
    ("connections+xml", "数据连接"), ("querytable", "查询"), ("volatiledependencies", "实时数据"),
    ("mailmerge", "邮件合并的数据源"), ("inkml", "手写墨迹"), ("text/html", "网页"),
    ("xhtml", "网页"), ("message/rfc822", "网页"), ("multipart/", "网页"),
    ("application/rtf", "整篇插入的外部内容"), ("text/rtf", "整篇插入的外部内容"),
    ("ms-excel.sheet.binary", "嵌入的文件"), ("x-msdownload", "程序"), ("java", "程序"),
    ("audio/", "音频"), ("video/", "视频"), ("shockwave", "动画"),
)  # fmt: skip

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_SHEET: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE: Final = "urn:schemas-microsoft-com:office:office"
_OLD_EXCEL: Final = "urn:schemas-microsoft-com:office:excel"
_MASHUP: Final = "http://schemas.microsoft.com/DataMashup"

#: Elements that do something by themselves: (namespace, name) → words.
ACTIVE_ELEMENTS: Final = {
    (_WORD, "altChunk"): "整篇插入的外部内容", (_WORD, "subDoc"): "子文档",
    (_WORD, "mailMerge"): "邮件合并的数据源", (_WORD, "frameset"): "框架页",
    (_WORD, "saveThroughXslt"): "XML 转换", (_WORD, "control"): "ActiveX 控件",
    (_WORD, "objectEmbed"): "嵌入的对象", (_WORD, "objectLink"): "嵌入的对象",
    (_OFFICE, "OLEObject"): "嵌入的对象", (_MASHUP, "DataMashup"): "查询",
    (_OLD_EXCEL, "DDE"): "嵌入的对象", (_OLD_EXCEL, "MapOCX"): "ActiveX 控件",
    **dict.fromkeys(
        ((_OLD_EXCEL, f"Script{what}") for what in ("Text", "Language", "Extended", "Location")),
        "脚本",
    ),
    **{
        (space, name): words
        for space in (_SHEET, _STRICT_SHEET)
        for name, words in {
            "oleObject": "嵌入的对象", "ddeLink": "外部工作簿的链接",
            "externalReference": "外部工作簿的链接", "externalBook": "外部工作簿的链接",
            "connection": "数据连接", "queryTable": "查询", "webPr": "查询",
        }.items()
    },
}  # fmt: skip

#: Form controls of Excel: the type of the part that tells what one is, its root element, and what
#: may be said there ([MS-XLSX] 2.6.170, CT_FormControlPr).
CONTROL_TYPE: Final = "application/vnd.ms-excel.controlproperties+xml"
CONTROL_ROOT: Final = (
    "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",
    "formControlPr",
)
CONTROL_ELEMENTS: Final = frozenset({
    (_SHEET, "control"), (_STRICT_SHEET, "control"),
})  # fmt: skip
CONTROL_SAYS: Final = frozenset({
    "objectType", "checked", "colored", "dropLines", "dropStyle", "dx", "firstButton", "fmlaGroup",
    "fmlaLink", "fmlaRange", "fmlaTxbx", "horiz", "inc", "justLastX", "lockText", "max", "min",
    "multiSel", "noThreeD", "noThreeD2", "page", "sel", "seltype", "textHAlign", "textVAlign",
    "val", "widthMin", "editVal", "multiLine", "verticalBar", "passwordEdit", "autoLine", "print",
})  # fmt: skip
#: The kinds of controls that are of sheets, as both forms of the file call them in small letters;
#: those of dialog sheets (dialogs, boxes to type in) are not among them.
CONTROL_KINDS: Final = frozenset({
    "button", "checkbox", "drop", "gbox", "label", "list", "radio", "scroll", "spin",
})  # fmt: skip
#: Kinds of old drawings that are none of them.
_DIALOGS: Final = frozenset({"dialog", "edit", "editbox", "movie"})

#: Elements that only name a part that is taken out, and go with it.
NAMING_ELEMENTS: Final = frozenset({"attachedTemplate", "printerSettings"})

_HARMLESS_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)


def refused_type(content_type: str) -> str:
    """What a part of this type is, if it is refused; else empty."""
    if content_type == CONTROL_TYPE:
        return ""
    return next((words for piece, words in _REFUSED_TYPES if piece in content_type), "")


def odd_control(space: str, name: str, attributes: Mapping[str, str], *, root: bool) -> bool:
    """Whether an element of the part of a form control is none that such a part holds.

    ``root``: whether it is the first.
    """
    if root != ((space, name) == CONTROL_ROOT):
        return True
    kind = attributes.get("objectType", "").casefold()
    return root and not (kind in CONTROL_KINDS and attributes.keys() <= CONTROL_SAYS)


def of_dialogs(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element of an old drawing is a control of dialogs."""
    return name == "ClientData" and attributes.get("ObjectType", "").casefold() in _DIALOGS


def harmless(target: str) -> bool:
    """Whether a link may lead there: to a web page, an address, a place in the document.

    Only a click follows it; ``file:``, shares and programs are no places to send readers to.
    """
    return _HARMLESS_LINK.match(target.strip()) is not None
