"""Who wrote what: shown where the study allows it, of a set that is over, to its own rater; then its votes are closed."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, Judgement, RatingSession
from annotations.queries import access, dealing
from annotations.services import dealing as deal
from annotations.services import judgements, reveal, sessions
from tests.services import desk
from tests.views import rated
from vibes.models import Arm, Generation, Study
from vibes.queries import reveal as shown
from vibes.services import pairing

pytestmark = pytest.mark.django_db
NAMES = ("Model plain", "Model flattering", "Model formatted", "Model slips")


def study(policy: str = "after", prompt_count: int = 4, length: int = 3, **plan: object) -> Study:
    made = desk.study(
        prompt_count=prompt_count, characters=desk.CHARACTERS, reveal=policy, session_length=length, **plan
    )
    for row in Generation.objects.all():
        Generation.objects.filter(pk=row.pk).update(text=f"Answer {row.pk}.", state=Generation.State.DONE)
    pairing.assemble(study=made)
    return made


def done(made: Study, verdicts: str = "aab") -> RatingSession:
    """A person's set, judged to its end."""
    rater = rated.judged_by(made, made.protocol.session_length, verdicts=verdicts)
    session = rater.sessions.get()
    sessions.end(session=session)
    session.refresh_from_db()
    return session


def browser(session: RatingSession) -> Client:
    client = Client()
    kept = client.session
    kept[access.RATER_KEY] = session.rater_id
    kept.save()
    return client


def address(number: int = 1) -> str:
    return reverse("reveal", args=[number])


def test_names_and_votes_are_shown_once_the_votes_are_closed() -> None:
    session = done(study(), "abt")
    client = browser(session)
    before = client.get(reverse("annotations:rate")).content.decode()
    assert f'action="{address()}"' in before and "cannot be changed" in before
    assert client.get(address()).headers["Location"] == reverse("annotations:rate")
    assert client.post(address()).headers["Location"] == address()
    session.refresh_from_db()
    assert session.revealed_at
    page = client.get(address()).content.decode()
    assert "A is better" in page and "B is better" in page and "Tie; A if you had to send one" in page
    assert page.count('<details class="folded">') == 6 and "no model" not in page
    assert sum(page.count(name) for name in NAMES) == 6
    after = client.get(reverse("annotations:rate")).content.decode()
    assert "See it again" in after


def test_a_name_stands_at_the_column_in_which_its_answer_stood() -> None:
    session = done(study())
    reveal.reveal(session=session)
    session.refresh_from_db()
    found = list(shown.judged(session))
    for assignment, one in zip(found, shown.named(session, found, 1), strict=True):
        for column, side in zip(("left", "right"), one.sides, strict=True):
            own = assignment.left == "a" if column == "left" else assignment.left == "b"
            generation = _generation(assignment, "a" if own else "b")
            assert generation.endpoint.name == side.name
    assert {assignment.left for assignment in found} == {"a", "b"}


def _generation(assignment: Assignment, side: str) -> Generation:
    matchup = Arm.objects.get(comparison=assignment.comparison_id).matchup
    return matchup.generation_a if side == "a" else matchup.generation_b


@pytest.mark.parametrize("case", ["never", "open", "nobody's", "another's", "before any vote"])
def test_elsewhere_nothing_is_shown(case: str) -> None:
    made = study("never" if case == "never" else "after")
    if case in ("open", "before any vote"):
        session = rated.person(made, length=3)
        if case == "open":
            rated.judge(deal.deal_next(session=session))
        else:
            sessions.end(session=session)
    else:
        session = done(made)
    client = Client() if case == "nobody's" else browser(session)
    number = 2 if case == "another's" else 1
    assert "who wrote" not in client.get(reverse("annotations:rate")).content.decode() or number == 2
    assert client.post(address(number)).status_code == (401 if case == "nobody's" else 404)
    body = client.get(address(number), follow=True).content.decode()
    assert not any(name in body for name in NAMES)
    assert not RatingSession.objects.exclude(revealed_at=None).exists()


def test_of_a_closed_set_nothing_can_be_changed() -> None:
    session = done(study(), "ab")
    client, last = browser(session), session.assignments.order_by("-place").first()
    client.post(address())
    kept = list(Judgement.objects.order_by("pk").values())
    name = str(last.public_id)
    acts = (
        ("undo", {"key": f"{name}.9"}),
        ("verdict", {"verdict": "tie", "key": f"{name}.8"}),
        ("lean", {"lean": "a", "key": f"{name}.7"}),
        ("details", {"comment": "Now I know.", "key": f"{name}.6"}),
        ("skip", {}),
        ("broken", {}),
    )
    for verb, sent in acts:
        client.post(reverse(f"annotations:{verb}", args=[last.public_id]), sent)
        assert list(Judgement.objects.order_by("pk").values()) == kept, verb
    last.refresh_from_db()
    assert last.state == "judged"
    with pytest.raises(judgements.Stale):
        judgements.retract(assignment=last, rater=session.rater, key="late")


def test_what_waited_when_the_votes_were_closed_takes_no_answer_and_is_free_again() -> None:
    made = study(length=3)
    session = rated.person(made, length=3)
    rated.judge(deal.deal_next(session=session))
    waiting = deal.deal_next(session=session)
    sessions.end(session=session)
    assert reveal.reveal(session=session)
    waiting.refresh_from_db()
    waiting.comparison.refresh_from_db()
    assert (waiting.state, waiting.comparison.taken) == ("expired", 0)
    waiting.session.refresh_from_db()
    with pytest.raises(judgements.Stale):
        rated.judge(waiting)
    assert Judgement.objects.count() == 1


def test_nothing_of_a_prompt_whose_names_are_known_is_dealt_again() -> None:
    """Its answers stand in other comparisons too, and in repeats."""
    made = study(prompt_count=6, length=3, repeat_rate=0.5)
    first = done(made)
    reveal.reveal(session=first)
    known = set(first.assignments.values_list("comparison__topic", flat=True))
    assert known
    second = sessions.open_session(rater=first.rater, protocol=made.protocol, length=60)
    assert dealing.repeatable(second) == []
    met = []
    while assignment := deal.deal_next(session=second):
        met.append(assignment.comparison.topic)
        rated.judge(assignment)
    assert met and not known & set(met) and len(known | set(met)) == 6
    assert not dealing.more(second)


def test_where_names_are_never_shown_the_same_prompts_come_again() -> None:
    made = study("never", prompt_count=3, length=3)
    first = done(made)
    second = sessions.open_session(rater=first.rater, protocol=made.protocol, length=60)
    assert deal.deal_next(session=second) is not None


def test_a_small_study_that_has_nothing_left_may_be_closed_too() -> None:
    """Fewer comparisons than a set is long: the set is never full."""
    made = study(prompt_count=1, length=30)
    session = rated.person(made)
    while assignment := deal.deal_next(session=session):
        rated.judge(assignment)
    client = browser(session)
    assert f'action="{address()}"' in client.get(reverse("annotations:rate")).content.decode()
    assert client.post(address()).status_code == 302
    session.refresh_from_db()
    assert session.ended_at and session.revealed_at


def test_checks_are_told_apart_no_further_than_needed() -> None:
    made = study(prompt_count=6, length=8, gold_rate=0.25, identical_rate=0.25)
    rated.add_checks(made)
    session = done(made)
    client = browser(session)
    client.post(address())
    page = client.get(address()).content.decode()
    purposes = list(session.assignments.values_list("purpose", flat=True))
    assert {"gold", "identical", "study"} <= set(purposes)
    assert page.count("written for this study, by no model") == purposes.count("gold")
    assert page.count("one and the same") == purposes.count("identical")
    assert "expected" not in page and "gold" not in page.casefold()


@pytest.mark.slow
def test_long_sets_come_in_pages_with_as_many_queries(django_assert_max_num_queries) -> None:
    made = study(prompt_count=8, length=45, overlap=1)
    session = done(made)
    client = browser(session)
    client.post(address())
    with django_assert_max_num_queries(14):
        page = client.get(address()).content.decode()
    assert page.count('class="folded"') == 40 and "Page 1 of 3" in page
    with django_assert_max_num_queries(14):
        assert 'start="41"' in client.get(f"{address()}?page=3").content.decode()


def test_a_second_set_has_its_own_names() -> None:
    made = study(prompt_count=6)
    first = done(made)
    second = sessions.open_session(rater=first.rater, protocol=made.protocol)
    for _ in range(3):
        rated.judge(deal.deal_next(session=second))
    client = browser(second)
    assert f'action="{address(2)}"' in client.get(reverse("annotations:rate")).content.decode()
    client.post(address(2))
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.revealed_at and not first.revealed_at
    other = done(made)
    assert not any(name in browser(other).get(address(), follow=True).content.decode() for name in NAMES)
