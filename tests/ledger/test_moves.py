import pytest

from chengnuo.kit.models import Approval
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.moves import diagram, move, moves_from


@pytest.mark.parametrize("state", Approval.State.values)
@pytest.mark.parametrize("verb", [one.verb for one in Approval.MOVES])
def test_every_pair_of_state_and_verb_moves_or_is_refused(state, verb):
    record = Approval(state=state)
    if state == "pending":
        move(record, verb)
        assert record.state != "pending"
    else:
        with pytest.raises(Refusal) as refused:
            move(record, verb)
        assert (refused.value.code, refused.value.status, record.state) == ("illegal_move", 409, state)


def test_the_same_table_gives_the_buttons():
    assert [one.verb for one in moves_from(Approval(state="pending"))] == ["approve", "return", "refuse", "withdraw"]
    assert moves_from(Approval(state="approved")) == []


def test_a_verb_that_the_record_does_not_know_is_a_slip_of_the_programmer():
    with pytest.raises(LookupError):
        move(Approval(state="pending"), "fly")


def test_the_same_table_gives_the_drawing():
    assert diagram(Approval.MOVES) == {
        "pending": [
            ("签字批准", "approved"),
            ("退回", "returned"),
            ("不同意", "refused"),
            ("撤回", "withdrawn"),
        ]
    }
