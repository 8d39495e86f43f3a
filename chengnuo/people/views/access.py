"""What somebody may see and do, and why: the administrator's page beside the person's own."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.kit.forms import Form
from chengnuo.kit.posts import done, posted_once
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.trail import looked

from .. import actions
from ..access import visible_staff
from ..access_explained import Asked, explain
from ..models import Staff
from .asking import administrator


class NumberForm(Form):
    number = forms.CharField(label=_("单号"), max_length=40, help_text=_("如 DH-SU-26-0001；客户写 #12"))


@require_GET
def staff_access(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _member(request, pk), NumberForm())


@require_POST
@posted_once
def staff_access_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one question about a record; the answer names the record by its number only."""
    user, now = administrator(request)
    member, form = _member(request, pk), NumberForm(request.POST)
    if form.is_valid():
        try:
            answers = actions.ask_access(member, form.cleaned_data["number"], by=user, now=now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return done(_page(request, member, form, answers))
    return _page(request, member, form)


def _member(request: HttpRequest, pk: int) -> Staff:
    user, now = administrator(request)
    return get_object_or_404(visible_staff(user, now).select_related("unit"), pk=pk)


def _page(request: HttpRequest, member: Staff, form: Form, answers: list[Asked] | None = None) -> HttpResponse:
    user, now = administrator(request)
    looked(member, by=user, now=now)
    context: dict[str, Any] = {"member": member, "form": form, "answers": answers, "may_manage": True}
    context["explained"] = explain(member, now)
    return render(request, "people/staff_access.html", context, status=form.status)
