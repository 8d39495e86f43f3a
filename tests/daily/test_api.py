"""Daily service by API: the same acts, the same refusals, and nothing written by a refused one."""

from chengnuo.daily.models import DailyContact, Renewal
from tests.daily.world import SAID, a_contact, a_renewal
from tests.hotline.world import DAY, NOW, a_client, stored

ENTRY = {"kind": "care", "channel": "wecom", "dialogue": SAID, "basis": "client"}


def test_an_entry_is_made_read_and_its_promise_answered(cast, api):
    client = a_client(cast)
    contact = client.positions.get().contact
    given = {**ENTRY, "client_id": client.pk, "contact_id": contact.pk, "promised": "寄批单"}
    status, made = api(cast.zhoumin, "post", "/daily-contacts", {**given, "promised_by": (NOW + DAY).isoformat()})
    assert (status, made["number"], made["spoke_with"], made["unit"]) == (201, "RC-SU-26-0001", "陈月琴", "SU")
    (listed,) = api(cast.zhoumin, "get", f"/daily-contacts?client_id={client.pk}&kind=care")[1]["contacts"]
    assert (listed["id"], listed["promised"]) == (made["id"], "寄批单")
    assert api(cast.zhoumin, "get", "/daily-contacts?channel=mail")[1]["contacts"] == []
    answered = api(cast.zhoumin, "post", f"/daily-contacts/{made['id']}/answer", {"text": "寄了"})[1]
    assert answered["answer"] == "寄了"
    assert api(cast.zhoumin, "post", f"/daily-contacts/{made['id']}/answer", {"text": "寄了"})[0] == 409


def test_a_telephone_entry_without_dialogue_is_refused_with_its_clause(cast, api):
    client = a_client(cast)
    given = {**ENTRY, "client_id": client.pk, "channel": "phone", "dialogue": ""}
    status, answer = api(cast.zhoumin, "post", "/daily-contacts", given)
    assert (status, answer["clause"]) == (422, "3.2.6")
    hidden = api(cast.luyao, "post", "/daily-contacts", {**ENTRY, "client_id": client.pk})
    assert (hidden[0], hidden[1]["code"]) == (422, "client_unknown")
    other = api(cast.zhoumin, "post", "/daily-contacts", {**ENTRY, "client_id": client.pk, "contact_id": 999})
    assert other[1]["code"] == "contact_unknown"
    assert stored(DailyContact) == []


def test_a_renewal_is_told_quoted_and_decided(cast, api):
    renewal = a_renewal(cast)
    url = f"/renewals/{renewal.pk}"
    assert api(cast.zhoumin, "post", f"{url}/contact", {"text": "愿意"})[1]["state"] == "contacted"
    quote = {"insurer": "屿安", "premium": "19000.00"}
    assert api(cast.zhoumin, "post", f"{url}/quote", quote)[1]["state"] == "quoted"
    terms = api(cast.zhoumin, "get", url)[1]["terms"]
    assert [(one["insurer"], one["premium"]) for one in terms] == [("屿安", "19000.00")]
    status, lost = api(cast.zhoumin, "post", f"{url}/lose", {"reason": "price", "text": "贵"})
    assert (status, lost["state"], lost["lost_reason"]) == (200, "lost", "price")
    assert api(cast.zhoumin, "post", f"{url}/contact", {"text": "愿意"})[0] == 409
    figures = api(cast.zhoumin, "get", "/renewals/retention")[1]
    assert figures["whole"] == {"due": 1, "kept": 0, "lost": 1, "waiting": 0, "rate": 0.0}
    assert (figures["by_unit"]["SU"]["lost"], figures["lost_by_reason"]) == (1, {"price": 1})
    assert api(cast.zhoumin, "post", f"{url}/decide-anew", {"text": "回心转意"})[1]["state"] == "contacted"
    renewed = api(cast.zhoumin, "post", f"{url}/renew", {"no": "N-1", **quote})[1]
    assert (renewed["state"], renewed["new_policy_id"] is not None) == ("moved", True)


def test_a_loss_without_its_reason_is_refused_and_nothing_is_written(cast, api):
    renewal = a_renewal(cast)
    before = stored(Renewal)
    assert api(cast.zhoumin, "post", f"/renewals/{renewal.pk}/lose", {"text": "贵"})[0] == 422
    assert api(cast.zhoumin, "post", f"/renewals/{renewal.pk}/lose", {"reason": "price", "text": ""})[0] == 422
    assert api(cast.luyao, "post", f"/renewals/{renewal.pk}/need-no-more", {"text": "x"})[0] == 404
    assert stored(Renewal) == before
    assert a_contact(cast, renewal.client).client == renewal.client
