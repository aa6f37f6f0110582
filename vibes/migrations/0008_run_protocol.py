import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0004_rounds"),
        ("vibes", "0007_versions_and_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="analysisrun",
            name="protocol",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotations.protocol",
            ),
        ),
    ]
