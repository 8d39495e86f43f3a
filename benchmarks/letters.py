"""A letter round to 5,000 clients: chosen, fixed, printed in batches, posted, and entered as they come back."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client as Browser

from chengnuo.clients.models import Client, Contact, Policy, Position, Site
from chengnuo.ledger.clock import moved_to
from chengnuo.letters import actions
from chengnuo.letters.figures import figures_of
from chengnuo.letters.models import Campaign, Letter
from chengnuo.people.models import Staff

Say = Callable[[str, str], None]
LETTERS = 5000
FIRST = "贵公司的{险种}（{保单号}）将于{到期日}到期，现就续保安排征询意见。附回执一份，填好寄回。"
BODY = "\n".join(("{称呼}：", FIRST, "本公司持续跟进承保条件。" * 20))


def measure(say: Say, staff: Staff, now: datetime) -> None:
    with moved_to(now, "bench"):
        fill(staff, now)
        today = now.date()
        values: dict[str, Any] = {
            "way": "post",
            "title": "续保征询",
            "aim": "了解续保意向",
            "scheme": "分批寄出",
            "basis": "client",
            "send_on": today,
            "replies_by": today + timedelta(days=20),
            "return_to": "苏州市姑苏区干将东路88号",
        }
        given: dict[str, Any] = {"by": staff, "now": now}
        campaign = actions.draft_campaign(unit=staff.unit, values=values, subject="续保征询", body=BODY, **given)
        asked = actions.asked_of(kind="association")
        _told(say, "chosen, addresses checked", lambda: _all(lambda: actions.choose_part(campaign, asked, **given)))
        _told(say, "fixed", lambda: actions.fix_campaign(campaign, **given))
        _told(say, "printed in batches of 250, each with its QR code", lambda: _all(lambda: _make(campaign, given)))
        _told(say, "posted", lambda: _all(lambda: actions.post_part(campaign, posted_on=today, **given)))
        assert Letter.objects.filter(campaign=campaign, state="posted").count() == LETTERS
        numbers = list(campaign.letters.order_by("nth").values_list("number", flat=True)[:200])
        began = time.perf_counter()
        actions.enter_outcomes(numbers, outcome="returned", because="moved", on=today, **given)
        say("200 numbers scanned as returned, each with its event", f"{time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        figures_of(campaign, staff, now)
        say(f"rates of {LETTERS:,} letters by wording and segment", f"{(time.perf_counter() - began) * 1000:.0f} ms")
        browser = Browser()
        browser.force_login(staff)
        for name, path in (("the round's page", f"/letters/{campaign.pk}/"), ("信函, first page", "/letters/letters/")):
            assert browser.get(path).status_code == 200
            began = time.perf_counter()
            browser.get(path)
            say(f"{name} (server, {LETTERS:,} letters)", f"{(time.perf_counter() - began) * 1000:.0f} ms")


def _make(campaign: Campaign, given: dict[str, Any]) -> int:
    return actions.make_batch(campaign, **given)


def _all(part: Callable[[], int]) -> None:
    while part():
        pass


def _told(say: Say, what: str, run: Callable[[], object]) -> None:
    began = time.perf_counter()
    run()
    took = time.perf_counter() - began
    say(f"{LETTERS:,} letters {what}", f"{took:.1f} s, {LETTERS / took:.0f}/s")


def fill(staff: Staff, now: datetime) -> None:
    """Clients to write to, beside the actions: only their letters are measured."""
    day = date(now.year, 12, 31)
    clients = Client.objects.bulk_create(
        [
            Client(unit=staff.unit, kind="association", name=f"第{nth}号商会", since=now.date(), manager=staff)
            for nth in range(LETTERS)
        ],
        batch_size=1000,
    )
    contacts = Contact.objects.bulk_create([Contact(name=f"沈一帆{one.pk}") for one in clients], batch_size=1000)
    pairs = list(zip(clients, contacts, strict=True))
    Position.objects.bulk_create([Position(client=one, contact=who, title="秘书长") for one, who in pairs], 1000)
    Site.objects.bulk_create(
        [Site(client=one, name="会址", address=f"苏州市吴中区木渎镇金塘路{one.pk}号") for one in clients], 1000
    )
    Policy.objects.bulk_create(
        [
            Policy(
                client=one, no=f"BX-{one.pk}", line="property", insurer="屿安财产保险股份有限公司",
                sum_insured=1, premium=1, starts_on=now.date(), ends_on=day,
            )
            for one in clients
        ],
        1000,
    )  # fmt: skip
