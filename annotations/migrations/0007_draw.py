"""A stored random order of groups, and what is wanted and taken of a whole group: the next one is found without a count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotations", "0006_not_yet")]

    operations = [
        migrations.RemoveIndex(model_name="comparison", name="comparison_coverage"),
        migrations.AddField(
            model_name="comparison", name="places", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="comparison", name="covered", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(model_name="comparison", name="draw", field=models.FloatField(default=0)),
        migrations.AddField(model_name="comparison", name="priority", field=models.FloatField(default=0)),
        migrations.AddIndex(
            model_name="comparison",
            index=models.Index(
                fields=["protocol", "covered", "draw", "group", "topic", "priority", "places", "id"],
                condition=models.Q(("covered__lt", models.F("places"))),
                name="comparison_open",
            ),
        ),
        migrations.AddIndex(
            model_name="comparison",
            index=models.Index(
                fields=["protocol", "draw"], condition=models.Q(("places__gt", 0)), name="comparison_heads"
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.CheckConstraint(
                condition=models.Q(("covered__lte", models.F("places"))),
                name="comparison_group_overlap_exact",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__gte", 0)), name="comparison_priority_positive"
            ),
        ),
    ]
