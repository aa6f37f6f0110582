"""Rating may be opened later than its study is made. Nothing changes in the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotations", "0005_ahead")]

    operations = [
        migrations.AlterField(
            model_name="opening",
            name="state",
            field=models.CharField(
                choices=[
                    ("notyet", "Not opened yet"),
                    ("open", "Open"),
                    ("paused", "Paused"),
                    ("closed", "Closed"),
                ],
                default="open",
                max_length=6,
            ),
        )
    ]
