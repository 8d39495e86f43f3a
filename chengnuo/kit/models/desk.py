"""What a person has on his desk besides the work: drafts, notices, uploads, his choices of lists."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Ref


class Draft(models.Model):
    """A form half written, kept by the server: a page lost is nothing lost."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "key"], name="one_draft_of_a_form")]


class Notice(models.Model):
    """Something told to one person on the desk and the bell. `title` is a message id with `title_args` for it."""

    class Kind(models.TextChoices):
        INFO = "info", _("消息")
        ASSIGNED = "assigned", _("交办")
        REMIND = "remind", _("提醒")
        DUE = "due", _("到期")
        ESCALATED = "escalated", _("上报")

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    obligation_id = models.BigIntegerField(null=True)
    rung = models.PositiveSmallIntegerField(null=True)
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    number = models.CharField(max_length=40, blank=True)
    clause = models.CharField(max_length=10, blank=True)
    title = models.CharField(max_length=200)
    title_args = models.JSONField(default=dict)
    moment = models.CharField(max_length=60, blank=True, default="", db_default="")
    is_to_go_out = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["obligation_id", "staff", "kind", "rung"],
                condition=Q(obligation_id__isnull=False),
                name="told_once",
            )
        ]
        indexes = [
            models.Index(fields=["staff", "-id"], name="notice_of_person"),
            models.Index(fields=["staff", "-id"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["id"], condition=Q(is_to_go_out=True), name="notice_to_go_out"),
        ]

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_type, self.subject_pk)

    @property
    def text(self) -> str:
        """The notice in the reader's language."""
        return gettext(self.title) % self.title_args if self.title_args else gettext(self.title)


class Blob(models.Model):
    """A file attached to a record: its content lies under its hash, and only our own view serves it."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=100)
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_pk"], name="blob_of_record")]

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_type, self.subject_pk)


class ListChoice(models.Model):
    """How somebody likes to see one list: its columns in order, and its density."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    list_key = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    density = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "list_key"], name="one_choice_for_a_list")]


class SavedView(models.Model):
    """A list's filter under a name; pinned ones stand above the table."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    list_key = models.CharField(max_length=40)
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["staff", "list_key", "name"], name="one_view_of_a_name")]
