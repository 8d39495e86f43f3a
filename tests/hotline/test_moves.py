"""Every pair of states of every table of moves: the legal ones move, all others are refused with 409."""

import pytest

from chengnuo.claims.models import Claim
from chengnuo.claims.models import State as ClaimState
from chengnuo.complaints.models import Complaint
from chengnuo.complaints.models import State as ComplaintState
from chengnuo.hotline.models import Call, CallState, Promise, PromiseState
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.moves import diagram, move, moves_from
from chengnuo.visits.models import State as VisitState
from chengnuo.visits.models import Visit

TABLES = {
    Call: (CallState, CallState.RINGING),
    Promise: (PromiseState, PromiseState.OPEN),
    Visit: (VisitState, VisitState.PLANNED),
    Claim: (ClaimState, ClaimState.REPORTED),
    Complaint: (ComplaintState, ComplaintState.RECEIVED),
}
# Where each kind of record may go from each state, by hand from the domain sheet. What a client disputes after its end is
# reopened by that, with his reason; what came to the centre unassessed is assessed there, and is with it again at once.
LEGAL = {
    Call: {
        "ringing": "answered missed",
        "answered": "answered_elsewhere registered void",
        "missed": "overflow call_back_owed",
        "overflow": "answered answered_elsewhere call_back_owed",
        "answered_elsewhere": "answered registered void",
        "call_back_owed": "answered answered_elsewhere registered void",
        "registered": "closed void",
        "closed": "void",
        "void": "",
    },
    Promise: {
        "open": "kept kept_late moved withdrawn",
        "moved": "moved_kept moved_late moved withdrawn",
        "kept": "",
        "kept_late": "",
        "moved_kept": "",
        "moved_late": "",
        "withdrawn": "",
    },
    Visit: {
        "planned": "confirmed done missed cancelled",
        "confirmed": "confirmed done missed cancelled",
        "done": "survey_signed survey_unsigned",
        "survey_signed": "followed_up",
        "survey_unsigned": "survey_signed followed_up",
        "followed_up": "filed",
        "filed": "",
        "missed": "",
        "cancelled": "",
    },
    Claim: {
        "reported": "registered",
        "registered": "surveyed documents disputed closed",
        "surveyed": "documents closed",
        "documents": "submitted closed",
        "submitted": "accepted partly declined disputed documents closed",
        "accepted": "disputed paid",
        "partly": "disputed paid",
        "declined": "disputed closed",
        "disputed": "accepted partly declined closed",
        "paid": "paid recovery closed",
        "recovery": "closed",
        "closed": "filed registered disputed",
        "filed": "registered disputed",
    },
    Complaint: {
        "received": "registered withdrawn",
        "registered": "assessed centre_handling withdrawn",
        "assessed": "branch_handling centre_handling withdrawn",
        "branch_handling": "centre_handling investigating withdrawn",
        "centre_handling": "assessed branch_handling investigating withdrawn",
        "investigating": "centre_handling paused decided withdrawn",
        "paused": "investigating withdrawn",
        "decided": "notified withdrawn",
        "notified": "closed review_asked mediation litigation withdrawn",
        "closed": "review_asked",
        "review_asked": "review_decided withdrawn",
        "review_decided": "closed mediation litigation withdrawn",
        "mediation": "closed litigation withdrawn",
        "litigation": "closed withdrawn",
        "withdrawn": "",
    },
}
PAIRS = [
    pytest.param(model, one.verb, state, id=f"{model.__name__}.{one.verb} from {state}")
    for model, (states, _first) in TABLES.items()
    for one in model.MOVES
    for state in states.values
]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_the_moves_are_those_of_the_domain_sheet(model):
    states, _first = TABLES[model]
    allowed = {state: {one.to for one in moves_from(model(state=state))} for state in states.values}
    assert allowed == {state: set(next_.split()) for state, next_ in LEGAL[model].items()}


@pytest.mark.parametrize("model, verb, state", PAIRS)
def test_a_move_leads_on_from_its_states_and_is_refused_from_all_others(model, verb, state):
    record = model(state=state)
    legal = next((one for one in model.MOVES if one.verb == verb and state in one.from_), None)
    if legal:
        assert (move(record, verb).to, record.state) == (legal.to, legal.to)
        return
    with pytest.raises(Refusal) as caught:
        move(record, verb)
    assert (caught.value.code, caught.value.status, record.state) == ("illegal_move", 409, state)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_state_is_reached_from_the_first_and_every_move_names_a_clause(model):
    states, first = TABLES[model]
    drawn, reached, ahead = diagram(model.MOVES), set(), [first]
    while ahead:
        state = ahead.pop()
        if state not in reached:
            reached.add(state)
            ahead += [to for _label, to in drawn.get(state, [])]
    assert reached == set(states.values)
    assert [one.verb for one in model.MOVES if not one.clause] == []
    assert len({one.verb for one in model.MOVES}) == len(model.MOVES)
