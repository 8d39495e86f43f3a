from datetime import datetime

from django.utils.translation import gettext as _

from chengnuo.ledger.acting import acting
from chengnuo.ledger.errors import Forbidden, Invalid
from chengnuo.ledger.models import ref
from chengnuo.ledger.trail import record

from ..access import may_manage
from ..access_explained import Asked, about, found
from ..models import Staff


def ask_access(member: Staff, number: str, *, by: Staff, now: datetime) -> list[Asked]:
    """Ask whether somebody may see the records of a number, and what he may do with them. Each question is an event:
    who administers rights looks into other people's work.

    Raises Forbidden (403) for who is no administrator, Invalid (422) for a number that nothing bears.
    """
    if not may_manage(by, now):
        raise Forbidden(_("权限说明由系统管理员查看"))
    records = found(number)
    if not records:
        raise Invalid("no_such_number", number=_("没有这个单号；客户写 #12，12是客户页地址里的数"))
    with acting(member) as fresh:
        answers = [about(fresh, kind, one, number, now) for kind, one in records]
        data = {"about": [[*ref(one.record), one.sees.is_yes] for one in answers]}
        record("staff.access_asked", fresh, by=by, now=now, data=data)
    return answers
