"""The product's own API as its users meet it: real requests through the whole application, without a network."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

ROOT = "/api/v1"


@dataclass(frozen=True)
class Reply:
    """What the API answered."""

    status: int
    body: dict[str, Any]

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


class Wire:
    """One application, asked with the tokens of many people."""

    def __init__(self) -> None:
        self._application = WSGIHandler()
        self._host = next((host for host in settings.ALLOWED_HOSTS if host[:1] not in {"*", "."}), "localhost")

    def post(self, path: str, body: Mapping[str, Any], *, token: str, key: str) -> Reply:
        """Send one act under its Idempotency-Key."""
        sent = json.dumps(body, ensure_ascii=False).encode()
        return self._ask(
            {
                "REQUEST_METHOD": "POST",
                "PATH_INFO": ROOT + path,
                "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(sent)),
                "HTTP_AUTHORIZATION": f"Bearer {token}",
                "HTTP_IDEMPOTENCY_KEY": key,
                "wsgi.input": io.BytesIO(sent),
            }
        )

    def _ask(self, environ: dict[str, Any]) -> Reply:
        # Without the signals around a request, which would drop the connection of whoever plays inside a transaction.
        answer: Any = self._application.get_response(WSGIRequest({**self._surroundings(), **environ}))
        return Reply(answer.status_code, json.loads(answer.content) if answer.content else {})

    def _surroundings(self) -> dict[str, Any]:
        return {
            "HTTP_HOST": self._host,
            "SERVER_NAME": self._host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
