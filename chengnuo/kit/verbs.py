"""The rooms below in words: the verbs of the ledger, the people and the kit itself, and who may see their records."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chengnuo.ledger.ladder import RUNG_NAMES
from chengnuo.people.access import visible_factor_rules, visible_staff, visible_units

from .jobs import visible_jobs
from .outward.access import visible_outlets
from .records import register_visible
from .timeline import Told, register_source, register_verb

VERBS = {
    "duty.opened": _("应办事项开始"),
    "duty.reminded": _("提醒承办人"),
    "duty.counted_again": _("按新日历重算期限"),
    "occasion.came": _("到期例行事项"),
    "parameter.decided": _("参数新版本生效"),
    "calendar.imported": _("导入放假安排"),
    "unit.opened": _("设立机构"),
    "unit.changed": _("修改机构资料"),
    "unit.closed": _("撤销机构"),
    "staff.hired": _("人员入职"),
    "staff.changed": _("修改人员资料"),
    "staff.left": _("人员离职"),
    "staff.access_asked": _("查问权限"),
    "staff.password_set": _("重设密码"),
    "staff.signed_in": _("登录"),
    "staff.session_ended": _("结束一个会话"),
    "staff.sessions_ended": _("结束全部会话"),
    "staff.token_made": _("签发访问令牌"),
    "staff.token_revoked": _("吊销访问令牌"),
    "staff.totp_set_up": _("设验证器"),
    "staff.passkey_added": _("登记通行密钥"),
    "staff.factor_removed": _("删除第二因素"),
    "staff.recovery_codes_made": _("换一组恢复码"),
    "staff.recovery_code_used": _("用掉一个恢复码"),
    "staff.second_factor_reset": _("重设第二因素"),
    "factor_rule.set": _("修改角色的登录要求"),
    "role.given": _("授予职务"),
    "role.ended": _("免去职务"),
    "absence.reported": _("登记缺勤"),
    "absence.ended": _("提前销假"),
    "substitute.named": _("指定代办人"),
    "substitute.revoked": _("撤销代办"),
    "share.opened": _("开放给另一机构"),
    "share.ended": _("结束开放"),
    "approval.asked": _("提请审批"),
    "approval.decided": _("作出审批决定"),
    "approval.withdrawn": _("撤回审批"),
    "approval.copied": _("抄送审批"),
    "blob.attached": _("附上文件"),
    "job.asked": _("开始后台任务"),
    "job.ended": _("后台任务结束"),
    "list.exported": _("导出列表"),
    "outlet.set": _("设置通知渠道"),
    "telling.set": _("修改通知对象"),
    "address.set": _("修改通知方式"),
    "delivery.sent_again": _("重发通知"),
}


def register() -> None:
    """Called once, from AppConfig.ready()."""
    for name, label in VERBS.items():
        register_verb(name, label, detail=_file if name == "blob.attached" else None)
    _visible_below()
    register_source("token", lambda number: gettext("经接口，令牌%s") % number)
    register_verb("duty.escalated", _("时限已过，上报"), detail=_rung)


def _visible_below() -> None:
    """Units and colleagues as people has it; a year's holidays are everybody's."""
    register_visible("people.unit", lambda user, now, pks: _among(visible_units(user, now), pks))
    register_visible("people.staff", lambda user, now, pks: _among(visible_staff(user, now), pks))
    register_visible("people.factorrule", lambda user, now, pks: _among(visible_factor_rules(user, now), pks))
    register_visible("kit.job", lambda user, now, pks: _among(visible_jobs(user, now), pks))
    register_visible("kit.outlet", lambda user, now, pks: _among(visible_outlets(user, now), pks))
    register_visible("ledger.calendartable", lambda user, now, pks: pks)


def _among(rows: QuerySet[Any], pks: set[int]) -> set[int]:
    return set(rows.filter(pk__in=pks).values_list("pk", flat=True))


def _rung(told: Told) -> str:
    name = RUNG_NAMES.get(told.data.get("rung", -1))
    return gettext("已通知%s") % name if name and told.data.get("told") else ""


def _file(told: Told) -> str:
    return told.texts.get("name", "")
