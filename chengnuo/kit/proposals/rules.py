"""What a submitted proposal owes, whatever room it is of."""

from typing import Any

from django.utils.translation import gettext_noop

from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs

from .access import weigher
from .models import Proposal, ProposalState


def owes_analysis(model: type[Proposal], clause: str, parameter: str, *, noun: str, act: Act) -> None:
    """The centre weighs what was submitted within a term, and sends it on or back."""

    def weigh_what_is_submitted(one: Any, facts: Facts) -> Owed | None:
        """Headquarters weighs what a branch submitted, and puts it to the executive or returns it, within 3 working
        days [D] of getting it; what the executive returned is weighed again, with a term of its own. Taken back by the
        branch it owes nothing."""
        if one.state != ProposalState.SUBMITTED or one.waiting_since is None:
            return None
        owner, centre = weigher(facts.now)
        return Owed(
            "analyse",
            gettext_noop("分析%(unit)s的%(number)s"),
            facts.after(one.waiting_since, parameter),
            args={"unit": one.unit.name, "number": one.number},
            owner_id=owner,
            unit_id=centre,
            inputs={gettext_noop("收到"): one.waiting_since.isoformat()},
            clause=one.clause,
        )

    met = verbs(f"{noun}.analysed", f"{noun}.returned")
    obligation(clause, of=model, met_by=met, act=act, sticky=False)(weigh_what_is_submitted)
