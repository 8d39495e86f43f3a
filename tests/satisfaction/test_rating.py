"""A client's mark is given once, by nobody of ours; a low one is heard (2.2)."""

import pytest

from chengnuo.kit.models import Notice
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Rung, TrailEvent, TrailText, ref
from chengnuo.people.actions import leave
from chengnuo.satisfaction import actions
from chengnuo.satisfaction.models import RatingRequest, RequestState
from tests.cast import refused
from tests.hotline.world import DAY, HOUR, NOW, SECOND, a_client, at, do, duties, fates, stored, turn
from tests.satisfaction.world import WORDS, a_kept_promise, an_answered_call, rated, the_request, token

DUE = at("09-30 00:00")  # One working day after the 28th, at its 24:00.
RULE = "hear_who_is_not_satisfied"


@pytest.fixture
def promise(cast, client_su):
    return a_kept_promise(cast, client_su)


@pytest.fixture
def asked(promise):
    return the_request(promise)


def followed(request, by, now=NOW):
    said = {"found": "交接时漏了", "said": "道歉，今天补办"}
    return do(actions.follow_up, request, by=by, now=now, **said)


def test_a_mark_is_an_event_of_the_record_by_nobody_with_the_link_as_its_source(asked, promise, client_su):
    one = rated(asked, 4, NOW + HOUR)
    assert (one.state, one.mark, one.words, one.used_at) == (RequestState.RATED, 4, WORDS, NOW + HOUR)
    event = TrailEvent.objects.get(verb="satisfaction.rated")
    assert (event.subject, event.by_id, event.source) == (ref(promise), None, "link")
    named = set(event.mentions.values_list("subject_type", flat=True))
    assert named == {"hotline.promise", "satisfaction.ratingrequest", "clients.client"}
    assert TrailText.objects.get(event=event).text == WORDS


@pytest.mark.parametrize("mark, words", [(0, ""), (6, ""), (-1, ""), (5, "长" * 501), (5, "a\0b"), (5, "\ud800")])
def test_what_is_no_mark_or_no_text_is_refused_and_the_link_stays_good(asked, mark, words):
    before = stored(RatingRequest)
    with pytest.raises(Invalid):
        rated(asked, mark, words=words)
    assert stored(RatingRequest) == before
    assert rated(asked, 5, words="长" * 500 + "\r\n ").words == "长" * 500


def test_line_ends_count_as_one_character(asked):
    assert rated(asked, 5, words="一\r\n" * 250).words == ("一\n" * 250).strip()


@pytest.mark.parametrize("when", [NOW - HOUR, at("10-13 00:00"), NOW + 400 * DAY])
def test_a_link_opens_until_the_last_day_ends(asked, when):
    assert (actions.open_request(token(asked), when) is not None) == (when < at("10-13 00:00"))
    if when >= at("10-13 00:00"):
        with refused("dead_link"):
            rated(asked, 5, when)


def test_a_mark_is_given_once_and_never_changed(asked):
    rated(asked, 2)
    with refused("dead_link"):
        rated(asked, 5)
    asked.refresh_from_db()
    assert asked.mark == 2


@pytest.mark.clause("2.2", good=True)
def test_a_low_mark_is_due_for_a_call_back_and_met_by_what_was_found_and_said_at_the_last_second(cast, asked):
    one = rated(asked, 2)
    (duty,) = duties(one, RULE)
    assert (duty.clause, duty.owner, duty.unit_id, duty.due, duty.number) == (
        "2.2",
        cast.zhoumin,
        cast.su.pk,
        DUE,
        one.about,
    )
    done = followed(one, cast.zhoumin, DUE)
    assert (done.found, done.said, done.followed_up_by) == ("交接时漏了", "道歉，今天补办", cast.zhoumin)
    assert fates(one, RULE) == [("follow_up", "met", False)]


@pytest.mark.clause("2.2", good=False)
def test_followed_up_a_second_late_it_is_breached_for_ever(cast, asked):
    one = rated(asked, 1)
    followed(one, cast.zhoumin, DUE + SECOND)
    assert fates(one, RULE) == [("follow_up", "met", True)]


@pytest.mark.clause("2.2", good=False)
def test_a_low_mark_that_nobody_hears_climbs_the_ladder_and_stays_open(cast, asked):
    one = rated(asked, 1)
    turn(DUE + 3 * DAY)
    assert fates(one, RULE) == [("follow_up", "open", True)]
    (duty,) = duties(one, RULE)
    assert list(Rung.objects.filter(obligation=duty).values_list("rung", "fired")) == [
        (1, False),
        (2, False),
        (3, False),
        (4, True),
    ]


@pytest.mark.parametrize("mark", [3, 4, 5])
def test_a_mark_that_is_not_low_owes_nothing(asked, mark):
    assert duties(rated(asked, mark)) == []


def test_whoever_did_the_service_and_the_head_of_his_unit_hear_of_a_low_mark_at_once(cast, asked):
    rated(asked, 3)
    assert not Notice.objects.exists()
    other = a_kept_promise(cast, a_client(cast, name="另一家公司", credit_code=""))
    rated(the_request(other), 2)
    told = Notice.objects.filter(moment="satisfaction.low")
    assert set(told.values_list("staff__username", flat=True)) == {"zhoumin", "xuning"}


def test_the_duty_of_one_who_left_is_seen_through_by_the_head_of_the_unit(cast, client_su):
    asked = the_request(an_answered_call(cast, client_su))
    do(leave, cast.zhoumin, by=cast.admin)
    one = rated(asked, 1)
    assert set(Notice.objects.values_list("staff__username", flat=True)) >= {"xuning"}
    followed(one, cast.xuning)
    assert fates(one, RULE) == [("follow_up", "met", False)]


def test_only_who_handles_the_service_follows_up_with_words_and_once(cast, asked):
    with refused("illegal_move"):
        followed(asked, cast.zhoumin)
    one = rated(asked, 2)
    before = stored(RatingRequest)
    for by in (cast.luyao, cast.chenlixing, cast.admin):
        with refused("forbidden"):
            followed(one, by)
    for words in ({"found": "", "said": "x"}, {"found": "x", "said": " "}, {"found": "长" * 5001, "said": "x"}):
        with refused("text_missing"):
            do(actions.follow_up, one, by=cast.zhoumin, **words)
    assert stored(RatingRequest) == before
    followed(one, cast.linxiaotang)
    with refused("illegal_move"):
        followed(one, cast.zhoumin)


def test_the_link_is_given_to_who_handles_the_service_and_that_is_on_record(cast, asked, promise):
    with refused("forbidden"):
        do(actions.give_link, asked, by=cast.luyao)
    assert do(actions.give_link, asked, by=cast.zhoumin) == do(actions.give_link, asked, by=cast.xuning) == token(asked)
    events = TrailEvent.objects.filter(verb="satisfaction.link_copied")
    assert list(events.values_list("by__username", flat=True)) == ["zhoumin", "xuning"]
    assert all(ref(promise).type in set(one.mentions.values_list("subject_type", flat=True)) for one in events)
    rated(asked, 5)
    with refused("link_dead"):
        do(actions.give_link, asked, by=cast.zhoumin)


def test_the_stored_row_does_not_hold_the_token_and_another_key_opens_nothing(asked, settings):
    (row,) = stored(RatingRequest)
    good = token(asked)
    assert len(good) == 27
    assert good not in str(row)
    settings.TRAIL_KEY = b"another"
    assert token(asked) != good
    assert actions.open_request(token(asked), NOW) is None
