"""The mailboxes of the branches, and the mails that made no entry."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.kit.forms import Form
from chengnuo.kit.lists import Column, Listing
from chengnuo.kit.outward.forms import ServerFields
from chengnuo.kit.posts import posted_once
from chengnuo.kit.requests import Asked
from chengnuo.kit.templatetags.kit import chip, when
from chengnuo.ledger.errors import Refusal
from chengnuo.people.models import Staff, Unit

from ..access import visible_mails
from ..mail.actions import require_may_set_up, set_mailbox
from ..models import Mailbox, MailKind


class MailboxForm(ServerFields):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, required=False)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("机构"),
        queryset=Unit.objects.filter(kind=Unit.Kind.BRANCH, closed_on=None),
        empty_label=None,
    )
    keeper = forms.ModelChoiceField(
        label=gettext_lazy("承办人"),
        queryset=Staff.objects.filter(is_active=True).order_by("unit_id", "pk"),
        empty_label=None,
        help_text=gettext_lazy("没有人值班时，来信归他"),
    )
    folder = forms.CharField(label=gettext_lazy("文件夹"), max_length=100)
    trusts = forms.CharField(
        label=gettext_lazy("验证服务器"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("写入Authentication-Results的本公司服务器名；不填时发件人都显示未核实"),
    )
    is_on = forms.BooleanField(label=gettext_lazy("启用"), required=False)
    field_order = ("unit", "keeper", "host", "port", "security", "username", "secret", "folder", "trusts", "is_on")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("host", "username"):
            self.fields[name].required = True


class MailFilter(Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("种类"), choices=[("", gettext_lazy("全部")), *MailKind.choices], required=False
    )


MAILS = Listing(
    "mails",
    [
        Column("received", gettext_lazy("收到"), lambda one: when(one.received_at), is_fixed=True),
        Column("kind", gettext_lazy("种类"), lambda one: chip(one.get_kind_display(), "closed")),
        Column("sender", gettext_lazy("发件人"), lambda one: one.sender_name or one.sender or "—"),
        Column("subject", gettext_lazy("主题"), lambda one: Truncator(one.subject).chars(80), shape="rest"),
        Column("unit", gettext_lazy("机构"), lambda one: one.unit.name, shape="aside"),
    ],
    sort="-id",
    filter_form=MailFilter,
    narrow=lambda rows, asked: rows.filter(kind=asked["kind"]) if asked["kind"] else rows,
)


@require_GET
def mails(request: Asked) -> HttpResponse:
    """Mails that made no entry: automatic ones, bounces, what came too often. Nothing is hidden, nothing answered."""
    rows = visible_mails(request.user, request.now).filter(call__isnull=True).select_related("unit")
    return render(request, "hotline/mails.html", {"list": MAILS.shown(request, rows)})


@require_GET
def mailboxes(request: Asked) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    rows = Mailbox.objects.select_related("unit", "keeper").order_by("unit_id", "pk")
    return render(request, "hotline/mailboxes.html", {"rows": rows, "may_manage": True})


@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def mailbox_new(request: Asked) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    initial = {"port": 993, "security": "tls", "folder": "INBOX", "is_on": True}
    return _edited(request, None, MailboxForm(request.POST or None, initial=initial), _("新设邮箱"))


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@posted_once
def mailbox_edit(request: Asked, pk: int) -> HttpResponse:
    require_may_set_up(request.user, request.now)
    mailbox = get_object_or_404(Mailbox, pk=pk)
    initial = {name: getattr(mailbox, name) for name in MailboxForm.base_fields if name != "secret"}
    initial |= {"unit": mailbox.unit_id, "keeper": mailbox.keeper_id}
    return _edited(request, mailbox, MailboxForm(request.POST or None, initial=initial), mailbox.username)


def _edited(request: Asked, mailbox: Mailbox | None, form: MailboxForm, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        secret, version = values.pop("secret"), values.pop("version")
        try:
            set_mailbox(mailbox, values=values, secret=secret, version=version, by=request.user, now=request.now)
        except Refusal as refusal:
            form.refused(refusal)
        else:
            return redirect("hotline:mailboxes")
    url = reverse("hotline:mailboxes")
    context = {
        "form": form,
        "title": title,
        "verb": _("保存"),
        "parent": _("来信邮箱"),
        "parent_url": url,
        "cancel_url": url,
    }
    return render(request, "kit/form.html", context, status=form.status)
