"""Several claims at once: their insurers reminded, and the letters for it printed (3.4.2)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from chengnuo.clients.case_bulk import told_apart
from chengnuo.clients.case_papers import case_printed
from chengnuo.kit.bulk_pages import bulk_page
from chengnuo.kit.documents import inline, typeset
from chengnuo.kit.documents.record import of_record
from chengnuo.kit.lists import Bulk, picked
from chengnuo.kit.requests import Asked
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Staff

from .. import actions
from ..access import may_report, visible_claims
from ..clocks import late_clocks
from ..forms import RemindSeveralForm
from ..models import Claim
from ..printing import reminders

BULK = (
    Bulk(gettext_lazy("催办保险公司"), "claims:remind_several"),
    Bulk(gettext_lazy("打印催办函"), "claims:print_reminders", prints=True),
)


def _rows(request: Asked) -> Any:
    return visible_claims(request.user, request.now).select_related("client", "unit", "policy", "owner")


def _not_reminded(user: Staff, claim: Claim, now: datetime) -> str:
    if not may_report(user, claim, now):
        return _("由承办机构办理")
    return "" if late_clocks(claim, now) else _("没有超过的保险公司时限")


remind_several = bulk_page(
    "claims:list",
    _rows,
    _not_reminded,
    lambda data, _claims, request: RemindSeveralForm(data, initial={"sent_at": request.now}),
    lambda claim, given, who: actions.remind_of_late(claim, **given, **who),
    verb=gettext_lazy("催办保险公司"),
    clause="3.4.2",
    intro=told_apart,
)


@require_POST
def print_reminders(request: Asked) -> HttpResponse:
    """One letter an insurer with the clocks that ran out, of the chosen claims."""
    user, now = request.user, request.now
    claims = list(_rows(request).filter(pk__in=picked(request.POST.getlist("pick"))).order_by("client_id", "pk"))
    with translation.override("zh-hans"):
        document = of_record(
            _("催办函"),
            reminders(claims, now),
            number=f"{now.astimezone(ZONE):%Y%m%d}",
            address=request.build_absolute_uri(reverse("claims:list")),
            by=user,
            now=now,
            unit=user.unit.name,
            clause="3.4.2",
            seal=_("公司盖章"),
        )
    content = typeset(document)
    for claim in claims:
        if late_clocks(claim, now):
            case_printed(claim, "reminder", by=user, now=now)
    return inline(content, "reminders")
