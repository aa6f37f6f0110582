"""Golds and identical pairs: made once, blinded, exported as what they are, and counted as nothing else."""

import json
from collections import Counter

import pytest

from annotations.models import Assignment, AuditEntry, Comparison, Judgement, Protocol
from tests.services import desk
from vibes.datasets.errors import DatasetError
from vibes.datasets.gold_files import GoldRow, read_gold
from vibes.datasets.preference_rows import dpo_rows
from vibes.models import Arm, Generation, Study
from vibes.queries import studies as read
from vibes.queries import unblinded
from vibes.services import checks, pairing
from vibes.stats.frames import JudgementFrame

KINDS = ("simulated",)
LINE = '{"prompt": "What is 2 + 2?", "better": "4", "worse": "5"}\n'


def study(prompt_count: int = 4, **rates: float) -> Study:
    """All four characters' answers are here; the protocol deals checks at these rates."""
    made = desk.study(prompt_count=prompt_count, characters=desk.CHARACTERS)
    Protocol.objects.filter(pk=made.protocol_id).update(
        **{f"{name}_rate": rate for name, rate in rates.items()}
    )
    for generation in Generation.objects.select_related("prompt", "endpoint"):
        generation.text = f"{generation.endpoint.name} on {generation.prompt.reference}."
        generation.state = Generation.State.DONE
        generation.save()
    made = Study.objects.select_related("protocol").get(pk=made.pk)
    pairing.assemble(study=made)
    return made


def golds(count: int = 3) -> list[GoldRow]:
    rows = [{"prompt": f"What is {n} + 2?", "better": str(n + 2), "worse": str(n)} for n in range(count)]
    return list(read_gold("golds.jsonl", "\n".join(json.dumps(row) for row in rows).encode()))


@pytest.mark.django_db
def test_identical_pairs_come_with_the_studys_own_as_many_as_three_sessions_need() -> None:
    made = study(identical=0.05)
    pairs = Comparison.objects.filter(purpose="identical")
    # 0.05 × 30 × 3, rounded up.
    assert pairs.count() == 5
    assert checks.make_identical(study=made) == pairing.assemble(study=made) == 0
    assert pairs.count() == 5
    for pair in pairs:
        matchup = Arm.objects.select_related("matchup__generation_a").get(comparison=pair).matchup
        assert matchup.generation_a_id == matchup.generation_b_id
        assert pair.side_a == pair.side_b
        assert (pair.wanted, pair.expected, pair.caption) == (0, "", matchup.prompt.prompt_class)
    assert read.pairs(made) == Comparison.objects.filter(purpose="study").count() == 24


@pytest.mark.django_db
def test_there_are_never_more_identical_pairs_than_answers_and_none_without_a_rate() -> None:
    study(prompt_count=1, identical=0.5)
    assert Comparison.objects.filter(purpose="identical").count() == 4
    assert checks.make_identical(study=desk.study(prompt_count=1, characters=())) == 0


@pytest.mark.django_db
def test_an_answer_that_meets_no_other_is_not_shown_against_itself() -> None:
    made = desk.study(prompt_count=2)
    Protocol.objects.update(identical_rate=0.5)
    Generation.objects.filter(pk=Generation.objects.first().pk).update(state="done", text="Alone.")
    pairing.assemble(study=Study.objects.get(pk=made.pk))
    assert not Comparison.objects.exists()


@pytest.mark.django_db
def test_golds_are_stored_blinded_and_once() -> None:
    made = study(gold=0.1)
    assert checks.add_gold(by=desk.lead(), study=made, rows=golds(30)) == 30
    assert checks.add_gold(by=desk.lead(), study=made, rows=golds(31)) == 1
    found = Comparison.objects.filter(purpose="gold")
    assert found.count() == 31
    for gold in found:
        better = gold.side_a if gold.expected == "a" else gold.side_b
        assert gold.prefix[0]["text"].startswith(f"What is {int(better[0]['text']) - 2} + 2")
        assert gold.caption in ("advice", "factual")
    sides = Counter(found.values_list("expected", flat=True))
    # Binomial(31, ½): 4 to 27 holds with probability 1 − 7e-6.
    assert set(sides) == {"a", "b"} and min(sides.values()) >= 4
    study_row = Comparison.objects.filter(purpose="study").first()
    assert {len(gold.group) for gold in found} == {len(study_row.group)} == {len(study_row.topic)}
    assert gold.side_a[0].keys() == study_row.side_a[0].keys()
    assert AuditEntry.objects.filter(verb="added gold comparisons to").count() == 2


@pytest.mark.slow
@pytest.mark.django_db
def test_a_study_of_all_kinds_counts_and_exports_each_as_what_it_is() -> None:
    made = study(gold=0.2, identical=0.1, repeat=0.2)
    checks.add_gold(by=desk.lead(), study=made, rows=golds(8))
    desk.simulate(made, size=3, each=20)
    rows = list(unblinded.rows(made, kinds=KINDS))
    dealt = Counter(Assignment.objects.values_list("purpose", flat=True))
    assert Counter(row["purpose"] for row in rows) == dealt
    assert set(dealt) == {"study", "gold", "repeat", "identical"}
    assert sum(dealt.values()) == Judgement.objects.filter(revision=1).count() == 60
    assert read.collected(made).simulated == dealt["study"]
    assert read.collected(made).comparisons == 24
    assert read.collected(made).wanted == 72
    for row in rows:
        assert bool(row["expected"]) == (row["purpose"] == "gold")
        assert (row["model_a"] == row["model_b"]) == (row["purpose"] in ("gold", "identical"))
    firsts = {(row["rater"], row["matchup"]): row for row in rows if row["purpose"] == "study"}
    for row in rows:
        if row["purpose"] == "repeat":
            assert firsts[row["rater"], row["matchup"]]["a_is_left"] is not row["a_is_left"]
    told = {pair["judgement_id"] for pair in dpo_rows(rows)}
    assert told == {
        row["judgement_id"] for row in rows if row["purpose"] == "study" and row["verdict"] in ("a", "b")
    }
    frame = JudgementFrame.from_columns({name: [row[name] for row in rows] for name in rows[0]})
    assert len(frame) == 60
    assert frame.ignored == ()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "g.jsonl",
            LINE + '{"prompt": "Why?", "better": " ", "worse": "b"}',
            "row 2, column better: the answer is empty",
        ),
        ("g.jsonl", LINE + LINE, "row 2: row 1 says the same. Remove one"),
        (
            "g.jsonl",
            '{"prompt": "", "better": "a", "worse": "b"}',
            "row 1, column prompt: the prompt is empty",
        ),
        (
            "g.jsonl",
            '{"prompt": "Why?", "better": "same", "worse": " same\\n"}',
            "column worse: both answers are the same",
        ),
        (
            "g.jsonl",
            '{"prompt": "Why?", "better": "a\\u0000", "worse": "b"}',
            "column better: the cell holds a NUL",
        ),
        (
            "g.jsonl",
            '{"prompt": "Why?", "better": "a", "worse": "\\ud800"}',
            "column worse: the cell is not UTF-8",
        ),
        (
            "g.jsonl",
            '{"prompt": "Why?", "better": "a", "worse": "\\u200b\\u200b"}',
            "column worse: the answer is empty",
        ),
        ("g.jsonl", '{"prompt": "Why?", "better": "a"}', "row 1, column worse: there is no column worse"),
        (
            "g.jsonl",
            '{"prompt": "Why?", "better": "a", "worse": "b", "wrose": 1}',
            "column wrose: this column is not read",
        ),
        ("g.jsonl", '{"prompt": "Why?", "better": ["a"], "worse": "b"}', "column better"),
        ("g.jsonl", "[1]", "row 1: the line holds an array"),
        ("g.jsonl", "", "there are no comparisons in it"),
        ("g.csv", "prompt,better,worse\nWhy?,a\n", "row 2: the row has 2 cells"),
        ("g.csv", "prompt,better,worse\nWhy?,a,\n", "row 2, column worse: the answer is empty"),
        ("g.xlsx", "PK", "this is not a kind of file"),
        (
            "g.jsonl",
            '{"prompt": "Why?", "better": "' + "x" * 100_001 + '", "worse": "b"}',
            "Keep it within 100,000",
        ),
    ],
)
def test_a_bad_row_says_where_it_is_and_what_would_do(name: str, text: str, said: str) -> None:
    with pytest.raises(DatasetError) as problem:
        read_gold(name, text.encode())
    assert said in str(problem.value)
    assert str(problem.value).startswith(name)


def test_both_kinds_of_file_say_the_same() -> None:
    said = 'prompt,better,worse,note,prompt_class\n"What is 2 + 2?",4,5,sums,maths\n'
    (row,) = read_gold("g.csv", said.encode())
    (plain,) = read_gold("g.ndjson", LINE.encode())
    assert (row.prompt, row.better, row.worse, row.prompt_class) == (plain.prompt, "4", "5", "maths")
    assert row.content_hash == plain.content_hash
