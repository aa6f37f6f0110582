"""Which answers meet, and that the key is written with them."""

import pytest

from annotations.models import Comparison
from tests.services import desk
from vibes.models import Arm, Generation, Matchup, Study
from vibes.queries import studies as read
from vibes.services import pairing

pytestmark = pytest.mark.django_db


def answer_all() -> None:
    for generation in Generation.objects.select_related("endpoint"):
        generation.state = Generation.State.DONE
        generation.text = f"{generation.endpoint.name} answers {generation.prompt_id}"
        generation.save()


def test_all_pairs_of_each_prompt_meet_once() -> None:
    study = desk.study(prompt_count=2, characters=("plain", "flattering", "slips"))
    answer_all()
    assert pairing.assemble(study=study) == 6
    assert pairing.assemble(study=study) == 0
    assert Comparison.objects.count() == Arm.objects.count() == 6
    for matchup in Matchup.objects.select_related("generation_a", "generation_b"):
        assert matchup.generation_a.prompt_id == matchup.generation_b.prompt_id == matchup.prompt_id
        assert matchup.generation_a_id != matchup.generation_b_id


def test_against_a_baseline_every_pair_holds_it() -> None:
    study = desk.study(prompt_count=2, characters=("plain", "flattering", "slips"))
    baseline = study.endpoints.get(model="scripted-slips")
    Study.objects.update(pairing=Study.Pairing.BASELINE, baseline=baseline)
    answer_all()
    assert pairing.assemble(study=study) == 4
    for matchup in Matchup.objects.select_related("generation_a", "generation_b"):
        assert baseline.pk in {matchup.generation_a.endpoint_id, matchup.generation_b.endpoint_id}


def test_a_failed_answer_meets_nobody() -> None:
    study = desk.study(prompt_count=1, characters=("plain", "flattering", "slips"))
    answer_all()
    Generation.objects.filter(endpoint__model="scripted-slips").update(state="failed")
    assert pairing.assemble(study=study) == 1


def test_no_endpoint_is_always_side_a() -> None:
    study = desk.study(prompt_count=40)
    answer_all()
    pairing.assemble(study=study)
    firsts = Matchup.objects.filter(generation_a__endpoint__model="scripted-plain").count()
    # Binomial(40, ½): 6 to 34 holds with probability 1 − 2e-6.
    assert 6 <= firsts <= 34


def test_comparisons_name_no_model_prompt_or_study() -> None:
    study = desk.study(prompt_count=1)
    answer_all()
    Generation.objects.update(text="An answer.")
    pairing.assemble(study=study)
    comparison = Comparison.objects.get()
    words = " ".join([comparison.group, comparison.topic, str(comparison.side_a), str(comparison.side_b)])
    for name in ("plain", "flattering", "Model", "scripted", "A study", "question-0"):
        assert name not in words


def test_twins_share_a_topic_and_other_prompts_do_not() -> None:
    study = desk.study(prompt_count=3)
    first, second, _ = study.prompts.order_by("pk")
    for prompt in (first, second):
        prompt.twin = "a-twin"
        prompt.save()
    answer_all()
    pairing.assemble(study=study)
    topics = list(Comparison.objects.order_by("pk").values_list("topic", flat=True))
    assert topics[0] == topics[1] != topics[2]


@pytest.mark.parametrize("pairing_rule", Study.Pairing.values)
def test_the_page_knows_how_many_comparisons_the_answers_make(pairing_rule: str) -> None:
    study = desk.study(prompt_count=3, characters=("plain", "flattering", "slips"))
    study.pairing, study.baseline = pairing_rule, study.endpoints.get(model="scripted-slips")
    study.save()
    answer_all()
    Generation.objects.filter(endpoint__model="scripted-slips", prompt=study.prompts.first()).update(
        state="failed"
    )
    assert read.pairs(study) == pairing.assemble(study=study)
