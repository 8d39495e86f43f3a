"""What became of letters and what clients answered: entered by number, sorted, handled, filed (4.2.1, 4.2.C–E)."""

from datetime import date, timedelta

import pytest

from chengnuo.claims.models import Claim
from chengnuo.complaints.models import Complaint
from chengnuo.ledger.links import linked
from chengnuo.ledger.models import ref
from chengnuo.letters import actions
from chengnuo.letters.figures import figures_of
from chengnuo.letters.models import Letter, LetterReply
from chengnuo.satisfaction.models import RatingRequest
from chengnuo.visits.models import Visit
from tests.cast import refused
from tests.hotline.world import NOW, SECOND, at, do, fates, turn
from tests.letters.world import TODAY, a_reply, a_round, a_round_out, a_written_client, chosen, fixed

DUE = at("10-08 23:59")
"""The last minute of three working days after Monday 28 September 2026, National Day lying between."""


def entered(cast, numbers, outcome, now=NOW, by=None, **more):
    given = {"outcome": outcome, "on": TODAY, "by": by or cast.zhoumin}
    return do(actions.enter_outcomes, numbers, now=now, **{**given, **more})


@pytest.mark.clause("4.2.1", good=True)
def test_rates_count_what_went_out_what_came_back_and_what_was_answered_by_wording_and_segment(cast):
    campaign = a_round(cast)
    do(actions.set_text, campaign, key="B", subject="换一种", body="{客户}", by=cast.zhoumin)
    for nth in range(1, 5):
        a_written_client(cast, nth, values={"kind": "association"} if nth == 4 else {})
    from tests.letters.world import made, posted

    campaign = posted(made(fixed(chosen(campaign))))
    numbers = [one.number for one in campaign.letters.order_by("nth")]
    entered(cast, numbers[:1], "returned", because="moved")
    entered(cast, numbers[1:2], "delivered")
    a_reply(cast, campaign.letters.get(number=numbers[3]))
    found = figures_of(campaign, cast.zhoumin, NOW)
    whole = found.whole
    assert (whole.sent, whole.arrived, whole.returned, whole.confirmed, whole.replied) == (4, 3, 1, 2, 1)
    assert (whole.delivery_rate, whole.reply_rate) == (75, 25)
    assert [(key, one.delivery_rate, one.reply_rate) for key, one in found.by_text] == [("A", 50, 0), ("B", 100, 50)]
    assert [(key, one.sent, one.replied) for key, one in found.by_kind] == [("company", 3, 0), ("association", 1, 1)]
    assert [(key, one.sent) for key, one in found.by_tier] == [("none", 4)]
    assert dict(found.replies)["enquiry"] == 1


@pytest.mark.clause("4.2.1", good=False)
def test_what_never_went_out_is_in_no_rate(cast):
    a_written_client(cast)
    campaign = fixed(chosen(a_round(cast)))
    whole = figures_of(campaign, cast.zhoumin, NOW).whole
    assert (whole.chosen, whole.sent, whole.delivery_rate, whole.reply_rate) == (1, 0, None, None)
    assert figures_of(campaign, cast.luyao, NOW).whole.chosen == 0


@pytest.mark.clause("4.2.C", good=True)
def test_numbers_are_entered_together_and_each_stands_for_itself(cast):
    campaign = a_round_out(cast, 3)
    first, second, third = (one.number for one in campaign.letters.order_by("nth"))
    typed = f"https://x.example/letters/{first.lower()}/\n{second}， {second}\nXH-ZZ-26-0001-00001"
    numbers = actions.numbers_in(typed)
    done = entered(cast, numbers, "replied", kind="other", content="回执：知悉")
    assert [one.number for one in done.letters] == [first, second]
    assert done.faults == [("XH-ZZ-26-0001-00001", "没有这个编号")]
    assert set(campaign.letters.values_list("number", "state")) == {
        (first, "replied"), (second, "replied"), (third, "posted"),
    }  # fmt: skip
    again = entered(cast, [first, third], "delivered")
    assert [one.number for one in again.letters] == [third]
    assert [number for number, _why in again.faults] == [first]
    assert [one.kind for one in LetterReply.objects.all()] == ["other", "other"]


@pytest.mark.clause("4.2.C", good=False)
def test_a_reply_without_business_or_words_and_a_letter_that_never_went_are_refused(cast):
    a_written_client(cast)
    campaign = fixed(chosen(a_round(cast)))
    letter = campaign.letters.get()
    given = {"came_on": TODAY, "by": cast.zhoumin}
    with refused("kind"):
        do(actions.enter_reply, letter, kind="poem", content="好", **given)
    with refused("words_missing"):
        do(actions.enter_reply, letter, kind="other", content=" ", **given)
    with refused("illegal_move"):
        do(actions.enter_reply, letter, kind="other", content="好", **given)
    with refused("no_reason"):
        entered(cast, [letter.number], "returned")
    with refused("numbers"):
        entered(cast, [], "delivered")
    with refused("not_yet"):
        entered(cast, [letter.number], "delivered", on=TODAY + timedelta(days=1))
    assert (LetterReply.objects.count(), Letter.objects.get().state) == (0, "chosen")


def test_another_branch_enters_nothing_for_letters_that_it_does_not_handle(cast):
    campaign = a_round_out(cast)
    number = campaign.letters.get().number
    done = entered(cast, [number], "delivered", by=cast.luyao)
    assert done.faults == [(number, "没有这个编号")]
    assert campaign.letters.get().state == "posted"


def test_one_letter_goes_by_itself_and_comes_back_with_a_reason(cast):
    from tests.letters.world import made

    a_written_client(cast)
    campaign = made(fixed(chosen(a_round(cast))))
    number = campaign.letters.get().number
    entered(cast, [number], "posted")
    entered(cast, [number], "returned", because="unknown")
    letter = Letter.objects.get()
    assert (letter.state, letter.returned_because, letter.posted_on, letter.returned_on) == (
        "returned", "unknown", TODAY, TODAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "model", "field"),
    [("complaint", Complaint, "received_at"), ("loss", Claim, "reported_at"), ("appointment", Visit, "")],
)
def test_a_reply_of_that_business_opens_its_case_whose_clock_runs_from_the_day_it_came(cast, kind, model, field):
    reply = a_reply(cast, kind=kind, content="理赔拖了三个月")
    case = model.objects.get()
    assert (case.client, case.owner, case.unit) == (reply.client, cast.zhoumin, cast.su)
    assert [where for where, _why in linked(reply)] == [ref(case)]
    if field:
        assert getattr(case, field) == NOW


@pytest.mark.clause("4.2.D", good=True)
def test_a_reply_handled_within_three_working_days_is_kept_and_its_client_asked_how_it_was(cast):
    reply = a_reply(cast)
    do(actions.handle_reply, reply, answer="已回电，保费不变", by=cast.zhoumin, now=DUE)
    assert fates(reply) == [("handle:0", "met", False)]
    asked = RatingRequest.objects.get()
    assert (asked.subject, asked.client, asked.keeper) == (ref(reply), reply.client, cast.zhoumin)


@pytest.mark.clause("4.2.D", good=False)
def test_a_reply_that_lies_about_is_breached_and_stays_so(cast):
    reply = a_reply(cast)
    turn(at("10-08 23:59"))
    assert fates(reply) == [("handle:0", "open", False)]
    turn(at("10-09 00:00") + SECOND)
    assert fates(reply) == [("handle:0", "open", True)]
    do(actions.handle_reply, reply, answer="迟办", by=cast.zhoumin, now=at("10-09 09:00"))
    assert fates(reply) == [("handle:0", "met", True)]


@pytest.mark.clause("4.2.D", good=True)
def test_word_of_the_reason_keeps_the_term_and_opens_the_next(cast):
    reply = a_reply(cast)
    do(actions.tell_client, reply, text="保险公司还没有报价", by=cast.zhoumin, now=DUE)
    turn(at("10-12 23:59"))
    assert fates(reply) == [("handle:0", "met", False), ("handle:1", "open", False)]
    turn(at("10-13 00:00") + SECOND)
    assert fates(reply)[1] == ("handle:1", "open", True)


@pytest.mark.clause("4.2.D", good=False)
def test_passing_it_on_settles_the_first_term_and_passing_it_round_gains_nothing(cast):
    reply = a_reply(cast)
    do(actions.pass_on, reply, to=cast.linxiaotang, reason="归中心", by=cast.zhoumin, now=DUE)
    fresh = LetterReply.objects.get()
    assert (fresh.owner, fresh.unit) == (cast.linxiaotang, cast.centre)
    do(actions.pass_on, fresh, to=cast.xuning, reason="退回苏州", by=cast.linxiaotang, now=at("10-12 12:00"))
    turn(at("10-13 00:00") + SECOND)
    assert fates(reply) == [("handle:0", "met", False), ("handle:1", "open", True)]
    with refused("same"):
        do(actions.pass_on, LetterReply.objects.get(), to=cast.xuning, reason="再转", by=cast.xuning)
    with refused("not_serving"):
        do(actions.pass_on, LetterReply.objects.get(), to=cast.chenlixing, reason="再转", by=cast.xuning)


def test_who_does_not_handle_a_reply_does_nothing_with_it(cast):
    reply = a_reply(cast)
    for act, given in (
        (actions.handle_reply, {"answer": "好"}),
        (actions.tell_client, {"text": "好"}),
        (actions.file_reply, {"where": "柜"}),
        (actions.pass_on, {"to": cast.xuning, "reason": "好"}),
    ):
        with refused("forbidden"):
            do(act, reply, by=cast.chenlixing, **given)
    do(actions.handle_reply, reply, answer="好", by=cast.zhoumin)
    with refused("handled"):
        do(actions.tell_client, reply, text="好", by=cast.zhoumin)
    with refused("illegal_move"):
        do(actions.handle_reply, reply, answer="好", by=cast.zhoumin)


@pytest.mark.clause("4.2.E", good=True)
def test_important_material_and_a_closed_round_are_filed_within_five_working_days(cast):
    reply = a_reply(cast, is_important=True)
    do(actions.handle_reply, reply, answer="已办", by=cast.zhoumin)
    do(actions.file_reply, reply, where="二号柜3盒", by=cast.zhoumin, now=at("10-10 23:59"))
    assert fates(reply, "file_an_important_reply") == [("file", "met", False)]
    campaign = reply.letter.campaign
    do(actions.close_campaign, campaign, summary="一封回信", by=cast.zhoumin)
    do(actions.file_campaign, campaign, where="二号柜", by=cast.zhoumin, now=at("10-10 23:59"))
    assert fates(campaign) == [("file", "met", False)]


@pytest.mark.clause("4.2.E", good=False)
def test_what_is_not_filed_in_time_is_breached(cast):
    reply = a_reply(cast, is_important=True)
    do(actions.handle_reply, reply, answer="已办", by=cast.zhoumin)
    campaign = reply.letter.campaign
    do(actions.close_campaign, campaign, summary="一封回信", by=cast.zhoumin)
    turn(at("10-11 00:00") + SECOND)
    assert fates(reply, "file_an_important_reply") == [("file", "open", True)]
    assert fates(campaign, "file_a_closed_round") == [("file", "open", True)]


def test_a_round_does_not_end_while_a_reply_waits(cast):
    reply = a_reply(cast)
    with refused("replies_open"):
        do(actions.close_campaign, reply.letter.campaign, summary="好", by=cast.zhoumin)
    with refused("words_missing"):
        do(actions.close_campaign, reply.letter.campaign, summary=" ", by=cast.zhoumin)


def test_dates_that_cannot_be_are_refused(cast):
    campaign = a_round_out(cast)
    with refused("too_early"):
        a_reply(cast, campaign.letters.get(), came_on=date(2026, 9, 27))
    with refused("not_yet"):
        a_reply(cast, campaign.letters.get(), came_on=date(2026, 9, 29))
