"""One POST to one address, within ten seconds, whatever the other side does."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from ..characters import without_forbidden
from .addresses import Place, place_of, reachable
from .results import NoAnswer

CONNECT_SECONDS = 5.0
LONGEST_SECONDS = 10.0
MOST_BYTES = 4096
SHOWN = 500


@dataclass(frozen=True)
class Answered:
    status: int
    text: str

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str], within: float = LONGEST_SECONDS) -> Answered:
    """Send a body and read the status and the beginning of the answer. A redirect is an answer: it is not followed.

    Raises NoAnswer when no status came in time. What comes after the status is only for the log, so an answer that
    hangs or never ends behind a 200 is a 200.
    """
    place = place_of(url)
    way = _Way(place, reachable(place))
    cut = threading.Timer(within, way.cut)
    cut.daemon = True
    cut.start()
    try:
        way.request("POST", place.path, body, dict(headers))
        response = way.getresponse()
        if way.is_cut:  # Its headers ended because we ended them.
            raise NoAnswer(_too_late(within))
        return Answered(response.status, _beginning(response))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoAnswer(_too_late(within) if way.is_cut else _words(error)) from error
    finally:
        cut.cancel()
        way.close()


class _Way(http.client.HTTPConnection):
    """A connection to the address that was looked at, under the name that was asked for: a name that changes its
    address in between leads nowhere else."""

    def __init__(self, place: Place, address: str) -> None:
        super().__init__(place.host, place.port, timeout=CONNECT_SECONDS)
        self.default_port = 443 if place.is_https else 80
        self._is_https, self._address, self.is_cut = place.is_https, address, False

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), timeout=CONNECT_SECONDS)
        self.sock = plain
        if self._is_https:
            self.sock = _trusted().wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()
        self.sock.settimeout(LONGEST_SECONDS)

    def cut(self) -> None:
        """End it from another thread. The plain shutdown leaves a TLS layer alone that is being read."""
        self.is_cut = True
        if self.sock is not None:
            with suppress(OSError):  # It may have ended by itself.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def _trusted() -> ssl.SSLContext:
    """The authorities of the system, and the company's own where there is one."""
    context = ssl.create_default_context()
    if settings.MAIL_CA:
        context.load_verify_locations(cafile=settings.MAIL_CA)
    return context


def _beginning(response: http.client.HTTPResponse) -> str:
    try:
        raw = response.read(MOST_BYTES)
    except http.client.IncompleteRead as error:
        raw = error.partial
    except (OSError, ValueError, http.client.HTTPException):
        raw = b""
    return without_forbidden(raw.decode("utf-8", "replace"))[:SHOWN]


def _too_late(within: float) -> str:
    return _("%(seconds)s秒内没有回音") % {"seconds": f"{within:g}"}


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("对方的证书不可信：%s") % error.verify_message
    if isinstance(error, ssl.SSLError):
        return _("TLS没有谈成")
    if isinstance(error, ConnectionRefusedError):
        return _("连接被拒绝，对方没有在听")
    if isinstance(error, TimeoutError):
        return _("%(seconds)s秒内没有回音") % {"seconds": f"{CONNECT_SECONDS:g}"}
    if isinstance(error, http.client.HTTPException | ValueError):
        return _("对方的回答不是HTTP")
    return _("连不上对方的服务器")
