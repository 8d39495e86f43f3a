from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """On a table in use they are built beside the work, without a lock."""

    atomic = False

    dependencies = [("complaints", "0002_the_way_of_a_complaint")]

    operations = [
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("matter_key__isnull", False)), fields=["matter_key"], name="complaint_of_matter"
            ),
        ),
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="complaint_merged_into"
            ),
        ),
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(fields=["complainant_phone", "-id"], name="complaint_of_phone"),
        ),
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("escalated_at__isnull", False)), fields=["-id"], name="complaint_with_centre"
            ),
        ),
    ]
