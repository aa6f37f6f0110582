"""Judges at work on a study of the desk's, by the real scripted server."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.providers.loopback import running
from tests.services import desk
from vibes.models import Judge, JudgeRun, Study
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import create_app
from vibes.services import endpoints, judge_questions, judges
from vibes.services.generations import pump


@contextmanager
def serving(*faults: str) -> Iterator[str]:
    """The address of a server that knows the characters and the judges."""
    with running(create_app(desk.answers(12), faults=[parse_rule(fault) for fault in faults])) as server:
        yield f"{server.address}/v1"


def judge(address: str, kind: str = "flattered", **settings: object) -> Judge:
    endpoint = endpoints.add(
        by=desk.lead(),
        name=f"Judge {kind}",
        provider="scripted",
        model=kind if kind.startswith("scripted") else f"scripted-judge-{kind}",
        base_url=address,
        **settings,
    )
    return judges.create(by=desk.lead(), endpoint=endpoint)


def started(by: Judge, study: Study, **plan: object) -> JudgeRun:
    """Asked, not fetched."""
    run = judges.start(by=desk.lead(), judge=by, study=study, **plan)
    judge_questions.ask(run_id=run.pk)
    run.refresh_from_db()
    return run


def judged(by: Judge, study: Study, **plan: object) -> JudgeRun:
    """Asked, and fetched by one pump."""
    run = started(by, study, **plan)
    pump.run()
    run.refresh_from_db()
    return run
