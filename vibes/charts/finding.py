"""The finding of a report as its page says it: from the planted cue where there is one, else from the votes without."""

from dataclasses import dataclass

from vibes.charts import cues, tiebreak
from vibes.stats.results import Finding, Report


@dataclass(frozen=True)
class Told:
    """A sentence, the finding's own word, and why it is that one."""

    title: str
    word: Finding
    note: str


def told(report: Report) -> Told:
    found = cues.info(report) if cues.drawn(report) else tiebreak.info(report)
    return Told(found.title, report["tiebreak"]["finding"], found.note)
