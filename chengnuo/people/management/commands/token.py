from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal

from ...actions import make_token
from ...models import Staff


class Command(BaseCommand):
    help = "Print a fresh API token for a person. Nothing else goes to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--days", type=int, default=90, help="how long it holds (90)")
        parser.add_argument("--name", default="token", help="what it is for")

    def handle(self, *args: Any, **options: Any) -> None:
        staff = Staff.objects.filter(username=options["username"].lower()).first()
        if staff is None:
            raise CommandError(f"nobody is called {options['username']}")
        if not 1 <= options["days"] <= 3650:
            raise CommandError("--days is between 1 and 3650")
        now = clock.now()
        try:
            _token, secret = make_token(
                staff, name=options["name"], expires_at=now + timedelta(days=options["days"]), by=None, now=now
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(secret)
