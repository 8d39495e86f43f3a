"""Sentences that are written again and again, kept to be put into a form: one's own, a unit's, the whole company's."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept
from chengnuo.people.models import Unit


class Phrase(Kept):
    """A text with its title. With an `owner` it is that person's own, with a `unit` that unit's, with neither the
    company's. `room` is the part of the product in whose forms it is offered; empty: in all. What was removed stays."""

    class Scope(models.TextChoices):
        """Whose it is, and so who finds it in his forms."""

        OWN = "own", _("自己")
        UNIT = "unit", _("机构")
        COMPANY = "company", _("全公司")

    TITLE, TEXT = 40, 2000

    title = models.CharField(_("标题"), max_length=TITLE)
    text = models.TextField(_("内容"), max_length=TEXT)
    room = models.CharField(_("用在"), max_length=20, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(unit__isnull=True), name="a_phrase_is_a_persons_or_a_units"
            )
        ]
        indexes = [
            models.Index(fields=["owner"], condition=Q(removed_at__isnull=True), name="phrase_of_person"),
            models.Index(
                fields=["unit"], condition=Q(removed_at__isnull=True, owner__isnull=True), name="phrase_of_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> "Phrase.Scope":
        return self.Scope.OWN if self.owner_id else self.Scope.UNIT if self.unit_id else self.Scope.COMPANY

    @staticmethod
    def of(scope: str, *, person: Any, unit: Unit | None, at: datetime) -> "Phrase":
        """A new one of this scope, without its words."""
        own = person if scope == Phrase.Scope.OWN else None
        return Phrase(owner=own, unit=unit if scope == Phrase.Scope.UNIT else None, added_at=at)
