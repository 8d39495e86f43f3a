"""The API of what a client has: contacts, sites, policies, agreements, ticks, numbers, imports."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from chengnuo.clients.models import Agreement, Client, Contact, Phone, Policy, Position, Site
from chengnuo.kit.models import Job
from chengnuo.ledger.models import Idem, TrailEvent

from .books import CLIENT, book
from .conftest import RESIDENT
from .test_api import api  # noqa: F401

COVER = {
    "no": "P-1",
    "line": "property",
    "insurer": "屿安财产保险股份有限公司",
    "sum_insured": "100.00",
    "premium": "1.00",
    "start": "2026-10-01",
    "end": "2027-09-30",
}


def stored(*models):
    return [row for model in models for row in model.objects.order_by("pk").values()]


@pytest.fixture
def ask(api):  # noqa: F811
    return api


def test_a_client_is_changed_by_who_read_him_last(ask, cast, client_su):
    read = ask(cast.zhoumin, "get", f"/clients/{client_su.pk}")[1]
    same = {name: read[name] for name in ("version", "kind", "credit_code", "since")}
    change = {**same, "name": "苏州锦穗精密机械股份公司", "manager_id": cast.lize.pk}
    status, changed = ask(cast.zhoumin, "post", f"/clients/{client_su.pk}/change", change)
    assert (status, changed["name"], changed["manager_id"]) == (200, change["name"], cast.lize.pk)
    status, answer = ask(cast.lize, "post", f"/clients/{client_su.pk}/change", {**change, "name": "别的"})
    assert (status, answer["code"], Client.objects.get().name) == (409, "stale", change["name"])
    status, answer = ask(cast.zhoumin, "post", f"/clients/{client_su.pk}/change", {**change, "manager_id": 10**15})
    assert (status, list(answer["fields"])) == (422, ["manager_id"])


def test_a_persons_id_that_is_not_sent_stays(ask, cast, person_su):
    change = {"version": 1, "name": "罗咏仪女士", "kind": "person", "since": "2020-01-01"}
    assert ask(cast.zhoumin, "post", f"/clients/{person_su.pk}/change", change)[0] == 200
    assert Client.objects.get().resident_id == RESIDENT


def test_a_contact_keeps_the_numbers_that_are_named_and_gets_new_ones(ask, cast, client_su):
    contact = ask(cast.zhoumin, "get", f"/clients/{client_su.pk}")[1]["contacts"][0]
    body = {"version": contact["version"], "name": contact["name"], "title": "主管", "phones": ["13900000001"]}
    path = f"/positions/{contact['position_id']}"
    status, changed = ask(cast.zhoumin, "post", f"{path}/change", {**body, "keep": [contact["phones"][0]["id"]]})
    assert (status, changed["title"], [one["masked"] for one in changed["phones"]]) == (
        200,
        "主管",
        ["138****1021", "139****0001"],
    )
    assert ask(cast.zhoumin, "post", f"{path}/change", body)[1]["code"] == "stale"
    assert ask(cast.zhoumin, "post", f"{path}/end", {"reason": "离职"})[0] == 200
    assert ask(cast.zhoumin, "post", f"{path}/end", {"reason": "离职"})[1]["code"] == "position_ended"
    status, new = ask(cast.zhoumin, "post", f"/clients/{client_su.pk}/contacts", {"name": "新来", "phones": ["1"]})
    assert (status, list(new["fields"])) == (422, ["phones"])
    assert ask(cast.zhoumin, "post", f"/clients/{client_su.pk}/contacts", {"name": "新来"})[0] == 201


def test_what_a_client_has_is_added_and_changed(ask, cast, client_su):
    path = f"/clients/{client_su.pk}"
    site = ask(cast.zhoumin, "post", f"{path}/sites", {"name": "仓库", "address": "路1号", "lat": "31.25"})[1]
    change = {"version": site["version"], "name": "仓库", "address": "路2号"}
    assert ask(cast.zhoumin, "post", f"/sites/{site['id']}/change", change)[1]["address"] == "路2号"
    policy = ask(cast.zhoumin, "post", f"{path}/policies", COVER)[1]
    assert (policy["start"], policy["premium"]) == ("2026-10-01", "1.00")
    change = {**COVER, "version": policy["version"], "end": "2026-09-01"}
    assert list(ask(cast.zhoumin, "post", f"/policies/{policy['id']}/change", change)[1]["fields"]) == ["end"]
    assert ask(cast.zhoumin, "post", f"{path}/policies", COVER)[1]["code"] == "number_taken"
    agreement = {"number": "WT-1", "start": "2026-09-01", "end": "2027-08-31"}
    drafted = ask(cast.zhoumin, "post", f"{path}/agreements", agreement)[1]
    where = f"/agreements/{drafted['id']}"
    states = [
        ask(cast.zhoumin, "post", f"{where}/{verb}", body)[1]["state"]
        for verb, body in (("sign", {"signed_on": "2026-09-01"}), ("activate", {}), ("terminate", {"reason": "换人"}))
    ]
    assert (drafted["state"], states) == ("draft", ["signed", "active", "terminated"])
    assert ask(cast.zhoumin, "get", path)[1]["agreements"][0]["state"] == "terminated"


def test_another_branch_adds_nothing_and_who_only_reads_is_refused(ask, cast, client_su):
    before = stored(Client, Contact, Phone, Position, Site, Policy, Agreement)
    for staff, status in ((cast.luyao, 404), (cast.chenlixing, 403)):
        for path, body in (
            ("sites", {"name": "仓库", "address": "路1号"}),
            ("policies", COVER),
            ("contacts", {"name": "新来"}),
            ("agreements", {"number": "WT-1", "start": "2026-09-01", "end": "2027-08-31"}),
        ):
            assert ask(staff, "post", f"/clients/{client_su.pk}/{path}", body)[0] == status
    assert stored(Client, Contact, Phone, Position, Site, Policy, Agreement) == before


def test_the_centre_ticks_and_takes_it_back_with_reasons(ask, cast, client_su):
    path = f"/clients/{client_su.pk}/ticks/key"
    assert ask(cast.linxiaotang, "post", path, {"reason": "大户"})[1]["key"] is True
    assert ask(cast.linxiaotang, "post", path, {"reason": "大户"})[1]["code"] == "already_so"
    assert ask(cast.linxiaotang, "post", f"{path}/remove", {"reason": "不再是"})[1]["key"] is False
    assert ask(cast.zhoumin, "post", path, {"reason": "大户"})[0] == 403


def test_each_showing_of_a_number_is_an_event_and_is_kept_in_no_answer(ask, cast, person_su):
    position = person_su.positions.get()
    phone = position.contact.phones.get()
    key = {"Idempotency-Key": "k"}
    for _time in range(2):
        shown = ask(cast.zhoumin, "post", f"/clients/{person_su.pk}/resident-id", {"reason": "核对"}, **key)
        assert shown == (200, {"number": RESIDENT})
    path = f"/positions/{position.pk}/phones/{phone.pk}/number"
    assert ask(cast.zhoumin, "post", path, {}) == (200, {"number": "138 0000 3212"})
    assert (TrailEvent.objects.filter(body__contains="client.unmasked").count(), Idem.objects.count()) == (3, 0)
    assert ask(cast.chenlixing, "post", path, {})[0] == 403


def test_clients_are_narrowed_and_asked_for_as_a_workbook(ask, cast, client_su, person_su):
    def found(query):
        return {one["id"] for one in ask(cast.zhoumin, "get", f"/clients?{query}")[1]["clients"]}

    assert found("kind=person") == {person_su.pk}
    assert found("q=锦穗") == {client_su.pk}
    assert found("tick=key") == set()
    assert found("branch=SU") == {client_su.pk, person_su.pk}
    assert ask(cast.zhoumin, "get", "/clients?branch=XX")[0] == 422
    status, asked = ask(cast.zhoumin, "post", "/clients/export", {"kind": "person"})
    job = Job.objects.get(pk=asked["job_id"])
    assert (status, job.staff, job.args["query"]) == (202, cast.zhoumin, "kind=person")


def upload(staff, content, name="客户.xlsx", **headers):
    file = SimpleUploadedFile(name, content)
    headers = {"Authorization": f"Bearer cn_{staff.username}", **headers}
    answer = Browser().post("/api/v1/clients/imports", {"file": file}, headers=headers)
    return answer.status_code, json.loads(answer.content)


def test_a_workbook_is_checked_once_and_not_confirmed_before_that_is_done(ask, cast, settings, tmp_path):
    settings.BLOB_DIR = tmp_path
    ask(cast.xuning, "get", "/clients/imports")
    status, template = _template(cast)
    assert (status, template[:2]) == (200, b"PK")
    content, key = book(clients=[CLIENT]), {"Idempotency-Key": "k"}
    first, again = (upload(cast.xuning, content, **key) for _time in range(2))
    assert (first[0], first, Job.objects.count()) == (202, again, 1)
    assert upload(cast.xuning, book(clients=[{**CLIENT, "name": "别家"}]), **key)[1]["code"] == "key_reused"
    path = f"/clients/imports/{first[1]['job_id']}/confirm"
    assert ask(cast.xuning, "post", path, {})[1]["code"] == "job_running"
    assert ask(cast.linxiaotang, "post", path, {})[0] == 404
    assert upload(cast.xuning, b"name\nx", "x.csv")[1]["fields"].keys() == {"file"}
    ask(cast.zhoumin, "get", "/clients")
    assert upload(cast.zhoumin, content)[0] == 403


def _template(cast):
    answer = Browser().get(
        "/api/v1/clients/imports/template", headers={"Authorization": f"Bearer cn_{cast.xuning.username}"}
    )
    return answer.status_code, answer.content
