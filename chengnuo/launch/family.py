"""Child processes: each in a session of its own, restarted when it dies, found again after the parent was killed."""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from .words import warn

STOP_SECONDS = 20
LONGEST_PAUSE = 30.0


class Child:
    """A process that ought to run."""

    def __init__(self, name: str, argv: list[str], env: dict[str, str]) -> None:
        self.name, self.argv, self.env = name, argv, env
        self.process: subprocess.Popen[bytes] | None = None
        self.pause = 1.0
        self.started = self.restart_at = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(self.argv, env=self.env, stdin=subprocess.DEVNULL, start_new_session=True)
        self.started = time.monotonic()
        self.restart_at = 0.0

    def keep_alive(self) -> bool:
        """Start it again where it died, after a pause that grows while it keeps dying; True when it was."""
        if self.process is not None and self.process.poll() is None:
            return False
        now = time.monotonic()
        if not self.restart_at:
            self._end_group()
            self.pause = 1.0 if now - self.started > 60 else min(self.pause * 2, LONGEST_PAUSE)
            self.restart_at = now + self.pause
            status = self.process.returncode if self.process else None
            warn(f"{self.name} ended with status {status}; it starts again in {self.pause:.0f} s")
        if now < self.restart_at:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Ask it to finish what it is doing, at last insist; its own children go with it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                warn(f"{self.name} did not stop in {STOP_SECONDS} s and is killed")
            self._end_group()
            self.process.wait()

    def _end_group(self) -> None:
        """What the process itself started: the web server's workers outlive its kill and would keep the port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def remember(record: Path, children: list[Child]) -> None:
    """Write down who runs, so that a launcher after a kill -9 of this one recognises them."""
    running = [[it.process.pid, born(it.process.pid)] for it in children if it.process is not None]
    fresh = record.with_suffix(".new")
    fresh.write_text(json.dumps(running))
    fresh.rename(record)


def stop_orphans(record: Path) -> int:
    """Stop the processes written down by a launcher that is gone; returns how many still ran."""
    try:
        remembered = [(int(pid), int(at)) for pid, at in json.loads(record.read_text())]
    except (OSError, ValueError, TypeError):
        return 0
    alive = [(pid, at) for pid, at in remembered if at and born(pid) == at]
    for pid, _ in alive:
        _signal(pid, signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until and any(born(pid) == at for pid, at in alive):
        time.sleep(0.1)
    for pid, _ in alive:
        _signal(-pid, signal.SIGKILL)
    record.unlink(missing_ok=True)
    return len(alive)


def born(pid: int) -> int:
    """When the process began, in clock ticks since the machine did; 0 when there is none, or it is dead already.

    Together with the pid it names one process: pids are used again.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] == "Z" else int(fields[19])


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
