"""Endpoints from YAML and TOML: strict, with place and mend."""

from decimal import Decimal

import pytest

from vibes.datasets.endpoint_files import FIELDS, MOST_ENDPOINTS, EndpointRow, read_endpoints
from vibes.datasets.errors import DatasetError

BEGINNING = "endpoints:\n  - name: Llama\n    provider: local\n    model: m\n"
YAML = """
endpoints:
  - name: Llama on gpu-1
    provider: local
    base_url: http://gpu-1:8000/v1
    model: llama-4-scout
    temperature: 0.7
    slots: 32
    price_in: 0.15
    stream: true
    effort:
    extra:
      top_k: 20
      chat_template_kwargs: {enable_thinking: false}
  - {name: GPT, provider: responses, model: gpt-5.2, key: OPENAI_API_KEY, price_out: "10"}
"""
TOML = """
[[endpoints]]
name = "Llama on gpu-1"
provider = "local"
base_url = "http://gpu-1:8000/v1"
model = "llama-4-scout"
temperature = 0.7
slots = 32
price_in = 0.15
stream = true
[endpoints.extra]
top_k = 20
chat_template_kwargs = {enable_thinking = false}

[[endpoints]]
name = "GPT"
provider = "responses"
model = "gpt-5.2"
key = "OPENAI_API_KEY"
price_out = "10"
"""


def read(text: str, name: str = "endpoints.yaml") -> tuple[EndpointRow, ...]:
    return read_endpoints(name, text.encode())


def test_both_formats_say_the_same() -> None:
    from_yaml, from_toml = read(YAML), read(TOML, "endpoints.toml")
    assert [row.values for row in from_yaml] == [row.values for row in from_toml]
    llama, gpt = (row.values for row in from_yaml)
    assert llama["price_in"] == Decimal("0.15")
    assert llama["stream"] is True
    assert llama["extra"] == {"top_k": 20, "chat_template_kwargs": {"enable_thinking": False}}
    assert "effort" not in llama  # left empty is left out
    assert gpt["key_variable"] == "OPENAI_API_KEY"
    assert gpt["price_out"] == Decimal(10)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no list of endpoints"),
        ("endpoints:", "no list of endpoints"),
        ("- name: x", "no list of endpoints"),
        ("endpoints: []", "0 endpoints"),
        ("endpoints: [1]", "endpoint 1: this is not an endpoint"),
        ("endpoints:\n  - name: x\nendpoint: 1", "'endpoint' is not known here"),
        ("endpoints:\n  - name: x\n    model: m", "field provider: is missing"),
        ("endpoints:\n  - name: ''\n    provider: local\n    model: m", "field name: is missing"),
        (BEGINNING + "    temprature: 1", 'endpoint 1 "Llama", field temprature.*Did you mean temperature'),
        (BEGINNING + "    key_variable: X_API_KEY", "field key_variable: .*Did you mean key"),
        (BEGINNING + "    api_key: X_API_KEY", "field api_key: .*not known"),
        (BEGINNING + "    zzz: 1", "field zzz.*Known are name, provider"),
        (BEGINNING + "    1: 1", "field 1: this field is not known"),
        (BEGINNING + "    max_tokens: '100'", "max_tokens: is not a whole number"),
        (BEGINNING + "    max_tokens: 1.5", "max_tokens: is not a whole number"),
        (BEGINNING + "    max_tokens: true", "max_tokens: is not a whole number"),
        (BEGINNING + "    temperature: warm", "temperature: is not a number"),
        (BEGINNING + "    temperature: .nan", "temperature: is not a number"),
        (BEGINNING + "    temperature: .inf", "temperature: is not a number"),
        (BEGINNING + "    price_in: cheap", "price_in: is not a price"),
        (BEGINNING + "    price_in: .inf", "price_in: is not a price"),
        (BEGINNING + "    stream: 'yes'", "stream: is neither true nor false"),
        (BEGINNING + "    stream: 1", "stream: is neither true nor false"),
        (BEGINNING + "    effort: off", "effort: is not text. Write it in quotes"),
        (BEGINNING + "    system: 2026-01-01", "system: is not text"),
        (BEGINNING + "    extra: [1]", "extra: is not a table"),
        (BEGINNING + "    extra: {since: 2026-01-01}", "extra: holds a date"),
        (BEGINNING + "    extra: {1: 2}", "extra: holds a name that is not text"),
        (BEGINNING + "    extra: {x: .inf}", "extra: holds a number that JSON cannot hold"),
        (BEGINNING + "    extra: " + "{a: " * 30 + "1" + "}" * 30, "nested more than 20 deep"),
        (BEGINNING + "    name: Other", "line 5: .*'name' stands here twice"),
        (BEGINNING + "  - name: Llama\n    provider: local\n    model: n", "endpoint 1 has this name too"),
        ("endpoints:\n  - &one {name: x}\n  - *one", r"line 3: .*references \(\*name\)"),
        ("endpoints: [", "line 1: this is not YAML"),
        ("endpoints:\n\t- name: x", "line 2: this is not YAML"),
        ("a: !!python/object/apply:os.system ['true']", "this is not YAML"),
        ("endpoints:\n  - name: !!binary aGk=\n    provider: local\n    model: m", "name: is not text"),
        ("[" * 5000, "this is not YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(DatasetError, match=said) as problem:
        read(text)
    assert str(problem.value).startswith("endpoints.yaml")
    assert str(problem.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[endpoints]", "this is not TOML.*line 1"),
        ("[endpoints]\nname = 'x'", "no list of endpoints"),
        ("[[endpoints]]\nname = 'x'\nname = 'y'", "this is not TOML"),
        (
            "[[endpoints]]\nname = 'x'\nmodel = 'm'\nprovider = 'local'\nslot = 3",
            "field slot.*Did you mean slots",
        ),
        ("[[endpoints]]\nname = 'x'\n[[endpoint]]\nname = 'y'", "'endpoint' is not known"),
        ("[[endpoints]]\nname = 'x'\n[endpoints.extra]\nd = 2026-01-01", "extra: holds a date"),
    ],
)
def test_toml_too(text: str, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        read(text, "e.toml")


@pytest.mark.parametrize("name", ["endpoints.json", "endpoints", "x.yaml.exe", "../../etc/passwd"])
def test_other_kinds_of_file_are_refused(name: str) -> None:
    with pytest.raises(DatasetError, match="not a kind of file"):
        read(YAML, name)


def test_large_and_garbled_files_are_refused() -> None:
    with pytest.raises(DatasetError, match="larger than 256 kB"):
        read_endpoints("a.yaml", b" " * (256 * 1024 + 1))
    with pytest.raises(DatasetError, match="not UTF-8"):
        read_endpoints("a.yaml", b"\xff\xfe")
    many = "endpoints:\n" + "".join(
        f"  - {{name: n{n}, provider: local, model: m}}\n" for n in range(MOST_ENDPOINTS + 1)
    )
    with pytest.raises(DatasetError, match="501 endpoints"):
        read(many)


def test_a_value_that_may_be_a_key_is_never_repeated() -> None:
    for field in ("key", "max_tokens", "stream", "price_in", "extra", "api_key"):
        value = "[sk-1234567890]" if field == "key" else "sk-1234567890"
        with pytest.raises(DatasetError) as problem:
            read(BEGINNING + f"    {field}: {value}")
        assert "sk-1234567890" not in str(problem.value)


def test_every_setting_of_the_form_can_stand_in_the_file() -> None:
    from vibes.forms import EndpointForm

    assert {"key_variable" if name == "key" else name for name in FIELDS} == set(EndpointForm().fields)
