"""`chengnuo reindex`: the index of the search, made anew or compared with the records."""

import argparse
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengnuo.kit.search.building import begin_again, build, compare, is_unfinished
from chengnuo.kit.search.kinds import KINDS, Kind

EVERY = 0.5


class Command(BaseCommand):
    help = "Make the index of the search anew, or compare it with the records"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count what is missing or old")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            self._check()
            return
        if is_unfinished():
            self.stdout.write("going on where it was broken off")
        else:
            begin_again()
        began = time.monotonic()
        build(tell=Progress(self.stdout))
        self.stdout.write(f"made in {time.monotonic() - began:.0f} s")

    def _check(self) -> None:
        is_whole = True
        for kind in KINDS.values():
            found = compare(kind)
            is_whole = is_whole and found.is_whole
            self.stdout.write(
                f"{kind.name:<12} {found.records:>9} records  {found.missing} missing  {found.stale} old  "
                f"{found.left_over} left over"
            )
        if not is_whole:
            raise CommandError("the index is not as the records are: chengnuo reindex")


class Progress:
    """One line per kind, renewed on a terminal; else said when a kind is done."""

    def __init__(self, out: Any) -> None:
        self._out, self._said = out, 0.0

    def __call__(self, kind: Kind, done: int, whole: int) -> None:
        is_done = done >= whole
        if not is_done and (not sys.stdout.isatty() or time.monotonic() - self._said < EVERY):
            return
        self._said = time.monotonic()
        line = f"{kind.name:<12} {100 * done // whole if whole else 100:>3} %"
        self._out.write(f"\r{line}" if sys.stdout.isatty() else line, ending="\n" if is_done else "")
