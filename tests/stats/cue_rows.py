"""The rows of one cue as the joint model takes them, drawn from a cued world."""

from dataclasses import replace

import numpy as np

from tests.stats.cued_worlds import simulate_cued
from vibes.stats.cues import latent_gap
from vibes.stats.cues.gap_likelihood import GapProblem
from vibes.stats.cues.half_votes import HalfVotes
from vibes.stats.cues.latent_gap import fit_latent_gap
from vibes.stats.cues.quadrature import Nodes
from vibes.stats.intervals import Clusters
from vibes.stats.prior import VirtualVotes
from vibes.stats.verdict_model import fit_verdicts
from vibes.stats.votes import Votes


class Study:
    """The rows of one cue, as the fit takes them."""

    def __init__(self, votes, v, matchup, delta):
        self.votes, self.v, self.matchup, self.delta = votes, v, matchup, delta
        self.clusters = Clusters(votes.rater, matchup, votes.weight)

    @classmethod
    def drawn(cls, world, seed, delta=None):
        """`delta`: None takes that of the verdict model."""
        drawn = simulate_cued(world, seed)
        n, v = len(drawn.matchup), drawn.v.astype(float)
        x = np.where(drawn.left, 1.0, -1.0)[:, None]
        votes = Votes(
            drawn.a,
            drawn.b,
            world.models,
            drawn.sign,
            drawn.rater,
            world.raters,
            np.ones(n),
            x,
            ("position",),
        )
        if delta is None:
            both = replace(votes, x=np.column_stack([x, v]), covariates=("position", "cue"))
            delta = fit_verdicts(both).deltas
        return cls(votes, v, drawn.matchup, delta)

    def fit(self, **options):
        return fit_latent_gap(self.votes, self.v, self.matchup, self.clusters, self.delta, **options)

    def planted(self):
        return self.clusters.take(np.flatnonzero(self.v))

    def turned(self):
        """A and B relabelled in every row."""
        votes = replace(self.votes, a=self.votes.b, b=self.votes.a, level=-self.votes.level, x=-self.votes.x)
        return Study(votes, -self.v, self.matchup, self.delta)

    def take(self, rows):
        return Study(self.votes.take(rows), self.v[rows], self.matchup[rows], self.delta)

    def weighing(self, weight):
        return Study(replace(self.votes, weight=weight), self.v, self.matchup, self.delta)

    def saying(self, level):
        return Study(replace(self.votes, level=level), self.v, self.matchup, self.delta)


def posterior(study, nodes=15, interaction=True):
    """The climbed point, whose insides the oracle looks at."""
    weight = study.votes.weight
    half = HalfVotes.of(study.votes, study.v, study.matchup, study.delta, weight)
    free = latent_gap._free(study.votes, study.v, study.delta, interaction)
    problem = GapProblem(half, Nodes.of(nodes), VirtualVotes(0.5), free)
    return latent_gap._highest(problem, latent_gap._start(study.votes, weight))[0]
