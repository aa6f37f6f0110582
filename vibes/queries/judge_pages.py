"""Judges as their pages show them: what each was asked, what became of it, and how it stands beside people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from vibes.charts.families import cue_named
from vibes.charts.numbers import NOTHING, SPACE, decimal, estimate_text, interval_text, measured
from vibes.models import Generation, Judge, JudgeCalibration, JudgeQuestion, JudgeRun, Study
from vibes.queries.amounts import money, percent
from vibes.stats.cues.names import takes_away

if TYPE_CHECKING:
    from vibes.stats.results import Effect
    from vibes.stats.results.cues import CueFamily
    from vibes.stats.results.judges import Calibration, CueBias

Outcome = JudgeQuestion.Outcome
UNCALIBRATED, CALIBRATED = "uncalibrated", "calibrated"
NOT_MEASURED = "It was not measured beside people yet."
PROBLEMS = 5
# What a cue's effect on a judge is called, by its family.
BIAS: dict[CueFamily, str] = {
    "tone": "Sycophancy, tone",
    "stance": "Sycophancy, stance",
    "formatting": "Formatting",
    "length": "Length",
    "other": "Cue",
}
# Where the cue takes flattery away, so that whoever likes it likes flattery less.
LESS = "Flattery taken away"


@dataclass(frozen=True)
class Row:
    """A judge on the list. `word`: by its newest calibration, of whatever study; uncalibrated where there is none."""

    judge: Judge
    taken: int
    word: str
    why: str
    study: str


@dataclass(frozen=True)
class RunRow:
    """A run. `ended`: of `questions`, those that nothing more comes of. `lost`: what has no verdict, by reason, in words."""

    run: JudgeRun
    questions: int
    taken: int
    percent: int
    lost: tuple[str, ...]
    problems: tuple[str, ...]
    spent: str

    @property
    def runs(self) -> bool:
        return self.run.state in (JudgeRun.State.QUEUED, JudgeRun.State.RUNNING)

    @property
    def can_ask_again(self) -> bool:
        return self.run.state != JudgeRun.State.QUEUED and bool(self.lost)


@dataclass(frozen=True)
class Figure:
    """A line of a calibration. `value` is a dash where there is none, and `note` says why."""

    name: str
    value: str
    interval: str
    n: int
    note: str


@dataclass(frozen=True)
class Measured:
    """A calibration, as its page shows it."""

    calibration: JudgeCalibration
    word: str
    why: str
    people: int
    comparisons: int
    figures: tuple[Figure, ...]
    sentences: tuple[str, ...]
    judges_itself: bool


def listing() -> list[Row]:
    judges = Judge.objects.select_related("endpoint", "created_by").order_by("name")
    taken = _taken()
    newest: dict[int, JudgeCalibration] = {}
    for found in JudgeCalibration.objects.select_related("study").order_by("pk"):
        newest[found.judge_id] = found
    return [_row(judge, taken.get(judge.pk, 0), newest.get(judge.pk)) for judge in judges]


def _taken() -> dict[int, int]:
    rows = JudgeQuestion.objects.filter(outcome=Outcome.TAKEN).values_list("run__judge")
    return dict(rows.annotate(n=Count("pk")).order_by())


def _row(judge: Judge, taken: int, found: JudgeCalibration | None) -> Row:
    if found is None:
        return Row(judge, taken, UNCALIBRATED, NOT_MEASURED, "")
    word = CALIBRATED if found.calibrated else UNCALIBRATED
    return Row(judge, taken, word, found.result["why"], found.study.name)


def runs(judge: Judge) -> list[RunRow]:
    """The newest first."""
    rows = list(judge.runs.select_related("study", "errand", "created_by").order_by("-pk"))
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    told = JudgeQuestion.objects.filter(run__in=rows).values_list("run", "outcome")
    for run, outcome, n in told.annotate(n=Count("pk")).order_by():
        counts[run][outcome] = n
    paid = Generation.objects.filter(ordered_by__errand_of__in=rows).values_list("ordered_by")
    spent = dict(paid.annotate(sum=Sum("cost")).order_by())
    problems = _problems(rows)
    return [_run(run, counts[run.pk], problems[run.pk], spent.get(run.errand_id)) for run in rows]


def _problems(rows: Iterable[JudgeRun]) -> dict[int, list[str]]:
    """The most common sentences of each run."""
    found: dict[int, list[str]] = defaultdict(list)
    told = JudgeQuestion.objects.filter(run__in=rows).exclude(problem="").values_list("run", "problem")
    for run, problem, n in told.annotate(n=Count("pk")).order_by("run", "-n", "problem"):
        if len(found[run]) < PROBLEMS:
            found[run].append(f"{problem} ({n:,}×)")
    return found


def _run(run: JudgeRun, counts: dict[str, int], problems: list[str], spent: Decimal | None) -> RunRow:
    whole = sum(counts.values())
    lost = [
        f"{counts[outcome]:,} {outcome.label.lower()}"
        for outcome in Outcome
        if outcome not in (Outcome.TAKEN, Outcome.WAITING) and counts.get(outcome)
    ]
    return RunRow(
        run=run,
        questions=whole,
        taken=counts.get(Outcome.TAKEN, 0),
        percent=percent(whole - counts.get(Outcome.WAITING, 0), whole),
        lost=tuple(lost),
        problems=tuple(problems),
        spent="" if spent is None else money(spent),
    )


def calibrations(judge: Judge) -> list[Measured]:
    """The newest of each study."""
    newest: dict[int, JudgeCalibration] = {}
    rows = judge.calibrations.select_related("study", "created_by").order_by("pk")
    for found in rows:
        newest[found.study_id] = found
    own = _own_studies(judge, newest)
    ordered = sorted(newest.values(), key=lambda one: -one.pk)
    return [_measured(found, judges_itself=found.study_id in own) for found in ordered]


def _own_studies(judge: Judge, studies: Iterable[int]) -> set[int]:
    """Those in which the judge's endpoint, or another with the same model, answers: it may prefer its own answers."""
    same = Q(endpoints=judge.endpoint_id) | Q(endpoints__model=judge.endpoint.model)
    return set(Study.objects.filter(same, pk__in=list(studies)).values_list("pk", flat=True))


def judges_itself(judge: Judge, study: Study) -> bool:
    return bool(_own_studies(judge, [study.pk]))


def _measured(found: JudgeCalibration, *, judges_itself: bool) -> Measured:
    result: Calibration = found.result
    return Measured(
        calibration=found,
        word=CALIBRATED if found.calibrated else UNCALIBRATED,
        why=result["why"],
        people=result["people"],
        comparisons=result["with_people"],
        figures=tuple(_figures(result)),
        sentences=tuple(_sentence(name, cue) for name, cue in sorted(result["cues"].items())),
        judges_itself=judges_itself,
    )


def _figures(result: Calibration) -> list[Figure]:
    found = [
        _figure("The same side as people, where both take one", result["agreement"]),
        _figure("The same choice as people, no side being one of three", result["same_choice"]),
        _figure("The same beyond chance, Cohen’s κ", result["kappa"]),
        _figure("Position: chooses what it is shown first", result["position"]),
        _figure("Flips: another verdict in the other order", result["flips"]),
    ]
    for name, cue in sorted(result["cues"].items()):
        bias = LESS if takes_away(name) else BIAS[cue["family"]]
        found += [
            _figure(f"{bias}, {name}: chosen by the judge", cue["judge"]),
            _figure(f"{bias}, {name}: chosen by people, same matchups", cue["people"]),
            _figure(f"{bias}, {name}: judge less people", cue["difference"]),
        ]
    return found


def _sentence(name: str, cue: CueBias) -> str:
    """What the edit does to the judge beside people, for whoever does not know C."""
    edit = cue_named(name)
    judge, people, apart = (cue[key] for key in ("judge", "people", "difference"))
    if measured(judge) is None or measured(people) is None:
        return f"What {edit} does to this judge beside people is not known yet."
    told = f"Where {edit} is on one side, people chose that side in {_share(people)} and the judge in {_share(judge)}"
    found = measured(apart)
    if found is None or found.low <= 0 <= found.high:
        return f"{told}: whether it moves the judge more than people is not decided."
    more = "more" if found.estimate > 0 else "less"
    away = " Flattery is taken away by this edit." if takes_away(name) else ""
    return f"{told}: the judge goes with it {more} than people do.{away}"


def _share(effect: Effect) -> str:
    """As in "56 % (51 to 61)"; the stored values are above an even choice."""
    found = measured(effect)
    if found is None:
        return NOTHING
    share, low, high = (decimal(100 * (value + 0.5), 0) for value in (found.estimate, found.low, found.high))
    return f"{share}{SPACE}% ({low} to {high})"


def _figure(name: str, effect: Effect) -> Figure:
    note = effect.get("note", "")
    if measured(effect) is None:
        word = "Not enough yet" if effect["state"] == "not_enough" else "Not identified"
        return Figure(name, NOTHING, NOTHING, effect["n"], f"{word}: {note}.")
    return Figure(name, estimate_text(effect), interval_text(effect), effect["n"], "")
