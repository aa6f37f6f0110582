"""Edits that an endpoint makes: asked through the ordinary engine, read, checked, and redone."""

import pytest

from annotations.models import Comparison
from tests.services import desk
from vibes.models import Edit, Endpoint, Generation, Study
from vibes.queries import prompt_sets
from vibes.queries import studies as read
from vibes.services import edit_replies, edits, planting, seeding, studies
from vibes.services.generations import pump
from vibes.services.planting import CuePlan

pytestmark = pytest.mark.django_db(transaction=True)


def edited(start_scripted, editor: str, *faults: str, prompts: int = 2) -> Study:
    """A study of seed prompts whose answers `editor` was asked to make warmer, fetched to the end."""
    server = start_scripted(*faults)
    stored = seeding.store_bank(by=desk.lead()).prompts.filter(prompt_class="advice")
    plan = studies.Plan(
        name="A study",
        prompts=list(stored.order_by("pk")[:prompts]),
        endpoints=[desk.endpoint(character, server.base_url) for character in ("plain", "slips")],
        cues=[CuePlan("warmer", 1.0, endpoint=desk.endpoint(editor, server.base_url))],
    )
    made = studies.create(by=desk.lead(), plan=plan, seed=5)
    fetch()
    return made


def fetch() -> None:
    for _ in range(5):
        pump.run()
        pump.pair_recent()


@pytest.mark.slow
def test_replies_become_edits_to_be_read(start_scripted) -> None:
    made = edited(start_scripted, "editor")
    rows = list(Edit.objects.select_related("generation", "made_by"))
    assert len(rows) == 4
    for row in rows:
        assert (row.state, row.problems) == ("proposed", [])
        assert row.text == f"Glad to help with this. {row.generation.text}"
        assert row.made_by is not None and row.made_by.endpoint.model == "scripted-editor"
    assert not Comparison.objects.exists()
    for row in rows:
        edits.approve(by=desk.lead(), edit=row)
    planting.settle(study=made)
    assert Comparison.objects.count() == 6


@pytest.mark.slow
def test_a_lost_number_is_found_and_cannot_be_approved(start_scripted) -> None:
    edited(start_scripted, "editor-careless", prompts=1)
    row = Edit.objects.order_by("pk")[0]
    assert any(sentence.startswith("The number ") and "is lost" in sentence for sentence in row.problems)
    with pytest.raises(edits.NotApproved, match=r"The number .* is lost"):
        edits.approve(by=desk.lead(), edit=row)


@pytest.mark.slow
def test_a_reply_that_is_no_edit_says_why_and_is_redone(start_scripted) -> None:
    made = edited(start_scripted, "editor-chatty", prompts=1)
    row = Edit.objects.order_by("pk")[0]
    assert row.state == "proposed" and "no <edited>" in row.problems[0]
    with pytest.raises(edits.NotApproved):
        edits.approve(by=desk.lead(), edit=row)
    again = edits.redo(by=desk.lead(), edit=row)
    assert again.state == "asked"
    assert edit_replies.ask(study=made) == 1
    again.refresh_from_db()
    assert again.made_by is not None and again.made_by != row.made_by
    assert again.made_by.prompt_id == row.made_by.prompt_id and again.made_by.sample == 1
    fetch()
    again.refresh_from_db()
    assert again.state == "proposed"


@pytest.mark.slow
def test_an_endpoint_that_fails_leaves_an_edit_to_be_dropped(start_scripted) -> None:
    made = edited(start_scripted, "editor", "--fault", "refused:every=1:model=scripted-editor", prompts=1)
    rows = list(Edit.objects.all())
    assert all(row.state == "proposed" and row.problems for row in rows), [row.problems for row in rows]
    edits.drop_wrong(by=desk.lead(), cue=made.cues.get())
    planting.settle(study=made)
    assert Comparison.objects.count() == 1


@pytest.mark.slow
def test_what_was_edited_once_is_not_asked_again(start_scripted) -> None:
    edited(start_scripted, "editor")
    asked = Generation.objects.count()
    first = Study.objects.filter(edits_for=None).get()
    plan = studies.Plan(
        name="Again",
        prompts=list(first.prompts.all()),
        endpoints=list(first.endpoints.all()),
        cues=[CuePlan("warmer", 1.0, endpoint=Endpoint.objects.get(model="scripted-editor"))],
    )
    studies.create(by=desk.lead(), plan=plan)
    assert Generation.objects.count() == asked
    assert Edit.objects.filter(state="proposed").count() == 8


@pytest.mark.slow
def test_errands_and_requests_are_nobody_s_choice(start_scripted) -> None:
    made = edited(start_scripted, "editor", prompts=1)
    assert [study.pk for study in read.listing()] == [made.pk]
    assert not prompt_sets.offered().filter(name="Requests for edits").exists()


@pytest.mark.slow
def test_replies_are_taken_over_once(start_scripted) -> None:
    edited(start_scripted, "editor", prompts=1)
    before = list(Edit.objects.values_list("pk", "state", "text"))
    assert edit_replies.collect() == 0
    assert list(Edit.objects.values_list("pk", "state", "text")) == before
