"""One letter to one client: to whom it goes, whether it arrived, and whether he answered (4.2.1)."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.basis import Service
from chengnuo.clients.models import Client
from chengnuo.kit.models import Mailing
from chengnuo.ledger.moves import Move

from .campaigns import Campaign, LetterBatch, LetterText


class LetterState(models.TextChoices):
    CHOSEN = "chosen", _("待寄")
    EXCLUDED = "excluded", _("不寄")
    MADE = "made", _("已制作")
    POSTED = "posted", _("已寄出")
    DELIVERED = "delivered", _("已送达")
    RETURNED = "returned", _("退回")
    REPLIED = "replied", _("已回复")


S = LetterState
OUT = (S.POSTED, S.DELIVERED, S.RETURNED, S.REPLIED)
"""It has left the house."""
GONE = (S.CHOSEN, S.MADE, *OUT)
"""It counts as written to its addressee: he gets no second one of the same round."""


class Excuse(models.TextChoices):
    """Why somebody who was chosen is not written to."""

    BY_HAND = "by_hand", _("人工剔除")
    NO_ADDRESS = "no_address", _("没有地址")
    SHORT = "short", _("地址不全")
    POSTCODE = "postcode", _("邮编不是6位")
    NO_CONTACT = "no_contact", _("没有在任联系人")
    NO_EMAIL = "no_email", _("没有邮箱")
    DUPLICATE = "duplicate", _("同一收件处已有一封")
    NO_PLAN = "no_plan", _("方案里没有待寄的信函")
    NO_VALUE = "no_value", _("合并项缺值")
    UNSEEN = "unseen", _("已不在制作人可看范围")
    NOT_SENT = "not_sent", _("邮件没有发出")


class Returned(models.TextChoices):
    MOVED = "moved", _("迁移新址不明")
    UNKNOWN = "unknown", _("查无此人")
    REFUSED = "refused", _("拒收")
    ADDRESS = "address", _("地址欠详")
    UNCLAIMED = "unclaimed", _("逾期未领")
    BOUNCE = "bounce", _("邮件退信")
    OTHER = "other", _("其他")


class Tier(models.TextChoices):
    """The first tick of a client, as it stood when he was chosen: a segment of the rates."""

    KEY = "key", _("重点客户")
    LARGE = "large", _("大客户")
    HIGH_RISK = "high_risk", _("高风险")
    NONE = "none", _("其他客户")


class Letter(Service):
    """A letter of a round to one client. Its number stands in its QR code, so that it is found when it comes back.

    `place` names who is written to where, folded and hashed: two letters of a round never go to one place. What stands
    on the envelope is kept as it was printed.
    """

    MOVES: ClassVar[Sequence[Move]] = (
        Move("exclude", (S.CHOSEN,), S.EXCLUDED, _("剔除"), "4.2.1"),
        Move("include", (S.EXCLUDED,), S.CHOSEN, _("列入"), "4.2.1"),
        Move("make", (S.CHOSEN,), S.MADE, _("制作"), "4.2.B"),
        Move("post", (S.MADE,), S.POSTED, _("寄出"), "4.2.B"),
        Move("fail", (S.MADE,), S.EXCLUDED, _("没有发出"), "4.2.B"),
        Move("deliver", (S.POSTED,), S.DELIVERED, _("送达"), "4.2.1"),
        Move("return", (S.POSTED, S.DELIVERED), S.RETURNED, _("退回"), "4.2.1"),
        Move("reply", (S.POSTED, S.DELIVERED, S.RETURNED, S.REPLIED), S.REPLIED, _("登记回信"), "4.2.C"),
    )

    number = models.CharField(_("编号"), max_length=48, unique=True)
    nth = models.PositiveIntegerField()
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="letters", db_index=False)
    text = models.ForeignKey(LetterText, on_delete=models.PROTECT, related_name="letters", db_index=False)
    batch = models.ForeignKey(LetterBatch, null=True, on_delete=models.PROTECT, related_name="made")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="letters", db_index=False)
    client_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(
        "clients.Contact", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    policy = models.ForeignKey("clients.Policy", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Client.Kind.choices)
    tier = models.CharField(max_length=10, choices=Tier.choices)
    state = models.CharField(_("状态"), max_length=10, choices=S.choices)
    excuse = models.CharField(_("不寄的原因"), max_length=12, choices=Excuse.choices, blank=True)
    excuse_detail = models.CharField(max_length=200, blank=True)
    recipient = models.CharField(_("收件人"), max_length=60, blank=True)
    address = models.CharField(_("地址"), max_length=254, blank=True)
    postcode = models.CharField(_("邮编"), max_length=6, blank=True)
    place = models.CharField(max_length=32, blank=True)
    posted_on = models.DateField(_("寄出日"), null=True)
    delivered_on = models.DateField(_("送达日"), null=True)
    returned_on = models.DateField(_("退回日"), null=True)
    returned_because = models.CharField(_("退回原因"), max_length=10, choices=Returned.choices, blank=True)
    replied_on = models.DateField(_("回信日"), null=True)

    class Meta:
        verbose_name = _("信函")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "client"], name="a_client_once_in_a_campaign"),
            models.UniqueConstraint(fields=["campaign", "nth"], name="a_letter_once_in_a_round"),
            models.UniqueConstraint(
                fields=["campaign", "place"],
                condition=~Q(state="excluded") & ~Q(place=""),
                name="one_letter_to_a_place",
            ),
            models.CheckConstraint(condition=Q(state="excluded") | Q(excuse=""), name="an_excuse_keeps_it_back"),
            models.CheckConstraint(
                condition=~Q(state__in=["posted", "delivered", "returned", "replied"]) | Q(posted_on__isnull=False),
                name="out_since_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(returned_because=""), name="returned_for_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "nth"], name="letter_of_campaign"),
            models.Index(fields=["campaign", "-id"], name="letter_of_campaign_by_id"),
            models.Index(fields=["unit", "-id"], name="letter_of_unit"),
            models.Index(fields=["client_unit", "-id"], name="letter_of_client_unit"),
            models.Index(fields=["client", "-id"], name="letter_of_client"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("letters:letter", args=[self.pk])

    @property
    def duty_owner_id(self) -> int | None:
        return self.campaign.owner_id

    @property
    def why_not(self) -> str:
        """Why it is kept back, in words; nothing where it is not."""
        detail = f"：{self.excuse_detail}" if self.excuse_detail else ""
        return f"{self.get_excuse_display()}{detail}" if self.excuse else ""


class LetterMail(Mailing):
    """The mail by which a letter goes out."""

    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, related_name="mail")

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="letter_mail_waiting"),
            models.Index(fields=["sending_at"], condition=Q(state="sending"), name="letter_mail_sending"),
            models.Index(fields=["-sent_at"], condition=Q(state="sent"), name="letter_mail_sent"),
        ]
