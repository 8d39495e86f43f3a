"""GET /healthz: for whoever watches the machine. Public, without a session, one query."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chengnuo.ledger import clock
from chengnuo.ledger.models import Heartbeat

BEATS_WITHIN = timedelta(seconds=60)
PARTS = ("worker", "jobs")


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while database and worker live; else 503, naming what does not."""
    try:
        living = set(Heartbeat.objects.filter(at__gte=clock.now() - BEATS_WITHIN).values_list("name", flat=True))
    except Error:
        connection.close()
        state = {"database": "down"} | dict.fromkeys(PARTS, "unknown")
    else:
        state = {"database": "ok"} | {part: "ok" if part in living else "down" for part in PARTS}
    return JsonResponse(state, status=200 if set(state.values()) == {"ok"} else 503)
