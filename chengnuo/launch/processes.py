"""What the processes of the product are started with."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from .words import Refused


def port() -> int:
    """CHENGNUO_PORT, else 8000. Raises Refused when it is no port."""
    text = os.environ.get("CHENGNUO_PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Refused(f"CHENGNUO_PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def web() -> list[str]:
    options = {
        "interface": "wsgi",
        "host": "127.0.0.1",
        "port": str(port()),
        "workers": "2",
        "blocking-threads": "4",
        "workers-kill-timeout": "10",
        "log-level": "warning",
    }
    named = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", "granian", *named, "--respawn-failed-workers", "chengnuo.site.wsgi:application"]


def worker() -> list[str]:
    return [sys.executable, "-m", "chengnuo.site.worker"]


def prepare() -> list[str]:
    return [sys.executable, "-m", "chengnuo.site.prepare"]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "django", *arguments]


def fingerprint() -> str:
    """Of everything that static files come from: our own folders, and which packages are installed."""
    seen = hashlib.sha256()
    package = Path(__file__).parents[1]
    for file in sorted(file for folder in package.rglob("static") for file in folder.rglob("*") if file.is_file()):
        found = file.stat()
        seen.update(f"{file} {found.st_size} {found.st_mtime_ns}\n".encode())
    for installed in sorted(it.name for folder in sys.path for it in Path(folder).glob("*.dist-info")):
        seen.update(installed.encode())
    return seen.hexdigest()


def call(url: str, argv: list[str]) -> int:
    """Run a program on that database to its end; returns its status.

    Ctrl-C reaches it from the terminal, SIGTERM from here; we wait for either.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)  # Not SIG_IGN, which the child would inherit.
    try:
        child = subprocess.Popen(argv, env=os.environ | {"DATABASE_URL": url})
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
