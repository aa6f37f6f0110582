"""What a study has asked until now is its version 1, and its runs are of that version."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

CHUNK = 500


def number_the_first(apps, schema_editor):
    study, version, run = (
        apps.get_model("vibes", name) for name in ("Study", "ProtocolVersion", "AnalysisRun")
    )
    known = version.objects.values("study")
    made = (
        version(study=found, protocol_id=found.protocol_id, number=1, created_by_id=found.created_by_id)
        for found in study.objects.exclude(pk__in=known).iterator(chunk_size=CHUNK)
    )
    version.objects.bulk_create(made, batch_size=CHUNK)
    # Bulk rows are dated now; the study was asked from its beginning on.
    first = study.objects.filter(pk=OuterRef("study"))
    version.objects.update(created_at=Subquery(first.values("created_at")[:1]))
    asked = study.objects.filter(pk=OuterRef("study")).values("protocol")[:1]
    run.objects.exclude(study=None).filter(protocol=None).update(protocol=Subquery(asked))


class Migration(migrations.Migration):
    dependencies = [("vibes", "0008_run_protocol")]

    operations = [migrations.RunPython(number_the_first, migrations.RunPython.noop)]
