"""Passkeys against answers that do not hold: from another place, for another question, of another person, a copy."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from django.http import JsonResponse
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from chengnuo.ledger.clock import ZONE
from chengnuo.people import actions, passkeys
from chengnuo.people.factors import factors_of
from chengnuo.people.models import SignInAttempt, Way
from chengnuo.people.passkeys import Place
from tests.cast import refused

NOW = datetime(2026, 9, 28, 14, 36, tzinfo=ZONE)
HOUSE = Place("chengnuo.example", "https://chengnuo.example")
UP, UV, AT = 1, 4, 64


class Reader:
    """A fingerprint reader in software, that can be told to lie."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = b"a passkey of 16+"
        self.count = 0

    def _data(self, host: str, flags: int, made: Any = None) -> bytes:
        digest = Hash(SHA256())
        digest.update(host.encode())
        self.count += 1
        return AuthenticatorData.create(digest.finalize(), flags, self.count, made or b"")

    def _client(self, type_: str, asked: Any, origin: str) -> Any:
        return CollectedClientData.create(type_, asked["publicKey"]["challenge"], origin)

    def _answer(self, **response: bytes) -> str:
        name = websafe_encode(self.id)
        told = {key: websafe_encode(bytes(value)) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})

    def make(self, asked: Any, place: Place = HOUSE, flags: int = UP | UV, host: str = "") -> str:
        public = ES256.from_cryptography_key(self.key.public_key())
        made = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = self._data(host or place.host, flags | AT, made)
        client = self._client("webauthn.create", asked, place.origin)
        attested = AttestationObject.create("none", data, {})
        return self._answer(clientDataJSON=client, attestationObject=attested)

    def prove(self, asked: Any, place: Place = HOUSE, flags: int = UP | UV, host: str = "", handle: bytes = b"") -> str:
        data, client = self._data(host or place.host, flags), self._client("webauthn.get", asked, place.origin)
        signature = self.key.sign(data + client.hash, ec.ECDSA(SHA256()))
        more = {"userHandle": handle} if handle else {}
        return self._answer(authenticatorData=data, clientDataJSON=client, signature=signature, **more)


def plain(asked):
    """As a browser reads it."""
    return json.loads(JsonResponse(asked).content)


def registered(staff, reader, **lies):
    asked, state = passkeys.ask_to_register(staff, HOUSE)
    answer = reader.make(plain(asked), **lies)
    return actions.add_passkey(staff, name="U盾", answer=answer, state=state, place=HOUSE, by=staff, now=NOW)


def proved(staff, reader, *, state=None):
    asked, fresh = passkeys.ask_to_prove(HOUSE, staff)
    answer = reader.prove(plain(asked))
    state = fresh if state is None else state
    return actions.prove_passkey(staff, answer, state, HOUSE, address="10.0.0.7", now=NOW)


def test_what_the_browser_is_asked_names_the_place_the_person_and_what_he_has(cast):
    registered(cast.zhoumin, Reader())
    asked, _state = passkeys.ask_to_register(cast.zhoumin, HOUSE)
    said = plain(asked)["publicKey"]
    assert (said["rp"]["id"], said["user"]["name"]) == ("chengnuo.example", "zhoumin")
    assert (said["authenticatorSelection"]["userVerification"], len(said["excludeCredentials"])) == ("required", 1)
    anybody, _state = passkeys.ask_to_prove(HOUSE)
    assert "allowCredentials" not in plain(anybody)["publicKey"]


def test_a_passkey_proves_its_person(cast):
    reader = Reader()
    row = registered(cast.zhoumin, reader)
    assert (row.data["name"], row.data["count"]) == ("U盾", 1)
    assert proved(cast.zhoumin, reader) == Way.PASSKEY
    assert factors_of(cast.zhoumin).passkeys[0].data["count"] == 2
    assert list(SignInAttempt.objects.values_list("step", "succeeded")) == [("passkey", True)]


ELSEWHERE = replace(HOUSE, origin="https://chengnuo.example.evil")
BELOW = replace(HOUSE, origin="https://other.chengnuo.example")


@pytest.mark.parametrize(
    "lies",
    [{"place": ELSEWHERE}, {"place": BELOW}, {"host": "evil.example"}, {"flags": UP}, {"flags": UV}],
    ids=["another origin", "a name below ours", "another host", "not verified", "nobody there"],
)
def test_an_answer_from_elsewhere_or_of_nobody_verified_does_not_hold(cast, lies):
    with refused("wrong_passkey"):
        registered(cast.zhoumin, Reader(), **lies)
    reader = Reader()
    registered(cast.zhoumin, reader)
    asked, state = passkeys.ask_to_prove(HOUSE, cast.zhoumin)
    answer = reader.prove(plain(asked), **lies)
    with refused("wrong_passkey"):
        actions.prove_passkey(cast.zhoumin, answer, state, HOUSE, address=None, now=NOW)


def test_an_answer_to_another_question_or_to_none_does_not_hold(cast):
    reader = Reader()
    registered(cast.zhoumin, reader)
    _asked, other = passkeys.ask_to_prove(HOUSE, cast.zhoumin)
    for state in (other, {}):
        with refused("wrong_passkey"):
            proved(cast.zhoumin, reader, state=state)


def test_anothers_passkey_proves_nobody_else(cast):
    reader = Reader()
    registered(cast.lize, reader)
    with refused("wrong_passkey"):
        proved(cast.zhoumin, reader)


def test_a_count_that_does_not_grow_is_a_copys_and_one_that_never_counts_is_none(cast):
    reader = Reader()
    registered(cast.zhoumin, reader)
    assert proved(cast.zhoumin, reader) == Way.PASSKEY
    reader.count -= 1
    with refused("wrong_passkey"):
        proved(cast.zhoumin, reader)
    silent = Reader()
    silent.id, silent.count = b"it never counts.", -1
    registered(cast.lize, silent)
    for _time in range(2):
        silent.count = -1
        assert proved(cast.lize, silent) == Way.PASSKEY


def test_the_origins_that_are_named_count_and_no_others(cast, settings):
    settings.PASSKEY_ORIGINS = frozenset({"https://cn.example"})
    named = Place("cn.example", "https://cn.example")
    assert (named.can_have_passkeys, HOUSE.can_have_passkeys) == (True, False)
    asked, state = passkeys.ask_to_register(cast.zhoumin, HOUSE)
    with refused("wrong_passkey"):
        answer = Reader().make(plain(asked))
        actions.add_passkey(cast.zhoumin, name="x", answer=answer, state=state, place=HOUSE, by=cast.zhoumin, now=NOW)


@pytest.mark.parametrize(
    "host, origin, can",
    [
        ("localhost", "http://localhost:8000", True),
        ("chengnuo.localhost", "http://chengnuo.localhost:8000", True),
        ("127.0.0.1", "http://127.0.0.1:8000", False),
        ("[::1]", "http://[::1]:8000", False),
        ("10.1.2.3", "https://10.1.2.3", False),
        ("chengnuo.example", "http://chengnuo.example", False),
        ("chengnuo.example", "https://chengnuo.example", True),
    ],
)
def test_passkeys_want_a_name_and_https(host, origin, can):
    assert Place(host, origin).can_have_passkeys == can


GARBAGE = [
    "",
    "{}",
    "[]",
    "null",
    "x",
    '{"response": 7}',
    '{"id":"a","rawId":"b","response":{}}',
    "[" * 9000,
    "1" * 30_000,
]


@pytest.mark.parametrize("answer", GARBAGE)
def test_garbage_is_said_and_counted_and_never_a_fault(cast, answer):
    registered(cast.zhoumin, Reader())
    _asked, state = passkeys.ask_to_prove(HOUSE, cast.zhoumin)
    with refused("wrong_passkey"):
        actions.prove_passkey(cast.zhoumin, answer, state, HOUSE, address=None, now=NOW)
    client = Client(headers={"Host": "localhost"})
    client.post("/sign-in/passkey/question/")
    said = client.post("/sign-in/passkey/", {"passkey": answer})
    assert said.status_code == 422


@pytest.mark.parametrize("handle", [b"", b"0", b"999999", b"-1", "９".encode(), b"1" * 40, b"\xff"])
def test_whose_nobody_knows_gets_the_same_answer_as_a_wrong_one(cast, handle):
    client = Client(headers={"Host": "localhost"})
    asked = client.post("/sign-in/passkey/question/").json()
    place = Place("localhost", "http://localhost")
    answer = Reader().prove(asked, place, handle=handle or str(cast.zhoumin.pk).encode())
    said = client.post("/sign-in/passkey/", {"passkey": answer})
    assert (said.status_code, "没有认出这个通行密钥" in said.text) == (422, True)
    assert SignInAttempt.objects.filter(step="passkey", succeeded=False).count() == 1


def test_a_question_holds_for_one_answer(cast):
    reader, place = Reader(), Place("localhost", "http://localhost")
    asked, state = passkeys.ask_to_register(cast.zhoumin, place)
    made = reader.make(plain(asked), place)
    actions.add_passkey(cast.zhoumin, name="x", answer=made, state=state, place=place, by=cast.zhoumin, now=NOW)
    client = Client(headers={"Host": "localhost"})
    asked = client.post("/sign-in/passkey/question/").json()
    answer = reader.prove(asked, place, handle=str(cast.zhoumin.pk).encode())
    assert client.post("/sign-in/passkey/", {"passkey": answer}).status_code == 302
    client.post("/sign-out/")
    assert client.post("/sign-in/passkey/", {"passkey": answer}).status_code == 422


def test_a_leavers_passkey_lets_nobody_in(cast):
    reader, place = Reader(), Place("localhost", "http://localhost")
    asked, state = passkeys.ask_to_register(cast.lize, place)
    made = reader.make(plain(asked), place)
    actions.add_passkey(cast.lize, name="x", answer=made, state=state, place=place, by=cast.lize, now=NOW)
    actions.leave(cast.lize, by=cast.admin, now=NOW + timedelta(minutes=1))
    client = Client(headers={"Host": "localhost"})
    asked = client.post("/sign-in/passkey/question/").json()
    answer = reader.prove(asked, place, handle=str(cast.lize.pk).encode())
    assert client.post("/sign-in/passkey/", {"passkey": answer}).status_code == 422


def test_ten_are_enough(cast):
    for number in range(10):
        reader = Reader()
        reader.id = f"passkey number {number}".encode()
        registered(cast.zhoumin, reader)
    with refused("too_many_passkeys"):
        registered(cast.zhoumin, Reader())
