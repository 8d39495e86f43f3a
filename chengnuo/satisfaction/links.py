"""Addresses that clients open, and how often somebody may open ones that lead nowhere."""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.urls import reverse

from .models import LinkTry

WINDOW = timedelta(minutes=15)
FAILURES = 30
KEEP = timedelta(days=180)
NETWORK = 64
"""Whoever has one address of IPv6 has them all up to here."""


def address_of(token: str, base: str) -> str:
    return base + reverse("rating:page", args=[token])


def is_slowed(address: str | None, now: datetime) -> bool:
    """Whether an address opened so many dead links lately that it is shown none for a while, good or bad."""
    lately = LinkTry.objects.filter(address=_place(address), at__gt=now - WINDOW, at__lte=now)
    return len(lately.values_list("pk")[:FAILURES]) >= FAILURES


def note_failure(address: str | None, now: datetime) -> None:
    """Note a dead link. Nobody who is slowed down gets here, so the rows of an address stay few."""
    LinkTry.objects.create(address=_place(address), at=now)


def forget_old_tries(now: datetime) -> None:
    LinkTry.objects.filter(at__lt=now - KEEP).delete()


def _place(address: str | None) -> str | None:
    try:
        known = ip_address(address or "")
    except ValueError:
        return None
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(ip_network((known, NETWORK), strict=False).network_address)
    return str(known)
