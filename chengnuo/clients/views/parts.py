"""Contacts, sites, policies and agreements of a client: one form each."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengnuo.kit.forms import Form
from chengnuo.kit.posts import posted_once
from chengnuo.ledger.errors import Refusal, Stale

from .. import actions
from ..access import visible_agreements, visible_policies, visible_positions, visible_sites
from ..forms import AgreementForm, ContactForm, PolicyForm, ReasonForm, SignForm, SiteForm, SureForm, Versioned
from ..models import Agreement, Client
from .asking import changing, held, seen, today, who
from .entry import clashed, context_of

METHODS = ["GET", "POST"]


def _entered(
    request: HttpRequest, client: Client, form: Form, title: str, run: Callable[[], Any], verb: str = ""
) -> HttpResponse:
    """The form, until `run` carries out what it says; then the client's page. Both texts when two people wrote."""
    if form.is_valid():
        try:
            run()
        except Stale as stale:
            return clashed(request, form, stale)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("clients:page", client.pk)
    context = context_of(client, form, title)
    return render(request, "kit/form.html", context | ({"verb": verb} if verb else {}), status=form.status)


def _added(request: HttpRequest, pk: int, form_class: type[Form], title: str, act: Any, **more: Any) -> HttpResponse:
    user, now = who(request)
    client = seen(request, pk)
    changing(request, client)
    form = form_class(request.POST or None, **more)

    def run() -> Any:
        values = form.values() if isinstance(form, Versioned) else form.cleaned_data
        return act(client, values=values, by=user, now=now)

    return _entered(request, client, form, title, run)


def _changed(request: HttpRequest, record: Any, form: Versioned, title: str, act: Any) -> HttpResponse:
    user, now = who(request)

    def run() -> Any:
        return act(record, version=form.cleaned_data["version"], values=form.values(), by=user, now=now)

    return _entered(request, record.client, form, title, run)


@require_http_methods(METHODS)
@posted_once
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    def add(client: Client, **said: Any) -> None:
        position = actions.add_contact(client, **said)
        if position.contact.positions.filter(is_active=True).count() > 1:
            messages.info(request, _("%(name)s已是别的客户的联系人，按同一人登记") % {"name": position.contact.name})

    return _added(request, pk, ContactForm, _("加联系人"), add, phones=[])


@require_http_methods(METHODS)
@posted_once
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    position = held(request, visible_positions(*who(request)).select_related("contact"), pk)
    phones = list(position.contact.phones.filter(is_active=True))
    form = ContactForm(request.POST or None, initial=ContactForm.initial_of(position, phones), phones=phones)
    return _changed(request, position, form, _("改联系人"), actions.change_contact)


@require_http_methods(METHODS)
@posted_once
def contact_end(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = who(request)
    position = held(request, visible_positions(user, now).select_related("contact"), pk)
    form = ReasonForm(request.POST or None)

    def run() -> Any:
        return actions.end_position(position, reason=form.cleaned_data["reason"], by=user, now=now)

    title = _("停用联系人 %(name)s") % {"name": position.contact.name}
    return _entered(request, position.client, form, title, run, _("停用"))


@require_http_methods(METHODS)
@posted_once
def site_new(request: HttpRequest, pk: int) -> HttpResponse:
    return _added(request, pk, SiteForm, _("加场所"), actions.add_site)


@require_http_methods(METHODS)
@posted_once
def site_edit(request: HttpRequest, pk: int) -> HttpResponse:
    site = held(request, visible_sites(*who(request)), pk)
    form = SiteForm(request.POST or None, initial={**model_to_dict(site), "version": site.version})
    return _changed(request, site, form, _("改场所"), actions.change_site)


@require_http_methods(METHODS)
@posted_once
def policy_new(request: HttpRequest, pk: int) -> HttpResponse:
    return _added(request, pk, PolicyForm, _("登记保单"), actions.add_policy, initial={"starts_on": today(request)})


@require_http_methods(METHODS)
@posted_once
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    policy = held(request, visible_policies(*who(request)), pk)
    form = PolicyForm(request.POST or None, initial={**model_to_dict(policy), "version": policy.version})
    return _changed(request, policy, form, _("改保单"), actions.change_policy)


@require_http_methods(METHODS)
@posted_once
def agreement_new(request: HttpRequest, pk: int) -> HttpResponse:
    return _added(request, pk, AgreementForm, _("起草委托协议"), actions.draft_agreement)


MOVE_FORMS: dict[str, tuple[type[Form], Any]] = {
    "sign": (SignForm, actions.sign_agreement),
    "activate": (SureForm, actions.activate_agreement),
    "expire": (SureForm, actions.expire_agreement),
    "terminate": (ReasonForm, actions.terminate_agreement),
}


@require_http_methods(METHODS)
@posted_once
def agreement_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    user, now = who(request)
    agreement: Agreement = held(request, visible_agreements(user, now), pk)
    move = next((one for one in agreement.MOVES if one.verb == verb), None)
    if move is None:
        raise Http404
    form_class, act = MOVE_FORMS[verb]
    form = form_class(request.POST if request.method == "POST" else None, initial={"signed_on": today(request)})

    def run() -> Any:
        return act(agreement, **form.cleaned_data, by=user, now=now)

    return _entered(request, agreement.client, form, f"{move.label} · {agreement}", run, str(move.label))
