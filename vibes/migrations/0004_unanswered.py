from django.db import migrations, models


class Migration(migrations.Migration):
    """An index under a study's spending: the calls that are under way, failed or lost. Most are answered, and left out."""

    dependencies = [("vibes", "0003_tallies")]

    operations = [
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("outcome", "answered"), _negated=True),
                fields=["outcome", "generation"],
                name="attempt_unanswered",
            ),
        ),
    ]
