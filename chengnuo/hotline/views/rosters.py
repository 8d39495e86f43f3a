"""A branch's week, its gaps and their filling; all branches side by side; patterns and swaps (3.1.2)."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.calendar import midnight
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.people.models import Staff, Unit

from .. import actions
from ..access import may_roster, visible_days, visible_patterns, visible_shifts, visible_swaps
from ..coverage import uncovered
from ..duty_forms import FillForm, PatternForm, ReasonForm, SwapForm, terms
from ..duty_rules import horizon
from ..forms import ShiftForm
from ..models import SwapState
from ..roster import branches, grid, proofs

DAY = timedelta(days=1)


def branch_of(request: Asked) -> Unit:
    """The branch that the page is about: as asked, else one's own, else the first."""
    open_ = Unit.objects.filter(kind=Unit.Kind.BRANCH, closed_on=None)
    if code := request.GET.get("unit"):
        return get_object_or_404(open_, code=code[:6])
    own = open_.filter(pk=request.user.unit_id).first() or open_.order_by("pk").first()
    return own or get_object_or_404(open_, pk=request.user.unit_id)


def members(unit: Unit) -> Any:
    return Staff.objects.filter(unit=unit, is_active=True).order_by("name")


def _to_week(unit: Unit) -> HttpResponse:
    return redirect(f"{reverse('hotline:duty')}?unit={unit.code}")


def _must(request: Asked, unit: Unit) -> None:
    if not may_roster(request.user, unit.pk, request.now):
        raise Forbidden(_("值班由机构负责人安排"), clause="3.1.2")


@require_http_methods(["GET", "POST"])
@posted_once
def week(request: Asked) -> HttpResponse:
    """A branch's week and the proof of the next 14 days; who arranges the roster adds, takes off and fills."""
    user, now = request.user, request.now
    unit = branch_of(request)
    may = may_roster(user, unit.pk, now)
    form = ShiftForm(request.POST or None, staff=members(unit))
    if request.method == "POST":
        _must(request, unit)
        if form.is_valid():
            try:
                actions.enter_shift(unit=unit, by=user, now=now, **form.cleaned_data)
            except Refusal as refusal:
                form.refused(refusal)
            else:
                return _to_week(unit)
    today = now.astimezone(ZONE).date()
    first = _day(request.GET.get("from"), today - timedelta(days=today.weekday()))
    (proof,) = proofs([unit], now, midnight(today) + horizon(now))
    people = list(members(unit)) if may else [user]
    context = {
        "unit": unit,
        "branches": branches(),
        "days": grid(unit, [first + n * DAY for n in range(7)], now),
        "before": first - 7 * DAY,
        "after": first + 7 * DAY,
        "proof": proof,
        "horizon": int(horizon(now) / DAY),
        "form": form,
        "may": may,
        "people": people,
        "patterns": visible_patterns(user, now).filter(unit=unit, stopped_at=None),
        "swaps": visible_swaps(user, now)
        .filter(unit=unit, state=SwapState.ASKED)
        .select_related("shift", "other", "asked_by", "asked_of")[:20],
    }
    return render(request, "hotline/week.html", context, status=form.status)


def _day(text: str | None, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return day if 2000 <= day.year <= 2200 else otherwise


@require_GET
def coverage(request: Asked) -> HttpResponse:
    """Every branch's next 14 days side by side: nothing, or the minutes that nobody has (3.1.2, 4.0)."""
    now = request.now
    start = now.astimezone(ZONE).date()
    days = [start + n * DAY for n in range(int(horizon(now) / DAY))]
    rows = [
        (proof, [(day, proof.by_day.get(day, [])) for day in days])
        for proof in proofs(branches(), now, midnight(start) + horizon(now))
    ]
    context = {"rows": rows, "days": days, "open": sum(bool(proof.gaps) for proof, _days in rows)}
    return render(request, "hotline/coverage.html", context)


@require_POST
@posted_once
def fill(request: Asked) -> HttpResponse:
    """One press on a gap: somebody is on duty for what is left of it."""
    user, now = request.user, request.now
    unit = branch_of(request)
    form = FillForm(request.POST, staff=members(unit))
    if not form.is_valid():
        raise Refusal("fill", _("选一个人再填补"), status=422, clause="3.1.2")
    actions.fill_gap(unit=unit, by=user, now=now, **form.cleaned_data)
    return _to_week(unit)


@require_http_methods(["GET", "POST"])
@posted_once
def day(request: Asked, pk: int) -> HttpResponse:
    """A day with a gap: what lies ahead is filled, what has passed is explained."""
    user, now = request.user, request.now
    found = get_object_or_404(visible_days(user, now), pk=pk)
    unit = Unit.objects.get(pk=found.unit_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        _must(request, unit)
        if form.is_valid():
            try:
                actions.explain_day(found, by=user, now=now, **form.cleaned_data)
            except Refusal as refusal:
                form.refused(refusal)
            else:
                return _to_week(unit)
    gaps = uncovered([unit.pk], found.starts_at, found.starts_at + DAY)[unit.pk]
    may = may_roster(user, unit.pk, now)
    context = {
        "unit": unit,
        "day": found.starts_at.astimezone(ZONE).date(),
        "gaps": gaps,
        "has_begun": any(gap.starts_at < now for gap in gaps),
        "form": form,
        "may": may,
        "people": list(members(unit)) if may else [user],
    }
    return render(request, "hotline/duty_day.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@posted_once
def pattern_new(request: Asked) -> HttpResponse:
    """A repeating roster: its preview with what clashes, then applied (3.1.2)."""
    unit, now = branch_of(request), request.now
    _must(request, unit)
    today = now.astimezone(ZONE).date()
    form = PatternForm(request.POST or None, staff=members(unit), initial={"starts_on": today + DAY})
    lines = None
    if form.is_valid():
        try:
            if request.POST.get("act") == "apply":
                actions.start_pattern(unit=unit, by=request.user, now=now, **terms(form.cleaned_data))
                return _to_week(unit)
            lines = actions.preview(actions.drafted(unit, now=now, **terms(form.cleaned_data)), now)
        except Refusal as refusal:
            form.refused(refusal)
    names = {one.pk: one.name for one in members(unit)}
    context = {
        "unit": unit,
        "form": form,
        "shown": [(line, names.get(line.plan.staff, "")) for line in lines or [] if line.plan.role == "primary"][:56],
        "count": sum(line.fate == "new" for line in lines or []),
        "clashes": [(line, names.get(line.plan.staff, "")) for line in lines or [] if line.fate == "clash"],
        "previewed": lines is not None,
    }
    return render(request, "hotline/pattern.html", context, status=form.status)


@require_POST
@posted_once
def pattern_stop(request: Asked, pk: int) -> HttpResponse:
    pattern = get_object_or_404(visible_patterns(request.user, request.now).select_related("unit"), pk=pk)
    actions.stop_pattern(pattern, by=request.user, now=request.now)
    return _to_week(pattern.unit)


@require_http_methods(["GET", "POST"])
@posted_once
def swap_new(request: Asked, pk: int) -> HttpResponse:
    """Ask a colleague to take one's shift; the manager gives it to somebody at once."""
    user, now = request.user, request.now
    shift = get_object_or_404(visible_shifts(user, now).select_related("unit", "staff"), pk=pk)
    at_once = may_roster(user, shift.unit_id, now)
    if not at_once and shift.staff_id != user.pk:
        raise Forbidden(_("只能换自己的班"), clause="3.1.2")
    others = visible_shifts(user, now).filter(unit=shift.unit, role=shift.role, is_cancelled=False, starts_at__gt=now)
    form = SwapForm(
        request.POST or None,
        staff=members(shift.unit).exclude(pk=shift.staff_id),
        shifts=others.exclude(staff=shift.staff_id).select_related("staff").order_by("starts_at"),
    )
    if shift.staff_id != user.pk:
        del form.fields["other"]  # Against another's shift only its own person offers his.
    if form.is_valid():
        given = form.cleaned_data
        to, other = given["staff"], given.get("other")
        try:
            if at_once and other is None:
                actions.reassign_shift(shift, to=to, by=user, now=now)
            else:
                actions.ask_swap(shift, of=to, other=other, by=user, now=now, note=given["note"])
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return _to_week(shift.unit)
    context = {
        "title": _("换班：%s") % shift,
        "form": form,
        "verb": _("换班"),
        "clause_id": "3.1.2",
        "parent": _("值班"),
        "parent_url": reverse("hotline:duty"),
        "cancel_url": reverse("hotline:duty"),
    }
    return render(request, "kit/form.html", context, status=form.status)


ANSWERS = {"agree": actions.agree_swap, "decline": actions.decline_swap, "call-off": actions.call_off_swap}


@require_POST
@posted_once
def swap_answer(request: Asked, pk: int, verb: str) -> HttpResponse:
    swap = get_object_or_404(visible_swaps(request.user, request.now).select_related("unit"), pk=pk)
    ANSWERS[verb](swap, by=request.user, now=request.now)
    return _to_week(swap.unit)


@require_POST
@posted_once
def cancel(request: Asked, pk: int) -> HttpResponse:
    shift = get_object_or_404(visible_shifts(request.user, request.now).select_related("unit"), pk=pk)
    actions.cancel_shift(shift, by=request.user, now=request.now)
    return _to_week(shift.unit)
