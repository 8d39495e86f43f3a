"""The pages of plans: what is missing stands beside its field, and a promised service leads to where it is written down."""

import pytest
from django.test import Client as Browser

from chengnuo.ledger.clock import moved_to
from chengnuo.plans.models import PlannedService
from tests.plans.world import NOW, a_company, a_plan, a_promise, complete


@pytest.fixture(autouse=True)
def afternoon():
    with moved_to(NOW, "test"):
        yield


def browser_of(staff):
    browser = Browser()
    browser.force_login(staff)
    return browser


def test_an_incomplete_draft_goes_back_to_its_form_with_the_word_beside_each_missing_field(cast):
    plan, browser = a_plan(cast), browser_of(cast.wanghaiyan)
    sent = browser.post(f"/plans/{plan.pk}/submit/", {"version": plan.version})
    page = browser.get(sent["Location"])
    assert page.status_code == 409
    assert sorted(page.context["form"].errors) == ["history", "losses", "risk"]
    plan.refresh_from_db()
    assert plan.state == "draft"
    whole = complete(cast, plan)
    assert browser.get(f"/plans/{plan.pk}/edit/?missing=1").context["form"].errors == {}
    sent = browser.post(f"/plans/{plan.pk}/submit/", {"version": whole.version})
    assert (sent.status_code, sent["Location"]) == (302, f"/plans/{plan.pk}/")
    plan.refresh_from_db()
    assert plan.state == "submitted"


@pytest.mark.parametrize(
    "kind, room", [("visit", "/visits/new/"), ("drill", "/visits/new/"), ("call", "/daily/new/"), ("letter", "")]
)
def test_a_promised_service_leads_to_the_room_that_keeps_its_record_and_may_be_told_in_words(cast, kind, room):
    client = a_company(cast)
    planned, browser = a_promise(cast, client, kind), browser_of(cast.zhoumin)
    by_hand = f"/plans/services/{planned.pk}/give/"
    there = f"{room}?client={client.pk}&planned={planned.pk}" if room else by_hand
    page = browser.get(f"/plans/{planned.plan_id}/")
    assert [one["url"] for one in page.context["services"]] == [there]
    form = browser.get(by_hand)
    assert (there.replace("&", "&amp;") in form.text) == bool(room)
    assert browser.get(there).status_code == 200
    told = browser.post(by_hand, {"done_on": f"{NOW:%Y-%m-%d}", "how": "已办好，客户签收。"})
    assert (told.status_code, PlannedService.objects.get(pk=planned.pk).state) == (302, "done")
