"""docs/endpoints.md: every recipe is read as it stands, and says whether it was tried."""

import re
from pathlib import Path

import pytest

from vibes.datasets.endpoint_files import read_endpoints
from vibes.providers.base import Message, Request
from vibes.providers.registry import PROVIDERS, provider

PAGE = (Path(__file__).parents[2] / "docs" / "endpoints.md").read_text()
SECTIONS = {
    title: text
    for title, text in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    if "```yaml" in text
}
RECIPES = [
    pytest.param(row.values, id=str(row.values["name"]))
    for text in SECTIONS.values()
    for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    for row in read_endpoints("recipe.yaml", block.encode())
]


def test_every_server_and_vendor_has_a_recipe():
    named = " ".join(SECTIONS)
    for who in ("Responses", "Chat Completions", "Anthropic", "vLLM", "SGLang", "Ollama", "llama.cpp"):
        assert who in named
    for who in ("transformers serve", "LiteLLM", "LM Studio"):
        assert who in named


@pytest.mark.parametrize("title", SECTIONS)
def test_each_says_first_whether_it_was_tried(title):
    assert re.match(r"\s*(Tried here: |Not tried)", SECTIONS[title])


@pytest.mark.parametrize("recipe", RECIPES)
async def test_a_recipe_makes_a_call(recipe):
    connected = provider(recipe["provider"])(recipe.get("base_url", ""), "sk-1", 1.0)
    fields = ("effort", "thinking_tokens", "temperature", "seed", "extra", "max_tokens")
    given = {name: recipe[name] for name in fields if name in recipe}
    request = Request(recipe["model"], (Message("user", "?"),), **given)
    called = connected._open(request, stream=True)
    called._api_request.close()  # a coroutine that is not to run: no vendor is asked here
    assert recipe.get("base_url", "https://x/v1").endswith("/v1")
    await connected.aclose()


def test_the_table_of_providers_is_whole():
    assert set(re.findall(r"^\| `(\w+)` \| (?:OpenAI|Anthropic)", PAGE, re.MULTILINE)) == set(PROVIDERS) - {
        "scripted"
    }
