"""From `chengnuo run` to its greeting: an empty company on new data, and again on what is there."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str, str], None]
GREETING = b"runs at http://localhost"
PATIENCE = 120
"""Seconds after which a start counts as failed."""


def measure(say: Say) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="cn-") as folder:
        # The database's own account must reach its folder below.
        Path(folder).chmod(0o711)
        env = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        }
        env |= {"CHENGNUO_DATA": folder, "CHENGNUO_PORT": str(port), "CHENGNUO_DEMO": "0"}
        first, again = (_started(env, Path(folder) / "run.log") for _time in range(2))
    say("started on new data; started again (aim 10 s)", f"{first:.1f} s; {again:.1f} s")


def _started(env: dict[str, str], log: Path) -> float:
    """Seconds until the greeting; stopped again. Raises TimeoutError."""
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "chengnuo.cli", "run"], env=env, stdout=out, stderr=out)
    try:
        while GREETING not in log.read_bytes():
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise TimeoutError(log.read_text())
            time.sleep(0.05)
        return time.monotonic() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
