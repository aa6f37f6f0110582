"""An endpoint reads once more what the rule found nothing wrong with: asked through the ordinary engine, written down once."""

from decimal import Decimal

import pytest

from annotations.models import AuditEntry, Comparison
from tests.services import desk
from tests.services.test_edits_by_endpoint import fetch
from vibes import tasks
from vibes.models import ClaimsReading, Edit, Endpoint, Generation, Study
from vibes.queries import edits as read
from vibes.queries import prompt_sets
from vibes.queries import studies as read_studies
from vibes.services import claims_readings, edits, planting, seeding, studies
from vibes.services.generations import claims, pump
from vibes.services.planting import CuePlan

pytestmark = pytest.mark.django_db(transaction=True)

VERDICT = ClaimsReading.Verdict
FREE = {"price_in": Decimal(0), "price_out": Decimal(0)}


def made(base_url: str, checker: str, *, editor: str = "", prompts: int = 1, **plan: object) -> Study:
    """A study of seed prompts: the edits are read by `checker`, and made by `editor` or by rule. Nothing is fetched yet."""
    stored = seeding.store_bank(by=desk.lead()).prompts.filter(prompt_class="advice")
    reader = desk.endpoint(checker, base_url, **plan.pop("reader", {}))
    cue = CuePlan("longer", 1.0, reader=reader)
    if editor:
        cue = CuePlan("warmer", 1.0, endpoint=desk.endpoint(editor, base_url), reader=reader)
    chosen = studies.Plan(
        name="A study",
        prompts=list(stored.order_by("pk")[:prompts]),
        endpoints=[desk.endpoint(one, base_url, **FREE) for one in ("plain", "slips")],
        cues=[cue],
        **plan,
    )
    return studies.create(by=desk.lead(), plan=chosen, seed=5)


def fetched(start_scripted, checker: str, *faults: str, **plan: object) -> Study:
    study = made(start_scripted(*faults).base_url, checker, **plan)
    fetch()
    return study


def calls() -> int:
    return Generation.objects.filter(endpoint__model__startswith="scripted-checker").count()


def turned() -> Edit:
    """An edit as if its words had been turned round, which no rule sees, to be read anew."""
    ClaimsReading.objects.all().delete()
    edit = Edit.objects.select_related("generation").order_by("pk")[0]
    Generation.objects.filter(pk=edit.generation_id).update(text=f"{edit.generation.text} The price rises.")
    Edit.objects.filter(pk=edit.pk).update(text=f"{edit.text} The price falls.")
    return edit


def found(edit: Edit) -> ClaimsReading:
    claims_readings.ask()
    fetch()
    return ClaimsReading.objects.select_related("reply__endpoint").get(edit=edit)


@pytest.mark.parametrize("editor", ["", "editor"])
def test_the_same_claims_whoever_made_the_edit(start_scripted, editor: str) -> None:
    fetched(start_scripted, "checker", editor=editor)
    rows = list(ClaimsReading.objects.select_related("edit", "reply__endpoint"))
    assert [(row.verdict, row.reason, row.version) for row in rows] == [("same", "", "1")] * 2
    assert {row.reply.endpoint.model for row in rows} == {"scripted-checker"}
    assert all(row.edit.state == "proposed" for row in rows)


def test_a_claim_turned_round_is_found(start_scripted) -> None:
    study = fetched(start_scripted, "checker")
    row = found(turned())
    assert (row.verdict, row.reason) == ("changed", "“rises” has become “falls”.")
    told = read.row(Edit.objects.select_related("cue__reader", "reading").get(pk=row.edit_id))
    assert told.claims == "Model checker finds a claim changed: “rises” has become “falls”."
    # A lead may overrule it, having read the edit; and the trail says so.
    edits.approve(by=desk.lead(), edit=row.edit)
    detail = AuditEntry.objects.get(verb="approved an edit in").detail
    assert (detail["claims"], detail["against_verdict"]) == ("changed", True)
    assert study.cues.get().reader is not None


def test_what_the_rule_found_wrong_is_not_read(start_scripted) -> None:
    fetched(start_scripted, "checker", editor="editor-careless")
    wrong = [edit for edit in Edit.objects.all() if edit.problems]
    assert wrong
    assert calls() == ClaimsReading.objects.count() == Edit.objects.count() - len(wrong)


def test_of_two_edits_the_one_found_wrong_is_not_read(start_scripted) -> None:
    fetched(start_scripted, "checker")
    ClaimsReading.objects.all().delete()
    wrong, fine = Edit.objects.order_by("pk")
    Edit.objects.filter(pk=wrong.pk).update(problems=["The number 3 is lost."])
    assert claims_readings.ask() == 1
    assert ClaimsReading.objects.get().edit_id == fine.pk


def test_the_pump_itself_asks_about_what_an_endpoint_edited(start_scripted) -> None:
    """The edit's reply belongs to the errand, whose pairing knows nothing of the study."""
    made(start_scripted().base_url, "checker", editor="editor")
    for _ in range(4):
        pump.run()
    assert list(ClaimsReading.objects.values_list("verdict", flat=True)) == ["same", "same"]


def test_what_cannot_be_read_says_so_and_may_be_approved_singly(start_scripted) -> None:
    fetched(start_scripted, "checker-vague")
    row = ClaimsReading.objects.order_by("pk")[0]
    assert row.verdict == "unreadable" and "no line" in row.reason
    edits.approve(by=desk.lead(), edit=row.edit)
    detail = AuditEntry.objects.get(verb="approved an edit in").detail
    assert (detail["claims"], detail["against_verdict"]) == ("unreadable", False)


@pytest.mark.parametrize("fault", ["refused", "500"])
def test_an_endpoint_that_fails_holds_nothing_up(start_scripted, settings, fault: str) -> None:
    settings.GENERATION_ATTEMPTS = 1
    study = fetched(start_scripted, "checker", "--fault", f"{fault}:every=1:model=scripted-checker")
    rows = list(ClaimsReading.objects.select_related("edit"))
    assert [row.verdict for row in rows] == ["failed"] * 2 and all(row.reason for row in rows)
    assert edits.approve_rest(by=desk.lead(), cue=study.cues.get()) == []
    for row in rows:
        edits.approve(by=desk.lead(), edit=row.edit)
    planting.settle(study=study)
    assert Comparison.objects.count() == 3


def test_the_rest_is_approved_only_where_the_claims_are_the_same(start_scripted) -> None:
    """Not what is found changed, nor what is not answered yet; the sample is one of those alone, too."""
    study = fetched(start_scripted, "checker", prompts=2)
    cue = study.cues.get()
    changed = found(turned())
    waiting = ClaimsReading.objects.exclude(pk=changed.pk).order_by("pk")[0]
    ClaimsReading.objects.filter(pk=waiting.pk).update(verdict=VERDICT.WAITING, reply=_never(waiting.reply))
    fine = Edit.objects.exclude(pk__in=[changed.edit_id, waiting.edit_id])
    assert edits.sampled(cue).size == 2
    with pytest.raises(edits.NotApproved, match="Read the first 2 first"):
        edits.approve_rest(by=desk.lead(), cue=cue)
    for edit in fine:
        edits.approve(by=desk.lead(), edit=edit)
    assert edits.approve_rest(by=desk.lead(), cue=cue) == []
    assert Edit.objects.filter(state="proposed").count() == 2
    rows = read.cue_rows(study)
    assert rows[0].edits == {"approved": 2, "unconfirmed": 2} and rows[0].to_read == 2
    assert read.edits_of(study, cue=None, shown="unconfirmed").count() == 2
    assert not read.edits_of(study, cue=None, shown="read").exists()


def _never(reply: Generation) -> Generation:
    reply.pk, reply.sample, reply.state, reply.held = None, 99, Generation.State.QUEUED, True
    reply.save()
    return reply


def test_each_edit_is_read_once_whoever_asks_twice(start_scripted) -> None:
    fetched(start_scripted, "checker")
    before = list(ClaimsReading.objects.values_list("pk", "verdict", "reply"))
    assert len(before) == calls() == 2
    assert claims_readings.ask() == claims_readings.collect() == 0
    pump.pair_recent()
    assert list(ClaimsReading.objects.values_list("pk", "verdict", "reply")) == before


def test_a_verdict_is_never_overwritten(start_scripted) -> None:
    fetched(start_scripted, "checker")
    row = ClaimsReading.objects.order_by("pk")[0]
    Generation.objects.filter(pk=row.reply_id).update(text=f"CLAIMS {row.mark}: changed")
    assert claims_readings.collect(generations=[row.reply_id]) == 0
    row.refresh_from_db()
    assert row.verdict == "same"


def test_a_redone_edit_is_read_anew(start_scripted) -> None:
    study = fetched(start_scripted, "checker")
    first = Edit.objects.order_by("pk")[0]
    again = edits.redo(by=desk.lead(), edit=first)
    assert claims_readings.ask(study=study) == 1
    fetch()
    assert ClaimsReading.objects.get(edit=again).pk != ClaimsReading.objects.get(edit=first).pk
    assert ClaimsReading.objects.get(edit=again).verdict == "same"


def test_the_same_question_is_paid_for_once(start_scripted) -> None:
    study = fetched(start_scripted, "checker")
    asked = calls()
    again(study)
    assert calls() == asked
    assert ClaimsReading.objects.filter(verdict="same").count() == 4


def again(study: Study) -> Study:
    """The same answers, edited in the same way."""
    cue = CuePlan("longer", 1.0, reader=Endpoint.objects.get(model="scripted-checker"))
    plan = studies.Plan(
        name="Again", prompts=list(study.prompts.all()), endpoints=list(study.endpoints.all()), cues=[cue]
    )
    return studies.create(by=desk.lead(), plan=plan, seed=study.seed)


def test_what_failed_for_a_reason_that_passes_is_asked_again_elsewhere(start_scripted) -> None:
    """A reader that was away for one study is not away for ever; what was written down in that study stays."""
    study = fetched(start_scripted, "checker")
    ClaimsReading.objects.update(verdict=VERDICT.FAILED, reason="It was away.")
    failed = Generation.objects.filter(endpoint__model="scripted-checker")
    failed.update(state=Generation.State.FAILED, error="It was away.", error_kind="server", text="")
    again(study)
    fetch()
    readings = ClaimsReading.objects.order_by("pk").values_list("verdict", flat=True)
    assert list(readings) == ["failed", "failed", "same", "same"]


def test_a_reader_that_failed_is_asked_again_by_the_lead(start_scripted, settings) -> None:
    settings.GENERATION_ATTEMPTS = 1
    study = fetched(start_scripted, "checker", "--fault", "500:first=1:model=scripted-checker")
    cue = study.cues.get()
    before = list(ClaimsReading.objects.order_by("pk").values_list("reply", flat=True))
    assert read.unanswered(cue).count() == 2
    assert claims_readings.ask_again(by=desk.lead(), cue=cue) == 2
    assert claims_readings.ask_again(by=desk.lead(), cue=cue) == 0  # pressed twice
    fetch()
    rows = ClaimsReading.objects.order_by("pk")
    assert [row.verdict for row in rows] == ["same"] * 2
    assert not {row.reply_id for row in rows} & set(before)
    assert Generation.objects.filter(pk__in=before, state="failed").count() == 2
    assert AuditEntry.objects.filter(verb="asked again about claims in", detail__edits=2).count() == 1


def test_what_could_not_be_read_is_another_reply_when_asked_again(start_scripted) -> None:
    """Not the stored one, which would say the same."""
    study = fetched(start_scripted, "checker-vague")
    asked = calls()
    decided = ClaimsReading.objects.order_by("pk")[0]
    edits.approve(by=desk.lead(), edit=decided.edit)
    assert claims_readings.ask_again(by=desk.lead(), cue=study.cues.get()) == 1
    fetch()
    assert calls() == asked + 1
    assert ClaimsReading.objects.get(reply__sample=1).verdict == "unreadable"


def test_the_cap_of_a_reader_holds_and_the_edits_are_still_the_lead_s(start_scripted) -> None:
    priced = {"price_in": Decimal(9_000), "price_out": Decimal(9_000)}
    study = fetched(start_scripted, "checker", reader=priced, budget=Decimal(1))
    errand = study.cues.get().reader_errand
    assert errand is not None and errand.budget == Decimal(1)
    rows = list(ClaimsReading.objects.select_related("edit", "reply"))
    assert [(row.verdict, row.reply.state) for row in rows] == [("waiting", "queued")] * 2
    told = read.row(Edit.objects.select_related("cue__reader", "reading").get(pk=rows[0].edit_id))
    assert told.claims == "Model checker has not answered yet."
    for row in rows:
        edits.approve(by=desk.lead(), edit=row.edit)
    assert AuditEntry.objects.filter(verb="approved an edit in", detail__claims="waiting").count() == 2
    planting.settle(study=study)
    assert Comparison.objects.count() == 3


def test_the_sweep_finds_what_a_killed_worker_left(start_scripted) -> None:
    """Between the edit and the question, and between the reply and the verdict."""
    fetched(start_scripted, "checker")
    Generation.objects.update(finished_at=claims.later(-pump.PAIR_RECENT_SECONDS * 2))
    ClaimsReading.objects.filter(pk=ClaimsReading.objects.order_by("pk")[0].pk).delete()
    ClaimsReading.objects.update(verdict=VERDICT.WAITING)
    tasks.sweep_generations()
    assert list(ClaimsReading.objects.values_list("verdict", flat=True)) == ["same", "same"]


def test_the_sweep_asks_about_the_edits_that_it_takes_over(start_scripted) -> None:
    fetched(start_scripted, "checker", editor="editor")
    Generation.objects.update(finished_at=claims.later(-pump.PAIR_RECENT_SECONDS * 2))
    ClaimsReading.objects.all().delete()
    Edit.objects.update(state="asked", text="")
    tasks.sweep_generations()
    assert list(ClaimsReading.objects.values_list("verdict", flat=True)) == ["same", "same"]


def test_errands_and_questions_are_nobody_s_choice(start_scripted) -> None:
    study = fetched(start_scripted, "checker")
    assert [one.pk for one in read_studies.listing()] == [study.pk]
    assert not prompt_sets.offered().filter(name="Questions about edits").exists()


def test_a_study_without_a_reader_asks_nobody(start_scripted) -> None:
    server = start_scripted()
    study = made(server.base_url, "checker")
    study.cues.update(reader=None, reader_errand=None)
    fetch()
    assert Edit.objects.filter(state="proposed").count() == 2
    assert not ClaimsReading.objects.exists() and calls() == 0
    assert edits.sampled(study.cues.get()).size == 2
