"""What visits, claims and complaints are found by, and how they look among what was found."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from chengnuo.kit.search import Hit, Kind, Words, shown
from chengnuo.people.models import Staff

from .cases import Case
from .phones import digits


def searched(model: type[Case], visible: Callable[[Staff, datetime], QuerySet[Any]], label: Any, order: int) -> Kind:
    """A room of cases as the search knows it: by number, by the words it names in SEARCHED, by its people's numbers."""

    def words(case: Any) -> Words:
        return Words(
            texts=[*(getattr(case, name) for name in model.SEARCHED), case.client.name if case.client else ""],
            number=case.number,
            phones=[digits(getattr(case, name)) for name in model.SEARCHED_PHONES],
            unit=case.unit_id,
            client_unit=case.client_unit_id,
            client=case.client_id,
            at=case.entered_at,
        )

    def hit(case: Any) -> Hit:
        subtitle = " ".join(filter(None, (case.client.name if case.client else "", case.state_label)))
        texts = [getattr(case, name) for name in model.SEARCHED]
        return Hit(case.matter, subtitle, case.get_absolute_url(), case.number, texts)

    whose = ("number", "entered_at", "unit_id", "client_unit_id", "client_id")
    return Kind(
        str(model._meta.model_name),
        model,
        label,
        order,
        reads=(*whose, *model.SEARCHED, *model.SEARCHED_PHONES),
        words=words,
        hits=shown(visible, hit, "client"),
        related=("client",),
    )
