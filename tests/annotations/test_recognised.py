"""At a study's set rate, after the vote: did you recognise a model?"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations import assigning, rubrics
from annotations.models import Assignment, Judgement
from annotations.queries import judgements as read
from annotations.rubrics import Rubric
from annotations.services import judgements
from annotations.services.details import Details, Refused
from annotations.services.judgements import Answer
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 1.0])
def test_it_is_asked_at_the_set_rate_and_the_same_each_time(rate: float) -> None:
    def asked(seed: int, place: int) -> bool:
        return assigning.asks_recognised(session_seed=seed, place=place, rate=rate)

    told = [asked(seed, place) for seed in range(200) for place in range(50)]
    assert sum(told) / len(told) == pytest.approx(rate, abs=0.012)
    assert told == [asked(seed, place) for seed in range(200) for place in range(50)]
    by_place = [sum(told[place::50]) / 200 for place in range(50)]
    assert all(share == pytest.approx(rate, abs=0.15) for share in by_place)


def judged(rate: float = 1.0, left: str = "b", rubric: Rubric | None = None) -> Assignment:
    room = rooms.make(recognise_rate=rate, lean="never", rubric=rubric)
    room.comparisons(3)
    assignment = room.dealt(room.session())
    Assignment.objects.filter(pk=assignment.pk).update(left=left)
    assignment.refresh_from_db(fields=["left"])
    judgements.record(assignment=assignment, rater=assignment.rater, answer=Answer(key="v", verdict="a"))
    return assignment


def add(assignment: Assignment, key: str = "d", **recognised: str) -> Judgement:
    details = Details(recognised=recognised)
    return judgements.add_details(assignment=assignment, rater=assignment.rater, details=details, key=key)


def test_what_was_recognised_stands_in_the_comparisons_own_sides() -> None:
    assignment = judged(left="b")
    told = add(assignment, left="Claude", right="")
    assert told.recognised == {"b": "Claude", "a": ""}
    assert read.step_wanted(told, assignment.session.protocol) == ""
    assert read.recognitions(assignment.session.protocol, "person") == (1, 1)


def test_left_open_it_is_neither_a_yes_nor_a_no() -> None:
    assignment = judged()
    assert add(assignment).recognised == {}
    assert read.recognitions(assignment.session.protocol, "person") == (0, 0)


def test_where_it_was_not_asked_it_is_refused() -> None:
    assignment = judged(rate=0, rubric=rubrics.PRESETS["sycophancy"])
    with pytest.raises(Refused):
        add(assignment, left="", right="")
    with pytest.raises(Refused):
        add(judged(), left="x" * (rubrics.LONGEST_MODEL + 1))
    assert not Judgement.objects.filter(step="details").exists()


def test_without_other_questions_only_these_votes_have_the_step() -> None:
    room = rooms.make(recognise_rate=0.4, lean="never", session_length=60)
    room.comparisons(60)
    session, protocol, steps = room.session(), room.protocol, []
    for number in range(40):
        assignment = room.dealt(session)
        answer = Answer(key=str(number), verdict="a")
        made = judgements.record(assignment=assignment, rater=session.rater, answer=answer)
        with CaptureQueriesContext(connection) as asked:
            steps.append(read.step_wanted(made, protocol))
        assert not len(asked)
        if steps[-1]:
            add(assignment, key=f"{number}d", left="", right="")
    assert 8 <= steps.count("details") <= 24
    assert steps == [
        "details" if assigning.asks_recognised(session_seed=session.seed, place=n, rate=0.4) else ""
        for n in range(40)
    ]


def test_nobody_is_asked_in_training() -> None:
    assignment = judged()
    assignment.session.training = True
    assert not read.recognition_wanted(assignment, assignment.session.protocol)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"recognised": "no", "recognised_left": "typed before"}, ("", "")),
        ({"recognised": "yes", "recognised_left": " Claude "}, ("Claude", "")),
        ({"recognised_right": "Llama"}, ("", "Llama")),
        ({"recognised": "yes"}, ("?", "?")),
        ({}, None),
    ],
)
def test_the_page_asks_after_the_vote_and_goes_on(
    client: Client, sent: dict[str, str], stored: tuple[str, str] | None
) -> None:
    room = rooms.make(recognise_rate=1.0, lean="never")
    room.comparisons(2)
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    question = "Did you recognise a model?"
    assert question not in client.get(reverse("annotations:rate")).content.decode()
    first = Assignment.objects.get()
    address = {
        name: reverse(f"annotations:{name}", args=[first.public_id]) for name in ("verdict", "details")
    }
    verdict = {"verdict": "tie", "key": f"{first.public_id}.1"}
    page = client.post(address["verdict"], verdict, headers={"HX-Request": "true"}).content.decode()
    assert question in page and address["details"] in page and 'class="of-side"' not in page
    # The same answer again, as after a lost response, is told the same.
    assert (
        question in client.post(address["verdict"], verdict, headers={"HX-Request": "true"}).content.decode()
    )
    page = client.post(
        address["details"], {"key": f"{first.public_id}.2", **sent}, headers={"HX-Request": "true"}
    )
    assert page.status_code == 200 and question not in page.content.decode()
    right = "b" if first.left == "a" else "a"
    kept = Judgement.objects.get(revision=2).recognised
    assert kept == ({} if stored is None else {first.left: stored[0], right: stored[1]})
