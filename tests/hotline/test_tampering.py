"""A row of the hotline changed, added or taken away by SQL is found."""

import pytest
from django.db import connection

from chengnuo.hotline import actions
from chengnuo.hotline.models import Call, Promise
from chengnuo.ledger.check import check
from tests.cast import cast as made
from tests.hotline.world import HOUR, NOW, a_call, a_promise, do


@pytest.fixture
def cast(db):
    return made()


@pytest.mark.parametrize(
    "sql, code",
    [
        ("UPDATE hotline_promise SET first_by = first_by + interval '1 day'", "row_changed"),
        ("UPDATE hotline_promise SET answered_at = first_by", "row_changed"),
        ("UPDATE hotline_call SET rang_at = rang_at + interval '1 minute'", "row_changed"),
        ("UPDATE hotline_promiseact SET text = 'x'", "row_changed"),
        ("UPDATE ledger_obligation SET breached_at = NULL, state = 'met'", "duty_changed"),
        ("UPDATE ledger_series SET last = last + 1 WHERE register = 'DH'", "register_gap"),
        ("DELETE FROM hotline_promiseact", "row_missing"),
    ],
)
def test_what_sql_did_is_found(cast, sql, code):
    promise = a_promise(cast, NOW + HOUR)
    do(actions.tell_interim, promise, text="在查", by=cast.zhoumin)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert code in {finding.code for finding in check()[0]}


def test_a_call_copied_into_the_register_is_found(cast):
    call = a_call(cast)
    call.pk, call.number = None, "DH-SU-26-0002"
    Call.objects.bulk_create([call])
    assert {finding.code for finding in check()[0]} == {"row_without_event", "register_gap"}
    assert not Promise.objects.exists()
