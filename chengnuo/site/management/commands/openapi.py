import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from chengnuo.site.api import api

PATH = settings.BASE_DIR / "docs" / "api" / "openapi.json"


def described() -> str:
    """The API's description as the file keeps it."""
    with translation.override("zh-hans"):
        return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), ensure_ascii=False, indent=1) + "\n"


class Command(BaseCommand):
    help = "Write docs/api/openapi.json; with --check fail where it differs from the code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            if not PATH.exists() or PATH.read_text() != described():
                raise CommandError("docs/api/openapi.json is not what the code says: run `make openapi`")
            return
        PATH.parent.mkdir(parents=True, exist_ok=True)
        PATH.write_text(described())
