from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The indexes of a large table are made beside its writers.
    dependencies = [
        ("visits", "0002_surveys_and_wishes"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("state__in", ("planned", "confirmed"))),
                fields=["owner", "agreed_at"],
                name="visit_ahead_of_person",
            ),
        ),
        AddIndexConcurrently(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("state__in", ("planned", "confirmed"))),
                fields=["unit", "agreed_at"],
                name="visit_ahead_of_unit",
            ),
        ),
        AddIndexConcurrently(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("agreed_at__isnull", False)), fields=["agreed_at"], name="visit_by_agreed_time"
            ),
        ),
        AddIndexConcurrently(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("filed_at__isnull", False)), fields=["filed_at"], name="visit_by_filing"
            ),
        ),
        AddIndexConcurrently(
            model_name="visit",
            index=models.Index(fields=["client", "-id"], name="visit_of_client"),
        ),
    ]
