"""How the demo company renews: spoken to, told terms and settled in good time, but for what somebody lets lie."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from chengnuo.daily import actions
from chengnuo.daily.models import LostReason, Renewal, RenewalState
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation
from chengnuo.people.models import Role, Staff

from .chance import MINUTE
from .clients import INSURERS, LIFE_INSURERS
from .company import Company
from .timeline import Timeline, local

AHEAD = timedelta(days=4)
FORGOTTEN = 0.01
RENEWED, MOVED, LOST = 0.8, 0.88, 0.97
SPOKEN = [
    "同意续保，保额按今年盘点调整，等报价。",
    "要先看三家比价，下周给资料。",
    "设备有增加，随后发清单。",
    "希望免赔额降一档，其余照旧。",
]
CHANGES = ["", "免赔额由2000元降为1000元", "增加自动升值条款", "运输责任限额提高"]
LOST_WORDS = {
    LostReason.PRICE: "集团统一招标，报价低一成。",
    LostReason.DIRECT: "客户改向保险公司直接投保。",
    LostReason.OTHER_BROKER: "集团指定另一家经纪公司。",
}


@dataclass
class Renewals:
    """周敏's are never let lie: her desk is told by desk.toml."""

    company: Company
    line: Timeline
    chance: Random

    def plan(self, begins: datetime, days: int) -> None:
        for ahead in range(days + 1):
            self.line.at(local(begins, ahead, "09:05"), self._look, writes=False)

    def _look(self, now: datetime) -> None:
        """What falls due in the next days is done today, one step a day."""
        if not rulebook().calendar.is_working_day(now.astimezone(ZONE).date()):
            return
        owed = Obligation.objects.filter(subject_type="daily.renewal", state="open", due__lte=now + AHEAD)
        for renewal in (
            Renewal.objects.filter(pk__in=owed.values("subject_pk")).select_related("owner", "unit").order_by("pk")
        ):
            by = renewal.owner or self.company.holder(renewal.unit.code, Role.Kind.MANAGER)
            if by.username == "zhoumin" or self.chance.random() > FORGOTTEN:
                self.line.at(now + self.chance.uniform(10, 480) * MINUTE, partial(self._step, renewal.pk, by))

    def _step(self, pk: int, by: Staff, now: datetime) -> None:
        renewal = Renewal.objects.select_related("client", "policy").get(pk=pk)
        if renewal.state == RenewalState.DUE:
            actions.contact_client(renewal, text=self.chance.choice(SPOKEN), by=by, now=now)
        elif renewal.state == RenewalState.CONTACTED:
            insurer = renewal.policy.insurer
            changes = self.chance.choice(CHANGES)
            actions.quote(renewal, insurer=insurer, premium=self._premium(renewal), changes=changes, by=by, now=now)
        elif renewal.is_open:
            self._settle(renewal, by, now)

    def _settle(self, renewal: Renewal, by: Staff, now: datetime) -> None:
        roll, policy = self.chance.random(), renewal.policy
        if roll < MOVED:
            insurer = policy.insurer if roll < RENEWED else self._other(policy.insurer)
            no = f"{policy.no}-{policy.ends_on:%y}"
            actions.renew(renewal, no=no, insurer=insurer, premium=self._premium(renewal), by=by, now=now)
        elif roll < LOST:
            reason = self.chance.choice(list(LOST_WORDS))
            actions.lose(renewal, reason=reason, text=LOST_WORDS[reason], by=by, now=now)
        else:
            actions.need_no_more(renewal, text="车辆已出售，项目已完工。", by=by, now=now)

    def _premium(self, renewal: Renewal) -> Decimal:
        asked = renewal.policy.premium * self.chance.randrange(94, 109) / 100
        return max(asked, Decimal(1)).quantize(Decimal(1))

    def _other(self, insurer: str) -> str:
        all_ = LIFE_INSURERS if insurer in LIFE_INSURERS else INSURERS
        return self.chance.choice([one for one in all_ if one != insurer])
