"""What the search box reads: a row per record, and how far the rows of each kind are made."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchRow(models.Model):
    """A record as it is found: its words folded, who sees it, and when it was.

    Personal text lies here a second time: the row is made anew, or goes, with its record, in the same transaction.
    `text` is what the record's page shows, found by any part of it; `keys` are found from their beginning or whole:
    numbers without hyphens, names by pinyin, telephones, credentials. `mark` is a hash of the record's own columns,
    by which an event that changes none of its words is told from one that does.
    """

    pk = models.CompositePrimaryKey("subject_type", "subject_pk")
    subject_type = models.CharField(max_length=40)
    subject_pk = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)
    client_unit_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    mark = models.CharField(max_length=16)
    text = models.TextField()
    keys = models.TextField()
    document = SearchVectorField()

    class Meta:
        indexes = [
            # A row has some 200 lexemes: entered in bundles they cost a third. Every search reads those that wait, so
            # they are few.
            GinIndex(fields=["document"], fastupdate=True, gin_pending_list_limit=1024, name="search_by_words"),
            models.Index(fields=["subject_type", "-at", "-subject_pk"], name="search_newest"),
            models.Index(fields=["client_id"], condition=models.Q(client_id__isnull=False), name="search_of_client"),
        ]


class SearchBuild(models.Model):
    """How far the rows of a kind are made, from its newest record back to its first: `down_to` is the last one dealt
    with, `from_pk` where it began. Of another `version` than the code's they are made anew."""

    subject_type = models.CharField(max_length=40, primary_key=True)
    version = models.PositiveSmallIntegerField()
    from_pk = models.BigIntegerField()
    down_to = models.BigIntegerField()
    built_at = models.DateTimeField(null=True)
