"""The printed forms as PDF. Every printing is an event of its own, so none takes a key."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from ninja import Router, Status

from chengnuo.kit.api import Schema, replies
from chengnuo.kit.models import Job
from chengnuo.kit.operations import ANEW, PDF, Day, JobAskedOut, NothingIn, paper
from chengnuo.kit.requests import Asked
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.people.models import Unit

from ..access import printable_units
from ..views import printing
from .asking import Code

router = Router(tags=["hotline"])
PAPER = {**paper(PDF), **ANEW}


class PrintIn(Schema):
    """A branch's line and the local days that are printed, the last one included."""

    unit: Code
    since: Day
    until: Day


@router.post("/prints/register", response=replies({200: None, 202: JobAskedOut}), openapi_extra=PAPER)
def print_register(request: Asked, payload: PrintIn) -> Any:
    """《服务热线登记簿》 of a branch and a period of up to 366 days (3.1.3). A long one is made by the worker (202)."""
    unit = _unit(request, payload, printing.LONGEST_REGISTER, "3.1.3")
    made = printing.register_printed(request, unit, payload.since, payload.until)
    return Status(202, JobAskedOut(job_id=made.pk)) if isinstance(made, Job) else made


@router.post("/prints/roster", response=replies({200: None}), openapi_extra=PAPER)
def print_roster(request: Asked, payload: PrintIn) -> Any:
    """The roster of a branch's line for a period of up to 62 days (3.1.2)."""
    unit = _unit(request, payload, printing.LONGEST_ROSTER, "3.1.2")
    return printing.roster_printed(request, unit, payload.since, payload.until)


@router.post("/prints/directory", response=replies({200: None}), openapi_extra=PAPER)
def print_directory(request: Asked, payload: NothingIn) -> Any:
    """The national directory of duty lines (3.1.1)."""
    return printing.directory_printed(request)


@router.post("/calls/{int:id}/print", response=replies({200: None}), openapi_extra=PAPER)
def print_call(request: Asked, id: int, payload: NothingIn) -> Any:
    """A call's record (3.1.3)."""
    return printing.call_printed(request, id)


def _unit(request: Asked, payload: PrintIn, longest: int, clause: str) -> Unit:
    units = printable_units(request.user, request.now)
    if not units.exists():
        raise Forbidden(_("登记簿和值班表由本机构的人打印"), clause=clause)
    unit = units.filter(code=payload.unit).first()
    if unit is None:
        raise Invalid("unit_unknown", unit=_("没有这个机构"))
    if payload.since > payload.until:
        raise Invalid("period", until=_("“到”在“从”之后或同一天"))
    if payload.until - payload.since >= timedelta(days=longest):
        raise Invalid("period", until=_("一次最多%s天，缩短期间再打印") % longest)
    return unit
