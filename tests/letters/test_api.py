"""Letters by API: the same actions as the pages, once under a key, and each with its own refusal."""

from chengnuo.kit import jobs
from chengnuo.kit.models import Job
from chengnuo.ledger.clock import moved_to
from chengnuo.letters.models import Campaign, Letter, LetterReply
from tests.api import asking
from tests.hotline.world import NOW, stored
from tests.letters.world import BODY, VALUES, a_reply, a_round, a_round_out, a_written_client, chosen, fixed

NEW = {**VALUES, "send_on": "2026-09-28", "replies_by": "2026-10-20", "subject": "续保征询", "body": BODY, "unit": "SU"}


def carried_out(answer):
    job = Job.objects.get(pk=answer["job_id"])
    with moved_to(NOW, "test"):
        while job.is_running:
            jobs.run_job(job.pk)
            job.refresh_from_db()
    return job.words


def test_a_round_is_drafted_once_under_a_key_and_goes_its_way(cast):
    a_written_client(cast)
    status, one = asking(cast.zhoumin, "post", "/letter-campaigns", NEW, **{"Idempotency-Key": "a"})
    assert (status, one["number"], one["state"], one["unit"]) == (201, "XH-SU-26-0001", "draft", "SU")
    assert [text["key"] for text in one["texts"]] == ["A"]
    assert asking(cast.zhoumin, "post", "/letter-campaigns", NEW, **{"Idempotency-Key": "a"}) == (201, one)
    path = f"/letter-campaigns/{one['id']}"
    assert carried_out(asking(cast.zhoumin, "post", f"{path}/choose", {"kind": "company"})[1]) == "能寄1封，不寄0封"
    assert asking(cast.zhoumin, "post", f"{path}/fix")[1]["state"] == "fixed"
    assert carried_out(asking(cast.zhoumin, "post", f"{path}/make")[1]) == "制作1封，分1批"
    assert carried_out(asking(cast.zhoumin, "post", f"{path}/post", {"posted_on": "2026-09-28"})[1]) == "寄出1封"
    (letter,) = asking(cast.zhoumin, "get", f"/letters?campaign_id={one['id']}")[1]["letters"]
    assert (letter["state"], letter["text"], letter["basis"]) == ("posted", "A", "client")
    answer = {"kind": "other", "content": "知悉", "came_on": "2026-09-28"}
    status, reply = asking(cast.zhoumin, "post", f"/letters/{letter['id']}/replies", answer)
    assert (status, reply["number"], reply["state"]) == (201, f"{letter['number']}-R1", "received")
    handled = asking(cast.zhoumin, "post", f"/letter-replies/{reply['id']}/handle", {"answer": "已记"})[1]
    assert (handled["state"], handled["answer"]) == ("handled", "已记")
    figures = asking(cast.zhoumin, "get", f"{path}/figures")[1]
    assert (figures["whole"]["sent"], figures["whole"]["reply_rate"], figures["replies"]["other"]) == (1, 100, 1)
    assert asking(cast.zhoumin, "post", f"{path}/close", {"summary": "好"})[1]["state"] == "closed"
    assert asking(cast.zhoumin, "post", f"{path}/file", {"where": "柜"})[1]["state"] == "filed"


def test_refusals_have_their_status_and_change_nothing(cast):
    a_written_client(cast)
    campaign = fixed(chosen(a_round(cast)))
    letter = campaign.letters.get()
    path = f"/letter-campaigns/{campaign.pk}"
    before = stored(Campaign, Letter, LetterReply)
    answer = {"kind": "other", "content": "知悉", "came_on": "2026-09-28"}
    for who, url, body, status, code in (
        (cast.luyao, f"{path}/make", {}, 404, "not_found"),
        (cast.chenlixing, f"{path}/make", {}, 403, "forbidden"),
        (cast.zhoumin, f"{path}/fix", {}, 409, "illegal_move"),
        (cast.zhoumin, f"{path}/change", {**VALUES_IN, "version": campaign.version}, 409, "not_draft"),
        (cast.zhoumin, f"{path}/choose", {"kind": "robot"}, 422, "invalid"),
        (cast.zhoumin, f"{path}/choose", {"unit": "ZZ"}, 422, "unit_unknown"),
        (cast.zhoumin, f"{path}/exclude", {"numbers": ["XH-ZZ-1"], "reason": "x"}, 422, "letters"),
        (cast.zhoumin, f"{path}/close", {"summary": "x"}, 409, "illegal_move"),
        (cast.zhoumin, f"/letters/{letter.pk}/replies", answer, 409, "illegal_move"),
        (
            cast.zhoumin,
            "/letters/outcomes",
            {"numbers": [], "outcome": "delivered", "on": "2026-09-28"},
            422,
            "invalid",
        ),
    ):
        found = asking(who, "post", url, body)
        assert (url, found[0], found[1]["code"]) == (url, status, code)
    assert stored(Campaign, Letter, LetterReply) == before


VALUES_IN = {name: value for name, value in NEW.items() if name not in {"subject", "body", "unit"}}


def test_numbers_are_entered_together_and_the_faults_are_told(cast):
    number = a_round_out(cast).letters.get().number
    body = {"numbers": [number, "XH-ZZ-1"], "outcome": "returned", "because": "moved", "on": "2026-09-28"}
    status, found = asking(cast.zhoumin, "post", "/letters/outcomes", body)
    assert (status, [one["number"] for one in found["entered"]]) == (200, [number])
    assert found["faults"] == [{"number": "XH-ZZ-1", "message": "没有这个编号"}]
    assert asking(cast.zhoumin, "get", f"/letters?number={number.lower()}")[1]["letters"][0]["state"] == "returned"


def test_a_reply_is_passed_on_to_who_serves_and_to_nobody_else(cast):
    reply = a_reply(cast)
    path = f"/letter-replies/{reply.pk}/pass-on"
    given = {"to_id": cast.chenlixing.pk, "reason": "归他管"}
    assert asking(cast.zhoumin, "post", path, given)[0] == 422
    status, found = asking(cast.zhoumin, "post", path, {**given, "to_id": cast.linxiaotang.pk})
    assert (status, found["owner_id"], found["unit"]) == (200, cast.linxiaotang.pk, "KF")
    assert asking(cast.zhoumin, "get", "/letter-replies?is_open=true")[1]["replies"][0]["id"] == reply.pk
    assert asking(cast.luyao, "get", "/letter-replies")[1]["replies"] == []
