"""What gen says of the files of templates themselves, Word and Excel alike (docs/安全.md)."""

from __future__ import annotations

from generator.problems.messages.entry import error, note

MESSAGES = (
    error(
        "T213",
        "模板夹带了外部声明",
        "{member} 里夹带了能读取别处文件的声明，gen 不打开这样的文件。",
        "请确认模板的来源；可信的，用Word、Excel或WPS打开后另存一份。",
    ),
    error(
        "T222",
        "指向文件外面",
        "{member} 里有指向外面的链接：{found}，打开文档时会去读取。",
        "请把图片等真正插入文档（不要用“链接到文件”），再另存一份；超链接只能指向网页、邮箱和文档里的位置。",
    ),
    error(
        "T223",
        "模板里有宏",
        "模板里带有宏（{member}），这样的文件不会打开。",
        "请另存为不带宏的 .docx 或 .xlsx；图形、名称里指定过宏的，请取消。",
    ),
    error(
        "T224",
        "不能用的域",
        "{member} 里有域“{found}”，它会运行程序、读取别的文件，或者 gen 不认识。",
        "请选中这个域，按 Ctrl+Shift+F9 变成普通文字。",
    ),
    error(
        "T230",
        "公式伸到文件外面",
        "{member} 里的公式“{found}”不能用：{what}。",
        "请改成普通的数，或只引用本工作簿的单元格；在“公式→名称管理器”“数据→数据验证”“条件格式”里的也一样。",
    ),
    error(
        "T231",
        "夹带了会动的部件",
        "模板里有{what}（{member}），gen 不打开这样的文件。",
        "请在 Word、Excel 或 WPS 里删掉它，再另存一份。",
    ),
    note(
        "T232",
        "没有带进成果",
        "模板里的{what}（{member}）没有带进成果。",
        "不必处理。",
    ),
    error(
        "T233",
        "文件残缺",
        "{member}：{reason}，{program} 会说成果已损坏。",
        "请在 {program} 或 WPS 里打开模板，修复后另存一份，再试。",
    ),
    error(
        "T234",
        "填好的文件是坏的",
        "用这个模板填好的“{document}”，{where}：{reason}，打开时会说已损坏。成果没有发布。",
        "请看模板里这一处：循环里的批注、书签会重复，条件可能把一格、一行或整个表格的内容都去掉。",
    ),
)
