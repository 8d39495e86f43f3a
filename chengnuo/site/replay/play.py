"""Playing a story through the API in order of time, with the time loop turning in between."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chengnuo.ledger.clock import moved_to
from chengnuo.ledger.loop import go_round
from chengnuo.people.actions import make_token
from chengnuo.people.models import Role, Staff
from chengnuo.people.scopes import LONGEST

from ..demo.company import Company, build
from .story import Act, Row, Story
from .wire import Reply, Wire

SOURCE = "replay"
MAY_BE_REFUSED = {"move", "withdraw"}
OPENS = ("appointment", "complaint", "loss")
TICKS = ("key", "large", "high_risk")
TICK_REASON = "随历史资料登记"


class Stuck(Exception):
    """The API refused what it has to take; the text says what and why."""


@dataclass
class Played:
    """What came of a story: the API's answers by the source's ids, and the acts that the product refused."""

    calls: dict[str, Row] = field(default_factory=dict)
    clients: dict[str, Row] = field(default_factory=dict)
    refused: list[tuple[Act, Reply]] = field(default_factory=list)

    def promise(self, source_id: str) -> Row:
        return self.calls[source_id]["promises"][0]


def play(story: Story, *, until: datetime, say: Callable[[str], None]) -> Played:
    """Play all acts, then let time pass up to `until`. Playing again within 48 hours changes nothing: every act has its
    key. Raises Stuck where the product refuses anything but a move or a withdrawal."""
    before = story.begins - timedelta(days=1)
    with moved_to(before, SOURCE), _quiet():
        company = build(before)
        player = _Player(company, Wire(), before, until)
        say(f"{len(company.units)} units, {len(company.staff)} people")
        for row in story.clients:
            player.enter_client(row)
        say(f"{len(story.clients)} clients")
    day = None
    for done, act in enumerate(story.acts):
        if act.at.date() != day:
            day = act.at.date()
            say(f"{day}  {done} of {len(story.acts)} acts")
        with moved_to(act.at, SOURCE), _quiet():
            go_round(act.at)
            player.do(act)
    with moved_to(until, SOURCE):
        go_round(until)
    return player.played


class _Player:
    def __init__(self, company: Company, wire: Wire, since: datetime, until: datetime) -> None:
        self.company, self.wire, self.played = company, wire, Played()
        self.since, self.until = since, until
        self.tokens: dict[str, str] = {}

    def enter_client(self, row: Row) -> None:
        """The centre enters it, since the ticks are the centre's; what seems alike is known to be another."""
        reply = self._post("/clients", client_body(row), "KF", f"replay:client:{row['name']}")
        self.played.clients[row["name"]] = self._taken(reply, row["name"])

    def do(self, act: Act) -> None:
        if act.name == "call":
            path, body = "/calls", self._call(act.call)
        elif act.name == "call_back":
            path, body = f"/calls/{self._known(act)['id']}/call-back", self._call_back(act)
        else:
            path, body = f"/promises/{self.played.promise(act.call['id'])['id']}/{act.name}", _word(act.row, act.name)
        reply = self._post(path, body, act.call["line"], act.key)
        if act.name in MAY_BE_REFUSED and reply.status in {409, 422}:
            self.played.refused.append((act, reply))
            return
        answer = self._taken(reply, f"{act.call['id']} {act.name} {act.at.isoformat()}")
        if act.name in {"call", "call_back"}:
            self.played.calls[act.call["id"]] = answer

    def _call(self, call: Row) -> Row:
        body = {
            "line": call["line"],
            "rang_at": call["at"],
            "answered_at": call["answered_at"],
            "hung_up_at": call["hung_up_at"],
            "at_first_ring": call["answered_by_first_ring"],
            "caller": call["caller"] or "",
            **self._caller(call),
        }
        if call["answered_at"]:
            return body | _spoken(call)
        was_called_back = any(row["act"] == "call_back" for row in call["later"])
        return body | ({} if was_called_back else {"content": call["content"]})

    def _caller(self, call: Row) -> Row:
        client = self.played.clients.get(call["client"])
        if client is None:
            return {"caller_name": call["contact"] or ""}
        for contact in client["contacts"]:
            if contact["name"] == call["contact"]:
                return {"client_id": client["id"], "contact_id": contact["id"]}
        return {"client_id": client["id"], "caller_name": call["contact"] or ""}

    def _call_back(self, act: Act) -> Row:
        """The first one carries what was learned; a further one adds its own words."""
        earlier, call = self._known(act), act.call
        body: Row = {"at": act.row["at"], "reached": False}
        if earlier["called_back_at"]:
            return body | {"content": f"{earlier['content']}\n{act.row['text']}"}
        learned = _spoken(call) | {"content": f"{call['content']}\n{act.row['text']}"}
        return body | learned | {"reached": bool(call["kinds"] or call["answer"] or call["promise"])}

    def _known(self, act: Act) -> Row:
        return self.played.calls[act.call["id"]]

    def _post(self, path: str, body: Row, line: str, key: str) -> Reply:
        return self.wire.post(path, body, token=self._token(line), key=key)

    def _taken(self, reply: Reply, what: str) -> Row:
        if not reply.is_ok:
            raise Stuck(f"{what}: {reply.status} {reply.body.get('code')} {reply.body.get('message')} {reply.body}")
        return reply.body

    def _token(self, line: str) -> str:
        """The key of who answers this line; each is made once and ends with the story."""
        if line not in self.tokens:
            kind = Role.Kind.CENTRE if line == "KF" else Role.Kind.OPERATOR
            self.tokens[line] = self._made(self.company.holder(line, kind))
        return self.tokens[line]

    def _made(self, staff: Staff) -> str:
        ends = min(self.until + timedelta(days=1), self.since + LONGEST)
        return make_token(staff, name=SOURCE, expires_at=ends, by=None, now=self.since)[1]


def client_body(row: Row) -> Row:
    """A line of clients.jsonl as the API takes it."""
    has_tick = any(row[name] for name in TICKS)
    return row | {"tick_reason": TICK_REASON if has_tick else "", "although_similar": True}


def _spoken(call: Row) -> Row:
    promise = call["promise"]
    return {
        "kinds": call["kinds"],
        "content": call["content"],
        "answer": call["answer"] or "",
        "promise": {"what": promise["what"], "by": promise["by"]} if promise else None,
        "cases": [{"kind": kind} for kind in call["kinds"] if kind in OPENS],
    }


def _word(row: Row, name: str) -> Row:
    if name in {"answer", "interim"}:
        return {"text": row["text"], "at": row["at"]}
    body: dict[str, Any] = {"text": row["text"], "client_agreed": row.get("client_agreed")}
    return body | ({"to": row["by"]} if name == "move" else {})


@contextmanager
def _quiet() -> Iterator[None]:
    """Refusals are told in the end; the server's log of them would interrupt the progress."""
    log = logging.getLogger("django.request")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
