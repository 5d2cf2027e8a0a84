"""One run of the page: the server, what follows saves, and their end."""

from __future__ import annotations

import contextlib
import webbrowser
from collections.abc import Callable
from threading import Thread

from generator.review.live import Live
from generator.review.server import Server


def serve(live: Live, port: int, opened: Callable[[str], None], *, browser: bool) -> None:
    """Serve until Ctrl-C. ``opened`` is told the address; raises ``OSError`` for a port in use."""
    with Server(live, port) as server:
        workers = [Thread(target=work, daemon=True) for work in (live.follow, live.count)]
        for worker in workers:
            worker.start()
        opened(server.address)
        if browser:
            with contextlib.suppress(webbrowser.Error):
                webbrowser.open(server.address)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.2)
        live.end()
    for worker in workers:
        worker.join(timeout=2)
