from typing import Any

from django.core.management.base import BaseCommand

from chengnuo.ledger import clock
from chengnuo.ledger.seal import seal


class Command(BaseCommand):
    help = "Seal every event so far; a copy of the seal is written outside the database."

    def handle(self, *args: Any, **options: Any) -> None:
        made = seal(clock.now())
        self.stdout.write(f"sealed up to event {made.up_to} ({made.digest[:16]})" if made else "nothing new to seal")
