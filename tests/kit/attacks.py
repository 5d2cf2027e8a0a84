"""What a template may try, in Word and in Excel: docs/安全.md lists it, the tests run it.

Each is put into a plain template (``word_base``, ``excel_base``) as its members.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from docx import Document
from openpyxl import Workbook

from kit.archives import Members, repacked, saved
from kit.controls import Put, put

Change = Callable[[Members], object]
MAIN, BOOK, SHEET = "word/document.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships/"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EMPTY = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'


@cache
def word_base() -> bytes:
    document = Document()
    document.add_paragraph("甲 MARK 乙")
    document.add_paragraph("{{ 年度 }}")
    return saved(document)


@cache
def excel_base() -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active.title = "表"
    book.active.append(["MARK", "{{ 年度 }}"])
    return saved(book)


def built(kind: str, change: Change) -> bytes:
    return repacked(word_base() if kind == "docx" else excel_base(), change)


# Changes


def related(source: str, kind: str, target: str, *, external: bool = False, number: str = "rIdX",
            base: str = OFFICE) -> Change:  # fmt: skip
    """``source`` gets a relation of ``kind``."""
    folder, _, name = source.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    mode = ' TargetMode="External"' if external else ""
    link = (
        f'<Relationship Id="{number}" Type="{base}{kind}" Target="{target}"{mode}/></Relationships>'
    )

    def change(members: Members) -> None:
        held = members.get(rels, _EMPTY)
        members[rels] = held.replace(b"</Relationships>", link.encode())

    return change


def part(source: str, kind: str, name: str, content_type: str, data: bytes = b"<x/>", *,
         base: str = OFFICE) -> Change:  # fmt: skip
    """A part of ``content_type`` to which ``source`` relates."""

    def change(members: Members) -> None:
        members[name] = data
        typed(name, content_type)(members)
        related(source, kind, f"/{name}", base=base)(members)

    return change


def typed(name: str, content_type: str) -> Change:
    def change(members: Members) -> None:
        entry = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'.encode()
        members[TYPES] = members[TYPES].replace(b"</Types>", entry)

    return change


def edited(name: str, old: str, new: str) -> Change:
    def change(members: Members) -> None:
        assert old.encode() in members[name], members[name][:2000]
        members[name] = members[name].replace(old.encode(), new.encode(), 1)

    return change


def both(*changes: Change) -> Change:
    def change(members: Members) -> None:
        for one in changes:
            one(members)

    return change


def body(xml: str) -> Change:
    """Paragraphs at the beginning of the document."""
    return edited(MAIN, "<w:body>", f"<w:body>{xml}")


def run(xml: str) -> str:
    return f"<w:r>{xml}</w:r>"


def code(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return run(f'<w:instrText xml:space="preserve">{escaped}</w:instrText>')


BEGIN, SEPARATE, END = (
    run(f'<w:fldChar w:fldCharType="{kind}"/>') for kind in ("begin", "separate", "end")
)


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def field(*codes: str) -> str:
    return paragraph(BEGIN, *map(code, codes), END)


def text_part(name: str, root: str, xml: str) -> Change:
    """A header, footer, note … of its own, with ``xml`` in it."""
    kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{root}+xml"
    tag = {"header": "hdr", "footer": "ftr"}.get(root, root)
    whole = f'<w:{tag} xmlns:w="{W}">{xml}</w:{tag}>'
    return part(MAIN, root, name, kind, whole.encode())


def cell(formula: str, extra: str = "") -> Change:
    escaped = formula.replace("&", "&amp;").replace("<", "&lt;")
    xml = f'<row r="9"><c r="C9"><f>{escaped}</f><v>0</v></c></row></sheetData>{extra}'
    return edited(SHEET, "</sheetData>", xml)


def behind_cells(xml: str) -> Change:
    return edited(SHEET, "</sheetData>", f"</sheetData>{xml}")


def named(name: str, formula: str, extra: str = "") -> Change:
    entry = f'<definedName name="{name}"{extra}>{formula}</definedName>'

    def change(members: Members) -> None:
        xml = members[BOOK].decode()
        if "<definedNames/>" in xml:
            xml = xml.replace("<definedNames/>", f"<definedNames>{entry}</definedNames>")
        else:
            xml = xml.replace("</sheets>", f"</sheets><definedNames>{entry}</definedNames>")
        members[BOOK] = xml.encode()

    return change


def chart_book(change: Change) -> Change:
    """A chart of Word with a workbook of its own, which ``change`` has had."""
    book = repacked(excel_base(), change)
    chart = (
        b'<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        b'<c:chart><c:plotArea/></c:chart><c:externalData r:id="rIdX"/></c:chartSpace>'
    )
    return both(
        part(MAIN, "chart", "word/charts/chart1.xml",
             "application/vnd.openxmlformats-officedocument.drawingml.chart+xml", chart),
        part("word/charts/chart1.xml", "package", "word/embeddings/book.xlsx",
             "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", book),
    )  # fmt: skip


def utf16(name: str) -> Change:
    """A part in UTF-16, in which a search for bytes finds nothing."""

    def change(members: Members) -> None:
        text = members[name].decode()
        head, _, rest = text.partition("?>")
        assert head.startswith("<?xml")
        members[name] = ('<?xml version="1.0" encoding="UTF-16"?>' + rest).encode("utf-16")

    return change


def settings(xml: str) -> Change:
    def change(members: Members) -> None:
        data = members["word/settings.xml"]
        at = data.index(b">", data.index(b"<w:settings")) + 1
        members["word/settings.xml"] = data[:at] + xml.encode() + data[at:]

    return change


DDE = ' DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" '
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
BOX = (
    '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>{}'
    "</w:txbxContent></v:textbox></v:shape></w:pict>"
)
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
MACRO_TYPE = "application/vnd.ms-office.vbaProject"
ACTIVE_X = "application/vnd.ms-office.activeX+xml"
OLE_TYPE = "application/vnd.openxmlformats-officedocument.oleObject"


CONTROL = "xl/ctrlProps/ctrlProp11.xml"


def form_control(says: str = "", *, kind: str = "CheckBox", macro: str = "") -> Change:
    """A form control of Excel."""
    change: Change = put(Put(kind, "D3", says, macro=macro))
    return change


def old_control(xml: str) -> Change:
    """More in the old drawing of that control."""
    return edited("xl/drawings/vmlDrawingC1.vml", "</x:ClientData>", f"{xml}</x:ClientData>")


@dataclass(frozen=True)
class Attack:
    """What is tried, and how; the code with which each format refuses it (empty: taken out)."""

    tried: str
    word: tuple[str, Change] | None = None
    excel: tuple[str, Change] | None = None


def _part_attack(
    tried: str, code: str, kind: str, content_type: str, *, base: str = OFFICE
) -> Attack:
    return Attack(
        tried,
        (code, part(MAIN, kind, "word/x.bin", content_type, b"\0", base=base)),
        (code, part(BOOK, kind, "xl/x.bin", content_type, b"\0", base=base)),
    )


ATTACKS: tuple[Attack, ...] = (
    # fields and formulas that run or fetch
    Attack("DDE：运行程序", ("T224", body(field(DDE))), ("T230", cell("cmd|'/C calc'!A0"))),
    Attack("DDE 拆开写：几个文字块、几段、拼出来的名字",
           ("T224", body(paragraph(BEGIN, code(" DDE")) + paragraph(code("AUTO cmd"), END))),
           ("T230", cell("1+cmd |'/C calc'!A0"))),
    Attack("DDE 没有结尾", ("T224", body(paragraph(BEGIN, code(DDE)))), None),
    Attack("DDE 没有开头", ("T224", body(paragraph(code(DDE), END))), None),
    Attack("名字由别的域拼出来（QUOTE）",
           ("T224", body(paragraph(BEGIN, BEGIN, code(" QUOTE 68 68 69 "), END, code(" cmd"), END))),
           None),
    Attack("名字的一半由别的域拼出来",
           ("T224", body(paragraph(BEGIN, code("PA"), BEGIN, code("QUOTE 71 69"), END, END))), None),
    Attack("新旧程序各看见一半的域",
           ("T224", body(paragraph(BEGIN,
                '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-'
                f'compatibility/2006"><mc:Fallback>{code("PAGE ")}</mc:Fallback>'
                "</mc:AlternateContent>", code(DDE), END))), None),
    Attack("同上，中间夹着别的命名空间里同名的元素",
           ("T224", body(paragraph(BEGIN,
                '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-'
                'compatibility/2006"><mc:Fallback><x:Fallback xmlns:x="urn:x"/>'
                f'{code("PAGE ")}</mc:Fallback></mc:AlternateContent>', code(DDE), END))), None),
    Attack("域写在“严格”格式的批注里",
           ("T215", part(MAIN, "comments", "word/comments.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml",
                f'<w:comments xmlns:w="{W}"><w:comment w:id="1"><w:p><w:fldSimple w:instr="DDE x"/></w:p>'
                "</w:comment></w:comments>"
                .replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main").encode())), None),
    Attack("域的代码在修订里",
           ("T224", body(paragraph(BEGIN,
                f'<w:ins w:id="2" w:author="a">{code("PAGE ")}</w:ins>'
                f'<w:del w:id="1" w:author="a"><w:r><w:delInstrText>{DDE}</w:delInstrText></w:r></w:del>',
                END))), None),
    Attack("域的代码夹着文字框里的另一段",
           ("T224", body(paragraph(BEGIN, run(BOX.format(field("PAGE"))), code(DDE), END))), None),
    Attack("域写成属性", ("T224", body(paragraph(f"<w:fldSimple w:instr='{DDE}'/>"))), None),
    Attack("域在页眉里", ("T224", text_part("word/header9.xml", "header", field(DDE))), None),
    Attack("域在批注里",
           ("T224", text_part("word/comments.xml", "comments",
                f'<w:comment w:id="1">{field(DDE)}</w:comment>')), None),
    Attack("域在文本框里", ("T224", body(paragraph(run(BOX.format(field(DDE)))))), None),
    Attack("域在自动图文集里",
           ("T224", part(MAIN, "glossaryDocument", "word/glossary/document.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.glossary+xml",
                f'<w:glossaryDocument xmlns:w="{W}">{field(DDE)}</w:glossaryDocument>'.encode())),
           None),
    Attack("读别的文件的域（INCLUDETEXT 等）",
           ("T224", body(field('INCLUDETEXT "c:\\\\secret.txt"'))),
           ("T230", cell("[1]Sheet1!A1"))),
    Attack("读别处的图片（INCLUDEPICTURE、IMAGE）",
           ("T224", body(field('INCLUDEPICTURE "http://127.0.0.1/x.png"'))),
           ("T230", cell('_xlfn.IMAGE("http://127.0.0.1/x.png")'))),
    Attack("读别的文档（RD、LINK、IMPORT、DATABASE）", ("T224", body(field('RD "c:\\\\a.docx"'))),
           ("T230", cell("'C:\\[账.xlsx]表'!A1"))),
    Attack("访问网络的函数（WEBSERVICE、FILTERXML）", None,
           ("T230", cell('WEBSERVICE("http://127.0.0.1/x")'))),
    Attack("调用程序库的函数（CALL、REGISTER）", None, ("T230", cell('CALL("k32","f","J")'))),
    Attack("实时数据（RTD）", None, ("T230", cell('RTD("a.b",,"x")'))),
    Attack("宏表函数在名称里", None, ("T230", named("甲", 'EXEC("calc")'))),
    Attack("打开就运行的名称（Auto_Open）", None, ("T223", named("Auto_Open", "表!$A$1"))),
    Attack("写明是宏的名称", None, ("T223", named("甲", "表!$A$1", ' xlm="1"'))),
    Attack("公式在数据验证里", None,
           ("T230", behind_cells('<dataValidations count="1"><dataValidation type="list" sqref="A1">'
                                 "<formula1>[1]Sheet1!$A$1</formula1></dataValidation>"
                                 "</dataValidations>"))),
    Attack("公式在条件格式里", None,
           ("T230", behind_cells('<conditionalFormatting sqref="A1"><cfRule type="expression" '
                                 'priority="1"><formula>WEBSERVICE("http://127.0.0.1")=1</formula>'
                                 "</cfRule></conditionalFormatting>"))),
    Attack("公式引用没有的工作表", None, ("T230", cell("别的!A1"))),
    Attack("跨表引用别的工作簿", None, ("T230", cell("SUM('[1]一:三'!A1)"))),
    Attack("按钮（MACROBUTTON）", ("T224", body(field("MACROBUTTON 宏 点这里"))), None),
    Attack("提问、合并的域（ASK、MERGEFIELD）", ("T224", body(field("MERGEFIELD 姓名"))), None),
    Attack("不认识的域", ("T224", body(field("NOSUCHFIELD x"))), None),
    # links
    Attack("链接到文件（file:）",
           ("T222", related(MAIN, "hyperlink", "file:///etc/passwd", external=True)),
           ("T222", related(SHEET, "hyperlink", "file:///etc/passwd", external=True))),
    Attack("链接到共享文件夹",
           ("T222", related(MAIN, "hyperlink", "\\\\host\\share\\x", external=True)),
           ("T222", related(SHEET, "hyperlink", "\\\\host\\share\\x", external=True))),
    Attack("链接写成域或公式（HYPERLINK）",
           ("T224", body(field('HYPERLINK "file:///c:/x.exe"'))),
           ("T230", cell('HYPERLINK("file:///c:/x.exe","点")'))),
    Attack("图片链接到文件外",
           ("T222", related(MAIN, "image", "http://127.0.0.1/x.png", external=True)),
           ("T222", related(SHEET, "image", "http://127.0.0.1/x.png", external=True))),
    Attack("旧式图形里写着网址",
           ("T222", body(paragraph(run('<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">'
                '<v:imagedata src="http://127.0.0.1/x.png"/></v:shape></w:pict>')))),
           ("T222", part(SHEET, "vmlDrawing", "xl/drawings/vmlDrawing9.vml", VML_TYPE,
                b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:imagedata '
                b'src="http://127.0.0.1/x.png"/></v:shape></xml>'))),
    Attack("名字跑到文件外面的部件（..）",
           ("T002", lambda m: m.update({"word/../../x.xml": b"<x/>"})),
           ("T002", lambda m: m.update({"../x.xml": b"<x/>"}))),
    Attack("关系跑到文件外面（..）",
           ("T222", related(MAIN, "image", "../../../etc/passwd")),
           ("T222", related(BOOK, "theme", "../../../etc/passwd"))),
    # programs and what is embedded
    _part_attack("宏，按类型认", "T223", "vbaProject", MACRO_TYPE, base=MICROSOFT),
    Attack("宏，改了类型，只有关系",
           ("T223", part(MAIN, "vbaProject", "word/x.dat", "application/octet-stream", base=MICROSOFT)),
           ("T223", part(BOOK, "vbaProject", "xl/x.dat", "application/octet-stream", base=MICROSOFT))),
    Attack("宏，没有关系，只有类型",
           ("T223", both(lambda m: m.update({"word/x.dat": b"x"}), typed("word/x.dat", MACRO_TYPE))),
           ("T223", both(lambda m: m.update({"xl/x.dat": b"x"}), typed("xl/x.dat", MACRO_TYPE)))),
    Attack("宏表", None, ("T223", part(BOOK, "xlMacrosheet", "xl/macrosheets/sheet1.xml",
                                     "application/vnd.ms-excel.macrosheet+xml", base=MICROSOFT))),
    Attack("图形指定了宏", None,
           ("T223", part(SHEET, "drawing", "xl/drawings/drawing9.xml",
                "application/vnd.openxmlformats-officedocument.drawing+xml",
                b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/'
                b'spreadsheetDrawing"><xdr:sp macro="[0]!x"/></xdr:wsDr>'))),
    _part_attack("ActiveX 控件", "T231", "control", ACTIVE_X),
    Attack("窗体控件指定了宏", None, ("T223", form_control(macro="[0]!x"))),
    Attack("窗体控件的旧式图形里指定了宏", None,
           ("T223", both(form_control(), old_control("<x:FmlaMacro>[0]!x</x:FmlaMacro>")))),
    Attack("旧式表单域指定了宏",
           ("T223", body(paragraph(run('<w:fldChar w:fldCharType="begin"><w:ffData><w:entryMacro '
                'w:val="x"/></w:ffData></w:fldChar>')
                + run("<w:instrText>FORMTEXT</w:instrText>") + run('<w:fldChar w:fldCharType="end"/>')))),
           None),
    Attack("窗体控件的旧式图形里写着脚本", None,
           ("T231", both(form_control(), old_control("<x:ScriptText>x</x:ScriptText>")))),
    Attack("窗体控件链接到别的工作簿", None, ("T230", form_control('fmlaLink="[1]表!A1"'))),
    Attack("窗体控件的公式运行程序", None,
           ("T230", form_control("fmlaRange=\"cmd|'/C calc'!A0\""))),
    Attack("窗体控件的部件里是别的东西", None, ("T231", both(form_control(), lambda m: m.update({
           CONTROL: b'<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX"/>'})))),
    Attack("窗体控件的部件里有不认识的话", None, ("T231", form_control('run="x"'))),
    Attack("窗体控件是对话框里的", None, ("T231", form_control(kind="EditBox"))),
    Attack("窗体控件的部件改了类型", None,
           ("T231", both(form_control(), edited(TYPES, "vnd.ms-excel.controlproperties+xml", "xml")))),
    Attack("窗体控件指向别的部件", None,
           ("T231", both(form_control(), edited("xl/worksheets/_rels/sheet1.xml.rels",
                "relationships/ctrlProp", "relationships/image")))),
    Attack("窗体控件指向文件外面", None,
           ("T222", both(form_control(), edited("xl/worksheets/_rels/sheet1.xml.rels",
                'Target="../ctrlProps/ctrlProp11.xml"',
                'Target="http://127.0.0.1/x" TargetMode="External"')))),
    Attack("窗体控件没有部件", None,
           ("T231", behind_cells(f'<controls><control shapeId="1" {R} r:id="rIdX"/></controls>'))),
    Attack("Excel 的窗体控件在 Word 里",
           ("T231", part(MAIN, "ctrlProp", "word/x.xml", "application/vnd.ms-excel.controlproperties+xml",
                b'<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
                b'objectType="CheckBox"/>')), None),
    _part_attack("嵌入的对象（OLE）", "T231", "oleObject", OLE_TYPE),
    _part_attack("嵌入的文件", "T231", "package",
                 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Attack("图表自己的工作簿里有 DDE", ("T230", chart_book(cell("cmd|'/C calc'!A0"))), None),
    Attack("图表自己的工作簿里有宏",
           ("T223", chart_book(part(BOOK, "vbaProject", "xl/x.bin", MACRO_TYPE, base=MICROSOFT))),
           None),
    Attack("图表自己的工作簿里再嵌一个",
           ("T231", chart_book(part(SHEET, "package", "xl/embeddings/b.xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), None),
    _part_attack("网页加载项", "T231", "webextension", "application/vnd.ms-office.webextension+xml",
                 base="http://schemas.microsoft.com/office/2011/relationships/"),
    Attack("自定义功能区",
           ("T231", part("", "extensibility", "customUI/x.xml", "application/xml",
                         base="http://schemas.microsoft.com/office/2007/relationships/ui/")),
           ("T231", part("", "extensibility", "customUI/x.xml", "application/xml",
                         base="http://schemas.microsoft.com/office/2007/relationships/ui/"))),
    Attack("整篇插入的外部内容（altChunk）",
           ("T231", part(MAIN, "aFChunk", "word/x.html", "text/html", b"<html/>")), None),
    Attack("子文档", ("T222", related(MAIN, "subDocument", "a.docx", external=True)), None),
    Attack("框架页", ("T222", related("word/webSettings.xml", "frame", "http://127.0.0.1/", external=True)),
           None),
    Attack("邮件合并", ("T231", settings("<w:mailMerge/>")), None),
    Attack("外部工作簿的链接", None,
           ("T231", part(BOOK, "externalLink", "xl/externalLinks/externalLink1.xml",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"))),
    Attack("数据连接、查询", None,
           ("T231", part(BOOK, "connections", "xl/connections.xml",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml"))),
    Attack("藏在自定义数据里的查询",
           None,
           ("T231", part(BOOK, "customXml", "customXml/item1.xml", "application/xml",
                b'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">x</DataMashup>'))),
    _part_attack("音频、视频", "T231", "video", "video/mp4"),
    Attack("手写墨迹",
           ("T231", part(MAIN, "customXml", "word/ink/ink1.xml", "application/inkml+xml")),
           ("T231", part(SHEET, "customXml", "xl/ink/ink1.xml", "application/inkml+xml"))),
    # XML
    Attack("XML 里的外部声明（DTD、实体）",
           ("T213", edited(MAIN, "<w:document", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///x">]><w:document')),
           ("T213", edited(SHEET, "<worksheet", "<!DOCTYPE a [<!ENTITY e 'e'>]><worksheet"))),
    Attack("藏在 UTF-16 里", ("T224", both(body(field(DDE)), utf16(MAIN))),
           ("T230", both(cell("cmd|'/C calc'!A0"), lambda m: m.update({
                SHEET: b'<?xml version="1.0"?>' + m[SHEET]}), utf16(SHEET)))),
    Attack("三千层的 XML", ("T216", body("<w:sdt>" * 3000 + "</w:sdt>" * 3000)),
           ("T252", behind_cells("<extLst>" * 3000 + "</extLst>" * 3000))),
    Attack("不认识、又有人用的部件",
           ("T231", both(part(MAIN, "nosuchkind", "word/x.bin", "application/x-new"),
                         body(f'<w:p><w:r><w:object {R} r:id="rIdX"/></w:r></w:p>'))),
           ("T231", both(part(SHEET, "nosuchkind", "xl/x.bin", "application/x-new"),
                         behind_cells(f'<picture {R} r:id="rIdX"/>')))),
    # left behind by accident: taken out
    Attack("不认识、没有人用的部件",
           ("", part(MAIN, "nosuchkind", "word/x.bin", "application/x-new")),
           ("", part(SHEET, "nosuchkind", "xl/x.bin", "application/x-new"))),
    Attack("作者自己的模板（.dotm）的链接",
           ("", both(related("word/settings.xml", "attachedTemplate", "file:///C:/x.dotm",
                             external=True),
                     settings(f'<w:attachedTemplate {R} r:id="rIdX"/>'))), None),
    Attack("打印机的设置",
           ("", both(part(MAIN, "printerSettings", "word/x.bin", "application/x-printer", b"\0"))),
           ("", both(part(SHEET, "printerSettings", "xl/x.bin", "application/x-printer", b"\0"),
                     lambda m: m.update({SHEET: m[SHEET].replace(b"</worksheet>",
                        f'<pageSetup paperSize="9" {R} r:id="rIdX"/></worksheet>'.encode())})))),
    Attack("没有关系的部件",
           ("", both(lambda m: m.update({"word/x.dat": b"x"}), typed("word/x.dat", "application/x-y"))),
           ("", both(lambda m: m.update({"xl/x.dat": b"x"}), typed("xl/x.dat", "application/x-y")))),
)  # fmt: skip
