"""Asking over HTTP, with connections kept open, and taking the time of it."""

import http.client
import json
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Ask = Callable[[], object]


@dataclass
class Site:
    """A server on loopback and what a request to it carries. Each thread has a connection of its own."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)
    _own: threading.local = field(default_factory=threading.local)

    def get(self, path: str) -> bytes:
        return self._asked("GET", path, None, {})

    def post(self, path: str, content: object, **headers: str) -> bytes:
        return self._asked("POST", path, json.dumps(content).encode(), {"Content-Type": "application/json", **headers})

    def _asked(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        try:
            answer, content = self._exchanged(method, path, body, headers)
        except http.client.RemoteDisconnected:  # Idle for long, so the server has hung up; browsers ask again too.
            answer, content = self._exchanged(method, path, body, headers)
        if answer.status not in {200, 201}:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content

    def _exchanged(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, {"Host": "localhost", **self.headers, **headers})
            answer = connection.getresponse()
            return answer, answer.read()
        except (http.client.HTTPException, OSError):
            del self._own.connection
            raise


def took(ask: Ask) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    ask()
    return (time.perf_counter() - start) * 1000


def median_in_turn(asks: Mapping[str, Ask], times: int, warm: int = 3) -> dict[str, float]:
    """The median milliseconds of each, asked one after the other in turn, so that all meet the same machine."""
    for ask in asks.values():
        for _nth in range(warm):
            ask()
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for _nth in range(times):
        for name, ask in asks.items():
            taken[name].append(took(ask))
    return {name: statistics.median(each) for name, each in taken.items()}


def median_at_once(ask: Ask, times: int, at_once: int = 8) -> float:
    """The median milliseconds of `times` askings by each of so many threads."""
    taken: list[float] = []
    faults: list[Exception] = []

    def go_on() -> None:
        try:
            for _nth in range(times):
                taken.append(took(ask))
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=go_on) for _nth in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return statistics.median(taken)
