"""A mail is what somebody sent: whatever its bytes are, it is read, cut and told in words, never trusted."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengnuo.hotline.mail.decoding import words_of_html
from chengnuo.hotline.mail.parsing import LARGEST, MOST_FILES, parsed
from tests.hotline.mail.letters import CLIENT, letter

NOW = datetime(2026, 9, 28, 6, 36, tzinfo=UTC)
HEAD = b"From: chen@jinsui.example\nDate: Mon, 28 Sep 2026 14:00:00 +0800\nMessage-ID: <a@b>\n"


def test_a_letter_is_read():
    said = parsed(letter(Date="Mon, 28 Sep 2026 14:00:00 +0800", Message_ID="<1@x>", In_Reply_To="<0@x>"), NOW)
    assert (said.kind, said.sender, said.sender_name, said.subject) == ("letter", CLIENT, "陈月琴", "问保单")
    assert (said.text, said.message_id, said.threads, said.notes) == ("保单何时到期？", "<1@x>", ["<0@x>"], [])
    assert said.sent_at == datetime(2026, 9, 28, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "charset, content",
    [
        ("utf-8", "保单何时到期".encode()),
        ("gb18030", "保单何时到期".encode("gb18030")),
        ("gb2312", "囍與镕".encode("gb18030")),
        ("big5", "保單何時到期".encode("big5")),
        ("utf-8", "保单何时到期".encode("gb18030")),
        ("us-ascii", "保单何时到期".encode()),
        ("no-such-charset", "保单何时到期".encode("gb18030")),
        ("", "保单何时到期".encode()),
    ],
)
def test_every_charset_is_read_and_a_lying_one_is_not_believed(charset, content):
    kind = f'Content-Type: text/plain; charset="{charset}"\n'.encode() if charset else b""
    said = parsed(HEAD + kind + b"Content-Transfer-Encoding: 8bit\n\n" + content, NOW)
    assert said.text in ("保单何时到期", "囍與镕", "保單何時到期")
    assert said.notes == []


def test_subjects_are_read_encoded_raw_and_broken():
    encoded = "=?gb2312?B?" + __import__("base64").b64encode("问保单".encode("gb2312")).decode() + "?="
    assert parsed(HEAD + f"Subject: {encoded}\n\nx".encode(), NOW).subject == "问保单"
    assert parsed(HEAD + "Subject: 问保单\n\nx".encode("gb18030"), NOW).subject == "问保单"
    assert parsed(HEAD + b"Subject: =?utf-8?B?!!!?= a\n\nx", NOW).subject.endswith("a")
    assert parsed(HEAD + b"Subject: a\x00b\n\nx", NOW).subject == "ab"


def test_a_page_is_only_its_words():
    page = "<html><head><style>p{}</style></head><body><p>您好&nbsp;陈</p><script>alert(1)</script><p>到期&lt;b&gt;</p>"
    said = parsed(HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + page.encode(), NOW)
    assert said.text == "您好 陈\n\n到期<b>"
    assert words_of_html("<p" * 5000 + "<!--" * 5000) is not None


@pytest.mark.parametrize("date", ["Mon, 28 Sep 1926 14:00:00 +0800", "Fri, 31 Dec 9999 23:59:59 +0000", "gestern", ""])
def test_a_date_that_cannot_be_is_left_out_and_said(date):
    said = parsed(f"From: a@b.cn\nDate: {date}\n\nx".encode(), NOW)
    assert (said.sent_at, said.notes) == (None, ["邮件上的日期不可信，以收到的时间为准"])
    assert said.text == "x"


def test_without_a_sender_it_is_said():
    assert parsed(b"Date: Mon, 28 Sep 2026 14:00:00 +0800\n\nx", NOW).notes == ["没有写发件人"]


def test_only_our_own_servers_word_verifies_a_sender():
    ours = b"Authentication-Results: mx.chengnuo.example; dmarc=pass header.from=jinsui.example\n"
    theirs = b"Authentication-Results: mx.evil.example; dmarc=pass\n"
    trusts = "mx.chengnuo.example"
    cases = [
        (ours, trusts),
        (theirs, trusts),
        (theirs + ours, trusts),
        (ours, ""),
        (ours.replace(b"pass", b"fail"), trusts),
    ]
    assert [parsed(head + HEAD + b"\nx", NOW, trusts=who).is_verified for head, who in cases] == [True] + [False] * 4


@pytest.mark.parametrize(
    "head, kind",
    [
        (b"Auto-Submitted: auto-replied\n", "automatic"),
        (b"Auto-Submitted: no\n", "letter"),
        (b"Precedence: bulk\n", "automatic"),
        (b"List-Id: <x.y>\n", "automatic"),
        (b"Return-Path: <>\n", "automatic"),
        (b"X-Loop: a@b\n", "ours"),
        (b"Content-Type: multipart/report; boundary=x\n", "bounce"),
    ],
)
def test_machines_are_known_as_machines(head, kind):
    assert parsed(head + HEAD + b"\nx", NOW).kind == kind


def test_our_own_mail_that_comes_back_is_known():
    assert parsed(HEAD + b"\nx", NOW, ours="Chen@jinsui.example").kind == "ours"


REPORT = b"""From: MAILER-DAEMON@mx.example
Date: Mon, 28 Sep 2026 14:00:00 +0800
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

It did not arrive.
--x
Content-Type: message/delivery-status

Final-Recipient: rfc822; a@b.cn
Action: %s
Status: %s

--x
Content-Type: text/rfc822-headers

Subject: x
Message-ID: <notice.7.abc@chengnuo.example>

--x--
"""


def test_a_bounce_names_what_it_brings_back_and_a_delay_names_nothing():
    assert parsed(REPORT % (b"failed", b"5.1.1"), NOW).returned == ["<notice.7.abc@chengnuo.example>"]
    assert parsed(REPORT % (b"delayed", b"4.4.7"), NOW).returned == []


def test_a_thousand_attachments_are_cut_and_counted():
    said = parsed(letter(files=[(f"{n}.txt", b"x") for n in range(1000)]), NOW)
    assert (len(said.files), said.text) == (MOST_FILES, "保单何时到期？")
    assert "附件超过20个，另有980个没有取" in said.notes


def test_a_mail_nested_without_end_is_told_in_words():
    deep = HEAD
    for n in range(3000):
        deep += f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n'.encode()
    said = parsed(deep + b"\nx", NOW)
    assert said.sender == CLIENT
    assert isinstance(said.text, str)


def test_a_zip_bomb_is_carried_and_not_opened():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", b"0" * 50_000_000)
    (file,) = parsed(letter(files=[("a.zip", packed.getvalue())]), NOW).files
    assert len(file.content) == len(packed.getvalue())


def test_of_a_huge_mail_only_the_head_is_taken():
    said = parsed(HEAD + "Subject: 大\n\n".encode(), NOW, size=LARGEST + 1)
    assert (said.subject, said.text, said.notes) == ("大", "", ["邮件超过25兆，正文和附件没有取，到邮箱里看"])


def test_long_lines_nul_and_half_characters_are_survived():
    said = parsed(HEAD + b"\n" + b"x" * 5000 + b"\x00\xff\xfe\n" + b"=00" * 10, NOW)
    assert "\x00" not in said.text
    assert said.text.startswith("x" * 5000)


def test_too_long_a_text_is_cut_and_said():
    said = parsed(HEAD + b"\n" + b"x" * 30000, NOW)
    assert (len(said.text), said.notes) == (20000, ["正文太长，只取前20000字"])


def test_the_fingerprint_is_of_what_is_said():
    one = letter(Message_ID="<1@x>", Date="Mon, 28 Sep 2026 14:00:00 +0800")
    again = b"Received: from another\n" + one
    other = letter("别的", Message_ID="<1@x>", Date="Mon, 28 Sep 2026 14:00:00 +0800")
    prints = [parsed(raw, NOW).fingerprint for raw in (one, again, other)]
    assert prints[0] == prints[1] != prints[2]


@settings(max_examples=200, deadline=timedelta(seconds=2))
@given(raw=st.binary(max_size=2000))
def test_no_bytes_break_it(raw):
    said = parsed(HEAD + raw, NOW)
    (said.text + said.subject + said.sender_name).encode()
    assert "\x00" not in said.text + said.subject + said.sender


@settings(max_examples=100, deadline=timedelta(seconds=2))
@given(
    name=st.sampled_from(["From", "Subject", "Date", "References", "Content-Type", "Message-ID"]),
    value=st.binary(max_size=300),
)
def test_no_header_breaks_it(name, value):
    said = parsed(name.encode() + b": " + value.replace(b"\n", b" ") + b"\n" + HEAD + b"\nx", NOW)
    assert len(said.subject) <= 200
    message_from_bytes(letter())
