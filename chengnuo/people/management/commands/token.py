from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal

from ...actions import make_token
from ...models import Staff
from ...scopes import DEFAULT_DAYS, LONGEST, WRITE, scopes


class Command(BaseCommand):
    help = "Print a fresh API token for a person. Nothing else goes to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help=f"how long it holds ({DEFAULT_DAYS})")
        parser.add_argument("--name", default="token", help="what it is for")
        parser.add_argument(
            "--scope",
            action="append",
            metavar="SCOPE",
            help=f"what it may be used for, may be given again; {WRITE} unless given. One of: {', '.join(scopes())}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        staff = Staff.objects.filter(username=options["username"].lower()).first()
        if staff is None:
            raise CommandError(f"nobody is called {options['username']}")
        if not 1 <= options["days"] <= LONGEST.days:
            raise CommandError(f"--days is between 1 and {LONGEST.days}")
        if unknown := set(options["scope"] or ()) - set(scopes()):
            raise CommandError(f"no such scope: {', '.join(sorted(unknown))}. There are: {', '.join(scopes())}")
        now = clock.now()
        given = {"name": options["name"], "scopes": options["scope"] or (WRITE,), "by": None, "now": now}
        try:
            _token, secret = make_token(staff, expires_at=now + timedelta(days=options["days"]), **given)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(secret)
