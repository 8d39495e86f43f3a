"""What is owed on a claim along its stages, by when, and how it is missed (3.4.1, 3.4.2)."""

from datetime import timedelta

import pytest

from chengnuo.claims import actions
from chengnuo.claims.models import Claim
from tests.cast import refused
from tests.claims.world import (
    HOUR,
    MINUTE,
    NOW,
    a_loss,
    at,
    decided,
    do,
    handed_in,
    listed,
    paid,
    surveyed,
    with_insurer,
)
from tests.hotline.world import SECOND, duties, fates, turn

in_time = pytest.mark.parametrize(
    "late, missed",
    [
        (timedelta(0), False),
        (SECOND, True),
    ],
)


def due_of(claim, rule, key):
    return next(row.due for row in duties(claim, rule) if named(row.key) == key and row.state == "open")


def named(key):
    """The key of a duty without the instant that tells one time from the next."""
    return key.rstrip("0123456789")


def met(claim, rule):
    return [(named(key), state, missed) for key, state, missed in fates(claim, rule)]


@pytest.mark.clause("3.4.1", good=True)
@pytest.mark.clause("3.4.1", good=False)
@in_time
def test_the_loss_is_surveyed_within_three_working_days(cast, client_su, late, missed):
    claim = a_loss(cast, client_su)
    due = due_of(claim, "survey_the_loss", "survey")
    # National Day lies between: the 28th counts not, the 29th, the 30th, the 8th.
    assert due == at("10-09 00:00")
    turn(due + late)
    surveyed(cast, claim, due + late)
    assert fates(claim, "survey_the_loss") == [("survey", "met", missed)]


@pytest.mark.clause("3.4.1", good=True)
@pytest.mark.clause("3.4.1", good=False)
@in_time
def test_after_the_survey_the_client_hears_within_a_working_day_what_is_needed(cast, client_su, late, missed):
    claim = surveyed(cast, a_loss(cast, client_su), NOW + HOUR)
    due = due_of(claim, "tell_what_is_needed", "tell")
    assert due == at("09-30 00:00")
    turn(due + late)
    listed(cast, claim, due + late)
    assert fates(claim, "tell_what_is_needed") == [("tell", "met", missed)]


@pytest.mark.clause("3.4.1", good=True)
@pytest.mark.clause("3.4.1", good=False)
@in_time
def test_the_documents_are_with_the_insurer_within_ten_working_days(cast, client_su, late, missed):
    claim = listed(cast, a_loss(cast, client_su), NOW)
    due = due_of(claim, "hand_in_the_documents", "submit")
    turn(due + late)
    handed_in(cast, claim, due + late)
    assert fates(claim, "hand_in_the_documents") == [("submit", "met", missed)]


@pytest.mark.clause("3.4.1", good=True)
@pytest.mark.clause("3.4.1", good=False)
@in_time
def test_an_insurer_whose_clock_ran_out_is_reminded_within_a_working_day_and_again_after_seven(
    cast, client_su, late, missed
):
    claim = with_insurer(cast, client_su)
    opens = at("10-31 00:00")
    turn(opens - SECOND)
    assert {state for _key, state, _b in met(claim, "chase_the_insurer")} == {"waiting"}
    turn(opens)
    due = due_of(claim, "chase_the_insurer", "decision")
    assert due == at("11-03 00:00")
    turn(due + late)
    told = {"channel": "letter", "who": "屿安理赔部", "by": cast.zhoumin, "now": due + late}
    do(actions.remind_insurer, claim, of="decision", sent_at=due + late, **told)
    assert met(claim, "chase_the_insurer")[0] == ("decision", "met", missed)
    turn(at("11-11 00:00"))
    assert ("decision", "open", False) in met(claim, "chase_the_insurer")


@pytest.mark.clause("3.4.1", good=True)
@pytest.mark.clause("3.4.1", good=False)
@in_time
def test_the_client_hears_what_the_insurer_decided_within_a_working_day(cast, client_su, late, missed):
    claim = decided(cast, with_insurer(cast, client_su), "partly", "9000", at("10-12 10:00"))
    due = due_of(claim, "tell_the_client", "decision")
    assert due == at("10-14 00:00")
    turn(due + late)
    said = {"party": "client", "channel": "phone", "who": "陈月琴", "said": "赔九千", "spoken_at": due + late}
    do(actions.speak, claim, by=cast.zhoumin, now=due + late, **said)
    assert [fate for fate in fates(claim, "tell_the_client") if fate[0] == "decision"] == [("decision", "met", missed)]


def test_the_client_hears_every_five_working_days_where_his_claim_stands(cast, client_su):
    claim = a_loss(cast, client_su)
    assert due_of(claim, "tell_the_client", "progress") == at("10-11 00:00")
    said = {"party": "client", "channel": "phone", "who": "陈月琴", "said": "明天查勘", "spoken_at": NOW + HOUR}
    do(actions.speak, claim, by=cast.zhoumin, now=NOW + HOUR, **said)
    assert due_of(claim, "tell_the_client", "progress") == at("10-11 00:00")


@pytest.mark.clause("3.4.1", good=True)
@pytest.mark.clause("3.4.1", good=False)
@in_time
def test_what_is_closed_is_filed_within_five_working_days(cast, client_su, late, missed):
    claim = decided(cast, with_insurer(cast, client_su), "accepted", "9000", at("10-12 10:00"))
    paid(cast, claim, "final", "9000", at("10-13 10:00"))
    claim = do(actions.close, claim, because="", by=cast.zhoumin, now=at("10-13 10:00"))
    due = due_of(claim, "file_the_claim", "file")
    assert due == at("10-21 00:00")
    turn(due + late)
    do(actions.file_claim, claim, by=cast.zhoumin, now=due + late)
    assert fates(claim, "file_the_claim") == [("file", "met", missed)]
    assert [row for row in duties(claim) if row.state == "open"] == []


@pytest.mark.clause("3.4.1", good=True)
@pytest.mark.clause("3.4.1", good=False)
@in_time
def test_ninety_days_before_the_limitation_ends_it_is_interrupted(cast, client_su, late, missed):
    claim = a_loss(cast, client_su)
    ends = at("09-29 00:00").replace(year=2028)
    turn(ends - timedelta(days=91))
    assert met(claim, "keep_the_limitation") == [("limitation", "waiting", False)]
    turn(ends - timedelta(days=90))
    assert due_of(claim, "keep_the_limitation", "limitation") == ends
    turn(ends + late)
    do(actions.secure_limitation, claim, how="起诉", from_at=ends + late, by=cast.zhoumin, now=ends + late)
    assert met(claim, "keep_the_limitation")[0] == ("limitation", "met", missed)


@pytest.mark.parametrize(
    "late, missed",
    [
        pytest.param(timedelta(0), False, marks=pytest.mark.clause("3.4.3", good=True)),
        pytest.param(SECOND, True, marks=pytest.mark.clause("3.4.3", good=False)),
    ],
)
@pytest.mark.parametrize("reason", ["declined", "reopened", "old"])
def test_a_claim_that_was_declined_reopened_or_grew_old_is_weighed(cast, client_su, reason, late, missed):
    """Difficult or disputed is asked of whoever handles it, and answered within a working day."""
    if reason == "declined":
        claim = decided(cast, with_insurer(cast, client_su), "declined", None, at("10-12 10:00"), because="除外")
        due = at("10-14 00:00")
    elif reason == "reopened":
        claim = a_loss(cast, client_su)
        given = {"who": "陈月琴", "because": "不要了", "by": cast.zhoumin}
        claim = do(actions.give_up, claim, now=at("10-12 09:00"), **given)
        claim = do(actions.reopen, claim, because="又有损失", by=cast.zhoumin, now=at("10-12 10:00"))
        due = at("10-14 00:00")
    else:
        claim = a_loss(cast, client_su)
        due = at("12-01 00:00")
        turn(at("11-28 00:00"))
    assert due_of(claim, "weigh_difficulty", reason) == due
    turn(due + late)
    do(actions.weigh, claim, because="案情清楚，客户无异议", by=cast.zhoumin, now=due + late)
    assert (reason, "met", missed) in fates(claim, "weigh_difficulty")


@pytest.mark.clause("3.4.2", good=True)
def test_who_was_spoken_with_is_on_the_claims_timeline(cast, client_su):
    claim = a_loss(cast, client_su)
    said = {"party": "insurer", "channel": "phone", "who": "马骏", "said": "周三查勘", "spoken_at": NOW - MINUTE}
    do(actions.speak, claim, by=cast.zhoumin, now=NOW + HOUR, **said)
    assert Claim.objects.get().version > claim.version


@pytest.mark.clause("3.4.2", good=False)
def test_a_word_with_nobody_and_a_reminder_of_a_clock_that_does_not_run_are_refused(cast, client_su):
    claim = a_loss(cast, client_su)
    with refused("who"):
        said = {"party": "insurer", "channel": "phone", "who": " ", "said": "周三查勘", "spoken_at": NOW}
        do(actions.speak, claim, by=cast.zhoumin, now=NOW, **said)
    with refused("no_clock"):
        told = {"of": "decision", "channel": "letter", "who": "马骏", "sent_at": NOW, "by": cast.zhoumin}
        do(actions.remind_insurer, claim, now=NOW, **told)
