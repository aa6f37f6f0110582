"""Where a study's rating stands, in the words of its page. Every number with its n and its interval, or "not enough yet"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotations.models import Opening, Protocol, Rater
from annotations.queries import openings, training
from annotations.queries.training import Training
from vibes.charts.numbers import DASH, NOTHING, decimal, percent
from vibes.queries.amounts import HOUR, counted, span
from vibes.queries.known_answers import training_missing
from vibes.queries.rating_coverage import Matrix, matrix
from vibes.queries.rating_measures import Measure, measures
from vibes.queries.rating_progress import SIMULATED, Pace, Progress, RaterCount
from vibes.stats.results import RaterFlag, RaterRow, Shown

if TYPE_CHECKING:
    from vibes.queries.rating_statistics import OneRater, Reliability

# Fewer judgements than these in the last hour say little of how long the rest will take.
PACE_FROM = 5
QUICK, SLOW = 5, 30
# From so many judgements on the figures take a second to compute anew.
MANY = 20_000
BAR = 100
State = Opening.State
OPENED = {
    State.NOT_YET: "Rating has not been opened yet: nobody can begin.",
    State.OPEN: "",
    State.PAUSED: "Rating is paused: raters see a page that says so.",
    State.CLOSED: "Rating is closed: nobody can begin or go on.",
}
OPENINGS = {
    State.NOT_YET: (("reopen", "Open rating"),),
    State.OPEN: (("pause", "Pause rating"), ("close", "Close rating")),
    State.PAUSED: (("reopen", "Resume rating"), ("close", "Close rating")),
    State.CLOSED: (("reopen", "Open rating again"),),
}
FLAGS: dict[RaterFlag, str] = {
    "too fast": "Too fast",
    "one-sided": "One-sided",
    "position-bound": "Position-bound",
    "failing gold": "Failing gold",
    "self-inconsistent": "Self-inconsistent",
}


@dataclass(frozen=True)
class Bar:
    """One of 24 hours; none where all are empty. `top` and `height` in hundredths of the tallest. `marked`: its hour is written under it."""

    hour: str
    count: int
    top: int
    height: int
    marked: bool


@dataclass(frozen=True)
class Share:
    """A rater's share: "54 %", and "44–63, n = 96" beside it; a dash and nothing where there is nothing to count."""

    value: str
    beside: str


@dataclass(frozen=True)
class Row:
    """One rater. `flags`: a word and what it rests on."""

    rater: RaterCount
    short_id: str
    judged: str
    # How the training went, where the study has one and this rater began it.
    training: str
    seconds: str
    left: Share
    ties: Share
    gold: Share
    repeats: Share
    flags: tuple[tuple[str, str], ...]
    note: str
    standing: str
    verbs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StudyRatingPage:
    """`every`: seconds between two looks of the page; 0 where nothing will change by itself."""

    title: str
    note: str
    every: int
    simulated: bool
    other_kind: str
    matrix: Matrix
    bars: tuple[Bar, ...]
    hours: str
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]
    # Why raters are not trained, where the study would have it.
    untrained: str
    # What may be done with the rating as a whole: verbs with their words.
    openings: tuple[tuple[str, str], ...]


def page(
    progress: Progress,
    reliability: Reliability,
    shown: Sequence[RaterCount],
    protocol: Protocol,
    *,
    past: bool = False,
) -> StudyRatingPage:
    """`shown`: the raters of this page of the table. `past`: raters are asked another version by now."""
    opening = openings.state_of(protocol)
    trained = training.of_raters([rater.pk for rater in shown], protocol) if protocol.training_length else {}
    return StudyRatingPage(
        title=title(progress),
        note=f"{'' if past else OPENED[opening]} {_note(progress)}".strip(),
        every=0 if past else _every(progress),
        simulated=progress.kind == SIMULATED,
        other_kind=_other_kind(progress),
        matrix=matrix(progress.pairs),
        bars=_bars(progress.pace),
        hours=_hours(progress.pace),
        measures=measures(reliability, protocol),
        rows=tuple(_row(rater, reliability, trained.get(rater.pk)) for rater in shown),
        untrained=training_missing(protocol),
        openings=() if past else OPENINGS[opening],
    )


def order(progress: Progress, reliability: Reliability) -> list[RaterCount]:
    """Those with flags first, then the busiest, excluded ones last."""

    def place(rater: RaterCount) -> tuple[bool, bool, int, str]:
        found = reliability.raters.get(rater.public_id)
        return (rater.excluded, not (found and found.row["flags"]), -rater.judged, rater.public_id)

    return sorted(progress.raters, key=place)


def title(progress: Progress) -> str:
    """The sentence that states where rating stands."""
    if progress.kind == SIMULATED:
        judges = counted(len(progress.raters), "simulated rater")
        return f"{counted(progress.given, 'judgement')} of {judges}"
    if not progress.wanted:
        return "No comparison is ready to be rated yet"
    if not progress.given:
        return f"No judgement yet of {progress.wanted:,} that are wanted"
    if progress.given >= progress.wanted:
        return _all_in(progress.wanted)
    here = f"{progress.given:,} of {counted(progress.wanted, 'judgement')}"
    recent = progress.pace.last_hour
    if recent >= PACE_FROM:
        seconds = HOUR * (progress.wanted - progress.given) / recent
        return f"{here}, {span(seconds)} left at the present pace"
    return f"{here}, {'few' if recent else 'none'} of them in the last hour"


def _all_in(wanted: int) -> str:
    return (
        "The one judgement that was wanted is here" if wanted == 1 else f"All {wanted:,} judgements are here"
    )


def _note(progress: Progress) -> str:
    told = []
    if progress.left_out:
        out = sum(rater.excluded for rater in progress.raters)
        verb = "is" if progress.left_out == 1 else "are"
        told.append(
            f"{counted(progress.left_out, 'judgement')} of {counted(out, 'excluded rater')} {verb} left out of every "
            "count, figure and export; nothing is deleted."
        )
    if progress.extra:
        verb = "counts" if progress.extra == 1 else "count"
        told.append(
            f"{counted(progress.extra, 'judgement')} of readmitted raters {verb} beside what was wanted: somebody else "
            "had taken the place."
        )
    return " ".join(told)


def _every(progress: Progress) -> int:
    if progress.pace.last_hour or progress.waiting:
        return QUICK if progress.given < MANY else SLOW
    return SLOW if progress.given < progress.wanted and progress.kind != SIMULATED else 0


def _other_kind(progress: Progress) -> str:
    """The other raters that there are to look at."""
    others = [kind for kind in progress.kinds if kind != progress.kind and kind != Rater.Kind.MACHINE]
    return others[0] if others else ""


def _bars(pace: Pace) -> tuple[Bar, ...]:
    most = max(n for _, n in pace.hours) or 1
    bars = []
    for number, (hour, n) in enumerate(pace.hours):
        height = max(round(BAR * n / most), 2) if n else 0
        marked = (len(pace.hours) - 1 - number) % 6 == 0
        bars.append(Bar(f"{hour:%H:%M}", n, BAR - height, height, marked))
    return tuple(bars) if any(bar.count for bar in bars) else ()


def _hours(pace: Pace) -> str:
    total = sum(n for _, n in pace.hours)
    return f"{counted(total, 'judgement')} in the last 24 hours, {pace.last_hour:,} in the last 60 minutes"


def _row(rater: RaterCount, reliability: Reliability, trained: Training | None) -> Row:
    found = reliability.raters.get(rater.public_id)
    none = Shown(rate=None, low=None, high=None, n=0)
    row = found.row if found else None
    return Row(
        rater=rater,
        short_id=rater.public_id[:8],
        judged=f"{rater.judged:,}",
        training=_trained(trained) if trained else "",
        seconds=_seconds(row["seconds"] if row else None),
        left=_share(row["left"] if row else none),
        ties=_share(found.ties if found else none),
        gold=_of(row["gold"] if row else none),
        repeats=_of(row["consistent"] if row else none),
        flags=tuple((FLAGS[flag], _rests_on(flag, row)) for flag in row["flags"]) if row else (),
        note=_too_few(found, reliability.fewest),
        standing=Rater.Standing(rater.standing).name.capitalize(),
        verbs=_verbs(rater.standing),
    )


def _trained(training: Training) -> str:
    """As in "training passed, 4 of 5"; of several rounds the last one is told."""
    number, last = len(training.rounds), training.rounds[-1]
    if training.outcome == "begun":
        return f"in training, {last.answered} of {training.length}{f', round {number}' * (number > 1)}"
    what = {"passed": "passed", "failed": "failed", "again": "not passed yet"}[training.outcome]
    return f"training {what}, {last.agreed} of {training.length}{f' in round {number}' * (number > 1)}"


def _verbs(standing: str) -> tuple[tuple[str, str], ...]:
    return {
        Rater.Standing.ACTIVE.value: (("pause", "Pause"), ("exclude", "Exclude")),
        Rater.Standing.PAUSED.value: (("readmit", "Readmit"), ("exclude", "Exclude")),
        Rater.Standing.EXCLUDED.value: (("readmit", "Readmit"),),
    }[standing]


def _too_few(found: OneRater | None, fewest: int) -> str:
    if found and found.enough:
        return "" if found.row["flags"] else "None"
    return f"Not enough yet: from {fewest} on"


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return NOTHING
    return decimal(seconds, 1 if seconds < 10 else 0)


def _share(share: Shown) -> Share:
    if share["rate"] is None or share["low"] is None or share["high"] is None:
        return Share(NOTHING, "")
    low, high = (decimal(100 * end, 0) for end in (share["low"], share["high"]))
    return Share(percent(share["rate"], 0), f"{low}{DASH}{high}, n = {share['n']:,}")


def _of(share: Shown) -> Share:
    """As in "7 of 8", with the interval of the share."""
    if share["rate"] is None or share["low"] is None or share["high"] is None:
        return Share(NOTHING, "")
    low, high = decimal(100 * share["low"], 0), percent(share["high"], 0)
    right = decimal(share["rate"] * share["n"], 0)
    return Share(f"{right} of {share['n']:,}", f"{low}{DASH}{high}")


def _rests_on(flag: RaterFlag, row: RaterRow) -> str:
    """What a flag rests on, in a few words. It is a question to ask, not a verdict."""
    if flag == "too fast":
        return f"{_seconds(row['seconds'])} s is a third of the others’ time, or quicker than reading"
    if flag == "one-sided":
        return "nearly always the same verdict"
    if flag == "position-bound":
        return f"left in {percent(row['left']['rate'] or 0.0, 0)} of {counted(row['left']['n'], 'choice')}"
    if flag == "failing gold":
        return f"{_of(row['gold']).value} right"
    return f"{_of(row['consistent']).value} repeats alike"
