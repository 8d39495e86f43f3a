"""The kit by API: approvals, the procedure, notices, files, lists and jobs, channels."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from chengnuo.kit import blobs, jobs, notices
from chengnuo.kit.models import Approval, Blob, Delivery, Job, Notice, Outlet, SavedView
from chengnuo.kit.outward import keys
from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.models import CalendarTable, TrailEvent
from tests.api import asking as ask
from tests.api import secret_of
from tests.hotline.world import NOW, a_client

PROPOSAL = {"value": "10", "reason": "偏宽"}


def test_a_figure_is_proposed_by_the_centre_and_decided_on_what_was_shown(cast):
    status, asked = ask(cast.linxiaotang, "post", "/parameters/call_back.due/propose", PROPOSAL)
    assert (status, asked["state"]) == (201, "pending")
    assert [one["id"] for one in ask(cast.chenlixing, "get", "/approvals")[1]["approvals"]] == [asked["id"]]
    _status, whole = ask(cast.chenlixing, "get", f"/approvals/{asked['id']}")
    decision = {"step": 1, "sha256": "0" * 64, "decision": "approve"}
    status, told = ask(cast.chenlixing, "post", f"/approvals/{asked['id']}/decide", decision)
    assert (status, told["code"]) == (409, "snapshot_changed")
    decision["sha256"] = whole["sha256"]
    status, decided = ask(cast.chenlixing, "post", f"/approvals/{asked['id']}/decide", decision)
    assert (status, decided["state"], decided["steps"][0]["decision"]) == (200, "approved", "approve")
    status, figure = ask(cast.zhoumin, "get", "/parameters/call_back.due")
    assert (figure["present"]["value"], [one["number"] for one in figure["versions"]]) == ("10.00", [2, 1])


def test_a_branch_proposes_nothing_and_nobody_decides_his_own(cast):
    assert ask(cast.zhoumin, "post", "/parameters/call_back.due/propose", PROPOSAL)[0] == 403
    _status, asked = ask(cast.wanghaiyan, "post", "/parameters/call_back.due/propose", PROPOSAL)
    sha256 = Approval.objects.get().sha256
    decision = {"step": 1, "sha256": sha256, "decision": "approve"}
    status, told = ask(cast.wanghaiyan, "post", f"/approvals/{asked['id']}/decide", decision)
    assert (status, told["code"]) == (403, "own_request")
    assert ask(cast.zhoumin, "get", f"/approvals/{asked['id']}")[0] == 404
    status, told = ask(cast.wanghaiyan, "post", f"/approvals/{asked['id']}/withdraw", {"reason": "不改了"})
    assert (status, told["state"]) == (200, "withdrawn")


def test_the_procedure_is_read_by_everybody(cast):
    status, page = ask(cast.luyao, "get", "/clauses")
    assert (status, "3.1.5" in {one["id"] for one in page["clauses"]}) == (200, True)
    status, one = ask(cast.luyao, "get", "/clauses/3.1.5")
    assert (status, set(one["duties"])) == (200, {"live", "overdue", "met", "late", "withdrawn"})
    assert ask(cast.luyao, "get", "/clauses/9.9.9")[0] == 404
    assert ask(cast.luyao, "get", "/parameters/nothing")[0] == 404
    status, year = ask(cast.luyao, "get", "/calendar/2026")
    assert (status, len(year["days"]), year["is_provisional"]) == (200, 365, False)
    assert ask(cast.luyao, "get", "/calendar/99999")[0] == 422


TABLE = {"source": "国务院办公厅", "days": [{"date": "2031-01-01", "kind": "holiday", "name": "元旦"}]}


def test_a_years_table_is_imported_by_the_head_of_the_centre(cast):
    assert ask(cast.zhoumin, "post", "/calendar/2031", TABLE)[0] == 403
    status, table = ask(cast.wanghaiyan, "post", "/calendar/2031", TABLE)
    assert (status, table["year"], table["number"]) == (201, 2031, 1)
    twice = TABLE | {"days": TABLE["days"] * 2}
    status, told = ask(cast.wanghaiyan, "post", "/calendar/2031", twice)
    assert (status, list(told["fields"])) == (422, ["days"])
    other = TABLE | {"days": [{"date": "2030-01-01", "kind": "holiday"}]}
    assert ask(cast.wanghaiyan, "post", "/calendar/2031", other)[0] == 422
    assert CalendarTable.objects.filter(year=2031).count() == 1


def test_notices_are_read_one_and_all(cast):
    client = a_client(cast)
    for _time in range(3):
        notices.notify([cast.zhoumin.pk], "办一下", {}, client, NOW)
    status, page = ask(cast.zhoumin, "get", "/notices")
    assert (status, page["unread"], page["notices"][0]["text"]) == (200, 3, "办一下")
    newest, middle, _oldest = (one["id"] for one in page["notices"])
    status, one = ask(cast.zhoumin, "post", f"/notices/{newest}/read")
    assert (status, one["read_at"] is not None) == (200, True)
    assert ask(cast.lize, "post", f"/notices/{middle}/read")[0] == 404
    assert ask(cast.zhoumin, "post", "/notices/read", {"up_to": newest}) == (200, {"read": 2})
    assert not Notice.objects.filter(staff=cast.zhoumin, read_at=None).exists()


@pytest.fixture
def disk(settings, tmp_path):
    settings.BLOB_DIR = tmp_path


def upload(staff, path, content: bytes, name="保单.txt", **headers):
    headers = {"Authorization": f"Bearer {secret_of(staff)}", **headers}
    with moved_to(NOW, "test"):
        answer = Browser().post(f"/api/v1{path}", {"file": SimpleUploadedFile(name, content)}, headers=headers)
    return answer.status_code, answer.json()


def test_a_file_goes_up_and_comes_down_as_it_was(cast, disk):
    path = f"/files/clients.client/{a_client(cast).pk}"
    status, file = upload(cast.zhoumin, path, "保单".encode())
    assert (status, file["name"], file["size"]) == (201, "保单.txt", 6)
    assert ask(cast.zhoumin, "get", f"/blobs/{file['id']}") == (200, "保单".encode())
    assert [one["id"] for one in ask(cast.zhoumin, "get", path)[1]["files"]] == [file["id"]]
    assert ask(cast.luyao, "get", f"/blobs/{file['id']}")[0] == 404
    assert ask(cast.luyao, "get", path)[0] == 404


def test_a_file_is_added_by_who_handles_the_record_alone_and_only_a_paper(cast, disk):
    path = f"/files/clients.client/{a_client(cast).pk}"
    assert upload(cast.chenlixing, path, b"x")[0] == 403
    assert upload(cast.luyao, path, b"x")[0] == 404
    status, told = upload(cast.zhoumin, path, b"MZ\x90\x00\x03", name="x.exe")
    assert (status, told["code"]) == (422, "file_type")
    assert upload(cast.zhoumin, f"/files/nothing.such/{1}", b"x")[0] == 404
    for nobodys in ("hotline.dutyline", "hotline.dutyshift", "ledger.calendartable", "ledger.parameterversion"):
        assert upload(cast.zhoumin, f"/files/{nobodys}/99999999", b"x")[0] == 404
    assert not Blob.objects.exists()


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"]
)
def test_an_upload_that_is_none_is_refused_in_the_one_shape(cast, disk, kind):
    headers = {"Authorization": f"Bearer {secret_of(cast.zhoumin)}"}
    with moved_to(NOW, "test"):
        path = f"/api/v1/files/clients.client/{a_client(cast).pk}"
        answer = Browser().generic("POST", path, b"--y\r\n", content_type=kind, headers=headers)
    assert answer.status_code in {400, 422}
    assert set(answer.json()) == {"code", "message", "clause", "fields"}


def test_an_upload_sent_twice_with_its_key_is_one_file(cast, disk):
    path = f"/files/clients.client/{a_client(cast).pk}"
    key = {"Idempotency-Key": "k1"}
    assert upload(cast.zhoumin, path, b"one", **key) == upload(cast.zhoumin, path, b"one", **key)
    status, told = upload(cast.zhoumin, path, b"two", **key)
    assert (status, told["code"], Blob.objects.count()) == (422, "key_reused", 1)


def test_a_list_is_exported_as_a_job_whose_file_is_fetched(cast, disk):
    a_client(cast)
    status, job = ask(cast.zhoumin, "post", "/lists/clients/export", {"columns": ["name"]})
    assert (status, job["state"]) == (201, "asked")
    jobs.run_job(job["id"])
    status, done = ask(cast.zhoumin, "get", f"/jobs/{job['id']}")
    assert (status, done["state"], len(done["files"])) == (200, "done", 1)
    assert ask(cast.zhoumin, "get", f"/blobs/{done['files'][0]['id']}")[1][:2] == b"PK"
    assert ask(cast.lize, "get", f"/jobs/{job['id']}")[0] == 404
    assert '"columns":["name"]' in TrailEvent.objects.get(verb="list.exported").body
    assert ask(cast.zhoumin, "post", f"/jobs/{job['id']}/retry")[0] == 409


def test_a_list_or_column_that_is_none_is_refused(cast):
    assert ask(cast.zhoumin, "post", "/lists/nothing/export")[0] == 404
    status, told = ask(cast.zhoumin, "post", "/lists/clients/export", {"columns": ["secret"]})
    assert (status, list(told["fields"]), Job.objects.count()) == (422, ["columns"], 0)


def test_columns_and_views_are_ones_own(cast):
    status, mine = ask(cast.zhoumin, "post", "/lists/clients/columns", {"columns": ["name"], "density": "compact"})
    assert (status, mine["density"]) == (200, "compact")
    _status, mine = ask(cast.zhoumin, "post", "/lists/clients/views", {"name": "重点", "query": "q=x"})
    (view,) = mine["views"]
    assert ask(cast.lize, "get", "/lists/clients")[1]["views"] == []
    assert ask(cast.lize, "post", f"/lists/clients/views/{view['id']}/drop")[0] == 404
    assert ask(cast.zhoumin, "post", f"/lists/clients/views/{view['id']}/drop")[1]["views"] == []
    assert not SavedView.objects.exists()


MAIL = {"is_on": True, "host": "mail.example.com", "sender": "desk@example.com", "secret": "s3cret", "username": "desk"}


def test_a_channels_secret_goes_in_and_never_comes_out(cast, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    status, channel = ask(cast.admin, "post", "/channels/mail", MAIL)
    assert (status, channel["is_on"], channel["has_secret"]) == (200, True, True)
    assert keys.read(Outlet.objects.get().secret) == "s3cret"
    shown = str([channel, ask(cast.admin, "get", "/channels")])
    assert "s3cret" not in shown
    assert Outlet.objects.get().secret not in shown
    _status, channel = ask(cast.admin, "post", "/channels/mail", {"per_minute": 5})
    assert (channel["host"], channel["per_minute"], channel["is_on"]) == ("mail.example.com", 5, True)


def test_a_channel_that_cannot_be_is_refused_in_words(cast):
    status, told = ask(cast.admin, "post", "/channels/mail", {"is_on": True})
    assert (status, list(told["fields"])) == (422, ["host"])
    assert ask(cast.admin, "post", "/channels/pigeon", MAIL)[0] == 422
    assert ask(cast.zhoumin, "get", "/channels")[0] == 403
    assert not Outlet.objects.exists()


def test_who_is_told_is_set_by_the_administrator(cast):
    given = {"also": ["executive"], "channels": ["mail"]}
    status, told = ask(cast.admin, "post", "/tellings/duty.due", given)
    assert (status, told["also"], told["channels"]) == (200, ["executive"], ["mail"])
    assert ask(cast.admin, "post", "/tellings/nothing", given)[0] == 422
    assert ask(cast.zhoumin, "post", "/tellings/duty.due", given)[0] == 403


def test_what_failed_is_sent_again_and_its_address_is_masked(cast):
    do_outlet = Outlet.objects.create(channel="mail")
    notices.notify([cast.zhoumin.pk], "x", {}, a_client(cast), NOW)
    given = {"staff": cast.zhoumin, "channel": "mail", "address": "zhoumin@example.com", "made_at": NOW, "next_at": NOW}
    Delivery.objects.create(notice=Notice.objects.get(), state="failed", **given)
    status, page = ask(cast.admin, "get", "/deliveries?state=failed")
    assert (status, page["deliveries"][0]["address"]) == (200, "zh***@example.com")
    assert ask(cast.admin, "post", "/deliveries/again") == (200, {"queued": 1})
    assert Delivery.objects.get().state == "waiting"
    assert ask(cast.admin, "post", "/deliveries/again")[0] == 409
    assert do_outlet.pk


def test_ones_own_address_is_set_and_taken_back(cast):
    status, mine = ask(cast.zhoumin, "post", "/me/addresses/mail", {"value": "zhoumin@example.com"})
    assert (status, [one["value"] for one in mine["addresses"]]) == (200, ["zhoumin@example.com"])
    assert ask(cast.lize, "get", "/me/addresses")[1]["addresses"] == []
    assert ask(cast.zhoumin, "post", "/me/addresses/mail", {"value": "no address"})[0] == 422
    assert ask(cast.zhoumin, "post", "/me/addresses/mail", {"value": ""})[1]["addresses"] == []


@pytest.mark.parametrize("path", ["/approvals", "/notices", "/jobs"])
def test_an_impossible_cursor_is_answered_in_words(cast, path):
    assert ask(cast.zhoumin, "get", f"{path}?cursor=x")[0] == 422


def test_files_of_a_job_go_after_a_week(cast, disk):
    _status, job = ask(cast.zhoumin, "post", "/lists/clients/export", {})
    jobs.run_job(job["id"])
    Blob.objects.update(at=NOW)
    jobs.purge(NOW + timedelta(days=8))
    assert blobs.files_of(Job.objects.get(), cast.zhoumin, NOW).blobs == []
    assert ask(cast.zhoumin, "get", f"/jobs/{job['id']}")[1]["files"] == []
