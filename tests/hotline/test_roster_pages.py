"""The pages and the API of lines and roster answer, and say what the proof says (3.1.1, 3.1.2)."""

import pytest

from chengnuo.hotline import actions
from chengnuo.ledger.clock import moved_to
from tests.hotline.world import NOW, at, do


@pytest.mark.parametrize(
    "path", ["duty/", "duty/?unit=SU&from=2026-10-05", "duty/coverage/", "lines/", "lines/?q=江苏"]
)
def test_a_page_of_the_roster_opens_for_the_manager(cast, client, path):
    do(actions.register_line, unit=cast.su, number="0512-65551234", by=cast.xuning)
    span = {"starts_at": at("09-29 08:00"), "ends_at": at("09-29 20:00")}
    do(actions.enter_shift, unit=cast.su, staff=cast.lize, by=cast.xuning, **span)
    client.force_login(cast.xuning)
    with moved_to(NOW, "test"):
        answer = client.get(f"/hotline/{path}")
    assert (answer.status_code, "苏州分公司" in answer.content.decode()) == (200, True)


def test_the_pattern_page_previews_and_applies(cast, client):
    client.force_login(cast.xuning)
    sent = {"name": "轮班", "starts_on": "2026-09-29", "rotates": "day", "weeks": "4", "days_1": "all"}
    sent |= {"name_1": "白班", "starts_1": "08:00", "ends_1": "20:00", "staff_1": "周敏、李泽"}
    with moved_to(NOW, "test"):
        preview = client.post("/hotline/duty/patterns/new/?unit=SU", {**sent, "act": "preview"})
        assert (preview.status_code, "写入28班" in preview.content.decode()) == (200, True)
        assert client.post("/hotline/duty/patterns/new/?unit=SU", {**sent, "act": "apply"}).status_code == 302
