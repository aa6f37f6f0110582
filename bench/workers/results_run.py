"""One run over the bench's study, as the product makes it, and its parts.

    python bench/workers/results_run.py STUDY whole|gate|parts

whole: `services.analyses` finds or makes the run and computes it; then its figures are drawn, as the task does. gate: the same for a
gate, whose features are measured by then. parts: what of it each step takes, and the same rows read by the database's driver
alone. Prints seconds, CPU seconds (of this process) and the peak of its memory.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import django

django.setup()

from django.db import connection  # noqa: E402

from annotations.models import User  # noqa: E402
from bench.workers.memory import peak_megabytes  # noqa: E402
from vibes.models import Study  # noqa: E402
from vibes.queries import unblinded  # noqa: E402
from vibes.services import analyses, gates  # noqa: E402

Found = dict[str, Any]


@contextmanager
def timed(found: Found, name: str) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    found[name] = {
        "s": round(time.perf_counter() - wall, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
    }


def whole(study: Study, gate: bool) -> Found:
    found: Found = {}
    by = User.objects.get(username="bench")
    with timed(found, "run"):
        if gate:
            run = gates.ask(by=by, study=study, candidate="Model 0", baseline="Model 1", margins=_margins())
        else:
            run = analyses.find_or_create(by=by, study=study, specification=analyses.specified())
        run = analyses.compute(run_id=run.pk)
    assert run.state == "done", run.error
    with timed(found, "drawing"):
        from vibes.queries import drawn

        drawn.every(run)
    return found | {"run_pk": run.pk, "peak_mb": round(peak_megabytes())}


def _margins() -> dict[str, float]:
    from dataclasses import asdict

    from vibes.stats.gate import Margins

    return asdict(Margins())


def parts(study: Study) -> Found:
    found: Found = {}
    with timed(found, "loading the statistics"):
        from vibes.queries import judged
        from vibes.services import computing
        from vibes.stats.frames import JudgementFrame
        from vibes.stats.report import analyse
    with timed(found, "driver alone"):
        rows = judged.rows_of(study, kinds=["person"], upto=unblinded.last(study), said=False)
        sql, parameters = rows.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            read = len(cursor.fetchall())
    with timed(found, "fingerprint"):
        unblinded.fingerprint(study)
    with timed(found, "columns with the key"):
        columns = unblinded.columns(study, kinds=["person"])
    assert len(columns["verdict"]) == read
    with timed(found, "frame"):
        frame = JudgementFrame.from_columns(columns)
    with timed(found, "features"):
        features = computing.feature_pairs(columns)
    marks: list[tuple[float, float, str]] = []

    def step(done: int, total: int, what: str) -> None:
        marks.append((time.perf_counter(), time.process_time(), what))

    with timed(found, "report"):
        specification = computing.specification_of(analyses.specified())
        analyse(frame, features, specification, seed=1, code_version="", data_fingerprint="", progress=step)
    for one, following in pairwise(marks):
        found[f"  {one[2]}"] = {
            "s": round(following[0] - one[0], 3),
            "cpu_s": round(following[1] - one[1], 3),
        }
    return {"parts": found, "peak_mb": round(peak_megabytes())}


def main(study: int, what: str) -> None:
    chosen = Study.objects.select_related("protocol").get(pk=study)
    print(json.dumps(parts(chosen) if what == "parts" else whole(chosen, gate=what == "gate")))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
