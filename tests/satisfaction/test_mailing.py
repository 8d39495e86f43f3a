"""The link by mail, against a real SMTP server: once, to the contact's own address, and naming nobody."""

from datetime import timedelta

import pytest

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Contact
from chengnuo.hotline import actions as hotline
from chengnuo.kit.outward import actions as outward
from chengnuo.kit.outward.sending import bounced
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import TrailEvent
from chengnuo.satisfaction import actions
from chengnuo.satisfaction.mailing import ask_for_sending, message_id, send_waiting
from chengnuo.satisfaction.models import RatingMail, RatingRequest
from tests.hotline.world import CONTACTS, HOUR, MINUTE, NOW, a_client, a_promise
from tests.kit.outward.conftest import set_up
from tests.kit.outward.smtp import smtp
from tests.satisfaction.world import the_request, token

EMAIL = "chen@client.example"


@pytest.fixture
def server(tmp_path):
    with smtp(tmp_path) as running:
        yield running


@pytest.fixture
def outlet(cast, server):
    return set_up(cast, server.port)


def reachable(cast, **client):
    """A client whose contact has an address."""
    found = a_client(cast, **client)
    position = found.positions.get()
    values = {**CONTACTS[0], "email": EMAIL}
    return clients.change_contact(
        position, values=values, version=position.contact.version, by=cast.zhoumin, now=NOW
    ).client


def kept(cast, client, now=NOW):
    """A promise answered now, in the present: nothing of a moved clock is mailed."""
    contact = client.positions.get().contact
    promise = a_promise(cast, now + HOUR, now=now, client=client, contact=contact)
    return hotline.answer_promise(promise, text="12月31日到期", by=cast.zhoumin, now=now)


def fates():
    return list(RatingMail.objects.order_by("pk").values_list("state", "attempts"))


def test_the_link_goes_once_to_the_contact_and_names_nobody_and_nothing(cast, server, outlet):
    client = reachable(cast)
    promise = kept(cast, client)
    assert [send_waiting(NOW), send_waiting(NOW + MINUTE)] == [1, 0]
    (sent,) = server.mails()
    one = the_request(promise)
    text, html = (sent.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert (sent["To"], sent["Subject"]) == (EMAIL, "金诚国际请你评价上次服务")
    assert sent["From"] == "金诚国际 <desk@chengnuo.example>"
    assert f"https://desk.example.com/r/{token(one)}" in text
    assert f'href="https://desk.example.com/r/{token(one)}"' in html
    assert "10月12日" in text
    told = [client.name, "陈月琴", promise.number, "周敏", promise.what]
    assert [word for word in told if word in text + html + str(sent.items())] == []
    assert (fates(), one.channel) == ([("sent", 1)], "mail")
    assert TrailEvent.objects.filter(verb="satisfaction.mailed").count() == 1
    assert actions.rate(token(one), mark=5, now=NOW).mark == 5


def test_the_address_that_clients_reach_stands_in_the_mail(cast, server, outlet, settings):
    settings.PUBLIC_URL = "https://pj.example.com"
    kept(cast, reachable(cast))
    send_waiting(NOW)
    (sent,) = server.mails()
    assert "https://pj.example.com/r/" in sent.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "why",
    ["no address", "channel off", "company does not mail clients", "no address of ours", "moved clock", "skipped"],
)
def test_no_mail_is_made_where_none_is_to_go(cast, server, outlet, why):
    client = a_client(cast) if why == "no address" else reachable(cast)
    if why == "channel off":
        set_up(cast, server.port, is_on=False)
    if why == "company does not mail clients":
        outward.set_telling("satisfaction.asked", also=[], channels=[], by=cast.admin, now=NOW)
    if why == "no address of ours":
        set_up(cast, server.port, url="")
    if why == "moved clock":
        with moved_to(NOW, "demo"):
            kept(cast, client)
    else:
        kept(cast, client)
    if why == "skipped":
        kept(cast, client)
    assert RatingMail.objects.count() == (why == "skipped")


def test_a_moved_clock_sends_nothing(cast, server, outlet):
    kept(cast, reachable(cast))
    with moved_to(NOW, "demo"):
        assert (send_waiting(NOW), ask_for_sending(NOW)) == (0, 0)
    assert server.lines() == []


def test_a_restored_company_asks_nobody_until_it_is_let_go(cast, server, outlet, held):
    kept(cast, reachable(cast))
    assert (send_waiting(NOW), ask_for_sending(NOW)) == (0, 0)
    held.unlink()
    assert (send_waiting(NOW), len(server.mails())) == (1, 1)


@pytest.mark.parametrize("change", ["rated", "expired", "address", "ended", "void"])
def test_what_has_changed_meanwhile_is_not_sent(cast, server, outlet, change):
    client = reachable(cast)
    promise = kept(cast, client)
    position = client.positions.get()
    one, now = the_request(promise), NOW
    if change == "rated":
        actions.rate(token(one), mark=5, now=NOW)
    if change == "expired":
        now = one.expires_at
    if change == "address":
        values = {**CONTACTS[0], "email": ""}
        clients.change_contact(position, values=values, version=position.contact.version, by=cast.zhoumin, now=NOW)
        assert Contact.objects.get(pk=position.contact_id).email == ""
    if change == "ended":
        clients.end_position(position, by=cast.zhoumin, now=NOW)
    if change == "void":
        actions.ask_again(promise, reason="换个链接", by=cast.zhoumin, now=NOW)
        RatingMail.objects.exclude(request=one).delete()
    assert send_waiting(now) == 0
    assert (fates(), server.lines()) == ([("suppressed", 0)], [])


def test_a_refused_mail_fails_a_postponed_one_waits_and_a_lost_answer_is_unsure(cast, server, outlet):
    kept(cast, reachable(cast))
    server.behave(rcpt="450 busy")
    send_waiting(NOW)
    assert fates() == [("waiting", 1)]
    server.behave(data="drop")
    send_waiting(NOW + 5 * MINUTE)
    assert fates() == [("unsure", 2)]
    assert send_waiting(NOW + 9 * HOUR) == 0
    server.behave(rcpt="550 nobody")
    kept(cast, reachable(cast, name="另一家公司", credit_code=""))
    send_waiting(NOW + 10 * HOUR)
    assert fates() == [("unsure", 2), ("failed", 1)]


def test_a_server_that_is_down_keeps_it_waiting_and_pauses_the_channel(cast, server, outlet):
    kept(cast, reachable(cast))
    server.stop()
    assert send_waiting(NOW) == 0
    outlet.refresh_from_db()
    assert (fates(), outlet.tries) == ([("waiting", 0)], 1)
    server.start()
    assert send_waiting(NOW + timedelta(seconds=1)) == 0
    assert send_waiting(NOW + 5 * MINUTE) == 1


def test_a_mail_that_comes_back_did_not_arrive_and_nobody_else_can_say_so(cast, server, outlet):
    kept(cast, reachable(cast))
    send_waiting(NOW)
    (sent,) = server.mails()
    one = RatingRequest.objects.get()
    assert sent["Message-ID"] == message_id(one.pk, outlet)
    assert bounced(f"<rating.{one.pk}.{'0' * 24}@chengnuo.example>", "x") == 0
    assert bounced("<rating.999999999999999999.x@y>", "x") == 0
    assert (bounced(sent["Message-ID"], "邮件被退回"), fates()) == (1, [("failed", 1)])


def test_a_dead_process_leaves_it_unsure(cast, server, outlet):
    kept(cast, reachable(cast))
    RatingMail.objects.update(state="sending", sending_at=NOW)
    assert send_waiting(NOW + 11 * MINUTE) == 0
    assert fates() == [("unsure", 0)]
