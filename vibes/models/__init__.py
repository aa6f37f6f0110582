"""Tables of the team's side: the catalogue, prompts, studies with their key, generations, frozen runs."""

from vibes.models.analyses import AnalysisRun
from vibes.models.cases import Case, CaseList
from vibes.models.catalogue import Endpoint
from vibes.models.crowds import SimulatedCrowd
from vibes.models.generations import Attempt, Batch, Generation, RawResponse
from vibes.models.probes import ProbeRun
from vibes.models.prompts import Prompt, PromptSet
from vibes.models.studies import Arm, Matchup, ProtocolVersion, Study

__all__ = [
    "AnalysisRun",
    "Arm",
    "Attempt",
    "Batch",
    "Case",
    "CaseList",
    "Endpoint",
    "Generation",
    "Matchup",
    "ProbeRun",
    "Prompt",
    "PromptSet",
    "ProtocolVersion",
    "RawResponse",
    "SimulatedCrowd",
    "Study",
]
