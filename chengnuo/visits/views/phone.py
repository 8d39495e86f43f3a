"""The telephone's page, which works without network: its shell, this person's visits of today, and what it sends.

The shell holds nothing of anybody: the service worker keeps it, and it is shown to whoever holds the telephone. The
visits come as data, which the page keeps for a day, until sign-out.
"""

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from pydantic import ValidationError

from chengnuo.kit.characters import forbidden
from chengnuo.kit.posts import done, posted_once
from chengnuo.kit.requests import Asked
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.errors import Invalid, Refusal

from .. import actions
from ..access import visible_visits
from ..api.acts import ArriveIn, FinishIn
from ..distances import by_day
from ..models import Question, Survey, Visit
from ..planned import ahead

WORKER = "build/visits-worker.js"
LARGEST = 1024 * 1024


@require_GET
def shell(request: Asked) -> HttpResponse:
    """The page without a person in it, for the worker to keep."""
    response = render(request, "visits/phone.html", {"questions": Question, "words": words()})
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def worker(request: Asked) -> HttpResponse:
    """The service worker, from below the addresses that it serves: so its reach is these alone."""
    content = (settings.STATICFILES_DIRS[0] / WORKER).read_bytes()
    return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@require_GET
def today(request: Asked) -> HttpResponse:
    """This person's visits of today in their order, and the token for what is sent next."""
    user, now = request.user, request.now
    start = datetime.combine(now.astimezone(ZONE).date(), time(), ZONE)
    visits = ahead(user, now, since=start, until=start + timedelta(days=1), owner=user)
    answer = {
        "staff": {"id": user.pk, "name": user.name},
        "csrf": get_token(request),
        "saved_at": now.isoformat(),
        "visits": [_told(stop.visit) for _day, stops in by_day(visits) for stop in stops],
    }
    return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})


@require_POST
@posted_once
def send(request: Asked) -> HttpResponse:
    """One thing that was done at the client's, under the key that the telephone made for it.

    What cannot be is said as JSON: with 409 comes the visit as it stands, to be laid beside what was sent.
    """
    act = ACTS.get(request.POST.get("act", ""))
    given = request.POST.get("visit", "")
    rows = visible_visits(request.user, request.now).select_related("unit", "client", "owner", "contact", "site")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0
    visit = rows.filter(pk=number).first()
    if act is None or visit is None:
        return _no(404, "not_found", _("没有这次拜访，或不在可看范围内"))
    try:
        act(request, visit, _payload(request))
    except ValidationError:
        return _no(422, "invalid", _("有内容不合要求，改好后再发"))
    except Refusal as refusal:
        theirs = _theirs(rows.get(pk=number)) if refusal.status == 409 else None
        return _no(refusal.status, refusal.code, refusal.message, refusal.clause, refusal.fields, theirs)
    return done(JsonResponse(_told(rows.get(pk=number))))


def _payload(request: Asked) -> Any:
    text = request.POST.get("payload", "")
    if len(text) > LARGEST or forbidden(text):
        raise Invalid("invalid", _("有内容不合要求，改好后再发"))
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("bad_json", _("请求读不懂")) from None


def _arrive(request: Asked, visit: Visit, payload: Any) -> None:
    given = ArriveIn.model_validate(payload)
    actions.arrive(visit, at=given.at, version=given.version, by=request.user, now=request.now)


def _finish(request: Asked, visit: Visit, payload: Any) -> None:
    given = FinishIn.model_validate(payload)
    actions.finish_visit(
        visit,
        given.given(),
        given.answers(),
        given.of(visit, request),
        version=given.version,
        by=request.user,
        now=request.now,
    )


ACTS: dict[str, Callable[[Asked, Visit, Any], None]] = {"arrive": _arrive, "finish": _finish}


def _no(
    status: int,
    code: str,
    message: str,
    clause: str | None = None,
    fields: dict[str, str] | None = None,
    theirs: dict[str, Any] | None = None,
) -> HttpResponse:
    said = {"code": code, "message": message, "clause": clause, "fields": fields or {}, "theirs": theirs}
    return JsonResponse(said, status=status)


def _told(visit: Visit) -> dict[str, Any]:
    """What the telephone keeps of a visit: what is needed at the client's door, and nothing more."""
    place = visit.site
    known = place is not None and place.lat is not None and place.lon is not None
    return {
        "id": visit.pk,
        "version": visit.version,
        "number": visit.number,
        "url": reverse("visits:page", args=[visit.pk]),
        "state": visit.state,
        "state_label": visit.state_label,
        "is_ahead": visit.is_ahead,
        "client": visit.client.name if visit.client else _("未登记来电人"),
        "contact": visit.contact.name if visit.contact else visit.agreed_with,
        "place": f"{place.name} {place.address}" if place else "",
        "geo": f"geo:{place.lat},{place.lon}" if place and known else "",
        "purpose": visit.purpose,
        "other_wishes": visit.other_wishes,
        "agreed_at": visit.agreed_at,
        "wanted_at": visit.wanted_at,
        "arrived_at": visit.arrived_at,
        "is_urgent": visit.is_urgent,
        "preparation": visit.preparation or [],
    }


def _theirs(visit: Visit) -> dict[str, Any]:
    """The visit as it stands, for who sent another version of it."""
    survey = Survey.objects.filter(visit=visit).first()
    return _told(visit) | {
        "owner": visit.owner.name,
        "left_at": visit.left_at,
        "did": visit.did,
        "overall": survey.overall if survey else None,
        "opinions": survey.opinions if survey else "",
        "outcome": survey.get_outcome_display() if survey else "",
        "signer": survey.signer if survey else "",
    }


def words() -> dict[str, str]:
    """What the page's script says; %s is a figure or a name."""
    return {
        "offline": _("离线"),
        "saved": _("已存本机%s"),
        "waiting": _("待传%s项"),
        "sent": _("已全部传出"),
        "on_time": _("准时"),
        "late": _("迟%s分"),
        "agreed": _("约"),
        "arrived": _("到"),
        "wanted": _("希望"),
        "unagreed": _("未约定"),
        "loading": _("正在取今天的拜访"),
        "no_visits": _("今天没有要上门的客户"),
        "signed_out": _("已退出登录，登录后再传；填好的还在本机"),
        "expired": _("存了24小时，已从本机删去"),
        "why": _("没做的写原因"),
        "no_signature": _("签字是空的，请客户签字，或选未签并写明原因"),
        "no_mark": _("选总体满意度"),
        "no_arrival": _("先登记到达"),
        "no_reason": _("写明原因"),
        "no_signer": _("写明谁签字"),
        "done": _("已填好，待传"),
        "clash": _("与现在的不同"),
    }
