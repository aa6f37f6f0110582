"""Scales and questions: what is asked after the vote stands beside it, in the comparison's own sides."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from annotations import rubrics
from annotations.models import Assignment, Judgement
from annotations.queries import judgements as read
from annotations.rubrics import Lean, Questions, Rubric, Scale, UnknownQuestion
from annotations.services import judgements
from annotations.services.details import Details, Refused, Span
from annotations.services.judgements import Answer
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
ALL = Rubric(
    "",
    lean=Lean.TIE,
    questions=Questions(("quality", "flattery"), ("incorrect",), ("clear",), True, True, True),
)


def asked(rubric: Rubric, left: str = "b") -> Assignment:
    room = rooms.make(rubric=rubric)
    room.comparisons(3)
    assignment = room.dealt(room.session())
    Assignment.objects.filter(pk=assignment.pk).update(left=left)
    assignment.refresh_from_db()
    return assignment


def vote(assignment: Assignment, **answer: object) -> Judgement:
    return judgements.record(
        assignment=assignment, rater=assignment.rater, answer=Answer(**{"key": "v", **answer})
    )


def add(assignment: Assignment, key: str = "d", **details: object) -> Judgement:
    return judgements.add_details(
        assignment=assignment, rater=assignment.rater, details=Details(**details), key=key
    )


@pytest.mark.parametrize(
    ("scale", "left", "clicked", "verdict", "strength"),
    [
        ("five", "a", 2, "a", 2),
        ("five", "b", 2, "b", -2),
        ("five", "b", -1, "a", 1),
        ("five", "a", 0, "tie", 0),
        ("eight", "a", -4, "b", -4),
        ("eight", "b", 1, "b", -1),
        ("eight", "b", -3, "a", 3),
    ],
)
def test_a_point_of_the_scale_is_a_verdict_with_its_strength(
    scale: str, left: str, clicked: int, verdict: str, strength: int
) -> None:
    rubric = Rubric("", Scale(scale), Lean.NEVER, both_bad=False)
    stored = vote(asked(rubric, left), strength=clicked)
    assert (stored.verdict, stored.strength, stored.left) == (verdict, strength, left)


@pytest.mark.parametrize(
    ("rubric", "answer"),
    [
        (PRESET, answer)
        for PRESET, answer in (
            ("five", {"verdict": "a"}),
            ("five", {"strength": 3}),
            ("five", {"strength": 1, "verdict": "a"}),
            ("eight", {"strength": 0}),
            ("eight", {"verdict": "tie"}),
            ("vibes", {"strength": 1}),
            ("vibes", {"verdict": "a", "strength": 1}),
        )
    ],
)
def test_what_the_scale_has_not_is_refused(rubric: str, answer: dict[str, object]) -> None:
    assignment = asked(rubrics.PRESETS[rubric])
    with pytest.raises(Refused):
        vote(assignment, **answer)
    assert not Judgement.objects.exists()


def test_what_is_said_after_the_vote_stands_beside_it_in_the_comparisons_sides() -> None:
    assignment = asked(ALL)
    first = vote(assignment, verdict="a")
    assert read.step_wanted(first, assignment.session.protocol) == "details"
    span = Span(0, 3, 9, "answer")
    told = add(
        assignment,
        aspects={"left": {"quality": 5, "flattery": 1}, "right": {"quality": 2}},
        flags={"left": [], "right": ["incorrect"]},
        reasons={"left": ["clear"]},
        spans={"right": [span]},
        confidence=3,
        comment="Because.",
    )
    assert (told.verdict, told.revision, told.step) == (first.verdict, 2, "details") == ("b", 2, "details")
    assert told.aspects == {"b": {"quality": 5, "flattery": 1}, "a": {"quality": 2}}
    assert (told.flags, told.reasons) == ({"a": ["incorrect"]}, {"b": ["clear"]})
    assert told.spans == {"a": [{"turn": 0, "start": 3, "end": 9, "text": "answer"}]}
    assert (told.confidence, told.comment) == (3, "Because.")
    assert read.step_wanted(told, assignment.session.protocol) == ""
    assert add(assignment) == told


def test_all_of_it_may_be_left_open_and_is_asked_once() -> None:
    assignment = asked(ALL)
    vote(assignment, verdict="tie")
    with pytest.raises(judgements.Stale):
        add(assignment)
    judgements.add_lean(assignment=assignment, rater=assignment.rater, lean="a", key="l")
    told = add(assignment)
    assert (told.verdict, told.lean, told.aspects, told.confidence) == ("tie", "b", {}, None)
    with pytest.raises(judgements.Stale):
        add(assignment, key="again")


def test_a_new_verdict_after_undo_starts_anew() -> None:
    assignment = asked(ALL)
    vote(assignment, verdict="a")
    add(assignment, comment="Gone.", aspects={"left": {"quality": 4}})
    judgements.retract(assignment=assignment, rater=assignment.rater, key="u")
    again = vote(assignment, verdict="b", key="v2")
    assert (again.comment, again.aspects, again.step) == ("", {}, "verdict")


@pytest.mark.parametrize(
    "details",
    [
        {"aspects": {"left": {"takes_side": 3}}},
        {"aspects": {"left": {"quality": 6}}},
        {"aspects": {"left": {"quality": 0}}},
        {"flags": {"left": ["too_long"]}},
        {"reasons": {"right": ["brief"]}},
        {"confidence": 4},
        {"comment": "x" * (rubrics.LONGEST_COMMENT + 1)},
        {"spans": {"left": [Span(0, 0, 1, "x")] * (rubrics.MOST_SPANS + 1)}},
    ],
)
def test_what_is_not_asked_is_refused(details: dict[str, object]) -> None:
    assignment = asked(ALL)
    vote(assignment, verdict="a")
    with pytest.raises(Refused):
        add(assignment, **details)
    assert Judgement.objects.count() == 1


def test_nothing_is_asked_where_the_rubric_has_no_questions() -> None:
    assignment = asked(rubrics.PRESETS["vibes"])
    vote(assignment, verdict="a")
    with pytest.raises(judgements.Stale):
        add(assignment)


@pytest.mark.parametrize(
    "wrong",
    [
        {"questions": {"aspects": ["charm"]}},
        {"questions": {"flags": ["quality"]}},
        {"scale": Scale.FIVE, "both_bad": True},
        {"scale": Scale.EIGHT, "both_bad": False, "lean": Lean.TIE},
    ],
)
def test_a_rubric_that_cannot_be_is_none(wrong: dict[str, object]) -> None:
    with pytest.raises(UnknownQuestion):
        questions = Questions.of(wrong.pop("questions", {}))
        Rubric("", questions=questions, **wrong)


@pytest.mark.parametrize("name", sorted(rubrics.PRESETS))
def test_a_preset_survives_being_stored(name: str) -> None:
    questions = rubrics.PRESETS[name].questions
    assert Questions.of(json.loads(json.dumps(questions.as_json()))) == questions


def post(client: Client, name: str, **data: object):
    assignment = Assignment.objects.order_by("-dealt_at").first()
    return client.post(reverse(f"annotations:{name}", args=[assignment.public_id]), data)


def test_the_page_asks_in_order_and_goes_on(client: Client) -> None:
    room = rooms.make(rubric=ALL)
    room.comparisons(2)
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    first = Assignment.objects.get()
    post(client, "verdict", verdict="tie", key="1")
    assert b"If you had to send one?" in client.get(reverse("annotations:rate")).content
    post(client, "lean", lean="b", key="2")
    page = client.get(reverse("annotations:rate")).content.decode()
    assert "Your vote is saved." in page and 'name="quality_left"' in page and "data-mark" in page
    spans = json.dumps([{"turn": 0, "start": 0, "end": 4, "text": "Answ"}])
    sent = {
        "key": "3",
        "quality_left": "5",
        "flags_right": "incorrect",
        "spans_left": spans,
        "comment": "So.",
    }
    refused = post(client, "details", **{**sent, "quality_left": "9"})
    assert refused.status_code == 422 and b"Not saved. quality_left" in refused.content
    assert post(client, "details", **{**sent, "spans_left": '[{"turn": 0}]'}).status_code == 422
    assert post(client, "details", **sent).status_code == 302
    last = Judgement.objects.get(revision=3)
    assert last.aspects == {first.left: {"quality": 5}}
    assert last.spans[first.left][0]["text"] == "Answ"
    client.get(reverse("annotations:rate"))
    assert Assignment.objects.count() == 2


def test_htmx_is_answered_with_the_step_that_follows(client: Client) -> None:
    room = rooms.make(rubric=ALL)
    room.comparisons(2)
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    first = Assignment.objects.get()
    client.defaults["HTTP_HX_REQUEST"] = "true"
    address = {name: reverse(f"annotations:{name}", args=[first.public_id]) for name in ("lean", "details")}
    page = post(client, "verdict", verdict="tie", key=f"{first.public_id}.1").content.decode()
    assert address["lean"] in page and f'value="{first.public_id}.2"' in page
    page = post(client, "lean", lean="a", key=f"{first.public_id}.2").content.decode()
    assert address["details"] in page and f'value="{first.public_id}.3"' in page
    page = client.post(address["details"], {"key": f"{first.public_id}.3"}).content.decode()
    assert Assignment.objects.count() == 2 and address["details"] not in page
    undone = reverse("annotations:undo", args=[first.public_id])
    page = client.post(undone, {"key": f"{first.public_id}.4"}).content.decode()
    assert f'data-assignment="{first.public_id}"' in page and f'value="{first.public_id}.5"' in page


def test_a_longer_scale_has_its_own_row(client: Client) -> None:
    room = rooms.make(rubric=rubrics.PRESETS["five"])
    room.comparisons(1)
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    page = client.get(reverse("annotations:rate")).content.decode()
    assert page.count('name="strength"') == 5 and 'name="verdict"' not in page
    assert post(client, "verdict", verdict="a", key="k").status_code == 422
    assert post(client, "verdict", strength="-2", key="k").status_code == 302
    judgement = Judgement.objects.get()
    assert abs(judgement.strength) == 2 and judgement.verdict != judgement.left
