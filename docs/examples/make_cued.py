"""Makes cued.csv: votes of simulated raters on matchups that carry a planted opener of praise.

    python -m docs.examples.make_cued

240 matchups of four models, seven votes each (one without the cue, three with it on A, three on B), 60 raters, none of whom
sees two variants of a matchup. Planted: 0.5 log-odds for the answer with the opener, the same near ties and far from
them; the left side gains 0.1; each rater has a tie threshold of their own; forced lean after a tie.
"""

import csv
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
MODELS = ("amber-7b", "basalt-9b", "cedar-12b", "dune-1b")
STRENGTH = np.array([0.4, 0.1, 0.0, -0.5])
CLASSES = ("advice", "code", "feedback", "opinion")
MATCHUPS, RATERS, SEED = 240, 60, 20_261_122
VARIANTS = (0, 1, 1, 1, -1, -1, -1)
TASTE, LEFT, GAP_SD, TIE, TIE_SD = 0.5, 0.1, 0.6, 0.5, 0.4
COLUMNS = (
    "prompt_id",
    "prompt_class",
    "matchup",
    "rater",
    "rater_kind",
    "model_a",
    "model_b",
    "verdict",
    "lean",
)
COLUMNS = (*COLUMNS, "a_is_left", "cue", "cue_on")


def rows(rng: np.random.Generator) -> list[dict[str, object]]:
    thresholds = TIE * np.exp(rng.normal(0.0, TIE_SD, RATERS))
    found = []
    for matchup in range(MATCHUPS):
        a, b = rng.choice(len(MODELS), 2, replace=False)
        gap = STRENGTH[a] - STRENGTH[b] + rng.normal(0.0, GAP_SD)
        for rater, v in zip(rng.choice(RATERS, len(VARIANTS), replace=False), VARIANTS, strict=True):
            left = rng.random() < 0.5
            latent = gap + LEFT * (1 if left else -1) + TASTE * v + rng.logistic()
            verdict = "tie" if abs(latent) < thresholds[rater] else ("a" if latent > 0 else "b")
            found.append(
                {
                    "prompt_id": f"p{matchup}",
                    "prompt_class": CLASSES[matchup % len(CLASSES)],
                    "matchup": f"m{matchup}",
                    "rater": f"sim-{rater + 1}",
                    "rater_kind": "simulated",
                    "model_a": MODELS[a],
                    "model_b": MODELS[b],
                    "verdict": verdict,
                    "lean": ("a" if latent > 0 else "b") if verdict == "tie" else "",
                    "a_is_left": str(left).lower(),
                    "cue": "praise_opener_added" if v else "",
                    "cue_on": {1: "a", -1: "b", 0: ""}[v],
                }
            )
    return found


def main() -> None:
    with (HERE / "cued.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(np.random.default_rng(SEED)))


if __name__ == "__main__":
    main()
