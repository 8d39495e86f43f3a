from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """On a table in use they are built beside the work, without a lock."""

    atomic = False

    dependencies = [("claims", "0002_estimates_and_the_centre")]

    operations = [
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("occurrence_id__isnull", False)),
                fields=["occurrence_id"],
                name="claim_of_occurrence",
            ),
        ),
        AddIndexConcurrently(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("escalated_at__isnull", False)), fields=["-id"], name="claim_with_centre"
            ),
        ),
    ]
