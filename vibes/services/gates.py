"""The gate of a study asked, and the vetoes of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from annotations.models import Rater, User
from annotations.services import audit
from vibes.models import AnalysisRun, Decision, Endpoint, Study
from vibes.queries import gate_probes, unblinded
from vibes.services import analyses


class GateRefusedError(ValueError):
    """What was asked cannot be: the message says what, and the mend."""


def ask(
    *,
    by: User | None,
    study: Study,
    candidate: str,
    baseline: str,
    margins: Mapping[str, float],
    ties: str = "ordinal",
    rater_kinds: Sequence[str] = ("person",),
) -> AnalysisRun:
    """The run that decides on the study's votes and the newest probes as they are now; queued where there is none yet.

    Raises GateRefusedError for models that are not two of the study's, and where none of these raters has judged.
    """
    for name in (candidate, baseline):
        endpoint_of(study, name)
    if candidate == baseline:
        raise GateRefusedError(f"The candidate and the baseline are both {candidate}. Choose two.")
    if not unblinded.any_by(study, rater_kinds):
        kinds = " or ".join(Rater.Kind(kind).label.lower() for kind in rater_kinds)
        raise GateRefusedError(f"Study {study.pk} has no judgement by a rater of the kind {kinds} yet.")
    gate = analyses.Gate(candidate, baseline, margins, gate_probes.chosen(candidate, baseline))
    specification = analyses.specified(ties=ties, rater_kinds=rater_kinds, gate=gate)
    return analyses.find_or_create(by=by, study=study, specification=specification)


def endpoint_of(study: Study, name: str) -> Endpoint:
    found = study.endpoints.filter(name=name).first()
    if found is None:
        names = ", ".join(study.endpoints.order_by("name").values_list("name", flat=True))
        raise GateRefusedError(f"Study {study.pk} has no model called {name}. Its models are {names}.")
    return found


@transaction.atomic
def veto(*, by: User, study: Study, candidate: Endpoint, reason: str, run: AnalysisRun | None) -> Decision:
    """Keeps the candidate from passing any gate of the study until it is withdrawn. Said twice by one person in the same
    words, as by a double click, it is one."""
    Study.objects.select_for_update().get(pk=study.pk)
    same = {"study": study, "candidate": candidate, "made_by": by, "reason": _reason(reason)}
    if standing := Decision.objects.filter(**same, withdrawn_at=None).first():
        return standing
    made = Decision.objects.create(**same, run=run)
    audit.record(by=by, verb="vetoed with", subject=made, study=study.pk, candidate=candidate.name)
    return made


@transaction.atomic
def withdraw(*, by: User, decision: Decision, reason: str) -> bool:
    """Whether it stood until now; the first to withdraw it is the one who did."""
    standing = Decision.objects.filter(pk=decision.pk, withdrawn_at=None)
    done = standing.update(withdrawn_by=by, withdrawn_at=timezone.now(), withdrawn_reason=_reason(reason))
    if done:
        audit.record(by=by, verb="withdrew", subject=decision, study=decision.study_id)
    return bool(done)


def _reason(text: str) -> str:
    found = text.strip()
    if not found:
        raise GateRefusedError("A veto, and its withdrawal, needs a reason.")
    return found
