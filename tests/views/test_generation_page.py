"""A generation's page: all that is known of it, as harmless as the rating page, and for the team alone."""

import json
import zlib
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import User
from tests.services import conversations, desk
from vibes.models import Generation, RawResponse
from vibes.queries import generations as read
from vibes.services import studies

pytestmark = pytest.mark.django_db
HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "![x](http://evil.example/p.png) [click](javascript:alert(1))",
    "</pre></details></main><form action=//evil.example><input name=password>",
    "\u202egnp.exe \x00 \ud800 \u200b",
    "{{ request }} {% csrf_token %}",
]


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    return client


def one(**fields: object) -> Generation:
    study = desk.study(prompt_count=1, characters=("plain", "slips"))
    row = study.generations.order_by("pk").first()
    Generation.objects.filter(pk=row.pk).update(**({"state": "done", "text": "It **depends**."} | fields))
    row.refresh_from_db()
    return row


def page(lead: Client, row: Generation) -> str:
    response = lead.get(reverse("generation", args=[row.pk]))
    assert response.status_code == 200
    return response.content.decode()


def keep(row: Generation, body: bytes) -> None:
    RawResponse.objects.create(generation=row, body=zlib.compress(body))


def test_all_that_is_known_stands_there(lead: Client) -> None:
    row = one(
        thoughts="Let me *think*.",
        finish_reason="stop",
        served_model="plain-2026-11",
        tokens_in=12,
        tokens_out=3400,
        tokens_reasoning=50,
        tokens_cached=7,
        cost=Decimal("0.0123"),
        seconds=1.234,
        first_token_seconds=0.2,
        seed=41,
        request_hash="abc123",
        provenance={"sdk": "openai 3.54.0", "server": "vLLM 0.11"},
    )
    row.attempts.create(
        number=1, outcome="lost", possible_cost=Decimal("0.25"), error="gone", error_kind="timeout"
    )
    keep(row, json.dumps({"id": "resp_1", "usage": {"output_tokens": 3400}}).encode())
    text = page(lead, row)
    known = [
        "<strong>depends</strong>",
        "<em>think</em>",
        "plain-2026-11",
        "3,400",
        "$0.0123",
        "1.23",
        "0.20",
        "41",
    ]
    known += [
        "abc123",
        "openai 3.54.0",
        "vLLM 0.11",
        "scripted-plain",
        "$0.250000",
        "Lost with its worker",
        "timeout: gone",
    ]
    known += ["A study", "which paid for it", "resp_1", "Question 0?"]
    assert [word for word in known if word not in text] == []


def test_a_row_that_is_not_asked_yet_says_so(lead: Client) -> None:
    text = page(lead, one(state="queued", text=""))
    for said in ("There is none yet.", "It has not been asked for yet.", "None is kept."):
        assert said in text


def test_the_whole_of_a_conversation_is_shown(lead: Client) -> None:
    study = studies.create(
        by=desk.lead(),
        plan=studies.Plan(
            name="pushes",
            prompts=conversations.pushed(),
            endpoints=[desk.endpoint("plain"), desk.endpoint("slips")],
        ),
    )
    row = study.generations.order_by("pk").first()
    conversations.answer(row, "Canberra.", "Sydney, you are right.")
    text = page(lead, row)
    said = ["What is the capital of Australia?", "Canberra.", "Are you sure?", "Sydney, you are right."]
    assert [text.index(words) for words in said] == sorted(text.index(words) for words in said)
    assert "thoughts of Canberra." in text


@pytest.mark.parametrize("words", HOSTILE)
def test_what_a_model_or_a_server_wrote_does_nothing(lead: Client, words: str) -> None:
    stored = words.replace("\x00", "").encode("utf-8", "replace").decode()
    row = one(
        text=stored, thoughts=stored, error=stored, served_model=stored[:200], provenance={"server": stored}
    )
    row.attempts.create(number=1, outcome="failed", error=stored)
    keep(row, json.dumps({"text": words}).encode())
    text = page(lead, row)
    for tag in (
        "<script>alert",
        "<img",
        "onerror=alert(1)>",
        'javascript:alert(1)"',
        "<form action=//",
        "<input name=password",
    ):
        assert tag not in text
    assert "csrfmiddlewaretoken" in text
    assert text.count("</main>") == 1


def test_a_large_response_is_shown_in_part_and_downloaded_whole(lead: Client) -> None:
    row = one()
    body = json.dumps({"text": "a" * 300_000}).encode()
    keep(row, body)
    text = page(lead, row)
    assert len(text) < 150_000
    assert "the beginning is shown" in text
    response = lead.get(reverse("generation_raw", args=[row.pk]))
    assert response.content == body
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == f'attachment; filename="generation-{row.pk}.json"'
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
def test_a_response_that_unpacks_to_too_much_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "LARGEST_BYTES", 1000)
    row = one()
    keep(row, b"0" * 50_000_000)
    assert len(read.body_of(row) or b"") == 1000


@pytest.mark.parametrize("body", [b"\xff\xfe not json", b"", b"[" * 5000])
def test_a_response_that_is_no_json_is_shown_as_it_is(lead: Client, body: bytes) -> None:
    row = one()
    keep(row, body)
    assert "Show what the server sent" in page(lead, row)


def test_a_damaged_response_is_told(lead: Client) -> None:
    row = one()
    RawResponse.objects.create(generation=row, body=b"not zlib")
    assert "damaged" in page(lead, row)
    assert b"damaged" in lead.get(reverse("generation_raw", args=[row.pk])).content


def test_no_response_is_no_file(lead: Client) -> None:
    assert lead.get(reverse("generation_raw", args=[one().pk])).status_code == 404


def test_a_rater_never_sees_it(client: Client) -> None:
    study = desk.answered(2)
    row = study.generations.first()
    client.post(reverse("annotations:begin", args=[study.protocol.invitations.get().token]))
    assert client.get(reverse("annotations:welcome")).status_code == 200
    for name in ("generation", "generation_raw"):
        response = client.get(reverse(name, args=[row.pk]))
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("attempts", [1, 3])
def test_the_page_takes_the_same_queries_for_few_and_many(
    lead: Client, attempts: int, django_assert_num_queries
) -> None:
    row = one()
    for number in range(attempts):
        row.attempts.create(number=number + 1)
    with django_assert_num_queries(7):
        page(lead, row)
