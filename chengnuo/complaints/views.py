"""The pages of complaints as far as this room goes: list, record, taking on."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import Pages
from chengnuo.kit.templatetags.kit import yuan
from chengnuo.kit.times import in_column

from .access import may_take_on, visible_complaints
from .actions import register_complaint
from .models import Complaint


def _facts(complaint: Complaint) -> list[tuple[Any, Any]]:
    return [
        (_("投诉事项"), complaint.account),
        (_("收到"), in_column(complaint.received_at)),
        (_("投诉人"), complaint.complainant),
        (_("代谁投诉"), complaint.on_behalf_of),
        (_("类别"), complaint.get_category_display()),
        (_("涉及金额"), yuan(complaint.amount) if complaint.amount is not None else ""),
    ]


pages = Pages(
    model=Complaint,
    visible=visible_complaints,
    clause="3.6",
    title=_("投诉"),
    facts=_facts,
    take_on=lambda complaint, data, by, now: register_complaint(complaint, by=by, now=now),
    may_take_on=may_take_on,
)
