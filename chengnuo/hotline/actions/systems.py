"""Telephone systems that may post events: made, changed and revoked by the administrator."""

from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.access import may_manage
from chengnuo.people.models import Staff
from chengnuo.people.rules import clean_name

from ..models import PhoneSystem
from ..phone.secrets import hashed, new_salt, secret_of

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _administers(by: Staff, now: datetime) -> None:
    if not may_manage(by, now):
        raise Forbidden(_("电话系统由系统管理员接入"))


def make_system(*, name: str, dial_url: str, by: Staff, now: datetime) -> tuple[PhoneSystem, str]:
    """Let an exchange post events. Returns the row and the secret, which is shown once.

    Raises Invalid for a name that is empty and for an address that is neither https nor of this machine.
    """
    _administers(by, now)
    salt = new_salt()
    secret = secret_of(salt)
    system = PhoneSystem(
        name=clean_name(name)[:60], salt=salt, hash=hashed(secret), dial_url=clean_dial_url(dial_url), made_at=now
    )
    with acting(system):
        system.save()
        record("phone_system.made", system, by=by, now=now, texts={"name": system.name, "dial_url": system.dial_url})
    return system, secret


def change_system(system: PhoneSystem, *, dial_url: str, by: Staff, now: datetime) -> PhoneSystem:
    """Say where the exchange takes orders to dial; nothing switches dialling off."""
    _administers(by, now)
    url = clean_dial_url(dial_url)
    with acting(system) as fresh:
        _is_live(fresh)
        old, fresh.dial_url = fresh.dial_url, url
        fresh.version += 1
        fresh.save()
        texts = {"dial_url.old": old, "dial_url.new": url}
        record("phone_system.changed", fresh, by=by, now=now, texts=texts)
        return fresh


def revoke_system(system: PhoneSystem, *, by: Staff, now: datetime) -> PhoneSystem:
    """Make the secret worthless. Raises Refusal 409 where it is."""
    _administers(by, now)
    with acting(system) as fresh:
        _is_live(fresh)
        fresh.revoked_at = now
        fresh.version += 1
        fresh.save()
        record("phone_system.revoked", fresh, by=by, now=now)
        return fresh


def _is_live(system: PhoneSystem) -> None:
    if system.revoked_at:
        raise Refusal("revoked", _("这个电话系统已停用，重新接入一个"))


def clean_dial_url(url: str) -> str:
    """An https address, or http of this very machine, with {extension} and {number} in it. Raises Invalid."""
    url = url.strip()
    if not url:
        return ""
    wrong = Invalid("dial_url", dial_url=_("须为 https 地址（本机可用 http），含 {extension} 和 {number}"))
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    is_near = parts.scheme == "http" and host in LOOPBACK
    has_places = url.count("{extension}") == 1 and url.count("{number}") == 1 and "{" not in (parts.netloc or "{")
    if not (host and (parts.scheme == "https" or is_near) and has_places and url.isprintable() and len(url) <= 300):
        raise wrong
    return url
