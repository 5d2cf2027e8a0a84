"""Templates and report.md are untrusted: nothing gets out, nothing hangs, each attempt is named.

The payloads are the lab's (feasibility H), those of the public lists of Jinja2 injections, and
of the advisories GHSA-q2x7-8rv6-6q7h, GHSA-cpwx-vrp4-4pq7 and GHSA-gmj6-6f8f-6699.
"""

from __future__ import annotations

import io
import multiprocessing
import sys
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from jinja2 import TemplateError
from kit import workspaces
from kit.archives import Members, repacked, saved
from openpyxl import Workbook

from generator.content.report.reader import read_report
from generator.figures.model import Figure, Names, Words
from generator.formats.docx import render as docx
from generator.formats.docx.compile.compiler import compile_docx
from generator.formats.properties import Properties
from generator.formats.xlsx import render as xlsx
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.language import markers, narrative, statements
from generator.language.environment import TemplateLimit
from generator.language.lint import lint
from generator.problems import Position, Problem, Problems

FILE = "templates/外来.docx"
HERE = Position("content/facts.yaml", 3)
PROPERTIES = Properties("题", "人", "2021-05-21")
#: What an escape would show: Python's own names, the content's hidden ones, a command's output.
LEAKS = (
    "<class", "<function", "<module", "<bound", " at 0x", "uid=", "root:", "SECRET", "builtins",
)  # fmt: skip
PATIENCE = 20.0

ESCAPES = (
    # The lab's.
    "{{ ''.__class__.__mro__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ self._TemplateReference__context }}",
    "{{ 简介.__class__.__base__.__subclasses__()|length }}",
    "{{ '%s'|format(简介.__class__) }}",
    "{{ '{0.__class__}'.format(简介) }}",
    "{% for i in range(10**9) %}{% endfor %}",
    "{{ 'a'*(10**9) }}",
    "{% include '/etc/passwd' %}",
    "{{ 指标.append(2) }}{{ 指标 }}",
    # Attributes of objects that are there.
    "{{ 简介.path }}",
    "{{ 简介.at }}",
    "{{ 收入.value }}",
    "{{ 收入.__class__ }}",
    "{{ 收入['__class__'] }}",
    "{{ 收入.base }}",
    "{{ 单位.__class__.__init__.__globals__ }}",
    "{{ 单位['__class__'] }}",
    "{{ 单位['__cl' 'ass__'] }}",
    "{{ 单位.items() }}",
    "{{ 单位.get('名称') }}",
    "{{ 单位.clear() }}",
    "{{ 单位.pop }}",
    "{{ 指标.sort }}",
    "{{ 指标[0].update({'名称': 'x'}) }}",
    "{{ ()|attr('__class__') }}",
    "{{ [].__class__.__mro__[-1].__subclasses__() }}",
    "{{ (1).__class__ }}",
    "{{ none.__class__ }}",
    "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ ''['__class__']['__mro__'][1]['__subclasses__']() }}",
    "{{ 缺少.__init__.__globals__ }}",
    "{{ 缺少._fail_with_undefined_error }}",
    "{{ 缺少._undefined_hint }}",
    # Jinja's own objects.
    "{{ self }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context.environment }}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ lipsum(5) }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__.os.system('id') }}",
    "{{ dict.__base__.__subclasses__() }}",
    "{{ range.__class__ }}",
    "{{ context }}",
    "{{ environment }}",
    "{{ undefined }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ _rows }}",
    "{{ l_0_简介 }}",
    "{{ resolve('简介') }}",
    "{% debug %}",
    "{% for x in 指标 %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in 指标 %}{{ loop.cycle.__globals__ }}{% endfor %}",
    "{% for x in 指标 %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in 指标 %}{{ loop._iterable }}{% endfor %}",
    "{% for x in 指标 %}{{ loop.previtem }}{% endfor %}",
    "{% for x in 指标 %}{{ loop['__class__'] }}{% endfor %}",
    "{% for x in 指标 %}{{ loop }}{% endfor %}",
    "{% for x in 指标 recursive %}{{ loop(指标) }}{% endfor %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
    "{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}",
    "{% macro m() %}{% endmacro %}{{ m.__class__ }}",
    "{% call x() %}{% endcall %}",
    "{% block a %}{% endblock %}{{ self.a() }}",
    "{% extends '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% from 'os' import system %}{{ system('id') }}",
    "{% include ['/etc/passwd'] ignore missing %}",
    "{% with a = ''.__class__ %}{{ a }}{% endwith %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape false %}{{ '<b>' }}{% endautoescape %}",
    "{% raw %}{{ x }}{% endraw %}",
    "{% set x %}a{% endset %}{{ x }}",
    "{%- set x = ''.__class__ -%}{{ x }}",
    "{% set 单位.名称 = 1 %}",
    "{% set ns = namespace(x=1) %}{{ ns }}",
    "{% set a, b = 指标 %}{{ a }}",
    "{% do 指标.append(1) %}",
    "{% trans %}x{% endtrans %}",
    "{% continue %}",
    "{% print(1) %}",
    # Filters that reach attributes, call functions, or switch escaping off.
    "{{ ''|attr('__class__') }}",
    "{{ '{0.__class__}'|attr('format') }}",
    "{{ ('{0.__class__.__init__.__globals__}'|attr('format'))(简介) }}",
    "{{ '{a.__class__}'.format_map({'a': 简介}) }}",
    "{% set f = '{0.__class__}'.format %}{{ f(简介) }}",
    "{{ [简介]|map('format', 简介)|list }}",
    "{{ 指标|map(attribute='__class__')|list }}",
    "{{ 指标|map('attr', '__class__')|list }}",
    "{{ 指标|selectattr('__class__')|list }}",
    "{{ 指标|groupby('__class__') }}",
    "{{ 指标|sort(attribute='__class__') }}",
    "{{ 指标|sum(attribute='__class__', start='') }}",
    "{{ {'a b': 1}|xmlattr }}",
    "{{ {'x><script>': 1}|xmlattr(true) }}",
    "{{ '<w:p/>'|safe }}",
    "{{ '<w:p/>'|forceescape }}",
    "{{ 指标|tojson }}",
    "{{ 指标|pprint }}",
    "{{ 指标|list }}",
    "{{ 简介|string }}",
    "{{ 简介|replace('a', 'b' * 10**9) }}",
    "{{ 简介|wordwrap(1, wrapstring='a' * 10**9) }}",
    "{{ 单位|dictsort }}",
    "{{ 单位|items|list }}",
    "{{ 简介|urlize }}",
    "{{ 指标|random }}",
    "{{ 简介|_rows }}",
    "{{ 简介|_narrative(简介) }}",
    "{{ 简介|_attribute }}",
    "{{ 1|_columns(10**9) }}",
    "{{ 简介 is callable }}",
    "{{ 简介 is sameas 简介 }}",
    "{{ 1 is filter('x') }}",
    "{{ 指标 is sequence }}",
    # Async, calls, lambdas, slices, star arguments.
    "{{ await x }}",
    "{{ lambda: 1 }}",
    "{{ 简介[0:1] }}",
    "{{ 简介[::-1] }}",
    "{{ 收入|万元(**{'digits': 1}) }}",
    "{{ (收入|万元).path }}",
    "{{ (收入|万元).__class__ }}",
    "{{ 收入|万元('__class__') }}",
    "{{ 收入|占(单位) }}",
    "{{ 收入() }}",
    "{{ 简介.upper() }}",
    "{{ '' ~ 简介.__class__ }}",
    "{{ {'a': 1} }}",
    "{{ {'a': 1}.a }}",
    "{{ f'{简介}' }}",
    "{{ 1 if 简介.__class__ }}",
)

BOMBS = (
    "{{ 'a'*10**10 }}",
    "{{ 10**10**10 }}",
    "{{ 9**9**9**9 }}",
    "{{ 1 // 0 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'x'|center(10**9) }}",
    "{{ 'x'|indent(10**9) }}",
    "{{ 'x'|ljust(1000000000) }}",
    "{{ lipsum(1000000) }}",
    "{{ [1] * 10**10 }}",
    "{{ range(10**10)|list }}",
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% for a in 多 %}{% for b in 多 %}{% for c in 多 %}{{ 简介 }}" + "{% endfor %}" * 3,
    "{% for a in 多 %}{% for b in 多 %}{% for c in 多 %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in 多 %}{% for b in 多 if b == a %}{% for c in 多 %}" + "{% endfor %}" * 3,
    "{{ 收入 | 数(1000000000) }}",
    "{{ 收入 | 数(-1) }}",
    "{{ 收入 | 万元(999999999999999999999) }}",
    "{{ 收入 + 1 }}",
    "{{ 收入 - 收入 }}",
    "{{ -收入 }}",
    "{{ 简介 + 简介 }}",
    "{{ 指标 + 指标 }}",
    "{{ 1e999 }}",
    "{{ 1.5 }}",
    "{{ " + "9" * 5000 + " }}",
    "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
    "{{ " + "not " * 5000 + "1 }}",
    "{{ " + "-" * 5000 + "1 }}",
    "{{ " + "[" * 2000 + "]" * 2000 + " }}",
    "{{ 单位" + ".名称" * 5000 + " }}",
    "{{ 收入" + "|万元" * 3000 + " }}",
    "{% if " + " and ".join(["1"] * 5000) + " %}{{ x }}{% endif %}",
    "{% for x in 指标 %}" * 30 + "{{ 简介 }}" + "{% endfor %}" * 30,
    "{% if 收入 %}" * 120 + "{{ 简介 }}{{ 缺 }}" + "{% endif %}" * 120,
    "{% set a = [1] %}{% set b = [1] %}"
    + "{% set a = [a, a] %}{% set b = [b, b] %}" * 60
    + "{% if a == b %}x{% endif %}",
    "{% set a = [指标, 指标] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
    "{% set n = 9 %}" + "{% set n = n + n %}" * 300 + "{{ n }}{{ 缺 }}",
    "{{" * 20_000,
    "{%" * 20_000 + "}}",
    "{{ a }} " * 6000,
)  # fmt: skip


def context() -> Names:
    rows = [Names(名称=Words(f"第{n}项", f"指标[{n}].名称", HERE)) for n in range(1, 4)]
    return Names(
        简介=Words("一段SECRET".replace("SECRET", "话"), "简介", HERE),
        收入=Figure("收入", Fraction(5), "5", "万元", HERE, 0),
        单位=Names(名称=Words("某局", "单位.名称", HERE)),
        指标=rows,
        多=[Words("项", f"多[{n}]", HERE) for n in range(1, 2001)],
        正文=(),
    )


# --- the three ways in ----------------------------------------------------------------------


def through_docx(payload: str) -> tuple[list[Problem], str]:
    document = Document()
    document.add_paragraph("头")
    document.add_paragraph(payload)
    return of_docx(saved(document))


def of_docx(raw: bytes) -> tuple[list[Problem], str]:
    problems = Problems()
    compiled = compile_docx(raw, FILE, [], problems)
    if compiled is None:
        return problems.sorted(), ""
    said = statements.read(compiled.tags, docx.environment())
    lint(compiled.tags, said, context(), problems)
    if problems.failed:
        return problems.sorted(), ""
    assert compiled.renderable, "neither code nor a problem"
    return rendered(lambda: docx.render_docx(compiled, context(), PROPERTIES), compiled.tags)


def through_xlsx(payload: str) -> tuple[list[Problem], str]:
    book = Workbook()
    assert book.active is not None
    book.active["B2"] = payload
    problems = Problems()
    compiled = compile_xlsx(saved(book), FILE, problems)
    if compiled is None:
        return problems.sorted(), ""
    said = statements.read(compiled.tags, xlsx.environment())
    lint(compiled.tags, said, context(), problems)
    if problems.failed:
        return problems.sorted(), ""
    return rendered(lambda: xlsx.render_xlsx(compiled, context(), PROPERTIES), compiled.tags)


def through_report(payload: str) -> tuple[list[Problem], str]:
    problems = Problems()
    source = read_report(f"# 头\n\n{payload}\n", FILE)
    problems.extend(source.problems)
    compiled = narrative.compile_narrative(source, docx.environment(), docx.escape)
    lint(source.tags, compiled.statements, context(), problems)
    if not problems.failed and not compiled.sound:
        problems.add("T115", Position(FILE), reason="标签不通")  # as ``documents`` does
    if problems.failed or not compiled.sound:
        return problems.sorted(), ""
    out: list[str] = []
    try:
        blocks = narrative.render_narrative(compiled, docx.environment(), context())
    except (TemplateLimit, TemplateError) as error:
        return [stopped(error)], ""
    for block in blocks:
        text, marks = markers.strip(block.text)
        faults(marks, source.tags, problems)
        out.append(text)
    return problems.sorted(), "\n".join(out)


def rendered(render: Callable[[], Any], tags: Any) -> tuple[list[Problem], str]:
    problems = Problems()
    try:
        done = render()
    except (TemplateLimit, TemplateError) as error:
        return [stopped(error)], ""
    for marks in done.marks.values():
        faults(marks, tags, problems)
    shown = "".join(text for name, text in done.parts.items() if "docProps" not in name)
    return problems.sorted(), shown


def faults(marks: Any, tags: Any, problems: Problems) -> None:
    for mark in marks:
        if mark.path.startswith(markers.FAULT):
            code, values = markers.read_fault(mark.path)
            problems.add_values(code, tags[mark.tag].at, {"tag": tags[mark.tag].text, **values})


def stopped(error: Exception) -> Problem:
    """As ``documents`` reports what only shows at run time."""
    problems = Problems()
    if isinstance(error, TemplateLimit):
        problems.add("T116", Position(FILE))
    else:
        problems.add("T115", Position(FILE), reason=str(error))
    return next(iter(problems))


WAYS = {"docx": through_docx, "xlsx": through_xlsx, "report.md": through_report}


def labels(payloads: tuple[str, ...]) -> list[str]:
    return [f"{n}-{payload[:40]}" for n, payload in enumerate(payloads)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("payload", ESCAPES, ids=labels(ESCAPES))
def test_no_escape(payload: str, way: str) -> None:
    problems, shown = WAYS[way](payload)
    assert problems, f"no message; printed {shown[-200:]!r}"
    assert any(problem.at.place or problem.at.line for problem in problems), problems
    assert not any(leak in shown for leak in LEAKS)
    assert_plain(problems)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("payload", BOMBS, ids=labels(BOMBS))
def test_no_bomb(payload: str, way: str) -> None:
    problems = in_time(lambda: WAYS[way](payload)[0])
    assert problems
    assert all(problem.at.file for problem in problems)
    assert_plain(problems)


def in_time(work: Callable[[], list[Problem]]) -> list[Problem]:
    """What ``work`` finds, in a process of its own that can be ended: some bombs hang in C."""
    context_ = multiprocessing.get_context("fork")
    here, there = context_.Pipe(duplex=False)

    def child() -> None:
        try:
            there.send(work())
        except BaseException as error:
            there.send(f"{type(error).__name__}: {error}"[:300])

    process = context_.Process(target=child)
    process.start()
    there.close()
    try:
        if not here.poll(PATIENCE):
            pytest.fail(f"still not done after {PATIENCE:.0f} seconds", pytrace=False)
        found = here.recv()
    finally:
        here.close()
        process.kill()
        process.join()
    if isinstance(found, str):
        pytest.fail(found, pytrace=False)
    return list(found)


PYTHON_WORDS = ("Error", "Exception", "Traceback", "object", "NoneType", "dict", "undefined", "__")


def assert_plain(problems: list[Problem]) -> None:
    """Messages are Chinese; what is quoted from the tag itself does not count."""
    for problem in problems:
        assert not problem.message.isascii()
        text = problem.message.partition("写法有误：")[2] or ""
        assert not any(word in text for word in PYTHON_WORDS), problem.message


def test_the_content_is_as_before() -> None:
    before = context()
    held = Names(before, 指标=[Names(row) for row in before["指标"]])  # type: ignore[attr-defined]
    raw = saved_text("{% for r in 指标 %}{% set r = 单位 %}{{ r.名称 }}{% endfor %}")
    compiled = compile_docx(raw, FILE, [], Problems())
    assert compiled is not None
    docx.render_docx(compiled, before, PROPERTIES)
    assert before == held


def saved_text(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


# --- files ----------------------------------------------------------------------------------

MAIN = "word/document.xml"


def changed(change: Callable[[Members], object]) -> bytes:
    return repacked(saved_text("甲 MARK 乙"), change)


def with_main(old: bytes, new: bytes) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        assert old in members[MAIN]
        members[MAIN] = members[MAIN].replace(old, new)

    return changed(change)


def with_relation(kind: str, target: str, part: str = "document") -> bytes:
    name = f"word/_rels/{part}.xml.rels"
    link = (
        f'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    ).encode()

    def change(members: dict[str, bytes]) -> None:
        empty = (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b"</Relationships>"
        )
        members[name] = members.get(name, empty).replace(b"</Relationships>", link)
        if part == "settings":
            settings = members["word/settings.xml"]
            mark = b'<w:attachedTemplate xmlns:r="http://schemas.openxmlformats.org/officeDocument'
            mark += b'/2006/relationships" r:id="rIdX"/>'
            at = settings.index(b">", settings.index(b"<w:settings")) + 1
            members["word/settings.xml"] = settings[:at] + mark + settings[at:]

    return changed(change)


def doctype(declaration: bytes, body: bytes) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        xml = members[MAIN].replace(b"MARK", body)
        at = xml.index(b"?>") + 2
        members[MAIN] = xml[:at] + declaration + xml[at:]

    return changed(change)


def billion_laughs() -> bytes:
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 20) for n in range(1, 9))
    return doctype(b'<!DOCTYPE w [<!ENTITY a0 "lollollollol">' + entities + b"]>", b"&a8;")


def field(code: str, *more: str) -> bytes:
    document = Document()
    runs = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (code, *more))
    document.element.body.insert(0, parse_xml(
        f'<w:p {nsdecls("w")}><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    ))  # fmt: skip
    return saved(document)


def forged_size() -> bytes:
    """A bomb whose directory says that it is small."""
    raw = bytearray(changed(lambda m: m.update({"word/big.xml": b"\0" * 50_000_000})))
    at = raw.rindex(b"word/big.xml") - 46
    raw[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(raw)


def twice() -> bytes:
    stream = io.BytesIO(saved_text("甲"))
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(MAIN, b"<x/>")
    return stream.getvalue()


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "不是zip": (lambda: b"\xd0\xcf\x11\xe0 old .doc", "T001"),
    "空文件": (lambda: b"", "T001"),
    "半个zip": (lambda: saved_text("甲")[:5000], "T001"),
    "压缩炸弹": (lambda: changed(lambda m: m.update({"word/media/a.png": b"\0" * (250 << 20)})),
                 "T002"),
    "三亿字的文字": (lambda: with_main(b"MARK", b"A" * 150_000_000), "T002"),
    "谎报大小": (forged_size, "T001"),
    "成员太多": (lambda: changed(lambda m: m.update({f"x/{n}": b"" for n in range(2500)})),
                 "T002"),
    "同名成员": (twice, "T002"),
    "外部实体": (lambda: doctype(b'<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
                               b"&e;"), "T213"),
    "实体炸弹": (billion_laughs, "T213"),
    "参数实体": (lambda: doctype(b'<!DOCTYPE w [<!ENTITY % p SYSTEM "http://x/y.dtd">%p;]>', b""),
                 "T213"),
    "别处的DTD": (lambda: changed(lambda m: m.update({
        "customXml/item1.bin": b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE a []><a/>'})), "T213"),
    "千层嵌套": (lambda: with_main(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 5000), "T216"),
    "半截XML": (lambda: with_main(b"</w:body>", b""), "T216"),
    "外链图片": (lambda: with_relation("image", "file:///C:/secret.png"), "T222"),
    "外链图片http": (lambda: with_relation("image", "http://evil.example/beacon.png"), "T222"),
    "外链对象": (lambda: with_relation("oleObject", "\\\\evil\\share\\x.xls"), "T222"),
    "外链框架": (lambda: with_relation("frame", "http://evil.example/"), "T222"),
    "链接到文件": (lambda: with_relation("hyperlink", "file://evil/share"), "T222"),
    "脚本链接": (lambda: with_relation("hyperlink", "javascript:alert(1)"), "T222"),
    "外部子文档": (lambda: with_relation("subDocument", "http://evil.example/a.docx"), "T222"),
    "宏": (lambda: changed(lambda m: m.update({"word/vbaProject.bin": b"x"})), "T223"),
    "DDE": (lambda: field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"), "T224"),
    "拆开的DDE": (lambda: field(" DDE", "AUTO", " cmd"), "T224"),
    "INCLUDETEXT": (lambda: field('INCLUDETEXT "c:\\\\secret.txt"'), "T224"),
    "INCLUDEPICTURE": (lambda: field('INCLUDEPICTURE "http://evil.example/x.png"'), "T224"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_files_gen_does_not_open(case: str) -> None:
    make, code = FILES[case]
    raw = make()
    problems, _ = of_docx(raw)
    assert [problem.code for problem in problems] == [code]
    assert problems[0].at.file == FILE
    assert problems[0].hint
    assert_plain(problems)


@pytest.mark.parametrize("target", ["file:///C:/Users/x/Normal.dotm", "http://evil.example/a.dotm"])
def test_the_link_to_the_own_template_is_dropped(target: str) -> None:
    raw = with_relation("attachedTemplate", target, "settings")
    problems = Problems()
    compiled = compile_docx(raw, FILE, [], problems)
    assert list(problems) == []
    assert compiled is not None
    assert [left.what for left in compiled.left] == ["作者自己的模板（.dotm）的链接"]
    done = docx.render_docx(compiled, {}, PROPERTIES)
    with zipfile.ZipFile(io.BytesIO(done.data)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert target.encode() not in everything
    assert b"attachedTemplate" not in everything
    assert Document(io.BytesIO(done.data)).paragraphs[0].text == "甲 MARK 乙"


def test_ordinary_links_and_fields_stay() -> None:
    assert of_docx(with_relation("hyperlink", "https://www.gov.cn/"))[0] == []
    assert of_docx(field(" PAGE \\* MERGEFORMAT "))[0] == []


def test_empty_tables_by_the_thousand_do_not_hang() -> None:
    document = Document()
    document.add_paragraph("{%p for a in 多 %}")
    document.add_paragraph("{%p for b in 指标 %}")
    table = document.add_table(3, 1)
    for row, text in enumerate(("{%tr for r in 空 %}", "{{ r.名称 }}", "{%tr endfor %}")):
        table.cell(row, 0).text = text
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    problems = Problems()
    compiled = compile_docx(saved(document), FILE, [], problems)
    assert list(problems) == []
    assert compiled is not None
    done = docx.render_docx(compiled, {**context(), "空": []}, PROPERTIES)
    assert "<w:tbl>" not in done.parts[MAIN]


# --- paths ----------------------------------------------------------------------------------


def workspace(tmp_path: Path, template: str) -> Path:
    """A small unit whose form set has one document made from ``template``."""
    files = workspaces.unit_files()
    unit = "content/peixun/unit.yaml"
    files[unit] = files[unit].replace("jiujiang", "外来")
    files["templates/外来.yaml"] = (
        "名称: 外来\n等级: [{名称: 优, 下限: 0}]\n"
        "项目资金:\n  列公式: {全年预算: 年初预算 + 年中追加}\n"
        f"文档:\n  - {{名称: 报告, docx: {template}}}\n"
    )
    return workspaces.write(tmp_path / "工作区", files)


OUTSIDE = (
    "../../etc/passwd", "../../外面.docx", "/etc/passwd", "docx/../../../外面.docx", "链接.docx",
)  # fmt: skip


@pytest.mark.parametrize("template", OUTSIDE)
def test_templates_outside_are_not_read(tmp_path: Path, template: str) -> None:
    folder = workspace(tmp_path, template)
    (tmp_path / "外面.docx").write_bytes(saved_text("SECRET"))
    (folder / "templates" / "链接.docx").symlink_to(tmp_path / "外面.docx")
    ran = workspaces.check(folder, 2024)
    assert ran.code == 1
    # A path that climbs is called that; a link that leads out is as good as not there.
    (problem,) = ran.problems("T003") + ran.problems("T004")
    assert problem["file"] == "templates/外来.yaml"
    assert problem["line"]
    assert "SECRET" not in ran.out + ran.err


def test_a_template_inside_is_read(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "内.docx")
    (folder / "templates" / "内.docx").write_bytes(saved_text("{{ 单位.名称 }}"))
    built = workspaces.build(folder, 2024) / "peixun" / "报告.docx"
    assert Document(str(built)).paragraphs[0].text == "测试县干部培训中心"


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEN_CACHE", "0")
