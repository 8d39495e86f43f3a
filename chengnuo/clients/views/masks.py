"""Showing a masked number. Every showing is an event, so a repeated press is carried out again: no key, no stored
answer in which the number would lie."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from chengnuo.ledger.errors import Forbidden

from .. import actions
from ..access import may_unmask, visible_positions
from ..models import Client
from ..phones import digits
from .asking import seen, who


@never_cache
@require_POST
def resident_id(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = who(request)
    client = seen(request, pk)
    _allowed(request, client)
    value = actions.unmask_resident_id(client, by=user, now=now)
    return shown(request, value, parent=client.name, parent_url=client.get_absolute_url())


@never_cache
@require_POST
def phone(request: HttpRequest, pk: int, phone_pk: int) -> HttpResponse:
    user, now = who(request)
    position = get_object_or_404(visible_positions(user, now).select_related("client", "contact"), pk=pk)
    _allowed(request, position.client)
    row = get_object_or_404(position.contact.phones, pk=phone_pk)
    value = actions.unmask_phone(position, row, by=user, now=now)
    client = position.client
    return shown(request, value, parent=client.name, parent_url=client.get_absolute_url(), dials=True)


def _allowed(request: HttpRequest, client: Client) -> None:
    user, now = who(request)
    if not may_unmask(user, client, now):
        raise Forbidden(_("完整号码由服务这个客户的人查看"))


def shown(request: HttpRequest, value: str, *, parent: str, parent_url: str, dials: bool = False) -> HttpResponse:
    """The number alone for the button's place, or a page of it without JavaScript, below the record's own. A telephone
    number is a link that dials."""
    template = "clients/_shown.html" if request.headers.get("HX-Request") else "clients/shown.html"
    context = {"value": value, "tel": digits(value) if dials else "", "parent": parent, "parent_url": parent_url}
    return render(request, template, context)
