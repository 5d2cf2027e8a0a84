"""Mistakes of a first-time clerk and a first-time designer, each made in a copy of the sample.

Only data and the small hands that make them; ``test_mistakes.py`` runs gen on each and writes
``docs/常见错误.md``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
from kit import workspaces
from kit.archives import repacked

UNIT = f"content/{workspaces.SAMPLE_UNIT}"
UNIT_YAML = f"{UNIT}/unit.yaml"
FACTS = f"{UNIT}/2020/facts.yaml"
FIGURES = f"{UNIT}/2020/figures.yaml"
INDICATORS = f"{UNIT}/2020/indicators.yaml"
REPORT = f"{UNIT}/2020/report.md"
PROJECT = f"{UNIT}/2020/projects/专项工作经费.yaml"
LAST_YEAR = f"{UNIT}/2019/figures.yaml"
FORM_SET = "templates/jiujiang.yaml"
WORD = "templates/docx/jiujiang/附件1.docx"
EXCEL = "templates/xlsx/jiujiang/附件1.xlsx"

#: What someone did to the workspace.
Hand = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake.

    ``what``: what was done, in a clerk's words. ``shown``: what was typed, empty where that
    cannot be shown. ``hand`` makes it. ``answers``: every problem gen must report and no
    other, in order: code, file, and what stands at the reported place (the text there, the
    place inside a Word or Excel file, or nothing for a whole file).
    """

    what: str
    shown: str
    hand: Hand
    answers: tuple[tuple[str, str, str], ...] = ()


def typed(file: str, old: str, new: str) -> Hand:
    """``old``, which stands there once, becomes ``new``."""

    def hand(folder: Path) -> None:
        workspaces.change(folder / file, (old, new))

    return hand


def added(file: str, text: str) -> Hand:
    """``text`` at the end of the file."""

    def hand(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8", newline="\n") as handle:
            handle.write(text)

    return hand


def rewritten(file: str, change: Callable[[bytes], bytes]) -> Hand:
    """The bytes of the file changed, made anew when it was not there."""

    def hand(folder: Path) -> None:
        path = folder / file
        path.write_bytes(change(path.read_bytes() if path.is_file() else b""))

    return hand


def removed(file: str) -> Hand:
    """The file deleted."""
    return lambda folder: (folder / file).unlink()


def several(*hands: Hand) -> Hand:
    """One after the other."""

    def hand(folder: Path) -> None:
        for one in hands:
            one(folder)

    return hand


def own_template(file: str) -> Hand:
    """A copy of a shipped template in the workspace, as a designer would begin."""

    def hand(folder: Path) -> None:
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packaged() / file.removeprefix("templates/"), target)

    return hand


def packaged() -> Path:
    """The templates that come with gen."""
    from generator.workspace import packaged_templates

    return packaged_templates()


def word(old: str, new: str, file: str = WORD) -> Hand:
    """A designer replaces the text of a paragraph in a Word template."""

    def hand(folder: Path) -> None:
        own_template(file)(folder)
        document = docx.Document(str(folder / file))
        paragraphs = [
            *document.paragraphs,
            *(p for t in document.tables for r in t.rows for c in r.cells for p in c.paragraphs),
        ]
        found = {id(p._p): p for p in paragraphs if old in p.text}
        assert found, old
        for paragraph in [*found.values()][:1]:
            run = next(run for run in paragraph.runs if old in run.text)
            run.text = run.text.replace(old, new)
        document.save(str(folder / file))

    return hand


def excel(cell: str, text: str, file: str = EXCEL) -> Hand:
    """A designer types ``text`` into a cell of an Excel template."""

    def hand(folder: Path) -> None:
        own_template(file)(folder)
        book = openpyxl.load_workbook(folder / file)
        book.active[cell] = text
        book.save(folder / file)

    return hand


def template_bytes(file: str, data: Callable[[bytes], bytes]) -> Hand:
    """The template's bytes changed."""
    return several(own_template(file), rewritten(file, data))


def member(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change one member of a zip."""

    return lambda raw: repacked(raw, lambda m: m.update({name: change(m[name])}))


def with_dtd(xml: bytes) -> bytes:
    """An XML part that declares an entity reading a file."""
    dtd = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    start = xml.index(b"?>") + 2 if xml.startswith(b"<?xml") else 0
    return xml[:start] + dtd + xml[start:]


def bomb(raw: bytes) -> bytes:
    """A zip with 300 MB of zeros in it."""
    return repacked(raw, lambda m: m.update({"word/media/image1.bin": bytes(300 << 20)}))


def linked(file: str, target: str) -> Hand:
    """The file replaced by a link that leads elsewhere."""

    def hand(folder: Path) -> None:
        path = folder / file
        outside = folder.parent / target
        shutil.move(path, outside)
        path.symlink_to(os.path.relpath(outside, path.parent))

    return hand


def _one(
    what: str, file: str, old: str, new: str, code: str, at: str, *, shown: str = ""
) -> Mistake:
    """A text changed in one place, answered once."""
    return Mistake(what, shown or new.strip("\n"), typed(file, old, new), ((code, file, at),))


def _more(what: str, file: str, text: str, *answers: tuple[str, str]) -> Mistake:
    """A text added to the end of a file."""
    given = tuple((code, file, at) for code, at in answers)
    return Mistake(what, text.strip("\n"), added(file, text), given)


def _bytes(
    what: str, file: str, change: Callable[[bytes], bytes], code: str = "", at: str = ""
) -> Mistake:
    """The file saved in another way; no answer where gen just reads it."""
    return Mistake(what, "", rewritten(file, change), ((code, file, at),) if code else ())


def _form_set(what: str, old: str, new: str, code: str, at: str) -> Mistake:
    hand = several(own_template(FORM_SET), typed(FORM_SET, old, new))
    return Mistake(what, new.strip("\n"), hand, ((code, FORM_SET, at),))


def _template(
    what: str, hand: Hand, code: str, file: str, at: str = "", shown: str = ""
) -> Mistake:
    return Mistake(what, shown, hand, ((code, file, at),))


_GRANT = "财政拨款: {本年: 209.57}"
_OTHER = "{本年: 0.78}"
_BASIC = "全年预算: 185.19"
_PAID = "    决算: 219.91"
_BUDGET = "    年初预算: = 支出预算.合计.本年"
_TO = "主送: 市财政局"
_NONE = "  离休: 0"
_NOTICE = "自评通知: 《九江"
_SHOWN = "{{ 人员.离休 }}"
_RATE = "完成: = 派生.结转结余率\n          分值: 5"
_CELL = "正文 表1 第1行 第2格"
_SHEET = "工作表“整体自评表”"

TYPING = (
    _one("冒号打成了全角", FIGURES, _GRANT, "财政拨款：{本年: 209.57}", "L122", "："),
    _one("花括号里的冒号打成了全角", FIGURES, _GRANT, "财政拨款: {本年：209.57}", "L123", "："),
    _one(
        "两项之间的逗号打成了全角",
        FIGURES,
        "{年初预算: 74.38, 年中追加: 0}",
        "{年初预算: 74.38，年中追加: 0}",
        "L123",
        "，",
    ),
    _one("花括号打成了全角", FIGURES, _GRANT, "财政拨款: ｛本年: 209.57｝", "L123", "｛"),
    _one("数字打成了全角", FIGURES, "209.57", "２０９.５７", "L205", "２"),
    _one("事实里的数字打成了全角", FACTS, _NONE, "  离休: ０", "L205", "０"),
    _one("小数点打成了句号", FIGURES, "209.57", "209。57", "L217", "209"),
    _one("负号打成了全角", FIGURES, "年中追加: 0}", "年中追加: －0}", "L205", "－"),
    _one("字母O当成了零", FIGURES, "209.57", "2O9.57", "L207", "2O9"),
    _one("字母l当成了1", FACTS, "走访家数: 110", "走访家数: 1l0", "L207", "1l0"),
    _one("数字里打了空格", FIGURES, "209.57", "209 .57", "L219", "209"),
    _one(
        "用了千分位逗号",
        FIGURES,
        "74.38, 年中",
        "1,074.38, 年中",
        "L206",
        "1,074",
        shown="合计: {年初预算: 1,074.38, 年中追加: 0}",
    ),
    _one(
        "不在花括号里的千分位逗号",
        FACTS,
        "党工委会议次数: 2\n  在谈",
        "党工委会议次数: 1,002\n  在谈",
        "L206",
        "1,002",
        shown="党工委会议次数: 1,002",
    ),
    _one("数字后面写了单位", FIGURES, "209.57", "209.57万元", "L208", "209.57万元"),
    _one("数字前面写了“约”", FIGURES, "209.57", "约209.57", "L209", "约"),
    _one("写了“待定”", FIGURES, "209.57", "待定", "L209", "待定"),
    _one("没有发生的写了“—”", FIGURES, _OTHER, "{本年: —}", "L209", "—"),
    _one("没有填", FIGURES, _PAID, "    决算:", "L202", ""),
    _one("花括号里没有填", FIGURES, _OTHER, "{本年: }", "L202", ""),
    _one("多打了一个零", FIGURES, "209.57", "0209.57", "L203", "0209"),
    _one(
        "数字长得离谱",
        FIGURES,
        "50}",
        "5000000000000000.01}",
        "L204",
        "5000",
        shown="上年结转: {本年: 5000000000000000.01}",
    ),
    _one("用Tab键缩进", FACTS, _NONE, "\t离休: 0", "L121", "\t", shown="（Tab）离休: 0"),
    _one("缩进里有全角空格", FACTS, _NONE, "　离休: 0", "L108", "　"),
    _one(
        "从网页粘贴，带来了零宽字符",
        FACTS,
        _NONE,
        "  离\u200b休: 0",
        "L108",
        "离",
        shown="离（零宽空格）休: 0",
    ),
    _one("多缩进了一格", FIGURES, _PAID, "     决算: 219.91", "L128", "决算"),
    _one("少缩进了一格", FIGURES, _PAID, "   决算: 219.91", "L128", "决算"),
    _one("一行没有缩进", FIGURES, "  " + _GRANT, _GRANT, "L128", "财政拨款"),
    _one("冒号后面没有空格", FACTS, _NONE, "  离休:0", "L126", ":"),
    _one("漏了冒号", FACTS, _NONE, "  离休 0", "L126", " 0"),
    _one("冒号写成了等号", FACTS, _NONE, "  离休=0", "L126", "="),
    _one("少了右边的花括号", FIGURES, _GRANT, "财政拨款: {本年: 209.57", "L127", "{"),
    _one("多了一个花括号", FIGURES, _GRANT, "财政拨款: {本年: 209.57}}", "L127", "}"),
    _one(
        "两项之间漏了逗号",
        FIGURES,
        "{年初预算: 74.38, 年中追加: 0}",
        "{年初预算: 74.38 年中追加: 0}",
        "L127",
        " 年中",
    ),
    _one(
        "列表的横线后面没有空格",
        INDICATORS,
        "- 名称: 公用经费控制率",
        "-名称: 公用经费控制率",
        "L119",
        "-",
    ),
    _one(
        "列表漏了横线",
        INDICATORS,
        "        - 名称: 公用经费控制率",
        "          名称: 公用经费控制率",
        "L118",
        "名称",
    ),
)

NAMES = (
    _one(
        "同一行写了两遍", FIGURES, "  事业收入: {本年: 0}", "  财政拨款: {本年: 0}", "L116", "财政"
    ),
    _one("列名打错了一个字", FIGURES, _GRANT, "财政拨款: {本牛: 209.57}", "L309", "本牛"),
    _one(
        "一行少了一列",
        FIGURES,
        "    全年预算: 185.19\n",
        "",
        "L306",
        "基本支出",
        shown="（删去 全年预算: 185.19）",
    ),
    _one(
        "指标的项目名打错",
        INDICATORS,
        "偏差原因: 属地化",
        "偏差原应: 属地化",
        "L212",
        "偏差原应",
        shown="偏差原应: 属地化奖金差额退回，形成结余。",
    ),
    _one(
        "“二级”写成了“二级指标”",
        INDICATORS,
        "权重: 10\n  二级:",
        "权重: 10\n  二级指标:",
        "L212",
        "二级指标",
    ),
    _one(
        "行名带括号", FIGURES, "  " + _GRANT, "  财政拨款（补助）: {本年: 209.57}", "L211", "财政"
    ),
    _one("名称以数字开头", FIGURES, "部门项目支出:", "2020年支出:", "L211", "2020"),
    _one("用了有固定含义的名称", FACTS, "人才库:", "指标:", "L215", "指标"),
    _one("“尾差”写得不对", FIGURES, "部门项目支出:", "部门项目支出:\n  尾差: 可以", "L303", "可以"),
    _one("单位写得不认识", FIGURES, "部门项目支出:", "部门项目支出:\n  单位: 千元", "L503", "千元"),
    _one(
        "合计没有缩进",
        FIGURES,
        "  合计:     {本年: 259.57}",
        "合计: {本年: 259.57}",
        "L310",
        "合计",
    ),
    _more(
        "没有列名的表里合计不对", FIGURES, "杂项:\n  甲: 5\n  乙: 6\n  合计: 12\n", ("F301", "12")
    ),
    _more("一行写成了空的花括号", FIGURES, "杂项:\n  甲: {本年: 5}\n  乙: {}\n", ("L202", "乙")),
    _more("数外面加了中文引号", FACTS, "馆员: “5”\n", ("L220", "“5”")),
    _more("单独一个数写进了figures.yaml", FIGURES, "\n职工人数: 6\n", ("L301", "职工人数")),
    Mistake(
        "figures.yaml 和 facts.yaml 用了同一个名称",
        "收入预算: 5",
        added(FACTS, "收入预算: 5\n"),
        (("F120", FIGURES, "收入预算"),),
    ),
    _one("名称后面多写了一个英文冒号", FACTS, _TO, "主送: 市财政局: 预算科", "L125", ": 预算科"),
    _one(
        "值以方括号开头",
        FACTS,
        _NOTICE,
        "自评通知: [2021]1号《九江",
        "L124",
        "[2021]",
        shown="自评通知: [2021]1号《九江市财政局……》",
    ),
    _one("值是花括号括起来的字", FACTS, _TO, "主送: {市财政局}", "L124", "{"),
    _one("只把几个字用引号括起来", FACTS, _TO, '主送: "市财政局"预算科', "L124", '"'),
    _one("引号没有成对", FACTS, _TO, "主送: '市财政局", "L124", "'"),
    _one("值以@开头", FACTS, _TO, "主送: @市财政局", "L124", "@"),
    _one("值以%开头", FACTS, _TO, "主送: %市财政局", "L124", "%"),
    _one("值以>开头", FACTS, _TO, "主送: >市财政局", "L124", ">"),
    _one("值以*开头", FACTS, _TO, "主送: *市财政局", "L112", "*"),
    _one("值以&开头", FACTS, _TO, "主送: &a 市财政局", "L112", "&"),
    _one("值以!开头", FACTS, _TO, "主送: !市财政局", "L124", "!"),
    _one("值里有井号", FACTS, _TO, "主送: 市财政局 #预算科", "L134", "#预算科"),
    _more("文件中间有一行---", FACTS, "---\n备注: 无\n", ("L111", "---")),
    _one(
        "从Excel粘贴，两格进了一个值",
        FIGURES,
        _PAID,
        _PAID + "\t25",
        "L223",
        "219.91",
        shown="决算: 219.91（制表符）25",
    ),
    _one(
        "从Excel粘贴，名称和值之间是制表符",
        FACTS,
        "  编制: 5",
        "  编制\t5",
        "L126",
        "\t5",
        shown="编制（制表符）5",
    ),
    _one("公式前面忘了等号", FACTS, "  实有: = 人员", "  实有: 人员", "L222", "人员.在职 +"),
    _one(
        "文字里夹着看不见的字符",
        FACTS,
        _TO,
        "主送: 市财\u200b政局",
        "L138",
        "市财",
        shown="主送: 市财（零宽空格）政局",
    ),
    _one(
        "合计写成了共计",
        FIGURES,
        "  合计:     {本年: 225.44}",
        "  共计:     {本年: 225.44}",
        "L311",
        "共计",
    ),
    _one(
        "同一个一级指标写了两遍",
        INDICATORS,
        "- 一级: 满意度指标",
        "- 一级: 管理指标",
        "L411",
        "一级: 管理指标",
    ),
)

FORMULAS = (
    _one(
        "花括号里的公式有逗号",
        FIGURES,
        _OTHER,
        "{本年: = 最大(收入预算.上年结转.本年 - 49.22, 0)}",
        "L117",
        "= 最大",
    ),
    _one("公式漏了等号", FIGURES, _BUDGET, "    年初预算: 支出预算.合计.本年", "L218", "支出"),
    _one(
        "公式里的名称打错",
        FIGURES,
        _BUDGET,
        "    年初预算: = 支出预箅.合计.本年",
        "F101",
        "支出预箅",
    ),
    _one(
        "公式里的名称没有写完",
        FIGURES,
        _BUDGET,
        "    年初预算: = 支出预算.合计",
        "F102",
        "支出预算",
    ),
    _more("公式里用了文字", FIGURES, "  甲: = 主送 + 1\n", ("F105", "主送")),
    _more("照Excel的样子写函数", FIGURES, "  甲: = SUM(人员.在职, 人员.退休)\n", ("F113", "SUM")),
    _more("公式括号没有成对", FIGURES, "  甲: = (人员.在职 + 人员.退休\n", ("F111", "")),
    _more("公式里有不认识的符号", FIGURES, "  甲: = 人员.在职 ^ 2\n", ("F110", "^")),
    _more("公式里有全角数字", FIGURES, "  甲: = 人员.在职 × １２\n", ("F114", "１２")),
    _more("派生项没有等号", FIGURES, "  甲: 6\n", ("L307", "甲")),
    _more(
        "公式绕成了圈",
        FIGURES,
        "  甲: = 派生.乙 + 1\n  乙: = 派生.甲 + 1\n",
        ("F103", "派生.乙 + 1"),
    ),
    _more("除数是0", FIGURES, "  占比: = 人员.在职 / 人员.离休\n", ("F104", "人员.在职 /")),
    _one(
        "合计不等于分项之和",
        FIGURES,
        "合计:     {本年: 225.44}",
        "合计:     {本年: 225.45}",
        "F301",
        "225.45",
    ),
    _more(
        "金额和个数加在一起",
        FIGURES,
        "杂项:\n  企业: {单位: 家, 本年: 5}\n  收入: {本年: 6}\n  合计: {本年: 11}\n",
        ("F306", "11"),
    ),
    Mistake(
        "上年数和上年的文件不一致",
        "上年决算: 0.32",
        several(
            *(
                typed(
                    FIGURES,
                    f"    显示: {name}\n    年初预算: {budget}\n    决算: {paid}",
                    f"    显示: {name}\n    年初预算: {budget}\n    决算: {paid}\n"
                    f"    上年决算: {last}",
                )
                for name, budget, paid, last in (
                    ("因公出国（境）费", 8, 0, 0.32),
                    ("公务接待费", 2.6, 0.7, 2.55),
                )
            ),
            *(
                typed(
                    FIGURES,
                    f"      显示: {name}\n      年初预算: 0\n      决算: 0",
                    f"      显示: {name}\n      年初预算: 0\n      决算: 0\n      上年决算: 0",
                )
                for name in ("公务用车购置费", "公务用车运行维护费")
            ),
        ),
        (("F203", FIGURES, "0.32"),),
    ),
)

SCORES = (
    Mistake(
        "分值合计不是100",
        "分值: 6",
        several(
            typed(INDICATORS, _RATE, _RATE[:-1] + "6"), typed(INDICATORS, "权重: 30", "权重: 31")
        ),
        (("S101", INDICATORS, ""),),
    ),
    Mistake(
        "权重和分值对不上",
        "权重: 31",
        typed(INDICATORS, "权重: 30", "权重: 31"),
        (("S102", INDICATORS, "31"),),
    ),
    _one("得分比分值高", INDICATORS, "得分: 2.00", "得分: 5.5", "S103", "5.5"),
    _one("得分是负数", INDICATORS, "得分: 2.00", "得分: -1", "S104", "-1"),
    _one(
        "没有填完成值",
        INDICATORS,
        "          完成: 98%\n",
        "",
        "S105",
        "名称",
        shown="（删去 完成: 98%）",
    ),
    _one("完成值填了评语", INDICATORS, "完成: 98%", "完成: 较好", "S106", "较好"),
    _one("分值是负数", INDICATORS, _RATE, _RATE[:-1] + "-5", "L406", "-5", shown="分值: -5"),
    _one("分值后面写了“分”", INDICATORS, _RATE, _RATE + "分", "L208", "5分", shown="分值: 5分"),
    _one(
        "没有分值",
        INDICATORS,
        "          分值: 5\n          得分: 2.00",
        "          得分: 2.00",
        "L401",
        "名称",
        shown="（删去 分值: 5）",
    ),
)

FILES = (
    _one(
        "有看不见的控制字符",
        FACTS,
        _TO,
        "主送: 市财\x07政局",
        "L105",
        "\x07",
        shown="主送: 市财（控制字符）政局",
    ),
    _one(
        "有私用区的字",
        FACTS,
        _TO,
        "主送: 市\ue5cf政局",
        "L106",
        "\ue5cf",
        shown="主送: 市（私用字）政局",
    ),
    _bytes("记事本存成了ANSI（GBK）", FACTS, lambda raw: raw.decode().encode("gbk"), "L104"),
    _bytes(
        "记事本存成了Unicode（UTF-16）", FIGURES, lambda raw: raw.decode().encode("utf-16"), "L104"
    ),
    _bytes("UTF-8文件带BOM：照读，没有提示", FIGURES, lambda raw: b"\xef\xbb\xbf" + raw),
    _bytes("Windows换行：照读，没有提示", FIGURES, lambda raw: raw.replace(b"\n", b"\r\n")),
    _bytes("文件里乱码", FACTS, lambda raw: b"\x81\x00\xff" + raw, "L103"),
    _bytes("空的figures.yaml", FIGURES, lambda _: b"", "L110"),
    _bytes("空的report.md", REPORT, lambda _: b"", "L110"),
    _bytes(
        "把Word文件改名成了facts.yaml",
        FACTS,
        lambda _: (packaged() / "docx/jiujiang/附件1.docx").read_bytes(),
        "L109",
    ),
    _bytes("facts.yaml写成了一段话", FACTS, lambda _: "主送市财政局\n".encode(), "L213"),
    Mistake("没有figures.yaml", "", removed(FIGURES), (("L131", FIGURES, ""),)),
    Mistake("没有report.md", "", removed(REPORT), (("T120", REPORT, ""),)),
    Mistake(
        "文件名少了一个字母",
        "figure.yaml",
        lambda folder: (folder / FIGURES).rename(folder / f"{UNIT}/2020/figure.yaml"),
        (("L135", f"{UNIT}/2020/figure.yaml", ""),),
    ),
    Mistake(
        "项目文件的扩展名不对",
        "专项工作经费.yml",
        lambda folder: (folder / PROJECT).rename((folder / PROJECT).with_suffix(".yml")),
        (("L133", PROJECT.replace(".yaml", ".yml"), ""),),
    ),
    Mistake("内容文件是指向别处的链接", "", linked(FACTS, "outside.yaml"), (("L130", FACTS, ""),)),
    _one(
        "unit.yaml漏了简称",
        UNIT_YAML,
        "简称: 驻深办\n",
        "",
        "L401",
        "",
        shown="（删去 简称: 驻深办）",
    ),
    _one("套表的名称打错", UNIT_YAML, "套表: jiujiang ", "套表: jiujang ", "L504", "jiujang"),
    Mistake(
        "项目文件的扩展名是大写的",
        "projects/乙.YAML",
        added(PROJECT.replace("专项工作经费.yaml", "乙.YAML"), "名称: 乙\n"),
        (("L133", PROJECT.replace("专项工作经费.yaml", "乙.YAML"), ""),),
    ),
    Mistake(
        "项目文件放进了另一个文件夹",
        "2020/项目/乙.yaml",
        several(
            lambda folder: (folder / UNIT / "2020/项目").mkdir(),
            added(f"{UNIT}/2020/项目/乙.yaml", "名称: 乙\n"),
        ),
        (("L139", f"{UNIT}/2020/项目", ""),),
    ),
)

REPORTS = (
    _one("名称打错", REPORT, _SHOWN, "{{ 人员.离修 }}", "T101", "离修"),
    _one("用了没有的名称", REPORT, _SHOWN, "{{ 职工.总数 }}", "T101", "职工"),
    _one("写法的名称打错", REPORT, _SHOWN, "{{ 人员.离休 | 万圆 }}", "T102", "万圆"),
    _one("没有上年数却和上年比", REPORT, _SHOWN, "{{ 人员.离休 | 比上年 }}", "F201", "{{"),
    _one("名称没有写完", REPORT, _SHOWN, "{{ 人员 }}", "T103", "{{"),
    _one("右边少了一个花括号", REPORT, _SHOWN, "{{ 人员.离休 }", "T113", "{{"),
    _one("花括号是全角的", REPORT, _SHOWN, "｛｛ 人员.离休 ｝｝", "T114", "｛｛"),
    _one("漏了竖线", REPORT, _SHOWN, "{{ 人员.离休 万元 }}", "T110", "{{"),
    _one("竖线是全角的", REPORT, _SHOWN, "{{ 人员.离休｜万元 }}", "T110", "{{"),
    _one("在正文里做加法", REPORT, _SHOWN, "{{ 人员.离休 + 1 }}", "T110", "{{"),
    _more("有开头没有结尾", REPORT, "\n{% if 人员.离休 %}\n\n有离休人员。\n", ("T111", "{% if")),
    _more("有结尾没有开头", REPORT, "\n{% endif %}\n", ("T112", "{% endif")),
    _more(
        "for打错了",
        REPORT,
        "\n{% fro p in 项目 %}\n\n{{ p.名称 }}\n\n{% endfor %}\n",
        ("T110", "{% fro"),
    ),
    _more(
        "判断相等只写了一个等号",
        REPORT,
        "\n{% if 人员.离休 = 0 %}\n\n无。\n\n{% endif %}\n",
        ("T110", "{% if"),
    ),
    _more(
        "和年度比的数没有加引号",
        REPORT,
        "\n{% if 年度 == 2020 %}\n\n无。\n\n{% endif %}\n",
        ("T117", "年度 == 2020"),
    ),
    _one(
        "和数比的数加了引号",
        REPORT,
        _SHOWN,
        '{% if 人员.离休 == "0" %}无{% endif %}',
        "T117",
        "人员.离休 ==",
    ),
    _more(
        "标题太深",
        REPORT,
        "\n## 甲\n\n### 乙\n\n#### 丙\n\n##### 丁\n\n文字。\n",
        ("T121", "#####"),
    ),
    _one("标题自己带了编号", REPORT, "### 部门职责", "### 1. 部门职责", "T122", "###"),
    _more("标题跳了一层", REPORT, "\n# 末尾\n\n### 太快\n\n文字。\n", ("T124", "### 太快")),
    _more("表格多了一格", REPORT, "\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 | 3 |\n", ("T123", "| 1")),
    _more("用了项目符号", REPORT, "\n- 一点\n", ("T125", "- 一点")),
    _one("花括号只有一层", REPORT, _SHOWN, "{ 人员.离休 }", "T126", "{ 人员"),
    _more("用了Markdown的粗体", REPORT, "\n总分**较高**。\n", ("T127", "**较高")),
    _more("标题的井号是全角的", REPORT, "\n＃ 末尾\n\n文字。\n", ("T128", "＃ 末尾")),
    _more(
        "从Excel粘贴了一块",
        REPORT,
        "\n项目\t预算\t执行\n甲\t乙\t丙\n",
        ("T129", "\t预算"),
    ),
    _more("数字是全角的", REPORT, "\n预算执行进度为８０.７４％。\n", ("T130", "８０.７４％")),
    _more("插了图片", REPORT, "\n![图](图.png)\n", ("T125", "![")),
    _more(
        "用了 else if",
        REPORT,
        "\n{% if 人员.离休 %}甲。{% else if 人员.退休 %}乙。{% endif %}\n",
        ("T110", "{% else if"),
    ),
    _more(
        "百分号是全角的", REPORT, "\n{％ if 人员.离休 ％}无。{％ endif ％}\n", ("T114", "{％ if")
    ),
    _more(
        "比较号用了中文的", REPORT, "\n{% if 人员.离休 ≥ 1 %}有。{% endif %}\n", ("T110", "{% if")
    ),
    _more(
        "条件里写了“并且”",
        REPORT,
        "\n{% if 人员.离休 并且 人员.退休 %}有。{% endif %}\n",
        ("T110", "{% if"),
    ),
    _more("名称里用了顿号", REPORT, "\n{{ 人员、离休 }}人。\n", ("T110", "{{ 人员、")),
    _more(
        "自己编的号没有空行",
        REPORT,
        "\n我办的主要做法有\n（一）走访。\n",
        ("T131", "（一）"),
    ),
    _more("一行一段，没有空行", REPORT, "\n主要做法如下。\n一是走访。\n", ("T132", "一是")),
    _more("列表漏了一个号", REPORT, "\n1. 走访。\n3. 座谈。\n", ("T133", "3. 座谈")),
    _more("标题没有写井号", REPORT, "\n五、下一步打算\n\n文字。\n", ("T134", "五、")),
    _more(
        "落款一起粘贴来了",
        REPORT,
        "\n文字。\n\n驻深圳办事处\n\n2021年5月21日\n",
        ("T135", "驻深圳"),
        ("T135", "2021年5"),
    ),
    _more("写了网页的注释", REPORT, "\n<!-- 备注 -->\n", ("T136", "<!--")),
    _more("表格两边没有竖线", REPORT, "\n甲|乙\n---|---\n1|2\n", ("T137", "甲|")),
    _more("行首多了一条竖线", REPORT, "\n|文字。\n", ("T138", "|文字")),
)

TEMPLATES = (
    Mistake(
        "模板要用的数没有人填",
        "（删去 成文日期: 2021-05-21）",
        typed(FACTS, "成文日期: 2021-05-21\n", ""),
        (("T150", FACTS, ""),),
    ),
    _template(
        "Word模板里的名称打错",
        word("{{ 单位.名称 }}", "{{ 单位.名秤 }}"),
        "T101",
        WORD,
        _CELL,
        "{{ 单位.名秤 }}",
    ),
    _template(
        "Word模板里少了一个花括号",
        word("{{ 单位.名称 }}", "{{ 单位.名称 }"),
        "T202",
        WORD,
        _CELL,
        "{{ 单位.名称 }",
    ),
    _template(
        "Word模板里的花括号是全角的",
        word("{{ 单位.名称 }}", "｛｛ 单位.名称 ｝｝"),
        "T201",
        WORD,
        _CELL,
        "｛｛ 单位.名称 ｝｝",
    ),
    _template(
        "Word模板的循环没有结尾",
        word("{%tr endfor %}", ""),
        "T111",
        WORD,
        "正文 表2 第2行 第1格",
        "（删去 {%tr endfor %}）",
    ),
    _template(
        "行标签放在了表格外",
        word("部门整体支出绩效自评表", "{%tr if 项目 %}"),
        "T204",
        WORD,
        "正文 第2段",
        "{%tr if 项目 %}",
    ),
    _template(
        "Word模板里做乘法",
        word("{{ 资金来源.财政拨款.全年预算 }}", "{{ 资金来源.财政拨款.全年预算 + 1 }}"),
        "T110",
        WORD,
        "正文 表1 第3行 第3格",
        "{{ 资金来源.财政拨款.全年预算 + 1 }}",
    ),
    _template(
        "Word模板里和年度比的数没有加引号",
        word("{{ 单位.名称 }}", "{% if 年度 == 2020 %}{{ 单位.名称 }}{% endif %}"),
        "T117",
        WORD,
        _CELL,
        "{% if 年度 == 2020 %}",
    ),
    _template(
        "Excel模板里和年度比的数没有加引号",
        excel("C4", "{% if 年度 == 2020 %}{{ 单位.名称 }}{% endif %}"),
        "T117",
        EXCEL,
        f"{_SHEET} C4",
        "{% if 年度 == 2020 %}",
    ),
    _template(
        "把.doc改名成了.docx", template_bytes(WORD, lambda _: b"\xd0\xcf\x11\xe0 old"), "T001", WORD
    ),
    _template(
        "模板只下载了一半", template_bytes(WORD, lambda raw: raw[: len(raw) // 2]), "T001", WORD
    ),
    _template(
        "把Excel模板放到了Word模板的位置",
        template_bytes(WORD, lambda _: (packaged() / "xlsx/jiujiang/附件1.xlsx").read_bytes()),
        "T214",
        WORD,
    ),
    _template("模板解开后大得离谱", template_bytes(WORD, bomb), "T002", WORD),
    _template(
        "Word模板被人动过手脚（外部实体）",
        template_bytes(WORD, member("word/document.xml", with_dtd)),
        "T213",
        WORD,
    ),
    _template(
        "Excel模板里的名称打错",
        excel("C4", "{{ 单位.名秤 }}"),
        "T101",
        EXCEL,
        f"{_SHEET} C4",
        "{{ 单位.名秤 }}",
    ),
    _template(
        "Excel模板里少了一个花括号",
        excel("C4", "{{ 单位.名称 }"),
        "T253",
        EXCEL,
        f"{_SHEET} C4",
        "{{ 单位.名称 }",
    ),
    _template(
        "Excel模板的循环没有结尾",
        excel("A16", ""),
        "T111",
        EXCEL,
        f"{_SHEET} A14",
        "（删去 {%tr endfor %}）",
    ),
    _template(
        "Excel公式里写了标签",
        excel("E6", "=SUM({{ 资金来源.财政拨款.全年预算 }}, 1)"),
        "T262",
        EXCEL,
        f"{_SHEET} E6",
        "=SUM({{ 资金来源.财政拨款.全年预算 }}, 1)",
    ),
    _template(
        "Excel模板被人动过手脚（外部实体）",
        template_bytes(EXCEL, member("xl/workbook.xml", with_dtd)),
        "T213",
        EXCEL,
    ),
    _form_set(
        "套表里的模板路径不对",
        "docx: docx/jiujiang/附件1.docx",
        "docx: docx/jiujiang/附件一.docx",
        "T003",
        "",
    ),
    _form_set(
        "套表里的模板路径跑到了外面",
        "docx: docx/jiujiang/附件1.docx",
        "docx: ../../附件1.docx",
        "T004",
        "",
    ),
    _form_set(
        "套表里条件的名称打错",
        "    条件: 项目\n  - 名称: 附件3\n",
        "    条件: 项木\n  - 名称: 附件3\n",
        "T118",
        "项木",
    ),
    Mistake(
        "套表没有写文档",
        "（删去 文档: 和下面各项）",
        several(
            own_template(FORM_SET),
            rewritten(
                FORM_SET,
                lambda raw: raw[: raw.index("文档:".encode())] + raw[raw.index("规则:".encode()) :],
            ),
        ),
        (("L505", FORM_SET, "名称"),),
    ),
    _form_set("套表的项目名打错", "文件名: 整体支出", "文档名: 整体支出", "L212", "文档名"),
)

#: Several mistakes in one go: each is answered, in one run.
TOGETHER = (
    Mistake(
        "一个文件里五处错一起犯",
        "（全角冒号、Tab、字母O、漏冒号、方括号）",
        several(
            typed(FACTS, _TO, "主送：市财政局"),
            typed(FACTS, _NONE, "\t离休: 0"),
            typed(FACTS, "考察人次: 90", "考察人次: 9O"),
            typed(FACTS, "  创新创业人才: 218", "  创新创业人才 218"),
            typed(FACTS, _NOTICE, "自评通知: [2021]1号《九江"),
        ),
        (
            ("L122", FACTS, "："),
            ("L121", FACTS, "\t"),
            ("L124", FACTS, "["),
            ("L207", FACTS, "9O"),
            ("L126", FACTS, " 218"),
        ),
    ),
    Mistake(
        "三个文件里各错一处",
        "（列名、得分、正文里的名称）",
        several(
            typed(FIGURES, _GRANT, "财政拨款: {本牛: 209.57}"),
            typed(INDICATORS, "得分: 2.00", "得分: 5.5"),
            typed(REPORT, _SHOWN, "{{ 人员.离修 }}"),
        ),
        (("L309", FIGURES, "本牛"), ("S103", INDICATORS, "5.5"), ("T101", REPORT, "离修")),
    ),
)

CHAPTERS = {
    "打字": TYPING,
    "名称和值": NAMES,
    "公式和核对": FORMULAS,
    "指标和得分": SCORES,
    "文件": FILES,
    "报告正文（report.md）": REPORTS,
    "模板和套表": TEMPLATES,
    "几处错一起犯": TOGETHER,
}
ALL = [mistake for chapter in CHAPTERS.values() for mistake in chapter]
