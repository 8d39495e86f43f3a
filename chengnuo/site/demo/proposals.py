"""What the demo company's branches ask of headquarters: support for an activity, and their plans of the year."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from django.db.models import Max

from chengnuo.annual import actions as annual
from chengnuo.annual.models import AnnualPlan
from chengnuo.clients.models import Client
from chengnuo.kit.approvals.actions import decide
from chengnuo.kit.models import Approval
from chengnuo.kit.proposals.models import GRANTED
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Role, Staff
from chengnuo.support import actions as support
from chengnuo.support.models import SupportRequest

from .company import Company
from .timeline import Timeline, local

REQUIREMENTS = "重点客户每季上门一次，高风险客户每年查勘一次；汛前完成防灾培训；服务预算不超上年一成。"
OVERALL = "以防灾减损为主，重点客户每季上门，汛前培训全覆盖，年末回访。"
SCHEME = "按片区分两组，客户经理带队；查勘和培训请总部专家，每月底对照时间表补齐。"
ASKED = (
    ("汛前防灾培训", "让仓管员会用沙袋和水泵，汛期少进水", "半天课，半天现场演练", "专家一名，物料两套"),
    ("车队安全驾驶讲座", "降低小额碰撞频率", "两场讲座，复盘上年事故", "讲师一名，事故数据"),
    ("年度风险查勘", "摸清老厂房电气隐患", "红外测温，出查勘报告", "查勘师两名，红外仪"),
)
FIRST_WAITS = 2
"""The branches that are slow: their plans are still drafts."""


@dataclass
class Proposals:
    company: Company
    line: Timeline
    chance: Random

    def plan(self, begins: datetime, days: int) -> None:
        """The call on the first day, a branch's plan every few hours; a request for support every other day."""
        self.line.at(local(begins, 0, "09:05"), self._call)
        for day in range(0, days, 2):
            self.line.at(local(begins, day, "11:20") + timedelta(minutes=self.chance.randrange(40)), self._ask)

    @property
    def centre(self) -> Staff:
        return self.company.staff["linxiaotang"]

    def _call(self, now: datetime) -> None:
        year = now.astimezone(ZONE).year + 1
        annual.call_for_plans(year, REQUIREMENTS, by=self.centre, now=now)
        plans = AnnualPlan.objects.filter(year=year).order_by("pk").values_list("pk", flat=True)
        for nth, pk in enumerate(list(plans)[FIRST_WAITS:]):
            self.line.at(self._working(now + timedelta(hours=2 + 3 * nth)), partial(self._submit_plan, pk))

    def _submit_plan(self, pk: int, now: datetime) -> None:
        plan = AnnualPlan.objects.select_related("unit").get(pk=pk)
        by = self.company.holder(plan.unit.code, Role.Kind.MANAGER)
        size = self.chance.randrange(4, 10)
        lines: list[dict[str, Any]] = [
            {"kind": "visit", "segment": "key", "numbers": [size, size, size + 1, size + 2]},
            {"kind": "survey", "segment": "high_risk", "numbers": [1, 2, 1, 1]},
            {"kind": "training", "segment": "all", "numbers": [0, 2, 0, 1]},
            {"kind": "call", "segment": "plain", "numbers": [size * 24]},
        ]
        budget = [{"name": "交通", "amount": size * 2400}, {"name": "培训和演练", "amount": size * 1500}]
        values = {"overall": OVERALL, "scheme": SCHEME, "opinion": "", "lines": lines, "budget": budget}
        annual.write(plan, values, plan.version, by=by, now=now)
        plan = annual.submit(plan, by=by, now=now)
        if self.chance.random() < 0.6:
            self.line.at(self._working(now + timedelta(hours=5)), partial(self._weigh, AnnualPlan, plan.pk))

    def _ask(self, now: datetime) -> None:
        """A branch asks support for one of its clients."""
        chosen = list(Client.objects.filter(key=True).select_related("unit").order_by("pk")[:40])
        if not chosen or not rulebook().calendar.is_working(now):
            return
        one = self.chance.choice(chosen)
        title, objective, activity, needed = self.chance.choice(ASKED)
        by = self.company.holder(one.unit.code, Role.Kind.MANAGER)
        day = now.astimezone(ZONE).date()
        values = {
            "kind": self.chance.choice(["service", "service", "value_added"]),
            "title": title,
            "clients": [one.pk],
            "objective": objective,
            "activity": activity,
            "starts_on": day + timedelta(days=12),
            "ends_on": day + timedelta(days=13),
            "scheme": "总部专家主讲，分公司带队，客户安全部配合。",
            "budget": [
                {"name": "讲师差旅", "amount": 2600},
                {"name": "物料", "amount": self.chance.randrange(8, 30) * 100},
            ],
            "needed": needed,
            "opinion": "客户保费稳定，续保在即，建议全额支持。",
        }
        made = support.draft(one.unit, values, by=by, now=now)
        support.submit(made, by=by, now=now)
        self.line.at(self._working(now + timedelta(hours=20)), partial(self._weigh, SupportRequest, made.pk))

    def _weigh(self, model: Any, pk: int, now: datetime) -> None:
        one = model.objects.select_related("unit").get(pk=pk)
        part = self.chance.random() < 0.3
        amount = (one.amount * Decimal("0.8")).quantize(Decimal("0.01")) if part else one.amount
        act = annual.analyse if model is AnnualPlan else support.analyse
        words = "与上年相比合理" if model is AnnualPlan else "三年保费稳定，活动有针对性"
        act(one, conclusion=words, amount=amount, by=self.centre, now=now)
        approval = Approval.objects.filter(about=one.number).aggregate(pk=Max("pk"))["pk"]
        self.line.at(self._working(now + timedelta(hours=6)), partial(self._decide, model, pk, approval))

    def _decide(self, model: Any, pk: int, approval_pk: int, now: datetime) -> None:
        approval = Approval.objects.get(pk=approval_pk)
        if self.line.now - now < timedelta(hours=20):
            return  # What was asked last waits for whoever looks at the demo.
        step = approval.steps.get(decision="", asked_at__isnull=False)
        decide(step, "approve", sha256=approval.sha256, by=self.company.staff["chenlixing"], now=now)
        if model is SupportRequest:
            ends = SupportRequest.objects.get(pk=pk).ends_on
            assert ends is not None
            then = local(datetime.combine(ends, now.timetz()), 1, "16:10")
            self.line.at(self._working(then), partial(self._done, pk))

    def _done(self, pk: int, now: datetime) -> None:
        one = SupportRequest.objects.select_related("unit").get(pk=pk)
        by = self.company.holder(one.unit.code, Role.Kind.MANAGER)
        if one.state not in GRANTED or one.ends_on is None or one.granted_amount is None:
            return
        support.spend(one, what="讲师差旅", amount=Decimal(2400), spent_on=one.ends_on, by=by, now=now)
        support.carry_out(one, done_on=one.ends_on, how="按方案办完，到场三十余人。", by=by, now=now)
        if self.chance.random() < 0.8:
            self.line.at(self._working(now + timedelta(days=2)), partial(self._report, pk))

    def _report(self, pk: int, now: datetime) -> None:
        one = SupportRequest.objects.select_related("unit").get(pk=pk)
        by = self.company.holder(one.unit.code, Role.Kind.MANAGER)
        support.report_back(one, result="客户要求明年再办；花费在预算内。", by=by, now=now)

    def _working(self, at: datetime) -> datetime:
        while not rulebook().calendar.is_working(at):
            at += timedelta(hours=1)
        return at
