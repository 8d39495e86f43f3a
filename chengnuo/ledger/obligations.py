"""What is owed. A rule is a pure function of facts that says, now, what is owed; the engine does the rest.

    @obligation("3.1.5", of=Promise, met_by=verbs("promise.answered"), act=Act(_("答复"), "hotline:answer"))
    def answer_by_the_promised_time(promise, facts) -> Owed | None: ...

Two ways in: `review()` when an event names the record, and `loop.tick()` when time passes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from .books import Rulebook, rulebook
from .calendar import Basis, Deadline
from .models import LIVE, Kept, Obligation, Ref, ref
from .models.duties import State

if TYPE_CHECKING:
    from .trail import Draft

Met = Callable[[Any, "Draft"], bool]


@dataclass(frozen=True)
class Act:
    """The one button that does the next thing: its label and the page it opens (named URL with the subject's pk)."""

    label: str
    url_name: str


@dataclass(frozen=True)
class Owed:
    """What a rule says is owed now.

    `key` tells several duties of one rule on one record apart. `title` is a message id with `args` for it. `due` and
    `opens_at` are instants; `owner_id` and `unit_id` override whom the record itself names.
    """

    key: str
    title: str
    due: datetime | None
    args: dict[str, str] = field(default_factory=dict)
    opens_at: datetime | None = None
    owner_id: int | None = None
    unit_id: int | None = None
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Facts:
    """What a rule may ask besides the record: the instant, the event, the figures and the calendar.

    It keeps what was read, which is the "why" of the duty.
    """

    now: datetime
    event: "Draft | None"
    book: Rulebook
    figures: list[dict[str, Any]] = field(default_factory=list)
    parameter_id: int | None = None
    deadline: Deadline | None = None
    started: datetime | None = None

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
        self.deadline = self.book.calendar.add(start, value, Basis(version.unit))
        self.parameter_id = version.pk
        self.started = start
        return self.deadline.at

    def why(self, rule: "Rule", owed: Owed) -> dict[str, Any]:
        walked = self.deadline.as_json() if self.deadline else None
        return {
            "rule": rule.name,
            "figures": self.figures,
            "inputs": owed.inputs,
            "start": self.started.isoformat() if self.started else None,
            "walk": walked,
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


def review(subjects: Sequence[Kept], event: "Draft", *, now: datetime) -> Changes:
    """Ask every rule of every record that the event names, and note the outcome in the event's `duties`."""
    changes = Changes()
    ruled = [(subject, rules) for subject in subjects if (rules := rules_of(type(subject)))]
    if not ruled:
        return changes
    live = _live({ref(subject) for subject, _rules in ruled})
    book = rulebook()
    for subject, rules in ruled:
        for rule in rules:
            mine = [duty for duty in live if duty.rule == rule.name and duty.subject == ref(subject)]
            _review_one(rule, subject, mine, event, Facts(now, event, book), changes)
    event.duties = [entry(duty) for duty in (*changes.ended, *changes.opened)]
    return changes


def _live(refs: Iterable[Ref]) -> list[Obligation]:
    """The live duties of these records, locked: always before the chain's heads, as the time loop does."""
    match = Q()
    for type_, pk in sorted(refs):
        match |= Q(subject_type=type_, subject_pk=pk)
    return list(Obligation.objects.filter(match, state__in=LIVE).order_by("pk").select_for_update(no_key=True))


def _review_one(
    rule: Rule, subject: Kept, live: list[Obligation], event: "Draft", facts: Facts, changes: Changes
) -> None:
    met = rule.met_by(subject, event)
    owed = {one.key: one for one in rule.owed(subject, facts)}
    held = set()
    for duty in live:
        if met and duty.key not in owed:
            end(duty, State.MET, event, at=event.happened_at)
        elif not rule.sticky and duty.key not in owed:
            end(duty, State.WITHDRAWN, event, at=facts.now)
        else:
            held.add(duty.key)
            _hand_on(duty, subject, owed.get(duty.key))
            continue
        changes.ended.append(duty)
    for key, one in owed.items():
        if key not in held:
            changes.opened.append(_open(rule, subject, one, facts))


def _hand_on(duty: Obligation, subject: Kept, owed: Owed | None) -> None:
    """A live duty follows its record to another keeper or unit. Its clock never restarts."""
    owner = (owed.owner_id if owed else None) or subject.duty_owner_id
    unit = (owed.unit_id if owed else None) or subject.duty_unit_id
    if (duty.owner_id, duty.unit_id) != (owner, unit):
        duty.owner_id, duty.unit_id = owner, unit
        duty.save(update_fields=["owner", "unit_id"])


def _open(rule: Rule, subject: Kept, owed: Owed, facts: Facts) -> Obligation:
    where = ref(subject)
    waiting = owed.opens_at is not None and owed.opens_at > facts.now
    return Obligation(
        rule=rule.name,
        clause=rule.clause,
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
        opens_at=owed.opens_at,
        due=owed.due,
        provisional=bool(facts.deadline and facts.deadline.provisional),
        parameter_id=facts.parameter_id,
        why=facts.why(rule, owed),
    )


def end(duty: Obligation, state: State, event: "Draft", *, at: datetime) -> None:
    """Close a duty. Met after its due instant, or withdrawn after it, it stays breached for ever."""
    duty.state = state
    duty.ended_at = at
    duty.next_at = None
    if duty.due and at > duty.due and not duty.breached_at:
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


def apply_changes(changes: Changes, event: "Draft") -> None:
    """Write what the review found: one statement for what opened, one for what ended."""
    from .ladder import next_moment

    assert event.recorded_at is not None
    if changes.ended:
        for duty in changes.ended:
            duty.ended_event = event.id
        Obligation.objects.bulk_update(
            changes.ended, ["state", "ended_at", "ended_event", "next_at", "breached_at"], batch_size=500
        )
    if changes.opened:
        book = rulebook()
        for duty in changes.opened:
            duty.since, duty.since_event = event.recorded_at, event.id
            duty.next_at = next_moment(duty, fired=frozenset(), book=book)
        Obligation.objects.bulk_create(changes.opened, ignore_conflicts=True)


def withdraw(duty: Obligation, event: "Draft", *, at: datetime) -> None:
    """Take a sticky duty back by an action's event, which names the reason."""
    end(duty, State.WITHDRAWN, event, at=at)
    apply_changes(Changes(ended=[duty]), event)


@dataclass(frozen=True)
class OccasionRule:
    """A duty that the calendar brings to units: `period_of` names the period of an instant and when it starts."""

    name: str
    clause: str
    units: Callable[[datetime], Iterable[int]]
    period_of: Callable[[datetime], tuple[str, datetime]]
    since: datetime


OCCASIONS: dict[str, OccasionRule] = {}


def occasion(
    name: str,
    clause: str,
    *,
    units: Callable[[datetime], Iterable[int]],
    period_of: Callable[[datetime], tuple[str, datetime]],
    since: datetime,
) -> OccasionRule:
    """Register a calendar duty: one `Occasion` row per unit and period from `since` on."""
    rule = OccasionRule(name, clause, units, period_of, since)
    OCCASIONS[name] = rule
    return rule


def periods(rule: OccasionRule, after: datetime | None, now: datetime) -> list[tuple[str, datetime]]:
    """The periods that began after one instant (or since the rule itself) and up to another, in order."""
    found: dict[str, datetime] = {}
    day = after or rule.since
    while day < now:
        found.setdefault(*rule.period_of(day))
        day += timedelta(days=1)
    found.setdefault(*rule.period_of(now))
    return [(name, start) for name, start in found.items() if (start > after if after else start >= rule.since)]
