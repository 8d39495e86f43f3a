"""What may be done with several cases of a list at once: chase their owners, hand them on (3.1.4)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.kit.bulk_pages import bulk_page
from chengnuo.kit.forms import Form
from chengnuo.kit.lists import Bulk
from chengnuo.kit.requests import Asked
from chengnuo.kit.urging import urge
from chengnuo.ledger.models import Obligation, ref
from chengnuo.ledger.models.duties import State
from chengnuo.people.models import Staff

from .cases import Case, hand_to, may_hand_on

View = Callable[..., HttpResponse]


class HandOnForm(Form):
    """To whom the cases of one unit go."""

    to = forms.ModelChoiceField(label=gettext_lazy("转给"), queryset=Staff.objects.none())
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=500, required=False)

    def __init__(self, data: Any, *cases: Case) -> None:
        super().__init__(data)
        units = {case.unit_id for case in cases}
        owners = {case.owner_id for case in cases}
        colleagues = Staff.objects.filter(unit_id__in=units, is_active=True).order_by("name")
        if len(units) > 1:
            colleagues = colleagues.none()
            self.fields["to"].help_text = _("一次只转同一机构的")
        elif len(owners) == 1:
            colleagues = colleagues.exclude(pk__in=owners)
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]


def first_owed(case: Case) -> Obligation | None:
    """What is owed on a case or beside it and due first, of that which somebody answers for."""
    where = ref(case)
    of = Q(subject_type=where.type, subject_pk=where.pk)
    for label, path in case.BESIDE:
        parts = apps.get_model(label)._default_manager.filter(**{path: case.pk})
        of |= Q(subject_type=label, subject_pk__in=parts.values("pk"))
    rows = Obligation.objects.filter(of, state=State.OPEN)
    return rows.filter(owner__isnull=False, due__isnull=False).order_by("due", "pk").first()


def _nobody_to_urge(_user: Staff, case: Case, _now: datetime) -> str:
    return "" if first_owed(case) else _("没有可催的")


def _not_handed_on(user: Staff, case: Case, now: datetime) -> str:
    if case.state in type(case).FINISHED:
        return _("已了结")
    return "" if may_hand_on(user, case, now) else _("只有承办人或机构负责人能转派")


def _urge(case: Case, _given: dict[str, Any], who: dict[str, Any]) -> None:
    if duty := first_owed(case):
        urge(duty, **who)


def told_apart(case: Case) -> str:
    """What a case is about, beside its number."""
    return " ".join(filter(None, (case.client.name if case.client else "", case.matter)))


def bulk_acts(room: str) -> Sequence[Bulk]:
    """The buttons above a room's list."""
    return (Bulk(gettext_lazy("催办"), f"{room}:urge_several"), Bulk(gettext_lazy("转派"), f"{room}:hand_on_several"))


def bulk_views(room: str, rows: Callable[[Asked], QuerySet[Any]], clause: str) -> tuple[View, View]:
    """The pages of chasing and of handing on."""
    return (
        bulk_page(
            f"{room}:list",
            rows,
            _nobody_to_urge,
            lambda data, _cases, _request: Form(data),
            _urge,
            verb=gettext_lazy("催办"),
            clause=clause,
            intro=told_apart,
        ),
        bulk_page(
            f"{room}:list",
            rows,
            _not_handed_on,
            lambda data, cases, _request: HandOnForm(data, *cases),
            lambda case, given, who: hand_to(case, **given, **who),
            verb=gettext_lazy("转派"),
            clause="3.1.4",
            intro=told_apart,
        ),
    )
