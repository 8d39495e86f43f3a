"""What the rows of the access table are made of, and who the usual answers are for."""

from dataclasses import dataclass, field
from typing import Any

ALL = "200 200 200 200 200 200 200 200 200 200"
DONE_ALL = ALL.replace("200", "302")
# A record of Suzhou: read by the branch, by who shares the client, by who oversees all branches.
SEEN = "200 200 404 200 404 200 200 200 200 404"
SEEN_DONE = SEEN.replace("200", "302")
# Seen is not handled: the branch acts, and the centre.
HANDLED = "200 200 404 403 404 200 200 403 403 404"
# Handled by the branch alone.
BY_BRANCH = "200 200 404 403 404 403 403 403 403 404"
# Passed on by its owner, who is another of the branch, or by the manager.
PASSED_ON = "403 200 404 403 404 403 403 403 403 404"
# A new record of nobody yet: whoever serves clients.
SERVES = "200 200 200 200 403 200 200 403 403 403"
BY_CENTRE = "403 403 404 403 404 200 200 403 403 404"
ADMINISTERS = "403 403 403 403 403 403 403 403 403 200"
ADMINISTERED = ADMINISTERS.replace("200", "302")
# Whoever reaches a branch prints one; Suzhou's only who reaches it.
PRINTS = "200 200 200 200 403 200 200 200 200 403"
PRINTED = "200 200 422 422 403 200 200 200 200 403"
ROSTERS = "403 200 403 403 403 403 200 403 403 403"
ROSTERED = ROSTERS.replace("200", "302")
SEEN_BY_REACH = "200 200 404 404 404 200 200 200 200 404"
MINE = "302 404 404 404 404 404 404 404 404 404"
OWN = MINE.replace("302", "200")
NONE = ALL.replace("200", "404")
NO_TOKEN = ALL.replace("200", "401")


@dataclass(frozen=True)
class Row:
    name: str
    statuses: str
    method: str = "get"
    kwargs: dict[str, Any] = field(default_factory=dict)
    post: dict[str, Any] = field(default_factory=dict)
    # A second row of one URL says what else it answers to.
    query: str = ""


def pk(id_: str, /, **more: Any) -> dict[str, Any]:
    return {"pk": f"@{id_}", **more}


def id_(name: str) -> dict[str, Any]:
    return {"id": f"@{name}"}
