"""Making a backup: what it holds, what it refuses, and that nothing is lost by a failure."""

import fcntl
import os
import subprocess

import pytest

from chengnuo.kit.models import Blob
from chengnuo.launch.backup import making
from chengnuo.launch.backup.container import Opening
from chengnuo.launch.backup.keeping import Keep
from chengnuo.launch.backup.keys import Key
from chengnuo.launch.backup.parts import reading
from chengnuo.launch.backup.verifying import verify
from chengnuo.launch.backup.words import Damaged, NotBackedUp
from chengnuo.ledger.models import Seal, TrailEvent
from tests.launch.backup.conftest import Company, Place, silent

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")


def parts(path, key: Key) -> dict[str, bytes]:
    with path.open("rb") as file:
        return {part.name: b"".join(part.pieces()) for part in reading(Opening(file, key))}


def test_it_holds_database_files_seals_keys_and_settings_and_says_what_is_in_it(company: Company, monkeypatch):
    monkeypatch.setenv("CHENGNUO_HOSTS", "desk.example")
    monkeypatch.setenv("CHENGNUO_BACKUP_PASSPHRASE", "not to be told")
    made = company.place.made()
    found = parts(made.path, company.place.key)
    assert found["keys/trail"] == b"k" * 32
    assert found["database.dump"][:5] == b"PGDMP"
    names = {f"blobs/{sha256}" for sha256 in Blob.objects.values_list("sha256", flat=True)}
    seals = {f"seals/{up_to}.json" for up_to in Seal.objects.values_list("up_to", flat=True)}
    keys = {f"keys/{path.name}" for path in (company.place.data / "keys").iterdir()}
    assert set(found) == {"about.json", "database.dump", "settings.json"} | names | seals | keys
    assert len(names) > 1
    assert len(seals) == 1
    assert b"desk.example" in found["settings.json"]
    assert b"not to be told" not in found["settings.json"]
    about = verify(made.path, company.place.key, silent).about
    assert about["trail"]["events"] == TrailEvent.objects.count() == made.events
    assert about["tables"]["public.kit_blob"][0] == Blob.objects.count()
    assert ["site", "0001_backups"] in about["migrations"]
    assert (made.lost, made.files, about["product"]) == ([], len(names), "0.1.0")


def test_nobody_reads_a_name_or_a_number_in_it(company: Company):
    file = company.place.made().path.read_bytes()
    client = company.world.cast.su.name
    for told in (client, "锦穗", "罗咏仪", "13800003212", "138 0000 3212", "hotline_call", "PGDMP", "keys/trail"):
        assert told.encode() not in file


def test_only_its_owner_may_read_the_file(company: Company):
    made = company.place.made()
    assert (made.path.stat().st_mode & 0o777, made.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("inside", ["", "blobs", "a/b"])
def test_a_target_in_the_data_folder_is_refused(company: Company, inside):
    with pytest.raises(NotBackedUp, match="lies in the data folder") as caught:
        company.place.made(target=company.place.data / inside)
    assert caught.value.code == "inside"
    assert list(company.place.data.rglob("*.cnb")) == []


def test_a_target_that_is_no_folder_is_refused_in_words(company: Company):
    (company.place.home / "file").write_text("")
    with pytest.raises(NotBackedUp, match="cannot be written to"):
        company.place.made(target=company.place.home / "file" / "folder")


@as_root
def test_a_full_disk_is_said_and_neither_half_a_backup_nor_the_old_ones_loss_is_left(company: Company):
    small = company.place.home / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        old = small / f"chengnuo-{making.place_of(company.place.data)}-2020-01-01-020000.cnb"
        old.write_bytes(b"old")
        with pytest.raises(NotBackedUp, match="is full") as caught:
            company.place.made(target=small, keep=Keep(1, 0, 0))
        assert caught.value.code == "full"
        assert list(small.iterdir()) == [old]
    finally:
        subprocess.run(["umount", small], check=True)


def test_what_does_not_read_back_gets_no_name_and_drives_nothing_out(company: Company, monkeypatch):
    old = company.place.made()

    def broken(path, key, tell):
        raise Damaged("the disk lies")

    monkeypatch.setattr(making, "verify", broken)
    with pytest.raises(Damaged):
        company.place.made(keep=Keep(1, 0, 0))
    assert list(company.place.target.iterdir()) == [old.path]


def test_a_second_one_at_the_same_time_is_refused(company: Company):
    with (company.place.data / "backup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(NotBackedUp, match="Another backup") as caught:
            company.place.made()
    assert caught.value.code == "busy"
    assert company.place.made().path.exists()


def test_what_a_killed_one_left_goes_and_what_is_not_ours_stays(company: Company):
    place = making.place_of(company.place.data)
    company.place.target.mkdir()
    ours = company.place.target / f"chengnuo-{place}-2026-01-01-020000.part"
    other = company.place.target / "chengnuo-00000000-2026-01-01-020000.part"
    for path in (ours, other):
        path.write_bytes(b"half")
    company.place.made()
    assert (ours.exists(), other.exists()) == (False, True)


def test_a_file_that_the_disk_has_lost_and_one_that_was_altered_are_named_and_the_rest_is_kept(company: Company):
    lost, altered, *rest = sorted(Blob.objects.values_list("sha256", flat=True))
    (company.place.data / "blobs" / lost[:2] / lost).unlink()
    (company.place.data / "blobs" / altered[:2] / altered).write_bytes(b"altered")
    made = company.place.made()
    assert (made.lost, made.files) == ([lost, altered], len(rest) + 1)
    assert verify(made.path, company.place.key, silent).about["gone"] == []


def test_without_the_chains_key_there_is_no_backup(company: Company):
    (company.place.data / "keys" / "trail").unlink()
    with pytest.raises(NotBackedUp, match="proves nothing"):
        company.place.made()


def test_a_database_without_a_company_is_refused(committing_db, place: Place):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_trail_head RENAME TO elsewhere")
    with pytest.raises(NotBackedUp, match="no company"):
        place.made()


def test_the_app_role_makes_one_whose_rows_are_all_there(company: Company):
    """The worker signs in as the role that owns nothing."""
    from dataclasses import replace

    from chengnuo.launch import roles

    wanted = company.place.wanted()
    as_owner = verify(making.make(wanted, silent).path, company.place.key, silent).about
    as_app = replace(wanted, url=wanted.url.replace("user=postgres", f"user={roles.APP}"))
    assert as_app.url != wanted.url
    told = verify(making.make(as_app, silent).path, company.place.key, silent).about
    assert (told["tables"], told["sequences"]) == (as_owner["tables"], as_owner["sequences"])


@pytest.mark.slow
def test_a_proved_one_was_restored_and_leaves_nothing_behind(company: Company):
    made = company.place.made(is_proved=True)
    assert made.is_proved
    assert not (company.place.data / "proving").exists()


@pytest.mark.slow
def test_one_whose_trail_is_not_whole_is_not_proved_and_gets_no_name(company: Company):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clients_client SET name = 'changed by hand' WHERE id = %s", [company.world.ids["client"]]
        )
    with pytest.raises(NotBackedUp, match="row_changed") as caught:
        company.place.made(is_proved=True)
    assert caught.value.code == "check"
    assert (list(company.place.target.iterdir()), (company.place.data / "proving").exists()) == ([], False)
