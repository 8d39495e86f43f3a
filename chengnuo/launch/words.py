"""How the launcher speaks: plain lines on the terminal, and refusals in words instead of tracebacks."""

import sys


class Refused(Exception):
    """Something outside the program has to change first; the text says what and how."""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def warn(line: str) -> None:
    sys.stderr.write(f"warning: {line}\n")
    sys.stderr.flush()
