"""Taking a renewal to its end: the client is spoken to, told the terms, and decides (3.3.3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.clients.actions import add_policy
from chengnuo.clients.models import Policy
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_handle
from ..models import LostReason, Renewal, RenewalTerms

CLAUSE = "3.3.3"
LONGEST = 5000
A_DAY = timedelta(days=1)


def contact_client(renewal: Renewal, *, text: str, by: Staff, now: datetime) -> Renewal:
    """The client was spoken to about the renewal. Raises Invalid without what was said."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Invalid("text", clause=CLAUSE, text=_("写下与客户谈了什么，最多5000字"))
    with _on(renewal, by, now) as fresh:
        was = fresh.state
        move(fresh, "contact")
        fresh.contacted_at = fresh.contacted_at or now
        return _saved(fresh, "renewal.contacted", by, now, was, content=text)


def quote(renewal: Renewal, *, insurer: str, premium: Decimal, changes: str = "", by: Staff, now: datetime) -> Renewal:
    """The client was told terms: by whom, for how much, what differs. Earlier ones stay. Raises Invalid."""
    insurer, changes = insurer.strip(), changes.strip()
    if not insurer or len(insurer) > 80:
        raise Invalid("insurer", clause=CLAUSE, insurer=_("写明保险公司"))
    if not 0 < premium < Decimal(10) ** 14 or premium != round(premium, 2):
        raise Invalid("premium", clause=CLAUSE, premium=_("写明保费，精确到分"))
    if len(changes) > 2000:
        raise Invalid("changes", clause=CLAUSE, changes=_("最多%s字") % 2000)
    with _on(renewal, by, now) as fresh:
        was = fresh.state
        move(fresh, "quote")
        fresh.quoted_at = now
        fresh.contacted_at = fresh.contacted_at or now
        fresh.version += 1
        fresh.save()
        terms = RenewalTerms.objects.create(
            renewal=fresh, insurer=insurer, premium=premium, changes=changes, quoted_at=now, by=by
        )
        record(
            "renewal.quoted",
            fresh,
            also=[terms, fresh.client],
            by=by,
            now=now,
            data={"state": [was, fresh.state], "premium": premium},
            texts={"insurer": insurer, "content": changes},
        )
        return fresh


def renew(
    renewal: Renewal,
    *,
    no: str,
    insurer: str,
    premium: Decimal,
    starts_on: date | None = None,
    ends_on: date | None = None,
    text: str = "",
    by: Staff,
    now: datetime,
) -> Renewal:
    """The client renewed, with the same insurer or another: by the new policy, which is registered with what the old
    one said unless it is on file already. Raises Invalid, and Refusal 409 for a number of another client."""
    no, insurer = no.strip(), insurer.strip()
    if not no:
        raise Invalid("no", clause=CLAUSE, no=_("写明新保单号"))
    if not insurer:
        raise Invalid("insurer", clause=CLAUSE, insurer=_("写明保险公司"))
    with _on(renewal, by, now) as fresh:
        old = fresh.policy
        if no == old.no:
            raise Invalid("no", clause=CLAUSE, no=_("新保单号和原来的一样，查一下"))
        was = fresh.state
        policy = Policy.objects.filter(no=no, client=fresh.client).first()
        if policy is None:
            policy = add_policy(
                fresh.client, values=_values(old, no, insurer, premium, starts_on, ends_on), by=by, now=now
            )
        move(fresh, "renew" if policy.insurer == old.insurer else "move_insurer")
        fresh.new_policy = policy
        return _decided(fresh, by, now, was, text, policy=policy.pk)


def lose(renewal: Renewal, *, reason: str, text: str, by: Staff, now: datetime) -> Renewal:
    """The client does not renew with us. Raises Invalid without the reason and what he said."""
    if reason not in LostReason.values:
        raise Invalid("lost_reason", clause=CLAUSE, reason=_("选流失原因"))
    text = _why(text)
    with _on(renewal, by, now) as fresh:
        was = fresh.state
        move(fresh, "lose")
        fresh.lost_reason = reason
        return _decided(fresh, by, now, was, text, lost=reason)


def need_no_more(renewal: Renewal, *, text: str, by: Staff, now: datetime) -> Renewal:
    """What was insured is gone, or the cover is held elsewhere in the file: nothing is to be renewed, and why."""
    text = _why(text)
    with _on(renewal, by, now) as fresh:
        was = fresh.state
        move(fresh, "need_no_more")
        return _decided(fresh, by, now, was, text)


def decide_anew(renewal: Renewal, *, text: str, by: Staff, now: datetime) -> Renewal:
    """The client changed his mind, or the decision was entered wrongly. What was entered stays in the trail."""
    text = _why(text)
    with _on(renewal, by, now) as fresh:
        was = fresh.state
        move(fresh, "decide_anew")
        fresh.decided_at = fresh.new_policy = None
        fresh.lost_reason = fresh.decided_because = ""
        return _saved(fresh, "renewal.decided_anew", by, now, was, reason=text)


def hand_on(renewal: Renewal, *, to: Staff, by: Staff, now: datetime) -> Renewal:
    """Give an open renewal to somebody of its branch; its days stay. Raises Invalid for somebody else."""
    if not to.is_active or to.unit_id != renewal.unit_id:
        raise Invalid("not_of_unit", clause=CLAUSE, to=_("只能转给本机构在职人员"))
    with _on(renewal, by, now) as fresh:
        if not fresh.is_open:
            raise Refusal("decided", _("这张保单的续保已办结"), clause=CLAUSE)
        was, fresh.owner = fresh.owner_id, to
        fresh.version += 1
        fresh.save()
        record("renewal.handed_on", fresh, by=by, now=now, data={"owner": [was, to.pk]})
        return fresh


@contextmanager
def _on(renewal: Renewal, by: Staff, now: datetime) -> Iterator[Renewal]:
    with acting(renewal, client=renewal.client) as fresh:
        fresh.client = renewal.client
        if not may_handle(by, fresh, now):
            raise Forbidden(_("这张保单的续保不归你办"), clause=CLAUSE)
        yield fresh


def _why(text: str) -> str:
    text = text.strip()
    if not text or len(text) > 500:
        raise Invalid("text", clause=CLAUSE, text=_("写明原因，最多500字"))
    return text


def _values(
    old: Policy, no: str, insurer: str, premium: Decimal, starts_on: date | None, ends_on: date | None
) -> dict[str, Any]:
    """What the new policy says where nothing else was told: the same cover, from the next day, for the same time."""
    starts = starts_on or old.ends_on + A_DAY
    return {
        "no": no,
        "line": old.line,
        "insurer": insurer,
        "insured": old.insured,
        "sum_insured": str(old.sum_insured),
        "premium": str(premium),
        "deductible": old.deductible,
        "starts_on": starts.isoformat(),
        "ends_on": (ends_on or _same_term(old, starts)).isoformat(),
    }


def _same_term(old: Policy, starts: date) -> date:
    """The last day of a cover from `starts` for as long as the old one: whole years where that was of whole years."""
    years = (old.ends_on + A_DAY).year - old.starts_on.year
    if years and _years_on(old.starts_on, years) == old.ends_on + A_DAY:
        return _years_on(starts, years) - A_DAY
    return starts + (old.ends_on - old.starts_on)


def _years_on(day: date, years: int) -> date:
    """The same day so many years later; the last of February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _decided(renewal: Renewal, by: Staff, now: datetime, was: str, text: str, **data: Any) -> Renewal:
    renewal.decided_at, renewal.decided_because = now, text.strip()[:500]
    renewal.contacted_at = renewal.contacted_at or now
    return _saved(renewal, "renewal.decided", by, now, was, reason=renewal.decided_because, **data)


def _saved(
    renewal: Renewal, verb: str, by: Staff, now: datetime, was: str, content: str = "", reason: str = "", **data: Any
) -> Renewal:
    renewal.version += 1
    renewal.save()
    texts = {"content": content, "note": reason}
    data = {"state": [was, renewal.state], **data}
    record(verb, renewal, also=[renewal.client], by=by, now=now, data=data, texts=texts)
    return renewal
