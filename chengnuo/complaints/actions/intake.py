"""A complaint, heard in a call or otherwise, its registration and its facts (3.1.4, 3.6.1)."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.claims.actions import claims_of, client_complained
from chengnuo.clients.cases import Channel, opened, take_on
from chengnuo.clients.models import Client, Contact, Policy
from chengnuo.clients.phones import shown
from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.links import link
from chengnuo.ledger.models import Kept
from chengnuo.people.models import Role, Staff, Unit

from ..access import may_enter, may_handle
from ..models import Complaint, State
from .escalating import hand_over, pass_on_at_centre, review_referral
from .held import held, kept, require_unmerged, words
from .repeating import find_repeats

CLAUSE = "3.6.1"
LARGEST = Decimal("99999999999999.99")
LONGEST = {
    "complainant": 60,
    "complainant_phone": 30,
    "on_behalf_of": 60,
    "authority": 200,
    "representatives": 300,
    "regulator": 60,
    "regulator_no": 60,
}
MOST_PEOPLE = 30_000
FRONT_FIRST: list[str] = [Role.Kind.MANAGER, Role.Kind.OPERATOR]
HANDLED = (State.ASSESSED, State.BRANCH_HANDLING, State.CENTRE_HANDLING, State.INVESTIGATING, State.PAUSED)


@dataclass(frozen=True)
class Grievance:
    """What is complained of, by whom, on whose behalf and by what authority, how it came.

    `amount` in yuan, None where no sum is named; `people` how many complain; `claim_key` the claim it is about."""

    account: str
    category: str = Complaint.Category.OTHER
    amount: Decimal | None = None
    channel: str = Channel.PHONE
    contact: Contact | None = None
    complainant: str = ""
    complainant_phone: str = ""
    on_behalf_of: str = ""
    authority: str = ""
    people: int = 1
    representatives: str = ""
    against: Staff | None = None
    claim_key: int | None = None
    policy: Policy | None = None
    regulator: str = ""
    regulator_no: str = ""
    regulator_due: date | None = None


GRIEVANCE = tuple(one.name for one in fields(Grievance))
RELATED = ("contact", "against", "policy")


def open_complaint(
    *,
    call: Kept,
    owner: Staff,
    by: Staff,
    now: datetime,
    account: str = "",
    category: str = Complaint.Category.OTHER,
    amount: Decimal | None = None,
    on_behalf_of: str = "",
    forwarded_by_regulator: bool = False,
) -> Complaint:
    """A complaint made in a call is received: its clock runs from the moment the telephone rang (3.1.4, 3.6.1).
    `amount` is in yuan, None where no sum is named."""
    _check_sum(category, amount)
    complaint = Complaint(
        owner=owner,
        contact=getattr(call, "contact", None),
        complainant=getattr(call, "who", "")[:60],
        complainant_phone=shown(getattr(call, "caller", "")),
        on_behalf_of=on_behalf_of[:60],
        account=account or getattr(call, "content", ""),
        category=category,
        amount=amount,
        received_at=getattr(call, "rang_at", now),
        forwarded_by_regulator=forwarded_by_regulator,
    )
    opened(complaint, "complaint.received", call=call, by=by, now=now, texts={"account": complaint.account})
    _first_look(complaint, by, now)
    return complaint


@covers("3.6.1", RECORD)
def enter_complaint(
    client: Client | None,
    grievance: Grievance,
    *,
    received_at: datetime,
    unit: Unit | None = None,
    by: Staff,
    now: datetime,
) -> Complaint:
    """A complaint that came otherwise than by the hotline, from whomever: registered by who writes it down, for the
    branch of the client; of somebody who is no client, for `unit` (3.6.1). The person complained of does not keep it.

    Raises Invalid (422) beside what cannot be: a time to come, authority that is not stated, a group without its
    representatives, another client's policy or claim."""
    handles = client.unit if client else unit or by.unit
    if not may_enter(by, handles.pk, now):
        raise Forbidden(_("由客户所属机构或客户服务中心登记投诉"), clause=CLAUSE)
    if received_at > now:
        raise Invalid("future", clause=CLAUSE, received_at=_("时间还没有到"))
    if client is None and handles.kind != Unit.Kind.BRANCH:
        raise Invalid("unit", clause=CLAUSE, unit=_("选由哪个机构处理"))
    values = checked(grievance, client, received_at, by=by, now=now)
    with acting(client or handles) as fresh:
        complaint = Complaint(
            owner=_owner(handles, grievance.against, by, now),
            unit=handles,
            client=fresh if client else None,
            client_unit_id=handles.pk if client else None,
            received_at=received_at,
            forwarded_by_regulator=bool(grievance.regulator),
            **values,
        )
        texts = {"account": complaint.account}
        opened(complaint, "complaint.received", call=None, by=by, now=now, texts=texts)
        if complaint.owner_id == by.pk:
            complaint = register_complaint(complaint, by=by, now=now)
            complaint.client = fresh if client else None
        _first_look(complaint, by, now)
        return complaint


def _first_look(complaint: Complaint, by: Staff, now: datetime) -> None:
    """What follows from its facts at once: it repeats an earlier one, it goes to the centre, its claim is weighed."""
    find_repeats(complaint, by=by, now=now)
    if complaint.claim_key is not None and complaint.client is not None:
        _tell_claim(complaint, complaint.client, complaint.claim_key, by, now)
    review_referral(complaint, true_at=complaint.received_at, by=by, now=now)


def _tell_claim(complaint: Complaint, client: Client, key: int, by: Staff, now: datetime) -> None:
    claim = claims_of(client, by=by, now=now).get(pk=key)
    event = kept(complaint, "complaint.claim_named", by=by, now=now, data={"claim": claim.number})
    link(complaint, claim, "concerns", event)
    client_complained(claim, by=by, now=now)


def _owner(unit: Unit, against: Staff | None, by: Staff, now: datetime) -> Staff:
    """Who answers for it at the branch: whoever writes it down there; else its manager, else anyone who serves clients
    there; never the person complained of while there is another (第3号令 17)."""
    rows = Role.objects.filter(Role.at(now), unit=unit, staff__is_active=True, kind__in=FRONT_FIRST)
    there = sorted(rows.select_related("staff"), key=lambda role: (FRONT_FIRST.index(role.kind), role.pk))
    people = [role.staff for role in there if against is None or role.staff_id != against.pk]
    if any(one.pk == by.pk for one in people):
        return by
    return people[0] if people else by


def register_complaint(complaint: Complaint, *, by: Staff, now: datetime) -> Complaint:
    """The owner registers the complaint and answers for it from now on (3.6.1). One that went to the centre before goes
    on there. Refusal 409 where another complaint carries it on."""
    with acting(complaint, client=complaint.client) as fresh:
        require_unmerged(fresh)
        take_on(complaint, by=by, now=now, verb="register")
    fresh = Complaint.objects.get(pk=complaint.pk)
    hand_over(fresh, by=by, now=now)
    return fresh


def state_complaint(
    complaint: Complaint, grievance: Grievance, *, new_facts: bool = False, by: Staff, now: datetime
) -> Complaint:
    """Say more exactly what is complained of; old and new are in the event. New facts of the complainant begin the
    regulator's clock anew: what the old one was extended or stopped by is past (第3号令 18).

    Raises Invalid (422) beside what cannot be, where nothing changed, and where it is the owner who is complained of:
    it is handed on first (第3号令 17)."""
    values = checked(grievance, complaint.client, complaint.received_at, by=by, now=now)
    with held(complaint, by, now, may=may_handle) as fresh:
        if fresh.is_over:
            raise Invalid("over", clause=CLAUSE, account=_("投诉已结"))
        changed = {name: value for name, value in values.items() if getattr(fresh, name) != value}
        if not changed:
            raise Invalid("unchanged", clause=CLAUSE, account=_("没有改动"))
        if fresh.owner_id == getattr(changed.get("against"), "pk", None):
            raise Invalid("still_owner", clause=CLAUSE, against=_("他是承办人，先转派给别人"))
        data, texts = _difference(fresh, changed)
        if new_facts:
            if fresh.state not in (State.REGISTERED, *HANDLED):
                raise Invalid("decided", clause=CLAUSE, new_facts=_("已经决定，新的事实按核查或新投诉办理"))
            data |= _begun_anew(fresh, now)
        for name, value in changed.items():
            setattr(fresh, name, value)
        data |= pass_on_at_centre(fresh, now) if "against" in changed else {}
        fresh.forwarded_by_regulator = bool(fresh.regulator) or fresh.forwarded_by_regulator
        kept(fresh, "complaint.stated", by=by, now=now, data=data, texts=texts)
        if "claim_key" in changed and fresh.claim_key is not None and fresh.client is not None:
            _tell_claim(fresh, fresh.client, fresh.claim_key, by, now)
        find_repeats(fresh, by=by, now=now)
        review_referral(fresh, true_at=now, by=by, now=now)
        return fresh


def _begun_anew(fresh: Complaint, now: datetime) -> dict[str, Any]:
    """The regulator's clock begins anew. Gives what was, for the event."""
    names = ("clock_from", "extended_at", "extension_approved_at", "extension_approved_by_id", "paused_days")
    was = {name: getattr(fresh, name) for name in names}
    for name in names:
        setattr(fresh, name, None)
    fresh.clock_from = now
    return {name: [old, getattr(fresh, name)] for name, old in was.items() if old != getattr(fresh, name)}


def _difference(fresh: Complaint, changed: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    data: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for name, value in changed.items():
        was = getattr(fresh, name)
        if name in RELATED:
            data[name] = [was.pk if was else None, value.pk if value else None]
        elif isinstance(value, str) and name not in ("category", "channel"):
            texts |= {f"{name}_before": was, name: value}
        else:
            data[name] = [was, value]
    return data, texts


def checked(
    grievance: Grievance, client: Client | None, received_at: datetime, *, by: Staff, now: datetime
) -> dict[str, Any]:
    """The facts as they are kept. Raises Invalid (422) beside each that cannot be."""
    values = {name: getattr(grievance, name) for name in GRIEVANCE}
    values["account"] = words("account", grievance.account, 4000, _("写明投诉事项"))
    for name, longest in LONGEST.items():
        values[name] = values[name].strip()
        if len(values[name]) > longest:
            raise Invalid(name, clause=CLAUSE, **{name: _("最多%s字") % longest})
    values["complainant_phone"] = shown(values["complainant_phone"])[:30]
    _check_sum(grievance.category, grievance.amount)
    if grievance.channel not in Channel.values:
        raise Invalid("channel", clause=CLAUSE, channel=_("没有这个渠道"))
    if values["on_behalf_of"] and not values["authority"]:
        raise Invalid("authority", clause=CLAUSE, authority=_("代他人投诉，写明授权书或关系；没有的写待补"))
    _check_group(values, received_at)
    for name in ("policy", "contact"):
        _check_own(name, values[name], client)
    if grievance.claim_key is not None and (
        client is None or not claims_of(client, by=by, now=now).filter(pk=grievance.claim_key).exists()
    ):
        raise Invalid("claim", clause=CLAUSE, claim=_("选这个客户名下的"))
    if values["regulator_due"] and not values["regulator"]:
        raise Invalid("regulator", clause=CLAUSE, regulator=_("写明哪个单位转办"))
    return values


def _check_sum(category: str, amount: Decimal | None) -> None:
    if category not in Complaint.Category.values:
        raise Invalid("category_unknown", category=_("没有这个类别"))
    if amount is not None and not (amount.is_finite() and 0 <= amount <= LARGEST):
        raise Invalid("amount", amount=_("金额是不小于0的元数"))


def _check_group(values: dict[str, Any], received_at: datetime) -> None:
    """A group of more than five names its representatives, at most five (第3号令 12)."""
    if not 1 <= values["people"] <= MOST_PEOPLE:
        raise Invalid("people", clause=CLAUSE, people=_("投诉人数从1起"))
    most = int(rulebook().parameter("complaint.representatives", received_at).value)
    names = [
        name for name in values["representatives"].replace(",", "、").replace("，", "、").split("、") if name.strip()
    ]
    if values["people"] > most and not names:
        words_ = _("超过%s人的，写明代表是谁，用顿号分开")
        raise Invalid("representatives", clause=CLAUSE, representatives=words_ % most)
    if len(names) > most:
        raise Invalid("representatives", clause=CLAUSE, representatives=_("代表最多%s人") % most)


def _check_own(name: str, one: Policy | Contact | None, client: Client | None) -> None:
    if one is None:
        return
    if isinstance(one, Policy):
        is_own = client is not None and one.client_id == client.pk
    else:
        is_own = client is not None and one.positions.filter(client=client).exists()
    if not is_own:
        raise Invalid(name, clause=CLAUSE, **{name: _("选这个客户名下的")})


__all__ = [
    "GRIEVANCE",
    "Grievance",
    "enter_complaint",
    "open_complaint",
    "register_complaint",
    "state_complaint",
]
