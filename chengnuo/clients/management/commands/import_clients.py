import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chengnuo.clients.access import may_import
from chengnuo.clients.actions import NotClean, import_clients, refuse_repeated
from chengnuo.clients.importing.checking import Checked, check
from chengnuo.clients.importing.template import faults_book
from chengnuo.clients.importing.works import faults_name
from chengnuo.ledger import clock
from chengnuo.ledger.errors import Refusal
from chengnuo.people.models import Staff


class Command(BaseCommand):
    help = "Enter the clients of a workbook, all or none. With errors, writes them beside the file and exits with 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="USER", help="in whose name")
        parser.add_argument("--check", action="store_true", help="check only, write nothing")
        parser.add_argument("--although-similar", action="store_true", help="enter clients who may be known already")

    def handle(self, *args: Any, **options: Any) -> None:
        path, now = options["file"], clock.now()
        staff = Staff.objects.select_related("unit").filter(username=options["by"].lower(), is_active=True).first()
        if staff is None:
            raise CommandError(f"nobody is called {options['by']}")
        if not may_import(staff, now):
            raise CommandError(f"{options['by']} may not import clients: a branch's manager may, and the centre")
        content, although, began = _content(path), options["although_similar"], time.monotonic()
        try:
            refuse_repeated(content, by=staff, now=now)
            if options["check"]:
                checked = check(content, by=staff, now=now, tell=self._tell)
                counts = checked.counts
                if checked.faults or (checked.similar and not although):
                    raise NotClean(checked)
            else:
                one = import_clients(content, path.name, although_similar=although, by=staff, now=now, tell=self._tell)
                counts = one.counts
        except NotClean as refusal:
            raise CommandError(self._told(refusal.checked, path, staff)) from refusal
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        did = "checked, nothing wrong, nothing written" if options["check"] else "written"
        said = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        self.stdout.write(f"{did}: {said} ({time.monotonic() - began:.0f} s)")

    def _told(self, checked: Checked, path: Path, staff: Staff) -> str:
        """What stands in the way, and where the file of it lies."""
        where = path.with_name(faults_name(path.name))
        where.write_bytes(faults_book(checked, staff, clock.now()))
        more = f", {checked.similar} clients who may be known already" if checked.similar else ""
        return f"{checked.faults} faults{more}; nothing written; see {where}"

    def _tell(self, done: int, total: int, stage: str = "") -> None:
        end = "\r" if sys.stderr.isatty() else "\n"
        self.stderr.write(f"  {stage} {done:,} / {total:,}", ending=end)
        self.stderr.flush()


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > settings.BLOB_MAX_BYTES:
            raise CommandError(f"{path} is larger than {settings.BLOB_MAX_BYTES // 1024 // 1024} MB; split it")
        return path.read_bytes()
    except OSError as fault:
        raise CommandError(f"{path} cannot be read: {fault.strerror}") from fault
