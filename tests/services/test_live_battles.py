"""A rater's own prompt: drawn, answered while they wait at one pace, rated once, or ended in words; whatever fails."""

import itertools
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.models import Assignment, Comparison, Judgement, RatingSession
from annotations.queries import live as reading
from annotations.queries.live import Written, paced
from annotations.services import ahead, dealing, openings, own_prompts
from annotations.services.details import Refused
from annotations.services.own_prompts import NotNow, StillWaiting
from tests.providers.loopback import running
from tests.services import desk
from tests.views import rated
from vibes.models import Arm, Generation, Matchup, Prompt, Study
from vibes.providers.base import Piece
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import Pace, create_app
from vibes.queries import unblinded
from vibes.services import live, pairing, studies
from vibes.services import own_prompts as writing
from vibes.services.generations import control, publishing, pump, queue

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Question 1?"


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    settings.GENERATION_BACKOFF_SECONDS = 0.02
    settings.GENERATION_ATTEMPTS = 2
    settings.GENERATION_CIRCUIT_SECONDS = 0.02


def serve(*faults: str, piece: float = 0.0, answers: dict | None = None):
    rules = [parse_rule(fault) for fault in faults]
    return running(create_app(answers or desk.answers(2), faults=rules, pace=Pace(0.0, 0.0, piece)))


def study(address: str = "http://127.0.0.1:9", **plan: object) -> Study:
    made = desk.study(
        f"{address}/v1", prompt_count=2, settings={"stream": True}, **{"own_prompts": 2, "overlap": 2} | plan
    )
    # Its own rows are here already: the pump has nothing to do but what a rater asks for.
    Generation.objects.update(state="done", text="It was here before.")
    pairing.assemble(study=made)
    return made


def ask(session: RatingSession, text: str = TEXT) -> Assignment:
    found = live.begin(session=session, text=text, prompt_class="advice")
    return Assignment.objects.select_related("comparison").get(pk=found.pk)


@pytest.mark.slow
def test_a_prompt_is_asked_of_two_endpoints_and_rated_once_both_are_here() -> None:
    with serve() as server:
        made = study(server.address)
        session = rated.person(made)
        first = ask(session)
        assert (first.strategy, first.state, first.comparison.writing) == ("own prompt", "dealt", "live")
        assert (first.comparison.side_a, first.comparison.wanted, first.holds_place) == ([], 0, False)
        with pytest.raises(Refused, match="have to be here"):
            rated.judge(first)
        assert pump.run() == 2
    prompt = Prompt.objects.get(author=session.rater)
    assert (prompt.text, prompt.prompt_class) == (TEXT, "advice")
    assert made.prompts.filter(pk=prompt.pk).exists()
    first.refresh_from_db()
    comparison = Comparison.objects.get(pk=first.comparison_id)
    assert (comparison.writing, comparison.wanted, comparison.taken) == ("", 2, 1)
    assert (comparison.places, comparison.covered, first.holds_place) == (2, 1, True)
    matchup = Arm.objects.get(comparison=comparison).matchup
    assert comparison.side_a[0]["text"] == matchup.generation_a.text
    assert comparison.side_b[0]["text"] == matchup.generation_b.text
    assert Matchup.objects.filter(prompt=prompt).count() == 1
    assert dealing.deal_next(session=session) == first
    rated.judge(Assignment.objects.get(pk=first.pk))
    (row,) = unblinded.rows(made, kinds=["person"])
    assert (row["author"], row["authored"]) == (str(session.rater.public_id), True)


@pytest.mark.slow
def test_nobody_else_is_dealt_it_before_it_is_complete_and_then_as_many_as_the_study_asks_for() -> None:
    with serve() as server:
        made = study(server.address, overlap=2)
        own = ask(rated.person(made)).comparison
        other = rated.person(made)
        while (one := dealing.deal_next(session=other)) is not None:
            assert one.comparison_id != own.pk
            rated.judge(one)
        pump.run()
    found = dealing.deal_next(session=other)
    assert found is not None and found.comparison_id == own.pk
    late = rated.person(made)
    met = []
    while (one := dealing.deal_next(session=late)) is not None:
        met.append(one.comparison_id)
        rated.judge(one)
    assert own.pk not in met


def test_the_draw_is_the_sessions_and_keeps_to_the_baseline() -> None:
    made = study(characters=desk.CHARACTERS)
    session = rated.person(made)
    drawn = [[one.name for one in writing.drawn(made, session, 0)] for _ in range(3)]
    assert drawn[0] == drawn[1] == drawn[2]
    baseline = made.endpoints.get(name="Model slips")
    made.pairing, made.baseline = Study.Pairing.BASELINE, baseline
    partners = {writing.drawn(made, rated.person(made), 0)[1].name for _ in range(12)}
    assert all(writing.drawn(made, rated.person(made), 0)[0] == baseline for _ in range(5))
    assert len(partners) > 1 and baseline.name not in partners


def test_no_further_endpoint_is_ever_asked_the_prompt() -> None:
    made = study(characters=desk.CHARACTERS)
    ask(rated.person(made))
    queue.enqueue(study=made)
    assert Generation.objects.filter(prompt__author__isnull=False).count() == 2


def test_a_set_takes_so_many_and_none_while_something_waits() -> None:
    with serve() as server:
        made = study(server.address, own_prompts=1)
        session = rated.person(made)
        ahead.deal(session=session, two=True)
        mine = ask(session)
        assert Assignment.objects.filter(state="expired").count() == 2
        assert not Comparison.objects.filter(taken__gt=0).exists()
        with pytest.raises(StillWaiting):
            ask(session)
        pump.run()
        with pytest.raises(StillWaiting):
            ask(session)
        rated.judge(Assignment.objects.get(pk=mine.pk))
        with pytest.raises(NotNow, match="as many prompts"):
            ask(session)
        openings.pause(by=desk.lead(), protocol=made.protocol)
        with pytest.raises(NotNow, match="Nothing more is asked"):
            ask(rated.person(made))
    assert Prompt.objects.filter(author__isnull=False).count() == 1


def test_a_study_that_fetches_nothing_or_takes_none_says_so() -> None:
    with pytest.raises(NotNow, match="takes no prompts"):
        ask(rated.person(study(own_prompts=0)))
    Study.objects.update(paused_at=timezone.now())
    made = Study.objects.get()
    type(made.protocol).objects.update(own_prompts=1)
    made.refresh_from_db()
    with pytest.raises(NotNow, match="No answers are being fetched"):
        ask(rated.person(made))


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", ["rate_limited:first=1", "reset:first=1", "empty:first=1", "overloaded:first=1", "500:first=1"]
)
def test_a_fault_that_passes_is_not_seen(fault: str) -> None:
    with serve(fault) as server:
        made = study(server.address)
        mine = ask(rated.person(made))
        assert pump.run() == 2
    assert Comparison.objects.get(pk=mine.comparison_id).writing == ""


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["empty", "refused", "length", "drop"])
def test_an_answer_that_does_not_come_ends_it_in_words_and_is_never_dealt(fault: str) -> None:
    with serve(f"{fault}:every=1:model=scripted-plain") as server:
        made = study(server.address)
        session = rated.person(made)
        mine = ask(session)
        pump.run()
    comparison = Comparison.objects.get(pk=mine.comparison_id)
    assert (comparison.writing, comparison.wanted, comparison.side_a) == ("failed", 0, [])
    with pytest.raises(Refused):
        rated.judge(Assignment.objects.select_related("comparison").get(pk=mine.pk))
    assert not Judgement.objects.exists()
    assert ask(session).pk != mine.pk  # it was not counted
    assert Generation.objects.filter(prompt__author__isnull=False).count() == 4


def test_what_a_killed_pump_left_is_ended_by_the_sweep() -> None:
    made = study()
    mine, other = ask(rated.person(made)), ask(rated.person(made))
    rows = Generation.objects.filter(prompt__author__isnull=False)
    rows.filter(channel__startswith=str(mine.comparison.public_id)).update(state="done", text="Here.")
    assert live.sweep() == 1
    assert Comparison.objects.get(pk=mine.comparison_id).writing == ""
    Comparison.objects.filter(pk=other.comparison_id).update(
        created_at=timezone.now() - live.PATIENCE - timedelta(seconds=1)
    )
    live.sweep()
    assert Comparison.objects.get(pk=other.comparison_id).writing == "failed"
    assert set(rows.exclude(state="done").values_list("state", flat=True)) == {"cancelled"}


def test_cancelled_fetching_ends_it() -> None:
    made = study()
    mine = ask(rated.person(made))
    control.cancel(by=desk.lead(), study=made)
    live.sweep()
    assert Comparison.objects.get(pk=mine.comparison_id).writing == "failed"


def test_skipped_while_it_is_written_it_goes_to_others_with_all_its_places() -> None:
    with serve() as server:
        made = study(server.address)
        mine = ask(rated.person(made))
        assert dealing.give_back(assignment=mine, state=Assignment.State.SKIPPED)
        pump.run()
    comparison = Comparison.objects.get(pk=mine.comparison_id)
    assert (comparison.wanted, comparison.taken, comparison.covered) == (2, 0, 0)


def test_redis_gone_the_answers_land_all_the_same(settings) -> None:
    caches = settings.CACHES | {"live": settings.CACHES["live"] | {"LOCATION": "redis://127.0.0.1:9/0"}}
    settings.CACHES = caches
    with serve() as server:
        made = study(server.address)
        mine = ask(rated.person(made))
        assert reading.released(mine) == reading.Released("", "")
        assert pump.run() == 2
    assert Comparison.objects.get(pk=mine.comparison_id).writing == ""


LENGTHS = (0, 1, 7, 40)


@pytest.mark.parametrize("a_whole", [True, False])
@pytest.mark.parametrize("b_whole", [True, False])
def test_neither_side_is_ahead_of_what_the_other_has_written(a_whole: bool, b_whole: bool) -> None:
    for of_a, of_b in itertools.product(LENGTHS, LENGTHS):
        a, b = paced(Written("a" * of_a, a_whole), Written("b" * of_b, b_whole))
        assert len(a) == (of_a if b_whole else min(of_a, of_b))
        assert len(b) == (of_b if a_whole else min(of_a, of_b))


@pytest.fixture
def voices() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as thread:
        yield thread


def test_a_name_is_masked_before_it_is_seen_and_half_a_name_is_held_back() -> None:
    text = "Hello there. I am Zebracorp 9000, and glad. It rains.\nIt pours. And so on"
    shown = {publishing.settled(text[:n]) for n in range(len(text) + 1)}
    assert max(shown, key=len).endswith("It rains.\n")
    from annotations.rendering.self_naming import mask

    for part in shown:
        assert "Zebracorp" not in mask(part, ["Zebracorp 9000"]).text
        # What was shown once stays as it was.
        assert mask(text, ["Zebracorp 9000"]).text.startswith(mask(part, ["Zebracorp 9000"]).text)


def slow_and_fast() -> dict[str, dict[str, str]]:
    sentence = "It depends on the weather of the day. "
    return {TEXT: {"scripted-plain": sentence * 60, "scripted-flattering": sentence * 60}}


@pytest.mark.slow
def test_a_slow_and_a_fast_endpoint_appear_alike() -> None:
    """One begins later than the other; what is released of both is always equally long, and grows."""
    with serve(
        "slow:every=1:model=scripted-plain:seconds=0.4", piece=0.02, answers=slow_and_fast()
    ) as server:
        mine = ask(rated.person(study(server.address)))
        seen: list[tuple[int, int]] = []
        with ThreadPoolExecutor(1) as thread:
            running_pump = thread.submit(pump.run)
            keys = [reading.key(reading.channel(mine.comparison.public_id, side)) for side in reading.SIDES]
            while not running_pump.done():
                told = reading._read(keys)
                released = reading.released(mine)
                whole = any(all_of_it for _, all_of_it in told.values())
                if not whole:
                    seen.append((len(released.left), len(released.right)))
                time.sleep(0.02)
            assert running_pump.result() == 2
    assert all(left == right for left, right in seen), json.dumps(seen)
    assert len({left for left, _ in seen}) > 3


def test_thoughts_are_not_written(voices: ThreadPoolExecutor) -> None:
    voice = publishing.Voice("x:a", voices)
    voice.say(Piece("I am thinking. Still. So.", thought=True))
    assert voice._pieces == []


def test_the_plan_carries_the_number() -> None:
    assert studies.Plan("", [], []).own_prompts == 0
    assert study().protocol.own_prompts == 2
    assert own_prompts.NotNow is NotNow
