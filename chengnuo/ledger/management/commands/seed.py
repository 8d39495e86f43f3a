from typing import Any

from django.core.management.base import BaseCommand

from chengnuo.ledger import clock
from chengnuo.ledger.seed import seed


class Command(BaseCommand):
    help = "Add the procedure's first figures and the published holidays, where they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        added = seed(clock.now())
        if added:
            self.stdout.write(f"{added} figures and holiday tables added")
