"""The pages of visits as far as this room goes: list, record, taking on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import Pages
from chengnuo.kit.forms import Form, MomentField
from chengnuo.kit.times import in_column

from .access import may_take_on, visible_visits
from .actions import confirm_visit
from .models import Visit


class ConfirmForm(Form):
    agreed_at = MomentField(label=_("约定时间"))
    agreed_with = forms.CharField(label=_("与谁约定"), max_length=60)
    other_wishes = forms.CharField(label=_("其他要求"), widget=forms.Textarea, max_length=2000, required=False)


def _facts(visit: Visit) -> list[tuple[Any, Any]]:
    return [
        (_("事由"), visit.purpose),
        (_("客户希望的时间"), in_column(visit.wanted_at) if visit.wanted_at else ""),
        (_("约定时间"), in_column(visit.agreed_at) if visit.agreed_at else ""),
        (_("与谁约定"), visit.agreed_with),
        (_("紧急"), _("是") if visit.is_urgent else ""),
    ]


pages = Pages(
    model=Visit,
    visible=visible_visits,
    clause="4.1",
    title=_("上门服务"),
    facts=_facts,
    take_on=lambda visit, data, by, now: confirm_visit(visit, by=by, now=now, **data),
    may_take_on=may_take_on,
    form=ConfirmForm,
)
