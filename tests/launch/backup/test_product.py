"""The product itself: backed up while it runs, restored by the command, started on the second folder, signed in to."""

import http.cookiejar
import json
import re
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from chengnuo.settings.places import HELD
from tests.launch.test_run import Launched, launched  # noqa: F401

pytestmark = pytest.mark.slow


@pytest.fixture
def second(launched: Launched) -> Iterator[Launched]:  # noqa: F811
    it = Launched(launched.home / "second")
    it.log = launched.home / "second.log"
    yield it
    if it.process and it.process.poll() is None:
        it.stop()


def said(it: Launched, *words: str) -> str:
    done = subprocess.run(it.command(*words), env=it.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def desk_of(it: Launched, username: str, password: str) -> str:
    """The first page of somebody who signs in by the form."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    url = f"http://localhost:{it.port}/sign-in/"
    page = browser.open(url).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    form = {"csrfmiddlewaretoken": token[1], "username": username, "password": password}
    with browser.open(urllib.request.Request(url, urllib.parse.urlencode(form).encode())) as answer:
        assert urllib.parse.urlsplit(answer.url).path == "/"
        return answer.read().decode()


def test_a_running_company_is_saved_restored_started_and_signed_in_to(launched, second):  # noqa: F811
    home: Path = launched.home
    launched.env["CHENGNUO_DEMO"] = "small"
    launched.start(seconds=240)
    key, target = home.with_name(f"{home.name}-key"), home.with_name(f"{home.name}-target")
    try:
        assert "WITHOUT IT NO BACKUP CAN BE RESTORED" in said(launched, "backup", "--new-key", str(key))
        assert "read back" in said(launched, "backup", str(target), "--key", str(key))
        assert launched.health()[1]["last_backup"] != "never"
        launched.stop()
        file = str(*target.iterdir())
        assert "Whole: " in said(launched, "backup", "--verify", file, "--key", str(key))
        told = said(second, "restore", file, "--into", str(second.home), "--key", str(key))
        assert "all alike" in told
        assert "nothing changed, nothing lost" in told
        second.start(seconds=120)
        assert "周敏" in desk_of(second, "zhoumin", "chengnuo-2026")
        assert (second.home / HELD).exists()
        assert json.loads((second.home / "restored.json").read_text())["from"] == Path(file).name
    finally:
        key.unlink(missing_ok=True)
        for path in target.glob("*"):
            path.unlink()
        target.rmdir()


def test_without_a_company_a_backup_is_refused_in_words(launched, tmp_path):  # noqa: F811
    key = str(tmp_path / "key")
    said(launched, "backup", "--new-key", key)
    asked = launched.command("backup", str(tmp_path / "target"), "--key", key)
    done = subprocess.run(asked, env=launched.env, capture_output=True, text=True, check=False)
    assert (done.returncode, "no company" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
