"""What an endpoint found on reading an edit once more: on the card, in what may be approved unread, and in the builder."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import AuditEntry, User
from tests.services import desk
from tests.services.test_planting import cued
from tests.views.test_edits_page import built, decide, page
from vibes.models import ClaimsReading, Edit, Study
from vibes.services import studies
from vibes.services.estimates import estimate
from vibes.services.planting import CuePlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="reader", role=User.Role.LEAD))
    return client


def read_once(prompts: int = 1, verdict: str = "same", reason: str = "") -> Study:
    """A cued study whose edits were read with this verdict."""
    checker = desk.endpoint("checker")
    study = cued(CuePlan("emoji_removed", 1.0, reader=checker), prompts=prompts)
    ClaimsReading.objects.filter(edit__cue__study=study).update(verdict=verdict, reason=reason)
    return study


@pytest.mark.parametrize(
    ("verdict", "reason", "said"),
    [
        ("same", "", "Model checker finds the same claims."),
        ("changed", "<i>Rises</i> falls.", "finds a claim changed: &lt;i&gt;Rises&lt;/i&gt; falls."),
        ("changed", "", "finds a claim changed, and does not say which."),
        ("unreadable", "No line.", "What Model checker says could not be read: No line."),
        ("failed", "It refused.", "Model checker has not answered, and will not: It refused."),
        ("waiting", "", "Model checker has not answered yet."),
    ],
)
def test_the_card_says_what_was_found(lead: Client, verdict: str, reason: str, said: str) -> None:
    text = page(lead, read_once(verdict=verdict, reason=reason))
    assert text.count(said) == 2
    assert "2 edits to be read" in text and "Claims not confirmed" in text
    assert ("Approve the other 2 unread" in text) == (verdict == "same")


def test_without_a_reader_nothing_is_said_of_one(lead: Client) -> None:
    text = page(lead, cued(CuePlan("emoji_removed", 1.0), prompts=1))
    assert "Claims not confirmed" not in text and 'class="claims' not in text


def test_what_the_rule_found_wrong_says_nothing_of_a_reader(lead: Client) -> None:
    study = read_once()
    ClaimsReading.objects.all().delete()
    Edit.objects.update(problems=["The number 3 is lost."])
    assert 'class="claims' not in page(lead, study, shown="problems")


def test_a_changed_claim_is_approved_by_one_who_read_it(lead: Client) -> None:
    read_once(verdict="changed")
    edit = Edit.objects.order_by("pk")[0]
    assert "Approved by reader" in approve(lead, edit, "changed")
    detail = AuditEntry.objects.get(verb="approved an edit in").detail
    assert (detail["claims"], detail["against_verdict"]) == ("changed", True)


def test_a_verdict_that_came_meanwhile_is_read_first(lead: Client) -> None:
    read_once(verdict="changed")
    edit = Edit.objects.order_by("pk")[0]
    card = approve(lead, edit, "waiting")
    assert "Its claims were read meanwhile" in card and "finds a claim changed" in card
    assert not Edit.objects.filter(state="approved").exists()


def test_an_advice_lifts_no_bar(lead: Client) -> None:
    """The rule's finding stands, whatever the endpoint says."""
    read_once(verdict="same")
    edit = Edit.objects.order_by("pk")[0]
    Edit.objects.filter(pk=edit.pk).update(text=f"{edit.text} " * 3)
    assert "drop it" in approve(lead, edit, "same")
    assert not Edit.objects.filter(state="approved").exists()


def approve(client: Client, edit: Edit, seen: str) -> str:
    address = reverse("decide_edit", args=[edit.pk, "approve"])
    return client.post(address, {"claims": seen}, headers={"HX-Request": "true"}).content.decode()


def test_the_card_carries_the_verdict_that_is_seen(lead: Client) -> None:
    text = page(lead, read_once(verdict="unreadable"))
    assert text.count('<input type="hidden" name="claims" value="unreadable">') == 2


def test_the_rest_leaves_out_what_is_not_confirmed(lead: Client) -> None:
    study = read_once(prompts=8)
    doubted = [edit.pk for edit in Edit.objects.order_by("-draw")[:4]]
    for pk, verdict in zip(doubted, ("changed", "unreadable", "failed", "waiting"), strict=True):
        ClaimsReading.objects.filter(edit=pk).update(verdict=verdict)
    assert "4 edits are not confirmed by Model checker" in page(lead, study)
    for edit in Edit.objects.order_by("draw")[:10]:
        decide(lead, edit, "approve")
    response = lead.post(reverse("approve_rest", args=[study.cues.get().pk]), follow=True)
    assert "2 edits approved without being read" in response.content.decode()
    assert {edit.pk for edit in Edit.objects.filter(state="proposed")} == set(doubted)


def test_as_many_statements_for_ten_readings_as_for_two(lead: Client) -> None:
    study = read_once(prompts=5)
    counts = []
    for kept in (2, 10):
        pks = list(Edit.objects.order_by("pk").values_list("pk", flat=True))
        Edit.objects.filter(pk__in=pks[:kept]).update(state="proposed")
        Edit.objects.filter(pk__in=pks[kept:]).update(state="dropped")
        page(lead, study)
        with CaptureQueriesContext(connection) as asked:
            assert page(lead, study).count('class="claims"') == kept
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_builder_asks_nobody_unless_told() -> None:
    (cue,) = built(cues=["praise_added"]).planned_cues()["cues"]
    assert cue.reader is None


def test_the_builder_plans_a_reader_for_every_cue() -> None:
    checker = desk.endpoint("checker")
    made = built(cues=["praise_added", "longer"], cue_reader=checker.pk)
    assert not made.errors
    assert [cue.reader for cue in made.planned_cues()["cues"]] == [checker] * 2


def test_the_builder_shows_who_may_read(lead: Client) -> None:
    desk.endpoint("checker")
    text = lead.get(reverse("new_study")).content.decode()
    assert "Claims also read by" in text and "Nobody: by rule alone" in text


def test_a_cue_keeps_its_reader_and_an_errand_with_the_study_s_cap() -> None:
    checker = desk.endpoint("checker")
    cue = desk.study(cues=[CuePlan("longer", 1.0, reader=checker)], budget=Decimal(5)).cues.get()
    assert cue.reader == checker
    assert cue.reader_errand is not None and cue.reader_errand.budget == Decimal(5)


def test_readings_are_in_the_estimate() -> None:
    both = [desk.endpoint("plain"), desk.endpoint("slips")]
    reader = desk.endpoint("checker", price_in=Decimal(3), price_out=Decimal(15))
    plan = studies.Plan(
        name="Cued",
        prompts=list(desk.prompt_set(4).prompts.all()),
        endpoints=both,
        cues=[CuePlan("praise_added", 1.0, reader=reader)],
        budget=Decimal("0.01"),
    )
    told = estimate(plan)
    (line,) = [line for line in told.lines if "claims read" in line.endpoint]
    assert line.calls == 8 and line.most is not None
    # Both texts as long as they may be, and as much as the reader may write.
    texts = sum(3 * one.max_tokens for one in both) * 4 * Decimal(3) / 1_000_000
    out = 8 * Decimal(15) * reader.max_tokens / 1_000_000
    assert texts + out < line.most < 2 * (texts + out)
    assert told.stops_early
