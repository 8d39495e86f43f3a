"""This product beside django-helpdesk on the same cases in the same PostgreSQL, and beside what nothing can beat.

`python -m benchmarks.versus`; BENCH_CASES (100,000) and BENCH_LARGE (300,000) say how many cases.
"""

import json
import os
import platform
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from benchmarks.versus import limits, places
from benchmarks.versus.asking import Ask, Site, median_at_once, median_in_turn
from benchmarks.versus.cases import NOW, SOUGHT, cases, planted

SMALL = 10_000
CASES = int(os.environ.get("BENCH_CASES", "100000"))
LARGE = int(os.environ.get("BENCH_LARGE", "300000"))
DUE = min(CASES, 100_000)
"""Half of the cases up to this one have a promise: so many duties fall due at once."""
TIMES = 15
CSRF = "b" * 32


def say(name: str, *figures: str) -> None:
    sys.stdout.write(f"{name:<50}" + "".join(f"{figure:>14}" for figure in figures) + "\n")
    sys.stdout.flush()


def heading(words: str) -> None:
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    sys.stdout.write(f"\n{words} — load average {load}\n")


def main() -> None:
    began = time.perf_counter()
    places.peer_packages()
    with ExitStack() as stack:
        cluster = stack.enter_context(places.one_cluster())
        import django

        django.setup()
        bench = Bench(cluster, stack)
        bench.versions()
        bench.grow_to(SMALL)
        small = bench.pages()
        bench.grow_to(CASES)
        bench.beside_the_peer()
        bench.grow_to(LARGE)
        bench.growth(small, bench.pages())
        bench.worker()
    say("all of it", f"{(time.perf_counter() - began) / 60:.1f} min")


class Bench:
    def __init__(self, cluster: Any, stack: ExitStack) -> None:
        from django.test import Client as Browser

        from benchmarks.versus import filling

        self.cluster, self.stack, self.filling = cluster, stack, filling
        self.filled, self.count = filling.company(), 0
        self.eventful = filling.with_ten_events(self.filled)
        browser = Browser(headers={"host": "localhost"})
        browser.force_login(self.filled.staff)
        port = places.free_port()
        self.process = stack.enter_context(places.ours(cluster, port))
        self.site = Site(port, {"Cookie": f"sessionid={browser.cookies['sessionid'].value}"})
        self.api = Site(port, {"Authorization": f"Bearer {filling.token(self.filled.staff)}"})

    def versions(self) -> None:
        import django
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            server = cursor.fetchone()[0]
        say("Python · Django · PostgreSQL", f"{platform.python_version()} · {django.__version__} · {server}")

    def grow_to(self, count: int) -> None:
        began = time.perf_counter()
        if count > self.count:
            self.filling.fill(self.count + 1, count, self.filled)
            self.count = count
        heading(f"{self.count:,} cases, filled in {time.perf_counter() - began:.0f} s")

    def paths(self) -> dict[str, str]:
        client = self.filled.clients + 7
        return {
            "工作台": "/",
            "服务热线登记簿": "/hotline/",
            "承诺": "/hotline/promises/",
            "客户": "/clients/",
            "one call with ten events": f"/hotline/{self.eventful.pk}/",
            "one client": f"/clients/{client}/",
            "来电登记 of a known number": "/hotline/new/?phone=13900000007",
            "search, four characters": "/search/?q=" + _quoted(SOUGHT),
            "search, a client's name": "/search/?q=" + _quoted("精密机械"),
        }

    def pages(self) -> dict[str, float]:
        asks: dict[str, Ask] = {name: lambda p=path: self.site.get(p) for name, path in self.paths().items()}  # type: ignore[misc]
        return median_in_turn(asks, TIMES)

    def growth(self, small: dict[str, float], large: dict[str, float]) -> None:
        say("page", f"{SMALL:,}", f"{self.count:,}", "× (≤ 1.5)")
        for name, before in small.items():
            say(name, f"{before:.0f} ms", f"{large[name]:.0f} ms", f"{large[name] / before:.2f}")

    def beside_the_peer(self) -> None:
        filled = subprocess.run(
            [places.PEER / "bin" / "python", "-m", "benchmarks.versus.peer.fill", str(self.count)],
            env=places.peer_environment(self.cluster),
            cwd=places.REPOSITORY,
            stdout=subprocess.PIPE,
            check=True,
        )
        given = json.loads(filled.stdout)
        port, bare_port = places.free_port(), places.free_port()
        self.stack.enter_context(places.bare(bare_port))
        with places.peers(self.cluster, port) as process:
            peer = Site(port, {"Cookie": f"sessionid={given['session']}; csrftoken={CSRF}", "X-CSRFToken": CSRF})
            self._compare(peer, given)
            self._write(peer, given)
            own, other = (f"{places.megabytes_of_workers(one):.0f} MB" for one in (self.process, process))
            say("largest web worker", own, other, "(≤ 180 MB)")
        plain = Site(bare_port)
        read = limits.reading(self.cluster, self.filled.staff.unit_id)
        limit = median_in_turn({"web": lambda: plain.get("/"), "read": read}, 200)
        say("limit: a bare WSGI answer", f"{limit['web']:.2f} ms")
        say("limit: 50 rows by an index", f"{limit['read']:.2f} ms")

    def _compare(self, peer: Site, given: dict[str, Any]) -> None:
        data = "/datatables_ticket_list/{}?draw=1&start=0&length=50"
        queue = data.format(_packed({"filtering": {"status__in": [1, 2]}, "sorting": "created", "sortreverse": True}))
        found = data.format(_packed({"filtering": {}, "search_string": SOUGHT}))
        right = len(planted(self.count))
        rows = json.loads(peer.get(found))["data"]
        assert len(rows) == min(right, 50), (len(rows), right)
        numbers = {f"DH-SU-26-{number:07d}" for number in planted(self.count)}
        page = self.site.get(self.paths()["search, four characters"]).decode()
        shown = {number for number in numbers if number in page}
        say("four characters find exactly the right rows", f"{len(shown)} of {right}", f"{len(rows)} of {right}")
        pairs: dict[str, tuple[Ask, Ask, int]] = {
            "queue page of 50 rows": (
                lambda: self.site.get("/hotline/"),
                lambda: (peer.get("/tickets/"), peer.get(queue)),
                20,
            ),
            "one case with ten events": (
                lambda: self.site.get(f"/hotline/{self.eventful.pk}/"),
                lambda: peer.get(f"/tickets/{given['ticket']}/"),
                8,
            ),
            "search of four characters": (
                lambda: self.site.get(self.paths()["search, four characters"]),
                lambda: peer.get(found),
                100,
            ),
        }
        say("asked one after the other, in turn", "this product", "the peer", "× (wanted)")
        for name, (own, other, wanted) in pairs.items():
            medians = median_in_turn({"own": own, "other": other}, TIMES, warm=2)
            self._say_pair(name, medians["own"], medians["other"], wanted)

    def _write(self, peer: Site, given: dict[str, Any]) -> None:
        case = next(cases(1, 1))
        call = {
            "line": "SU",
            "rang_at": (NOW - timedelta(minutes=4)).isoformat(),
            "answered_at": (NOW - timedelta(minutes=4)).isoformat(),
            "hung_up_at": (NOW - timedelta(minutes=1)).isoformat(),
            "caller": "13900000007",
            "client_id": self.filled.clients + 7,
            "kinds": ["enquiry"],
            "content": case.content,
            "answer": "已当场说明，资料发到邮箱",
        }
        ticket = {
            "queue": given["queue"],
            "title": "来电",
            "description": case.content,
            "submitter_email": "client7@example.com",
            "status": 1,
            "priority": 3,
        }
        asks: dict[str, Ask] = {
            "own": lambda: self.api.post("/api/v1/calls", call),
            "other": lambda: peer.post("/api/tickets/", ticket),
            "limit": limits.writing(self.cluster),
        }
        taken: dict[str, list[float]] = {name: [] for name in asks}
        for _turn in range(3):
            for name, ask in asks.items():
                taken[name].append(median_at_once(ask, 15))
        medians = {name: sorted(each)[1] for name, each in taken.items()}
        self._say_pair("register a call by API, eight at once", medians["own"], medians["other"], 15)
        say("limit: bare INSERT and COMMIT, eight at once", f"{medians['limit']:.2f} ms")

    def _say_pair(self, name: str, own: float, other: float, wanted: int) -> None:
        say(name, f"{own:.1f} ms", f"{other:.1f} ms", f"{other / own:.1f} (≥ {wanted})")

    def worker(self) -> None:
        from chengnuo.ledger.clock import moved_to
        from chengnuo.ledger.loop import tick
        from chengnuo.ledger.models import Obligation

        late = NOW + timedelta(minutes=DUE)
        with moved_to(NOW, "bench"):
            tick(NOW)
            idle = median_in_turn({"tick": lambda: tick(NOW)}, 200)["tick"]
        say("the worker's look when nothing is due (≤ 5 ms)", f"{idle:.2f} ms")
        with moved_to(late, "bench"):
            due = Obligation.objects.filter(next_at__lte=late).count()
            began = time.perf_counter()
            spoken = tick(late)
            say(f"{spoken:,} due duties escalated (50,000 in ≤ 15 s)", f"{time.perf_counter() - began:.1f} s")
        assert spoken >= due


def _packed(query: dict[str, Any]) -> str:
    return b64encode(json.dumps(query).encode()).decode()


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


if __name__ == "__main__":
    main()
