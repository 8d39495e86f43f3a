"""Who may open what of claims: rows of the access table, the twins of the pages, and the records they ask for."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chengnuo.claims import actions
from chengnuo.claims.models import Claim, Guidance
from chengnuo.clients.models import Client
from tests.cast import Cast
from tests.hotline.world import do
from tests.sweeps.rows import ALL, BY_BRANCH, BY_CENTRE, HANDLED, PASSED_ON, SEEN, WRITES, Row, id_, pk

ENTERS = "200 200 404 403 403 403 403 403 403 403"
BOTH = ("speak", "estimate", "casualties", "state", "difficult", "weigh", "occurrence")
BRANCH = [
    "survey",
    "collect",
    "submit",
    "decide",
    "ask-again",
    "refusal",
    "agree",
    "pay",
    "dispute",
    "advise",
    "close",
    "file",
    "reopen",
    "remind",
    "papers",
    "limitation",
    "give-up",
]
SEVERAL = ("urge_several", "hand_on_several", "remind_several")
PAPER_PAGES = ("receive", "accept", "refuse", "waive", "need")

PAGES = [
    Row("claims:list", ALL),
    Row("claims:page", SEEN, kwargs=pk("claim")),
    Row("claims:take_on", BY_BRANCH, kwargs=pk("claim")),
    Row("claims:hand_on", PASSED_ON, kwargs=pk("claim")),
    *(Row(f"claims:{name}", ALL, query="?pick=@claim") for name in SEVERAL),
    Row("claims:print_reminders", " ".join(["409"] * 10), "post"),
    Row("claims:new", ALL),
    Row("claims:new", "200 200 404 403 404 403 403 403 403 404", query="?client=@client"),
    *(Row(f"claims:{name}", HANDLED, kwargs=pk("claim_registered")) for name in BOTH),
    *(Row(f"claims:{name}", BY_BRANCH, kwargs=pk("claim_registered")) for name in BRANCH),
    Row("claims:print", SEEN, "post", kwargs=pk("claim", form="cover")),
    Row("claims:report", BY_BRANCH, kwargs=pk("escalation")),
    *(Row(f"claims:{name}", BY_CENTRE, kwargs=pk("escalation")) for name in ("acknowledge", "guide", "release")),
    Row("claims:guidance_done", BY_BRANCH, kwargs=pk("guidance")),
    *(Row(f"claims:paper_{name}", BY_BRANCH, kwargs=pk("paper")) for name in PAPER_PAGES),
    Row("claims:void_payment", BY_BRANCH, kwargs=pk("payment")),
    Row("claims:paper_lists", ALL),
    Row("claims:set_list", WRITES, kwargs={"line": "motor"}),
]

LOSS = {"account": "仓库进水", "place": "木渎"}
SAID = {"party": "insurer", "channel": "phone", "who": "马骏", "said": "周三查勘", "spoken_at": "@now"}
API = [
    Row("api:list_claims", ALL),
    Row("api:get_claim", SEEN, kwargs=id_("claim")),
    Row("api:register_claim", BY_BRANCH, "post", id_("claim"), {}),
    Row("api:hand_on_claim", PASSED_ON, "post", id_("claim"), {"to_id": "@zhoumin"}),
    Row(
        "api:enter_claim",
        BY_BRANCH.replace("200", "201"),
        "post",
        post={**LOSS, "client_id": "@client", "reported_at": "@now"},
    ),
    *(
        Row(f"api:{name}", HANDLED, "post", id_("claim_registered"), post)
        for name, post in (
            ("state_claim_loss", LOSS),
            ("add_claim_estimate", {"amount": "1.00", "basis": "估", "said_by": "客户", "true_at": "@now"}),
            ("count_claim_casualties", {"deaths": 0, "serious_injuries": 1, "source": "医院", "true_at": "@now"}),
            ("declare_claim_difficult", {"because": "难"}),
            ("join_claim_occurrence", {"other_id": "@claim_gathering"}),
            ("weigh_claim", {"because": "清楚"}),
            ("speak_of_claim", SAID),
        )
    ),
    *(
        Row(f"api:{name}", BY_BRANCH, "post", id_(f"claim_{stage}"), post)
        for name, stage, post in (
            ("secure_claim_limitation", "registered", {"how": "催告", "from_at": "@now"}),
            ("survey_claim", "registered", {"surveyor": "秦岳", "found": "过水", "surveyed_at": "@now"}),
            ("collect_claim_documents", "registered", {"names": ["损失清单"]}),
            ("advise_on_claim", "registered", {"text": "保护现场"}),
            ("give_up_claim", "gathering", {"who": "陈月琴", "because": "小"}),
            ("add_claim_documents", "gathering", {"names": ["消防证明"]}),
            ("submit_claim", "ready", {"to": "屿安", "submitted_at": "@now"}),
            (
                "remind_claim_insurer",
                "submitted",
                {"of": "decision", "channel": "letter", "who": "屿安", "sent_at": "@now"},
            ),
            ("ask_claim_documents_again", "submitted", {"names": ["消防证明"], "asked_at": "@now"}),
            ("decide_claim", "submitted", {"outcome": "accepted", "amount": "9.00", "decided_at": "@now"}),
            ("dispute_claim", "submitted", {"who": "陈月琴", "because": "太慢"}),
            ("tell_claim_refusal", "declined", {"told_at": "@now"}),
            ("close_claim", "declined", {}),
            ("agree_claim", "accepted", {"who": "陈月琴", "agreed_at": "@now"}),
            ("pay_claim", "accepted", {"kind": "part", "amount": "1.00", "paid_on": "2026-09-28", "payee": "锦穗"}),
            ("file_claim", "closed", {}),
            ("reopen_claim", "closed", {"because": "又有损失"}),
        )
    ),
    Row("api:move_claim_document", BY_BRANCH, "post", id_("paper"), {"verb": "receive"}),
    Row("api:void_claim_payment", BY_BRANCH, "post", id_("payment"), {"because": "录错"}),
    Row("api:list_claim_paper_lists", ALL),
    Row("api:set_claim_paper_list", WRITES, "post", {"line": "motor"}, {"names": ["行驶证"]}),
    Row("api:print_claim", SEEN, "post", id_("claim") | {"form": "cover"}, {}),
    Row(
        "api:report_claim_to_centre",
        BY_BRANCH,
        "post",
        id_("escalation"),
        {"facts": "火", "measures": "断电", "asks": "指导"},
    ),
    Row("api:acknowledge_claim_report", BY_CENTRE, "post", id_("escalation_reported"), {}),
    Row("api:guide_claim", BY_CENTRE, "post", id_("escalation_reported"), {"steps": ["预付"]}),
    Row("api:release_claim", BY_CENTRE, "post", id_("escalation_reported"), {"because": "小"}),
    Row("api:carry_out_claim_guidance", BY_BRANCH, "post", id_("guidance"), {"how": "办了"}),
]

TWINS = {
    "claims:list": "list_claims",
    "claims:page": "get_claim",
    "claims:take_on": "register_claim",
    "claims:hand_on": "hand_on_claim",
    "claims:urge_several": "urge_duty",
    "claims:hand_on_several": "hand_on_claim",
    "claims:remind_several": "remind_claim_insurer",
    "claims:print_reminders": "print_claim",
    "claims:new": "enter_claim",
    "claims:speak": "speak_of_claim",
    "claims:estimate": "add_claim_estimate",
    "claims:casualties": "count_claim_casualties",
    "claims:state": "state_claim_loss",
    "claims:difficult": "declare_claim_difficult",
    "claims:weigh": "weigh_claim",
    "claims:occurrence": "join_claim_occurrence",
    "claims:survey": "survey_claim",
    "claims:collect": "collect_claim_documents",
    "claims:submit": "submit_claim",
    "claims:decide": "decide_claim",
    "claims:ask-again": "ask_claim_documents_again",
    "claims:refusal": "tell_claim_refusal",
    "claims:agree": "agree_claim",
    "claims:pay": "pay_claim",
    "claims:dispute": "dispute_claim",
    "claims:advise": "advise_on_claim",
    "claims:close": "close_claim",
    "claims:file": "file_claim",
    "claims:reopen": "reopen_claim",
    "claims:remind": "remind_claim_insurer",
    "claims:papers": "add_claim_documents",
    "claims:limitation": "secure_claim_limitation",
    "claims:give-up": "give_up_claim",
    "claims:print": "print_claim",
    "claims:report": "report_claim_to_centre",
    "claims:acknowledge": "acknowledge_claim_report",
    "claims:guide": "guide_claim",
    "claims:release": "release_claim",
    "claims:guidance_done": "carry_out_claim_guidance",
    **{f"claims:paper_{name}": "move_claim_document" for name in PAPER_PAGES},
    "claims:void_payment": "void_claim_payment",
    "claims:paper_lists": "list_claim_paper_lists",
    "claims:set_list": "set_claim_paper_list",
}


def made(cast: Cast, client: Client, now: datetime) -> dict[str, Any]:
    """A claim at each stage that an operation asks for; one owed to the centre, one reported to it with a step."""
    zhou = {"by": cast.zhoumin, "now": now}

    def loss(estimate: int | None = None) -> Claim:
        told = actions.Loss("厂房漏水", cause="水渍")
        amount = Decimal(estimate) if estimate else None
        return do(actions.enter_claim, client, told, reported_at=now - timedelta(hours=3), estimate=amount, **zhou)

    def ready() -> Claim:
        claim = do(actions.collect, loss(), ["损失清单"], **zhou)
        for verb in ("receive", "accept"):
            do(actions.move_paper, claim.papers.get(), verb, **zhou)
        return claim

    def submitted() -> Claim:
        return do(actions.submit, ready(), to="屿安", submitted_at=now - timedelta(hours=2), **zhou)

    def decided(outcome: str) -> Claim:
        amount = Decimal(100) if outcome == "accepted" else None
        more: dict[str, Any] = {"amount": amount, "because": "按约", "decided_at": now - timedelta(hours=1), **zhou}
        return do(actions.decide, submitted(), outcome, **more)

    def refused_and_heard() -> Claim:
        claim = decided("declined")
        said = {"party": "client", "who": "陈月琴", "channel": "phone", "said": "拒赔", "spoken_at": now}
        do(actions.speak, claim, **said, **zhou)
        return do(actions.weigh, claim, because="客户认可", **zhou)

    registered = loss(300_000)
    gathering = do(actions.collect, loss(), ["损失清单"], **zhou)
    reported = loss(300_000).escalations.get()
    report = actions.Report("漏水", "排水", "指导")
    do(actions.report_to_centre, reported, report, **zhou)
    do(actions.guide, reported, ["先预付"], by=cast.linxiaotang, now=now)
    accepted = decided("accepted")
    paid_on = {"paid_on": now.date(), "payee": "锦穗"}
    payment = do(actions.pay, accepted, kind="part", amount=Decimal(50), **paid_on, **zhou)
    fresh = decided("accepted")
    closed = do(actions.close, refused_and_heard(), because="", **zhou)
    waiting = loss(300_000).escalations.get()
    do(actions.report_to_centre, waiting, report, **zhou)
    return {
        "claim_registered": registered.pk,
        "claim_gathering": gathering.pk,
        "claim_ready": ready().pk,
        "claim_submitted": submitted().pk,
        "claim_declined": refused_and_heard().pk,
        "claim_accepted": fresh.pk,
        "claim_closed": closed.pk,
        "paper": gathering.papers.get().pk,
        "payment": payment.pk,
        "escalation": registered.escalations.get().pk,
        "escalation_reported": waiting.pk,
        "guidance": Guidance.objects.get().pk,
    }
