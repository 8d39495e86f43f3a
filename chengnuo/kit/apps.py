from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KitConfig(AppConfig):
    name = "chengnuo.kit"
    label = "kit"
    verbose_name = _("界面")

    def ready(self) -> None:
        from chengnuo.ledger.daily import on_daily
        from chengnuo.ledger.ladder import on_moment
        from chengnuo.ledger.loop import on_round
        from chengnuo.people.telling import set_teller

        from . import approvals, blobs, drafts, exports, jobs, notices, procedure, verbs
        from .outward import tellings
        from .outward.sending import ask_for_sending
        from .shell import register_bell

        assert exports.KIND  # Imported for the work it registers.
        verbs.register()
        approvals.register()
        procedure.register()
        tellings.register()
        on_round(ask_for_sending)
        on_moment(notices.tell_moments)
        set_teller(notices.notify)
        register_bell(notices.unread)
        on_daily(drafts.purge)
        on_daily(notices.purge)
        on_daily(jobs.purge)
        on_daily(blobs.purge)
