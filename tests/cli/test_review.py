"""``gen review`` on the command line: its address, its end, and what is refused."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from kit.workspaces import gen, unit_files, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, unit_files())


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("as_json", [False, True])
def test_it_says_its_address_and_ends_by_ctrl_c(folder: Path, as_json: bool) -> None:
    run = subprocess.Popen(
        [sys.executable, "-u", "-m", "generator", "review", "2024", "--no-open",
         *(["--format", "json"] if as_json else [])],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert run.stdout is not None
    said = run.stdout.readline()
    while as_json and not said.rstrip().endswith("}"):
        said += run.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:[0-9]+/[\w-]{32}/", said)
    assert found is not None, said
    if as_json:
        assert json.loads(said) == {"address": found[0]}
    with urllib.request.urlopen(f"{found[0]}unit/0", timeout=30) as answer:
        assert json.load(answer)["label"] == "peixun 2024"
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=20)
    assert (run.returncode, err) == (130, "")
    assert out.endswith("" if as_json else "已结束。\n")


def test_a_port_in_use_is_told(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = gen("review", "2024", "--no-open", "--port", str(port), folder=folder)
    assert ran.code == 2
    assert f"端口 {port} 用不了：正被别的程序占用" in ran.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--port", "70000"), "0 到 65535"),
        (("--port", "八"), "--port"),
        (("--save", "x.docx"), ".html 结尾"),
        (("--save", "report.html"), "已经有了"),
        (("--save", "no/where.html"), "写不进去：没有这个文件夹"),
        (("--ticks", "nothing.json"), "没有这个文件"),
        (("--unit", "别的"), "没有单位"),
    ],
)
def test_slips_are_told(folder: Path, options: tuple[str, str], said: str) -> None:
    (folder / "report.html").write_text("mine", encoding="utf-8")
    ran = gen("review", "2024", "--no-open", *options, folder=folder)
    assert ran.code == 2
    assert said in ran.err
    assert (folder / "report.html").read_text(encoding="utf-8") == "mine"
