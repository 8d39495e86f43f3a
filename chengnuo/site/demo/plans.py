"""The demo company's service plans: drawn up each morning, approved at headquarters, delivered, carried out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from django.db.models import F

from chengnuo.clients.basis import ServiceKind
from chengnuo.clients.models import Agreement, Client
from chengnuo.kit.approvals.actions import decide
from chengnuo.kit.models import Approval
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import ZONE
from chengnuo.people.models import Role, Staff
from chengnuo.plans import actions
from chengnuo.plans.models import EmergencyPlan, PlannedService, ServicePlan, ServiceState

from .company import Company
from .timeline import Timeline, local

COSTS = {
    ServiceKind.SURVEY: 1800,
    ServiceKind.TRAINING: 4200,
    ServiceKind.DRILL: 3600,
    ServiceKind.VISIT: 600,
}
"""Yuan a time."""
RETURNED = 0.12
WAITS_FOR_THE_CHAIRMAN = 2
GIVEN = 0.93
SCENARIOS = ["厂房火灾", "台风暴雨内涝", "危险品泄漏", "锅炉爆炸"]
STEPS = [
    "发现人立即报警并通知现场负责人",
    "切断电源气源，疏散人员到集合点清点人数",
    "拨打我公司热线报案，拍照保留现场",
    "24小时内配合查勘，施救费用留存单据",
]
FOUND = ["集合点标识不清，已补", "夜班人员未参加，下次补演", "灭火器两具失效，已换"]
DONE = [
    "按约完成，客户认可。",
    "客户提出增加消防检查，已记。",
    "资料齐全，无新增需求。",
    "负责人不在，与安全主管办妥。",
]
NEW_LOSS = "上季度出险，风险查勘后增加查勘和培训"


@dataclass
class Plans:
    company: Company
    line: Timeline
    chance: Random

    def plan(self, begins: datetime, a_day: int) -> None:
        """So many plans are drawn up on each working day, those of signed agreements whose duty runs first."""
        for day in range((self.line.now - begins).days + 1):
            for nth, clock in enumerate(("09:30", "10:40", "13:50", "15:20")[:a_day]):
                self.line.at(local(begins, day, clock) + timedelta(minutes=nth), self._draw_up)
            self.line.at(local(begins, day, "14:10"), self._prepare)
            self.line.at(local(begins, day, "17:00"), self._give, writes=False)

    def _is_working(self, now: datetime) -> bool:
        return rulebook().calendar.is_working(now)

    @property
    def author(self) -> Staff:
        return self.company.staff["linxiaotang"]

    def _draw_up(self, now: datetime) -> None:
        if not self._is_working(now):
            return
        states = (Agreement.State.SIGNED, Agreement.State.ACTIVE)
        free = Agreement.objects.filter(state__in=states, service_plans=None).select_related("client")
        agreement = free.order_by(F("signed_on").desc(), "-client__key", "-client__large", "pk").first()
        if agreement is None:
            return
        plan = actions.draft_plan(agreement.client, agreement=agreement, by=self.author, now=now)
        for item in plan.items.all():
            values = {name: getattr(item, name) for name in ("kind", "title", "times", "starts_on", "ends_on", "site")}
            cost = Decimal(COSTS.get(ServiceKind(item.kind), 0) * item.times)
            if cost:
                values |= {"owner": item.owner, "preparation": item.preparation, "budget": cost}
                actions.set_item(plan, item.line, values=values, by=self.author, now=now)
        self._submit(plan, now)

    def _submit(self, plan: ServicePlan, now: datetime) -> None:
        plan.refresh_from_db()
        none = {f"{one['key']}_none": not one["text"] for one in plan.situation}
        plan = actions.change_plan(plan, version=plan.version, values=none, by=self.author, now=now)
        approval = actions.submit_plan(plan, by=self.author, now=now)
        self.line.at(self._later(now, 1), partial(self._head, approval))

    def _later(self, now: datetime, days: int) -> datetime:
        at = local(now, days, "10:15") + timedelta(minutes=self.chance.randrange(360))
        while not self._is_working(at):
            at += timedelta(hours=1)
        return at

    def _head(self, approval: Approval, now: datetime) -> None:
        step = approval.steps.get(order=1)
        wanghaiyan = self.company.staff["wanghaiyan"]
        if self.chance.random() < RETURNED:
            words = "预算与去年相比偏高，写明理由"
            decide(step, "return", sha256=approval.sha256, opinion=words, by=wanghaiyan, now=now)
            self.line.at(self._later(now, 1), partial(self._again, approval.subject_pk))
            return
        decide(step, "approve", sha256=approval.sha256, by=wanghaiyan, now=now)
        self.line.at(self._later(now, 1), partial(self._chairman, approval))

    def _again(self, plan: int, now: datetime) -> None:
        self._submit(ServicePlan.objects.get(pk=plan), now)

    def _chairman(self, approval: Approval, now: datetime) -> None:
        left = self.line.now - now
        waiting = Approval.objects.filter(kind="service_plan", state=Approval.State.PENDING).count()
        if left < timedelta(days=1) and waiting <= WAITS_FOR_THE_CHAIRMAN:
            return
        step = approval.steps.get(order=2)
        decide(step, "approve", sha256=approval.sha256, by=self.company.staff["zhengqiming"], now=now)
        self.line.at(self._later(now, 1), partial(self._deliver, approval.subject_pk))

    def _deliver(self, pk: int, now: datetime) -> None:
        plan = ServicePlan.objects.select_related("client", "client_unit").get(pk=pk)
        contact = plan.client.positions.filter(is_active=True).select_related("contact").first()
        name = contact.contact.name if contact else plan.client.name
        by = self.company.holder(plan.client_unit.code, Role.Kind.MANAGER)
        how = self.chance.choice(["hand", "hand", "mail", "post"])
        actions.deliver_plan(plan, how=how, received_by=name, by=by, now=now)

    def _give(self, now: datetime) -> None:
        """What falls due tomorrow is given by tonight, mostly."""
        tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
        due = PlannedService.objects.filter(state=ServiceState.PLANNED, due_on__lte=tomorrow).select_related("unit")
        for service in due.order_by("pk"):
            if self.chance.random() < GIVEN:
                at = now + timedelta(minutes=self.chance.randrange(5, 120))
                self.line.at(at, partial(self._given, service.pk, service.unit.code))

    def _given(self, pk: int, code: str, now: datetime) -> None:
        by = self.company.holder(code, Role.Kind.OPERATOR)
        actions.carry_out(pk, done_on=now.astimezone(ZONE).date(), how=self.chance.choice(DONE), by=by, now=now)

    def _prepare(self, now: datetime) -> None:
        """An emergency plan for one of those who must have one, and its first drill."""
        if not self._is_working(now):
            return
        need = Client.objects.filter(emergency_plans=None).select_related("unit").prefetch_related("sites")
        client = need.filter(high_risk=True).order_by("pk").first() or need.filter(large=True).order_by("pk").first()
        if client is None:
            return
        by = self.company.holder(client.unit.code, Role.Kind.MANAGER)
        contacts = [f"{one.contact.name} {one.title}" for one in client.positions.select_related("contact")[:3]]
        values = {
            "scenario": self.chance.choice(SCENARIOS),
            "contacts": contacts or [client.name],
            "steps": STEPS,
            "drill_every": 12,
            "review_on": now.astimezone(ZONE).date() + timedelta(days=365),
            "site": client.sites.first(),
        }
        plan = actions.draft_emergency_plan(client, values=values, by=by, now=now)
        self.line.at(self._later(now, 1), partial(self._in_force, plan.pk, by))

    def _in_force(self, pk: int, by: Staff, now: datetime) -> None:
        plan = actions.put_in_force(EmergencyPlan.objects.select_related("client").get(pk=pk), by=by, now=now)
        if self.chance.random() < 0.3:
            drill = {"taken_part": "安全部、车间班组", "found": self.chance.choice(FOUND)}
            actions.record_drill(plan, held_on=now.astimezone(ZONE).date(), **drill, by=by, now=now)
