"""What a reader of the report must know before any number in it."""

from vibes.stats.boards import BoardFit
from vibes.stats.frames import JudgementFrame
from vibes.stats.holdout import Holdout
from vibes.stats.intervals import FEWEST
from vibes.stats.results import Boards
from vibes.stats.study import Study


def cautions(study: Study, boards: Boards, fullest: BoardFit, tested: Holdout) -> list[str]:
    """Sentences, the gravest first."""
    found = [*_raters(study.selection.all_variants, fullest), *_rows(study), *_models(boards)]
    found += [f"{name} is not estimated: {reason}." for name, reason in fullest.dropped.items()]
    found += [f"No fit: {fullest.problem}."] if fullest.problem else []
    return found + ([f"No hold-out figures: {tested.problem}."] if tested.problem else [])


def _raters(frame: JudgementFrame, fullest: BoardFit) -> list[str]:
    kinds = frame.labels["rater_kind"].counts()
    of = f"of {len(frame)} judgements are"
    found = [f"{kinds['simulated']} {of} simulated."] if kinds["simulated"] else []
    found += (
        [f"{kinds['machine']} {of} by machine judges, uncalibrated as far as a report can tell."]
        if kinds["machine"]
        else []
    )
    raters = fullest.clusters.effective_raters()
    few = f"The votes spread over {raters:.1f} effective raters; intervals need {FEWEST:.0f}."
    return found + ([few] if raters < FEWEST else [])


def _rows(study: Study) -> list[str]:
    frame, planted = study.frame, study.left_out().get("planted_cue", 0)
    found = (
        [f"{planted} judgements of answers with a planted cue stand under cues alone, not on the boards."]
        if planted
        else []
    )
    if (frame.side_sign("cue_on") != 0).all():
        found.append("Every judgement is of an answer with a planted cue: the boards are of such answers.")
    if frame.ignored:
        found.append(f"Columns for filters and parts of the votes alone: {', '.join(frame.ignored)}.")
    return found + ([f"Columns not read: {', '.join(frame.not_read)}."] if frame.not_read else [])


def _models(boards: Boards) -> list[str]:
    unrated = [row for row in boards["plain"] if row["state"] == "not_rated"]
    if not unrated:
        return []
    reasons = "; ".join(f"{row['model']}: {row.get('note', '')}" for row in unrated[:5])
    more = f"; and {len(unrated) - 5} more" if len(unrated) > 5 else ""
    return [f"Not rated: {reasons}{more}."]
