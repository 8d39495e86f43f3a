"""A register that takes longer than a second: the worker makes it, its file waits in the bell."""

from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_noop as _n

from chengnuo.kit import blobs, jobs
from chengnuo.kit.documents import typeset
from chengnuo.kit.models import Job
from chengnuo.ledger import clock
from chengnuo.ledger.errors import Forbidden
from chengnuo.people.models import Staff, Unit

from .. import actions
from ..access import printable_units
from .register import printed_rows, register_form

KIND = "hotline.print_register"


def register_by_worker(unit: Unit, since: date, until: date, site: str, *, by: Staff, now: datetime) -> Job:
    """Ask the worker for the register. `site` is our own address, for the QR code."""
    args = {"unit": unit.pk, "since": str(since), "until": str(until), "site": site}
    title = _n("打印%(unit)s登记簿")
    return jobs.start(KIND, title, title_args={"unit": unit.name}, args=args, by=by, now=now)


@jobs.work(KIND)
def print_register(job: Job, tell: jobs.Tell) -> jobs.Outcome:
    """Make it for who asked, with what he may see now. Raises Forbidden when he reaches the branch no more."""
    user, now = job.staff, clock.now()
    since, until = date.fromisoformat(job.args["since"]), date.fromisoformat(job.args["until"])
    unit = printable_units(user, now).filter(pk=job.args["unit"]).first()
    if unit is None:
        raise Forbidden(_n("登记簿和值班表由本机构的人打印"), clause="3.1.3")
    rows = printed_rows(user, now, unit, since, until)
    tell(0, len(rows), _n("排版"))
    site = job.args["site"].rstrip("/")
    document = register_form(
        rows, unit=unit, since=since, until=until, by=user, now=now, absolute=lambda path: site + path
    )
    stored = blobs.store(SimpleUploadedFile(f"{document.number}.pdf", typeset(document)))
    actions.register_printed(unit, since=since, until=until, rows=len(rows), by=user, now=now)
    return jobs.Outcome(_n("登记簿%(rows)s条，打开文件打印"), {"rows": len(rows)}, [stored])
