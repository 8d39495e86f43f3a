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


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while database and worker live; else 503, naming what does not."""
    state = {"database": "ok", "worker": "ok"}
    try:
        beat = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    except Error:
        connection.close()
        state |= {"database": "down", "worker": "unknown"}
    else:
        if beat is None or clock.now() - beat > BEATS_WITHIN:
            state["worker"] = "down"
    return JsonResponse(state, status=200 if set(state.values()) == {"ok"} else 503)
