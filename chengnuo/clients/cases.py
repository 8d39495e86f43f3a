"""What visits, claims and complaints have in common: a number, an owner, a client or none, and being taken on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.links import link
from chengnuo.ledger.models import LIVE, Kept, Obligation
from chengnuo.ledger.moves import Move, move
from chengnuo.ledger.numbers import number
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs
from chengnuo.ledger.trail import Draft, record
from chengnuo.people.models import Role, Staff
from chengnuo.people.reach import CENTRE, FRONT, reach


class Channel(models.TextChoices):
    """How one speaks of a case, or how it came."""

    PHONE = "phone", _("电话")
    VISIT = "visit", _("当面")
    MAIL = "mail", _("邮件")
    LETTER = "letter", _("信函")
    CHAT = "chat", _("微信")


class Case(Kept):
    """A numbered matter with an owner. `unit` handles it; `client_unit` is the branch whose client it concerns."""

    STATES: ClassVar[type[models.TextChoices]]
    REGISTER: ClassVar[str]
    MOVES: ClassVar[Sequence[Move]]
    FIRST: ClassVar[str]
    FINISHED: ClassVar[Sequence[str]]
    SERVED: ClassVar[Sequence[str]]
    """The states in which the client has had his service: moving into them asks for his judgement (2.2)."""
    TAKEN_ON: ClassVar[str]
    SEARCHED: ClassVar[Sequence[str]]
    """The fields whose words it is found by, beside its number and its client's name."""
    SEARCHED_PHONES: ClassVar[Sequence[str]] = ()
    BESIDE: ClassVar[Sequence[tuple[str, str]]] = ()
    """Records of its own on which more is owed: the label of their model, and the path from there to the case."""

    number = models.CharField(_("单号"), max_length=40, unique=True)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(
        "clients.Client", null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    client_unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("people.Staff", verbose_name=_("承办人"), on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("登记时间"))
    entered_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_on_at = models.DateTimeField(_("受理时间"), null=True)
    state = models.CharField(_("状态"), max_length=24)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> str:
        return str(self.STATES(self.state).label)

    def get_absolute_url(self) -> str:
        raise NotImplementedError(type(self).__name__)

    @property
    def matter(self) -> str:
        """The case in one line."""
        raise NotImplementedError(type(self).__name__)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is done about it."""
        return self.state in self.FINISHED

    def barred(self, _staff: Staff) -> str:
        """Why this person may not have the case; empty where he may."""
        return ""


def owed_on(model: type[Case], due: Q) -> Q:
    """Cases on which something is open whose due time is such, on their own record or on one beside it."""
    own = Obligation.objects.filter(due, subject_type=model._meta.label_lower, state="open")
    found = Q(pk__in=own.values("subject_pk"))
    for label, path in model.BESIDE:
        rows = Obligation.objects.filter(due, subject_type=label, state="open")
        parts = apps.get_model(label)._default_manager.filter(pk__in=rows.values("subject_pk"))
        found |= Q(pk__in=parts.values(path))
    return found


def beside(case: Case) -> list[Kept]:
    """The records beside a case on which something is owed, locked where the case is."""
    found: list[Kept] = []
    for label, path in case.BESIDE:
        live = Obligation.objects.filter(subject_type=label, state__in=LIVE)
        parts = apps.get_model(label)._default_manager.filter(**{path: case.pk}, pk__in=live.values("subject_pk"))
        found += parts.select_related(path).select_for_update(no_key=True, of=("self",)).order_by("pk")
    return found


def require_unbarred(case: Case, staff: Staff, clause: str = "3.1.4") -> None:
    """Raises Forbidden for a person who may not have this case."""
    if why := case.barred(staff):
        raise Forbidden(why, clause=clause)


def opened(case: Case, verb: str, *, call: Any, by: Staff, now: datetime, texts: dict[str, str]) -> Any:
    """Number, save and record a new case and tie it to the call it was opened from (3.1.4). Runs in the call's
    transaction; the unit of the call handles it, its client is the call's. Without a call the case names both itself.
    """
    if call is not None:
        case.unit, case.client, case.client_unit_id = call.unit, call.client, call.client_unit_id
    case.entered_at, case.entered_by, case.state = now, by, case.FIRST
    case.number = number(case.REGISTER, case.unit.code, now)
    case.save()
    event = record(
        verb,
        case,
        by=by,
        now=now,
        also=[*([call] if call else []), *([case.client] if case.client else [])],
        data={"number": case.number, "owner": case.owner_id, **({"call": call.number} if call else {})},
        texts=texts,
    )
    if call is not None:
        link(call, case, "opened_from", event)
    return case


def owes_taking_on(model: type[Case], title: str, act: Act) -> None:
    """Clause 3.1.4: a case opened from a call does not lie about; its owner takes it on within `case.taken_on` [D]."""

    def taken_on_by_its_owner(case: Case, facts: Facts) -> Owed | None:
        """A case that was opened is taken on by its owner, within four working hours of its entry [D] (3.1.4), but for
        one that another carries on."""
        if case.taken_on_at is not None or case.state != model.FIRST or case.is_over:
            return None
        return Owed(
            "taken_on",
            title,
            facts.after(case.entered_at, "case.taken_on"),
            args={"matter": case.matter[:80]},
            inputs={gettext_noop("登记时间"): case.entered_at.isoformat()},
        )

    obligation("3.1.4", of=model, met_by=verbs(model.TAKEN_ON), act=act, sticky=False)(taken_on_by_its_owner)


WORKS_ON = (*FRONT, *CENTRE)


def may_take_on(user: Staff, case: Case, now: datetime) -> bool:
    """Whoever serves clients in the unit that handles it. Who only oversees the unit takes nothing on (3.1.4)."""
    return reach(user, now).is_in(case.unit_id, *WORKS_ON)


def take_on(
    case: Case,
    *,
    by: Staff,
    now: datetime,
    verb: str,
    changes: dict[str, Any] | None = None,
    texts: dict[str, str] | None = None,
) -> Draft:
    """The owner's first move on a case (3.1.4). Another person of the unit who does it becomes its owner.

    Raises Forbidden for somebody outside the unit, Refusal 409 when the state does not allow it.
    """
    with acting(case, client=case.client) as fresh:
        if not may_take_on(by, fresh, now):
            raise Forbidden(gettext("只有承办机构的人能受理"), clause="3.1.4")
        require_unbarred(fresh, by)
        made = move(fresh, verb)
        for name, value in {**(changes or {}), **(texts or {})}.items():
            setattr(fresh, name, value)
        was = fresh.owner_id
        fresh.owner, fresh.taken_on_at = by, now
        fresh.version += 1
        fresh.save()
        return record(
            type(fresh).TAKEN_ON,
            fresh,
            also=beside(fresh),
            by=by,
            now=now,
            data={"state": [made.from_[0], fresh.state], "owner": [was, by.pk], **(changes or {})},
            texts=texts,
        )


def may_hand_on(user: Staff, case: Case, now: datetime) -> bool:
    """Its owner, and the manager of the unit that handles it (3.1.4)."""
    return user.pk == case.owner_id or reach(user, now).is_in(case.unit_id, Role.Kind.MANAGER)


def hand_to(case: Case, *, to: Staff, by: Staff, now: datetime, reason: str = "") -> None:
    """Give a case to another person of its unit; its clocks go on. Only its owner or a manager may (3.1.4)."""
    with acting(case, client=case.client) as fresh:
        if not may_hand_on(by, fresh, now):
            raise Forbidden(gettext("只有承办人或机构负责人能转派"))
        if to.unit_id != fresh.unit_id or not to.is_active:
            raise Invalid("not_of_unit", to=gettext("只能转给本机构在职人员"))
        if why := fresh.barred(to):
            raise Invalid("barred", to=why)
        was, fresh.owner = fresh.owner_id, to
        fresh.version += 1
        fresh.save()
        record(
            f"{fresh._meta.model_name}.handed_on",
            fresh,
            also=beside(fresh),
            by=by,
            now=now,
            data={"owner": [was, to.pk]},
            texts={"reason": reason},
        )


TITLE_TAKE_ON = gettext_noop("受理：%(matter)s")
