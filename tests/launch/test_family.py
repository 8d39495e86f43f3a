"""Child processes: restarted when they die, recognised when their launcher was killed."""

import os
import subprocess
import sys
import time

from chengnuo.launch import family
from chengnuo.launch.family import Child

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def waited_for(what) -> bool:
    until = time.monotonic() + 10
    while not what() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(what())


def test_a_child_that_dies_is_started_again_after_a_pause(capsys):
    child = Child("worker", SLEEP, dict(os.environ))
    child.start()
    first = child.process.pid
    assert child.keep_alive() is False
    child.process.kill()
    child.process.wait()
    assert child.keep_alive() is False
    assert "worker ended with status -9; it starts again in 2 s" in capsys.readouterr().err
    child.restart_at = time.monotonic()
    assert child.keep_alive() is True
    assert child.process.pid != first
    child.stop()
    assert child.process.returncode == -15


def test_the_pause_grows_while_a_child_keeps_dying_and_has_an_end():
    child = Child("web", ["/bin/false"], dict(os.environ))
    pauses = []
    for _ in range(7):
        child.start()
        child.process.wait()
        child.keep_alive()
        pauses.append(child.pause)
    assert pauses == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_stopping_a_child_ends_its_own_children_too():
    code = f"import subprocess, time; print(subprocess.Popen({SLEEP!r}).pid, flush=True); time.sleep(60)"
    child = Child("web", [sys.executable, "-c", code], dict(os.environ))
    child.process = subprocess.Popen(child.argv, stdout=subprocess.PIPE, text=True, start_new_session=True)
    grandchild = int(child.process.stdout.readline())
    assert family.born(grandchild)
    child.stop()
    assert waited_for(lambda: not family.born(grandchild))


def test_what_a_killed_child_had_started_ends_before_the_child_starts_again():
    code = f"import subprocess, time; print(subprocess.Popen({SLEEP!r}).pid, flush=True); time.sleep(60)"
    child = Child("web", [sys.executable, "-c", code], dict(os.environ))
    child.process = subprocess.Popen(child.argv, stdout=subprocess.PIPE, text=True, start_new_session=True)
    grandchild = int(child.process.stdout.readline())
    child.process.kill()
    child.process.wait()
    child.keep_alive()
    assert waited_for(lambda: not family.born(grandchild))


def test_processes_of_a_killed_launcher_are_recognised_and_stopped(tmp_path):
    child = Child("worker", SLEEP, dict(os.environ))
    child.start()
    family.remember(tmp_path / "processes.json", [child])
    assert family.stop_orphans(tmp_path / "processes.json") == 1
    assert child.process.wait(5) == -15
    assert not (tmp_path / "processes.json").exists()


def test_a_pid_used_again_by_another_program_is_left_alone(tmp_path):
    child = Child("worker", SLEEP, dict(os.environ))
    child.start()
    (tmp_path / "processes.json").write_text(f"[[{child.process.pid}, 1]]")
    assert family.stop_orphans(tmp_path / "processes.json") == 0
    assert child.process.poll() is None
    child.stop()


def test_an_unreadable_list_of_processes_is_no_list(tmp_path):
    for text in ("", "null", "[1]", '[["x", 1]]'):
        (tmp_path / "processes.json").write_text(text)
        assert family.stop_orphans(tmp_path / "processes.json") == 0
