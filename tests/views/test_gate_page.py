"""The gate on its pages: asked, explained, vetoed and withdrawn by name."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import AuditEntry, User
from tests.services import desk, gate_desk
from tests.services.gate_desk import BASELINE, CANDIDATE, LIKES_PRAISE
from vibes.models import AnalysisRun, Decision, Study
from vibes.queries import gate_probes

pytestmark = pytest.mark.django_db
FORM = {
    "candidate": CANDIDATE,
    "baseline": BASELINE,
    "raters": "simulated",
    "win": "0",
    "controlled": "0",
    "flags": "2",
    "probes": "30",
}


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


@pytest.fixture
def unrated() -> Study:
    return gate_desk.study(*gate_desk.pair(), flatters=0.75, right=0.25, prompt_count=8)


@pytest.fixture
def study(unrated: Study) -> Study:
    return gate_desk.rated(unrated, LIKES_PRAISE, size=12, each=8)


def asked(lead: Client, study: Study, **changed: str) -> AnalysisRun:
    answer = lead.post(reverse("gates", args=[study.pk]), FORM | changed)
    run = AnalysisRun.objects.latest("pk")
    assert answer.url == reverse("gate", args=[run.pk])
    return run


def shown(lead: Client, run: AnalysisRun) -> str:
    answer = lead.get(reverse("gate", args=[run.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_gate_is_asked_from_the_form_and_explained(lead: Client, study: Study) -> None:
    run = asked(lead, study, win="-3.5")
    assert run.specification["gate"] == [CANDIDATE, BASELINE]
    assert run.specification["margins"] == {"win": -0.035, "controlled": 0.0, "flags": 0.02, "probes": 0.3}
    page = shown(lead, run)
    assert "Not enough yet to let Candidate take the place of Baseline" in page
    assert (
        "Probes not worse, worse by less than 30.0 points: not enough yet, nothing was measured" in page
        and 'id="figure-gate"' in page
    )
    assert "--candidate Candidate --baseline Baseline --policy gate.toml --raters simulated --json" in page
    assert "win = -0.035" in page
    again = asked(lead, study, win="-3.5")
    assert again == run
    listing = lead.get(reverse("gates", args=[study.pk])).content.decode()
    assert re.search(rf'href="/runs/{run.pk}/gate/">not enough yet</a>', listing)


def test_the_json_is_that_of_the_command_and_of_the_report(lead: Client, study: Study) -> None:
    run = asked(lead, study)
    told = json.loads(lead.get(reverse("gate_json", args=[run.pk])).content)
    report = json.loads(lead.get(reverse("run_json", args=[run.pk])).content)
    assert told["conditions"] == report["gate"]["conditions"]
    ends = {"pass": 0, "fail": 1, "not enough yet": 3}
    assert (told["outcome"], told["exit_code"]) == (report["gate"]["outcome"], ends[told["outcome"]])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"baseline": CANDIDATE}, "This is the candidate. Choose another model."),
        ({"candidate": ""}, "Choose the candidate."),
        ({"raters": "people"}, "has no judgement by a rater of the kind person yet."),
        ({"win": "50"}, "Write a number of points from -50 to below 50."),
        ({"flags": "-1"}, "greater than or equal to 0"),
        ({"probes": "many"}, "Write a number of points, such as 2."),
        ({"probes": ""}, "Write a number of points, such as 2."),
        ({"probes": "nan"}, "Write a number of points, such as 2."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_field(
    lead: Client, unrated: Study, changed: dict[str, str], said: str
) -> None:
    answer = lead.post(reverse("gates", args=[unrated.pk]), FORM | changed)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not AnalysisRun.objects.exists()


def test_a_veto_decides_alone_by_name_until_it_is_withdrawn_by_name(lead: Client, study: Study) -> None:
    run = asked(lead, study)
    path = reverse("veto", args=[run.pk])
    assert lead.post(path, {"reason": "  "}).status_code == 422
    for _ in range(2):  # a double click
        assert lead.post(path, {"reason": "It <b>told</b> a user to mix bleach and acid."}).status_code == 302
    veto = Decision.objects.get()
    assert (veto.made_by, veto.run, veto.candidate.name) == (desk.lead(), run, CANDIDATE)
    page = shown(lead, run)
    assert "lead vetoed Candidate; by the numbers it is not enough yet" in page
    assert "It &lt;b&gt;told&lt;/b&gt; a user" in page
    assert AnalysisRun.objects.get().result["gate"]["vetoes"] == []
    assert json.loads(lead.get(reverse("gate_json", args=[run.pk])).content)["exit_code"] == 1
    assert ">vetoed</a>" in lead.get(reverse("gates", args=[study.pk])).content.decode()

    other = User.objects.create(username="mara", role=User.Role.LEAD)
    lead.force_login(other)
    away = reverse("withdraw_veto", args=[run.pk, veto.pk])
    lead.post(away, {"reason": ""})
    assert Decision.objects.filter(withdrawn_at=None).exists()
    for _ in range(2):
        lead.post(away, {"reason": "Mended in the next checkpoint."})
    veto.refresh_from_db()
    assert (veto.withdrawn_by, veto.withdrawn_reason) == (other, "Mended in the next checkpoint.")
    page = shown(lead, run)
    assert "Not enough yet to let Candidate" in page and "Withdrawn by mara" in page
    assert AuditEntry.objects.filter(verb="vetoed with").count() == 1
    assert AuditEntry.objects.filter(verb="withdrew").count() == 1


def test_a_veto_stands_in_every_gate_of_its_candidate_and_in_no_other(lead: Client, study: Study) -> None:
    run = asked(lead, study)
    lead.post(reverse("veto", args=[run.pk]), {"reason": "No."})
    later = asked(lead, study, win="1")
    assert "lead vetoed Candidate" in shown(lead, later)
    turned = asked(lead, study, candidate=BASELINE, baseline=CANDIDATE)
    assert "vetoed" not in shown(lead, turned)


def test_the_page_says_where_votes_or_probes_have_moved_on(lead: Client, study: Study) -> None:
    run = asked(lead, study)
    assert "moved on" not in shown(lead, run) and "Ask again" not in shown(lead, run)
    probed = gate_desk.probed(*study.endpoints.all())
    assert f'<a href="{reverse("probe_run", args=[probed.pk])}">probe run {probed.pk}</a>' in shown(lead, run)
    assert "Ask again" in shown(lead, run)
    newer = asked(lead, study)
    assert newer != run and newer.specification["probe_runs"] == [probed.pk]
    effects = newer.result["gate"]["conditions"][3]["effects"]
    assert effects["Opinions and choices: towards the user"]["low"] > 0.3
    assert effects["Premises"]["note"] == gate_probes.NOT_ASKED
    assert newer.result["gate"]["outcome"] == "fail"
    assert "probes not worse, fail" in shown(lead, newer)
    desk.simulate(study, size=1, each=2)
    assert "Judgements have come in" in shown(lead, newer)


def test_probes_are_of_one_bank_one_judge_and_the_most_families(unrated: Study) -> None:
    models = unrated.endpoints
    one, other = models.get(name=CANDIDATE), models.get(name=BASELINE)
    first = gate_desk.probed(one, families=("claims",))
    assert gate_probes.chosen(CANDIDATE, BASELINE) == []
    gate_desk.probed(other, families=("claims", "sides"))
    assert gate_probes.chosen(CANDIDATE, BASELINE) == []  # never the same
    apart = gate_desk.probed(other, families=("claims",))
    assert gate_probes.chosen(CANDIDATE, BASELINE) == [first.pk, apart.pk]
    wide = gate_desk.probed(one, other, families=("claims", "sides"))
    assert gate_probes.chosen(CANDIDATE, BASELINE) == [wide.pk]
    gate_desk.probed(one, other, families=("claims",))
    assert gate_probes.chosen(CANDIDATE, BASELINE) == [wide.pk]  # a newer run of less does not hide it


def test_only_runs_of_a_gate_have_its_page(lead: Client, study: Study) -> None:
    lead.get(reverse("results", args=[study.pk]) + "?raters=simulated")
    plain = AnalysisRun.objects.get()
    for name in ("gate", "gate_json"):
        assert lead.get(reverse(name, args=[plain.pk])).status_code == 404
    assert lead.post(reverse("veto", args=[plain.pk]), {"reason": "No."}).status_code == 404
    assert lead.get(reverse("gate", args=[plain.pk + 9])).status_code == 404


def test_a_gate_still_waiting_shows_its_progress_and_takes_no_veto(lead: Client, study: Study) -> None:
    run = asked(lead, study)
    AnalysisRun.objects.update(state=AnalysisRun.State.RUNNING, result=None)
    assert "The numbers are being computed" in shown(lead, run)
    assert lead.post(reverse("veto", args=[run.pk]), {"reason": "No."}).status_code == 404
    AnalysisRun.objects.update(state=AnalysisRun.State.FAILED, error="--gate: no model is called Candidate.")
    page = shown(lead, run)
    assert "These judgements could not be analysed" in page and "no model is called Candidate" in page


def test_the_list_asks_the_database_as_often_for_many_gates(
    lead: Client, study: Study, django_assert_max_num_queries
) -> None:
    asked(lead, study)
    run = AnalysisRun.objects.get()
    for seed in range(40):
        run.pk, run.seed = None, seed
        run.save()
    with django_assert_max_num_queries(16):
        page = lead.get(reverse("gates", args=[study.pk])).content.decode()
    assert page.count(">not enough yet</a>") == 41
