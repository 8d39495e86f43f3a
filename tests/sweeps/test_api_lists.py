"""Lists of the API go by parts, in an order that an index has, and ask no oftener for 30 rows than for one; and what
the description says of names is what the code has."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chengnuo.annual.models import AnnualCall, AnnualPlan, Segment
from chengnuo.claims.models import State as ClaimState
from chengnuo.clients import actions as clients
from chengnuo.clients.basis import Basis, ServiceKind
from chengnuo.clients.models import TICKS, Client, Import, Policy
from chengnuo.complaints.models import State as ComplaintState
from chengnuo.hotline import actions
from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.hotline.duty_rules import COVERED_DAY
from chengnuo.hotline.models import (
    CallState,
    DutyShift,
    Kind,
    Mailbox,
    MailKind,
    MailMessage,
    NoReply,
    PhoneEvent,
    PhoneSystem,
    Promise,
    PromiseState,
    RosterFeed,
    RosterPattern,
    ShiftSwap,
    SwapState,
)
from chengnuo.kit.proposals.models import ProposalState
from chengnuo.ledger.models import Occasion
from chengnuo.letters.models import CampaignState, LetterState, ReplyKind, Way
from chengnuo.people.actions import give_role, make_token
from chengnuo.people.models import Role, Staff, Unit
from chengnuo.site.management.commands.openapi import PATH
from chengnuo.visits import actions as visits
from chengnuo.visits.models import State as VisitState
from chengnuo.visits.models import Wish, WishState
from tests.cast import Cast
from tests.clients.conftest import AGREEMENT, POLICY, SITE
from tests.hotline.world import DAY, HOUR, NOW, a_call, a_client, do
from tests.letters.world import a_reply, a_round, a_written_client, chosen, fixed, made, posted
from tests.support.world import a_draft
from tests.sweeps import plans_rows
from tests.sweeps.rows_daily import of_lists

DESCRIBED = json.loads(PATH.read_text())
OPERATIONS = {
    one["operationId"]: (path, method, one)
    for path, methods in DESCRIBED["paths"].items()
    for method, one in methods.items()
}
# Lists of the rooms people, kit and site are counted beside their own tests.
HERE = {
    "clients",
    "hotline",
    "plans",
    "visits",
    "letters",
    "claims",
    "complaints",
    "support",
    "annual",
    "daily",
    "rounds",
}
LISTS = sorted(
    name
    for name, (_path, _method, one) in OPERATIONS.items()
    if HERE & set(one["tags"]) and any(given["name"] == "cursor" for given in one["parameters"])
)
# Lists that do not grow with the work: there are as many rows as branches, or the few that come first.
WHOLE = {"list_claim_paper_lists", "list_duty_lines", "list_running"}
# A person has one subscription to his visits at a time: a new one revokes the last.
ONE_AT_MOST = {"list_visit_feeds"}
ROWS = 30


def parameters(operation: str) -> dict[str, Any]:
    return {one["name"]: one for one in OPERATIONS[operation][2]["parameters"]}


# Names


def said(operation: str, parameter: str) -> list[str]:
    """The values that the description gives a parameter."""
    schema = parameters(operation)[parameter]["schema"]
    return [name for one in schema.get("anyOf", [schema]) for name in one.get("enum", [])]


@pytest.mark.parametrize(
    "operation, parameter, values",
    [
        ("list_calls", "state", CallState.values),
        ("list_calls", "kind", Kind.values),
        ("list_promises", "state", PromiseState.values),
        ("list_swaps", "state", SwapState.values),
        ("list_mails", "kind", MailKind.values),
        ("list_clients", "kind", Client.Kind.values),
        ("list_clients", "tick", list(TICKS)),
        ("list_visits", "state", VisitState.values),
        ("list_visit_wishes", "state", WishState.values),
        ("list_letter_campaigns", "state", CampaignState.values),
        ("list_letter_campaigns", "way", Way.values),
        ("list_letters", "state", LetterState.values),
        ("list_letter_replies", "kind", ReplyKind.values),
        ("list_claims", "state", ClaimState.values),
        ("list_complaints", "state", ComplaintState.values),
        ("list_support", "state", ProposalState.values),
        ("list_annual_plans", "state", ProposalState.values),
    ],
)
def test_a_filter_takes_the_values_that_there_are(operation, parameter, values):
    assert said(operation, parameter) == values


@pytest.mark.parametrize(
    "schema, field, values",
    [
        ("PolicyIn", "line", Policy.Line.values),
        ("AnnualLineIn", "kind", ServiceKind.values),
        ("AnnualLineIn", "segment", Segment.values),
        ("CampaignIn", "basis", Basis.values),
        ("LetterReplyIn", "kind", ReplyKind.values),
        ("ReplyIn", "no_reply_because", ["", *NoReply.values]),
        ("MailboxIn", "security", ["none", "starttls", "tls"]),
    ],
)
def test_a_field_takes_the_values_that_there_are(schema, field, values):
    assert DESCRIBED["components"]["schemas"][schema]["properties"][field]["enum"] == values


def test_every_operation_and_every_parameter_says_what_it_is():
    silent = [name for name, (_path, _method, one) in OPERATIONS.items() if not one.get("description")]
    silent += [
        f"{name} {given['name']}"
        for name, (_path, _method, one) in OPERATIONS.items()
        for given in one["parameters"]
        if HERE & set(one["tags"]) and not given.get("description") and not given["schema"].get("enum")
    ]
    assert silent == []


def test_every_list_goes_by_parts_or_does_not_grow():
    whole = {
        name
        for name, (_path, method, one) in OPERATIONS.items()
        if method == "get" and name.startswith("list_") and HERE & set(one["tags"])
    }
    assert whole - set(LISTS) == WHOLE


# Rows


def several(cast: Cast, since: int, until: int) -> dict[str, int]:
    """The rows from `since` to `until` of every list, of Suzhou; gives the ids that the addresses of lists name."""
    ids: dict[str, int] = {}
    for number in range(since, until):
        client = a_client(cast, name=f"第{number}锦穗公司", credit_code="")
        call = a_call(
            cast,
            client=client,
            promise=NewPromise("查", NOW + 30 * DAY),
            cases=[NewCase(kind) for kind in ("appointment", "complaint", "loss")],
        )
        a_draft(cast, client)
        ids = ids or {"promise": call.promises.get().pk, "call": call.pk}
        _things(cast, client, number)
    ids.setdefault("round", of_lists(cast, client, since, until))
    _letters(cast, until - since)
    plans_rows.several(cast, client, until - since)
    _acts(cast, ids["promise"], until - since)
    _visits(cast, client, until - since)
    _roster(cast, since, until)
    _mail(cast, ids["call"], since, until)
    return ids


def _things(cast: Cast, client: Client, number: int) -> None:
    do(clients.add_site, client, values=SITE, by=cast.zhoumin)
    do(clients.add_policy, client, values={**POLICY, "no": f"P{number}"}, by=cast.zhoumin)
    do(clients.draft_agreement, client, values={**AGREEMENT, "number": f"W{number}"}, by=cast.zhoumin)
    Import.objects.create(
        name="x", sha256=f"{number}", by=cast.xuning, at=NOW, clients=1, contacts=1, sites=0, agreements=0, policies=0
    )


def _letters(cast: Cast, count: int) -> None:
    for _nth in range(count):
        a_written_client(cast, Client.objects.count())
        a_round(cast)
    sent = posted(made(fixed(chosen(a_round(cast, body="通知")))))
    for letter in sent.letters.filter(state="posted"):
        a_reply(cast, letter)


def _acts(cast: Cast, promise_pk: int, count: int) -> None:
    promise = Promise.objects.get(pk=promise_pk)
    for number in range(count):
        do(actions.tell_interim, promise, text="在查", by=cast.zhoumin, now=NOW + timedelta(seconds=number))


def _visits(cast: Cast, client: Client, count: int) -> None:
    for _nth in range(count):
        visit = do(
            visits.plan_visit,
            client,
            purpose="看消防设施",
            wanted_at=NOW + DAY,
            basis="client",
            owner=cast.zhoumin,
            by=cast.zhoumin,
        )
        Wish.objects.create(
            visit=visit, unit=cast.su, client=client, owner=cast.zhoumin, asked_at=NOW, last_word_at=NOW
        )
        do(visits.make_feed, by=cast.xuning)


def _roster(cast: Cast, since: int, until: int) -> None:
    numbers = range(since, until)
    units = [
        Unit.objects.create(code=f"U{number}", name=f"分公司{number}", kind="branch", opened_on=NOW.date())
        for number in numbers
    ]
    RosterFeed.objects.bulk_create(
        RosterFeed(staff=cast.xuning, unit=unit, hash=unit.code, made_at=NOW) for unit in units
    )
    shifts = DutyShift.objects.bulk_create(
        DutyShift(unit=cast.su, staff=cast.zhoumin, starts_at=NOW + n * DAY, ends_at=NOW + n * DAY + HOUR)
        for n in numbers
    )
    for number, unit in zip(numbers, units, strict=True):
        call = AnnualCall.objects.create(
            year=2100 - number, requirements="x", due_at=NOW, called_at=NOW, called_by=cast.linxiaotang
        )
        AnnualPlan.objects.create(call=call, year=call.year, unit=unit, number=unit.code, drafted_at=NOW)
    ShiftSwap.objects.bulk_create(
        ShiftSwap(unit=cast.su, shift=shift, asked_by=cast.zhoumin, asked_of=cast.xuning, asked_at=NOW)
        for shift in shifts
    )
    RosterPattern.objects.bulk_create(
        RosterPattern(unit=cast.su, name="轮班", starts_on=NOW.date(), made_at=NOW) for _n in numbers
    )
    Occasion.objects.bulk_create(
        Occasion(rule=COVERED_DAY, unit_id=cast.su.pk, period=f"{n}", starts_at=NOW + n * DAY) for n in numbers
    )


def _mail(cast: Cast, call: int, since: int, until: int) -> None:
    for number in range(since, until):
        box = Mailbox.objects.create(unit=cast.su, keeper=cast.zhoumin, host="x", username=f"{number}", set_up_at=NOW)
        for of, name in ((None, "a"), (call, "b")):
            MailMessage.objects.create(
                mailbox=box, uidvalidity=1, uid=ord(name), unit=cast.su, call_id=of, fingerprint=name, received_at=NOW
            )
        system = PhoneSystem.objects.create(name="x", salt="x", hash=f"{number}", made_at=NOW)
        PhoneEvent.objects.create(system=system, phone_id=f"{number}", word="ringing", at=NOW, received_at=NOW)


@pytest.fixture
def person(cast: Cast) -> Staff:
    """Somebody who may open every list."""
    for unit, kind in ((cast.centre, Role.Kind.CENTRE_HEAD), (cast.hq, Role.Kind.ADMINISTRATOR)):
        do(give_role, cast.xuning, unit=unit, kind=kind, by=None)
    return cast.xuning


def address(operation: str, ids: dict[str, int]) -> str:
    path = OPERATIONS[operation][0]
    of = next((name for name in ("promise", "round") if f"/{name}s/" in path), "call")
    return path.replace("{id}", str(ids[of]))


def rows_of(answer: dict[str, Any]) -> int:
    return len(next(rows for name, rows in answer.items() if name != "next"))


def is_a_part(sql: str) -> bool:
    return "LIMIT 51" in sql


def sorted_by_hand(sql: str) -> bool:
    """Whether no index gives these rows in their order: the planner sorts though it may not."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("SET LOCAL enable_sort = on; SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on")
    return "Sort" in plan


@pytest.mark.slow
def test_lists_ask_as_much_for_thirty_rows_as_for_one_in_an_order_that_an_index_has(cast, person):
    today = timezone.now()
    _token, secret = do(make_token, person, name="x", expires_at=today + DAY, by=person, now=today)
    browser = Browser(headers={"Authorization": f"Bearer {secret}"})
    asked: dict[str, list[tuple[int, int]]] = {name: [] for name in LISTS}
    by_hand = []
    ids: dict[str, int] = {}
    for since, until in ((0, 1), (1, ROWS)):
        more = several(cast, since, until)
        ids = (ids or more) | {"round": more["round"]}
        if since:
            _acts(cast, ids["promise"], ROWS - 1)
            MailMessage.objects.filter(call=more["call"]).update(call=ids["call"])
        for name in LISTS:
            browser.get(address(name, ids))
            with CaptureQueriesContext(connection) as captured:
                answer = browser.get(address(name, ids))
            assert answer.status_code == 200, (name, answer.content)
            asked[name].append((rows_of(answer.json()), len(captured)))
            parts = [query["sql"] for query in captured if is_a_part(query["sql"])]
            by_hand += [name for sql in parts if sorted_by_hand(sql)]
            assert len(parts) == 1, name
    assert {name: counts for name, counts in asked.items() if counts[0][1] != counts[1][1]} == {}
    assert {name: counts for name, counts in asked.items() if counts[1][0] < ROWS and name not in ONE_AT_MOST} == {}
    assert by_hand == []
