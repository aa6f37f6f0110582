"""`manage.py gold STUDY FILE`: added once, by number or name; bad input ends with 2 and stores nothing."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.models import AuditEntry, Comparison, Protocol
from tests.services import desk
from vibes.models import Study

pytestmark = pytest.mark.django_db
TEXT = '{"prompt": "What is 2 + 2?", "better": "4", "worse": "5"}\n'


@pytest.fixture
def study() -> Study:
    return desk.study(prompt_count=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "golds.jsonl"
    path.write_text(TEXT)
    return path


def test_a_file_is_added_once(study: Study, file: Path, capsys) -> None:
    call_command("gold", str(study.pk), file)
    said = capsys.readouterr().out
    assert f"added 1 gold comparisons to {study}; 0 were there already" in said
    assert "gold rate of 0" in said
    Protocol.objects.update(gold_rate=0.1)
    call_command("gold", study.name, file)
    said = capsys.readouterr().out
    assert "added 0 gold comparisons" in said and "gold rate" not in said
    assert Comparison.objects.get(purpose="gold").protocol == study.protocol
    assert AuditEntry.objects.filter(verb="added gold comparisons to", actor=None).count() == 2


def test_training_comparisons_keep_what_is_said_after_the_vote(study: Study, file: Path, capsys) -> None:
    file.write_text(TEXT.replace('"5"', '"5", "explanation": "{better} is right."'))
    call_command("gold", str(study.pk), file, "--training")
    said = capsys.readouterr().out
    assert f"added 1 training comparisons to {study}; 0 were there already" in said
    assert "no training round" in said
    found = Comparison.objects.get()
    assert (found.purpose, found.explanation, found.wanted) == ("training", "{better} is right.", 0)
    assert (found.side_a if found.expected == "a" else found.side_b)[0]["text"] == "4"
    with pytest.raises(CommandError, match="Row 1: it is a training comparison of this study already"):
        call_command("gold", str(study.pk), file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT + TEXT.replace('"4"', '""'), "golds.jsonl, row 2, column better: the answer is empty"),
        ("", "there are no comparisons"),
        ("{", "this is not JSON"),
    ],
)
def test_bad_input_ends_with_2_and_stores_nothing(study: Study, text: str, said: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(CommandError, match=said) as problem:
        call_command("gold", str(study.pk), file)
    assert problem.value.returncode == 2
    assert not Comparison.objects.filter(purpose="gold").exists()


def test_a_study_that_is_not_there_or_not_the_only_one(study: Study, file: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no study 'other'"):
        call_command("gold", "other", file)
    study.pk, study.protocol = None, Protocol.objects.create(seed=1, title="t")
    study.save()
    with pytest.raises(CommandError, match="2 studies are named 'A study': give a number"):
        call_command("gold", "A study", file)
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("gold", str(study.pk), tmp_path / "absent.jsonl")
