import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chengnuo.ledger.clock import moved_to, now
from chengnuo.people.models import Staff, Unit
from chengnuo.site.demo.clients import enter_all
from chengnuo.site.demo.company import SIGNS_IN, Company, build
from chengnuo.site.demo.life import Life
from chengnuo.site.demo.timeline import SOURCE, Timeline

# Of a company that is invented from end to end, printed at every start.
PASSWORD = "chengnuo-2026"  # noqa: S105
BEFORE = timedelta(days=8)
TITLES = {
    "zhoumin": "客户服务人员，苏州",
    "lize": "客户服务人员，苏州夜班",
    "xuning": "苏州分公司负责人",
    "linxiaotang": "客户服务中心",
    "wanghaiyan": "客户服务中心负责人",
    "chenlixing": "分管领导",
    "zhengqiming": "董事长",
    "admin": "系统管理员",
}


class Command(BaseCommand):
    help = "Make the demo company in an empty database, by acting out three days that end now. Prints the sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        if Unit.objects.exists() or Staff.objects.exists():
            raise CommandError("There is a company here already; the demo is made in an empty database only.")
        began, present = time.monotonic(), now()
        with moved_to(present - BEFORE, SOURCE):
            company = build(present - BEFORE, password=PASSWORD)
            self._say(f"{len(company.units)} units, {len(company.staff)} people")
            clients = enter_all(company, present - BEFORE)
            self._say(f"{len(clients)} clients")
        line = Timeline(present)
        Life(company, clients, line).plan()
        line.run(self._say)
        self._say(f"made in {time.monotonic() - began:.0f} s")
        self.stdout.write(sign_ins(company))

    def _say(self, line: str) -> None:
        """Progress goes to the side: the output proper is the sign-ins, which the launcher keeps."""
        self.stderr.write(f"  {line}")
        self.stderr.flush()


def sign_ins(company: Company) -> str:
    """Who can sign in, and with what."""
    rows = [f"  {name:<12} {company.staff[name].name}，{TITLES[name]}" for name in SIGNS_IN]
    return "\n".join([f"Sign in with the password {PASSWORD} as", *rows])
