"""The command `chengnuo`: the launcher, its parts, and Django's commands beside it."""

import os
import sys
import time
from collections.abc import Callable

from chengnuo.launch import codes, database, processes, supervise
from chengnuo.launch.backup import command as commands
from chengnuo.launch.words import Refused, say
from chengnuo.settings.places import data_dir

USAGE = """\
chengnuo run           database, web and worker together at http://localhost:8000 (CHENGNUO_PORT)
chengnuo web           the web server alone
chengnuo worker        the worker alone: what time owes
chengnuo migrate       make or bring up to date the database and its role
chengnuo demo          make the demo company
chengnuo check         prove that the trail and the registers are whole
chengnuo token USER [--scope SCOPE] [--days N]
                       make an API token for a member of staff
chengnuo code USER     the code of the moment of somebody of the demo company
chengnuo import clients FILE.xlsx --by USER [--check]
                       enter the clients of a workbook, or only check it
chengnuo backup [FOLDER] [--key FILE] [--keep 7,4,12] [--prove]
                       an encrypted, verified backup; --new-key FILE makes the key, --verify FILE reads one
chengnuo restore FILE --into FOLDER [--key FILE]
                       bring a company back into an empty place
chengnuo reindex       make the index of the search anew, with its progress; broken off, it goes on where it was
chengnuo reindex --check
                       count what the index lacks, and what in it is old
chengnuo replay DIR    play recorded days through the API in time order
chengnuo manage ...    any command of Django's manage

CHENGNUO_DATA names the data folder, DATABASE_URL a PostgreSQL server to use instead of the own one."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    name, *rest = (arguments if arguments is not None else sys.argv[1:]) or ["help"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.settings.production")
    os.environ["CHENGNUO_DATA"] = str(data_dir())
    command = COMMANDS.get(name)
    if command is None:
        say(USAGE)
        return 0 if name in {"help", "--help", "-h"} else 2
    try:
        return command([name, *rest])
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1


def run(_: list[str]) -> int:
    return supervise.run()


def migrate(arguments: list[str]) -> int:
    """As the owner: the database, the tables, then the app role's grants."""
    with database.opened() as opened:
        opened.ensure()
        argv = processes.manage(*arguments) if len(arguments) > 1 else processes.prepare()
        failed = processes.call(opened.owner_url, argv)
        if not failed:
            opened.grant()
        return failed


def web(_: list[str]) -> int:
    return _beside_database(processes.web())


def worker(_: list[str]) -> int:
    return _beside_database(processes.worker())


def manage(arguments: list[str]) -> int:
    return _beside_database(processes.manage(*arguments[1:]))


def django_command(arguments: list[str]) -> int:
    return _beside_database(processes.manage(*arguments))


def import_(arguments: list[str]) -> int:
    if arguments[1:2] != ["clients"]:
        raise Refused("what can be imported: clients")
    return django_command(["import_clients", *arguments[2:]])


def backup(arguments: list[str]) -> int:
    return 0 if commands.backup(arguments[1:]) else django_command(arguments)


def restore(arguments: list[str]) -> int:
    return commands.restoring(arguments[1:])


def code(arguments: list[str]) -> int:
    """Of the demo alone, whose secrets lie in a file: of real people only their own authenticators know."""
    now = codes.at(data_dir(), time.time())
    name = arguments[1] if len(arguments) > 1 else ""
    if name not in now:
        raise Refused(f"Codes are there for {', '.join(now) or 'nobody'}: this is for the demo company.")
    say(now[name])
    return 0


def _beside_database(argv: list[str]) -> int:
    with database.opened() as opened:
        opened.ensure()
        return processes.call(opened.app_url(), argv)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "web": web,
    "worker": worker,
    "migrate": migrate,
    "manage": manage,
    "demo": django_command,
    "check": lambda arguments: django_command(["check_ledger", *arguments[1:]]),
    "token": django_command,
    "backup": backup,
    "restore": restore,
    "code": code,
    "import": import_,
    "reindex": django_command,
    "replay": django_command,
}

if __name__ == "__main__":
    sys.exit(main())
