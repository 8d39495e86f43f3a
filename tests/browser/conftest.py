"""A real browser against the real application: WSGI in threads, under the test's own clock, on a clone that commits."""

import os
import shutil
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import Kept
from chengnuo.settings.base import GATE
from tests.cast import CAST_AT, PASSWORD, Cast
from tests.cast import cast as made
from tests.hotline.world import NOW, turn

PHONE, TABLET, DESKTOP = (390, 844), (1100, 800), (1440, 900)
# Playwright keeps an event loop in this thread; the database calls of a test beside it are not asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=8000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)


class Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@dataclass
class House:
    """The running product: its people, its present instant, and windows of the browser onto it."""

    cast: Cast
    browser: Browser
    url: str = ""
    at: datetime = NOW
    failures: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    server: WSGIServer | None = None

    def start(self) -> None:
        """Answer at an address of its own; after a stop at the same one."""
        app = self.answer(StaticFilesHandler(get_wsgi_application()))
        port = int(self.url.rpartition(":")[2]) if self.url else 0
        self.server = make_server("127.0.0.1", port, app, server_class=Threaded, handler_class=Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """There is nobody at the address from here on."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        self.server = None

    def answer(self, app: Callable[..., Any]) -> Callable[..., Any]:
        """The application under the test's clock. A page that breaks fails the test, whatever the browser makes of it."""

        def at_our_hour(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
            def noted(status: str, *more: Any) -> Any:
                if status.startswith("5"):
                    self.failures.append(f"{status} {environ['PATH_INFO']}")
                return start(status, *more)

            with moved_to(self.at, "test"):
                response = app(environ, noted)
                try:
                    return list(response)
                finally:
                    response.close()

        return at_our_hour

    def window(self, size: tuple[int, int] = DESKTOP, **more: Any) -> Page:
        """A page of its own, as another person's machine would open it."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai", **more
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: self.failures.append(f"{page.url}: {error}"))
        return page

    def enter(self, username: str = "zhoumin", to: str = "/", size: tuple[int, int] = DESKTOP, **more: Any) -> Page:
        """Sign in by the form, and go to an address."""
        page = self.window(size, **more)
        page.goto(f"{self.url}/sign-in/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.url}/")
        if to != "/":
            self.go(page, to)
        return page

    def go(self, page: Page, to: str | Kept) -> None:
        answer = page.goto(self.url + (to if isinstance(to, str) else to.get_absolute_url()))  # type: ignore[attr-defined]
        assert answer is not None
        assert answer.ok, f"{answer.status} {page.url}"

    def turn(self, at: datetime) -> None:
        """Let time pass until an instant, and the worker have its round."""
        self.at = at
        turn(at)


@pytest.fixture(scope="package")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """Chromium for the whole folder. Beside Playwright's loop Django keeps other connections than before and after."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no chromium on this machine: `.ci/browser` installs it where it may")
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def house(browser: Browser, committing_db: None, settings: Any) -> Iterator[House]:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, GATE]  # A browser signs in by the form and meets what people meet.
    with moved_to(CAST_AT, "test"):
        house = House(made(), browser)
    house.start()
    yield house
    for context in house.contexts:
        context.close()
    house.stop()
    assert house.failures == []
