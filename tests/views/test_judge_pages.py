"""The pages of judges: made, put to work, measured beside people; what gave no verdict is told, and uncalibrated says so."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import AuditEntry, Judgement, User
from tests.services import desk, judging_desk
from tests.views import rated
from tests.views.test_study_rating import said
from vibes.models import Judge, JudgeCalibration, JudgeQuestion, JudgeRun, Study
from vibes.services import calibrations, endpoints, judge_questions, judge_replies, judges, measurements
from vibes.services.generations import pump

pytestmark = pytest.mark.django_db(transaction=True)
ANYWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    return client


def endpoint(name: str = "Judge", model: str = "scripted-judge-fair", address: str = ANYWHERE):
    return endpoints.add(by=desk.lead(), name=name, provider="scripted", model=model, base_url=address)


def page(lead: Client, judge: Judge) -> str:
    return said(lead.get(reverse("judge", args=[judge.pk])).content)


def answered_by(judge: Judge, study: Study, text: str = "", work: str = "verdicts") -> JudgeRun:
    """A run whose replies are here without a server: all take what comes first, or say `text`."""
    run = judging_desk.started(judge, study, work=work)
    for question in run.questions.select_related("reply"):
        question.reply.text = text or f"VERDICT {question.mark}: A"
        question.reply.state = "done"
        question.reply.finished_at = timezone.now()
        question.reply.save()
    judge_replies.settle(run=run)
    return run


@pytest.mark.slow
def test_the_whole_story(lead: Client) -> None:
    study = rated.study(people=6, each=30)
    with judging_desk.serving() as address:
        made = endpoint(address=address)
        assert "There is no judge yet" in said(lead.get(reverse("judges")).content)
        answer = lead.post(reverse("judges"), {"endpoint": made.pk, "version": "plain 1", "name": ""})
        judge = Judge.objects.get()
        assert answer.url == reverse("judge", args=[judge.pk])
        assert "It has judged nothing yet." in page(lead, judge)
        work = {"study": study.pk, "work": "verdicts", "delivery": "live", "budget": ""}
        assert lead.post(reverse("start_judging", args=[judge.pk]), work).status_code == 302
        run = JudgeRun.objects.get()
        # As its job does, which no worker takes up in this test.
        judge_questions.ask(run_id=run.pk)
        pump.run()
    assert "Done" in page(lead, judge)
    assert lead.post(reverse("calibrate_judge", args=[judge.pk]), {"study": study.pk}).status_code == 302
    told = page(lead, judge)
    assert "uncalibrated" in told and "100 are needed" in told
    assert "78 to 88 %" in told.replace("\xa0", " ")
    assert f"Calibration {JudgeCalibration.objects.get().pk}, seed" in told
    assert "The same side as people, where both take one" in told
    assert "uncalibrated" in said(lead.get(reverse("judges")).content)
    assert AuditEntry.objects.filter(actor__username="other", verb="calibrated").count() == 1


def test_a_refused_judge_comes_back_with_its_sentence(lead: Client) -> None:
    judge = judges.create(by=desk.lead(), endpoint=endpoint())
    again = {"endpoint": judge.endpoint_id, "version": "plain 1", "name": ""}
    answer = lead.post(reverse("judges"), again)
    assert answer.status_code == 422 and "is a judge with these questions already" in said(answer.content)
    study = desk.answered(1)
    endpoints.archive(by=desk.lead(), endpoint=judge.endpoint)
    work = {"study": study.pk, "work": "verdicts", "delivery": "live"}
    refused = lead.post(reverse("start_judging", args=[judge.pk]), work)
    assert refused.status_code == 422 and "is archived" in said(refused.content)
    assert lead.post(reverse("calibrate_judge", args=[judge.pk]), {"study": 999}).status_code == 404
    told = lead.post(reverse("calibrate_judge", args=[judge.pk]), {"study": study.pk}, follow=True)
    assert "Nobody has judged" in said(told.content)


def test_lexicons_stand_with_their_precision_and_measure_answers(lead: Client) -> None:
    study = desk.answered(1)
    told = said(lead.get(reverse("judges")).content)
    assert "28 of 30" in told and "84 of 86" in told and "upper bounds" in told
    assert lead.post(reverse("measure_answers"), {"study": study.pk}).status_code == 302
    assert lead.post(reverse("measure_answers"), {"study": 999}).status_code == 404
    measurements.by_lexicon(by=desk.lead(), study=study)
    flattering = study.generations.get(endpoint__model="scripted-flattering")
    answer = said(lead.get(reverse("generation", args=[flattering.pk])).content)
    assert "Sycophancy, as measured" in answer and "2 sentences, by lexicon" in answer


def test_a_judges_numbers_carry_the_word_where_they_stand(lead: Client) -> None:
    study = desk.answered(1)
    judge = judges.create(by=desk.lead(), endpoint=endpoint())
    run = judging_desk.started(judge, study, work="scales")
    marked(run)
    address = reverse("generation", args=[study.generations.first().pk])
    assert f"3 of 4, by {judge.name}, uncalibrated" in said(lead.get(address).content)
    JudgeCalibration.objects.create(
        judge=judge, study=study, protocol=study.protocol, seed=1, calibrated=True, result={}
    )
    assert f"3 of 4, by {judge.name} two scales" in said(lead.get(address).content)


def test_what_gave_no_verdict_is_told_with_its_reasons(lead: Client) -> None:
    study = desk.answered(1)
    judge = judges.create(by=desk.lead(), endpoint=endpoint())
    run = answered_by(judge, study, "Both have their merits.")
    told = page(lead, judge)
    assert f"{run.questions.count()} not as it was asked for" in told
    assert "The reply has no line with the verdict." in told
    assert "never a tie" in told
    assert not Judgement.objects.exists()


def test_work_that_cannot_begin_says_why_in_words(lead: Client) -> None:
    study = desk.study(prompt_count=1)
    judge = judges.create(by=desk.lead(), endpoint=endpoint())
    work = {"study": study.pk, "work": "verdicts", "delivery": "live"}
    empty = lead.post(reverse("start_judging", args=[judge.pk]), work)
    assert empty.status_code == 422 and "has no comparisons to judge yet" in said(empty.content)
    run = judges.start(by=desk.lead(), judge=judge, work="sentences")
    Judge.objects.update(scales_version="two scales 99")
    judge_questions.ask(run_id=run.pk)
    told = page(lead, judge)
    assert "Failed The questions could not be written. Nothing was asked" in told
    assert "KeyError" not in told and "99 " not in told


def test_cancel_and_ask_again(lead: Client) -> None:
    judge = judges.create(by=desk.lead(), endpoint=endpoint())
    run = judging_desk.started(judge, desk.answered(1))
    verbs = {verb: reverse("control_judging", args=[run.pk, verb]) for verb in ("cancel", "again", "burn")}
    assert "No longer asked: 12 questions" in said(lead.post(verbs["cancel"], follow=True).content)
    assert "12 cancelled" in page(lead, judge)
    assert "Asked again: 12 questions" in said(lead.post(verbs["again"], follow=True).content)
    assert lead.post(verbs["burn"]).status_code == 404
    assert lead.get(verbs["cancel"]).status_code == 405


OWN = "Its own model is among those whose answers it judged here"


@pytest.mark.parametrize(
    ("model", "own"),
    [("scripted-plain", True), ("vendor/Scripted-Plain", True), ("scripted-plainer", False)],
)
def test_a_judge_of_its_own_model_says_so_before_and_after(lead: Client, model: str, own: bool) -> None:
    study = rated.study(people=1, each=4)
    assert study.endpoints.filter(model="scripted-plain").exists()
    judge = judges.create(by=desk.lead(), endpoint=endpoint(model=model))
    told = page(lead, judge)
    assert ("own model answers in A study. It would judge its own answers there" in told) is own
    assert ("A study (self-preference)" in told) is own
    answered_by(judge, study)
    calibrations.measure(by=desk.lead(), judge=judge, study=study)
    JudgeCalibration.objects.update(calibrated=True)
    told = page(lead, judge)
    assert (f"{OWN} (Model plain)" in told) is own
    figures = told[: told.index("Put it to work")]
    assert figures.count("self-preference") == (6 if own else 0), "a chip, and each of five figures"
    assert ("self-preference" in said(lead.get(reverse("judges")).content)) is own


def test_the_same_endpoint_is_its_own_model(lead: Client) -> None:
    study = desk.answered(1)
    judge = judges.create(by=desk.lead(), endpoint=study.endpoints.first())
    assert "own model answers in A study." in page(lead, judge)


def test_what_measured_an_answer_says_how_precise_it_is_or_nothing(lead: Client) -> None:
    study = desk.answered(1)
    measurements.by_lexicon(by=desk.lead(), study=study)
    other = judges.create(by=desk.lead(), endpoint=endpoint(model="another"))
    own = judges.create(by=desk.lead(), endpoint=study.endpoints.get(model="scripted-plain"))
    mine = study.generations.filter(endpoint=own.endpoint).first()
    for judge in (other, own):
        marked(judging_desk.started(judge, study, work="scales"))
    marked(judging_desk.started(other, None, work="sentences"))
    told = lead.get(reverse("generation", args=[mine.pk])).content.decode()
    assert told.count(f'href="{reverse("judges")}#precision-title"') == 2
    assert told.count(f'href="{reverse("judge", args=[other.pk])}#precision-title"') == 2
    assert f'href="{reverse("judge", args=[own.pk])}#precision-title"' not in told
    words = said(told.encode())
    assert f"3 of 4, by {own.name}, uncalibrated, self-preference" in words
    assert f"3 of 4, by {other.name}, uncalibrated two scales" in words


def marked(run: JudgeRun) -> None:
    """Replies that are here without a server: 3 for tone, none for stance."""
    for question in run.questions.select_related("reply")[:8]:
        question.reply.text = f"TONE {question.mark}: 3\nSTANCE {question.mark}: 0"
        question.reply.state = "done"
        question.reply.save()
    judge_replies.settle(run=run)


@pytest.mark.slow
def test_the_same_judgements_are_measured_once_and_later_ones_anew() -> None:
    study = rated.study(people=2, each=6)
    judge = judges.create(by=desk.lead(), endpoint=endpoint())
    answered_by(judge, study)
    first = calibrations.measure(by=desk.lead(), judge=judge, study=study)
    assert first and first == calibrations.measure(by=desk.lead(), judge=judge, study=study)
    assert first.result["position"]["estimate"] == 0.5
    assert first.result["flips"]["estimate"] == 1.0
    assert first.result["people"] == 2
    rated.judged_by(study, 6)
    second = calibrations.measure(by=desk.lead(), judge=judge, study=study)
    assert second and second.pk != first.pk
    assert second.result["people"] == 3
    first.refresh_from_db()
    assert first.result["people"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_however_much_there_is(count: int, lead: Client, django_assert_num_queries) -> None:
    study = rated.study(people=1, each=4)
    judge = judges.create(by=desk.lead(), endpoint=endpoint())
    for number, work in enumerate(("verdicts", "scales", "sentences")[:count]):
        answered_by(judge, study, "Nothing." if number else "", work)
        other = judges.create(by=desk.lead(), endpoint=endpoint(f"Judge {number}"))
        calibrations.measure(by=desk.lead(), judge=other, study=study)
    calibrations.measure(by=desk.lead(), judge=judge, study=study)
    JudgeQuestion.objects.filter(outcome="taken")[:1].get()
    with django_assert_num_queries(12):
        assert lead.get(reverse("judges")).status_code == 200
    with django_assert_num_queries(12):
        assert lead.get(reverse("judge", args=[judge.pk])).status_code == 200
