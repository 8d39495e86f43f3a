"""One PostgreSQL as the product starts it, with its safety on, and the servers beside it: two web workers each."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import psycopg

from chengnuo.launch import processes
from chengnuo.launch.database import Database
from chengnuo.launch.postgres import Cluster

REPOSITORY = Path(__file__).parents[2]
PEER = Path(os.environ.get("BENCH_PEER", str(REPOSITORY / ".venv-peer")))
BARE = "benchmarks.versus.bare:application"


@contextlib.contextmanager
def one_cluster() -> Iterator[Cluster]:
    """The server, and this process set to work on an empty database of ours in it."""
    home = Path(tempfile.mkdtemp(prefix="cn-bench-"))
    home.chmod(0o711)
    os.environ |= {"CHENGNUO_DATA": str(home), "DJANGO_SETTINGS_MODULE": "chengnuo.settings.production"}
    cluster = Cluster(home)
    try:
        cluster.start()
        database = Database(cluster.url(), is_own=True)
        database.ensure()
        os.environ["DATABASE_URL"] = cluster.url()
        subprocess.run(processes.prepare(), check=True)
        database.grant()
        subprocess.run(processes.manage("collectstatic", "--noinput", "--verbosity", "0"), check=True)
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE peer")
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def peer_environment(cluster: Cluster) -> dict[str, str]:
    ours = ("DJANGO", "DATABASE", "CHENGNUO")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PEER_DATABASE_URL": cluster.url("peer")}


def peer_packages() -> None:
    """The peer has a virtual environment of its own: its packages never meet ours."""
    if not (PEER / "made").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(PEER)], check=True)
        files = ["--quiet", "--require-hashes", "--requirement", str(REPOSITORY / "requirements" / "peer.txt")]
        subprocess.run([PEER / "bin" / "pip", "install", *files], check=True)
        (PEER / "made").touch()


@contextlib.contextmanager
def served(argv: list[str], port: int, environment: Mapping[str, str]) -> Iterator[psutil.Process]:
    """A server on loopback, as long as the block lasts."""
    child = subprocess.Popen(argv, env=dict(environment), cwd=REPOSITORY, start_new_session=True)
    try:
        _wait_for(port, child)
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(30)


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    for _nth in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if child.poll() is not None:
            raise RuntimeError(f"{child.args} ended with {child.returncode}")
        time.sleep(0.1)
    raise RuntimeError(f"nothing listens on {port}")


@contextlib.contextmanager
def ours(cluster: Cluster, port: int) -> Iterator[psutil.Process]:
    url = Database(cluster.url(), is_own=True).app_url()
    more = {"DATABASE_URL": url, "CHENGNUO_PORT": str(port), "CHENGNUO_API_PER_MINUTE": "1000000"}
    environment = os.environ | more
    os.environ["CHENGNUO_PORT"] = str(port)
    with served(processes.web(), port, environment) as process:
        yield process


def peers(cluster: Cluster, port: int) -> contextlib.AbstractContextManager[psutil.Process]:
    options = {"workers": "2", "bind": f"127.0.0.1:{port}", "log-level": "warning", "keep-alive": "75"}
    named = [word for name, value in options.items() for word in (f"--{name}", value)]
    argv = [str(PEER / "bin" / "gunicorn"), *named, "benchmarks.versus.peer.wsgi"]
    return served(argv, port, peer_environment(cluster))


def bare(port: int) -> contextlib.AbstractContextManager[psutil.Process]:
    argv = [BARE if word == "chengnuo.site.wsgi:application" else word for word in processes.web()]
    argv[argv.index("--port") + 1] = str(port)
    return served(argv, port, os.environ)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def megabytes_of_workers(process: psutil.Process) -> float:
    """The largest resident size among a web server's workers."""
    return max(child.memory_info().rss for child in process.children(recursive=True)) / 1024**2
