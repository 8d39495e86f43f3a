"""The company's own sign-in: the protocol is allauth's, with the nonce and the checks that it leaves to others.

allauth keeps state and PKCE verifier, exchanges the code and decodes the token. Here the nonce is added, the token's
signature is always checked, the user's particulars must be the token's, and nobody is made or matched by accident.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Forbidden
from chengnuo.settings.sign_in import Provider

from .actions import note_attempt
from .allauth_adapters import PROVIDER
from .models import SignInAttempt, Staff

LEEWAY = 60
"""Seconds that the provider's clock may differ from ours."""


class Trouble(Exception):
    """The way through the provider does not go just now; the words say what to do."""


@dataclass(frozen=True)
class Came:
    """Who the provider says that somebody is, and where he wanted to go."""

    claims: Mapping[str, Any]
    next_: str
    has_second_factor: bool


def told() -> Provider:
    """The provider of the settings; asked for only where there is one."""
    assert isinstance(settings.OIDC, Provider)
    return settings.OIDC


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, PROVIDER)

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(reverse("people:provider_back"))

    def claims(self, token: str) -> dict[str, Any]:
        """The token's, whose signature, issuer, audience and term hold.

        allauth trusts the line that the token came by; here the provider's key decides, by the algorithm that the key
        is for, never by the one that the token names.
        """
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
        answer.raise_for_status()
        key = _key(answer.json(), jwt.get_unverified_header(token).get("kid"))
        found: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            issuer=self.openid_config["issuer"],
            audience=told().client_id,
            options={"require": ["exp", "iat", "sub"]},
            leeway=LEEWAY,
        )
        return found

    def particulars(self, access_token: str) -> dict[str, Any]:
        found: dict[str, Any] = self._fetch_user_info(access_token)
        return found


def _key(published: dict[str, Any], kid: str | None) -> jwt.PyJWK:
    """The key that a token names; one that names none is signed by the only one there is."""
    keys = [one for one in jwt.PyJWKSet.from_dict(published).keys if kid in (None, one.key_id)]
    if len(keys) != 1:
        raise OAuth2Error("no such key")
    return keys[0]


class _Provider(OpenIDConnectProvider):  # type: ignore[misc]
    def get_oauth2_adapter(self, request: HttpRequest) -> _Adapter:
        return _Adapter(request)


def _provider(request: HttpRequest) -> _Provider:
    return _Provider(request, app=_Adapter(request).get_provider().app)


def sent_there(request: HttpRequest, *, next_: str, again: bool = False) -> HttpResponse:
    """The way to the provider's page. `again` asks it to look anew at who sits there. Raises Trouble."""
    nonce = secrets.token_urlsafe(24)
    more = {"nonce": nonce, **({"prompt": "login"} if again else {})}
    with _words(_("%s暂时连不上，用密码登录") % told().name):
        answer: HttpResponse = _provider(request).redirect(
            request, process="login", next_url=next_, data={"nonce": nonce}, auth_params=more
        )
        return answer


def come_back(request: HttpRequest) -> Came:
    """Who came back. A state is good once, and in the session that it was made for. Raises Trouble."""
    adapter = _Adapter(request)
    provider = _provider(request)
    state = statekit.unstash_state(request, provider_id=provider.sub_id, state_id=request.GET.get("state", ""))
    if "error" in request.GET:
        raise Trouble(_("没有在%s登录，可以重来或用密码登录") % told().name)
    if state is None or "code" not in request.GET:
        raise Trouble(_("这次登录已过期或已用过，从登录页重来"))
    with _words(_("%s没有给出可用的身份，重来一次；还不行就用密码登录") % told().name):
        client = adapter.get_client(request, provider.app)
        given = adapter.get_access_token_data(
            request, provider.app, client, pkce_code_verifier=state.get("pkce_code_verifier")
        )
        claims = adapter.claims(given["id_token"])
        if not constant_time_compare(str(claims.get("nonce", "")), state["data"]["nonce"]):
            raise OAuth2Error("wrong nonce")
        claims = {**_more(adapter, given, claims), **claims}
    return Came(claims, state.get("next", ""), _counts(claims))


def _more(adapter: _Adapter, given: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider tells of him beside the token, where the token lacks the claim; it must be of the same one."""
    if told().claim in claims or "userinfo_endpoint" not in adapter.openid_config:
        return {}
    more = adapter.particulars(given["access_token"])
    if more.get("sub") != claims["sub"]:
        raise OAuth2Error("particulars of somebody else")
    return more


def _counts(claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that it saw a second factor, by the claim and the values that the settings name."""
    name, _equals, wanted = told().second_factor.partition("=")
    said = claims.get(name, []) if name else []
    return bool(set(wanted.split(",")) & set(said if isinstance(said, list) else [str(said)]))


def account(came: Came, *, address: str | None, now: datetime) -> Staff:
    """The account that the claim names: one that is there and at work. Nobody is made, and who left stays out.

    Raises Forbidden, with one answer for everybody who may not: who is unknown, who has left, whose mail is unproved.
    """
    name = _username(came.claims)
    staff = Staff.objects.filter(username=name, is_active=True).select_related("unit").first() if name else None
    Step = SignInAttempt.Step
    note_attempt(username=name, address=address, succeeded=staff is not None, now=now, step=Step.PROVIDER)
    if staff is None:
        raise Forbidden(_("这个身份在这里没有可用的账号，找系统管理员"), code="no_account")
    return staff


def _username(claims: Mapping[str, Any]) -> str:
    """The username in the claim, or nothing; an address counts only when the provider has proved it."""
    said = claims.get(told().claim)
    is_proved = told().claim != "email" or claims.get("email_verified") is True
    if not isinstance(said, str) or "\0" in said or not is_proved:
        return ""
    name, at, domain = said.strip().lower().rpartition("@")
    if not told().domain:
        return said.strip().lower()
    return name if at and domain == told().domain.lower() else ""


def end_session_url(request: HttpRequest) -> str:
    """Where the provider ends its own session, or nothing. Raises Trouble."""
    with _words(_("%s暂时连不上，到那边的页面退出") % told().name):
        return str(_Adapter(request).openid_config.get("end_session_endpoint", ""))


@contextmanager
def _words(words: str) -> Iterator[None]:
    """A provider that is down, or says what it should not, in words: it is another's program and answers anything."""
    try:
        yield
    except (
        OAuth2Error,
        jwt.PyJWTError,
        requests.RequestException,
        ImmediateHttpResponse,
        PermissionDenied,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
    ) as error:
        raise Trouble(words) from error
