"""Letters by mail, against a real SMTP server: each once, to the contact's own address, and what comes back is known."""

import pytest

from chengnuo.clients import actions as clients
from chengnuo.kit.models import MailState
from chengnuo.kit.outward.sending import bounced
from chengnuo.ledger.models import ref
from chengnuo.letters import actions
from chengnuo.letters.mailing import ask_for_sending, message_id, send_waiting
from chengnuo.letters.models import Campaign, Letter, LetterMail
from chengnuo.people.actions import end_share, share_client
from chengnuo.people.models import Share, Staff
from tests.cast import refused
from tests.hotline.world import DAY, MINUTE, NOW, do
from tests.kit.outward.conftest import set_up
from tests.kit.outward.smtp import smtp
from tests.letters.world import a_round, a_written_client, chosen, fixed, made, states


@pytest.fixture
def server(tmp_path):
    with smtp(tmp_path) as running:
        yield running


@pytest.fixture
def outlet(cast, server):
    return set_up(cast, server.port)


def in_the_post(cast, *, by=None, unit=None) -> Campaign:
    """A round whose mails wait, in the present: nothing of a moved clock is mailed."""
    by = by or cast.zhoumin
    campaign = fixed(chosen(a_round(cast, way="mail", by=by, unit=unit)))
    while actions.make_batch(campaign, by=by, now=NOW):
        pass
    return Campaign.objects.get(pk=campaign.pk)


def fates():
    return list(LetterMail.objects.order_by("pk").values_list("state", flat=True))


def test_each_mail_goes_once_with_its_fields_filled_and_its_number(cast, server, outlet):
    a_written_client(cast, 1)
    a_written_client(cast, 2)
    campaign = in_the_post(cast)
    assert (campaign.state, states(campaign)) == ("collecting", [("made", ""), ("made", "")])
    assert [ask_for_sending(NOW), send_waiting(NOW), send_waiting(NOW + MINUTE)] == [1, 2, 0]
    mails = server.mails()
    assert {one["To"] for one in mails} == {"a1@x.example", "a2@x.example"}
    first = campaign.letters.order_by("nth").first()
    text = next(one for one in mails if one["To"] == first.address).get_body(("plain",)).get_content()
    assert first.number in text
    assert "财产险将于2027年5月27日到期" in text
    assert set(Letter.objects.values_list("state", "posted_on")) == {("posted", NOW.date())}


def test_who_left_the_makers_reach_or_moved_on_gets_none(cast, server, outlet):
    client = a_written_client(cast, 1)
    given = {"scope": Share.Scope.FULL, "because": ref(client), "by": None}
    share = do(share_client, client_id=client.pk, unit=cast.bj, now=NOW - DAY, **given)
    gone = a_written_client(cast, 2, unit=cast.bj, by=cast.mengchuan)
    campaign = in_the_post(cast, by=cast.mengchuan, unit=cast.bj)
    do(end_share, share, by=None)
    do(clients.end_position, gone.positions.get(), by=Staff.objects.get(pk=cast.mengchuan.pk))
    assert send_waiting(NOW + MINUTE) == 0
    assert fates() == ["suppressed", "suppressed"]
    assert states(campaign) == [("excluded", "not_sent"), ("excluded", "not_sent")]
    assert server.mails() == []


def test_a_mail_that_comes_back_returns_its_letter_and_nobody_else_can_say_so(cast, server, outlet):
    a_written_client(cast, 1)
    in_the_post(cast)
    send_waiting(NOW)
    (sent,) = server.mails()
    letter = Letter.objects.get()
    assert sent["Message-ID"] == message_id(letter.pk, outlet)
    assert bounced(f"<letter.{letter.pk}.{'0' * 24}@chengnuo.example>", "x") == 0
    assert bounced(sent["Message-ID"], "邮件被退回") == 1
    letter.refresh_from_db()
    assert (letter.state, letter.returned_because, fates()) == ("returned", "bounce", ["failed"])
    assert bounced(sent["Message-ID"], "邮件被退回") == 0


def test_a_mailbox_that_is_refused_for_good_keeps_its_letter_back(cast, server, outlet):
    a_written_client(cast, 1)
    campaign = in_the_post(cast)
    server.behave(rcpt="550 nobody")
    assert send_waiting(NOW) == 0
    assert (fates(), states(campaign)) == (["failed"], [("excluded", "not_sent")])


def test_nothing_of_a_moved_clock_is_mailed_and_no_mail_is_entered_as_posted_by_hand(cast, server, outlet):
    a_written_client(cast, 1)
    campaign = made(fixed(chosen(a_round(cast, way="mail"))))
    assert (fates(), send_waiting(NOW)) == ([MailState.SUPPRESSED], 0)
    with refused("by_mail"):
        do(actions.post_letter, campaign.letters.get(), posted_on=NOW.date(), by=cast.zhoumin)
