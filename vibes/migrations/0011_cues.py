import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0009_own_prompts"),
        ("vibes", "0010_own_prompts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Edit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("seed", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Being made"),
                            ("proposed", "To be read"),
                            ("approved", "Approved"),
                            ("dropped", "Dropped"),
                            ("redone", "Redone"),
                            ("impossible", "Not possible"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("ratio", models.FloatField(blank=True, null=True)),
                ("problems", models.JSONField(blank=True, default=list)),
                ("draw", models.FloatField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("in_bulk", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="StudyCue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "design",
                    models.CharField(
                        choices=[
                            (
                                "variants",
                                "Beside the other answer: without the cue, with it on A, with it on B",
                            ),
                            ("pair", "An answer against its own edit"),
                        ],
                        default="variants",
                        max_length=8,
                    ),
                ),
                ("share", models.FloatField()),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="matchup",
            name="one_matchup_a_pair",
        ),
        migrations.AddField(
            model_name="arm",
            name="cue_on",
            field=models.CharField(
                blank=True, choices=[("", "Neither"), ("a", "A"), ("b", "B")], default="", max_length=1
            ),
        ),
        migrations.AddField(
            model_name="study",
            name="planted",
            field=models.PositiveSmallIntegerField(default=3),
        ),
        migrations.AddField(
            model_name="study",
            name="unplanted",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="edit",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="edit",
            name="generation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vibes.generation"
            ),
        ),
        migrations.AddField(
            model_name="edit",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vibes.generation",
            ),
        ),
        migrations.AddField(
            model_name="arm",
            name="edit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vibes.edit",
            ),
        ),
        migrations.AddConstraint(
            model_name="arm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cue_on", ""), ("edit", None)),
                    models.Q(("cue_on__in", ("a", "b")), ("edit__isnull", False)),
                    _connector="OR",
                ),
                name="arm_cue_with_its_edit",
            ),
        ),
        migrations.AddField(
            model_name="studycue",
            name="endpoint",
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
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cues", to="vibes.study"
            ),
        ),
        migrations.AddField(
            model_name="edit",
            name="cue",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="edits", to="vibes.studycue"
            ),
        ),
        migrations.AddField(
            model_name="matchup",
            name="cue",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matchups",
                to="vibes.studycue",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchup",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("cue", None),
                    models.Q(("generation_a", models.F("generation_b")), _negated=True),
                    _connector="OR",
                ),
                fields=("study", "generation_a", "generation_b"),
                name="one_matchup_a_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchup",
            constraint=models.UniqueConstraint(
                fields=("cue", "generation_a", "generation_b"), name="one_matchup_a_cue"
            ),
        ),
        migrations.AddConstraint(
            model_name="studycue",
            constraint=models.UniqueConstraint(fields=("study", "name", "design"), name="one_cue_a_design"),
        ),
        migrations.AddConstraint(
            model_name="studycue",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gt", 0), ("share__lte", 1)), name="cue_share"
            ),
        ),
        migrations.AddIndex(
            model_name="edit",
            index=models.Index(fields=["cue", "state", "draw"], name="edit_order"),
        ),
        migrations.AddConstraint(
            model_name="edit",
            constraint=models.UniqueConstraint(
                fields=("cue", "generation", "number"), name="one_edit_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="edit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "redone"), _negated=True),
                fields=("cue", "generation"),
                name="one_standing_edit",
            ),
        ),
    ]
