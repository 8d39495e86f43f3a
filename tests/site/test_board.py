"""看板 and the lenses of the lists: what is open, by age and next due time; every figure opens just its cases."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengnuo.claims.lenses import LENSES as CLAIM_LENSES
from chengnuo.claims.models import Claim
from chengnuo.clients.board import counted
from chengnuo.clients.lenses import AGES, CLOCKS, looked_at
from chengnuo.complaints.lenses import LENSES
from chengnuo.complaints.models import Complaint
from chengnuo.ledger.clock import moved_to
from tests.claims.conftest import client_su  # noqa: F401
from tests.claims.world import a_loss, decided, escalation_of, guided, with_insurer
from tests.complaints.world import DAY, HOUR, NOW, RUDE, a_complaint, at_centre, reported, settled, under_way

LATER = NOW + 2 * DAY


@pytest.fixture
def several(cast, client_su):  # noqa: F811
    """An old loss with the centre, a fresh small one, one at the insurer's; a major complaint, an ordinary one."""
    major = a_loss(cast, client_su, now=NOW - 20 * DAY, occurred_at=NOW - 21 * DAY, estimate=Decimal(300_000))
    small = a_loss(cast, client_su, estimate=Decimal(160_000))
    sent = with_insurer(cast, client_su)
    raised = a_complaint(cast, client_su, amount=Decimal(200_000))
    plain = a_complaint(cast, client_su, account=RUDE, category="attitude")
    return {"major": major, "small": small, "sent": sent, "raised": raised, "plain": plain}


def through(lenses, model, key, user, now=LATER, **asked):
    given = {"lens": key, "age": "", "clock": "", "state": "", **asked}
    return {one.pk for one in looked_at(model.objects.all(), given, lenses, user, now)}


def test_a_claim_is_found_by_whose_turn_it_is_and_by_what_it_may_become(cast, several):
    major, small, sent = (several[name].pk for name in ("major", "small", "sent"))

    def found(key, user=cast.zhoumin):
        return through(CLAIM_LENSES, Claim, key, user)

    assert (found("mine"), found("mine", cast.lize)) == ({major, small, sent}, set())
    assert found("insurer") == {sent}
    assert found("with_centre") == {major}
    assert found("serious") == {small}
    assert found("centre") == set()
    guided(cast, several["major"], NOW)
    assert (escalation_of(several["major"]).state, found("centre")) == ("guided", set())
    decided(cast, several["sent"], "accepted", "900.00", NOW + 3 * DAY)
    assert (found("client"), found("insurer")) == ({sent}, set())


def test_a_complaint_likewise(cast, client_su, several):  # noqa: F811
    raised, plain = several["raised"].pk, several["plain"].pk

    def found(key):
        return through(LENSES, Complaint, key, cast.zhoumin)

    assert (found("open"), found("with_centre"), found("serious")) == ({raised, plain}, {raised}, set())
    reported(cast, several["raised"], NOW + HOUR)
    assert found("centre") == {raised}
    near = a_complaint(cast, client_su, account="电梯广告难看", category="other", amount=Decimal(75_000))
    assert found("serious") == {near.pk}


def test_every_case_stands_in_one_cell_and_the_filter_of_the_cell_opens_it(cast, several):
    for rows, lenses, model in (
        (Claim.objects.all(), CLAIM_LENSES, Claim),
        (Complaint.objects.all(), LENSES, Complaint),
    ):
        counts = counted(rows, LATER)
        assert sum(counts.values()) == rows.count()
        for age in AGES:
            for clock in CLOCKS:
                opened = through(lenses, model, "", cast.zhoumin, age=age, clock=clock)
                assert len(opened) == counts.get((age, clock), 0), (model, age, clock)


def test_the_centre_sees_what_is_with_it_and_all_on_demand_and_a_branch_its_own(cast, client, several):
    totals = {}
    for who, query in ((cast.linxiaotang, ""), (cast.linxiaotang, "?all"), (cast.zhoumin, ""), (cast.luyao, "")):
        client.force_login(who)
        with moved_to(LATER, "test"):
            page = client.get(f"/board/{query}").content.decode()
        totals[who.username, query] = re.findall(r"(\d+)件", page)
    assert totals == {
        ("linxiaotang", ""): ["1", "1"],
        ("linxiaotang", "?all"): ["3", "2"],
        ("zhoumin", ""): ["3", "2"],
        ("luyao", ""): ["0", "0"],
    }


def test_the_board_asks_as_much_for_many_cases_as_for_few(cast, client, client_su):  # noqa: F811
    client.force_login(cast.linxiaotang)
    asked = []
    for words in ("电梯广告难看 前台说话难听", "停车费太高 发票抬头错了"):
        with moved_to(LATER, "test"):
            client.get("/board/")
            with CaptureQueriesContext(connection) as captured:
                client.get("/board/")
        asked.append(len(captured))
        at_centre(cast, client_su)
        one, other = words.split()
        settled(cast, client_su, account=one, category="other")
        under_way(cast, client_su, account=other, category="attitude")
    assert asked[0] == asked[1]
