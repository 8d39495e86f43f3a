import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengnuo.ledger.check import check
from chengnuo.site.replay.play import Stuck, play
from chengnuo.site.replay.story import Unreadable, read
from chengnuo.site.replay.totals import totals

UNTIL = "2026-10-10T00:00:00+08:00"


class Command(BaseCommand):
    help = (
        "Play the calls and clients recorded in a folder through the API, in order of time, and count what came of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="holds clients.jsonl and calls.jsonl")
        parser.add_argument("--until", default=UNTIL, help=f"when the story ends ({UNTIL})")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            until = datetime.fromisoformat(options["until"])
            if until.tzinfo is None:
                raise ValueError("--until needs its offset, as in +08:00")
            played = play(read(options["folder"]), until=until, say=self._say)
        except (Stuck, Unreadable, ValueError) as error:
            raise CommandError(str(error)) from error
        for act, reply in played.refused:
            said = reply.body.get("message")
            self._say(f"refused: {act.call['id']} {act.name} at {act.at.isoformat()}: {reply.status} {said}")
        self._say("")
        self._say(totals([call["id"] for call in played.calls.values()], until).told())
        findings, events = check()
        for finding in findings:
            self.stderr.write(str(finding))
        self._say(f"\n{events} events checked, {len(findings)} findings; {time.monotonic() - began:.1f} s")
        if findings:
            raise CommandError("the trail is not whole")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
