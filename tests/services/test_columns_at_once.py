"""The judgement frame read at once is the one read row by row: on studies with everything that a row can hold."""

from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Assignment, Judgement, Rater
from annotations.rubrics import PRESETS
from annotations.services import dealing, judgements, standing
from annotations.services.details import Details
from tests.services import conversations, desk
from tests.services.test_checks import golds
from tests.views import rated
from vibes.models import Generation, Study
from vibes.queries import unblinded
from vibes.services import analyses, checks, computing, own_prompts, pairing, planting, studies
from vibes.services.planting import CuePlan
from vibes.stats.frames import JudgementFrame

pytestmark = pytest.mark.django_db
EVERYBODY = ("person", "simulated", "machine")


def plain() -> Study:
    return rated.study(people=3, each=6)


def cued() -> Study:
    made = desk.study(prompt_count=8, cues=[CuePlan("emoji_removed", 0.6)])
    for number, row in enumerate(made.generations.order_by("pk")):
        row.text, row.state = f"Take a coat ☀️ with you, number {number}.", Generation.State.DONE
        row.save()
    pairing.assemble(study=made)
    made.cues.get().edits.update(state="approved")
    planting.settle(study=made)
    desk.simulate(made, size=3, each=8, tie_threshold=0.5)
    return made


def checked() -> Study:
    """Golds, identical pairs and repeats; a rater who is excluded; an answer that was taken back, and one given anew."""
    made = desk.answered(3)
    type(made.protocol).objects.filter(pk=made.protocol_id).update(
        gold_rate=0.3, identical_rate=0.3, repeat_rate=0.3
    )
    made = Study.objects.select_related("protocol").get(pk=made.pk)
    pairing.assemble(study=made)
    checks.add_gold(by=desk.lead(), study=made, rows=golds(4))
    raters = [rated.judged_by(made, 9) for _ in range(4)]
    standing.exclude(by=desk.lead(), rater=raters[0], reason="Clicks only.")
    last = Assignment.objects.filter(rater=raters[1], state="judged").order_by("-place").first()
    judgements.retract(assignment=last, rater=raters[1], key="back")
    again = Assignment.objects.filter(rater=raters[2], state="judged").order_by("-place").first()
    judgements.retract(assignment=again, rater=raters[2], key="back too")
    again.refresh_from_db()
    answer = judgements.Answer(verdict="b", key="anew")
    judgements.record(assignment=again, rater=raters[2], answer=answer)
    return made


def talked() -> Study:
    """A conversation, points of a scale or aspects, flags, reasons and a comment, from a model that thinks hard."""
    endpoints = [desk.endpoint("plain"), desk.endpoint("slips", effort="high", thinking_tokens=2048)]
    plan = studies.Plan(
        name="A study", prompts=conversations.pushed(), endpoints=endpoints, rubric=PRESETS["sycophancy"]
    )
    made = studies.create(by=desk.lead(), plan=plan, seed=5)
    for row in made.generations.select_related("endpoint", "prompt"):
        conversations.answer(row, f"{row.endpoint.model} says.", "Yes, I am sure.")
    pairing.assemble(study=made)
    for number in range(3):
        session = rated.judged_by(made, 1, verdicts="a").sessions.get()
        assignment = session.assignments.get()
        if number:
            details = Details(
                aspects={"left": {"quality": 5, "flattery": 2}, "right": {"quality": 3}},
                flags={"right": ["incorrect", "hides_mistake"]},
                confidence=2,
                comment=f"Because of {number}.",
            )
            judgements.add_details(
                assignment=assignment, rater=session.rater, details=details, key=f"d{number}"
            )
    return made


def graded() -> Study:
    made = desk.study(prompt_count=3, rubric=PRESETS["five"])
    rated.answer_all(made)
    desk.simulate(made, size=3, each=3)
    return made


def own() -> Study:
    made = desk.study(prompt_count=4, own_prompts=2, own_prompts_later=True, overlap=2)
    Generation.objects.update(state="done", text="It was here before.")
    pairing.assemble(study=made)
    author, other = rated.person(made), rated.person(made)
    own_prompts.write(session=author, texts=[("Mine?", "advice"), ("Mine too?", "")])
    Generation.objects.filter(state="queued").update(state="done", text="Because.")
    pairing.assemble(study=made)
    for session in (author, other):
        while one := dealing.deal_next(session=session):
            rated.judge(one)
    return made


@pytest.mark.parametrize("make", [plain, cued, checked, talked, graded, own])
def test_read_at_once_or_row_by_row_the_frame_is_one(make: Callable[[], Study]) -> None:
    study = Study.objects.select_related("protocol").get(pk=make().pk)
    rows = list(unblinded.rows(study, kinds=EVERYBODY))
    by_row = {name: [row[name] for row in rows] for name in rows[0]}
    at_once = unblinded.columns(study, kinds=EVERYBODY)
    assert set(by_row) == set(at_once)
    exact = set(at_once) - {"created_at"}
    assert {name: by_row[name] for name in exact} == {name: list(at_once[name]) for name in exact}
    assert_same(JudgementFrame.from_columns(by_row), JudgementFrame.from_columns(at_once))
    for one, other in zip(computing.feature_pairs(by_row), computing.feature_pairs(at_once), strict=True):
        assert one.name == other.name
        assert [side.tolist() for side in one.counts()] == [side.tolist() for side in other.counts()]


def assert_same(one: JudgementFrame, other: JudgementFrame) -> None:
    assert one.row_numbers.tolist() == other.row_numbers.tolist()
    assert one.ignored == other.ignored
    assert sorted(one.labels) == sorted(other.labels)
    for name, labels in one.labels.items():
        assert (labels.names, labels.codes.tolist()) == (
            other.labels[name].names,
            other.labels[name].codes.tolist(),
        )
    assert sorted(one.numbers) == sorted(other.numbers)
    for name, values in one.numbers.items():
        assert np.array_equal(values, other.numbers[name], equal_nan=True)
    assert {name: list(texts) for name, texts in one.texts.items()} == {
        name: list(texts) for name, texts in other.texts.items()
    }


def test_the_studies_hold_what_they_are_for() -> None:
    purposes = {row["purpose"] for row in unblinded.rows(checked(), kinds=EVERYBODY)}
    assert purposes == {"study", "gold", "identical", "repeat"}
    assert Judgement.objects.filter(retracted=True).count() == 2
    assert Rater.objects.filter(standing="excluded").exists()


def test_a_cued_study_has_all_three_variants_and_both_kinds_of_matchup() -> None:
    found = unblinded.columns(cued(), kinds=EVERYBODY)
    assert set(found["cue_on"]) == {"", "a", "b"}
    assert set(found["cue"]) == {"", "emoji_removed"}


def test_own_prompts_are_told_apart() -> None:
    assert set(unblinded.columns(own(), kinds=EVERYBODY)["authored"]) == {True, False}


def test_nobody_has_judged() -> None:
    assert unblinded.columns(desk.answered(2), kinds=EVERYBODY) == {}


@pytest.mark.parametrize("people", [1, 3])
def test_columns_take_the_same_few_queries_however_many_judged(people: int) -> None:
    study = Study.objects.select_related("protocol").get(pk=rated.study(people=people, each=6).pk)
    with CaptureQueriesContext(connection) as taken:
        unblinded.columns(study, kinds=("person",))
    asked = [one for one in taken if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET LOCAL"))]
    # PostgreSQL copies texts out as hashes, and is asked once more what they are.
    assert len(asked) == (9 if connection.vendor == "postgresql" else 8)


def test_a_second_run_reads_its_counts_from_the_first() -> None:
    study = Study.objects.select_related("protocol").get(pk=plain().pk)
    columns = unblinded.columns(study, kinds=("person",))
    specification = computing.specification_of(analyses.specified())
    reports = [
        computing.analyse_columns(columns, specification, seed=1, code_version="c", data_fingerprint="d")
        for _ in range(2)
    ]
    assert analyses.report_bytes(reports[0]) == analyses.report_bytes(reports[1])
