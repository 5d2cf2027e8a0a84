"""What ``gen pull`` says of the files that came back."""

from __future__ import annotations

from generator.problems.messages.entry import error

MESSAGES = (
    error(
        "P101",
        "改过的文件读不出来",
        "文件没有取回：{reason}。",
        "别的文件已经照常比较；请处理后再试一次。",
    ),
    error(
        "P102",
        "不是 gen 生成的文件",
        "这个文件里的内容，{year} 年度的哪一份成果都对不上。",
        "gen 生成、后来改过的文件才能取回（--into 写对年度了吗？生成过吗？）；"
        "别人写的文件，用 gen audit {file} 审核。",
    ),
    error(
        "P103",
        "认不出是哪一份成果",
        "这个文件和几份成果一样像：{documents}。",
        "请用 --unit 指明单位，或者把文件名改回原来的。",
    ),
    error(
        "P104",
        "内容有错误",
        "内容现在有错误，改过的文件没有办法和它比。",
        "请先用 gen check {year} 看有什么错，改正以后再取回。",
    ),
    error(
        "P105",
        "成果现在没有这一份",
        "“{document}”现在不在成果里了（改了名，或者条件不满足了），没有比较。",
        "请先看套表和内容里为什么没有它。",
    ),
)
