"""Judgements as they stand: the highest revision of each assignment."""

from django.db.models import OuterRef, QuerySet, Subquery

from annotations.models import Assignment, Judgement, Protocol, Rater, RatingSession
from annotations.verdicts import Verdict


def by_key(key: str) -> Judgement | None:
    return Judgement.objects.filter(key=key).first()


def last_revision(assignment: Assignment) -> int:
    last = assignment.judgements.order_by("-revision").values_list("revision", flat=True).first()
    return last or 0


def newest_of(assignment: Assignment) -> Judgement | None:
    """The assignment's highest revision, retracted or not."""
    return assignment.judgements.order_by("-revision").first()


def current_of(assignment: Assignment) -> Judgement | None:
    """The assignment's standing judgement; None where there is none or it was retracted."""
    newest = newest_of(assignment)
    return None if newest is None or newest.retracted else newest


def standing(protocol: Protocol, *, excluded_too: bool = False) -> QuerySet[Judgement]:
    """All standing judgements under a protocol, one per assignment; those of excluded raters do not count."""
    newest = Judgement.objects.filter(assignment=OuterRef("assignment")).order_by("-revision")
    found = Judgement.objects.filter(protocol=protocol, pk=Subquery(newest.values("pk")[:1]), retracted=False)
    found = found.filter(assignment__state=Assignment.State.JUDGED)
    return found if excluded_too else found.exclude(assignment__rater__standing=Rater.Standing.EXCLUDED)


def step_wanted(judgement: Judgement, protocol: Protocol) -> str:
    """What the rubric still asks of a standing judgement: "lean", "details", or nothing."""
    if lean_wanted(judgement, protocol):
        return "lean"
    return "details" if protocol.questions and judgement.step != "details" else ""


def lean_wanted(judgement: Judgement, protocol: Protocol) -> bool:
    """Whether the rubric asks for a lean after this verdict, and none is there yet."""
    asked = {
        Protocol.Lean.NEVER: set(),
        Protocol.Lean.TIE: {Verdict.TIE.value},
        Protocol.Lean.UNDECIDED: {Verdict.TIE.value, Verdict.BOTH_BAD.value},
    }[Protocol.Lean(protocol.lean)]
    return not judgement.lean and judgement.verdict in asked


def last_judged(session: RatingSession) -> Assignment | None:
    judged = session.assignments.filter(state=Assignment.State.JUDGED)
    return judged.select_related("comparison", "session__protocol").order_by("-place").first()
