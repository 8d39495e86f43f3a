"""The key: made once, never over another, never where it is lost with the data."""

import stat

import pytest

from chengnuo.launch.backup.command import backup
from chengnuo.launch.backup.keys import key_from_file, key_from_passphrase, new_key
from chengnuo.launch.backup.words import NotBackedUp


def test_a_new_key_is_for_its_owner_alone_and_is_read_back(tmp_path):
    path = tmp_path / "safe" / "key"
    made = new_key(path, outside=tmp_path / "data")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key_from_file(path) == made
    assert new_key(tmp_path / "another", outside=tmp_path / "data").id != made.id


def test_a_key_is_never_written_over(tmp_path):
    made = new_key(tmp_path / "key", outside=tmp_path / "data")
    with pytest.raises(NotBackedUp, match="never written over"):
        new_key(tmp_path / "key", outside=tmp_path / "data")
    assert key_from_file(tmp_path / "key") == made


def test_a_key_in_the_data_folder_is_refused_also_behind_a_link(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "link").symlink_to(data)
    for path in (data / "key", tmp_path / "link" / "key"):
        with pytest.raises(NotBackedUp, match="lost with it"):
            new_key(path, outside=data)
    assert list(data.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["", "chengnuo-backup-key-1-00", "chengnuo-backup-key-2" + "-00000000" * 8, "\xff" * 100]
)
def test_what_is_no_key_is_refused_in_words(tmp_path, text):
    (tmp_path / "key").write_text(text)
    with pytest.raises(NotBackedUp, match="no key of a backup"):
        key_from_file(tmp_path / "key")


def test_a_key_that_is_not_there_is_refused_in_words(tmp_path):
    with pytest.raises(NotBackedUp, match="cannot be read"):
        key_from_file(tmp_path / "key")


def test_a_short_passphrase_is_refused():
    with pytest.raises(NotBackedUp, match="at least 12"):
        key_from_passphrase("hunter2")


def test_the_command_warns_that_without_the_key_nothing_can_be_restored(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CHENGNUO_DATA", str(tmp_path / "data"))
    assert backup(["--new-key", str(tmp_path / "key")]) is True
    assert "WITHOUT IT NO BACKUP CAN BE RESTORED" in capsys.readouterr().out
    assert key_from_file(tmp_path / "key")
