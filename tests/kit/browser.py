"""A real browser: Debian's Chromium, driven through playwright."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def browser_available() -> str | None:
    """Why tests with a browser cannot run here; None when they can."""
    if importlib.util.find_spec("playwright") is None:
        return "no playwright (pip install playwright)"
    return None if shutil.which("chromium") else "no chromium (run .ci/install-chromium)"


@contextmanager
def page(width: int = 1280, height: int = 900, **options: object) -> Iterator[Page]:
    """A page of a fresh browser; errors of the code in it fail the test at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        made = browser.new_page(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        made.set_default_timeout(15_000)
        wrong: list[str] = []
        made.on("pageerror", lambda error: wrong.append(str(error)))
        made.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        try:
            yield made
        finally:
            browser.close()
        assert wrong == []
