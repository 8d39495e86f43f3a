"""The forms of claims."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chengnuo.clients.cases import Channel
from chengnuo.clients.models import Client, Policy, Site
from chengnuo.kit.forms import DayField, EditForm, Form, MomentField
from chengnuo.ledger.clock import ZONE

from .clocks import insurer_clocks
from .models import Claim, Party, PaymentKind, State
from .needed import needed, needed_by

NOBODY = "—"
LONG_AGO = timedelta(days=3 * 366)


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _amount(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=16, decimal_places=2, **more)


class LossForm(Form):
    """Where, when and of what the loss is, under which of the client's policies."""

    account = forms.CharField(label=_("经过"), max_length=4000, widget=_lines(3))
    occurred_at = MomentField(label=_("出险时间"), required=False)
    policy = forms.ModelChoiceField(
        label=_("保单"), queryset=Policy.objects.none(), required=False, empty_label=_("没有或不清楚")
    )
    line = forms.ChoiceField(
        label=_("险种"), choices=[("", NOBODY), *Policy.Line.choices], required=False, help_text=_("选了保单就按保单")
    )
    site = forms.ModelChoiceField(label=_("场所"), queryset=Site.objects.none(), required=False, empty_label=NOBODY)
    place = forms.CharField(label=_("出险地点"), max_length=200, required=False)
    cause = forms.CharField(label=_("出险原因"), max_length=200, required=False)
    reporter = forms.CharField(label=_("报案人"), max_length=60, required=False)
    reporter_phone = forms.CharField(label=_("报案电话"), max_length=30, required=False)

    def __init__(self, data: Any, client: Client | None, initial: dict[str, Any], now: datetime) -> None:
        super().__init__(data, initial=initial)
        if client is None:
            del self.fields["policy"], self.fields["site"]
            return
        # The one that it has stays to be chosen, however old: who corrects a word must not lose it.
        lately = Q(ends_on__gte=(now - LONG_AGO).date())
        if has := initial.get("policy"):
            lately |= Q(pk=getattr(has, "pk", has))
        self._of_client("policy", client.policies.filter(lately).order_by("-ends_on"), _of_policy)
        self._of_client("site", client.sites.all(), str)

    def _of_client(self, name: str, rows: QuerySet[Any], label: Any) -> None:
        field: Any = self.fields[name]
        field.queryset, field.label_from_instance = rows, label


def _of_policy(policy: Policy) -> str:
    return f"{policy.get_line_display()} {policy.insurer} {policy.no}（{policy.starts_on}—{policy.ends_on}）"


class ChangedLossForm(LossForm, EditForm):
    """What is known of a loss, said more exactly while others may."""


class NewClaimForm(LossForm):
    reported_at = MomentField(label=_("报案时间"))
    estimate = _amount(_("估损金额"), min_value=0, required=False)
    deaths = forms.IntegerField(label=_("死亡人数"), min_value=0, max_value=30000, initial=0)
    serious_injuries = forms.IntegerField(label=_("重伤人数"), min_value=0, max_value=30000, initial=0)

    def __init__(self, data: Any, client: Client, initial: dict[str, Any], now: datetime) -> None:
        super().__init__(data, client, initial, now)
        policy: Any = self.fields["policy"]
        policy.empty_label = _("按出险时间找")


class EstimateForm(Form):
    amount = _amount(_("估损金额"))
    currency = forms.CharField(label=_("币种"), max_length=3, initial="CNY")
    rate = forms.DecimalField(
        label=_("折算率"), max_digits=12, decimal_places=6, required=False, help_text=_("外币必填：1外币合多少元")
    )
    basis = forms.CharField(label=_("依据"), max_length=200)
    said_by = forms.CharField(label=_("何人所估"), max_length=60)
    true_at = MomentField(label=_("估损时间"))


class CasualtiesForm(Form):
    deaths = forms.IntegerField(label=_("死亡人数"), min_value=0, max_value=30000)
    serious_injuries = forms.IntegerField(label=_("重伤人数"), min_value=0, max_value=30000)
    source = forms.CharField(label=_("从何得知"), max_length=200)
    true_at = MomentField(label=_("核实时间"))


class BecauseForm(Form):
    because = forms.CharField(label=_("原因"), max_length=500, widget=_lines(3))


class CloseForm(Form):
    because = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=_lines(2), help_text=_("赔款少于核定时必填")
    )


class OccurrenceForm(Form):
    other = forms.ModelChoiceField(label=_("与哪一件"), queryset=Claim.objects.none(), help_text=_("同一客户的案件"))

    def __init__(self, data: Any, others: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["other"]
        field.queryset, field.label_from_instance = others, lambda one: f"{one.number} {one.matter}"


class ReportForm(Form):
    facts = forms.CharField(label=_("情况"), max_length=4000, widget=_lines(4))
    measures = forms.CharField(label=_("已采取的措施"), max_length=4000, widget=_lines(3))
    asks = forms.CharField(label=_("请中心"), max_length=2000, widget=_lines(2))


class GuideForm(Form):
    steps = forms.CharField(label=_("指导"), widget=_lines(4), help_text=_("每行一步，由承办机构逐步办理"))
    due_on = DayField(label=_("办到哪天"), required=False)


class HowForm(Form):
    how = forms.CharField(label=_("怎么办的"), max_length=1000, widget=_lines(3))


class SurveyForm(Form):
    surveyor = forms.CharField(label=_("查勘人"), max_length=60, help_text=_("保险公司、公估人或我方的谁"))
    found = forms.CharField(label=_("查勘情况"), max_length=2000, widget=_lines(4))
    surveyed_at = MomentField(label=_("查勘时间"))


class NamesForm(Form):
    names = forms.CharField(label=_("资料"), widget=_lines(8), help_text=_("每行一项"))

    def clean_names(self) -> list[str]:
        return list(self.cleaned_data["names"].splitlines())


class CollectForm(NamesForm):
    """What is needed, proposed by the line of business; what this case does not need is taken out here."""

    def __init__(self, data: Any, claim: Claim) -> None:
        super().__init__(data, initial={"names": "\n".join(needed_by(claim.line))})


class AskAgainForm(NamesForm):
    asked_at = MomentField(label=_("何时要求"))


class SubmitForm(Form):
    to = forms.CharField(label=_("交给谁"), max_length=120)
    submitted_at = MomentField(label=_("交齐时间"))


class DecideForm(Form):
    outcome = forms.ChoiceField(
        label=_("核定结果"),
        choices=[(one.value, one.label) for one in (State.ACCEPTED, State.PARTLY, State.DECLINED)],
        widget=forms.RadioSelect,
    )
    amount = _amount(_("核定金额（元）"), required=False, help_text=_("拒赔不填"))
    because = forms.CharField(label=_("理由"), max_length=1000, required=False, widget=_lines(3))
    decided_at = MomentField(label=_("核定时间"))


class ToldForm(Form):
    told_at = MomentField(label=_("收到时间"))


class WhoBecauseForm(Form):
    who = forms.CharField(label=_("客户方谁说的"), max_length=60)
    because = forms.CharField(label=_("原因"), max_length=500, widget=_lines(3))


class AdviseForm(Form):
    text = forms.CharField(label=_("建议"), max_length=2000, widget=_lines(4))
    to_accept = forms.BooleanField(label=_("建议客户接受"), required=False)


class AgreeForm(Form):
    who = forms.CharField(label=_("客户方谁同意"), max_length=60)
    agreed_at = MomentField(label=_("同意时间"))


class PayForm(Form):
    kind = forms.ChoiceField(label=_("款项"), choices=PaymentKind.choices)
    amount = _amount(_("金额（元）"))
    paid_on = DayField(label=_("到账日"))
    payee = forms.CharField(label=_("收款人"), max_length=120)


class SpeakForm(Form):
    party = forms.ChoiceField(label=_("对方"), choices=Party.choices)
    channel = forms.ChoiceField(label=_("方式"), choices=Channel.choices)
    who = forms.CharField(label=_("和谁"), max_length=60)
    said = forms.CharField(label=_("说了什么"), max_length=2000, widget=_lines(3))
    spoken_at = MomentField(label=_("何时"))


class RemindSeveralForm(Form):
    channel = forms.ChoiceField(label=_("方式"), choices=Channel.choices, initial=Channel.LETTER)
    who = forms.CharField(
        label=_("寄给或告诉了谁"), max_length=60, required=False, help_text=_("不填就是各案的保险公司")
    )
    sent_at = MomentField(label=_("何时"))


class RemindForm(Form):
    of = forms.ChoiceField(label=_("时限"))
    channel = forms.ChoiceField(label=_("方式"), choices=Channel.choices, initial=Channel.LETTER)
    who = forms.CharField(label=_("寄给或告诉了谁"), max_length=60)
    sent_at = MomentField(label=_("何时"))

    def __init__(self, data: Any, claim: Claim, now: datetime) -> None:
        super().__init__(data, initial={"sent_at": now, "who": claim.insurer[:60]})
        field: Any = self.fields["of"]
        field.choices = [
            (one.name, f"{one.label} {one.article}，{one.due.astimezone(ZONE):%Y-%m-%d}")
            for one in insurer_clocks(claim)
            if one.done_at is None
        ]


class LimitationForm(Form):
    how = forms.CharField(
        label=_("怎么中断的"), max_length=500, widget=_lines(2), help_text=_("书面催告、对方同意履行、起诉或仲裁")
    )
    from_at = MomentField(label=_("重新起算"))


class PaperForm(Form):
    why = forms.CharField(label=_("原因"), max_length=500, widget=_lines(2))


class PaperListForm(NamesForm):
    """The documents of one line of business; without a line, of every claim."""

    def __init__(self, data: Any, line: str) -> None:
        super().__init__(data, initial={"names": "\n".join(needed(line))})
