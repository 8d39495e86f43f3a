"""What every room's API is made of: input that cannot hurt, one error shape, keys, answers, pages.

A room's `api.py` has `router = Router(tags=["clients"])`; the site mounts it under /api/v1/:

    @router.post("/calls", response=replies({201: CallAnswer}))
    def register_call(request, payload: CallPayload):
        return acts(request, payload, lambda: (201, CallAnswer.of(register(..., by=request.user, now=request.now))))
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn, TypeVar

import ninja
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Router
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.once import fingerprint, once
from chengnuo.people.models import Token
from chengnuo.people.rules import clean_address
from chengnuo.people.scopes import covers, needed
from chengnuo.people.tokens import live_token, note_use

from . import limits
from .characters import forbidden

__all__ = ["Answer", "Id", "Instant", "Page", "Problem", "Router", "Schema", "acts", "paged", "replies"]

KEY_HEADER = "Idempotency-Key"
KEY_LENGTH = 180
PAGE = 50
DEEPEST = 20


def _clean(value: Any, depth: int = 0) -> Any:
    """Refuse characters that no text has (NUL, other controls, half a surrogate pair), however deep they lie, and
    what lies deeper than anything that is asked for."""
    if depth > DEEPEST:
        raise PydanticCustomError("depth", "deep")
    if isinstance(value, str):
        if bad := forbidden(value):
            raise PydanticCustomError("characters", "{message}", {"message": bad})
    elif isinstance(value, dict):
        for key, inner in value.items():
            _clean(key)
            _clean(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _clean(inner, depth + 1)
    return value


class Schema(ninja.Schema):
    """Input. Unknown fields are refused, as are characters that no text has."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def clean(cls, value: Any) -> Any:
        return _clean(value)


class Answer(ninja.Schema):
    """Output. What is stored is told as it is."""


class Problem(Answer):
    """How the API says no, whatever the cause."""

    code: str = Field(description="Stable, for programs")
    message: str = Field(description="For people, says what to do")
    clause: str | None = Field(None, description="The clause of the procedure that is the reason")
    fields: dict[str, str] = Field(default_factory=dict, description="Messages by field")


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or len(value) > 40:
        raise PydanticCustomError("instant", "text")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("instant", "text") from None
    if moment.tzinfo is None or not 1900 <= moment.year <= 2200:
        raise PydanticCustomError("instant", "text")
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, BeforeValidator(_moment)]
"""ISO 8601 with its offset, between 1900 and 2200; nothing else is taken for a time."""
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]

NO = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429})


def replies(ok: Mapping[int, Any]) -> dict[Any, Any]:
    """The answers of an operation for its `response=`: its own, and the one error shape for every way of saying no."""
    return {**ok, NO: Problem}


class Bearer(HttpBearer):
    """`Authorization: Bearer <token>`; the token's person becomes `request.user`.

    Every operation has one of its own, which knows its room and whether it reads: here alone scope and limit are asked.
    """

    def __init__(self, room: str, *, is_read: bool) -> None:
        super().__init__()
        self.room, self.is_read = room, is_read

    def __call__(self, request: HttpRequest) -> Token | None:
        token: Token | None = super().__call__(request)
        if token is None:
            # Who holds a token is never held up by others who guess from his address.
            address = clean_address(request.META.get("REMOTE_ADDR"))
            request.rate = limits.count(f"address:{address}")  # type: ignore[attr-defined]
        return token

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        now: datetime = request.now  # type: ignore[attr-defined]
        found = None if forbidden(token) else live_token(token, now)
        if found is not None:
            request.rate = limits.count(f"token:{found.pk}")  # type: ignore[attr-defined]
            self._require_scope(found)
            note_use(found, now)
            found.staff.via = f"token:{found.pk}"
            request.user = found.staff
        return found

    def _require_scope(self, token: Token) -> None:
        if not covers(token.scopes, self.room, is_read=self.is_read):
            scope = needed(self.room, is_read=self.is_read)
            raise Forbidden(_("令牌的范围不含这件事，另发一个含 %s 的令牌") % scope, code="beyond_scope")


class Strict(Parser):
    """JSON as its standard has it: no NaN, no numbers that no machine holds, no name twice in one object."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_constant=_refuse_constant, object_pairs_hook=_once_each)

    def parse_querydict(self, data: MultiValueDict, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        for name, values in data.lists():
            # Files come this way too; what a file is called is cleaned where it is stored.
            if any(forbidden(text) for text in (name, *values) if isinstance(text, str)):
                raise Invalid("invalid", _("地址里有不能用的字符"))
        return super().parse_querydict(data, list_fields, request)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values of one name a proxy may have read the other than we do."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


Run = Callable[[], tuple[int, BaseModel | dict[str, Any]]]


def acts(request: HttpRequest, payload: BaseModel | Mapping[str, Any] | None, run: Run) -> ninja.Status:
    """Carry out `run` in one transaction and answer with its (status, answer).

    With the header Idempotency-Key a repetition is answered as the first time and marked `Idempotent-Replayed: true`;
    one that comes while the first is still at work waits for its answer. The same key with another content or at
    another address is refused with 422 `key_reused`; another person's key is another key. A Refusal frees the key.
    A file is named in `payload` by its hash.
    """
    key = request.headers.get(KEY_HEADER)
    if key is None:
        with transaction.atomic():
            return ninja.Status(*run())
    if not 0 < len(key) <= KEY_LENGTH or forbidden(key):
        raise Invalid("invalid_key", **{KEY_HEADER: _("请求键须为1到%s个字符") % KEY_LENGTH})

    def run_and_keep() -> tuple[int, Any]:
        status, answer = run()
        plain = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
        return status, json.loads(json.dumps(plain, cls=DjangoJSONEncoder))

    content = payload.model_dump(mode="json", exclude_unset=True) if isinstance(payload, BaseModel) else payload
    print_ = fingerprint(request.method, request.get_full_path(), content)
    status, answer, repeated = once(request.user, f"api:{key}", print_, run_and_keep)  # type: ignore[arg-type]
    request.replayed = repeated  # type: ignore[attr-defined]
    return ninja.Status(status, answer)


M = TypeVar("M", bound=Model)


class Page(Answer):
    """A part of a list, newest first. `next` continues it and is null on the last part."""

    next: str | None = None


def paged(rows: QuerySet[M], after: str | None, limit: int = PAGE) -> tuple[list[M], str | None]:
    """The rows behind the cursor `after`, newest first by key, and the cursor of what follows.

    Raises Invalid (422) for a cursor that is none of ours.
    """
    if after:
        if not after.isdecimal() or not after.isascii() or len(after) > 18:
            raise Invalid("invalid", after=_("翻页标记不对，从第一页重新取"))
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: limit + 1])
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else None
