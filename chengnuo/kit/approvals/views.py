"""Requests on screen: what waits for me, what I asked, what was decided, and one request on one screen."""

import json
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from chengnuo.kit.duties import duties_of
from chengnuo.kit.measures import in_words
from chengnuo.kit.models import Approval, ApprovalStep
from chengnuo.kit.posts import posted_once
from chengnuo.kit.records import named
from chengnuo.ledger.errors import Forbidden, Refusal
from chengnuo.people.models import Staff
from chengnuo.people.views.proving import fresh_second_factor

from ..requests import Asked
from .access import capacity, copied_to, may_copy, visible_approvals, waiting_for
from .actions import NO_COPY, copy_to, decide, withdraw
from .forms import CopyTo, Decide, Withdraw
from .kinds import kind_of

A_PAGE = 50
WITH_SIGNER = (ApprovalStep.Decision.CONSULT, ApprovalStep.Decision.APPROVE)


@require_safe
def approval_list(request: Asked) -> HttpResponse:
    waiting = set(waiting_for(request.user, request.now).values_list("approval_id", flat=True))
    rows = visible_approvals(request.user, request.now).select_related("asked_by", "unit").order_by("-pk")
    tab = request.GET.get("tab", "waiting")
    if tab == "mine":
        rows = rows.filter(asked_by=request.user)
    elif tab == "ended":
        rows = rows.exclude(state=Approval.State.PENDING)
    elif tab == "copied":
        rows = rows.filter(pk__in=copied_to(request.user).values("approval_id"))
    else:
        tab, rows = "waiting", rows.filter(pk__in=waiting)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"tab": tab, "page": page, "waiting": len(waiting)}
    return render(request, "approvals/list.html", context)


@require_safe
def approval_page(request: Asked, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@require_POST
@fresh_second_factor()
@posted_once
def decide_step(request: Asked, pk: int) -> HttpResponse:
    approval = _found(request, pk)
    form = Decide(approval, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        step = get_object_or_404(approval.steps, order=given["step"])
        try:
            decide(
                step,
                given["decision"],
                sha256=given["sha256"],
                opinion=given["opinion"],
                back_to=(given["back_to"] or 0) if given["decision"] == ApprovalStep.Decision.RETURN else 0,
                ask=given["ask"] if given["decision"] in WITH_SIGNER else None,
                by=request.user,
                now=request.now,
            )
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.refused(refusal)
        else:
            return redirect("approvals:approval", pk)
    return _page(request, _found(request, pk), form=form)


@require_POST
@posted_once
def withdraw_request(request: Asked, pk: int) -> HttpResponse:
    approval, form = _found(request, pk), Withdraw(request.POST)
    if form.is_valid():
        try:
            withdraw(approval, reason=form.cleaned_data["reason"], by=request.user, now=request.now)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.refused(refusal)
        else:
            return redirect("approvals:approval", pk)
    return _page(request, _found(request, pk), taking_back=form)


@require_POST
@posted_once
def send_copy(request: Asked, pk: int) -> HttpResponse:
    """抄送: let others know of it."""
    approval = _found(request, pk)
    if not may_copy(request.user, approval, request.now):
        raise Forbidden(str(NO_COPY), clause=approval.clause)
    form = CopyTo(approval, request.POST)
    if form.is_valid():
        try:
            copy_to(approval, form.cleaned_data["people"], by=request.user, now=request.now)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            form.refused(refusal)
        else:
            return redirect("approvals:approval", pk)
    return _page(request, _found(request, pk), copying=form)


def _found(request: Asked, pk: int) -> Approval:
    rows = visible_approvals(request.user, request.now).select_related("asked_by", "unit")
    return get_object_or_404(rows, pk=pk)


def _page(
    request: Asked,
    approval: Approval,
    form: Decide | None = None,
    taking_back: Withdraw | None = None,
    copying: CopyTo | None = None,
) -> HttpResponse:
    kind, snapshot = kind_of(approval.kind), json.loads(approval.snapshot)
    steps = list(approval.steps.select_related("asked_of", "decided_by", "on_behalf_of"))
    is_pending = approval.state == Approval.State.PENDING
    step = next((one for one in steps if is_pending and one.asked_at and not one.decision), None)
    may_decide, principal = capacity(request.user, step, request.now) if step else (False, None)
    queue = list(waiting_for(request.user, request.now).order_by("approval_id").values_list("approval_id", flat=True))
    difference = kind.difference(approval, snapshot)
    if step and form is None:
        form = Decide(approval, initial={"step": step.order, "sha256": approval.sha256})
    context = {
        "approval": approval,
        "kind": kind,
        "difference": difference,
        "in_words": in_words(Decimal(difference.figure.after.replace(",", "")))
        if difference.figure and difference.is_money
        else "",
        "record": named(request.user, request.now, [approval.subject]).get(approval.subject),
        "waiting": kind.waiting(approval, snapshot) if is_pending else "",
        "snapshot": json.dumps(snapshot, ensure_ascii=False, indent=2),
        "steps": steps,
        "step": step,
        "may_decide": may_decide,
        "substitutes": Staff.objects.filter(pk=principal).values_list("name", flat=True).first() if principal else "",
        "may_withdraw": is_pending and approval.asked_by_id == request.user.pk,
        "form": form,
        "taking_back": taking_back or Withdraw(),
        "copies": approval.copies.select_related("staff", "by").order_by("pk"),
        "copying": copying or (CopyTo(approval) if may_copy(request.user, approval, request.now) else None),
        "duties": duties_of(approval, request.user, request.now),
        "place": queue.index(approval.pk) + 1 if approval.pk in queue else 0,
        "queued": len(queue),
    }
    status = max((one.status for one in (form, taking_back, copying) if one), default=200)
    return render(request, "approvals/approval.html", context, status=status)
