"""Telephone rounds by API: the same acts, the same refusals, and nothing written by a refused one."""

from chengnuo.clients.models import Client
from chengnuo.rounds.models import Round, RoundCall
from tests.hotline.world import a_client, stored
from tests.plans.world import a_promise
from tests.rounds.world import SAID, a_round, a_script, first

DAYS = {"starts_on": "2026-09-28", "ends_on": "2026-10-05"}


def test_a_round_is_drawn_up_called_and_finished(cast, api):
    a_client(cast, name="锦穗公司", credit_code="")
    script = a_script(cast)
    given = {"unit": "SU", "aim": "回访", "script_id": script.pk, "chosen_by": {"kind": "company"}, **DAYS}
    status, one = api(cast.zhoumin, "post", "/rounds", given)
    assert (status, one["state"], one["counts"]) == (201, "draft", {"waiting": 1})
    assert api(cast.zhoumin, "post", f"/rounds/{one['id']}/start", {})[1]["state"] == "running"
    row = api(cast.zhoumin, "post", f"/rounds/{one['id']}/next", {})[1]["client"]
    assert row["name"] == "锦穗公司"
    contact = Client.objects.get().positions.get().contact
    call = {"outcome": "reached", "dialogue": SAID, "contact_id": contact.pk, "demands": ["要条款"]}
    status, made = api(cast.zhoumin, "post", f"/round-clients/{row['id']}/calls", call)
    assert (status, made["spoke_with"], made["basis"]) == (201, "陈月琴", "other")
    demand = api(cast.zhoumin, "get", "/call-demands?state=open")[1]["demands"][0]
    assert api(cast.zhoumin, "post", f"/call-demands/{demand['id']}/handled", {"text": "寄了"})[1]["state"] == "handled"
    assert api(cast.zhoumin, "post", f"/rounds/{one['id']}/next", {})[1] == {"client": None}
    assert api(cast.zhoumin, "post", f"/rounds/{one['id']}/finish", {})[1]["state"] == "finished"


def test_a_conversation_without_its_dialogue_is_refused_with_its_clause(cast, api):
    row = first(a_round(cast))
    before = stored(Round, RoundCall)
    status, answer = api(cast.zhoumin, "post", f"/round-clients/{row.pk}/calls", {"outcome": "reached"})
    assert (status, answer["clause"], list(answer["fields"])) == (422, "3.2.6", ["dialogue"])
    assert stored(Round, RoundCall) == before


def test_who_must_be_visited_is_refused_with_409_and_the_clause(cast, api):
    one = a_round(cast)
    visited = a_client(cast, name="要上门公司", credit_code="")
    a_promise(cast, visited)
    status, answer = api(cast.zhoumin, "post", f"/rounds/{one.pk}/clients", {"client_id": visited.pk})
    assert (status, answer["code"], answer["clause"]) == (409, "must_be_visited", "4.3.1")


def test_a_contact_of_another_client_and_an_old_script_are_refused(cast, api):
    row = first(a_round(cast))
    call = {"outcome": "refused", "contact_id": 999}
    assert api(cast.zhoumin, "post", f"/round-clients/{row.pk}/calls", call)[1]["code"] == "contact_unknown"
    script = row.round.script
    assert api(cast.linxiaotang, "post", f"/call-scripts/{script.pk}/revise", {"words": "您好"})[1]["edition"] == 2
    given = {"unit": "SU", "aim": "回访", "script_id": script.pk, "chosen_by": {}, **DAYS}
    assert api(cast.zhoumin, "post", "/rounds", given)[1]["code"] == "script_unknown"
