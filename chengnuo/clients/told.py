"""The room's verbs as the timeline tells them. Texts under `private.` are never shown."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengnuo.kit.records import register_handles
from chengnuo.kit.timeline import Told, register_source, register_verb, register_visible

from . import access
from .actions.imports import SOURCE
from .models import TICKS, Agreement, Client, Contact, Policy, Position, Site

FIELDS: dict[str, Any] = {
    field.attname: field.verbose_name
    for model in (Contact, Position, Site, Agreement, Policy, Client)
    for field in model._meta.concrete_fields
} | {"phones": gettext_lazy("电话")}
UNTOLD = frozenset({"manager_id"})


def register() -> None:
    """Name every verb and say who sees which records; called once, when the room opens."""
    for name, label, detail in (
        ("client.entered", gettext_lazy("登记客户"), _entered),
        ("client.changed", gettext_lazy("改客户资料"), _changed),
        ("client.ticked", gettext_lazy("认定"), _ticked),
        ("client.unticked", gettext_lazy("取消认定"), _ticked),
        ("client.unmasked", gettext_lazy("查看完整号码"), _unmasked),
        ("client.contact_added", gettext_lazy("加联系人"), _named),
        ("client.contact_changed", gettext_lazy("改联系人"), _changed),
        ("client.contact_ended", gettext_lazy("停用联系人"), _named),
        ("site.added", gettext_lazy("加场所"), _nothing),
        ("site.changed", gettext_lazy("改场所"), _changed),
        ("policy.added", gettext_lazy("登记保单"), _nothing),
        ("policy.changed", gettext_lazy("改保单"), _changed),
        ("agreement.drafted", gettext_lazy("起草委托协议"), _nothing),
        ("agreement.signed", gettext_lazy("签署委托协议"), _nothing),
        ("agreement.activated", gettext_lazy("委托协议开始履行"), _nothing),
        ("agreement.expired", gettext_lazy("委托协议到期"), _nothing),
        ("clients.imported", gettext_lazy("导入客户"), _named),
        ("agreement.terminated", gettext_lazy("终止委托协议"), None),
    ):
        register_verb(name, label, detail=detail)
    for type_, rows in (
        ("clients.client", access.visible_clients),
        ("clients.site", access.visible_sites),
        ("clients.agreement", access.visible_agreements),
        ("clients.policy", access.visible_policies),
        ("clients.import", access.visible_imports),
    ):
        register_visible(type_, _among(rows))
    register_handles("clients.client", access.may_change)
    register_source(SOURCE, _source)


def _among(rows: Any) -> Any:
    return lambda user, now, pks: set(rows(user, now).filter(pk__in=pks).values_list("pk", flat=True))


def _source(rest: str) -> str:
    """`12|王芳`: the import, and who had entered the client before."""
    author = rest.partition("|")[2]
    return _("导入，原登记人%(who)s") % {"who": author} if author else _("导入")


def _nothing(told: Told) -> str:
    """The record itself is named beside the verb."""
    return ""


def _entered(told: Told) -> str:
    counts = {name: told.data.get(name, 0) for name in ("contacts", "sites", "policies")}
    return _("联系人%(contacts)s，场所%(sites)s，保单%(policies)s") % counts


def _named(told: Told) -> str:
    return " ".join(filter(None, (told.texts.get("name"), told.texts.get("title"), told.texts.get("reason"))))


def _ticked(told: Told) -> str:
    return f"{TICKS.get(told.data['tick'], told.data['tick'])}，{told.data['on']}，{told.texts.get('reason', '')}"


def _unmasked(told: Told) -> str:
    what = _("身份证号") if told.data["field"] == "resident_id" else _("电话")
    return f"{what} {told.texts.get('reason', '')}".strip()


def _changed(told: Told) -> str:
    """名称 旧→新 for words and codes; of a personal number only that it changed."""
    parts = []
    for name, pair in told.data.get("changes", {}).items():
        old, new = pair or (told.texts.get(f"{name}.old", ""), told.texts.get(f"{name}.new", ""))
        label = str(FIELDS.get(name, name))
        is_told = bool(old or new) and name not in UNTOLD
        parts.append(f"{label} {old or _('无')}→{new or _('无')}" if is_told else label)
    return "；".join(parts)
