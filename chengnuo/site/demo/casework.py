"""How the demo company works on its claims and complaints: it looks at what is owed on them and does it, in good time
but for what somebody lets lie."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from chengnuo.claims import actions as claims
from chengnuo.claims.models import Claim, Escalation, Guidance
from chengnuo.claims.models import State as ClaimState
from chengnuo.claims.needed import needed_by
from chengnuo.complaints import actions as complaints
from chengnuo.complaints.models import WAYS_ON, Complaint, Referral
from chengnuo.complaints.models import State as S
from chengnuo.ledger.books import rulebook
from chengnuo.ledger.clock import ZONE
from chengnuo.ledger.models import Obligation
from chengnuo.people.models import Role, Staff

from .chance import MINUTE
from .company import Company
from .timeline import Timeline, local

AHEAD = timedelta(days=5)
LOOKS = 20
"""So many minutes lie between two looks at what is owed at once."""
FORGOTTEN = 0.01
DAY = timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)
K = Role.Kind
AT_ONCE = ("report_it_to_the_centre", "acknowledge_the_report")
OF = ("claims.claim", "claims.escalation", "claims.guidance", "complaints.complaint", "complaints.escalation")
SURVEYORS = ("中正公估 秦岳", "屿安财险 马骏", "海平公估 丁倩", "青禾财险 邢锐")
FOUND = (
    "受损情况与报案一致，已拍照取证。",
    "过水设备三台，需烘干检测。",
    "责任清楚，按维修报价核损。",
    "现场已清理，依监控还原经过。",
)
SAID = ("资料已在保险公司审核，预计下周有结果。", "查勘完毕，正等维修报价。", "已催保险公司，答应本周答复。")
STEPS = ("先申请预付赔款", "同时委托公估复核损失")
CAUSES = ("跟催没有台账，责任人不清。", "销售时条款说明不到位。", "资料清单没有一次告知。", "系统录入后没有复核。")
MEASURES = ("建立跟催台账，每周检查。", "组织条款说明培训并抽查录音。", "改用统一资料清单。", "保单录入双人复核。")
Do = Callable[[Any, Staff, datetime], object]


@dataclass
class Casework:
    """周敏's are never let lie: her desk is told by desk.toml."""

    company: Company
    line: Timeline
    chance: Random

    def plan(self, begins: datetime, days: int) -> None:
        for ahead in range(days + 1):
            self.line.at(local(begins, ahead, "09:10"), self._look, writes=False)
        for nth in range((days + 1) * 24 * 60 // LOOKS):
            self.line.at(begins + nth * LOOKS * MINUTE, self._look_at_once, writes=False)

    def _look(self, now: datetime) -> None:
        """What falls due in the next days, or at no time, is done today."""
        if not rulebook().calendar.is_working_day(now.astimezone(ZONE).date()):
            return
        for duty in Obligation.objects.filter(subject_type__in=OF, state="open").order_by("pk"):
            if (duty.due is None or duty.due <= now + AHEAD) and self._is_done(duty):
                self.line.at(now + self.chance.uniform(10, 440) * MINUTE, partial(self._do, duty.pk))

    def _look_at_once(self, now: datetime) -> None:
        names = [f"{room}.{name}" for room in ("claims", "complaints") for name in AT_ONCE]
        # Of what is owed within half an hour the next moment is near: an index finds it.
        near = Obligation.objects.filter(next_at__lte=now + HALF_AN_HOUR, rule__in=names, state="open")
        for duty in near.filter(breached_at=None).order_by("pk"):
            if self._is_done(duty):
                self.line.at(now + self.chance.uniform(1, 8) * MINUTE, partial(self._do, duty.pk))

    def _is_done(self, duty: Obligation) -> bool:
        is_hers = duty.owner_id is not None and self.company.person(duty.owner_id).username == "zhoumin"
        return is_hers or self.chance.random() > FORGOTTEN

    def _do(self, pk: int, now: datetime) -> None:
        duty = Obligation.objects.filter(pk=pk, state="open").first()
        if duty is None:
            return
        room, name = duty.rule.split(".")
        subject = duty.subject.load()
        act: Do | None = getattr(self, f"_{room}_{name}", None)
        if act is not None:
            act(subject, self._who(subject), now)

    def _who(self, subject: Any) -> Staff:
        """Who works on it at the branch."""
        return self.company.person(subject.owner_id)

    def _centre(self) -> Staff:
        return self.company.holder("KF", K.CENTRE)

    # Claims

    def _claims_survey_the_loss(self, claim: Claim, by: Staff, now: datetime) -> None:
        who = {"surveyor": self.chance.choice(SURVEYORS), "found": self.chance.choice(FOUND)}
        claims.survey(claim, **who, surveyed_at=now, by=by, now=now)

    def _claims_tell_what_is_needed(self, claim: Claim, by: Staff, now: datetime) -> None:
        claims.collect(claim, needed_by(claim.line)[:6], by=by, now=now)

    def _claims_hand_in_the_documents(self, claim: Claim, by: Staff, now: datetime) -> None:
        for paper in claim.papers.order_by("pk"):
            for verb in {"expected": ("receive", "accept"), "received": ("accept",)}.get(paper.state, ()):
                paper = claims.move_paper(paper, verb, by=by, now=now)
        insurer = claim.insurer or self.chance.choice(SURVEYORS)
        claims.submit(claim, to=insurer, submitted_at=now, by=by, now=now)
        self.line.at(now + self.chance.uniform(4, 28) * DAY, partial(self._decide, claim.pk))

    def _decide(self, pk: int, now: datetime) -> None:
        claim = Claim.objects.select_related("client", "policy", "unit").get(pk=pk)
        if claim.state != ClaimState.SUBMITTED:
            return
        by, roll = self._who(claim), self.chance.random()
        most = claim.estimates.order_by("-amount").values_list("amount", flat=True).first() or Decimal(8000)
        outcome = ClaimState.ACCEPTED if roll < 0.82 else ClaimState.PARTLY if roll < 0.94 else ClaimState.DECLINED
        part = Decimal(1) if outcome == ClaimState.ACCEPTED else Decimal("0.7")
        amount = max((most * part).quantize(Decimal("0.01")), Decimal(100))
        said = "按定损赔付。" if outcome == ClaimState.ACCEPTED else "扣减免赔与残值。"
        because = "不属于保险责任，出具拒赔通知书。" if outcome == ClaimState.DECLINED else said
        claims.decide(claim, outcome, amount=amount, because=because, decided_at=now, by=by, now=now)
        if outcome != ClaimState.DECLINED:
            self.line.at(now + self.chance.uniform(1, 3) * DAY, partial(self._agree, pk))

    def _agree(self, pk: int, now: datetime) -> None:
        claim = Claim.objects.select_related("client", "policy", "unit").get(pk=pk)
        if claim.state not in (ClaimState.ACCEPTED, ClaimState.PARTLY):
            return
        claims.agree(claim, who=claim.reporter or "客户", agreed_at=now, by=self._who(claim), now=now)
        self.line.at(now + self.chance.uniform(2, 9) * DAY, partial(self._pay, pk))

    def _pay(self, pk: int, now: datetime) -> None:
        claim = Claim.objects.select_related("client", "policy", "unit").get(pk=pk)
        if claim.decided_amount is None or claim.state not in (ClaimState.ACCEPTED, ClaimState.PARTLY):
            return
        day, payee = now.astimezone(ZONE).date(), claim.client.name if claim.client else "客户"
        more: dict[str, Any] = {"kind": "final", "paid_on": day, "payee": payee}
        claims.pay(claim, amount=claim.decided_amount, **more, by=self._who(claim), now=now)
        self.line.at(now + self.chance.uniform(1, 3) * DAY, partial(self._close, pk))

    def _close(self, pk: int, now: datetime) -> None:
        claim = Claim.objects.select_related("client", "policy", "unit").get(pk=pk)
        open_steps = Guidance.objects.filter(escalation__claim=claim, done_at=None)
        above = claim.escalations.exclude(state="released").last()
        if claim.state == ClaimState.PAID and not open_steps.exists() and (above is None or above.state == "guided"):
            claims.close(claim, because="", by=self._who(claim), now=now)

    def _claims_chase_the_insurer(self, claim: Claim, by: Staff, now: datetime) -> None:
        owed = Obligation.objects.filter(rule="claims.chase_the_insurer", subject_pk=claim.pk, state="open")
        insurer = claim.insurer[:60] or "保险公司"
        for of in {duty.key.rstrip("0123456789") for duty in owed}:
            claims.remind_insurer(claim, of=of, channel="letter", who=insurer, sent_at=now, by=by, now=now)

    def _claims_tell_the_client(self, claim: Claim, by: Staff, now: datetime) -> None:
        said, whom = self.chance.choice(SAID), claim.reporter or "客户"
        claims.speak(claim, party="client", channel="phone", who=whom, said=said, spoken_at=now, by=by, now=now)

    def _claims_weigh_difficulty(self, claim: Claim, by: Staff, now: datetime) -> None:
        claims.weigh(claim, because="条款清楚，客户没有异议。", by=by, now=now)

    def _claims_file_the_claim(self, claim: Claim, by: Staff, now: datetime) -> None:
        claims.file_claim(claim, by=by, now=now)

    def _claims_report_it_to_the_centre(self, one: Escalation, by: Staff, now: datetime) -> None:
        report = claims.Report("损失较大，现场已保护。", "已报保险公司，通知公估。", "请指导预付赔款与复核。")
        claims.report_to_centre(one, report, by=by, now=now)

    def _claims_acknowledge_the_report(self, one: Escalation, by: Staff, now: datetime) -> None:
        claims.acknowledge(one, by=self._centre(), now=now)

    def _claims_guide_the_branch(self, one: Escalation, by: Staff, now: datetime) -> None:
        claims.guide(one, STEPS, by=self._centre(), now=now)

    def _claims_do_as_the_centre_said(self, step: Guidance, by: Staff, now: datetime) -> None:
        claims.carry_out_guidance(step, how="已办理，回执在案卷。", by=by, now=now)

    # Complaints

    def _settler(self, complaint: Complaint) -> Staff:
        if complaint.escalated_at is None:
            return self._who(complaint)
        return self.company.person(complaint.handler_id) if complaint.handler_id else self._centre()

    def _complaints_assess_the_complaint(self, one: Complaint, by: Staff, now: datetime) -> None:
        is_complex = self.chance.random() < 0.1
        complex_because = "须等保险公司复核与外部意见。" if is_complex else ""
        complaints.assess(one, finding="事实清楚，责任明确。", complex_because=complex_because, by=by, now=now)

    def _complaints_answer_in_between(self, one: Complaint, by: Staff, now: datetime) -> None:
        if self._brought_on(one, now):
            return
        more: dict[str, Any] = {"whom": one.complainant or "客户", "channel": "phone", "spoken_at": now}
        complaints.reply(one, said=self.chance.choice(SAID), **more, by=by, now=now)

    def _complaints_settle_the_ordinary_soon(self, one: Complaint, by: Staff, now: datetime) -> None:
        self._brought_on(one, now)

    def _complaints_settle_within_the_limit(self, one: Complaint, by: Staff, now: datetime) -> None:
        self._brought_on(one, now)

    def _brought_on(self, one: Complaint, now: datetime) -> bool:
        by = self._settler(one)
        if one.state in (S.BRANCH_HANDLING, S.CENTRE_HANDLING):
            complaints.investigate(one, plan="调阅录音与付款记录，向承办人核实。", by=by, now=now)
            return True
        above = one.referrals.exclude(state="released").last()
        if one.state != S.INVESTIGATING or (above is not None and above.state != "instructed"):
            return False
        outcome = self.chance.choice(("upheld", "upheld", "partly", "refused"))
        words = ("录音和记录显示：" + one.matter, "委托协议与公司服务标准", "服务未达到承诺的时限", "致歉并限期办结")
        complaints.decide(one, complaints.Draft(outcome, *words, tuple(WAYS_ON)), by=by, now=now)
        return True

    def _complaints_tell_the_client(self, one: Complaint, by: Staff, now: datetime) -> None:
        whom = one.complainant or "客户"
        by = self._settler(one)
        complaints.notify_complainant(one, told_at=now, channel="phone", whom=whom, by=by, now=now)

    def _complaints_tell_the_chairman(self, one: Complaint, by: Staff, now: datetime) -> None:
        complaints.tell_chairman(one, summary="已查清并告知客户，客户接受。", by=self._settler(one), now=now)

    def _complaints_follow_up_what_was_settled(self, one: Complaint, by: Staff, now: datetime) -> None:
        whom = one.complainant or "客户"
        complaints.follow_up(one, result="客户确认已办结。", whom=whom, by=by, now=now)

    def _complaints_answer_the_regulator(self, one: Complaint, by: Staff, now: datetime) -> None:
        complaints.answer_regulator(one, answer="已办结并告知投诉人。", answered_at=now, by=by, now=now)

    def _complaints_close_the_complaint(self, one: Complaint, by: Staff, now: datetime) -> None:
        if one.forwarded_by_regulator and one.regulator_answered_at is None:
            self._complaints_answer_the_regulator(one, by, now)
            one.refresh_from_db()
        if not complaints.still_to_do(one):
            cause = self.chance.randrange(len(CAUSES))
            words = {"root_cause": CAUSES[cause], "measure": MEASURES[cause]}
            complaints.close(one, **words, by=self._settler(one), now=now)

    def _complaints_file_the_complaint(self, one: Complaint, by: Staff, now: datetime) -> None:
        complaints.file_complaint(one, by=by, now=now)

    def _complaints_report_it_to_the_centre(self, one: Referral, by: Staff, now: datetime) -> None:
        report = complaints.Report("客户情绪激动，金额较大。", "已安抚客户，调阅记录。", "请中心指导答复口径。")
        complaints.report_to_centre(one, report, by=by, now=now)

    def _complaints_acknowledge_the_report(self, one: Referral, by: Staff, now: datetime) -> None:
        complaints.acknowledge(one, by=self._centre(), now=now)

    def _complaints_instruct_the_centre(self, one: Referral, by: Staff, now: datetime) -> None:
        by = self.company.holder("HQ", K.EXECUTIVE)
        complaints.instruct(one, text="三日内查清事实，向客户说明并致歉。", by=by, now=now)
