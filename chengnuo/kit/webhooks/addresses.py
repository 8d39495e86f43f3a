"""Where events may be sent. A webhook must not reach what only this machine reaches: its own ports, its neighbours,
the cloud's metadata. So the resolved address decides, at registration and again at every try, and the connection goes
to exactly the address that was looked at."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid

from .results import NoAnswer

Ip = IPv4Address | IPv6Address
LONGEST = 500
NEAR = tuple(
    map(
        ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7"),
    )
)
# Of Alibaba Cloud, and of AWS by IPv6; the others lie in 169.254.0.0/16, which is link-local and never allowed.
METADATA = frozenset(map(ip_address, ("100.100.100.200", "fd00:ec2::254")))
NAT64 = ip_network("64:ff9b::/96")
LOCAL_NAT64 = ip_network("64:ff9b:1::/48")  # RFC 8215: what stands behind it is the network's own affair.


@dataclass(frozen=True)
class Place:
    """An address taken apart: `host` as DNS and certificates know it, `path` with its query."""

    is_https: bool
    host: str
    port: int
    path: str


def place_of(url: str) -> Place:
    """The parts of an address. Raises Invalid (422) beside `url` for one that cannot be."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode() if not _is_ip(parts.hostname) else parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (ValueError, UnicodeError):
        raise _wrong() from None
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    if parts.scheme not in ("https", "http") or not host or not is_plain or len(url) > LONGEST:
        raise _wrong()
    if parts.username is not None or parts.fragment:
        raise _wrong()
    return Place(parts.scheme == "https", host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def clean_url(url: str) -> str:
    """An address that may be written to now. Raises Invalid (422) beside `url`."""
    url = url.strip()
    try:
        reachable(place_of(url))
    except NoAnswer as error:
        raise Invalid("url", url=str(error)) from error
    return url


def reachable(place: Place) -> str:
    """The address to connect to. Raises NoAnswer where the name is unknown or any of its addresses is not allowed."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoAnswer(_("查不到这个主机名")) from None
    addresses = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
    for address in addresses:
        _require_allowed(ip_address(address), is_https=place.is_https)
    return addresses[0]


def _require_allowed(ip: Ip, *, is_https: bool) -> None:
    real = _inside(ip)
    is_near = any(real in network for network in NEAR if network.version == real.version) and real not in METADATA
    if is_near and not settings.WEBHOOK_PRIVATE:
        raise NoAnswer(_("不能发到本机或内网地址；确有需要，由运维设CHENGNUO_WEBHOOK_PRIVATE=1"))
    if not is_near and (not _is_public(real) or real in METADATA):
        raise NoAnswer(_("不能发到这个地址：它只供网络自身使用"))
    if not is_near and not is_https:
        raise NoAnswer(_("公网地址须用https"))


def _is_public(ip: Ip) -> bool:
    is_local = isinstance(ip, IPv6Address) and (ip.is_site_local or ip in LOCAL_NAT64)
    return ip.is_global and not (ip.is_multicast or is_local)


def _inside(ip: Ip) -> Ip:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


def _is_ip(host: str | None) -> bool:
    try:
        ip_address(host or "")
    except ValueError:
        return False
    return True


def _wrong() -> Invalid:
    return Invalid("url", url=_("写成 https://hooks.example.com/chengnuo 的样子，不带用户名和#"))
