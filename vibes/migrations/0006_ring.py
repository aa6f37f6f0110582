from django.db import migrations, models


class Migration(migrations.Migration):
    """A ring as a choice of who meets whom."""

    dependencies = [("vibes", "0005_spending")]

    operations = [
        migrations.AlterField(
            model_name="study",
            name="pairing",
            field=models.CharField(
                choices=[
                    ("all", "All pairs"),
                    ("baseline", "Each against a baseline"),
                    ("ring", "A ring: each meets two others, drawn anew for every prompt"),
                ],
                default="all",
                max_length=8,
            ),
        ),
    ]
