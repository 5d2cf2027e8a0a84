"""Rules about wording: names, fixed phrases, leftovers, slips of the pen, private data."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from generator.checks.nearly import near, one_off, without
from generator.checks.prose import FACT, REPORT, UNIT, Passage
from generator.checks.registry import Finding, rule
from generator.checks.subject import Subject
from generator.content import blanks
from generator.content.model import Correction
from generator.content.wordings import HAN, any_of, held, in_context
from generator.problems import Position, Severity

WARNING, NOTE = Severity.WARNING, Severity.NOTE

_SCORED = "得分{{ 自评.总分 }}分，等级为“{{ 自评.等级 }}”。\n"


@rule(
    "TEMPLATE01",
    WARNING,
    "模板残留",
    why="“增加（减少）”没有选一个，XX、××、某某、20XX、____ 没有填，“（如：……）”“填写说明”没有删。",
    source="评审常见：模板的话没有改",
    uses=("模板残留", "提示"),
    hint="请按实际情况写，没有变化的写“与上年持平”。",
    failing={"report.md": "支出比上年增加（减少）3万元。" + _SCORED},
    passing={"report.md": "支出比上年增加3万元。" + _SCORED},
)
def leftovers(data: Subject) -> Iterator[Finding]:
    """Choices not made and blanks not filled."""
    left = any_of((*data.known.leftovers, *data.known.prompts))
    for passage, match in data.matches(f"{_BLANKS}|{left or '(?!)'}"):
        if not blanks.in_text(match[0], ""):  # told as what is still to be filled in
            yield Finding(passage.at(match.start()), f"“{match[0]}”是模板里留下的。")


#: What stands for something to be filled in, in no language.
_BLANKS = r"(?<![A-Za-z×])[Xx×]{2,20}(?![A-Za-z×])|20[XxｘＸ×]{2}|[_＿]{3,20}"


@rule(
    "TEMPLATE02",
    WARNING,
    "标签写在了内容文件里",
    why="标签只在 report.md 和模板里替换；facts.yaml、indicators.yaml、项目文件里的文字照原样印出，包括花括号。",
    source="评审常见：成稿里留着模板标签",
    hint="请直接写出来，或者把这句话移到 report.md；确实要印花括号的，可以豁免。",
    failing={"facts.yaml": "目标:\n  预期: '{{ 年度 }}年服务企业。'\n  完成: 已完成。\n"},
    passing={"facts.yaml": "目标:\n  预期: 全年服务企业。\n  完成: 已完成。\n"},
)
def tags_in_texts(data: Subject) -> Iterator[Finding]:
    """Tags where nothing fills them in."""
    for passage, match in data.matches(r"\{\{[^{}]+\}\}|\{%[^{}]+%\}", "{"):
        if passage.kind != REPORT:
            yield Finding(passage.at(match.start()), f"“{match[0]}”会照样印出来。")


@rule(
    "NAMES01",
    WARNING,
    "单位名称差一个字",
    why="文字里有一处和单位名称、简称，或 facts 里的单位、公司名称只差一个字。",
    uses=("单位名称", "机构", "地名", "区别字"),
    hint="请核对；单位名称请用 {{ 单位.简称 }}。",
    failing={"facts.yaml": "目标:\n  预期: 培训中心做好培训。\n  完成: 培讯中心做了培训。\n"},
    passing={"facts.yaml": "目标:\n  预期: 培训中心做好培训。\n  完成: 培训中心做了培训。\n"},
)
def organisations(data: Subject) -> Iterator[Finding]:
    """Names of offices one character off."""
    for at, name, found in _almost(data, _names(data)):
        if not _other_office(data, name, found):
            yield Finding(
                at,
                f"“{found}”和“{name}”只差一个字。",
                hint=f"是否为“{name}”？单位名称请用标签。",
            )


@rule(
    "NAMES05",
    WARNING,
    "单位简称不一致",
    why="文字里的简称和 unit.yaml 里的简称多一个字或少一个字，多半是改了简称，有的地方没有跟着改。",
    hint="请改成一致；单位简称请用 {{ 单位.简称 }}。",
    failing={"facts.yaml": "目标:\n  预期: 培中心做好培训。\n"},
    passing={"facts.yaml": "目标:\n  预期: 培训中心做好培训。\n"},
)
def short_names(data: Subject) -> Iterator[Finding]:
    """Other abbreviations of the unit's own name than its short name."""
    own = {p.name: p.text for p in data.texts if p.kind == UNIT}
    name, short = own.get("单位.名称", ""), own.get("单位.简称", "")
    if len(short) < 3 or not _abbreviates(short, name):
        return
    others = _other_shorts(short, name)
    for passage in data.texts:
        if passage.kind == UNIT or short[0] not in passage.text:
            continue
        text = without(passage.text, [name, short])
        for other in others:
            start = text.find(other)
            while start >= 0:
                end = start + len(other)
                longer = text[end : end + 1] and other + text[end] in name
                if passage.typed(start, end) and not longer:
                    yield Finding(
                        passage.at(start),
                        f"“{other}”和单位简称“{short}”不一致。",
                        hint=f"是否为“{short}”？单位简称请用标签。",
                    )
                start = text.find(other, end)


def _other_shorts(short: str, name: str) -> list[str]:
    """Abbreviations of ``name`` with an inner character more or less than ``short``."""
    less = {short[:i] + short[i + 1 :] for i in range(1, len(short) - 1)}
    more = {short[:i] + char + short[i:] for i in range(1, len(short)) for char in set(name)}
    found = {one for one in less | more if len(one) >= 3 and _abbreviates(one, name)}
    return sorted(found - {short}, key=lambda one: (-len(one), one))


def _abbreviates(short: str, name: str) -> bool:
    """Whether the characters of ``short`` stand in ``name`` in this order."""
    rest = iter(name)
    return all(char in rest for char in short)


def _almost(data: Subject, names: list[str]) -> Iterator[tuple[Position, str, str]]:
    """Where a person typed a name almost right: the place, the name, what stands there."""
    # All texts at once: no name goes across a line break, and what is rare is found by C.
    text = without(data.whole_text, names)
    starts = [0, *accumulate(len(passage.text) + 1 for passage in data.texts)]
    for name in names:
        for start, found in near(name, text):
            number = bisect_right(starts, start) - 1
            passage, offset = data.texts[number], start - starts[number]
            if passage.typed(offset, offset + len(found)):
                yield passage.at(offset), name, found


def _names(data: Subject) -> list[str]:
    """The unit's names and what facts hold of other organisations, longest first."""
    ends = data.known.organisations
    found = {
        passage.text
        for passage in data.texts
        if passage.kind in (FACT, UNIT)
        and (passage.kind == FACT or passage.name in data.known.own_names)
        and 3 <= len(passage.text) <= 40
        and passage.text.endswith(ends)
        and passage.text not in ends
        and re.fullmatch(rf"(?:{HAN}|[（）])+", passage.text)
    }
    # Two names of the content may themselves differ by one character (甲局, 乙局).
    own = {p.text for p in data.texts if p.kind == UNIT and p.name != "单位.套表"}
    return sorted(
        (
            name for name in found
            if name in own or not any(one_off(one, name) for one in own & found)
        ),
        key=lambda name: -len(name),
    )  # fmt: skip


def _other_office(data: Subject, name: str, found: str) -> bool:
    """驻京办 beside 驻深办: the changed character names another place or another number."""
    if len(name) != len(found):
        return False
    changed = [b for a, b in zip(name, found, strict=True) if a != b]
    return all(c in data.known.places or c in data.known.distinctions for c in changed)


@rule(
    "NAMES03",
    WARNING,
    "科目名称写错了",
    why="功能分类科目和“三公”经费的名称差一个字或少一个字（一般公共服支出、公务招待费）。",
    source="政府收支分类科目",
    uses=("科目", "科目例外"),
    hint="请用规范的科目名称。",
    failing={"report.md": "一般公共服支出10万元。" + _SCORED},
    passing={"report.md": "一般公共服务支出10万元。" + _SCORED},
)
def accounts(data: Subject) -> Iterator[Finding]:
    """Account names one character off, in texts and as row names."""
    names = sorted(data.known.accounts, key=lambda name: -len(name))
    for at, name, found in _almost(data, names):
        if found not in data.known.near_accounts:
            yield _account(at, found, name)
    for row in data.table_rows:
        last = row.path.rpartition(".")[2]
        for name in names:
            if last not in names and one_off(name, last):
                yield _account(next(iter(row.cells.values())).at, last, name)


def _account(at: Position, found: str, name: str) -> Finding:
    return Finding(at, f"没有“{found}”这个科目。", hint=f"是否为“{name}”？")


@rule(
    "PHRASE01",
    WARNING,
    "固定表述写错了",
    why="重要的政治表述有固定写法，多字少字都不行；哪些表述，由套表的“固定表述”说。",
    source="党中央文件的正式表述",
    uses=("固定表述", "表述也对"),
    hint="请按固定表述写。",
    failing={"report.md": "以习近平新时代特色社会主义思想为指引。" + _SCORED},
    passing={"report.md": "以习近平新时代中国特色社会主义思想为指导。" + _SCORED},
)
def phrases(data: Subject) -> Iterator[Finding]:
    """Fixed political wording, exactly."""
    for right, passage, match in _found(data, data.known.phrases):
        if match[0] != right and match[0] not in data.known.fine_phrases:
            yield Finding(
                passage.at(match.start()),
                f"“{match[0]}”应为“{right}”。",
                hint=f"请改成“{right}”。",
            )


def _found(
    data: Subject, phrases: Iterable[Correction]
) -> Iterator[tuple[str, Passage, re.Match[str]]]:
    """Where a form of one of ``phrases`` was typed: what is right, the passage, the match."""
    for phrase in phrases:
        for form in phrase.forms:
            for passage, match in data.matches(in_context(phrase, form), held(form)):
                yield phrase.right, passage, match


@rule(
    "PHRASE02",
    WARNING,
    "文号的括号不对",
    why="发文字号的年份用六角括号〔〕，序号不编虚位（不写034）、不加“第”字。",
    source="GB/T 9704—2012 第7.2.5条",
    hint="请写成“中发〔2018〕34号”。",
    failing={"report.md": "根据《意见》（中发[2018]34号）精神。" + _SCORED},
    passing={"report.md": "根据《意见》（中发〔2018〕34号）精神。" + _SCORED},
)
def document_numbers(data: Subject) -> Iterator[Finding]:
    """Document numbers in the wrong brackets."""
    wrong = r"[\[（(【［](?:19|20)\d\d[\]）)】］]\s*第?\d+号|〔(?:19|20)\d\d〕\s*(?:第\d+|0\d+)号"
    for passage, match in data.matches(wrong):
        right = re.sub(r"^\D*+(\d{4})\D*+0*+(\d+)号", r"〔\1〕\2号", match[0])
        yield Finding(passage.at(match.start()), f"文号写成了“{match[0]}”，应为“{right}”。")


@rule(
    "WORD01",
    WARNING,
    "重复的字",
    why="连着写了两遍的虚词（的的、在在）或词语（进行进行）；“在在粤人才心中”这样的不算。标签前后又写了一遍单位或方向（88分分、80%%、增加比上年增加）的也算。",
    uses=("叠字", "叠字例外", "在字后面", "地名", "两字地名"),
    hint="请删去多余的字。",
    failing={"facts.yaml": "目标:\n  预期: 各县市在在广州举办活动。\n  完成: 已举办。\n"},
    passing={"facts.yaml": "目标:\n  预期: 各县市在广州举办活动。\n  完成: 已举办。\n"},
)
def doubled(data: Subject) -> Iterator[Finding]:
    """Words written twice."""
    known = data.known
    single = rf"([{re.escape(known.single) or '〔'}])\1(?!\1)"
    double = rf"({HAN}{{2,4}})\1"
    for passage, match in data.matches(f"(?:{single})"):
        after = passage.text[match.end() : match.end() + 1]
        attributive = after and after in known.places + known.attributive
        of_place = passage.text.startswith(known.long_places, match.end())
        if match[1] == "在" and attributive and not of_place:
            continue  # 在深圳 is a place, 在深人才 are people: only they may follow another 在
        if passage.text.startswith(known.doubled, match.start()):
            continue
        yield Finding(passage.at(match.start()), f"“{match[0]}”重复了。")
    for passage, match in data.matches(double):
        if len(set(match[1])) > 1 and match[0] not in known.doubled:
            yield Finding(passage.at(match.start()), f"“{match[0]}”重复了。")
    hint = "标签印出来的字里已经有单位或者“比上年增加”，前后不要再写。"
    for passage, match in data.matches(_AROUND_A_TAG):
        yield Finding(passage.at(match.start()), f"“{match[0]}”重复了。", hint=hint)


#: Units and directions that stand in a tag's text and were typed beside it once more.
_AROUND_A_TAG = (
    r"\d(?:分分(?!钟)|[%％]{2}|元元)|(?:增加|减少|增长|下降)(?:[比较]上年|增加|减少|增长|下降)"
)


@rule(
    "WORD02",
    WARNING,
    "句子不完整或有错字",
    why="一段话以逗号、顿号结尾，或有常见的掉字、错字（各项工、按质保量）。",
    uses=("错字",),
    hint="请补全或改正。",
    failing={"facts.yaml": "目标:\n  预期: 做好各项工；服务企业，\n  完成: 已完成。\n"},
    passing={"facts.yaml": "目标:\n  预期: 做好各项工作；服务企业。\n  完成: 已完成。\n"},
)
def broken(data: Subject) -> Iterator[Finding]:
    """Texts that stop in the middle, and common typos."""
    for passage in data.texts:
        text = passage.text.rstrip()
        if text.endswith(("，", "、", ",")) and passage.typed(len(text) - 1, len(text)):
            yield Finding(
                passage.at(len(text) - 1), f"“…{text[-12:]}”以“{text[-1]}”结尾，话没有说完。"
            )
    for right, passage, match in _found(data, data.known.typos):
        yield Finding(passage.at(match.start()), f"“{match[0]}”是否为“{right}”？")


@rule(
    "PII01",
    WARNING,
    "含有个人信息",
    why="手机号、座机、身份证号，以及联系人姓名，不宜出现在公开的自评材料里。",
    source="个人信息保护法；政府信息公开条例第十五条",
    uses=("填写人",),
    hint="请删去，或在公开版里留空；确要打印的，可以豁免并写明理由。",
    failing={"facts.yaml": "联系电话: 13812345678\n"},
    passing={"facts.yaml": "联系电话: （略）\n"},
)
def private(data: Subject) -> Iterator[Finding]:
    """Phones and identity numbers."""
    pattern = (
        r"(?<![\dA-Za-z])(?:1[3-9]\d{9}|0\d{2,3}[-—－]\d{7,8}"
        r"|[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx])(?![\dA-Za-z])"
    )
    for passage, match in data.matches(pattern):
        yield Finding(passage.at(match.start()), f"“{_masked(match[0])}”像是电话或身份证号。")
    for path, figure in data.figures.items():
        long = len(figure.text) >= 11 and not figure.formula
        if long and re.fullmatch(pattern, figure.text):
            yield Finding(figure.at, f"“{path}”的“{_masked(figure.text)}”像是电话号码。")
    for path, words in data.data.computed.words.items():
        person = path.rpartition(".")[2] in data.known.persons
        if person and re.fullmatch(rf"(?:{HAN}|·){{2,6}}", words) and "略" not in words:
            yield Finding(words.at, f"“{path}”填了人名。")


def _masked(text: str) -> str:
    return text[:3] + "*" * (len(text) - 5) + text[-2:]


@rule(
    "TAOHUA01",
    NOTE,
    "套话多",
    why="同一段话里反复说“很好地”“高度重视”一类的话，代替了数据。默认不查。",
    uses=("套话",),
    hint="请逐条对照目标写做了什么、多少。",
    failing={
        "套表": "规则级别: {TAOHUA01: 开}\n",
        "facts.yaml": "目标:\n  预期: 甲。\n  完成: 很好地完成了甲，很好地完成了乙，很好地完成了丙。\n",
    },
    passing={
        "套表": "规则级别: {TAOHUA01: 开}\n",
        "facts.yaml": "目标:\n  预期: 甲。\n  完成: 完成甲3项，乙5项，丙2项。\n",
    },
    enabled=False,
)
def praise(data: Subject) -> Iterator[Finding]:
    """Praise three times and more in one passage."""
    praising = any_of(data.known.praise) or "(?!)"
    for passage in data.texts:
        found = [m for m in re.finditer(praising, passage.text) if passage.typed(*m.span())]
        if len(found) >= 3 and passage.kind in (REPORT, "goal", FACT):
            told = "、".join(dict.fromkeys(m[0] for m in found))
            yield Finding(passage.at(found[0].start()), f"这一段有{len(found)}处套话（{told}）。")
