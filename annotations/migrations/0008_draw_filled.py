"""Groups that are there get their place in the random order, and their counts."""

import hashlib
from itertools import islice

from django.db import migrations
from django.db.models import Min, Sum

BATCH = 1_000
ORDER = 'UPDATE {table} SET draw = %s WHERE protocol_id = %s AND "group" = %s'
COUNTS = "UPDATE {table} SET places = %s, covered = %s WHERE id = %s"


def place(seed, group):
    """As `assigning.standing` has it: a number from 0 to 1."""
    words = f"{seed}/draw/{group}"
    return (int.from_bytes(hashlib.sha256(words.encode()).digest()[:8]) >> 11) / 2**53


def fill(apps, schema_editor):
    """In a fixed order, so that the first of a group, by id, is its head."""
    comparisons = apps.get_model("annotations", "Comparison").objects.using(schema_editor.connection.alias)
    table = schema_editor.quote_name(comparisons.model._meta.db_table)
    groups = comparisons.filter(purpose="study").values("protocol", "protocol__seed", "group")
    counted = groups.annotate(head=Min("pk"), places=Sum("wanted"), covered=Sum("taken")).order_by("head")
    rows = iter(list(counted))
    with schema_editor.connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            order = [(place(r["protocol__seed"], r["group"]), r["protocol"], r["group"]) for r in batch]
            cursor.executemany(ORDER.format(table=table), order)
            cursor.executemany(
                COUNTS.format(table=table), [(r["places"], r["covered"], r["head"]) for r in batch]
            )


class Migration(migrations.Migration):
    dependencies = [("annotations", "0007_draw")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
