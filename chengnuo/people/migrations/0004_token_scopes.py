from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


def everything():
    """Tokens made before there were scopes keep doing what they did."""
    return ["write"]


class Migration(migrations.Migration):
    dependencies = [("people", "0003_extension")]

    operations = [
        migrations.AddField(
            "token", "scopes", ArrayField(models.CharField(max_length=40), default=everything), preserve_default=False
        ),
        migrations.AddField("token", "last_used_at", models.DateTimeField(null=True)),
    ]
