"""What raters are asked is changed: nothing is lost, nothing is doubled, and versions are never put together."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from annotations.asked import Asked
from annotations.models import Assignment, AuditEntry, Comparison, Judgement, Opening, RatingSession
from annotations.queries.openings import state_of
from annotations.rubrics import PRESETS
from annotations.services import dealing, judgements, openings, sessions
from annotations.services.judgements import Answer
from tests.services import desk
from tests.views import rated
from vibes.models import Arm, Generation, ProtocolVersion, Study
from vibes.queries import unblinded
from vibes.queries import versions as read
from vibes.services import analyses, pairing, studies, versions

pytestmark = pytest.mark.django_db


def changed(study: Study, **asked: Any) -> versions.Changed:
    """With another scale, or with what is given."""
    study.refresh_from_db()
    asked = asked or {"rubric": PRESETS["five"]}
    done = versions.change(
        by=desk.lead(), study=study, asked=replace(Asked.of(study.protocol), **asked), seen=study.protocol_id
    )
    assert done
    study.refresh_from_db()
    return done


def shown(study: Study, number: int) -> Counter[tuple[object, ...]]:
    """What a version's comparisons show, with their keys."""
    protocol = study.versions.get(number=number).protocol
    arms = dict(Arm.objects.filter(comparison__protocol=protocol).values_list("comparison", "matchup"))
    return Counter(
        (
            c.group,
            c.topic,
            c.cell,
            c.caption,
            c.purpose,
            c.expected,
            c.explanation,
            str((c.prefix, c.side_a, c.side_b)),
            c.draw,
            arms.get(c.pk),
        )
        for c in Comparison.objects.filter(protocol=protocol)
    )


def test_a_study_begins_with_version_1() -> None:
    study = desk.study(prompt_count=1)
    version = study.versions.get()
    assert (version.number, version.protocol, version.created_by) == (1, study.protocol, desk.lead())


def test_what_nobody_was_asked_is_replaced() -> None:
    study = desk.answered(prompt_count=2)
    before = set(Comparison.objects.values_list("pk", flat=True))
    link = study.protocol.invitations.get()
    done = changed(study, overlap=5, session_length=7)
    assert not done.beside and study.versions.get() == done.version
    assert (done.version.number, done.version.protocol_id) == (1, study.protocol_id)
    assert set(Comparison.objects.values_list("pk", flat=True)) == before
    rows = Comparison.objects.values_list("protocol", "wanted", "taken", "places", "covered")
    assert set(rows) == {(study.protocol_id, 5, 0, 5, 0)}
    link.refresh_from_db()
    assert link.protocol_id == study.protocol_id
    assert rated.judged_by(study, 3).sessions.get().protocol == study.protocol


def test_the_same_again_makes_nothing() -> None:
    study = desk.study(prompt_count=1)
    asked = replace(Asked.of(study.protocol), rubric=replace(PRESETS["vibes"], label="Another name"))
    assert versions.change(by=desk.lead(), study=study, asked=asked) is None
    assert study.versions.count() == 1 and read.proposal(study, asked) is None


def test_from_the_first_judgement_on_both_are_kept_and_all_is_asked_anew() -> None:
    study = desk.answered(prompt_count=3)
    rated.add_checks(study)
    rated.judged_by(study, 4)
    old = study.protocol
    before = list(Judgement.objects.order_by("pk").values())
    taken = dict(Comparison.objects.filter(protocol=old).values_list("pk", "taken"))
    done = changed(study)
    assert done.beside and done.version.number == 2 and study.protocol != old
    assert shown(study, 1) == shown(study, 2)
    assert list(Judgement.objects.order_by("pk").values()) == before
    assert dict(Comparison.objects.filter(protocol=old).values_list("pk", "taken")) == taken
    new = Comparison.objects.filter(protocol=study.protocol)
    assert set(new.values_list("taken", "covered")) == {(0, 0)}
    assert {c.wanted for c in new} == {0, 3} and all(c.places == c.wanted for c in new)
    assert state_of(old) == Opening.State.CLOSED and state_of(study.protocol) == Opening.State.OPEN
    assert not old.invitations.exists() and study.protocol.invitations.exists()
    entry = AuditEntry.objects.get(verb="changed what is asked in")
    assert entry.detail["version"] == 2 and "Scale" in entry.detail["changed"]
    assert entry.actor == desk.lead() and entry.subject == f"study {study.pk}"


def test_a_pause_stays_a_pause() -> None:
    study = desk.answered(prompt_count=1)
    rated.judged_by(study, 1)
    openings.pause(by=desk.lead(), protocol=study.protocol)
    changed(study)
    assert state_of(study.protocol) == Opening.State.PAUSED


def test_a_change_of_what_has_been_changed_meanwhile_is_refused() -> None:
    study = desk.answered(prompt_count=1)
    seen = study.protocol_id
    changed(study)
    asked = replace(Asked.of(study.protocol), overlap=1)
    with pytest.raises(versions.Outdated):
        versions.change(by=desk.lead(), study=study, asked=asked, seen=seen)
    assert study.versions.count() == 1


def test_answers_that_come_later_are_compared_in_the_newest_version_alone() -> None:
    study = desk.answered(prompt_count=2)
    late = Generation.objects.filter(studies=study).last()
    assert late
    rated.judged_by(study, 1)
    changed(study)
    both = Comparison.objects.filter(protocol=study.protocol).count()
    assert pairing.assemble(study=study) == 0
    extra = desk.endpoint("gap")
    study.endpoints.add(extra)
    new = Generation.objects.create(
        endpoint=extra,
        snapshot={},
        snapshot_hash="gap",
        prompt=late.prompt,
        text="Late.",
        state=Generation.State.DONE,
    )
    study.generations.add(new)
    assert pairing.assemble_for(generations=[new.pk]) == 4
    assert Comparison.objects.filter(protocol=study.protocol).count() == both + 4
    assert Comparison.objects.count() == 2 * both + 4


def test_more_identical_pairs_are_made_where_more_are_wanted() -> None:
    study = desk.answered(prompt_count=3)
    rated.judged_by(study, 1)
    changed(study, identical_rate=0.1)
    pairs = Comparison.objects.filter(purpose="identical")
    assert pairs.count() == 9 and set(pairs.values_list("protocol", flat=True)) == {study.protocol_id}


def test_a_rater_meets_no_pair_again_and_no_version_is_dealt_but_the_newest() -> None:
    study = desk.answered(prompt_count=2)
    session = rated.person(study)
    first = dealing.deal_next(session=session)
    assert first
    rated.judge(first)
    changed(study)
    assert dealing.deal_next(session=session) is None
    later = sessions.open_session(rater=session.rater, protocol=study.protocol)
    assert later.seed != session.seed and later.consented_at is None
    met = []
    while assignment := dealing.deal_next(session=later):
        met.append(assignment.comparison.group)
        name = f"{assignment.public_id}.1"
        judgements.record(assignment=assignment, rater=session.rater, answer=Answer(key=name, strength=1))
    assert len(met) == 11 and first.comparison.group not in met


@pytest.mark.slow
def test_every_reading_is_of_one_version() -> None:
    study = desk.answered(prompt_count=3)
    rated.judged_by(study, 5)
    first = analyses.find_or_create(by=None, study=study, specification=analyses.specified())
    changed(study)
    desk.simulate(study, size=2, each=6)
    old, new = read.numbered(study, 1), read.numbered(study, 2)
    assert unblinded.count(old) == 5 and unblinded.count(new) == 12
    kinds = ("person", "simulated")
    rows = {1: list(unblinded.rows(old, kinds=kinds)), 2: list(unblinded.rows(new, kinds=kinds))}
    assert [len(rows[1]), len(rows[2])] == [5, 12]
    assert "strength" in rows[2][0] and "strength" not in rows[1][0]
    ids = {number: {row["judgement_id"] for row in found} for number, found in rows.items()}
    assert not ids[1] & ids[2] and ids[1] | ids[2] == set(
        Judgement.objects.filter(pk__in=[j for both in ids.values() for j in both]).values_list(
            "pk", flat=True
        )
    )
    assert study.protocol == new.protocol != old.protocol
    assert analyses.find_or_create(by=None, study=old, specification=analyses.specified()) == first
    both = analyses.specified(rater_kinds=kinds)
    runs = [analyses.find_or_create(by=None, study=one, specification=both) for one in (old, new)]
    assert runs[0] != runs[1] and [run.protocol for run in runs] == [old.protocol, new.protocol]
    reports = [analyses.compute(run_id=run.pk).result for run in runs]
    assert [report["n"] for report in reports if report] == [5, 12]


def test_a_version_that_is_not_there() -> None:
    with pytest.raises(ProtocolVersion.DoesNotExist):
        read.numbered(desk.study(prompt_count=1), 2)


def test_few_statements_however_many_comparisons() -> None:
    counts = []
    for prompts in (1, 6):
        study = desk.answered(prompt_count=prompts) if prompts == 1 else _larger(prompts)
        rated.judged_by(study, 1)
        with CaptureQueriesContext(connection) as asked:
            changed(study)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 45


def _larger(prompts: int) -> Study:
    """A further study of the same endpoints."""
    first = Study.objects.get()
    plan = studies.Plan(
        name="Larger",
        prompts=list(desk.prompt_set(prompts).prompts.all()),
        endpoints=list(first.endpoints.all()),
        pairing="all",
    )
    made = studies.create(by=desk.lead(), plan=plan, seed=6)
    rated.answer_all(made)
    return made


def rate(session: RatingSession) -> int:
    done = 0
    try:
        while assignment := dealing.deal_next(session=session):
            key = f"{assignment.public_id}.1"
            judgements.record(assignment=assignment, rater=session.rater, answer=Answer(verdict="a", key=key))
            done += 1
    finally:
        connections.close_all()
    return done


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begun", [False, True])
def test_raters_at_once_with_a_change_lose_nothing(begun: bool) -> None:
    """Whoever is faster: each judgement stands under the protocol of its session, and its comparison is of that one too."""
    study = desk.answered(prompt_count=6)
    first = study.protocol
    people = [rated.person(study, length=100) for _ in range(6)]
    if begun:
        rated.judged_by(study, 1)
    with ThreadPoolExecutor(7) as pool:
        working = [pool.submit(rate, session) for session in people]
        change = pool.submit(_change_and_close, study.pk)
        done = sum(one.result() for one in working) + begun
        assert change.result()
    study.refresh_from_db()
    assert Judgement.objects.count() == done
    rows = Assignment.objects.values_list("comparison__protocol", "session__protocol", "judgements__protocol")
    assert set(rows) <= {(first.pk,) * 3}, "nobody had begun under the new protocol"
    assert study.versions.count() == (2 if done else 1)
    assert Arm.objects.filter(comparison__protocol=study.protocol).count() == study.matchups.count()
    assert Comparison.objects.filter(protocol=study.protocol, purpose="study").count() == 36
    later = [sessions.open_session(rater=one.rater, protocol=study.protocol) for one in people]
    with ThreadPoolExecutor(6) as pool:
        more = sum(pool.map(rate, later))
    assert Judgement.objects.filter(protocol=study.protocol).count() == more
    assert all(c.taken <= c.wanted for c in Comparison.objects.all())


def _change_and_close(pk: int) -> bool:
    try:
        study = Study.objects.get(pk=pk)
        asked = replace(Asked.of(study.protocol), overlap=2)
        return versions.change(by=desk.lead(), study=study, asked=asked) is not None
    finally:
        connections.close_all()
