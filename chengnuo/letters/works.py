"""The long works of a letter round. Each goes part by part, every part a transaction of its own, so that one that was
stopped goes on where it stopped."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from chengnuo.clients.access import visible_clients
from chengnuo.kit import blobs, jobs
from chengnuo.kit.documents import typeset
from chengnuo.kit.models import Job
from chengnuo.kit.sniffing import PDF
from chengnuo.ledger import clock
from chengnuo.ledger.errors import Forbidden
from chengnuo.people.models import Staff

from . import actions
from .access import may_handle, visible_campaigns
from .actions.choosing import matching
from .models import Campaign, LetterState
from .printing.plan import A_FILE, plan_form, plan_rows

CHOOSE, MAKE, POST, PLAN = "letters.choose", "letters.make", "letters.post", "letters.plan"
S = LetterState
TITLES = {
    CHOOSE: _n("%(number)s 选收件人"),
    MAKE: _n("%(number)s 制作信函"),
    POST: _n("%(number)s 登记寄出"),
    PLAN: _n("%(number)s 打印计划表"),
}


def start(kind: str, campaign: Campaign, *, by: Staff, now: datetime, **args: Any) -> Job:
    """Ask the worker for a work on a round. Raises Forbidden for who may not act on it; printing is reading."""
    if kind != PLAN and not may_handle(by, campaign, now):
        raise Forbidden(_("这个信函活动不归你办"), clause="4.2.A")
    given = {"campaign": campaign.pk, **args}
    return jobs.start(kind, TITLES[kind], title_args={"number": campaign.number}, args=given, by=by, now=now)


def _campaign(job: Job, now: datetime) -> Campaign:
    return visible_campaigns(job.staff, now).select_related("unit", "owner").get(pk=job.args["campaign"])


@jobs.work(CHOOSE, in_parts=True)
def choose(job: Job, tell: jobs.Tell) -> jobs.Outcome | jobs.Again:
    now, asked = clock.now(), job.args["asked"]
    campaign = _campaign(job, now)
    if actions.choose_part(campaign, asked, by=job.staff, now=now):
        tell(campaign.letters.count(), matching(visible_clients(job.staff, now), asked).count(), _n("核对地址"))
        return jobs.AGAIN
    chosen = campaign.letters.filter(state=S.CHOSEN).count()
    left_out = campaign.letters.count() - chosen
    return jobs.Outcome(_n("能寄%(chosen)s封，不寄%(left_out)s封"), {"chosen": chosen, "left_out": left_out})


@jobs.work(MAKE, in_parts=True)
def make(job: Job, tell: jobs.Tell) -> jobs.Outcome | jobs.Again:
    now = clock.now()
    campaign = _campaign(job, now)
    if actions.make_batch(campaign, by=job.staff, now=now):
        left = campaign.letters.filter(state=S.CHOSEN).count()
        made = campaign.letters.exclude(state__in=(S.CHOSEN, S.EXCLUDED)).count()
        tell(made, made + left, _n("制作"))
        return jobs.AGAIN
    made = campaign.letters.filter(batch__isnull=False).count()
    return jobs.Outcome(_n("制作%(made)s封，分%(batches)s批"), {"made": made, "batches": campaign.batches.count()})


@jobs.work(POST, in_parts=True)
def post(job: Job, tell: jobs.Tell) -> jobs.Outcome | jobs.Again:
    now = clock.now()
    campaign = _campaign(job, now)
    if actions.post_part(campaign, posted_on=date.fromisoformat(job.args["posted_on"]), by=job.staff, now=now):
        left = campaign.letters.filter(state=S.MADE).count()
        whole = campaign.letters.exclude(state__in=(S.CHOSEN, S.EXCLUDED)).count()
        tell(whole - left, whole, _n("登记寄出"))
        return jobs.AGAIN
    posted = campaign.letters.filter(posted_on__isnull=False).count()
    return jobs.Outcome(_n("寄出%(posted)s封"), {"posted": posted})


@jobs.work(PLAN)
def print_plan(job: Job, tell: jobs.Tell) -> jobs.Outcome:
    now = clock.now()
    campaign = _campaign(job, now)
    rows = list(plan_rows(campaign, job.staff, now))
    site, files = job.args["site"].rstrip("/"), []
    for start_ in range(0, len(rows), A_FILE):
        part = f"-{start_ // A_FILE + 1:02d}"
        given: dict[str, Any] = {"part": part, "by": job.staff, "now": now, "absolute": lambda path: site + path}
        document = plan_form(campaign, rows[start_ : start_ + A_FILE], **given)
        files.append(blobs.keep(typeset(document), f"{document.number}.pdf", PDF))
        tell(start_ + A_FILE, len(rows), _n("排版"))
    actions.plan_printed(campaign, rows=len(rows), by=job.staff, now=now)
    return jobs.Outcome(_n("计划表%(rows)s户，打开文件打印"), {"rows": len(rows)}, files)


def _back(job: Job) -> tuple[str, str]:
    return _("看活动"), reverse("letters:page", args=[job.args["campaign"]])


for kind in (CHOOSE, MAKE, POST):
    jobs.followed_by(kind, _back)
