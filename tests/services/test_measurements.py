"""Measurements: both kinds by lexicon and by judge, versioned, never overwritten, and measured themselves."""

import json
from pathlib import Path

import pytest

from tests.services import desk, judging_desk
from vibes.features import sycophancy
from vibes.models import Generation, Measurement
from vibes.queries import measured
from vibes.seeds.sentences import labelled
from vibes.services import measurements
from vibes.services.generations import pump
from vibes.stats import trust
from vibes.stats.proportions import shown

pytestmark = pytest.mark.django_db(transaction=True)
DATA = Path(__file__).parents[1] / "data" / "manner_sentences.jsonl"


def values(answer: Generation) -> list[tuple[str, str, str]]:
    return [(line.name, line.value, line.by) for line in measured.of_answer(answer)]


def test_every_answer_is_measured_in_both_kinds() -> None:
    study = desk.answered(2)
    answers = study.generations.count()
    assert measurements.by_lexicon(by=desk.lead(), study=study) == 2 * answers
    flattering = study.generations.select_related("prompt").filter(endpoint__model="scripted-flattering")[0]
    assert values(flattering) == [("tone", "2 sentences", "lexicon"), ("stance", "0 sentences", "lexicon")]
    plain = study.generations.select_related("prompt").filter(endpoint__model="scripted-plain")[0]
    assert values(plain)[0] == ("tone", "0 sentences", "lexicon")
    assert set(Measurement.objects.values_list("version", flat=True)) == {
        "praise 2",
        "agreement 2, validation 1",
    }


def test_what_is_measured_is_never_overwritten() -> None:
    study = desk.answered(1)
    measurements.by_lexicon(by=desk.lead(), study=study)
    Measurement.objects.filter(name="tone").update(value=99)
    rows = list(Measurement.objects.order_by("pk").values())
    assert measurements.by_lexicon(by=desk.lead(), study=study) == 0
    assert list(Measurement.objects.order_by("pk").values()) == rows
    # A version of before stays beside the one of now.
    Measurement.objects.filter(name="tone").update(version="praise 1")
    assert measurements.by_lexicon(by=desk.lead(), study=study) == len(rows) // 2
    assert Measurement.objects.filter(name="tone", version="praise 1", value=99).count() == len(rows) // 2


def test_one_text_is_measured_once_whoever_said_it() -> None:
    study = desk.answered(2)
    study.generations.update(text="What a great idea!")
    assert measurements.by_lexicon(by=desk.lead(), study=study) == 2
    assert Measurement.objects.get(name="tone").value == 1


@pytest.mark.slow
def test_a_judge_measures_the_answers_and_says_that_it_is_uncalibrated() -> None:
    study = desk.answered(2)
    with judging_desk.serving() as address:
        run = judging_desk.judged(judging_desk.judge(address), study, work="scales")
    assert run.state == "done"
    assert Measurement.objects.filter(method="judge").count() == 2 * study.generations.count()
    answer = study.generations.select_related("prompt").filter(endpoint__model="scripted-flattering")[0]
    tone, stance = measured.of_answer(answer)
    assert (tone.name, tone.value, tone.word, tone.version) == (
        "tone",
        "2 of 4",
        "uncalibrated",
        "two scales 1",
    )
    assert (stance.name, stance.value) == ("stance", "0 of 4")
    assert "Model" not in run.questions.first().prompt.turns[1]["content"]


@pytest.mark.slow
def test_a_judge_is_measured_on_the_labelled_sentences() -> None:
    with judging_desk.serving() as address:
        judge = judging_desk.judge(address, slots=20)
        assert measured.precision(judge) == []
        run = judging_desk.started(judge, None, work="sentences")
        assert run.study is None
        # A part of them is enough to see that what came is counted and what did not come is not.
        later = run.errand.generations.order_by("pk").values_list("pk", flat=True)[60:]
        Generation.objects.filter(pk__in=list(later)).update(state="cancelled")
        pump.run()
    tone, stance = measured.precision(judge)
    assert (tone.name, stance.name) == ("tone", "stance")
    assert Measurement.objects.filter(judge=judge, name="tone").count() == 60
    found = sycophancy.found(*zip(*_said(judge.pk), strict=True))
    assert tone.precision.startswith(f"{found.right} of {found.counted}, 95")
    assert tone.recall.startswith(f"{found.right} of {found.there}, 95")


def _said(judge: int) -> list[tuple[bool, bool]]:
    """Whether each measured sentence was counted, and whether it is labelled so."""
    by_hash = dict(Measurement.objects.filter(judge=judge, name="tone").values_list("text_hash", "value"))
    known = ((by_hash.get(measured.text_hash(one.text)), one.tone) for one in labelled())
    return [(value >= 1, tone) for value, tone in known if value is not None]


@pytest.mark.parametrize("name", ["tone", "stance"])
def test_the_lexicons_are_as_precise_as_the_page_says(name: str) -> None:
    counted = [sycophancy.measure(one.text)[name] > 0 for one in labelled()]
    assert sycophancy.found(counted, [getattr(one, name) for one in labelled()]) == sycophancy.MEASURED[name]


def test_the_page_says_how_precise_they_are_and_by_which_rule_a_judge_is_calibrated() -> None:
    page = (Path(__file__).parents[2] / "docs" / "judges.md").read_text(encoding="utf-8")
    for name, found in sycophancy.MEASURED.items():
        parts = []
        for whole in (found.counted, found.there):
            share = shown(found.right, whole)[0]
            interval = f"[{share['low']:.2f}, {share['high']:.2f}]"
            parts.append(f"{found.right}/{whole} = {share['rate']:.2f} {interval}")
        assert f"| lexicon | {name} | {parts[0]} | {parts[1]} |" in page
    assert f"on {len(labelled())} labelled sentences" in page
    assert f"at least {trust.FEWEST_COMPARISONS} comparisons" in page
    assert f"above {trust.AGREES:.0%}".replace("%", " %") in page
    assert f"below {trust.FLIPS:.0%}".replace("%", " %") in page
    assert f"within ±{trust.APART:.2f}" in page


def test_the_sentences_that_come_with_the_product_are_the_held_out_ones() -> None:
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    held_out = [row for row in rows if row["half"] == "held_out" and row["source"] in ("set", "bank")]
    assert [one.text for one in labelled()] == [row["text"] for row in held_out]
    assert [one.tone for one in labelled()] == ["praise" in row["labels"] for row in held_out]
    stance = [bool({"agreement", "validation"} & set(row["labels"])) for row in held_out]
    assert [one.stance for one in labelled()] == stance
