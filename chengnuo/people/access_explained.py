"""What somebody may see and do, and why, as the administrator reads it. Rooms say what there is to be asked:

    register_kind("hotline.call", _("来电"), visible_calls, acts=[("handle", _("处理"), may_handle)])
    register_right("register_call", _("登记来电"), lambda user, unit, now: may_register(user, now))

Everything is answered by these functions themselves (`grounds.py`). The administrator reaches no record: he learns
numbers, counts and reasons, never what a record says.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.ledger.models import Kept, Ref, TrailEvent

from .access import may_give_role, may_manage, may_report_absence
from .factors import Need, factors_of, need_of
from .grounds import Grounds, Verdict, all_units, because_words
from .models import Role, Share, Staff, Substitute, Unit
from .reach import held_by, reach

Rows = Callable[[Staff, datetime], QuerySet[Any]]
May = Callable[[Staff, Any, datetime], bool]
MayIn = Callable[[Staff, int, datetime], bool]
MOST_COUNTED = 1000
MOST_SHARES = 100
MOST_FOUND = 20
LONGEST_NUMBER = 40


@dataclass(frozen=True)
class Act:
    key: str
    label: "str | Promise"
    may: May


@dataclass(frozen=True)
class Kind:
    """A kind of record: who sees which, how one is found by what people call it, what may be done with one."""

    type: str
    label: "str | Promise"
    rows: Rows
    acts: Sequence[Act]
    find: Callable[[str], Iterable[Kept]]


@dataclass(frozen=True)
class Right:
    """Something that is allowed in units, or (`is_everywhere`) as such."""

    key: str
    label: "str | Promise"
    may: MayIn
    is_everywhere: bool


_kinds: dict[str, Kind] = {}
_rights: dict[str, Right] = {}
_hindrances: list[Callable[[Staff, datetime], "str | None"]] = []
_exports: list[Callable[[], Iterable["str | Promise"]]] = []


def register_kind(
    type_: str,
    label: "str | Promise",
    rows: Rows,
    *,
    acts: Sequence[tuple[str, "str | Promise", May]] = (),
    find: Callable[[str], Iterable[Kept]] = lambda number: (),
) -> None:
    """Name a kind of record; called from AppConfig.ready()."""
    _kinds[type_] = Kind(type_, label, rows, [Act(*act) for act in acts], find)


def register_right(key: str, label: "str | Promise", may: MayIn, *, is_everywhere: bool = False) -> None:
    """Name something that people may do; `may` gets the unit in which it would be done."""
    _rights[key] = Right(key, label, may, is_everywhere)


def register_hindrance(ask: Callable[[Staff, datetime], "str | None"]) -> None:
    """Say what keeps somebody out altogether, in words, or None: no password is set."""
    _hindrances.append(ask)


def register_exports(labels: Callable[[], Iterable["str | Promise"]]) -> None:
    """Say which lists can be taken out as files: each holds what its person sees, no more."""
    _exports.append(labels)


@dataclass(frozen=True)
class Held:
    """A role in force: whose it is where he stands in for somebody, and who gave it."""

    role: Role
    for_whom: Staff | None
    given_by: str
    until: datetime | None


@dataclass(frozen=True)
class Shared:
    client_id: int
    unit: Unit
    scope: str
    because: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Seen:
    """How many records of a kind he sees, counted up to a thousand, and of which units."""

    label: "str | Promise"
    count: int
    is_more: bool
    units: list[str]


@dataclass(frozen=True)
class Allowed:
    key: str
    label: "str | Promise"
    verdict: Verdict
    units: list[str] = field(default_factory=list)
    is_everywhere: bool = False


@dataclass(frozen=True)
class Explained:
    hindrances: list[str]
    first: list[str]
    roles: list[Held]
    stood_in_by: list[Substitute]
    units: list[tuple[Unit, list[str]]]
    shares: list[Shared]
    seen: list[Seen]
    rights: list[Allowed]
    exports: list[str]


def explain(member: Staff, now: datetime) -> Explained:
    """Everything about what he may see and do now."""
    grounds = Grounds(member, now)
    units = all_units()
    return Explained(
        hindrances=hindrances(member, now),
        first=first(member, now),
        roles=_held(member, now),
        stood_in_by=list(
            Substitute.objects.filter(Substitute.at(now), principal=member).select_related("staff").order_by("pk")
        ),
        units=_reached(member, units, grounds, now),
        shares=_shares(member, now),
        seen=[_seen(member, kind, units, now) for kind in _kinds.values()],
        rights=[_allowed(right, grounds, units, now) for right in _rights.values()],
        exports=list(dict.fromkeys(str(label) for labels in _exports for label in labels())),
    )


def hindrances(member: Staff, now: datetime) -> list[str]:
    """What keeps him out altogether, whatever his roles say."""
    found = [] if member.is_active else [str(_("已离职，不能登录"))]
    return found + [words for ask in _hindrances if (words := ask(member, now))]


def first(member: Staff, now: datetime) -> list[str]:
    """What his next sign-in asks of him before it lets him on to anything else (`gate.py`)."""
    found = [_("登录密码是别人给的，下次登录要先换成自己的")] if member.password_given_at else []
    if not factors_of(member).meet(need := need_of(member, now)):
        kind = _("通行密钥") if need == Need.PASSKEY else _("第二因素")
        found.append(_("角色要求{kind}，还没有设置，下次登录要先设置").format(kind=kind))
    return found


def _held(member: Staff, now: datetime) -> list[Held]:
    rows = {
        (one.staff_id, one.kind, one.unit_id): one
        for one in Role.objects.filter(Role.at(now), staff_id__in={row[0] for row in held_by(member, now)})
        .select_related("unit", "staff")
        .order_by("pk")
    }
    roles = [rows[row] for row in held_by(member, now) if row in rows]
    givers = dict(
        TrailEvent.objects.filter(
            subject_type="people.role", subject_pk__in=[one.pk for one in roles], verb="role.given"
        ).values_list("subject_pk", "by__name")
    )
    ends: dict[int, datetime] = dict(
        Substitute.objects.filter(Substitute.at(now), staff=member).values_list("principal_id", "ends_at")
    )
    return [
        Held(
            role,
            role.staff if role.staff_id != member.pk else None,
            givers.get(role.pk) or "",
            min(filter(None, (role.ends_at, ends.get(role.staff_id))), default=None),
        )
        for role in roles
    ]


def _reached(member: Staff, units: list[Unit], grounds: Grounds, now: datetime) -> list[tuple[Unit, list[str]]]:
    reached = set(reach(member, now).units)
    return [
        (unit, grounds.verdict(lambda who, pk=unit.pk: pk in reach(who, now).units).reasons)  # type: ignore[misc]
        for unit in units
        if unit.pk in reached
    ]


def _shares(member: Staff, now: datetime) -> list[Shared]:
    who = reach(member, now)
    given = Share.objects.filter(Share.at(now), client_id__in=(*who.clients, *who.cards), unit_id__in=who.units)
    rows = given.select_related("unit").order_by("-pk")[:MOST_SHARES]
    return [
        Shared(
            one.client_id,
            one.unit,
            str(Share.Scope(one.scope).label),
            because_words(Ref(one.because_type, one.because_pk)),
            one.starts_at,
            one.ends_at,
        )
        for one in rows
    ]


def _seen(member: Staff, kind: Kind, units: list[Unit], now: datetime) -> Seen:
    rows = kind.rows(member, now)
    if not member.is_active:
        rows = rows.none()
    found = list(rows.order_by().values_list("unit_id", flat=True)[: MOST_COUNTED + 1])
    names = [unit.name for unit in units if unit.pk in set(found)]
    return Seen(kind.label, min(len(found), MOST_COUNTED), len(found) > MOST_COUNTED, names)


def _allowed(right: Right, grounds: Grounds, units: list[Unit], now: datetime) -> Allowed:
    home = grounds.user.unit_id
    if right.is_everywhere:
        verdict = grounds.verdict(lambda who: right.may(who, home, now), unit_id=home)
        return Allowed(right.key, right.label, verdict, is_everywhere=True)
    where = [unit for unit in units if right.may(grounds.user, unit.pk, now)]
    if not where:
        verdict = grounds.verdict(lambda who: right.may(who, home, now), unit_id=home)
        return Allowed(right.key, right.label, verdict)
    reasons = [
        reason
        for unit in where
        for reason in grounds.verdict(lambda who, pk=unit.pk: right.may(who, pk, now)).reasons  # type: ignore[misc]
    ]
    return Allowed(right.key, right.label, Verdict(True, list(dict.fromkeys(reasons))), [one.name for one in where])


@dataclass(frozen=True)
class Asked:
    """One question about one record: whether he sees it, and what he may do with it."""

    number: str
    record: Kept
    label: "str | Promise"
    sees: Verdict
    acts: list[Allowed]


def found(number: str) -> list[tuple[Kind, Kept]]:
    """The records that bear this number, whoever may see them: only to be asked about, never to be shown."""
    number = number.strip()
    if not number or len(number) > LONGEST_NUMBER:
        return []
    every = ((kind, record) for kind in _kinds.values() for record in kind.find(number))
    return list(islice(every, MOST_FOUND))


def about(member: Staff, kind: Kind, record: Kept, number: str, now: datetime) -> Asked:
    """May he see this record, and what may he do with it? Who cannot sign in may nothing; who does not see it does
    nothing with it."""
    if out := hindrances(member, now):
        return Asked(number, record, kind.label, Verdict(False, out), [])
    grounds = Grounds(member, now)
    client_id = record.pk if record._meta.label_lower == "clients.client" else record.duty_client_id
    unit_id = record.duty_unit_id
    sees = grounds.verdict(
        lambda who: kind.rows(who, now).filter(pk=record.pk).exists(), client_id=client_id, unit_id=unit_id
    )
    hidden = Verdict(False, [_("看不到这条记录")])
    acts = [
        Allowed(
            act.key,
            act.label,
            grounds.verdict(
                lambda who, act=act: act.may(who, record, now),  # type: ignore[misc]
                client_id=client_id,
                unit_id=unit_id,
            )
            if sees.is_yes
            else hidden,
        )
        for act in kind.acts
    ]
    return Asked(number, record, kind.label, sees, acts)


def register() -> None:
    """What this room itself has to be asked."""
    register_right(
        "report_absence",
        gettext_lazy("替别人报不在岗"),
        lambda user, unit, now: may_report_absence(user, Staff(pk=-1, unit_id=unit), now),
    )
    register_right(
        "manage", gettext_lazy("管理机构和人员"), lambda user, unit, now: may_manage(user, now), is_everywhere=True
    )
    register_right(
        "give_role",
        gettext_lazy("给别人授予角色"),
        lambda user, unit, now: may_give_role(user, Staff(pk=-1), now),
        is_everywhere=True,
    )
    register_hindrance(_has_no_way_in)


def _has_no_way_in(member: Staff, now: datetime) -> str | None:
    """With the company's own provider nobody needs a password here."""
    return None if member.has_usable_password() or settings.OIDC else _("还没有设密码，不能登录")
