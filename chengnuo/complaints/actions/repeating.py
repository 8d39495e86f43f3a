"""Earlier complaints on the same matter: found by the product, decided by a person, counted for ever (3.6.6)."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from chengnuo.clients.case_acts import kept
from chengnuo.clients.cases import require_unbarred
from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.links import link
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..access import is_of_branch, is_of_centre, may_handle
from ..matching import Said, nearest
from ..models import UNDECIDED, Complaint, Repeat, RepeatState
from .carrying import carry_on
from .escalating import end_for_merging, review_referral
from .held import held, words
from .matters import join_matter, part_matter

CLAUSE = "3.6.6"
ONE = Decimal(1)


def find_repeats(complaint: Complaint, *, by: Staff, now: datetime) -> list[Repeat]:
    """Note the earlier complaints of the client on the same matter, in whatever branch, with the grounds (3.6.6). Runs
    under the client's lock, so that of two in the same second the later one sees the earlier. A pair that a person has
    judged is left alone."""
    judged = set(Repeat.objects.filter(complaint=complaint).values_list("earlier_id", flat=True))
    made = [
        _noted(complaint, one.earlier, one.score, one.why, RepeatState.FOUND, "complaint.repeat_found", by, now)
        for one in nearest(Said.of(complaint), before=complaint.pk)
        if one.earlier.pk not in judged
    ]
    if made:
        join_matter(complaint, by, now)
    return made


def _noted(
    complaint: Complaint,
    earlier: Complaint,
    score: Decimal,
    why: list[list[str]],
    state: str,
    verb: str,
    by: Staff,
    now: datetime,
    because: str = "",
) -> Repeat:
    more = {} if state == RepeatState.FOUND else {"decided_by": by, "decided_at": now, "because": because}
    row = Repeat.objects.create(
        complaint=complaint, earlier=earlier, state=state, score=score, why=why, found_at=now, **more
    )
    event = record(
        verb,
        row,
        also=[complaint, earlier],
        by=by,
        now=now,
        data={"earlier": earlier.number, "score": score},
        texts={"because": because} if because else {},
    )
    link(complaint, earlier, "repeats", event)
    return row


def confirm_repeat(repeat: Repeat, *, by: Staff, now: datetime) -> Repeat:
    """A person says that it is the same matter (3.6.6)."""
    return _judged(repeat, "confirm", "complaint.repeat_confirmed", "", by, now)


def reject_repeat(repeat: Repeat, *, because: str, by: Staff, now: datetime) -> Repeat:
    """A person says that it is another matter, and why; the pair stays on record (3.6.6). Once it is with the centre
    for that, only the centre says so, and gives it back as a step of its own. Refusal 409 once it was merged into that
    one."""
    because = words("because", because, 500, _("写明为什么不是同一事项"))
    return _judged(repeat, "reject", "complaint.repeat_rejected", because, by, now)


def _judged(repeat: Repeat, verb: str, event: str, because: str, by: Staff, now: datetime) -> Repeat:
    complaint = repeat.complaint
    with acting(complaint, repeat, client=complaint.client) as (complaint, fresh):
        require_unbarred(complaint, by, CLAUSE)
        if not is_of_centre(by, complaint, now) and (verb == "reject" or not is_of_branch(by, complaint, now)):
            raise Forbidden(_("是不是同一事项，由客户服务中心认定"), clause=CLAUSE)
        if verb == "reject" and complaint.merged_into_id == fresh.earlier_id:
            raise Refusal("merged", _("这件已并入那一件，不能再认定不是同一事项"), clause=CLAUSE)
        was = fresh.state
        move(fresh, verb)
        fresh.decided_by, fresh.decided_at, fresh.because = by, now, because
        fresh.version += 1
        fresh.save()
        data = {"state": [was, fresh.state]}
        texts = {"because": because} if because else {}
        record(event, fresh, also=[complaint], by=by, now=now, data=data, texts=texts)
        (part_matter if verb == "reject" else join_matter)(complaint, by, now)
        return fresh


def name_repeat(complaint: Complaint, earlier: Complaint, *, because: str, by: Staff, now: datetime) -> Complaint:
    """A person names an earlier complaint that was not found (3.6.6). Raises Invalid (422) for a later one, one of
    another client, and a pair that is known."""
    because = words("because", because, 500, _("写明为什么是同一事项"))
    with held(complaint, by, now, may=may_handle) as fresh:
        if earlier.pk >= fresh.pk:
            raise Invalid("later", clause=CLAUSE, other=_("选更早的一件"))
        if earlier.client_id != fresh.client_id or fresh.client_id is None:
            raise Invalid("other_client", clause=CLAUSE, other=_("不是同一个客户的投诉"))
        if Repeat.objects.filter(complaint=fresh, earlier=earlier).exists():
            raise Invalid("known", clause=CLAUSE, other=_("这一对已经列出"))
        why = [[str(_("人工认定")), because]]
        confirmed = RepeatState.CONFIRMED
        _noted(fresh, earlier, ONE, why, confirmed, "complaint.repeat_named", by, now, because)
        join_matter(fresh, by, now)
        review_referral(fresh, true_at=now, by=by, now=now)
        return fresh


def merge(complaint: Complaint, into: Complaint, *, because: str, by: Staff, now: datetime) -> Complaint:
    """The same complaint again while the earlier one is open: carried on by that one, and counted all the same (第3号令
    18). A branch merges its own; over branches the centre does. What is with the centre takes the other one there.

    Raises Invalid (422) for another client's, one that is over or not held to be the same matter, and as `carry_on`
    does; Forbidden over branches, and for one who has an interest in the other one (第3号令 17)."""
    because = words("because", because, 500, _("写明合并的原因"))
    with held(complaint, by, now, into, may=may_handle) as (fresh, other):
        if not is_of_centre(by, fresh, now) and other.unit_id != fresh.unit_id:
            raise Forbidden(_("跨机构合并由客户服务中心办理"), clause=CLAUSE)
        if fresh.client_id is not None and other.client_id != fresh.client_id:
            raise Invalid("other_client", clause=CLAUSE, other=_("不是同一个客户的投诉"))
        pair = Repeat.objects.filter(complaint=fresh, earlier=other).exclude(state=RepeatState.REJECTED).first()
        # Of an unknown caller the telephone alone says whose matter it is: a person has to say so first.
        if pair is None or (fresh.client_id is None and pair.state != RepeatState.CONFIRMED):
            raise Invalid("not_same", clause=CLAUSE, other=_("先认定为同一事项，再合并"))
        if other.is_over or other.state not in UNDECIDED:
            raise Invalid("over", clause=CLAUSE, other=_("那一件已经决定，不能并入"))
        if fresh.state not in UNDECIDED:
            raise Refusal("illegal_move", _("已经决定，不能合并"), clause=CLAUSE)
        require_unbarred(other, by, CLAUSE)
        data, texts = carry_on(fresh, other, now)
        fresh.merged_into = other
        into_ = {"into": other.number}
        kept(fresh, "complaint.merged", by=by, now=now, also=[other], data=into_, texts={"because": because})
        end_for_merging(fresh, by=by, now=now)
        # The one that carries on is now complained of again: to the centre, anew where the centre had given it back.
        data = {"from": fresh.number, **data}
        kept(other, "complaint.took_over", by=by, now=now, also=[fresh], data=data, texts=texts)
        review_referral(other, true_at=now, by=by, now=now, again=True)
        return fresh
