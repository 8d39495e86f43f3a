from datetime import datetime, timedelta
from io import StringIO
from threading import Barrier, Thread

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengnuo.ledger import clock
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Refusal
from chengnuo.people import access, actions
from chengnuo.people.models import SignIn, SignInAttempt, Token
from chengnuo.people.tokens import live_token
from tests.cast import CAST_AT, PASSWORD, refused
from tests.cast import cast as made

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def enter(username="zhoumin", password=PASSWORD, address="10.0.0.7", now=NOW):
    return actions.check_sign_in(username=username, password=password, address=address, now=now)


def fail(times, *, username="zhoumin", address="10.0.0.7", now=NOW):
    for _time in range(times):
        with pytest.raises(Refusal):
            enter(username, "not it", address, now)


def test_the_right_password_lets_in(cast):
    assert enter() == cast.zhoumin
    assert enter(" ZhouMin ") == cast.zhoumin
    assert list(SignInAttempt.objects.values_list("username", "succeeded")) == [("zhoumin", True)] * 2


def test_a_wrong_password_an_unknown_name_and_a_leaver_get_one_answer(cast):
    actions.leave(cast.lize, by=cast.admin, now=NOW)
    said = set()
    for username, password in (("zhoumin", "not it"), ("nobody", PASSWORD), ("lize", PASSWORD)):
        with refused("wrong_password") as refusal:
            enter(username, password, None)
        said.add((refusal.value.status, refusal.value.message))
    assert said == {(422, "用户名或密码不对")}


def test_the_fifth_failure_locks_for_a_quarter_of_an_hour_and_says_until_when(cast):
    fail(4)
    with refused("locked_out") as refusal:
        enter(password="not it")
    assert (refusal.value.status, refusal.value.message) == (429, "错误次数过多，14:51 后再试")
    # `refused` took the fifth row back with everything else.
    fail(1)
    with refused("locked_out"):
        enter()
    assert enter(now=NOW + 15 * MINUTE) == cast.zhoumin


def test_a_try_while_locked_neither_counts_nor_prolongs(cast):
    fail(8, now=NOW)
    fail(3, now=NOW + 14 * MINUTE)
    assert SignInAttempt.objects.count() == 5
    assert enter(now=NOW + 15 * MINUTE) == cast.zhoumin


def test_an_unknown_name_is_locked_just_the_same(cast):
    fail(5, username="nobody")
    with refused("locked_out"):
        enter("nobody")


def test_a_success_clears_the_failures_before_it(cast):
    fail(4)
    enter()
    fail(4, now=NOW + MINUTE)
    assert enter(now=NOW + MINUTE) == cast.zhoumin


def test_another_person_is_not_locked_by_it(cast):
    fail(5)
    assert enter("lize") == cast.lize


def test_twenty_failures_from_an_address_lock_the_address_and_no_other(cast):
    for number in range(20):
        fail(1, username=f"guess{number}")
    with refused("locked_out"):
        enter()
    assert enter(address="10.0.0.8") == cast.zhoumin
    assert enter(now=NOW + 15 * MINUTE) == cast.zhoumin


def test_a_success_does_not_clear_its_address(cast):
    for number in range(19):
        fail(1, username=f"guess{number}")
    enter()
    fail(1, username="guess19")
    with refused("locked_out"):
        enter()


def test_a_burst_does_not_outrun_the_count(committing_db):
    made(CAST_AT)
    codes, start = [], Barrier(8)

    def guess():
        start.wait()
        try:
            enter(password="not it", address=None)
        except Refusal as refusal:
            codes.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=guess) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["locked_out"] * 4 + ["wrong_password"] * 4
    assert SignInAttempt.objects.count() == 5


def session(staff, key, now=NOW, expires=NOW + DAY):
    Session.objects.create(session_key=key, session_data="", expire_date=expires)
    return actions.open_session(staff, session_key=key, address="10.0.0.7", agent="Firefox\0" * 100, now=now)


def test_a_session_is_noted_with_where_and_what(cast):
    row = session(cast.zhoumin, "one")
    assert (row.address, len(row.agent), "\0" in row.agent) == ("10.0.0.7", 200, False)
    findings, _events = check()
    assert list(findings) == []


def test_an_ended_session_is_really_gone_and_ending_it_twice_is_nothing(cast):
    row, kept = session(cast.zhoumin, "one"), session(cast.zhoumin, "two")
    actions.end_session(row, by=cast.zhoumin, now=NOW)
    actions.end_session(row, by=cast.zhoumin, now=NOW + MINUTE)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["two"]
    assert list(SignIn.objects.order_by("pk").values_list("ended_at", flat=True)) == [NOW, None]
    assert kept.ended_at is None


def test_all_others_are_ended_but_this_one_and_nobody_elses(cast):
    session(cast.lize, "his")
    for key in ("one", "two", "three"):
        session(cast.zhoumin, key)
    assert actions.end_sessions(cast.zhoumin, by=cast.zhoumin, now=NOW, but="two") == 2
    assert set(Session.objects.values_list("session_key", flat=True)) == {"his", "two"}
    assert actions.end_sessions(cast.zhoumin, by=cast.zhoumin, now=NOW, but="two") == 0


def test_a_session_that_ran_out_shows_as_ended(cast):
    session(cast.zhoumin, "old", expires=NOW + MINUTE)
    session(cast.zhoumin, "new")
    rows = access.visible_sign_ins(cast.zhoumin, NOW + MINUTE).order_by("pk")
    assert [row.is_live for row in rows] == [False, True]
    assert access.open_sessions(cast.zhoumin, NOW + MINUTE) == 1
    assert not access.visible_sign_ins(cast.lize, NOW).exists()


def test_a_new_password_ends_the_other_sessions(cast):
    for key in ("one", "two"):
        session(cast.zhoumin, key)
    actions.set_password(cast.zhoumin, "another long password", by=cast.zhoumin, now=NOW, keep_session="two")
    assert list(Session.objects.values_list("session_key", flat=True)) == ["two"]
    assert enter(password="another long password") == cast.zhoumin
    findings, _events = check()
    assert list(findings) == []


def test_a_weak_password_changes_nothing(cast):
    session(cast.zhoumin, "one")
    with refused("weak_password"):
        actions.set_password(cast.zhoumin, "zhoumin", by=cast.zhoumin, now=NOW)
    assert enter() == cast.zhoumin
    assert Session.objects.count() == 1


def token(cast, **values):
    given = {"name": "replay", "expires_at": NOW + DAY, "by": cast.admin, "now": NOW, **values}
    return actions.make_token(cast.zhoumin, **given)


def test_a_token_is_its_persons_until_it_expires_and_only_its_hash_is_kept(cast):
    row, secret = token(cast)
    assert secret.startswith("cn_")
    assert secret not in str(Token.objects.values())
    with CaptureQueriesContext(connection) as queries:
        assert live_token(secret, NOW).staff.unit == cast.su
    assert len(queries) == 1
    assert live_token(secret, NOW + DAY - MINUTE).staff == cast.zhoumin
    assert live_token(secret, NOW + DAY) is None
    assert row.hash != secret


@pytest.mark.parametrize("secret", ["", "cn_", "cn_" + "x" * 43, "Bearer", "cn_\0", "cn_\ud800", "cn_" + "长" * 10000])
def test_an_unknown_secret_is_nobodys(cast, secret):
    token(cast)
    assert live_token(secret, NOW) is None


def test_a_revoked_token_is_worthless_and_is_revoked_once(cast):
    row, secret = token(cast)
    actions.revoke_token(row, by=cast.zhoumin, now=NOW)
    assert live_token(secret, NOW) is None
    with refused("token_over"):
        actions.revoke_token(row, by=cast.zhoumin, now=NOW)


def test_a_token_that_has_expired_or_has_no_name_is_not_made(cast):
    with refused("expired"):
        token(cast, expires_at=NOW)
    with refused("name"):
        token(cast, name=" ")
    assert not Token.objects.exists()


def test_the_command_prints_a_fresh_token_and_nothing_else(cast):
    out = StringIO()
    with clock.moved_to(NOW):
        call_command("token", "ZhouMin", "--days", "7", "--name", "replay", stdout=out)
    secret = out.getvalue().removesuffix("\n")
    assert live_token(secret, NOW + 7 * DAY - MINUTE).staff == cast.zhoumin
    assert live_token(secret, NOW + 7 * DAY) is None


@pytest.mark.parametrize("args", [["nobody"], ["zhoumin", "--days", "0"], ["zhoumin", "--days", "99999999999"]])
def test_the_command_says_in_words_why_it_cannot(cast, args):
    with pytest.raises(CommandError):
        call_command("token", *args)
    assert not Token.objects.exists()


def test_the_command_makes_none_for_a_leaver(cast):
    actions.leave(cast.zhoumin, by=cast.admin, now=NOW)
    with pytest.raises(CommandError, match="has_left"):
        call_command("token", "zhoumin")


def test_old_tries_and_sessions_that_ran_out_are_forgotten_and_younger_ones_stay(cast):
    for username, at in (("lize", NOW - 366 * DAY), ("zhoumin", NOW - 364 * DAY)):
        actions.note_attempt(username=username, address=None, succeeded=False, now=at)
    for key, until in (("old", NOW - MINUTE), ("live", NOW + MINUTE)):
        Session.objects.create(session_key=key, session_data="", expire_date=until)

    actions.forget_old_tries(NOW)

    assert list(SignInAttempt.objects.values_list("username", flat=True)) == ["zhoumin"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["live"]
