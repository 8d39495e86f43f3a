"""A case that goes to the service centre at once, and what both sides owe then (3.4.3, 3.6.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.proposals.access import weigher
from chengnuo.kit.times import span
from chengnuo.ledger.errors import Invalid
from chengnuo.ledger.models import Kept
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs

from .cases import Case

LONGEST = {"facts": 4000, "measures": 4000, "asks": 2000}
BACKDATED = timedelta(minutes=10)
OWED, REPORTED, ACKNOWLEDGED, RELEASED = "owed", "reported", "acknowledged", "released"


@dataclass(frozen=True)
class Report:
    """The branch's written report: what happened, what was done, what it asks of the centre."""

    facts: str
    measures: str
    asks: str

    def checked(self, clause: str) -> dict[str, str]:
        """Its parts without their margins. Raises Invalid (422) beside each part that is missing or too long."""
        parts = {name: getattr(self, name).strip() for name in LONGEST}
        faults = {
            name: gettext("写明这一项，最多%s字") % longest
            for name, longest in LONGEST.items()
            if not 0 < len(parts[name]) <= longest
        }
        if faults:
            raise Invalid("incomplete", clause=clause, **faults)
        return parts


class Escalated(Kept):
    """That a case is with the centre, from the moment of the deciding fact until the centre gives it back.

    `known_at` is when the deciding fact was entered, `true_at` when it is said to have been so (4.0)."""

    CASE: ClassVar[str]
    """The field that holds the case."""
    CAUSES: ClassVar[type[models.TextChoices]]

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey("clients.Client", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    client_unit = models.ForeignKey(
        "people.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    causes = models.JSONField(_("上报原因"), default=list)
    known_at = models.DateTimeField(_("得知"))
    true_at = models.DateTimeField(_("发生"))
    reported_at = models.DateTimeField(_("上报"), null=True)
    facts = models.TextField(_("情况"), blank=True)
    measures = models.TextField(_("已采取的措施"), blank=True)
    asks = models.TextField(_("请中心"), blank=True)
    acknowledged_at = models.DateTimeField(_("确认收到"), null=True)
    released_at = models.DateTimeField(_("交回"), null=True)
    released_because = models.CharField(_("交回的原因"), max_length=500, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.case.number

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def case(self) -> Case:
        found: Case = getattr(self, self.CASE)
        return found

    @property
    def duty_owner_id(self) -> int | None:
        """Whoever has the case now answers for what its branch owes the centre."""
        return self.case.owner_id

    @property
    def number(self) -> str:
        return self.case.number

    @property
    def matter(self) -> str:
        return self.case.matter

    @property
    def cause_labels(self) -> list[str]:
        return [str(self.CAUSES(one).label) for one in self.causes]

    @property
    def chip_label(self) -> str:
        return str(_("待报中心") if self.state == OWED else _("已报中心"))  # type: ignore[attr-defined]

    @property
    def is_with_centre(self) -> bool:
        return self.state != RELEASED  # type: ignore[attr-defined]

    @property
    def between(self) -> str:
        """The time from knowing to reporting, in words; empty before the report."""
        return span(self.reported_at - self.known_at) if self.reported_at else ""

    @property
    def late(self) -> str:
        """By how much it was entered late, where that is more than clocks and typing explain (4.0)."""
        return backdated(self.true_at, self.known_at)


def backdated(true_at: datetime, known_at: datetime) -> str:
    """By how much something was entered late, in words; empty up to ten minutes."""
    gap = known_at - true_at
    return span(gap) if gap > BACKDATED else ""


def as_of(case: Case) -> dict[str, Any]:
    """Whose an escalation of this case is."""
    return {
        "unit_id": case.unit_id,
        "client_id": case.client_id,
        "client_unit_id": case.client_unit_id,
        "owner_id": case.owner_id,
    }


def by_centre(escalation: Escalated, facts: Facts, key: str, title: str, parameter: str) -> Owed:
    """A duty of the centre that counts from the branch's report."""
    assert escalation.reported_at is not None
    owner, centre = weigher(facts.now)
    return Owed(
        key,
        title,
        facts.after(escalation.reported_at, parameter),
        args={"number": escalation.number},
        owner_id=owner,
        unit_id=centre,
        inputs={gettext_noop("上报"): escalation.reported_at.isoformat()},
    )


def owes_report(
    model: type[Escalated],
    clause: str,
    *,
    reported: str,
    acknowledged: Sequence[str],
    report: Act,
    acknowledge: Act,
) -> None:
    """Both sides' duties at once: `reported` is the verb of the branch's report, `acknowledged` those by which the
    centre shows that it has it; the acts are their buttons."""

    def report_it_to_the_centre(escalation: Escalated, facts: Facts) -> Owed | None:
        """The branch reports in writing at once, within 30 minutes [D] of when the deciding fact was entered
        (3.4.3, 3.6.2)."""
        if escalation.state != OWED:  # type: ignore[attr-defined]
            return None
        return Owed(
            "report",
            gettext_noop("报客服中心：%(number)s"),
            facts.after(escalation.known_at, "report.at_once"),
            args={"number": escalation.number},
            inputs={
                gettext_noop("得知"): escalation.known_at.isoformat(),
                gettext_noop("原因"): "、".join(escalation.cause_labels),
            },
        )

    def acknowledge_the_report(escalation: Escalated, facts: Facts) -> Owed | None:
        """The centre says within 30 minutes [D] that it has the report (3.4.3, 3.6.2)."""
        if escalation.state != REPORTED or escalation.reported_at is None:  # type: ignore[attr-defined]
            return None
        return by_centre(
            escalation, facts, "acknowledge", gettext_noop("确认收到上报：%(number)s"), "centre.acknowledges"
        )

    obligation(clause, of=model, met_by=verbs(reported), act=report, sticky=False)(report_it_to_the_centre)
    obligation(clause, of=model, met_by=verbs(*acknowledged), act=acknowledge, sticky=False)(acknowledge_the_report)
