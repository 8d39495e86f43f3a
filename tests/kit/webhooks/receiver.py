"""A server on loopback that takes events, or does what a test tells it to do instead."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Got:
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def delivery(self) -> str:
        return self.headers["Chengnuo-Delivery"]


@dataclass
class Receiver:
    """`answers` are used up in order, then it is always 200: a status, or the name of something worse."""

    port: int = 0
    answers: list[Any] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in?from=chengnuo"

    def of(self, pk: int) -> list[int]:
        """The `seq` of what came of one record, in the order of coming."""
        return [one.json["seq"] for one in self.got if one.json["subject"]["id"] == pk]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        receiver: Receiver = self.server.receiver  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.got.append(Got(dict(self.headers.items()), body))
        answer = receiver.answers.pop(0) if receiver.answers else 200
        with suppress(OSError):
            getattr(self, answer)(receiver) if isinstance(answer, str) else self.status(answer)

    def do_GET(self) -> None:
        self.server.receiver.got.append(Got(dict(self.headers.items()), b'{"seq": -1}'))  # type: ignore[attr-defined]
        self.status(200)

    def status(self, status: int, body: bytes = "收到\x00".encode()) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def silent(self, receiver: Receiver) -> None:
        """Take the body and never say a word."""
        receiver.over.wait(30)
        self.close_connection = True

    def dripping(self, receiver: Receiver) -> None:
        """A header that never ends, so slowly that no single read is late."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        while not receiver.over.wait(0.05):
            self.wfile.write(b"x")
        self.close_connection = True

    def hanging(self, receiver: Receiver) -> None:
        """200, and a body that never comes."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun")
        receiver.over.wait(30)
        self.close_connection = True

    def huge(self, receiver: Receiver) -> None:
        """200, and a body without an end."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not receiver.over.is_set():
            self.wfile.write("大".encode() * 10_000)
        self.close_connection = True

    def nonsense(self, receiver: Receiver) -> None:
        self.wfile.write(b"\x00\xff no HTTP at all\r\n\r\n")
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def receiver() -> Iterator[Receiver]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Receiver(server.server_address[1])
    server.receiver = running  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        running.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
