"""Mirrors on the loopback interface that serve files well, badly or not at all, and count who asks."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

FAILINGS = {
    "missing": "HTTP 404",
    "wrong": "does not match",
    "cut": "does not match",
    "short": "Connection broken",
    "dying": "Connection broken",
    "silent": "nothing came for 0.4 seconds",
    "stalling": "nothing came for 0.4 seconds",
    "endless": "sends more than",
    "circling": "30 redirects",
    "astray": "file:///",
    "garbled": "invalid literal",
}
"""The ways in which a mirror can fail, with what the reason says."""


class Mirrors:
    """One server; `url("dying", "a.gz")` is an address where it serves that file so.

    It does so in the ways of FAILINGS, and in these: "good"; "slow", with a second's rest in the middle; "moved", a
    redirect to good; "labelling", which calls a .gz file packed on the way where the client takes that.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: Counter[str] = Counter()
        self.waiting, self.over = threading.Event(), threading.Event()
        handler = type("Handler", (_Handler,), {"mirrors": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def url(self, way: str, name: str) -> str:
        """The address of a file at the mirror that serves in this way."""
        return f"http://127.0.0.1:{self.server.server_port}/{way}/{name}"

    def close(self) -> None:
        """Let every request end."""
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


def closed_port() -> int:
    """A port of the loopback interface at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _Handler(BaseHTTPRequestHandler):
    mirrors: Mirrors

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        way, _, name = self.path[1:].partition("/")
        self.mirrors.asked[self.path[1:]] += 1
        data = self.mirrors.files[unquote(name)]
        serve: Callable[[str, bytes], None] = getattr(self, f"_{way}")
        with suppress(OSError):  # the client may have left
            serve(name, data)

    def _answer(self, data: bytes, length: object = None, **headers: str) -> None:
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def _redirect(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _wait(self) -> None:
        self.mirrors.waiting.set()
        self.mirrors.over.wait(30)

    def _good(self, _: str, data: bytes) -> None:
        self._answer(data, len(data))

    def _slow(self, _: str, data: bytes) -> None:
        self._answer(data[: len(data) // 2], len(data))
        self.mirrors.over.wait(1)
        self.wfile.write(data[len(data) // 2 :])

    def _moved(self, name: str, _: bytes) -> None:
        self._redirect(self.mirrors.url("good", name))

    def _labelling(self, _: str, data: bytes) -> None:
        takes_it = "gzip" in self.headers.get("Accept-Encoding", "")
        self._answer(data, len(data), Content_Encoding="gzip" if takes_it else "identity")

    def _missing(self, *_: object) -> None:
        self.send_error(404)

    def _wrong(self, _: str, data: bytes) -> None:
        self._answer(data[::-1], len(data))

    def _cut(self, _: str, data: bytes) -> None:
        self._answer(data[: len(data) // 2])

    def _short(self, _: str, data: bytes) -> None:
        self._answer(data[: len(data) // 2], len(data))

    def _dying(self, _: str, data: bytes) -> None:
        self._answer(data[: len(data) // 2], len(data))
        self.connection.shutdown(socket.SHUT_RDWR)

    def _silent(self, *_: object) -> None:
        self._wait()

    def _stalling(self, _: str, data: bytes) -> None:
        self._answer(data[: len(data) // 2], len(data))
        self._wait()

    def _endless(self, _: str, data: bytes) -> None:
        self._answer(data)
        while not self.mirrors.over.is_set():
            self.wfile.write(bytes(1 << 16))

    def _circling(self, name: str, _: bytes) -> None:
        self._redirect(self.mirrors.url("circling", name))

    def _astray(self, *_: object) -> None:
        self._redirect("file:///etc/hostname")

    def _garbled(self, _: str, data: bytes) -> None:
        self._answer(data, "many")
