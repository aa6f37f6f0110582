from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes under the progress of a study: its counts, its pairs, its pace and its errors."""

    dependencies = [("vibes", "0002_fetching")]

    operations = [
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                fields=["ordered_by", "endpoint", "state", "held", "cost", "tokens_out"],
                name="generation_tally",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                fields=["state", "prompt", "sample", "endpoint", "id"], name="generation_pairs"
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(fields=["finished_at"], name="generation_finished"),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("error", ""), _negated=True), fields=["endpoint"], name="generation_error"
            ),
        ),
    ]
