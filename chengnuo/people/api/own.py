"""One's own: who one is, sessions, tokens. A token makes no token and changes no password of its person's: what it may
is given by the page where he signs in."""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from chengnuo.kit.api import Answer, Page, acts, paged, replies
from chengnuo.kit.requests import Asked

from .. import actions
from ..access import visible_sign_ins, visible_tokens
from ..models import Token
from ..views.asking import who
from .staff import EndedOut, MemberOut, answer_of

router = Router()


class SessionOut(Answer):
    id: int
    at: datetime
    address: str | None
    device: str
    is_live: bool


class SessionPage(Page):
    sessions: list[SessionOut]


class TokenOut(Answer):
    id: int
    staff_id: int
    name: str
    scopes: list[str]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="True to the hour")

    @classmethod
    def of(cls, token: Token) -> "TokenOut":
        return cls.model_validate(token, from_attributes=True)


class TokenPage(Page):
    tokens: list[TokenOut]


@router.get("/me", response=replies({200: MemberOut}))
def get_me(request: Asked) -> Any:
    """Whose token this is."""
    return answer_of(request, request.user.pk)


@router.get("/me/sessions", response=replies({200: SessionPage}))
def list_sessions(request: Asked, cursor: str | None = None) -> Any:
    """Where the person is signed in."""
    found, following = paged(visible_sign_ins(request.user, request.now), cursor)
    return {"sessions": [SessionOut.model_validate(one, from_attributes=True) for one in found], "next": following}


@router.post("/me/sessions/{id}/end", response=replies({200: EndedOut}))
def end_session(request: Asked, id: int) -> Any:
    """End one session; ending it twice does nothing the second time."""

    def run() -> tuple[int, EndedOut]:
        user, now = who(request)
        row = get_object_or_404(visible_sign_ins(user, now), pk=id)
        actions.end_session(row, by=user, now=now)
        return 200, EndedOut(ended=int(row.is_live))

    return acts(request, None, run)


@router.post("/me/sessions/end", response=replies({200: EndedOut}))
def end_sessions(request: Asked) -> Any:
    """End all of one's sessions."""

    def run() -> tuple[int, EndedOut]:
        user, now = who(request)
        return 200, EndedOut(ended=actions.end_sessions(user, by=user, now=now))

    return acts(request, None, run)


@router.get("/tokens", response=replies({200: TokenPage}))
def list_tokens(request: Asked, cursor: str | None = None) -> Any:
    """One's own tokens; for the administrator everybody's. No secret is ever shown again."""
    found, following = paged(visible_tokens(request.user, request.now), cursor)
    return {"tokens": [TokenOut.of(one) for one in found], "next": following}


@router.post("/tokens/{id}/revoke", response=replies({200: TokenOut}))
def revoke_token(request: Asked, id: int) -> Any:
    """Make a token worthless from now on, this one too."""

    def run() -> tuple[int, TokenOut]:
        user, now = who(request)
        token = get_object_or_404(visible_tokens(user, now).select_related("staff"), pk=id)
        return 200, TokenOut.of(actions.revoke_token(token, by=user, now=now))

    return acts(request, None, run)
