"""A list or a record's page asks the database no oftener for 30 rows than for one."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chengnuo.annual.models import AnnualCall, AnnualPlan
from chengnuo.clients.models import Client
from chengnuo.hotline import actions
from chengnuo.hotline.actions import NewCase, NewPromise
from chengnuo.ledger.clock import moved_to
from chengnuo.letters.models import LetterReply
from chengnuo.people.models import Unit
from chengnuo.satisfaction.actions import rate
from chengnuo.satisfaction.models import RatingRequest
from chengnuo.satisfaction.tokens import token_of
from chengnuo.support import actions as support
from chengnuo.visits.models import Visit
from tests.annual.world import a_call as call_for_plans
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, a_call, a_client, do
from tests.letters.world import a_reply, a_round, a_written_client, chosen, fixed, made, posted
from tests.support.world import approved
from tests.sweeps import plans_rows
from tests.sweeps.rows_daily import several

LISTS = (
    "site:desk",
    "hotline:list",
    "hotline:promises",
    "hotline:hand_over",
    "clients:list",
    "visits:list",
    "visits:plan",
    "visits:figures",
    "visits:phone_today",
    "claims:list",
    "complaints:list",
    "plans:list",
    "plans:services",
    "plans:emergencies",
    "plans:against",
    "letters:list",
    "letters:letters",
    "letters:replies",
    "satisfaction:list",
    "satisfaction:figures",
    "support:list",
    "annual:list",
    "annual:compare",
    "daily:list",
    "daily:renewals",
    "daily:retention",
    "rounds:list",
    "rounds:scripts",
    "reports:compliance",
    "reports:promises",
    "reports:calls",
    "reports:claims",
    "reports:complaints",
    "reports:fairness",
    "reports:duties",
    "reports:promise_list",
    "reports:call_list",
    "reports:claim_list",
    "reports:complaint_list",
)


def branches(cast, count):
    """So many branches with their annual plan."""
    call = AnnualCall.objects.first() or call_for_plans(cast)
    for number in range(count):
        code = f"{'A' if count == 1 else 'B'}{number}"
        unit = Unit.objects.create(code=code, name=f"{code}分公司", kind="branch", opened_on=NOW.date())
        lines = [{"kind": "visit", "segment": "all", "months": [1] * 12, "note": ""}] * count
        AnnualPlan.objects.create(call=call, year=call.year, unit=unit, number=code, drafted_at=NOW, lines=lines)


def answered_letters(cast, count):
    """So many letter rounds, the last of them to so many clients: all answered, the first one so often."""
    known = Client.objects.count()
    for number in range(count):
        a_written_client(cast, known + number)
        a_round(cast)
    campaign = posted(made(fixed(chosen(a_round(cast, body="通知")))))
    out = list(campaign.letters.exclude(posted_on=None).order_by("nth"))
    for letter in (*out, *out[:1] * count):
        a_reply(cast, letter)
    return out[0]


def filled(cast, count):
    """So many clients, calls with a promise and three cases; of the first client and its promise, so many acts too."""
    branches(cast, count)
    for number in range(count):
        client = a_client(cast, name=f"第{number}锦穗公司", credit_code="")
        call = a_call(
            cast, client=client, promise=NewPromise("查", NOW + 30 * DAY), cases=[NewCase("complaint"), NewCase("loss")]
        )
        if number == 0:
            first, promise = client, call.promises.get()
        a_call(cast, client=first, promise=NewPromise("查", NOW + HOUR), cases=[NewCase("appointment")])
        answered = a_call(cast, client=client, answer="是", kinds=["enquiry"])
        do(rate, token_of(RatingRequest.objects.get(subject_pk=answered.pk).salt), mark=1 + number % 5, words="好")
        again = a_call(cast, client=first, answer="是", kinds=["enquiry"])
        granted = approved(cast, client, needed=f"专家{number}")
        if number == 0:
            of_first = granted
        do(support.spend, of_first, what="车", amount=Decimal(1), spent_on=NOW.date(), by=cast.zhoumin)
        do(actions.tell_interim, promise, text="在查", by=cast.zhoumin, now=NOW + number * MINUTE)
    one = several(cast, first, count)
    letter = answered_letters(cast, count)
    plan = plans_rows.several(cast, first, count)
    return [
        *one,
        *(reverse(name) for name in LISTS),
        reverse("plans:page", args=[plan.pk]),
        reverse("letters:page", args=[letter.campaign_id]),
        reverse("letters:figures", args=[letter.campaign_id]),
        reverse("letters:letter", args=[letter.pk]),
        reverse("letters:reply", args=[LetterReply.objects.filter(letter=letter).earliest("pk").pk]),
        reverse("reports:clause", args=["3.1.5"]),
        reverse("clients:page", args=[first.pk]),
        reverse("hotline:promise", args=[promise.pk]),
        reverse("hotline:call", args=[promise.call_id]),
        reverse("hotline:call", args=[again.pk]),
        reverse("satisfaction:page", args=[RatingRequest.objects.earliest("pk").pk]),
        reverse("annual:page", args=[AnnualPlan.objects.get(unit=cast.su).pk]),
        reverse("support:page", args=[of_first.pk]),
        reverse("visits:page", args=[Visit.objects.earliest("pk").pk]),
        reverse("visits:plan") + f"?unit={cast.su.pk}&since=2026-09-28&until=2026-10-01",
    ]


@pytest.mark.slow
def test_pages_ask_as_much_for_thirty_rows_as_for_one(cast):
    browser = Browser()
    browser.force_login(cast.zhoumin)
    counts = []
    for count in (1, 30):
        urls = filled(cast, count)
        with moved_to(NOW + 2 * HOUR, "test"):
            asked = {}
            for place, url in enumerate(urls):
                browser.get(url)
                with CaptureQueriesContext(connection) as captured:
                    assert browser.get(url).status_code == 200
                asked[place] = len(captured)
        counts.append(asked)
    assert {urls[place]: (counts[0][place], more) for place, more in counts[1].items() if more > counts[0][place]} == {}
