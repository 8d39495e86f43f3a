"""What is owed. A rule is a pure function of facts that says, now, what is owed; the engine does the rest.

    @obligation("3.1.5", of=Promise, met_by=verbs("promise.answered"), act=Act(_("答复"), "hotline:answer"))
    def answer_by_the_promised_time(promise, facts) -> Owed | None: ...

Two ways in: `review()` when an event names the record, and `loop.tick()` when time passes.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection
from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext as _

from .books import Rulebook
from .calendar import Basis, Deadline
from .errors import Refusal
from .models import LIVE, Kept, Obligation, Ref, ref
from .models.duties import State
from .trail import Draft, canonical

Met = Callable[[Any, Draft], bool]


@dataclass(frozen=True)
class Act:
    """The one button that does the next thing: its label and the page it opens (named URL with the subject's pk)."""

    label: "str | StrPromise"
    url_name: str


@dataclass(frozen=True)
class Owed:
    """What a rule says is owed now.

    `key` tells several duties of one rule on one record apart. `title` is a message id with `args` for it. `due` and
    `opens_at` are instants; `owner_id` and `unit_id` override whom the record itself names, `clause` the rule's own
    where one rule carries several.
    """

    key: str
    title: str
    due: datetime | None
    args: dict[str, str] = field(default_factory=dict)
    opens_at: datetime | None = None
    owner_id: int | None = None
    unit_id: int | None = None
    inputs: dict[str, Any] = field(default_factory=dict)
    clause: str = ""


@dataclass(frozen=True)
class Term:
    """A deadline that a rule counted: from when, to when, and by which version of a parameter."""

    start: datetime
    deadline: Deadline
    parameter_id: int


@dataclass
class Facts:
    """What a rule may ask besides the record: the instant, the event, the figures and the calendar.

    It keeps what was read, which is the "why" of the duty.
    """

    now: datetime
    event: "Draft | None"
    book: Rulebook
    figures: list[dict[str, Any]] = field(default_factory=list)
    terms: list["Term"] = field(default_factory=list)

    def figure(self, key: str, at: datetime | None = None) -> Decimal:
        """The value of a parameter in force at an instant (now, by default)."""
        version = self.book.parameter(key, at or self.now)
        self.figures.append(
            {"key": key, "number": version.number, "value": format(version.value, "f"), "unit": version.unit}
        )
        return version.value

    def after(self, start: datetime, key: str) -> datetime:
        """The end of the term named by a parameter, counted from `start` on the one calendar (clause 4.0)."""
        value = self.figure(key, start)
        version = self.book.parameter(key, start)
        term = Term(start, self.book.calendar.add(start, value, Basis(version.unit)), version.pk)
        self.terms.append(term)
        return term.deadline.at

    def term_to(self, due: datetime | None) -> "Term | None":
        """The term that ends at a duty's due instant, where the rule counted one."""
        return next((term for term in reversed(self.terms) if term.deadline.at == due), None)

    def why(self, rule: "Rule", owed: Owed) -> dict[str, Any]:
        """What the duty was derived from, as plain JSON."""
        from .trail import canonical

        term = self.term_to(owed.due)
        return {
            "rule": rule.name,
            "figures": self.figures,
            "inputs": json.loads(canonical(owed.inputs)),
            "start": term.start.isoformat() if term else None,
            "walk": term.deadline.as_json() if term else None,
        }


RuleFunc = Callable[[Any, Facts], "Owed | list[Owed] | None"]


@dataclass
class Rule:
    """A clause's duty on one kind of record."""

    name: str
    clause: str
    of: type[Kept]
    func: RuleFunc
    met_by: Met
    act: Act | None
    sticky: bool
    doc: str

    def owed(self, subject: Kept, facts: Facts) -> list[Owed]:
        said = self.func(subject, facts)
        return [] if said is None else said if isinstance(said, list) else [said]


RULES: dict[str, Rule] = {}


def obligation(
    clause: str, *, of: type[Kept], met_by: Met, act: Act | None = None, sticky: bool = True
) -> Callable[[RuleFunc], RuleFunc]:
    """Register a rule. A sticky duty stays until it is met or an action withdraws it with a reason; one that is not
    sticky is withdrawn by itself, naming the event after which the rule no longer said so."""

    def register(func: RuleFunc) -> RuleFunc:
        name = f"{of._meta.app_label}.{func.__name__}"
        RULES[name] = Rule(name, clause, of, func, met_by, act, sticky, (func.__doc__ or "").strip())
        return func

    return register


def verbs(*names: str) -> Met:
    """Evidence that is an event with one of these verbs on the record itself."""
    return lambda subject, event: event.verb in names and event.subject == ref(subject)


def rules_of(model: type[Kept]) -> list[Rule]:
    return [rule for rule in RULES.values() if rule.of is model]


@dataclass
class Changes:
    """What an event does to duties, worked out before it is written and applied after."""

    opened: list[Obligation] = field(default_factory=list)
    ended: list[Obligation] = field(default_factory=list)


def review(subjects: Sequence[Kept], event: Draft, *, now: datetime, withdraws: Sequence[Obligation] = ()) -> Changes:
    """Ask every rule of every record that the event names, and note the outcome in the event's `duties`.

    The duties in `withdraws` are taken back by this event, whatever their rule says. Raises Refusal 409 when one of
    them has ended meanwhile.
    """
    changes = Changes()
    # `_meta.model`, since a lazy stand-in for a record (a request's user) is of another type.
    ruled = {
        ref(subject): (subject, rules)
        for subject in subjects
        if (rules := rules_of(subject._meta.model))  # type: ignore[arg-type]
    }
    if not ruled and not withdraws:
        return changes
    live = _live({*ruled, *(duty.subject for duty in withdraws)})
    _withdraw({duty.pk for duty in withdraws}, live, event, changes, now)
    for subject, rules in ruled.values():
        for rule in rules:
            mine = [duty for duty in live if duty.rule == rule.name and duty.subject == ref(subject) and duty.is_live]
            _review_one(rule, subject, mine, event, Facts(now, event, event.book), changes)
    event.duties = [entry(duty) for duty in (*changes.ended, *changes.opened)]
    return changes


def _withdraw(keys: set[int], live: list[Obligation], event: Draft, changes: Changes, now: datetime) -> None:
    taken = [duty for duty in live if duty.pk in keys]
    if len(taken) != len(keys):
        raise Refusal("duty_ended", _("这项义务已经了结，刷新后看最新情况"))
    for duty in taken:
        end(duty, State.WITHDRAWN, at=now, now=now)
    changes.ended += taken


# Written out, for it stands in every action: putting a query together costs more than its answer.
LOCK_LIVE = """
SELECT * FROM ledger_obligation
WHERE (subject_type, subject_pk) IN (SELECT * FROM unnest(%s::text[], %s::bigint[])) AND state = ANY (%s::text[])
ORDER BY id FOR NO KEY UPDATE
"""


def _live(refs: Iterable[Ref]) -> list[Obligation]:
    """The live duties of these records, locked: always before the chain's heads, as the time loop does."""
    types, keys = zip(*sorted(refs), strict=True)
    return list(Obligation.objects.raw(LOCK_LIVE, [list(types), list(keys), [str(state) for state in LIVE]]))


def _review_one(
    rule: Rule, subject: Kept, live: list[Obligation], event: Draft, facts: Facts, changes: Changes
) -> None:
    met = rule.met_by(subject, event)
    owed = {one.key: one for one in rule.owed(subject, facts)}
    held = set()
    for duty in live:
        if met and duty.key not in owed:
            end(duty, State.MET, at=event.happened_at, now=facts.now)
        elif not rule.sticky and duty.key not in owed:
            end(duty, State.WITHDRAWN, at=facts.now, now=facts.now)
        else:
            held.add(duty.key)
            _hand_on(duty, subject, owed.get(duty.key))
            continue
        changes.ended.append(duty)
    for key, one in owed.items():
        if key not in held:
            changes.opened.append(_open(rule, subject, one, facts))


def _hand_on(duty: Obligation, subject: Kept, owed: Owed | None) -> None:
    """A live duty follows its record to another keeper, unit or client. Its clock never restarts."""
    now = {
        "owner_id": (owed.owner_id if owed else None) or subject.duty_owner_id,
        "unit_id": (owed.unit_id if owed else None) or subject.duty_unit_id,
        "client_id": subject.duty_client_id,
        "client_unit_id": getattr(subject, "client_unit_id", None),
    }
    if any(getattr(duty, name) != value for name, value in now.items()):
        for name, value in now.items():
            setattr(duty, name, value)
        duty.save(update_fields=list(now))


def _open(rule: Rule, subject: Kept, owed: Owed, facts: Facts) -> Obligation:
    where = ref(subject)
    term = facts.term_to(owed.due)
    waiting = owed.opens_at is not None and owed.opens_at > facts.now
    return Obligation(
        rule=rule.name,
        clause=owed.clause or rule.clause,
        subject_type=where.type,
        subject_pk=where.pk,
        key=owed.key,
        state=State.WAITING if waiting else State.OPEN,
        title=owed.title,
        title_args=owed.args,
        number=str(getattr(subject, "number", "") or ""),
        unit_id=owed.unit_id or subject.duty_unit_id,
        client_id=subject.duty_client_id,
        client_unit_id=getattr(subject, "client_unit_id", None),
        owner_id=owed.owner_id or subject.duty_owner_id,
        opened_by_id=facts.event.by_id if facts.event else None,
        opens_at=owed.opens_at,
        due=owed.due,
        provisional=bool(term and term.deadline.provisional),
        parameter_id=term.parameter_id if term else None,
        why=facts.why(rule, owed),
    )


def end(duty: Obligation, state: State, *, at: datetime, now: datetime) -> None:
    """Close a duty. Met after its due instant, or withdrawn after it, it stays breached for ever.

    What is entered after the due instant, `now`, was not known at it: the duty is breached whatever earlier `at` is
    stated, just as the loop would have found it.
    """
    duty.state = state
    duty.ended_at = at
    duty.next_at = None
    if duty.due and max(at, now) > duty.due and not duty.breached_at:
        duty.breached_at = duty.due


def entry(duty: Obligation) -> dict[str, Any]:
    """The duty's fate as the event tells it: `check` folds these and compares with the rows."""
    return {
        "clause": duty.clause,
        "rule": duty.rule,
        "subject": list(duty.subject),
        "key": duty.key,
        "state": duty.state,
        "due": duty.due,
        "breached_at": duty.breached_at,
        "ended_at": duty.ended_at,
    }


# As the events do, the rows come as one JSON text (trail.py).
STORE = """
UPDATE ledger_obligation o
SET state = x.state, next_at = x.next_at, reminded_at = x.reminded_at, breached_at = x.breached_at,
  ended_at = x.ended_at, ended_event = x.ended_event
FROM json_to_recordset(%s::json) AS x(id bigint, state text, next_at timestamptz, reminded_at timestamptz,
  breached_at timestamptz, ended_at timestamptz, ended_event bigint)
WHERE o.id = x.id
"""
STORED = ("state", "next_at", "reminded_at", "breached_at", "ended_at", "ended_event")


def store(duties: Sequence[Obligation]) -> None:
    """Write what has become of duties that are locked: one statement whatever their number."""
    rows = [{"id": duty.pk, **{name: getattr(duty, name) for name in STORED}} for duty in duties]
    with connection.cursor() as cursor:
        cursor.execute(STORE, [canonical(rows)])


def apply_changes(changes: Changes, event: Draft) -> None:
    """Write what the review found: one statement for what opened, one for what ended."""
    from .ladder import next_moment

    assert event.recorded_at is not None
    if changes.ended:
        for duty in changes.ended:
            duty.ended_event = event.id
        store(changes.ended)
    if changes.opened:
        for duty in changes.opened:
            duty.since, duty.since_event = event.recorded_at, event.id
            duty.next_at = next_moment(duty, fired=frozenset(), book=event.book)
        # The event already tells of these rows, so one that is there already must undo the event too.
        try:
            Obligation.objects.bulk_create(changes.opened)
        except IntegrityError as error:
            raise Refusal("duty_open_already", _("有人同时办理了这件事，刷新后再办")) from error


@dataclass(frozen=True)
class OccasionRule:
    """A duty that the calendar brings to units.

    `units` says which units it falls to now, each with the instant from which its periods count. `period_of` names
    the period of an instant and when that starts; a period is at least a day long. `ahead` says how long before its
    start a period comes (a day to be rostered comes two weeks early); nothing, unless given.
    """

    name: str
    clause: str
    units: Callable[[datetime], Mapping[int, datetime]]
    period_of: Callable[[datetime], tuple[str, datetime]]
    ahead: Callable[[datetime], timedelta] = lambda now: timedelta()


OCCASIONS: dict[str, OccasionRule] = {}


def occasion(
    name: str,
    clause: str,
    *,
    units: Callable[[datetime], Mapping[int, datetime]],
    period_of: Callable[[datetime], tuple[str, datetime]],
    ahead: Callable[[datetime], timedelta] = lambda now: timedelta(),
) -> OccasionRule:
    """Register a calendar duty: one `Occasion` row per unit and period."""
    rule = OccasionRule(name, clause, units, period_of, ahead)
    OCCASIONS[name] = rule
    return rule


def periods(rule: OccasionRule, since: datetime, after: datetime | None, now: datetime) -> list[tuple[str, datetime]]:
    """The periods that began at `since` or later, after the last one filled, and up to now, in order."""
    found: dict[str, datetime] = {}
    day = max(since, after) if after else since
    while day < now:
        found.setdefault(*rule.period_of(day))
        day += timedelta(days=1)
    found.setdefault(*rule.period_of(now))
    return [(name, start) for name, start in found.items() if start >= since and (not after or start > after)]
