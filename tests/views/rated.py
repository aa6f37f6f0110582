"""A study in which people have judged, through the services."""

from datetime import timedelta

from django.utils import timezone

from annotations.models import Assignment, Comparison, Judgement, Rater, RatingSession
from annotations.services import comparisons, dealing, judgements, raters, sessions
from tests.services import desk
from vibes.models import Generation, Study
from vibes.services import pairing


def person(study: Study, length: int = 30) -> RatingSession:
    invitation = study.protocol.invitations.first()
    session = sessions.open_session(
        rater=raters.begin(invitation=invitation), protocol=study.protocol, length=length
    )
    sessions.consent(session=session)
    return session


def judge(assignment: Assignment, verdict: str = "a", seconds: float = 20) -> Judgement:
    """`verdict` as clicked: "a" is the left column."""
    telemetry = judgements.Telemetry(seconds_visible=seconds)
    name = str(assignment.public_id)
    answer = judgements.Answer(verdict=verdict, key=f"{name}.1", telemetry=telemetry)
    judgement = judgements.record(assignment=assignment, rater=assignment.rater, answer=answer)
    if verdict == "tie" and assignment.session.protocol.lean != "never":
        judgements.add_lean(assignment=assignment, rater=assignment.rater, lean="a", key=f"{name}.2")
    return judgement


def judged_by(study: Study, count: int, verdicts: str = "aabt", seconds: float = 20) -> Rater:
    """One new person who judges so many; `verdicts` in turn: a is left, b right, t a tie."""
    session = person(study, length=count)
    for number in range(count):
        assignment = dealing.deal_next(session=session)
        if assignment is None:
            break
        judge(
            assignment,
            {"t": "tie"}.get(verdicts[number % len(verdicts)], verdicts[number % len(verdicts)]),
            seconds,
        )
    return session.rater


def study(people: int = 3, each: int = 12) -> Study:
    made = desk.answered()
    for number in range(people):
        judged_by(made, each, seconds=20 + number)
    return made


def long_ago(study: Study) -> None:
    """As if nobody had rated for two days."""
    ids = Judgement.objects.filter(protocol=study.protocol).values_list("pk", flat=True)
    # A judgement is never changed by the product: only its clock is turned back here.
    Judgement.objects.filter(pk__in=list(ids)).update(decided_at=timezone.now() - timedelta(days=2))


def wanted(study: Study) -> int:
    return sum(Comparison.objects.filter(protocol=study.protocol).values_list("wanted", flat=True))


def answer_all(study: Study) -> None:
    """All answers are here, and paired."""
    for generation in Generation.objects.filter(studies=study):
        generation.text = f"An answer of {generation.endpoint.name}."
        generation.state = Generation.State.DONE
        generation.save()
    pairing.assemble(study=study)


def add_checks(made: Study) -> None:
    """Golds and identical pairs, as many as anybody may meet."""
    for number in range(12):
        asked = [{"role": "user", "text": f"What is {number} + {number}?"}]
        right = [{"role": "assistant", "text": f"{2 * number}"}]
        wrong = [{"role": "assistant", "text": "I would rather not say."}]
        for purpose, other, expected in (
            (Comparison.Purpose.GOLD, wrong, "a"),
            (Comparison.Purpose.IDENTICAL, right, ""),
        ):
            comparisons.create(
                protocol=made.protocol,
                group=f"{purpose}-{number}",
                topic=f"{purpose}-{number}",
                caption="maths",
                prefix=asked,
                side_a=right,
                side_b=other,
                purpose=purpose,
                expected=expected,
            )
