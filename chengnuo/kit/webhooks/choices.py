"""The verbs that a webhook may hear, by room, in the words of the timeline."""

from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..timeline import Verb, verbs

ROOMS: dict[str, "str | Promise"] = {
    "hotline": _("服务热线"),
    "clients": _("客户"),
    "plans": _("服务方案"),
    "visits": _("上门服务"),
    "letters": _("信函服务"),
    "claims": _("协赔"),
    "complaints": _("投诉"),
    "support": _("支持申请"),
    "annual": _("年度计划"),
    "ledger": _("期限和规程"),
    "people": _("机构和人员"),
    "kit": _("文件、审批和设置"),
}
# Verbs whose first word is no table's name.
NOUNS = {
    **dict.fromkeys(("line", "roster", "shift", "swap", "day", "feed", "mail", "register", "directory"), "hotline"),
    **dict.fromkeys(("duty", "parameter", "calendar"), "ledger"),
    **dict.fromkeys(("clients",), "clients"),
    **dict.fromkeys(("phone_system",), "hotline"),
    **dict.fromkeys(("list",), "kit"),
    **dict.fromkeys(("plan", "emergency_plan"), "plans"),
    **dict.fromkeys(("support",), "support"),
    **dict.fromkeys(("annual",), "annual"),
    **dict.fromkeys(("daily",), "daily"),
    **dict.fromkeys(("plan_table", "visit_feed"), "visits"),
    **dict.fromkeys(("claim_documents",), "claims"),
}


@dataclass(frozen=True)
class Group:
    """A room's verbs; `room` is empty for those of rooms that have no name here."""

    room: str
    label: "str | Promise"
    verbs: list[Verb]


def groups() -> list[Group]:
    """Every verb, under its room, rooms in the order of the procedure."""
    of_table = {model._meta.model_name: model._meta.app_label for model in apps.get_models()}
    found: dict[str, list[Verb]] = {}
    for verb in verbs().values():
        noun = verb.name.partition(".")[0]
        room = NOUNS.get(noun) or of_table.get(noun, "")
        found.setdefault(room, []).append(verb)
    order = [*ROOMS, *sorted(room for room in found if room and room not in ROOMS), ""]
    return [Group(room, _name(room), found[room]) for room in order if room in found]


def _name(room: str) -> "str | Promise":
    if room in ROOMS or not room:
        return ROOMS.get(room, _("其他"))
    return str(apps.get_app_config(room).verbose_name)
