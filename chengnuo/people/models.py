"""Units, staff and what each may be at a time: roles, absences, substitutes, shares, sign-ins."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.models import Kept

from .devices import described
from .scopes import words


class Unit(Kept):
    class Kind(models.TextChoices):
        HQ = "hq", _("总部")
        CENTRE = "centre", _("客户服务中心")
        OFFICE = "office", _("行政办公室")
        BRANCH = "branch", _("分公司")

    code = models.CharField(_("代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    division_code = models.CharField(_("行政区划代码"), max_length=6, blank=True)
    phone = models.CharField(_("值班电话"), max_length=30, blank=True)
    opened_on = models.DateField(_("设立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def duty_unit_id(self) -> int | None:
        return self.pk


class StaffAccounts(BaseUserManager["Staff"]):
    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(username=username)


class Staff(AbstractBaseUser, Kept):
    LATER = frozenset({"extension", "password_given_at"})

    username = models.CharField(_("用户名"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    unit = models.ForeignKey(Unit, verbose_name=_("机构"), on_delete=models.PROTECT, related_name="staff")
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    extension = models.CharField(_("分机"), max_length=12, blank=True, default="")
    is_active = models.BooleanField(_("在职"), default=True)
    # When somebody else handed him his password; he sets his own before anything else, and then it is empty.
    password_given_at = models.DateTimeField(null=True)

    # By what he acts in this request, where it is no page: `token:12`. Events keep it as their source.
    via = ""

    objects: ClassVar[StaffAccounts] = StaffAccounts()
    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["extension"], condition=Q(is_active=True) & ~Q(extension=""), name="one_person_at_an_extension"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def row(self) -> dict[str, object]:
        """A password's hash is a secret and `last_login` changes without an action: neither is part of the record."""
        return {name: value for name, value in super().row().items() if name not in {"password", "last_login"}}


class Role(Kept):
    """What somebody is in a unit, from a day to a day."""

    class Kind(models.TextChoices):
        OPERATOR = "operator", _("客户服务人员")
        MANAGER = "manager", _("机构负责人")
        CUSTODIAN = "custodian", _("档案专管员")
        CENTRE = "centre", _("客服中心人员")
        CENTRE_HEAD = "centre_head", _("客服中心负责人")
        EXECUTIVE = "executive", _("分管领导")
        CHAIRMAN = "chairman", _("董事长")
        ADMINISTRATOR = "administrator", _("系统管理员")

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="roles")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                # Empty: called off before it began.
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=models.F("starts_at")),
                name="role_does_not_run_backwards",
            )
        ]
        indexes = [models.Index(fields=["unit", "kind"], name="role_of_unit")]

    @staticmethod
    def at(now: datetime) -> Q:
        """The roles in force at an instant."""
        return Q(starts_at__lte=now) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


class Absence(Kept):
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=100)

    class Meta:
        constraints = [
            # Empty: called off before it began.
            models.CheckConstraint(condition=Q(ends_at__gte=models.F("starts_at")), name="absence_not_backwards")
        ]

    @staticmethod
    def at(now: datetime, path: str = "") -> Q:
        """The absences in force at an instant; `path` leads there from another record (`absences__`)."""
        return Q(**{f"{path}starts_at__lte": now, f"{path}ends_at__gt": now})


class Substitute(Kept):
    """The principal's own record of who acts for him, from an instant to an instant."""

    principal = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="substitutes")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="stands_in_for")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="substitution_is_not_empty"),
            models.CheckConstraint(condition=~Q(principal=models.F("staff")), name="nobody_stands_in_for_himself"),
        ]

    @staticmethod
    def at(now: datetime) -> Q:
        return Q(starts_at__lte=now, ends_at__gt=now) & (Q(revoked_at__isnull=True) | Q(revoked_at__gt=now))


class Share(Kept):
    """A client that a unit may see although another handles him: how much, from when to when, and because of what."""

    class Scope(models.TextChoices):
        CARD = "card", _("来电名片")
        FULL = "full", _("全部资料")

    client_id = models.BigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shares")
    scope = models.CharField(max_length=10, choices=Scope.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    because_type = models.CharField(max_length=40)
    because_pk = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "ends_at"], name="share_with_unit"),
            models.Index(fields=["client_id"], name="share_of_client"),
        ]

    @staticmethod
    def at(now: datetime) -> Q:
        return Q(starts_at__lte=now) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


class FactorRule(Kept):
    """What a role must have beside the password, where the administrator said otherwise than the settings."""

    class Need(models.TextChoices):
        NONE = "none", _("可选")
        ANY = "any", _("必须")
        PASSKEY = "passkey", _("通行密钥")

    kind = models.CharField(_("角色"), max_length=15, choices=Role.Kind.choices, unique=True)
    need = models.CharField(_("第二因素"), max_length=10, choices=Need.choices)

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("people:sign_in_settings")


class Way(models.TextChoices):
    """By what somebody shows who he is."""

    PASSWORD = "password", _("密码")
    TOTP = "totp", _("验证器")
    PASSKEY = "passkey", _("通行密钥")
    RECOVERY = "recovery", _("恢复码")
    PROVIDER = "provider", _("统一登录")
    PROVIDER_FACTOR = "provider2", _("统一登录的第二因素")


class SignInAttempt(models.Model):
    """Every try to sign in; the rows are what locks somebody out, so every web process agrees.

    Failures of the password and of the second step count apart: whoever knows the password would else clear the count
    of his guesses at the code by typing it again.
    """

    class Step(models.TextChoices):
        PASSWORD = "password", _("密码")
        FACTOR = "factor", _("第二因素")
        PASSKEY = "passkey", _("通行密钥")
        PROVIDER = "provider", _("统一登录")

    step = models.CharField(max_length=10, choices=Step.choices, default=Step.PASSWORD, db_default=Step.PASSWORD)
    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(db_default=Now())
    succeeded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "-at"], name="attempts_for_username"),
            models.Index(fields=["address", "-at"], name="attempts_from_address"),
        ]


class SignIn(models.Model):
    """A session that somebody opened, listed to him and revocable."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ways = models.CharField(max_length=60, blank=True, default="", db_default="")

    @property
    def by(self) -> str:
        """By what it was opened, in words: 密码、验证器."""
        return "、".join(str(Way(way).label) for way in self.ways.split())

    @property
    def device(self) -> str:
        """The browser and the system, as far as the browser says."""
        return described(self.agent)


class Token(models.Model):
    """A key to the API for one person, for some of what he may do (`people.scopes`). Only its hash is stored.

    `last_used_at` is true to the hour.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    @property
    def words(self) -> str:
        """What it may be used for, as people read it."""
        return "、".join(words(scope) for scope in self.scopes)
