"""Claims and complaints as reports: the insurer's speed, paid against estimated, repeats, and both readings of in time."""

from decimal import Decimal

import pytest

from chengnuo.complaints import actions
from chengnuo.complaints.clocks import clock, own_clock
from chengnuo.complaints.models import Complaint
from chengnuo.site.reports import claims, complaints
from tests.claims.conftest import client_su  # noqa: F401
from tests.claims.world import a_loss, decided, estimated, paid, with_insurer
from tests.complaints.world import (
    DAY,
    HOUR,
    NOW,
    RUDE,
    SECOND,
    a_complaint,
    answered,
    assessed,
    do,
    extension_asked,
    settled,
    stored,
    told,
    under_way,
)
from tests.complaints.world import decided as settled_by
from tests.site.reports.world import asked

LATER = NOW + 60 * DAY


def figures(report, user, query="since=2026-01-01&until=2026-12-31"):
    return {column.key: cell.value for column, cell in report.head(asked(user, query, LATER))}


def test_a_claim_counts_by_what_became_of_it_and_by_the_insurers_clocks(cast, client_su):  # noqa: F811
    a_loss(cast, client_su, estimate=Decimal(300_000))
    quick, slow = with_insurer(cast, client_su), with_insurer(cast, client_su)
    decided(cast, quick, "accepted", "900.00", NOW + 5 * DAY)
    decided(cast, slow, "declined", None, NOW + 40 * DAY)
    found = figures(claims.REPORT, cast.wanghaiyan)
    assert {name: found[name] for name in ("total", "escalated", "decided", "decided_late", "declined", "open")} == {
        "total": 3,
        "escalated": 1,
        "decided": 2,
        "decided_late": 1,
        "declined": 1,
        "open": 3,
    }
    assert found["insurer"] is None  # Two are too few for a rate.


def test_paid_is_held_against_the_last_estimate_of_what_was_settled(cast, client_su, monkeypatch):  # noqa: F811
    monkeypatch.setattr("chengnuo.site.reports.cases.LEAST", 1)
    claim = with_insurer(cast, client_su, estimate=Decimal(5_000))
    estimated(claim, "1000", by=cast.zhoumin, now=NOW + 3 * DAY)
    claim = decided(cast, claim, "accepted", "900.00", NOW + 5 * DAY)
    from chengnuo.claims import actions as of_claims

    claim = do(of_claims.agree, claim, who="陈月琴", agreed_at=NOW + 6 * DAY, by=cast.zhoumin, now=NOW + 6 * DAY)
    paid(cast, claim, "final", "900.00", NOW + 20 * DAY)
    found = figures(claims.REPORT, cast.wanghaiyan)
    assert (found["settled"], found["paid_late"], found["ratio"]) == (1, 1, 90.0)


def test_a_complaint_counts_by_both_readings_of_in_time(cast, client_su):  # noqa: F811
    settled(cast, client_su)
    late = under_way(cast, client_su, account=RUDE, category="attitude")
    due = clock(late, NOW).due
    told(cast, settled_by(cast, late, due), due + SECOND)
    again = a_complaint(cast, client_su, now=NOW + DAY, account="车险理赔款没有到账，催了没人答复")
    assert again.repeats_id is not None
    a_complaint(cast, client_su, account="电梯广告难看", category="other", regulator="江苏监管局")
    found = figures(complaints.REPORT, cast.wanghaiyan)
    names = ("total", "escalated", "repeated", "forwarded", "told", "law_late", "open")
    assert {name: found[name] for name in names} == {
        "total": 4,
        "escalated": 1,
        "repeated": 1,
        "forwarded": 1,
        "told": 2,
        "law_late": 3,  # One told too late, and two that nobody was told by then.
        "open": 4,
    }


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_the_limit_of_the_report_is_the_limit_of_the_page(cast, client_su, hour):  # noqa: F811
    at = NOW.replace(hour=hour, minute=30)
    plain = a_complaint(cast, client_su, now=at + DAY, received_at=at)
    complex_ = a_complaint(cast, client_su, now=at + DAY, received_at=at, account=RUDE, category="attitude")
    complex_ = assessed(cast, complex_, at + DAY + HOUR, complex_because="等鉴定")
    approval = extension_asked(cast, complex_, at + 2 * DAY)
    answered(approval, "approve", cast.chenlixing, at + 3 * DAY)
    given = {"told_at": at + 4 * DAY, "channel": "phone", "whom": "陈月琴"}
    do(actions.extend, stored(complex_), by=cast.zhoumin, now=at + 4 * DAY, **given)
    Complaint.objects.filter(pk=plain.pk).update(paused_days=4, clock_from=at + DAY)
    for one in complaints.told_apart(Complaint.objects.all(), LATER):
        assert one.law_due == clock(one, LATER).due
        assert one.own_due == own_clock(one, LATER).due
