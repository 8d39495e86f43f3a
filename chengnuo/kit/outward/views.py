"""Pages of the administrator for what leaves the house, and everybody's own page of how he is reached."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.ledger.errors import Invalid, Refusal
from chengnuo.ledger.models import TrailEvent

from ..lists import Column, Listing
from ..models import Address, Channel, DeliveryState, Outlet
from ..posts import posted_once
from ..requests import Asked
from ..templatetags.kit import chip, when
from . import actions
from .access import require_may_set_up, visible_addresses, visible_deliveries, visible_outlets
from .forms import AddressesForm, LogFilter, TellingForm, outlet_form
from .results import NotSent, Unsure
from .tellings import WHO, moments, table

SHAPES = {
    DeliveryState.WAITING: "waiting",
    DeliveryState.SENDING: "work",
    DeliveryState.SENT: "closed",
    DeliveryState.SUPPRESSED: "closed",
}
AT_ONCE = 5000


@require_GET
def outlets(request: Asked) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    known = {one.channel: one for one in visible_outlets(request.user, request.now)}
    rows = [known.get(channel) or Outlet(channel=channel) for channel in Channel.values]
    mine = set(visible_addresses(request.user, request.now).exclude(value="").values_list("channel", flat=True))
    context = {"rows": [(one, one.channel in mine) for one in rows], "may_manage": True}
    return render(request, "outward/outlets.html", context)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def outlet(request: Asked, channel: str) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    if channel not in Channel.values:
        raise Http404
    found = visible_outlets(request.user, request.now).filter(channel=channel).first()
    form = outlet_form(found or Outlet(channel=channel), request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        secret = values.pop("secret", "")
        try:
            actions.set_outlet(channel, values=values, secret=secret, by=request.user, now=request.now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("outward:outlets")
    title = Channel(channel).label
    return render(request, "kit/form.html", {"form": form, "title": title, **_above("outlets")}, status=form.status)


@require_POST
def try_out(request: Asked, channel: str) -> HttpResponse:
    """Send a trial letter to the administrator himself. Every press sends one: it is carried out anew."""
    require_may_set_up(request.user, request.now)
    own = visible_addresses(request.user, request.now).filter(channel=channel).first()
    try:
        actions.try_out(channel, to=own.value if own else "", by=request.user, now=request.now)
    except (NotSent, Unsure) as error:
        messages.error(request, str(error))
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("试发已交出，看本人的%(channel)s") % {"channel": Channel(channel).label})
    return redirect("outward:outlets")


@require_GET
def tellings(request: Asked) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    rows = []
    for told in table().values():
        also = [WHO[who][1] for who in told.also]
        rows.append((told, also, [Channel(one).label for one in told.channels]))
    changed = TrailEvent.objects.filter(subject_type="kit.telling").select_related("by").order_by("-pk")
    last = {event.subject_pk: event for event in reversed(changed[:200])}
    context = {
        "rows": [(t, also, channels, last.get(t.row.pk) if t.row else None) for t, also, channels in rows],
        "may_manage": True,
    }
    return render(request, "outward/tellings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def telling(request: Asked, moment: str) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    if moment not in moments():
        raise Http404
    told = table()[moment]
    form = TellingForm(request.POST or None, initial={"also": told.also, "channels": told.channels})
    # Nothing ticked is an answer too.
    if request.method == "POST":
        form = TellingForm(request.POST)
        if form.is_valid():
            try:
                actions.set_telling(moment, **form.cleaned_data, by=request.user, now=request.now)
            except Refusal as refusal:
                form.refused(refusal)
            else:
                return redirect("outward:tellings")
    intro = _("按规程总会告知：%(who)s") % {"who": told.moment.told}
    context = {"form": form, "title": told.moment.label, "intro": intro, **_above("tellings")}
    return render(request, "kit/form.html", context, status=form.status)


LOG = Listing(
    "deliveries",
    [
        Column("made_at", gettext_lazy("时间"), lambda one: when(one.made_at), is_fixed=True),
        Column(
            "state",
            gettext_lazy("状态"),
            lambda one: chip(one.get_state_display(), SHAPES.get(DeliveryState(one.state), "waiting")),
        ),
        Column("channel", gettext_lazy("渠道"), lambda one: one.get_channel_display()),
        Column("who", gettext_lazy("收件人"), lambda one: one.staff.name),
        Column("address", gettext_lazy("地址"), lambda one: one.masked_address, shape="aside"),
        Column("what", gettext_lazy("种类"), lambda one: one.notice.get_kind_display(), shape="aside"),
        Column("number", gettext_lazy("单号"), lambda one: one.notice.number, shape="aside"),
        Column("attempts", gettext_lazy("次数"), lambda one: one.attempts, is_number=True, shape="aside"),
        Column("error", gettext_lazy("原因"), lambda one: one.error, shape="rest"),
    ],
    sort="-id",
    filter_form=LogFilter,
    narrow=lambda rows, asked: rows.filter(**{name: value for name, value in asked.items() if value}),
    edge=lambda one: "edge-red" if one.state in actions.AGAIN else "",
)


@require_GET
def log(request: Asked) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    rows = visible_deliveries(request.user, request.now).select_related("notice", "staff")
    shown = LOG.shown(request, rows)
    again = [row.record.pk for row in shown.rows if row.record.state in actions.AGAIN]
    failing = visible_outlets(request.user, request.now).filter(is_on=True, failing_since__isnull=False)
    return render(request, "outward/log.html", {"list": shown, "again": again, "failing": failing, "may_manage": True})


@require_POST
@posted_once
def send_again(request: Asked) -> HttpResponse:
    """Let what failed go once more: the ticked ones, or with `all` every one that failed."""
    require_may_set_up(request.user, request.now)
    rows = visible_deliveries(request.user, request.now).filter(state__in=actions.AGAIN)
    if "all" in request.POST:
        picked = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    else:
        given = [pk for pk in request.POST.getlist("pick") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
        picked = [int(pk) for pk in given[:AT_ONCE]]
    count = actions.send_again(picked, by=request.user, now=request.now)
    messages.success(request, _("%(count)s条排队重发") % {"count": count})
    return redirect("outward:log")


@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def mine(request: Asked) -> HttpResponse:
    """Where I am reached, and by which channel I want what."""
    user, now = request.user, request.now
    on = list(Outlet.objects.filter(is_on=True).order_by("pk").values_list("channel", flat=True))
    own = {one.channel: one for one in visible_addresses(user, now)}
    channels = [one for one in Channel.values if one in on or one in own or one == Channel.MAIL]
    form = AddressesForm(request.POST or None, channels=channels, initial=_initial(own, channels))
    if request.method == "POST" and form.is_valid():
        try:
            for channel in channels:
                actions.set_address(
                    channel,
                    form.cleaned_data[channel],
                    follows_company=not form.cleaned_data[f"{channel}_own"],
                    kinds=form.cleaned_data[f"{channel}_kinds"],
                    by=user,
                    now=now,
                )
        except Invalid as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("通知方式已存"))
            return redirect("outward:mine")
    groups = [(Channel(one).label, one in on, form[one], form[f"{one}_own"], form[f"{one}_kinds"]) for one in channels]
    return render(request, "outward/mine.html", {"form": form, "groups": groups}, status=form.status)


def _initial(own: dict[str, Address], channels: list[str]) -> dict[str, object]:
    initial: dict[str, object] = {}
    for channel in channels:
        if one := own.get(channel):
            initial |= {channel: one.value, f"{channel}_own": not one.follows_company, f"{channel}_kinds": one.kinds}
    return initial


def _above(name: str) -> dict[str, object]:
    url = reverse(f"outward:{name}")
    parent = _("通知渠道") if name == "outlets" else _("通知对象")
    return {"verb": _("保存"), "parent": parent, "parent_url": url, "cancel_url": url}
