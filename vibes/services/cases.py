"""Case lists: named, ordered lists of comparisons to talk about. A comparison stands once on a list, in as many lists as
one likes. What is taken off a list stays a comparison with its judgements."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Max

from annotations.models import Comparison, User
from annotations.services import audit
from vibes.models import Case, CaseList

LONGEST_NAME, LONGEST_NOTE = 120, 500


class NotAList(ValueError):
    """A name that cannot be a list's, or a note that is too long. The message is for the team."""


def create(*, by: User, name: str) -> CaseList:
    """An empty list. Raises NotAList where the name is empty, too long or taken."""
    name = _name(name)
    try:
        with transaction.atomic():
            made = CaseList.objects.create(name=name, created_by=by)
            audit.record(by=by, verb="made", subject=made, name=name)
    except IntegrityError:
        raise NotAList(f"There is a list called {name} already.") from None
    return made


def rename(*, by: User, case_list: CaseList, name: str) -> None:
    """Raises NotAList as `create` does."""
    name = _name(name)
    try:
        with transaction.atomic():
            if CaseList.objects.filter(pk=case_list.pk).exclude(name=name).update(name=name):
                audit.record(by=by, verb="renamed", subject=case_list, name=name)
    except IntegrityError:
        raise NotAList(f"There is a list called {name} already.") from None


@transaction.atomic
def add(*, by: User, case_list: CaseList, comparisons: Iterable[Comparison], note: str = "") -> int:
    """Puts these at the end, in their order; how many were not on the list. Raises NotAList for a note that is too long."""
    note = _note(note)
    _lock(case_list)
    there = set(case_list.cases.values_list("comparison", flat=True))
    last = case_list.cases.aggregate(last=Max("place"))["last"] or 0
    new = [pk for pk in dict.fromkeys(c.pk for c in comparisons) if pk not in there]
    Case.objects.bulk_create(
        Case(case_list=case_list, comparison_id=pk, place=last + nth, note=note, added_by=by)
        for nth, pk in enumerate(new, 1)
    )
    if new:
        audit.record(by=by, verb="added cases to", subject=case_list, comparisons=new)
    return len(new)


@transaction.atomic
def move(*, by: User, case: Case, up: bool) -> bool:
    """Changes places with the case above, or below; False where there is none."""
    _lock(case.case_list)
    rows = list(case.case_list.cases.order_by("place", "pk"))
    here = next((nth for nth, row in enumerate(rows) if row.pk == case.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(rows):
        return False
    one, other = rows[here], rows[there]
    one.place, other.place = other.place, one.place
    Case.objects.bulk_update([one, other], ["place"])
    audit.record(by=by, verb="moved a case of", subject=case.case_list, comparison=one.comparison_id, up=up)
    return True


@transaction.atomic
def annotate(*, by: User, case: Case, note: str) -> None:
    """Changes what is written beside a case. Raises NotAList where it is too long."""
    note = _note(note)
    if Case.objects.filter(pk=case.pk).exclude(note=note).update(note=note):
        audit.record(
            by=by, verb="wrote beside a case of", subject=case.case_list, comparison=case.comparison_id
        )


@transaction.atomic
def remove(*, by: User, case: Case) -> bool:
    """Takes a case off its list; the comparison stays. False where it is off already."""
    _lock(case.case_list)
    if not Case.objects.filter(pk=case.pk).delete()[0]:
        return False
    audit.record(by=by, verb="took a case off", subject=case.case_list, comparison=case.comparison_id)
    return True


def _lock(case_list: CaseList) -> None:
    """Two members of the team at once change a list one after the other."""
    CaseList.objects.select_for_update().get(pk=case_list.pk)


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise NotAList(f"Give the list a name of at most {LONGEST_NAME} characters.")
    return name


def _note(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise NotAList(f"A note has at most {LONGEST_NOTE} characters.")
    return note
