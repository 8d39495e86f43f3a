"""The survey is signed by the client or asked for once more, reviewed, handled and filed (4.1.D–4.1.F)."""

import pytest

from chengnuo.kit.blobs import content_of
from chengnuo.kit.models import Blob
from chengnuo.ledger.models import ref
from chengnuo.visits import actions
from chengnuo.visits.actions import Answers, Signed, Unsigned
from chengnuo.visits.models import Survey, Visit, Wish
from tests.cast import refused
from tests.hotline.world import DAY, HOUR, MINUTE, SECOND, at, do, duties, fates, stored, turn
from tests.visits.world import AGREED, REFUSED, STROKES, a_scan, given, signed, surveyed

ASKED, AGAIN, REVIEW, WORD, FILE = (
    "ask_for_the_clients_opinion",
    "ask_once_more_for_the_signature",
    "review_the_survey",
    "settle_it_or_say_how_it_stands",
    "file_what_was_done",
)
THEN = AGREED + HOUR  # 09-29 15:00, a Tuesday; the 30th is a working day, then National Day until 10-07.
LEFT = AGREED - 3 * MINUTE + HOUR


def reviewed(cast, visit, now=THEN, **more):
    given = {"reviewed": "转理赔部列表", "by": cast.zhoumin, **more}
    return do(actions.follow_up_visit, visit, now=now, **given)


# 4.1.D Signed on the screen, sealed on paper, or not


@pytest.mark.clause("4.1.D", good=True)
def test_a_survey_signed_on_the_screen_keeps_the_hand_as_a_file_with_name_and_time(cast, done):
    (duty,) = duties(done, ASKED)
    assert (duty.clause, duty.due) == ("4.1.D", at("10-01 00:00"))
    survey = surveyed(cast, done)
    done.refresh_from_db()
    assert (done.state, survey.outcome, survey.signer, survey.signed_at) == ("survey_signed", "signed", "陈月琴", THEN)
    assert (survey.overall, survey.answers, survey.opinions) == (4, [("专业水平", 5)], "对账单按仓库分列")
    assert (survey.signature.subject, survey.signature.type) == (ref(done), "image/svg+xml")
    drawing = content_of(survey.signature).decode()
    assert drawing.count("<path ") == 2
    assert "陈月琴" not in drawing
    assert fates(done, ASKED) == [("survey", "met", False)]
    assert duties(done, AGAIN) == []


@pytest.mark.clause("4.1.D", good=True)
def test_a_scan_of_the_sealed_form_is_as_good(cast, done):
    survey = surveyed(cast, done, Signed("陈月琴", THEN, scan=a_scan()))
    assert (survey.outcome, survey.signature.name) == ("sealed", "调查表.pdf")


@pytest.mark.clause("4.1.D", good=False)
@pytest.mark.parametrize(
    "strokes, code",
    [
        ([], "empty_signature"),
        ([[]], "empty_signature"),
        ([[[5, 5]]], "empty_signature"),
        ([[[5, 5], [6, 6]], [[5, 6]]], "empty_signature"),
        ([[[0, 0], [float("nan"), 9]]], "no_signature"),
        ([[[0, 0], [1e9, 9]]], "no_signature"),
        ([[[0, 0], [50, 50, 50]]], "no_signature"),
        ([[[0, 0], [50, 50]]] * 201, "no_signature"),
    ],
)
def test_an_empty_stroke_is_no_signature_and_nothing_is_kept(cast, done, strokes, code):
    with refused(code) as caught:
        surveyed(cast, done, signed(THEN, strokes=strokes))
    assert (caught.value.clause, list(caught.value.fields)) == ("4.1.D", ["strokes"])
    assert not Survey.objects.exists()
    assert not Blob.objects.exists()


@pytest.mark.clause("4.1.D", good=True)
def test_an_unsigned_survey_says_why_and_is_laid_before_the_client_once_more(cast, done):
    surveyed(cast, done, REFUSED)
    done.refresh_from_db()
    assert done.state == "survey_unsigned"
    (duty,) = duties(done, AGAIN)
    assert duty.due == at("10-13 00:00")  # Five working days on: 09-30, 10-08, 10-09, 10-10 (made up), 10-12.
    survey = do(actions.ask_again, done, None, note="仍不签，口头认可", by=cast.zhoumin, now=THEN + DAY)
    assert (survey.outcome, survey.asked_again) == ("refused", "仍不签，口头认可")
    assert fates(done, AGAIN) == [("ask_again", "met", False)]


@pytest.mark.clause("4.1.D", good=True)
def test_what_is_signed_the_second_time_is_signed_even_after_the_review(cast, done):
    surveyed(cast, done, Unsigned("sent", "送总部盖章"))
    reviewed(cast, done)
    survey = do(actions.ask_again, done, Signed("陈月琴", THEN + DAY, scan=a_scan()), by=cast.zhoumin, now=THEN + DAY)
    done.refresh_from_db()
    assert (survey.outcome, done.state) == ("sealed", "followed_up")
    assert fates(done, AGAIN) == [("ask_again", "met", False)]
    with refused("illegal_move"):
        do(actions.ask_again, done, None, note="x", by=cast.zhoumin, now=THEN + DAY)


@pytest.mark.clause("4.1.D", good=False)
def test_a_survey_that_nobody_filled_in_and_one_that_is_not_asked_for_again_are_breached(cast, done):
    turn(at("10-01 00:00:01"))
    assert fates(done, ASKED) == [("survey", "open", True)]
    late = at("10-08 09:00")
    surveyed(cast, done, REFUSED, now=late)
    (duty,) = duties(done, AGAIN)
    turn(duty.due + SECOND)
    assert fates(done, AGAIN) == [("ask_again", "open", True)]


@pytest.mark.clause("4.1.D", good=False)
def test_without_a_reason_a_mark_or_a_name_the_survey_is_refused(cast, done):
    before = stored(Visit)
    for outcome, answers, code in (
        (Unsigned("refused", " "), {}, "reason_missing"),
        (Unsigned("signed", "x"), {}, "no_outcome"),
        (signed(THEN), {"overall": None}, "no_mark"),
        (signed(THEN), {"overall": 6}, "no_mark"),
        (signed(THEN), {"marks": {"skill": 0}}, "no_mark"),
        (signed(THEN), {"marks": {"wit": 5}}, "no_question"),
        (signed(THEN, signer=" "), {}, "who_missing"),
        (signed(THEN + HOUR), {}, "time_ahead"),
    ):
        with refused(code):
            surveyed(cast, done, outcome, **answers)
    assert stored(Visit) == before
    surveyed(cast, done)
    with refused("illegal_move"):
        surveyed(cast, done)


# 4.1.E Reviewed, handled, or answered with reason or progress


@pytest.mark.clause("4.1.E", good=True)
def test_a_survey_is_reviewed_in_three_working_days_and_its_wishes_are_matters_of_their_own(cast, done):
    surveyed(cast, done, wishes=["对账单按仓库分列", "10月做一次演练"])
    (duty,) = duties(done, REVIEW)
    assert (duty.clause, duty.due) == ("4.1.E", at("10-10 00:00"))
    reviewed(cast, done, now=at("10-09 23:59"), wishes=["补登水泵房"])
    assert fates(done, REVIEW) == [("review", "met", False)]
    wishes = list(Wish.objects.values_list("text", "owner__username", "state"))
    assert wishes == [
        ("对账单按仓库分列", "zhoumin", "open"),
        ("10月做一次演练", "zhoumin", "open"),
        ("补登水泵房", "zhoumin", "open"),
    ]


@pytest.mark.clause("4.1.E", good=True)
def test_a_wish_is_settled_or_told_of_by_every_third_working_day_and_passed_with_its_clock(cast, done):
    surveyed(cast, done, wishes=["对账单按仓库分列"])
    wish = Wish.objects.get()
    (duty,) = duties(wish, WORD)
    assert (duty.due, duty.owner) == (at("10-10 00:00"), cast.zhoumin)
    do(actions.pass_on_wish, wish, to=cast.linxiaotang, text="总部账务", by=cast.zhoumin, now=THEN)
    (duty,) = duties(wish, WORD)
    assert (duty.due, duty.owner) == (at("10-10 00:00"), cast.linxiaotang)
    told = at("10-09 10:00")
    do(actions.tell_wish, wish, text="等总部改模板", by=cast.linxiaotang, now=told)
    assert [one.due for one in duties(wish, WORD)] == [at("10-10 00:00"), at("10-14 00:00")]
    do(actions.settle_wish, wish, text="已按仓库出单，电话告知", by=cast.linxiaotang, now=told + DAY)
    assert fates(wish, WORD) == [("word0", "met", False), ("word1", "met", False)]


@pytest.mark.clause("4.1.E", good=False)
def test_a_review_and_a_word_that_come_too_late_are_breached(cast, done):
    surveyed(cast, done, wishes=["对账单按仓库分列"])
    wish, late = Wish.objects.get(), at("10-10 00:00:01")
    reviewed(cast, done, now=late)
    do(actions.tell_wish, wish, text="等总部改模板", by=cast.zhoumin, now=late)
    assert fates(done, REVIEW) == [("review", "met", True)]
    assert fates(wish, WORD) == [("word0", "met", True), ("word1", "open", False)]


@pytest.mark.clause("2.3", good=False)
def test_a_wish_is_not_closed_without_what_the_client_was_told_nor_by_a_stranger(cast, done):
    surveyed(cast, done, wishes=["对账单按仓库分列"])
    wish, before = Wish.objects.get(), stored(Wish)
    with refused("text_missing"):
        do(actions.settle_wish, wish, text=" ", by=cast.zhoumin, now=THEN)
    with refused("forbidden"):
        do(actions.settle_wish, wish, text="好了", by=cast.luyao, now=THEN)
    with refused("sees_not"):
        do(actions.pass_on_wish, wish, to=cast.luyao, by=cast.zhoumin, now=THEN)
    assert stored(Wish) == before


# 4.1.F Filed


@pytest.mark.clause("4.1.F", good=True)
def test_a_visit_is_filed_within_five_working_days_of_the_last_thing_done(cast, done):
    surveyed(cast, done, wishes=["对账单按仓库分列"])
    reviewed(cast, done)
    assert duties(done, FILE) == []
    with refused("wishes_open"):
        do(actions.file_visit, done, where="客户档案A-12", by=cast.zhoumin, now=THEN)
    do(actions.settle_wish, Wish.objects.get(), text="已出单", by=cast.zhoumin, now=THEN)
    (duty,) = duties(done, FILE)
    assert (duty.clause, duty.due) == ("4.1.F", at("10-13 00:00"))
    filed = do(actions.file_visit, done, where="客户档案A-12", by=cast.zhoumin, now=at("10-12 23:59"))
    assert (filed.state, filed.filed_where) == ("filed", "客户档案A-12")
    assert fates(done, FILE) == [("file", "met", False)]


@pytest.mark.clause("4.1.F", good=False)
def test_what_is_not_filed_in_time_is_breached(cast, done):
    surveyed(cast, done)
    reviewed(cast, done)
    with refused("place_missing"):
        do(actions.file_visit, done, where=" ", by=cast.zhoumin, now=THEN)
    turn(at("10-13 00:00:01"))
    assert fates(done, FILE) == [("file", "open", True)]


# On the telephone


def test_a_visit_finished_on_the_telephone_is_paid_and_surveyed_or_neither(cast, confirmed):
    answers, how = Answers(overall=5), given()
    before = stored(Visit)
    both = {"by": cast.zhoumin, "now": LEFT, "version": confirmed.version}
    with refused("empty_signature"):
        do(actions.finish_visit, confirmed, how, answers, signed(LEFT, strokes=[]), **both)
    assert stored(Visit) == before
    survey = do(actions.finish_visit, confirmed, how, answers, signed(LEFT, strokes=STROKES), **both)
    assert (survey.visit.state, survey.outcome) == ("survey_signed", "signed")
    with refused("stale"):
        do(actions.finish_visit, confirmed, how, answers, signed(LEFT), **both)
