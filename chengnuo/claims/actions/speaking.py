"""Client and insurer on one timeline: who was spoken with, and the insurer reminded of its clocks (3.4.2)."""

from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.clients.cases import Channel
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.people.models import Staff

from ..access import may_revise
from ..clocks import clock_named, late_clocks
from ..models import Claim, Party, State
from .held import held, kept, require_moment, words


@covers("3.4.2", RECORD)
def speak(
    claim: Claim,
    *,
    party: str,
    channel: str,
    who: str,
    said: str,
    spoken_at: datetime,
    by: Staff,
    now: datetime,
) -> Claim:
    """Somebody was spoken with about the claim: the client, the insurer, the surveyor, the adjuster, a third party
    (3.4.2). A word with the client tells him where his claim stands."""
    if party not in Party.values:
        raise Invalid("party", clause="3.4.2", party=_("选对方"))
    if channel not in Channel.values:
        raise Invalid("channel", clause="3.4.2", channel=_("选方式"))
    who = words("who", who, 60, _("写明和谁联系"))
    said = words("said", said, 2000, _("写明说了什么"))
    with held(claim, by, now, may=may_revise) as fresh:
        require_moment("spoken_at", spoken_at, now, (fresh.occurred_at, _("不能早于出险时间")))
        if party == Party.CLIENT:
            fresh.client_told_at = max(spoken_at, fresh.client_told_at or spoken_at)
        kept(
            fresh,
            "claim.spoke",
            by=by,
            now=now,
            happened_at=spoken_at,
            data={"party": party, "channel": channel},
            texts={"who": who, "said": said},
        )
        return fresh


def remind_insurer(
    claim: Claim, *, of: str, channel: str, who: str, sent_at: datetime, by: Staff, now: datetime
) -> Claim:
    """The insurer was reminded of a clock that ran out (保险法 23–25); it is reminded again when it stays silent.

    Raises Refusal 409 for a clock that does not run."""
    if channel not in Channel.values:
        raise Invalid("channel", clause="3.4.2", channel=_("选方式"))
    who = words("who", who, 60, _("写明寄给或告诉了谁"))
    with held(claim, by, now) as fresh:
        one = clock_named(fresh, of)
        if one is None or one.done_at is not None or fresh.state in (State.REPORTED, *Claim.FINISHED):
            raise Refusal("no_clock", _("这个时限没有在走"), clause="3.4.2")
        require_moment("sent_at", sent_at, now, (one.since, _("不能早于时限起算")))
        fresh.insurer_reminded_at = sent_at
        data = {"of": of, "article": one.article, "due": one.due.isoformat(), "channel": channel}
        kept(fresh, "claim.insurer_reminded", by=by, now=now, happened_at=sent_at, data=data, texts={"who": who})
        return fresh


def remind_of_late(claim: Claim, *, channel: str, who: str, sent_at: datetime, by: Staff, now: datetime) -> Claim:
    """The insurer was reminded of every clock of this claim that ran out; without `who` it is the insurer itself.

    Raises Refusal 409 where none did."""
    late = [one.name for one in late_clocks(claim, now)]
    if not late:
        raise Refusal("no_clock", _("没有超过的保险公司时限"), clause="3.4.2")
    for name in late:
        claim = remind_insurer(
            claim, of=name, channel=channel, who=who or claim.insurer[:60], sent_at=sent_at, by=by, now=now
        )
    return claim


def secure_limitation(claim: Claim, *, how: str, from_at: datetime, by: Staff, now: datetime) -> Claim:
    """The limitation was interrupted, by a written demand, an acknowledgement, a suit: it runs anew from then
    (民法典 195)."""
    how = words("how", how, 500, _("写明怎么中断的时效"))
    with held(claim, by, now) as fresh:
        require_moment("from_at", from_at, now, (fresh.occurred_at, _("不能早于出险时间")))
        was = fresh.limitation_from
        fresh.limitation_from = from_at
        data = {"from": [was.isoformat() if was else None, from_at.isoformat()]}
        kept(fresh, "claim.limitation_secured", by=by, now=now, happened_at=from_at, data=data, texts={"how": how})
        return fresh
