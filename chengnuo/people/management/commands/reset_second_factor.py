from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal

from ...actions import reset_second_factor
from ...models import Staff


class Command(BaseCommand):
    help = "Take the second factor from somebody who has lost it, where no other administrator can. It is on record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="how it was lost, and how you know that it is he who asks")

    def handle(self, *args: Any, **options: Any) -> None:
        staff = Staff.objects.filter(username=options["username"].lower()).first()
        if staff is None:
            raise CommandError(f"nobody is called {options['username']}")
        try:
            reset_second_factor(staff, reason=options["reason"], by=None, now=clock.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{staff.username} signs in by password alone, and sets up a second factor where one is needed"
        )
