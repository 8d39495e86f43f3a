from datetime import datetime, timedelta

import pytest

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.people.devices import described
from chengnuo.people.rules import clean_address, clean_unit_code, clean_username, locked_until

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)


def minutes_ago(*minutes):
    return [NOW - timedelta(minutes=one) for one in minutes]


def test_five_failures_within_a_quarter_of_an_hour_lock_until_a_quarter_of_an_hour_after_the_last():
    assert locked_until(minutes_ago(1, 2, 3, 4, 16), 5, NOW) == NOW + timedelta(minutes=14)


def test_four_failures_do_not_lock():
    assert locked_until(minutes_ago(1, 2, 3, 4), 5, NOW) is None


def test_five_failures_spread_over_more_than_a_quarter_of_an_hour_do_not_lock():
    spread = minutes_ago(0, 2, 3, 4)
    spread.append(NOW - timedelta(minutes=15, microseconds=1))
    assert locked_until(spread, 5, NOW) is None


def test_the_lock_ends_to_the_instant():
    assert locked_until(minutes_ago(15, 16, 17, 18, 19), 5, NOW) is None


@pytest.mark.parametrize(
    "agent, words",
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/128.0 Safari/537.36 Edg/128.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/116 Mobile Safari/537.36 wxwork/4.1 MicroMessenger/7.0",
            "企业微信 · Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox · Linux"),
        ("curl/8.5", "curl/8.5"),
        ("", "未报浏览器"),
    ],
)
def test_a_browser_is_called_as_people_know_it(agent, words):
    assert described(agent) == words


@pytest.mark.parametrize("bad", ["", "a", "周敏", "zhou min", ".zhou", "z" * 41, "zhou\0min"])
def test_a_username_that_cannot_be_is_refused(bad):
    with pytest.raises(Invalid) as refusal:
        clean_username(bad)
    assert list(refusal.value.fields) == ["username"]


def test_a_username_is_kept_in_lower_case():
    assert clean_username(" ZhouMin ") == "zhoumin"


@pytest.mark.parametrize("bad", ["", "1A", "苏州", "SU-1", "ABCDEFG"])
def test_a_unit_code_that_cannot_begin_a_number_is_refused(bad):
    with pytest.raises(Refusal) as refusal:
        clean_unit_code(bad)
    assert (refusal.value.status, list(refusal.value.fields)) == (422, ["code"])


@pytest.mark.parametrize(
    "address, kept", [("10.0.0.7", "10.0.0.7"), ("::1", "::1"), ("", None), (None, None), ("unix:", None)]
)
def test_only_a_real_address_is_kept(address, kept):
    assert clean_address(address) == kept
