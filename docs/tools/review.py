"""The pictures of docs/核对页.md, made anew by ``python docs/tools/review.py``.

Needs playwright, Chromium and Pillow. What is shown is the sample, built here and corrected once.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
PICTURES = ROOT / "docs" / "图"
FIGURES = "content/jiujiang-shenzhen/2020/figures.yaml"


def looked_at(browser: Browser, address: str, figures: Path) -> None:
    """What a clerk sees: a figure, a correction, the overview; and on a phone."""
    page = browser.new_page(viewport={"width": 1280, "height": 760})
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    page.fill("#by", "张三")
    page.keyboard.press("Escape")
    for _ in range(6):
        page.keyboard.press("n")
        page.keyboard.press(" ")
        page.wait_for_selector(".here.ticked")
    page.click('a.figure[data-f="支出决算.合计.决算"] >> nth=1')
    page.screenshot(path=PICTURES / "核对页-来历.png")
    text = figures.read_text(encoding="utf-8")
    for old, new in (
        ("209.57}", "210.57}"),
        ("上年结转: {本年: 50}", "上年结转: {本年: 49}"),
    ):
        text = text.replace(old, new, 1)
    figures.write_text(text, encoding="utf-8")
    page.wait_for_selector("a.figure.changed")
    page.keyboard.press("m")
    page.keyboard.press("3")
    page.wait_for_timeout(5500)
    page.screenshot(path=PICTURES / "核对页-改动.png")
    page.keyboard.press("4")
    page.screenshot(path=PICTURES / "核对页-总览.png")
    phone = browser.new_page(viewport={"width": 390, "height": 760})
    phone.goto(address)
    phone.wait_for_selector("body[data-ready]")
    phone.click('a.figure[data-f="支出决算.合计.决算"] >> nth=0')
    phone.screenshot(path=PICTURES / "核对页-手机.png")


def main() -> None:
    """Serve the sample, look at it, and keep what is seen."""
    from kit import pages
    from PIL import Image
    from playwright.sync_api import sync_playwright

    from generator.review.live import Live
    from generator.review.server import Server
    from generator.workspace import find

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fonts = Path(os.environ.get("GEN_FONTS", Path.home() / ".cache/gen-fonts"))
        if fonts.is_dir():
            config = folder / "fonts.conf"
            config.write_text(pages.fontconfig(fonts.resolve()), encoding="utf-8")
            os.environ["FONTCONFIG_FILE"] = str(config)
        shutil.copytree(ROOT / "content", folder / "content")
        workspace = find(folder)
        assert workspace is not None
        live = Live(workspace, workspace.unit_years(2020))
        with Server(live, 0) as server, sync_playwright() as driver:
            for work in (server.serve_forever, live.follow):
                Thread(target=work, daemon=True).start()
            browser = driver.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            looked_at(browser, server.address, folder / FIGURES)
            browser.close()
            for picture in PICTURES.glob("核对页-*.png"):
                Image.open(picture).convert("RGB").quantize(48).save(picture, optimize=True)
            live.end()
            server.shutdown()


if __name__ == "__main__":
    main()
