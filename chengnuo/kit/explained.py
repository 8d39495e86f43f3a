"""What the administrator may ask about the kit: approvals, duties, figures, calendars, lists taken out as files."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengnuo.people.access_explained import register_exports, register_kind, register_right
from chengnuo.people.models import Role, Staff

from .approvals.access import capacity, visible_approvals
from .lists import exported_titles
from .models import Approval, ApprovalStep
from .procedure.access import may_import, may_propose, visible_duties


def register() -> None:
    """Called once, from AppConfig.ready()."""
    register_kind("kit.approval", _("审批"), visible_approvals)
    register_kind("ledger.obligation", _("应办事项"), visible_duties)
    register_right(
        "parameter.propose", _("提议规程参数"), lambda user, unit, now: may_propose(user, now), is_everywhere=True
    )
    register_right("parameter.approve", _("审批规程参数"), _approves, is_everywhere=True)
    register_right(
        "calendar.import", _("导入放假安排"), lambda user, unit, now: may_import(user, now), is_everywhere=True
    )
    register_exports(_exports)


def _approves(user: Staff, unit: int, now: datetime) -> bool:
    """A step as a proposal of somebody else's has it."""
    step = ApprovalStep(approval=Approval(asked_by_id=-1), asked_role=Role.Kind.EXECUTIVE)
    return capacity(user, step, now)[0]


def _exports() -> Iterable["str | Promise"]:
    return exported_titles()
