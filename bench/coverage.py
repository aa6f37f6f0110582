"""Do the intervals cover, do the findings keep quiet, and how many votes do they take? Simulated studies, known truth.

    python -m bench.coverage [--quick] [--studies N] [--seed S] [--processes P] [--out PATH]

Each study has 5,000 judgements; its models, gap law and the busyness of its raters are the same in every study of a world.
An interval is held to the large-sample value of its own estimator at the same design: for C the exact one, for the rest
the mean of large studies of 100,000 judgements. Without --quick the table is written to docs/coverage.md.
"""

import argparse
import json
import os
import resource
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench import coverage_table as table
from bench.coverage_studies import LARGE, POWER, POWER_MATCHUPS, WORLDS, Plan, Row, exact_c, large, study

OUT = Path("docs/coverage.md")
STUDIES, LARGE_STUDIES, POWER_STUDIES = 1_000, 12, 200
QUICK = (16, 2, 6)
EXACT = 1e9
MISLED = ("T0", "rated equal")
CALLED = ("C", "T1", "T2", "T1a*")

Map = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]


def main() -> None:
    options = _options()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:

        def run(work: Callable[[Any], Any], tasks: Sequence[Any]) -> list[Any]:
            return list(pool.map(work, tasks, chunksize=max(1, min(20, len(tasks) // 8))))

        tables, findings = coverage(run, options.seed, options.studies, options.large)
        power = powers(run, options.seed, options.power, POWER_MATCHUPS[: 2 if options.quick else 3])
    held = table.checks(tables, findings)
    minutes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime / 60.0
    text = _text(options, tables, findings, power, held, minutes)
    print(text)
    if options.out is not None:
        options.out.write_text(_document(options, text), encoding="utf-8")
    print(json.dumps(_record(options, tables, findings, power, held, minutes), ensure_ascii=False))


def coverage(
    run: Map, seed: int, studies: int, large_studies: int, names: Sequence[str] = tuple(WORLDS)
) -> tuple[dict[str, list[table.Summary]], dict[str, Counter[str]]]:
    """Simulate the studies of each world: a summary of every estimand, and how often each finding was reached."""
    tables, findings = {}, {}
    for name in names:
        place = list(WORLDS).index(name)
        drawn = run(_study, [(WORLDS[name], [seed, place, k]) for k in range(studies)])
        truths = _truths(run, WORLDS[name], seed, place, large_studies)
        tables[name] = table.world([figures for figures, _ in drawn], truths)
        if WORLDS[name].cued:
            findings[name] = Counter(finding for _, finding in drawn)
        print(f"{name}: {studies} studies", file=sys.stderr, flush=True)
    return tables, findings


def _truths(run: Map, plan: Plan, seed: int, place: int, studies: int) -> dict[str, table.Truth]:
    """Large-sample values; those of the observational figures in the same world without what misleads them."""
    truths = _larges(run, plan, [seed, 1_000 + place], studies)
    if plan.rated:
        clean = replace(plan, world=replace(plan.world, halo=0.0, correlation=0.0))
        without = _larges(run, clean, [seed, 1_500 + place], studies)
        truths |= {name: without[name] for name in MISLED}
    exact = run(_exact, [(plan, [seed, 2_000 + place, k]) for k in range(4)])
    return truths | {"C": table.Truth(float(np.mean(exact)), EXACT)}


def _larges(run: Map, plan: Plan, seed: list[int], studies: int) -> dict[str, table.Truth]:
    found: list[dict[str, Row]] = run(_large, [(plan, [*seed, k]) for k in range(studies)])
    worth = float(LARGE * studies)
    return {name: table.Truth(float(np.mean([one[name][0] for one in found])), worth) for name in found[0]}


def powers(
    run: Map, seed: int, studies: int, sizes: Sequence[int]
) -> dict[tuple[str, int], dict[str, float]]:
    """How often each figure excludes 0 and each finding is reached, by world and matchups."""
    found = {}
    for place, (name, world) in enumerate(POWER.items()):
        for matchups in sizes:
            plan = Plan(replace(world, matchups=matchups, raters=max(30, matchups // 10)))
            drawn = run(_study, [(plan, [seed, 3_000 + place, matchups, k]) for k in range(studies)])
            found[name, matchups] = _shares(drawn)
            print(f"power, {name}: {matchups} matchups", file=sys.stderr, flush=True)
    return found


def _shares(drawn: Sequence[tuple[dict[str, Row], str]]) -> dict[str, float]:
    called = {
        name: float(np.mean([figures[name][1] > 0.0 or figures[name][2] < 0.0 for figures, _ in drawn]))
        for name in CALLED
    }
    reached = Counter(finding for _, finding in drawn)
    return called | {kind: reached[kind] / len(drawn) for kind in ("tiebreak", "additive")}


def _study(task: tuple[Plan, list[int]]) -> tuple[dict[str, Row], str]:
    return study(*task)


def _large(task: tuple[Plan, list[int]]) -> dict[str, Row]:
    return large(*task)


def _exact(task: tuple[Plan, list[int]]) -> float:
    return exact_c(*task)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a look in under a minute; proves nothing")
    parser.add_argument("--studies", type=int, help="studies a world")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, help=f"where the table goes; {OUT} unless --quick")
    options = parser.parse_args()
    studies, options.large, options.power = (
        QUICK if options.quick else (STUDIES, LARGE_STUDIES, POWER_STUDIES)
    )
    options.studies = options.studies or studies
    options.out = options.out or (None if options.quick else OUT)
    return options


def _text(
    options: argparse.Namespace,
    tables: dict[str, list[table.Summary]],
    findings: dict[str, Counter[str]],
    power: dict[tuple[str, int], dict[str, float]],
    held: list[table.Check],
    minutes: float,
) -> str:
    broken = [check for check in held if not check.holds]
    parts = [
        [f"{options.studies} studies a world, seed {options.seed}, {minutes:.1f} CPU-minutes"],
        table.coverage_lines(tables),
        ["Findings, share of studies", *table.finding_lines(findings)],
        [
            "Power: share of studies in which the figure excludes 0, or the finding is reached",
            *table.power_lines(power),
        ],
        [f"{len(held) - len(broken)} of {len(held)} promises hold", *(check.line() for check in broken)],
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def _document(options: argparse.Namespace, text: str) -> str:
    return (
        "# Coverage\n\n"
        f"Written by `python -m bench.coverage --studies {options.studies} --seed {options.seed}`; do not edit. What each "
        "world is stands in `bench/coverage_studies.py`, what each figure is in [statistics.md](statistics.md).\n\n"
        "A true value is the large-sample value of the same estimator at the same design. Where the halo or the quality of "
        "flattering answers misleads the observational figures (T0, and the share among pairs rated equal), theirs is that "
        "of the same world without it: their bias is what this product warns of. `covers` is over printed intervals. Where raters "
        "do not differ in taste, balanced blocks cancel what matchups have in common, the rule of the largest does not count "
        "that, and C covers more than it promises (additive); dealt one by one (independent) it does not.\n\n"
        f"```\n{text}\n```\n"
    )


def _record(
    options: argparse.Namespace,
    tables: dict[str, list[table.Summary]],
    findings: dict[str, Counter[str]],
    power: dict[tuple[str, int], dict[str, float]],
    held: list[table.Check],
    minutes: float,
) -> dict[str, object]:
    return {
        "bench": "coverage",
        "studies": options.studies,
        "seed": options.seed,
        "cpu_minutes": round(minutes, 2),
        "worlds": {name: [asdict(one) for one in found] for name, found in tables.items()},
        "findings": findings,
        "power": {f"{name}, {matchups}": shares for (name, matchups), shares in power.items()},
        "promises": {check.what: check.holds for check in held},
    }


if __name__ == "__main__":
    main()
