"""Who is on duty at a branch's line, from an instant to an instant (3.1.2)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Kept


class Numbers(Func):
    """int8range(a, b, bounds): lets a plain GiST exclusion compare whole numbers without an extension."""

    function = "int8range"


class Span(Func):
    function = "tstzrange"
    output_field = DateTimeRangeField()


class DutyShift(Kept):
    class Role(models.TextChoices):
        PRIMARY = "primary", _("值班")
        BACKUP = "backup", _("备班")

    LATER = frozenset({"entered_at", "pattern_id", "slot"})

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey("people.Staff", verbose_name=_("值班人"), on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.PRIMARY)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    is_cancelled = models.BooleanField(default=False)
    # Nobody was on the roster before it said so: coverage counts from here. Empty for shifts of before it was kept.
    entered_at = models.DateTimeField(null=True)
    pattern = models.ForeignKey("hotline.RosterPattern", null=True, on_delete=models.PROTECT, related_name="shifts")
    slot = models.PositiveSmallIntegerField(null=True)
    taken_over_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at"]
        indexes = [
            models.Index(fields=["unit", "starts_at"], name="shift_of_unit"),
            models.Index(fields=["staff", "starts_at"], name="shift_of_person"),
            models.Index(
                fields=["starts_at"],
                condition=Q(taken_over_at__isnull=True, is_cancelled=False, role="primary"),
                name="shift_to_take_over",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_is_not_empty"),
            ExclusionConstraint(
                name="one_place_at_a_time",
                index_type="GIST",
                expressions=[
                    (Numbers("staff_id", "staff_id", Value("[]")), RangeOperators.OVERLAPS),
                    (Span("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(role="primary", is_cancelled=False),
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.starts_at.astimezone(ZONE):%m-%d %H:%M}"
