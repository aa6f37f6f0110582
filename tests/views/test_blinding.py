"""Nothing that a rater's browser receives before the vote names who is behind an answer."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment
from tests.services import desk
from vibes.models import Endpoint, Generation, Prompt, PromptSet, Study
from vibes.services import pairing

pytestmark = pytest.mark.django_db
NAMES = ("ZEBRACORP", "QUAGGALABS", "OKAPI-STUDY", "GNU-PROMPT", "KUDU-SET", "scripted")


@pytest.fixture
def study() -> Study:
    study = desk.study(prompt_count=3)
    Endpoint.objects.filter(model="scripted-plain").update(name="ZEBRACORP 9000", model="zebracorp-9000")
    Endpoint.objects.filter(model="scripted-flattering").update(
        name="QUAGGALABS mini", model="quaggalabs-mini"
    )
    Study.objects.update(name="OKAPI-STUDY: ZEBRACORP against QUAGGALABS")
    PromptSet.objects.update(name="KUDU-SET")
    for prompt in Prompt.objects.all():
        Prompt.objects.filter(pk=prompt.pk).update(
            reference=f"GNU-PROMPT-{prompt.pk}", twin="GNU-PROMPT-TWIN"
        )
    Generation.objects.update(state="done", served_model="zebracorp-9000")
    for generation in Generation.objects.all():
        Generation.objects.filter(pk=generation.pk).update(text=f"Answer {generation.pk}.")
    pairing.assemble(study=study)
    return study


def received(response) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = str(response.cookies)
    return f"{headers}\n{cookies}\n{response.content.decode()}"


def test_no_byte_before_the_vote_names_a_model_study_prompt_or_set(client: Client, study: Study) -> None:
    token = study.protocol.invitations.get().token
    bodies = [received(client.get(reverse("annotations:invitation", args=[token])))]
    bodies.append(received(client.post(reverse("annotations:begin", args=[token]))))
    bodies.append(received(client.get(reverse("annotations:welcome"))))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    bodies.append(received(client.get(reverse("annotations:rate"))))
    waiting = Assignment.objects.get()
    for name, data in (
        ("verdict", {"verdict": "nonsense", "key": "0"}),
        ("skip", {}),
        ("undo", {"key": "9"}),
    ):
        path = reverse(f"annotations:{name}", args=[waiting.public_id])
        bodies.append(received(client.post(path, data)))
        bodies.append(received(client.post(path, data, HTTP_HX_REQUEST="true")))
    bodies.append(received(client.post(reverse("annotations:pause"))))
    bodies.append(received(client.get("/nowhere/")))
    everything = "\n".join(bodies)
    assert "Answer " in everything
    for name in NAMES:
        assert name.casefold() not in everything.casefold(), name


def test_ids_in_the_page_are_opaque(client: Client, study: Study) -> None:
    token = study.protocol.invitations.get().token
    client.post(reverse("annotations:begin", args=[token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    page = client.get(reverse("annotations:rate")).content.decode()
    assignment = Assignment.objects.select_related("comparison").get()
    assert str(assignment.public_id) in page
    for secret in (assignment.comparison.public_id, assignment.comparison.group, assignment.comparison.topic):
        assert str(secret) not in page
    assert not re.search(r'(?:data-|id=")[a-z-]*(?:endpoint|model|generation|matchup|arm)', page)


def test_team_pages_are_closed_to_raters(client: Client, study: Study) -> None:
    token = study.protocol.invitations.get().token
    client.post(reverse("annotations:begin", args=[token]))
    for name in ("study", "study_answers", "results", "export_judgements", "export_dpo"):
        assert client.get(reverse(name, args=[study.pk])).status_code == 302
