"""The states of a report in which every figure is drawn: empty, older, one, thin, sixty models, odd names."""

from typing import Any

from sample_effects import not_enough
from sample_many import ODD, climb, climbs, effort, efforts, fronts, names, raters, tone
from sample_parts import (
    cue,
    displacement,
    formatting_need,
    formatting_win,
    need,
    own_prompts,
    tiebreak_parts,
    wins,
)
from sample_report import HOSTILE, agreement, empty, full, older, tiebreak


def odd(simulated: int = 0) -> Any:
    """Names that try to be markup, are long, or run the other way."""
    climbed = [row | {"finding": HOSTILE} for row in climbs(ODD)]
    for row in climbed:
        for ratio in row["curve"]:
            ratio["others"] = {HOSTILE: 0.1}
    return full(
        simulated=simulated,
        cues={name: cue(0.03) for name in ODD},
        own_prompts={name: own_prompts()["praise_opener"] for name in ODD},
        tiebreak=tiebreak() | tiebreak_parts() | {"cue": HOSTILE, "finding_note": HOSTILE},
        displacement=displacement(ODD),
        wins=wins(ODD),
        formatting_win=formatting_win(ODD),
        power=[need(name, 0.05, "log-odds", 12, 40) for name in ODD],
        raters_detail=[
            row | {"rater": name, "flags": ["too fast"]} for row, name in zip(raters(5), ODD, strict=True)
        ],
        susceptibility=tone() | {"of": HOSTILE},
        overoptimisation=climbed,
        effort=[row | {"note": HOSTILE} for row in efforts(ODD)],
        goldilocks=fronts(ODD),
    )


def thin() -> Any:
    """Too few votes for any interval."""
    nothing = not_enough(unit="share", note=HOSTILE)
    return full(
        cues={"praise_opener": cue(None)},
        own_prompts={"praise_opener": dict.fromkeys(("own", "others", "O"), nothing)},
        power=[need("C", 0.08, "log-odds", 0, None)],
        wins=wins()[3:4],
        formatting_win={
            "leader": "a",
            "needs": [formatting_need("b", "length", not_enough(note=HOSTILE), None)],
        },
        raters_detail=raters(6, known=False),
        susceptibility=tone(known=False),
        agreement=dict.fromkeys(agreement(), nothing),
        overoptimisation=[climb("a", known=False), climb("b") | {"forms": [], "finding": ""}],
        effort=[effort("a", 0, 3) | {"easy_share": nothing, "slope": nothing}],
        goldilocks=[row | {"vibes": None} for row in fronts(["a", "b"])],
    )


def of(models: list[str], people: int) -> dict[str, Any]:
    """The parts that grow with models and raters."""
    return {
        "raters_detail": raters(people),
        "overoptimisation": climbs(models),
        "effort": efforts(models),
        "goldilocks": fronts(models),
    }


REPORTS = {
    "empty": empty(),
    "older": older(),
    "one": full(1, **of(["a"], 1)),
    "two": full(2),
    "thin": thin(),
    "sixty": full(60, simulated=7, **of(names(60), 2000)),
    "odd": odd(simulated=7),
}
