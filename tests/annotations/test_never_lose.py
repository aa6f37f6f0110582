"""Never lose or double a judgement: the bugs that cost other systems their data, and the test that each of them has here.

Tests named without a path are in this file; a house test sees to it that all of them are there.

| bug | where it happened | test |
|---|---|---|
| a double click makes two rows | Appraise#10 | test_a_double_click_is_one_row |
| a changed mind is a second row | Appraise#11 | test_a_changed_mind_is_a_revision |
| the same at the same moment from two tabs | Appraise#10 | test_two_verdicts_at_once_are_one_row_and_the_other_is_told |
| a single choice kept every value clicked | potato#167 | test_a_single_choice_keeps_one_value_or_none |
| a shortcut changed the stored value | potato 3620a795 | tests/journeys/test_rating_room.py::test_a_key_and_a_click_store_the_same |
| two reviewers at once, one discarded | open-chat-studio e7ca481e9 | tests/annotations/test_browsers_at_once.py::test_fifty_browsers_on_postgresql_give_every_comparison_exactly_three |
| overlap overshoots | label-studio#795, opik#6792 | tests/annotations/test_concurrency.py::test_many_raters_at_once_give_each_comparison_exactly_its_overlap |
| a network failure eats the work | label-studio#6674 | tests/journeys/test_rating_room.py::test_an_answer_given_offline_is_sent_once_the_network_is_back |
| a lapsed session eats the work | Appraise#39 | tests/journeys/test_rating_room.py::test_a_lapsed_session_keeps_the_answer_until_the_link_is_opened_again |
| a server killed before or after the row was written | ours | tests/annotations/test_killed_server.py::test_a_killed_server_loses_and_doubles_nothing |
| database errors logged and swallowed | ComparIA persistence.py | test_what_the_database_refuses_is_not_called_saved |
| the page says saved before it is | ComparIA persistence.py | tests/journeys/test_rating_room.py::test_a_busy_server_is_asked_again_by_itself |
| a failed side still votable | FastChat#3702 | tests/services/test_pairing.py::test_a_failed_answer_meets_nobody |
| one side moderated twice, the other never | gradio_block_arena_anony.py | test_each_side_is_masked_by_itself |
| gold always last in a batch | Appraise#2 | tests/annotations/test_dealing_schedule.py::test_no_place_is_likelier_than_another_and_the_last_is_not_always_a_gold |
| undo in a set that is over loses the answer | ours | test_nothing_is_taken_back_in_a_set_that_is_over |
| zero scores missing from the export | langfuse#9682 | tests/services/test_export_counts.py::test_a_tie_in_points_is_a_zero_and_no_gap |
| one of several raters missing from the export | argilla#3274 | tests/services/test_export_counts.py::test_the_export_is_the_judgements_counted |
| duplicates in the export | label-studio#1289 | tests/services/test_export_counts.py::test_what_is_revised_while_an_export_runs_comes_once |
| deleting a variant breaks old evaluations | Agenta#1817 | tests/services/test_export_counts.py::test_what_was_rated_stays_when_its_endpoint_is_archived |
| a page of 15 minutes | open-webui#11745 | tests/annotations/test_statements.py::test_few_statements_a_judgement_and_as_many_after_twenty |
| the same on the team's page | open-webui#11745 | tests/views/test_study_rating.py::test_many_raters_cost_no_more_queries_than_one |
| export out of memory | label-studio#5873 | tests/services/test_export_counts.py::test_an_export_holds_one_page_at_a_time |
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, Judgement
from annotations.queries import judgements as read
from annotations.rubrics import Lean, Questions, Rubric
from annotations.services import comparisons, dealing, judgements, sessions
from annotations.services.judgements import Answer
from tests.annotations import room as rooms

EVERYTHING = Rubric(
    "", lean=Lean.TIE, questions=Questions(("quality",), ("incorrect", "too_long"), (), True, True)
)


def seated(client: Client, rubric: Rubric | None = None) -> Assignment:
    """A browser with its first comparison on the screen."""
    room = rooms.make(rubric=rubric)
    room.comparisons(4)
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    return Assignment.objects.select_related("session__protocol", "rater").get()


def send(client: Client, assignment: Assignment, step: str = "verdict", **sent: object):
    address = reverse(f"annotations:{step}", args=[assignment.public_id])
    return client.post(address, sent, headers={"HX-Request": "true"})


def record_and_close(assignment: Assignment, key: str, verdict: str) -> str:
    """Of a thread of its own: "stored" or "stale"."""
    try:
        answer = Answer(verdict=verdict, key=key)
        judgements.record(assignment=assignment, rater=assignment.rater, answer=answer)
    except judgements.Stale:
        return "stale"
    finally:
        connections.close_all()
    return "stored"


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_row(client: Client) -> None:
    """Appraise#10: a double click made two rows. Here both requests carry the page's key, and both are told "saved"."""
    assignment = seated(client)
    key = f"{assignment.public_id}.1"
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _: record_and_close(assignment, key, "a"), range(6)))
    assert told == ["stored"] * 6 and Judgement.objects.count() == 1
    assert b"data-saved" in send(client, assignment, verdict="a", key=key).content
    assert Judgement.objects.count() == 1


@pytest.mark.django_db
def test_a_changed_mind_is_a_revision(client: Client) -> None:
    """Appraise#11: a changed mind made a second row, and both counted. Here one counts, and the history is kept."""
    assignment = seated(client)
    name = assignment.public_id
    send(client, assignment, verdict="a", key=f"{name}.1")
    send(client, assignment, "undo", key=f"{name}.2")
    send(client, assignment, verdict="b", key=f"{name}.3")
    (stands,) = read.standing(assignment.session.protocol)
    assert (stands.verdict != stands.left, stands.revision) == (True, 3)
    assert [row.retracted for row in assignment.judgements.order_by("revision")] == [False, True, False]


@pytest.mark.django_db(transaction=True)
def test_two_verdicts_at_once_are_one_row_and_the_other_is_told(client: Client) -> None:
    """Appraise#10, from two tabs: the second answer is not the first one's repeat, and must not take its place silently."""
    assignment = seated(client)
    with ThreadPoolExecutor(2) as pool:
        told = pool.map(lambda verdict: record_and_close(assignment, f"tab-{verdict}", verdict), "ab")
    assert sorted(told) == ["stale", "stored"] and Judgement.objects.count() == 1
    late = send(client, assignment, verdict="tie", key="tab-3")
    assert late.status_code == 409 and b"Nothing was changed" in late.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "sent"),
    [
        ("verdict", {"verdict": ["a", "b"]}),
        ("verdict", {"verdict": ["a", "a"]}),
        ("verdict", {"verdict": "a,b"}),
        ("verdict", {"verdict": "left"}),
        ("lean", {"lean": ["a", "b"]}),
        ("lean", {"lean": "ab"}),
        ("details", {"quality_left": ["1", "5"]}),
        ("details", {"confidence": ["1", "3"]}),
        ("details", {"comment": ["one", "two"]}),
        ("details", {"flags_left": ["incorrect", "charming"]}),
    ],
)
def test_a_single_choice_keeps_one_value_or_none(client: Client, step: str, sent: dict[str, object]) -> None:
    """potato#167: a single choice stored every value that was clicked. Here two values are refused, and so is a word that
    the rubric has not; nothing of it is stored."""
    assignment = seated(client, EVERYTHING)
    name, before = assignment.public_id, 0
    if step in ("lean", "details"):
        send(client, assignment, verdict="tie", key=f"{name}.1")
        before = 1
    if step == "details":
        send(client, assignment, "lean", lean="a", key=f"{name}.2")
        before = 2
    refused = send(client, assignment, step, key=f"{name}.{before + 1}", **sent)
    assert refused.status_code == 422 and b"Not saved." in refused.content
    assert Judgement.objects.count() == before
    allowed = send(client, assignment, step, key=f"{name}.{before + 1}", **_one_of(step))
    assert allowed.status_code == 200 and Judgement.objects.count() == before + 1


def _one_of(step: str) -> dict[str, object]:
    ways = {"verdict": {"verdict": "tie"}, "lean": {"lean": "b"}}
    return ways.get(step, {"quality_left": "5", "flags_left": ["incorrect", "too_long"]})


@pytest.mark.django_db
def test_what_the_database_refuses_is_not_called_saved(client: Client) -> None:
    """ComparIA persistence.py: the database's error was logged and swallowed. Here the page is told that nothing was
    saved, and sends the same answer again."""
    if connection.vendor != "sqlite":
        pytest.skip("the refusal is a trigger of SQLite")
    assignment = seated(client)
    client.raise_request_exception = False
    sent = {"verdict": "a", "key": f"{assignment.public_id}.1"}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON annotations_judgement "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        failed = send(client, assignment, **sent)
        cursor.execute("DROP TRIGGER full_disk")
    assert failed.status_code == 500 and b"data-saved" not in failed.content
    assignment.refresh_from_db()
    assert assignment.state == Assignment.State.DEALT and not Judgement.objects.exists()
    again = send(client, assignment, **sent)
    assert again.status_code == 200 and b"data-saved" in again.content
    assert Judgement.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("speaker", ["a", "b"])
def test_each_side_is_masked_by_itself(speaker: str) -> None:
    """gradio_block_arena_anony.py: one side was moderated twice and the other never. Here each is masked for what it says
    itself."""
    room = rooms.make()
    says, plain = "I am Claude, made by Anthropic.", "It depends on the weather."
    texts = {"a": plain, "b": plain} | {speaker: says}
    made = comparisons.create(
        protocol=room.protocol,
        group="g",
        topic="t",
        caption="",
        prefix=[{"role": "user", "text": "Who are you?"}],
        side_a=[{"role": "assistant", "text": texts["a"]}],
        side_b=[{"role": "assistant", "text": texts["b"]}],
    )
    shown = {"a": made.side_a[0]["text"], "b": made.side_b[0]["text"]}
    other = "b" if speaker == "a" else "a"
    assert "[name]" in shown[speaker] and "Claude" not in shown[speaker]
    assert shown[other] == plain


@pytest.mark.django_db
def test_nothing_is_taken_back_in_a_set_that_is_over() -> None:
    """Ours: an Undo in an old tab made the last answer of an ended set wait for a rater who would never see it again. It
    counted for nobody."""
    room = rooms.make(session_length=1)
    room.comparisons(3)
    session = room.session()
    last = room.dealt(session)
    judgements.record(assignment=last, rater=session.rater, answer=Answer(verdict="a", key="1"))
    sessions.end(session=session)
    sessions.open_session(rater=session.rater, protocol=room.protocol)
    with pytest.raises(judgements.Stale):
        judgements.retract(assignment=last, rater=session.rater, key="2")
    assert read.standing(room.protocol).get().assignment == last
    assert dealing.sweep() == 0
