import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vibes", "0013_probes"),
    ]

    operations = [
        migrations.AddField(
            model_name="studycue",
            name="errand",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="edits_for",
                to="vibes.study",
            ),
        ),
    ]
