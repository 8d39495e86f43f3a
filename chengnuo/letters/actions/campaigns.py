"""A letter round from its draft to its file: aim, scheme, wordings, the list fixed, the end (4.2.A, 4.2.E)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from chengnuo.clients.basis import WITH_REASON, Basis
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal, Stale
from chengnuo.ledger.moves import move
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..access import may_handle, units_for_writing
from ..addressing import addressee, filling, missing_of, with_parts
from ..fields import unknown, used
from ..models import Campaign, CampaignState, Excuse, Letter, LetterReply, LetterState, LetterText, Way

CHANGEABLE = ("way", "title", "aim", "scheme", "basis", "basis_reason", "send_on", "replies_by", "return_to")
WORDS = ("title", "aim", "scheme", "basis_reason", "return_to")
KEYS = "AB"
MOST_STOPPED = 1000
LONGEST = {"title": 80, "aim": 500, "scheme": 5000, "return_to": 200, "basis_reason": 500}


@covers("4.2.A", RECORD)
def draft_campaign(
    *, unit: Unit, values: Mapping[str, Any], subject: str, body: str, by: Staff, now: datetime
) -> Campaign:
    """Begin a letter round with its aim, its scheme and its first wording (4.2.A).

    Raises Forbidden for a unit whose clients he does not serve, Invalid for values that cannot be."""
    if not units_for_writing(by, now).filter(pk=unit.pk).exists():
        raise Forbidden(_("信函活动由服务客户的机构起草"), clause="4.2.A")
    campaign = Campaign(unit=unit, owner=by, entered_at=now, **_checked(values))
    with acting(campaign):
        campaign.number = number(Campaign.REGISTER, unit.code, now)
        campaign.save()
        text = LetterText(campaign=campaign, key=KEYS[0], **_wording(subject, body))
        text.save()
        record(
            "campaign.drafted",
            campaign,
            by=by,
            now=now,
            also=[text],
            data={"number": campaign.number, **_codes(campaign), "text": text.key},
            texts={**_words(campaign), "subject": text.subject, "body": text.body},
        )
    return campaign


def change_campaign(
    campaign: Campaign, *, values: Mapping[str, Any], version: int | None = None, by: Staff, now: datetime
) -> Campaign:
    """Change a draft. Raises Stale 409 when somebody changed it meanwhile, Refusal 409 once its list is fixed, and for
    another way of sending once addressees were chosen: their addresses were checked for this one."""
    _require(campaign, by, now)
    checked = _checked(values)
    with acting(campaign) as fresh:
        if version is not None and version != fresh.version:
            raise Stale(fresh, checked)
        _require_draft(fresh)
        if checked["way"] != fresh.way and fresh.letters.exists():
            raise Refusal("way_is_set", _("收件人已按原方式选好，换方式另起一个活动"), clause="4.2.A")
        for name, value in checked.items():
            setattr(fresh, name, value)
        fresh.version += 1
        fresh.save()
        record("campaign.changed", fresh, by=by, now=now, data=_codes(fresh), texts=_words(fresh))
        return fresh  # type: ignore[no-any-return]


def set_text(campaign: Campaign, *, key: str, subject: str, body: str, by: Staff, now: datetime) -> LetterText:
    """Write wording A or B. Raises Refusal 409 once the list is fixed, and for a second wording once addressees were
    chosen: each of them was given his."""
    _require(campaign, by, now)
    if key not in KEYS:
        raise Invalid("no_such_text", clause="4.2.A", key=_("版本只有A和B"))
    wording = _wording(subject, body)
    with acting(campaign) as fresh:
        _require_draft(fresh)
        text = fresh.texts.select_for_update(no_key=True).filter(key=key).first()
        if text is None and fresh.letters.exists():
            raise Refusal("addressees_chosen", _("收件人已分到版本，增加版本要在选收件人之前"), clause="4.2.A")
        if text is None:
            text = LetterText(campaign=fresh, key=key)
        else:
            text.version += 1
        text.subject, text.body = wording["subject"], wording["body"]
        text.save()
        record("campaign.text_set", fresh, by=by, now=now, also=[text], data={"text": key}, texts=wording)
        return text  # type: ignore[no-any-return]


@covers("4.2.A", RECORD)
def fix_campaign(campaign: Campaign, *, by: Staff, now: datetime) -> Campaign:
    """Fix the list: nothing is printed before (4.2.A). Letters of which a field has no value are stopped and listed.

    Raises Invalid without a scheme, Refusal 409 without an addressee or where more than a thousand would be stopped.
    """
    _require(campaign, by, now)
    with acting(campaign) as fresh:
        was = fresh.state
        move(fresh, "fix")
        if not fresh.scheme.strip():
            raise Invalid("no_scheme", clause="4.2.A", scheme=_("先写实施方案，再定名单"))
        stopped = _stopped(fresh)
        Letter.objects.bulk_update(stopped, ["state", "excuse", "excuse_detail", "version"])
        if not fresh.letters.filter(state=LetterState.CHOSEN).exists():
            raise Refusal("nobody", _("没有一封能寄，先选收件人或改文本"), clause="4.2.1")
        fresh.fixed_at = now
        fresh.version += 1
        fresh.save()
        data = {"state": [was, fresh.state], "stopped": len(stopped)}
        record("campaign.fixed", fresh, by=by, now=now, also=stopped, data=data)
        return fresh  # type: ignore[no-any-return]


def _stopped(campaign: Campaign) -> list[Letter]:
    """The letters of which a field has no value, kept back and said why. Only what can lack a value is looked at."""
    may_lack = Q(policy=None) | Q(contact=None) | Q(client__manager=None)
    texts = [one for one in campaign.texts.all() if used(f"{one.subject}\n{one.body}")]
    rows = campaign.letters.filter(may_lack, state=LetterState.CHOSEN, text__in=texts).select_related("text")
    stopped: list[Letter] = []
    found = list(rows.order_by("nth"))
    clients = {}
    for start in range(0, len(found), 500):
        part = [one.client_id for one in found[start : start + 500]]
        clients.update({one.pk: one for one in with_parts(_clients(part))})
    for letter in found:
        letter.campaign = campaign
        client = clients[letter.client_id]
        lacks = missing_of(letter.text, filling(letter, client, addressee(client, campaign)))
        if lacks:
            move(letter, "exclude")
            letter.excuse, letter.excuse_detail = Excuse.NO_VALUE, lacks
            letter.version += 1
            stopped.append(letter)
    if len(stopped) > MOST_STOPPED:
        words = _("%(count)s封缺合并项的值，先改文本或缩小名单") % {"count": f"{len(stopped):,}"}
        raise Refusal("too_many_stopped", words, clause="4.2.1")
    return stopped


def _clients(pks: list[int]) -> Any:
    from chengnuo.clients.models import Client

    return Client.objects.filter(pk__in=pks)


def close_campaign(campaign: Campaign, *, summary: str, by: Staff, now: datetime) -> Campaign:
    """End a round with what came of it (4.2.C). Raises Invalid without a summary, Refusal 409 while a reply waits."""
    _require(campaign, by, now)
    summary = _said(summary, "summary", 5000, _("写明结果和改进，最多5000个字"), "4.2.C")
    with acting(campaign) as fresh:
        was = fresh.state
        move(fresh, "close")
        if LetterReply.objects.filter(letter__campaign=fresh, state="received").exists():
            raise Refusal("replies_open", _("还有回信没有办结，办完再结束"), clause="4.2.D")
        fresh.closed_at, fresh.summary = now, summary
        return _saved(fresh, "campaign.closed", was, by, now, summary=summary)


def file_campaign(campaign: Campaign, *, where: str, by: Staff, now: datetime) -> Campaign:
    """Put a round that is over into the files (4.2.E)."""
    _require(campaign, by, now)
    where = _said(where, "where", 120, _("写明存放处，最多120个字"), "4.2.E")
    with acting(campaign) as fresh:
        was = fresh.state
        move(fresh, "file")
        fresh.filed_at, fresh.filed_where = now, where
        return _saved(fresh, "campaign.filed", was, by, now, where=where)


def cancel_campaign(campaign: Campaign, *, reason: str, by: Staff, now: datetime) -> Campaign:
    """Give a round up before a letter is made; afterwards it is history. Raises Refusal 409 once one is."""
    _require(campaign, by, now)
    reason = _said(reason, "reason", 500, _("写明取消原因，最多500个字"), "4.2.A")
    with acting(campaign) as fresh:
        was = fresh.state
        move(fresh, "cancel")
        if fresh.batches.exists():
            raise Refusal("made", _("已有信制作出来，不能取消"), clause="4.2.B")
        fresh.cancelled_because = reason
        return _saved(fresh, "campaign.cancelled", was, by, now, reason=reason)


def _saved(fresh: Any, verb: str, was: str, by: Staff, now: datetime, **texts: str) -> Campaign:
    fresh.version += 1
    fresh.save()
    record(verb, fresh, by=by, now=now, data={"state": [was, fresh.state]}, texts=texts)
    return fresh  # type: ignore[no-any-return]


def _said(words: str, name: str, longest: int, fault: str, clause: str) -> str:
    words = words.strip()
    if not 0 < len(words) <= longest:
        raise Invalid("words_missing", clause=clause, **{name: fault})
    return words


def _require(campaign: Campaign, by: Staff, now: datetime) -> None:
    if not may_handle(by, campaign, now):
        raise Forbidden(_("这个信函活动不归你办"), clause="4.2.A")


def _require_draft(campaign: Campaign) -> None:
    if campaign.state != CampaignState.DRAFT:
        raise Refusal("not_draft", _("名单已定，不能再改"), clause="4.2.A")


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {name: values.get(name) for name in CHANGEABLE}
    given |= {name: str(given[name] or "").strip() for name in WORDS}
    faults = {name: _("最多%s个字") % longest for name, longest in LONGEST.items() if len(given[name]) > longest} | {
        name: _("缺这一项") for name in ("title", "aim", "return_to", "send_on", "replies_by") if not given[name]
    }
    if given["way"] not in Way.values:
        faults["way"] = _("选邮寄或邮件")
    if given["basis"] not in Basis.values:
        faults["basis"] = _("选这次服务的依据")
    elif given["basis"] in WITH_REASON and not given["basis_reason"]:
        faults["basis_reason"] = _("写明方案外的原因")
    if given["send_on"] and given["replies_by"] and given["replies_by"] < given["send_on"]:
        faults["replies_by"] = _("回收截止日在寄出日之后或同一天")
    if faults:
        raise Invalid("campaign", clause="4.2.A", **faults)
    return given


def _wording(subject: str, body: str) -> dict[str, str]:
    subject, body = subject.strip(), body.strip()
    faults = {}
    for name, text, longest in (("subject", subject, 120), ("body", body, 8000)):
        if not 0 < len(text) <= longest:
            faults[name] = _("写1到%s个字") % longest
        elif wrong := unknown(text):
            faults[name] = _("没有这个合并项：%s") % "、".join(wrong)
    if faults:
        raise Invalid("wording", clause="4.2.B", **faults)
    return {"subject": subject, "body": body}


def _codes(campaign: Campaign) -> dict[str, Any]:
    return {name: getattr(campaign, name) for name in CHANGEABLE if name not in WORDS}


def _words(campaign: Campaign) -> dict[str, str]:
    return {name: getattr(campaign, name) for name in WORDS}


def today_of(now: datetime) -> Any:
    return now.astimezone(ZONE).date()
