"""The training round: dealt first and apart, told after each vote and never before, passed or taken again, counted as nothing."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import Assignment, Comparison, Judgement, Rater, RatingSession
from annotations.queries import judgements as read
from annotations.queries import training as rounds
from annotations.rubrics import Lean, Questions, Rubric, Scale
from annotations.services import comparisons, dealing, judgements, raters, training
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
LENGTH, PASS = 3, 2
WHY = "Because {better} is right and {worse} is not."
State = Assignment.State


def room_with_training(stored: int = 8, **settings) -> rooms.Room:
    room = rooms.make(**{"training_length": LENGTH, "training_pass": PASS, "lean": "never"} | settings)
    room.comparisons(6)
    for number in range(stored):
        expected = "ab"[number % 2]
        sides = [[{"role": "assistant", "text": f"{word} {number}"}] for word in ("Right", "Wrong")]
        comparisons.create(
            protocol=room.protocol,
            group=f"training-{number}",
            topic=f"training-{number}",
            caption="maths",
            prefix=[{"role": "user", "text": f"Exercise {number}"}],
            side_a=sides[expected == "b"],
            side_b=sides[expected == "a"],
            purpose=Comparison.Purpose.TRAINING,
            expected=expected,
            explanation=WHY,
        )
    return room


def begun(room: rooms.Room) -> Client:
    client = Client()
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    return client


def page(client: Client) -> str:
    return client.get(reverse("annotations:rate")).content.decode()


def said(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def waiting() -> Assignment:
    return Assignment.objects.select_related("comparison").get(state=State.DEALT)


def post(client: Client, name: str, assignment: Assignment, **sent: object):
    return client.post(reverse(f"annotations:{name}", args=[assignment.public_id]), sent)


def right_column(assignment: Assignment, right: bool = True) -> str:
    """The column to click, "a" being the left one, to be right or wrong."""
    return "a" if (assignment.comparison.expected == assignment.left) is right else "b"


def take_round(client: Client, right: int) -> list[Assignment]:
    """One round with so many answers as expected."""
    taken = []
    for number in range(LENGTH):
        page(client)
        now = waiting()
        post(client, "verdict", now, verdict=right_column(now, number < right), key=f"{now.public_id}.1")
        post(client, "feedback", now, key=f"{now.public_id}.2")
        taken.append(now)
    return taken


def test_the_first_session_is_training_and_the_answer_comes_after_the_vote() -> None:
    client = begun(room_with_training())
    welcome = said(client.get(reverse("annotations:welcome")).content.decode())
    assert (
        "3 comparisons to begin with, as training" in welcome and "told which answer was expected" in welcome
    )
    shown = page(client)
    now = waiting()
    assert (now.purpose, now.holds_place, now.session.training) == ("training", False, True)
    assert "Exercise" in shown and "Training" in said(shown)
    assert "Because" not in shown and "expected" not in shown
    assert "Skip</span>" not in shown and "broken" not in shown and "Undo</span>" not in shown
    post(client, "verdict", now, verdict=right_column(now), key=f"{now.public_id}.1")
    told = page(client)
    letter = right_column(now).upper()
    assert f"{letter} was expected, and you said so" in said(told)
    assert f"Because {letter} is right and {'AB'.replace(letter, '')} is not." in said(told)
    assert str(now.public_id) in told and "Undo</span>" not in told
    post(client, "feedback", now, key=f"{now.public_id}.2")
    assert [j.step for j in now.judgements.order_by("revision")] == ["verdict", "told"]
    assert waiting_after(client) != now


def waiting_after(client: Client) -> Assignment:
    page(client)
    return waiting()


def test_a_wrong_vote_is_told_so_and_a_tie_is_none_of_both() -> None:
    client = begun(room_with_training(lean="tie"))
    page(client)
    now = waiting()
    post(client, "verdict", now, verdict="tie", key=f"{now.public_id}.1")
    leaning = page(client)
    assert "If you had to send one?" in said(leaning) and "was expected" not in leaning
    assert "Because" not in leaning
    post(client, "lean", now, lean=right_column(now), key=f"{now.public_id}.2")
    assert f"{right_column(now).upper()} was expected; you said a tie" in said(page(client))
    post(client, "feedback", now, key=f"{now.public_id}.3")
    second = waiting_after(client)
    post(client, "verdict", second, verdict=right_column(second, right=False), key=f"{second.public_id}.1")
    wrong = right_column(second, right=False).upper()
    assert f"was expected; you said {wrong}" in said(page(client))
    found = rounds.of(Rater.objects.get(), second.session.protocol)
    assert [(one.answered, one.agreed) for one in found.rounds] == [(2, 0)]
    assert found.outcome == "begun"


def test_the_questions_after_the_vote_are_left_out_of_training() -> None:
    rubric = Rubric("", Scale.FIVE, Lean.NEVER, False, Questions(("quality",), (), (), True, True, False))
    client = begun(room_with_training(rubric=rubric, recognise_rate=1.0))
    page(client)
    now = waiting()
    strength = 2 if right_column(now) == "a" else -2
    post(client, "verdict", now, strength=strength, key=f"{now.public_id}.1")
    assert "and you said so" in said(page(client))
    refused = post(client, "details", now, key=f"{now.public_id}.2", confidence=1)
    assert refused.status_code == 409


def test_an_answer_of_training_stands_and_none_is_passed_over() -> None:
    client = begun(room_with_training())
    page(client)
    now = waiting()
    for name in ("skip", "broken"):
        refused = post(client, name, now)
        assert refused.status_code == 422 and "every comparison is answered" in refused.content.decode()
    assert waiting() == now
    early = post(client, "feedback", now, key=f"{now.public_id}.1")
    assert early.status_code == 409 and not Judgement.objects.exists()
    for _ in range(2):  # a double click
        post(client, "verdict", now, verdict=right_column(now, right=False), key=f"{now.public_id}.1")
    refused = post(client, "undo", now, key=f"{now.public_id}.2")
    assert refused.status_code == 422 and "an answer stands" in refused.content.decode()
    for _ in range(2):
        post(client, "feedback", now, key=f"{now.public_id}.2")
    assert Judgement.objects.count() == 2 and Judgement.objects.filter(retracted=True).count() == 0


def test_who_passes_goes_on_to_the_study_and_is_not_trained_again() -> None:
    room = room_with_training()
    client = begun(room)
    taken = take_round(client, right=PASS)
    assert len({a.comparison_id for a in taken}) == LENGTH
    end = page(client)
    assert "The training is done: 2 of 3 as expected" in said(end)
    for _ in range(2):  # a double click
        client.post(reverse("annotations:another"))
    now = waiting_after(client)
    assert (now.purpose, now.session.training, now.session.length) == ("study", False, 30)
    assert RatingSession.objects.count() == 2
    assert now.session.consented_at
    RatingSession.objects.filter(pk=now.session_id).update(ended_at=timezone.now())
    client.post(reverse("annotations:another"))
    assert not RatingSession.objects.order_by("pk").last().training


def test_who_does_not_pass_takes_other_comparisons_and_after_three_rounds_is_thanked() -> None:
    room = room_with_training(stored=2 * LENGTH)
    client = begun(room)
    first = take_round(client, right=PASS - 1)
    again = said(page(client))
    assert (
        "1 of 3 as expected" in again and "a round with at least 2" in again and "one more after it" in again
    )
    for _ in range(2):  # a double click uses up no round
        client.post(reverse("annotations:another"))
    assert RatingSession.objects.filter(training=True).count() == 2
    second = take_round(client, right=0)
    assert not {a.comparison_id for a in first} & {a.comparison_id for a in second}
    assert "the last one" in said(page(client))
    client.post(reverse("annotations:another"))
    third = take_round(client, right=1)
    assert len({a.comparison_id for a in third}) == LENGTH and {a.take for a in third} == {1}
    end = page(client)
    assert "Thank you for your time" in said(end) and reverse("annotations:another") not in end
    client.post(reverse("annotations:another"))
    assert "Thank you for your time" in said(page(client))
    assert not Assignment.objects.exclude(purpose="training").exists()
    assert rounds.of(Rater.objects.get(), room.protocol).outcome == "failed"


def test_a_round_without_a_pass_mark_is_passed_by_its_end() -> None:
    client = begun(room_with_training(training_pass=0))
    take_round(client, right=0)
    assert "The training is done: 0 of 3" in said(page(client))


@pytest.mark.parametrize("stored", [0, LENGTH - 1])
def test_with_too_few_training_comparisons_the_study_begins_at_once(stored: int) -> None:
    room = room_with_training(stored=stored)
    page(begun(room))
    assert waiting().purpose == "study"
    page(begun(room_with_training(training_length=0, training_pass=0)))
    assert Counter(Assignment.objects.values_list("purpose", flat=True)) == {"study": 2}


def test_who_began_without_it_is_not_trained_later() -> None:
    room = room_with_training()
    Comparison.objects.filter(purpose="training").update(purpose="identical")
    client = begun(room)
    page(client)
    assert waiting().purpose == "study"
    Comparison.objects.filter(purpose="identical").update(purpose="training")
    RatingSession.objects.update(ended_at=timezone.now())
    client.post(reverse("annotations:another"))
    assert not RatingSession.objects.filter(training=True).exists()
    assert RatingSession.objects.count() == 2


def test_who_passed_under_an_earlier_version_is_not_trained_again_and_who_did_not_is() -> None:
    room, new = room_with_training(), room_with_training(seed=8)
    passed, failed = begun(room), begun(room)
    take_round(passed, right=PASS)
    page(passed)
    take_round(failed, right=0)
    page(failed)
    first, second = Rater.objects.order_by("pk")
    assert not training.open_next(rater=first, protocol=new.protocol).training
    assert training.open_next(rater=second, protocol=new.protocol).training


def test_a_round_goes_on_in_another_browser_and_after_a_lapsed_lease() -> None:
    room = room_with_training()
    client = begun(room)
    page(client)
    now = waiting()
    dealing.sweep(now=timezone.now() + timedelta(days=1))
    now.refresh_from_db()
    assert now.state == State.EXPIRED
    code = raters.resume_code(Rater.objects.get())
    elsewhere = Client()
    elsewhere.post(reverse("annotations:resume", args=[room.invitation.token]), {"code": code})
    assert waiting_after(elsewhere).pk == now.pk, "the same one is taken up again"
    dealing.sweep(now=timezone.now() + timedelta(days=1))
    late = Assignment.objects.select_related("comparison").get()
    post(client, "verdict", late, verdict=right_column(late), key=f"{late.public_id}.1")
    assert "and you said so" in said(page(elsewhere))
    paused = said(client.get(reverse("annotations:pause")).content.decode())
    assert "Paused at 1 of 3" in paused


def test_the_order_is_each_raters_own_and_both_sides_stand_left() -> None:
    room = room_with_training(training_length=8, training_pass=0, stored=8)
    orders, lefts = set(), Counter()
    for _ in range(6):
        session = training.open_next(rater=room.rater(), protocol=room.protocol)
        order = []
        while assignment := dealing.deal_next(session=session):
            answer = judgements.Answer(verdict="a", key=f"{assignment.public_id}.1")
            judgements.record(assignment=assignment, rater=session.rater, answer=answer)
            order.append(assignment.comparison_id)
            lefts[assignment.left] += 1
        assert sorted(order) == sorted(set(order)) and len(order) == 8
        orders.add(tuple(order))
    assert len(orders) > 4
    assert lefts["a"] == lefts["b"] == 24, "within each comparison both orders are balanced"


def test_nothing_of_training_counts_as_a_judgement() -> None:
    room = room_with_training()
    client = begun(room)
    take_round(client, right=PASS)
    assert not read.standing(room.protocol, excluded_too=True).exists()
    assert read.of_training(room.protocol).count() == LENGTH
    assert set(Comparison.objects.values_list("taken", flat=True)) == {0}
    page(client)
    client.post(reverse("annotations:another"))
    now = waiting_after(client)
    post(client, "verdict", now, verdict="a", key=f"{now.public_id}.1")
    assert read.standing(room.protocol).get().assignment == now


@pytest.mark.slow
def test_the_rounds_of_many_raters_take_two_statements(django_assert_num_queries) -> None:
    room = room_with_training()
    for _ in range(3):
        take_round(begun(room), right=PASS)
    everybody = list(Rater.objects.values_list("pk", flat=True))
    with django_assert_num_queries(2):
        found = rounds.of_raters(everybody, room.protocol)
    assert [one.rounds[0].agreed for one in found.values()] == [PASS] * 3
