"""Who may open what of support requests and annual plans: rows of the access table, the twins of the pages, and the
records they ask for."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from chengnuo.annual import actions as annual
from chengnuo.annual.models import AnnualCall, AnnualPlan
from chengnuo.clients.models import Client
from chengnuo.ledger.clock import ZONE
from chengnuo.support import actions
from tests.annual import world as yearly
from tests.cast import Cast
from tests.hotline.world import do
from tests.support import world as supporting
from tests.sweeps.rows import ALL, NONE, SEEN_BY_REACH, Row, id_, pk

# A paper between a branch and headquarters: whoever shares the client does not read it.
BY_ITS_BRANCH = "200 200 404 404 404 403 403 403 403 404"
WEIGHED = "403 403 404 404 404 200 200 403 403 404"
BY_ANY_BRANCH = "200 200 200 200 403 403 403 403 403 403"

PAGES = [
    # Support requests: a draft, one submitted, one granted with what was spent of it
    Row("support:list", ALL),
    Row("support:new", BY_ANY_BRANCH),
    Row("support:page", SEEN_BY_REACH, kwargs=pk("support")),
    Row("support:edit", BY_ITS_BRANCH, kwargs=pk("support")),
    Row("support:print", SEEN_BY_REACH, "post", pk("support")),
    Row("support:submit", BY_ITS_BRANCH.replace("200", "302"), "post", pk("support")),
    Row("support:take_back", BY_ITS_BRANCH.replace("200", "302"), "post", pk("support_submitted")),
    Row("support:send_back", WEIGHED, kwargs=pk("support_submitted")),
    Row("support:analyse", WEIGHED, kwargs=pk("support_submitted")),
    Row("support:carry_out", BY_ITS_BRANCH, kwargs=pk("support_granted")),
    Row("support:spend", BY_ITS_BRANCH, kwargs=pk("support_granted")),
    Row("support:void_spending", BY_ITS_BRANCH, kwargs=pk("spending")),
    Row("support:report", BY_ITS_BRANCH, kwargs=pk("support_granted")),
    # The year: a call, a draft, one submitted, one granted
    Row("annual:list", ALL),
    Row("annual:compare", ALL),
    Row("annual:call", "403 403 403 403 403 200 200 403 403 403"),
    Row("annual:call_edit", "403 403 403 403 404 200 200 403 403 404", kwargs=pk("annual_call")),
    Row("annual:call_for", NONE, kwargs=pk("day")),  # A day of the roster is no year.
    Row("annual:page", SEEN_BY_REACH, kwargs=pk("annual")),
    Row("annual:edit", BY_ITS_BRANCH, kwargs=pk("annual")),
    Row("annual:print", SEEN_BY_REACH, "post", pk("annual")),
    Row("annual:submit", BY_ITS_BRANCH.replace("200", "302"), "post", pk("annual")),
    Row("annual:take_back", BY_ITS_BRANCH.replace("200", "302"), "post", pk("annual_submitted")),
    Row("annual:send_back", WEIGHED, kwargs=pk("annual_submitted")),
    Row("annual:excuse", WEIGHED, kwargs=pk("annual")),
    Row("annual:analyse", WEIGHED, kwargs=pk("annual_submitted")),
    Row("annual:arrange", BY_ITS_BRANCH, kwargs=pk("annual_granted")),
    Row("annual:carry_out", BY_ITS_BRANCH, kwargs=pk("annual_granted")),
    Row("annual:report", BY_ITS_BRANCH, kwargs=pk("annual_granted")),
]

API = [
    # Support requests
    Row("api:list_support", ALL),
    Row("api:draft_support", "201 201 403 403 403 403 403 403 403 403", "post", post={"unit": "SU", "title": "培训"}),
    Row("api:get_support", SEEN_BY_REACH, kwargs=id_("support")),
    Row("api:change_support", BY_ITS_BRANCH, "post", id_("support"), {"version": 1, "title": "培训"}),
    Row("api:submit_support", BY_ITS_BRANCH, "post", id_("support"), {}),
    Row("api:take_back_support", BY_ITS_BRANCH, "post", id_("support_submitted"), {}),
    Row("api:return_support", WEIGHED, "post", id_("support_submitted"), {"reason": "缺依据"}),
    Row("api:analyse_support", WEIGHED, "post", id_("support_submitted"), {"conclusion": "值得", "amount": "1"}),
    Row("api:carry_out_support", BY_ITS_BRANCH, "post", id_("support_granted"), {"done_on": "@today", "how": "办了"}),
    Row("api:report_support", BY_ITS_BRANCH.replace("200", "409"), "post", id_("support_granted"), {"result": "好"}),
    Row("api:get_support_spendings", SEEN_BY_REACH, kwargs=id_("support_granted")),
    Row(
        "api:spend_support",
        BY_ITS_BRANCH.replace("200", "201"),
        "post",
        id_("support_granted"),
        {"what": "车票", "amount": "1", "spent_on": "@today"},
    ),
    Row("api:void_support_spending", BY_ITS_BRANCH, "post", id_("spending"), {"reason": "记错"}),
    Row("api:print_support", SEEN_BY_REACH, "post", id_("support"), {}),
    # The year
    Row("api:list_annual_calls", ALL),
    Row(
        "api:call_for_annual_plans",
        "403 403 403 403 403 409 409 403 403 403",  # It was called for.
        "post",
        post={"year": "@next_year", "requirements": "上门为主"},
    ),
    Row(
        "api:change_annual_call",
        "403 403 403 403 404 200 200 403 403 404",
        "post",
        id_("annual_call"),
        {"version": 1, "requirements": "上门为主"},
    ),
    Row("api:list_annual_plans", ALL),
    Row("api:get_annual_plan", SEEN_BY_REACH, kwargs=id_("annual")),
    Row("api:write_annual_plan", BY_ITS_BRANCH, "post", id_("annual"), {"version": 2}),
    Row("api:submit_annual_plan", BY_ITS_BRANCH, "post", id_("annual"), {}),
    Row("api:take_back_annual_plan", BY_ITS_BRANCH, "post", id_("annual_submitted"), {}),
    Row("api:return_annual_plan", WEIGHED, "post", id_("annual_submitted"), {"reason": "缺依据"}),
    Row("api:excuse_annual_plan", WEIGHED, "post", id_("annual"), {"reason": "撤并"}),
    Row("api:analyse_annual_plan", WEIGHED, "post", id_("annual_submitted"), {"conclusion": "好", "amount": "1"}),
    Row(
        "api:arrange_annual_plan",
        BY_ITS_BRANCH.replace("200", "422"),  # It has more lines.
        "post",
        id_("annual_granted"),
        {"months": []},
    ),
    Row(
        "api:carry_out_annual_plan",
        BY_ITS_BRANCH.replace("200", "422"),  # Its year is not over.
        "post",
        id_("annual_granted"),
        {"done_on": "@today", "how": "办了"},
    ),
    Row("api:report_annual_plan", BY_ITS_BRANCH.replace("200", "409"), "post", id_("annual_granted"), {"result": "好"}),
    Row("api:get_annual_timetable", SEEN_BY_REACH, kwargs=id_("annual_granted")),
    Row("api:get_annual_comparison", ALL, kwargs={"year": 2027}),
    Row("api:print_annual_plan", SEEN_BY_REACH, "post", id_("annual"), {}),
]

TWINS = {
    # Support requests
    "support:list": "list_support",
    "support:new": "draft_support",
    "support:page": "get_support get_support_spendings",
    "support:edit": "change_support",
    "support:print": "print_support",
    "support:submit": "submit_support",
    "support:take_back": "take_back_support",
    "support:send_back": "return_support",
    "support:analyse": "analyse_support",
    "support:carry_out": "carry_out_support",
    "support:spend": "spend_support",
    "support:void_spending": "void_support_spending",
    "support:report": "report_support",
    # The year
    "annual:list": "list_annual_plans list_annual_calls",
    "annual:compare": "get_annual_comparison",
    "annual:call": "call_for_annual_plans",
    "annual:call_edit": "change_annual_call",
    "annual:call_for": "call_for_annual_plans",
    "annual:page": "get_annual_plan get_annual_timetable",
    "annual:edit": "write_annual_plan",
    "annual:print": "print_annual_plan",
    "annual:submit": "submit_annual_plan",
    "annual:take_back": "take_back_annual_plan",
    "annual:send_back": "return_annual_plan",
    "annual:excuse": "excuse_annual_plan",
    "annual:analyse": "analyse_annual_plan",
    "annual:arrange": "arrange_annual_plan",
    "annual:carry_out": "carry_out_annual_plan",
    "annual:report": "report_annual_plan",
}


def made(cast: Cast, client: Client, now: datetime) -> dict[str, Any]:
    """A request drafted, submitted, granted and spent on; Suzhou's plans of three years."""
    granted = supporting.approved(cast, client, now=now)
    today = now.astimezone(ZONE).date()
    spending = do(actions.spend, granted, now=now, what="车票", amount=Decimal(1), spent_on=today, by=cast.zhoumin)
    drafted, weighed, of_the_year = yearly.three_years(cast, now)
    for plan in AnnualPlan.objects.filter(unit__code="ZZ"):  # Of the spare branch, which the sweep closes.
        do(annual.excuse, plan, now=now, reason="撤并", by=cast.linxiaotang)
    return {
        "support": supporting.a_draft(cast, client, now).pk,
        "support_submitted": supporting.submitted(cast, client, now).pk,
        "support_granted": granted.pk,
        "spending": spending.pk,
        "annual_call": AnnualCall.objects.latest("year").pk,
        "annual": drafted.pk,
        "annual_submitted": weighed.pk,
        "annual_granted": of_the_year.pk,
        "next_year": now.year + 1,
        "today": today.isoformat(),
    }
