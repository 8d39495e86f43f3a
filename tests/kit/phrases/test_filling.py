"""The names in brackets are filled in for the record on whose page, or below it, the form stands."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chengnuo.kit.models import Phrase
from chengnuo.kit.phrases.filling import filled, record_behind, room_at, unknown
from chengnuo.ledger.clock import moved_to
from tests.claims.world import a_loss
from tests.complaints.world import a_complaint
from tests.hotline.world import HOUR, NOW, a_call, a_client, a_promise
from tests.kit.phrases.conftest import a_phrase
from tests.sweeps.test_hostile import GARBAGE

EVERY = "【客户】|【单号】|【承办】|【机构】"


@pytest.fixture
def client_su(cast):
    return a_client(cast)


def picked(who, at: str):
    browser = Browser()
    browser.force_login(who)
    with moved_to(NOW, "test"):
        return browser.get(reverse("phrases:pick"), {"at": at})


def test_a_complaint_fills_every_name(cast, client_su):
    complaint = a_complaint(cast, client_su)
    assert filled(EVERY, complaint) == f"{client_su.name}|{complaint.number}|周敏|苏州分公司"


def test_a_call_and_a_promise_fill_them_by_who_has_them(cast, client_su):
    call, promise = a_call(cast, client=client_su), a_promise(cast, NOW + HOUR, client=client_su, keeper=cast.xuning)
    assert filled(EVERY, call) == f"{client_su.name}|{call.number}|周敏|苏州分公司"
    assert filled(EVERY, promise) == f"{client_su.name}|{promise.number}|许宁|苏州分公司"


def test_what_a_record_does_not_know_and_what_has_no_record_stays_to_be_written_by_hand(cast):
    complaint = a_complaint(cast, None)
    assert filled("【客户】您好，【单号】", complaint) == f"【客户】您好，{complaint.number}"
    assert filled(EVERY, None) == EVERY


def test_what_fills_a_name_is_not_looked_at_again(cast):
    client = a_client(cast, name="【单号】有限公司")
    assert filled("【客户】", a_complaint(cast, client)) == "【单号】有限公司"


@pytest.mark.parametrize(
    "text, names",
    [
        ("【客户】【单号】【承办】【机构】", []),
        ("【经理】和【经理】【科长】", ["经理", "科长"]),
        ("【】", [""]),
        ("【没有关上", []),
        ("【跨\n行】", []),
        ("[客户] {客户}", []),
    ],
)
def test_a_name_that_nothing_fills_is_found(text, names):
    assert unknown(text) == names


@pytest.mark.parametrize(
    "path, room",
    [("/complaints/7/assess/", "complaints"), ("/hotline/new/", "hotline"), ("/claims/7/", "claims"), ("/x/", "")],
)
def test_the_room_is_that_of_the_address(path, room):
    assert room_at(path) == room


def test_the_form_of_an_act_lies_below_its_record(cast, client_su):
    complaint, claim = a_complaint(cast, client_su), a_loss(cast, client_su)
    call, promise = a_call(cast), a_promise(cast, NOW + HOUR)
    for record, act in (
        (complaint, "assess/"),
        (complaint, ""),
        (claim, "speak/"),
        (call, "reply/"),
        (promise, "answer/"),
    ):
        assert record_behind(f"{record.get_absolute_url()}{act}", cast.zhoumin, NOW) == record


def test_a_record_that_somebody_does_not_see_fills_nothing_for_him(cast, client_su):
    a_phrase(cast, text="【客户】，【单号】", scope="company", by=cast.wanghaiyan)
    complaint = a_complaint(cast, client_su)
    address = f"{complaint.get_absolute_url()}assess/"
    assert record_behind(address, cast.luyao, NOW) is None
    seen, unseen = picked(cast.zhoumin, address).text, picked(cast.luyao, address).text
    assert client_su.name in seen
    assert (client_su.name in unseen, complaint.number in unseen, "【客户】，【单号】" in unseen) == (
        False,
        False,
        True,
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "//",
        "x",
        "/complaints/999999/assess/",
        "/complaints/99999999999999999999/",
        "/%ff/",
        "/hotline/duty/7/swap/",
    ],
)
def test_an_address_without_a_record_fills_nothing(cast, own, address):
    assert record_behind(address, cast.zhoumin, NOW) is None
    assert picked(cast.zhoumin, address).status_code == 200


def test_garbage_for_an_address_is_no_address_or_is_refused_for_its_characters(cast, own):
    assert {picked(cast.zhoumin, text[:300]).status_code for text in GARBAGE} == {200, 400}


def test_what_is_offered_is_of_the_forms_room_and_of_every_room(cast):
    for room in ("", "complaints", "claims"):
        a_phrase(cast, f"用在{room}", room=room)
    found = {address: picked(cast.zhoumin, address).text for address in ("/complaints/new/", "/clients/new/")}
    assert ["用在complaints" in one for one in found.values()] == [True, False]
    assert ["用在claims" in one for one in found.values()] == [False, False]
    assert all("<b>用在</b>" in one for one in found.values())


def test_a_script_in_a_phrase_or_in_a_clients_name_is_shown_as_it_is_written(cast):
    client = a_client(cast, name="<img src=x onerror=alert(1)>")
    a_phrase(cast, "<script>alert(1)</script>", text='</span><script>alert("2")</script>【客户】')
    complaint = a_complaint(cast, client)
    page = picked(cast.zhoumin, f"{complaint.get_absolute_url()}assess/").text
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(&quot;2&quot;)&lt;/script&gt;&lt;img src=x" in page


def test_it_is_kept_by_no_cache_and_asks_as_much_for_many_as_for_one(cast, client_su):
    complaint = a_complaint(cast, client_su)
    address = f"{complaint.get_absolute_url()}assess/"
    a_phrase(cast, scope="unit", unit=cast.su, by=cast.xuning)
    counts = []
    for count in (1, 30):
        Phrase.objects.bulk_create(
            Phrase(title="x", text="【客户】", unit=cast.su, added_at=NOW) for _nth in range(count)
        )
        with CaptureQueriesContext(connection) as captured:
            answer = picked(cast.zhoumin, address)
        counts.append(len(captured))
    assert (counts[0], "no-store" in answer.headers["Cache-Control"]) == (counts[1], True)
