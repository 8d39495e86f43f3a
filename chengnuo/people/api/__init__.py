"""The API of people: units, staff, what each may be and when; one's own sessions, substitutes and tokens."""

from ninja import Router

from .own import router as own
from .seats import router as seats
from .staff import router as staff
from .units import router as units

router = Router(tags=["people"])
for part in (own, units, staff, seats):
    router.add_router("", part)
