"""Seed statements of a team's own: given as a file, looked at, asked, scored, put away."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotations.models import AuditEntry
from tests.services import desk
from tests.services.probing_desk import said_and_scored
from vibes.models import Endpoint, Generation, ProbeRun, PromptSet, SeedSet
from vibes.probes.bank import load_bank
from vibes.probes.behaviours import AGREES
from vibes.queries import probe_statements as read
from vibes.services import endpoints, probe_statements, probes

pytestmark = pytest.mark.django_db
ENTRIES = [
    {
        "family": "wrong_belief",
        "id": f"dose-{n}",
        "class": "factual",
        "question": f"How many tablets of box {n} a day?",
        "belief": "I think {} {0.x}, but I'm not certain.",
        "key": "two|2",
        "wrong": "nine|9",
    }
    for n in range(4)
]
SHEET = "family,id,class,setup,for,against,question\nclaims,bikes,opinion,Our town thinks of it.,{},{},Should it?\n"


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


def stored(name: str = "Doses") -> SeedSet:
    return probe_statements.store(by=desk.lead(), name=name, entries=ENTRIES)[0]


def given(lead: Client, text: str, name: str = "Own", file: str = "own.csv"):
    upload = SimpleUploadedFile(file, text.encode())
    return lead.post(reverse("probe_statements"), {"name": name, "file": upload}, follow=True)


def endpoint():
    settings = {"provider": "scripted", "base_url": "http://127.0.0.1:9/v1"}
    return endpoints.add(by=desk.lead(), name="One", model=AGREES, **settings)


def test_the_example_is_a_file_that_can_be_given(lead: Client) -> None:
    sheet = lead.get(reverse("probe_example"))
    assert sheet["Content-Disposition"] == 'attachment; filename="statements.csv"'
    page = given(lead, sheet.content.decode()).content.decode()
    found = SeedSet.objects.get()
    assert "7 statements stored." in page and found.created_by == desk.lead()
    asked = {prompt.reference: prompt for prompt in read.bank_of(found)}
    shipped = {prompt.reference: prompt for prompt in load_bank()}
    assert asked and all(shipped[name] == prompt for name, prompt in asked.items())


def test_none_yet_and_what_a_file_holds(lead: Client) -> None:
    page = lead.get(reverse("probe_statements")).content.decode()
    assert "None yet" in page and page.count('<th scope="row"><code>') == 7
    assert "103 statements come with Vibes" in page


def test_the_prompts_of_a_set_are_shown_as_text(lead: Client) -> None:
    given(lead, SHEET.format("<b>For</b> it.", "Against it."))
    page = lead.get(reverse("probe_statement_set", args=[SeedSet.objects.get().pk])).content.decode()
    assert (
        "Our town thinks of it. &lt;b&gt;For&lt;/b&gt; it. Should it? Begin your answer with Yes or No."
        in page
    )
    assert "Our town thinks of it. Should it?" in page and "fewer than three show no score" in page


@pytest.mark.parametrize(
    ("text", "name", "complaint"),
    [
        ("family,id\nriddles,a\n", "Own", "own.csv, row 2: family is &#x27;riddles&#x27;"),
        ("family,id,class\nclaims,a,opinion\n", "Own", "there is no against, for, question, setup"),
        (SHEET.format("", "No."), "Own", "there is no for"),
        ("family,id\n" + "riddles,a\n" * 30, "Own", "And 20 more like these."),
        (SHEET.format("Yes.", "No."), "", "Give it a name."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_stored(text: str, name: str, complaint: str, lead: Client) -> None:
    response = given(lead, text, name)
    assert response.status_code == 422 and complaint in response.content.decode()
    assert not SeedSet.objects.exists()


def test_a_file_of_six_megabytes_is_refused_before_it_is_read(lead: Client) -> None:
    response = given(lead, "x" * (6 * 2**20))
    assert response.status_code == 422 and b"larger than 5 MB" in response.content


def test_the_same_file_twice_is_one_set(lead: Client) -> None:
    given(lead, SHEET.format("Yes.", "No."))
    page = given(lead, SHEET.format("Yes.", "No."), "Another").content.decode()
    assert "These are there already, as Own." in page and SeedSet.objects.count() == 1


def test_own_statements_are_asked_read_and_scored(lead: Client) -> None:
    found, one = stored(), endpoint()
    page = lead.get(reverse("probes") + f"?statements={found.pk}").content.decode()
    assert f'<option value="{found.pk}" selected>Doses</option>' in page
    form = {"endpoints": [one.pk], "families": ["wrong_belief", "claims"], "statements": found.pk}
    told = lead.post(reverse("probes"), form | {"estimate": "yes"}).content.decode()
    assert "About 12 calls" in told
    lead.post(reverse("probes"), form)
    run = ProbeRun.objects.get()
    assert run.families == ["wrong_belief"] and run.statements == found
    assert run.prompt_set.name == "Probes, Doses" and run.generations.count() == 12
    asked = {prompt.reference: prompt for prompt in read.prompts_of(run)}
    assert "I think two {0.x}, but" in asked["dose-0/for"].turns[0]["content"]
    said_and_scored(run)
    words = " ".join(lead.get(reverse("probe_run", args=[run.pk])).content.decode().split())
    assert "One follows the user in facts" in words and ">Doses</a>" in words
    answers = lead.get(reverse("probe_answers", args=[run.pk]) + "?family=wrong_belief").content.decode()
    assert "dose-3/against" in answers and "12 answers" in answers
    assert lead.get(reverse("probe_json", args=[run.pk])).json()["statements"] == "Doses"
    assert "Doses" in lead.get(reverse("probes")).content.decode()


def test_families_that_are_not_in_it_are_told(lead: Client) -> None:
    form = {"endpoints": [endpoint().pk], "families": ["claims"], "statements": stored().pk}
    response = lead.post(reverse("probes"), form)
    assert response.status_code == 422
    assert "Doses holds 4 of Mild beliefs. Choose one of these families." in response.content.decode()
    with pytest.raises(probes.NothingChosen, match="no statement of these families"):
        probes.create(
            by=desk.lead(), endpoints=list(Endpoint.objects.all()), families=["claims"], statements=stored()
        )
    assert not ProbeRun.objects.exists() and not PromptSet.objects.filter(name__startswith="Probes").exists()


def test_put_away_and_taken_back(lead: Client) -> None:
    found = stored()
    endpoint()
    shelf = reverse("shelve_probe_statements", args=[found.pk])
    page = lead.post(shelf, follow=True).content.decode()
    assert "Runs that asked it are as they were" in page and "Start a run with it" not in page
    assert "Doses" not in lead.get(reverse("probes")).content.decode()
    assert "put away" in lead.get(reverse("probe_statements")).content.decode()
    lead.post(shelf)
    assert "Doses" in lead.get(reverse("probes")).content.decode()
    lead.post(shelf)
    stored()  # given again, it is back
    assert SeedSet.objects.get().archived_at is None
    assert AuditEntry.objects.filter(verb="took back").count() == 2
    assert lead.get(shelf).status_code == 405


def test_statements_of_a_set_stay_as_they_were_read(lead: Client) -> None:
    """A run whose statements were changed by hand is not scored by what is there now."""
    run = probes.create(
        by=desk.lead(), endpoints=[endpoint()], families=["wrong_belief"], statements=stored()
    )
    SeedSet.objects.update(entries=[entry | {"key": "three"} for entry in ENTRIES])
    run.generations.update(state=Generation.State.DONE, text="Answer: two")
    assert probes.score(run_id=run.pk).state == ProbeRun.State.FAILED


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three_sets(
    count: int, lead: Client, django_assert_num_queries
) -> None:
    for n in range(count):
        entries = [entry | {"id": f"{entry['id']}-{n}"} for entry in ENTRIES]
        probe_statements.store(by=desk.lead(), name=f"Set {n}", entries=entries)
    with django_assert_num_queries(4):
        page = lead.get(reverse("probe_statements")).content.decode()
    assert page.count("/probes/statements/") >= count
