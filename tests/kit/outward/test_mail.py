"""Notices by mail, against a real SMTP server in a process of its own: each once, whatever the server does."""

import re
import time
from datetime import timedelta

import pytest

from chengnuo.kit import notices
from chengnuo.kit.models import Delivery, DeliveryState, Notice, Outlet
from chengnuo.kit.outward import actions, mail, sending
from chengnuo.kit.outward.results import NotSent
from chengnuo.kit.outward.sending import ask_for_sending, bounced, send_waiting
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import moved_to
from tests.cast import refused
from tests.kit.outward.conftest import MINUTE, NOW, fates, go, set_up
from tests.kit.outward.smtp import PASSWORD, smtp

S = DeliveryState


def subjects(server) -> list[str]:
    return [one["Subject"] for one in server.mails()]


def test_a_notice_goes_once_with_clause_number_and_link_and_nothing_of_the_client(
    cast, server, outlet, addressed, tell
):
    notice = tell()
    assert [go(), go()] == [1, 0]
    (sent,) = server.mails()
    assert sent["To"] == "zhoumin@example.com"
    assert sent["Subject"].startswith("[承诺] 到期未办 3.1.5 ")
    assert sent["Subject"].endswith("DH-SU-26-0001")
    text = sent.get_body(("plain",)).get_content()
    assert f"https://desk.example.com/notices/{notice.pk}/" in text
    assert "李建明" not in server.lines()[0]["mail"] + text + sent.get_body(("html",)).get_content()
    assert fates() == [("sent", 1)]
    assert check()[0] == []


def test_machines_know_it_as_ours_and_mails_of_one_record_stay_together(cast, server, outlet, addressed, tell):
    tell()
    tell()
    go()
    first, second = server.mails()
    assert (first["Auto-Submitted"], first["Precedence"]) == ("auto-generated", "bulk")
    assert first["List-Id"] == "<notices.chengnuo.example>"
    assert first["In-Reply-To"] == second["In-Reply-To"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert re.fullmatch(r"<notice\.\d+\.[0-9a-f]{24}@chengnuo\.example>", first["Message-ID"])


def test_the_words_go_where_the_company_ticks_it_and_never_as_headers_or_markup(cast, server, addressed, tell):
    set_up(cast, server.port, names_clients=True)
    tell(title="李建明\r\nBcc: thief@example.com <script>alert(1)</script>")
    go()
    (sent,) = server.mails()
    assert sent["Bcc"] is None
    assert "李建明 Bcc: thief@example.com" in sent["Subject"]
    html = sent.get_body(("html",)).get_content()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert server.lines()[0]["to"] == ["zhoumin@example.com"]


def test_what_its_reader_may_not_see_any_more_or_has_seen_does_not_go(cast, server, outlet, addressed, tell):
    notices.notify([cast.zhoumin.pk], "x", {}, cast.bj, NOW, moment="duty.due")
    seen = tell()
    Notice.objects.filter(pk=seen.pk).update(read_at=NOW)
    assert go() == 0
    reasons = list(Delivery.objects.order_by("pk").values_list("state", "error"))
    assert reasons == [("suppressed", "记录已不在本人可看范围内"), ("suppressed", "已在系统内看过")]
    assert server.mails() == []


def test_a_demo_and_a_replay_send_nothing(cast, server, outlet, addressed, tell):
    with moved_to(NOW, "demo"):
        tell()
        assert go() == 0
    assert (go(), Delivery.objects.count()) == (0, 0)


def test_a_restored_company_sends_nothing_until_it_is_let_go(cast, server, outlet, addressed, tell, held):
    tell()
    assert (go(), ask_for_sending(NOW)) == (0, 0)
    held.unlink()
    assert (go(), len(server.mails())) == (1, 1)


@pytest.mark.slow
def test_a_server_that_is_down_for_a_day_gets_each_notice_once_afterwards(cast, server, outlet, addressed, tell):
    for _nth in range(3):
        tell()
    server.stop()
    tries, at = 0, NOW
    while at < NOW + timedelta(hours=26):
        go(at)
        at += MINUTE
    outlet.refresh_from_db()
    tries = outlet.tries
    assert 100 < tries < 120  # 1, 2, 4, 8, then every 15 minutes: no storm.
    assert {state for state, _attempts in fates()} == {"waiting"}
    server.start()
    for _nth in range(20):
        go(at)
        at += MINUTE
    assert len(server.mails()) == 3
    assert {one["Message-ID"] for one in server.mails()} == set(Delivery.objects.values_list("message_id", flat=True))
    outlet.refresh_from_db()
    assert (outlet.tries, outlet.failing_since, outlet.error) == (0, None, "")


def test_the_administrator_hears_once_of_a_channel_that_fails_for_a_quarter_of_an_hour(
    cast, server, outlet, addressed, tell
):
    tell()
    server.stop()
    for minute in range(14):
        go(NOW + minute * MINUTE)
    mine = Notice.objects.filter(staff=cast.admin)
    assert mine.count() == 0
    for minute in range(14, 120):
        go(NOW + minute * MINUTE)
    assert [one.text.startswith("邮件发不出去：连不上邮件服务器") for one in mine] == [True]


@pytest.mark.slow
def test_what_nobody_takes_for_three_days_is_given_up_and_can_be_sent_again(cast, server, outlet, addressed, tell):
    tell()
    server.stop()
    at = NOW
    while at <= NOW + timedelta(days=3, minutes=16):
        go(at)
        at += 15 * MINUTE
    assert [state for state, _attempts in fates()] == ["given_up"]
    server.start()
    go(at + timedelta(hours=1))
    assert server.mails() == []
    pk = Delivery.objects.get().pk
    assert actions.send_again([pk], by=cast.admin, now=at) == 1
    go(at + timedelta(hours=1))
    assert ([state for state, _attempts in fates()], len(server.mails())) == (["sent"], 1)
    with refused("nothing_failed"):
        actions.send_again([pk], by=cast.admin, now=at)


def test_a_clock_that_jumps_gives_nothing_up_and_stops_nothing(cast, server, outlet, addressed, tell):
    tell()
    server.stop()
    go(NOW)
    go(NOW + timedelta(days=400))
    assert [state for state, _attempts in fates()] == ["waiting"]
    server.start()
    assert go(NOW + 2 * MINUTE) == 1  # The clock has gone back: its next try lay 400 days ahead.
    assert len(server.mails()) == 1


def test_a_server_that_says_later_is_asked_again_and_others_do_not_wait(cast, server, outlet, addressed, tell):
    server.behave(**{"zhoumin@example.com": "451 4.7.1 greylisted"})
    tell(cast.zhoumin)
    tell(cast.xuning)
    assert go() == 1
    assert fates() == [("waiting", 1), ("sent", 1)]
    server.behave()
    assert [go(NOW + 59 * timedelta(seconds=1)), go(NOW + MINUTE)] == [0, 1]
    assert len(server.mails()) == 2


def test_a_wrong_address_is_not_tried_again_and_says_why(cast, server, outlet, addressed, tell):
    server.behave(rcpt="550 5.1.1 no such user")
    tell()
    go()
    go(NOW + timedelta(hours=5))
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.error) == ("failed", 1, "邮件服务器答：550 5.1.1 no such user")


def test_an_answer_lost_after_everything_was_handed_over_is_unsure_and_only_a_person_sends_it_again(
    cast, server, outlet, addressed, tell
):
    server.behave(data="drop")
    tell()
    go()
    assert fates() == [("unsure", 1)]
    server.behave()
    go(NOW + timedelta(hours=1))
    assert server.mails() == []
    actions.send_again([Delivery.objects.get().pk], by=cast.admin, now=NOW)
    go(NOW + timedelta(hours=1))
    assert (fates(), len(server.mails())) == ([("sent", 1)], 1)


def test_a_connection_dropped_before_the_text_is_certain_and_tried_again(cast, server, outlet, addressed, tell):
    server.behave(data="drop before")
    tell()
    go()
    assert fates() == [("waiting", 1)]
    server.behave()
    assert go(NOW + MINUTE) == 1
    assert len(server.mails()) == 1


def test_a_server_too_slow_to_answer_is_unsure_after_the_time_out(cast, server, outlet, addressed, tell, monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT", 1)
    server.behave(data="slow")
    tell()
    began = time.monotonic()
    go()
    assert (fates(), time.monotonic() - began < 10) == ([("unsure", 1)], True)


def test_a_process_that_dies_while_sending_leaves_it_unsure(cast, server, outlet, addressed, tell):
    class Killed(BaseException):
        pass

    class Way:
        def __enter__(self):
            return self

        def __exit__(self, *how):
            return None

        def send(self, letter):
            raise Killed

    tell()
    with pytest.raises(Killed):
        send_waiting(NOW, lambda outlet: Way())
    assert fates() == [("sending", 1)]
    assert (go(NOW + 9 * MINUTE), fates()) == (0, [("sending", 1)])
    assert (go(NOW + 10 * MINUTE), fates()) == (0, [("unsure", 1)])


def test_a_wrong_password_is_the_channels_fault_and_the_right_one_lets_it_go(cast, server, addressed, tell):
    outlet = set_up(cast, server.port, secret="wrong", username="desk")
    tell()
    go()
    outlet.refresh_from_db()
    assert (outlet.error[:14], fates()) == ("邮件服务器不认用户名或密码：", [("waiting", 0)])
    set_up(cast, server.port, secret=PASSWORD, username="desk")
    assert go(NOW + timedelta(seconds=1)) == 1


def test_by_tls_only_a_certificate_that_is_trusted_gets_anything(
    cast, tmp_path, certificate, addressed, tell, settings
):
    with smtp(tmp_path, certificate) as server:
        outlet = set_up(cast, server.port, security="tls", secret=PASSWORD, username="desk")
        tell()
        go()
        outlet.refresh_from_db()
        assert (outlet.error[:16], server.mails()) == ("邮件服务器的证书或加密方式不对：", [])
        settings.MAIL_CA = certificate[0]
        assert go(NOW + MINUTE) == 1


def test_a_server_without_starttls_gets_neither_password_nor_mail(cast, server, addressed, tell):
    outlet = set_up(cast, server.port, security="starttls", secret=PASSWORD, username="desk")
    tell()
    go()
    outlet.refresh_from_db()
    assert (outlet.error[:11], server.mails()) == ("邮件服务器的设置不对：", [])


def test_a_person_with_many_waiting_gets_one_mail_and_a_minute_takes_no_more_than_its_share(
    cast, server, addressed, tell
):
    set_up(cast, server.port, per_minute=2)
    for _nth in range(6):
        tell(cast.zhoumin)
    for _nth in range(3):
        tell(cast.xuning)
    assert [go(), go(NOW + 30 * timedelta(seconds=1)), go(NOW + MINUTE), go(NOW + 3 * MINUTE)] == [2, 0, 2, 0]
    assert subjects(server)[0] == "[承诺] 6条提醒"
    assert {state for state, _attempts in fates()} == {"sent"}
    assert len(server.mails()) == 4


def test_a_mail_that_comes_back_is_marked_and_a_guessed_id_marks_nothing(cast, server, outlet, addressed, tell):
    tell()
    go()
    which = Delivery.objects.get().message_id
    assert bounced(which.replace("@", "0@"), "x") == 0
    assert (bounced(which, "邮件被退回"), fates()) == (1, [("failed", 1)])


def test_who_has_left_gets_nothing(cast, server, outlet, addressed, tell):
    from chengnuo.people.actions import leave

    tell()
    leave(cast.zhoumin, by=cast.admin, now=NOW)
    assert (go(), fates()) == (0, [("suppressed", 0)])


def test_a_trial_goes_to_the_administrator_alone_and_says_what_is_wrong(cast, server, outlet):
    with refused("not_set_up"):
        actions.try_out("mail", to="", by=cast.admin, now=NOW)
    actions.try_out("mail", to="admin@example.com", by=cast.admin, now=NOW)
    assert [line["to"] for line in server.lines()] == [["admin@example.com"]]
    server.stop()
    with pytest.raises(NotSent):
        actions.try_out("mail", to="admin@example.com", by=cast.admin, now=NOW)


def test_the_secret_lies_in_a_file_of_ours_and_nowhere_in_the_database(cast, server, settings):
    outlet = set_up(cast, server.port, secret="穿墙而过", username="desk")
    path = settings.DATA_DIR / "keys" / outlet.secret
    assert (path.read_text(), oct(path.stat().st_mode & 0o777)) == ("穿墙而过", "0o600")
    assert "穿墙而过" not in str(list(Outlet.objects.values()))


def test_the_round_asks_the_worker_once_and_only_where_something_waits(cast, server, outlet, addressed, tell):
    assert sending.ask_for_sending(NOW) == 0
    tell()
    assert [sending.ask_for_sending(NOW), sending.ask_for_sending(NOW)] == [1, 0]
