"""The study builder: samples, stored answers, delivery, cap, and what it will ask and cost before anything is asked."""

import io
import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Protocol
from annotations.rubrics import PRESETS
from annotations.services import instructions
from annotations.services.protocols import DEFAULT_CONSENT, DEFAULT_INSTRUCTIONS
from tests.services import desk
from vibes.models import Endpoint, Generation, Prompt, PromptSet, Study
from vibes.services import expected_votes, studies
from vibes.services import pairing as pairing_service
from vibes.services.estimates import Estimate, estimate

pytestmark = pytest.mark.django_db
PRICES = {"price_in": Decimal(3), "price_out": Decimal(15)}


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


def vendor(name: str = "Vendor", **settings: object) -> Endpoint:
    usual = {
        "provider": "anthropic",
        "model": "m",
        "base_url": "https://api.anthropic.com",
        "key_variable": "ANTHROPIC_API_KEY",
        "max_tokens": 1000,
    }
    return desk.endpoints.add(by=desk.lead(), name=name, **usual | settings)


def form(*endpoints: Endpoint, **fields: object) -> dict[str, object]:
    return {
        "name": "A study",
        "endpoints": [endpoint.pk for endpoint in endpoints],
        "source": "pasted",
        "pasted": "Why?\nWhy not?",
        "pairing": "all",
        "rubric": "vibes",
        "overlap": 2,
        "session_length": 10,
        "samples": 1,
        "selection": "each",
        "draw": "stored",
        "delivery": "live",
    } | fields


def plan(*endpoints: Endpoint, **fields: object) -> studies.Plan:
    prompts = list(desk.prompt_set(2).prompts.all())
    return studies.Plan(**{"name": "A study", "prompts": prompts, "endpoints": endpoints, **fields})


def test_what_a_lead_chooses_is_what_the_study_has(lead: Client) -> None:
    first, second = (desk.endpoint(c, price_in=0, price_out=0) for c in ("plain", "slips"))
    sent = form(first, second, samples=3, selection="majority", delivery="batch", budget="2.5")
    response = lead.post(reverse("new_study"), sent)
    study = Study.objects.get()
    assert response.url == reverse("study", args=[study.pk])
    assert (study.samples, study.first_sample, study.selection) == (3, 0, "majority")
    assert (study.delivery, study.budget) == ("batch", Decimal("2.5"))
    assert study.generations.count() == 2 * 2 * 3
    lead.post(reverse("new_study"), form(first, second, draw="new"))
    assert Study.objects.order_by("pk").last().first_sample == 3


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"samples": 0}, "samples", "greater than or equal to 1"),
        ({"samples": 101}, "samples", "less than or equal to 100"),
        (
            {"samples": 2, "selection": "majority"},
            "samples",
            "This choice wants at least 3 samples: ask for more",
        ),
        ({"selection": "best"}, "samples", "This choice wants at least 2 samples"),
        ({"samples": 2, "selection": "best"}, "selection", "None of these prompts has an answer key"),
        ({"selection": "luck"}, "selection", "not one of the available choices"),
        ({"draw": ""}, "draw", "required"),
        ({"delivery": "pigeon"}, "delivery", "not one of the available choices"),
        ({"budget": "0"}, "budget", "greater than or equal to 0.0001"),
        ({"budget": "2"}, "budget", "No price is set for Model plain, Model slips: set it"),
        ({"pasted": "Why?\n+++\n"}, "pasted", "the user's last turn is empty"),
        ({"gold": 51}, "gold", "less than or equal to 50"),
        ({"gold": 20, "repeats": 20, "identical": 11}, "gold", "at most 50 % of a session together"),
        ({"repeats": "-1"}, "repeats", "greater than or equal to 0"),
        ({"training_length": 51}, "training_length", "less than or equal to 50"),
        ({"training_length": 4, "training_pass": 5}, "training_pass", "cannot be passed with 5 as expected"),
        ({"training_pass": 1}, "training_pass", "A round of 0 cannot be passed with 1"),
        ({"rubric": "own", "own_flags": ["rude"]}, "own_flags", "rude is not one of the available choices"),
        ({"rubric": "own", "own_scale": "eight"}, "own_lean", "Eight points have no tie"),
        (
            {"rubric": "own", "own_scale": "three", "own_lean": "undecided"},
            "own_lean",
            "nobody says both bad",
        ),
        ({"rubric": "nice"}, "rubric", "not one of the available choices"),
        ({"consent": "x" * 20_001}, "consent", "at most 20000 characters"),
    ],
)
def test_what_cannot_be_says_so_at_its_field(lead: Client, change: dict, field: str, said: str) -> None:
    response = lead.post(reverse("new_study"), form(desk.endpoint("plain"), desk.endpoint("slips"), **change))
    assert response.status_code == 422
    assert said in " ".join(response.context["form"].errors[field])
    assert said in unescape(response.content.decode())
    assert not Study.objects.exists()


def made(lead: Client, **fields: object) -> Protocol:
    endpoints = desk.endpoint("plain"), desk.endpoint("slips")
    response = lead.post(reverse("new_study"), form(*endpoints, **fields))
    assert response.status_code == 302, response.context["form"].errors
    return Study.objects.get().protocol


def test_rates_and_texts_reach_the_protocol(lead: Client) -> None:
    protocol = made(
        lead,
        gold=28,
        repeats=17,
        identical=5,
        instructions="Read both.\r\n\r\nThen **vote**.",
        consent="Yes?",
    )
    assert (protocol.gold_rate, protocol.repeat_rate, protocol.identical_rate) == (0.28, 0.17, 0.05)
    assert (protocol.instructions, protocol.consent) == ("Read both.\n\nThen **vote**.", "Yes?")


def test_the_training_round_reaches_the_protocol(lead: Client) -> None:
    protocol = made(lead, training_length=6, training_pass=4)
    assert (protocol.training_length, protocol.training_pass) == (6, 4)


def test_what_follows_a_vote_reaches_the_protocol(lead: Client) -> None:
    protocol = made(lead, recognise=15, reveal="after")
    assert (protocol.recognise_rate, protocol.reveal) == (0.15, "after")
    wrong = form(desk.endpoint("a"), desk.endpoint("b"), recognise=101, reveal="before")
    refused = lead.post(reverse("new_study"), wrong)
    assert set(refused.context["form"].errors) == {"recognise", "reveal"}
    assert refused.context["folds"]["after"]


@pytest.mark.parametrize("sent", ["", None, DEFAULT_INSTRUCTIONS.replace("\n", "\r\n")])
def test_the_usual_texts_follow_the_rubric(lead: Client, sent: str | None) -> None:
    fields = {} if sent is None else {"instructions": sent}
    protocol = made(lead, rubric="eight", consent="", **fields)
    assert protocol.instructions == instructions.usual(PRESETS["eight"])
    assert protocol.consent == DEFAULT_CONSENT


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_makes_its_protocol(lead: Client, name: str) -> None:
    protocol, rubric = made(lead, rubric=name, own_scale="eight", own_flags=["too_long"]), PRESETS[name]
    assert (protocol.scale, protocol.lean) == (rubric.scale, rubric.lean)
    assert protocol.both_bad_allowed == rubric.both_bad
    assert protocol.questions == rubric.questions.as_json()


def test_an_own_rubric_is_what_was_ticked(lead: Client) -> None:
    protocol = made(
        lead,
        rubric="own",
        own_scale="five",
        own_lean="tie",
        own_aspects=["flattery"],
        own_flags=["too_long", "incorrect"],
        own_reasons=["tone"],
        own_more=["comment"],
    )
    assert (protocol.scale, protocol.lean, protocol.both_bad_allowed) == ("five", "tie", False)
    assert protocol.questions == {
        "aspects": ["flattery"],
        "flags": ["too_long", "incorrect"],
        "reasons": ["tone"],
        "comment": True,
    }


def test_a_fold_with_an_error_or_a_choice_stands_open(lead: Client) -> None:
    closed = lead.get(reverse("new_study"))
    assert not any(closed.context["folds"].values())
    wrong = lead.post(reverse("new_study"), form(desk.endpoint("plain"), desk.endpoint("slips"), gold=51))
    assert wrong.context["folds"]["checks"]
    texts = {name: closed.context["form"][name].value() for name in ("instructions", "consent")}
    left_alone = texts | {"gold": 0, "repeats": 0, "identical": 0, "overlap": 0}
    left_alone |= {
        "own_prompts": 0,
        "recognise": 0,
        "reveal": "never",
        "training_length": 0,
        "training_pass": 0,
    }
    left_alone |= {"cue_share": 100, "cue_design": "variants", "cue_ratio": "1:3:3"}
    again = lead.post(reverse("new_study"), form(desk.endpoint("a"), desk.endpoint("b"), **left_alone))
    assert not any(again.context["folds"].values())


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, ["2 comparisons × 2 =", "4 judgements", "2 minutes, or 1 session", "no win rate short of 100 %"]),
        ({"identical": 50}, ["raters answer 8", "4 minutes"]),
        ({"overlap": 50, "pasted": "\n".join(f"Why {n}?" for n in range(200))},
         ["200 comparisons × 50", "10,000 judgements", "83 hours", "about 10,000 judgements", "That is in reach"]),
    ],
)  # fmt: skip
def test_how_many_votes_and_what_they_find_is_told_before_one_is_cast(
    lead: Client, fields: dict, told: list[str]
) -> None:
    sent = form(desk.endpoint("plain"), desk.endpoint("slips"), estimate="yes", **fields)
    page = " ".join(unescape(lead.post(reverse("new_study"), sent).content.decode()).split())
    text = re.sub(r"</?strong>", "", page)
    for words in [*told, "some 10,000 judgements on edited pairs", "80 % power"]:
        assert words in text
    assert not Study.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pairing", "comparisons", "a_pair"),
    [("all", 60, 18), ("adaptive", 60, 18), ("baseline", 24, 18), ("ring", 30, 9)],
)
def test_comparisons_are_counted_as_they_will_be_paired(pairing: str, comparisons: int, a_pair: int) -> None:
    endpoints = [desk.endpoint(name) for name in ("a", "b", "c", "d", "e")]
    prompts = list(desk.prompt_set(3).prompts.all())
    baseline = endpoints[0] if pairing == "baseline" else None
    planned = plan(*endpoints, prompts=prompts, samples=2, pairing=pairing, baseline=baseline)
    votes = expected_votes.expected(planned)
    assert (votes.comparisons, votes.judgements, votes.a_pair) == (comparisons, 3 * comparisons, a_pair)
    study = studies.create(by=desk.lead(), plan=planned)
    study.generations.update(state="done", text="yes")
    assert pairing_service.assemble(study=study) == comparisons


def test_nothing_that_costs_is_asked_before_its_estimate_is_agreed_to(lead: Client) -> None:
    priced, free = vendor(**PRICES), desk.endpoint("plain")
    page = lead.post(reverse("new_study"), form(priced, free)).content.decode()
    assert not Study.objects.exists()
    assert not Generation.objects.exists()
    assert not PromptSet.objects.exists()
    assert "About 4 calls, of which 0 are stored already" in page
    assert "4 to ask, at most US$0.04" in page
    told = estimate(plan(priced, free, prompts=[Prompt(turns=t) for t in TURNS]))
    dearer = lead.post(reverse("new_study"), form(priced, free, samples=9, agreed=told.agreed))
    assert dearer.status_code == 200
    assert not Study.objects.exists()
    assert lead.post(reverse("new_study"), form(priced, free, agreed=told.agreed)).status_code == 302
    assert Study.objects.get().generations.count() == 4


TURNS = [[{"role": "user", "content": text}] for text in ("Why?", "Why not?")]


def test_an_unpriced_vendor_is_named_and_agreed_to_as_well(lead: Client) -> None:
    first, second = vendor("Dear"), vendor("Dearer", model="m2")
    page = lead.post(reverse("new_study"), form(first, second)).content.decode()
    assert "No price is set for Dear, Dearer" in page
    assert "at most" not in page.split("<table>")[0]
    assert not Study.objects.exists()


def test_anybody_may_look_first(lead: Client) -> None:
    sent = form(desk.endpoint("plain"), desk.endpoint("slips"), estimate="yes")
    page = lead.post(reverse("new_study"), sent).content.decode()
    assert "About 4 calls" in page
    assert "free" in page
    assert not Study.objects.exists()
    assert "Why not?" in page


def test_an_uploaded_file_is_kept_from_the_estimate_on(lead: Client) -> None:
    file = io.BytesIO(b'{"prompt": "So?", "then": "Sure?"}\n')
    file.name = "pushes.jsonl"
    chosen = vendor(**PRICES), desk.endpoint("plain")
    page = lead.post(reverse("new_study"), form(*chosen, source="file", file=file))
    assert "About 4 calls" in page.content.decode()
    stored = PromptSet.objects.get()
    assert stored.name == "pushes.jsonl"
    again = page.context["form"]
    assert (again["source"].value(), again["prompt_set"].value()) == ("set", str(stored.pk))
    agreed = page.context["estimate"].agreed
    lead.post(reverse("new_study"), form(*chosen, source="set", prompt_set=stored.pk, agreed=agreed))
    assert Study.objects.get().prompts.get().prompt_set == stored


def test_stored_answers_are_counted_and_cost_nothing() -> None:
    priced = vendor(**PRICES)
    first = studies.create(by=desk.lead(), plan=plan(priced, desk.endpoint("plain")))
    Generation.objects.filter(prompt=first.prompts.first()).update(state="done")
    told = estimate(plan(*first.endpoints.order_by("pk"), samples=2))
    assert [(line.calls, line.stored, line.asked) for line in told.lines] == [(4, 1, 3), (4, 1, 3)]
    whole = estimate(plan(priced, samples=2, fresh=True))
    assert (whole.stored, whole.asked) == (0, 4)
    assert told.lines[0].most == whole.most * 3 / 4
    Generation.objects.update(state="done")
    nothing = estimate(plan(*first.endpoints.order_by("pk")))
    assert (nothing.asked, nothing.most, nothing.may_cost) == (0, Decimal(0), False)


def test_the_bound_grows_with_each_turn_and_halves_in_a_batch() -> None:
    priced = vendor(**PRICES)
    one = [Prompt(turns=TURNS[0])]
    two = [Prompt(turns=[*TURNS[0], {"role": "user", "content": "Sure?"}])]
    single = estimate(plan(priced, prompts=one)).most
    double = estimate(plan(priced, prompts=two)).most
    # (4 + 16 bytes and 16 for no instructions) × US$3 and 1,000 tokens × US$15, a million.
    assert single == (36 * Decimal(3) + 1000 * Decimal(15)) / 1_000_000
    assert double > 2 * single + 1000 * Decimal(3) / 1_000_000
    assert estimate(plan(priced, prompts=one, delivery="batch")).most == single / 2
    assert estimate(plan(priced, prompts=two, delivery="batch")).most == double


@pytest.mark.parametrize(("budget", "stops"), [(None, False), (Decimal("0.0001"), True), (Decimal(5), False)])
def test_a_cap_below_the_bound_is_told(budget: Decimal | None, stops: bool) -> None:
    told: Estimate = estimate(plan(vendor(**PRICES), budget=budget))
    assert told.stops_early is stops
