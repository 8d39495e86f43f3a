"""Setting up channels, who is told of what, one's own addresses; sending again what failed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.trail import record
from chengnuo.people.models import Staff

from ..models import Address, Channel, Delivery, DeliveryState, Notice, Outlet, Telling
from . import keys
from .access import require_may_set_up
from .rules import clean_address
from .sending import opener
from .tellings import WHO, moments
from .words import Letter, message_id

S = DeliveryState
AGAIN = (S.FAILED, S.GIVEN_UP, S.UNSURE)
SETTINGS = ("is_on", "host", "port", "security", "username", "sender", "url", "names_clients", "per_minute")


def set_outlet(channel: str, *, values: Mapping[str, Any], secret: str, by: Staff, now: datetime) -> Outlet:
    """Set a channel up. An empty `secret` leaves the one that is kept. Raises Forbidden (403), Invalid (422)."""
    require_may_set_up(by, now)
    _check(channel, values)
    outlet = Outlet.objects.filter(channel=channel).first() or Outlet(channel=channel)
    with acting(outlet) as fresh:
        changed = {name: values[name] for name in SETTINGS if name in values and getattr(fresh, name) != values[name]}
        for name, value in changed.items():
            setattr(fresh, name, value)
        if secret:
            fresh.secret = keys.keep(secret, instead_of=fresh.secret)
        fresh.next_at = None
        fresh.version += 1
        fresh.save()
        codes = {name: value for name, value in changed.items() if name not in ("username", "sender")}
        record("outlet.set", fresh, by=by, now=now, data={"changes": codes, "secret": bool(secret)})
        return fresh


def _check(channel: str, values: Mapping[str, Any]) -> None:
    if channel not in Channel.values:
        raise Invalid("channel", channel=_("没有这个渠道"))
    url = values.get("url", "")
    if url and not url.startswith(("https://", "http://")):
        raise Invalid("url", url=_("写成 https://desk.example.com 的样子"))
    if channel == Channel.MAIL and values.get("is_on"):
        if not values.get("host"):
            raise Invalid("host", host=_("填邮件服务器"))
        if not clean_address(channel, values.get("sender", "")):
            raise Invalid("sender", sender=_("填发件地址"))


def set_telling(moment: str, *, also: Sequence[str], channels: Sequence[str], by: Staff, now: datetime) -> Telling:
    """Say whom a moment is told as well and by which channels, from now on. Raises Forbidden (403), Invalid (422)."""
    require_may_set_up(by, now)
    known = moments().get(moment)
    if known is None or set(also) - WHO.keys() or set(channels) - set(Channel.values):
        raise Invalid("telling", also=_("没有这个选项，重新选"))
    row = Telling.objects.filter(moment=moment).first() or Telling(moment=moment, also=known.also)
    before = {"also": list(row.also), "channels": list(row.channels if row.pk else known.channels)}
    with acting(row) as fresh:
        fresh.also = [who for who in WHO if who in also]
        fresh.channels = [channel for channel in Channel.values if channel in channels]
        fresh.version += 1
        fresh.save()
        data = {"moment": moment, "also": [before["also"], fresh.also]}
        record("telling.set", fresh, by=by, now=now, data={**data, "channels": [before["channels"], fresh.channels]})
        return fresh


def set_address(
    channel: str, value: str, *, follows_company: bool, kinds: Sequence[str], by: Staff, now: datetime
) -> Address | None:
    """Say where oneself is reached by a channel and for which kinds of notices; an empty value takes it back.

    The address is a personal value: the event says only that it changed. Raises Invalid (422) beside the channel.
    """
    value = clean_address(channel, value)
    if set(kinds) - set(Notice.Kind.values):
        raise Invalid("kinds", kinds=_("没有这个选项，重新选"))
    found = Address.objects.filter(staff=by, channel=channel).first()
    if found is None and not value:
        return None
    row = found or Address(staff=by, channel=channel)
    with acting(row) as fresh:
        is_new = fresh.value != value
        fresh.value, fresh.follows_company = value, follows_company
        fresh.kinds = [] if follows_company else [kind for kind in Notice.Kind.values if kind in kinds]
        fresh.version += 1
        fresh.save()
        data = {"channel": channel, "changed": is_new, "follows_company": follows_company, "kinds": fresh.kinds}
        record("address.set", fresh, by=by, now=now, data=data)
        return fresh


def try_out(channel: str, *, to: str, by: Staff, now: datetime) -> None:
    """Send one letter to an address of the administrator's own, now. Raises Forbidden, Invalid, NotSent, Unsure."""
    require_may_set_up(by, now)
    address = clean_address(channel, to)
    outlet = Outlet.objects.filter(channel=channel).first()
    if outlet is None or not address:
        raise Invalid("not_set_up", _("先存好这个渠道，再填本人在“通知方式”里的地址"))
    words = _("试发：收到这封就说明渠道已通")
    which = message_id([0, int(now.timestamp() * 1000)], outlet)
    with opener(outlet) as way:
        way.send(Letter(address, _("[承诺] %(words)s") % {"words": words}, words, f"<p>{words}</p>", which, ""))


@transaction.atomic
def send_again(deliveries: Sequence[int], *, by: Staff, now: datetime) -> int:
    """Let failed, given up and unsure deliveries go once more, to the address that their person has now.

    Returns how many. Raises Forbidden (403), Refusal 409 when none of them failed.
    """
    require_may_set_up(by, now)
    rows = list(
        Delivery.objects.filter(pk__in=deliveries, state__in=AGAIN).order_by("pk").select_for_update(no_key=True)
    )
    if not rows:
        raise Refusal("nothing_failed", _("没有可重发的，刷新后看最新情况"))
    people, channels = {row.staff_id for row in rows}, {row.channel for row in rows}
    held = Address.objects.filter(staff__in=people, channel__in=channels).exclude(value="")
    addresses = {(one.staff_id, one.channel): one.value for one in held}
    outlets = {one.channel: one for one in Outlet.objects.filter(channel__in=channels)}
    for channel, outlet in sorted(outlets.items()):
        mine = [row for row in rows if row.channel == channel]
        for row in mine:
            row.address = addresses.get((row.staff_id, channel), row.address)
            row.state, row.next_at, row.made_at, row.attempts, row.error = S.WAITING, now, now, 0, ""
        Delivery.objects.bulk_update(mine, ["address", "state", "next_at", "made_at", "attempts", "error"])
        with acting(outlet) as fresh:
            record("delivery.sent_again", fresh, by=by, now=now, data={"deliveries": [row.pk for row in mine]})
    return len(rows)
