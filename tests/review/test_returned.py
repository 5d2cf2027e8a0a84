"""Files that came back from Word, on the review page: shown, and written only where accepted."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from kit import browser, workspaces
from kit.returned import Edited
from kit.workspaces import snapshot

from generator.review.live import Live
from generator.review.server import Server
from generator.workspace import find

UNIT = "content/jiujiang-shenzhen/2020"
REPORT = "整体支出绩效评价工作报告.docx"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    folder = workspaces.copy_sample(tmp_path / "w")
    workspaces.build(folder)
    output = folder / "build/2020/jiujiang-shenzhen"
    edited = Edited(output / REPORT).replace("凝心聚力，追求实绩", "凝心聚力，追求实效")
    edited.replace("93.42分", "99.42分").replace("0.78万元", "0.88万元")
    came = edited.save(tmp_path / "领导改.docx")
    workspace = find(folder)
    assert workspace is not None
    targets = [one for one in workspace.unit_years(2020) if one.unit_id == "jiujiang-shenzhen"]
    live = Live(workspace, targets, [came])
    with Server(live, 0) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        Thread(target=live.follow, daemon=True).start()
        yield server
        live.end()
        server.shutdown()


def ask(server: Server, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    raw = None if body is None else json.dumps(body)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET" if raw is None else "POST", f"/{server.token}/{path}", raw, given)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


@pytest.mark.long
def test_what_was_accepted_is_written_and_nothing_else(served: Server) -> None:
    unit = served.live.units[0]
    root = unit.workspace.root
    _, plain = ask(served, "unit/0")
    assert plain["returned"] is True
    status, found = ask(served, "returned/0")
    assert status == 200
    kinds = {one["kind"]: one for one in found["differences"]}
    assert set(kinds) == {"narrative", "computed", "figure"}
    assert found["files"][0]["document"] == REPORT
    assert not kinds["computed"]["proposed"]  # the score is worked out
    before = snapshot(root / "content")
    keys = [kinds["narrative"]["key"]]
    assert ask(served, "take/0", {"keys": keys})[0] == 403  # whoever has only the address
    for wrong in ([kinds["computed"]["key"]], ["x"], [], "x", [1]):
        status, _ = ask(served, "take/0", {"keys": wrong}, X_Gen_Token=served.token)
        assert status == (409 if isinstance(wrong, list) and wrong != [1] else 400)
    assert snapshot(root / "content") == before
    status, done = ask(served, "take/0", {"keys": keys}, X_Gen_Token=served.token)
    assert (status, done) == (200, {"written": [f"{UNIT}/report.md"]})
    after = snapshot(root / "content")
    changed = [name for name in after if after[name] != before.get(name)]
    assert changed == ["jiujiang-shenzhen/2020/report.md"]
    assert "追求实效" in after[changed[0]].decode()
    _, left = ask(served, "returned/0")
    assert {one["kind"] for one in left["differences"]} == {"computed", "figure"}
    # What was seen before is not what is there now.
    assert ask(served, "take/0", {"keys": keys}, X_Gen_Token=served.token)[0] == 409


def test_without_files_there_is_nothing_to_take(tmp_path: Path) -> None:
    workspaces.write(tmp_path, workspaces.unit_files())
    workspace = find(tmp_path)
    assert workspace is not None
    live = Live(workspace, workspace.unit_years(2024))
    with Server(live, 0) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        assert ask(server, "unit/0")[1]["returned"] is False
        assert ask(server, "returned/0")[0] == 409
        assert ask(server, "take/0", {"keys": ["x"]}, X_Gen_Token=server.token)[0] == 409
        live.end()
        server.shutdown()


@pytest.mark.browser
def test_a_clerk_takes_what_the_leader_changed(served: Server) -> None:
    report = served.live.workspace.root / UNIT / "report.md"
    with browser.page() as page:
        page.goto(served.address)
        page.wait_for_selector(".difference", timeout=60_000)
        heading = page.locator("[data-back]", has_text="凝心聚力")
        words = [heading.locator(f"{tag}.proposed").text_content() for tag in ("del", "ins")]
        assert words == ["绩", "效"]
        assert page.locator('a.figure[data-back="1"], [data-back]').count() >= 2
        held = page.locator(".difference", has_text="追求实")
        held.locator("button.jump").click()
        assert heading.evaluate("one => one.classList.contains('here')")
        held.locator("button.take").click()
        gone = page.locator("[data-back]", has_text="凝心聚力")
        gone.wait_for(state="detached", timeout=60_000)
        assert "追求实效" in report.read_text("utf-8")
        assert page.locator(".difference", has_text="追求实").count() == 0
        page.wait_for_selector(".difference button.take")
        assert page.locator(".difference button.take").count() == 1  # the typed amount
