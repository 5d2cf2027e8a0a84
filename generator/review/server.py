"""The server behind the page: this machine only, one secret address; ticks are what it writes.

And what somebody accepts of files that came back, where ``gen review`` was started with some.

The standard library's server does: a handful of requests by one person, answered by threads that
wait. A framework would add two dozen packages to what offices have to let in.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from generator.review.live import Live
from generator.review.printing import Printing
from generator.review.refusal import Refused

HOST: Final = "127.0.0.1"
#: Bytes of a request that ticks figures; all of a large set are less.
MAX_BODY: Final = 4 * 1024 * 1024
_WAIT_SECONDS: Final = 25
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_TYPES: Final = {
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
}  # fmt: skip
_JSON: Final = "application/json; charset=utf-8"
#: Scripts and styles of ours only; no forms, no frames around us, nothing from elsewhere.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


def static() -> dict[str, bytes]:
    """The files of the page by name: these are served and no others, whatever is asked for."""
    folder = resources.files("generator.review") / "static"
    return {
        one.name: one.read_bytes()
        for one in folder.iterdir()
        if one.name.rpartition(".")[2] in _TYPES
    }


class Server(ThreadingHTTPServer):
    """Listens on this machine; ``address`` is what to open."""

    daemon_threads = True
    #: On Windows it would let another program listen on the same port.
    allow_reuse_address = False

    def __init__(self, live: Live, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.live = live
        self.token = secrets.token_urlsafe(24)
        self.files = static()
        self.printing = Printing()
        self.hosts = frozenset(f"{name}:{self.server_port}" for name in (HOST, "localhost"))

    @property
    def address(self) -> str:
        """The page, with the secret that nobody else knows."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is no error, and nothing else ends here."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def version_string(self) -> str:
        return "gen"

    def log_message(self, format: str, *args: object) -> None:
        pass

    # Who asks

    def _let_in(self) -> str | None:
        """What is asked for, below the secret; None after the request was refused."""
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            self._refuse(HTTPStatus.FORBIDDEN)
            return None
        token, _, rest = urlsplit(self.path).path.removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            self._refuse(HTTPStatus.NOT_FOUND)
            return None
        return rest

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._send(b"", "text/plain; charset=utf-8", status)

    def do_GET(self) -> None:
        """A file of the page, or what it shows."""
        asked = self._let_in()
        if asked is None:
            return
        name = asked or "index.html"
        if name in self.server.files:
            self._send(self.server.files[name], _TYPES[name.rpartition(".")[2]])
            return
        kind, *steps = asked.split("/")
        answer, count = _ANSWERS.get(kind, (None, 0))
        numbers = [int(step) for step in steps if _NUMBER.fullmatch(step)]
        known = len(numbers) == len(steps) == count and self._known(numbers)
        if answer is None or not known:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        try:
            answer(self, *numbers)
        except Refused as error:
            self._json({"error": str(error)}, HTTPStatus.CONFLICT)
        except OSError:  # the browser went away
            self.close_connection = True
        except Exception as error:  # our own failure: said on the page, and the next is answered
            said = f"gen 自己出错了（{type(error).__name__}），请把内容文件和这条信息发给维护者。"
            self._json({"error": said}, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _known(self, numbers: list[int]) -> bool:
        return not numbers or numbers[0] < len(self.server.live.units)

    def do_POST(self) -> None:
        """Ticks, and what is accepted of files that came back: all that a request writes."""
        asked = self._let_in()
        if asked is None:
            return
        kind, _, number = asked.partition("/")
        origin = self.headers.get("Origin", "")
        own = urlsplit(origin).netloc.lower() in self.server.hosts if origin else True
        given = self.headers.get("X-Gen-Token", "")
        if not own or not hmac.compare_digest(given.encode(), self.server.token.encode()):
            self._refuse(HTTPStatus.FORBIDDEN)
            return
        done = {"tick": self._tick, "take": self._take}.get(kind)
        if done is None or not _NUMBER.fullmatch(number) or not self._known([int(number)]):
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        body = self._body()
        if body is None:
            return
        try:
            done(int(number), body)
        except Refused as error:
            self._json({"error": str(error)}, HTTPStatus.CONFLICT)

    def _body(self) -> Mapping[str, Any] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        try:
            plain = json.loads(self.rfile.read(int(length)).decode())
        except (ValueError, RecursionError):
            self._refuse(HTTPStatus.BAD_REQUEST)
            return None
        if not isinstance(plain, dict):
            self._refuse(HTTPStatus.BAD_REQUEST)
            return None
        return plain

    def _tick(self, number: int, body: Mapping[str, Any]) -> None:
        figures, by, ticked = body.get("figures"), body.get("by"), body.get("ticked")
        whole = isinstance(figures, list) and all(isinstance(one, dict) for one in figures)
        if not whole or type(ticked) is not bool or type(by) is not str:
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        done = self.server.live.units[number].tick(body["figures"], by, ticked=ticked)
        self.server.live.forget(number)
        self._json({"ticks": done})

    def _take(self, number: int, body: Mapping[str, Any]) -> None:
        keys = body.get("keys")
        if not isinstance(keys, list) or not all(type(key) is str for key in keys):
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        self._json(self.server.live.units[number].take(keys))

    # What is answered

    def units(self) -> None:
        """The list of units."""
        self._json(self.server.live.listed())

    def unit(self, number: int) -> None:
        """All that the page shows of a unit."""
        self._send(self.server.live.page(number), _JSON)

    def wait(self, number: int, version: int) -> None:
        """The version of a unit once it is another one."""
        self._json({"version": self.server.live.wait(number, version, _WAIT_SECONDS)})

    def moved(self, number: int) -> None:
        """What moved since a version."""
        asked = parse_qs(urlsplit(self.path).query).get("against", [""])[0]
        self._json(self.server.live.units[number].against(asked))

    def returned(self, number: int) -> None:
        """What came back from Word and Excel, as it differs now."""
        self._json(self.server.live.units[number].returned().shown())

    def pdf(self, number: int, document: int) -> None:
        """The PDF pages of a document."""
        unit = self.server.live.units[number]
        names = unit.documents()
        data = unit.bytes_of(names[document]) if document < len(names) else None
        if data is None:
            raise Refused("这份文件现在没有。")
        self._send(self.server.printing.pdf(names[document], data), "application/pdf")

    def _json(self, plain: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(json.dumps(plain, ensure_ascii=False).encode(), _JSON, status)

    def _send(self, data: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(data))),
            ("Content-Security-Policy", POLICY),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
        ):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


#: What answers to each name, and how many numbers it takes.
_ANSWERS: Final[Mapping[str, tuple[Callable[..., None], int]]] = {
    "units": (_Handler.units, 0), "unit": (_Handler.unit, 1), "wait": (_Handler.wait, 2),
    "moved": (_Handler.moved, 1), "pdf": (_Handler.pdf, 2),
    "returned": (_Handler.returned, 1),
}  # fmt: skip
