"""Events sent to other systems: chosen by verb, signed, at least once and in each record's order."""


def register() -> None:
    """Called once, from AppConfig.ready()."""
    from django.utils.translation import gettext_lazy as _

    from chengnuo.ledger.daily import on_daily
    from chengnuo.ledger.loop import on_round
    from chengnuo.ledger.trail import on_append

    from ..outward.tellings import register_moment
    from ..records import register_visible
    from ..timeline import register_verb
    from .access import visible_webhooks
    from .hearing import hear
    from .sending import ask_for_sending, purge

    for name, label in {
        "webhook.registered": _("登记外发接口"),
        "webhook.changed": _("修改外发接口"),
        "webhook.switched_on": _("启用外发接口"),
        "webhook.switched_off": _("停用外发接口"),
        "webhook.secret_replaced": _("更换外发接口密钥"),
        "webhook.tried_out": _("试发外发接口"),
        "webhook.sent_again": _("重发外发事件"),
    }.items():
        register_verb(name, label)
    register_visible(
        "kit.webhook",
        lambda user, now, pks: set(visible_webhooks(user, now).filter(pk__in=pks).values_list("pk", flat=True)),
    )
    register_moment("webhook.failing", _("外发接口不通"), _("登记人"), channels=())
    on_append(hear)
    on_round(ask_for_sending)
    on_daily(purge)
