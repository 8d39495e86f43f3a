"""The pages of daily service: an entry, a renewal from its opening to a decision, the figures and what they open."""

import re
from decimal import Decimal

from django.urls import reverse

from chengnuo.daily import actions
from chengnuo.daily.models import DailyContact, Renewal
from tests.daily.world import SAID, a_contact, a_policy, a_renewal
from tests.hotline.world import DAY, NOW, a_client, do, turn
from tests.plans.world import a_promise
from tests.satisfaction.test_pages import page

ENTRY = {"kind": "return", "channel": "phone", "at": "2026-09-28T14:36", "dialogue": SAID, "basis": "client"}


def new(client) -> str:
    return f"{reverse('daily:new')}?client={client.pk}"


def test_a_client_is_found_and_what_passed_is_entered(cast):
    client = a_client(cast)
    assert new(client) in page(cast.zhoumin, f"{reverse('daily:new')}?q=锦穗").text
    assert new(client) in page(cast.zhoumin, client.get_absolute_url()).text
    answer = page(cast.zhoumin, new(client), method="post", data={**ENTRY, "dialogue": ""})
    assert answer.status_code == 422
    assert "写下对话，没有对话不能完成" in answer.text
    answer = page(cast.zhoumin, new(client), method="post", data=ENTRY)
    made = DailyContact.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, made.get_absolute_url())
    assert SAID in page(cast.zhoumin, made.get_absolute_url()).text
    assert made.number in page(cast.zhoumin, reverse("daily:list")).text
    assert made.get_absolute_url() in page(cast.zhoumin, client.get_absolute_url()).text


def test_another_branch_s_client_is_not_there(cast):
    assert page(cast.luyao, new(a_client(cast))).status_code == 404


def test_what_the_plan_promises_now_is_chosen_beforehand(cast):
    client = a_client(cast)
    planned = a_promise(cast, client, kind="care")
    form = page(cast.zhoumin, new(client)).text
    assert f'<option value="{planned.pk}" selected>' in form
    assert '<option value="care" selected>' in form
    data = {**ENTRY, "kind": "care", "basis": "planned", "planned_id": planned.pk}
    page(cast.zhoumin, new(client), method="post", data=data)
    planned.refresh_from_db()
    assert planned.state == "done"


def test_what_was_promised_runs_on_the_client_s_page_until_it_is_answered(cast):
    made = a_contact(cast, promised="寄批单", promised_by=NOW + DAY)
    assert "寄批单" in page(cast.zhoumin, made.client.get_absolute_url()).text
    url = reverse("daily:answer", args=[made.pk])
    assert page(cast.zhoumin, url, method="post", data={"text": "寄了"}).status_code == 302
    assert page(cast.zhoumin, url, method="post", data={"text": "寄了"}).status_code == 409


def test_a_renewal_goes_from_contact_to_decision_by_its_buttons(cast):
    renewal = a_renewal(cast)
    url = renewal.get_absolute_url()
    assert f"{url}contact/" in page(cast.zhoumin, url).text
    assert renewal.get_absolute_url() in page(cast.zhoumin, renewal.client.get_absolute_url()).text
    page(cast.zhoumin, f"{url}contact/", method="post", data={"text": "愿意续"})
    page(cast.zhoumin, f"{url}quote/", method="post", data={"insurer": "海桥财险", "premium": "19000"})
    form = page(cast.zhoumin, f"{url}decide/").text
    assert 'value="海桥财险"' in form
    wrong = page(cast.zhoumin, f"{url}decide/", method="post", data={"outcome": "lose", "text": "贵"})
    assert (wrong.status_code, "选流失原因" in wrong.text) == (422, True)
    right = {"outcome": "renew", "no": "HQ-1", "insurer": "海桥财险", "premium": "19000"}
    assert page(cast.zhoumin, f"{url}decide/", method="post", data=right).status_code == 302
    renewal.refresh_from_db()
    assert (renewal.state, renewal.new_policy.no) == ("moved", "HQ-1")
    assert "HQ-1" in page(cast.zhoumin, url).text
    page(cast.zhoumin, f"{url}again/", method="post", data={"text": "保单号录错"})
    renewal.refresh_from_db()
    assert renewal.state == "contacted"


def decided(cast) -> list[Renewal]:
    """Four that end in turn: renewed, lost, not needed, open."""
    client = a_client(cast, credit_code="")
    for number in range(4):
        a_policy(cast, client, 30 + number, no=f"P{number}")
    turn(NOW)
    rows = list(Renewal.objects.order_by("expires_on"))
    given = {"no": "N", "insurer": "屿安财产保险股份有限公司", "premium": Decimal(1)}
    do(actions.renew, rows[0], **given, by=cast.zhoumin)
    do(actions.lose, rows[1], reason="price", text="贵", by=cast.zhoumin)
    do(actions.need_no_more, rows[2], text="厂房已卖", by=cast.zhoumin)
    return rows


def numbers(cast, query: str) -> list[str]:
    return re.findall(r">(XB-SU-26-\d+)<", page(cast.zhoumin, f"{reverse('daily:renewals')}{query}").text)


def test_the_list_of_renewals_filters_by_state_month_line_and_owner(cast):
    rows = decided(cast)
    known = [row.number for row in rows]
    for query, expected in (
        ("", known[3:]),
        ("?view=kept", known[:1]),
        ("?view=lost", known[1:2]),
        ("?view=all", known),
        ("?view=due", [known[0], known[1], known[3]]),
        ("?view=all&since=2026-10-29&until=2026-10-30", known[1:3]),
        ("?view=all&line=motor", []),
        (f"?view=all&owner={cast.xuning.pk}", known),
        (f"?view=all&unit={cast.hz.pk}", []),
        ("?reason=price", known[1:2]),
        ("?state=not_needed", known[2:3]),
        ("?since=x", []),
    ):
        assert numbers(cast, query) == expected, query


def test_every_figure_of_retention_opens_the_renewals_that_it_counts(cast):
    decided(cast)
    url = f"{reverse('daily:retention')}?since=2026-01-01&until=2026-12-31"
    shown = page(cast.zhoumin, url).text
    links = re.findall(r'<a href="/daily/renewals/(\?[^"]+)">(\d+|·)</a>', shown)
    assert [count for _query, count in links[:3]] == ["3", "1", "1"]
    for query, count in links:
        assert len(numbers(cast, query.replace("&amp;", "&"))) == (0 if count == "·" else int(count)), query
    assert "50.0%" not in shown
    assert "33.3%" in shown
    assert "价格" in shown


def test_an_entry_and_a_renewal_are_found_by_number_words_and_policy(cast):
    made, renewal = a_contact(cast, a_client(cast, name="另一公司", credit_code="")), a_renewal(cast, no="YA-END-9")
    for q, record in ((made.number, made), ("到货险", made), (renewal.number, renewal)):
        answer = page(cast.zhoumin, "/search/", data={"q": q})
        assert record.get_absolute_url() in (answer["Location"] if answer.status_code == 302 else answer.text), q
        assert record.get_absolute_url() not in str(page(cast.luyao, "/search/", data={"q": q}, follow=True).content)
