"""Headquarters calls for the year's plans; each open branch has its draft from then on."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.kit.proposals.access import holder, may_analyse
from chengnuo.kit.proposals.acts import LONGEST
from chengnuo.kit.proposals.models import ProposalState
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal, Stale
from chengnuo.ledger.models import Occasion
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Role, Staff, Unit

from ..models import AnnualCall, AnnualPlan
from ..rules import YEAR, due_at
from ..timetable import start_of

CLAUSE = "3.2.8"


@covers(CLAUSE, RECORD)
def call_for_plans(year: int, requirements: str, *, by: Staff, now: datetime) -> AnnualCall:
    """State what headquarters requires of a year's plans; every open branch gets its draft, which it owes (3.2.8).

    Raises Forbidden outside the centre, Invalid for another year than this and the next or without requirements,
    Refusal 409 when the year was called for.
    """
    requirements = _checked(requirements, by, now)
    if year - now.astimezone(ZONE).year not in (0, 1):
        raise Invalid("year", clause=CLAUSE, year=_("只能布置本年或下一年"))
    occasions = Occasion.objects.filter(rule=YEAR, period=str(year)).order_by("pk")
    with transaction.atomic(), acting(*occasions):
        if AnnualCall.objects.filter(year=year).exists():
            raise Refusal("called_already", _("%s年度已经布置，改要求到那里改") % year, clause=CLAUSE)
        call = AnnualCall(year=year, requirements=requirements, called_at=now, called_by=by, due_at=due_at(year, now))
        call.save()
        record(
            "annual.called",
            call,
            by=by,
            now=now,
            also=list(occasions),
            data={"year": year, "due_at": call.due_at},
            texts={"reason": requirements},
        )
        for unit in _open_branches():
            _open(call, unit, by, now)
    return call


def change_call(call: AnnualCall, requirements: str, version: int, *, by: Staff, now: datetime) -> None:
    """Change what is required. Raises Forbidden, Invalid, and Stale when somebody else changed it."""
    requirements = _checked(requirements, by, now)
    with acting(call) as fresh:
        if fresh.version != version:
            raise Stale(fresh, {"requirements": requirements})
        if fresh.requirements == requirements:
            return
        fresh.requirements = requirements
        fresh.version += 1
        fresh.save()
        record("annual.call_changed", fresh, by=by, now=now, texts={"reason": requirements})


def keep_plans_of_open_branches(now: datetime) -> int:
    """A branch that opened after the call gets its draft: looked for once a day."""
    made = 0
    for call in AnnualCall.objects.filter(year__gte=now.astimezone(ZONE).year):
        with acting(call):
            for unit in _open_branches().exclude(pk__in=call.plans.values("unit")):
                _open(call, unit, None, now)
                made += 1
    return made


def excuse(plan: AnnualPlan, *, reason: str, by: Staff, now: datetime) -> AnnualPlan:
    """Headquarters excuses a branch from the year's plan, as one that is to be closed: it owes none any more.

    Raises Forbidden outside the centre, Invalid without the reason, Refusal 409 for what was submitted or excused.
    """
    reason = reason.strip()
    with acting(plan) as fresh:
        if not may_analyse(by, now):
            raise Forbidden(_("由客户服务中心代总部免报"), clause=CLAUSE)
        if fresh.state != ProposalState.DRAFT or fresh.excused_because:
            raise Refusal("not_excusable", _("已上报或已免报，刷新后看"), clause=CLAUSE)
        if not 0 < len(reason) <= 300:
            raise Invalid("no_reason", clause=CLAUSE, reason=_("写明为什么免报，最多300字"))
        fresh.excused_because = reason
        fresh.version += 1
        fresh.save()
        record("annual.excused", fresh, by=by, now=now, data={"number": fresh.number}, texts={"reason": reason})
    return fresh  # type: ignore[no-any-return]


def _open_branches() -> QuerySet[Unit]:
    return Unit.objects.filter(kind=Unit.Kind.BRANCH, closed_on__isnull=True).order_by("pk")


def _open(call: AnnualCall, unit: Unit, by: Staff | None, now: datetime) -> AnnualPlan:
    """A branch's draft, with which the year before begins it."""
    before = AnnualPlan.objects.filter(unit=unit, year=call.year - 1).first()
    plan = AnnualPlan(call=call, year=call.year, unit=unit, drafted_at=now)
    plan.owner_id = holder(Role.Kind.MANAGER, now, unit.pk)
    for name, value in start_of(before, unit.pk, call.year, now).items():
        setattr(plan, name, value)
    plan.number = number(AnnualPlan.REGISTER, unit.code, now)
    plan.save()
    record("annual.drafted", plan, by=by, now=now, data={"number": plan.number, "year": plan.year})
    return plan


def _checked(requirements: str, by: Staff, now: datetime) -> str:
    if not may_analyse(by, now):
        raise Forbidden(_("年度计划由客户服务中心代总部布置"), clause=CLAUSE)
    requirements = requirements.strip()
    if not 0 < len(requirements) <= LONGEST:
        raise Invalid("no_words", clause=CLAUSE, requirements=_("写明总部的要求，最多5000字"))
    return requirements
