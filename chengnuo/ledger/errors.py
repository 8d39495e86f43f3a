"""How the product says no: one shape for pages and API."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


class Refusal(Exception):
    """Something that must not be now. `code` is stable, `message` is for people, `clause` is the reason's id.

    `status` is the HTTP status at the edge: 409 an illegal move, 403 a forbidden act, 422 input that cannot be.
    `fields` puts messages beside the fields they belong to.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        clause: str | None = None,
        status: int = 409,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.clause = clause
        self.status = status
        self.fields = dict(fields or {})


class Invalid(Refusal):
    """Input that cannot be, said beside its fields (422)."""

    def __init__(self, code: str, message: str = "", *, clause: str | None = None, **fields: str) -> None:
        super().__init__(code, message or "；".join(fields.values()), clause=clause, status=422, fields=fields)


class Stale(Refusal):
    """Somebody else changed the record since this person opened it (409).

    `theirs` is the record as it stands now, `mine` what this person wanted; the edge shows both and lets him choose.
    """

    def __init__(self, theirs: Any, mine: Mapping[str, Any] | None = None) -> None:
        super().__init__("stale", _("你打开之后别人改过，对照两份再存"))
        self.theirs = theirs
        self.mine = dict(mine or {})


class Forbidden(Refusal):
    """Visible, but not this person's to do (403)."""

    def __init__(self, message: str, *, code: str = "forbidden", clause: str | None = None) -> None:
        super().__init__(code, message, clause=clause, status=403)
