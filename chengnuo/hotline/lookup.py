"""Finding calls by what somebody has in hand: a number of the register, a telephone, a name."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Right

from chengnuo.clients.lookup import named_so
from chengnuo.clients.phones import digits

from .models import Call

LAST = 4


def matching(rows: QuerySet[Call], said: str) -> QuerySet[Call]:
    """Those of the rows that a search box means: by number, by telephone (whole or its last four digits), by the
    caller's or the client's name. Each way has its index."""
    if said.upper().startswith((f"{Call.REGISTER}-", f"{Call.MAIL_REGISTER}-")):
        return rows.filter(number=said.upper())
    number = digits(said)
    if len(number) == LAST and number.isdecimal():
        return rows.alias(last=Right("caller_digits", LAST)).filter(last=number)
    if len(number) > LAST and number.isdecimal():
        return rows.filter(caller_digits=number)
    return rows.filter(Q(caller_name__startswith=said) | Q(client__in=named_so(said)))
