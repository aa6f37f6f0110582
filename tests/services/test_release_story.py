"""The demo's release decision: it wins the votes, fails the gate because the win vanishes, and whatever is tried twice is done once."""

import pytest

from annotations.models import Judgement
from tests.services import desk, gate_desk
from vibes.models import AnalysisRun, Edit, Generation, SimulatedCrowd, Study
from vibes.seeds import release
from vibes.services import analyses, pairing, release_story, simulation
from vibes.services.seeding import CHARACTERS

pytestmark = pytest.mark.django_db


def begun() -> Study:
    """Answered as the scripted server would, from what is written for it."""
    for name in (release_story.CANDIDATE, release_story.BASELINE):
        gate_desk.endpoint(name, CHARACTERS[name])
    study = release_story.begin(by=desk.lead())
    written = release.answers_for_scripted()
    for row in Generation.objects.select_related("prompt", "endpoint"):
        row.text = written[row.prompt.turns[0]["content"]][row.endpoint.model]
        row.state = Generation.State.DONE
        row.save()
    pairing.assemble(study=study)
    return study


def told(study: Study) -> AnalysisRun:
    """Every step, each job done as the worker does it."""
    for _ in range(10):
        job = release_story.step(by=desk.lead(), study=study)
        if job and job[0] == "run_simulation":
            simulation.run(crowd_id=job[1])
        elif job:
            return analyses.compute(run_id=job[1])
    raise AssertionError("the story has no end")


def test_what_the_models_answer_is_as_it_is_said_to_be() -> None:
    for model, manner in release.MANNERS.items():
        said = [(one, release.answer(model, one)) for one in release.prompts()]
        praised = sum(any(opener in text for opener in release.OPENERS) for _, text in said) / len(said)
        right = sum(one.key in text for one, text in said) / len(said)
        assert abs(praised - manner.praises) < 0.12
        assert abs(right - manner.right) < 0.15


@pytest.mark.slow
def test_it_wins_the_votes_and_fails_the_gate() -> None:
    study = begun()
    run = told(study)
    gate = run.result["gate"]
    outcomes = {one["name"]: one["outcome"] for one in gate["conditions"]}
    assert outcomes["win rate"] == "pass"
    assert outcomes["controlled win rate"] == "fail"
    assert gate["outcome"] == "fail"
    assert gate["win_vanishes"]
    planted = run.result["left_out"]["planted_cue"]
    assert run.result["simulated"] == run.result["n"] + planted == release_story.RATERS * release_story.EACH
    cue = run.result["cues"]["praise_removed_pair"]
    assert cue["C"]["high"] < 0, "without its praise an answer loses to itself"
    assert release_story.step(by=desk.lead(), study=study) is None
    assert release_story.begin(by=desk.lead()) == study
    assert SimulatedCrowd.objects.count() == AnalysisRun.objects.count() == 1
    assert Edit.objects.filter(state=Edit.State.PROPOSED).count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_it_does_so_for_other_crowds_as_well(seed: int) -> None:
    study = begun()
    assert release_story.step(by=desk.lead(), study=study)
    SimulatedCrowd.objects.update(seed=seed)
    simulation.run(crowd_id=SimulatedCrowd.objects.get().pk)
    _, pk = release_story.step(by=desk.lead(), study=study)
    assert analyses.compute(run_id=pk).result["gate"]["win_vanishes"]


def test_it_waits_for_answers_and_goes_on_after_a_crowd_was_lost() -> None:
    study = begun()
    Generation.objects.filter(pk=Generation.objects.first().pk).update(state=Generation.State.QUEUED)
    assert release_story.step(by=desk.lead(), study=study) is None
    Generation.objects.update(state=Generation.State.DONE)
    name, pk = release_story.step(by=desk.lead(), study=study)
    assert name == "run_simulation"
    assert release_story.step(by=desk.lead(), study=study) == (name, pk), "its message may have been lost"
    SimulatedCrowd.objects.update(state=SimulatedCrowd.State.RUNNING)
    assert release_story.step(by=desk.lead(), study=study) is None, "it is under way"
    release_story.lost(study=study)
    assert SimulatedCrowd.objects.get().error == release_story.LOST
    name, other = release_story.step(by=desk.lead(), study=study)
    assert (name, SimulatedCrowd.objects.get(pk=other).raters) == ("run_simulation", release_story.RATERS)
    assert len(set(SimulatedCrowd.objects.values_list("seed", flat=True))) == 2
    assert not Judgement.objects.exists()
    SimulatedCrowd.objects.update(state=SimulatedCrowd.State.FAILED, error="a fault")
    assert release_story.step(by=desk.lead(), study=study) is None, (
        "what fails by itself is not tried again and again"
    )
