"""A real model on this machine's CPU answers a study through the real path: endpoint, queue, worker, row, comparison."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotations.models import Comparison
from tests.services import desk
from vibes import tasks
from vibes.models import Endpoint, Generation
from vibes.services import endpoints, studies
from vibes.services.generations import trial

pytestmark = [pytest.mark.slow, pytest.mark.model]
SECONDS = 120


@pytest.fixture
def local_model(tmp_path: Path) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "vibes.providers.small_model", "--dir", str(tmp_path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def endpoint(local_model: dict[str, Any], name: str, **settings: object) -> Endpoint:
    return endpoints.add(
        by=desk.lead(),
        name=name,
        provider="local",
        model=local_model["models"][0],
        base_url=local_model["base_url"],
        extra={"stop": ["\n"]},
        **settings,
    )


def test_a_study_of_a_real_local_model(workers: None, local_model: dict[str, Any]) -> None:
    plain = endpoint(local_model, "Plain", temperature=0.0)
    streamed = endpoint(local_model, "Streamed", temperature=0.7, seed=5, stream=True)
    told = trial.call(by=desk.lead(), endpoint=streamed)
    assert told.problem == "" and told.first_seconds and told.served_model
    prompts = list(desk.prompt_set(4).prompts.all())
    plan = studies.Plan(name="A real model", prompts=prompts, endpoints=[plain, streamed])
    study = studies.create(by=desk.lead(), plan=plan, seed=5)
    tasks.pump_generations.delay()
    end = time.monotonic() + SECONDS
    while study.generations.filter(state__in=["queued", "running"]).exists():
        assert time.monotonic() < end, list(study.generations.values_list("state", "error"))
        time.sleep(0.2)
    done = study.generations.filter(state=Generation.State.DONE)
    # So small a model may say nothing to a question, or not come to an end; most it answers.
    assert done.count() >= 6, list(study.generations.values_list("state", "error"))
    for row in done.select_related("endpoint"):
        assert row.text.strip() and row.tokens_in and row.tokens_out and row.seconds
        assert (row.first_token_seconds is not None) is row.endpoint.stream
        assert row.provenance["sdk"].startswith("openai ")
    # Answers are paired after the last of them is stored.
    while Comparison.objects.count() < 2:
        assert time.monotonic() < end, list(study.generations.values_list("state", "error"))
        time.sleep(0.2)
