"""Approvals: a request on a snapshot, decided step by step."""


def register() -> None:
    """Called once, from KitConfig.ready()."""
    from django.utils.translation import gettext_lazy as _

    from chengnuo.kit.models import Approval
    from chengnuo.kit.outward.tellings import register_moment
    from chengnuo.kit.records import register_visible

    from . import rules  # noqa: F401
    from .access import visible_approvals
    from .actions import COPIED_MOMENT

    register_moment(COPIED_MOMENT, _("审批抄送"), _("抄送到的人"))

    register_visible(
        Approval._meta.label_lower,
        lambda user, now, keys: set(visible_approvals(user, now).filter(pk__in=keys).values_list("pk", flat=True)),
    )
