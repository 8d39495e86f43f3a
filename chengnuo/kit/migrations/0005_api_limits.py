from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kit", "0004_outward")]

    operations = [
        migrations.CreateModel(
            "ApiCount",
            [
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("minute", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        # Counted at every request: unlogged writes nothing to the log of the database, and half a page left free keeps
        # a changed row on its page, so that no index is touched.
        migrations.RunSQL(
            "ALTER TABLE kit_apicount SET UNLOGGED; ALTER TABLE kit_apicount SET (fillfactor = 50)",
            migrations.RunSQL.noop,
        ),
    ]
