"""Approvals: a request on a snapshot, decided step by step."""


def register() -> None:
    """Called once, from KitConfig.ready()."""
    from chengnuo.kit.models import Approval
    from chengnuo.kit.records import register_visible

    from . import rules  # noqa: F401
    from .access import visible_approvals

    register_visible(
        Approval._meta.label_lower,
        lambda user, now, keys: set(visible_approvals(user, now).filter(pk__in=keys).values_list("pk", flat=True)),
    )
