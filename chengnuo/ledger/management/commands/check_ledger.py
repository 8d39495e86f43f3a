import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengnuo.ledger.check import check


class Command(BaseCommand):
    help = "Prove that what happened was neither changed nor lost. Ends with status 1 when it was."

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        findings, events = check()
        for finding in findings:
            self.stdout.write(str(finding))
        spent = f"{time.monotonic() - began:.1f} s"
        if findings:
            raise CommandError(f"{len(findings)} findings in {events} events, {spent}", returncode=1)
        self.stdout.write(f"{events} events, nothing changed, nothing lost, {spent}")
