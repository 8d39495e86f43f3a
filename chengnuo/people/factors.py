"""What somebody has beside his password, and what his roles demand of him."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Count, Exists, OuterRef

from .models import FactorRule, Role, Staff, Way
from .reach import reach

Need = FactorRule.Need
T = Authenticator.Type
STRENGTH: dict[str, int] = {Need.NONE: 0, Need.ANY: 1, Need.PASSKEY: 2}
MEETS: dict[str, frozenset[str]] = {
    Need.NONE: frozenset(Way.values),
    Need.ANY: frozenset({Way.TOTP, Way.PASSKEY, Way.RECOVERY, Way.PROVIDER_FACTOR}),
    Need.PASSKEY: frozenset({Way.PASSKEY}),
}
"""By which ways a session meets a need. A recovery code lets in once where any factor does."""


@dataclass(frozen=True)
class Factors:
    """What somebody has set up. Recovery codes alone are no factor: they stand in for a lost one."""

    totp: Authenticator | None = None
    passkeys: list[Authenticator] = field(default_factory=list)
    recovery: Authenticator | None = None

    def __bool__(self) -> bool:
        return self.totp is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        return (self.totp is not None) + len(self.passkeys)

    @property
    def codes_left(self) -> int:
        """How many recovery codes are unused."""
        return len(self.recovery.wrap().get_unused_codes()) if self.recovery else 0

    def meet(self, need: str) -> bool:
        """Whether one of them can meet a need."""
        return need == Need.NONE or bool(self.passkeys) or (need == Need.ANY and self.totp is not None)

    def without(self, row: Authenticator) -> "Factors":
        """What is left when one is taken away."""
        left = [one for one in self.passkeys if one.pk != row.pk]
        return Factors(None if self.totp and self.totp.pk == row.pk else self.totp, left, self.recovery)


def factors_of(staff: Staff) -> Factors:
    """What somebody has set up: one read."""
    rows = list(Authenticator.objects.filter(user=staff).order_by("pk"))
    return Factors(
        totp=next((one for one in rows if one.type == T.TOTP), None),
        passkeys=[one for one in rows if one.type == T.WEBAUTHN],
        recovery=next((one for one in rows if one.type == T.RECOVERY_CODES), None),
    )


def rules() -> dict[str, str]:
    """What every role must have: the administrator's word, where there is one, before the settings'."""
    said = dict(FactorRule.objects.values_list("kind", "need"))
    return {kind: said.get(kind, settings.SECOND_FACTOR.get(kind, Need.NONE)) for kind in Role.Kind.values}


def lacking(now: datetime) -> dict[str, tuple[int, int]]:
    """Role kind → how many hold it now, and how many of them have no second factor: one read."""
    has = Exists(Authenticator.objects.filter(user=OuterRef("staff"), type__in=[T.TOTP, T.WEBAUTHN]))
    held = Role.objects.filter(Role.at(now), staff__is_active=True).order_by().values("kind")
    counted = held.annotate(all=Count("staff", distinct=True), bare=Count("staff", filter=~has, distinct=True))
    return {row["kind"]: (row["all"], row["bare"]) for row in counted}


def need_of(user: Staff, now: datetime) -> str:
    """The strongest need of the roles that somebody holds or stands in for: with a role's powers come its duties."""
    return strongest({kind for kind, _unit in reach(user, now).held})


def strongest(kinds: Iterable[str]) -> str:
    """The strongest need of some roles."""
    told = rules() if kinds else {}
    return max((told[kind] for kind in kinds), key=lambda need: STRENGTH[need], default=Need.NONE)
