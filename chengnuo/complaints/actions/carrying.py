"""What the complaint that carries another on takes over from it (第3号令 17, 18; 3.6.2, 3.6.4)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid

from ..causes import DECLARED, is_regulators_major
from ..clocks import clock
from ..models import Complaint, Recusal
from .escalating import pass_on_at_centre

CLAUSE = "3.6.6"
ASKED = ("regulator", "regulator_no")
LONGEST = 60
CARRIED = (
    *("amount", "people", "channel", "representatives", "against_id", "is_difficult", *DECLARED.values()),
    *("forwarded_by_regulator", *ASKED, "regulator_due", "regulator_answered_at"),
)
TEXTS = {"representatives", *DECLARED.values(), *ASKED}
TOLD = ((0, "_before"), (1, ""))


def carry_on(fresh: Complaint, other: Complaint, now: datetime) -> tuple[dict[str, Any], dict[str, str]]:
    """What makes the later one serious, who keeps out of it, and what the regulator asked of it hold for the one that
    carries it on. Gives what changed, data and texts, for its event; the caller saves.

    Raises Invalid (422) where its owner would be the person complained of or recused (he hands it on first), where two
    people are complained of, and where what two regulators asked does not fit into one line."""
    was = {name: getattr(other, name) for name in CARRIED}
    _people_out(fresh, other, now)
    _weight(fresh, other)
    _asked_by_regulator(fresh, other, now)
    changed = {name: (old, getattr(other, name)) for name, old in was.items() if old != getattr(other, name)}
    data = {name: [*both] for name, both in changed.items() if name not in TEXTS}
    texts = {f"{name}{which}": changed[name][at] for name in TEXTS & changed.keys() for at, which in TOLD}
    return data | pass_on_at_centre(other, now), texts


def _people_out(fresh: Complaint, other: Complaint, now: datetime) -> None:
    """Who is complained of, and who recused himself, has nothing to do with it (第3号令 17)."""
    if fresh.against_id and other.against_id and fresh.against_id != other.against_id:
        raise Invalid("against", clause=CLAUSE, other=_("两件被投诉的人不同，不能合并"))
    out = {one.staff_id: one for one in fresh.recusals.all()}
    if other.owner_id in {*out, fresh.against_id}:
        raise Invalid("still_owner", clause=CLAUSE, other=_("那一件的承办人被投诉或已回避，先把那一件转派给别人"))
    other.against_id = other.against_id or fresh.against_id
    known = {other.against_id, *other.recusals.values_list("staff_id", flat=True)}
    for staff_id in sorted(out.keys() - known):
        Recusal.objects.create(complaint=other, staff_id=staff_id, because=out[staff_id].because, entered_at=now)


def _weight(fresh: Complaint, other: Complaint) -> None:
    """The larger sum, the larger group as it came, and what was declared of the later one alone (3.6.4, 3.6.5)."""
    for name in DECLARED.values():
        setattr(other, name, getattr(other, name) or getattr(fresh, name))
    other.is_difficult = other.is_difficult or bool(other.difficult_because)
    sums = [one.amount for one in (fresh, other) if one.amount is not None]
    other.amount = max(sums) if sums else None
    # Face to face so many are the regulator's major (第3号令 29): head count and channel are one fact.
    if (is_regulators_major(fresh), fresh.people) > (is_regulators_major(other), other.people):
        other.people, other.channel, other.representatives = fresh.people, fresh.channel, fresh.representatives


def _asked_by_regulator(fresh: Complaint, other: Complaint, now: datetime) -> None:
    """What the regulator asked of the later one is owed on the one that carries it on, beside what that one still owes:
    both numbers, and the earlier day."""
    if not fresh.forwarded_by_regulator:
        return
    if not other.forwarded_by_regulator or (other.regulator_answered_at and not fresh.regulator_answered_at):
        other.forwarded_by_regulator = True
        for name in (*ASKED, "regulator_due", "regulator_answered_at"):
            setattr(other, name, getattr(fresh, name))
    elif not fresh.regulator_answered_at:
        for name in ASKED:
            both = "、".join(dict.fromkeys(filter(None, (getattr(other, name), getattr(fresh, name)))))
            if len(both) > LONGEST:
                raise Invalid(name, clause=CLAUSE, other=_("两件转办都未答复，合并写不下，先答复其中一件"))
            setattr(other, name, both)
        if other.regulator_due or fresh.regulator_due:
            other.regulator_due = min(one.regulator_due or clock(one, now).last_day for one in (fresh, other))
