"""The pages of claims as far as this room goes: list, record, taking on."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengnuo.clients.case_pages import Pages
from chengnuo.kit.templatetags.kit import yuan
from chengnuo.kit.times import in_column

from .access import may_take_on, visible_claims
from .actions import register_claim
from .models import Claim


def _facts(claim: Claim) -> list[tuple[Any, Any]]:
    return [
        (_("经过"), claim.account),
        (_("报案时间"), in_column(claim.reported_at)),
        (_("报案人"), claim.reporter),
        (_("出险时间"), in_column(claim.occurred_at) if claim.occurred_at else ""),
        (_("地点"), claim.place),
        (_("估损"), "，".join(f"{yuan(one.amount)} {one.basis}" for one in claim.estimates.order_by("pk"))),
    ]


pages = Pages(
    model=Claim,
    visible=visible_claims,
    clause="3.4",
    title=_("协赔"),
    facts=_facts,
    take_on=lambda claim, data, by, now: register_claim(claim, by=by, now=now),
    may_take_on=may_take_on,
)
