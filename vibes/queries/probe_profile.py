"""A scored probe run as its figure takes it. Loads plotly: only the page of a run that is scored asks for it."""

from vibes.charts import profile
from vibes.charts.card import Card
from vibes.charts.profile import Family, Point
from vibes.models import ProbeRun
from vibes.probes.families import FAMILIES
from vibes.probes.measures import MEASURES


def card(run: ProbeRun) -> Card:
    return profile.made(families(run), f"probe run {run.pk}")


def families(run: ProbeRun) -> list[Family]:
    """The signed measure of each family, which stands first."""
    found = []
    for name in (name for name in run.families if name in FAMILIES):
        points = []
        for one in (run.result or {}).get("endpoints", []):
            for row in (family["scores"][0] for family in one["families"] if family["family"] == name):
                measure = MEASURES[row["measure"]]
                points.append(Point(one["name"], row["estimate"], row["low"], row["high"], row["n"]))
        if points:
            found.append(Family(FAMILIES[name].title, measure.title, measure.unit, tuple(points)))
    return found
