import time
from argparse import ArgumentParser
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from chengnuo.launch.database import DEMO_MARK
from chengnuo.ledger.clock import now
from chengnuo.ledger.loop import beat
from chengnuo.ledger.models import Heartbeat
from chengnuo.people.models import Staff, Unit
from chengnuo.site.demo.company import SIGNS_IN, Company
from chengnuo.site.demo.life import FULL, SMALL, Size, live

# Of a company that is invented from end to end, printed at every start.
PASSWORD = "chengnuo-2026"  # noqa: S105
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
    help = "Make the demo company in an empty database, by acting out its last days up to now. Prints the sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--small", action="store_true", help=f"{SMALL.days} days, {SMALL.clients} clients")
        parser.add_argument("--days", type=int, help=f"how many days are lived ({FULL.days})")
        parser.add_argument("--clients", type=int, help=f"how many clients there are, at least 40 ({FULL.clients})")
        parser.add_argument("--calls", type=int, help=f"how many calls a working day brings ({FULL.calls})")
        parser.add_argument("--plans", type=int, help=f"how many plans a working day brings ({FULL.plans})")

    def handle(self, *args: Any, **options: Any) -> None:
        if Unit.objects.exists() or Staff.objects.exists():
            raise CommandError("There is a company here already; the demo is made in an empty database only.")
        began = time.monotonic()
        size = _size(options)
        _hurry()
        moment = now()
        beat(DEMO_MARK, moment)  # Everything commits as it happens: a next start finds by this that not all of it did.
        company = live(size, moment, password=PASSWORD, say=self._say)
        Heartbeat.objects.filter(name=DEMO_MARK).delete()
        self._say(f"made in {time.monotonic() - began:.0f} s")
        self.stdout.write(sign_ins(company))

    def _say(self, line: str) -> None:
        """Progress goes to the side: the output proper is the sign-ins, which the launcher keeps."""
        self.stderr.write(f"  {line}")
        self.stderr.flush()


def _size(options: dict[str, Any]) -> Size:
    usual = SMALL if options["small"] else FULL
    size = Size(**{name: options[name] or getattr(usual, name) for name in ("days", "clients", "calls", "plans")})
    is_sound = 1 <= size.days <= 300 and 40 <= size.clients <= 400 and 1 <= size.calls <= 500 and 1 <= size.plans <= 4
    if not is_sound:
        raise CommandError("1 to 300 days, 40 to 400 clients, 1 to 500 calls and 1 to 4 plans a day.")
    return size


def _hurry() -> None:
    """What is lost with the machine is made again: this session does not wait for the disk at each commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def sign_ins(company: Company) -> str:
    """Who can sign in, and with what. The launcher reads the secrets here for `chengnuo code`."""
    rows = [f"  {name:<12} {company.staff[name].name}，{TITLES[name]}" for name in SIGNS_IN]
    told = [f"Sign in with the password {PASSWORD} as", *rows]
    if company.secrets:
        told.append("These need a code too: of an authenticator with this secret, or of `chengnuo code NAME`")
    urls = {name: get_adapter().build_totp_url(company.staff[name], key) for name, key in company.secrets.items()}
    return "\n".join([*told, *(f"  {name:<12} {company.secrets[name]} {url}" for name, url in urls.items())])
