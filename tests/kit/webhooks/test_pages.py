"""The administrator's pages and the API of webhooks."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chengnuo.kit.models import Webhook, WebhookDelivery
from chengnuo.kit.webhooks.sending import send_waiting
from chengnuo.ledger.models import Idem, TrailEvent, TrailText
from chengnuo.people.actions import make_token
from tests.kit.webhooks.conftest import DAY, at, make


@pytest.fixture
def admin(cast) -> Browser:
    browser = Browser()
    browser.force_login(cast.admin)
    return browser


@pytest.fixture
def api(cast):
    _token, secret = make_token(cast.admin, name="x", expires_at=at() + DAY, by=cast.admin, now=at())

    def ask(method: str, path: str, body: object = None, key: str = ""):
        headers = {"Authorization": f"Bearer {secret}", **({"Idempotency-Key": key} if key else {})}
        how = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return getattr(Browser(), method)(f"/api/v1{path}", headers=headers, **how)

    return ask


def given(server, **more) -> dict:
    return {"name": "数据仓库", "url": server.url, "verbs": ["unit.changed"], **more}


def test_a_webhook_is_registered_and_its_secret_shown_on_that_page_alone(cast, server, admin):
    page = admin.post(reverse("webhooks:hook_new"), given(server))
    hook = Webhook.objects.get()
    secret = re.search(r'id="secret">(whsec_[\w-]+)<', page.text)[1]
    assert (page.status_code, "no-store" in page.headers["Cache-Control"], hook.verbs) == (200, True, ["unit.changed"])
    kept = Path(conf.DATA_DIR) / "keys" / hook.secret
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == (secret, 0o600)
    for name in ("webhooks:hook", "webhooks:hook_edit", "webhooks:hook_secret"):
        assert secret not in admin.get(reverse(name, args=[hook.pk])).text
    stored = [*Idem.objects.values_list("answer", flat=True), *TrailText.objects.values_list("text", flat=True)]
    assert not any(secret in str(one) for one in stored)
    assert not TrailEvent.objects.filter(body__contains=secret).exists()


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"url": "ftp://example.com"}, "写成 https://"),
        ({"url": "http://169.254.169.254/latest"}, "只供网络自身使用"),
        ({"url": "https://nobody.invalid/"}, "查不到这个主机名"),
        ({"verbs": []}, "至少选一种事件"),
        ({"verbs": ["unit.changed", "no.such"]}, "没有这个选项"),
        ({"name": ""}, "缺这一项"),
        ({"unit": "999999"}, "没有这个选项"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(cast, server, admin, wrong, words):
    page = admin.post(reverse("webhooks:hook_new"), given(server, **wrong))
    assert (page.status_code, words in page.text, Webhook.objects.count()) == (422, True, 0)


def test_two_who_change_a_webhook_at_once_see_both_versions(cast, server, hook, admin):
    url = reverse("webhooks:hook_edit", args=[hook.pk])
    assert admin.post(url, given(server, name="一", version=hook.version)).status_code == 302
    page = admin.post(url, given(server, name="二", version=hook.version))
    assert (page.status_code, "一" in page.text, Webhook.objects.get().name) == (409, True, "一")


def test_a_trial_goes_the_way_of_all_events_and_the_log_tells_what_came_of_it(cast, server, hook, admin):
    answer = admin.post(reverse("webhooks:hook_try", args=[hook.pk]))
    row = WebhookDelivery.objects.get()
    assert answer.headers["Location"] == reverse("webhooks:delivery", args=[row.pk])
    assert 'hx-trigger="every 2s"' in admin.get(answer.headers["Location"]).text
    send_waiting(at())
    page = admin.get(answer.headers["Location"]).text
    assert ("已收下" in page, "HTTP 200" in page, str(row.key) in page, "every 2s" in page) == (
        True,
        True,
        True,
        False,
    )


def test_a_trial_of_a_webhook_that_hears_trials_is_one_delivery(cast, server, admin):
    hook, _secret = make(cast, server.url, verbs=["webhook.tried_out"])
    admin.post(reverse("webhooks:hook_try", args=[hook.pk]))
    assert WebhookDelivery.objects.count() == 1


def test_what_the_other_side_answered_is_shown_as_text(cast, server, hook, admin, happens):
    happens()
    WebhookDelivery.objects.update(state="failed", answer="<script>alert(1)</script>", status=500, error="对方答500")
    page = admin.get(reverse("webhooks:delivery", args=[WebhookDelivery.objects.get().pk])).text
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)


def test_one_is_sent_again_by_its_tick_and_all_failed_by_one_press(cast, server, hook, admin, happens):
    for record in (cast.su, cast.hz, cast.bj):
        happens(record)
    WebhookDelivery.objects.update(state="failed", attempts=10)
    url = reverse("webhooks:hook_again", args=[hook.pk])
    first = WebhookDelivery.objects.earliest("pk")
    states = WebhookDelivery.objects.order_by("pk").values_list("state", flat=True)
    assert admin.post(url, {"pick": [first.pk, "x", "9" * 30]}).status_code == 302
    assert list(states.all()) == ["waiting", "failed", "failed"]
    assert admin.post(url, {"all": "1"}).status_code == 302
    assert list(states.all()) == ["waiting"] * 3
    assert admin.post(url, {"all": "1"}).status_code == 409


def test_switched_off_what_waited_is_marked_and_nothing_is_tried(cast, server, hook, admin, happens):
    happens()
    assert admin.post(reverse("webhooks:hook_switch", args=[hook.pk]), {"on": "0"}).status_code == 302
    assert (WebhookDelivery.objects.get().state, send_waiting(at()), server.got) == ("failed", 0, [])
    assert admin.post(reverse("webhooks:hook_try", args=[hook.pk])).status_code == 409


def test_list_and_log_ask_no_more_for_thirty_rows_than_for_one(cast, server, hook, admin, happens):
    urls = [reverse("webhooks:hooks"), reverse("webhooks:hook", args=[hook.pk])]

    def asked() -> list[int]:
        counts = []
        for url in urls:
            admin.get(url)
            with CaptureQueriesContext(connection) as captured:
                admin.get(url)
            counts.append(len(captured))
        return counts

    happens()
    before = asked()
    for _nth in range(30):
        happens()
        make(cast, server.url, verbs=["unit.closed"])
    assert asked() == before


def test_the_api_registers_tries_changes_and_sends_again(cast, server, api):
    made = api("post", "/webhooks", given(server, unit="SU"), key="k1")
    told = made.json()
    assert (made.status_code, told["unit"], told["secret"][:6], told["is_on"]) == (201, "SU", "whsec_", True)
    again = api("post", "/webhooks", given(server, unit="SU"), key="k1")
    assert (again.status_code, again.json()["id"], again.json()["secret"]) == (201, told["id"], None)
    assert not any("whsec_" in str(one) for one in Idem.objects.values_list("answer", flat=True))
    path = f"/webhooks/{told['id']}"
    assert api("post", f"{path}/try").status_code == 202
    send_waiting(at())
    log = api("get", f"{path}/deliveries?state=sent").json()["deliveries"]
    assert [(one["delivery"], one["status"]) for one in log] == [(server.got[0].delivery, 200)]
    assert api("post", f"{path}/again", {"deliveries": [log[0]["delivery"]]}).json() == {"count": 1}
    assert api("post", f"{path}/again", {}).status_code == 409
    changed = api("post", path, given(server, name="新名", version=told["version"]))
    assert (changed.json()["name"], changed.json()["unit"]) == ("新名", None)
    assert api("post", path, given(server, version=told["version"])).status_code == 409
    other = api("post", f"{path}/secret", {"at_once": False}).json()
    assert (other["secret"] != told["secret"], other["old_secret_until"] is not None) == (True, True)
    assert api("post", f"{path}/switch", {"is_on": False}).json()["is_on"] is False
    assert api("get", "/webhooks").json()["webhooks"][0]["id"] == told["id"]
    assert {"verb": "call.registered", "label": "登记来电", "room": "hotline"} in api("get", "/webhooks/verbs").json()[
        "verbs"
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://[::ffff:169.254.169.254]/"},
        {"url": "https://x\u0000y/"},
        {"verbs": []},
        {"verbs": ["no.such"]},
        {"verbs": ["unit.changed"] * 400},
        {"unit": "??"},
        {"name": " "},
        {"more": 1},
    ],
)
def test_the_api_refuses_what_cannot_be(cast, server, api, wrong):
    assert (api("post", "/webhooks", given(server, **wrong)).status_code, Webhook.objects.count()) == (422, 0)
