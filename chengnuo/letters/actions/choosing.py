"""Choosing whom a round writes to: by a filter of the clients that one sees, each address checked (4.2.1)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from chengnuo.clients.access import visible_clients
from chengnuo.clients.basis import Basis, Planned, planned_for
from chengnuo.clients.models import TICKS, Client, Policy
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import may_handle
from ..addressing import Addressee, addressee, policy_for, tier_of, with_parts
from ..models import Campaign, CampaignState, Excuse, Letter, LetterState
from .campaigns import today_of

PART = 250
MOST_AT_ONCE = 500
KIND = "letter"
S = LetterState


def asked_of(
    *,
    kind: str = "",
    ticks: Sequence[str] = (),
    line: str = "",
    unit: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> dict[str, Any]:
    """A filter as it is kept: `since` and `until` are the days between which a policy ends. Raises Invalid (422)."""
    faults = {}
    if kind and kind not in Client.Kind.values:
        faults["kind"] = _("没有这个选项，重新选")
    if line and line not in Policy.Line.values:
        faults["line"] = _("没有这个选项，重新选")
    if any(tick not in TICKS for tick in ticks):
        faults["ticks"] = _("没有这个选项，重新选")
    if since and until and since > until:
        faults["until"] = _("“到”在“从”之后或同一天")
    if faults:
        raise Invalid("filter", clause="4.2.1", **faults)
    asked = {"kind": kind, "ticks": list(ticks), "line": line, "unit": unit}
    return {**asked, "since": since.isoformat() if since else "", "until": until.isoformat() if until else ""}


def matching(rows: QuerySet[Client], asked: Mapping[str, Any]) -> QuerySet[Client]:
    """Of these clients those of a filter."""
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["ticks"]:
        either = Q()
        for tick in asked["ticks"]:
            either |= Q(**{tick: True})
        rows = rows.filter(either)
    if asked["unit"]:
        rows = rows.filter(unit=asked["unit"])
    policies = Policy.objects.filter(client=OuterRef("pk"))
    if asked["line"]:
        policies = policies.filter(line=asked["line"])
    if asked["since"]:
        policies = policies.filter(ends_on__gte=asked["since"])
    if asked["until"]:
        policies = policies.filter(ends_on__lte=asked["until"])
    is_by_policy = asked["line"] or asked["since"] or asked["until"]
    return rows.filter(Exists(policies)) if is_by_policy else rows


@covers("4.2.A", RECORD)
def choose_part(campaign: Campaign, asked: Mapping[str, Any], *, by: Staff, now: datetime, size: int = PART) -> int:
    """Take the next clients of a filter into the round, each once, and say of each why he is not written to, if he is
    not (4.2.1). Only what `by` sees is taken. Returns how many; 0 when the filter is done, which is safe to ask again.
    """
    if not may_handle(by, campaign, now):
        raise Forbidden(_("这个信函活动不归你办"), clause="4.2.A")
    with acting(campaign) as fresh:
        if fresh.state != CampaignState.DRAFT:
            raise Refusal("not_draft", _("名单已定，不能再选"), clause="4.2.A")
        taken = Letter.objects.filter(campaign=fresh, client=OuterRef("pk"))
        rows = matching(visible_clients(by, now), asked).filter(~Exists(taken)).order_by("pk")
        clients = list(with_parts(rows)[:size])
        if not clients:
            return 0
        letters = _letters(fresh, clients, asked, by, now)
        _keep_one_a_place(fresh, letters)
        Letter.objects.bulk_create(letters)
        if asked not in fresh.choices:
            fresh.choices = [*fresh.choices, dict(asked)]
        fresh.version += 1
        fresh.save()
        chosen = sum(one.state == S.CHOSEN for one in letters)
        data = {"filter": dict(asked), "chosen": chosen, "excluded": len(letters) - chosen}
        record("campaign.addressees_taken", fresh, by=by, now=now, also=letters, data=data)
    return len(clients)


def _letters(
    campaign: Campaign, clients: Sequence[Client], asked: Mapping[str, Any], by: Staff, now: datetime
) -> list[Letter]:
    last = campaign.letters.aggregate(last=Max("nth"))["last"] or 0
    texts = list(campaign.texts.order_by("key"))
    found = []
    for nth, client in enumerate(clients, start=last + 1):
        to = addressee(client, campaign)
        if not to.excuse and campaign.basis == Basis.PLANNED and not planned_letter(client, campaign, by, now):
            to = Addressee(to.contact, to.title, to.recipient, to.address, excuse=Excuse.NO_PLAN)
        letter = Letter(
            number=f"{campaign.number}-{nth:05d}",
            nth=nth,
            campaign=campaign,
            text=texts[(nth - 1) % len(texts)],
            unit=campaign.unit,
            client=client,
            client_unit_id=client.unit_id,
            policy=policy_for(client, dict(asked), today_of(now)),
            kind=client.kind,
            tier=tier_of(client),
            state=S.EXCLUDED if to.excuse else S.CHOSEN,
            excuse=to.excuse,
            excuse_detail=to.detail,
        )
        to.put_on(letter)
        found.append(letter)
    return found


def planned_letter(client: Client, campaign: Campaign, by: Staff, now: datetime) -> Planned | None:
    """The letter that the client's plan promises and that this round can be: open by its day (3.2.4)."""
    offered = planned_for(client, [KIND], by, now)
    return next((one for one in offered if one.opens_on <= max(campaign.send_on, today_of(now))), None)


def _keep_one_a_place(campaign: Campaign, letters: Sequence[Letter]) -> None:
    """Of several letters to one letter-box the first stays; the others say to whom it goes (4.2.1)."""
    places = [one.place for one in letters if one.place]
    rows = campaign.letters.filter(place__in=places).exclude(state=S.EXCLUDED)
    known = dict(rows.values_list("place", "client__name"))
    for letter in letters:
        if letter.state != S.CHOSEN:
            continue
        if letter.place in known:
            letter.state, letter.excuse = S.EXCLUDED, Excuse.DUPLICATE
            letter.excuse_detail = known[letter.place][:200]
        else:
            known[letter.place] = letter.client.name


def exclude_letters(letters: Sequence[Letter], *, reason: str, by: Staff, now: datetime) -> list[Letter]:
    """Take addressees of one round out by hand, with the reason, before their letters are made.

    Raises Invalid without one, Refusal 409 for a letter that is made."""
    reason = reason.strip()
    if not 0 < len(reason) <= 200:
        raise Invalid("reason_missing", clause="4.2.1", reason=_("写明剔除原因，最多200个字"))
    campaign = _one_round(letters, by, now)
    with acting(campaign) as fresh:
        locked = _locked(fresh, letters)
        for letter in locked:
            move(letter, "exclude")
            letter.excuse, letter.excuse_detail = Excuse.BY_HAND, reason
            letter.version += 1
        Letter.objects.bulk_update(locked, ["state", "excuse", "excuse_detail", "version"])
        data = {"letters": [one.pk for one in locked]}
        record("campaign.addressees_excluded", fresh, by=by, now=now, also=locked, data=data, texts={"reason": reason})
        return locked


def include_letter(letter: Letter, *, by: Staff, now: datetime) -> Letter:
    """Take an addressee in again. What kept him out is looked at anew: an address that was mended is good now.

    Raises Invalid (422) with the reason that still holds, Refusal 409 once letters are made."""
    campaign = _one_round([letter], by, now)
    with acting(campaign) as fresh:
        (found,) = _locked(fresh, [letter])
        move(found, "include")
        client = with_parts(visible_clients(by, now).filter(pk=found.client_id)).first()
        to = addressee(client, fresh) if client else Addressee(excuse=Excuse.UNSEEN)
        by_plan = fresh.basis == Basis.PLANNED
        if client and not to.excuse and by_plan and not planned_letter(client, fresh, by, now):
            to = Addressee(excuse=Excuse.NO_PLAN)
        taken = fresh.letters.filter(place=to.place).exclude(state=S.EXCLUDED) if to.place else Letter.objects.none()
        excuse = to.excuse or (Excuse.DUPLICATE if taken.exists() else "")
        if excuse:
            raise Invalid("still_excluded", _("还不能寄：%s") % Excuse(excuse).label, clause="4.2.1")
        to.put_on(found)
        found.excuse = found.excuse_detail = ""
        found.version += 1
        found.save()
        record("letter.included", found, by=by, now=now, data={"state": [S.EXCLUDED, S.CHOSEN]})
        return found


def _one_round(letters: Sequence[Letter], by: Staff, now: datetime) -> Campaign:
    campaigns = {one.campaign_id: one.campaign for one in letters}
    if len(campaigns) != 1 or len(letters) > MOST_AT_ONCE:
        raise Invalid("letters", clause="4.2.1", letters=_("选同一活动的1到%s封信") % MOST_AT_ONCE)
    campaign = next(iter(campaigns.values()))
    if not may_handle(by, campaign, now):
        raise Forbidden(_("这个信函活动不归你办"), clause="4.2.A")
    return campaign


def _locked(campaign: Campaign, letters: Sequence[Letter]) -> list[Letter]:
    if campaign.state not in (CampaignState.DRAFT, CampaignState.FIXED):
        raise Refusal("made", _("信已制作，不能再改名单"), clause="4.2.1")
    rows = Letter.objects.filter(pk__in=[one.pk for one in letters]).select_for_update(no_key=True)
    return list(rows.order_by("pk"))
