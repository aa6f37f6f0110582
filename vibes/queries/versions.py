"""The versions of what a study's raters are asked: which there are, what became other, how many judgements each has."""

import copy
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from annotations.asked import Asked
from annotations.models import Assignment, Comparison, Judgement, Protocol, Rater
from annotations.queries import judgements, openings
from vibes.models import AnalysisRun, Study
from vibes.queries.amounts import counted
from vibes.queries.asked_words import Change, changes
from vibes.queries.kept import kept


@dataclass(frozen=True)
class Version:
    """One version as its page lists it. `changed`: what was other in the version before."""

    number: int
    newest: bool
    by: str
    at: datetime
    judgements: int
    simulated: int
    changed: tuple[Change, ...]


@dataclass(frozen=True)
class Place:
    """Which version a page is of, where there are several; `others`: the numbers of all the rest, the newest first."""

    number: int
    newest: int
    others: tuple[int, ...]

    @property
    def is_newest(self) -> bool:
        return self.number == self.newest

    @property
    def query(self) -> str:
        """What an address within this version ends with."""
        return "" if self.is_newest else f"&version={self.number}"


def as_asked(study: Study, protocol: Protocol) -> Study:
    """The study with a version's protocol as its own: what reads it, reads that version and nothing else. Never saved."""
    found = copy.copy(study)
    found.protocol = protocol
    return found


def numbered(study: Study, number: int) -> Study:
    """The study as it was asked in this version. Raises ProtocolVersion.DoesNotExist."""
    return as_asked(study, study.versions.select_related("protocol__opening").get(number=number).protocol)


def of_run(run: AnalysisRun) -> Study | None:
    """The run's study as it was asked in the run's version; none for a run over a file."""
    if run.study is None or run.protocol is None:
        return run.study
    return as_asked(run.study, run.protocol)


def place(study: Study, protocol: int | None = None) -> Place | None:
    """None where there is one version only, of which nothing need be said."""
    numbers = dict(study.versions.order_by("-number").values_list("protocol", "number"))
    own = numbers.get(protocol or study.protocol_id)
    if own is None or len(numbers) < 2:
        return None
    return Place(own, max(numbers.values()), tuple(n for n in numbers.values() if n != own))


def listing(study: Study) -> list[Version]:
    """The newest first."""
    found = list(study.versions.select_related("protocol", "created_by").order_by("number"))
    listed = []
    for before, version in zip([None, *found], found, strict=False):
        people, simulated = _counts(version.protocol)
        changed = changes(Asked.of(before.protocol), Asked.of(version.protocol)) if before else ()
        by = str(version.created_by)
        newest = version.protocol_id == study.protocol_id
        listed.append(Version(version.number, newest, by, version.created_at, people, simulated, changed))
    return listed[::-1]


def _counts(protocol: Protocol) -> tuple[int, int]:
    """Judgements that stand: of people, and of simulated raters."""
    of = {kind.value: Count("pk", filter=Q(assignment__rater__kind=kind)) for kind in Rater.Kind}
    found = kept("versions", protocol.pk, lambda: judgements.standing(protocol).aggregate(**of))
    return found[Rater.Kind.PERSON.value], found[Rater.Kind.SIMULATED.value]


def with_judgements(study: Study, kinds: tuple[str, ...]) -> list[int]:
    """The numbers of the other versions that have a judgement of such raters, the newest first."""
    others = study.versions.exclude(protocol=study.protocol_id).order_by("-number")
    judged = Judgement.objects.filter(assignment__rater__kind__in=kinds)
    return list(others.filter(protocol__in=judged.values("protocol")).values_list("number", flat=True))


@dataclass(frozen=True)
class Proposal:
    """What a change would make other, and what would happen then, in sentences. `agreed` stands for exactly this content."""

    changed: tuple[Change, ...]
    told: tuple[str, ...]
    agreed: str


def proposal(study: Study, asked: Asked) -> Proposal | None:
    """None where nothing would be changed."""
    if asked.digest == study.protocol.content_hash:
        return None
    return Proposal(changes(Asked.of(study.protocol), asked), tuple(_told(study, asked)), asked.digest)


def _told(study: Study, asked: Asked) -> list[str]:
    own = Comparison.objects.filter(protocol=study.protocol, purpose=Comparison.Purpose.STUDY).count()
    number = study.versions.get(protocol=study.protocol_id).number
    wanted = f"{counted(own, 'comparison')} × {asked.overlap} = {counted(own * asked.overlap, 'judgement')}"
    if not Assignment.objects.filter(comparison__protocol=study.protocol).exists():
        return [
            f"Nobody has been asked anything yet: this takes the place of version {number}. Wanted: {wanted}."
        ]
    people, simulated = _counts(study.protocol)
    given = [counted(people, "judgement") if people or not simulated else ""]
    given += [f"{counted(simulated, 'judgement')} of simulated raters" if simulated else ""]
    stay = "stays" if people + simulated == 1 else "stay"
    told = [
        f"{' and '.join(part for part in given if part)} {stay} as version {number}, analysed and exported apart; "
        "they are never put together with later ones.",
        f"All comparisons are asked anew as version {number + 1}: {wanted}. Who has judged a pair is not given "
        "that pair again.",
        "Rating links stay as they are. Who has begun reads the new instructions and agrees to them before going on; "
        f"an answer that is on a screen is still taken, as version {number}.",
    ]
    if openings.state_of(study.protocol) == "open":
        told.append("Rating goes on at once. Pause it first if nobody should be asked while you look at it.")
    return told
