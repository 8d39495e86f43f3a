"""Whatever happens to a promise in whatever order: laws that hold after every step."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chengnuo.hotline import actions
from chengnuo.hotline.models import Promise
from chengnuo.ledger.check import check
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import LIVE, Obligation
from chengnuo.ledger.models.duties import State
from tests.hotline.world import NOW, a_promise, do, turn

STEPS = st.sampled_from(
    [timedelta(seconds=1), timedelta(minutes=16), timedelta(hours=3), timedelta(days=1), timedelta(days=4)]
)
AGREED = {"agreed_who": "陈月琴", "agreed_how": "电话"}


def machine(cast):
    class APromise(RuleBasedStateMachine):
        @initialize(term=st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=9)]))
        def promised(self, term):
            self.now = NOW
            self.savepoint = transaction.atomic()
            self.savepoint.__enter__()
            self.promise = a_promise(cast, NOW + term)
            self.first_by = self.promise.first_by
            self.breached = set()
            self.over = False

        def teardown(self):
            if hasattr(self, "savepoint"):
                assert check()[0] == []
                transaction.set_rollback(True)
                self.savepoint.__exit__(None, None, None)

        def tried(self, action, **given):
            try:
                with transaction.atomic():
                    do(action, self.promise, by=cast.zhoumin, now=self.now, **given)
            except Refusal as refusal:
                return refusal.code
            return ""

        @rule(step=STEPS, turns=st.booleans())
        def time_passes(self, step, turns):
            self.now += step
            if turns:
                turn(self.now)

        @rule(earlier=st.booleans())
        def answer(self, earlier):
            at = max(self.promise.made_at, self.now - timedelta(minutes=20)) if earlier else self.now
            said = self.tried(actions.answer_promise, text="好了", at=at)
            assert said == ("illegal_move" if self.over else "")
            self.over = True

        @rule()
        def tell(self):
            assert self.tried(actions.tell_interim, text="在查") == ("illegal_move" if self.over else "")

        @rule(ahead=STEPS)
        def move(self, ahead):
            assert self.tried(actions.move_promise, to=self.now + ahead, **AGREED) in {
                "",
                "promise_due",
                "promise_same",
                "illegal_move",
            }

        @rule()
        def withdraw(self):
            assert self.tried(actions.withdraw_promise, text="不用了", **AGREED) == (
                "illegal_move" if self.over else ""
            )
            self.over = True

        @rule(to=st.sampled_from([cast.zhoumin, cast.lize]))
        def hand_over(self, to):
            assert self.tried(actions.hand_over_promise, to=to) == ("illegal_move" if self.over else "")

        @invariant()
        def laws(self):
            if not hasattr(self, "promise"):
                return
            promise = Promise.objects.get(pk=self.promise.pk)
            duties = Obligation.objects.filter(subject_type="hotline.promise", subject_pk=promise.pk)
            assert promise.first_by == self.first_by
            assert promise.is_running is not self.over
            answers = [duty for duty in duties if duty.rule.endswith("answer_by_the_promised_time")]
            live = [duty for duty in answers if duty.state in LIVE]
            assert len(live) == (0 if self.over else 1)
            assert [duty.due for duty in live] == ([] if self.over else [promise.by])
            assert sum(duty.state == State.MET for duty in answers) <= 1
            breached = {duty.pk for duty in duties if duty.breached_at}
            assert self.breached <= breached
            self.breached = breached
            assert all(duty.owner_id == promise.keeper_id for duty in live)

    return APromise


@pytest.mark.clause("3.1.5", good=True)
def test_the_first_time_never_changes_a_breach_stays_and_one_answer_at_most_is_owed(cast):
    run_state_machine_as_test(
        machine(cast),
        settings=settings(
            max_examples=25,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
