"""A letter is sent by what its client's plan promises, else by what its round says (3.2.4)."""

from datetime import timedelta

from chengnuo.letters.models import Letter
from tests.letters.world import TODAY, a_round, a_written_client, chosen, fixed, made, posted, states
from tests.plans.world import a_promise


def out(campaign):
    return posted(made(fixed(chosen(campaign))))


def test_a_planned_letter_is_carried_out_when_it_is_posted_and_others_go_by_the_rounds_reason(cast):
    planned = a_promise(cast, a_written_client(cast, 1), "letter")
    later = a_promise(
        cast,
        a_written_client(cast, 2),
        "letter",
        opens_on=TODAY + timedelta(days=60),
        due_on=TODAY + timedelta(days=90),
    )
    visit = a_promise(cast, a_written_client(cast, 3))
    campaign = out(a_round(cast, basis="other", basis_reason="国庆问候"))
    letters = list(campaign.letters.order_by("nth"))
    assert [(one.basis, one.basis_reason, one.planned_id) for one in letters] == [
        ("planned", "", planned.pk),
        ("other", "国庆问候", None),
        ("other", "国庆问候", None),
    ]
    planned.refresh_from_db()
    assert (planned.state, planned.done_on, planned.service_type, planned.service_pk) == (
        "done", TODAY, "letters.letter", letters[0].pk,
    )  # fmt: skip
    for untouched in (later, visit):
        untouched.refresh_from_db()
        assert untouched.state == "planned"


def test_a_round_by_plan_writes_to_those_alone_whose_plan_promises_a_letter(cast):
    a_promise(cast, a_written_client(cast, 1), "letter")
    a_written_client(cast, 2)
    campaign = chosen(a_round(cast, basis="planned"))
    assert states(campaign) == [("chosen", ""), ("excluded", "no_plan")]
    campaign = out(campaign)
    assert Letter.objects.filter(basis="planned").count() == 1
