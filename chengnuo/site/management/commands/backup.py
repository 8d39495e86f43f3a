import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengnuo.launch.backup.command import add_key, key_of, progress
from chengnuo.launch.backup.keeping import Keep, parse_keep
from chengnuo.launch.backup.words import NotBackedUp, size
from chengnuo.site.backups.actions import back_up
from chengnuo.site.backups.plan import wanted
from chengnuo.site.models import Backup


class Command(BaseCommand):
    help = "Write an encrypted backup into a folder, read it back, and let old ones go. The company goes on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = os.environ.get("CHENGNUO_BACKUP_DIR")
        parser.add_argument("folder", type=Path, nargs="?", default=usual, help="where to (CHENGNUO_BACKUP_DIR)")
        keep = os.environ.get("CHENGNUO_BACKUP_KEEP", "")
        parser.add_argument("--keep", default=keep, help="days, weeks and months that keep one: 7,4,12")
        parser.add_argument("--prove", action="store_true", help="restore it into a throw-away database and compare")
        add_key(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["folder"]:
            raise CommandError("Where to? chengnuo backup FOLDER, or set CHENGNUO_BACKUP_DIR.")
        try:
            keep = parse_keep(options["keep"]) if options["keep"] else Keep()
            asked = wanted(
                Path(options["folder"]).absolute(), key_of(Namespace(**options)), keep, is_proved=options["prove"]
            )
            made = back_up(asked, how=Backup.How.COMMAND, by=None, tell=progress())
        except NotBackedUp as error:
            raise CommandError(str(error)) from error
        proved = ", restored and compared" if made.is_proved else ""
        self.stdout.write(
            f"{made.file}: {size(made.size)} in {made.seconds} s, {made.rows:,} rows, {made.events:,} events, "
            f"{made.files:,} files; read back{proved}. Key {made.key_id}."
        )
        if made.lost:
            self.stderr.write(f"{made.lost} files that the database knows are lost or altered on the disk.")
