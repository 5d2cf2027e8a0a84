"""The review page in a real browser: what a clerk and a leader do with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from kit import browser, workspaces
from kit.workspaces import unit_files, write

from generator.review.live import Live
from generator.review.server import Server
from generator.workspace import TICKS, find

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

UNIT = "content/jiujiang-shenzhen/2020"
FIGURES = f"{UNIT}/figures.yaml"
FUNDS = "收入预算.财政拨款.本年"
TOTAL = "收入预算.合计.本年"
OLD = "财政拨款: {本年: 209.57}"


#: Where on the screen the chosen figure is.
TOP = "document.querySelector('a.figure.here').getBoundingClientRect().top"


class Review:
    """A running page of a workspace."""

    def __init__(self, folder: Path, year: int) -> None:
        workspace = find(folder)
        assert workspace is not None
        self.folder = folder
        self.live = Live(workspace, workspace.unit_years(year))
        self.server = Server(self.live, 0)
        work = (self.live.follow, self.live.count, self._serve)
        for one in work:
            Thread(target=one, daemon=True).start()

    def _serve(self) -> None:
        self.server.serve_forever(poll_interval=0.02)

    def end(self) -> None:
        self.live.end()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Review]:
    made = Review(workspaces.copy_sample(tmp_path), 2020)
    yield made
    made.end()


def ready(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("body[data-ready]")


def link(path: str, number: int = 0) -> str:
    return f'a.figure[data-f="{path}"] >> nth={number}'


def test_a_clerk_finds_where_a_figure_is_from(sample: Review) -> None:
    with browser.page() as page:
        ready(page, sample.server.address)
        assert page.locator("#progress").inner_text() == "已核 0/257"
        page.click(link("支出决算.合计.决算"))
        assert "245.67万元" in page.locator(".amount").inner_text()
        page.click(link("人员.实有"))
        panel = page.locator("#panel")
        assert "人员.在职 + 人员.离休 + 人员.退休" in panel.inner_text()
        assert f"{UNIT}/facts.yaml:" in panel.inner_text()
        line = panel.locator("a.line").first.get_attribute("href")
        assert line is not None
        assert line.startswith("vscode://file/")
        page.click(link(FUNDS))
        places = panel.locator(".places").first.locator("button")
        count = places.count()
        assert count > 1
        places.nth(count - 1).click()
        here = page.locator("a.figure.here")
        assert here.get_attribute("data-f") == FUNDS
        top = here.evaluate("one => one.getBoundingClientRect().top")
        assert 0 < top < 900


def tick(page: Page, path: str) -> None:
    page.click(link(path))
    page.keyboard.press(" ")
    page.wait_for_selector(f'a.figure.ticked[data-f="{path}"]')


def test_a_clerk_checks_and_corrects(sample: Review) -> None:
    with browser.page() as page:
        ready(page, sample.server.address)
        page.click(link(FUNDS))
        # Ticked, by the key, once there is a name.
        page.keyboard.press(" ")
        assert "姓名" in page.locator("#said").inner_text()
        page.fill("#by", "张三")
        page.keyboard.press("Escape")
        tick(page, FUNDS)
        tick(page, "人员.实有")
        assert page.locator("#progress").inner_text() == "已核 2/257"
        assert "张三" in (sample.folder / UNIT / TICKS).read_text(encoding="utf-8")
        # Corrected in the file: old and new, its tick gone, the other one there, the place kept.
        page.click(link(FUNDS))
        before = page.evaluate(TOP)
        workspaces.change(
            sample.folder / FIGURES,
            (OLD, OLD.replace("209.57", "210.57")),
            ("上年结转: {本年: 50}", "上年结转: {本年: 49}"),
        )
        page.wait_for_selector(f'a.figure.changed[data-f="{FUNDS}"]')
        changed = page.locator(f'a.figure.changed[data-f="{FUNDS}"]').first
        assert changed.inner_text() == "210.57万元"
        struck = changed.evaluate("one => one.previousElementSibling.textContent")
        assert struck.startswith("209.57万元")
        assert page.locator(f'a.figure.ticked[data-f="{FUNDS}"]').count() == 0
        assert page.locator('a.figure.ticked[data-f="人员.实有"]').count() > 0
        assert page.locator("#progress").inner_text() == "已核 1/257"
        assert abs(page.evaluate(TOP) - before) < 40, "it stays where it was"
        # One after the other by a key; and what moved in words.
        page.keyboard.press("m")
        assert page.locator("#said").inner_text().startswith("改动 1/")
        page.keyboard.press("3")
        assert "209.57" in page.locator("#panel").inner_text()
        # Still there after a reload.
        page.reload()
        page.wait_for_selector("body[data-ready]")
        assert page.locator("#progress").inner_text() == "已核 1/257"
        assert page.locator("#by").input_value() == "张三"


def test_broken_content_says_why_and_keeps_the_last_good_set(sample: Review) -> None:
    with browser.page() as page:
        ready(page, sample.server.address)
        links = page.locator("a.figure").count()
        workspaces.change(sample.folder / FIGURES, (OLD, OLD.replace("209.57", "209.58")))
        page.wait_for_selector("#notice:not([hidden])")
        assert "figures.yaml" in page.locator("#notice").inner_text()
        assert page.locator("a.figure").count() == links
        workspaces.change(sample.folder / FIGURES, (OLD.replace("209.57", "209.58"), OLD))
        page.wait_for_selector("#notice", state="hidden")


def test_words_that_went_are_struck_and_words_that_came_underlined(sample: Review) -> None:
    """Also against a named version, where words stand around figures."""
    assert workspaces.gen("build", "2020", folder=sample.folder).code == 0
    assert workspaces.gen("freeze", "2020", "报送稿", folder=sample.folder).code == 0
    with browser.page() as page:
        ready(page, sample.server.address)
        report = sample.folder / UNIT / "report.md"
        workspaces.change(report, ("按照有关规定承担", "严格按照有关规定承担"))
        page.wait_for_selector("ins.moved")
        assert page.locator("ins.moved").first.inner_text() == "严格"
        workspaces.change(report, ("严格按照有关规定承担", "按有关规定承担"))
        page.locator("del.moved", has_text="严格").first.wait_for()
        page.keyboard.press("3")
        page.select_option("#panel select", "报送稿")
        page.locator("#panel p", has_text="比版本“报送稿”").wait_for()
        assert page.locator("del.moved").first.inner_text() == "照"
        paragraph = page.locator("del.moved").first.evaluate("one => one.closest('p').dataset.n")
        assert paragraph
        page.keyboard.press("m")
        assert page.locator("#said").inner_text().startswith("改动 1/1")


def test_content_that_is_broken_from_the_start(tmp_path: Path) -> None:
    files = unit_files()
    figures = next(name for name in files if name.endswith("figures.yaml"))
    bad = str(files[figures]).replace("全年预算: 120.5", "全年预算: 一百")
    review = Review(write(tmp_path, {**files, figures: bad}), 2024)
    try:
        with browser.page() as page:
            ready(page, review.server.address)
            assert "还没有成果" in page.locator("#pages").inner_text()
            page.keyboard.press("2")
            assert f"{figures}:" in page.locator("#panel").inner_text()
            (tmp_path / figures).write_text(str(files[figures]), encoding="utf-8")
            page.wait_for_selector("a.figure")
    finally:
        review.end()


def test_many_units_are_listed_at_once(tmp_path: Path) -> None:
    for number in range(40):
        write(
            tmp_path, unit_files(f"u{number:02}", name=f"单位{number:02}", short=f"单{number:02}")
        )
    review = Review(tmp_path, 2024)
    try:
        with browser.page() as page:
            ready(page, review.server.address)
            assert page.locator("#panel .units tr").count() == 41
            page.locator("#panel .units button").nth(25).click()
            page.locator("#title", has_text="u25 2024").wait_for()
            assert "单25" in page.locator("#pages").inner_text()
            page.locator("#panel .units .current", has_text="u25").wait_for()
            page.locator("#panel .units .current td", has_text="0/").wait_for()
    finally:
        review.end()


@pytest.mark.office
def test_the_pdf_pages_stand_beside(sample: Review) -> None:
    with browser.page() as page:
        ready(page, sample.server.address)
        with page.expect_response("**/pdf/0/1", timeout=120_000) as answer:
            page.locator("button.pdf").nth(1).click()
        assert answer.value.status == 200
        assert answer.value.headers["content-type"] == "application/pdf"


def test_all_by_keys_and_search(sample: Review) -> None:
    with browser.page() as page:
        ready(page, sample.server.address)
        page.fill("#by", "张三")
        page.keyboard.press("Escape")
        seen = set()
        for _ in range(3):
            page.keyboard.press("n")
            path = page.locator("a.figure.here").get_attribute("data-f")
            seen.add(path)
            page.keyboard.press(" ")
            page.wait_for_selector(f'a.figure.ticked[data-f="{path}"]')
        assert len(seen) == 3
        page.keyboard.press("/")
        page.keyboard.type("259.57")
        assert TOTAL in page.locator("#panel").inner_text()
        page.locator("#panel button.jump").first.click()
        assert page.locator("a.figure.here").get_attribute("data-f") == TOTAL
        page.keyboard.press("?")
        assert "下一个没有核对的数" in page.locator("#panel").inner_text()
        page.keyboard.press("4")
        assert page.locator("#panel svg.chart").count() == 3
        page.keyboard.press("2")
        assert "警告" in page.locator("#panel").inner_text()
        page.keyboard.press("d")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def walked(page: Page, output: Path) -> None:
    """Each figure of the record is a link on the page, and the texts are those of the files."""
    from generator.records import record
    from generator.review import facts
    from generator.review.nodes import is_figure

    found = record.load(output / record.RECORD)
    assert found is not None
    wanted = [
        [number, index, row.path.partition("|")[0]]
        for number, name in enumerate(facts.documents_of(found))
        for index, row in enumerate(found.documents[name].places) if is_figure(found, row.path)
    ]  # fmt: skip
    there = page.evaluate(
        "[...document.querySelectorAll('.text a.figure, .running a.figure')]"
        ".map(one => [Number(one.dataset.d), Number(one.dataset.p), one.dataset.f])"
    )
    unique = {tuple(one) for one in there}
    assert {tuple(one) for one in wanted} == unique


@pytest.mark.parametrize(
    ("year", "unit"), [(2020, "jiujiang-shenzhen"), (2023, "qiannan-guangzhou")]
)
def test_the_pages_of_the_samples(year: int, unit: str, tmp_path: Path) -> None:
    from docx import Document

    review = Review(workspaces.copy_sample(tmp_path), year)
    try:
        with browser.page() as page:
            ready(page, review.server.address)
            output = tmp_path / "build" / str(year) / unit
            walked(page, output)
            names = page.locator("h2.name").all()
            for number, name in enumerate(names):
                file = name.evaluate("one => one.firstChild.textContent")
                if not file.endswith(".docx"):
                    continue
                said = page.evaluate(
                    "number => [...document.querySelectorAll(`section.one[data-number='${number}'] "
                    ".text p[data-n]`)].map(one => one.textContent).join('')",
                    number,
                )
                assert said == "".join(p.text for p in Document(str(output / file)).paragraphs)
    finally:
        review.end()


def test_a_leader_gets_a_file_and_sends_ticks_back(tmp_path: Path) -> None:
    folder = write(tmp_path / "w", unit_files())
    saved = tmp_path / "核对.html"
    assert workspaces.gen("review", "2024", "--save", saved, folder=folder).code == 0
    funds, other = "资金来源.财政拨款.全年预算", "资金来源.其他资金.全年预算"
    asked: list[str] = []
    with browser.page(accept_downloads=True) as page:
        page.on("request", lambda request: asked.append(request.url))
        ready(page, saved.as_uri())
        assert page.locator("a.figure").count() > 50
        page.click(link(funds))
        assert "content/peixun/2024/figures.yaml:" in page.locator("#panel").inner_text()
        page.locator("#panel .places").first.locator("button").last.click()
        page.fill("#by", "李四")
        page.keyboard.press("Escape")
        page.keyboard.press(" ")
        page.click(link(other))
        page.keyboard.press(" ")
        assert page.locator("#progress").inner_text().startswith("已核 2/")
        page.reload()
        page.wait_for_selector("body[data-ready]")
        assert page.locator("#progress").inner_text().startswith("已核 2/")
        page.keyboard.press("/")
        page.keyboard.type("120.5")
        assert funds in page.locator("#panel").inner_text()
        with page.expect_download() as download:
            page.click("#export")
        sent = tmp_path / "sent.json"
        download.value.save_as(sent)
    elsewhere = [url for url in asked if not url.startswith(("blob:", "data:"))]
    assert set(elsewhere) == {saved.as_uri()}, "the file asks nobody for anything"
    # What changed meanwhile is not taken in.
    path = folder / "content/peixun/2024/figures.yaml"
    workspaces.change(path, ("其他资金: {全年预算: 8,", "其他资金: {全年预算: 8.5,"))
    ran = workspaces.gen("review", "--ticks", sent, folder=folder)
    assert ran.code == 1
    assert "收了 1 个数的核对" in ran.out
    assert other in ran.out
    kept = (folder / f"content/peixun/2024/{TICKS}").read_text(encoding="utf-8")
    assert f'"{funds}": ["120.5万元"' in kept
    assert "李四" in kept
    assert other not in kept


ATTACK = (
    "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`${alert(3)}</style></script>&amp;"
)


#: Signs that YAML takes for its own inside braces.
UNTYPED = {ord(sign): None for sign in "'\"{}"}
#: What stands in the content of a small unit, and is a text of the writer.
FIELDS = (
    "测试县干部培训中心",
    "培训中心",
    "任务已经完成",
    "县教育局",
    "培训人数",
    "骨干培训的年度任务",
)


def attacked(files: dict[str, str]) -> dict[str, str]:
    """``files`` with markup behind every text; quotes as YAML takes them."""
    made = {}
    for name, text in files.items():
        if name.endswith(".md"):
            made[name] = f"{text}\n{ATTACK.replace('${alert(3)}', '')}\n"
            continue
        marked = text
        for field in FIELDS:
            marked = marked.replace(field, field + ATTACK.translate(UNTYPED))
        made[name] = marked
    return made


def test_markup_in_every_field_shows_as_typed(tmp_path: Path) -> None:
    files = attacked({name: str(text) for name, text in unit_files().items()})
    folder = write(tmp_path, files)
    review = Review(folder, 2024)
    saved = tmp_path / "x.html"
    try:
        assert workspaces.gen("review", "2024", "--save", saved, folder=folder).code == 0
        for address in (review.server.address, saved.as_uri()):
            with browser.page() as page:
                page.on("dialog", lambda dialog: pytest.fail(dialog.message))
                ready(page, address)
                text = page.evaluate("document.querySelector('#pages').textContent")
                assert text.count("<script>alert(2)</script>") >= 4
                inside = "#pages script, #pages img, #panel script, #panel img, #outline img"
                for key in "1234?":
                    page.keyboard.press(key)
                    assert page.locator(inside).count() == 0
                page.keyboard.press("/")
                page.keyboard.type("<script>")
                assert "<script>alert(2)</script>" in page.locator("#panel").inner_text()
                for number in range(0, page.locator("a.figure").count(), 7):
                    page.locator("a.figure").nth(number).click()
                    assert page.locator(inside).count() == 0
                assert page.evaluate("document.querySelectorAll('script').length") <= 2
    finally:
        review.end()


def test_no_code_from_elsewhere_runs(sample: Review) -> None:
    """The policy of the page, not its good manners, keeps foreign code out."""
    from playwright.sync_api import sync_playwright

    with browser.page() as page:
        ready(page, sample.server.address)
        token = sample.server.token
    with sync_playwright() as driver:
        import shutil

        chromium = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_page()
        ready(page, sample.server.address)
        page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'window.bad = 1';"
            "document.body.append(s); const d = document.createElement('div');"
            "d.innerHTML = '<img src=data:, onerror=\"window.bad=2\">'; document.body.append(d); }"
        )
        page.wait_for_timeout(300)
        assert page.evaluate("window.bad") is None
        # A page elsewhere knows the port and guesses: it gets nothing, and writes nothing.
        other = chromium.new_page()
        other.set_content("<p>elsewhere</p>")
        port = sample.server.server_port
        answer = other.evaluate(
            "async ([port, token]) => { try { const a = await fetch("
            "`http://127.0.0.1:${port}/${token}/tick/0`, {method: 'POST', body: '{}', mode: 'no-cors'});"
            "return a.type + a.status; } catch (e) { return 'refused'; } }",
            [port, token],
        )
        assert answer in ("refused", "opaque0")
        chromium.close()
    assert not (sample.folder / UNIT / TICKS).exists()


def test_it_is_readable_on_a_phone(sample: Review) -> None:
    with browser.page(390, 800) as page:
        ready(page, sample.server.address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.locator("a.figure").first.click()
        assert page.locator(".amount").is_visible()


def test_json_of_the_exported_ticks(tmp_path: Path) -> None:
    """What the page exports is what the command takes in, whoever wrote it."""
    folder = write(tmp_path, unit_files())
    bad = tmp_path / "bad.json"
    for text in (
        "",
        "[]",
        "{}",
        json.dumps({"gen": "核对记录", "unit": 1, "year": 2024, "ticks": []}),
    ):
        bad.write_text(text, encoding="utf-8")
        ran = workspaces.gen("review", "--ticks", bad, folder=folder)
        assert ran.code == 2
        assert "没有收" in ran.err
