"""Prompts that raters write before a set: answered with all else, then dealt to their author and to others."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from annotations.asked import Asked
from annotations.models import Assignment, Comparison, RatingSession
from annotations.services import dealing, openings, sessions
from annotations.services import own_prompts as room
from annotations.services.own_prompts import NotNow
from tests.providers.loopback import running
from tests.services import desk
from tests.views import rated
from vibes.models import Arm, Edit, Generation, Matchup, Prompt, Study
from vibes.providers.scripted_server import Pace, create_app
from vibes.queries import rings, unblinded
from vibes.services import edits, own_prompts, pairing, planting, studies, versions
from vibes.services.generations import pump, queue
from vibes.services.planting import CuePlan

pytestmark = pytest.mark.django_db
TEXTS = [("Question 0?", "advice"), ("Question 1?", "")]


def study(address: str = "http://127.0.0.1:9", **plan: object) -> Study:
    made = desk.study(
        f"{address}/v1",
        prompt_count=4,
        **{"own_prompts": 2, "own_prompts_later": True, "overlap": 2} | plan,
    )
    Generation.objects.update(state="done", text="It was here before.")
    pairing.assemble(study=made)
    return made


def answered(made: Study) -> None:
    """What was written is answered, and paired."""
    Generation.objects.filter(state="queued").update(state="done", text="Because.")
    pairing.assemble(study=made)


def write(session: RatingSession, texts: list[tuple[str, str]] = TEXTS) -> int:
    return own_prompts.write(session=session, texts=texts)


def judge_all(session: RatingSession) -> list[Assignment]:
    done = []
    while one := dealing.deal_next(session=session):
        rated.judge(one)
        done.append(one)
    return done


@pytest.mark.django_db(transaction=True)
def test_each_is_answered_by_the_engine_and_met_by_its_author_and_others() -> None:
    with running(create_app(desk.answers(4), pace=Pace(0.0, 0.0, 0.0))) as server:
        made = study(server.address)
        author, other = rated.person(made), rated.person(made)
        assert write(author) == 2
        rows = Generation.objects.filter(prompt__author__isnull=False)
        assert set(rows.values_list("priority", "ordered_by", "state")) == {(0, made.pk, "queued")}
        assert pump.run() == 4
    theirs = Comparison.objects.filter(author=author.rater)
    assert [(one.wanted, one.writing, one.side_a != []) for one in theirs] == [(2, "", True)] * 2
    own = [one for one in judge_all(author) if one.strategy == Assignment.OWN_LATER]
    assert {one.comparison_id for one in own} == {one.pk for one in theirs}
    assert min(abs(a.place - b.place) for a in own for b in own if a != b) >= 2
    assert {one.pk for one in theirs} < {one.comparison_id for one in judge_all(other)}
    found = [(row["author"], row["authored"], row["rater"]) for row in unblinded.rows(made, kinds=["person"])]
    name = str(author.rater.public_id)
    assert sorted(found) == sorted(
        [("", False, str(rater.public_id)) for rater in (author.rater, other.rater) for _ in range(4)]
        + [(name, True, name)] * 2
        + [(name, False, str(other.rater.public_id))] * 2
    )


def test_a_set_takes_so_many_the_next_one_as_many_again_and_no_prompt_twice() -> None:
    made = study()
    session = rated.person(made, length=1)
    assert own_prompts.left(session) == 2
    assert write(session, [TEXTS[0], TEXTS[0]]) == 1
    assert write(session) == 1
    assert own_prompts.left(session) == 0
    with pytest.raises(NotNow, match="as many prompts"):
        write(session, [("Another?", "")])
    sessions.end(session=session)
    session.refresh_from_db()
    assert own_prompts.left(session) == 2
    assert write(session, [("Another?", "")]) == 1
    following = sessions.open_session(rater=session.rater, protocol=made.protocol)
    assert own_prompts.left(following) == 1
    assert Prompt.objects.filter(author=session.rater).count() == 3
    assert set(made.prompts.exclude(author=None).values_list("prompt_class", flat=True)) == {
        "advice",
        "other",
    }


def test_no_further_endpoint_is_asked_and_the_study_pairs_them_by_its_rule() -> None:
    made = study(characters=desk.CHARACTERS, pairing=Study.Pairing.RING)
    write(rated.person(made))
    queue.enqueue(study=made)
    assert Generation.objects.filter(prompt__author__isnull=False).count() == 4
    answered(made)
    matchups = Matchup.objects.filter(prompt__author__isnull=False)
    assert len(matchups) == 2
    for one in matchups:
        both = frozenset({one.generation_a.endpoint_id, one.generation_b.endpoint_id})
        assert both in rings.ring(made, one.prompt_id, rings.endpoints_of(made))
    assert Arm.objects.filter(matchup__in=matchups).count() == 2


def test_the_baseline_is_one_of_the_two() -> None:
    made = study(characters=desk.CHARACTERS)
    made.pairing, made.baseline = Study.Pairing.BASELINE, made.endpoints.get(name="Model slips")
    made.save()
    write(rated.person(made))
    answered(made)
    for one in Matchup.objects.filter(prompt__author__isnull=False):
        assert made.baseline_id in (one.generation_a.endpoint_id, one.generation_b.endpoint_id)


def test_what_cannot_be_answered_is_not_taken() -> None:
    made = study()
    session = rated.person(made)
    Study.objects.update(paused_at=timezone.now())
    with pytest.raises(NotNow, match="No answers are being fetched"):
        write(session)
    Study.objects.update(paused_at=None)
    openings.pause(by=desk.lead(), protocol=made.protocol)
    with pytest.raises(NotNow, match="Nothing more is asked"):
        write(RatingSession.objects.get(pk=session.pk))
    openings.reopen(by=desk.lead(), protocol=made.protocol)
    made.endpoints.update(archived_at=timezone.now())
    with pytest.raises(NotNow, match="no two models"):
        write(RatingSession.objects.get(pk=session.pk))
    assert not Prompt.objects.exclude(author=None).exists()


def test_the_spending_cap_holds() -> None:
    made = study(budget=None)
    Study.objects.filter(pk=made.pk).update(budget=Decimal("0"))
    with pytest.raises(NotNow, match="No answers are being fetched"):
        write(rated.person(made))


@pytest.mark.parametrize("plan", [{"own_prompts_later": False}, {"own_prompts": 0}])
def test_where_prompts_are_answered_at_once_or_not_at_all_none_are_taken(plan: dict[str, object]) -> None:
    session = rated.person(study(**plan))
    assert own_prompts.left(session) == 0
    with pytest.raises(NotNow, match="takes no prompts"):
        write(session)


def test_where_they_are_answered_later_none_is_answered_at_once() -> None:
    with pytest.raises(NotNow, match="takes no prompts"):
        room.check(rated.person(study()))


def test_a_protocol_that_answers_at_once_keeps_its_hash() -> None:
    asked = Asked.of(study(own_prompts_later=False).protocol)
    before = asked.content()
    del before["own_prompts_later"]
    assert asked.digest == hashlib.sha256(json.dumps(before, sort_keys=True).encode()).hexdigest()
    assert replace(asked, own_prompts_later=True).digest != asked.digest
    assert studies.Plan("", [], []).own_prompts_later is False


def test_a_new_version_keeps_them_their_authors_and_how_many_are_left() -> None:
    made = study()
    session = rated.person(made)
    write(session)
    answered(made)
    dealing.deal_next(session=session)
    asked = replace(Asked.of(made.protocol), title="Another question")
    assert versions.change(by=desk.lead(), study=made, asked=asked).beside
    made.refresh_from_db()
    assert Comparison.objects.filter(author=session.rater, protocol=made.protocol).count() == 2
    following = sessions.open_session(rater=session.rater, protocol=made.protocol)
    # Under both versions together two sets were begun.
    assert own_prompts.left(following) == 2


def test_in_a_cued_study_their_author_meets_what_is_planted_and_others_all_of_it() -> None:
    """Beginning to end: written, answered, edited, approved, dealt, and told apart in the frame, as O wants them."""
    made = study(cues=[CuePlan("emoji_removed", 1.0)], session_length=20)
    author = rated.person(made)
    write(author)
    for row in Generation.objects.filter(prompt__author__isnull=False):
        says = "It depends ☀️. Take a coat with you, and ask somebody who lives there."
        Generation.objects.filter(pk=row.pk).update(state="done", text=f"{row.pk}: {says}")
    pairing.assemble(study=made)
    assert not Comparison.objects.filter(author=author.rater).exists()
    for edit in Edit.objects.filter(state=Edit.State.PROPOSED):
        edits.approve(by=desk.lead(), edit=edit)
    planting.settle(study=made)
    theirs = Comparison.objects.filter(author=author.rater)
    assert sorted(theirs.values_list("cell", "wanted")) == [(0, 1)] * 2 + [(1, 3)] * 2 + [(2, 3)] * 2
    judge_all(author)
    for _ in range(6):
        judge_all(rated.person(made))
    rows = [row for row in unblinded.rows(made, kinds=["person"]) if row["author"]]
    assert Counter(row["authored"] for row in rows) == {True: 2, False: 12}
    assert {row["cue_on"] for row in rows if row["authored"]} <= {"a", "b"}
    assert Counter(row["cue_on"] for row in rows) == {"": 2, "a": 6, "b": 6}
    of_author = {row["matchup"] for row in rows if row["authored"]}
    assert of_author == {row["matchup"] for row in rows if not row["authored"]}
