"""Return visits and daily care: written down, by what, and what was promised then (3.2.6, 3.3.1, 3.3.2)."""

import pytest

from chengnuo.clients.models import Client
from chengnuo.daily import actions
from chengnuo.daily.models import DailyContact
from chengnuo.ledger.models import ref
from chengnuo.people.actions import share_client
from chengnuo.people.models import Share
from chengnuo.satisfaction.models import RatingRequest
from tests.cast import refused
from tests.daily.world import SAID, a_contact
from tests.hotline.world import DAY, HOUR, NOW, a_client, do, fates, stored, turn
from tests.plans.world import a_promise


@pytest.mark.clause("3.3.1", good=True)
@pytest.mark.clause("3.2.6", good=True)
def test_a_return_call_is_on_record_with_its_dialogue_and_asks_how_it_was(cast):
    made = a_contact(cast, result="满意")
    assert (made.number, made.kind, made.dialogue, made.result) == ("RC-SU-26-0001", "return", SAID, "满意")
    assert (made.basis, made.owner, made.unit) == ("client", cast.zhoumin, cast.su)
    assert RatingRequest.objects.get().about == made.number


@pytest.mark.clause("3.3.1", good=False)
def test_a_return_visit_without_a_word_of_what_passed_is_refused(cast):
    with refused("no_words") as caught:
        a_contact(cast, channel="in_person", dialogue=" ")
    assert caught.value.clause == "3.3.1"
    assert stored(DailyContact) == []


@pytest.mark.clause("3.2.6", good=False)
def test_a_telephone_visit_without_its_dialogue_is_refused(cast):
    for kind in ("return", "care"):
        with refused("no_dialogue") as caught:
            a_contact(cast, a_client(cast, name=f"{kind}公司", credit_code=""), kind=kind, dialogue="")
        assert (caught.value.status, caught.value.clause) == (422, "3.2.6")
    assert stored(DailyContact) == []


@pytest.mark.clause("3.3.2", good=True)
def test_daily_care_is_on_record_and_carries_out_what_the_plan_promised(cast):
    client = a_client(cast)
    planned = a_promise(cast, client, kind="care")
    made = a_contact(cast, client, kind="care", channel="wecom", basis="planned", planned_id=planned.pk)
    planned.refresh_from_db()
    assert (made.basis, made.planned_id) == ("planned", planned.pk)
    assert (planned.state, planned.service_type, planned.service_pk) == ("done", "daily.dailycontact", made.pk)


@pytest.mark.clause("3.3.2", good=False)
def test_care_is_said_by_which_plan_item_or_why_outside_it_and_a_refusal_writes_nothing(cast):
    client = a_client(cast)
    visit = a_promise(cast, client, kind="visit")
    wrong = [
        ("no_basis", {"basis": ""}),
        ("no_reason", {"basis": "other"}),
        ("not_planned", {"basis": "planned", "planned_id": visit.pk}),
        ("no_words", {"channel": "mail", "dialogue": ""}),
    ]
    for code, given in wrong:
        with refused(code):
            a_contact(cast, client, **{"kind": "care", **given})
    assert stored(DailyContact) == []
    visit.refresh_from_db()
    assert visit.state == "planned"


@pytest.mark.clause("3.1.5", good=True)
def test_what_was_promised_in_a_return_call_is_answered_by_its_time(cast):
    made = a_contact(cast, promised="寄批单", promised_by=NOW + DAY)
    done = do(actions.answer, made, text="已寄", by=cast.zhoumin, now=NOW + DAY)
    turn(NOW + 2 * DAY)
    assert (fates(made), done.answer) == ([("promised", "met", False)], "已寄")
    with refused("nothing_waits"):
        do(actions.answer, made, text="再说", by=cast.zhoumin)


@pytest.mark.clause("3.1.5", good=False)
def test_what_was_promised_in_a_return_call_and_not_answered_is_breached(cast):
    made = a_contact(cast, promised="寄批单", promised_by=NOW + HOUR)
    turn(NOW + 2 * HOUR)
    assert fates(made) == [("promised", "open", True)]


@pytest.mark.parametrize(
    "given, code",
    [
        ({"kind": "x"}, "kind"),
        ({"channel": "x"}, "channel"),
        ({"at": NOW + DAY}, "time_ahead"),
        ({"at": NOW - 400 * DAY}, "time_far"),
        ({"dialogue": "x" * 20_001}, "text_long"),
        ({"result": "x" * 501}, "text_long"),
        ({"promised": "寄批单"}, "no_time"),
        ({"promised_by": NOW + DAY}, "no_promise"),
        ({"promised": "寄批单", "promised_by": NOW - DAY}, "promise_time"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(cast, given, code):
    client = a_client(cast)
    with refused(code):
        a_contact(cast, client, **given)
    assert stored(DailyContact) == []


def test_a_branch_with_which_a_client_is_shared_serves_him_and_others_do_not(cast):
    client = a_client(cast)
    with refused("forbidden"):
        a_contact(cast, client, by=cast.mengchuan)
    because = ref(a_contact(cast, client))
    given = {"scope": Share.Scope.FULL, "because": because, "by": None}
    do(share_client, client_id=client.pk, unit=cast.bj, **given)
    fresh = type(cast.mengchuan).objects.get(pk=cast.mengchuan.pk)  # Who was asked before keeps what he reached then.
    made = a_contact(cast, Client.objects.get(pk=client.pk), by=fresh)
    assert (made.unit, made.client_unit) == (cast.bj, cast.su)
