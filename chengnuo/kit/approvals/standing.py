"""Whether exactly this content stands approved: what is delivered, printed as final or sent asks here."""

import hashlib
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.kit.models import Approval
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import Kept, ref
from chengnuo.ledger.trail import canonical


def fingerprint_of(snapshot: dict[str, Any]) -> str:
    """The sha256 by which a snapshot is approved."""
    return hashlib.sha256(canonical(snapshot).encode()).hexdigest()


def approval_of(kind: str, subject: Kept, snapshot: dict[str, Any]) -> Approval | None:
    """The approval that holds for exactly this content of the record, if there is one."""
    where = ref(subject)
    rows = Approval.objects.filter(
        kind=kind, subject_type=where.type, subject_pk=where.pk, state=Approval.State.APPROVED
    )
    return rows.filter(sha256=fingerprint_of(snapshot)).order_by("-pk").first()


def require_approved(kind: str, subject: Kept, snapshot: dict[str, Any], *, clause: str) -> Approval:
    """The approval that holds. Raises Refusal 409 where the content as it stands is not what was approved."""
    found = approval_of(kind, subject, snapshot)
    if found is None:
        raise Refusal("not_approved", _("现在的内容没有经过批准，报批后再办"), clause=clause)
    return found
