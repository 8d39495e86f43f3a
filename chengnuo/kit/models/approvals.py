"""What was asked for, and what each person who was asked said to exactly that."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept, Ref
from chengnuo.ledger.moves import Move
from chengnuo.people.models import Role, Unit


class Approval(Kept):
    """A request on a snapshot. `about` names the matter of which only one request may be pending."""

    class State(models.TextChoices):
        PENDING = "pending", _("待批")
        APPROVED = "approved", _("已批准")
        RETURNED = "returned", _("已退回")
        REFUSED = "refused", _("不同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    MOVES: ClassVar[tuple[Move, ...]] = (
        Move("approve", (State.PENDING,), State.APPROVED, _("签字批准")),
        Move("return", (State.PENDING,), State.RETURNED, _("退回")),
        Move("refuse", (State.PENDING,), State.REFUSED, _("不同意")),
        Move("withdraw", (State.PENDING,), State.WITHDRAWN, _("撤回")),
    )

    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    about = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=150)
    clause = models.CharField(max_length=10)
    snapshot = models.TextField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about"], condition=Q(state="pending") & ~Q(about=""), name="one_pending_about_a_matter"
            )
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_pk"], name="approval_of_record"),
            models.Index(fields=["state", "-id"], name="approval_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("approvals:approval", args=[self.pk])

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_type, self.subject_pk)

    @property
    def fingerprint(self) -> str:
        """The first of the snapshot's hash in groups, as it stands above the button."""
        return " ".join(self.sha256[at : at + 4] for at in (0, 4, 8))


class ApprovalStep(Kept):
    """One question to a role or, for a signer who was added, to a person; it is asked when the step before it is
    decided. A row is decided once: what comes back to somebody is a new row, so the way of a request can be read.
    """

    LATER = frozenset({"returned_to"})

    class Decision(models.TextChoices):
        APPROVE = "approve", _("批准")
        RETURN = "return", _("退回")
        REFUSE = "refuse", _("不同意")
        CONSULT = "consult", _("加签")

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    asked_role = models.CharField(max_length=15, choices=Role.Kind.choices, blank=True)
    asked_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    opinion = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # The earlier step to which it was returned; none: to who asked.
    returned_to = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["approval", "order"]
        constraints = [models.UniqueConstraint(fields=["approval", "order"], name="approval_steps_in_order")]

    @property
    def asked_whom(self) -> str:
        """Who is asked, in words: the role, or the person who was added."""
        if self.asked_role:
            return str(self.get_asked_role_display())
        return self.asked_of.name if self.asked_of else ""


class ApprovalCopy(Kept):
    """Somebody who is to know of a request without deciding it (抄送)."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="copies")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "approval"], name="copied_to_once")]
