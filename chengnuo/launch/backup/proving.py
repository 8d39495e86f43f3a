"""Proving a backup: it is restored into a throw-away PostgreSQL and compared; the trail is checked with its keys."""

import shutil
from pathlib import Path

from .. import roles
from ..postgres import Cluster
from ..words import Refused
from .comparing import check, refill
from .keys import Key
from .words import NotBackedUp, Tell

FOLDER = "proving"


def prove(path: Path, key: Key, data: Path, tell: Tell) -> None:
    """Restore it into a folder beside the data, compare, check the trail, and remove it all again.

    Raises NotBackedUp where something differs, or where PostgreSQL's server programs are not here.
    """
    tell("proving", 0, 0)
    home = data / FOLDER
    _clear(home)
    try:
        cluster = Cluster(home, throwaway=True)
        try:
            cluster.start()
        except Refused as refused:
            raise NotBackedUp("no_server", f"It cannot be proved here: {refused}") from refused
        try:
            url = cluster.url()
            roles.ensure_database(url)
            refill(path, key, url, home, tell)
            said, is_whole = check(url, home)
            if not is_whole:
                raise NotBackedUp("check", f"Its trail is not whole: {said}")
        finally:
            cluster.stop()
    finally:
        _clear(home)


def _clear(home: Path) -> None:
    """Also what a killed one left, its server included."""
    Cluster(home).stop_leftover()
    shutil.rmtree(home, ignore_errors=True)
