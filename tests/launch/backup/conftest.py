"""A company of one of everything with files and a seal, and places for its backups."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from chengnuo.clients.models import Client
from chengnuo.kit import blobs
from chengnuo.kit.sniffing import PDF
from chengnuo.launch.backup.keeping import Keep
from chengnuo.launch.backup.keys import Key, new_key
from chengnuo.launch.backup.making import Made, Wanted, make
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.seal import seal
from chengnuo.site.backups.plan import wanted
from tests.cast import CAST_AT, Cast
from tests.cast import cast as made
from tests.hotline.world import NOW
from tests.sweeps.world import World, everything


def silent(stage: str, done: int, total: int) -> None:
    pass


@dataclass
class Place:
    """Folders that uid 65534 can pass, and a key outside of all of them."""

    home: Path
    key: Key

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def target(self) -> Path:
        return self.home / "target"

    @property
    def key_file(self) -> Path:
        return self.home / "safe" / "key"

    def wanted(self, *, is_proved: bool = False, keep: Keep | None = None, target: Path | None = None) -> Wanted:
        return wanted(target or self.target, self.key, keep or Keep(), is_proved=is_proved)

    def made(self, **how) -> Made:
        return make(self.wanted(**how), silent)


@pytest.fixture
def place(settings) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="cn-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        (home / "data" / "keys").mkdir(parents=True)
        (home / "data").chmod(0o711)
        (home / "data" / "keys" / "trail").write_bytes(b"k" * 32)
        settings.DATA_DIR, settings.BLOB_DIR = home / "data", home / "data" / "blobs"
        yield Place(home, new_key(home / "safe" / "key", outside=home / "data"))


@dataclass
class Company:
    cast: Cast
    world: World
    place: Place


@pytest.fixture
def company(committing_db: None, place: Place) -> Company:
    with moved_to(CAST_AT, "test"):
        cast = made()
    with moved_to(NOW, "test"):
        world = everything(cast, NOW)
        large = blobs.keep(b"%PDF-1.7\n" + bytes(range(256)) * 20_000, "保单扫描件.pdf", PDF)
        client = client_of(world)
        blobs.attach(client, large, by=cast.zhoumin, now=NOW)
        seal(NOW + timedelta(minutes=1))
    connection.close()
    return Company(cast, world, place)


def client_of(world: World):
    return Client.objects.get(pk=world.ids["client"])
