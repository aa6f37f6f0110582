"""Tables of the team's side: the catalogue, prompts, studies with their key, generations, frozen runs."""

from vibes.models.analyses import AnalysisRun, RunSchedule
from vibes.models.cases import Case, CaseList
from vibes.models.catalogue import Endpoint
from vibes.models.crowds import SimulatedCrowd
from vibes.models.cues import ClaimsReading, Edit, StudyCue
from vibes.models.decisions import Decision
from vibes.models.finding import FindableComparison, FindableStudy
from vibes.models.generations import Attempt, Batch, Generation, RawResponse
from vibes.models.judges import Judge, JudgeCalibration, JudgeQuestion, JudgeRun
from vibes.models.measurements import Measurement
from vibes.models.probes import ProbeRun, SeedSet
from vibes.models.prompts import Prompt, PromptSet
from vibes.models.studies import Arm, Matchup, ProtocolVersion, Study

__all__ = [
    "AnalysisRun",
    "Arm",
    "Attempt",
    "Batch",
    "Case",
    "CaseList",
    "ClaimsReading",
    "Decision",
    "Edit",
    "Endpoint",
    "FindableComparison",
    "FindableStudy",
    "Generation",
    "Judge",
    "JudgeCalibration",
    "JudgeQuestion",
    "JudgeRun",
    "Matchup",
    "Measurement",
    "ProbeRun",
    "Prompt",
    "PromptSet",
    "ProtocolVersion",
    "RawResponse",
    "RunSchedule",
    "SeedSet",
    "SimulatedCrowd",
    "Study",
    "StudyCue",
]
