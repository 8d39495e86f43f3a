"""What every page of this room asks first."""

from datetime import datetime
from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from chengnuo.ledger.errors import Forbidden

from ..access import may_manage
from ..models import Staff


def who(request: HttpRequest) -> tuple[Staff, datetime]:
    """Who asks, and the request's one instant."""
    return cast(Staff, request.user), request.now  # type: ignore[attr-defined]


def administrator(request: HttpRequest) -> tuple[Staff, datetime]:
    """The same, for pages that are the administrator's. Raises Forbidden."""
    user, now = who(request)
    if not may_manage(user, now):
        raise Forbidden(_("机构、人员和角色由系统管理员办理"))
    return user, now
