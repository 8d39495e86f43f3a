"""Forms half written, kept by the server and seen only by who writes them.

    return render(request, "kit/form.html", {"form": form, **drafts.context(request.user, "call/new")})

with `Form(request.POST or None, initial=drafts.initial(request.user, "call/new"))`; the view drops the draft in the
transaction that carries the form out: `drafts.drop(request.user, "call/new")`.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Invalid
from chengnuo.people.models import Staff

from .characters import without_forbidden
from .models import Draft

KEEP = timedelta(days=30)
MOST_BYTES = 64 * 1024
KEY_LENGTH = 120
UNSAVED = frozenset({"csrfmiddlewaretoken", "once"})
SAVE = """
INSERT INTO kit_draft (staff_id, key, data, updated_at) VALUES (%(staff)s, %(key)s, %(data)s::jsonb, %(now)s)
ON CONFLICT (staff_id, key) DO UPDATE SET data = kit_draft.data || EXCLUDED.data, updated_at = EXCLUDED.updated_at
WHERE octet_length((kit_draft.data || EXCLUDED.data)::text) <= %(most)s
RETURNING id
"""


def save(user: Staff, key: str, changed: QueryDict, now: datetime) -> None:
    """Lay the changed fields over what is kept; the other fields stay. Characters that no text has are left out.

    Raises Invalid (422) when the draft would grow beyond 64 KB.
    """
    fields = {
        without_forbidden(name): [without_forbidden(text) for text in values]
        for name, values in changed.lists()
        if name not in UNSAVED
    }
    data = json.dumps(fields, ensure_ascii=False)
    with connection.cursor() as cursor:
        if len(key) <= KEY_LENGTH and len(data.encode()) <= MOST_BYTES:
            given: dict[str, Any] = {"staff": user.pk, "key": key, "data": data, "now": now, "most": MOST_BYTES}
            cursor.execute(SAVE, given)
            if cursor.fetchone():
                return
    raise Invalid("draft_too_large", _("草稿太长，存不下，请先提交或把长文作为附件"))


def find(user: Staff, key: str) -> Draft | None:
    return Draft.objects.filter(staff=user, key=key).first()


def initial(user: Staff, key: str) -> dict[str, Any]:
    """What was typed, as a form's `initial`: a list where a field had several values."""
    draft = find(user, key)
    return typed(draft) if draft else {}


def typed(draft: Draft) -> dict[str, Any]:
    return {name: values[0] if len(values) == 1 else values for name, values in draft.data.items()}


def context(user: Staff, key: str) -> dict[str, str]:
    """`draft_url` and `draft_mark` for the template of a form that keeps its draft."""
    draft = find(user, key)
    return {"draft_url": reverse("kit:draft", args=[key]), "draft_mark": mark(draft.updated_at) if draft else ""}


def mark(saved_at: datetime) -> str:
    return _("%(time)s 已存草稿") % {"time": f"{timezone.localtime(saved_at):%H:%M:%S}"}


def drop(user: Staff, key: str) -> None:
    """Forget the draft: its form has been carried out, or its writer throws it away."""
    Draft.objects.filter(staff=user, key=key).delete()


def purge(now: datetime) -> int:
    """Forget drafts that nobody touched for 30 days."""
    return Draft.objects.filter(updated_at__lt=now - KEEP).delete()[0]
