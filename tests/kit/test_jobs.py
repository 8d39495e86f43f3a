"""Long work: asked for in a transaction, carried out once, its progress told and its result in the bell."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from chengnuo.kit import blobs, jobs
from chengnuo.kit.jobs import Outcome, start
from chengnuo.kit.models import Blob, Job, JobState, Notice
from chengnuo.ledger.check import check
from chengnuo.ledger.clock import ZONE, moved_to
from chengnuo.ledger.errors import Refusal
from chengnuo.ledger.models import Series
from tests.cast import cast as made
from tests.cast import refused

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def works(monkeypatch):
    """Works of a test go with it."""
    monkeypatch.setattr(jobs, "_works", dict(jobs._works))


def asked(cast, kind="test.work", **args) -> Job:
    with moved_to(NOW, "test"):
        return start(kind, "试做%(what)s", title_args={"what": "一件事"}, args=args, by=cast.zhoumin, now=NOW)


def carried_out(job: Job) -> Job:
    with moved_to(NOW, "test"):
        jobs.run_job(job.pk)
    job.refresh_from_db()
    return job


def write(job, tell):
    Series.objects.create(register="TEST", branch=str(job.args["n"]), year=2026)
    return Outcome("写了%(n)s", {"n": job.args["n"]})


def written() -> int:
    return Series.objects.filter(register="TEST").count()


def test_what_was_done_waits_in_the_bell_and_is_done_once_however_often_the_queue_delivers_it(cast):
    jobs.work("test.work")(write)
    job = carried_out(carried_out(asked(cast, n=3)))
    assert (job.state, job.words, written()) == (JobState.DONE, "写了3", 1)
    assert [(one.staff, one.text) for one in Notice.objects.all()] == [(cast.zhoumin, "试做一件事：写了3")]
    assert check()[0] == []


def test_work_asked_for_in_a_transaction_that_falls_back_is_not_in_the_queue(cast):
    jobs.work("test.work")(write)
    with transaction.atomic():
        asked(cast, n=1)
        transaction.set_rollback(True)
    assert (Job.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


def refuse(job, tell):
    write(job, tell)
    raise Refusal("wrong", "第3行缺名称，补上再导")


def fail(job, tell):
    write(job, tell)
    raise RuntimeError("broken on purpose")


@pytest.mark.parametrize(
    "work, state, words",
    [
        (refuse, JobState.REFUSED, "第3行缺名称，补上再导"),
        (fail, JobState.FAILED, "出了故障，什么都没有写入；已记入日志，稍后再试"),
    ],
)
def test_work_that_ends_badly_leaves_nothing_half_done_says_so_and_can_be_asked_for_again(cast, work, state, words):
    jobs.work("test.work")(work)
    job = carried_out(asked(cast, n=1))
    assert (job.state, job.words, written()) == (state, words, 0)
    jobs.work("test.work")(write)
    again = carried_out(jobs.retry(job, by=cast.zhoumin, now=NOW))
    assert (again.state, written()) == (JobState.DONE, 1)
    with refused("job_not_failed"):
        jobs.retry(again, by=cast.zhoumin, now=NOW)


def test_a_lost_connection_is_for_the_queue_to_try_again(cast):
    def lose(job, tell):
        raise OperationalError("server closed the connection")

    jobs.work("test.work")(lose)
    job = asked(cast)
    with pytest.raises(OperationalError):
        carried_out(job)
    job.refresh_from_db()
    assert job.is_running


def test_how_far_it_is_shows_while_its_transaction_runs(committing_db):
    cast = made()
    seen = []

    def step(job, tell):
        for nth in (1, 2, 3):
            tell(nth, 3, "核对")
            with connection.copy().cursor() as beside:
                beside.execute("SELECT done, total, stage FROM kit_job WHERE id = %s", [job.pk])
                seen.append(beside.fetchone())
                beside.connection.close()
        return Outcome("好了")

    jobs.work("test.work")(step)
    assert carried_out(asked(cast)).state == JobState.DONE
    assert seen == [(1, 3, "核对"), (1, 3, "核对"), (3, 3, "核对")]
    assert check()[0] == []


def test_only_who_asked_sees_the_work_and_its_files_which_go_after_a_week(cast, client):
    def export(job, tell):
        return Outcome("导出1行", files=[blobs.store(SimpleUploadedFile("a.txt", "客户".encode()))])

    jobs.work("test.work")(export)
    job = carried_out(asked(cast))
    blob = Blob.objects.get()
    pages = [reverse("kit:job", args=[job.pk]), reverse("kit:blob", args=[blob.pk])]
    client.force_login(cast.zhoumin)
    assert [client.get(page).status_code for page in pages] == [200, 200]
    assert "a.txt" in client.get(pages[0]).content.decode()
    client.force_login(cast.lize)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert client.post(reverse("kit:retry_job", args=[job.pk])).status_code == 404
    assert (jobs.purge(blob.at + timedelta(days=7)), jobs.purge(blob.at + timedelta(days=7, seconds=1))) == (0, 1)


def test_a_running_work_says_how_far_it_is(cast, client):
    jobs.work("test.work")(write)
    job = asked(cast, n=1)
    Job.objects.filter(pk=job.pk).update(done=40, total=160, stage="核对")
    client.force_login(cast.zhoumin)
    page = client.get(reverse("kit:job", args=[job.pk]), headers={"HX-Request": "true"}).content.decode()
    assert ("40 / 160" in page, "every 1s" in page, "核对" in page) == (True, True, True)


def test_a_work_in_parts_keeps_each_part_and_goes_on_after_a_fault(committing_db):
    cast = made()

    def step(job, tell):
        done = Series.objects.create(register="P", branch=str(Series.objects.filter(register="P").count()), year=2026)
        if done.branch == "2" and job.args["falls"]:
            raise ValueError("half way")
        return Outcome("好了") if done.branch == "3" else jobs.AGAIN

    jobs.work("test.parts", in_parts=True)(step)
    job = asked(cast, "test.parts", falls=True)
    states = [carried_out(job).state for _turn in range(3)]
    assert states == [JobState.ASKED, JobState.ASKED, JobState.FAILED]
    assert job.words == jobs.PART_FAILED
    assert sorted(Series.objects.filter(register="P").values_list("branch", flat=True)) == ["0", "1"]
    assert ProcrastinateJob.objects.filter(task_name__endswith="run_job", args__job=job.pk).count() == 3
    again = asked(cast, "test.parts", falls=False)
    assert [carried_out(again).state for _turn in range(2)] == [JobState.ASKED, JobState.DONE]
