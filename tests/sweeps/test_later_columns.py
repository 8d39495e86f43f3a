"""A column that comes later leaves the records that were there as they were hashed: `chengnuo check` stays clean."""

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, CreateModel

from chengnuo.ledger.models import Kept

# Added before there was a company whose records could have been hashed without them.
FROM_THE_BEGINNING = {"hotline.call.registered_at", "clients.client.folded"}


def added_later():
    """Columns of business records that a migration after the record's own brought."""
    made: dict[tuple[str, str], tuple[str, str]] = {}
    for key, migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if not migration.__module__.startswith("chengnuo."):
            continue
        for operation in migration.operations:
            if isinstance(operation, CreateModel):
                made[key[0], operation.name_lower] = key
            if isinstance(operation, AddField) and made.get((key[0], operation.model_name_lower)) != key:
                model = apps.get_model(key[0], operation.model_name)
                if issubclass(model, Kept) and operation.name != "version":
                    yield model, model._meta.get_field(operation.name).attname


def test_what_came_later_is_no_part_of_a_record_while_it_is_empty():
    found = [(model, name) for model, name in added_later()]
    missing = {f"{model._meta.label_lower}.{name}" for model, name in found if name not in model.LATER}
    assert missing - FROM_THE_BEGINNING == set()
    assert {f"{model._meta.label_lower}.{name}" for model, name in found} > FROM_THE_BEGINNING


def test_a_record_with_an_empty_later_column_is_hashed_as_it_was_without_it(cast):
    assert "extension" not in cast.zhoumin.row()
    cast.zhoumin.extension = "8001"
    assert cast.zhoumin.row()["extension"] == "8001"
