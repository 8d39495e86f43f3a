"""What chapter 4.1 demands of a visit, of its survey and of what the client asked for."""

from django.utils.translation import gettext_lazy, gettext_noop

from chengnuo.clients.cases import TITLE_TAKE_ON, owes_taking_on
from chengnuo.ledger.obligations import Act, Facts, Owed, obligation, verbs

from .models import Outcome, State, Survey, Visit, Wish, WishState

S = State

owes_taking_on(Visit, TITLE_TAKE_ON, Act(gettext_lazy("与客户约定"), "visits:take_on"))


@obligation(
    "4.1.1",
    of=Visit,
    met_by=verbs("visit.arrived", "visit.done"),
    act=Act(gettext_lazy("登记到达"), "visits:arrive"),
    sticky=False,
)
def be_there_as_agreed(visit: Visit, facts: Facts) -> Owed | None:
    """Somebody is at the client's at the agreed time, strictly (4.1.1). That he is there is known at the latest two
    hours after it [D: `visit.arrival_told`]: a telephone has no network in every warehouse. How punctual he was is
    measured by the time at which he came, in the rule below."""
    if visit.state != S.CONFIRMED or visit.agreed_at is None or visit.arrived_at is not None:
        return None
    return Owed(
        f"arrive{visit.times_moved or 0}",
        gettext_noop("按约上门：%(matter)s"),
        facts.after(visit.agreed_at, "visit.arrival_told"),
        args={"matter": visit.matter[:80]},
        inputs={gettext_noop("约定时间"): visit.agreed_at.isoformat()},
    )


@obligation(
    "4.1.1",
    of=Visit,
    met_by=verbs("visit.lateness_explained"),
    act=Act(gettext_lazy("写明原因"), "visits:explain"),
)
def say_why_it_was_late(visit: Visit, facts: Facts) -> Owed | None:
    """Who came after the agreed minute broke the agreement: a breach from that minute on, for ever. Why is written
    down (4.1.1)."""
    if not visit.late_by or visit.late_because:
        return None
    assert visit.agreed_at is not None
    assert visit.arrived_at is not None
    return Owed(
        "late",
        gettext_noop("写明迟到原因：%(matter)s"),
        visit.agreed_at,
        args={"matter": visit.matter[:80]},
        inputs={
            gettext_noop("约定时间"): visit.agreed_at.isoformat(),
            gettext_noop("到达时间"): visit.arrived_at.isoformat(),
        },
    )


@obligation(
    "4.1.B",
    of=Visit,
    met_by=verbs("visit.unagreed_explained"),
    act=Act(gettext_lazy("写明原因"), "visits:explain"),
)
def agree_with_the_client_first(visit: Visit, facts: Facts) -> Owed | None:
    """Time and business are agreed with the client before somebody comes. A visit without it is recorded all the same;
    it is a breach from the arrival on, and why is written down (4.1.B)."""
    if visit.state not in Visit.SERVED or visit.agreed_at is not None or visit.unagreed_because:
        return None
    return Owed(
        "unagreed",
        gettext_noop("写明为何未约定就上门：%(matter)s"),
        visit.arrived_at,
        args={"matter": visit.matter[:80]},
        inputs={gettext_noop("到达时间"): visit.arrived_at.isoformat() if visit.arrived_at else ""},
    )


@obligation(
    "4.1.D",
    of=Visit,
    met_by=verbs("visit.survey_signed", "visit.survey_unsigned"),
    act=Act(gettext_lazy("填调查表"), "visits:survey"),
)
def ask_for_the_clients_opinion(visit: Visit, facts: Facts) -> Owed | None:
    """The client's opinions, wishes and proposals are asked for in every visit, on the survey form, signed or sealed by
    him; it is on file a working day after the visit was recorded [D: `survey.filled_in`] (4.1.D)."""
    if visit.state != S.DONE or visit.done_at is None:
        return None
    return Owed(
        "survey",
        gettext_noop("填《客户服务调查表》：%(matter)s"),
        facts.after(visit.done_at, "survey.filled_in"),
        args={"matter": visit.matter[:80]},
        inputs={gettext_noop("登记拜访时间"): visit.done_at.isoformat()},
    )


@obligation(
    "4.1.D",
    of=Visit,
    met_by=verbs("visit.survey_asked_again", "visit.survey_signed"),
    act=Act(gettext_lazy("再请签章"), "visits:ask_again"),
)
def ask_once_more_for_the_signature(visit: Visit, facts: Facts) -> Owed | None:
    """A survey that the client did not sign is laid before him once more, within five working days [D:
    `survey.asked_again`] (4.1.D). What he says then is the end of it."""
    survey = survey_of(visit)
    if survey is None or survey.is_by_client or survey.asked_again_at is not None:
        return None
    return Owed(
        "ask_again",
        gettext_noop("再请客户签章（%(why)s）：%(matter)s"),
        facts.after(survey.filled_at, "survey.asked_again"),
        args={"why": str(Outcome(survey.outcome).label), "matter": visit.matter[:80]},
        inputs={gettext_noop("填表时间"): survey.filled_at.isoformat()},
    )


@obligation(
    "4.1.E", of=Visit, met_by=verbs("visit.followed_up"), act=Act(gettext_lazy("审核调查表"), "visits:follow_up")
)
def review_the_survey(visit: Visit, facts: Facts) -> Owed | None:
    """What the survey says is reviewed and sorted within three working days [D: `survey.followed_up`]: what is to be
    done has its person, here or in the department concerned (4.1.E)."""
    survey = survey_of(visit) if visit.state in (S.SURVEY_SIGNED, S.SURVEY_UNSIGNED) else None
    if survey is None:
        return None
    return Owed(
        "review",
        gettext_noop("审核调查表：%(matter)s"),
        facts.after(survey.filled_at, "survey.followed_up"),
        args={"matter": visit.matter[:80]},
        inputs={gettext_noop("填表时间"): survey.filled_at.isoformat()},
    )


@obligation(
    "4.1.E",
    of=Wish,
    met_by=verbs("wish.settled", "wish.told"),
    act=Act(gettext_lazy("办结或告知"), "visits:wish"),
    sticky=False,
)
def settle_it_or_say_how_it_stands(wish: Wish, facts: Facts) -> Owed | None:
    """What a client asked for is settled within three working days [D: `survey.followed_up`]; what is not is answered
    by then with the reason or the progress, and every three working days after that [D: `interim_reply.every`]
    (4.1.E)."""
    if wish.state != WishState.OPEN:
        return None
    key = "interim_reply.every" if wish.times_told else "survey.followed_up"
    return Owed(
        f"word{wish.times_told}",
        gettext_noop("办结或告知进展：%(what)s"),
        facts.after(wish.last_word_at, key),
        args={"what": wish.text[:120]},
        inputs={gettext_noop("最近一次告知"): wish.last_word_at.isoformat()},
    )


@obligation("4.1.F", of=Visit, met_by=verbs("visit.filed"), act=Act(gettext_lazy("归档"), "visits:file"))
def file_what_was_done(visit: Visit, facts: Facts) -> Owed | None:
    """What was done is filed with the client, for later quality checks, within five working days [D: `filing.due`] of
    when its survey was reviewed and the last thing that the client asked for was settled (4.1.F)."""
    if visit.state != S.FOLLOWED_UP or visit.followed_up_at is None:
        return None
    wishes = list(visit.wishes.values_list("settled_at", flat=True))
    if None in wishes:
        return None
    start = max([visit.followed_up_at, *(one for one in wishes if one)])
    return Owed(
        "file",
        gettext_noop("拜访资料归档：%(matter)s"),
        facts.after(start, "filing.due"),
        args={"matter": visit.matter[:80]},
        inputs={gettext_noop("办完时间"): start.isoformat()},
    )


def survey_of(visit: Visit) -> Survey | None:
    """The visit's survey as it is stored now."""
    return Survey.objects.filter(visit_id=visit.pk).first() if visit.state in Visit.SERVED else None
