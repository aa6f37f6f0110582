"""Names to classes, importing only what is chosen."""

import subprocess
import sys

import pytest

from vibes.providers.registry import PROVIDERS, UnknownProviderError, provider


@pytest.mark.parametrize(
    ("name", "class_name"),
    [
        ("responses", "ResponsesProvider"),
        ("openai", "OpenAIProvider"),
        ("anthropic", "AnthropicProvider"),
        ("local", "LocalServer"),
        ("scripted", "LocalServer"),
    ],
)
def test_names(name, class_name):
    assert provider(name).__name__ == class_name


def test_every_name_is_tested_above():
    assert set(PROVIDERS) == {"responses", "openai", "anthropic", "local", "scripted"}


def test_an_unknown_name_raises_and_names_the_others():
    with pytest.raises(UnknownProviderError, match=r"'gpt'.*responses, openai, anthropic, local, scripted"):
        provider("gpt")


@pytest.mark.slow
def test_no_sdk_is_imported_until_it_is_chosen():
    code = (
        "import sys, vibes.providers.registry as r, vibes.providers.discovery, vibes.providers.scripted_command\n"
        "assert not {'openai', 'anthropic', 'django'} & set(sys.modules)\n"
        "r.provider('local')\n"
        "assert 'openai' in sys.modules and 'anthropic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
