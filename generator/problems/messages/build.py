"""What planning, checking templates, writing and publishing say."""

from __future__ import annotations

from generator.problems.messages.entry import error, note, warning

MESSAGES = (
    error(
        "T001",
        "模板不是Word或Excel文件",
        "模板打不开，它不是 .docx 或 .xlsx 文件。",
        "请用WPS或Word重新保存为 .docx / .xlsx。",
    ),
    error(
        "T002",
        "模板不安全",
        "模板解开后过大、加了密，或里面有两份同名的部件，没有打开。",
        "请确认模板的来源，用WPS或Word重新保存；图片太大的请压缩后再放。",
    ),
    error("T003", "没有这个模板", "没有找到模板 templates/{path}。", "请检查套表里写的路径。"),
    error(
        "T004",
        "模板在templates文件夹之外",
        "模板路径“{path}”跑到了 templates 文件夹外面，没有读取。",
        "请把模板放进 templates 文件夹，路径从那里写起，例如 docx/jiujiang/报告.docx。",
    ),
    note(
        "T301",
        "没有用到的数",
        "“{name}”没有任何模板或正文用到。",
        "不必处理；漏写的请补进正文或模板。",
    ),
    note(
        "T302",
        "只检查了结构",
        "还没有单位用套表“{name}”，只检查了标签的写法，没有核对名称。",
        "不必处理。",
    ),
    note(
        "T303",
        "名称没有全部核对",
        "{unit} 的内容还有错误，有些名称没有核对。",
        "请先运行 gen check {year}，改好内容再查一次。",
    ),
    error(
        "W101",
        "写不进去",
        "写不进输出文件夹：{reason}。",
        "请关闭在WPS或Word里打开的文件，检查文件夹能否写入，再试一次；原来的成果没有动。",
    ),
    error(
        "W102",
        "输出文件重名",
        "两个文档的文件名都是“{name}”。",
        "请在套表里改文件名，或给项目起不同的名称。",
    ),
    error(
        "W103",
        "正在被另一次生成使用",
        "另一个 gen 正在生成这个单位的成果。",
        "请等它结束后再运行一次。",
    ),
    error(
        "W201",
        "成果核对不上",
        "重新读出的“{document}”和应有的内容不一致：{reason}。",
        "成果没有发布。这是 gen 的问题，请把这条信息发给维护者。",
    ),
    error(
        "W301",
        "成果被手工改过",
        "这个文件在 gen 生成之后被人改过，没有覆盖它。",
        "请把要保留的改动写进内容文件；不要了就用 gen build --force 重新生成，旧文件会存到 {kept}/。",
    ),
    note(
        "W302",
        "手工改过的成果已另存",
        "这个文件被人改过，已存一份到 {kept}/ 再重新生成。",
        "需要的话可以到那里找回。",
    ),
    warning(
        "W303",
        "文件可能正打开着",
        "“{name}”可能正在WPS或Word里打开。",
        "请先关闭它；如果没有打开，删去旁边以“~$”或“.~”开头的文件即可。",
    ),
    note(
        "W304",
        "核对清单已另存",
        "核对清单上有人做过记号，已存一份到 {kept}/，清单按新的成果重做。",
        "请对照旧清单继续核对。",
    ),
)
