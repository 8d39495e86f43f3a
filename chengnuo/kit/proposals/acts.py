"""The one way a proposal goes, for every room that has some: `Proposals` is what a room's actions are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext as _

from chengnuo.kit.approvals.actions import Asked, request
from chengnuo.kit.approvals.kinds import Difference, Kind, Line, Snapshot
from chengnuo.kit.approvals.standing import require_approved
from chengnuo.kit.models import Approval
from chengnuo.ledger.acting import acting
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.moves import move
from chengnuo.ledger.trail import record
from chengnuo.people.models import Role, Staff

from .access import may_analyse, may_write
from .budget import FEN
from .models import Proposal

LONGEST = 5000
P = TypeVar("P", bound=Proposal)


@dataclass(frozen=True)
class Proposals(Generic[P]):
    """A room's kind of proposal. `noun` begins its event verbs and is the key of its approvals.

    `missing` says, beside its fields, what a paper must have before it is submitted; `content` is what of it the
    executive signs; `lines` what he compares; `too_early` why it cannot have been carried out on a day."""

    noun: str
    model: type[P]
    label: "str | StrPromise"
    missing: Callable[[P], dict[str, str]]
    title: Callable[[P], str]
    content: Callable[[P], Mapping[str, Any]]
    lines: Callable[[Snapshot], list[Line]]
    cause: Callable[[Snapshot], str]
    waiting: Callable[[Snapshot], str]
    too_early: Callable[[P, date], str | None] = field(default=lambda _one, _day: None)

    def submit(self, one: P, *, by: Staff, now: datetime) -> P:
        """Send a draft to headquarters. Raises Forbidden outside the branch, Invalid for what is missing."""
        with acting(one) as fresh:
            self.require_branch(fresh, by, now)
            if faults := self.missing(fresh):
                raise Invalid("incomplete", clause=fresh.clause, **faults)
            first = fresh.first_submitted_at or now
            changes = {"submitted_at": now, "first_submitted_at": first, "waiting_since": now, "returned_because": ""}
            self.moved(fresh, "submit", "submitted", by, now, changes, data={"amount": fresh.amount})
        return fresh  # type: ignore[no-any-return]

    def take_back(self, one: P, *, by: Staff, now: datetime) -> P:
        """The branch takes back what was not weighed yet, to change it."""
        with acting(one) as fresh:
            self.require_branch(fresh, by, now)
            self.moved(fresh, "take_back", "taken_back", by, now, {"waiting_since": None, "back_since": now})
        return fresh  # type: ignore[no-any-return]

    def send_back(self, one: P, *, reason: str, by: Staff, now: datetime) -> P:
        """The centre returns it to be mended. Raises Invalid without the reason."""
        reason = self.words(one, "reason", reason, _("写明要改什么"))
        with acting(one) as fresh:
            self.require_centre(fresh, by, now)
            changes = {"waiting_since": None, "back_since": now, "returned_because": reason}
            self.moved(fresh, "return", "returned", by, now, changes, texts={"reason": reason})
        return fresh  # type: ignore[no-any-return]

    def analyse(
        self, one: P, *, conclusion: str, amount: Decimal, terms: str = "", by: Staff, now: datetime, **found: Any
    ) -> P:
        """The centre weighs it and puts what it proposes to grant to the executive: all, or a part. `found` are more
        values of the room's to keep. Raises Invalid without a conclusion, for more than was asked, and for nothing."""
        conclusion = self.words(one, "conclusion", conclusion, _("写明分析结论"))
        terms = terms.strip()
        with acting(one) as fresh:
            self.require_centre(fresh, by, now)
            if not 0 <= amount <= fresh.amount or amount != amount.quantize(FEN):
                raise Invalid("too_much", clause=fresh.clause, amount=_("在0到申请的%s元之间") % fresh.amount)
            if len(terms) > LONGEST or (fresh.amount and not amount and not terms):
                raise Invalid("no_terms", clause=fresh.clause, terms=_("不给钱时写明给哪些支持，最多5000字"))
            changes = {
                "conclusion": conclusion,
                "proposed_amount": amount.quantize(FEN),
                "proposed_terms": terms,
                "analysed_at": now,
                "analysed_by": by,
                **found,
            }
            texts = {"conclusion": conclusion, "terms": terms}
            self.moved(fresh, "analyse", "analysed", by, now, changes, data={"proposed": amount}, texts=texts)
            request(
                self.noun,
                fresh,
                about=fresh.number,
                title=self.title(fresh)[:150],
                clause=fresh.clause,
                snapshot=self.snapshot(fresh),
                steps=[Asked(Role.Kind.EXECUTIVE)],
                by=by,
                now=now,
            )
        return fresh  # type: ignore[no-any-return]

    def carry_out(self, one: P, *, done_on: date, how: str, by: Staff, now: datetime) -> P:
        """Say that what was approved was done, and how. Refused (409) unless exactly what stands there was approved;
        no day before the decision is taken (422)."""
        how = self.words(one, "how", how, _("写明怎么办的；没有办成的写明原因"))
        with acting(one) as fresh:
            self.require_branch(fresh, by, now)
            self.require_approved(fresh)
            if done_on > _day(now):
                raise Invalid("not_yet", clause=fresh.clause, done_on=_("实施日还没有到"))
            if fresh.decided_at and done_on < _day(fresh.decided_at):
                raise Invalid("before_approval", clause=fresh.clause, done_on=_("批准以前不能实施，写批准之后的日子"))
            if why := self.too_early(fresh, done_on):
                raise Invalid("too_early", clause=fresh.clause, done_on=why)
            changes = {"done_on": done_on, "done_how": how}
            self.moved(
                fresh, "carry_out", "carried_out", by, now, changes, data={"done_on": done_on}, texts={"how": how}
            )
        return fresh  # type: ignore[no-any-return]

    def report_back(self, one: P, *, result: str, by: Staff, now: datetime) -> P:
        """Tell headquarters what came of it. Raises Invalid without words."""
        result = self.words(one, "result", result, _("写明效果、实际花费和问题"))
        with acting(one) as fresh:
            self.require_branch(fresh, by, now)
            changes = {"result": result, "reported_at": now}
            self.moved(fresh, "report_back", "reported", by, now, changes, texts={"result": result})
        return fresh  # type: ignore[no-any-return]

    # The decision

    def snapshot(self, one: P) -> Snapshot:
        """What the executive signs: the whole paper, the analysis, and exactly what is granted."""
        return {
            "number": one.number,
            "unit": one.unit.code,
            "asked": one.amount,
            "budget": one.budget,
            "scheme": one.scheme,
            "opinion": one.opinion,
            "conclusion": one.conclusion,
            "granted": one.proposed_amount,
            "terms": one.proposed_terms,
            "in_part": one.is_in_part,
            **self.content(one),
        }

    def kind(self) -> Kind:
        """What the room registers with the approvals' kernel."""
        return Kind(
            self.noun,
            self.label,  # type: ignore[arg-type]
            self._approved,
            lambda _approval, snapshot: self._difference(snapshot),
            lambda _approval, snapshot: self.waiting(snapshot),
            on_ended=self._ended,
        )

    def _approved(
        self, approval: Approval, snapshot: Snapshot, by: Staff, on_behalf_of: int | None, now: datetime
    ) -> None:
        with acting(self.model(pk=approval.subject_pk)) as fresh:
            if by.pk == fresh.owner_id:
                raise Forbidden(_("不能批自己起草的申请"), code="own_request", clause=fresh.clause)
            granted = Decimal(snapshot["granted"])
            verb = "approve_partly" if snapshot["in_part"] else "approve"
            changes = {
                "granted_amount": granted,
                "approved_sha256": approval.sha256,
                "decided_at": now,
                "decided_by": by,
            }
            data = {"granted": granted, "sha256": approval.sha256}
            self.moved(fresh, verb, "approved", by, now, changes, data=data, on_behalf_of=on_behalf_of)

    def _ended(self, approval: Approval, snapshot: Snapshot, by: Staff, now: datetime) -> None:
        """Refused, it is over; returned or withdrawn, the centre weighs it again."""
        with acting(self.model(pk=approval.subject_pk)) as fresh:
            if approval.state == Approval.State.REFUSED:
                self.moved(fresh, "reject", "rejected", by, now, {"decided_at": now, "decided_by": by})
            else:
                self.moved(fresh, "analyse_again", "put_back", by, now, {"waiting_since": now})

    def _difference(self, snapshot: Snapshot) -> Difference:
        asked, granted = Decimal(snapshot["asked"]), Decimal(snapshot["granted"])
        less = granted - asked
        change = _("照准") if not less else f"−{-less:,.2f}"
        return Difference(
            figure=Line(_("批准金额（元）"), f"{asked:,.2f}", f"{granted:,.2f}", change),
            against=_("申请"),
            lines=self.lines(snapshot),
            cause=self.cause(snapshot),
        )

    # What every act does

    def moved(
        self,
        fresh: P,
        verb: str,
        event: str,
        by: Staff,
        now: datetime,
        changes: Mapping[str, Any],
        *,
        data: Mapping[str, Any] | None = None,
        texts: Mapping[str, str] | None = None,
        on_behalf_of: int | None = None,
    ) -> None:
        """Make a move of a locked record with what it changes, and its event."""
        was = fresh.state
        move(fresh, verb)
        for name, value in changes.items():
            setattr(fresh, name, value)
        fresh.version += 1
        fresh.save()
        told = {"state": [was, fresh.state], "number": fresh.number, **(data or {})}
        record(f"{self.noun}.{event}", fresh, by=by, now=now, data=told, texts=texts, on_behalf_of=on_behalf_of)

    def require_branch(self, one: P, by: Staff, now: datetime) -> None:
        if not may_write(by, one.unit_id, now):
            raise Forbidden(_("由%s的人办理") % one.unit.name, clause=one.clause)

    def require_centre(self, one: P, by: Staff, now: datetime) -> None:
        if not may_analyse(by, now):
            raise Forbidden(_("由客户服务中心办理"), clause=one.clause)

    def require_approved(self, one: P) -> None:
        """Raises Refusal 409 unless the executive approved exactly what the record says."""
        require_approved(self.noun, one, self.snapshot(one), clause=one.clause)

    def words(self, one: P, name: str, text: str, fault: str) -> str:
        """The text, stripped. Raises Invalid beside the field for none or too many words."""
        text = text.strip()
        if not 0 < len(text) <= LONGEST:
            raise Invalid("no_words", clause=one.clause, **{name: fault})
        return text


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
