"""The printed register is the telephone's book (3.1.3): what came by mail stands elsewhere."""

from chengnuo.hotline import printing
from chengnuo.hotline.models import Call, Channel
from tests.hotline.world import NOW, a_call, a_missed_call


def test_a_letter_is_no_row_of_the_printed_register(cast):
    called, missed, letter = a_call(cast), a_missed_call(cast), a_call(cast)
    Call.objects.filter(pk=letter.pk).update(channel=Channel.MAIL)
    rows = printing.printed_rows(cast.zhoumin, NOW, cast.su, NOW.date(), NOW.date())
    Call.objects.filter(pk=letter.pk).update(channel=Channel.PHONE)
    assert {row.pk for row in rows} == {called.pk, missed.pk}
