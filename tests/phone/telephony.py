"""A telephone network of its own: a namespace with Kamailio and two baresip telephones, joined to us by a veth pair.

Everything is ended by its process id and the namespace is removed, also after a failure.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

NEEDED = ("kamailio", "baresip", "ip")
LINE, CALLER, EXTENSION = "051200006600", "13800001021", "8001"
SECONDS = 20

KAMAILIO = """
debug=1
log_stderror=yes
children=4
tcp_children=1
auto_aliases=no
listen=udp:{inside}:5060
mpath="{modules}"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "dialog.so"
loadmodule "http_client.so"
modparam("rr", "enable_full_lr", 1)
modparam("dialog", "dlg_match_mode", 1)
modparam("http_client", "connection_timeout", 5)

route[SAY] {{
  $var(body) = "{{\\"event\\":\\"" + $var(event) + "\\",\\"id\\":\\"" + $ci + "\\",\\"caller\\":\\"" + $fU
    + "\\",\\"called\\":\\"" + $tU + "\\",\\"at\\":" + $TV(Sn) + $var(more) + "}}";
  http_client_query("{hook}", "$var(body)", "Content-Type: application/json\\r\\nAuthorization: Bearer {secret}",
    "$var(answer)");
}}
request_route {{
  if (!mf_process_maxfwd_header("10")) {{ exit; }}
  if (is_method("CANCEL")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
  if (has_totag()) {{ if (loose_route()) {{ t_relay(); }} exit; }}
  if (is_method("INVITE")) {{
    t_newtran();
    record_route();
    dlg_manage();
    $var(event) = "ringing"; $var(more) = "";
    route(SAY);
    $ru = "sip:{extension}@{inside}:5080";
    t_relay();
    exit;
  }}
  sl_send_reply("405", "Method Not Allowed");
}}
event_route[dialog:start] {{
  $var(event) = "answered"; $var(more) = ",\\"extension\\":\\"{extension}\\"";
  route(SAY);
}}
event_route[dialog:end] {{
  $var(event) = "hangup"; $var(more) = "";
  route(SAY);
}}
event_route[dialog:failed] {{
  $var(event) = "hangup"; $var(more) = ",\\"cause\\":\\"noAnswer\\"";
  route(SAY);
}}
"""
BARESIP = """
sip_listen {inside}:{port}
net_interface {interface}
audio_player aubridge,{port}
audio_source aubridge,{port}
audio_alert aubridge,{port}
module_path {modules}
module g711.so
module aubridge.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {inside}:{control}
"""


def missing() -> str:
    """Why there can be no telephones here, in words; nothing where there can."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    absent = [name for name in NEEDED if not shutil.which(name, path=path)]
    if absent:
        return f"{', '.join(absent)} not installed: as root, .ci/phone installs them"
    if os.geteuid() != 0:
        return "a network namespace needs root"
    return ""


def run(*command: str, check: bool = True) -> None:
    subprocess.run(command, check=check, timeout=SECONDS, capture_output=True)


@dataclass
class Telephony:
    """The namespace `name`; `outside` is our address in it, `inside` that of the exchange and its telephones."""

    name: str
    outside: str
    inside: str
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{Path(command[0]).name}-{len(self.running)}.log").open("wb")
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.name, *command], stdout=log, stderr=log, stdin=subprocess.PIPE
        )
        self.running.append(process)
        return process

    def exchange(self, hook: str, secret: str) -> None:
        modules = next(Path("/usr/lib").glob("*/kamailio/modules"))
        text = KAMAILIO.format(inside=self.inside, modules=modules, hook=hook, secret=secret, extension=EXTENSION)
        (self.folder / "kamailio.cfg").write_text(text)
        self.start("kamailio", "-DD", "-E", "-f", str(self.folder / "kamailio.cfg"), "-Y", str(self.folder))
        wait_for(lambda: self._hears(5060), "Kamailio")

    def _hears(self, port: int) -> bool:
        listed = subprocess.run(
            ["ip", "netns", "exec", self.name, "cat", "/proc/net/udp"], capture_output=True, timeout=SECONDS
        ).stdout.decode()
        return f":{port:04X} " in listed

    def telephone(self, user: str, port: int) -> "Telephone":
        folder = self.folder / user
        folder.mkdir()
        modules = next(path for path in Path("/usr/lib").glob("**/baresip/modules"))
        control = port + 5
        text = BARESIP.format(
            inside=self.inside, interface=f"{self.name}b", port=port, modules=modules, control=control
        )
        (folder / "config").write_text(text)
        (folder / "accounts").write_text(
            f'<sip:{user}@{self.inside}>;outbound="sip:{self.inside}:5060";regint=0;answermode=manual\n'
        )
        (folder / "contacts").write_text("")
        self.start("baresip", "-f", str(folder))
        wait_for(lambda: self._hears(port), f"the telephone {user}")
        return Telephone(self.inside, control)

    def logs(self) -> str:
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}" for path in self.folder.glob("*.log")
        )


@dataclass
class Telephone:
    """baresip, told what to do over its control port (JSON in netstrings)."""

    address: str
    port: int

    def does(self, command: str, params: str = "") -> None:
        words = json.dumps({"command": command, "params": params}).encode()

        def told() -> bool:
            try:
                with socket.create_connection((self.address, self.port), timeout=2) as to:
                    to.sendall(b"%d:%s," % (len(words), words))
                    return bool(to.recv(4096))
            except OSError:
                return False

        wait_for(told, f"{command} at port {self.port}")


def wait_for(true: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.1)


@contextmanager
def telephony(folder: Path, number: int) -> Iterator[Telephony]:
    """A namespace with its own network; `number` (0–63) keeps the workers of a test run apart."""
    name = f"cnph{os.getpid() % 100000}"
    third = (os.getpid() + number) % 250 + 1
    net = Telephony(name, f"10.213.{third}.1", f"10.213.{third}.2", folder)
    try:
        try:
            run("ip", "netns", "add", name)
            run("ip", "link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name)
        except subprocess.CalledProcessError as error:
            raise PermissionError(f"no network namespace can be made here: {error.stderr.decode()}") from error
        run("ip", "addr", "add", f"{net.outside}/30", "dev", f"{name}a")
        run("ip", "link", "set", f"{name}a", "up")
        for command in (
            ("addr", "add", f"{net.inside}/30", "dev", f"{name}b"),
            ("link", "set", f"{name}b", "up"),
            ("link", "set", "lo", "up"),
        ):
            run("ip", "-n", name, *command)
        yield net
    finally:
        for process in reversed(net.running):
            process.terminate()
        for process in net.running:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=5)
        run("ip", "link", "del", f"{name}a", check=False)
        run("ip", "netns", "del", name, check=False)
