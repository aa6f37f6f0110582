"""The page of edits: what a lead reads, decides, and cannot approve; and the builder's part on cues."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import AuditEntry, Comparison, User
from tests.services import desk
from tests.services.test_claims_readings import fetched
from tests.services.test_planting import PLAIN, cued
from tests.views.test_study_builder import form
from vibes.forms import StudyForm
from vibes.models import ClaimsReading, Edit, Study
from vibes.services import expected_votes, studies
from vibes.services.estimates import estimate
from vibes.services.planting import CuePlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="reader", role=User.Role.LEAD))
    return client


def page(client: Client, study: Study, **chosen: object) -> str:
    response = client.get(reverse("edits", args=[study.pk]), chosen)
    assert response.status_code == 200
    return response.content.decode()


def decide(client: Client, edit: Edit, verb: str, **headers: str) -> str:
    response = client.post(reverse("decide_edit", args=[edit.pk, verb]), headers=headers, follow=True)
    return response.content.decode()


def test_each_edit_shows_what_was_changed_and_hides_no_markup(lead: Client) -> None:
    study = cued(PLAIN, prompts=1, text="<b>Bold</b> or ☀️ bold, number {n}, and a few more words to it.")
    text = page(lead, study)
    assert "2 edits to be read" in text
    assert "&lt;b&gt;Bold&lt;/b&gt;" in text and "<b>Bold" not in text
    assert "<del>" in text


def test_approving_both_edits_deals_the_variants(lead: Client) -> None:
    cued(PLAIN, prompts=1)
    for edit in Edit.objects.all():
        card = decide(lead, edit, "approve", **{"HX-Request": "true"})
        assert "Approved by reader" in card and "<html" not in card
    assert Comparison.objects.count() == 3
    assert AuditEntry.objects.filter(verb__startswith="approved an edit").count() == 2


def test_a_plain_post_goes_back_to_the_list(lead: Client) -> None:
    study = cued(PLAIN, prompts=1)
    text = decide(lead, Edit.objects.order_by("pk")[0], "drop")
    assert f"Edits · {study.name}" in text
    assert Comparison.objects.count() == 1


def test_a_refusal_stands_on_the_card(lead: Client) -> None:
    cued(PLAIN, prompts=1)
    edit = Edit.objects.order_by("pk")[0]
    Edit.objects.filter(pk=edit.pk).update(text=f"{edit.text} " * 3)
    card = decide(lead, edit, "approve", **{"HX-Request": "true"})
    assert re.search(r'<p class="error" role="alert">[^<]+drop it', card)
    assert not Comparison.objects.exists()


def test_unknown_verbs_are_not_found(lead: Client) -> None:
    cued(PLAIN, prompts=1)
    edit = Edit.objects.order_by("pk")[0]
    assert lead.post(reverse("decide_edit", args=[edit.pk, "delete"])).status_code == 404


@pytest.mark.slow
def test_the_rest_waits_for_the_sample(lead: Client) -> None:
    study = cued(PLAIN, prompts=10)
    cue = study.cues.get()
    assert "The first 10 are a random sample: 0 of them are decided." in page(lead, study)
    response = lead.post(reverse("approve_rest", args=[cue.pk]), follow=True)
    assert "Read the first 10 first" in response.content.decode()
    for edit in Edit.objects.order_by("draw")[:10]:
        decide(lead, edit, "approve")
    response = lead.post(reverse("approve_rest", args=[cue.pk]), follow=True)
    assert "10 edits approved without being read" in response.content.decode()
    assert Comparison.objects.count() == 30


def test_what_the_check_found_wrong_is_dropped_together(lead: Client) -> None:
    study = cued(PLAIN, prompts=3)
    wrong = Edit.objects.order_by("pk")[:2]
    Edit.objects.filter(pk__in=[edit.pk for edit in wrong]).update(problems=["The number 3 is lost."])
    assert "In 2 the check found something wrong" in page(lead, study, shown="problems")
    response = lead.post(reverse("drop_wrong", args=[study.cues.get().pk]), follow=True)
    assert "2 edits dropped" in response.content.decode()
    assert Comparison.objects.count() == 1
    assert Edit.objects.filter(state="proposed").count() == 4


def test_as_many_statements_for_ten_edits_as_for_two(lead: Client) -> None:
    counts = []
    for prompts in (1, 5):
        study = cued(PLAIN, prompts=prompts) if prompts == 1 else _further(prompts)
        page(lead, study)
        with CaptureQueriesContext(connection) as asked:
            page(lead, study)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def _further(prompts: int) -> Study:
    Study.objects.update(name="The first")
    for endpoint in list(desk.endpoints.Endpoint.objects.all()):
        endpoint.name = f"Old {endpoint.pk}"
        endpoint.save()
    return cued(PLAIN, prompts=prompts)


def test_a_study_without_cues_says_so(lead: Client) -> None:
    assert "This study plants no cue" in page(lead, cued(prompts=1))


def test_raters_and_visitors_are_kept_out(client: Client) -> None:
    study = cued(PLAIN, prompts=1)
    for address in (reverse("edits", args=[study.pk]), reverse("approve_rest", args=[study.cues.get().pk])):
        assert client.post(address).status_code in (302, 403, 405)
    assert not Edit.objects.filter(state="approved").exists()


def built(**fields: object) -> StudyForm:
    made = StudyForm(form(desk.endpoint("plain"), desk.endpoint("flattering"), **fields))
    made.is_valid()
    return made


def test_the_builder_shares_the_pairs_out_among_the_cues() -> None:
    made = built(cues=["praise_added", "markdown_to_plain"], cue_share=50, cue_ratio="3:2:2")
    assert not made.errors
    planned = made.planned_cues()
    assert [(cue.name, cue.share, cue.design) for cue in planned["cues"]] == [
        ("praise_added", 0.25, "variants"),
        ("markdown_to_plain", 0.25, "variants"),
    ]
    assert (planned["unplanted"], planned["planted"]) == (3, 2)


def test_what_no_rule_makes_needs_an_endpoint() -> None:
    made = built(cues=["warmer"])
    assert "choose which" in str(made.errors["cue_endpoint"])


def test_cues_want_the_lean() -> None:
    made = built(cues=["praise_added"], rubric="own", own_scale="four", own_lean="never")
    assert "lean after a tie" in str(made.errors["cues"])


def test_no_cue_plans_none() -> None:
    assert built().planned_cues() == {}


def test_the_votes_of_a_cued_study_are_counted_as_they_are_dealt() -> None:
    chosen = list(desk.prompt_set(100).prompts.all())
    both = [desk.endpoint("plain"), desk.endpoint("slips")]
    plan = studies.Plan(
        name="Cued", prompts=chosen, endpoints=both, overlap=3, cues=[CuePlan("praise_added", 0.5)]
    )
    told = expected_votes.expected(plan)
    assert told.judgements == 50 * 7 + 50 * 3
    assert told.cued == 350
    assert told.cue_told.startswith("350 judgements on the pairs of each cue")


def test_edits_by_an_endpoint_are_in_the_estimate() -> None:
    chosen = list(desk.prompt_set(4).prompts.all())
    both = [desk.endpoint("plain"), desk.endpoint("slips")]
    editor = desk.endpoint("editor", price_in=Decimal(3), price_out=Decimal(15))
    plan = studies.Plan(
        name="Cued", prompts=chosen, endpoints=both, cues=[CuePlan("warmer", 1.0, endpoint=editor)]
    )
    (line,) = [line for line in estimate(plan).lines if "edits" in line.endpoint]
    assert line.calls == 8
    # Each answer out as long as the editor may write, and in with the answer and what is asked of it.
    assert line.most is not None
    out = 8 * Decimal(15) * editor.max_tokens / 1_000_000
    assert out < line.most < 3 * out


@pytest.mark.django_db(transaction=True)
def test_the_page_says_why_a_reader_is_silent_and_asks_it_again(lead: Client, start_scripted) -> None:
    priced = {"price_in": Decimal(9_000), "price_out": Decimal(9_000)}
    study = fetched(start_scripted, "checker", reader=priced, budget=Decimal(1))
    cue = study.cues.get()
    told = " ".join(page(lead, study).split())
    assert "Second readings by Model checker: the spending cap is reached at 0 of 2 answers." in told
    assert "raise the cap to go on" in told
    assert f'href="{reverse("study", args=[cue.reader_errand_id])}"' in told
    assert "Ask it again" not in told
    ClaimsReading.objects.update(verdict="failed", reason="It was away.")
    told = " ".join(page(lead, study, shown="unconfirmed").split())
    assert "About 2 of them Model checker said nothing that could be read." in told
    response = lead.post(reverse("read_claims_again", args=[cue.pk]), {"shown": "unconfirmed"}, follow=True)
    assert "Model checker is asked again about 2 edits." in response.content.decode()
    assert set(ClaimsReading.objects.values_list("verdict", flat=True)) == {"waiting"}
