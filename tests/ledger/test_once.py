from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import Idem, Series
from chengnuo.ledger.numbers import number
from chengnuo.ledger.once import KEEP, fingerprint, once, purge
from tests.ledger.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """Takes a number, so that a second run would show."""
    return lambda: (201, {"number": number("DH", "SU", NOW)})


def last():
    return Series.objects.get(register="DH").last


def test_a_request_is_carried_out_and_its_answer_kept(cast, run):
    assert once(cast.zhoumin, "k", "print", run) == (201, {"number": "DH-SU-26-0001"}, False)


def test_its_repetition_is_answered_and_not_done_again(cast, run):
    once(cast.zhoumin, "k", "print", run)
    assert once(cast.zhoumin, "k", "print", run) == (201, {"number": "DH-SU-26-0001"}, True)
    assert last() == 1


def test_the_same_key_of_another_person_is_another_request(cast, run):
    once(cast.zhoumin, "k", "print", run)
    assert once(cast.lize, "k", "print", run)[2] is False


def test_the_same_key_with_another_content_is_refused(cast, run):
    once(cast.zhoumin, "k", "print", run)
    with pytest.raises(Refusal) as refused:
        once(cast.zhoumin, "k", "other", run)
    assert (refused.value.code, refused.value.status, last()) == ("key_reused", 422, 1)


@pytest.mark.parametrize("key", ["", "x" * 201, "a\0b"])
def test_a_key_that_cannot_be_stored_is_refused_in_words(cast, run, key):
    with pytest.raises(Refusal) as refused:
        once(cast.zhoumin, key, "print", run)
    assert refused.value.status == 422


def test_a_failure_rolls_the_key_back_with_everything_else(cast, run):
    def fail():
        run()
        raise Refusal("no", "不行")

    with pytest.raises(Refusal):
        once(cast.zhoumin, "k", "print", fail)
    assert not Idem.objects.exists()
    assert not Series.objects.exists()
    assert once(cast.zhoumin, "k", "print", run)[2] is False


def test_keys_are_forgotten_after_two_days(cast, run):
    once(cast.zhoumin, "k", "print", run)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        present = cursor.fetchone()[0]
    assert purge(present + KEEP) == 0
    assert purge(present + KEEP + timedelta(seconds=1)) == 1


def test_a_fingerprint_is_of_the_content():
    assert fingerprint("a", {"x": Decimal("1.0"), "y": NOW}) == fingerprint("a", {"y": NOW, "x": Decimal("1.0")})
    assert fingerprint("a", "bc") != fingerprint("ab", "c")
