from django.db import migrations, models


class Migration(migrations.Migration):
    """What a study has spent, as last summed; and best of n as a choice of samples."""

    dependencies = [("vibes", "0004_unanswered")]

    operations = [
        migrations.AddField(
            model_name="study",
            name="summed",
            field=models.DecimalField(blank=True, decimal_places=8, max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name="study",
            name="summed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="study",
            name="summed_upto",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="study",
            name="selection",
            field=models.CharField(
                choices=[
                    (
                        "each",
                        "Each sample is shown: the first against the first, the second against the second",
                    ),
                    ("majority", "The sample with the most common final answer speaks for its endpoint"),
                    (
                        "best",
                        "The first sample with the right final answer, by the prompt's answer key, speaks for it",
                    ),
                ],
                default="each",
                max_length=8,
            ),
        ),
    ]
