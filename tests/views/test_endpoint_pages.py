"""The endpoints pages through HTTP: form, file, test call, models, states; what they escape and whom they let in."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import AuditEntry, User
from tests.real import ScriptedServer
from tests.services import desk
from vibes.models import Endpoint, Generation
from vibes.services import endpoints

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Llama",
    "provider": "local",
    "base_url": "http://127.0.0.1:9/v1/",
    "model": "m",
    "temperature": "0.7",
    "max_tokens": "2048",
    "seed": "-7",
    "effort": "low",
    "thinking_tokens": "512",
    "slots": "32",
    "timeout_seconds": "60",
    "requests_per_minute": "600",
    "tokens_per_minute": "100000",
    "price_in": "0.15",
    "price_out": "0.6",
    "price_cached": "0.075",
    "price_cache_write": "0.2",
    "batch_share": "0.5",
    "stream": "on",
    "extra": '{"top_k": 20}',
    "system": "Be short.",
}
LEAST = {name: FORM[name] for name in ("name", "provider", "base_url", "model")}
HX = {"HX-Request": "true"}


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(desk.lead())
    return client


@pytest.fixture
def lead() -> Client:
    client = Client()
    client.force_login(User.objects.create(username="a-lead", role=User.Role.LEAD))
    return client


def test_all_settings_come_from_the_form(admin: Client) -> None:
    response = admin.post(reverse("add_endpoint"), FORM)
    assert response.url == reverse("endpoints")
    made = Endpoint.objects.values().get()
    assert made["base_url"] == "http://127.0.0.1:9/v1"  # up to /v1, without the last stroke
    assert made["extra"] == {"top_k": 20}
    assert made["stream"] is True
    assert made["cache_prompts"] is False
    for name in (
        "temperature",
        "max_tokens",
        "seed",
        "slots",
        "price_in",
        "price_cached",
        "tokens_per_minute",
    ):
        assert float(made[name]) == float(FORM[name])


def test_what_is_left_empty_is_as_the_model_has_it(admin: Client) -> None:
    admin.post(reverse("add_endpoint"), LEAST)
    made = Endpoint.objects.get()
    assert (made.max_tokens, made.slots, made.timeout_seconds, str(made.batch_share)) == (
        1024,
        8,
        120,
        "0.500",
    )
    assert (made.temperature, made.seed, made.price_in, made.extra) == (None, None, None, {})


def test_an_edit_shows_what_is_there_and_stores_what_is_changed(admin: Client) -> None:
    admin.post(reverse("add_endpoint"), FORM)
    path = reverse("edit_endpoint", args=[Endpoint.objects.get().pk])
    shown = admin.get(path)
    assert shown.context["form"].initial["base_url"] == "http://127.0.0.1:9/v1"
    assert shown.context["form"].initial["extra"] == {"top_k": 20}
    admin.post(path, FORM | {"name": "Llama 2", "price_in": "0.2"})
    changed = AuditEntry.objects.get(verb="changed")
    assert changed.detail == {"changes": {"name": ["Llama", "Llama 2"], "price_in": ["0.15", "0.2"]}}
    assert changed.actor == desk.lead()
    assert b"Llama 2 is changed from now on" in admin.get(reverse("endpoints")).content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"model": ""}, "This field is required"),
        ({"provider": "telepathy"}, "not one of the available choices"),
        ({"base_url": ""}, "A local server needs its address"),
        ({"base_url": "http://10.0.0.1/v1"}, "adds 10.0.0.1 to VIBES_PRIVATE_HOSTS"),
        ({"base_url": "http://169.254.169.254/v1"}, "VIBES_PRIVATE_HOSTS"),
        ({"base_url": "https://u:p@example.com/v1"}, "Leave user name and password out"),
        ({"base_url": "javascript:alert(1)"}, "does not begin with https://"),
        ({"key_variable": "PATH"}, "Name an environment variable"),
        ({"key_variable": "OPENAI_API_KEY"}, "belongs to api.openai.com"),
        ({"key_variable": "file:../x"}, "Name an environment variable"),
        ({"temperature": "3"}, "Write a number from 0 to 2"),
        ({"temperature": "nan"}, "Enter a number"),
        ({"max_tokens": "0"}, "Write a number from 1 to"),
        ({"slots": "0"}, "Write a number from 1 to 1,000"),
        ({"timeout_seconds": "100000"}, "Write a number from 1 to 3,600"),
        ({"seed": "x"}, "Enter a whole number"),
        ({"seed": "9" * 30}, "less than or equal to"),
        ({"price_out": ""}, "Give this price too, or none"),
        ({"price_in": "-1"}, "Write a number from 0"),
        ({"price_in": "1e30"}, "Ensure that there are no more than"),
        ({"batch_share": "2"}, "Write a number from 0 to 1"),
        ({"extra": "[1]"}, "Write an object"),
        ({"extra": "{"}, "Enter a valid JSON"),
        ({"extra": '{"model": "other"}'}, "model has a place of its own"),
        ({"extra": '{"stream": true}'}, "stream has a place of its own"),
        ({"extra": '{"api_key": "x"}'}, "A key has no place here"),
        ({"extra": '{"Authorization": "x"}'}, "A key has no place here"),
        ({"provider": "anthropic", "thinking_tokens": "512"}, "Anthropic takes no fewer than 1,024"),
        ({"provider": "anthropic", "thinking_tokens": "2048"}, "Must be less than Most tokens (2,048)"),
    ],
)
def test_what_cannot_be_stored_says_why_and_keeps_the_rest(
    change: dict[str, str], said: str, admin: Client
) -> None:
    page = admin.post(reverse("add_endpoint"), FORM | change)
    assert page.status_code == 422
    text = page.content.decode()
    assert said in text
    assert not Endpoint.objects.exists()
    assert "Be short." in text or "system" in change


def test_a_taken_name_is_refused(admin: Client) -> None:
    admin.post(reverse("add_endpoint"), LEAST)
    assert b"already exists" in admin.post(reverse("add_endpoint"), LEAST).content
    endpoints.archive(by=desk.lead(), endpoint=Endpoint.objects.get())
    assert b"already exists" in admin.post(reverse("add_endpoint"), LEAST).content


def test_an_archived_endpoint_is_neither_edited_nor_tested(admin: Client) -> None:
    admin.post(reverse("add_endpoint"), LEAST)
    endpoint = Endpoint.objects.get()
    endpoints.archive(by=desk.lead(), endpoint=endpoint)
    assert admin.get(reverse("edit_endpoint", args=[endpoint.pk])).status_code == 404
    assert admin.post(reverse("test_endpoint", args=[endpoint.pk])).status_code == 404
    admin.get(reverse("endpoints"))  # its messages name it once more
    assert b"Llama" not in admin.get(reverse("endpoints")).content.split(b"found-title")[0]


def test_leads_look_and_test_but_change_nothing(lead: Client, scripted_server: ScriptedServer) -> None:
    endpoint = desk.endpoint("plain", scripted_server.base_url)
    page = lead.get(reverse("endpoints")).content.decode()
    assert "Model plain" in page
    for name in ("add_endpoint", "endpoint_file"):
        assert reverse(name) not in page
        assert lead.get(reverse(name)).status_code == 403
    for name in ("edit_endpoint", "archive_endpoint"):
        assert reverse(name, args=[endpoint.pk]) not in page
        assert lead.post(reverse(name, args=[endpoint.pk])).status_code == 403
    # Whoever may list models of any address could look around in the network, or fetch a key.
    assert lead.post(reverse("add_endpoint"), LEAST | {"do": "models"}).status_code == 403
    told = lead.post(reverse("test_endpoint", args=[endpoint.pk]), headers=HX)
    assert b"Model plain answers." in told.content
    assert AuditEntry.objects.get(verb="tested").actor.username == "a-lead"


def test_a_test_call_is_a_fragment_or_a_whole_page(admin: Client, scripted_server: ScriptedServer) -> None:
    endpoint = desk.endpoint("plain", scripted_server.base_url)
    path = reverse("test_endpoint", args=[endpoint.pk])
    fragment, page = admin.post(path, headers=HX).content.decode(), admin.post(path).content.decode()
    assert "<html" not in fragment
    assert "<html" in page
    for text in (fragment, page):
        assert "Model plain answers." in text
        assert "first token" in text
        assert "not known: no prices are set" in text
    assert not Generation.objects.exists()
    assert admin.get(path).status_code == 405


@pytest.mark.slow
def test_states_are_cells_or_a_whole_page(admin: Client, scripted_server: ScriptedServer) -> None:
    up, down = desk.endpoint("plain", scripted_server.base_url), desk.endpoint("slips")
    endpoints.add(by=desk.lead(), name="GPT", provider="openai", model="gpt")
    path = reverse("endpoint_states")
    cells, page = admin.get(path, headers=HX).content.decode(), admin.get(path).content.decode()
    assert f'hx-target="#state-{up.pk}"' in cells
    assert f'hx-target="#state-{down.pk}"' in cells
    for text in (cells, page):
        assert text.count(">no answer<") == 1
        assert ">up<" in text
        assert "vendors do not tell" in text


def test_models_are_offered_as_a_fragment_or_in_the_form(
    admin: Client, scripted_server: ScriptedServer
) -> None:
    typed = {
        "name": "Half",
        "provider": "local",
        "base_url": scripted_server.base_url,
        "model": "",
        "do": "models",
    }
    path = reverse("add_endpoint")
    fragment, page = (
        admin.post(path, typed, headers=HX).content.decode(),
        admin.post(path, typed).content.decode(),
    )
    for text in (fragment, page):
        assert '<option value="scripted-plain"></option>' in text
    assert 'list="offered-models"' in page
    assert 'value="Half"' in page
    assert scripted_server.base_url in page
    assert not Endpoint.objects.exists()
    assert AuditEntry.objects.filter(
        verb="listed models", detail={"base_url": scripted_server.base_url, "key_variable": ""}
    ).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base_url": "http://127.0.0.1:9/v1"}, "cannot be reached"),
        ({"base_url": "http://10.0.0.1/v1"}, "VIBES_PRIVATE_HOSTS"),
        ({"key_variable": "OPENAI_API_KEY"}, "belongs to api.openai.com"),
        ({"base_url": ""}, "A local server needs its address"),
        ({"provider": ""}, "This field is required"),
    ],
)
def test_models_that_cannot_be_listed_say_why(change: dict[str, str], said: str, admin: Client) -> None:
    for headers in (HX, {}):
        page = admin.post(reverse("add_endpoint"), LEAST | change | {"do": "models"}, headers=headers)
        assert page.status_code == 200
        assert said in page.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}"]
)
def test_hostile_names_are_text(hostile: str, admin: Client) -> None:
    admin.post(reverse("add_endpoint"), LEAST | {"name": hostile, "model": hostile, "system": hostile})
    endpoint = Endpoint.objects.get()
    assert endpoint.name == hostile
    paths = [reverse("endpoints"), reverse("endpoint_states"), reverse("edit_endpoint", args=[endpoint.pk])]
    pages = [admin.get(path) for path in paths] + [admin.post(reverse("test_endpoint", args=[endpoint.pk]))]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


def upload(client: Client, text: str, *, check: bool = False, name: str = "e.yaml"):
    file = io.BytesIO(text.encode())
    file.name = name
    return client.post(reverse("endpoint_file"), {"file": file, **({"only_check": "on"} if check else {})})


YAML = """endpoints:
  - {name: A, provider: local, base_url: "http://127.0.0.1:9/v1", model: m, price_in: 0.15, price_out: 1}
  - {name: B, provider: openai, model: gpt, key: OPENAI_API_KEY, extra: {logit_bias: {}}}
"""


def test_a_file_is_checked_then_stored_then_nothing_is_left_to_do(admin: Client) -> None:
    checked = upload(admin, YAML, check=True).content.decode()
    assert checked.count("would be added:") == 2
    assert not Endpoint.objects.exists()
    assert upload(admin, YAML).url == reverse("endpoints")
    assert Endpoint.objects.get(name="B").key_variable == "OPENAI_API_KEY"
    assert b"2 added, 0 changed, 0 as they were" in admin.get(reverse("endpoints")).content
    again = upload(admin, YAML, check=True).content.decode()
    assert again.count("is so already") == 2
    changed = upload(admin, YAML.replace("0.15", "0.2"), check=True).content.decode()
    assert "<code>price_in</code> from 0.15 to 0.2" in changed
    assert Endpoint.objects.get(name="A").price_in * 100 == 15


def test_what_a_file_leaves_out_goes_back_to_the_default(admin: Client) -> None:
    upload(admin, YAML.replace("price_in", "temperature: 0.2, price_in"))
    assert Endpoint.objects.get(name="A").temperature == 0.2
    upload(admin, YAML)
    assert Endpoint.objects.get(name="A").temperature is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (YAML.replace("model: m", "model: m, slot: 1"), "Did you mean slots"),
        (YAML.replace("127.0.0.1", "10.0.0.1"), "VIBES_PRIVATE_HOSTS"),
        (YAML.replace("provider: local", "provider: locale"), "endpoint 1 “A”, field provider"),
        (YAML.replace("provider: openai", "provider: anthropic"), "belongs to api.openai.com"),
        (YAML.replace("price_in: 0.15, ", ""), "field price_in"),
        (YAML.replace("key: OPENAI_API_KEY", "key: sk-1234567890"), "field key"),
        (YAML.replace("{logit_bias: {}}", "{messages: []}"), "messages has a place of its own"),
        ("nonsense", "no list of endpoints"),
    ],
)
def test_a_wrong_file_stores_nothing_and_says_where(text: str, said: str, admin: Client) -> None:
    page = upload(admin, text)
    assert page.status_code == 422
    shown = page.content.decode().replace("&quot;", "”").replace(" ”", " “")
    assert said in shown
    assert "sk-1234567890" not in shown
    assert not Endpoint.objects.exists()


def test_an_archived_name_in_a_file_is_refused(admin: Client) -> None:
    upload(admin, YAML)
    endpoints.archive(by=desk.lead(), endpoint=Endpoint.objects.get(name="A"))
    assert b"an archived endpoint has this name" in upload(admin, YAML).content


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(
    count: int, admin: Client, django_assert_num_queries
) -> None:
    for character in ("plain", "slips", "flattering")[:count]:
        desk.endpoint(character)
    with django_assert_num_queries(3):
        admin.get(reverse("endpoints"))
