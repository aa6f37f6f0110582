"""What raters are asked, and how: immutable once made."""

import uuid

from django.db import models


class Protocol(models.Model):
    """A rubric, its instructions and the dealing rules. A change makes a new row; judgements hold theirs."""

    class Lean(models.TextChoices):
        NEVER = "never", "Never"
        TIE = "tie", "After a tie"
        UNDECIDED = "undecided", "After a tie and after both bad"

    class Scale(models.TextChoices):
        FOUR = "four", "A, B, tie, both bad"
        FIVE = "five", "Five points: A much better to B much better"
        EIGHT = "eight", "Eight points, without a tie"

    class Reveal(models.TextChoices):
        NEVER = "never", "Never"
        AFTER = "after", "When a set is done and its votes are closed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content_hash = models.CharField(max_length=64, db_index=True)
    title = models.CharField(max_length=200)
    instructions = models.TextField()
    consent = models.TextField()
    scale = models.CharField(max_length=5, choices=Scale, default=Scale.FOUR)
    lean = models.CharField(max_length=9, choices=Lean, default=Lean.TIE)
    both_bad_allowed = models.BooleanField(default=True)
    # What is asked after the verdict and the lean (`rubrics.Questions`); empty where nothing is.
    questions = models.JSONField(default=dict, blank=True)
    # Shares of a session that are comparisons with a known answer, of one answer with itself, and repeats with swapped
    # sides.
    gold_rate = models.FloatField(default=0)
    identical_rate = models.FloatField(default=0)
    repeat_rate = models.FloatField(default=0)
    # Share of the comparisons after which a rater is asked whether they recognised a model.
    recognise_rate = models.FloatField(default=0)
    # Comparisons with feedback before the first session, and how many of them must be answered as expected.
    training_length = models.PositiveSmallIntegerField(default=0)
    training_pass = models.PositiveSmallIntegerField(default=0)
    reveal = models.CharField(max_length=5, choices=Reveal, default=Reveal.NEVER)
    # Whether both answers appear word by word at one pace, in place of at once.
    replay = models.BooleanField(default=False)
    # How many prompts of their own a rater may write in one session.
    own_prompts = models.PositiveSmallIntegerField(default=0)
    # Whether they are written before a session and answered and dealt later, in place of at once while the rater waits.
    own_prompts_later = models.BooleanField(default=False)
    overlap = models.PositiveSmallIntegerField(default=3)
    session_length = models.PositiveSmallIntegerField(default=30)
    seed = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title
