"""Letter rounds of Suzhou and the clients they are written to."""

from datetime import date
from typing import Any

from chengnuo.clients import actions as clients
from chengnuo.clients.models import Client
from chengnuo.letters import actions
from chengnuo.letters.models import Campaign, Letter, LetterReply
from chengnuo.people.models import Staff
from tests.cast import Cast
from tests.clients.conftest import POLICY, SITE
from tests.hotline.world import NOW, do

TODAY = NOW.date()
BODY = "{称呼}：\n贵公司的{险种}将于{到期日}到期，现就续保安排征询意见。"
VALUES: dict[str, Any] = {
    "way": "post",
    "title": "国庆前续保征询",
    "aim": "了解续保意向",
    "scheme": "分两版试寄，一周内收回执",
    "basis": "client",
    "basis_reason": "",
    "send_on": TODAY,
    "replies_by": date(2026, 10, 20),
    "return_to": "苏州市姑苏区干将东路88号3楼，215000",
}


def a_written_client(cast: Cast, nth: int = 1, *, unit: Any = None, by: Staff | None = None, **more: Any) -> Client:
    """A client with somebody in office, an address of his own and a policy."""
    street = more.pop("address", f"苏州市吴中区木渎镇金塘路{nth}号")
    contact = {
        "name": f"陈月琴{nth}",
        "title": "行政主管",
        "phones": [f"138 0000 {nth:04d}"],
        "email": f"a{nth}@x.example",
    }
    contact |= more.pop("contact", {})
    given = {
        "unit": unit or cast.su,
        "values": {"name": f"第{nth}号锦穗公司", "kind": "company", **more.pop("values", {})},
        "contacts": [contact],
        "sites": [{**SITE, "address": street}] if street else [],
        "policies": [{**POLICY, "no": f"XF-{nth}"}],
        "although_similar": True,
        "by": by or cast.zhoumin,
    }
    return do(clients.enter_client, **{**given, **more})


def a_round(cast: Cast, *, by: Staff | None = None, unit: Any = None, **values: Any) -> Campaign:
    subject, body = values.pop("subject", "续保征询"), values.pop("body", BODY)
    given = {"values": {**VALUES, **values}, "subject": subject, "body": body}
    return do(actions.draft_campaign, unit=unit or cast.su, by=by or cast.zhoumin, **given)


def chosen(campaign: Campaign, *, by: Staff | None = None, **asked: Any) -> Campaign:
    while do(actions.choose_part, campaign, actions.asked_of(**asked), by=by or campaign.owner):
        pass
    return Campaign.objects.get(pk=campaign.pk)


def fixed(campaign: Campaign) -> Campaign:
    return do(actions.fix_campaign, campaign, by=campaign.owner)


def made(campaign: Campaign, *, by: Staff | None = None, **more: Any) -> Campaign:
    while do(actions.make_batch, campaign, by=by or campaign.owner, **more):
        pass
    return Campaign.objects.get(pk=campaign.pk)


def posted(campaign: Campaign, *, now: Any = NOW, **more: Any) -> Campaign:
    while do(actions.post_part, campaign, posted_on=TODAY, by=campaign.owner, now=now, **more):
        pass
    return Campaign.objects.get(pk=campaign.pk)


def a_round_out(cast: Cast, count: int = 1, **more: Any) -> Campaign:
    """A round whose letters went to the post."""
    for nth in range(1, count + 1):
        a_written_client(cast, nth)
    return posted(made(fixed(chosen(a_round(cast, **more)))))


def a_reply(cast: Cast, letter: Letter | None = None, *, now: Any = NOW, **more: Any) -> LetterReply:
    letter = letter or a_round_out(cast).letters.get()
    given = {"kind": "enquiry", "content": "续保保费涨多少", "came_on": TODAY, "by": cast.zhoumin}
    return do(actions.enter_reply, letter, now=now, **{**given, **more})


def states(campaign: Campaign) -> list[tuple[str, str]]:
    return list(campaign.letters.order_by("nth").values_list("state", "excuse"))
