from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What lists and the board read of each record: what is owed on it next. Built beside the work, without a lock."""

    atomic = False

    dependencies = [("ledger", "0004_report_index")]

    operations = [
        AddIndexConcurrently(
            model_name="obligation",
            index=models.Index(
                fields=["subject_type", "subject_pk", "due"],
                include=["since"],
                condition=models.Q(state="open", due__isnull=False),
                name="obligation_next_of_record",
            ),
        ),
    ]
