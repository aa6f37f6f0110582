"""Keeps what comparisons are looked for by: made once for each, and made anew where a judgement or a rater's standing moved.

Incremental from the last judgement that was read, in pages that are each a transaction: what was killed halfway goes on
where it stopped, and a second call finds nothing to do. Nothing here is the truth: it can all be made again.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef
from django.utils import timezone

from annotations.models import Assignment, Comparison, Judgement
from annotations.queries import judgements
from vibes.features.markdown import marks
from vibes.models import Arm, FindableComparison, FindableStudy, Study
from vibes.queries import finding_facts, finding_words, unblinded

PAGE = 500
# Ids are given before a transaction ends, so that a lower one may appear after a higher one was read: so many below the last
# one are read again, as long as the last one is younger than this.
MARGIN = 200
SETTLES = timedelta(seconds=60)
# What one call of the sweep does of one study at most.
A_SWEEP = 20_000


def sweep() -> int:
    """Every study that raters judge; how many rows were read."""
    studies = Study.objects.filter(errand_of=None, edits_for=None, claims_for=None)
    return sum(refresh(study=study, most=A_SWEEP) for study in studies.select_related("protocol"))


def refresh(*, study: Study, most: int | None = None) -> int:
    """As everything stands now; how many rows were read for it, 0 where nothing has moved. `most`: stops after about so many,
    and the next call goes on."""
    if not _begin(study):
        return 0
    read = 0
    for step in (_add, _follow_votes, _follow_standing):
        while (most is None or read < most) and (n := step(study)):
            read += n
    return read


@transaction.atomic
def _begin(study: Study) -> bool:
    """Whether anything has moved since the last look. A study with a new version begins anew."""
    state = _locked(study)
    comparison = (
        Comparison.objects.filter(protocol=study.protocol_id).only("created_at").order_by("-pk").first()
    )
    judgement = (
        Judgement.objects.filter(protocol=study.protocol_id).only("created_at").order_by("-pk").first()
    )
    moved = (
        (comparison is not None and comparison.pk > state.comparisons_upto)
        or (judgement is not None and judgement.pk > state.judgements_upto)
        or judgements.excluded(study.protocol_id) != state.excluded
    )
    young = any(
        one and (state.looked_at is None or one.created_at > state.looked_at - SETTLES)
        for one in (comparison, judgement)
    )
    if moved or young:
        _mend(study, _judged(study, state.judgements_upto - MARGIN, state.judgements_upto))
        FindableStudy.objects.filter(pk=study.pk).update(looked_at=timezone.now(), settled=False)
        return moved
    return not state.settled and _settle(study, state)


def _settle(study: Study, state: FindableStudy) -> bool:
    """Once after everything that moved: whether a comparison was missed after all, so that they are gone through again."""
    own = Comparison.objects.filter(
        protocol=study.protocol_id, purpose=Comparison.Purpose.STUDY, writing=Comparison.Writing.DONE
    )
    missed = own.count() != state.comparisons
    changes = {"comparisons_upto": 0} if missed else {"settled": True}
    FindableStudy.objects.filter(pk=study.pk).update(**changes)
    return missed


def _locked(study: Study) -> FindableStudy:
    """Two that keep one study at once go one after the other."""
    made = FindableStudy.objects.get_or_create(study_id=study.pk, defaults={"protocol": study.protocol})[1]
    state = FindableStudy.objects.select_for_update().get(pk=study.pk)
    if made or state.protocol_id != study.protocol_id:
        FindableComparison.objects.filter(study=study).delete()
        state.protocol_id, state.comparisons, state.excluded = study.protocol_id, 0, []
        state.comparisons_upto, state.judgements_upto, state.settled = 0, 0, False
        state.save()
    return state


def _judged(study: Study, after: int, upto: int) -> list[int]:
    found = Judgement.objects.filter(protocol=study.protocol_id, pk__gt=after, pk__lte=upto)
    return list(found.values_list("assignment__comparison", flat=True).distinct())


@transaction.atomic
def _add(study: Study) -> int:
    """The next comparisons that are not there yet. One whose answers are still being written waits until they are here."""
    state = _locked(study)
    new = Arm.objects.filter(
        matchup__study=study,
        comparison__protocol=study.protocol_id,
        comparison__purpose=Comparison.Purpose.STUDY,
        comparison__writing=Comparison.Writing.DONE,
        comparison__gt=state.comparisons_upto - MARGIN,
    )
    new = new.exclude(Exists(FindableComparison.objects.filter(comparison=OuterRef("comparison"))))
    ids = list(new.order_by("comparison").values_list("comparison", flat=True)[:PAGE])
    _make(study, ids)
    upto = ids[-1] if len(ids) == PAGE else _written_upto(study)
    FindableStudy.objects.filter(pk=study.pk).update(
        comparisons=F("comparisons") + len(ids), comparisons_upto=upto
    )
    return len(ids)


def _written_upto(study: Study) -> int:
    """Up to which comparison no answer is still being written."""
    own = Comparison.objects.filter(protocol=study.protocol_id)
    live = own.filter(writing=Comparison.Writing.LIVE).order_by("pk").values_list("pk", flat=True).first()
    return live - 1 if live else own.aggregate(last=Max("pk"))["last"] or 0


def _make(study: Study, ids: Sequence[int]) -> None:
    texts = Comparison.objects.only("prefix", "side_a", "side_b").in_bulk(ids)
    seen = unblinded.seen(study, ids)
    FindableComparison.objects.bulk_create(
        [_made(study, texts[pk], seen[pk]) for pk in ids], ignore_conflicts=True
    )


def _made(study: Study, comparison: Comparison, seen: unblinded.Seen) -> FindableComparison:
    sides = [_said(comparison.side_a), _said(comparison.side_b)]
    words, (_, *lengths) = finding_words.stored([_said(comparison.prefix), *sides])
    row = FindableComparison(
        comparison=comparison,
        study=study,
        words=words,
        longer=_more(*lengths),
        formatted=_more(*(marks(side) for side in sides)),
    )
    return _told(row, seen)


def _said(turns: Sequence[dict[str, str]]) -> str:
    return "\n".join(turn["text"] for turn in turns)


def _more(a: int, b: int) -> str:
    return "a" if a > b else "b" if b > a else ""


def _told(row: FindableComparison, seen: unblinded.Seen) -> FindableComparison:
    row.votes = {kind: dict(sorted(counts.items())) for kind, counts in sorted(seen.votes.items())}
    row.facts = finding_facts.stored(row.study_id, seen, longer=row.longer, formatted=row.formatted)
    return row


@transaction.atomic
def _follow_votes(study: Study) -> int:
    """The next judgements, whatever they say: each makes the facts of its comparison anew."""
    state = _locked(study)
    later = Judgement.objects.filter(protocol=study.protocol_id, pk__gt=state.judgements_upto).order_by("pk")
    ids = list(later.values_list("pk", flat=True)[:PAGE])
    if not ids:
        return 0
    _mend(study, _judged(study, state.judgements_upto, ids[-1]))
    FindableStudy.objects.filter(pk=study.pk).update(judgements_upto=ids[-1])
    return len(ids)


@transaction.atomic
def _follow_standing(study: Study) -> int:
    """Comparisons of raters who were excluded or readmitted since the last look."""
    state, excluded = _locked(study), judgements.excluded(study.protocol_id)
    changed = set(state.excluded) ^ set(excluded)
    judged = Assignment.objects.filter(
        comparison__protocol=study.protocol_id, rater__in=changed, state=Assignment.State.JUDGED
    )
    ids = list(judged.values_list("comparison", flat=True).distinct()) if changed else []
    for start in range(0, len(ids), PAGE):
        _mend(study, ids[start : start + PAGE])
    FindableStudy.objects.filter(pk=study.pk).update(excluded=excluded)
    return len(ids)


def _mend(study: Study, ids: Sequence[int]) -> None:
    """The facts of these as they are now; rows that say so already stay as they are."""
    rows = FindableComparison.objects.filter(comparison__in=ids).defer("words").in_bulk()
    seen = unblinded.seen(study, list(rows))
    changed = []
    for pk, row in rows.items():
        before = (row.facts, row.votes)
        if pk in seen and (_told(row, seen[pk]).facts, row.votes) != before:
            changed.append(row)
    FindableComparison.objects.bulk_update(changed, ["facts", "votes"])
