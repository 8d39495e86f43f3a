"""A real call: two telephones and an exchange beside us, its events posted to the running product (3.1.2, 3.1.3)."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from django.core.wsgi import get_wsgi_application

from chengnuo.hotline import actions
from chengnuo.hotline.models import Call, CallState
from chengnuo.ledger import clock
from chengnuo.ledger.check import check
from tests.browser.conftest import Quiet, Threaded
from tests.cast import Cast
from tests.cast import cast as made
from tests.hotline.exchange import Exchange, an_exchange
from tests.hotline.world import HOUR, do
from tests.phone.telephony import CALLER, EXTENSION, LINE, Telephone, missing, telephony, wait_for

WHY_NOT = missing()
pytestmark = [pytest.mark.slow, pytest.mark.phone, pytest.mark.skipif(bool(WHY_NOT), reason=f"NO REAL CALL: {WHY_NOT}")]
TOLERANCE = timedelta(seconds=1.5)


@dataclass
class Lines:
    cast: Cast
    exchange: Exchange
    caller: Telephone
    callee: Telephone
    address: str
    logs: str = ""

    def dials(self) -> None:
        self.caller.does("dial", f"sip:{LINE}@{self.address}")


@pytest.fixture
def lines(committing_db: None, tmp_path: Path) -> Iterator[Lines]:
    """Suzhou's line at the exchange, Zhou Min's telephone behind it, and a client's telephone somewhere."""
    cast = made()
    now = clock.now()
    exchange = an_exchange(cast, now=now)
    shift = {"unit": cast.su, "staff": cast.zhoumin, "starts_at": now - HOUR, "ends_at": now + HOUR}
    do(actions.enter_shift, by=None, now=now, **shift)
    worker = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", "0"))) or 0)
    try:
        with telephony(tmp_path, worker) as net:
            server = make_server(net.outside, 0, get_wsgi_application(), server_class=Threaded, handler_class=Quiet)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            try:
                net.exchange(f"http://{net.outside}:{server.server_port}/hooks/phone/", exchange.secret)
                callee, caller = net.telephone(EXTENSION, 5080), net.telephone(CALLER, 5090)
                yield Lines(cast, exchange, caller, callee, net.inside)
            finally:
                server.shutdown()
                server.server_close()
    except PermissionError as error:
        pytest.skip(f"NO REAL CALL: {error}")


def row() -> Call | None:
    return Call.objects.select_related("operator").first()


def is_at(*states: CallState) -> bool:
    call = row()
    return call is not None and call.state in states


def test_a_real_call_is_a_row_from_its_first_ring_to_its_end_with_its_duration(lines: Lines) -> None:
    began = clock.now()
    lines.dials()
    wait_for(lambda: is_at(CallState.RINGING), "the row of the ring")
    time.sleep(1)
    lines.callee.does("accept")
    wait_for(lambda: is_at(CallState.ANSWERED), "the answer")
    answered = clock.now()
    time.sleep(3)
    lines.caller.does("hangup")
    hung_up = clock.now()
    wait_for(lambda: row().hung_up_at, "the hang-up")  # type: ignore[union-attr]
    call = row()
    assert call is not None
    assert (call.caller_digits, call.ring.called, call.unit, call.operator, call.at_first_ring) == (
        CALLER,
        LINE,
        lines.cast.su,
        lines.cast.zhoumin,
        True,
    )
    assert near(call.rang_at, began)
    assert near(call.answered_at, answered)
    assert abs((call.hung_up_at - call.answered_at) - (hung_up - answered)) < TOLERANCE
    assert [(one.staff, one.result) for one in call.attempts.all()] == [(lines.cast.zhoumin, "answered")]
    assert check()[0] == []


def test_a_real_call_that_nobody_takes_owes_its_call_back(lines: Lines) -> None:
    lines.dials()
    wait_for(lambda: is_at(CallState.RINGING), "the row of the ring")
    time.sleep(1)
    lines.caller.does("hangup")
    wait_for(lambda: is_at(CallState.CALL_BACK_OWED), "the missed call")
    call = row()
    assert call is not None
    assert (call.answered_at, call.was_missed) == (None, True)
    assert check()[0] == []


def near(one: datetime | None, other: datetime) -> bool:
    return one is not None and abs(one - other) < TOLERANCE
