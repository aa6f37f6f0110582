"""One planted world of the lab bench, through the product's own pages.

    python bench/workers/lab_world.py BASE_URL WORLD CUE PLANTED_JSON SAMPLES RATERS EACH

The settings come from the environment. A lead makes a cued study in the builder, its answers are fetched by the pump, the
first edits of the cue are read and approved one by one, those found wrong are dropped, the rest approved after the sample,
simulated raters are added on the study's page, and its results are opened. Prints the run's report as one line of JSON.
"""

import json
import sys
from typing import Any

import django


def main(base_url: str, world: str, cue: str, planted: str, samples: int, raters: int, each: int) -> None:
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    lead, study = made(base_url, world, cue, samples)
    fetched(study)
    read(lead, study)
    rated(lead, study, json.loads(planted), raters, each)
    print(json.dumps({"world": world, "edits": edits_of(study)} | analysed(lead, study)))


def made(base_url: str, world: str, cue: str, samples: int) -> Any:
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
        "name": f"Planted: {world}",
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
        "session_length": 100,
        "cues": [cue],
        "cue_share": 100,
        "cue_design": "variants",
        "cue_ratio": "1:3:3",
    }
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

    usual = {"praise": 0, "praise_when_undecided": 0, "lists": 0, "length": 0, "correct": 0.8, "left": 0.1}
    response = lead.post(
        f"/studies/{study.pk}/simulate/", usual | {"size": raters, "judgements_each": each} | planted
    )
    assert response.status_code == 302
    simulation.run(crowd_id=SimulatedCrowd.objects.get().pk)


def edits_of(study: Any) -> dict[str, int]:
    from vibes.queries import edits

    (row,) = edits.cue_rows(study)
    return row.edits | {"pairs dealt with the cue": row.dealt}


def analysed(lead: Any, study: Any) -> dict[str, Any]:
    from vibes.models import AnalysisRun
    from vibes.services import analyses

    lead.get(f"/studies/{study.pk}/results/?raters=simulated")
    run = AnalysisRun.objects.get()
    if run.result is None:
        analyses.compute(run_id=run.pk)
        run.refresh_from_db()
    report: Any = run.result
    return {name: report[name] for name in ("n", "tiebreak", "cues", "own_prompts")}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], *map(int, sys.argv[5:8]))
