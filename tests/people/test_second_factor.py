"""The second factor: its arithmetic, setting it up, showing it, losing it; each change an event and a notice."""

from datetime import datetime, timedelta
from io import StringIO
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection

from chengnuo.kit.models import Notice
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import TrailEvent
from chengnuo.people import actions, totp
from chengnuo.people.factors import factors_of, lacking, need_of, rules
from chengnuo.people.models import FactorRule, Role, SignIn, SignInAttempt, Way
from chengnuo.people.totp import code_at, matching
from tests.cast import CAST_AT, PASSWORD, refused
from tests.cast import cast as made

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
STEP = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_totp(staff, now=NOW - DAY):
    actions.set_up_totp(staff, secret=SECRET, code=code_at(SECRET, now), by=staff, now=now)


def prove(staff, code, now=NOW, address="10.0.0.7"):
    return actions.prove_code(staff, code, address=address, now=now)


def fail(staff, times, now=NOW):
    for _time in range(times):
        with pytest.raises(Refusal):
            prove(staff, "000000", now)


def told(staff):
    return list(Notice.objects.filter(staff=staff).order_by("pk").values_list("title", flat=True))


def verbs(staff):
    events = TrailEvent.objects.filter(subject_type="people.staff", subject_pk=staff.pk)
    return list(events.order_by("seq").values_list("verb", flat=True))


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, SHA-1, the last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = [59, 1111111109, 1111111111, 1234567890, 2000000000]
    codes = [code_at(secret, datetime.fromtimestamp(seconds, ZONE)) for seconds in at]
    assert codes == ["287082", "081804", "050471", "005924", "279037"]


@pytest.mark.parametrize("steps, holds", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off_and_no_more(steps, holds):
    code = code_at(SECRET, NOW + steps * STEP)
    assert (matching(SECRET, code, NOW) is not None) == holds


def test_a_used_code_and_an_older_one_are_worth_nothing():
    used = matching(SECRET, code_at(SECRET, NOW), NOW)
    assert matching(SECRET, code_at(SECRET, NOW), NOW, after=used) is None
    assert matching(SECRET, code_at(SECRET, NOW - STEP), NOW, after=used) is None
    assert matching(SECRET, code_at(SECRET, NOW + STEP), NOW, after=used) == used + 1


@pytest.mark.parametrize("code", ["", "1", "abcdef", "１２３４５６", "😀" * 6, "9" * 20])
def test_what_is_no_code_matches_nothing(code):
    assert matching(SECRET, code, NOW) is None


def test_an_authenticator_is_set_up_by_its_code_and_its_secret_is_not_in_the_clear(cast):
    with refused("wrong_code"):
        actions.set_up_totp(cast.zhoumin, secret=SECRET, code="000000", by=cast.zhoumin, now=NOW)
    with_totp(cast.zhoumin)
    assert factors_of(cast.zhoumin).count == 1
    assert SECRET not in str(Authenticator.objects.values())
    with refused("totp_is_there"):
        with_totp(cast.zhoumin, NOW)
    assert (verbs(cast.zhoumin)[-1], told(cast.zhoumin)) == ("staff.totp_set_up", ["登录安全：设了验证器"])


def test_a_code_lets_in_once(cast):
    with_totp(cast.zhoumin)
    code = code_at(SECRET, NOW)
    assert prove(cast.zhoumin, f"{code[:3]} {code[3:]}") == Way.TOTP
    with refused("wrong_code"):
        prove(cast.zhoumin, code)
    assert factors_of(cast.zhoumin).totp.last_used_at == NOW
    assert prove(cast.zhoumin, code_at(SECRET, NOW + STEP), NOW + STEP) == Way.TOTP


def test_the_code_that_set_it_up_does_not_let_in_as_well(cast):
    with_totp(cast.zhoumin, NOW)
    with refused("wrong_code"):
        prove(cast.zhoumin, code_at(SECRET, NOW))


def test_one_code_posted_twice_at_once_lets_in_once(committing_db):
    staff = made(CAST_AT).zhoumin
    with_totp(staff)
    found, start = [], Barrier(4)

    def enter():
        start.wait()
        try:
            found.append(str(prove(staff, code_at(SECRET, NOW), address=None)))
        except Refusal as refusal:
            found.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=enter) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["totp", "wrong_code", "wrong_code", "wrong_code"]


def test_the_fifth_wrong_code_locks_for_a_quarter_of_an_hour_and_is_told_once(cast):
    with_totp(cast.zhoumin)
    fail(cast.zhoumin, 7)
    with refused("locked_out") as refusal:
        prove(cast.zhoumin, code_at(SECRET, NOW))
    assert refusal.value.status == 429
    assert SignInAttempt.objects.filter(step="factor", succeeded=False).count() == 5
    assert told(cast.zhoumin)[1:] == ["有人输对了密码，但验证码连错几次。不是你本人就改密码"]
    assert prove(cast.zhoumin, code_at(SECRET, NOW + 15 * MINUTE), NOW + 15 * MINUTE) == Way.TOTP


def test_the_password_typed_again_does_not_clear_the_count_of_codes(cast):
    with_totp(cast.zhoumin)
    for _time in range(5):
        actions.check_sign_in(username="zhoumin", password=PASSWORD, address=None, now=NOW)
        fail(cast.zhoumin, 1)
    with refused("locked_out"):
        prove(cast.zhoumin, code_at(SECRET, NOW))


def test_codes_that_lock_do_not_lock_the_password_and_the_other_way_round(cast):
    with_totp(cast.zhoumin)
    fail(cast.zhoumin, 5)
    assert actions.check_sign_in(username="zhoumin", password=PASSWORD, address=None, now=NOW) == cast.zhoumin
    for _time in range(5):
        with pytest.raises(Refusal):
            actions.check_sign_in(username="zhoumin", password="not it", address=None, now=NOW + DAY)
    assert prove(cast.zhoumin, code_at(SECRET, NOW + DAY), NOW + DAY) == Way.TOTP


def test_ten_recovery_codes_are_good_once_each(cast):
    with refused("no_factor"):
        actions.make_recovery_codes(cast.zhoumin, by=cast.zhoumin, now=NOW)
    with_totp(cast.zhoumin)
    codes = actions.make_recovery_codes(cast.zhoumin, by=cast.zhoumin, now=NOW)
    assert (len(set(codes)), {len(code) for code in codes}) == (10, {10})
    assert not any(code in str(Authenticator.objects.values()) for code in codes)
    assert prove(cast.zhoumin, codes[3]) == Way.RECOVERY
    with refused("wrong_code"):
        prove(cast.zhoumin, codes[3])
    assert factors_of(cast.zhoumin).codes_left == 9
    assert verbs(cast.zhoumin)[-1] == "staff.recovery_code_used"


def test_fresh_recovery_codes_make_the_old_ones_worthless(cast):
    with_totp(cast.zhoumin)
    old = actions.make_recovery_codes(cast.zhoumin, by=cast.zhoumin, now=NOW)
    new = actions.make_recovery_codes(cast.zhoumin, by=cast.zhoumin, now=NOW)
    with refused("wrong_code"):
        prove(cast.zhoumin, old[0])
    assert prove(cast.zhoumin, new[0]) == Way.RECOVERY


def test_recovery_codes_are_guessed_under_the_same_lock(cast):
    with_totp(cast.zhoumin)
    codes = actions.make_recovery_codes(cast.zhoumin, by=cast.zhoumin, now=NOW)
    for _time in range(5):
        with pytest.raises(Refusal):
            prove(cast.zhoumin, "1234567890")
    with refused("locked_out"):
        prove(cast.zhoumin, codes[0])


def test_with_the_last_factor_the_recovery_codes_go_and_other_sessions_end(cast):
    with_totp(cast.zhoumin)
    actions.make_recovery_codes(cast.zhoumin, by=cast.zhoumin, now=NOW)
    for key in ("one", "two"):
        actions.open_session(cast.zhoumin, session_key=key, address=None, agent="", now=NOW)
    row = factors_of(cast.zhoumin).totp
    actions.remove_factor(row, cast.zhoumin, by=cast.zhoumin, now=NOW, keep_session="two")
    assert not Authenticator.objects.exists()
    assert list(SignIn.objects.order_by("pk").values_list("ended_at", flat=True)) == [NOW, None]


def test_the_last_factor_that_a_role_demands_is_not_removed(cast, gate):
    with_totp(cast.admin)
    with refused("factor_needed"):
        actions.remove_factor(factors_of(cast.admin).totp, cast.admin, by=cast.admin, now=NOW)
    assert factors_of(cast.admin)


def test_the_roles_say_what_is_needed_and_the_strongest_counts(cast, gate):
    needs = {name: need_of(getattr(cast, name), NOW) for name in ("zhoumin", "xuning", "wanghaiyan", "zhengqiming")}
    assert needs == {"zhoumin": "none", "xuning": "none", "wanghaiyan": "any", "zhengqiming": "any"}
    actions.set_factor_rules({"operator": "any", "manager": "passkey"}, by=cast.admin, now=NOW)
    actions.give_role(cast.zhoumin, unit=cast.su, kind=Role.Kind.MANAGER, by=cast.admin, now=NOW)
    del cast.zhoumin._reach
    assert need_of(cast.zhoumin, NOW) == "passkey"
    assert need_of(cast.lize, NOW) == "any"


def test_who_stands_in_needs_what_his_principal_needs(cast, gate):
    given = {"starts_at": NOW, "ends_at": NOW + DAY, "reason": "出差", "by": cast.wanghaiyan, "now": NOW}
    actions.name_substitute(cast.wanghaiyan, staff=cast.linxiaotang, **given)
    assert need_of(cast.linxiaotang, NOW) == "any"


def test_a_rule_is_an_event_and_only_what_changes_is_one(cast, gate):
    changed = actions.set_factor_rules({"operator": "any", "chairman": "any"}, by=cast.admin, now=NOW)
    assert [row.kind for row in changed] == ["operator"]
    actions.set_factor_rules({"operator": "none"}, by=cast.admin, now=NOW)
    assert TrailEvent.objects.filter(verb="factor_rule.set").count() == 2
    assert (FactorRule.objects.count(), rules()["operator"]) == (1, "none")
    with refused("unknown_need"):
        actions.set_factor_rules({"operator": "luck"}, by=cast.admin, now=NOW)
    assert check()[0] == []


def test_how_many_of_a_role_lack_one_is_counted_in_one_read(cast, django_assert_num_queries):
    with_totp(cast.zhoumin)
    with django_assert_num_queries(1):
        counts = lacking(NOW)
    assert (counts["operator"], counts["chairman"]) == ((4, 3), (1, 1))


def test_a_reset_takes_everything_ends_the_sessions_and_is_told_to_him_and_all_administrators(cast):
    actions.give_role(cast.chenlixing, unit=cast.hq, kind=Role.Kind.ADMINISTRATOR, by=cast.admin, now=NOW)
    with_totp(cast.zhoumin)
    actions.make_recovery_codes(cast.zhoumin, by=cast.zhoumin, now=NOW)
    actions.open_session(cast.zhoumin, session_key="one", address=None, agent="", now=NOW)
    actions.reset_second_factor(cast.zhoumin, reason="手机丢了，当面核过身份证", by=cast.admin, now=NOW)
    assert not Authenticator.objects.exists()
    assert SignIn.objects.get().ended_at == NOW
    title = "%(who)s重设了%(name)s的第二因素"
    assert all(title in told(person) for person in (cast.zhoumin, cast.admin, cast.chenlixing))
    assert title not in told(cast.xuning)
    assert check()[0] == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_reset_needs_its_reason(cast, reason):
    with_totp(cast.zhoumin)
    with refused("no_reason"):
        actions.reset_second_factor(cast.zhoumin, reason=reason, by=cast.admin, now=NOW)
    assert factors_of(cast.zhoumin)


def test_nobody_resets_his_own_and_nothing_is_not_reset(cast):
    with_totp(cast.admin)
    with refused("forbidden"):
        actions.reset_second_factor(cast.admin, reason="丢了", by=cast.admin, now=NOW)
    with refused("no_factor"):
        actions.reset_second_factor(cast.zhoumin, reason="丢了", by=cast.admin, now=NOW)
    assert factors_of(cast.admin)


def test_the_servers_command_resets_the_last_administrators(cast):
    with_totp(cast.admin)
    out = StringIO()
    with moved_to(NOW, "test"):
        call_command("reset_second_factor", "Admin", "--reason", "管理员的手机丢了", stdout=out)
    assert (bool(factors_of(cast.admin)), "admin" in out.getvalue()) == (False, True)
    for words in (["nobody", "--reason", "x"], ["zhoumin", "--reason", "x"], ["zhoumin", "--reason", " "]):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", *words)


def test_a_key_file_that_does_not_fit_the_database_is_said_and_no_code_passes(cast, settings):
    with_totp(cast.zhoumin)
    settings.FACTOR_KEY = b"another key"
    with refused("factor_key_lost"):
        prove(cast.zhoumin, code_at(SECRET, NOW))


def test_a_counter_is_half_a_minute():
    assert totp.counter_at(NOW + STEP) == totp.counter_at(NOW) + 1


@pytest.mark.parametrize(
    "password, words",
    [
        ("short", "至少10个字符，现在5个"),
        ("password123", "太容易猜到"),
        ("aaaaaaaaaaaa", "太容易猜到"),
        ("zhoumin20260928", "太容易猜到"),
        ("1234567890", "太容易猜到"),
    ],
)
def test_a_weak_password_is_said_in_words(cast, password, words):
    with refused("weak_password") as refusal:
        actions.set_password(cast.zhoumin, password, by=cast.admin, now=NOW)
    assert words in refusal.value.message


def test_a_password_that_another_gave_is_for_the_first_sign_in_alone(cast):
    hired = actions.hire(username="tangjing", name="唐静", unit=cast.su, password=PASSWORD, by=cast.admin, now=NOW)
    assert hired.password_given_at == NOW
    own = actions.set_password(hired, "一句只有唐静想得到的话", by=hired, now=NOW)
    assert own.password_given_at is None
    again = actions.set_password(hired, PASSWORD, by=cast.admin, now=NOW)
    assert again.password_given_at == NOW
    with refused("same_password"):
        actions.set_password(hired, PASSWORD, by=hired, now=NOW)
    assert cast.zhoumin.password_given_at is None
    assert told(hired) == ["登录安全：改了密码", "登录安全：管理员重设了你的密码"]
    assert check()[0] == []
