"""Write `procedure/coverage.md`, or say that the one committed is stale."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import autodiscover_modules

from chengnuo.ledger.coverage import page


class Command(BaseCommand):
    help = "Write procedure/coverage.md: which clause is carried by what, and tried by which tests."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the file is stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        autodiscover_modules("rules", "actions", "access", "figures", "views", "api")
        path = settings.PROCEDURE_DIR / "coverage.md"
        try:
            text = page(settings.BASE_DIR / "tests")
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not check:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            raise CommandError("procedure/coverage.md is stale: run `django-admin coverage` and commit it")
