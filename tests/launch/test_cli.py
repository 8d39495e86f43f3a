"""The command: what it refuses, and that it refuses in words."""

import pytest

from chengnuo import cli
from chengnuo.launch import processes, supervise
from chengnuo.launch.words import Refused
from chengnuo.settings.places import data_dir


@pytest.mark.parametrize("arguments,status", [(["help"], 0), ([], 0), (["dance"], 2)])
def test_help_names_every_command(arguments, status, capsys):
    assert cli.main(arguments) == status
    told = capsys.readouterr().out
    assert [name for name in cli.COMMANDS if f"chengnuo {name} " not in told] == []


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "８０", "8000 "])
def test_a_wrong_port_is_refused_in_words(text, monkeypatch):
    monkeypatch.setenv("CHENGNUO_PORT", text)
    with pytest.raises(Refused, match="from 1 to 65535"):
        processes.port()


def test_a_taken_port_is_refused_in_words():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Refused, match="cannot be used"):
            supervise._require_free(taken.getsockname()[1])


def test_a_second_launcher_on_the_same_data_is_refused_in_words(tmp_path):
    with supervise._sole(tmp_path), pytest.raises(Refused, match="runs already"), supervise._sole(tmp_path):
        pass
    with supervise._sole(tmp_path):
        pass


def test_the_data_folder_is_the_chosen_one_else_the_systems_for_root_else_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("CHENGNUO_DATA", str(tmp_path))
    assert data_dir() == tmp_path
    monkeypatch.delenv("CHENGNUO_DATA")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert str(data_dir()) == "/var/lib/chengnuo"
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert str(data_dir()) == "/somewhere/chengnuo"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/li")
    assert str(data_dir()) == "/home/li/.local/share/chengnuo"
