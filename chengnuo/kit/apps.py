from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

SCOPES = {
    "desk": _("工作台"),
    "search": _("搜索"),
    "approvals": _("审批"),
    "procedure": _("规程"),
    "lists": _("列表和导出"),
    "phrases": _("常用语"),
    "files": _("附件"),
    "outward": _("通知渠道"),
}


class KitConfig(AppConfig):
    name = "chengnuo.kit"
    label = "kit"
    verbose_name = _("界面")

    def ready(self) -> None:
        from chengnuo.ledger.daily import on_daily
        from chengnuo.ledger.ladder import on_moment
        from chengnuo.ledger.loop import on_round
        from chengnuo.ledger.trail import on_record
        from chengnuo.people.scopes import register_scope
        from chengnuo.people.telling import set_teller

        from . import (
            approvals,
            blobs,
            drafts,
            explained,
            exports,
            jobs,
            limits,
            notices,
            phrases,
            procedure,
            verbs,
            webhooks,
        )
        from .outward import tellings
        from .outward.sending import ask_for_sending
        from .search import building, own, rows
        from .shell import register_bell

        assert exports.KIND
        assert building.go_on_building
        verbs.register()
        approvals.register()
        procedure.register()
        tellings.register()
        webhooks.register()
        phrases.register()
        explained.register()
        own.register()
        on_record(rows.keep)
        on_round(ask_for_sending)
        on_moment(notices.tell_moments)
        set_teller(notices.notify)
        register_bell(notices.unread)
        for room, label in SCOPES.items():
            register_scope(room, label)
        on_daily(drafts.purge)
        on_daily(limits.purge)
        on_daily(notices.purge)
        on_daily(jobs.purge)
        on_daily(blobs.purge)
