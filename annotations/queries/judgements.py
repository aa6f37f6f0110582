"""Judgements as they stand: the highest revision of each assignment."""

import hashlib
from dataclasses import dataclass

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet

from annotations import assigning
from annotations.models import Assignment, Judgement, Protocol, Rater, RatingSession
from annotations.queries.compiled import Compiled, Slot
from annotations.verdicts import Verdict

# Ids given to judgements that are written at the same time; many more than there ever are.
AT_ONCE = 2_000
# After which verdicts a lean is asked.
_LEANS: dict[Protocol.Lean, set[str]] = {
    Protocol.Lean.NEVER: set(),
    Protocol.Lean.TIE: {Verdict.TIE.value},
    Protocol.Lean.UNDECIDED: {Verdict.TIE.value, Verdict.BOTH_BAD.value},
}


def by_key(key: str) -> Judgement | None:
    return Judgement.objects.filter(key=key).first()


@dataclass(frozen=True)
class History:
    """How many revisions an assignment has, and what has become of its session."""

    revisions: int
    ended: bool
    revealed: bool


_HISTORY = Compiled(
    lambda: (
        Assignment.objects.filter(pk=Slot("assignment", BigIntegerField()))
        .order_by("-judgements__revision")
        .values_list("judgements__revision", "session__ended_at", "session__revealed_at")[:1]
    )
)


def history(assignment: Assignment) -> History:
    """As it is now, whatever was read before."""
    last, ended, revealed = _HISTORY.all(assignment=assignment.pk)[0]
    return History(last or 0, ended is not None, revealed is not None)


def newest_of(assignment: Assignment) -> Judgement | None:
    """The assignment's highest revision, retracted or not."""
    return assignment.judgements.order_by("-revision").first()


def current_of(assignment: Assignment) -> Judgement | None:
    """The assignment's standing judgement; None where there is none or it was retracted."""
    newest = newest_of(assignment)
    return None if newest is None or newest.retracted else newest


def standing(
    protocol: Protocol, *, excluded_too: bool = False, upto: int | None = None
) -> QuerySet[Judgement]:
    """All standing judgements under a protocol, one per assignment. Those of excluded raters do not count, and the answers
    of the training round are none. `upto`: as they stood when this was the highest id."""
    found = _standing(protocol, upto).exclude(assignment__purpose=Assignment.Purpose.TRAINING)
    return found if excluded_too else found.exclude(assignment__rater__standing=Rater.Standing.EXCLUDED)


def fingerprint(protocol: int) -> str:
    """Changes with every judgement, revision or retraction, and with who is excluded: the highest id, how many ids there are
    shortly below it, and whose do not count.

    Each of those writes a row, so that the highest id changes. What was written at the same time may be seen later than a
    higher one: it is among the last ids. Few rows are read, however many judgements there are.
    """
    # What is no judgement of the study makes no run stale.
    written = Judgement.objects.filter(protocol=protocol)
    written = written.exclude(assignment__purpose=Assignment.Purpose.TRAINING)
    highest = written.order_by("-pk").values_list("pk", flat=True).first() or 0
    near = written.filter(pk__gt=highest - AT_ONCE, pk__lte=highest).count()
    names = ",".join(map(str, excluded(protocol)))
    without = f":without:{hashlib.sha256(names.encode()).hexdigest()[:12]}" if names else ""
    return f"judgements:to:{highest}:{near}{without}"


def excluded(protocol: int) -> list[int]:
    """Raters whose judgements do not count, in order."""
    found = Rater.objects.filter(standing=Rater.Standing.EXCLUDED, sessions__protocol=protocol)
    return list(found.order_by("pk").values_list("pk", flat=True).distinct())


def of_training(protocol: Protocol) -> QuerySet[Judgement]:
    """The answers of the training round as they stand, whoever gave them."""
    return _standing(protocol).filter(assignment__purpose=Assignment.Purpose.TRAINING)


def _standing(protocol: Protocol, upto: int | None = None) -> QuerySet[Judgement]:
    later = Judgement.objects.filter(assignment=OuterRef("assignment"), revision__gt=OuterRef("revision"))
    found = Judgement.objects.filter(protocol=protocol, retracted=False)
    if upto is not None:
        later, found = later.filter(pk__lte=upto), found.filter(pk__lte=upto)
    # Not the highest by a look at each: of a million the database then compares all at once.
    return found.filter(~Exists(later), assignment__state=Assignment.State.JUDGED)


def step_wanted(judgement: Judgement, protocol: Protocol) -> str:
    """What the rubric still asks of a standing judgement: "lean", "details", or nothing. In training what was expected is
    "told" in place of details."""
    if lean_wanted(judgement, protocol):
        return "lean"
    wanted = _wanted_last(judgement.assignment, protocol)
    return "" if judgement.step == wanted else wanted


def closes(assignment: Assignment, protocol: Protocol, *, verdict: str, lean: str = "") -> bool:
    """Whether the rubric would ask nothing more of this assignment after such a vote."""
    leans = not lean and verdict in _LEANS[Protocol.Lean(protocol.lean)]
    return not leans and not _wanted_last(assignment, protocol)


def _wanted_last(assignment: Assignment, protocol: Protocol) -> str:
    """What follows the vote and its lean; empty where nothing does."""
    if assignment.purpose == Assignment.Purpose.TRAINING:
        return "told"
    return "details" if protocol.questions or recognition_wanted(assignment, protocol) else ""


def recognition_wanted(assignment: Assignment, protocol: Protocol) -> bool:
    """Whether this vote is one of those after which the rater is asked if they recognised a model. In training nobody is."""
    if not protocol.recognise_rate or assignment.session.training:
        return False
    seed, place = assignment.session.seed, assignment.place
    return assigning.asks_recognised(session_seed=seed, place=place, rate=protocol.recognise_rate)


def recognitions(protocol: Protocol, kind: str) -> tuple[int, int]:
    """After how many votes of this kind of rater a model was recognised, and after how many the question was answered."""
    answered = standing(protocol).filter(assignment__rater__kind=kind).exclude(recognised={})
    told = answered.values_list("recognised", flat=True)
    named = [any(names.values()) for names in told.iterator(chunk_size=2_000)]
    return sum(named), len(named)


def lean_wanted(judgement: Judgement, protocol: Protocol) -> bool:
    """Whether the rubric asks for a lean after this verdict, and none is there yet."""
    return not judgement.lean and judgement.verdict in _LEANS[Protocol.Lean(protocol.lean)]


def leans_after(protocol: Protocol) -> frozenset[str]:
    """The verdicts after which the rubric asks for a lean."""
    return frozenset(_LEANS[Protocol.Lean(protocol.lean)])


def taken_back(session: RatingSession) -> bool:
    """Whether an answer of this session was retracted and waits to be given again."""
    return session.assignments.filter(state=Assignment.State.DEALT, judgements__isnull=False).exists()


def last_judged(session: RatingSession) -> Assignment | None:
    judged = session.assignments.filter(state=Assignment.State.JUDGED)
    return judged.select_related("comparison", "session__protocol").order_by("-place").first()
