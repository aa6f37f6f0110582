"""Judges as their pages show them: what each was asked, what became of it, and how it stands beside people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from vibes.charts.numbers import NOTHING, estimate_text, interval_text, measured
from vibes.models import Generation, Judge, JudgeCalibration, JudgeQuestion, JudgeRun
from vibes.queries import judge_findings, self_preference
from vibes.queries.amounts import money, percent

if TYPE_CHECKING:
    from vibes.stats.results import Effect
    from vibes.stats.results.judges import Calibration, CueBias

Outcome = JudgeQuestion.Outcome
UNCALIBRATED, CALIBRATED = "uncalibrated", "calibrated"
NOT_MEASURED = "It was not measured beside people yet."
PROBLEMS = 5


@dataclass(frozen=True)
class Row:
    """A judge on the list. `word`: by its newest calibration, of whatever study; uncalibrated where there is none. `own`: its own
    model was among those that it judged there."""

    judge: Judge
    taken: int
    word: str
    why: str
    study: str
    own: bool


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
    """A line of a calibration. `value` is a dash where there is none; `note` says why, or how its sign is read."""

    name: str
    value: str
    interval: str
    n: int
    note: str


@dataclass(frozen=True)
class Measured:
    """A calibration, as its page shows it. `own`: the endpoints of the judge's own model there, whose answers it judged as well."""

    calibration: JudgeCalibration
    word: str
    why: str
    people: int
    comparisons: int
    findings: tuple[str, ...]
    figures: tuple[Figure, ...]
    own: tuple[str, ...]

    @property
    def carried(self) -> str:
        """The words that each of its numbers carries."""
        words = (self.word if self.word == UNCALIBRATED else "", self_preference.WORD if self.own else "")
        return ", ".join(word for word in words if word)


def listing() -> list[Row]:
    judges = Judge.objects.select_related("endpoint", "created_by").order_by("name")
    taken = _taken()
    newest: dict[int, JudgeCalibration] = {}
    for found in JudgeCalibration.objects.select_related("study", "judge__endpoint").order_by("pk"):
        newest[found.judge_id] = found
    own = self_preference.own_among(newest.values())
    return [_row(judge, taken.get(judge.pk, 0), newest.get(judge.pk), own) for judge in judges]


def _taken() -> dict[int, int]:
    rows = JudgeQuestion.objects.filter(outcome=Outcome.TAKEN).values_list("run__judge")
    return dict(rows.annotate(n=Count("pk")).order_by())


def _row(judge: Judge, taken: int, found: JudgeCalibration | None, own: set[int]) -> Row:
    if found is None:
        return Row(judge, taken, UNCALIBRATED, NOT_MEASURED, "", False)
    word = CALIBRATED if found.calibrated else UNCALIBRATED
    return Row(judge, taken, word, found.result["why"], found.study.name, found.pk in own)


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


def calibrations(judge: Judge, own: Mapping[int, Sequence[str]]) -> list[Measured]:
    """The newest of each study. `own`: by study, the endpoints of the judge's own model."""
    newest: dict[int, JudgeCalibration] = {}
    rows = judge.calibrations.select_related("study", "created_by").order_by("pk")
    for found in rows:
        newest[found.study_id] = found
    ranked = sorted(newest.values(), key=lambda one: -one.pk)
    return [_measured(found, tuple(own.get(found.study_id, ()))) for found in ranked]


def _measured(found: JudgeCalibration, own: tuple[str, ...]) -> Measured:
    result: Calibration = found.result
    return Measured(
        calibration=found,
        word=CALIBRATED if found.calibrated else UNCALIBRATED,
        why=result["why"],
        people=result["people"],
        comparisons=result["with_people"],
        findings=tuple(judge_findings.sentences(result)),
        figures=tuple(_figures(result)),
        own=own,
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
        found += _of_cue(name, cue)
    return found


def _of_cue(name: str, cue: CueBias) -> list[Figure]:
    """C of both, with the way in which it is to be read, and their difference."""
    title, chosen, note = judge_findings.title(name), judge_findings.chosen(name), judge_findings.remark(name)
    return [
        _figure(f"{title}: {chosen} by the judge", cue["judge"], note),
        _figure(f"{title}: {chosen} by people, same matchups", cue["people"], note),
        _figure(f"{title}: judge less people", cue["difference"], judge_findings.remark_on_difference(name)),
    ]


def _figure(name: str, effect: Effect, note: str = "") -> Figure:
    """`note`: how it is read, where there is something to read."""
    if measured(effect) is None:
        word = "Not enough yet" if effect["state"] == "not_enough" else "Not identified"
        return Figure(name, NOTHING, NOTHING, effect["n"], f"{word}: {effect.get('note', '')}.")
    return Figure(name, estimate_text(effect), interval_text(effect), effect["n"], note)
