"""Whether a judge may work: looked at when a lead asks for it, and once more when its questions are written."""

from django.db.models import QuerySet

from annotations.models import Comparison, Protocol
from annotations.rubrics import Scale
from vibes.models import Generation, Judge, JudgeRun, Study
from vibes.services.generations import queue

Work = JudgeRun.Work


class NotNow(ValueError):
    """A judge that cannot be made, or cannot work on this study. The message is for the lead."""


def check(*, judge: Judge, study: Study | None, work: str) -> None:
    """Raises NotNow where the judge is not what it was, or the study asks for what it is not asked, or has nothing to judge."""
    if judge.endpoint.archived_at:
        raise NotNow(f"{judge.endpoint.name} is archived.")
    if queue.snapshot_hash(queue.snapshot(judge.endpoint)) != judge.settings_hash:
        raise NotNow(
            f"The settings of {judge.endpoint.name} have changed since {judge.name} was made, and another model would "
            "speak under its name. Change them back, or add an endpoint with the new ones and make a judge of that."
        )
    if work != Work.SENTENCES:
        _check_study(study, work)


def _check_study(study: Study | None, work: str) -> None:
    if study is None:
        raise NotNow("Choose a study.")
    if JudgeRun.objects.filter(errand=study).exists():
        raise NotNow("This is no study that is rated.")
    if work == Work.VERDICTS and study.protocol.scale != Scale.FOUR:
        raise NotNow(
            "Judges give the four verdicts (A, B, tie, both bad); this study asks people for points of a scale, and what a judge "
            "says could not be laid beside that. Choose a study with the four verdicts, or let it measure answers."
        )
    if work == Work.VERDICTS and not comparisons(study.protocol).exists():
        raise NotNow(
            f"{study.name} has no comparison yet: its answers are still being fetched, or its edits wait to be approved."
        )
    if work == Work.SCALES and not study.generations.filter(state=Generation.State.DONE).exists():
        raise NotNow(f"{study.name} has no answer yet.")


def comparisons(protocol: Protocol) -> QuerySet[Comparison]:
    """What people of this study judge: not its golds, repeats and identical pairs, and nothing that is still being written."""
    return protocol.comparisons.filter(purpose=Comparison.Purpose.STUDY, writing=Comparison.Writing.DONE)
