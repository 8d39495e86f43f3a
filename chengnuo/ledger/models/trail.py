"""What happened: events in a keyed chain per record. Nothing here can be changed or deleted."""

from typing import Any, ClassVar, NamedTuple, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Ref(NamedTuple):
    """A record by its type (`hotline.call`) and key; the form in which the ledger names records of higher rooms."""

    type: str
    pk: int

    def load(self) -> "Kept":
        """The record itself; raises the model's DoesNotExist."""
        model = apps.get_model(self.type)
        return model._default_manager.get(pk=self.pk)  # type: ignore[return-value]


class Kept(models.Model):
    """A business record: every write to it is an action with its event, and `chengnuo check` finds one without."""

    version = models.PositiveIntegerField(default=1, editable=False)
    NAMED_BY: ClassVar[tuple[str, ...]] = ()
    """The relations that its number is read from, so that a list of records names them in one query."""
    LATER: ClassVar[frozenset[str]] = frozenset()
    """Columns that came after there were records: while empty they are no part of one, so older ones stay as hashed."""
    was_read: ClassVar[bool] = False
    """Whether this object was read from the database; one that was made here and saved is surely new to every index."""

    objects = models.Manager()  # Django's default, told: on an abstract model without it mypy's plugin runs in circles.

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *given: Any, **more: Any) -> Self:
        record = super().from_db(*given, **more)
        record.__dict__["was_read"] = True
        return record

    # Who a duty on this record falls to, unless its rule says otherwise. Records with other field names override.
    @property
    def duty_unit_id(self) -> int | None:
        return getattr(self, "unit_id", None)

    @property
    def duty_client_id(self) -> int | None:
        return getattr(self, "client_id", None)

    @property
    def duty_owner_id(self) -> int | None:
        return getattr(self, "owner_id", None)

    def row(self) -> dict[str, Any]:
        """The stored values by column, as `check` hashes them. `version` counts edits and says nothing itself."""
        values = {
            field.attname: field.to_python(getattr(self, field.attname))
            for field in self._meta.concrete_fields
            if field.attname != "version"
        }
        return {name: value for name, value in values.items() if name not in self.LATER or value not in (None, "")}


def ref(record: models.Model) -> Ref:
    return Ref(record._meta.label_lower, record.pk)


def kept_models() -> list[type[Kept]]:
    """Every concrete business record of the installed rooms."""
    return [model for model in apps.get_models() if issubclass(model, Kept)]


class TrailEvent(models.Model):
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=60, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    body = models.TextField()
    mac = models.BinaryField()

    class Meta:
        db_table = "ledger_trail_event"
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_pk", "seq"], name="trail_event_in_chain")
        ]

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_type, self.subject_pk)


class TrailMention(models.Model):
    """Which records an event names, its own subject included: the timeline of each."""

    pk = models.CompositePrimaryKey("subject_type", "subject_pk", "event_id")
    event = models.ForeignKey(TrailEvent, on_delete=models.PROTECT, related_name="mentions", db_index=False)
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()

    class Meta:
        db_table = "ledger_trail_mention"


class TrailText(models.Model):
    """Free text and personal values of an event. The chain holds only their salted hash, so it survives erasure."""

    event = models.ForeignKey(TrailEvent, on_delete=models.PROTECT, related_name="texts")
    name = models.CharField(max_length=60)
    salt = models.BinaryField()
    text = models.TextField()

    class Meta:
        db_table = "ledger_trail_text"


class TrailHead(models.Model):
    """The last link of each chain, so that a missing last event shows."""

    pk = models.CompositePrimaryKey("subject_type", "subject_pk")
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    mac = models.BinaryField()

    class Meta:
        db_table = "ledger_trail_head"


class TrailLook(models.Model):
    """Who read what: one row per person, record and hour."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    hour = models.DateTimeField()

    class Meta:
        db_table = "ledger_trail_look"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_pk", "hour", "staff"], name="one_look_per_person_and_hour"
            )
        ]


class Seal(models.Model):
    """A day's end: the hash of every event up to `up_to`, on top of the seal before. A copy leaves the database."""

    up_to = models.BigIntegerField(unique=True)
    events = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "ledger_seal"
