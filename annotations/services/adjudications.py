"""Adjudications: comparisons on which raters disagree, given to one rater by name.

The rater is not told: dealing mixes them in as ordinary comparisons. They hold no place of the study, and the judgement has a
purpose of its own, so that no figure counts it among those of raters who were drawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from annotations.models import Adjudication, Comparison, Invitation, Protocol, Rater, User
from annotations.queries import adjudications as read
from annotations.queries import revealed
from annotations.services import audit, invitations, raters


class NotToBeAsked(ValueError):
    """Who was chosen cannot be sent anything. The message is for the lead."""


@dataclass(frozen=True)
class Sent:
    """How many wait for the rater now; refused because the rater has met that pair or been shown whose answers these are;
    sent to this rater before."""

    given: int = 0
    met: int = 0
    before: int = 0


@transaction.atomic
def assign(*, by: User, comparisons: Iterable[Comparison], rater: Rater) -> Sent:
    """Each of these waits for this rater, unless they have met it or another variant of its pair. Raises
    NotToBeAsked.

    Sent twice it waits once; sent again after it was withdrawn it waits again.
    """
    # Dealing locks the rater too: nothing is dealt meanwhile.
    found = Rater.objects.select_for_update(no_key=True).get(pk=rater.pk)
    wanted = {comparison.pk: comparison for comparison in comparisons}
    _check(found, wanted.values())
    earlier = {a.comparison_id: a for a in found.adjudications.filter(comparison__in=wanted)}
    known = set(read.met_groups(found))
    named = set(revealed.topics(found))
    known.update(read.waiting().filter(rater=found).values_list("comparison__group", flat=True))
    given, met = [], 0
    for comparison in wanted.values():
        before = earlier.get(comparison.pk)
        if before and not before.withdrawn_at:
            continue
        if comparison.group in known or comparison.topic in named or _spoils(comparison, found):
            met += 1
            continue
        known.add(comparison.group)
        given.append(comparison)
    _give(by, found, given)
    if given:
        audit.record(
            by=by, verb="sent to a rater", subject=found, comparisons=[c.pk for c in given], refused=met
        )
    return Sent(len(given), met, len(wanted) - len(given) - met)


def _spoils(comparison: Comparison, rater: Rater) -> bool:
    """Whether it would show an author their pair without anything planted, where it has variants."""
    varied = comparison.places != comparison.wanted
    return comparison.author_id == rater.pk and varied and not comparison.cell


def _check(rater: Rater, comparisons: Iterable[Comparison]) -> None:
    if rater.kind != Rater.Kind.PERSON:
        raise NotToBeAsked("Only a person can be sent comparisons.")
    if rater.standing != Rater.Standing.ACTIVE:
        raise NotToBeAsked(f"This rater is {rater.standing} and gets no comparison.")
    protocols = {comparison.protocol_id for comparison in comparisons}
    for protocol in Protocol.objects.filter(pk__in=protocols):
        if not read.raters_of(protocol).filter(pk=rater.pk).exists():
            raise NotToBeAsked("This rater has not begun in this study.")
    if any(comparison.purpose != Comparison.Purpose.STUDY for comparison in comparisons):
        raise NotToBeAsked("Only the study's own comparisons can be sent.")


def _give(by: User, rater: Rater, comparisons: list[Comparison]) -> None:
    for comparison in comparisons:
        Adjudication.objects.update_or_create(
            comparison=comparison,
            rater=rater,
            defaults={"withdrawn_at": None, "created_by": by, "assignment": None},
        )


@transaction.atomic
def invite(*, by: User, protocol: Protocol, comparisons: Iterable[Comparison]) -> tuple[Invitation, Sent]:
    """A link for one new person, for whom these wait from the start."""
    invitation = invitations.create(by=by, protocol=protocol, places=1)
    rater = raters.expect(invitation=invitation)
    return invitation, assign(by=by, comparisons=comparisons, rater=rater)


@transaction.atomic
def withdraw(*, by: User, rater: Rater, comparisons: Iterable[Comparison]) -> int:
    """Takes back what this rater has not been dealt yet; how many. What is on the screen or judged stays."""
    found = Rater.objects.select_for_update(no_key=True).get(pk=rater.pk)
    own = read.waiting().filter(rater=found, comparison__in=[comparison.pk for comparison in comparisons])
    ids = list(own.values_list("pk", flat=True))
    if ids:
        Adjudication.objects.filter(pk__in=ids).update(withdrawn_at=timezone.now())
        audit.record(by=by, verb="took back from a rater", subject=found, adjudications=ids)
    return len(ids)
