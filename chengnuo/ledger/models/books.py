"""The ledger's reference books: parameters, calendar tables, registers, links, keys of requests."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from .trail import Kept


class Stamp(models.Model):
    """Grows whenever parameters or calendar tables change, so that one small read tells whether a cached book holds."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)


class ParameterVersion(Kept):
    """A figure of the procedure. Rows are added, never edited: a deadline names the row it was computed from."""

    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=16, decimal_places=2)
    unit = models.CharField(max_length=20)
    source = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    in_force_from = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["key", "number"]
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="parameter_versions_in_order")]


class CalendarTable(Kept):
    """A year's published holidays, as imported; a corrected table is the next version."""

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="calendar_tables_in_order")]

    def row(self) -> dict[str, Any]:
        """The table with its days: a day changed without an event shows as well."""
        return {**super().row(), "days": list(self.days.order_by("day").values_list("day", "kind", "name"))}


class CalendarDay(models.Model):
    """A day that is not what its weekday says: `holiday`, or `makeup` (a working Saturday or Sunday, 调休)."""

    table = models.ForeignKey(CalendarTable, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "day"], name="a_day_once_in_a_table")]


class Series(models.Model):
    """The last number given in a register of a branch and a year; numbers have no gap."""

    pk = models.CompositePrimaryKey("register", "branch", "year")
    register = models.CharField(max_length=10)
    branch = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)


class Link(models.Model):
    """Two records that belong together, read from both sides."""

    a_type = models.CharField(max_length=40)
    a_pk = models.BigIntegerField()
    b_type = models.CharField(max_length=40)
    b_pk = models.BigIntegerField()
    why = models.CharField(max_length=60)
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["a_type", "a_pk", "b_type", "b_pk", "why"], name="a_link_once")]
        indexes = [models.Index(fields=["b_type", "b_pk"], name="link_from_other_side")]


class Idem(models.Model):
    """A request that was carried out, with its answer, so that its repetition is answered and not done again."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(null=True)
    at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="a_request_once")]


class Heartbeat(models.Model):
    """When a process last said that it lives."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
