"""A real Dovecot on loopback, with a configuration of its own, for as long as a test runs."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient

BINARY = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")
PASSWORD = "secret-of-the-mailbox"
CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
{tls}
mail_location = maildir:{home}/mail/%u
first_valid_uid = 1
first_valid_gid = 1
{users}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = {is_tls}
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    home: Path
    port: int
    process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen([BINARY, "-F", "-c", str(self.home / "conf")])
        until = time.monotonic() + 15
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
                line.settimeout(2)
                if line.recv(1) or True:
                    return
            time.sleep(0.05)
        raise AssertionError((self.home / "log").read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    @contextlib.contextmanager
    def box(self, user: str = "su") -> Iterator[IMAPClient]:
        with IMAPClient("127.0.0.1", self.port, ssl=False) as client:
            client.login(user, PASSWORD)
            yield client

    def put(self, *mails: bytes, user: str = "su", at: datetime | None = None) -> None:
        with self.box(user) as client:
            for mail in mails:
                client.append("INBOX", mail, msg_time=at)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def dovecot(certificate: tuple[str, str] | None = None) -> Iterator[tuple[Dovecot, int]]:
    """The server and its port for TLS. Its folder is short: sockets lie in it."""
    home = Path(tempfile.mkdtemp(prefix="cn-imap-", dir="/tmp"))
    home.chmod(0o755)
    (home / "mail").mkdir(mode=0o777)
    (home / "mail").chmod(0o777)
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    users = "" if os.geteuid() == 0 else f"default_internal_user = {who.pw_name}\ndefault_login_user = {who.pw_name}"
    tls = f"ssl = yes\nssl_cert = <{certificate[0]}\nssl_key = <{certificate[1]}" if certificate else "ssl = no"
    plain, imaps = free_port(), free_port()
    (home / "conf").write_text(
        CONFIG.format(
            home=home,
            tls=tls,
            is_tls="yes" if certificate else "no",
            users=users,
            password=PASSWORD,
            uid=who.pw_uid,
            gid=who.pw_gid,
            plain=plain,
            imaps=imaps,
        )
    )
    server = Dovecot(home, plain)
    try:
        server.start()
        yield server, imaps
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
