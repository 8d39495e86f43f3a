"""This product filled with the cases: two calls are registered by the actions, and their rows in every table are copied
for each case with its own text, client and times. The copies' chains are not ones that `chengnuo check` would pass;
what pages, searches and the worker read is all there.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.db.models import Exists, OuterRef

from benchmarks.versus.cases import CLIENTS, NOW, cases, client_name
from chengnuo.clients.models import Client, Contact, Phone, Position
from chengnuo.clients.names import folded, grams
from chengnuo.hotline.actions import NewPromise, register_call, tell_interim
from chengnuo.hotline.models import Call, Promise
from chengnuo.kit.models import SearchRow
from chengnuo.kit.search.kinds import KINDS
from chengnuo.kit.search.rows import BATCH, remake
from chengnuo.ledger import clock
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent
from chengnuo.ledger.seed import seed
from chengnuo.people.actions import make_token
from chengnuo.people.models import Staff
from chengnuo.site.demo.company import build

PASSWORD = "bench-2026-long"
BEGINS = NOW - timedelta(days=900)
KEYS = 10_000_000
"""Copies have keys from here on, rows made by the actions afterwards from ten times that."""
EVENTS_APART = 20

CASE = """
SELECT c.*, %(keys)s + c.n AS key, %(clients)s + c.client AS client_id
FROM bench_case c WHERE c.is_closed = %(is_closed)s
"""
SUBJECT = "CASE WHEN t.subject_type IN ('hotline.call', 'hotline.promise') THEN c.key ELSE c.client_id END"
EVENT = "%(keys)s + c.n * %(apart)s + array_position(%(events)s::bigint[], {0})"
PHONE = "'139' || lpad(c.client::text, 8, '0')"
OWN = {
    "hotline_call": {
        "id": "c.key",
        "number": "'DH-SU-26-' || lpad(c.n::text, 7, '0')",
        "client_id": "c.client_id",
        "contact_id": "%(contacts)s + c.client",
        "caller": PHONE,
        "caller_digits": PHONE,
        "caller_name": "c.who",
        "content": "c.content",
    },
    "hotline_promise": {
        "id": "c.key",
        "call_id": "c.key",
        "client_id": "c.client_id",
        "to_whom": "c.who",
        "first_by": "c.due",
        "by": "c.due",
    },
    "ledger_trail_event": {"id": EVENT.format("t.id"), "subject_pk": SUBJECT},
    "ledger_trail_mention": {"event_id": EVENT.format("t.event_id"), "subject_pk": SUBJECT},
    "ledger_trail_text": {
        "event_id": EVENT.format("t.event_id"),
        "text": "CASE t.name WHEN 'content' THEN c.content ELSE t.text END",
    },
    "ledger_trail_head": {"subject_pk": SUBJECT},
    "ledger_obligation": {
        "subject_pk": SUBJECT,
        "client_id": "c.client_id",
        "number": "'DH-SU-26-' || lpad(c.n::text, 7, '0')",
        "since_event": EVENT.format("t.since_event"),
        "due": "c.due",
        "next_at": "c.due - interval '10 minutes'",
    },
}
"""What a copy has of its own, by table; the rest is the model's, times moved to the case's."""
OF_MODEL = {
    "hotline_call": "t.id = %(call)s",
    "hotline_promise": "t.call_id = %(call)s",
    "ledger_trail_event": "t.id = ANY(%(events)s)",
    "ledger_trail_mention": "t.event_id = ANY(%(events)s)",
    "ledger_trail_text": "t.event_id = ANY(%(events)s)",
    "ledger_trail_head": "(t.subject_type, t.subject_pk) IN (SELECT subject_type, subject_pk FROM ledger_trail_event"
    " WHERE id = ANY(%(events)s))",
    "ledger_obligation": "t.since_event = ANY(%(events)s)",
}


@dataclass(frozen=True)
class Filled:
    """Whom everything is asked as, and the two calls whose rows are copied."""

    staff: Staff
    clients: int
    contacts: int
    closed: Call
    open: Call


def company() -> Filled:
    """The people, 20,000 clients, and a call that is closed beside one with a promise that runs."""
    with moved_to(BEGINS, "bench"):
        seed(BEGINS)
        staff = build(BEGINS, password=PASSWORD).staff["zhoumin"]
    clients, contacts = _clients(staff)
    with moved_to(NOW, "bench"):
        closed = _call(staff, answer="已当场说明，资料发到邮箱")
        open_ = _call(staff, promise=NewPromise("回复预付赔款何时到账", NOW + timedelta(hours=3), "李建明"))
    with connection.cursor() as cursor:
        for table in ("hotline_call", "hotline_promise", "ledger_trail_event"):
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, KEYS * 10])
    return Filled(staff, clients, contacts, closed, open_)


def _clients(staff: Staff) -> tuple[int, int]:
    """The keys of the first client and the first contact; the others follow."""
    names = [client_name(number) for number in range(CLIENTS)]
    since = BEGINS.date()
    given = {"unit": staff.unit, "kind": "company", "since": since}
    rows = [Client(**given, name=name, folded=folded(name), grams=grams(name)) for name in names]
    clients = Client.objects.bulk_create(rows)
    contacts = Contact.objects.bulk_create([Contact(name=f"经办人{number}") for number in range(CLIENTS)])
    numbers = [f"139{number:08d}" for number in range(CLIENTS)]
    Phone.objects.bulk_create([Phone(contact=c, number=n, digits=n) for c, n in zip(contacts, numbers, strict=True)])
    pairs = zip(contacts, clients, strict=True)
    Position.objects.bulk_create([Position(contact=contact, client=client, title="经办") for contact, client in pairs])
    return clients[0].pk, contacts[0].pk


def _call(staff: Staff, **more: object) -> Call:
    return register_call(
        by=staff,
        now=NOW,
        unit=staff.unit,
        rang_at=NOW - timedelta(minutes=3),
        answered_at=NOW - timedelta(minutes=3),
        hung_up_at=NOW,
        caller="13900000000",
        client=Client.objects.order_by("pk")[0],
        kinds=["enquiry"],
        content="样本",
        **more,  # type: ignore[arg-type]
    )


def with_ten_events(filled: Filled) -> Call:
    """A call with a promise of which the client was told how it stands eight times: ten events in all."""
    with moved_to(NOW, "bench"):
        call = _call(filled.staff, promise=NewPromise("回复查勘时间", NOW + timedelta(days=3), "李建明"))
        for number in range(8):
            tell_interim(call.promises.get(), text=f"第{number + 1}次告知：保险公司仍在审批", by=filled.staff, now=NOW)
    return call


def token(staff: Staff) -> str:
    """A key to the API."""
    now = clock.now()
    return make_token(staff, name="bench", expires_at=now + timedelta(days=1), by=staff, now=now)[1]


def fill(first: int, last: int, filled: Filled) -> None:
    """The cases from `first` up to and with `last`, with statistics as autovacuum would take them."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_case")
        cursor.execute(
            "CREATE UNLOGGED TABLE bench_case (n bigint, client bigint, who text, content text, at timestamptz,"
            " is_closed boolean, due timestamptz)"
        )
        with cursor.copy("COPY bench_case FROM STDIN") as copy:
            for case in cases(first, last):
                due = NOW + timedelta(minutes=case.number)
                copy.write_row((case.number, case.client, case.who, case.content, case.at, case.is_closed, due))
        for model in (filled.closed, filled.open):
            _copy(cursor, model, filled)
        cursor.execute("DROP TABLE bench_case")
    if first == 1:
        call_command("reindex", verbosity=0)
    else:
        _index_new()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _index_new() -> None:
    """As the actions would have, had they written the cases: what was indexed before stays."""
    for model in (Call, Promise):
        row = SearchRow.objects.filter(subject_type=model._meta.label_lower, subject_pk=OuterRef("pk"))
        pks = list(model.objects.filter(~Exists(row)).order_by("-pk").values_list("pk", flat=True))
        for start in range(0, len(pks), BATCH):
            remake(KINDS[model._meta.label_lower], pks[start : start + BATCH])


def _copy(cursor: object, model: Call, filled: Filled) -> None:
    promise = model.promises.first()
    subjects = [("hotline.call", model.pk), *([("hotline.promise", promise.pk)] if promise else [])]
    events = [
        pk
        for type_, key in subjects
        for pk in TrailEvent.objects.filter(subject_type=type_, subject_pk=key).values_list("pk", flat=True)
    ]
    given = {
        "call": model.pk,
        "events": events,
        "is_closed": promise is None,
        "model_at": model.rang_at,
        "keys": KEYS,
        "apart": EVENTS_APART,
        "clients": filled.clients,
        "contacts": filled.contacts,
    }
    for table, own in OWN.items():
        cursor.execute(  # type: ignore[attr-defined]
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = 'public' AND (column_name <> 'id' OR %s)",
            [table, "id" in own],
        )
        columns = {f'"{name}"': own.get(name) or _moved(name, type_) for name, type_ in cursor.fetchall()}  # type: ignore[attr-defined]
        cursor.execute(  # type: ignore[attr-defined]
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
            f" FROM {table} t CROSS JOIN ({CASE}) c WHERE {OF_MODEL[table]}",
            given,
        )


def _moved(name: str, type_: str) -> str:
    return f't."{name}" + (c.at - %(model_at)s)' if type_.startswith("timestamp") else f't."{name}"'
