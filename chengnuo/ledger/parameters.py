"""Versions of the procedure's figures: a figure in force is never edited, the next one follows it."""

from datetime import datetime
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from . import books
from .errors import Invalid
from .models import ParameterVersion
from .parameters_catalogue import ParameterKind, parameter_kinds
from .trail import record


def kind_of(key: str) -> ParameterKind:
    """The figure with this key. Raises Invalid (422) for a key that the procedure does not have."""
    try:
        return parameter_kinds()[key]
    except KeyError:
        raise Invalid("unknown_parameter", _("没有这个参数")) from None


def require_allowed(kind: ParameterKind, value: Decimal) -> None:
    """Raises Invalid (422), beside `value`, for a value outside the catalogue's bounds."""
    if not kind.allows(value):
        message = _("填 %(minimum)s 到 %(maximum)s 之间的数，最多 %(places)s 位小数") % {
            "minimum": kind.minimum,
            "maximum": kind.maximum,
            "places": kind.places,
        }
        raise Invalid("value_out_of_bounds", clause=kind.clause, value=message)


def add_version(
    key: str,
    value: Decimal,
    in_force_from: datetime,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    proposed_by: AbstractBaseUser | None = None,
    source: str = "",
    reason: str = "",
    on_behalf_of: int | None = None,
) -> ParameterVersion:
    """The next version of a figure, decided by `by` (nobody for the procedure's own first values).

    Duties that are open keep the version they carry. Raises Invalid (422) for an unknown key or a value out of bounds.
    """
    kind = kind_of(key)
    require_allowed(kind, value)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two decisions on one figure at once would both take the same number.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"parameter:{key}"])
        last = ParameterVersion.objects.filter(key=key).aggregate(last=Max("number"))["last"] or 0
        version = ParameterVersion.objects.create(
            key=key,
            number=last + 1,
            value=value,
            unit=kind.unit,
            source=source,
            reason=reason,
            in_force_from=in_force_from,
            proposed_by_id=proposed_by.pk if proposed_by else None,
            decided_by_id=by.pk if by else None,
        )
        books.changed()
        record(
            "parameter.decided",
            version,
            by=by,
            now=now,
            data={"key": key, "number": version.number, "value": value, "unit": kind.unit, "from": in_force_from},
            texts={"reason": reason},
            on_behalf_of=on_behalf_of,
        )
    return version
