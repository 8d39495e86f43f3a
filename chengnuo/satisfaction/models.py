"""What a client was asked about a finished service, and how he judged it (2.2)."""

from datetime import datetime

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.kit.models import Mailing
from chengnuo.ledger.models import Kept, Ref


class RequestState(models.TextChoices):
    ASKED = "asked", _("等客户评价")
    RATED = "rated", _("已评价")
    SKIPPED = "skipped", _("没有请")
    WITHDRAWN = "withdrawn", _("已收回")


class Skipped(models.TextChoices):
    """Why a client was not asked although a service was finished."""

    OPEN = "open", _("还有一次没评")
    QUIET = "quiet", _("不久前请过")
    UNKNOWN = "unknown", _("不知是哪个客户")


class Way(models.TextChoices):
    """How the link went out last."""

    MAIL = "mail", _("邮件")
    COPIED = "copied", _("人工转发")


S = RequestState
MARKS = (1, 2, 3, 4, 5)
LONGEST = 500


class RatingRequest(Kept):
    """A client asked about one finished service, by one link; with his mark it is his rating, which nobody changes.

    `unit` handled the service and `keeper` did it; `about` is its number. The link's token is derived from `salt` by a
    key outside the database; the row holds its hash (`tokens`). One that was not made has neither.
    """

    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    about = models.CharField(_("单号"), max_length=40)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(
        "clients.Client", null=True, on_delete=models.PROTECT, related_name="rating_requests", db_index=False
    )
    client_unit = models.ForeignKey(
        "people.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    contact = models.ForeignKey(
        "clients.Contact", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(_("请谁评价"), max_length=60, blank=True)
    keeper = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    verb = models.CharField(max_length=60)
    asked_at = models.DateTimeField(_("请评时间"))
    asked_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("状态"), max_length=10, choices=S.choices, default=S.ASKED)
    skipped_because = models.CharField(_("没有请的原因"), max_length=10, choices=Skipped.choices, blank=True)
    expires_at = models.DateTimeField(_("链接有效至"), null=True)
    salt = models.CharField(max_length=32, blank=True)
    hash = models.CharField(max_length=64, blank=True)
    channel = models.CharField(_("送达方式"), max_length=10, choices=Way.choices, blank=True)
    mark = models.PositiveSmallIntegerField(_("评分"), null=True)
    words = models.TextField(_("客户的话"), blank=True)
    used_at = models.DateTimeField(_("评价时间"), null=True)
    followed_up_at = models.DateTimeField(_("回访时间"), null=True)
    followed_up_by = models.ForeignKey(
        "people.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    found = models.TextField(_("查明的情况"), blank=True)
    said = models.TextField(_("对客户说了什么"), blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["hash"], condition=~Q(hash=""), name="a_rating_link_once"),
            models.CheckConstraint(
                condition=Q(state=S.RATED, mark__range=(1, 5), used_at__isnull=False)
                | (~Q(state=S.RATED) & Q(mark__isnull=True, used_at__isnull=True)),
                name="rated_is_marked",
            ),
            models.CheckConstraint(
                condition=Q(state=S.SKIPPED, hash="") | (~Q(state=S.SKIPPED) & ~Q(hash="")), name="asked_by_a_link"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="rating_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="rating_of_client_unit"),
            models.Index(fields=["client", "-id"], name="rating_of_client"),
            models.Index(fields=["keeper", "-id"], name="rating_of_keeper"),
            models.Index(fields=["subject_type", "subject_pk"], name="rating_of_record"),
            models.Index(fields=["asked_at"], name="rating_by_time"),
            models.Index(
                fields=["client", "contact", "-asked_at"], condition=~Q(state=S.SKIPPED), name="rating_of_contact"
            ),
        ]

    def __str__(self) -> str:
        return self.about

    def get_absolute_url(self) -> str:
        return reverse("satisfaction:page", args=[self.pk])

    @property
    def number(self) -> str:
        """A rating is known by the number of the service that it judges."""
        return self.about

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_type, self.subject_pk)

    @property
    def served(self) -> Kept:
        """The record that is judged, by its key alone: for `acting`, which reads it afresh."""
        return apps.get_model(self.subject_type)(pk=self.subject_pk)  # type: ignore[no-any-return]

    @property
    def duty_owner_id(self) -> int | None:
        return self.keeper_id

    def is_open(self, now: datetime) -> bool:
        """Whether its link can be used at an instant."""
        return self.state == S.ASKED and self.expires_at is not None and now < self.expires_at


class RatingMail(Mailing):
    """The mail that carries a request's link to the client."""

    request = models.OneToOneField(RatingRequest, on_delete=models.CASCADE, related_name="mail")

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="rating_mail_waiting"),
            models.Index(fields=["sending_at"], condition=Q(state="sending"), name="rating_mail_sending"),
        ]


class LinkTry(models.Model):
    """A link that opened nothing: the rows are what slows guessing down, so every web process agrees."""

    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "-at"], name="link_tries_from_address")]
