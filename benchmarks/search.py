"""The search on many cases of about 200 Chinese characters: rare and common words, numbers, telephones, pinyin, for who
sees every branch and for one of twelve. Also what keeping the index costs the registering of a call."""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client as Browser

from chengnuo.clients.models import Client
from chengnuo.hotline.actions import register_call
from chengnuo.hotline.models import Call, CallState
from chengnuo.kit.search import read, rows, search
from chengnuo.kit.search.kinds import KINDS
from chengnuo.ledger import trail
from chengnuo.ledger.clock import moved_to
from chengnuo.people.models import Staff, Unit

Say = Callable[[str, str], None]
CASES = int(os.environ.get("BENCH_SEARCH", "300000"))
CLIENTS = 20_000
TIMES = 15
KIND = KINDS["hotline.call"]
COMMON = (
    "客户来电询问",
    "预付赔款",
    "保险公司",
    "什么时候到账",
    "电梯进水",
    "国庆节前",
    "请尽快回电",
    "保单",
    "续保报价",
    "车辆定损",
    "查勘员",
)
RARE = ("琉璃瓦窑", "鲟鱼养殖", "磁悬浮轴承")
ROW = (
    "subject_type",
    "subject_pk",
    "unit_id",
    "client_unit_id",
    "client_id",
    "person_id",
    "at",
    "mark",
    "text",
    "keys",
    "document",
)
CALL = (
    *("number", "unit_id", "client_id", "client_unit_id", "caller", "caller_digits", "caller_name", "channel", "kinds"),
    *("content", "answer", "no_reply_because", "at_first_ring", "rang_at", "entered_at", "void_because", "state"),
    *("version", "id"),
)


def measure(say: Say, centre: Staff, operator: Staff, now: datetime) -> None:
    began = time.perf_counter()
    fill(CASES, operator, now)
    say(f"search: {CASES:,} cases of 200 characters filled in", f"{time.perf_counter() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_table_size('kit_searchrow'), pg_indexes_size('kit_searchrow')")
        table, indexes = cursor.fetchone()
    say("its table; its indexes", f"{table / 2**20:.0f} MB; {indexes / 2**20:.0f} MB")
    asked = {
        "2 characters, common": "保单",
        "2 characters, rare": "鲟鱼",
        "4 characters, common": "预付赔款",
        "4 characters, 3 cases": RARE[0],
        "4 characters, none": "镓铟合金",
        "8 characters": "预付赔款保险公司",
        "two words": "鲟鱼 保单",
        "1 character, common": "保",
        "a telephone": "138 1000 0123",
        "last four digits": "0123",
        "a number without hyphens": "dhsu26000777",
        "pinyin of a client": "dsyy",
    }
    for who, staff in (("the centre", centre), ("a branch", operator)):
        for name, typed in asked.items():
            say(f"search by {who}: {name}", timed(lambda typed=typed, staff=staff: searched(typed, staff, now)))  # type: ignore[misc]
    cost(say, operator, now)
    browser = Browser()
    browser.force_login(operator)
    with moved_to(now, "bench"):
        for name, typed in (("common", "预付赔款"), ("rare", RARE[0])):
            say(f"the page, 4 characters, {name}", timed(lambda typed=typed: browser.get("/search/", {"q": typed})))  # type: ignore[misc]


def cost(say: Say, by: Staff, now: datetime) -> None:
    """Registering with and without the index, in turns, on the filled table."""
    took: dict[bool, list[float]] = {True: [], False: []}
    followers = list(trail._followers)
    others = [one for one in followers if ".search" not in one.__module__]
    assert len(others) < len(followers)
    chance = random.Random(11)
    with moved_to(now, "bench"):
        for nth in range(400):
            is_kept = nth % 2 == 0
            trail._followers[:] = followers if is_kept else others
            content = "".join(_sentences(chance))
            began = time.perf_counter()
            register_call(
                by=by, now=now, unit=by.unit, rang_at=now, answered_at=now, caller="13800000421", kinds=["enquiry"],
                content=content, answer=content[:40],
            )  # fmt: skip
            took[is_kept].append((time.perf_counter() - began) * 1000)
    trail._followers[:] = followers
    with_, without = (statistics.median(took[is_kept]) for is_kept in (True, False))
    say("registering a call of 200 characters, without the index", f"{without:.1f} ms")
    say("the index with it", f"+ {with_ - without:.1f} ms")


def _sentences(chance: random.Random) -> Iterator[str]:
    for _nth in range(18):
        yield chance.choice(COMMON) + _word(chance, chance.randint(2, 8)) + chance.choice("，。；")


def searched(typed: str, staff: Staff, now: datetime) -> object:
    fresh = Staff(pk=staff.pk, unit_id=staff.unit_id, is_active=True)
    return search(read(typed), fresh, now)


def timed(run: Callable[[], object]) -> str:
    """Median and slowest; the database's part is most of it."""
    took = []
    run()
    for _nth in range(TIMES):
        began = time.perf_counter()
        run()
        took.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(took):.1f} / {max(took):.1f} ms"


def fill(count: int, by: Staff, now: datetime) -> None:
    """Cases as the actions leave them, copied beside the actions: only finding them is measured."""
    chance = random.Random(7)
    units = list(Unit.objects.filter(kind=Unit.Kind.BRANCH).order_by("pk"))
    first = Client.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    made = [
        Client(pk=first + nth, unit=units[nth % len(units)], name=f"第{nth}号{_word(chance, 4)}公司", since=now.date())
        for nth in range(1, CLIENTS + 1)
    ]
    Client.objects.bulk_create(made, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX search_by_words")
        kind = KINDS["clients.client"]
        _copy(cursor, "kit_searchrow", ROW, (_stored(rows.row_of(kind, one)) for one in made))
        last = Call.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for start in range(0, count, 10_000):
            some = [
                _call(last + nth + 1, nth, count, chance, units, made, now)
                for nth in range(start, min(count, start + 10_000))
            ]
            _copy(cursor, "hotline_call", CALL, ([getattr(one, name) for name in CALL] for one in some))
            _copy(cursor, "kit_searchrow", ROW, (_stored(rows.row_of(KIND, one)) for one in some))
        cursor.execute(
            "CREATE INDEX search_by_words ON kit_searchrow USING gin (document) WITH (gin_pending_list_limit = 1024)"
        )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('hotline_call', 'id'), (SELECT max(id) FROM hotline_call))"
        )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('clients_client', 'id'), (SELECT max(id) FROM clients_client))"
        )
        cursor.execute("VACUUM ANALYZE kit_searchrow")
        cursor.execute("ANALYZE hotline_call")


def _call(
    pk: int, nth: int, count: int, chance: random.Random, units: list[Unit], clients: list[Client], now: datetime
) -> Call:
    content = "".join(_sentences(chance))
    if nth % (count // 3) == 5:
        content = RARE[nth // (count // 3) % 3] + content
    client = clients[nth % len(clients)]
    unit = units[chance.randrange(len(units))]
    phone = f"138{10_000_000 + nth % 5_000_000:08d}"
    at = now - timedelta(minutes=count - nth)
    return Call(
        pk=pk, number=f"DH-{unit.code}-26-{nth:06d}", unit=unit, client=client, client_unit_id=client.unit_id,
        caller=phone, caller_digits=phone, caller_name=_word(chance, 3), content=content, rang_at=at, entered_at=at,
        state=CallState.CLOSED, kinds=["enquiry"],
    )  # fmt: skip


def _word(chance: random.Random, length: int) -> str:
    """Characters as texts have them: a few hundred often, the rest of three thousand seldom."""
    return "".join(chr(0x4E00 + int(3000 * chance.random() ** 2.5)) for _nth in range(length))


def _stored(row: rows.Row | None) -> list[object]:
    assert row is not None
    lexemes = " ".join("'" + one.replace("\\", "\\\\").replace("'", "''") + "'" for one in row.lexemes.split(rows.CUT))
    return [*row.stored(), lexemes]


def _copy(cursor: Any, table: str, names: Sequence[str], lines: Iterable[list[object]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)
