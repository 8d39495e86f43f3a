"""Click to dial: ordered from the exchange by the worker, on record, and never anywhere else."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client as Browser
from procrastinate.contrib.django.models import ProcrastinateJob

from chengnuo.hotline import actions
from chengnuo.hotline.actions.dialling import NotDialled, post_order, send
from chengnuo.hotline.models import Call, PhoneSystem
from chengnuo.kit.models import Notice
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent
from chengnuo.people.actions import change_staff, leave
from tests.cast import refused
from tests.hotline.exchange import an_exchange
from tests.hotline.world import NOW, a_client, a_missed_call, do


class Pbx(BaseHTTPRequestHandler):
    asked: list[str] = []
    status = 204

    def do_POST(self) -> None:
        Pbx.asked.append(self.path)
        self.send_response(Pbx.status)
        if Pbx.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_given: object) -> None:
        pass


@pytest.fixture
def pbx() -> Iterator[str]:
    """An exchange that takes orders; its address to dial at."""
    Pbx.asked, Pbx.status = [], 204
    server = HTTPServer(("127.0.0.1", 0), Pbx)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/originate?from={{extension}}&to={{number}}"
    server.shutdown()
    server.server_close()


class Context:
    def __init__(self, attempts: int) -> None:
        self.job = type("job", (), {"attempts": attempts})


def order(cast, call, attempts=0):
    system = call_system(call)
    with moved_to(NOW, "test"):
        post_order.func(Context(attempts), system=system, call=call.pk, staff=cast.zhoumin.pk)


def call_system(call):
    return PhoneSystem.objects.latest("pk").pk


def test_a_press_is_on_record_and_the_worker_orders_the_call_from_the_exchange(cast, pbx):
    an_exchange(cast, dial_url=pbx)
    call = a_missed_call(cast, caller="+86 138 0000 1021")
    browser = Browser()
    browser.force_login(cast.zhoumin)
    with moved_to(NOW, "test"):
        assert f'action="/hotline/{call.pk}/dial/"' in browser.get(call.get_absolute_url()).text
        assert browser.post(f"/hotline/{call.pk}/dial/").status_code == 302
    event = TrailEvent.objects.get(verb="call.dialled")
    assert (event.by_id, event.subject_pk) == (cast.zhoumin.pk, call.pk)
    job = ProcrastinateJob.objects.get(queue_name="dial")
    with moved_to(NOW, "test"):
        post_order.func(Context(0), **job.args)
    assert Pbx.asked == ["/originate?from=8001&to=13800001021"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_no_success_is_tried_once_more_and_then_said(cast, pbx, status):
    an_exchange(cast, dial_url=pbx)
    call = a_missed_call(cast)
    Pbx.status = status
    with pytest.raises(NotDialled):
        order(cast, call)
    order(cast, call, attempts=1)
    assert Pbx.asked == ["/originate?from=8001&to=13800001021"] * 2  # No redirection was followed.
    assert Notice.objects.get(staff=cast.zhoumin).title == "拨号没有送达电话系统，用话机拨"
    assert TrailEvent.objects.filter(verb="call.dial_failed").count() == 1


def test_an_exchange_that_is_not_there_is_a_failure_in_words():
    with pytest.raises(NotDialled):
        send("http://127.0.0.1:9/{extension}/{number}", "8001", "1")


def test_after_the_system_was_revoked_nothing_is_ordered(cast, pbx):
    exchange = an_exchange(cast, dial_url=pbx)
    call = a_missed_call(cast)
    do(actions.revoke_system, exchange.system, by=cast.admin)
    order(cast, call)
    assert Pbx.asked == []
    with refused("no_dialling"):
        do(actions.dial, call, by=cast.zhoumin)


def test_without_an_extension_or_a_number_nothing_is_dialled(cast, pbx):
    an_exchange(cast, dial_url=pbx)
    with refused("no_extension"):
        do(actions.dial, a_missed_call(cast), by=cast.xuning)
    with refused("no_number"):
        do(actions.dial, a_missed_call(cast, caller=""), by=cast.zhoumin)
    assert not ProcrastinateJob.objects.exists()


def test_an_extension_is_one_persons_and_a_leavers_is_free(cast):
    given = {"unit": cast.su, "phone": "", "by": cast.admin}
    do(change_staff, cast.zhoumin, name="周敏", extension="8001", **given)
    with refused("extension_taken"):
        do(change_staff, cast.lize, name="李泽", extension="8001", **given)
    with refused("extension"):
        do(change_staff, cast.lize, name="李泽", extension="80a", **given)
    do(leave, cast.zhoumin, by=cast.admin)
    do(change_staff, cast.lize, name="李泽", extension="8001", **given)


def test_the_secret_is_shown_once_and_the_page_lists_lost_calls(cast):
    browser = Browser()
    browser.force_login(cast.admin)
    with moved_to(NOW, "test"):
        made = browser.post("/settings/phone/new/", {"name": "总机", "dial_url": ""})
        assert made.status_code == 200
        secret = made.text.split('id="secret">')[1].split("<")[0]
        headers = {"Authorization": f"Bearer {secret}"}
        body = {"event": "ringing", "id": "c1", "called": "021-99990000"}
        assert browser.post("/hooks/phone/", body, content_type="application/json", headers=headers).status_code == 202
        page = browser.get("/settings/phone/").text
    assert secret not in page
    assert "021-99990000" in page


def test_opening_a_recording_is_on_record_and_leads_there_without_a_trace(cast):
    exchange = an_exchange(cast)
    _status, said = exchange.says("ringing", recording="https://pbx.example/1.wav")
    call = Call.objects.get(number=said["call"])
    browser = Browser()
    browser.force_login(cast.zhoumin)
    with moved_to(NOW, "test"):
        assert "https://pbx.example" not in browser.get(call.get_absolute_url()).text
        answer = browser.get(f"/hotline/{call.pk}/recording/")
    assert (answer["Location"], answer["Referrer-Policy"]) == ("https://pbx.example/1.wav", "no-referrer")
    assert TrailEvent.objects.get(verb="call.recording_opened").by_id == cast.zhoumin.pk


def test_a_contact_is_dialled_from_the_clients_page_and_only_by_who_may_see_his_number(cast, pbx):
    an_exchange(cast, dial_url=pbx)
    client = a_client(cast)
    position = client.positions.get()
    phone = position.contact.phones.get()
    url = f"/hotline/contacts/{position.pk}/{phone.pk}/dial/"
    with moved_to(NOW, "test"):
        for name, status in (("luyao", 404), ("chenlixing", 403), ("zhoumin", 302)):
            browser = Browser()
            browser.force_login(getattr(cast, name))
            assert browser.post(url).status_code == status
        assert url in browser.get(client.get_absolute_url()).text
        post_order.func(Context(0), **ProcrastinateJob.objects.get().args)
    assert Pbx.asked == ["/originate?from=8001&to=13800001021"]
    assert TrailEvent.objects.get(verb="client.dialled").by_id == cast.zhoumin.pk
