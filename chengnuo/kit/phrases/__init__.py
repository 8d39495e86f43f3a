"""常用语: texts that people put into the fields of forms, filled in for the record before them."""


def register() -> None:
    """Called once, from AppConfig.ready()."""
    from django.utils.translation import gettext_lazy as _

    from chengnuo.people.access_explained import register_right

    from ..models import Phrase
    from ..records import register_visible
    from ..timeline import register_verb
    from .access import may_write, visible_phrases

    register_verb("phrase.added", _("新增常用语"))
    register_verb("phrase.changed", _("修改常用语"))
    register_verb("phrase.removed", _("删除常用语"))
    register_visible(
        "kit.phrase",
        lambda user, now, pks: set(visible_phrases(user, now).filter(pk__in=pks).values_list("pk", flat=True)),
    )
    register_right(
        "phrase.unit", _("写机构的常用语"), lambda user, unit, now: may_write(user, Phrase(unit_id=unit), now)
    )
    register_right(
        "phrase.company",
        _("写全公司的常用语"),
        lambda user, unit, now: may_write(user, Phrase(), now),
        is_everywhere=True,
    )
