"""How many statements the main job takes, whatever the client's past."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengnuo.hotline import actions
from chengnuo.hotline.actions import NewCase, NewPromise
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, a_call, a_promise, at, do, turn

ABOUT_A_CALL = {"content": "问保单何时到期", "kinds": ["enquiry"], "caller": "138 0000 1021", "caller_name": "陈月琴"}
# Reach (2), the client's lock, the number, the row, live duties, the figures' stamp, the chain's head, the event, the rows
# of the search; with an answer when its client was asked last and the rating; with a promise its row and its duty.
ANSWERED, PROMISED = 12, 12
TABLES_OF_A_ROUND = (
    "hotline_dutyshift",
    "hotline_rosterpattern",
    "hotline_ring",
    "ledger_heartbeat",
    "ledger_obligation",
    "plans_serviceplan",
)


def statements(run):
    with CaptureQueriesContext(connection) as captured:
        run()
    return [one["sql"] for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]


def register(cast, client, **more):
    cast.zhoumin.__dict__.pop("_reach", None)
    a_call(cast, client=client, **ABOUT_A_CALL, **more)


@pytest.mark.parametrize(
    "said, count", [({"answer": "明天到期"}, ANSWERED), ({"promise": NewPromise("查", NOW + HOUR)}, PROMISED)]
)
def test_registering_a_known_call_takes_a_handful_of_statements_whatever_the_clients_past(cast, client_su, said, count):
    first = statements(lambda: register(cast, client_su, **said))
    for days in range(1, 31):
        then = NOW - days * DAY
        a_promise(cast, then + HOUR, now=then, client=client_su, cases=[NewCase("loss"), NewCase("complaint")])
    assert (len(first), len(statements(lambda: register(cast, client_su, **said)))) == (count, count), "\n".join(first)


def test_registering_is_one_transaction(cast, client_su):
    with CaptureQueriesContext(connection) as captured:
        register(cast, client_su, answer="明天")
    depth, outermost = 0, 0
    for one in captured.captured_queries:
        if one["sql"].startswith("SAVEPOINT"):
            outermost, depth = outermost + (depth == 0), depth + 1
        elif one["sql"].startswith("RELEASE"):
            depth -= 1
    assert (outermost, depth) == (1, 0)


def test_answering_a_promise_takes_as_many_statements_after_thirty_acts_as_after_none(cast):
    counts = []
    for words in (0, 30):
        promise = a_promise(cast, at("10-20 17:30"))
        for number in range(words):
            do(actions.tell_interim, promise, text="在查", by=cast.zhoumin, now=NOW + number * MINUTE)
        answered = partial(do, actions.answer_promise, promise, text="好", by=cast.zhoumin, now=NOW + HOUR)
        counts.append(len(statements(answered)))
    assert counts[0] == counts[1]


def test_a_round_with_nothing_due_reads_partial_indexes_and_two_rows(cast):
    """The duties' next moment, the shifts to take over, the rosters to extend, what rings, the plans to start, to end
    and to break down, and when days and expiries were looked at last; the figures only when something is due."""
    for _time in range(30):
        a_promise(cast, at("10-20 17:30"))
    turn(NOW)
    read = statements(lambda: turn(NOW))
    assert len(read) == 9
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for table in TABLES_OF_A_ROUND:
            cursor.execute(
                f"REINDEX TABLE {table}"
            )  # Other tests' dead rows swell the indexes: the planner shies from them.
            cursor.execute(f"ANALYZE {table}")
        plans = []
        for sql in read:
            cursor.execute(f"EXPLAIN {sql}")
            plans.append(str(cursor.fetchall()))
    indexes = (
        "shift_to_take_over",
        "pattern_to_extend",
        "ring_open",
        "ledger_heartbeat",
        "ledger_heartbeat",
        "obligation_next",
        "plan_that_starts",
        "plan_that_ends",
        "plan_to_break_down",
    )
    used = [sorted({name for name in indexes if name in plan}) for plan in plans]
    assert sorted(used) == sorted([name] for name in indexes)
    assert not any("Seq Scan" in plan for plan in plans)
