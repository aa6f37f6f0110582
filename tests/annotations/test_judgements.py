"""Every step is a row of its own; nothing is doubled, lost or accepted that was not asked."""

import pytest

from annotations.models import Assignment, Judgement
from annotations.queries import judgements as read
from annotations.queries import places, rating_page
from annotations.services import dealing, judgements
from annotations.services.judgements import Answer, Refused, Stale, Telemetry
from annotations.verdicts import UnknownVerdict
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> rooms.Room:
    made = rooms.make()
    made.comparisons(4)
    return made


def with_left(assignment: Assignment, left: str) -> Assignment:
    Assignment.objects.filter(pk=assignment.pk).update(left=left)
    assignment.refresh_from_db()
    return assignment


def record(
    assignment: Assignment, verdict: str, key: str = "k1", telemetry: Telemetry | None = None
) -> Judgement:
    answer = Answer(verdict=verdict, key=key, telemetry=telemetry or Telemetry())
    return judgements.record(assignment=assignment, rater=assignment.rater, answer=answer)


@pytest.mark.parametrize(
    ("left", "clicked", "stored"),
    [
        ("a", "a", "a"),
        ("a", "b", "b"),
        ("b", "a", "b"),
        ("b", "b", "a"),
        ("a", "tie", "tie"),
        ("b", "tie", "tie"),
        ("b", "both_bad", "both_bad"),
    ],
)
def test_a_verdict_is_stored_in_the_comparisons_own_sides(
    room: rooms.Room, left: str, clicked: str, stored: str
) -> None:
    assignment = with_left(room.dealt(room.session()), left)
    judgement = record(assignment, clicked)
    assert (judgement.verdict, judgement.left, judgement.revision) == (stored, left, 1)


def test_the_second_of_two_clicks_at_once_is_told_what_became_of_the_first(room: rooms.Room) -> None:
    """It has read its comparison before the first one was stored."""
    assignment = room.dealt(room.session())
    second = Assignment.objects.select_related("session__protocol", "comparison").get(pk=assignment.pk)
    first = record(assignment, "tie")
    repeated = record(second, "tie")
    assert repeated == first and repeated.assignment.state == Assignment.State.JUDGED
    page = rating_page.of(repeated.assignment, places=places.of(second.session), after=repeated)
    assert (page.step, page.key) == ("lean", f"{assignment.public_id}.2")


def test_scrolling_is_stored_in_the_comparisons_own_sides(room: rooms.Room) -> None:
    assignment = with_left(room.dealt(room.session()), "b")
    judgement = record(assignment, "a", telemetry=Telemetry(scrolled_left=True, scrolled_right=False))
    assert (judgement.scrolled_a, judgement.scrolled_b) == (False, True)


def test_the_same_key_again_returns_the_first_row(room: rooms.Room) -> None:
    assignment = room.dealt(room.session())
    first = record(assignment, "a", key="same")
    assert record(assignment, "b", key="same") == first
    assert Judgement.objects.count() == 1


def test_a_second_verdict_from_another_tab_is_stale_and_changes_nothing(room: rooms.Room) -> None:
    assignment = room.dealt(room.session())
    record(assignment, "a", key="one")
    with pytest.raises(Stale):
        record(assignment, "b", key="two")
    assert Judgement.objects.get().key == "one"


def test_an_unknown_verdict_raises_and_leaves_the_comparison_waiting(room: rooms.Room) -> None:
    assignment = room.dealt(room.session())
    with pytest.raises(UnknownVerdict, match="left"):
        record(assignment, "left")
    assignment.refresh_from_db()
    assert assignment.state == Assignment.State.DEALT


def test_both_bad_is_refused_where_the_rubric_does_not_offer_it() -> None:
    room = rooms.make(both_bad=False)
    room.comparison()
    with pytest.raises(Refused, match="both are bad"):
        record(room.dealt(room.session()), "both_bad")


def test_another_raters_comparison_is_refused(room: rooms.Room) -> None:
    assignment = room.dealt(room.session())
    with pytest.raises(Refused, match="another rater"):
        judgements.record(assignment=assignment, rater=room.rater(), answer=Answer(verdict="a", key="k"))


def test_a_key_of_another_comparison_is_refused(room: rooms.Room) -> None:
    session = room.session()
    record(room.dealt(session), "a", key="used")
    with pytest.raises(Refused, match="another comparison"):
        record(room.dealt(session), "a", key="used")


def test_the_lean_stands_beside_the_verdict(room: rooms.Room) -> None:
    session = room.session()
    assignment = with_left(room.dealt(session), "b")
    record(assignment, "tie", key="v")
    assert rating_page.step_pending(session) == assignment
    judgement = judgements.add_lean(assignment=assignment, rater=session.rater, lean="a", key="l")
    assert (judgement.verdict, judgement.lean, judgement.revision) == ("tie", "b", 2)
    assert rating_page.step_pending(session) is None
    again = judgements.add_lean(assignment=assignment, rater=session.rater, lean="b", key="l")
    assert again == judgement


@pytest.mark.parametrize("verdict", ["a", "both_bad"])
def test_no_lean_is_taken_where_none_was_asked(room: rooms.Room, verdict: str) -> None:
    assignment = room.dealt(room.session())
    record(assignment, verdict)
    with pytest.raises(Stale):
        judgements.add_lean(assignment=assignment, rater=assignment.rater, lean="a", key="l")


def test_both_bad_leans_where_the_rubric_asks() -> None:
    room = rooms.make(lean="undecided")
    room.comparison()
    assignment = room.dealt(room.session())
    record(assignment, "both_bad")
    assert judgements.add_lean(assignment=assignment, rater=assignment.rater, lean="a", key="l").lean


def test_a_lean_must_be_a_or_b(room: rooms.Room) -> None:
    assignment = room.dealt(room.session())
    record(assignment, "tie")
    with pytest.raises(UnknownVerdict, match="'c'"):
        judgements.add_lean(assignment=assignment, rater=assignment.rater, lean="c", key="l")


def test_undo_adds_a_row_and_the_comparison_waits_again(room: rooms.Room) -> None:
    session = room.session()
    assignment = room.dealt(session)
    record(assignment, "a", key="1")
    following = room.dealt(session)
    judgements.retract(assignment=assignment, rater=session.rater, key="undo")
    assert read.current_of(assignment) is None
    assert not read.standing(room.protocol).exists()
    assert room.dealt(session) == assignment
    record(assignment, "b", key="2")
    rows = list(assignment.judgements.order_by("revision").values_list("revision", "retracted"))
    assert rows == [(1, False), (2, True), (3, False)]
    assert room.dealt(session) == following
    assignment.comparison.refresh_from_db()
    assert assignment.comparison.taken == 1


def test_only_the_last_answer_can_be_undone(room: rooms.Room) -> None:
    session = room.session()
    first = room.dealt(session)
    record(first, "a", key="1")
    record(room.dealt(session), "a", key="2")
    with pytest.raises(Stale):
        judgements.retract(assignment=first, rater=session.rater, key="undo")


def test_standing_judgements_are_the_highest_revisions(room: rooms.Room) -> None:
    session = room.session()
    assignment = room.dealt(session)
    record(assignment, "tie", key="1")
    judgements.add_lean(assignment=assignment, rater=session.rater, lean="a", key="2")
    standing = read.standing(room.protocol)
    assert [j.revision for j in standing] == [2]


def test_skipped_comparisons_take_no_late_answer(room: rooms.Room) -> None:
    assignment = room.dealt(room.session())
    dealing.give_back(assignment=assignment, state=Assignment.State.SKIPPED)
    with pytest.raises(Stale):
        record(assignment, "a")
