"""`manage.py endpoints FILE`: added, changed, unchanged; bad input ends with 2."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.models import AuditEntry
from vibes.models import Endpoint

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs"
TOML = """[[endpoints]]
name = "A"
provider = "local"
base_url = "http://127.0.0.1:9/v1"
model = "m"
slots = 4
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "e.toml"
    path.write_text(TOML)
    return path


def test_a_file_is_stored_once(file: Path, capsys) -> None:
    call_command("endpoints", file, "--check")
    assert not Endpoint.objects.exists()
    assert "Nothing was stored" in capsys.readouterr().out
    call_command("endpoints", file)
    call_command("endpoints", file)
    told = capsys.readouterr().out
    assert told.splitlines() == ["added      A", "unchanged  A"]
    file.write_text(TOML.replace("slots = 4", "slots = 5"))
    call_command("endpoints", file)
    assert "changed    A: slots 4 → 5" in capsys.readouterr().out
    assert Endpoint.objects.get().slots == 5
    assert AuditEntry.objects.get(verb="changed").actor is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TOML.replace("slots", "slot"), "Did you mean slots"),
        (TOML.replace("127.0.0.1", "169.254.169.254"), "VIBES_PRIVATE_HOSTS"),
        (TOML + 'key = "OPENAI_API_KEY"', "belongs to api.openai.com"),
    ],
)
def test_bad_input_ends_with_2_and_stores_nothing(text: str, said: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(CommandError, match=said) as problem:
        call_command("endpoints", file)
    assert problem.value.returncode == 2
    assert "e.toml" in str(problem.value)
    assert not Endpoint.objects.exists()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file") as problem:
        call_command("endpoints", tmp_path / "absent.yaml")
    assert problem.value.returncode == 2


@pytest.mark.parametrize("language", ["yaml", "toml"])
def test_the_example_of_the_documentation_is_stored(language: str, tmp_path: Path) -> None:
    text = (DOCS / "endpoints-file.md").read_text().split(f"```{language}\n")[1].split("```")[0]
    path = tmp_path / f"e.{language}"
    path.write_text(text.replace("http://gpu-1:", "http://127.0.0.1:"))
    call_command("endpoints", path)
    assert Endpoint.objects.count() == 2
