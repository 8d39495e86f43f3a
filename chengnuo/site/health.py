"""GET /healthz: for whoever watches the machine. Public, without a session, one query."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chengnuo.ledger import clock
from chengnuo.ledger.models import Heartbeat

from .backups.actions import HEARTBEAT

BEATS_WITHIN = timedelta(seconds=60)
PARTS = ("worker", "jobs")


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while database and worker live; else 503, naming what does not. When the last good backup was made is told
    beside it: a company without one is not ill, but whoever watches can see it."""
    try:
        beats = dict(Heartbeat.objects.filter(name__in=(*PARTS, HEARTBEAT)).values_list("name", "at"))
    except Error:
        connection.close()
        state, backup = {"database": "down"} | dict.fromkeys(PARTS, "unknown"), "unknown"
    else:
        since, made_at = clock.now() - BEATS_WITHIN, beats.get(HEARTBEAT)
        living = {part for part in PARTS if part in beats and beats[part] >= since}
        state = {"database": "ok"} | {part: "ok" if part in living else "down" for part in PARTS}
        backup = made_at.isoformat() if made_at else "never"
    status = 200 if set(state.values()) == {"ok"} else 503
    return JsonResponse({**state, "last_backup": backup}, status=status)
