"""What ``gen audit`` finds in documents that gen did not write."""

from __future__ import annotations

from generator.problems.messages.entry import error, warning

MESSAGES = (
    error(
        "A101",
        "审核的文件读不出来",
        "文件没有审核：{reason}。",
        "别的文件已经照常审核；请处理后再试一次。",
    ),
    error(
        "A201",
        "数对不上",
        "“{quote}”对不上：{because}{expected}。",
        "请核对这几个数；哪一个错了，以原始资料为准。",
    ),
    error(
        "A202",
        "没有四舍五入",
        "“{quote}”没有四舍五入：{because}{expected}。",
        "请四舍五入一次，不要截去，也不要先舍一次再舍一次。",
    ),
    warning("A203", "字句不对", "这几个字“{quote}”{why}。", "请改正。"),
    warning(
        "A204",
        "正文没有写自评得分",
        "自评表的总分是{score}分，正文里没有写。",
        "请在正文里写明自评得分和等级。",
    ),
    warning(
        "A205",
        "数可能对不上",
        "“{quote}”可能对不上：{because}{expected}。",
        "请核对；口径不同、年初有调整、有内部往来的，请在报告里说明。",
    ),
    error("A301", "存不了审核意见", "审核意见没有存：{reason}。", "请换一个文件名或文件夹。"),
)
