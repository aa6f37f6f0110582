"""An export is the judgements of the database, counted: none missing, none twice, none rounded away, and not all in memory."""

import json
from collections import Counter

import pytest
from asgiref.sync import sync_to_async
from django.db.models import ProtectedError
from django.test import AsyncClient
from django.urls import reverse
from django.utils import timezone

from annotations.models import Assignment, Judgement, RatingSession
from annotations.queries import judgements as read
from annotations.rubrics import PRESETS
from annotations.services import dealing, judgements
from annotations.services.details import Details
from annotations.services.judgements import Answer
from tests.services import desk
from tests.views import rated
from vibes.models import Endpoint, Generation, Study
from vibes.queries import rating_measures, rating_statistics, unblinded
from vibes.services import pairing

pytestmark = pytest.mark.django_db
PEOPLE = ("person",)


def study(prompt_count: int = 4, **plan: object) -> Study:
    made = desk.study(prompt_count=prompt_count, **plan)
    for row in Generation.objects.all():
        Generation.objects.filter(pk=row.pk).update(text=f"Answer {row.pk}.", state=Generation.State.DONE)
    pairing.assemble(study=made)
    return made


def vote(session: RatingSession, **answer: object) -> Judgement:
    assignment = dealing.deal_next(session=session)
    assert assignment is not None
    key = f"{assignment.public_id}.1"
    return judgements.record(assignment=assignment, rater=session.rater, answer=Answer(key=key, **answer))


def counted(made: Study) -> Counter[str]:
    """Assignments that are judged, by rater: counted without a look at any revision."""
    found = Assignment.objects.filter(session__protocol=made.protocol, state=Assignment.State.JUDGED)
    return Counter(str(rater) for rater in found.values_list("rater__public_id", flat=True))


def test_the_export_is_the_judgements_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several raters of one comparison, leans, details, an undone vote, checks: over pages of three rows."""
    monkeypatch.setattr(unblinded, "PAGE", 3)
    made = study(prompt_count=3, gold_rate=0.2, repeat_rate=0.2)
    rated.add_checks(made)
    people = [rated.judged_by(made, 5, verdicts="atb") for _ in range(3)]
    last = read.last_judged(people[0].sessions.get())
    judgements.retract(assignment=last, rater=people[0], key="undone")
    rows = list(unblinded.rows(made, kinds=PEOPLE))
    assert Counter(str(row["rater"]) for row in rows) == counted(made)
    assert len(rows) == len({row["judgement_id"] for row in rows}) == unblinded.count(made) > 6
    per_prompt = Counter(row["matchup"] for row in rows if row["purpose"] == "study")
    assert max(per_prompt.values()) == 3, "all raters of one comparison"
    assert all(row["lean"] for row in rows if row["verdict"] == "tie")


def test_a_tie_in_points_is_a_zero_and_no_gap() -> None:
    """langfuse#9682: scores of zero were taken for none."""
    made = study(rubric=PRESETS["five"])
    session = rated.person(made)
    for strength in (0, 2, 0):
        judgement = vote(session, strength=strength)
        if strength == 0:
            judgements.add_lean(
                assignment=judgement.assignment, rater=session.rater, lean="a", key=f"{judgement.pk}"
            )
    rows = list(unblinded.rows(made, kinds=PEOPLE))
    assert sorted(abs(row["strength"]) for row in rows) == [0, 0, 2]
    assert [row["verdict"] for row in rows].count("tie") == 2


def test_what_is_revised_while_an_export_runs_comes_once() -> None:
    """label-studio#1289 by another way: a lean written between two pages is a new row with a higher id."""
    made = study()
    session = rated.person(made)
    first = vote(session, verdict="tie")
    upto = unblinded.last(made)
    begun = unblinded.page(made, after=0, upto=upto, kinds=PEOPLE)
    judgements.add_lean(assignment=first.assignment, rater=session.rater, lean="a", key="lean")
    vote(session, verdict="a")
    rest = unblinded.page(made, after=int(str(begun[-1]["judgement_id"])), upto=upto, kinds=PEOPLE)
    assert [row["lean"] for row in begun] == [""] and rest == []
    assert len(list(unblinded.rows(made, kinds=PEOPLE))) == 2


def test_what_was_rated_stays_when_its_endpoint_is_archived() -> None:
    """Agenta#1817: a variant was deleted, and old evaluations broke. Here it is archived, and cannot be deleted."""
    made = study()
    session = rated.person(made)
    vote(session, verdict="a")
    before = list(unblinded.rows(made, kinds=PEOPLE))
    Endpoint.objects.update(
        archived_at=timezone.now(), model="another-model", base_url="http://127.0.0.1:1/v1"
    )
    assert list(unblinded.rows(made, kinds=PEOPLE)) == before
    vote(session, verdict="b")
    assert unblinded.count(made) == 2
    judged = Judgement.objects.order_by("pk")[0].assignment
    frozen = (Endpoint.objects.first(), made.generations.first(), judged.comparison, judged, made.protocol)
    for row in frozen:
        with pytest.raises(ProtectedError):
            row.delete()


@pytest.mark.django_db(transaction=True)
async def test_an_export_holds_one_page_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """label-studio#5873: an export was put together in memory. Here it is sent a page of rows at a time."""
    monkeypatch.setattr(unblinded, "PAGE", 4)
    made = await sync_to_async(_judged)()
    client = AsyncClient()
    await client.aforce_login(await sync_to_async(desk.lead)())
    response = await client.get(reverse("export_judgements", args=[made.pk]))
    chunks = [chunk async for chunk in response.streaming_content]
    lines = [len(chunk.splitlines()) for chunk in chunks]
    assert response.streaming and max(lines) == 4 and len(lines) == 3
    assert sum(lines) == await sync_to_async(unblinded.count)(made) == 10
    assert len({json.loads(line)["judgement_id"] for chunk in chunks for line in chunk.splitlines()}) == 10


def _judged() -> Study:
    made = study(prompt_count=5)
    for _ in range(2):
        rated.judged_by(made, 5)
    return made


def test_what_was_recognised_has_its_columns_and_its_share() -> None:
    """Null where it was not asked, empty where nothing was recognised."""
    made = study(recognise_rate=1.0)
    session = rated.person(made)
    for number, recognised in enumerate(({"left": "Claude", "right": ""}, {"left": "", "right": ""}, {})):
        judgement = vote(session, verdict="a")
        assignment, details = judgement.assignment, Details(recognised=recognised)
        judgements.add_details(assignment=assignment, rater=session.rater, details=details, key=f"{number}")
    told = [(row["recognised_a"], row["recognised_b"]) for row in unblinded.rows(made, kinds=PEOPLE)]
    assert set(told[0]) == {"Claude", ""} and told[1:] == [("", ""), (None, None)]
    found = rating_statistics.reliability(made.protocol, "person")
    *_, measure = rating_measures.measures(found, made.protocol)
    assert measure.name == "A model was recognised" and "n = 2" in measure.note and measure.value
    quiet = study(prompt_count=2, characters=desk.CHARACTERS[2:])
    vote(rated.person(quiet), verdict="a")
    assert "recognised_a" not in next(unblinded.rows(quiet, kinds=PEOPLE))
    still = rating_statistics.reliability(quiet.protocol, "person")
    assert still.recognised is None and len(rating_measures.measures(still, quiet.protocol)) == 4
