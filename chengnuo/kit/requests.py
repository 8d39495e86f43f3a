"""A request as the views get it: signed in, with its one instant."""

from datetime import datetime

from django.http import HttpRequest

from chengnuo.people.models import Staff


class Asked(HttpRequest):
    """What `SignedIn` and `HostileInput` have made of a request; only a type, never constructed."""

    user: Staff  # type: ignore[assignment]
    now: datetime
