"""One planted world of the lab bench, through the product's own pages.

    python -m bench.workers.lab_world BASE_URL WORLD_JSON CUE SAMPLES RATERS EACH

The settings come from the environment. A lead makes a cued study in the builder, its answers are fetched by the pump, the
first edits of the cue are read and approved one by one, those found wrong are dropped, the rest approved after the sample,
simulated raters are added on the study's page, and its results are opened. Where raters write prompts of their own, they come
by the rating link instead (`lab_raters`). Prints the run's report as one line of JSON.
"""

import json
import random
import sys
from typing import Any

import django

# Of what answers are worth to raters who come by the link, as a crowd has its own.
SEED = 17
# Raters drawn for each variant, to know what is true of it.
DRAWS = 20
# Besides what is planted.
USUAL = {"praise": 0, "praise_when_undecided": 0, "lists": 0, "length": 0, "correct": 0.8, "left": 0.1}


def main(base_url: str, world: dict[str, Any], cue: str, samples: int, raters: int, each: int) -> None:
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    lead, study = made(base_url, world, cue, samples, each)
    if world["own"]:
        from bench.workers import lab_raters

        people = lab_raters.arrive(study, raters, USUAL | world["planted"])
    fetched(study)
    read(lead, study)
    if world["own"]:
        lab_raters.rate(study, people)
    else:
        rated(lead, study, world["planted"], raters, each)
    report = analysed(lead, study, "people" if world["own"] else "simulated")
    true = truth(study, USUAL | world["planted"])
    print(json.dumps({"edits": edits_of(study), "true": true, "report": report}))


def made(base_url: str, world: dict[str, Any], cue: str, samples: int, each: int) -> Any:
    from django.test import Client

    from annotations.models import User
    from vibes.models import Study
    from vibes.services import endpoints, seeding

    by = User.objects.create(username="lead", role=User.Role.ADMIN)
    lead = Client(HTTP_HOST="localhost")
    lead.force_login(by)
    prompt_set = seeding.store_bank(by=by)
    chosen = [
        endpoints.add(
            by=by, name=name.capitalize(), provider="scripted", model=f"scripted-{name}", base_url=base_url
        )
        for name in ("plain", "formatted", "slips")
    ]
    form = {
        "name": f"Planted: {world['name']}",
        "source": "set",
        "prompt_set": prompt_set.pk,
        "endpoints": [one.pk for one in chosen],
        "pairing": "all",
        "samples": samples,
        "selection": "each",
        "draw": "stored",
        "delivery": "live",
        "rubric": "sycophancy",
        "overlap": 7,
        "session_length": each,
        "cues": [cue],
        "cue_share": 100,
        "cue_design": "variants",
        "cue_ratio": world["ratio"],
    }
    if world["own"]:
        form |= {"own_prompts": 10, "own_prompts_later": "on"}
    response = lead.post("/studies/new/", form)
    assert response.status_code == 302, response.content.decode()[:4000]
    return lead, Study.objects.get()


def fetched(study: Any) -> None:
    from vibes.services.generations import pump

    while study.generations.exclude(state__in=["done", "failed"]).exists():
        pump.run()


def read(lead: Any, study: Any) -> None:
    from vibes.models import Edit
    from vibes.services import edits

    for cue in study.cues.all():
        for edit in list(edits.readable(cue)[: edits.SAMPLE]):
            lead.post(f"/edits/{edit.pk}/approve/")
        lead.post(f"/cues/{cue.pk}/drop-wrong/")
        lead.post(f"/cues/{cue.pk}/approve/")
    assert not Edit.objects.filter(state="proposed").exists()


def rated(lead: Any, study: Any, planted: dict[str, float], raters: int, each: int) -> None:
    from vibes.models import SimulatedCrowd
    from vibes.services import simulation

    response = lead.post(
        f"/studies/{study.pk}/simulate/", USUAL | planted | {"size": raters, "judgements_each": each}
    )
    assert response.status_code == 302
    simulation.run(crowd_id=SimulatedCrowd.objects.get().pk)


def edits_of(study: Any) -> dict[str, int]:
    from vibes.queries import edits

    (row,) = edits.cue_rows(study)
    return row.edits | {"pairs dealt with the cue": row.dealt}


def analysed(lead: Any, study: Any, kind: str) -> Any:
    from vibes.models import AnalysisRun
    from vibes.services import analyses

    lead.get(f"/studies/{study.pk}/results/?raters={kind}")
    run = AnalysisRun.objects.get()
    if run.result is None:
        analyses.compute(run_id=run.pk)
        run.refresh_from_db()
    return run.result


def truth(study: Any, planted: dict[str, float]) -> dict[str, float]:
    """C as planted: of raters drawn anew, on the variants that were dealt, each so many times; on others' prompts and on
    raters' own. No vote is read."""
    from vibes.models import Arm
    from vibes.services.simulated_minds import Planted

    rng = random.Random(DRAWS)
    arms = Arm.objects.filter(matchup__study=study).exclude(cue_on="").select_related("comparison", "edit")
    chosen: dict[bool, list[float]] = {True: [], False: []}
    seed = study.crowds.get().seed if study.crowds.exists() else SEED
    both_bad = study.protocol.both_bad_allowed
    for arm in arms.select_related("matchup__prompt", "edit__generation"):
        for own in {False, arm.matchup.prompt.author_id is not None}:
            chosen[own] += [
                _choice(arm, Planted(**planted).personal(rng), own=own, seed=seed, both_bad=both_bad, rng=rng)
                for _ in range(DRAWS)
            ]
    return {
        name: sum(chosen[own]) / len(chosen[own]) - 0.5
        for name, own in (("C", False), ("C on own prompts", True))
        if chosen[own]
    }


def _choice(arm: Any, planted: Any, *, own: bool, seed: int, both_bad: bool, rng: random.Random) -> float:
    """1 where a rater of this taste chooses the side with the cue, 0 for the other; where neither, half a vote."""
    from vibes.services.simulated_minds import Answer, Look, feel

    sides = {"a": arm.comparison.side_a[-1]["text"], "b": arm.comparison.side_b[-1]["text"]}
    both = [
        Answer(text, arm.edit.generation.text if side == arm.cue_on else text, side == arm.cue_on)
        for side, text in sides.items()
    ]
    rng.shuffle(both)
    look = Look(both[0], both[1], arm.matchup.prompt.answer_key, own, seed)
    felt = feel(look, planted, rng, both_bad=both_bad)
    cued = "a" if both[0].cued else "b"
    return float(felt.verdict == cued) if felt.verdict in ("a", "b") else 0.5


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3], *map(int, sys.argv[4:7]))
