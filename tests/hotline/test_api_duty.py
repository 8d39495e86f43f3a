"""The API of roster, lines, rings, prints and mailboxes: done, refused with nothing changed, secrets kept nowhere."""

import pytest
from django.test import Client as Browser

from chengnuo.hotline import actions
from chengnuo.hotline.models import (
    Call,
    DutyLine,
    DutyShift,
    Mailbox,
    PhoneSystem,
    RosterFeed,
    RosterPattern,
    ShiftSwap,
)
from chengnuo.kit.models import Job
from chengnuo.ledger import loop
from chengnuo.ledger.models import Idem, TrailEvent
from tests.hotline.exchange import KNOWN, an_exchange
from tests.hotline.world import DAY, HOUR, MINUTE, NOW, a_call, a_missed_call, a_promise, at, do, stored

SLOT = {"name": "全天", "starts": "08:00", "ends": "08:00"}


def span(start, hours=8):
    return {"starts_at": start.isoformat(), "ends_at": (start + hours * HOUR).isoformat()}


def shift_of(cast, staff, start=NOW + DAY):
    given = {"unit": cast.su, "staff": staff, "starts_at": start, "ends_at": start + 8 * HOUR}
    return do(actions.enter_shift, by=cast.xuning, **given)


# Roster


def test_a_repeating_roster_is_previewed_started_once_and_stopped(api, cast):
    body = {"unit": "SU", "starts_on": "2026-10-05", "weeks": 3, "slots": [{**SLOT, "staff": [cast.zhoumin.pk]}]}
    status, seen = api(cast.xuning, "post", "/roster-patterns/preview", body)
    assert (status, {one["fate"] for one in seen["plans"]}, stored(RosterPattern, DutyShift)) == (200, {"new"}, [])
    key = {"Idempotency-Key": "k"}
    first, again = (api(cast.xuning, "post", "/roster-patterns", body, **key) for _time in range(2))
    assert (first[0], first) == (201, again)
    assert [one["starts_at"] for one in first[1]["plans"]] == [one["starts_at"] for one in seen["plans"]]
    assert (RosterPattern.objects.count(), DutyShift.objects.count()) == (1, len(seen["plans"]))
    pattern = first[1]["pattern"]["id"]
    status, over = api(cast.xuning, "post", f"/roster-patterns/{pattern}/stop", {})
    assert (status, over["taken_off"], bool(over["pattern"]["stopped_at"])) == (200, len(seen["plans"]), True)
    assert api(cast.zhoumin, "get", "/roster-patterns?standing=true&unit=SU")[1]["patterns"] == []


@pytest.mark.parametrize(
    "change, field",
    [
        ({"slots": []}, "slots"),
        ({"slots": [{**SLOT, "staff": []}]}, "slots.0.staff"),
        ({"slots": [{**SLOT, "staff": [1], "starts": "8:00"}]}, "slots.0.starts"),
        ({"slots": [{**SLOT, "staff": [1], "backups": [1]}]}, "slots"),
        ({"starts_on": "2030-01-01"}, "starts_on"),
        ({"ends_on": "2026-10-01"}, "ends_on"),
        ({"unit": "XX"}, "unit"),
    ],
)
def test_a_roster_that_cannot_be_is_said_by_its_field(api, cast, change, field):
    body = {"unit": "SU", "starts_on": "2026-10-05", "slots": [{**SLOT, "staff": [cast.zhoumin.pk]}]}
    for path in ("/roster-patterns/preview", "/roster-patterns"):
        status, answer = api(cast.xuning, "post", path, {**body, **change})
        assert (status, list(answer["fields"]), stored(RosterPattern, DutyShift)) == (422, [field], [])


def test_a_gap_is_filled_and_a_past_one_explained(api, cast, monkeypatch):
    api(cast.xuning, "post", "/duty-lines", {"unit": "SU", "number": "0512-65551234"}, now=NOW - 2 * DAY)
    do(loop.fill_occasions, now=NOW)
    status, coverage = api(cast.zhoumin, "get", "/coverage?unit=SU")
    gap = coverage["branches"][0]["gaps"][0]
    status, shift = api(
        cast.xuning, "post", "/coverage/fill", {"unit": "SU", "staff_id": cast.zhoumin.pk, **span(NOW, 10)}
    )
    assert (status, shift["staff"], gap["minutes"] > 0) == (201, "周敏", True)
    days = api(cast.xuning, "get", "/duty-days?unit=SU")[1]["days"]
    today = next(one for one in days if one["day"] == "2026-09-28")
    status, day = api(cast.xuning, "post", f"/duty-days/{today['id']}/explain", {"reason": "停电"})
    assert (status, day["explained_until"]) == (200, NOW.isoformat())
    status, answer = api(cast.xuning, "post", f"/duty-days/{today['id']}/explain", {"reason": "停电"})
    assert (status, answer["code"]) == (409, "nothing_to_explain")
    assert api(cast.luyao, "get", f"/duty-days/{today['id']}")[0] == 404


def test_a_shift_changes_hands_by_the_manager_or_by_agreement(api, cast):
    shift = shift_of(cast, cast.zhoumin)
    status, given = api(cast.xuning, "post", f"/shifts/{shift.pk}/reassign", {"to_id": cast.lize.pk})
    assert (status, given["staff"]) == (200, "李泽")
    status, swap = api(cast.lize, "post", f"/shifts/{shift.pk}/swaps", {"of_id": cast.zhoumin.pk, "note": "有事"})
    assert (status, swap["state"]) == (201, "asked")
    assert [one["id"] for one in api(cast.zhoumin, "get", "/swaps?state=asked")[1]["swaps"]] == [swap["id"]]
    assert api(cast.luyao, "get", "/swaps")[1]["swaps"] == []
    status, agreed = api(cast.zhoumin, "post", f"/swaps/{swap['id']}/agree", {})
    assert (status, agreed["state"], DutyShift.objects.get().staff) == (200, "agreed", cast.zhoumin)
    before = stored(DutyShift, ShiftSwap)
    assert api(cast.zhoumin, "post", f"/shifts/{shift.pk}/reassign", {"to_id": cast.lize.pk})[0] == 403
    assert stored(DutyShift, ShiftSwap) == before


def test_who_was_on_duty_and_missed_a_call_is_told(api, cast):
    call = a_missed_call(cast)
    status, told = api(cast.xuning, "get", "/attendance?since=2026-09-28", now=NOW + HOUR)
    assert (status, told["until"], [one["nobody"] for one in told["branches"]]) == (200, "2026-09-28", [[call.pk]])
    assert api(cast.luyao, "get", "/attendance", now=NOW + HOUR)[1]["branches"][0]["nobody"] == []
    status, answer = api(cast.xuning, "get", "/attendance?since=2020-01-01")
    assert (status, list(answer["fields"])) == (422, ["since"])


def test_another_number_takes_a_lines_place_in_one_step(api, cast):
    line = api(cast.xuning, "post", "/duty-lines", {"unit": "SU", "number": "0512-65551234"})[1]
    status, new = api(cast.xuning, "post", f"/duty-lines/{line['id']}/change", {"number": "0512-65551235"})
    assert (status, new["digits"]) == (201, "051265551235")
    assert [one.digits for one in DutyLine.objects.filter(withdrawn_at=None)] == ["051265551235"]
    status, answer = api(cast.xuning, "post", f"/duty-lines/{line['id']}/change", {"number": "0512-65551236"})
    assert (status, answer["code"]) == (409, "line_withdrawn")


# Secrets


def test_an_address_for_a_calendar_works_is_shown_once_and_kept_nowhere(api, cast):
    status, feed = api(cast.zhoumin, "post", "/roster-feeds", {"unit": "SU"}, **{"Idempotency-Key": "k"})
    path = feed["address"].partition("testserver")[2]
    assert (status, Browser().get(path).status_code) == (201, 200)
    secret = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert [row for row in (*Idem.objects.all(), *RosterFeed.objects.all()) if secret in str(vars(row))] == []
    assert "address" not in api(cast.zhoumin, "get", "/roster-feeds")[1]["feeds"][0]
    assert api(cast.luyao, "post", f"/roster-feeds/{feed['id']}/revoke", {})[0] == 404
    assert api(cast.zhoumin, "post", f"/roster-feeds/{feed['id']}/revoke", {})[0] == 200
    assert Browser().get(path).status_code == 404


def test_a_telephone_systems_secret_signs_its_events_and_is_on_one_answer_alone(api, cast):
    status, system = api(cast.admin, "post", "/phone-systems", {"name": "总机"}, **{"Idempotency-Key": "k"})
    assert (status, PhoneSystem.objects.get().name, Idem.objects.count()) == (201, "总机", 0)
    assert "secret" not in api(cast.admin, "get", "/phone-systems")[1]["systems"][0]
    hook = Browser(headers={"Authorization": f"Bearer {system['secret']}"})
    said = hook.post("/hooks/phone/", {}, content_type="application/json").status_code
    assert api(cast.admin, "post", f"/phone-systems/{system['id']}/revoke", {})[0] == 200
    assert (said, hook.post("/hooks/phone/", {}, content_type="application/json").status_code) == (422, 401)


def test_a_mailbox_is_set_up_and_its_password_told_to_nobody(api, cast, settings, tmp_path):
    body = {
        "unit": "SU",
        "keeper_id": cast.zhoumin.pk,
        "host": "imap.example.com",
        "username": "su",
        "secret": "geheim",
    }
    status, box = api(cast.admin, "post", "/mailboxes", body, **{"Idempotency-Key": "k"})
    assert (status, box["unit"], "secret" in box, Idem.objects.count()) == (201, "SU", False, 0)
    assert "geheim" not in str([vars(one) for one in Mailbox.objects.all()])
    change = {**body, "version": box["version"], "secret": "", "is_on": False}
    status, off = api(cast.admin, "post", f"/mailboxes/{box['id']}/change", change)
    assert (status, off["is_on"]) == (200, False)
    status, answer = api(cast.admin, "post", f"/mailboxes/{box['id']}/change", change)
    assert (status, answer["code"]) == (409, "stale")
    status, answer = api(cast.admin, "post", "/mailboxes", {**body, "username": "x", "keeper_id": cast.luyao.pk})
    assert (status, list(answer["fields"])) == (422, ["keeper"])


# Ringing


def test_who_is_rung_sees_it_and_fills_its_row(api, cast, client_su):
    exchange = an_exchange(cast)
    shift_of(cast, cast.zhoumin, NOW + MINUTE)
    ring = NOW + 2 * HOUR
    assert exchange.says("ringing", ring)[0] in {200, 201, 202}
    status, rings = api(cast.zhoumin, "get", "/ringing", now=ring)
    assert (status, rings["line"], rings["talks"]) == (200, "SU", False)
    call = rings["call_id"]
    status, told = api(cast.zhoumin, "get", f"/calls/{call}/ring", now=ring)
    assert (told["is_known"], [one["staff_id"] for one in told["attempts"]]) == (True, [cast.zhoumin.pk])
    assert api(cast.xuning, "post", f"/calls/{call}/hold", {}, now=ring) == (200, {"held_by_id": None})
    assert api(cast.zhoumin, "post", f"/calls/{call}/hold", {}, now=ring) == (200, {"held_by_id": cast.xuning.pk})
    body = {"content": "问保单", "answer": "明年到期", "client_id": client_su.pk}
    status, done = api(cast.zhoumin, "post", f"/calls/{call}/take", body, now=ring + MINUTE)
    assert (status, done["id"], done["state"], done["client_id"]) == (200, call, "closed", client_su.pk)
    status, answer = api(cast.xuning, "post", f"/calls/{call}/take", body, now=ring + MINUTE)
    assert (status, answer["code"], Call.objects.count()) == (409, "registered_already", 1)
    assert api(cast.luyao, "get", "/ringing", now=ring)[1]["call_id"] is None


def test_dialling_and_recordings_are_refused_in_words_where_there_are_none(api, cast):
    call = a_missed_call(cast)
    assert api(cast.zhoumin, "post", f"/calls/{call.pk}/dial", {})[1]["code"] == "no_dialling"
    assert api(cast.zhoumin, "post", f"/calls/{call.pk}/recording", {})[0] == 404


# Prints


def test_forms_are_printed_and_every_printing_is_an_event(api, cast):
    call = a_call(cast)
    days = {"unit": "SU", "since": "2026-09-28", "until": "2026-09-28"}
    for path, body in (
        ("/prints/register", days),
        ("/prints/roster", days),
        ("/prints/directory", {}),
        (f"/calls/{call.pk}/print", {}),
    ):
        status, content = api(cast.zhoumin, "post", path, body)
        assert (status, content[:5]) == (200, b"%PDF-"), path
    assert printings() == 4


def printings() -> int:
    return TrailEvent.objects.filter(body__contains="printed").count()


def test_a_period_that_cannot_be_printed_is_said_and_no_event_written(api, cast):
    days = {"unit": "SU", "since": "2026-09-28", "until": "2026-09-27"}
    assert list(api(cast.zhoumin, "post", "/prints/roster", days)[1]["fields"]) == ["until"]
    days = {"unit": "SU", "since": "2025-01-01", "until": "2026-09-27"}
    assert list(api(cast.zhoumin, "post", "/prints/register", days)[1]["fields"]) == ["until"]
    assert list(api(cast.luyao, "post", "/prints/register", days)[1]["fields"]) == ["unit"]
    assert (printings(), Job.objects.count()) == (0, 0)


# Calls, beyond registering them


def test_calls_are_found_as_on_their_page(api, cast, client_su):
    missed = a_missed_call(cast)
    known = a_call(cast, client=client_su, kinds=["loss"])
    promised = a_promise(cast, NOW + DAY).call

    def found(query):
        return {one["id"] for one in api(cast.zhoumin, "get", f"/calls?{query}")[1]["calls"]}

    assert found("view=call_back") == {missed.pk}
    assert found("kind=loss") == {known.pk}
    assert found("state=closed") == {promised.pk}
    assert found("q=1021") == {missed.pk}
    assert found(f"q={known.number}") == {known.pk}
    assert found("line=HZ") == set()
    assert found("until=2026-09-27") == set()
    assert api(cast.zhoumin, "get", "/calls?line=XX")[0] == 422
    assert api(cast.zhoumin, "get", "/calls?state=gone")[1]["fields"].keys() == {"state"}


def test_who_of_anothers_client_calls_only_his_own_number_tells(api, cast, client_su):
    contact = client_su.positions.get().contact
    body = {"line": "HZ", "rang_at": NOW.isoformat(), "client_id": client_su.pk, "contact_id": contact.pk}
    status, answer = api(cast.luyao, "post", "/calls", {**body, "caller": "13900000000"})
    assert (status, list(answer["fields"]), stored(Call)) == (422, ["contact_id"], [])
    status, answer = api(cast.luyao, "post", "/calls", {**body, "caller": KNOWN})
    assert (status, answer["contact_id"]) == (201, contact.pk)
    card = api(cast.luyao, "get", "/callers?q=1021")[1]["callers"][0]
    assert (card["client"], card["contact"], card["is_full"]) == (client_su.name, "", False)


def test_a_call_is_about_a_running_matter_of_its_client(api, cast, client_su):
    promise = a_promise(cast, NOW + DAY, client=client_su)
    key = api(cast.zhoumin, "get", f"/clients/{client_su.pk}/running")[1]["running"][0]["key"]
    body = {"line": "SU", "rang_at": NOW.isoformat(), "answered_at": NOW.isoformat(), "content": "催", "about": key}
    status, _answer = api(cast.zhoumin, "post", "/calls", {**body, "client_id": client_su.pk})
    assert (status, key) == (201, f"hotline.promise:{promise.pk}")
    status, answer = api(cast.zhoumin, "post", "/calls", body)
    assert (status, list(answer["fields"])) == (422, ["about"])


def test_a_case_is_opened_a_call_voided_and_its_number_shown_on_record(api, cast):
    call = a_call(cast, caller="138 0000 1021")
    status, case = api(cast.zhoumin, "post", f"/calls/{call.pk}/cases", {"kind": "loss", "amount": "100.01"})
    assert (status, case["type"]) == (201, "claims.claim")
    status, claim = api(cast.zhoumin, "get", f"/claims/{case['id']}")
    assert (claim["number"], [one["amount"] for one in claim["estimates"]]) == (case["number"], ["100.01"])
    assert api(cast.zhoumin, "post", f"/calls/{call.pk}/number", {}) == (200, {"number": "138 0000 1021"})
    status, void = api(cast.zhoumin, "post", f"/calls/{call.pk}/void", {"reason": "登记错了"})
    assert (status, void["state"], void["void_because"], void["number"]) == (200, "void", "登记错了", call.number)


def test_a_shifts_promises_go_to_the_next_in_one_request(api, cast):
    promises = [a_promise(cast, NOW + DAY) for _time in range(2)]
    status, handed = api(cast.zhoumin, "post", "/promises/hand-over", {"to_id": cast.lize.pk, "text": "下班"})
    assert (status, handed) == (200, {"handed": 2})
    kept = api(cast.lize, "get", "/promises?state=open")[1]["promises"]
    assert {(one["id"], one["keeper_id"]) for one in kept} == {(one.pk, cast.lize.pk) for one in promises}
    (act,) = api(cast.lize, "get", f"/promises/{promises[0].pk}/acts")[1]["acts"]
    assert (act["kind"], act["text"]) == ("hand_over", "下班")


def test_the_times_to_promise_by_and_what_speaks_against_one(api, cast):
    when = at("10-02 10:00").isoformat().replace("+", "%2B")
    status, told = api(cast.zhoumin, "get", f"/promise-times?at={when}")
    assert (status, [one["key"] for one in told["presets"]]) == (200, ["close", "tomorrow", "third"])
    assert "holiday" in [one["code"] for one in told["warnings"]]


# Cases


def test_a_case_is_taken_on_and_handed_on(api, cast, client_su):
    call = a_call(cast, client=client_su)
    opened = {
        kind: api(cast.zhoumin, "post", f"/calls/{call.pk}/cases", {"kind": kind, "account": "事"})[1]
        for kind in ("appointment", "complaint", "loss")
    }
    visit, complaint, claim = (opened[kind]["id"] for kind in ("appointment", "complaint", "loss"))
    agreed = {"agreed_at": (NOW + DAY).isoformat(), "agreed_with": "陈月琴"}
    assert api(cast.lize, "post", f"/visits/{visit}/confirm", agreed)[1]["owner_id"] == cast.lize.pk
    assert api(cast.lize, "post", f"/complaints/{complaint}/register", {})[1]["state"] == "registered"
    assert api(cast.lize, "post", f"/claims/{claim}/register", {})[1]["state"] == "registered"
    status, answer = api(cast.lize, "post", f"/claims/{claim}/register", {})
    assert (status, answer["code"]) == (409, "illegal_move")
    status, handed = api(cast.lize, "post", f"/claims/{claim}/hand-on", {"to_id": cast.zhoumin.pk, "reason": "休假"})
    assert (status, handed["owner_id"]) == (200, cast.zhoumin.pk)
    status, answer = api(cast.zhoumin, "post", f"/claims/{claim}/hand-on", {"to_id": 10**15})
    assert (status, list(answer["fields"])) == (422, ["to_id"])
    assert [one["id"] for one in api(cast.zhoumin, "get", "/claims?state=registered")[1]["claims"]] == [claim]
    assert api(cast.luyao, "get", f"/visits/{visit}")[0] == 404
