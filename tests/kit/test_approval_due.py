"""What is asked is decided in time, or its lateness stays on record (4.0)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chengnuo.kit.procedure.actions import propose_parameter
from tests.hotline.world import SECOND, do, duties, fates, turn


@pytest.mark.parametrize(
    "late, breached",
    [
        pytest.param(timedelta(0), False, marks=pytest.mark.clause("4.0", good=True)),
        pytest.param(SECOND, True, marks=pytest.mark.clause("4.0", good=False)),
    ],
)
def test_a_proposal_not_decided_by_its_time_is_breached(cast, late, breached):
    approval = do(propose_parameter, "call_back.due", Decimal(10), None, "偏宽", by=cast.linxiaotang)
    (duty,) = duties(approval)
    turn(duty.due + late)
    assert [one[1:] for one in fates(approval)] == [("open", breached)]
