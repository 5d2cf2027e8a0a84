"""What stands in the way of ``gen import``, and what it tells."""

from __future__ import annotations

from generator.problems.messages.entry import error, warning

MESSAGES = (
    error(
        "I101",
        "导入的文件读不出来",
        "文件没有导入：{reason}。",
        "什么也没有写；请处理后再导入。",
    ),
    error(
        "I102",
        "文件是别的年度的",
        "文件写的是{years}年度，不是{year}年度。",
        "确实要用的，加 --as-year 写明文件是哪个年度的：上一年的只填“上年”的栏，指标、事实、正文不动；再早的照本年的填，只在表上的年度写错了时用。",
    ),
    error(
        "I103",
        "文件是别的单位的",
        "文件写的单位是“{found}”，unit.yaml 里没有这个名称。",
        "确实是本单位的，加 --unit-name 写明文件里怎样叫。",
    ),
    error(
        "I104",
        "没有认出表",
        "文件里没有认得出的表。",
        "能认的表和怎样教 gen 认别的表，见 docs/导入.md。",
    ),
    error(
        "I105",
        "内容文件有写错的地方",
        "内容文件有写错的地方，不敢改它。",
        "请先运行 gen check，改正后再导入。",
    ),
    error(
        "I106",
        "导入记录读不出来",
        "导入记录被改坏了，不知道哪些数是以前导入的。",
        "请恢复这个文件；或者删去它，以前导入的数就都当作手填的。",
    ),
    error(
        "I107",
        "内容文件刚刚改过",
        "“{name}”在导入的时候又改过，什么也没有写。",
        "请保存好，再运行一次 gen import。",
    ),
    warning(
        "I201",
        "导入的数和填的不一样",
        "“{name}”填的是{before}，{source}里是{after}，没有动。",
        "请核对；以文件为准的，加 --overwrite 再导入一次。",
    ),
    warning(
        "I202",
        "导入的数和算出来的不一样",
        "{source}里“{name}”是{said}，照内容算是{computed}。",
        "请核对内容里它依据的数。",
    ),
    warning(
        "I203",
        "导入过的文件又改了",
        "“{name}”在导入以后改过，从它来的{count}个值可能要跟着改。",
        '请再导入一次：gen import "{name}" --into {year}；只改变了的数会改。',
    ),
    warning(
        "I204",
        "导入记录读不出来",
        "导入记录被改坏了，不知道哪些数是导入的、从哪里来。",
        "请恢复这个文件；或者删去它，以前导入的数就都当作手填的。",
    ),
    warning(
        "I205",
        "导入的文件自己对不上",
        "{place}的数对不上：{told}。",
        "请核对这几个数；导入的照文件写，没有改。",
    ),
)
