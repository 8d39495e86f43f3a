"""The earlier complaints of a client that are near enough to one that is being written, or was saved."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from chengnuo.clients.lookup import with_phone
from chengnuo.clients.models import Client, Phone
from chengnuo.clients.phones import shown

from ..models import Complaint
from .reading import Read, read
from .weighing import SAME, likeness

MOST = 60
"""The newest of a client's complaints that are compared; nobody has had more in earnest."""
FEW = 3
FIELDS = (
    *("id", "number", "state", "account", "category", "claim_key", "policy_id", "amount", "client_id", "unit_id"),
    *("received_at", "matter_key", "merged_into_id"),
)


@dataclass(frozen=True)
class Said:
    """What is known of a complaint for the comparison, saved or still being typed."""

    client_id: int | None
    phone: str
    account: str
    category: str = ""
    claim_key: int | None = None
    policy_id: int | None = None
    amount: Decimal | None = None

    @classmethod
    def of(cls, complaint: Complaint) -> "Said":
        return cls(
            complaint.client_id,
            complaint.complainant_phone,
            complaint.account,
            complaint.category,
            complaint.claim_key,
            complaint.policy_id,
            complaint.amount,
        )

    def read(self) -> Read:
        claim, policy = (str(key) if key else "" for key in (self.claim_key, self.policy_id))
        return read(self.account, self.category, claim=claim, policy=policy, amount=self.amount)


@dataclass(frozen=True)
class Near:
    """An earlier complaint, how near it is (0 to 1), and on what grounds."""

    earlier: Complaint
    score: Decimal
    why: list[list[str]]


def _of_client(client_id: int, phone: str) -> Q:
    """Those of the client, and those of unknown callers from a telephone of his contacts, or from this one."""
    theirs = Phone.objects.filter(contact__positions__client=client_id, is_active=True).values_list("digits", flat=True)
    phones = {phone, *(shown(one) for one in theirs[:MOST])} - {""}
    return Q(client_id=client_id) | Q(client_id=None, complainant_phone__in=phones)


def _of_unknown(phone: str) -> Q:
    if not phone:
        return Q()
    clients = with_phone(Client.objects.order_by(), phone).values_list("pk", flat=True)
    return Q(complainant_phone=phone) | Q(client_id__in=list(clients))


def nearest(said: Said, *, before: int | None = None) -> list[Near]:
    """The earlier complaints on the same matter, the nearest first, at most three. They are looked for among those of
    the client, in whatever branch and by whomever. An unknown caller is known by his telephone: it is a contact's of a
    client, or somebody complained from it before (3.6.6)."""
    of = _of_client(said.client_id, said.phone) if said.client_id else _of_unknown(said.phone)
    if not of:
        return []
    rows = Complaint.objects.filter(of).only(*FIELDS)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    mine = said.read()
    found = [(one, likeness(Said.of(one).read(), mine)) for one in rows.order_by("-pk")[:MOST]]
    near = [Near(one, like.score, like.why) for one, like in found if like.score >= SAME]
    return sorted(near, key=lambda one: (-one.score, -one.earlier.pk))[:FEW]
