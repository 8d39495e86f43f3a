"""Passkeys: what is asked of a browser, and whether its answer holds. Nothing here knows of requests or sessions."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from .models import Staff

REQUIRED = UserVerificationRequirement.REQUIRED
NAME = "Chengnuo"
LONGEST = 20_000
"""Characters of a browser's answer; a real one has some two thousand."""


class Wrong(ValueError):
    """An answer that does not hold, whatever is wrong with it."""


@dataclass(frozen=True)
class Place:
    """Where somebody signs in: passkeys are tied to the host's name. `origin` is as the browser says it."""

    host: str
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """Browsers refuse passkeys for addresses in figures, and without TLS for every host but localhost."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            is_local = self.host == "localhost" or self.host.endswith(".localhost")
            return self._is_ours(self.origin) and (self.origin.startswith("https://") or is_local)
        return False

    def _is_ours(self, origin: str) -> bool:
        """The origins that the settings name; without any, the address that the request came to."""
        return origin in (settings.PASSKEY_ORIGINS or {self.origin})

    def server(self) -> Fido2Server:
        return Fido2Server(PublicKeyCredentialRpEntity(name=NAME, id=self.host), verify_origin=self._is_ours)


def ask_to_register(staff: Staff, place: Place) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the browser is asked to make a passkey with, and the state that its answer is held against."""
    who = PublicKeyCredentialUserEntity(name=staff.username, id=str(staff.pk).encode(), display_name=staff.name)
    asked, state = place.server().register_begin(
        who,
        credentials=[_credential(one) for one in passkeys(staff)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=REQUIRED,
    )
    return dict(asked), state


def registered(text: str, state: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The passkey in a browser's answer, as it is stored. Raises Wrong."""
    with _held():
        answer = RegistrationResponse.from_dict(_read(text))
        made = place.server().register_complete(state, answer)
        return {"credential": dict(answer), "count": made.counter}


def ask_to_prove(place: Place, staff: Staff | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the browser is asked to prove: one of somebody's passkeys, or whichever it has for this place."""
    known = [_credential(one) for one in passkeys(staff)] if staff else None
    asked, state = place.server().authenticate_begin(credentials=known, user_verification=REQUIRED)
    return dict(asked), state


def who_claims(text: str) -> int | None:
    """Whose passkey the browser says that this is: the key of a person, or None."""
    try:
        with _held():
            said = websafe_decode(_read(text)["response"]["userHandle"]).decode()
    except Wrong:
        return None
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None


def proved(staff: Staff, text: str, state: Mapping[str, Any], place: Place) -> tuple[Authenticator, int]:
    """Which of somebody's passkeys signed, and the signatures that it has counted. Raises Wrong.

    A count that does not grow is a copy's; those that never count stay at 0.
    """
    rows = {credential_id(one): one for one in passkeys(staff)}
    with _held():
        answer = AuthenticationResponse.from_dict(_read(text))
        used = place.server().authenticate_complete(state, [_credential(one) for one in rows.values()], answer)
        count = answer.response.authenticator_data.counter
    row = rows[used.credential_id]
    before = row.data.get("count", 0)
    if (count or before) and count <= before:
        raise Wrong
    return row, count


def passkeys(staff: Staff) -> list[Authenticator]:
    """Somebody's passkeys, the oldest first."""
    return list(Authenticator.objects.filter(user=staff, type=Authenticator.Type.WEBAUTHN).order_by("pk"))


def credential_id(row: Authenticator) -> bytes:
    return _credential(row).credential_id


def _credential(row: Authenticator) -> AttestedCredentialData:
    made = RegistrationResponse.from_dict(row.data["credential"]).response.attestation_object.auth_data
    assert made.credential_data is not None
    return made.credential_data


def _read(text: str) -> dict[str, Any]:
    """A browser's answer. Raises Wrong for what is no object of JSON, or too long to be one."""
    answer = json.loads(text) if len(text) <= LONGEST else None
    if not isinstance(answer, dict):
        raise Wrong
    return answer


@contextmanager
def _held() -> Iterator[None]:
    """Whatever an answer makes its readers stumble over, it does not hold: anybody may send one."""
    try:
        yield
    except Exception as error:
        raise Wrong from error
