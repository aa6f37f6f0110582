"""Fills a database with a study whose results are worth a look, by bulk insert.

    python bench/workers/stored_study.py FROM TO OF

The first call (FROM 0) makes the study through the product's services: ten endpoints, 200 prompts in eight classes (20 where OF is
below 100,000), answers put together from the seed bank's, all pairs, a cue in one matchup of thirty, its edits approved, and a ready
run of probes for the gate. Each call then stores judgements FROM to TO of OF that are drawn from a known model: strengths,
position, length, praise, a threshold a rater; of them at most 21,000 on cued matchups. A tie has a second revision with its lean, as
the rating room writes it. Rows go in by COPY on PostgreSQL: a million through the services would take a day. Prints the study's
id and how many judgements are on cued matchups.
"""

import json
import random
import sys
import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import django

django.setup()

import numpy as np  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from annotations.models import Assignment, Comparison, Judgement, Rater, RatingSession, User  # noqa: E402
from annotations.services import invitations  # noqa: E402
from vibes.datasets.prompt_files import PromptRow  # noqa: E402
from vibes.models import Arm, Edit, Generation, Study  # noqa: E402
from vibes.seeds.bank import load_bank  # noqa: E402
from vibes.services import endpoints, pairing, planting, prompts, studies  # noqa: E402

SEED = 11
ENDPOINTS = 10
CUE = "praise_added"
CUED_SHARE = 1 / 30
CUED_VOTES = 21_000
DAYS = 30
BIG = 100_000
BATCH = 50_000
POSTGRESQL = connection.vendor == "postgresql"


def make(of: int) -> Study:
    by = User.objects.create(username="bench", role=User.Role.ADMIN)
    asked = prompts.store(by=by, name="bench", rows=list(_questions(200 if of >= BIG else 20)))
    chosen = [
        endpoints.add(
            by=by,
            name=f"Model {n}",
            provider="scripted",
            model=f"bench-{n}",
            base_url="http://127.0.0.1:9/v1",
        )
        for n in range(ENDPOINTS)
    ]
    plan = studies.Plan(
        name="A large study",
        prompts=list(asked.prompts.all()),
        endpoints=chosen,
        cues=[planting.CuePlan(CUE, CUED_SHARE)],
        session_length=500,
    )
    study = studies.create(by=by, plan=plan, seed=SEED)
    _answer(study)
    with transaction.atomic():
        pairing.assemble(study=study)
        Edit.objects.filter(cue__study=study, state="proposed").update(state="approved", decided_by=by)
        planting.settle(study=study)
    invitations.create(by=by, protocol=study.protocol)
    _raters(study, 2_000 if of >= BIG else 200)
    return study


def _questions(count: int) -> Iterator[PromptRow]:
    bank = load_bank()
    for n in range(count):
        seed = bank[n % len(bank)]
        text = seed.text if n < len(bank) else f"{seed.text} (Asked in another way, {n // len(bank)}.)"
        turns = ({"role": "user", "content": text},)
        yield PromptRow(reference=f"question-{n}", turns=turns, prompt_class=seed.prompt_class)


def _answer(study: Study) -> None:
    """Two to four answers of the bank's characters to prompts of the same class, those of a model mostly of one character."""
    by_class: dict[str, list[Any]] = {}
    for seed in load_bank():
        by_class.setdefault(seed.prompt_class, []).append(seed)
    rows = list(study.generations.select_related("prompt", "endpoint"))
    for row in rows:
        rng = random.Random(f"{row.endpoint.model} {row.prompt.reference}")
        number = int(row.endpoint.model.rsplit("-", 1)[1])
        names = list(by_class[row.prompt.prompt_class][0].answers)
        parts = [
            rng.choice(by_class[row.prompt.prompt_class]).answers[
                names[number % len(names)] if rng.random() < 0.6 else rng.choice(names)
            ]
            for _ in range(rng.randint(2, 4))
        ]
        row.text, row.state = "\n\n".join(parts), Generation.State.DONE
        row.finished_at, row.seconds = timezone.now(), rng.uniform(1, 9)
        row.tokens_in, row.tokens_out = len(row.prompt.text) // 4, len(row.text) // 4
    Generation.objects.bulk_update(
        rows, ["text", "state", "finished_at", "seconds", "tokens_in", "tokens_out"], batch_size=500
    )


def _raters(study: Study, count: int) -> None:
    people = Rater.objects.bulk_create([Rater(resume_digest=f"bench {n}") for n in range(count)])
    now = timezone.now()
    RatingSession.objects.bulk_create(
        [
            RatingSession(
                rater=rater, protocol=study.protocol, length=500, seed=n, consented_at=now, ended_at=now
            )
            for n, rater in enumerate(people)
        ]
    )


def votes(study: Study, of: int) -> dict[str, Any]:
    """All of them, in the order in which they are given: the comparison, the rater, what was said."""
    rng = np.random.default_rng(SEED)
    shown = list(
        Arm.objects.filter(matchup__study=study).order_by("pk").select_related("matchup", "comparison")
    )
    cued = np.array([arm.matchup.cue_id is not None for arm in shown])
    sessions = np.array(
        list(study.protocol.sessions.order_by("pk").values_list("pk", "rater")), dtype=np.int64
    )
    planted = min(CUED_VOTES, of // 20)
    each = np.zeros(len(shown), dtype=np.int64)
    for kind, total in ((cued, planted), (~cued, of - planted)):
        places = np.flatnonzero(kind)
        each[places] = total // len(places)
        each[places[: total - each[places].sum()]] += 1
    arm = np.repeat(np.arange(len(shown)), each)
    rater = np.concatenate([rng.choice(len(sessions), n, replace=False) for n in each])
    order = rng.permutation(of)
    arm, rater = arm[order], rater[order]
    gap = _gaps(study, shown, rng)
    left = rng.random(of) < 0.5
    cut = 0.7 * np.exp(rng.normal(0, 0.5, len(sessions)))[rater]
    latent = gap[arm] + 0.15 * np.where(left, 1, -1) + rng.logistic(size=of)
    verdict = np.where(latent > cut, "a", np.where(latent < -cut, "b", "tie"))
    verdict = verdict.astype("U8")
    verdict[(verdict == "tie") & (rng.random(of) < 0.1)] = "both_bad"
    lean = np.where(latent > 0, "a", "b")
    comparison = np.array([one.comparison_id for one in shown])[arm]
    return {
        "comparison": comparison,
        "session": sessions[rater, 0],
        "rater": sessions[rater, 1],
        "left": np.where(left, "a", "b"),
        "verdict": verdict,
        "lean": lean,
        "seconds": np.round(rng.lognormal(2.5, 0.7, of), 1),
        "place": _nth(rater) + 1,
        "cued": cued[arm],
        "each": dict(zip((one.comparison_id for one in shown), each.tolist(), strict=True)),
    }


def _gaps(study: Study, shown: list[Arm], rng: np.random.Generator) -> np.ndarray:
    """Of each comparison, the log-odds that A is chosen."""
    strengths = rng.normal(0, 0.5, ENDPOINTS)
    number = {
        pk: int(model.rsplit("-", 1)[1])
        for pk, model in study.generations.values_list("pk", "endpoint__model")
    }

    def worth(arm: Arm, side: str) -> float:
        text = getattr(arm.comparison, f"side_{side}")[-1]["text"]
        generation = getattr(arm.matchup, f"generation_{side}_id")
        cue = 0.4 if arm.cue_on == side else 0.0
        return float(strengths[number[generation]]) + 0.3 * float(np.log(len(text) / 1000)) + cue

    return np.array([worth(arm, "a") - worth(arm, "b") for arm in shown]) + rng.normal(0, 0.4, len(shown))


def _nth(codes: np.ndarray) -> np.ndarray:
    """How many equal ones stand before each."""
    order = np.argsort(codes, kind="stable")
    ranked = codes[order]
    first = np.searchsorted(ranked, ranked)
    found = np.empty(len(codes), dtype=np.int64)
    found[order] = np.arange(len(codes)) - first
    return found


def store(study: Study, drawn: dict[str, Any], first: int, last: int) -> None:
    now = timezone.now()
    begun = now - timedelta(days=DAYS)
    step = timedelta(days=DAYS) / len(drawn["verdict"])
    start = (Assignment.objects.aggregate(top=models.Max("pk"))["top"] or 0) + 1
    places = range(first, last)
    names = ("comparison", "session", "rater", "left", "verdict", "lean", "seconds", "place")
    rows = list(zip(*(drawn[name][first:last].tolist() for name in names), strict=True))
    insert(
        Assignment,
        (
            {
                "id": start + n,
                "public_id": str(uuid.UUID(int=random.getrandbits(128))),
                "comparison_id": row[0],
                "rater_id": row[2],
                "session_id": row[1],
                "state": "judged",
                "left": row[3],
                "place": row[7],
                "purpose": "study",
                "strategy": "least covered",
                "probability": 0.01,
                "holds_place": True,
                "take": 0,
                "lease_until": begun + step * place,
                "dealt_at": begun + step * place,
                "served_at": begun + step * place,
            }
            for n, (place, row) in enumerate(zip(places, rows, strict=True))
        ),
    )
    top = (Judgement.objects.aggregate(top=models.Max("pk"))["top"] or 0) + 1
    revisions = (
        (start + n, row, begun + step * place, revision)
        for n, (place, row) in enumerate(zip(places, rows, strict=True))
        for revision in ((1, 2) if row[4] == "tie" else (1,))
    )
    insert(Judgement, (_judgement(study, top + n, *one) for n, one in enumerate(revisions)))
    _count(study, drawn["each"])


def _judgement(
    study: Study, pk: int, assignment: int, row: tuple[Any, ...], at: Any, revision: int
) -> dict[str, Any]:
    _, _, _, left, verdict, lean, seconds, _ = row
    return {
        "id": pk,
        "assignment_id": assignment,
        "protocol_id": study.protocol_id,
        "revision": revision,
        "key": f"bench {assignment} {revision}",
        "verdict": verdict,
        "lean": lean if revision == 2 else "",
        "step": "lean" if revision == 2 else "verdict",
        "aspects": "{}",
        "flags": "{}",
        "reasons": "{}",
        "spans": "{}",
        "recognised": "{}",
        "comment": "",
        "format_a": "1",
        "format_b": "1",
        "left": left,
        "retracted": False,
        "decided_at": at,
        "created_at": at,
        "seconds_visible": seconds,
        "colour_scheme": "light",
    }


def insert(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """Whole rows, with their ids."""
    table = connection.ops.quote_name(model._meta.db_table)
    batch: list[tuple[Any, ...]] = []
    columns: list[str] = []
    with connection.cursor() as cursor:
        for row in rows:
            columns = columns or list(row)
            batch.append(tuple(row.values()))
            if len(batch) == BATCH:
                _insert(cursor, table, columns, batch)
                batch = []
        if batch:
            _insert(cursor, table, columns, batch)
        for statement in connection.ops.sequence_reset_sql(_no_style(), [model]):
            cursor.execute(statement)


def _insert(cursor: Any, table: str, columns: list[str], batch: list[tuple[Any, ...]]) -> None:
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    if POSTGRESQL:
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in batch:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * len(columns))
    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", batch)


def _no_style() -> Any:
    from django.core.management.color import no_style

    return no_style()


def _count(study: Study, each: dict[int, int]) -> None:
    """What the comparisons say of themselves, as if they had been dealt."""
    rows = list(Comparison.objects.filter(pk__in=each).only("pk", "group", "places"))
    groups: dict[str, int] = {}
    for row in rows:
        groups[row.group] = groups.get(row.group, 0) + each[row.pk]
    for row in rows:
        row.wanted = row.taken = each[row.pk]
        if row.places:
            row.places = row.covered = groups[row.group]
    Comparison.objects.bulk_update(rows, ["wanted", "taken", "places", "covered"], batch_size=1000)
    with connection.cursor() as cursor:
        # As autovacuum does by itself within a minute.
        cursor.execute("VACUUM ANALYZE" if POSTGRESQL else "ANALYZE")


def main(first: int, last: int, of: int) -> None:
    study = Study.objects.filter(name="A large study").first() or make(of)
    drawn = votes(study, of)
    store(study, drawn, first, last)
    print(json.dumps({"study": study.pk, "cued": int(drawn["cued"][:last].sum())}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
