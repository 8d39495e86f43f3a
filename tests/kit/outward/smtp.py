"""A real SMTP server in a process of its own, which does what a test tells it to.

It writes each mail that it takes to DIR/mails, one JSON line each, and reads how to behave from DIR/how before every
command; `python -m tests.kit.outward.smtp DIR PORT [CERT KEY]`.
"""

import asyncio
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

PASSWORD = "secret of the mail server"


def how(home: Path) -> dict[str, str]:
    try:
        return json.loads((home / "how").read_text())
    except FileNotFoundError:
        return {}


class Handler:
    def __init__(self, home: Path) -> None:
        self.home = home

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:
        answers = how(self.home)
        answer = answers.get(address) or answers.get("rcpt")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answers = how(self.home)
        if answers.get("data") == "drop":  # Everything was handed over, and the answer is lost.
            server.transport.abort()
            return "451 gone"
        if answers.get("data") == "slow":
            await asyncio.sleep(60)
        if answers.get("data"):
            return answers["data"]
        line = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "mail": envelope.content.decode("utf-8")}
        with open(self.home / "mails", "a") as out:
            out.write(json.dumps(line) + "\n")
        return "250 taken"


class Dropping(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        if how(self._home).get("data") == "drop before":
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


def serve(home: Path, port: int, cert: str = "", key: str = "") -> None:
    context = None
    if cert:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)

    class Here(Controller):
        def factory(self) -> SMTP:
            server = Dropping(self.handler, authenticator=authenticate, auth_require_tls=False, auth_required=False)
            server._home = home
            return server

    controller = Here(Handler(home), hostname="127.0.0.1", port=port, ssl_context=context)
    controller.start()
    while os.getppid() != 1:
        time.sleep(0.5)


@dataclass
class Server:
    """The process and what it took."""

    home: Path
    port: int
    process: subprocess.Popen | None = None
    cert: tuple[str, str] | None = None

    def start(self) -> None:
        args = [sys.executable, "-m", "tests.kit.outward.smtp", str(self.home), str(self.port), *(self.cert or ())]
        self.process = subprocess.Popen(args, cwd=Path(__file__).parents[3])
        until = time.monotonic() + 15
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError("the SMTP server did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def behave(self, **answers: str) -> None:
        (self.home / "how").write_text(json.dumps(answers))

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(line["mail"].encode(), policy=policy.default) for line in self.lines()]

    def lines(self) -> list[dict]:
        try:
            return [json.loads(line) for line in (self.home / "mails").read_text().splitlines()]
        except FileNotFoundError:
            return []


@contextlib.contextmanager
def smtp(home: Path, cert: tuple[str, str] | None = None) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(home, port, cert=cert)
    server.start()
    try:
        yield server
    finally:
        server.stop()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:5])
