"""The peer filled with the cases, in its own packages: `python -m benchmarks.versus.peer.fill LAST`.

Prints, as JSON, the session of a member of staff and the ticket that has ten follow-ups.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.versus.peer.settings")
django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from helpdesk.models import FollowUp, Queue, Ticket

from benchmarks.versus.cases import NOW, Case, cases, client_name


def main(last: int) -> None:
    call_command("migrate", verbosity=0)
    staff = get_user_model().objects.create_superuser("bench", "bench@example.com", "bench-2026-long")
    queue = Queue.objects.create(title="苏州", slug="su")
    Ticket.objects.bulk_create((_ticket(case, queue, staff) for case in cases(1, last)), batch_size=5000)
    with connection.cursor() as cursor:
        # It writes the moment of writing, whatever is given; the statement leaves holes that VACUUM FULL closes.
        cursor.execute("UPDATE helpdesk_ticket SET created = %s - id * interval '1 minute'", [NOW])
    first = [FollowUp(ticket_id=pk, title="登记", comment="已登记", user=staff, date=NOW) for pk in _keys()]
    FollowUp.objects.bulk_create(first, batch_size=5000)
    eventful = Ticket.objects.order_by("-pk")[0]
    for number in range(9):
        said = f"第{number + 1}次告知：保险公司仍在审批"
        FollowUp.objects.create(ticket=eventful, title="告知", comment=said, user=staff)
    browser = Client()
    browser.force_login(staff)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FULL, ANALYZE)")
    session = browser.cookies["sessionid"].value
    sys.stdout.write(json.dumps({"session": session, "ticket": eventful.pk, "queue": queue.pk}))


def _ticket(case: Case, queue: Queue, staff: object) -> Ticket:
    return Ticket(
        queue=queue,
        title=f"{client_name(case.client)}，{case.who}来电"[:200],
        description=case.content,
        submitter_email=f"client{case.client}@example.com",
        assigned_to=staff,
        status=Ticket.CLOSED_STATUS if case.is_closed else Ticket.OPEN_STATUS,
    )


def _keys() -> list[int]:
    return list(Ticket.objects.order_by("pk").values_list("pk", flat=True))


if __name__ == "__main__":
    main(int(sys.argv[1]))
