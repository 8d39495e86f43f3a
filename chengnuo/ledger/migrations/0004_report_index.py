from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the compliance report counts by: on a ledger in use it is built beside the work, without a lock."""

    atomic = False

    dependencies = [("ledger", "0003_started_by")]

    operations = [
        AddIndexConcurrently(
            model_name="obligation",
            index=models.Index(
                fields=["unit_id", "since"],
                include=["clause", "state", "breached_at", "due"],
                name="obligation_reported",
            ),
        ),
    ]
