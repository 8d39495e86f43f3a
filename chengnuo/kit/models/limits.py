from django.db import models


class ApiCount(models.Model):
    """How many requests came under a key (a token, an address) in its last minute; `kit.limits` writes it."""

    key = models.CharField(max_length=80, primary_key=True)
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField()
