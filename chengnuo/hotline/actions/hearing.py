"""An exchange says something of a call: the row exists from its first ring, whatever comes first (3.1.2, 3.1.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from chengnuo.clients.models import Client, Contact, Position
from chengnuo.clients.phones import digits
from chengnuo.ledger.acting import acting
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clauses import RECORD, covers
from chengnuo.ledger.moves import move
from chengnuo.ledger.numbers import number
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff, Unit

from ..models import Call, CallState, Channel, DutyLine, PhoneEvent, PhoneSystem, Ring, RingAttempt, Word
from ..models.calls import RINGS, SPOKEN
from ..phone import routing
from ..phone.story import WALKS, Step, Story, Tried, state_of, told, tried
from ..phone.words import Heard
from .called_back import heard_outgoing
from .cards import share_card

VERBS = {
    Word.RINGING: "call.rang",
    Word.MISSED: "call.not_taken",
    Word.TRANSFERRED: "call.passed_on",
    Word.ANSWERED: "call.answered",
    Word.HANGUP: "call.hung_up",
}
SOURCE = "phone"
# A person enters a call while it lasts or soon after; the exchange that speaks of it later speaks of the same one.
ENTERED_BEFORE, ENTERED_AFTER = timedelta(minutes=5), timedelta(minutes=15)
LONGEST_TALK = timedelta(hours=4)
KEEP = timedelta(days=180)


@dataclass(frozen=True)
class Outcome:
    """What became of a word: the row, whether the word had been said before, and who is to be rung now."""

    call: Call | None
    is_repeated: bool = False
    attempt: RingAttempt | None = None


@covers("3.1.2", RECORD)
@covers("3.1.3", RECORD)
def hear(system: PhoneSystem, said: Heard, *, now: datetime) -> Outcome:
    """Take a word of an exchange, once. A call to a number that no branch registered is kept for the administrator."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two words of one call at once would both begin its row.
            key = f"phone {system.pk} {said.call_id}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        event, is_new = _noted(system, said, now)
        if not is_new:
            return Outcome(event.call, True, ringing_now(event.call, now) if event.call else None)
        events = list(PhoneEvent.objects.filter(system=system, phone_id=said.call_id, is_outgoing=said.is_outgoing))
        story = told(events)
        if said.is_outgoing:
            return Outcome(heard_outgoing(event, events, story, now))
        call = _row(system, said.call_id, story, now)
        if call is None:
            return Outcome(None)
        PhoneEvent.objects.filter(pk__in=[one.pk for one in events], call=None).update(call=call)
        call = _told(call, story, now, VERBS[said.word], said)
        return Outcome(call, False, ringing_now(call, now))


def _noted(system: PhoneSystem, said: Heard, now: datetime) -> tuple[PhoneEvent, bool]:
    values: dict[str, Any] = {
        name: getattr(said, name) for name in ("at", "is_outgoing", "caller", "called", "extension", "recording")
    }
    return PhoneEvent.objects.select_related("call").get_or_create(
        system=system,
        phone_id=said.call_id,
        word=said.word,
        leg=said.leg,
        defaults={**values, "received_at": now},
    )


def _row(system: PhoneSystem, call_id: str, story: Story, now: datetime) -> Call | None:
    """The row of a call: the one that its first word began, one that a person entered meanwhile, or a new one."""
    ring = Ring.objects.filter(system=system, phone_id=call_id).select_related("call").first()
    if ring:
        return ring.call
    line = DutyLine.objects.filter(digits=digits(story.called)[:24], withdrawn_at=None).select_related("unit").first()
    if line is None or not story.called:
        return None
    call = _entered(line.unit, story)
    is_entered = call is not None
    call = call or _new(line.unit, story, now)
    if not is_entered:
        call.number = number(Call.REGISTER, line.unit.code, now)
        call.save()
    Ring.objects.create(
        call=call,
        system=system,
        phone_id=call_id,
        called=story.called,
        rang_at=story.rang_at,
        is_open=not is_entered,
        is_entered=is_entered,
    )
    return call


def _entered(unit: Unit, story: Story) -> Call | None:
    caller = digits(story.caller)[:24]
    if not caller:
        return None
    around = (story.rang_at - ENTERED_BEFORE, story.rang_at + ENTERED_AFTER)
    rows = Call.objects.filter(
        unit=unit, caller_digits=caller, channel=Channel.PHONE, ring=None, rang_at__range=around
    ).exclude(state=CallState.VOID)
    return rows.order_by("rang_at").first()


def _new(unit: Unit, story: Story, now: datetime) -> Call:
    client, contact = behind(story.caller)
    return Call(
        unit=unit,
        client=client,
        client_unit_id=client.unit_id if client else None,
        contact=contact,
        caller=story.caller,
        caller_digits=digits(story.caller)[:24],
        caller_name=contact.name if contact else "",
        rang_at=story.rang_at,
        entered_at=now,
    )


def behind(caller: str) -> tuple[Client | None, Contact | None]:
    """Who has this number, where it is one client's alone; else whoever answers chooses."""
    form = digits(caller)
    if len(form) < 5:
        return None, None
    rows = Position.objects.filter(contact__phones__digits=form, contact__phones__is_active=True, is_active=True)
    found = list(rows.select_related("client", "contact").order_by("pk")[:3])
    if len({one.client_id for one in found}) != 1:
        return None, None
    return found[0].client, found[0].contact if len({one.contact_id for one in found}) == 1 else None


def _told(call: Call, story: Story, now: datetime, verb: str, said: Heard | None) -> Call:
    """Bring a row to where its story says that it is, and record what was said."""
    with acting(call, client=call.client) as fresh:
        ring = Ring.objects.get(call=fresh)
        answerer = routing.at_extension(story.answered_by)
        attempts = _attempts(fresh, story, answerer, now)
        was = fresh.state
        if not ring.is_entered:
            _follow(fresh, story, attempts, answerer, now)
        if said is None and fresh.state == was:
            return fresh
        _keep_attempts(fresh, attempts)
        _keep_ring(ring, fresh, story, attempts, now)
        fresh.version += 1
        fresh.save()
        record(
            verb,
            fresh,
            by=None,
            now=now,
            happened_at=said.at if said else now,
            source=SOURCE if said else "",
            also=[fresh.client] if fresh.client and fresh.version == 2 else [],
            data=_data(ring, fresh, was, attempts, said, now),
            texts={"caller": story.caller, "recording": said.recording if said else ""},
        )
        return fresh


def _attempts(call: Call, story: Story, answerer: Staff | None, now: datetime) -> list[Tried]:
    book = rulebook()

    def figure(key: str) -> float:
        return float(book.parameter(key, story.rang_at).value)

    step = Step(_rung(call, answerer), answerer.unit_id, answerer.pk) if answerer else None
    return tried(
        routing.plan(call.unit, story.rang_at),
        story,
        next_after=timedelta(seconds=figure("ring.next_after")),
        given_up_after=timedelta(minutes=figure("ring.given_up")),
        answerer=step,
        now=now,
    )


def _rung(call: Call, answerer: Staff) -> str:
    if answerer.unit_id == call.unit_id:
        return RingAttempt.Rung.BACKUP
    is_centre = answerer.unit.kind == Unit.Kind.CENTRE
    return RingAttempt.Rung.CENTRE if is_centre else RingAttempt.Rung.OTHER


def _follow(call: Call, story: Story, attempts: list[Tried], answerer: Staff | None, now: datetime) -> None:
    """Times and state as the exchange has them. What people wrote stays."""
    call.rang_at = story.rang_at
    call.answered_at = story.answered_at or call.answered_at
    call.hung_up_at = story.hung_up_at or call.hung_up_at
    if not call.caller and story.caller:
        call.caller, call.caller_digits = story.caller, digits(story.caller)[:24]
        if call.client is None and call.state in (*RINGS, *SPOKEN, CallState.CALL_BACK_OWED):
            call.client, call.contact = behind(story.caller)
            call.client_unit_id = call.client.unit_id if call.client else None
    target = state_of(story, attempts, now, call.unit_id)
    for verb in WALKS.get((call.state, target), ()):
        move(call, verb)
    call.at_first_ring = call.state in (CallState.RINGING, CallState.ANSWERED) or (
        call.at_first_ring and call.state not in (*RINGS, *SPOKEN, CallState.CALL_BACK_OWED)
    )
    if answerer and call.operator_id != answerer.pk and call.state in SPOKEN:
        call.operator = answerer
        share_card(call, by=answerer, now=now)


def _keep_attempts(call: Call, attempts: list[Tried]) -> None:
    wanted = [
        RingAttempt(
            call=call,
            order=order,
            rung=one.step.rung,
            unit_id=one.step.unit_id,
            staff_id=one.step.staff_id,
            at=one.at,
            ended_at=one.ended_at,
            result=one.result,
        )
        for order, one in enumerate(attempts, start=1)
    ]
    call.attempts.all().delete()
    RingAttempt.objects.bulk_create(wanted)


def _keep_ring(ring: Ring, call: Call, story: Story, attempts: list[Tried], now: datetime) -> None:
    ring.rang_at, ring.called = story.rang_at, story.called or ring.called
    ring.recording = story.recording or ring.recording
    has_stopped = story.hung_up_at is not None or call.state not in (*RINGS, *SPOKEN)
    ring.is_open = not ring.is_entered and not has_stopped and now - story.rang_at < LONGEST_TALK
    ring.save()


def _data(ring: Ring, call: Call, was: str, attempts: list[Tried], said: Heard | None, now: datetime) -> dict[str, Any]:
    """What the event keeps: ids, times and the attempts so far. A clock that was not believed is named."""
    data: dict[str, Any] = {
        "number": call.number,
        "state": [was, call.state],
        "operator": call.operator_id,
        "attempts": [
            [one.step.rung, one.step.unit_id, one.step.staff_id, one.at, one.ended_at, one.result]
            for one in attempts
            if one.at <= now
        ],
    }
    if said:
        data |= {"system": ring.system_id, "word": said.word.value, "clock_stated": said.stated}
    return data


def ringing_now(call: Call, now: datetime) -> RingAttempt | None:
    """Whom the call rings at, or None where it no longer rings."""
    if call.state not in RINGS:
        return None
    rows = call.attempts.filter(at__lte=now, ended_at__gt=now, result="").select_related("staff", "unit")
    return rows.order_by("-order").first()


def let_rings_go_on(now: datetime) -> int:
    """The next in turn, where the exchange says nothing; a ring that nobody took owes its call back (3.1.2).

    Safe to run twice; one partial index is read when nothing rings.
    """
    touched = 0
    for ring in Ring.objects.filter(is_open=True).select_related("call__client", "call__unit").order_by("rang_at"):
        with transaction.atomic():
            touched += _go_on(ring, now)
    return touched


def _go_on(ring: Ring, now: datetime) -> int:
    call = ring.call
    if call.state not in RINGS:
        if now - ring.rang_at >= LONGEST_TALK:
            Ring.objects.filter(pk=ring.pk).update(is_open=False)
        return 0
    story = told(PhoneEvent.objects.filter(call=call, is_outgoing=False))
    was = call.state
    expected = state_of(story, _attempts(call, story, None, now), now, call.unit_id)
    if expected in (was, CallState.RINGING):
        return 0
    verb = "call.rang_on" if expected == CallState.OVERFLOW else "call.rang_out"
    return int(_told(call, story, now, verb, None).state != was)


def forget_old_words(now: datetime) -> None:
    """Forget what exchanges said half a year ago: the rows and their events stay."""
    PhoneEvent.objects.filter(received_at__lt=now - KEEP).delete()
