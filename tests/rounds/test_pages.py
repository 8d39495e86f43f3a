"""The pages of telephone rounds: a round from its plan to its end, and what is said beside a refused field."""

import re

import pytest
from django.urls import reverse

from chengnuo.kit.documents import typeset
from chengnuo.ledger.models import TrailEvent
from chengnuo.rounds import printing
from chengnuo.rounds.models import CallDemand, CallScript, Round, RoundCall
from tests.hotline.world import NOW, a_client
from tests.plans.world import a_promise
from tests.rounds.world import SAID, a_round, a_script, a_spoken, first
from tests.satisfaction.test_pages import page

AT = {"at": "2026-09-28T14:36"}


def test_a_round_is_drawn_up_started_and_called_through_from_its_pages(cast):
    who = cast.zhoumin
    a_client(cast, name="锦穗公司", credit_code="")
    a_client(cast, name="要上门公司", credit_code="")
    a_promise(cast, a_client(cast, name="有拜访公司", credit_code=""))
    script = a_script(cast)
    days = {"starts_on": "2026-09-28", "ends_on": "2026-10-05", "sorted_by": "tier"}
    given = {"unit": cast.su.pk, "aim": "节前回访", "script": script.pk, **days}
    answer = page(who, "/rounds/new/", method="post", data=given)
    one = Round.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, one.get_absolute_url())
    shown = page(who, one.get_absolute_url()).text
    assert re.findall(r'clients/\d+/">([^<>]*公司)</a>', shown)[:3] == ["锦穗公司", "要上门公司", "有拜访公司"]
    assert "方案定有季度拜访" in shown
    page(who, reverse("rounds:start", args=[one.pk]), method="post")

    answer = page(who, reverse("rounds:next", args=[one.pk]), method="post")
    row = first(one)
    assert answer["Location"] == row.get_absolute_url()
    form = page(who, answer["Location"]).text
    assert "您好，这里是金诚国际" in form
    assert "138****1021" in form
    assert "13800001021" not in form.replace(" ", "")
    answer = page(who, answer["Location"], method="post", data={**AT, "outcome": "reached", "dialogue": ""})
    assert answer.status_code == 422
    assert "写下对话，没有对话不能完成" in answer.text
    said = {**AT, "outcome": "reached", "dialogue": SAID, "demands": "要条款\n\n寄发票", "next": "1"}
    answer = page(who, row.get_absolute_url(), method="post", data=said)
    second = one.clients.get(place=2)
    assert answer["Location"] == second.get_absolute_url()
    assert [each.what for each in CallDemand.objects.order_by("pk")] == ["要条款", "寄发票"]
    answer = page(who, second.get_absolute_url(), method="post", data={**AT, "outcome": "refused", "next": "1"})
    assert answer["Location"] == one.get_absolute_url()
    page(who, reverse("rounds:finish", args=[one.pk]), method="post", data={"because": ""})
    one.refresh_from_db()
    assert one.state == "finished"


def test_a_planned_call_is_offered_and_chosen_where_it_is_due(cast):
    row = first(a_round(cast))
    planned = a_promise(cast, row.client, kind="call")
    assert 'name="dialogue"' not in page(cast.zhoumin, row.get_absolute_url()).text
    assert page(cast.zhoumin, reverse("rounds:take", args=[row.pk]), method="post").status_code == 302
    assert "周敏打完后才能打" in page(cast.xuning, row.get_absolute_url()).text
    form = page(cast.zhoumin, row.get_absolute_url()).text
    assert f'<option value="{planned.pk}" selected>' in form
    data = {**AT, "outcome": "reached", "dialogue": SAID, "planned_id": planned.pk}
    answer = page(cast.zhoumin, row.get_absolute_url(), method="post", data=data)
    made = RoundCall.objects.get()
    assert (answer["Location"], made.planned_id) == (made.get_absolute_url(), planned.pk)


def test_a_client_is_added_by_his_name_and_one_who_must_be_visited_is_refused_with_the_clause(cast):
    one = a_round(cast)
    url = reverse("rounds:add", args=[one.pk])
    visited = a_client(cast, name="要上门公司", credit_code="")
    a_promise(cast, visited)
    answer = page(cast.zhoumin, url, method="post", data={"client": "要上门公司"})
    assert answer.status_code == 409
    assert "4.3.1" in answer.text
    assert page(cast.zhoumin, url, method="post", data={"client": "没有的公司"}).status_code == 422
    a_client(cast, name="新来公司", credit_code="")
    assert page(cast.zhoumin, url, method="post", data={"client": "新来公司"}).status_code == 302
    assert one.clients.count() == 2


def test_a_demand_is_told_passed_on_and_handled_from_its_page(cast):
    demand = a_spoken(cast, demands=["要条款"]).demands.get()
    url = demand.get_absolute_url()
    assert page(cast.zhoumin, f"{url}told/", method="post", data={"text": "在找"}).status_code == 302
    passed = {"to": cast.luyao.pk, "department": "理赔部"}
    assert page(cast.zhoumin, f"{url}pass-on/", method="post", data=passed).status_code == 302
    assert page(cast.luyao, url).status_code == 200
    assert page(cast.luyao, f"{url}handled/", method="post", data={"text": "寄了"}).status_code == 302
    shown = page(cast.zhoumin, url).text
    assert "寄了" in shown
    assert "告知进展" in shown
    demand.refresh_from_db()
    assert demand.state == "handled"


def test_scripts_are_written_and_revised_by_the_centre(cast):
    data = {"name": "续保", "words": "您好", "questions": ""}
    answer = page(cast.linxiaotang, "/rounds/scripts/new/", method="post", data=data)
    script = CallScript.objects.get()
    assert answer["Location"] == script.get_absolute_url()
    page(cast.linxiaotang, f"{script.get_absolute_url()}revise/", method="post", data={"words": "您好呀"})
    assert CallScript.objects.get(is_latest=True).words == "您好呀"
    assert "第2版" in page(cast.zhoumin, script.get_absolute_url()).text
    assert page(cast.linxiaotang, "/rounds/scripts/new/", method="post", data=data).status_code == 409


def test_the_plan_table_is_printed_with_everybody_on_it_and_is_an_event(cast):
    one = a_round(cast, 2)
    a_spoken(cast, one)
    document = printing.visit_plan(one, by=cast.zhoumin, now=NOW, absolute=lambda path: f"http://x{path}")
    assert (document.title, document.number, document.clause) == ("客户服务访问计划表", one.number, "4.3.A")
    rows = document.body["rows"]
    assert [(row["place"], row["state"], row["contact"]) for row in rows] == [
        (1, "已通话", "陈月琴 138****1021"),
        (2, "待打", "陈月琴 138****1021"),
    ]
    assert (rows[0]["last"], rows[1]["last"]) == ("2026-09-28", "")
    assert typeset(document).startswith(b"%PDF")
    answer = page(cast.zhoumin, reverse("rounds:print", args=[one.pk]), method="post")
    assert answer["Content-Type"] == "application/pdf"
    assert TrailEvent.objects.filter(verb="round.printed").count() == 1


def test_the_client_s_page_shows_what_was_said_and_what_waits(cast):
    made = a_spoken(cast, demands=["要条款"])
    shown = page(cast.zhoumin, made.client.get_absolute_url()).text
    assert made.get_absolute_url() in shown
    assert made.demands.get().get_absolute_url() in shown
    assert "最近电话访问" in shown


@pytest.mark.parametrize("q, found", [("节前回访", True), ("DF-SU-26-0001", True), ("没有的", False)])
def test_a_round_is_found_by_its_words_and_number(cast, q, found):
    one = a_round(cast)
    answer = page(cast.zhoumin, "/search/", data={"q": q})
    there = answer["Location"] if answer.status_code == 302 else answer.text
    assert (one.get_absolute_url() in there) is found
