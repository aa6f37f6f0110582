"""Judges: models that rate as people do. What they are asked, what became of each question, and what a text was measured at."""

from django.conf import settings
from django.db import models


class Judge(models.Model):
    """A rater of kind machine: an endpoint, as it was set then, and the version of the words in which it is asked."""

    name = models.CharField(max_length=120, unique=True)
    rater = models.OneToOneField("annotations.Rater", on_delete=models.PROTECT, related_name="+")
    endpoint = models.ForeignKey("vibes.Endpoint", on_delete=models.PROTECT, related_name="judges")
    # The words of a comparison's question, and of a single text's.
    version = models.CharField(max_length=40)
    scales_version = models.CharField(max_length=40)
    # The endpoint's settings when it became a judge: with others it would be another judge.
    settings_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "version"], name="one_judge_an_endpoint_and_version")
        ]

    def __str__(self) -> str:
        return self.name


class JudgeRun(models.Model):
    """A judge put to work: on a study's comparisons in both orders, on its answers one by one, or on labelled sentences.

    The questions are prompts, and their replies generations of a study of their own, `errand`, that nobody rates: so they
    are fetched, limited, retried, capped and paid as all answers are.
    """

    class Work(models.TextChoices):
        VERDICTS = "verdicts", "Comparisons, in both orders"
        SCALES = "scales", "Answers, on the two scales of sycophancy"
        SENTENCES = "sentences", "Labelled sentences, on the same scales: how precise it is"

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    judge = models.ForeignKey(Judge, on_delete=models.PROTECT, related_name="runs")
    # None for the labelled sentences, which are no study's.
    study = models.ForeignKey(
        "vibes.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="judge_runs"
    )
    errand = models.OneToOneField("vibes.Study", on_delete=models.PROTECT, related_name="errand_of")
    work = models.CharField(max_length=9, choices=Work)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"judge run {self.pk}"


class JudgeCalibration(models.Model):
    """A judge beside people on one study's judgements: data, seed and code in, figures out. Never computed again in place."""

    judge = models.ForeignKey(Judge, on_delete=models.PROTECT, related_name="calibrations")
    study = models.ForeignKey("vibes.Study", on_delete=models.PROTECT, related_name="+")
    protocol = models.ForeignKey("annotations.Protocol", on_delete=models.PROTECT, related_name="+")
    data_fingerprint = models.CharField(max_length=80)
    seed = models.BigIntegerField()
    code_version = models.CharField(max_length=80)
    # As `stats.trust` states it; the reason stands in the result.
    calibrated = models.BooleanField()
    result = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["judge", "protocol", "data_fingerprint", "code_version", "seed"],
                name="one_calibration_of_the_same",
            )
        ]

    def __str__(self) -> str:
        return f"calibration {self.pk}"


class JudgeQuestion(models.Model):
    """One thing that a run wants to know, and what became of it. An unreadable reply is no verdict, and is counted."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        TAKEN = "taken", "Taken over"
        UNREADABLE = "unreadable", "Not as it was asked for"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    run = models.ForeignKey(JudgeRun, on_delete=models.PROTECT, related_name="questions")
    # A comparison, with the side that stands first; or one answer; or a text by its hash.
    comparison = models.ForeignKey(
        "annotations.Comparison", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first = models.CharField(max_length=1, blank=True, choices=[("a", "a"), ("b", "b")])
    answer = models.ForeignKey(
        "vibes.Generation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text_hash = models.CharField(max_length=64, blank=True)
    prompt = models.ForeignKey("vibes.Prompt", on_delete=models.PROTECT, related_name="+")
    # The word by which the reply is read (`judging.marks`).
    mark = models.CharField(max_length=20)
    reply = models.ForeignKey(
        "vibes.Generation", null=True, blank=True, on_delete=models.PROTECT, related_name="judge_questions"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "comparison", "first"], name="one_question_an_order"),
            models.UniqueConstraint(fields=["run", "answer"], name="one_question_an_answer"),
            models.UniqueConstraint(
                fields=["run", "text_hash"], name="one_question_a_text", condition=~models.Q(text_hash="")
            ),
            models.CheckConstraint(
                condition=models.Q(comparison=None, first="", answer__isnull=False, text_hash="")
                | models.Q(comparison__isnull=False, first__in=["a", "b"], answer=None, text_hash="")
                | (models.Q(comparison=None, first="", answer=None) & ~models.Q(text_hash="")),
                name="question_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "outcome"], name="question_outcome"),
            # Looked for once a minute, among all that was ever taken over.
            models.Index(fields=["outcome"], name="question_open", condition=~models.Q(outcome="taken")),
        ]

    def __str__(self) -> str:
        return f"question {self.pk} of {self.run_id}"
