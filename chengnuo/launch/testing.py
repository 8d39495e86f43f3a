"""A throwaway PostgreSQL for tests: a plugin of pytest, and a runner, `python -m chengnuo.launch.testing COMMAND …`.

DATABASE_URL, where it is set, is used as it is.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .postgres import Cluster


@contextlib.contextmanager
def throwaway_database() -> Iterator[None]:
    """Set DATABASE_URL to a server that lives as long as the block, unless it is set already."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    home = Path(tempfile.mkdtemp(prefix="cn-pg-"))
    home.chmod(0o711)
    os.environ.setdefault("CHENGNUO_DATA", str(home / "data"))
    cluster = Cluster(home, throwaway=True)
    try:
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url()
        yield
    finally:
        os.environ.pop("DATABASE_URL", None)
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before Django reads its settings. Processes of xdist inherit the URL and share the server."""
    stack = contextlib.ExitStack()
    stack.enter_context(throwaway_database())
    early_config.add_cleanup(stack.close)
    return (yield)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.settings.test")
    with throwaway_database():
        return subprocess.call(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
