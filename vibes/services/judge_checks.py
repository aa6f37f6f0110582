"""Whether a judge can be put to work: looked at when the work is begun, and again when its questions are written."""

from django.db.models import QuerySet

from annotations.models import Comparison
from vibes.models import Generation, Judge, JudgeRun, Study
from vibes.services.generations import queue

Work = JudgeRun.Work


class NotNow(ValueError):
    """A judge that cannot be made, or cannot work on this study. The message is for the lead."""


def check(judge: Judge, study: Study | None, work: str) -> None:
    """Raises NotNow where the judge is not what it was, or the study asks for what judges are not asked."""
    if judge.endpoint.archived_at:
        raise NotNow(f"{judge.endpoint.name} is archived.")
    if queue.snapshot_hash(queue.snapshot(judge.endpoint)) != judge.settings_hash:
        raise NotNow(
            f"The settings of {judge.endpoint.name} have changed since {judge.name} was made, and another model would "
            "speak under its name. Change them back, or add an endpoint with the new ones and make a judge of that."
        )
    if work != Work.SENTENCES:
        _check_study(study)


def _check_study(study: Study | None) -> None:
    if study is None:
        raise NotNow("Choose a study.")
    if JudgeRun.objects.filter(errand=study).exists():
        raise NotNow("This is no study that is rated.")


def nothing_left(judge: Judge, study: Study | None, work: str) -> NotNow:
    """Why there is nothing to ask: none is there yet, or the judge has answered all there is."""
    if work == Work.SENTENCES or study is None:
        return NotNow(f"{judge.name} has measured all labelled sentences.")
    if work == Work.SCALES:
        what, made = "answers", "They come as they are fetched."
        some = study.generations.filter(state=Generation.State.DONE).exists()
    else:
        what, made = "comparisons", "They are made as its answers arrive."
        some = to_judge(study).exists()
    if not some:
        return NotNow(f"{study.name} has no {what} to judge yet. {made}")
    return NotNow(f"{judge.name} has judged all {what} of {study.name} that there are.")


def to_judge(study: Study) -> QuerySet[Comparison]:
    """The comparisons that judges are asked about. Golds, repeats and identical pairs check people."""
    return Comparison.objects.filter(
        protocol=study.protocol, purpose=Comparison.Purpose.STUDY, writing=Comparison.Writing.DONE
    )
