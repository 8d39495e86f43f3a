"""What is owed: obligations, the rungs they climbed, and the calendar's occasions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .trail import Kept, Ref


class State(models.TextChoices):
    WAITING = "waiting", _("未到时")
    OPEN = "open", _("未结")
    MET = "met", _("已办")
    WITHDRAWN = "withdrawn", _("已撤回")


LIVE = (State.WAITING, State.OPEN)


class Obligation(models.Model):
    """One duty on one record. A later episode of the same duty is a new row; a breach is never taken back."""

    rule = models.CharField(max_length=80)
    clause = models.CharField(max_length=10)
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    key = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    title = models.CharField(max_length=200)
    title_args = models.JSONField(default=dict)
    number = models.CharField(max_length=40, blank=True)

    unit_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    client_unit_id = models.BigIntegerField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    since = models.DateTimeField()
    since_event = models.BigIntegerField()
    opens_at = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    parameter = models.ForeignKey("ledger.ParameterVersion", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.JSONField(default=dict)

    next_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_event = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clause", "rule", "subject_type", "subject_pk", "key"],
                condition=models.Q(state__in=LIVE),
                name="one_live_obligation",
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="obligation_next"),
            models.Index(fields=["owner", "due"], condition=models.Q(state__in=LIVE), name="obligation_of_person"),
            models.Index(fields=["unit_id", "due"], condition=models.Q(state__in=LIVE), name="obligation_of_unit"),
            models.Index(fields=["opened_by", "due"], condition=models.Q(state__in=LIVE), name="obligation_started_by"),
            models.Index(fields=["owner", "-ended_at"], condition=models.Q(state="met"), name="obligation_done_by"),
            models.Index(fields=["subject_type", "subject_pk"], name="obligation_of_record"),
            models.Index(
                fields=["subject_type", "subject_pk", "due"],
                include=["since"],
                condition=models.Q(state="open", due__isnull=False),
                name="obligation_next_of_record",
            ),
            models.Index(fields=["client_id"], condition=models.Q(state__in=LIVE), name="obligation_of_client"),
            models.Index(fields=["clause", "unit_id", "since"], name="obligation_of_clause"),
            models.Index(
                fields=["unit_id", "since"],
                include=["clause", "state", "breached_at", "due"],
                name="obligation_reported",
            ),
        ]

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_type, self.subject_pk)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def text(self) -> str:
        """The duty in words, in the reader's language."""
        from django.utils.translation import gettext

        return gettext(self.title) % self.title_args if self.title_args else gettext(self.title)


class Rung(models.Model):
    """A step of the ladder that a duty climbed: who was told, or skipped because a higher one was due as well."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="rungs")
    rung = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    fired = models.BooleanField()
    told = models.JSONField(default=list)

    class Meta:
        ordering = ["rung"]
        constraints = [models.UniqueConstraint(fields=["obligation", "rung"], name="each_rung_once")]


class Occasion(Kept):
    """A duty that the calendar itself brings, one row per rule, unit and period; filled up to today."""

    rule = models.CharField(max_length=80)
    unit_id = models.BigIntegerField()
    period = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "unit_id", "period"], name="each_occasion_once")]

    def __str__(self) -> str:
        return self.period

    @property
    def duty_unit_id(self) -> int | None:
        return self.unit_id
