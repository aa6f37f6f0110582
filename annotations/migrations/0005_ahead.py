"""A comparison may be dealt one ahead of the one on the screen. Nothing changes in the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotations", "0004_rounds")]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="state",
            field=models.CharField(
                choices=[
                    ("ahead", "Dealt ahead"),
                    ("dealt", "Dealt"),
                    ("judged", "Judged"),
                    ("skipped", "Skipped"),
                    ("broken", "Reported broken"),
                    ("expired", "Lease expired"),
                ],
                default="dealt",
                max_length=8,
            ),
        )
    ]
