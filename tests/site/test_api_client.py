"""docs/operating/api.md, carried out: a client is generated from the kept description, and its worked examples run
in processes of their own against a live server."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from chengnuo.hotline.models import Call, CallState, Promise
from chengnuo.ledger import clock
from chengnuo.ledger.check import check
from chengnuo.people.actions import make_token
from chengnuo.site.management.commands.openapi import PATH
from tests.browser.conftest import Quiet, Threaded
from tests.cast import cast as made
from tests.hotline.world import a_call, do

pytestmark = pytest.mark.slow
TEXT = (Path(settings.BASE_DIR) / "docs" / "operating" / "api.md").read_text()
MORE_THAN_A_PART = 60


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


@pytest.fixture
def environment(committing_db: None, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The address of a live server and a token of Suzhou's operator, as the examples take them."""
    cast, now = made(), clock.now()
    for _number in range(MORE_THAN_A_PART):
        a_call(cast, now)
    token = do(make_token, cast.zhoumin, name="x", expires_at=now + timedelta(days=1), by=cast.zhoumin, now=now)[1]
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Threaded, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    here = {"CHENGNUO_URL": f"http://127.0.0.1:{server.server_port}", "CHENGNUO_TOKEN": token}
    yield os.environ | here | {"PYTHONPATH": str(tmp_path), "no_proxy": "127.0.0.1"}
    server.shutdown()
    server.server_close()


def run(*words: str, env: dict[str, str]) -> str:
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_generated_client_registers_a_call_keeps_its_promise_pages_and_reads_an_error(environment, tmp_path):
    config = tmp_path / "client.yaml"
    config.write_text(example("yaml"))
    generator = [str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--meta", "none"]
    where = ["--path", str(PATH), "--output-path", str(tmp_path / "chengnuo_client"), "--config", str(config)]
    assert "WARNING" not in run(*generator, *where, "--fail-on-warning", env=environment)
    said = run(sys.executable, "-c", example("python"), env=environment)
    call = Call.objects.get(promises__isnull=False)
    assert said.splitlines() == [
        f"registered {call.number} closed open",
        "promise kept",
        f"calls {MORE_THAN_A_PART + 1}",
        "refused illegal_move 3.1.5",
    ]
    assert [(one.what, one.state) for one in Promise.objects.all()] == [("Look up the end of the policy", "kept")]
    assert check()[0] == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_example_by_hand_lists_calls_and_registers_a_missed_one_once(environment):
    listed, registered = (run("bash", "-c", example("bash"), env=environment) for _time in range(2))
    decoder = json.JSONDecoder()
    page, end = decoder.raw_decode(listed)
    call, _end = decoder.raw_decode(listed[end:].strip())
    assert len(page["calls"]) == 50
    assert (call["line"], call["state"]) == ("SU", CallState.CALL_BACK_OWED)
    assert Call.objects.filter(state=CallState.CALL_BACK_OWED).count() == 1, registered
