"""What a request owes whoever was asked."""

from django.utils.translation import gettext_noop as _n

from chengnuo.kit.models import Approval
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs


@obligation(
    "4.0", of=Approval, met_by=verbs("approval.decided"), act=Act(_n("审批"), "approvals:approval"), sticky=False
)
def decide_what_is_asked(approval: Approval, facts: Facts) -> Owed | None:
    """Whoever is asked decides within the term, whatever the decision. The duty stands under the clause that the
    request serves; a change of the one standard itself is 4.0. Each step has its own term from the moment it was
    asked; a request taken back owes nothing."""
    if approval.state != Approval.State.PENDING:
        return None
    step = approval.steps.filter(decision="", asked_at__isnull=False).order_by("order").first()
    if step is None or step.asked_at is None:
        return None
    return Owed(
        key=f"step-{step.order}",
        title=_n("审批：%(title)s"),
        args={"title": approval.title},
        due=facts.after(step.asked_at, "approval.due"),
        owner_id=step.asked_of_id,
        unit_id=step.asked_unit_id,
        inputs={_n("审批人"): step.get_asked_role_display()},
        clause=approval.clause,
    )
