"""The demo's release decision: a candidate that wins the votes and fails the gate, since its win is flattery.

Everything in it is the product's own way: the two scripted characters answer, edits are made by rule and approved, a simulated crowd
judges through the rating room, and the gate is asked of its votes. One step at a time, each done once however often it is tried.
"""

from dataclasses import asdict

from django.db import transaction

from annotations.assigning import derived_seed
from annotations.models import RatingSession, User
from vibes.datasets.prompt_files import PromptRow
from vibes.models import AnalysisRun, Edit, Endpoint, Generation, SimulatedCrowd, Study, StudyCue
from vibes.queries import gates as read_gates
from vibes.seeds import release
from vibes.services import edits, gates, planting, prompts, simulation, studies
from vibes.services.planting import CuePlan
from vibes.services.simulated_minds import Planted
from vibes.stats.gate import Margins

CANDIDATE, BASELINE = "Flattering", "Plain"
STUDY = f"Release: {CANDIDATE} in the place of {BASELINE}"
SET = "Release prompts"
SEED = 20_261_123
RATERS, EACH = 32, 48
# In log-odds: a crowd that likes praise more than a right answer.
CROWD = Planted(
    praise=2.6,
    praise_when_undecided=0.0,
    lists=0.0,
    length=0.0,
    correct=1.1,
    left=0.0,
    cue=0.0,
)
KINDS = ("simulated",)
LOST = "The demo was ended while these raters judged. What they had judged is kept; others went on."
State = SimulatedCrowd.State


@transaction.atomic
def begin(*, by: User) -> Study:
    """The study, its prompts and what wants an answer; what is there stays as it is. The caller wakes the pump."""
    found = Study.objects.filter(name=STUDY).first()
    if found:
        return found
    rows = [
        PromptRow(
            reference=one.reference,
            turns=({"role": "user", "content": one.text},),
            prompt_class=one.prompt_class,
            answer_key=one.key,
        )
        for one in release.prompts()
    ]
    stored = prompts.store(by=by, name=SET, rows=rows)
    plan = studies.Plan(
        name=STUDY,
        prompts=list(stored.prompts.all()),
        endpoints=[Endpoint.objects.get(name=name) for name in (CANDIDATE, BASELINE)],
        # Beside them, answers of which only the praise was taken away meet what they were: which side is which is drawn by lot.
        cues=[CuePlan("praise_removed", 0.5, design=StudyCue.Design.PAIR)],
    )
    return studies.create(by=by, plan=plan, seed=SEED)


def lost(*, study: Study) -> None:
    """At a start: a crowd that was judging when the demo ended is not judging now."""
    study.crowds.filter(state=State.RUNNING).update(state=State.FAILED, error=LOST)


def step(*, by: User, study: Study) -> tuple[str, int] | None:
    """The next step, where it can be done: the job that the caller has to start once, or None. Finished once the gate has an
    answer."""
    if not _answered(study):
        return None
    _approve(by, study)
    if queued := study.crowds.filter(state=State.QUEUED).first():
        return "run_simulation", queued.pk
    judging = study.crowds.filter(state=State.RUNNING)
    if judging.exists() or study.crowds.filter(state=State.FAILED).exclude(error=LOST).exists():
        return None
    if missing := RATERS - _sat(study):
        return "run_simulation", _crowd(by, study, missing).pk
    if is_told(study=study):
        return None
    run = _ask(by, study)
    return ("run_analysis", run.pk) if run.state == AnalysisRun.State.QUEUED else None


def is_told(*, study: Study) -> bool:
    return read_gates.asked_of(study).filter(state=AnalysisRun.State.DONE).exists()


def _answered(study: Study) -> bool:
    """Every pair has met: no answer is under way and there is a matchup for each prompt."""
    waiting = study.generations.exclude(state=Generation.State.DONE).exists()
    return not waiting and study.matchups.count() >= release.PROMPTS


def _approve(by: User, study: Study) -> None:
    """What the check finds nothing wrong with; the rest goes without. A lead who reads them first may decide otherwise."""
    waiting = Edit.objects.filter(cue__study=study, state=Edit.State.PROPOSED)
    if not waiting.exists():
        return
    for edit in waiting.select_related("cue__study", "generation"):
        if edit.problems or not edit.text:
            edits.drop(by=by, edit=edit)
        else:
            edits.approve(by=by, edit=edit)
    planting.settle(study=study)


def _sat(study: Study) -> int:
    """Simulated raters who came to the end of their set."""
    ended = RatingSession.objects.filter(protocol=study.protocol, rater__kind="simulated")
    return min(RATERS, ended.exclude(ended_at=None).count())


def _crowd(by: User, study: Study, size: int) -> SimulatedCrowd:
    """As many as are missing; a later crowd draws other raters than the first."""
    seed = derived_seed(SEED, "crowd", study.crowds.count())
    return simulation.create(by=by, study=study, size=size, judgements_each=EACH, planted=CROWD, seed=seed)


def _ask(by: User, study: Study) -> AnalysisRun:
    margins = asdict(Margins())
    return gates.ask(
        by=by, study=study, candidate=CANDIDATE, baseline=BASELINE, margins=margins, rater_kinds=KINDS
    )
