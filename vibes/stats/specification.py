"""What an analysis is asked to do. The same object stands behind a page's filter, an export and `analyze`."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from vibes.stats.conditions import Condition, parse_condition
from vibes.stats.frames import KINDS
from vibes.stats.gate import Margins
from vibes.stats.results import SpecificationRecord
from vibes.stats.verdict_model import TIE_RULES, TieRule

BOTH_BAD = ("out", "tie")
ERRORS = ("largest", "cr3")


@dataclass(frozen=True)
class Specification:
    """`ties`: the rule for ties. `both_bad`: left out of the strengths, or taken for a tie as LMArena does.

    `errors`: the variance by the rule of the largest, or CR3 (leave one rater out) in the place of CR1, which is stricter.
    `planned`: how many cued judgements the study was planned to have, on which its looks hang; none: one final look.
    `same`: pairs of endpoints that claim to be one model, to be compared. `gate`: a candidate and the baseline that it may
    take the place of, with its `margins`; `probe_runs` are the numbers of the runs from which their probes are taken.
    `rater_kinds`: whose judgements count; a condition on rater_kind in `where` takes their place. `where`: conditions
    as text, all of which a row must meet. `samples`: the fingerprint of the file of samples that is read beside the judgements. Raises ValueError on an unknown word.
    """

    ties: TieRule = "ordinal"
    both_bad: Literal["out", "tie"] = "out"
    errors: Literal["largest", "cr3"] = "largest"
    planned: int | None = None
    rater_kinds: tuple[str, ...] = ("person",)
    where: tuple[str, ...] = ()
    same: tuple[tuple[str, str], ...] = ()
    gate: tuple[str, str] | None = None
    margins: Margins = field(default_factory=Margins)
    probe_runs: tuple[int, ...] = ()
    samples: str = ""

    def __post_init__(self) -> None:
        _known("ties", self.ties, TIE_RULES)
        _known("both_bad", self.both_bad, BOTH_BAD)
        _known("errors", self.errors, ERRORS)
        if self.planned is not None and self.planned < 1:
            raise ValueError(
                f"planned is {self.planned}. Write how many judgements the study was planned to have."
            )
        for kind in self.rater_kinds:
            _known("rater_kinds", kind, KINDS)
        if self.gate is not None and self.gate[0] == self.gate[1]:
            raise ValueError(
                f"the gate has {self.gate[0]} twice. Write a candidate and another model, the baseline."
            )

    @classmethod
    def of(cls, record: SpecificationRecord) -> Self:
        """What a report or a frozen run keeps, of this version or an earlier one. Raises ValueError."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
        }
        values["same"] = tuple((first, second) for first, second in record.get("same", []))
        values["margins"] = Margins(**(record.get("margins") or {}))
        return cls(**values)

    def conditions(self) -> list[Condition]:
        """Parse `where`. Raises FrameError."""
        return [parse_condition(text) for text in self.where]

    def record(self) -> SpecificationRecord:
        """The form in which a report keeps it."""
        record = SpecificationRecord(
            ties=self.ties,
            both_bad=self.both_bad,
            errors=self.errors,
            planned=self.planned,
            rater_kinds=list(self.rater_kinds),
            same=[list(pair) for pair in self.same],
            gate=None if self.gate is None else list(self.gate),
            margins=None if self.gate is None else asdict(self.margins),
            probe_runs=list(self.probe_runs),
            where=list(self.where),
        )
        if self.samples:
            record["samples"] = self.samples
        return record


def _known(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}. Write one of {', '.join(allowed)}.")
