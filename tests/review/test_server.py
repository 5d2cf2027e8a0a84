"""The server behind the page: who gets in, what is answered, and that nothing else is written."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from kit import workspaces
from kit.workspaces import snapshot, unit_files, write

from generator.build.publish import in_turn
from generator.records import ticks
from generator.review import live
from generator.review.live import Live
from generator.review.refusal import Refused
from generator.review.server import MAX_BODY, Server
from generator.workspace import TICKS, find

FUNDS = "资金来源.财政拨款.全年预算"
FIGURES = "content/peixun/2024/figures.yaml"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Page:
    """A running server with a unit, and how to ask it."""

    folder: Path
    server: Server

    def ask(
        self, path: str, method: str = "GET", body: object = None, *, below: bool = True,
        **headers: str,
    ) -> Answer:  # fmt: skip
        """One request; ``below``: the path stands behind the secret."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=20)
        target = f"/{self.server.token}/{path}" if below else path
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        connection.request(method, target, raw, given)
        answer = connection.getresponse()
        found = Answer(answer.status, dict(answer.getheaders()), answer.read())
        connection.close()
        return found

    def tick(
        self, figures: list[dict[str, Any]], *, ticked: bool = True, by: str = "张三"
    ) -> Answer:
        body = {"figures": figures, "by": by, "ticked": ticked}
        return self.ask("tick/0", "POST", body, X_Gen_Token=self.server.token)

    def figure(self, path: str = FUNDS) -> dict[str, Any]:
        known = self.ask("unit/0").json["figures"][path]
        return {"path": path, "value": known["value"], "wording": known["wording"]}


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with served(tmp_path) as page:
        yield page


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One for all requests that write nothing; its unit is built."""
    with served(tmp_path_factory.mktemp("asked")) as page:
        page.ask("unit/0")
        yield page


@contextmanager
def served(home: Path) -> Iterator[Page]:
    folder = write(home, unit_files())
    workspace = find(folder)
    assert workspace is not None
    live = Live(workspace, workspace.unit_years(2024))
    with Server(live, 0) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield Page(folder, server)
        live.end()
        server.shutdown()


def test_it_listens_on_this_machine_only(page: Page) -> None:
    assert page.server.server_address[0] == "127.0.0.1"
    assert page.server.address.startswith("http://127.0.0.1:")
    assert len(page.server.token) >= 32


def test_the_page_comes_with_a_strict_policy_and_no_code_of_its_own(page: Page) -> None:
    answer = page.ask("")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    text = answer.body.decode()
    assert "onclick" not in text
    assert text.count("<script") == 1


def test_all_of_a_unit_is_answered(page: Page) -> None:
    data = page.ask("unit/0").json
    assert data["label"] == "peixun 2024"
    assert data["broken"] is False
    assert data["figures"][FUNDS]["value"] == "120.5万元"
    assert data["values"][FUNDS]["at"][0] == FIGURES
    assert {one["kind"] for one in data["documents"]} == {"docx", "xlsx"}
    assert all(one["sections"] for one in data["documents"])
    assert page.ask("units").json["units"][0]["label"] == "peixun 2024"


# Who gets in


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", ""]
)
def test_another_host_is_refused(page: Page, host: str) -> None:
    """What a page elsewhere does to a name of its own that it lets point here (rebinding)."""
    answer = page.ask("unit/0", Host=host.format(port=page.server.server_port))
    assert (answer.status, answer.body) == (421, b"")


@pytest.mark.parametrize("path", ["/", "/unit/0", "/x/unit/0", "/review.css", "//unit/0", "/%2e/"])
def test_without_the_secret_there_is_nothing(asked: Page, path: str) -> None:
    answer = asked.ask(path, below=False)
    assert (answer.status, answer.body) == (404, b"")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_from_another_site_is_refused(page: Page, site: str) -> None:
    figure = page.figure()
    assert page.ask("unit/0", Sec_Fetch_Site=site).status == 403
    body = {"figures": [figure], "by": "张三", "ticked": True}
    token = page.server.token
    assert page.ask("tick/0", "POST", body, Sec_Fetch_Site=site, X_Gen_Token=token).status == 403
    origin = "http://evil.example"
    assert page.ask("tick/0", "POST", body, Origin=origin, X_Gen_Token=token).status == 403
    assert page.ask("tick/0", "POST", body, Origin="null", X_Gen_Token=token).status == 403
    assert page.ask("tick/0", "POST", body).status == 403, "the secret belongs in a header"
    assert not (page.folder / f"content/peixun/2024/{TICKS}").exists()


@pytest.mark.parametrize(
    "path",
    [
        "../content/peixun/2024/facts.yaml", "..%2f..%2fetc/passwd", "%2e%2e/pyproject.toml",
        "....//server.py", "C:\\windows\\win.ini", "server.py", "__init__.py", "static/index.html",
        "unit/-1", "unit/1", "unit/0/0", "unit/٣", "unit/9999999999", "pdf/0/..", "moved/..", "tick/0",
        "document/../../x",
    ],
)  # fmt: skip
def test_climbing_paths_and_unknown_ones_lead_nowhere(asked: Page, path: str) -> None:
    from urllib.parse import quote

    answer = asked.ask(quote(path, safe="/%.\\"))
    assert (answer.status, answer.body) == (404, b"")


@pytest.mark.parametrize("name", ["../../secret", "/etc", "..", "没有这个", ""])
def test_a_version_is_one_of_those_that_are_kept(asked: Page, name: str) -> None:
    from urllib.parse import quote

    assert asked.ask(f"moved/0?against={quote(name)}").status == 409


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "HEAD"])
def test_there_are_no_other_methods(asked: Page, method: str) -> None:
    assert asked.ask("unit/0", method).status == 501


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"[]", 400), (b"null", 400), (b'{"figures": 1, "by": "a", "ticked": true}', 400),
        (b'{"figures": [1], "by": "a", "ticked": true}', 400),
        (b'{"figures": [], "by": 1, "ticked": true}', 400),
        (b'{"figures": [], "by": "a", "ticked": 1}', 400),
        (b"[" * 100_000, 400), (b"\xff", 400),
        (b'{"figures": [{"path": "../x"}], "by": "a", "ticked": true}', 409),
        (b'{"figures": [{"path": {}}], "by": "a", "ticked": true}', 409),
    ],
)  # fmt: skip
def test_a_request_that_is_no_tick_writes_nothing(asked: Page, body: bytes, status: int) -> None:
    before = snapshot(asked.folder)
    assert asked.ask("tick/0", "POST", body, X_Gen_Token=asked.server.token).status == status
    assert snapshot(asked.folder) == before


def test_too_much_is_not_even_read(page: Page) -> None:
    answer = page.ask(
        "tick/0", "POST", b"{}", X_Gen_Token=page.server.token, Content_Length=str(MAX_BODY + 1)
    )
    assert answer.status == 413


# Ticks


def test_a_tick_is_kept_beside_the_content_and_nothing_else_is_written(page: Page) -> None:
    figure = page.figure()
    before = snapshot(page.folder)
    assert page.tick([figure]).json == {"ticks": {FUNDS: "张三"}}
    after = snapshot(page.folder)
    assert set(after) - set(before) == {f"content/peixun/2024/{TICKS}"}
    assert {name: after[name] for name in before} == before
    text = after[f"content/peixun/2024/{TICKS}"].decode()
    assert f'"{FUNDS}": ["120.5万元", "' in text
    assert page.ask("unit/0").json["ticks"] == {FUNDS: "张三"}
    assert page.tick([figure], ticked=False).json == {"ticks": {}}


def test_only_what_was_seen_can_be_ticked(page: Page) -> None:
    figure = page.figure()
    workspaces.change(page.folder / FIGURES, ("全年预算: 120.5", "全年预算: 121.5"))
    assert page.server.live.units[0].refresh()
    answer = page.tick([figure])
    assert answer.status == 409
    assert "刚刚变了" in answer.json["error"]
    assert page.tick([page.figure()]).status == 200


@pytest.mark.parametrize("by", ["", "  ", "名" * 41, "a\x1b[2J", "甲\n乙"])
def test_who_ticks_needs_a_name_that_documents_can_hold(asked: Page, by: str) -> None:
    assert asked.tick([asked.figure()], by=by).status == 409
    assert not (asked.folder / f"content/peixun/2024/{TICKS}").exists()


def test_a_file_of_ticks_that_cannot_be_read_is_not_overwritten(page: Page) -> None:
    figure = page.figure()
    path = page.folder / f"content/peixun/2024/{TICKS}"
    path.write_text("收入: 12\n", encoding="utf-8")
    answer = page.tick([figure])
    assert answer.status == 409
    assert "核对记录读不出来" in answer.json["error"]
    assert path.read_text(encoding="utf-8") == "收入: 12\n"


# Following


def test_a_correction_is_followed_with_old_and_new(page: Page) -> None:
    unit = page.server.live.units[0]
    figure = page.figure()
    other = page.figure("资金来源.其他资金.全年预算")
    page.tick([figure, other])
    version = page.ask("unit/0").json["version"]
    workspaces.change(page.folder / FIGURES, ("全年预算: 120.5", "全年预算: 121.5"))
    assert unit.refresh()
    data = page.ask("unit/0").json
    assert data["version"] > version
    assert page.ask(f"wait/0/{version}").json == {"version": data["version"]}
    assert data["ticks"] == {"资金来源.其他资金.全年预算": "张三"}
    moved = [(one["path"], one["old"], one["new"]) for one in data["moved"]["places"]]
    assert (FUNDS, "120.5万元", "121.5万元") in moved or (FUNDS, "120.5", "121.5") in moved
    assert data["moved"]["edits"][0]["text"].endswith("120.5万元 → 121.5万元")


def test_broken_content_keeps_the_last_good_set_and_says_why(page: Page) -> None:
    unit = page.server.live.units[0]
    good = page.ask("unit/0").json
    workspaces.change(page.folder / FIGURES, ("全年预算: 120.5", "全年预算: 一百"))
    assert unit.refresh()
    data = page.ask("unit/0").json
    assert data["broken"] is True
    assert data["documents"] == good["documents"]
    errors = [one for one in data["problems"] if one["severity"] == "error"]
    assert errors[0]["file"] == FIGURES
    assert errors[0]["line"] > 0
    workspaces.change(page.folder / FIGURES, ("全年预算: 一百", "全年预算: 120.5"))
    assert unit.refresh()
    assert page.ask("unit/0").json["broken"] is False


def test_nothing_new_is_nothing_to_show(page: Page) -> None:
    page.ask("unit/0")
    assert not page.server.live.units[0].refresh()


def test_a_tick_of_ones_own_is_nothing_new_either(page: Page) -> None:
    page.tick([page.figure()])
    assert not page.server.live.units[0].refresh()


def test_ticks_that_came_from_elsewhere_are_shown(page: Page) -> None:
    figure = page.figure()
    text = json.dumps([figure["value"], figure["wording"], "李四"], ensure_ascii=False)
    path = page.folder / f"content/peixun/2024/{TICKS}"
    path.write_text(f'"{FUNDS}": {text}\n', encoding="utf-8")
    assert page.server.live.units[0].refresh()
    assert page.ask("unit/0").json["ticks"] == {FUNDS: "李四"}


def test_an_imported_value_tells_its_workbook_and_cell(page: Page) -> None:
    """As long as the line says what was imported."""
    path = "[资金来源, 财政拨款, 全年预算]"
    row = f"{{在: figures.yaml, 名称: {path}, 填: '120.5', 来自: 决算.xlsx, 位置: 表一 C7, 原文: '1,205,000'}}"
    record = f"文件:\n  决算.xlsx: abc\n值:\n  - {row}\n"
    write(page.folder, {"content/peixun/2024/导入记录.yaml": record})
    told = page.ask("unit/0").json["values"][FUNDS]["origin"]
    assert told == "决算.xlsx 表一 C7 “1,205,000”"
    workspaces.change(page.folder / FIGURES, ("全年预算: 120.5", "全年预算: 121.5"))
    page.server.live.units[0].refresh()
    assert "origin" not in page.ask("unit/0").json["values"][FUNDS]


def test_our_own_failure_is_said_and_the_next_request_answered(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(Live, "page", fail)
        answer = page.ask("unit/0")
        assert answer.status == 500
        assert "ZeroDivisionError" in answer.json["error"]
    assert page.ask("unit/0").status == 200


def test_a_build_that_fails_by_itself_keeps_the_last_set(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = page.ask("unit/0").json

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("generator.batch.work.build", fail)
        assert page.server.live.units[0].refresh()
        data = page.ask("unit/0").json
    assert data["broken"] is True
    assert data["documents"] == good["documents"]
    assert [one["code"] for one in data["problems"]] == ["W107"]


def test_a_document_edited_by_hand_has_no_pages_and_the_others_do(page: Page) -> None:
    good = page.ask("unit/0").json
    name = good["documents"][1]["name"]
    path = page.folder / "build/2024/peixun" / name
    path.write_bytes(path.read_bytes() + b"x")
    assert page.server.live.units[0].refresh()
    data = page.ask("unit/0").json
    assert data["broken"] is True
    assert [one["why"] for one in data["documents"]][:3] == ["", "文件被改过", ""]
    assert path.read_bytes().endswith(b"x"), "nobody overwrites it"


def test_two_pages_of_one_unit_lose_no_ticks(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads the file, changes it and writes it: in turn, whoever runs them."""
    workspace = page.server.live.workspace
    pages = [Live(workspace, workspace.unit_years(2024)).units[0] for _ in range(2)]
    figures = pages[0].data()["figures"]
    asked = [
        {"path": path, "value": one["value"], "wording": one["wording"]}
        for path, one in list(figures.items())[:6]
    ]
    pages[1].data()
    save = ticks.save

    def slow(*arguments: Any) -> None:
        sleep(0.02)
        save(*arguments)

    monkeypatch.setattr(ticks, "save", slow)
    with ThreadPoolExecutor() as pool:
        for number, one in enumerate(asked):
            pool.submit(pages[number % 2].tick, [one], "张三", ticked=True)
    kept = (page.folder / "content/peixun/2024" / TICKS).read_text(encoding="utf-8")
    assert kept.count("张三") == len(asked)


def test_a_tick_that_cannot_be_kept_in_time_is_refused(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = page.server.live.units[0]
    path, one = next(iter(unit.data()["figures"].items()))
    asked = [{"path": path, "value": one["value"], "wording": one["wording"]}]
    monkeypatch.setattr(live, "_TURN_SECONDS", 0)
    with (
        in_turn(unit.workspace.build_folder, unit.target.label, 0),
        pytest.raises(Refused, match="请再点一次"),
    ):
        unit.tick(asked, "张三", ticked=True)
