"""Every byte of a live battle: its form, its page while both answers grow, and after. None of them holds a name."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.urls import reverse

from annotations.models import Assignment, Comparison, Protocol
from tests.views import test_blinding_crawl as crawls
from tests.views.test_blinding_crawl import IDS, Crawl, begin
from vibes.models import Arm, Generation, Matchup, Study
from vibes.services import live, pairing
from vibes.services.generations import publishing

pytestmark = pytest.mark.django_db
study = crawls.study


@pytest.mark.slow
def test_no_byte_of_a_live_battle_names_anything(study: Study) -> None:
    """Its form, its page while both answers grow, what that page asks for, and the page of what failed or came."""
    Protocol.objects.update(training_length=0, training_pass=0, gold_rate=0, own_prompts=3)
    study.refresh_from_db()
    crawl = Crawl(study)
    begin(crawl)
    crawl.get(reverse("own_prompt"))
    crawl.post(reverse("own_prompt"), {"text": ""})
    for ending in ("failed", "done"):
        crawl.post(reverse("own_prompt"), {"text": "What would you do?"}, follow=True)
        now = Assignment.objects.get(state="dealt", strategy="own prompt")
        numbered_live(now.comparison_id)
        grow(now)
        # The channels are the server's own: what the page asks for carries the assignment's id alone.
        growing = crawl.get(
            reverse("annotations:growing", args=[now.public_id]), headers={"HX-Request": "true"}
        )
        assert "[name]" in growing and "depends on the weather" in growing
        crawl.get(reverse("own_prompt"), follow=True)
        crawl.page()
        rows = Generation.objects.filter(prompt__author__isnull=False, state="queued")
        for row in rows.select_related("endpoint"):
            says = f"I am {row.endpoint.name}. It depends on the weather."
            Generation.objects.filter(pk=row.pk).update(
                state=ending, text=says, error=f"{row.endpoint.name} is away"
            )
        live.settle()
        crawl.get(reverse("annotations:growing", args=[now.public_id]), headers={"HX-Request": "true"})
        crawl.page()
    crawl.act("verdict", now, verdict="a")
    everything = "\n".join(text for _, text in crawl.received)
    for said in ("A prompt of your own", "Both answers are being written", "did not come", "Undo"):
        assert said in everything, said
    assert not crawl.leaks()


@pytest.mark.slow
def test_no_byte_of_prompts_that_are_answered_later_names_anything(study: Study) -> None:
    """Their form, refused and kept; and the room, where their author judges what was answered."""
    Protocol.objects.update(
        training_length=0,
        training_pass=0,
        gold_rate=0,
        recognise_rate=0,
        questions={},
        own_prompts=2,
        own_prompts_later=True,
    )
    study.refresh_from_db()
    crawl = Crawl(study)
    begin(crawl)
    crawl.get(reverse("own_prompt"))
    crawl.post(reverse("own_prompt"), {"text_1": "x" * 5000})
    crawl.post(reverse("own_prompt"), {"text_1": "What would you do?"}, follow=True)
    for row in Generation.objects.filter(prompt__author__isnull=False).select_related("endpoint"):
        says = f"I am {row.endpoint.name}. It depends on the weather."
        Generation.objects.filter(pk=row.pk).update(state="done", text=says)
    pairing.assemble(study=study, prompts=study.prompts.exclude(author=None))
    numbered_live(Comparison.objects.get(author__isnull=False).pk)
    for _ in range(3):
        crawl.page()
        now = Assignment.objects.get(state="dealt")
        crawl.act("verdict", now, verdict="a")
    assert Assignment.objects.filter(strategy=Assignment.OWN_LATER).exists()
    everything = "\n".join(text for _, text in crawl.received)
    for said in ("Prompts of your own", "They are kept", "What would you do?", "[name]"):
        assert said in everything, said
    assert not crawl.leaks()


def numbered_live(comparison: int) -> None:
    """As `numbered`: ids of the key that can be searched for."""
    with transaction.atomic():
        arm = Arm.objects.select_related("matchup").get(comparison=comparison)
        for pk in (arm.matchup.generation_a_id, arm.matchup.generation_b_id):
            Generation.objects.filter(pk=pk).update(id=_beyond(pk))
            Study.generations.through.objects.filter(generation_id=pk).update(generation_id=_beyond(pk))
            Matchup.objects.filter(generation_a=pk).update(generation_a=_beyond(pk))
            Matchup.objects.filter(generation_b=pk).update(generation_b=_beyond(pk))
        Matchup.objects.filter(pk=arm.matchup_id).update(id=_beyond(arm.matchup_id))
        Arm.objects.filter(pk=arm.pk).update(id=_beyond(arm.pk), matchup=_beyond(arm.matchup_id))


def _beyond(pk: int) -> int:
    return pk if pk > IDS else IDS + pk


def grow(assignment: Assignment) -> None:
    """What a call has written by now, as the pump writes it."""
    matchup = Arm.objects.get(comparison=assignment.comparison_id).matchup
    with ThreadPoolExecutor(1) as thread:
        for row in (matchup.generation_a, matchup.generation_b):
            voice = publishing.Voice(row.channel, thread)
            text = (
                f"I am {row.endpoint.name}. It depends on the weather. It does. I am {row.endpoint.name[:4]}"
            )
            thread.submit(voice._write, text, False).result()
