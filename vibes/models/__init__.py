"""Tables of the team's side: the catalogue, prompts, studies with their key, generations, frozen runs."""

from vibes.models.analyses import AnalysisRun
from vibes.models.catalogue import Endpoint
from vibes.models.crowds import SimulatedCrowd
from vibes.models.generations import Attempt, Batch, Generation, RawResponse
from vibes.models.prompts import Prompt, PromptSet
from vibes.models.studies import Arm, Matchup, Study

__all__ = [
    "AnalysisRun",
    "Arm",
    "Attempt",
    "Batch",
    "Endpoint",
    "Generation",
    "Matchup",
    "Prompt",
    "PromptSet",
    "RawResponse",
    "SimulatedCrowd",
    "Study",
]
