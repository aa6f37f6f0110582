import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vibes", "0014_edits_by_endpoint"),
    ]

    operations = [
        migrations.AddField(
            model_name="studycue",
            name="reader",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vibes.endpoint",
            ),
        ),
        migrations.AddField(
            model_name="studycue",
            name="reader_errand",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims_for",
                to="vibes.study",
            ),
        ),
        migrations.CreateModel(
            name="ClaimsReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=20)),
                ("mark", models.CharField(max_length=10)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("waiting", "Not answered yet"),
                            ("same", "The same claims"),
                            ("changed", "A claim changed"),
                            ("unreadable", "Could not be read"),
                            ("failed", "No answer"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "edit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reading", to="vibes.edit"
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vibes.generation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["verdict"], name="claims_verdict")],
            },
        ),
    ]
