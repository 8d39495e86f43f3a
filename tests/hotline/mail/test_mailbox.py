"""Mails of clients, fetched from a real Dovecot: each once, in its thread, an entry of the branch with its duty."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from chengnuo.clients.actions import change_contact
from chengnuo.hotline import actions
from chengnuo.hotline.mail import taking
from chengnuo.hotline.mail.actions import set_mailbox
from chengnuo.hotline.mail.fetching import ask_for_mail, fetch, fetch_mail
from chengnuo.hotline.models import Call, Mailbox, MailMessage
from chengnuo.kit.models import Blob, Delivery
from chengnuo.ledger import clock
from chengnuo.ledger.check import check
from chengnuo.ledger.links import linked
from chengnuo.ledger.models import ref
from tests.cast import cast as made
from tests.cast import refused
from tests.hotline.mail.dovecot import BINARY, PASSWORD, Dovecot, dovecot
from tests.hotline.mail.letters import CLIENT, letter
from tests.hotline.mail.test_parsing import REPORT
from tests.hotline.world import a_call, a_client, duties
from tests.kit.outward.conftest import certificate  # noqa: F401

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BINARY is None, reason="!!! dovecot is not installed: apt-get install dovecot-imapd"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with dovecot() as (server, _imaps):
        yield server


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    """The server with an empty mailbox."""
    with running.box() as box:
        box.select_folder("INBOX")
        box.delete_messages(box.search())
        box.expunge()
    return running


def set_up(cast, port: int, **more) -> Mailbox:
    values = {
        "unit": cast.su,
        "keeper": cast.zhoumin,
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "username": "su",
        "folder": "INBOX",
        "trusts": "",
        "is_on": True,
    }
    values |= more
    return set_mailbox(None, values=values, secret=PASSWORD, version=None, by=cast.admin, now=clock.now())


def look(mailbox: Mailbox, after: timedelta = timedelta(seconds=2)) -> int:
    mailbox.refresh_from_db()
    return fetch(mailbox, clock.now() + after)


@pytest.fixture
def mailbox(cast, server) -> Mailbox:
    box = set_up(cast, server.port)
    assert look(box) == 0
    return box


def known(cast):
    client = a_client(cast)
    position = client.positions.get()
    values = {"name": position.contact.name, "title": "", "note": "", "email": CLIENT, "phones": ["138 0000 1021"]}
    change_contact(position, version=position.contact.version, values=values, by=cast.zhoumin, now=clock.now())
    return client


def test_a_letter_becomes_an_entry_of_the_branch_with_its_duty_and_rings_nowhere(cast, server, mailbox):
    client = known(cast)
    server.put(letter())
    assert [look(mailbox), look(mailbox)] == [1, 0]
    call = Call.objects.get()
    assert (call.channel, call.state, call.unit, call.client, call.operator) == (
        "mail",
        "registered",
        cast.su,
        client,
        cast.zhoumin,
    )
    assert (call.content, call.was_missed) == ("问保单\n保单何时到期？", False)
    assert [(one.clause, one.state) for one in duties(call)] == [("2.3", "open")]
    assert check()[0] == []


def test_mails_have_a_series_of_their_own_and_the_telephones_has_no_gap(cast, server, mailbox):
    server.put(letter())
    look(mailbox)
    first = a_call(cast)
    server.put(letter())
    look(mailbox)
    second = a_call(cast)
    year = f"{clock.now():%y}"
    by_mail = list(Call.objects.filter(channel="mail").order_by("pk").values_list("number", flat=True))
    assert by_mail == [f"YJ-SU-{year}-0001", f"YJ-SU-{year}-0002"]
    assert [first.number[-4:], second.number[-4:]] == ["0001", "0002"]
    assert check()[0] == []


def test_an_answer_joins_the_open_entry_and_after_its_close_makes_a_linked_one(cast, server, mailbox):
    server.put(letter(Message_ID="<1@x>"))
    look(mailbox)
    call = Call.objects.get()
    server.put(letter("补充：是财产险", Message_ID="<2@x>", In_Reply_To="<1@x>"))
    look(mailbox)
    assert (Call.objects.count(), call.mails.count()) == (1, 2)
    actions.reply(call, answer="12月到期", by=cast.zhoumin, now=clock.now())
    server.put(letter("再问一句", Message_ID="<3@x>", References="<0@x> <1@x> <2@x>"))
    look(mailbox)
    new = Call.objects.latest("pk")
    assert (new.pk != call.pk, linked(new)) == (True, [(ref(call), "thread")])
    server.put(letter("再补一句", Message_ID="<4@x>", References="<1@x> <3@x>"))
    look(mailbox)
    assert (Call.objects.count(), new.mails.count()) == (2, 2)
    assert check()[0] == []


def test_a_number_in_the_subject_joins_only_for_the_same_sender(cast, server, mailbox):
    server.put(letter())
    look(mailbox)
    call = Call.objects.get()
    server.put(
        letter("同一人", subject=f"回复 {call.number}"), letter("别人", f"回复 {call.number}", "x <x@evil.example>")
    )
    look(mailbox)
    assert (Call.objects.count(), call.mails.count()) == (2, 2)


def test_a_sender_nobody_vouches_for_is_shown_as_unverified_and_his_text_as_text(cast, server, mailbox):
    known(cast)
    server.put(letter("<script>alert(1)</script>"))
    look(mailbox)
    browser = Browser()
    browser.force_login(cast.zhoumin)
    page = browser.get(Call.objects.get().get_absolute_url()).content.decode()
    assert ("未核实发件人" in page, "&lt;script&gt;alert" in page, "<script>alert" in page) == (True, True, False)


def test_machines_make_no_entry_and_get_no_answer_but_are_there_to_read(cast, server, mailbox):
    server.put(letter(Auto_Submitted="auto-replied"), letter(Precedence="bulk"), letter(X_Loop="a@b"))
    assert look(mailbox) == 3
    assert Call.objects.count() == 0
    browser = Browser()
    browser.force_login(cast.zhoumin)
    assert browser.get(reverse("hotline:mails")).content.decode().count("问保单") == 3
    browser.force_login(cast.luyao)
    assert "问保单" not in browser.get(reverse("hotline:mails")).content.decode()
    assert check()[0] == []


def test_our_notice_that_comes_back_is_marked_as_failed(cast, server, mailbox):
    from chengnuo.kit import notices
    from chengnuo.kit.models import Notice

    notices.notify([cast.zhoumin.pk], "x", {}, cast.su, clock.now())
    which = "<notice.7.abc@chengnuo.example>"
    now = clock.now()
    Delivery.objects.create(
        notice=Notice.objects.get(),
        staff=cast.zhoumin,
        channel="mail",
        address="x@y.cn",
        state="sent",
        made_at=now,
        next_at=now,
        message_id=which,
    )
    server.put(REPORT.replace(b"\n", b"\r\n") % (b"failed", b"5.1.1"))
    look(mailbox)
    assert (Delivery.objects.get().state, MailMessage.objects.get().kind) == ("failed", "bounce")


def test_who_writes_too_often_makes_no_more_entries_and_others_do(cast, server, mailbox, monkeypatch):
    monkeypatch.setattr(taking, "PER_HOUR", 3)
    server.put(*[letter(f"第{n}封", sender="bomb@evil.example") for n in range(8)], letter())
    assert look(mailbox) == 9
    assert Call.objects.count() == 4
    assert MailMessage.objects.filter(kind="flood").count() == 5
    assert check()[0] == []


def test_papers_are_kept_and_what_is_none_is_named(cast, server, mailbox, settings, tmp_path):
    settings.BLOB_DIR = tmp_path
    server.put(letter(files=[("保单.pdf", b"%PDF-1.4 x"), ("病毒.exe", b"MZ\x00\x00")]))
    look(mailbox)
    assert list(Blob.objects.values_list("name", flat=True)) == ["保单.pdf"]
    (note,) = MailMessage.objects.get().notes
    assert note.startswith("附件病毒.exe没有取")
    assert check()[0] == []


def test_broken_mails_hold_up_nobody(cast, server, mailbox, monkeypatch):
    broken = b"From: a@b.cn\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=x\r\n\r\n\xff\xfe"
    deep = b"From: a@b.cn\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(2000)
    )
    server.put(broken, deep, b"\r\n\r\n", letter())
    assert look(mailbox) == 4
    assert Call.objects.filter(content__contains="保单何时到期").count() == 1
    assert check()[0] == []


def test_a_mail_that_breaks_our_reading_is_told_and_the_next_is_read(cast, server, mailbox, monkeypatch):
    from chengnuo.hotline.mail import fetching

    real = fetching.parsed

    def breaking(raw, *args, **more):
        if b"poison" in raw:
            raise RuntimeError("broken on purpose")
        return real(raw, *args, **more)

    monkeypatch.setattr(fetching, "parsed", breaking)
    server.put(letter(Subject2="x", X_Poison="poison"), letter())
    assert look(mailbox) == 2
    assert [one.notes for one in MailMessage.objects.all()] == [["这封邮件读不了，到邮箱里看"], []]


def test_what_lay_there_before_and_what_came_twice_is_not_taken(cast, server):
    server.put(letter())
    mailbox = set_up(cast, server.port)
    assert look(mailbox) == 0
    same = letter(Message_ID="<same@x>")
    server.put(same)
    server.put(b"Received: from elsewhere\r\n" + same)
    assert (look(mailbox), Call.objects.count()) == (1, 1)


def test_a_mailbox_whose_numbers_began_anew_gives_each_mail_once(cast, server, mailbox):
    server.put(letter(Message_ID="<1@x>"))
    look(mailbox)
    Mailbox.objects.update(uidvalidity=1)
    server.put(letter("新的", Message_ID="<2@x>"))
    assert (look(mailbox), Call.objects.count()) == (1, 2)


def test_nothing_on_the_server_is_changed(cast, server, mailbox):
    server.put(letter())
    look(mailbox)
    with server.box() as box:
        box.select_folder("INBOX")
        flags = box.get_flags(box.search())
    assert [b"\\Seen" in one for one in flags.values()] == [False]


def test_a_server_that_is_gone_is_said_and_nothing_is_lost(cast, server, mailbox, running):
    port = server.port
    Mailbox.objects.update(port=1)
    assert look(mailbox) == 0
    mailbox.refresh_from_db()
    assert (mailbox.error[:5], mailbox.tries, mailbox.failing_since is not None) == ("连不上邮箱", 1, True)
    browser = Browser()
    browser.force_login(cast.admin)
    assert "连不上邮箱" in browser.get(reverse("hotline:mailboxes")).content.decode()
    Mailbox.objects.update(port=port)
    server.put(letter())
    assert look(mailbox) == 1
    mailbox.refresh_from_db()
    assert (mailbox.error, mailbox.tries, mailbox.failing_since) == ("", 0, None)


def test_a_wrong_password_is_said(cast, server, mailbox):
    values = {name: getattr(mailbox, name) for name in ("unit", "keeper", "host", "port", "security", "username")}
    values |= {"folder": "INBOX", "trusts": "", "is_on": True}
    set_mailbox(mailbox, values=values, secret="wrong", version=None, by=cast.admin, now=clock.now())
    look(mailbox)
    mailbox.refresh_from_db()
    assert mailbox.error == "邮箱不认用户名或密码"


def test_by_tls_only_a_certificate_that_is_trusted(cast, certificate, settings):  # noqa: F811
    with dovecot(certificate) as (server, imaps):
        mailbox = set_up(cast, imaps, security="tls")
        look(mailbox)
        mailbox.refresh_from_db()
        assert mailbox.error == "邮箱服务器的证书或加密方式不对"
        settings.MAIL_CA = certificate[0]
        look(mailbox)
        server.put(letter())
        assert look(mailbox) == 1


def test_two_workers_at_once_take_each_mail_once(committing_db, server):
    cast = made()
    mailbox = set_up(cast, server.port)
    look(mailbox)
    server.put(*[letter(f"第{n}封") for n in range(10)])
    mailbox.refresh_from_db()

    def work() -> None:
        fetch(Mailbox.objects.get(pk=mailbox.pk), clock.now() + timedelta(seconds=2))
        connection.close()

    threads = [threading.Thread(target=work) for _nth in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (Call.objects.count(), MailMessage.objects.count()) == (10, 10)
    assert check()[0] == []


def test_the_round_asks_once_a_minute_for_each_mailbox(cast, mailbox):
    now = clock.now()
    mailbox.refresh_from_db()
    assert ask_for_mail(now) == 0
    later = mailbox.next_at + timedelta(seconds=1)
    assert [ask_for_mail(later), ask_for_mail(later)] == [1, 0]


def test_a_restored_company_leaves_the_mail_of_the_living_one_in_its_box(cast, mailbox, held):
    mailbox.refresh_from_db()
    later = mailbox.next_at + timedelta(seconds=1)
    before = mailbox.next_at
    fetch_mail(mailbox.pk)  # It waited in the queue when the backup was made.
    mailbox.refresh_from_db()
    assert (ask_for_mail(later), mailbox.next_at) == (0, before)
    held.unlink()
    assert ask_for_mail(later) == 1
    fetch_mail(mailbox.pk)
    mailbox.refresh_from_db()
    assert mailbox.next_at != before


def test_only_the_administrator_sets_a_mailbox_up_for_somebody_of_the_branch(cast, server):
    with refused("not_of_unit"):
        set_up(cast, server.port, keeper=cast.luyao)
    set_up(cast, server.port)
    with refused("mailbox_taken"):
        set_up(cast, server.port)
    browser = Browser()
    browser.force_login(cast.xuning)
    assert browser.get(reverse("hotline:mailboxes")).status_code == 403
