"""The demo company from its first day to now: its people, clients, rosters and telephones, by the actions alone."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import moved_to

from .casework import Casework
from .chance import Times
from .clients import Entering
from .company import Company, all_people, build
from .desk import Desk
from .hotline import Hotline
from .outreach import Outreach
from .phrases import write
from .plans import Plans
from .portfolio import Customer, customers
from .proposals import Proposals
from .ratings import Ratings
from .renewals import Renewals
from .roster import Roster
from .stories import Stories
from .timeline import SOURCE, Timeline, local
from .visits import Visits

SEED = 20260101
"""The same moment gives the same story."""


@dataclass(frozen=True)
class Size:
    """How many days are lived, with how many clients, and how many calls and plans a working day brings."""

    days: int
    clients: int
    calls: int
    plans: int


FULL = Size(days=90, clients=400, calls=52, plans=2)
SMALL = Size(days=3, clients=60, calls=25, plans=4)


def live(size: Size, now: datetime, *, password: str, say: Callable[[str], None]) -> Company:
    """Make the company in an empty database and let it live until `now`. Progress is said in words and percent."""
    begins = local(now, -size.days, "00:00")
    before = begins - timedelta(hours=7)
    with moved_to(before, SOURCE):
        company = build(before, password=password, people=all_people(Random(SEED)))
        write(company, before)
    say(f"{len(company.units)} units, {len(company.staff)} people")
    line = Timeline(now)
    clients = customers(size.clients, size.days, company, Random(SEED + 1))
    Entering(company, line, before, Random(SEED + 2)).plan(clients)
    roster = Roster(company, now, Random(SEED + 3))
    roster.plan(line, before)
    hotline = _hotline(company, line, roster, clients)
    hotline.plan(begins, size.calls)
    Ratings(company, line, Times(Random(SEED + 5), hotline.times.calendar)).plan(begins)
    Plans(company, line, Random(SEED + 6)).plan(begins, size.plans)
    Proposals(company, line, Random(SEED + 7)).plan(begins, size.days)
    Renewals(company, line, Random(SEED + 8)).plan(begins, size.days)
    Casework(company, line, Random(SEED + 10)).plan(begins, size.days)
    Outreach(company, line, Random(SEED + 9)).plan(begins, size.days)
    Desk(hotline, {one.name: one for one in clients}).plan()
    gc.freeze()  # The plan is there for good: nobody needs to look through it again and again.
    line.run(say)
    return company


def _hotline(company: Company, line: Timeline, roster: Roster, clients: list[Customer]) -> Hotline:
    by_branch: dict[str, list[Customer]] = {}
    for one in clients:
        by_branch.setdefault(one.branch, []).append(one)
    chance = Random(SEED + 4)
    times, stories = Times(chance, rulebook().calendar), Stories(chance)
    visits = Visits(line, Times(Random(SEED + 6), times.calendar))
    return Hotline(company, line, roster, times, stories, chance, by_branch, visits)
