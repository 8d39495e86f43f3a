"""The door for exchanges: who may speak, and that nothing said can hurt."""

import json
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.hotline import actions
from chengnuo.hotline.models import Call, PhoneEvent, PhoneSystem, Ring, RingAttempt
from chengnuo.hotline.phone.secrets import signature
from chengnuo.ledger.models import TrailEvent
from tests.cast import refused
from tests.hotline.exchange import LINE, an_exchange
from tests.hotline.world import MINUTE, NOW, SECOND, do

BODY = json.dumps({"event": "ringing", "id": "c1", "caller": "1", "called": LINE})
STORED = (Call, PhoneEvent, Ring, RingAttempt, TrailEvent)


@pytest.fixture
def exchange(cast):
    return an_exchange(cast)


def counts():
    return [model.objects.count() for model in STORED]


def signed(exchange, body=BODY, at=NOW, secret="", **more):
    stamp = str(int(at.timestamp()))
    return {
        "X-Chengnuo-System": str(exchange.system.pk),
        "X-Chengnuo-Timestamp": stamp,
        "X-Chengnuo-Signature": signature(secret or exchange.secret, stamp, body.encode()),
    } | more


def test_a_signature_over_time_and_body_opens_as_the_secret_does(exchange):
    assert exchange.posts(BODY, **signed(exchange))[0] == 200


@pytest.mark.parametrize(
    "forge",
    [
        lambda x: {"Authorization": "Bearer cnp_wrong"},
        lambda x: {"Authorization": f"Bearer {x.secret}x"},
        lambda x: {"Authorization": f"Basic {x.secret}"},
        lambda x: {"Authorization": "Bearer " + "9" * 5000},
        lambda x: {"X-Nothing": "1"},
        lambda x: signed(x, secret="cnp_wrong"),
        lambda x: signed(x, body=BODY + " "),
        lambda x: signed(x, at=NOW - 5 * MINUTE - SECOND),
        lambda x: signed(x, at=NOW + 5 * MINUTE + SECOND),
        lambda x: signed(x) | {"X-Chengnuo-Timestamp": str(int(NOW.timestamp()) + 1)},
        lambda x: signed(x) | {"X-Chengnuo-System": "99"},
        lambda x: signed(x) | {"X-Chengnuo-System": "9" * 40},
        lambda x: signed(x) | {"X-Chengnuo-Timestamp": "NaN"},
        lambda x: signed(x) | {"X-Chengnuo-Signature": "ß"},
    ],
)
def test_forged_replayed_and_stale_words_are_refused_and_leave_nothing(exchange, forge):
    before = counts()
    status, said = exchange.posts(BODY, **forge(exchange))
    assert (status, said["code"], counts()) == (401, "unauthenticated", before)


def test_within_five_minutes_a_replay_is_the_same_word(exchange):
    headers = signed(exchange)
    exchange.posts(BODY, **headers)
    before = counts()
    status, said = exchange.posts(BODY, NOW + 5 * MINUTE, **headers)
    assert (status, said["repeated"], counts()) == (200, True, before)


def test_the_row_holds_no_secret_and_a_revoked_one_opens_nothing(cast, exchange):
    row = str(PhoneSystem.objects.values().get())
    assert exchange.secret not in row
    do(actions.revoke_system, exchange.system, by=cast.admin)
    assert exchange.posts(BODY)[0] == 401
    assert exchange.posts(BODY, **signed(exchange))[0] == 401
    with refused("revoked"):
        do(actions.revoke_system, exchange.system, by=cast.admin)


def test_only_the_administrator_connects_a_system(cast):
    for who in (cast.zhoumin, cast.xuning, cast.wanghaiyan, cast.zhengqiming):
        with refused("forbidden"):
            do(actions.make_system, name="x", dial_url="", by=who)


@pytest.mark.parametrize(
    "url",
    [
        "http://pbx.example/{extension}/{number}",
        "https://pbx.example/{extension}",
        "https://{number}.example/{extension}",
        "file:///etc/passwd?{extension}{number}",
        "https:///{extension}/{number}",
        "https://[x/{extension}/{number}",
        "https://pbx.example:99999/{extension}/{number}",
        "javascript:alert('{extension}{number}')",
        "https://pbx.example/{extension}/{number}\nX: y",
    ],
)
def test_an_address_to_dial_at_is_https_or_of_this_machine(cast, url):
    with refused("dial_url"):
        do(actions.make_system, name="x", dial_url=url, by=cast.admin)
    assert not PhoneSystem.objects.exists()


OK = {"event": "ringing", "id": "c1", "called": LINE}


@pytest.mark.parametrize(
    "body, kind, status, code",
    [
        ("{", "application/json", 400, "bad_json"),
        ("[]", "application/json", 400, "bad_json"),
        ('"x"', "application/json", 400, "bad_json"),
        ("[" * 9000, "application/json", 400, "bad_request"),
        (b"\xff\xfe", "application/json", 400, "bad_json"),
        (b"event=%ff&id=\xff", "application/x-www-form-urlencoded", 400, "bad_request"),
        ("<x/>", "text/xml", 415, "not_json"),
        ("x" * 16_385, "application/json", 413, "too_large"),
        (json.dumps(OK | {"event": "onHold"}), "application/json", 422, "event_unknown"),
        (json.dumps(OK | {"id": ""}), "application/json", 422, "id_missing"),
        (json.dumps(OK | {"id": {"a": 1}}), "application/json", 422, "invalid"),
        (json.dumps(OK | {"id": True}), "application/json", 422, "invalid"),
        (json.dumps(OK | {"id": "a\0b"}), "application/json", 422, "characters"),
        ('{"event": "ringing", "id": "\\ud800", "called": "1"}', "application/json", 422, "characters"),
        (json.dumps(OK | {"id": "x" * 101}), "application/json", 422, "text_long"),
        (json.dumps(OK | {"at": "yesterday"}), "application/json", 422, "invalid"),
        ('{"event": "ringing", "id": "1", "at": 1e400}', "application/json", 422, "invalid"),
        ('{"event": "ringing", "id": "1", "at": NaN}', "application/json", 422, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_leaves_nothing(exchange, body, kind, status, code):
    before = counts()
    got, said = exchange.posts(body, NOW, kind)
    assert (got, said["code"], counts()) == (status, code, before)
    assert said["message"]


def test_a_link_that_is_not_of_the_web_is_no_recording(exchange):
    for number, link in enumerate(("javascript:alert(1)", "file:///x", "//x", "http://", "https://[", "data:,x")):
        exchange.posts(json.dumps(OK | {"id": str(number), "recording": link}))
    assert set(Ring.objects.values_list("recording", flat=True)) == {""}


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=120),
    st.lists(st.text(max_size=5), max_size=3),
)
NAMES = st.sampled_from(
    ["event", "id", "caller", "called", "at", "leg", "extension", "direction", "cause", "recording", "user[]", "x"]
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=8).map(lambda more: OK | more)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_no_body_makes_the_door_fall_over(exchange, body):
    status, _said = exchange.posts(json.dumps(body))
    assert status in {200, 202, 400, 422}


@pytest.mark.slow
def test_ten_thousand_hostile_bodies_are_each_answered_and_leave_nothing(exchange):
    """Bytes mangled from a right body: none of them is a word, and none costs more than a look."""
    draw, before, statuses = random.Random(7), counts(), set()
    began = time.monotonic()
    for _time in range(10_000):
        raw = bytearray(json.dumps(OK | {"event": draw.choice(["", "x", "ring", "\0"])}).encode())
        for _cut in range(draw.randrange(4)):
            raw[draw.randrange(len(raw))] = draw.randrange(256)
        statuses.add(exchange.posts(bytes(raw), NOW)[0])
    assert statuses <= {400, 422}
    assert counts() == before
    assert time.monotonic() - began < 120


def test_a_word_takes_a_bounded_number_of_statements(exchange, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):
        exchange.posts(BODY)
