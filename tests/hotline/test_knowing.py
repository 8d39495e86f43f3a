"""A caller whom nobody knew is known afterwards."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from chengnuo.hotline.actions import NewCase, NewPromise, know_caller
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import Obligation
from tests.cast import refused
from tests.hotline.world import HOUR, NOW, a_call, a_client, a_missed_call, do


@pytest.fixture
def unknown(cast):
    promise = NewPromise("查清保单到期日", NOW + HOUR)
    return a_call(cast, caller="13700001234", kinds=["loss"], cases=[NewCase("loss", {})], promise=promise)


def test_a_caller_known_afterwards_brings_his_promises_and_cases_to_the_client(cast, client_su, unknown):
    contact = client_su.positions.get().contact

    do(know_caller, unknown, client=client_su, contact=contact, by=cast.zhoumin)

    unknown.refresh_from_db()
    assert (unknown.client, unknown.client_unit, unknown.caller_name) == (client_su, cast.su, "陈月琴")
    assert unknown.promises.get().client == client_su
    assert client_su.claims.count() == 1
    duties = Obligation.objects.filter(state="open").exclude(subject_type="people.unit")
    assert {(duty.client_id, duty.client_unit_id) for duty in duties} == {(client_su.pk, cast.su.pk)}


def test_a_call_whose_client_is_known_keeps_him(cast, client_su):
    call = a_call(cast, client=client_su)
    with refused("caller_known"):
        do(know_caller, call, client=client_su, by=cast.zhoumin)


def test_another_branch_does_not_say_who_called(cast, client_su, unknown):
    with refused("forbidden"):
        do(know_caller, unknown, client=client_su, by=cast.mengchuan)


def test_a_client_of_another_branch_is_shared_as_a_card_with_who_answered(cast, unknown):
    of_hangzhou = a_client(cast, unit=cast.hz, by=cast.luyao, name="杭州远山印染有限公司", credit_code="")
    do(know_caller, unknown, client=of_hangzhou, by=cast.zhoumin)
    unknown.refresh_from_db()
    assert (unknown.client_unit, unknown.unit) == (cast.hz, cast.su)


def test_a_missed_caller_is_looked_up_and_taken_on_a_page(cast, client_su):
    call = a_missed_call(cast)
    browser = Browser()
    browser.force_login(cast.zhoumin)
    url = reverse("hotline:know_caller", args=[call.pk])

    with moved_to(NOW, "test"):
        page = browser.get(url, {"q": "1021"}).content.decode()
        key = f"{client_su.pk}:{client_su.positions.get().contact_id}"
        assert f'value="{key}"' in page
        assert browser.post(f"{url}?q=1021", {"who": "nobody"}).status_code == 422
        assert browser.post(f"{url}?q=1021", {"who": key}).status_code == 302

    call.refresh_from_db()
    assert call.client == client_su


def test_the_page_that_asks_who_called_does_not_print_his_whole_number(cast, client_su):
    call = a_missed_call(cast, caller="13700001234")
    browser = Browser()
    browser.force_login(cast.zhoumin)

    with moved_to(NOW, "test"):
        page = browser.get(reverse("hotline:know_caller", args=[call.pk])).content.decode()

    assert "137****1234" in page
    assert "13700001234" not in page
