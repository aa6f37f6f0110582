import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Scales and questions, purposes of a comparison, a rater's standing, and links for recruiting services."""

    dependencies = [
        ("annotations", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("study", "Of the study"),
                    ("gold", "With a known answer"),
                    ("identical", "An answer with itself"),
                    ("repeat", "A repeat with swapped sides"),
                ],
                default="study",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="comparison",
            name="expected",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="comparison",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("study", "Of the study"),
                    ("gold", "With a known answer"),
                    ("identical", "An answer with itself"),
                ],
                default="study",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="completion_url",
            field=models.URLField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="invitation",
            name="outside_parameter",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="judgement",
            name="aspects",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="judgement",
            name="comment",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="judgement",
            name="confidence",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="judgement",
            name="flags",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="judgement",
            name="reasons",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="judgement",
            name="spans",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="judgement",
            name="step",
            field=models.CharField(default="verdict", max_length=7),
        ),
        migrations.AddField(
            model_name="judgement",
            name="strength",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="protocol",
            name="gold_rate",
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name="protocol",
            name="identical_rate",
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name="protocol",
            name="questions",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="protocol",
            name="repeat_rate",
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name="protocol",
            name="scale",
            field=models.CharField(
                choices=[
                    ("four", "A, B, tie, both bad"),
                    ("five", "Five points: A much better to B much better"),
                    ("eight", "Eight points, without a tie"),
                ],
                default="four",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="rater",
            name="invitation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="raters",
                to="annotations.invitation",
            ),
        ),
        migrations.AddField(
            model_name="rater",
            name="outside_id",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="rater",
            name="standing",
            field=models.CharField(
                choices=[
                    ("active", "Active"),
                    ("paused", "Paused: gets no further comparison"),
                    ("excluded", "Excluded: judgements do not count"),
                ],
                default="active",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="rater",
            name="standing_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddIndex(
            model_name="comparison",
            index=models.Index(
                fields=["protocol", "purpose", "group", "topic", "taken", "wanted"], name="comparison_draw"
            ),
        ),
        migrations.AddConstraint(
            model_name="rater",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outside_id", ""), _negated=True),
                fields=("invitation", "outside_id"),
                name="one_rater_an_outside_id",
            ),
        ),
    ]
